"""Which tickets are there, and what is next? One row a ticket, without personal data, and the queue of those still open."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.sql import SQL, Composed, Identifier

from domain.clocks.clock import RUNNING, Verdict
from domain.clocks.ladder import RungState
from domain.conduct.knowledge import first_tier, target_tier
from domain.instants import instant
from domain.judgement import Judgement
from domain.ticket.events import Assigned, Refused, Unassigned
from projections.calendars import key_of
from projections.judged import Foreseen, Judged, at, opened_at
from projections.notices import unnoticed_since
from projections.store.pool import Pool
from projections.tables import Index, Table

SERVED_LAST: Mapping[str, frozenset[str]] = {"imagicle-care:priority-order": frozenset({"basic"})}
"""The plans that a clause puts behind all others of its agreement."""

ENDS = frozenset({"resolved", "closed", "declined", "withdrawn", "merged", "refused"})
"""The events by which a ticket is open no more."""

FOREVER = 1 << 60
"""Later, in seconds, than anything happens."""

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

    def is_at_risk(self, now: datetime) -> bool:
        is_overdue = self.overdue_from is not None and self.overdue_from <= now
        return self.at_risk_from is not None and self.at_risk_from <= now and not is_overdue


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
    judgement, replay, filed = judged.judgement, judged.replay, judged.filed
    history = judgement.case.history
    opening = judgement.hindsight.opening
    going = [one for one in judged.clocks if one.ahead.is_going and not judged.is_excused(one.now)]
    first, rung = _first_breached(going), _next_rung(judged)
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
        assignee=_assignee(judgement),
        tier=_tier(judgement),
        waits=list(replay.waits) if replay.status == "waiting" else [],
        opened_at=instant(opened_at(judgement)),
        last_event_at=instant(max(one.at for one in history)),
        recorded_at=instant(history[-1].recorded_at),
        version=judged.version,
        position=judged.stream.position,
        case_name=filed.case,
        next_due_at=_first(one.now.due_at for one in going if _is_ahead(one)),
        next_breach_at=_first(one.breaches_at for one in going),
        late_from=_first(one.late_from for one in going if not one.is_breached),
        breached=any(one.now.verdict(replay.excused) is Verdict.BREACHED for one in judged.clocks),
        refused=all(isinstance(one.event, Refused) for one in history),
        irregularities=len(judgement.irregularities),
        zone=replay.terms.where.key,
        closed_at=None if judged.is_open else _last(judgement, ENDS),
        escalated_at=_last(judgement, ("escalated",)),
        breached_at=_first(
            one.now.breached_at for one in judged.clocks if one.now.verdict(replay.excused) is Verdict.BREACHED
        ),
        overdue_from=_first(one.late_from for one in going),
        next_clock=first.now.terms.name if first else None,
        next_calendar=key_of(first.ahead.under.calendar) if first else None,
        next_counts_from=at(first.counts_from) if first else None,
        next_waits=list(first.ahead.waits) if first else [],
        next_rung_at=at(rung.reached_at) if rung else None,
        next_rung_role=rung.role if rung else None,
        at_risk_from=_first(one.at_risk_from for one in going),
        unnoticed_since=unnoticed_since(judged) if judged.is_open else None,
    )


def plan_class(clauses: Collection[str], plan: str) -> int:
    """Those of a lower class are served first, where a clause says so; without one all are of class 0."""
    return int(any(clause in clauses and plan in plans for clause, plans in SERVED_LAST.items()))


def _assignee(judgement: Judgement) -> str | None:
    for one in reversed(judgement.hindsight.recorded):
        if isinstance(one.event, Assigned):
            return one.event.whom
        if isinstance(one.event, Unassigned):
            return None
    return None


def _tier(judgement: Judgement) -> int | None:
    named = map(target_tier, (one.event for one in reversed(judgement.hindsight.recorded)))
    terms = judgement.replay.terms
    return next(filter(None, named), None) or first_tier(terms.agreement, terms.scope)


def _last(judgement: Judgement, events: Collection[str]) -> datetime | None:
    """When the last event of these names took effect."""
    recorded = reversed(judgement.hindsight.recorded)
    return next((instant(one.at) for one in recorded if one.event.event in events), None)


def _first_breached(going: Iterable[Foreseen]) -> Foreseen | None:
    limited = (one for one in going if one.ahead.left is not None)
    return min(limited, key=lambda one: (one.late_from or FOREVER, one.ahead.left or 0), default=None)


def _next_rung(judged: Judged) -> RungState | None:
    ahead = (one.next_rung(judged.replay.as_of) for one in judged.clocks)
    return min((rung for rung in ahead if rung), key=lambda rung: rung.reached_at or 0, default=None)


def _is_ahead(one: Foreseen) -> bool:
    return one.now.state is RUNNING and not one.is_breached


def _first(seconds: Iterable[int | None]) -> datetime | None:
    return at(min((second for second in seconds if second is not None), default=None))


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
