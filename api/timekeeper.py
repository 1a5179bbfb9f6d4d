"""Time passes without events: the timekeeper does what the agreement says is to be done at an instant, by ordinary commands.

What is due stands in the read model. Each command's key follows from its ticket, clock, cycle and rung, so that it is done once,
whoever does it and however often; and each is decided on the version that the deadline was reckoned from, so that one which
something has overtaken does nothing and is reckoned anew.
"""

import logging
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from threading import Event
from typing import Literal, NamedTuple
from uuid import UUID

from api.unattended import AWAY, keep_at, own_order, problem_of
from domain.desk.desk import Desk
from domain.desk.disputing import Disputing
from domain.disputes.commands import PassDeadline
from domain.refusals import CommandRefused, StaleVersion
from domain.ticket.commands import Assign, Escalate, Notify, RaiseAlarm, TicketCommand
from projections.deadlines import TIMEKEEPER, Deadline, Deadlines
from projections.runner import Runner

BATCH = 100
REST = timedelta(minutes=10)
GLANCE_SECONDS = 1.0
"""The longest sleep: somebody may open a ticket with a nearer deadline meanwhile."""
BUSY_SECONDS = 0.02

_log = logging.getLogger(__name__)

Attempted = tuple[str, int]
"""The key of a command and the version it was decided on: tried again, it would come to the same."""


class Deed(NamedTuple):
    """What came of a deadline that was dealt with at an instant; `says` is what stood against it.

    One that was `overtaken` was reckoned from a version that is no longer the last; one that was `left` may be possible later.
    """

    deadline: Deadline
    at: datetime
    outcome: Literal["recorded", "nothing new", "refused", "overtaken", "left"]
    says: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether it does not come again."""
        return self.outcome in ("recorded", "nothing new", "refused")


class Timekeeper:
    """Any number may keep the time of one log."""

    def __init__(self, desk: Desk, deadlines: Deadlines, runner: Runner, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._deadlines = deadlines
        self._runner = runner
        self._now = now
        self._resting: dict[Attempted, datetime] = {}

    def run(self, stop: Event) -> None:
        """Until stopped, whatever happens to the database."""
        keep_at(self._work, TIMEKEEPER, stop)

    def act(self, at: datetime) -> list[Deed]:
        """Deal at an instant with what is due by then, at most one deadline of a ticket; the rest of them is reckoned anew."""
        self._resting = {attempted: until for attempted, until in self._resting.items() if until > at}
        deeds: dict[UUID, Deed] = {}
        for deadline in self._deadlines.due(at, BATCH + len(self._resting)):
            if deadline.ticket not in deeds and _attempted(deadline) not in self._resting:
                deeds[deadline.ticket] = deed = self._deal_with(deadline, at)
                if not deed.is_settled:
                    self._resting[_attempted(deadline)] = at + REST
        return list(deeds.values())

    def run_until(self, until: datetime) -> Iterator[Deed]:
        """Deal with one deadline after another up to an instant, each at its own, as if the time had passed: for simulations.

        Goes on as the deeds are taken from it, and catches the read models up in between; what comes to nothing is passed over.
        """
        passed: set[Attempted] = set()
        self._runner.catch_up()
        while deadline := self._first(until, passed):
            deed = self._deal_with(deadline, deadline.at)
            if not deed.is_settled:
                passed.add(_attempted(deadline))
            yield deed
            self._runner.catch_up()

    def next_at(self) -> datetime | None:
        """When the next deadline is; in the past where one is still to be dealt with."""
        return self._deadlines.next_at()

    def _work(self) -> float:
        at = self._now()
        if any(deed.is_settled for deed in self.act(at)):
            self._runner.nudge()
            return BUSY_SECONDS
        ahead = self.next_at()
        return min((ahead - at).total_seconds(), GLANCE_SECONDS) if ahead and ahead > at else GLANCE_SECONDS

    def _first(self, until: datetime, passed: Collection[Attempted]) -> Deadline | None:
        due = self._deadlines.due(until, 1 + len(passed))
        return next((deadline for deadline in due if _attempted(deadline) not in passed), None)

    def _deal_with(self, deadline: Deadline, at: datetime) -> Deed:
        command = command_for(deadline)
        order = own_order(TIMEKEEPER, deadline.command_key, deadline.ticket, command, at, deadline.version)
        try:
            in_dispute = deadline.kind == "dispute"
            outcome = Disputing(self._desk).execute(order) if in_dispute else self._desk.execute(order)
        except AWAY:
            raise
        except StaleVersion as refusal:
            return Deed(deadline, at, "overtaken", str(refusal))
        except Exception as error:  # whatever is wrong with this ticket, others are waiting
            on_record = isinstance(error, CommandRefused) and error.position is not None
            _log.warning("%s came to nothing: %s", deadline.command_key, problem := problem_of(error))
            return Deed(deadline, at, "refused" if on_record else "left", problem)
        return Deed(deadline, at, "recorded" if outcome.events else "nothing new")


def _attempted(deadline: Deadline) -> Attempted:
    return deadline.command_key, deadline.version


def command_for(deadline: Deadline) -> TicketCommand | PassDeadline:
    """What a deadline asks to be done. A warning is for those who work on the ticket, what went wrong for who answers for it."""
    match deadline.kind, deadline.does:
        case "rung", "escalate":
            return Escalate(to=deadline.name, cause="ladder")
        case "rung", "assign":
            return Assign(role=deadline.name)
        case "rung", "alarm":
            return RaiseAlarm(to=deadline.name)
        case "rung", _:
            return Notify(milestone=f"{deadline.clock} ladder", to=deadline.name)
        case "warning", _:
            return Notify(milestone=f"{deadline.clock} {deadline.name} % used", to="agent")
        case "breach", _:
            return Notify(milestone=f"{deadline.clock} breached", to="service-manager")
        case "closing", _:
            return Notify(milestone="closing proposed", to="service-manager")
        case "dispute", _:
            return PassDeadline(which="answer" if deadline.name == "answer" else "ruling")
