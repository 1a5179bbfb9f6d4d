"""Where did the time go until a breach, and what will time alone make of a clock? One row for each clock of which there is either.

Only the time from the start to the breach is told: so a row is true for ever, and whoever asks before the breach leaves it out.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from domain.clocks.clock import Clock, State, Verdict
from domain.instants import moment
from projections.judged import Foreseen, Judged
from projections.tables import Index, Table

Was = Literal["breached", "open", "pending"]


class SpentRow(NamedTuple):
    """`was` is how the clock stood at the last event; it is `pending` where it has not started, and will by itself.

    `month` (UTC) is that of the start, `late_from` and `excused_from` those of the clock, `turns_at` when time alone first makes
    something else of it: open, breached, or excused. The seconds are those that counted, that were out of hours, and that were
    paused, each under the wait that began first.
    """

    ticket: UUID
    clock: str
    cycle: int
    customer: str
    agreement: str
    plan: str
    severity: int
    was: Was
    started_at: datetime
    month: str
    late_from: datetime | None
    excused_from: datetime | None
    turns_at: datetime | None
    counted_seconds: int
    closed_seconds: int
    on_customer_seconds: int
    on_third_party_seconds: int
    on_access_seconds: int
    on_authorization_seconds: int
    on_fees_seconds: int
    on_contact_seconds: int


SPENT = Table(
    "spent",
    SpentRow,
    key=("ticket", "clock", "cycle"),
    indexes=(
        Index(("turns_at",), where="was <> 'breached'"),
        Index(("customer", "turns_at"), where="was <> 'breached'"),
        Index(("late_from",), where="was = 'pending'"),
        Index(("excused_from",), where="was = 'pending'"),
        Index(("customer", "started_at")),
    ),
)

KINDS = tuple(name.removesuffix("_seconds") for name in SpentRow._fields if name.endswith("_seconds"))
"""What time is spent on: `counted`, `closed`, and `on_customer` and the other waits."""


def rows(judged: Judged) -> Iterator[SpentRow]:
    """An excused breach is nobody's; of one that is still to come time alone makes an excused clock."""
    for foreseen in judged.clocks:
        was, clock = _was(foreseen), foreseen.now if foreseen.is_breached else foreseen.ahead
        if was is None or clock.started_at is None or (was == "breached" and judged.is_excused(clock)):
            continue
        late_from, excused_from = judged.late_or_excused_from(foreseen)
        started_at = moment(clock.started_at)
        yield SpentRow(
            judged.id,
            clock.terms.name,
            clock.cycle,
            judged.filed.customer,
            judged.filed.agreement,
            judged.replay.terms.scope.plan,
            clock.severity,
            was,
            started_at,
            f"{started_at:%Y-%m}",
            late_from,
            excused_from,
            {"pending": started_at, "open": late_from or excused_from}.get(was),
            *_spent(clock),
        )


def _was(foreseen: Foreseen) -> Was | None:
    """None for a clock of which nothing is to be told: one that was kept, or has no target, or can never be late."""
    if foreseen.is_breached:
        return "breached"
    if foreseen.now.state is State.PENDING:
        return "pending" if foreseen.ahead.verdict() in (Verdict.OPEN, Verdict.BREACHED) else None
    is_open = foreseen.now.verdict() is Verdict.OPEN
    return "open" if is_open and foreseen.late_from is not None else None


def _spent(clock: Clock) -> Iterator[int]:
    """Until its breach; nothing where there is none."""
    seconds = dict.fromkeys(KINDS, 0)
    since, until = clock.started_at or 0, clock.breached_at or 0
    for span in clock.spans:
        start, end = max(span.start, since), min(span.end, until)
        if start >= end:
            continue
        if span.waits:
            seconds[f"on_{span.waits[0].replace('-', '_')}"] += end - start
        else:
            counted = span.under.calendar.between(start, end)
            seconds["counted"] += counted
            seconds["closed"] += end - start - counted
    return iter(seconds.values())
