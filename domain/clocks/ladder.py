"""Rungs and warnings of a clock: the first instants at which the counted time reached their amounts.

Source: semantics 3.12 and 3.13. Rungs follow the severity in force; a rung once reached stays reached, and a role is told once.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from domain.clocks.clock import Clock, Span, State
from domain.terms.compiled import Rung


class RungState(NamedTuple):
    """`due_at` is when it is reached if nothing more happens (None while nothing counts), `reached_at` when it was."""

    role: str
    does: str
    clause: str
    due_at: int | None
    reached_at: int | None


class Warning(NamedTuple):
    percent: int
    due_at: int | None
    reached_at: int | None


def reached_rungs(clock: Clock) -> list[RungState]:
    """The rungs reached so far, in the order in which they were reached."""
    told: dict[str, RungState] = {}
    for span in clock.spans:
        rungs = clock.terms.severities[span.severity].rungs
        if not rungs:
            continue
        reached = [
            RungState(rung.role, rung.does, rung.grounds.clause, at, at)
            for rung in rungs
            if rung.role not in told and (at := span.reaches(amount(rung, span))) is not None
        ]
        for rung in sorted(reached, key=_reached_at):
            told.setdefault(rung.role, rung)
    return sorted(told.values(), key=_reached_at)


def rungs(clock: Clock) -> list[RungState]:
    """The rungs reached so far, then those of the severity in force that are still to come."""
    reached = reached_rungs(clock)
    told = {rung.role for rung in reached}
    if not clock.spans:
        return reached
    last = clock.spans[-1]
    ahead = [
        RungState(rung.role, rung.does, rung.grounds.clause, _ahead(clock, amount(rung, last)), None)
        for rung in clock.terms.severities[clock.severity].rungs
        if rung.role not in told
    ]
    return reached + ahead


def warnings(clock: Clock) -> list[Warning]:
    """The warnings at their shares of the allowance in force, in counted time."""
    listed = []
    for percent in clock.terms.warnings:
        reached = _first(clock, lambda span, share=percent: _share(span.allowance, share))  # type: ignore[misc]
        due = reached if reached is not None else _ahead(clock, _share(clock.allowance, percent))
        if reached is not None or clock.allowance is not None:
            listed.append(Warning(percent, due, reached))
    return listed


def amount(rung: Rung, span: Span) -> int | None:
    """A rung's amount in counted seconds: business days become a budget at the clock's start."""
    if rung.after.kind == "allowance":
        return span.allowance
    return span.under.budget(rung.after, span.origin)


def _reached_at(rung: RungState) -> int:
    return rung.reached_at or 0


def _share(allowance: int | None, percent: int) -> int | None:
    return None if allowance is None else -(-allowance * percent // 100)


def _first(clock: Clock, wanted: Callable[[Span], int | None]) -> int | None:
    return next(_reached(clock, wanted), None)


def _reached(clock: Clock, wanted: Callable[[Span], int | None]) -> Iterator[int]:
    for span in clock.spans:
        reached = span.reaches(wanted(span))
        if reached is not None:
            yield reached


def _ahead(clock: Clock, wanted: int | None) -> int | None:
    if wanted is None or clock.state is not State.RUNNING:
        return None
    return clock.under.calendar.add(clock.spans[-1].end, wanted - clock.used)
