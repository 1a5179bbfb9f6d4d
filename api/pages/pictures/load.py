"""Deadlines by hour: a row a day, a cell an hour, darker the more it holds; hours that are closed are hatched.

Each cell has its number on it and leads to what it counts; a row says in words what it shows. How wide and high a cell is stands in
the style sheet, once for all of them.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Literal, NamedTuple

from markupsafe import Markup, escape

from api.pages.pictures.shapes import together
from api.pages.texts import say
from domain.instants import moment, seconds
from domain.terms.calendar import Calendar
from domain.terms.zones import wall, zone

HOURS, HOUR_SECONDS = 24, 3_600
HEIGHT = 30
WIDTH = 100 / HOURS
MOST_SHOWN = 1_000
LABELLED = (0, 6, 12, 18)

_LINES = Markup('<rect class="lines" fill="url(#hours)" width="100%" height="{}"/>').format(HEIGHT)

Openness = Literal["open", "partly", "closed"]
Kinds = Mapping[str, int]

NOTHING: Kinds = {}


class Cell(NamedTuple):
    """An hour on the wall, `[start, end)`, with how many deadlines of each kind it holds."""

    start: datetime
    end: datetime
    hour: int
    openness: Openness
    kinds: Kinds
    deadlines: int


class Hour(NamedTuple):
    """An hour on the wall; one that is shown twice is as long as two, and has both of its beginnings."""

    hour: int
    start: datetime
    end: datetime
    beginnings: tuple[datetime, ...]


class Row(NamedTuple):
    """A day with its hours; one that a zone skips has fewer."""

    day: date
    cells: tuple[Cell, ...]

    def total(self, kind: str) -> int:
        return sum(cell.kinds.get(kind, 0) for cell in self.cells)

    @property
    def deadlines(self) -> int:
        return sum(cell.deadlines for cell in self.cells)

    @property
    def fullest(self) -> Cell:
        """The first of the hours that hold most."""
        return max(self.cells, key=lambda cell: cell.deadlines)


def rows_of(
    days: Sequence[date], where: str, counts: Mapping[datetime, Kinds], calendars: Sequence[Calendar]
) -> list[Row]:
    """The days with what falls into each of their hours."""
    return [Row(day, tuple(_cells(day, where, counts, calendars))) for day in days]


def _cells(day: date, where: str, counts: Mapping[datetime, Kinds], calendars: Sequence[Calendar]) -> list[Cell]:
    openness, cells = _opennesses(tuple(calendars), day, where), []
    for (hour, start, end, beginnings), opens in zip(_hours(day, where), openness, strict=True):
        held = _held([found for at in beginnings if (found := counts.get(at))])
        cells.append(Cell(start, end, hour, opens, held, sum(held.values()) if held else 0))
    return cells


def _held(several: Sequence[Kinds]) -> Kinds:
    """Together."""
    if len(several) < 2:
        return several[0] if several else NOTHING
    return {kind: sum(one.get(kind, 0) for one in several) for kind in {kind: None for one in several for kind in one}}


def _openness(opens: Sequence[bool]) -> Openness:
    if all(opens):
        return "open"
    return "partly" if any(opens) else "closed"


# --- the same for every agreement of a zone, and for whoever looks next -----------------------------------------------


@lru_cache(maxsize=1 << 9)
def _hours(day: date, where: str) -> Sequence[Hour]:
    here = zone(where)
    starts = [wall(day, hour * 60, here) for hour in range(HOURS + 1)]
    return [
        Hour(hour, moment(start), moment(end), tuple(map(moment, range(start, end, HOUR_SECONDS))))
        for hour, (start, end) in enumerate(pairwise(starts))
        if start < end
    ]


@lru_cache(maxsize=1 << 10)
def _opennesses(calendars: Sequence[Calendar], day: date, where: str) -> Sequence[Openness]:
    """How open each hour of a day is, by several calendars."""
    opens = [_opens(calendar, day, where) for calendar in calendars]
    return [_openness([one[place] for one in opens]) for place in range(len(_hours(day, where)))]


@lru_cache(maxsize=1 << 12)
def _opens(calendar: Calendar, day: date, where: str) -> Sequence[bool]:
    """In which of the hours of a day anything is open."""
    return [calendar.between(seconds(one.start), seconds(one.end)) > 0 for one in _hours(day, where)]


# --- the picture ------------------------------------------------------------------------------------------------------


def scale() -> Markup:
    """The hours of the day, above the rows."""
    return Markup('<svg class="hours" width="100%" height="16" aria-hidden="true">{}</svg>').format(
        together(Markup('<text x="{:.3f}%" y="12">{:02}:00</text>').format(_left(hour), hour) for hour in LABELLED)
    )


def picture(row: Row, most: int, now: datetime, told: str, link: Callable[[Cell], str]) -> Markup:
    """A day; `most` is what the fullest hour of all days holds, `told` the row in words. The page has the patterns."""
    kinds = [(_kind(cell, most, now), cell.hour - place, cell) for place, cell in enumerate(row.cells)]
    cells = together(
        _ground(kind, [cell for _, _, cell in several]) for (kind, _), several in groupby(kinds, key=itemgetter(0, 1))
    )
    hatches = together(
        _hatched(openness, list(several)) for openness, several in groupby(row.cells, key=lambda cell: cell.openness)
    )
    figures = together(_figure(cell, most, link) for cell in row.cells if cell.deadlines)
    here = together(_now(cell, now) for cell in row.cells if cell.start <= now < cell.end)
    return Markup(
        f'<svg class="load" width="100%" height="{HEIGHT}" role="group" aria-label="{escape(told)}">'
        f"{cells}{hatches}{_LINES}{figures}{here}</svg>"
    )


def _kind(cell: Cell, most: int, now: datetime) -> str:
    """How an hour is drawn: as dark as it is full."""
    return f"{cell.openness} n{_depth(cell.deadlines, most)}{' past' if cell.end <= now else ''}"


def _ground(kind: str, cells: Sequence[Cell]) -> Markup:
    """Hours of one kind that follow each other; the lines between hours are drawn over all of them."""
    left, width = _place(cells[0].hour), _place(cells[-1].hour + 1 - cells[0].hour)
    return Markup(f'<rect class="cell {kind}" x="{left}" width="{width}"/>')


def _hatched(openness: Openness, cells: Sequence[Cell]) -> Markup:
    """A pattern over hours that are not open for all."""
    if openness == "open":
        return Markup()
    return Markup('<rect class="hatch" fill="url(#hatch-{})" x="{:.2f}%" y="1" width="{:.2f}%" height="{}"/>').format(
        openness, _left(cells[0].hour), WIDTH * (cells[-1].hour + 1 - cells[0].hour), HEIGHT - 2
    )


def _figure(cell: Cell, most: int, link: Callable[[Cell], str]) -> Markup:
    kinds = cell.kinds
    says = _says(cell.hour, cell.openness, kinds.get("due", 0), kinds.get("rung", 0), kinds.get("warning", 0))
    depth, shown = _depth(cell.deadlines, most), cell.deadlines if cell.deadlines < MOST_SHOWN else "…"
    return Markup(
        f'<a href="{escape(link(cell))}"><title>{says}</title><rect class="touch" x="{_place(cell.hour)}"/>'
        f'<text class="n{depth}" x="{_place(cell.hour + 0.5)}" y="20">{shown}</text></a>'
    )


@lru_cache(maxsize=1 << 12)
def _says(hour: int, openness: Openness, due: int, rungs: int, warnings: int) -> Markup:
    hours = f"{hour:02}:00–{hour + 1:02}:00"
    return escape(
        say(
            "workload.cell",
            hour=hours,
            openness=say(f"workload.{openness}"),
            due=due,
            rungs=rungs,
            warnings=warnings,
        )
    )


def _now(cell: Cell, now: datetime) -> Markup:
    place = _left(cell.hour) + WIDTH * (now - cell.start) / (cell.end - cell.start)
    return Markup('<line class="now" x1="{0:.2f}%" x2="{0:.2f}%" y1="0" y2="{1}"/>').format(place, HEIGHT)


def _left(hour: float) -> float:
    return WIDTH * hour


@lru_cache(maxsize=4 * HOURS)
def _place(hour: float) -> str:
    return f"{_left(hour):.2f}".rstrip("0").rstrip(".") + "%"


def _depth(count: int, most: int) -> int:
    """0 for none, then 1 to 4 by the share of the fullest hour."""
    return 0 if not count else min(4, 1 + 4 * (count - 1) // max(most, 1))
