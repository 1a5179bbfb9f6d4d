"""Which tickets are there, and what is next? One row a ticket, without personal data, and the queue of those still open."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.sql import SQL, Composed, Identifier

from domain.clocks.clock import Verdict
from domain.conduct.knowledge import first_tier, target_tier
from domain.instants import instant
from domain.ticket.events import Assigned, Refused, Unassigned
from projections.judged import Judged, earliest, opened_at
from projections.notices import unnoticed_since
from projections.prospects import prospects
from projections.store.pool import Pool
from projections.tables import Index, Table

SERVED_LAST: Mapping[str, frozenset[str]] = {"imagicle-care:priority-order": frozenset({"basic"})}
"""The plans that a clause puts behind all others of its agreement."""

ENDS = frozenset({"resolved", "closed", "declined", "withdrawn", "merged", "refused"})
"""The events by which a ticket is open no more."""

_HANDS = frozenset({"assigned", "unassigned", "escalated"})
"""The events by which it comes into other hands."""

OPEN = frozenset({"open", "waiting"})
"""The states of a ticket that is not done."""


class TicketRow(NamedTuple):
    """`breached` is as judged at the last event; as time goes by, it is breached from `late_from` on.

    `next_breach_at` is when the first of the clocks still going was or will be breached, `late_from` the first second of the
    next breach. From `overdue_from` on, a clock still going is breached; until then the ticket is at risk from `at_risk_from`,
    the first warning of such a clock. `next_clock` is the one that is breached first of them, else has the least time left; it
    goes on as its row among the clocks says. The next rung is the first one after the last event. `unnoticed_since` is since
    when somebody is to be told of an open ticket what nobody has told them, and may lie ahead. A ticket that was refused has the
    instant of its refusal as `opened_at`.
    """

    ticket: UUID
    customer: str
    contract: UUID
    agreement: str
    agreement_version: str
    plan: str
    plan_class: int
    region: str
    severity: int | None
    status: str
    category: str | None
    product: str | None
    channel: str | None
    assignee: str | None
    tier: int | None
    waits: list[str]
    opened_at: datetime
    last_event_at: datetime
    recorded_at: datetime
    version: int
    position: int
    case_name: str | None
    next_due_at: datetime | None
    next_breach_at: datetime | None
    late_from: datetime | None
    breached: bool
    refused: bool
    irregularities: int
    zone: str
    closed_at: datetime | None
    escalated_at: datetime | None
    breached_at: datetime | None
    overdue_from: datetime | None
    next_clock: str | None
    next_calendar: str | None
    next_counts_from: datetime | None
    next_waits: list[str]
    next_rung_at: datetime | None
    next_rung_role: str | None
    at_risk_from: datetime | None
    unnoticed_since: datetime | None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def is_breached(self, now: datetime) -> bool:
        return self.breached or (self.late_from is not None and self.late_from <= now)


TICKETS = Table(
    "tickets",
    TicketRow,
    key=("ticket",),
    indexes=(
        Index(("-opened_at", "-ticket")),
        Index(("customer", "-opened_at", "-ticket")),
        Index(("contract",)),
        Index(("assignee", "-opened_at", "-ticket")),
        Index(("agreement", "-opened_at", "-ticket")),
        Index(("status", "-opened_at", "-ticket")),
        Index(("severity", "-opened_at", "-ticket")),
        Index(("case_name",)),
    ),
)

OPEN_TICKETS = Table(
    "open_tickets",
    TicketRow,
    key=("ticket",),
    indexes=(
        Index(("plan_class", "next_breach_at", "ticket")),
        Index(("customer", "next_due_at", "ticket")),
        Index(("agreement", "zone")),
    ),
)
"""The rows of tickets still open once more, by themselves: they are few, and most of what is asked is about them."""


# --- rows -------------------------------------------------------------------------------------------------------------


def row(judged: Judged) -> TicketRow:
    judgement, filed = judged.judgement, judged.filed
    history, replay = judgement.case.history, judgement.replay
    opening, course, comes = judgement.hindsight.opening, _course(judged), prospects(judged)
    breaches = [one.now.breached_at for one in judged.clocks if one.now.verdict(replay.excused) is Verdict.BREACHED]
    return TicketRow(
        ticket=judged.id,
        customer=filed.customer,
        contract=filed.contract,
        agreement=filed.agreement,
        agreement_version=filed.version,
        plan=replay.terms.scope.plan,
        plan_class=plan_class(replay.terms.agreement.clauses, replay.terms.scope.plan),
        region=replay.terms.scope.region,
        severity=replay.severity,
        status=replay.status,
        category=opening.category if opening else None,
        product=opening.product if opening else None,
        channel=opening.channel if opening else None,
        assignee=course.assignee,
        tier=course.tier or first_tier(replay.terms.agreement, replay.terms.scope),
        waits=list(replay.waits) if replay.status == "waiting" else [],
        opened_at=instant(opened_at(judgement)),
        last_event_at=instant(max([one.at for one in history])),
        recorded_at=instant(history[-1].recorded_at),
        version=judged.version,
        position=judged.stream.position,
        case_name=filed.case,
        next_due_at=comes.due_at,
        next_breach_at=comes.breach_at,
        late_from=comes.late_from,
        breached=bool(breaches),
        refused=all(isinstance(one.event, Refused) for one in history),
        irregularities=len(judgement.irregularities),
        zone=replay.terms.where.key,
        closed_at=None if judged.is_open else course.ended_at,
        escalated_at=course.escalated_at,
        breached_at=earliest(breaches),
        overdue_from=comes.overdue_from,
        next_clock=comes.clock,
        next_calendar=comes.calendar,
        next_counts_from=comes.counts_from,
        next_waits=list(comes.waits),
        next_rung_at=comes.rung_at,
        next_rung_role=comes.rung_role,
        at_risk_from=comes.at_risk_from,
        unnoticed_since=unnoticed_since(judged) if judged.is_open else None,
    )


def plan_class(clauses: Collection[str], plan: str) -> int:
    """Those of a lower class are served first, where a clause says so; without one all are of class 0."""
    return int(any(clause in clauses and plan in plans for clause, plans in SERVED_LAST.items()))


class _Course(NamedTuple):
    """Who has the ticket, at which tier as its events say, when it was last ended, and last escalated."""

    assignee: str | None
    tier: int | None
    ended_at: datetime | None
    escalated_at: datetime | None


def _course(judged: Judged) -> _Course:
    assignee: str | None = None
    tier = ended_at = escalated_at = None
    for one in judged.judgement.hindsight.recorded:
        name = one.event.event
        if name in ENDS:
            ended_at = one.at
        elif name in _HANDS:
            tier = target_tier(one.event) or tier
            match one.event:
                case Assigned(whom=whom):
                    assignee = whom
                case Unassigned():
                    assignee = None
                case _:
                    escalated_at = one.at
    return _Course(assignee, tier, _instant(ended_at), _instant(escalated_at))


def _instant(micro: int | None) -> datetime | None:
    return None if micro is None else instant(micro)


# --- questions --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which tickets are asked for; what is None does not matter. `breached` is meant as of now."""

    customer: str | None = None
    contract: UUID | None = None
    agreement: str | None = None
    plan: str | None = None
    severity: int | None = None
    status: tuple[str, ...] | None = None
    waiting_on: str | None = None
    assignee: str | None = None
    breached: bool | None = None
    opened_from: datetime | None = None
    opened_to: datetime | None = None

    def conditions(self, now: datetime) -> Iterator[tuple[SQL, object]]:
        yield from ((SQL(_EQUAL[name]), value) for name in _EQUAL if (value := getattr(self, name)) is not None)
        if self.status is not None:
            yield SQL("status = ANY(%s)"), list(self.status)
        if self.breached is not None:
            yield SQL("(breached OR coalesce(late_from <= %s, false)) IS " + str(self.breached).upper()), now


_EQUAL = {
    "customer": "customer = %s",
    "contract": "contract = %s",
    "agreement": "agreement = %s",
    "plan": "plan = %s",
    "severity": "severity = %s",
    "waiting_on": "%s = ANY(waits)",
    "assignee": "assignee = %s",
    "opened_from": "opened_at >= %s",
    "opened_to": "opened_at < %s",
}

ALL = Wanted()


class Newest(NamedTuple):
    """Where a list of the newest tickets goes on: after this one."""

    opened_at: datetime
    ticket: UUID


class Urgent(NamedTuple):
    """Where the queue goes on: after this one."""

    plan_class: int
    next_breach_at: datetime | None
    ticket: UUID


_SELECT = SQL("SELECT * FROM {tickets} WHERE {conditions} ORDER BY {order} LIMIT %s")
_NEWEST = SQL("opened_at DESC, ticket DESC")
_URGENT = SQL("plan_class, next_breach_at, ticket")
_AFTER_NEWEST = SQL("(opened_at, ticket) < (%s, %s)")
_AFTER_URGENT = SQL(
    "(plan_class, coalesce(next_breach_at, 'infinity'), ticket) > (%s, coalesce(%s::timestamptz, 'infinity'), %s)"
)


class Tickets:
    """Where a customer is given, nothing of anybody else's is seen."""

    def __init__(self, pool: Pool, schema: str) -> None:
        self._pool = pool
        self._tickets, self._open = TICKETS.at(schema), OPEN_TICKETS.at(schema)

    def ticket(self, ticket: UUID, customer: str | None = None) -> TicketRow | None:
        conditions: list[tuple[SQL, object]] = [(SQL("ticket = %s"), ticket)]
        found = self._select(self._tickets, [*conditions, *_of(customer)], _NEWEST, 1)
        return found[0] if found else None

    def newest(
        self,
        now: datetime,
        wanted: Wanted = ALL,
        *,
        after: Newest | None = None,
        limit: int = 50,
        customer: str | None = None,
    ) -> list[TicketRow]:
        """The last opened first."""
        conditions = [*wanted.conditions(now), *_of(customer)]
        if after:
            conditions.append((_AFTER_NEWEST, after))
        return self._select(self._tickets, conditions, _NEWEST, limit)

    def queue(
        self,
        now: datetime,
        wanted: Wanted = ALL,
        *,
        after: Urgent | None = None,
        limit: int = 50,
        customer: str | None = None,
    ) -> list[TicketRow]:
        """The open tickets by the time to their next breach, those without one last; first of all by their plan's class."""
        conditions = [*wanted.conditions(now), *_of(customer)]
        if after:
            conditions.append((_AFTER_URGENT, after))
        return self._select(self._open, conditions, _URGENT, limit)

    def _select(self, table: Identifier, conditions: list[tuple[SQL, Any]], order: SQL, limit: int) -> list[TicketRow]:
        statement: Composed = _SELECT.format(
            tickets=table,
            conditions=SQL(" AND ").join([condition for condition, _ in conditions] or [SQL("true")]),
            order=order,
        )
        values = [value for _, one in conditions for value in (one if isinstance(one, tuple) else (one,))]
        with self._pool.connection() as connection:
            return [TicketRow(*row) for row in connection.execute(statement, [*values, limit])]


def _of(customer: str | None) -> Iterator[tuple[SQL, object]]:
    if customer is not None:
        yield SQL("customer = %s"), customer
