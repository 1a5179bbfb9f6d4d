"""Whether a condition holds: yes, no, or not known, and because of what.

The parts are those of `terms.conditions.Condition`, and all of them must hold.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.conduct.circumstances import Circumstances
from domain.conduct.findings import Finding, all_of, any_of, opposite
from domain.conduct.knowledge import Knowledge, is_blank, plain, said, target_tier
from domain.conduct.patterns import came_before, is_among, is_of
from domain.instants import DAY_SECONDS, SECOND, seconds, text
from domain.terms.conditions import Condition, Lead, Measured, Within
from domain.terms.event_fields import CUSTOMER_SIDE, VENDOR_SIDE
from domain.terms.zones import local, same_time_later
from domain.ticket.events import Measurement, Opened
from domain.ticket.history import Actor, Person, Recorded, role_of


class _Case(NamedTuple):
    """One event, what was known before it, what surrounds it; without an event, the moment of a rung."""

    recorded: Recorded | None
    knowledge: Knowledge
    around: Circumstances

    @property
    def at(self) -> int:
        return (self.recorded.at if self.recorded else self.knowledge.at) // SECOND

    @property
    def severity(self) -> int | None:
        return severity_of(self.recorded, self.knowledge)

    @property
    def actor(self) -> Actor | None:
        return self.recorded.by if self.recorded else None

    @property
    def role(self) -> str | None:
        return self.recorded.role if self.recorded else None

    def said(self, field: str) -> object:
        return said(self.recorded.event, field) if self.recorded else None


def holds(
    condition: Condition, recorded: Recorded | None, knowledge: Knowledge, circumstances: Circumstances
) -> Finding:
    """Judge an event by what was known before it; the finding says what fails, else what is not known."""
    return _holds(condition, _Case(recorded, knowledge, circumstances))


def severity_of(recorded: Recorded | None, knowledge: Knowledge) -> int | None:
    """The severity in force before an event; of an opening, its own."""
    event = recorded.event if recorded else None
    return event.severity if isinstance(event, Opened) else knowledge.severity


def missing(fields: Iterable[str], knowledge: Knowledge) -> list[str]:
    """The required information that has not been told."""
    return [field for field in fields if plain(field) not in knowledge.told]


def _holds(condition: Condition, case: _Case) -> Finding:
    return all_of(
        [
            *_about_the_actor(condition, case),
            *_about_the_event(condition, case),
            *_about_the_ticket(condition, case),
            *_about_time(condition, case),
            *_about_the_contract(condition, case),
            *([any_of([_holds(one, case) for one in condition.any_of])] if condition.any_of else []),
            *(opposite(_holds(one, case)) for one in condition.none_of),
        ]
    )


# --- the actor --------------------------------------------------------------------------------------------------------


def _about_the_actor(condition: Condition, case: _Case) -> Iterator[Finding]:
    done_by = f"done by {case.role}" if case.role else "who did it is not known"
    if condition.by:
        yield Finding(is_of(case.role, condition.by), done_by)
    if condition.not_by:
        yield opposite(Finding(is_of(case.role, condition.not_by), done_by))
    if condition.by_logger:
        logger = case.knowledge.opener if condition.by_logger == "opener" else case.knowledge.registrar
        logged_by = f"logged by {role_of(logger)}" if logger else "who logged it is not known"
        yield Finding(_same(case.actor, logger), f"{done_by}, {logged_by}")
    if condition.both_sides:
        yield _both_sides(case.said(condition.both_sides), case.role)


def _same(one: Actor | None, other: Actor | None) -> bool | None:
    """The same person where both are known by id, else somebody of the same role."""
    if one is None or other is None:
        return None
    if isinstance(one, Person) and isinstance(other, Person):
        return one.id == other.id
    return role_of(one) == role_of(other)


def _both_sides(named: object, role: str | None) -> Finding:
    """Whether people of both sides are named, the actor included; somebody unknown may be of either side."""
    people = [*(named if isinstance(named, list | tuple) else [named] if named else []), role]
    sides = [_side(one) for one in people]
    lacking = sorted({"customer", "vendor"} - set(sides))
    if not lacking:
        return Finding(True, "both sides agreed")
    return Finding(None if len(lacking) <= sides.count("") else False, f"nobody of the {' or '.join(lacking)} is named")


def _side(one: object) -> str:
    name = str(plain(one))
    return "customer" if name in CUSTOMER_SIDE else "vendor" if name in {*VENDOR_SIDE, "vendor"} else ""


# --- the event --------------------------------------------------------------------------------------------------------


def _about_the_event(condition: Condition, case: _Case) -> Iterator[Finding]:
    for field, allowed in condition.is_.items():
        value = case.said(field)
        yield Finding(None if value is None else is_among(value, allowed), _states(field, value))
    for field, excluded in condition.is_not.items():
        value = case.said(field)
        yield Finding(not is_among(value, excluded), _states(field, value))
    for field in condition.given:
        value = case.said(field)
        yield Finding(value is not None, f"{field} is given" if value is not None else f"{field} is missing")
    for field, words in condition.mentions.items():
        value = case.said(field)
        mentioned = isinstance(value, str) and any(word.lower() in value.lower() for word in words)
        yield Finding(None if value is None else mentioned, _states(field, value))
    if condition.change:
        yield _change(case, condition.change)
    if condition.next_tier:
        yield _next_tier(case)
    if condition.measured:
        yield _measured(condition.measured, case)


def _states(field: str, value: object) -> str:
    return f"{field} is not stated" if value is None else f"{field} is {value}"


def _change(case: _Case, change: str) -> Finding:
    before, after = case.knowledge.severity, case.said("severity")
    if before is None or not isinstance(after, int):
        return Finding(None, "the change of severity is not known")
    return Finding(after < before if change == "upgrade" else after > before, f"severity {before} to {after}")


def _next_tier(case: _Case) -> Finding:
    present, target = case.knowledge.tier, target_tier(case.recorded.event) if case.recorded else None
    if present is None or target is None:
        return Finding(None, "the tier is not known")
    return Finding(target <= present + 1, f"from tier {present} to tier {target}")


def _measured(wanted: Measured, case: _Case) -> Finding:
    measurement = case.said("measurement")
    if not isinstance(measurement, Measurement):
        return Finding(False, "nothing was measured")
    if measurement.from_ is None or measurement.to is None:
        return Finding(False, "the days that were measured are not named")
    start, end = seconds(measurement.from_), seconds(measurement.to)
    enough = measurement.value >= wanted.at_least and _are_the_days(wanted, start, end, case.around.zone)
    return Finding(enough, f"{measurement.value:g} % from {text(start)} to {text(end)}")


def _are_the_days(wanted: Measured, start: int, end: int, where: ZoneInfo) -> bool:
    """So many days on the wall; where any will do, also as many times 24 hours though clocks changed in between."""
    on_the_wall = end == same_time_later(start, wanted.days, where)
    if wanted.week == "any-seven-days":
        return on_the_wall or end == start + wanted.days * DAY_SECONDS
    begins = local(start, where)
    return on_the_wall and begins.weekday() == 0 and begins.time() == time.min


# --- the ticket before it ---------------------------------------------------------------------------------------------


def _about_the_ticket(condition: Condition, case: _Case) -> Iterator[Finding]:
    known = case.knowledge
    if condition.severity:
        yield Finding(
            None if case.severity is None else case.severity in condition.severity, f"severity is {case.severity}"
        )
    if condition.status:
        yield Finding(known.status in condition.status, f"the ticket is {known.status}")
    if condition.tier:
        yield Finding(None if known.tier is None else known.tier in condition.tier, f"tier is {known.tier}")
    for reason in condition.waiting_on:
        waits = reason in known.waits
        yield Finding(waits, f"{'the ticket waits' if waits else 'no wait is in force'} on {reason}")
    if condition.fields:
        lacking = missing(condition.fields, known if case.recorded is None else known.after(case.recorded))
        yield Finding(not lacking, f"missing: {', '.join(lacking)}" if lacking else "all information is there")
    for pattern in condition.seen:
        yield came_before(pattern, known.past, case.recorded.event if case.recorded else None)
    if condition.seen_any:
        yield any_of(
            [
                came_before(pattern, known.past, case.recorded.event if case.recorded else None)
                for pattern in condition.seen_any
            ]
        )
    for pattern in condition.not_seen:
        yield opposite(came_before(pattern, known.past, case.recorded.event if case.recorded else None))
    if rung := condition.rung:
        reached = any(
            one.clock == rung.clock and (not rung.role or one.role in rung.role) and one.at <= case.at
            for one in case.around.rungs
        )
        yield Finding(reached, f"{'a' if reached else 'no'} rung of {rung.clock} was reached")


# --- time -------------------------------------------------------------------------------------------------------------


def _about_time(condition: Condition, case: _Case) -> Iterator[Finding]:
    if condition.lead:
        yield _lead(condition.lead, case)
    if condition.within:
        yield _within(condition.within, case)
    if elapsed := condition.elapsed:
        starts = [one.recorded.at for one in case.knowledge.past if one.recorded.event.event == elapsed.since]
        if starts:
            yield _over(case.around.end(starts[-1] // SECOND, elapsed, case.severity), case.at)
        else:
            yield Finding(False, f"no {elapsed.since} came before")
    if waited := condition.waited:
        wait = case.knowledge.waits.get(waited.on)
        if wait:
            yield _over(case.around.end(wait.since // SECOND, waited, case.severity), case.at)
        else:
            yield Finding(False, f"no wait is in force on {waited.on}")


def _over(end: int | None, at: int) -> Finding:
    """Whether a time that ends then is over at an instant."""
    if end is None:
        return Finding(False, "the time never ends")
    return Finding(at >= end, f"the time {'ended' if at >= end else 'ends only'} at {text(end)}")


def _lead(lead: Lead, case: _Case) -> Finding:
    ahead = case.said(lead.field)
    if not isinstance(ahead, datetime):
        return Finding(None, f"{lead.field} is not stated")
    earliest = case.around.end(case.at, lead, case.severity)
    if earliest is None:
        return Finding(False, "the time never ends")
    return Finding(seconds(ahead) >= earliest, f"the earliest time was {text(earliest)}")


def _within(within: Within, case: _Case) -> Finding:
    moment = case.at
    if within.field:
        named = case.said(within.field)
        if not isinstance(named, datetime):
            return Finding(None, f"{within.field} is not stated")
        moment = seconds(named)
    is_open = case.around.calendar(within.calendar, case.severity).is_open(moment)
    return Finding(is_open, f"{text(moment)} is {'in' if is_open else 'out of'} hours")


# --- the contract -----------------------------------------------------------------------------------------------------


def _about_the_contract(condition: Condition, case: _Case) -> Iterator[Finding]:
    for option in condition.option:
        agreed = option in case.around.options
        yield Finding(agreed, f"{option} is {'agreed' if agreed else 'not agreed'}")
    for name, allowed in condition.fact.items():
        value = case.around.facts.get(name)
        yield Finding(None if value is None else is_among(value, allowed), _states(name, value))
    for field, name in condition.listed.items():
        yield _listed(case.said(field), case.around.facts.get(name), field, name)


def _listed(value: object, listed: object, field: str, name: str) -> Finding:
    """Whether a list of the contract holds a value; a list that the contract leaves out says nothing."""
    if value is None or is_blank(listed) or not isinstance(listed, list | tuple | set | frozenset):
        return Finding(None, f"{_states(field, value)}, the {name} are not known")
    among = is_among(value, tuple(listed))
    return Finding(among, f"{_states(field, value)}, {'' if among else 'not '}among the {name}")
