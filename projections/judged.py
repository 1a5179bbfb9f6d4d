"""A ticket judged for its rows: what the log says of it up to a position, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.clocks.clock import PENDING, RUNNING, Clock
from domain.clocks.ladder import RungState, reached_rungs, warnings
from domain.clocks.replay import Replay
from domain.conduct.knowledge import Knowledge, before_all
from domain.contract.state import Agreed
from domain.desk.envelope import Envelope, Filed
from domain.desk.shelf import Shelf
from domain.desk.ticket import Ticket, case_of
from domain.instants import DAY_SECONDS, SECOND, micros, moment
from domain.judgement import Judgement, judge
from domain.refusals import UnknownStream
from domain.ticket.events import Opened

AHEAD_MICROSECONDS = 5 * 366 * DAY_SECONDS * SECOND
"""How far ahead a ticket is judged that nothing more happens to; what would come later shows with its next event."""

_OPEN = ("open", "waiting")

IMPORTED = "import"
"""What the origin of imported events begins with."""


class Stream(NamedTuple):
    """A stream as the log has it; `position` is the place of its last event."""

    id: UUID
    envelopes: tuple[Envelope, ...]
    position: int


@dataclass(frozen=True)
class Party:
    """A contract as the log has it; `as_of` is the last instant, in microseconds, that its events speak of.

    Where rows are made as they stood at an instant, they are judged no later than `until`, whatever was known to be coming.
    """

    id: UUID
    agreed: Agreed
    as_of: int
    position: int
    until: int | None = None

    def no_later_than(self, until: int) -> "Party":
        return replace(self, as_of=min(self.as_of, until), until=until)


class Foreseen(NamedTuple):
    """A clock in one cycle as it is, and as it will be if nothing more happens."""

    now: Clock
    ahead: Clock

    @property
    def is_breached(self) -> bool:
        return self.now.breached_at is not None

    @property
    def breaches_at(self) -> int | None:
        """When it was breached or will be; a limit of "at most" is still kept at that second."""
        return self.now.breached_at if self.is_breached else self.ahead.breached_at

    @property
    def late_from(self) -> int | None:
        """The first whole second as of which it is breached."""
        if self.is_breached or self.ahead.breached_at is None:
            return self.now.breached_at
        return self.ahead.breached_at if self.ahead.less_than else self.ahead.breached_at + 1

    @property
    def counts_from(self) -> int | None:
        """Since when counted time is added to what is used now: a clock that starts by itself counts from its start."""
        if self.now.state is RUNNING:
            return self.now.spans[-1].end
        begins = self.now.state is PENDING and self.ahead.is_going and not self.ahead.waits
        return self.ahead.started_at if begins else None

    @property
    def at_risk_from(self) -> int | None:
        """The first second as of which a clock that is not breached has reached the first of its warnings.

        None also where a change of severity has taken its target away since: there is nothing left to miss.
        """
        if self.is_breached or not self.ahead.is_going or self.ahead.allowance is None:
            return None
        return min((one.reached_at for one in warnings(self.ahead) if one.reached_at is not None), default=None)

    def next_rung(self, after: int) -> RungState | None:
        """The first rung that will be reached after an instant if nothing more happens."""
        return next((one for one in reached_rungs(self.ahead) if (one.reached_at or 0) > after), None)


class Judged(NamedTuple):
    """Judged as of the last instant that the events of the ticket, or of its contract, speak of.

    `foreseen` is the same history judged as of much later: what will have happened if nothing more happens. `replay` and `ahead`
    are what either says of the clocks, and one and the same where nothing comes any more.
    """

    stream: Stream
    filed: Filed
    judgement: Judgement
    foreseen: Judgement
    replay: Replay
    ahead: Replay
    clocks: tuple[Foreseen, ...]

    @classmethod
    def of(cls, stream: Stream, filed: Filed, judgement: Judgement) -> "Judged":
        foreseen = _foreseen(judgement)
        replay, ahead = judgement.replay, foreseen.replay
        return cls(stream, filed, judgement, foreseen, replay, ahead, _side_by_side(replay, ahead))

    @property
    def id(self) -> UUID:
        return self.stream.id

    @property
    def version(self) -> int:
        return len(self.stream.envelopes)

    @property
    def is_open(self) -> bool:
        return self.replay.status in _OPEN

    @property
    def is_over(self) -> bool:
        """Nothing comes any more by itself."""
        return self.ahead is self.replay

    def is_excused(self, clock: Clock) -> bool:
        return clock.terms.name in self.replay.excused

    def late_or_excused_from(self, foreseen: Foreseen) -> tuple[datetime | None, datetime | None]:
        """The first second as of which a clock is breached, or as of which its breach is excused: at most one of the two."""
        turns_at = at(foreseen.late_from)
        return (None, turns_at) if self.is_excused(foreseen.now) else (turns_at, None)

    @property
    def knowledge(self) -> Knowledge:
        """What rules know about the ticket after its last event."""
        known = before_all(self.replay.terms.agreement, self.replay.terms.scope)
        return known.after_all(self.judgement.hindsight.recorded)

    @property
    def imported_until(self) -> int:
        """The last instant, in microseconds, told by an import: what was to be done by then is history. -1 for none."""
        told = (micros(one.event.effective_at) for one in self.stream.envelopes if one.origin.startswith(IMPORTED))
        return max(told, default=-1)

    def envelope(self, number: int) -> Envelope:
        return self.stream.envelopes[number - 1]


def _foreseen(judgement: Judgement) -> Judgement:
    replay, case = judgement.replay, judgement.case
    if replay.status not in _OPEN and not any(clock.is_going for clock in replay.clocks):
        return judgement
    return judge(replace(case, as_of=case.as_of + AHEAD_MICROSECONDS))


def _side_by_side(replay: Replay, ahead: Replay) -> tuple[Foreseen, ...]:
    if ahead is replay:
        return tuple([Foreseen(clock, clock) for clock in replay.clocks])
    then = {(clock.terms.name, clock.cycle): clock for clock in ahead.clocks}
    return tuple([Foreseen(now, then[now.terms.name, now.cycle]) for now in replay.clocks])


def party(stream: Stream) -> Party:
    as_of = max(micros(one.event.effective_at) for one in stream.envelopes)
    return Party(stream.id, Agreed().after(stream.envelopes), as_of, stream.position)


def judged(stream: Stream, contract: Party, shelf: Shelf) -> Judged:
    """Raises UnknownStream where the ticket names terms that nobody published."""
    ticket = Ticket(stream.id, stream.envelopes)
    filed = ticket.filed
    as_of = max([contract.as_of, *[one.at for one in ticket.history]])
    if contract.until is not None:
        as_of = min(as_of, contract.until)
    case = case_of(ticket, filed, contract.agreed.contract(ticket.opened_at), shelf, as_of)
    return Judged.of(stream, filed, judge(case))


def contract_of(stream: Stream) -> UUID:
    """The contract that a ticket was filed under. Raises UnknownStream where its first event names none."""
    if (filed := stream.envelopes[0].filed) is None:
        raise UnknownStream(f"ticket {stream.id} does not say what it is judged by")
    return filed.contract


def opened_at(judgement: Judgement) -> int:
    """In microseconds. A ticket that was refused has the instant of its refusal."""
    for one in judgement.hindsight.recorded:
        if isinstance(one.event, Opened):
            return one.at
    return judgement.case.history[0].at


def at(second: int | None) -> datetime | None:
    return None if second is None else moment(second)


def earliest(seconds: Iterable[int | None]) -> datetime | None:
    return at(min((second for second in seconds if second is not None), default=None))
