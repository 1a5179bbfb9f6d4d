"""The terms of one ticket as plain data: every row that applies to it, with its clause, and every calendar date by date.

What is written here needs no agreement beside it to be understood: conditions are decided, calendars resolved, readings chosen. It
can be read, and reckoned with, by people and programs that know nothing of this engine.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from domain.instants import text
from domain.terms.calendar import DAY_MINUTES, Calendar, Edition, Hours
from domain.terms.compiled import ClockTerms, Grounds, Rung, SeverityTerms, Starter, Terms
from domain.terms.zones import wall

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Plain = dict[str, Any]


def resolved_terms(terms: Terms) -> Plain:
    """Clocks and calendars as JSON has them. Amounts are whole seconds or days as their `kind` says, hours are wall time."""
    calendars = CalendarNames()
    return {
        "zone": terms.where.key,
        "severities": list(terms.agreement.severity_numbers),
        "accepted_severity_needs_both_sides": terms.accepted_needs_both,
        "clocks": [_clock(clock, terms, calendars) for clock in terms.clocks],
        "calendars": {name: _calendar(calendar) for name, calendar in sorted(calendars.named.items())},
    }


class CalendarNames:
    """The calendars that are mentioned, each by a name of its own; two of one name that differ are told apart by a number."""

    def __init__(self) -> None:
        self.named: dict[str, Calendar] = {}

    def name(self, calendar: Calendar) -> str:
        name, others = calendar.name, 1
        while self.named.setdefault(name, calendar).digest != calendar.digest:
            others += 1
            name = f"{calendar.name} ({others})"
        return name


def _clock(clock: ClockTerms, terms: Terms, calendars: CalendarNames) -> Plain:
    starts, stops, ends = (list(_triggers(terms, clock.index, part)) for part in ("starts", "stops", "ends"))
    return {
        "clock": clock.name,
        "title": clock.title,
        "clause": clock.clause,
        "starts": [_trigger(one, terms, calendars) for one in starts],
        "stops": [_trigger(one, terms, calendars) for one in stops],
        "ends": [_trigger(one, terms, calendars) for one in ends],
        "repeats": clock.repeats,
        "paused_by": {reason: _grounds(grounds) for reason, grounds in sorted(clock.pauses.items())},
        "agreed_dates": {
            event: {
                "calendar": calendars.name(date.calendar) if date.calendar else None,
                "severities": sorted(date.severities),
                **_grounds(date.grounds),
            }
            for event, date in sorted(clock.agreed_dates.items())
        },
        "on_severity_change": {"mode": clock.on_severity_change, **_grounds(clock.severity_change_grounds)},
        "on_reopening": {"mode": clock.on_reopening, **_grounds(clock.reopening_grounds)},
        "at_severity": {str(number): _at_severity(one, calendars) for number, one in sorted(clock.severities.items())},
    }


def _triggers(terms: Terms, clock: int, part: str) -> Iterator[Starter]:
    """The triggers of a clock, each once: one that waits for two events stands under both."""
    listed = [one for _, reaction in sorted(terms.reactions.items()) for one in getattr(reaction, part)]
    if part == "starts":
        listed += terms.allowance_starts
    told: set[int] = set()
    for one in listed:
        if one.clock == clock and id(one) not in told:
            told.add(id(one))
            yield one


def _trigger(trigger: Starter, terms: Terms, calendars: CalendarNames) -> Plain:
    """What has to happen, and only the conditions that it has."""
    conditions: Plain = {
        "event": trigger.event,
        "is": {field: sorted(allowed, key=str) for field, allowed in trigger.values},
        "also": trigger.also,
        "severities": sorted(trigger.severities),
        "first": trigger.first,
        "after_stop_of": _clock_name(trigger.after_stop_of, terms),
        "complete": sorted(trigger.complete),
        "unless_open": calendars.name(trigger.unless_open) if trigger.unless_open else None,
        "backdated": trigger.backdated,
        "allowance_of": _clock_name(trigger.after_allowance_of, terms),
    }
    return {name: value for name, value in conditions.items() if value} | _grounds(trigger.grounds)


def _clock_name(index: int | None, terms: Terms) -> str | None:
    return None if index is None else terms.clocks[index].name


def _at_severity(terms: SeverityTerms, calendars: CalendarNames) -> Plain:
    return {
        "calendar": {"name": calendars.name(terms.calendar), **_grounds(terms.calendar_grounds)},
        "target": {
            "kind": terms.target.kind,
            "amount": terms.target.figure,
            "limit": "less than" if terms.less_than else "at most",
            "days_end": "at their opening" if terms.to_opening else "at their closing",
            **_grounds(terms.target_grounds),
        },
        "rungs": [_rung(rung) for rung in terms.rungs],
    }


def _rung(rung: Rung) -> Plain:
    return {"after": str(rung.after), "role": rung.role, "does": rung.does, **_grounds(rung.grounds)}


def _grounds(grounds: Grounds) -> Plain:
    """The clause, and the readings and assumptions it hangs on where there are any."""
    told: Plain = {"clause": grounds.clause}
    if grounds.readings:
        told["readings"] = sorted(grounds.readings)
    if grounds.assumes:
        told["assumptions"] = sorted(grounds.assumes)
    return told


def _calendar(calendar: Calendar) -> Plain:
    """Its versions in order; `published` are the first and last year whose dates that differ are known."""
    return {
        "zone": calendar.zone.key,
        "published": list(calendar.published) if calendar.published else None,
        "versions": [_version(edition, calendar) for edition in calendar.editions],
    }


def _version(edition: Edition, calendar: Calendar) -> Plain:
    """`since` is the first local date that it holds for, `since_instant` the instant at which that date begins."""
    began = edition.since.year > 1
    return {
        "since": edition.since.isoformat() if began else None,
        "since_instant": text(wall(edition.since, 0, calendar.zone)) if began else None,
        "week": {day: _hours(hours) for day, hours in zip(WEEKDAYS, edition.week, strict=True)},
        "differing": _differing(edition.differing.items()),
    }


def _differing(dates: Iterable[tuple[Any, tuple[Hours, ...]]]) -> Mapping[str, list[str]]:
    return {day.isoformat(): _hours(hours) for day, hours in sorted(dates)}


def _hours(hours: Iterable[Hours]) -> list[str]:
    """`22:00-06:00` runs past midnight, `00:00-24:00` is a whole date; none: closed."""
    return [f"{_clock_face(one.opens)}-{_clock_face(_closing(one))}" for one in hours]


def _closing(hours: Hours) -> int:
    """A closing past midnight as the wall of the next date shows it; midnight itself is 24:00."""
    return hours.closes - DAY_MINUTES if hours.closes > DAY_MINUTES else hours.closes


def _clock_face(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
