"""The log is sealed unasked: at once where it never was, and then so long after each seal as was settled."""

from collections.abc import Callable
from datetime import datetime
from threading import Event

from api.unattended import keep_at
from projections.seals.sealer import Sealer

NAME = "sealer"
GLANCE_SECONDS = 60.0
"""The longest sleep: another program may have sealed meanwhile, and clocks are put right."""


class SealKeeper:
    """Any number may keep the seals of one log."""

    def __init__(self, sealer: Sealer, now: Callable[[], datetime]) -> None:
        self._sealer = sealer
        self._now = now
        self._looked_at: datetime | None = None

    def run(self, stop: Event) -> None:
        """Until stopped, whatever happens to the database; without a schedule or a key there is nothing to do."""
        if self._sealer.works_unasked:
            keep_at(self.seal_if_due, NAME, stop)

    def seal_if_due(self) -> float:
        """Seal where it is time to, and say in how many seconds to look again. Raises what sealing raises."""
        at = self._now()
        due = self._sealer.next_at(at, self._looked_at)
        if due is not None and due <= at:
            self._sealer.seal_now(at)
            self._looked_at = at
            due = self._sealer.next_at(at, at)
        return GLANCE_SECONDS if due is None else min(max((due - at).total_seconds(), 0.1), GLANCE_SECONDS)
