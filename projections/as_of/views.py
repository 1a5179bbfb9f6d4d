"""The views of one log: as its rows are, and as they stood."""

from dataclasses import dataclass
from datetime import datetime

from projections.as_of.snapshots import Snapshots, whole_second
from projections.as_of.view import View
from projections.store.pool import Pool


@dataclass(frozen=True)
class Views:
    """Of one log."""

    pool: Pool
    schema: str
    snapshots: Snapshots

    def live(self, at: datetime, customer: str | None) -> View:
        """The rows as they are, compared with an instant that is now."""
        return View(self.pool, self.schema, at, customer)

    def past(self, at: datetime, customer: str | None) -> View:
        """The rows as they stood at an instant, with what was known then. Raises BeingBuilt where that takes a while."""
        at = whole_second(at)
        return View(self.pool, self.schema, at, customer, self.snapshots.suffix(at))
