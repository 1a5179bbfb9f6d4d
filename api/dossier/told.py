"""What the page of a dossier is made from, and how instants are told on it: in the agreement's zone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale

from api.dossier.parts import Part, Row, Table
from api.pages.formats import Formats
from api.pages.on_ticket.wording import Wording
from api.pages.pictures.story import Chapter, chapters
from api.pages.texts import say
from api.pages.viewer import FALLBACK, Viewer
from domain.dossier.manifest import About
from domain.dossier.replays import Replay
from domain.instants import moment
from domain.judgement import Judgement
from domain.ledger import at
from domain.seals.proof import Proof


@dataclass(frozen=True)
class Told:
    """All that the page is made from. `replays` are all answers, the first two those as known then and as known now."""

    about: About
    name: str
    customer: str
    contract: str
    replays: Sequence[Replay]
    comparisons: Sequence[Mapping[str, Any]]
    terms: Mapping[str, Any]
    proof: Proof
    moments: Sequence[str] = ()
    answered: Sequence[str] = ()
    argument: Sequence[Part] = ()

    @cached_property
    def now(self) -> Judgement:
        return self.replays[1].judgement

    @property
    def where(self) -> ZoneInfo:
        return self.now.replay.terms.where

    @cached_property
    def chapters(self) -> list[Chapter]:
        return chapters(self.now)

    @cached_property
    def wording(self) -> Wording:
        """As everybody reads it: no viewer's own zone or language."""
        viewer = Viewer(Locale.parse(FALLBACK, sep="-"))
        instant = moment(self.now.replay.as_of)
        return Wording(Formats(viewer, instant), self.where, instant)

    def time(self, second: int) -> str:
        return at(second, self.where)


def table(part: str, columns: Sequence[str], rows: Sequence[Row], widths: Sequence[int], caption: str = "") -> Table:
    return Table([say(f"dossier.{part}.{name}") for name in columns], rows, widths, caption)
