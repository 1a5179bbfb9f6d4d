"""How do the clocks stand? One row a clock and cycle, as of the last event of its ticket.

Nothing happens to a row as time goes by: who asks at a later instant compares it with `late_from`.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg.sql import SQL

from domain.instants import moment
from projections.judged import Judged, at, clause_of
from projections.store.pool import Pool
from projections.tables import Table
from projections.tickets import TICKETS


class ClockRow(NamedTuple):
    """`breaches_at` is when it was breached or will be if nothing more happens, `late_from` the first second as of which it is.

    Of a limit of "at most" the former still keeps it, so that the latter is a second later. An excused clock is never late.
    """

    ticket: UUID
    clock: str
    cycle: int
    customer: str
    state: str
    verdict: str
    started_at: datetime | None
    stopped_at: datetime | None
    due_at: datetime | None
    breached_at: datetime | None
    breaches_at: datetime | None
    late_from: datetime | None
    allowance_seconds: int | None
    used_seconds: int
    left_seconds: int | None
    severity: int | None
    waits: list[str]
    clause: str
    as_of: datetime


CLOCKS = Table("clocks", ClockRow, key=("ticket", "clock", "cycle"))

_OF_TICKET = SQL("""
    SELECT * FROM {clocks}
    WHERE ticket = %(ticket)s AND (%(customer)s::text IS NULL OR customer = %(customer)s)
    ORDER BY clock, cycle""")

_KEPT = SQL("""
    SELECT agreement, plan, clocks.severity, clock, to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month,
        count(*) FILTER (WHERE clocks.verdict = 'met') AS met,
        count(*) FILTER (WHERE clocks.verdict = 'breached' OR is_late) AS breached,
        count(*) FILTER (WHERE clocks.verdict = 'excused') AS excused,
        count(*) FILTER (WHERE clocks.verdict = 'open' AND NOT is_late) AS open
    FROM {clocks} AS clocks JOIN {tickets} AS tickets USING (ticket),
        LATERAL (SELECT clocks.verdict = 'open' AND coalesce(clocks.late_from <= %(now)s, false)) AS judged (is_late)
    WHERE clocks.verdict <> 'none' AND (%(customer)s::text IS NULL OR clocks.customer = %(customer)s)
    GROUP BY agreement, plan, clocks.severity, clock, month
    ORDER BY agreement, plan, clocks.severity, clock, month""")


class Kept(NamedTuple):
    """How clocks that started in a month (UTC) ended, or stand."""

    agreement: str
    plan: str
    severity: int
    clock: str
    month: str
    met: int
    breached: int
    excused: int
    open: int


def rows(judged: Judged) -> Iterator[ClockRow]:
    for foreseen in judged.clocks:
        clock = foreseen.now
        yield ClockRow(
            ticket=judged.id,
            clock=clock.terms.name,
            cycle=clock.cycle,
            customer=judged.filed.customer,
            state=clock.state.value,
            verdict=clock.verdict(judged.replay.excused).value,
            started_at=at(clock.started_at),
            stopped_at=at(clock.stopped_at),
            due_at=at(clock.due_at),
            breached_at=at(clock.breached_at),
            breaches_at=at(foreseen.breaches_at),
            late_from=None if judged.is_excused(clock) else at(foreseen.late_from),
            allowance_seconds=clock.allowance,
            used_seconds=clock.used,
            left_seconds=clock.left,
            severity=clock.severity if clock.spans else None,
            waits=list(clock.waits) if clock.is_going else [],
            clause=clause_of(clock),
            as_of=moment(judged.replay.as_of),
        )


class Clocks:
    def __init__(self, pool: Pool, schema: str) -> None:
        self._pool = pool
        self._of_ticket = _OF_TICKET.format(clocks=CLOCKS.at(schema))
        self._kept = _KEPT.format(clocks=CLOCKS.at(schema), tickets=TICKETS.at(schema))

    def of(self, ticket: UUID, customer: str | None = None) -> list[ClockRow]:
        """The clocks of a ticket; none where it is another customer's."""
        with self._pool.connection() as connection:
            found = connection.execute(self._of_ticket, {"ticket": ticket, "customer": customer})
            return [ClockRow(*row) for row in found]

    def kept(self, now: datetime, customer: str | None = None) -> list[Kept]:
        """What was met and what was not, as of now, by agreement, plan, severity, clock and month."""
        with self._pool.connection() as connection:
            return [Kept(*row) for row in connection.execute(self._kept, {"now": now, "customer": customer})]
