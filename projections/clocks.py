"""How do the clocks stand? One row a clock and cycle, as of the last event of its ticket.

Nothing happens to a row as time goes by: who asks at a later instant compares it with `late_from`.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.clocks.clock import PENDING
from domain.instants import instant, moment
from projections.calendars import key_of
from projections.judged import Judged, at, opened_at
from projections.tables import Index, Row, Table


class ClockRow(NamedTuple):
    """`breaches_at` is when it was breached or will be if nothing more happens, `late_from` the first second as of which it is.

    Of a limit of "at most" the former still keeps it, so that the latter is a second later. An excused clock is never late, nor
    at risk: it has that second as `excused_from`. Time used by a later instant is `used_seconds` and what `calendar` has open
    between `counts_from` and then, where there is a `counts_from`. A clock that will start by itself is pending until then, and
    has that start as `counts_from` and the allowance that it will have as `starts_with_seconds`. `opened_at` is that of the
    ticket; a clock that is told of later may have started before.
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
    excused_from: datetime | None
    allowance_seconds: int | None
    used_seconds: int
    left_seconds: int | None
    severity: int | None
    waits: list[str]
    clause: str
    as_of: datetime
    agreement: str
    plan: str
    calendar: str | None
    counts_from: datetime | None
    starts_with_seconds: int | None
    at_risk_from: datetime | None
    opened_at: datetime


CLOCKS = Table(
    "clocks",
    ClockRow,
    key=("ticket", "clock", "cycle"),
    indexes=(
        Index(("agreement", "clock", "severity", "started_at")),
        Index(("clock", "verdict", "started_at")),
        Index(("customer", "started_at")),
        Index(("verdict", "ticket", "late_from", "excused_from"), where="verdict IN ('open', 'excused')"),
        Index(("due_at",), where="verdict = 'open' AND calendar IS NOT NULL"),
        Index(("agreement", "calendar", "ticket"), where="calendar IS NOT NULL"),
        Index(("started_at", "opened_at"), where="started_at < opened_at"),
    ),
)


def rows(judged: Judged) -> Iterator[ClockRow]:
    filed, replay = judged.filed, judged.replay
    ticket_opened_at, as_of = instant(opened_at(judged.judgement)), moment(replay.as_of)
    for foreseen in judged.clocks:
        clock, excused = foreseen.now, judged.is_excused(foreseen.now)
        begins = clock.state is PENDING and foreseen.counts_from is not None
        late_from, excused_from = judged.late_or_excused_from(foreseen)
        yield ClockRow(
            ticket=judged.id,
            clock=clock.terms.name,
            cycle=clock.cycle,
            customer=filed.customer,
            state=clock.state.value,
            verdict=clock.verdict(replay.excused).value,
            started_at=at(clock.started_at),
            stopped_at=at(clock.stopped_at),
            due_at=at(clock.due_at),
            breached_at=at(clock.breached_at),
            breaches_at=at(foreseen.breaches_at),
            late_from=late_from,
            excused_from=excused_from,
            allowance_seconds=clock.allowance,
            used_seconds=clock.used,
            left_seconds=clock.left,
            severity=clock.severity if clock.spans else None,
            waits=list(foreseen.ahead.waits) if foreseen.ahead.is_going else [],
            clause=clock.clause,
            as_of=as_of,
            agreement=filed.agreement,
            plan=replay.terms.scope.plan,
            calendar=key_of(foreseen.ahead.under.calendar) if foreseen.ahead.is_going else None,
            counts_from=at(foreseen.counts_from),
            starts_with_seconds=foreseen.ahead.allowance if begins else None,
            at_risk_from=None if excused else at(foreseen.at_risk_from),
            opened_at=ticket_opened_at,
        )


def calendars_named(rows: Iterable[Row]) -> Iterator[str]:
    """The keys of the calendars on which clocks go on."""
    return (row.calendar for row in rows if isinstance(row, ClockRow) and row.calendar)
