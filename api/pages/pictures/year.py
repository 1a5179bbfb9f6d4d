"""A year of a calendar as twelve months: on which dates it opens as usual, otherwise, or not at all.

Each kind of day differs by pattern and by the shape of its mark, not by colour alone; what a date is called stands on it and in the
list of dates that differ.
"""

from calendar import Calendar as Weeks
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from markupsafe import Markup

from api.pages.texts import say
from domain.terms.calendar import DAY_MINUTES, Calendar, Hours

CELL, GAP, HEAD = 20, 2, 18
WEEKS = 6

DayKind = Literal["open", "closed", "short", "holiday"]


class Day(NamedTuple):
    """`short` is open at other hours than usual, `holiday` closed though the weekday opens; `name` where the date has one."""

    date: date
    kind: DayKind
    hours: str
    name: str


@dataclass(frozen=True)
class Year:
    """`differing` are the dates with hours of their own, `known` whether the dates of this year are published."""

    year: int
    months: tuple[tuple[str, Markup], ...]
    differing: tuple[Day, ...]
    open_days: int
    known: bool
    published: tuple[int, int] | None


def year_of(
    calendar: Calendar, named: Mapping[date, str], year: int, today: date, say_day: Callable[[date], str]
) -> Year:
    """`today` is marked; `say_day` puts a date as its reader writes it."""
    months = tuple(tuple(_day(calendar, named, one) for one in _dates(year, month)) for month in range(1, 13))
    days = [day for month in months for day in month]
    published = calendar.published
    return Year(
        year=year,
        months=tuple((f"{year}-{number:02}", _month(days, today, say_day)) for number, days in enumerate(months, 1)),
        differing=tuple(day for day in days if day.name),
        open_days=sum(bool(day.kind in ("open", "short")) for day in days),
        known=published is None or published[0] <= year <= published[1],
        published=published,
    )


def _dates(year: int, month: int) -> list[date]:
    return [day for day in Weeks().itermonthdates(year, month) if day.month == month]


def _day(calendar: Calendar, named: Mapping[date, str], day: date) -> Day:
    edition = calendar.edition(day)
    usual, hours = edition.week[day.weekday()], edition.hours(day)
    return Day(day, _kind(bool(hours), is_usual=hours == usual), _hours(hours), named.get(day, ""))


def _kind(opens: bool, *, is_usual: bool) -> DayKind:
    if is_usual:
        return "open" if opens else "closed"
    return "short" if opens else "holiday"


def _hours(hours: tuple[Hours, ...]) -> str:
    if not hours:
        return say("calendars.closed")
    return ", ".join(f"{_wall(one.opens)}–{_wall(one.closes)}" for one in hours)


def _wall(minute: int) -> str:
    """The end of a date is 24:00; what lies in the next one is shown as on its wall."""
    shown = minute if minute <= DAY_MINUTES else minute - DAY_MINUTES
    return f"{shown // 60:02}:{shown % 60:02}"


def _month(days: tuple[Day, ...], today: date, say_day: Callable[[date], str]) -> Markup:
    first = days[0].date.weekday()
    width, height = 7 * (CELL + GAP), HEAD + WEEKS * (CELL + GAP)
    letters = Markup("").join(
        Markup('<text class="weekday" x="{}" y="12" text-anchor="middle">{}</text>').format(
            place * (CELL + GAP) + CELL // 2, letter
        )
        for place, letter in enumerate(say("calendars.weekdays").split())
    )
    cells = Markup("").join(_cell(day, first + place, today, say_day) for place, day in enumerate(days))
    return Markup('<svg class="month" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>').format(
        width, height, _summary(days), letters, cells
    )


def _summary(days: tuple[Day, ...]) -> str:
    """What the picture shows, for whoever does not see it."""
    opens = sum(day.kind in ("open", "short") for day in days)
    return say("calendars.month_summary", open=opens, days=len(days))


def _cell(day: Day, place: int, today: date, say_day: Callable[[date], str]) -> Markup:
    row, column = divmod(place, 7)
    x, y = column * (CELL + GAP), HEAD + row * (CELL + GAP)
    told = ": ".join(filter(None, (say_day(day.date), day.name, day.hours)))
    mark = Markup()
    if day.kind == "holiday":
        mark = Markup('<path class="mark" d="M{} {}l{} {}"/>').format(x + 3, y + CELL - 3, CELL - 6, 6 - CELL)
    elif day.kind == "short":
        mark = Markup('<path class="mark" d="M{} {}h{}"/>').format(x + 4, y + CELL - 3, CELL - 8)
    return Markup(
        '<g class="day {}{}"><title>{}</title><rect x="{}" y="{}" width="{}" height="{}" rx="3"/>{}'
        '<text x="{}" y="{}" text-anchor="middle">{}</text></g>'
    ).format(
        day.kind,
        " today" if day.date == today else "",
        told,
        x + 0.5,
        y + 0.5,
        CELL - 1,
        CELL - 1,
        mark,
        x + CELL / 2,
        y + 14,
        day.date.day,
    )
