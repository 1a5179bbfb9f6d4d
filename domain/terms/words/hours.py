"""A calendar of an agreement in words: its week, its zone, the dates that differ."""

from collections.abc import Iterator, Mapping, Sequence

from domain.terms.agreement import CalendarTerm, HolidayRow, WeekHours
from domain.terms.checking.clockwork import week_hours
from domain.terms.holidays import WEEKDAYS, HolidayList
from domain.terms.phrases import listing
from domain.terms.words.lines import Line, labelled
from domain.terms.words.view import Shown, View, grounds

_DAYS = [day.capitalize() for day in WEEKDAYS]


def calendar_words(calendar: CalendarTerm, view: View, lists: Mapping[str, HolidayList]) -> Iterator[Line]:
    conditions = view.conditions(calendar)
    since = f", from {calendar.since} on" if calendar.since else ""
    about = f" ({calendar.about})" if calendar.about else ""
    told = [f"{week_words(calendar.week)}, {calendar.zone}{since}{about}{grounds(calendar)}"]
    told += [_holidays(shown, lists) for shown in view.under(calendar).all(calendar.holidays)]
    for closure in view.under(calendar).all(calendar.closures):
        hours = hours_words(closure.row.hours)
        told.append(f"{closure.row.date} ({closure.row.name}) {hours}{closure.where}{grounds(closure.row)}")
    yield from labelled(f"{calendar.name}{conditions}", told)


def week_words(week: WeekHours) -> str:
    """`Monday to Friday 09:00-18:00, Saturday 09:00-12:00`; a week may begin with its Sunday."""
    days = week_hours(week)
    if not any(days):
        return "never open"
    if all(hours == days[0] for hours in days):
        return "at all hours" if days[0] == ("00:00-24:00",) else f"every day {listing(days[0])}"
    start = 6 if days[6] == days[0] else 0
    runs: list[list[int]] = []
    for day in [(start + ahead) % 7 for ahead in range(7)]:
        if runs and days[runs[-1][-1]] == days[day]:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(f"{_span(run)} {listing(days[run[0]])}" for run in runs if days[run[0]])


def hours_words(hours: Sequence[str]) -> str:
    return listing(hours) if hours else "closed"


def _span(run: Sequence[int]) -> str:
    return _DAYS[run[0]] + (f" to {_DAYS[run[-1]]}" if len(run) > 1 else "")


def _holidays(shown: Shown[HolidayRow], lists: Mapping[str, HolidayList]) -> str:
    row = shown.row
    holidays = lists.get(row.list)
    years = f" {holidays.first_year}-{holidays.last_year}" if holidays else ""
    opens = ", whatever the weekday" if row.on_closed_days == "opens" else ""
    return f"holidays ({row.list}{years}) {hours_words(row.hours)}{opens}{shown.where}{grounds(row)}"
