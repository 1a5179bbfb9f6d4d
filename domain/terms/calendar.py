"""Opening hours compiled to intervals with the open time up to each, so that both questions are binary searches.

Source: semantics 2. Instants here are whole seconds since 1970 UTC, durations are seconds. `between(a, b)` is the open time in
`[a, b)`; `add(a, d)` is the earliest instant by which `d` has been open. Intervals are compiled a stretch of years at a time, as
questions ask for them; which years are compiled never changes an answer.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from itertools import accumulate, count
from threading import RLock
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.instants import DAY_SECONDS
from domain.terms.zones import local, midnights, same_time_later, wall, zone

DAY_MINUTES = 1440
HORIZON_YEAR = 2400
"""No opening is looked for beyond this year: what is not due by then is never due (semantics 2.5)."""

_EPOCH_DAY = date(1970, 1, 1).toordinal()


class Hours(NamedTuple):
    """An opening on the wall: minutes after the midnight of the day it is listed under; `closes` may lie in the next day."""

    opens: int
    closes: int


Week = tuple[tuple[Hours, ...], ...]
"""The hours of Monday to Sunday."""

ROUND_THE_CLOCK: Week = ((Hours(0, DAY_MINUTES),),) * 7
NEVER: Week = ((),) * 7


@dataclass(frozen=True)
class Edition:
    """A calendar's hours from a date on: its week, and the dates that differ (no hours: closed)."""

    week: Week
    differing: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
    since: date = date.min

    def hours(self, day: date) -> tuple[Hours, ...]:
        differing = self.differing.get(day)
        return self.week[day.weekday()] if differing is None else differing

    @property
    def last_difference(self) -> date:
        return max(self.differing, default=date.min)


class _OpenDay(NamedTuple):
    ordinal: int
    opens: int
    closes: int


_Listed = tuple[int, list[tuple[int, int]]]
"""The ordinal of a date that opens, and its openings."""


class _Table(NamedTuple):
    """The openings of the years compiled, how long each is, and how much has been open before and after it."""

    opens: list[int]
    lengths: list[int]
    before: list[int]
    after: list[int]


class Calendar:
    """When time counts. `published` are the first and last years whose dates that differ are known, None where none can differ."""

    def __init__(
        self,
        name: str,
        where: ZoneInfo,
        editions: Sequence[Edition],
        published: tuple[int, int] | None = None,
    ) -> None:
        self.name = name
        self.zone = where
        self.editions = tuple(sorted(editions, key=lambda edition: edition.since))
        self.published = published
        self._from, self._until = 1, 0
        self._table = _Table([], [], [], [])
        self._days: tuple[list[_OpenDay], list[int]] = [], []
        self._years: tuple[int, int] | None = None
        self._of_years: dict[int, list[_Listed]] = {}
        self._compiling = RLock()

    @cached_property
    def definition(self) -> dict[str, Any]:
        """All that its answers hang on, as JSON has it; `defined` makes the calendar of it again."""
        return {
            "name": self.name,
            "zone": self.zone.key,
            "editions": [
                {
                    "since": edition.since.isoformat(),
                    "week": edition.week,
                    "differing": {day.isoformat(): hours for day, hours in sorted(edition.differing.items())},
                }
                for edition in self.editions
            ],
            "published": self.published,
        }

    @cached_property
    def digest(self) -> str:
        """The same for calendars that give the same answers by the same name."""
        return sha256(json.dumps(self.definition, sort_keys=True).encode()).hexdigest()[:32]

    def between(self, start: int, end: int) -> int:
        """The open seconds in `[start, end)`; 0 when the end is not after the start."""
        if end <= start:
            return 0
        if start < self._from or end > self._until:
            self._cover(start, end)
        opens, lengths, before, _ = self._table
        index = bisect_right(opens, end) - 1
        if index < 0:
            return 0
        within = end - opens[index]
        length = lengths[index]
        total = before[index] + (within if within < length else length)
        index = bisect_right(opens, start, 0, index + 1) - 1
        if index < 0:
            return total
        within = start - opens[index]
        length = lengths[index]
        return total - before[index] - (within if within < length else length)

    def add(self, start: int, duration: int) -> int | None:
        """The earliest instant by which `duration` has been open since the start; None where that never comes."""
        if duration <= 0:
            return start
        if start < self._from or start > self._until:
            self._cover(start, start)
        while True:
            opens, lengths, before, after = self._table
            wanted = duration
            index = bisect_right(opens, start) - 1
            if index >= 0:
                within = start - opens[index]
                length = lengths[index]
                wanted += before[index] + (within if within < length else length)
            index = bisect_left(after, wanted)
            if index < len(opens):
                return opens[index] + wanted - before[index]
            if not self._cover_more():
                return None

    def opening(self, start: int) -> int | None:
        """The last instant up to which nothing has been open since the start: itself inside hours, else the next opening."""
        if start < self._from or start >= self._until:
            self._cover(start, start + 1)
        while True:
            opens, lengths, _, _ = self._table
            index = bisect_right(opens, start) - 1
            if index >= 0 and start < opens[index] + lengths[index]:
                return start
            if index + 1 < len(opens):
                return opens[index + 1]
            if not self._cover_more():
                return None

    def is_open(self, at: int) -> bool:
        return self.opening(at) == at

    def parts(self, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """`[start, end)` cut into (from, to, open), in order, nothing left out."""
        self._cover(start, end)
        all_opens, lengths, _, _ = self._table
        index = max(bisect_right(all_opens, start) - 1, 0)
        while start < end:
            if index >= len(all_opens) or all_opens[index] >= end:
                yield start, end, False
                return
            opens = all_opens[index]
            closes = opens + lengths[index]
            if opens > start:
                yield start, opens, False
                start = opens
            if start < closes:
                yield start, min(closes, end), True
                start = min(closes, end)
            index += 1

    def business_day(self, start: int, days: int) -> tuple[int, int] | None:
        """First opening and last closing of the `days`th date that opens, strictly after the local date of the start.

        None where no such date comes. Source: semantics 3.2.
        """
        after = local(start, self.zone).toordinal()
        self._cover(start, start + 7 * DAY_SECONDS)
        while True:
            open_days, ordinals = self._days
            index = bisect_right(ordinals, after) + days - 1
            if index < len(open_days):
                return open_days[index].opens, open_days[index].closes
            if not self._cover_more():
                return None

    def longest_weekday(self, at: int) -> int:
        """The length, in seconds, of the longest ordinary day of the week then in force (semantics 3.2, `counted-day`)."""
        week = self.edition(local(at, self.zone).date()).week
        return max(_length(hours) for hours in week) * 60

    def beyond_published(self, start: int, end: int) -> bool:
        """Whether `[start, end]` leaves the years whose dates that differ are published."""
        if self.published is None:
            return False
        first, last = self.published
        return local(start, self.zone).year < first or local(end, self.zone).year > last

    def edition(self, day: date) -> Edition:
        """The hours that hold on a date."""
        if len(self.editions) == 1:
            return self.editions[0]
        return next((edition for edition in reversed(self.editions) if edition.since <= day), self.editions[0])

    def _cover(self, start: int, end: int) -> None:
        with self._compiling:
            if self._from <= start and end <= self._until:
                return
            first, last = _year(start) - 1, _year(end) + 2
            if self._years is not None:
                first, last = min(first, self._years[0]), max(last, self._years[1])
            self._compile(first, min(last, HORIZON_YEAR))

    def _cover_more(self) -> bool:
        """Compile further years; False where nothing opens any more."""
        with self._compiling:
            if self._years is None:
                return False
            first, last = self._years
            if last >= HORIZON_YEAR or self._closed_for_good(date(last, 12, 31)):
                return False
            self._compile(first, min(last + max(4, last - first), HORIZON_YEAR))
            return True

    def _closed_for_good(self, after: date) -> bool:
        edition = self.editions[-1]
        return edition.since <= after and not any(edition.week) and edition.last_difference <= after

    def _compile(self, first: int, last: int) -> None:
        """What is compiled only grows, and its reach is told last, so that other threads may go on asking meanwhile."""
        days = [day for year in range(first, last + 1) for day in self._of_year(year)]
        merged = _merged([interval for _, intervals in days for interval in intervals])
        lengths = [closes - opens for opens, closes in merged]
        after = list(accumulate(lengths))
        open_days = [
            _OpenDay(ordinal, intervals[0][0], max(end for _, end in intervals)) for ordinal, intervals in days
        ]
        self._table = _Table([opens for opens, _ in merged], lengths, [0, *after[:-1]], after)
        self._days = open_days, [day.ordinal for day in open_days]
        self._years = first, last
        self._from = wall(date(first, 1, 2), 0, self.zone)
        self._until = wall(date(last, 12, 30), 0, self.zone)

    def _of_year(self, year: int) -> list[_Listed]:
        """The dates of a year that open, listed once: further years are compiled beside those that are there."""
        if year not in self._of_years:
            self._of_years[year] = list(self._open_days(year))
        return self._of_years[year]

    def _open_days(self, year: int) -> Iterator[_Listed]:
        first = date(year, 1, 1).toordinal()
        begins = (*midnights(year, self.zone), *midnights(year + 1, self.zone)[:2])
        for ordinal, midnight, next_one, one_after in zip(count(first), begins, begins[1:], begins[2:], strict=False):
            day = date.fromordinal(ordinal)
            is_plain = next_one - midnight == DAY_SECONDS == one_after - next_one
            intervals = self._plain_intervals(day, midnight) if is_plain else self._intervals(day)
            if intervals:
                yield ordinal, intervals

    def _plain_intervals(self, day: date, midnight: int) -> list[tuple[int, int]]:
        """The openings listed under a date that, like the next, has its 24 hours: clocks on the wall do not change in them."""
        intervals = []
        for opens, closes in self.edition(day).hours(day):
            if closes > DAY_MINUTES and self._is_closed_date(day + timedelta(days=1)):
                closes = DAY_MINUTES
            if opens < closes:
                intervals.append((midnight + 60 * opens, midnight + 60 * closes))
        return sorted(intervals)

    def _intervals(self, day: date) -> list[tuple[int, int]]:
        """The openings listed under a date; the tail of an overnight one ends where a closed date begins.

        Hours of a date that a zone skips whole (Samoa, 30 December 2011) fall on the date after; where that is closed, they go.
        """
        intervals = []
        for hours in self.edition(day).hours(day):
            opens, closes = wall(day, hours.opens, self.zone), wall(day, hours.closes, self.zone)
            shown = local(opens, self.zone).date()
            if shown != day and self._is_closed_date(shown):
                continue
            if hours.closes > DAY_MINUTES and self._is_closed_date(day + timedelta(days=1)):
                closes = min(closes, wall(day, DAY_MINUTES, self.zone))
            if opens < closes:
                intervals.append((opens, closes))
        return sorted(intervals)

    def _is_closed_date(self, day: date) -> bool:
        return self.edition(day).differing.get(day) == ()


class AlwaysOpen(Calendar):
    """Every second counts: the same answers as a calendar of seven whole days, without looking anything up."""

    def __init__(self, name: str, where: ZoneInfo) -> None:
        super().__init__(name, where, [Edition(ROUND_THE_CLOCK)])

    def between(self, start: int, end: int) -> int:
        return end - start if end > start else 0

    def add(self, start: int, duration: int) -> int | None:
        return start + duration if duration > 0 else start

    def opening(self, start: int) -> int | None:
        return start

    def parts(self, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        if start < end:
            yield start, end, True

    def business_day(self, start: int, days: int) -> tuple[int, int] | None:
        day = local(start, self.zone).date()
        opens = closes = 0
        while days:
            day += timedelta(days=1)
            opens, closes = wall(day, 0, self.zone), wall(day, DAY_MINUTES, self.zone)
            days -= opens < closes
        return opens, closes


def defined(definition: Mapping[str, Any]) -> Calendar:
    """The calendar of a definition."""
    name, where, published = definition["name"], zone(definition["zone"]), definition["published"]
    editions = [
        Edition(
            week=tuple(map(_hours, edition["week"])),
            differing={date.fromisoformat(day): _hours(hours) for day, hours in edition["differing"].items()},
            since=date.fromisoformat(edition["since"]),
        )
        for edition in definition["editions"]
    ]
    if [(edition.week, edition.differing) for edition in editions] == [(ROUND_THE_CLOCK, {})]:
        return AlwaysOpen(name, where)
    return Calendar(name, where, editions, tuple(published) if published else None)


def calendar_days(start: int, days: int, where: ZoneInfo) -> int:
    """Seconds on the wall clock from an instant to the same local time `days` dates later (semantics 3.2)."""
    return same_time_later(start, days, where) - start


def _hours(told: Sequence[Sequence[int]]) -> tuple[Hours, ...]:
    return tuple(Hours(opens, closes) for opens, closes in told)


def _merged(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Intervals that touch or overlap count once."""
    merged: list[tuple[int, int]] = []
    for opens, closes in sorted(intervals):
        if merged and opens <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(closes, merged[-1][1])
        else:
            merged.append((opens, closes))
    return merged


def _length(hours: Sequence[Hours]) -> int:
    return sum(closes - opens for opens, closes in _merged([(one.opens, one.closes) for one in hours]))


def _year(second: int) -> int:
    return date.fromordinal(_EPOCH_DAY + second // DAY_SECONDS).year
