"""Which stretch of a ticket's life its picture shows, and where one can go from there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from api.pages.pictures.scale import Scale
from domain.instants import DAY_SECONDS, SECOND, seconds, text
from domain.judgement import Judgement

SHORTEST = 600
LONGEST = 30 * 366 * DAY_SECONDS
AROUND_DUE = 4 * 3600


class Life(NamedTuple):
    """From a ticket's first instant to its last, as far as it is judged, in whole seconds."""

    start: int
    end: int


class Way(NamedTuple):
    """Another stretch to show: what it is called, from when and until when."""

    name: str
    start: str
    end: str
    is_shown: bool


@dataclass(frozen=True)
class Window:
    scale: Scale
    ways: tuple[Way, ...]
    steps: tuple[Way, ...]


def life_of(judgement: Judgement) -> Life:
    """To the instant that it is judged as of while it was open then, else to the last that had happened by then."""
    history, replay = judgement.case.history, judgement.replay
    instants = [one.at // SECOND for one in history if one.at <= judgement.case.as_of] or [history[0].at // SECOND]
    starts = [clock.started_at for clock in replay.clocks if clock.started_at is not None]
    lasts = [replay.as_of] if replay.status in ("open", "waiting") else []
    return Life(min((*instants, *starts, *lasts)), max((*instants, *lasts)))


def window(judgement: Judgement, life: Life, where: ZoneInfo, start: datetime | None, end: datetime | None) -> Window:
    """The stretch that was asked for, else the whole life with a margin on both sides."""
    whole = _whole(judgement, life)
    first, last = (seconds(start) if start else whole[0]), (seconds(end) if end else whole[1])
    first, last = _sane(first, last)
    named = dict(_ways(judgement, life, whole))
    ways = tuple(_way(name, stretch, stretch == (first, last)) for name, stretch in named.items())
    return Window(Scale(first, last, where), ways, tuple(_way(*one) for one in _steps(first, last)))


def _way(name: str, stretch: tuple[int, int], is_shown: bool = False) -> Way:
    return Way(name, text(stretch[0]), text(stretch[1]), is_shown)


def _sane(first: int, last: int) -> tuple[int, int]:
    first = max(first, 0)
    return first, first + min(max(last - first, SHORTEST), LONGEST)


def _whole(judgement: Judgement, life: Life) -> tuple[int, int]:
    """As far as the next deadline, where that is not much further than the ticket is old."""
    lived = max(life.end - life.start, SHORTEST)
    due = _nearest_due(judgement)
    end = max(life.end, due) if due is not None and due - life.end <= max(lived, AROUND_DUE) else life.end
    margin = max((end - life.start) // 20, 60)
    return _sane(life.start - margin, end + margin)


def _ways(judgement: Judgement, life: Life, whole: tuple[int, int]) -> Iterator[tuple[str, tuple[int, int]]]:
    yield "whole", whole
    for name, days in (("day", 1), ("week", 7)):
        if life.end - life.start > days * DAY_SECONDS:
            yield name, (life.end - days * DAY_SECONDS, life.end + days * DAY_SECONDS // 12)
    due = _nearest_due(judgement)
    if due is not None:
        yield "due", (due - AROUND_DUE, due + AROUND_DUE)
    yield "opening", (life.start - SHORTEST, life.start + AROUND_DUE)


def _nearest_due(judgement: Judgement) -> int | None:
    dues = [clock.due_at for clock in judgement.replay.clocks if clock.is_going and clock.due_at is not None]
    ahead = [due for due in dues if due >= judgement.replay.as_of]
    return min(ahead, default=max(dues, default=None))


def _steps(first: int, last: int) -> Iterator[tuple[str, tuple[int, int]]]:
    length = last - first
    yield "earlier", (first - length // 2, last - length // 2)
    yield "in", (first + length // 4, last - length // 4)
    yield "out", _sane(first - length // 2, last + length // 2)
    yield "later", (first + length // 2, last + length // 2)
