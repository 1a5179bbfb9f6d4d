"""A stretch of time as the width of a picture, with the instants worth marking on it: from minutes to years."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.instants import DAY_SECONDS
from domain.terms.zones import local, wall

MOST_TICKS = 13
MOST_ON_A_PHONE = 4

MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720)
"""Steps within a day; each divides it, so that every midnight is marked."""

DAYS: tuple[tuple[int, Callable[[date], bool]], ...] = (
    (1, lambda day: True),
    (2, lambda day: day.toordinal() % 2 == 0),
    (7, lambda day: day.weekday() == 0),
    (14, lambda day: day.toordinal() % 14 == 1),
    (30, lambda day: day.day == 1),
    (91, lambda day: day.day == 1 and day.month in (1, 4, 7, 10)),
    (365, lambda day: day.day == 1 and day.month == 1),
    (1827, lambda day: day.day == 1 and day.month == 1 and day.year % 5 == 0),
)
"""Steps of whole days, about so many each, and the dates that are marked."""


class Tick(NamedTuple):
    """`unit` says how fine the marks are; `few` are those for which a telephone has room."""

    at: int
    unit: str
    few: bool

    def shown(self, where: ZoneInfo) -> datetime:
        return local(self.at, where)


@dataclass(frozen=True)
class Scale:
    """`[start, end)` in whole seconds since 1970 UTC, as people in a zone have it on their walls."""

    start: int
    end: int
    where: ZoneInfo

    @property
    def length(self) -> int:
        return self.end - self.start

    def place(self, at: int) -> float:
        """How far from the left, in per cent; what lies outside stands at the edge."""
        return 100 * (min(max(at, self.start), self.end) - self.start) / self.length

    def holds(self, at: int) -> bool:
        return self.start <= at <= self.end

    def ticks(self) -> list[Tick]:
        unit, instants = self._instants()
        every = -(-len(instants) // MOST_ON_A_PHONE) or 1
        return [Tick(at, unit, place % every == 0) for place, at in enumerate(instants)]

    def _instants(self) -> tuple[str, list[int]]:
        for step in MINUTES:
            if self.length <= step * 60 * MOST_TICKS:
                return "minutes", list(self._within_days(step))
        for days, is_marked in DAYS:
            if self.length <= days * DAY_SECONDS * MOST_TICKS:
                unit = "days" if days < 30 else "months" if days < 365 else "years"
                return unit, list(self._on_days(is_marked))
        return "years", []

    def _within_days(self, step: int) -> Iterator[int]:
        before = self.start - 1
        for day in self._dates():
            for minute in range(0, 1440, step):
                at = wall(day, minute, self.where)
                if before < at <= self.end:  # a clock that is put back shows an hour twice; it is marked once
                    before = at
                    yield at

    def _on_days(self, is_marked: Callable[[date], bool]) -> Iterator[int]:
        days = (wall(day, 0, self.where) for day in self._dates() if is_marked(day))
        return (at for at in days if self.start <= at <= self.end)

    def _dates(self) -> Iterator[date]:
        first, last = local(self.start, self.where).toordinal(), local(self.end, self.where).toordinal()
        return map(date.fromordinal, range(first, last + 1))
