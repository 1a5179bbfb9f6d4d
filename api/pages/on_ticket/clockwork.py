"""A clock in one word, and up to when it goes on without a stop: what every page that tells of one judged ticket asks."""

from collections.abc import Iterator
from typing import NamedTuple

from domain.clocks.clock import Clock, State, Verdict
from domain.instants import DAY_SECONDS
from domain.judgement import Judgement

LONGEST_CLOSING = 30 * DAY_SECONDS
"""A calendar that stays closed for longer than that has nothing to tick for."""


class Ticking(NamedTuple):
    """Counted seconds are left at an instant, and fewer each second from there until another one."""

    left: int
    since: int
    until: int


def state_of(clock: Clock, judgement: Judgement) -> str:
    """A key of the texts `common.state`."""
    verdict = clock.verdict(judgement.replay.excused)
    if clock.is_going:
        return _going(clock, judgement.replay.as_of, late=verdict is Verdict.BREACHED)
    if clock.state is State.STOPPED:
        return "stopped" if verdict is Verdict.NONE else verdict.value
    return "breached" if verdict is Verdict.BREACHED else clock.state.value


def is_late(state: str) -> bool:
    return state.startswith("breached")


def _going(clock: Clock, now: int, *, late: bool) -> str:
    if clock.state is State.PAUSED:
        return "breached_paused" if late else "paused"
    if not clock.under.calendar.is_open(now):
        return "breached_closed" if late else "closed"
    return "breached" if late else "counting"


def ticking(clock: Clock, now: int) -> Ticking | None:
    """From the next opening to its closing; None where nothing counts down."""
    if clock.state is not State.RUNNING or clock.left is None or clock.left <= 0:
        return None
    opening = _next_opening(clock, now)
    return None if opening is None else Ticking(clock.left, *opening)


def _next_opening(clock: Clock, now: int) -> tuple[int, int] | None:
    openings: Iterator[tuple[int, int]] = (
        (start, end) for start, end, is_open in clock.under.calendar.parts(now, now + LONGEST_CLOSING) if is_open
    )
    return next(openings, None)
