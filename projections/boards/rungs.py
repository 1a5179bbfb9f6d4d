"""Which rungs did a ticket reach or will it reach, when was the role told, and to whom was it escalated? One row each.

A rung still to come is there at the instant at which it is reached if nothing more happens: who asks compares.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.clocks.clock import Clock
from domain.clocks.ladder import RungState, reached_rungs
from domain.instants import SECOND, instant, moment
from domain.ticket.events import AlarmRaised, Assigned, Escalated, Event, Notified
from domain.ticket.history import Recorded, role_of
from projections.deadlines import TIMEKEEPER, command_key
from projections.judged import Judged
from projections.tables import Index, Table


class RungRow(NamedTuple):
    """`told_at` is when its role was first told, by the timekeeper or by somebody (`told_by` is their role); None: not yet."""

    ticket: UUID
    clock: str
    cycle: int
    role: str
    customer: str
    agreement: str
    does: str
    clause: str
    reached_at: datetime
    told_at: datetime | None
    told_by: str


class EscalationRow(NamedTuple):
    """An escalation on record: `number` is that of its event, `cause` what whoever escalated gave as one."""

    ticket: UUID
    number: int
    customer: str
    agreement: str
    to: str
    cause: str
    by: str
    at: datetime


RUNGS = Table("rungs", RungRow, key=("ticket", "clock", "cycle", "role"), indexes=(Index(("reached_at",)),))

ESCALATIONS = Table("escalations", EscalationRow, key=("ticket", "number"), indexes=(Index(("at",)),))


def rungs(judged: Judged) -> Iterator[RungRow]:
    """What an imported history never told anybody is history, and no rung of ours."""
    imported_until = judged.imported_until // SECOND
    for clock in judged.ahead.clocks:
        for rung in reached_rungs(clock):
            if rung.reached_at is None:
                continue
            told = _told(judged, clock, rung)
            if told is None and rung.reached_at <= imported_until:
                continue
            yield RungRow(
                ticket=judged.id,
                clock=clock.terms.name,
                cycle=clock.cycle,
                role=rung.role,
                customer=judged.filed.customer,
                agreement=judged.filed.agreement,
                does=rung.does,
                clause=rung.clause,
                reached_at=moment(rung.reached_at),
                told_at=instant(told.at) if told else None,
                told_by=_by(judged, told) if told else "",
            )


def escalations(judged: Judged) -> Iterator[EscalationRow]:
    for one in judged.judgement.hindsight.recorded:
        if isinstance(one.event, Escalated):
            yield EscalationRow(
                ticket=judged.id,
                number=one.number,
                customer=judged.filed.customer,
                agreement=judged.filed.agreement,
                to=one.event.to or "",
                cause=one.event.cause or "",
                by=_by(judged, one),
                at=instant(one.at),
            )


def _told(judged: Judged, clock: Clock, rung: RungState) -> Recorded | None:
    """The first event since the clock's start by which somebody told the role, or the timekeeper did of this very rung."""
    key = command_key(judged.id, "rung", clock.terms.name, clock.cycle, rung.role)
    since = (clock.started_at or 0) * SECOND
    for one in judged.judgement.hindsight.recorded:
        if _is_timekeepers(judged, one):
            if judged.envelope(one.number).command == key:
                return one
        elif one.at >= since and tells(one.event, rung.role):
            return one
    return None


def tells(event: Event, role: str) -> bool:
    """Whether an event tells a role of the ticket, or gives it to them."""
    match event:
        case Escalated(to=to) | AlarmRaised(to=to) | Notified(to=to):
            return to == role
        case Assigned(role=assigned):
            return assigned == role
        case _:
            return False


def _is_timekeepers(judged: Judged, recorded: Recorded) -> bool:
    return judged.envelope(recorded.number).origin == TIMEKEEPER


def _by(judged: Judged, recorded: Recorded) -> str:
    if _is_timekeepers(judged, recorded):
        return TIMEKEEPER
    return role_of(recorded.by) if recorded.by else ""
