"""How was a customer served in a month? What a service report tells of each agreement that the customer has, or had tickets under.

Clocks count in the month in which they started, tickets, notices and surveys in that in which they happened, all by UTC;
availability is measured by the calendar month of the agreement's own zone.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg.rows import TupleRow
from psycopg.sql import SQL

from domain.instants import DAY_SECONDS, moment, seconds
from domain.terms.zones import wall, zone
from projections.as_of.view import View
from projections.boards import months
from projections.boards.eras import Answer, Era
from projections.boards.flows import FLOWS, NO_SEVERITY
from projections.boards.kept import Among, Answers, Kept, Line, Milestones
from projections.boards.milestones import MILESTONES
from projections.boards.months import dates
from projections.boards.outages import OUTAGES
from projections.boards.rungs import ESCALATIONS
from projections.boards.spent import SPENT
from projections.contracts import CONTRACTS
from projections.tables import Table
from projections.tickets import TICKETS

LISTED = 40
"""So many late clocks, and so many untold notices, a report names of each agreement; it counts them all."""

PROMISED = 0.98
BASE = "xmpro:2-availability/base"
DAILY_SECONDS: Mapping[str, int] = {"23.5-hours": 84_600, "24-hours": DAY_SECONDS}
"""For how much of a day availability is promised, as the clause is read; the first is the default (xmpro:2-availability)."""


class Flow(NamedTuple):
    """Tickets of a severity: opened, reopened and closed at it within the month, and open at it at its end or now.

    None: of no severity. A ticket that is closed and reopened several times counts as often.
    """

    severity: int | None
    opened: int
    reopened: int
    closed: int
    still_open: int


class Late(NamedTuple):
    """A clock that was breached; `escalated_at` is when its ticket was escalated last, `zone` that of the ticket's terms."""

    ticket: UUID
    reference: str | None
    severity: int
    clock: str
    late_from: datetime
    escalated_at: datetime | None
    zone: str


class Escalation(NamedTuple):
    """Of the tickets that were late, each once however many of its clocks were, how many were escalated."""

    late: int
    escalated: int

    @property
    def share(self) -> float | None:
        return self.escalated / self.late if self.late else None


class Untold(NamedTuple):
    """A notice that nobody has given; `zone` is that of its ticket's terms, None of a ticket that is in no list."""

    ticket: UUID
    reference: str | None
    clause: str
    says: str
    since: datetime
    lapsed_at: datetime | None
    zone: str | None


class Outage(NamedTuple):
    """As far as it lies within the time that is measured; `goes_on`: it was not over by then."""

    ticket: UUID
    reference: str | None
    since: datetime
    until: datetime
    goes_on: bool


@dataclass(frozen=True)
class Availability:
    """Of a platform from `since` to `until`: the outages are together as long as the time that they cover, not counted twice."""

    reading: str
    zone: str
    since: datetime
    until: datetime
    days: float
    outages: Sequence[Outage]

    @property
    def agreed_seconds(self) -> int:
        return round(self.days * DAILY_SECONDS[self.reading])

    @property
    def outage_seconds(self) -> int:
        total, reached = 0, self.since
        for one in sorted(self.outages, key=lambda one: one.since):
            if one.until > reached:
                total += int((one.until - max(one.since, reached)).total_seconds())
                reached = one.until
        return total

    @property
    def share(self) -> float | None:
        if not self.agreed_seconds:
            return None
        return max(0.0, 1 - self.outage_seconds / self.agreed_seconds)

    @property
    def is_kept(self) -> bool | None:
        return None if self.share is None else self.share >= PROMISED


@dataclass(frozen=True)
class Section:
    """All of one agreement, whose zone it names. `readings` are those that the customer's contracts name, `late` the first ones."""

    agreement: str
    zone: str
    plans: Sequence[str]
    readings: Mapping[str, str]
    flows: Sequence[Flow]
    lines: Sequence[Line]
    escalation: Escalation
    late: Sequence[Late]
    late_clocks: int
    milestones: Sequence[Milestones]
    untold: Sequence[Untold]
    answers: Answers | None
    outages: Sequence[TupleRow]

    def availability(self, month: str, at: datetime) -> Availability | None:
        """As far as the month has gone by; None before it begins."""
        place = zone(self.zone)
        first, after = dates(month)
        since, end = wall(first, 0, place), wall(after, 0, place)
        until = min(end, seconds(at))
        if until <= since:
            return None
        outages = [
            Outage(ticket, reference, max(begun, moment(since)), min(ended or at, moment(until)), ended is None)
            for ticket, reference, begun, ended in self.outages
            if begun < moment(until) and (ended is None or ended > moment(since))
        ]
        days = (after - first).days if until == end else _days_gone(first, until, place)
        reading = self.readings.get(BASE, next(iter(DAILY_SECONDS)))
        return Availability(reading, self.zone, moment(since), moment(until), days, outages)


@dataclass(frozen=True)
class ServiceReport:
    customer: str
    month: str
    at: datetime
    sections: Sequence[Section]

    @property
    def is_running(self) -> bool:
        """Whether the month is not over."""
        return self.at < _midnight(dates(self.month)[1])


_AGREEMENTS = SQL("""
    SELECT agreement, plan, facts -> 'readings' FROM {contracts} AS contracts WHERE customer = %(customer)s
    ORDER BY agreement, plan, contract""")

_FLOWS = SQL(
    f"""
    SELECT agreement, nullif(severity, {NO_SEVERITY}) AS severity,
        coalesce(sum(opened) FILTER (WHERE month = %(month)s), 0)::bigint,
        coalesce(sum(reopened) FILTER (WHERE month = %(month)s), 0)::bigint,
        coalesce(sum(closed) FILTER (WHERE month = %(month)s), 0)::bigint,
        sum(more)::bigint
    FROM {{flows}} AS flows WHERE customer = %(customer)s AND month <= %(month)s
    GROUP BY 1, 2 HAVING max(month) = %(month)s OR sum(more) <> 0 ORDER BY 1, 2"""
)

_LATE = SQL("""
    WITH late AS MATERIALIZED (
        SELECT agreement, ticket, severity, clock, cycle, late_from FROM {spent} AS spent
        WHERE customer = %(customer)s AND started_at >= %(since)s AND started_at < %(until)s AND late_from <= %(now)s
    ), counted AS (
        SELECT agreement, sum(clocks)::bigint AS clocks, count(*) AS tickets, count(*) FILTER (
                WHERE (SELECT true FROM {escalations} AS escalations WHERE escalations.ticket = late.ticket LIMIT 1)
            ) AS escalated
        FROM (SELECT agreement, ticket, count(*) AS clocks FROM late GROUP BY agreement, ticket) AS late
        GROUP BY agreement
    )
    SELECT counted.agreement, clocks, counted.tickets, escalated, listed.ticket, case_name, listed.severity, clock,
        listed.late_from, escalated_at, zone
    FROM counted, LATERAL (
        SELECT * FROM late WHERE late.agreement = counted.agreement
        ORDER BY late_from, ticket, clock, cycle LIMIT %(limit)s
    ) AS listed JOIN {tickets} AS tickets ON tickets.ticket = listed.ticket
    ORDER BY counted.agreement, listed.late_from, listed.ticket, clock, cycle""")
"""The first of them, each with how many there are in all. Whether a ticket was escalated is looked up, one by one: late are few."""

_UNTOLD = SQL("""
    WITH untold AS MATERIALIZED (
        SELECT agreement, ticket, number, clause, says, since, lapsed_at FROM {milestones} AS milestones
        WHERE customer = %(customer)s AND since >= %(since)s AND since < %(until)s AND given_at IS NULL
    )
    SELECT named.agreement, listed.ticket, case_name, listed.clause, says, listed.since, lapsed_at, zone
    FROM (SELECT DISTINCT agreement FROM untold) AS named, LATERAL (
        SELECT * FROM untold WHERE untold.agreement = named.agreement ORDER BY since, ticket, number LIMIT %(limit)s
    ) AS listed LEFT JOIN {tickets} AS tickets ON tickets.ticket = listed.ticket
    ORDER BY named.agreement, listed.since, listed.ticket, number""")

_OUTAGES = SQL("""
    SELECT outages.agreement, outages.ticket, case_name, since, until
    FROM {outages} AS outages LEFT JOIN {tickets} AS tickets ON tickets.ticket = outages.ticket
    WHERE outages.customer = %(customer)s AND since < %(until)s + interval '1 day'
        AND coalesce(until > %(since)s - interval '1 day', true)
    ORDER BY 1, since, 2""")


@dataclass(frozen=True)
class ServiceReports:
    """The reports that a view allows; with an `era`, as they were told before in it."""

    view: View
    era: Era | None = None

    def months(self, customer: str) -> list[str]:
        """Those in which a ticket was open, or anything else happened that is counted, the last first."""
        told = self._answer(("months", customer), lambda: months.counted(self.view, customer))
        return list(months.with_open(told, self.view.at))[::-1]

    def report(self, customer: str, month: str, zones: Callable[[str], str]) -> ServiceReport:
        """What is known of a customer's month; no sections for a customer of whom nothing is. `zones` tells an agreement's zone."""
        found = self._answer(("report", customer, month), lambda: _found(self.view, customer, month))
        return ServiceReport(customer, month, self.view.at, list(_sections(found, zones)))

    def _answer(self, question: Hashable, ask: Callable[[], Answer]) -> Answer:
        return ask() if self.era is None else self.era.answer((self.view.customer, question), ask)


# --- what is found, and what is told of it ----------------------------------------------------------------------------

Rows = Mapping[str, Sequence[TupleRow]]
"""By agreement."""


class _Found(NamedTuple):
    """All that is known of a customer's month; `agreed` are the plans and readings of the customer's contracts."""

    agreed: Mapping[str, tuple[Sequence[str], Mapping[str, str]]]
    lines: Sequence[Line]
    flows: Rows
    late: Rows
    untold: Rows
    outages: Rows
    milestones: Sequence[Milestones]
    answers: Sequence[Answers]


def _found(view: View, customer: str, month: str) -> _Found:
    first, after = dates(month)
    values = {
        "customer": customer,
        "month": month,
        "since": _midnight(first),
        "until": _midnight(after),
        "limit": LISTED,
    }
    kept, among = Kept(view), Among(customer=customer, since=month, until=month)

    def rows(statement: SQL, **tables: Table) -> Rows:
        by: dict[str, list[TupleRow]] = {}
        named = {name: view.table(table) for name, table in tables.items()}
        for agreement, *row in view.rows(statement, values, **named):
            by.setdefault(agreement, []).append(tuple(row))
        return by

    return _Found(
        agreed=_agreed(rows(_AGREEMENTS, contracts=CONTRACTS)),
        lines=kept.lines(among, "agreement", "clock", "severity"),
        flows=rows(_FLOWS, flows=FLOWS),
        late=rows(_LATE, spent=SPENT, escalations=ESCALATIONS, tickets=TICKETS),
        untold=rows(_UNTOLD, milestones=MILESTONES, tickets=TICKETS),
        outages=rows(_OUTAGES, outages=OUTAGES, tickets=TICKETS),
        milestones=kept.milestones(among),
        answers=kept.answers(among),
    )


def _agreed(contracts: Rows) -> dict[str, tuple[Sequence[str], Mapping[str, str]]]:
    agreed: dict[str, tuple[Sequence[str], Mapping[str, str]]] = {}
    for agreement, rows in contracts.items():
        chosen: dict[str, str] = {}
        for _, readings in rows:
            chosen.update(readings or {})
        agreed[agreement] = list(dict.fromkeys(plan for plan, _ in rows)), chosen
    return agreed


def _sections(found: _Found, zones: Callable[[str], str]) -> Iterator[Section]:
    names = {*found.agreed, *found.flows, *(line.by["agreement"] for line in found.lines), *found.late}
    for name in sorted(names):
        plans, readings = found.agreed.get(name, ((), {}))
        lates = found.late.get(name, ())
        late_clocks, *escalation = lates[0][:3] if lates else (0, 0, 0)
        yield Section(
            agreement=name,
            zone=zones(name),
            plans=plans,
            readings=readings,
            flows=[Flow(*row) for row in found.flows.get(name, ())],
            lines=[line for line in found.lines if line.by["agreement"] == name],
            escalation=Escalation(*escalation),
            late=[Late(*row[3:]) for row in lates],
            late_clocks=late_clocks,
            milestones=[one for one in found.milestones if one.agreement == name],
            untold=[Untold(*row) for row in found.untold.get(name, ())],
            answers=next((one for one in found.answers if one.agreement == name), None),
            outages=found.outages.get(name, ()),
        )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _days_gone(first: date, until: int, place: ZoneInfo) -> float:
    """How many days of a month are over at an instant within it; a day of its local length is one."""
    day = moment(until).astimezone(place).date()
    start, end = wall(day, 0, place), wall(date.fromordinal(day.toordinal() + 1), 0, place)
    return (day - first).days + (until - start) / (end - start)
