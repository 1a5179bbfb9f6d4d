"""Which answer was given to whom at the time, and whether what is known now contradicts it.

A statement is held against two replays of its own moment: one with what was known then, one with what is known now. Instants are
microseconds since 1970 UTC.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from domain.clocks.clock import Verdict
from domain.clocks.ladder import reached_rungs
from domain.comparison.difference import ClockDifference, Difference, difference
from domain.judgement import Case, Judgement, judge
from domain.ticket.events import (
    AlarmRaised,
    ClosureNotice,
    Escalated,
    Notified,
    PriorityNotified,
    TicketEvent,
    UpdateSent,
)
from domain.ticket.history import Recorded

KnownAt = Callable[[int, int | None], Case]
"""The ticket as of an instant with what was known by another (None: everything)."""


class Statement(NamedTuple):
    """Something that somebody was told. `event` is its number in the history, None for a notice that is no event itself.

    `to` is a role, or empty where nobody is named; `says` names what it was about: a milestone, a kind of notice.
    """

    at: int
    kind: str
    to: str
    says: str
    channel: str = ""
    event: int | None = None
    clause: str = ""


class RungGone(NamedTuple):
    """A rung that had been reached by what was known then, and by what is known now was not."""

    clock: str
    role: str


class Contradicted(NamedTuple):
    """A statement, and what of its moment is known otherwise now."""

    statement: Statement
    difference: Difference
    rungs: tuple[RungGone, ...]

    @property
    def clocks(self) -> tuple[ClockDifference, ...]:
        return self.difference.verdicts

    @property
    def told_of_breach(self) -> bool:
        """Whether a breach was on record when it was said that is none by what is known now."""
        return any(one.before and one.before.verdict is Verdict.BREACHED for one in self.clocks)


def statements(history: Iterable[Recorded]) -> tuple[Statement, ...]:
    """Those that are events of a ticket, in the order in which they were recorded."""
    return tuple(filter(None, map(_statement, history)))


def contradicted(said: Iterable[Statement], case: KnownAt) -> Iterator[Contradicted]:
    """The statements that hold no longer, in order of time, each with what is otherwise."""
    for statement in sorted(said):
        then, now = judge(case(statement.at, statement.at)), judge(case(statement.at, None))
        gone = _rungs_gone(then, now)
        if gone or then.replay.verdicts() != now.replay.verdicts():
            yield Contradicted(statement, difference(then, now), gone)


def _statement(one: Recorded) -> Statement | None:
    told = _told(one.event)
    if told is None:
        return None
    to, says, channel = told
    return Statement(max(one.at, one.recorded_at), one.event.event, to or "", says or "", channel or "", one.number)


def _told(event: TicketEvent) -> tuple[str | None, str | None, str | None] | None:
    """Whom an event told, of what, and by which way."""
    match event:
        case Notified(to=to, milestone=milestone, channel=channel):
            return to, milestone, channel
        case PriorityNotified(channel=channel):
            return "customer", "when the request will be processed", channel
        case UpdateSent():
            return "customer", "a periodic report", None
        case ClosureNotice():
            return "customer", "the ticket will be closed", None
        case Escalated(to=to, cause=cause):
            return to, cause, None
        case AlarmRaised(to=to):
            return to, "alarm", None
        case _:
            return None


def _rungs_gone(then: Judgement, now: Judgement) -> tuple[RungGone, ...]:
    return tuple(one for one in _rungs(then) if one not in _rungs(now))


def _rungs(judgement: Judgement) -> dict[RungGone, None]:
    """In order, each once."""
    return dict.fromkeys(
        RungGone(clock.terms.name, rung.role) for clock in judgement.replay.clocks for rung in reached_rungs(clock)
    )
