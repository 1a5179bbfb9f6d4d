"""How do the clocks of some tickets stand? Rows of clocks that go on, compared with an instant on the calendars that they name."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg.sql import SQL, Identifier

from domain.instants import DAY_SECONDS, moment, seconds
from domain.terms.calendar import Calendar
from projections.as_of.view import View
from projections.calendars import calendars
from projections.clocks import CLOCKS

_FAR_SECONDS = 15 * DAY_SECONDS
"""How far ahead the next turn of a calendar is looked for: beyond the longest ordinary closing."""


class Going(NamedTuple):
    """Of a row of a clock that goes on, what says how it stands at a later instant."""

    ticket: UUID
    clock: str
    cycle: int
    state: str
    due_at: datetime | None
    breaches_at: datetime | None
    late_from: datetime | None
    allowance_seconds: int | None
    used_seconds: int
    waits: Sequence[str]
    clause: str
    calendar: str
    counts_from: datetime | None
    starts_with_seconds: int | None


_GOING = SQL(", ").join(map(Identifier, Going._fields))


class Hours(NamedTuple):
    """A calendar at an instant: whether it is open, and when it closes next or opens; None where that is far off."""

    calendar: Calendar
    now: int
    is_open: bool
    turns_at: datetime | None


class Standing(NamedTuple):
    """A clock as it stands at an instant. `turns_at` is the next closing while it counts, the next opening out of hours.

    `left_seconds` is None where there is no target.
    """

    clock: str
    cycle: int
    state: str
    due_at: datetime | None
    breaches_at: datetime | None
    left_seconds: int | None
    allowance_seconds: int | None
    turns_at: datetime | None
    waits: Sequence[str]
    clause: str

    @property
    def is_breached(self) -> bool:
        return self.state.startswith("breached")


_CLOCKS = SQL("""
    SELECT {columns} FROM {clocks} AS clock
    WHERE ticket = ANY(%(tickets)s) AND calendar IS NOT NULL ORDER BY ticket, clock, cycle""")


def standings(view: View, tickets: Sequence[UUID]) -> Mapping[UUID, Sequence[Standing]]:
    """The clocks of these tickets that go on and have a target, or were breached while they had one."""
    found = view.rows(_CLOCKS, {"tickets": list(tickets)}, columns=_GOING, clocks=view.table(CLOCKS))
    rows = [Going(*row) for row in found]
    on = {
        key: hours(one, view.at)
        for key, one in calendars(view.pool, view.schema, {row.calendar for row in rows}).items()
    }
    told: dict[UUID, list[Standing]] = {}
    for row in rows:
        one = standing(row, on[row.calendar], view.at)
        if one.is_breached or one.left_seconds is not None:
            told.setdefault(row.ticket, []).append(one)
    return told


def standing(row: Going, on: Hours, at: datetime) -> Standing:
    """How a clock that goes on stands at an instant not before its row's, by the hours of its calendar at that instant."""
    calendar, counts_from = on.calendar, row.counts_from
    since = None if counts_from is None else seconds(counts_from)
    used = row.used_seconds + (0 if since is None else calendar.between(since, on.now))
    allowance = row.allowance_seconds if row.starts_with_seconds is None else row.starts_with_seconds
    is_pending = row.state == "pending" and not (since is not None and since <= on.now)
    due_at = row.due_at
    if due_at is None and since is not None and row.starts_with_seconds is not None:
        due = calendar.add(since, row.starts_with_seconds)
        due_at = None if due is None else moment(due)
    is_late = row.late_from is not None and row.late_from <= at
    state = "paused" if row.waits else "pending" if is_pending else "counting" if on.is_open else "closed"
    return Standing(
        clock=row.clock,
        cycle=row.cycle,
        state=_LATE.get(state, "breached") if is_late else state,
        due_at=due_at,
        breaches_at=row.breaches_at,
        left_seconds=None if allowance is None else allowance - used,
        allowance_seconds=allowance,
        turns_at=None if row.waits else on.turns_at,
        waits=row.waits,
        clause=row.clause,
    )


_LATE = {"paused": "breached_paused", "closed": "breached_closed"}


def hours(calendar: Calendar, at: datetime) -> Hours:
    now = seconds(at)
    is_open = calendar.is_open(now)
    return Hours(calendar, now, is_open, _turns(calendar, now, is_open=is_open))


def _turns(calendar: Calendar, now: int, *, is_open: bool) -> datetime | None:
    turn = now
    for start, end, opens in calendar.parts(now, now + _FAR_SECONDS):
        if opens is not is_open:
            return moment(start)
        turn = end
    return None if turn == now + _FAR_SECONDS else moment(turn)
