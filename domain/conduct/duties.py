"""What people still owe: duties of the agreement that an event or a rung began and nothing has fulfilled yet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from domain.conduct.circumstances import Circumstances, Reached
from domain.conduct.conditions import holds, missing
from domain.conduct.knowledge import Knowledge, Past, before_all
from domain.conduct.patterns import matches
from domain.instants import SECOND
from domain.terms.conditions import Pattern
from domain.terms.conduct import Conduct, Duty
from domain.ticket.history import Recorded


class Owed(NamedTuple):
    """A duty in force since an instant (seconds); `event` is the number of the event that began it, None for a rung.

    `duty` is the agreement's row, which says what would fulfil it.
    """

    since: int
    clause: str
    says: str
    duty: Duty
    detail: str = ""
    by: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    event: int | None = None
    readings: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()


class Course(NamedTuple):
    """A duty from its beginning to the instant at which it was fulfilled or lapsed; without one it is owed still."""

    debt: Owed
    ended_at: int | None = None
    is_fulfilled: bool = False


class _Step(NamedTuple):
    """An event, or a rung reached between events, with what was known once it had happened."""

    at: int
    recorded: Recorded | None
    rung: Reached | None
    tier: int | None
    knowledge: Knowledge
    around: Circumstances


def owed(history: Iterable[Recorded], conduct: Conduct, circumstances: Circumstances, as_of: int) -> tuple[Owed, ...]:
    """The duties in force as of an instant (microseconds), the oldest first; the history in order of effect."""
    steps = _steps(history, conduct, circumstances, as_of)
    begun = (course for duty in _possible(conduct.duties, steps) for course in _courses(duty, steps))
    still = (course.debt for course in begun if course.ended_at is None)
    return tuple(sorted(still, key=lambda debt: debt.since))


def missed(history: Iterable[Recorded], conduct: Conduct, circumstances: Circumstances, as_of: int) -> Iterator[Owed]:
    """The duties whose neglect is a breach: those lapsed unfulfilled, and those in force by then."""
    duties = [duty for duty in conduct.duties if duty.missed == "irregular"]
    steps = _steps(history, conduct, circumstances, as_of) if duties else []
    for duty in _possible(duties, steps):
        for course in _courses(duty, steps):
            is_neglected = course.ended_at is not None or course.debt.since < as_of // SECOND
            if not course.is_fulfilled and is_neglected:
                yield course.debt


def courses(
    history: Iterable[Recorded], conduct: Conduct, circumstances: Circumstances, as_of: int, duties: Iterable[Duty]
) -> Iterator[Course]:
    """Every time that one of these duties of the agreement began, and what became of it by an instant."""
    steps = _steps(history, conduct, circumstances, as_of)
    for duty in _possible(duties, steps):
        yield from _courses(duty, steps)


def _steps(history: Iterable[Recorded], conduct: Conduct, circumstances: Circumstances, as_of: int) -> list[_Step]:
    """Events and rungs in order; at one instant the time counted up to it comes first (semantics 1.3)."""
    known, around = before_all(conduct, circumstances.scope), circumstances
    rungs = sorted((rung for rung in circumstances.rungs if rung.at * SECOND <= as_of), key=lambda rung: rung.at)
    steps = []

    def reach(until: int) -> None:
        while rungs and rungs[0].at * SECOND <= until:
            rung = rungs.pop(0)
            at = rung.at * SECOND
            steps.append(_Step(rung.at, None, rung, known.tier, replace(known, at=at), around))

    for recorded in history:
        if recorded.at > as_of:
            break
        reach(recorded.at)
        tier, known = known.tier, known.after(recorded)
        around = around.in_category(known.category)
        steps.append(_Step(recorded.at // SECOND, recorded, None, tier, known, around))
    reach(as_of)
    return steps


def _possible(duties: Iterable[Duty], steps: Sequence[_Step]) -> Iterator[Duty]:
    """Those that something in the history may have begun; a ticket's category is known once it has opened."""
    if not steps:
        return
    names = {step.recorded.event.event for step in steps if step.recorded}
    scope = steps[-1].around.scope
    for duty in duties:
        begun = any(not names.isdisjoint(pattern.event) for pattern in duty.after)
        if (begun or (duty.after_rung and any(step.rung for step in steps))) and duty.applies(scope):
            yield duty


def _courses(duty: Duty, steps: Iterable[_Step]) -> Iterator[Course]:
    """Those that ended, in order, then the one that has not."""
    debt: Owed | None = None
    for step in steps:
        lacking = missing(duty.fields, step.knowledge) if duty.fields else []
        if _is_any(duty.until, step) or (duty.fields and not lacking):
            if debt:
                yield Course(debt, step.at, is_fulfilled=True)
            debt = None
        elif debt and _is_any(duty.ends, step):
            yield Course(debt, step.at)
            debt = None
        elif debt is None and _begins(duty, step):
            debt = _debt(duty, step)
        if debt and lacking:
            debt = debt._replace(detail=f"missing: {', '.join(lacking)}")
    if debt:
        yield Course(debt)


def _begins(duty: Duty, step: _Step) -> bool:
    severity = step.knowledge.severity
    return (
        (_is_any(duty.after, step, surely=True) or _reaches(duty, step.rung))
        and duty.applies(step.around.scope, severity)
        and (severity is not None or not duty.severity)
        and holds(duty.where, step.recorded, step.knowledge, step.around).truth is True
    )


def _is_any(patterns: Iterable[Pattern], step: _Step, *, surely: bool = False) -> bool:
    """Whether the event is one of these; one whose actor is not known counts, unless it must be sure."""
    if step.recorded is None:
        return False
    past = Past(step.recorded, step.tier)
    name = step.recorded.event.event
    truths = [matches(pattern, past) for pattern in patterns if name in pattern.event]
    return True in truths or (None in truths and not surely)


def _reaches(duty: Duty, rung: Reached | None) -> bool:
    return rung is not None and any(
        rung.clock == one.clock and (not one.role or rung.role in one.role) for one in duty.after_rung
    )


def _debt(duty: Duty, step: _Step) -> Owed:
    return Owed(
        since=step.at,
        clause=duty.clause,
        says=duty.says,
        duty=duty,
        by=tuple(duty.by),
        to=duty.to,
        event=step.recorded.number if step.recorded else None,
        readings=tuple(duty.reading),
        assumes=duty.assumes,
    )
