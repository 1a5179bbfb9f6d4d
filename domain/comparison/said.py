"""One difference of what went into two replays in plain words: a correction and what it moved, a plan, a reading, a holiday."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.comparison.called import called
from domain.comparison.difference import Difference
from domain.comparison.inputs import (
    Change,
    ContractEventChange,
    EventChange,
    FactChange,
    InstantChange,
    ReadingChange,
    TermsChange,
    same_terms,
)
from domain.contract.events import ContractEvent
from domain.instants import SECOND, micros
from domain.judgement import Case, Judgement
from domain.ledger import at, day
from domain.terms.agreement import Agreement
from domain.terms.phrases import listing
from domain.terms.zones import local
from domain.ticket.events import Corrected, Ruled
from domain.ticket.history import Recorded, role_of


def change_words(change: Change, difference: Difference) -> str:
    """One difference of what went in, said of the later side."""
    where = difference.after.replay.terms.where
    match change:
        case EventChange(before=before, after=after):
            return _event(before, after, difference, where)
        case ContractEventChange(before=None):
            return f"the contract: {_contract_event(change.event, where)}"
        case ContractEventChange():
            return f"the contract without: {_contract_event(change.event, where)}"
        case FactChange(name=name, before=was, after=is_):
            return f"{name.replace('_', ' ')} {_value(is_)} instead of {_value(was)}"
        case ReadingChange():
            was, is_ = (_option(change.reading, one) for one in (difference.before, difference.after))
            return f"{change.reading} is read as {is_} instead of {was}"
        case TermsChange():
            return _terms(difference.before.case, difference.after.case)
        case InstantChange(before=was, after=is_):
            return f"the clocks are asked as of {at(is_ // SECOND, where)} instead of {at(was // SECOND, where)}"


def said_words(changes: Iterable[Change], difference: Difference) -> list[str]:
    """Differences with who recorded each, when and why."""
    where = difference.after.replay.terms.where
    return [_line(one, difference, where) for one in changes]


def said_afterwards(one: Recorded, history: Mapping[int, Recorded], where: ZoneInfo) -> str:
    """A correction or ruling: what it did to which event; any other event by its kind and instant."""
    on = f"{one.number} of {_date(one.recorded_at // SECOND, where)}"
    match one.event:
        case Corrected(struck=True, number=number):
            return f"correction {on} struck {_event_named(number, history)}"
        case Corrected(moved_to=moved_to, number=number) if moved_to is not None:
            from_ = f" from {at(history[number].at // SECOND, where)}" if number in history else ""
            to = at(micros(moved_to) // SECOND, where)
            return f"correction {on} moved {_event_named(number, history)}{from_} to {to}"
        case Corrected(data=data, number=number):
            changed = ", ".join(f"{name} {_value(value)}" for name, value in (data or {}).items())
            return f"correction {on} changed {_event_named(number, history)}: {changed}"
        case Ruled(strike_wait=number) if number is not None:
            return f"ruling {on} struck the wait of {_event_named(number, history)}"
        case Ruled(severity=severity, since=since) if severity is not None:
            from_ = f"since {at(micros(since) // SECOND, where)}" if since else "from the start"
            return f"ruling {on} set severity {severity} {from_}"
        case Ruled(excuse=clock) if clock is not None:
            return f"ruling {on} excused {clock}"
        case Ruled(reading=readings):
            taken = " and ".join(f"{reading} as {option}" for reading, option in (readings or {}).items())
            return f"ruling {on} read {taken}"
        case _:
            return f"event {one.number} ({called(one)}) of {at(one.at // SECOND, where)}"


def _event(before: Recorded | None, after: Recorded | None, difference: Difference, where: ZoneInfo) -> str:
    if before is not None and after is not None:
        changed = ", ".join(_fields_changed(before, after, where)) or "was recorded otherwise"
        return f"event {after.number} ({after.event.event}) with {changed}"
    history = {one.number: one for case in (difference.before, difference.after) for one in case.case.history}
    one = after or before
    assert one is not None
    told = said_afterwards(one, history, where)
    if before is None:
        return told
    return f"it is left out that {told}" if isinstance(one.event, Corrected | Ruled) else f"without {told}"


def _fields_changed(before: Recorded, after: Recorded, where: ZoneInfo) -> Iterator[str]:
    if before.at != after.at:
        yield f"its instant {at(after.at // SECOND, where)} instead of {at(before.at // SECOND, where)}"
    was, is_ = before.event.model_dump(), after.event.model_dump()
    for name in dict.fromkeys((*was, *is_)):
        if name != "effective_at" and was.get(name) != is_.get(name):
            yield f"{name} {_value(is_.get(name))} instead of {_value(was.get(name))}"


def _event_named(number: int, history: Mapping[int, Recorded]) -> str:
    return f"event {number} ({called(history[number])})" if number in history else f"event {number}"


def _contract_event(event: ContractEvent, where: ZoneInfo) -> str:
    until = getattr(event, "until", None)
    last = f" until {until:%-d %B %Y}" if until else ""
    told = f"{event.event.replace('_', ' ')}{last}, {_date(micros(event.effective_at) // SECOND, where)}"
    if event.known_since == event.effective_at:
        return told
    return f"{told}, recorded {_date(micros(event.known_since) // SECOND, where)}"


def _terms(before: Case, after: Case) -> str:
    was, is_ = before.selector.agreement, after.selector.agreement
    if was.id != is_.id:
        return f"{is_.id} {is_.version} instead of {was.id} {was.version}"
    if was.version != is_.version:
        return f"version {is_.version} of {is_.id} instead of {was.version}"
    if was != is_:
        return f"{is_.id} with {listing(_terms_changed(was, is_), 'and')}"
    lists = after.selector.lists
    other = [name for name in lists if lists[name] != before.selector.lists.get(name)]
    assert not same_terms(before.selector, after.selector)
    return f"other dates in the holiday list {listing(other, 'and')}" if other else "other holiday lists"


def _terms_changed(was: Agreement, is_: Agreement) -> Iterator[str]:
    """What differs in two agreements of one name and version: a contract's own terms, or what is supposed."""
    named = {one.name: one for one in was.calendars}
    dates: dict[tuple[date, str, tuple[str, ...]], list[str]] = {}
    for calendar in is_.calendars:
        for row in calendar.closures if calendar.name in named else ():
            if row not in named[calendar.name].closures:
                dates.setdefault((row.date, row.name, row.hours), []).append(calendar.name)
    for (closed, name, hours), calendars in dates.items():
        said = f"open {', '.join(hours)}" if hours else "closed"
        shown = day(datetime(closed.year, closed.month, closed.day, tzinfo=UTC), year=True)
        yield f"{shown} ({name}) {said} on {listing(dict.fromkeys(calendars))}"
    clocks = [one.name for one, other in zip(is_.clocks, was.clocks, strict=False) if one != other]
    if clocks:
        yield f"other terms for {listing(clocks)}"
    if was.coverage != is_.coverage:
        yield "other coverage"
    if not (dates or clocks or was.coverage != is_.coverage):
        yield "other terms"


def _option(reading: str, judgement: Judgement) -> str:
    return judgement.replay.terms.scope.readings.get(reading, "nothing")


def _value(value: Any) -> str:
    match value:
        case None | "" | () | {}:
            return "none"
        case list() | tuple():
            return ", ".join(map(_value, value))
        case _:
            return str(value)


def _date(second: int, where: ZoneInfo) -> str:
    return day(local(second, where), year=True)


def _line(change: Change, difference: Difference, where: ZoneInfo) -> str:
    """A difference with who recorded it, when and why, where that is said."""
    told = change_words(change, difference)
    if not isinstance(change, EventChange):
        return told
    one = change.event
    by = f" by {role_of(one.by)}" if one.by else ""
    event = one.event
    why = f": {event.why}" if isinstance(event, Corrected | Ruled) else ""
    evidence = f" (evidence: {event.evidence})" if isinstance(event, Corrected) and event.evidence else ""
    return f"{told}, recorded{by} {at(one.recorded_at // SECOND, where)}{why}{evidence}"
