"""Who must be told now, which rungs come next, and what each rung did."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.sql import SQL, Identifier

from projections.as_of.view import View
from projections.boards.rungs import ESCALATIONS, RUNGS
from projections.deadlines import DEADLINES, TIMEKEEPER, Kind
from projections.notices import DELIVERIES, NOTICES
from projections.store.recorder import COMMANDS
from projections.tickets import TICKETS

AHEAD = timedelta(hours=24)
"""So far ahead the next rungs are told."""

LOOKED_BACK = timedelta(days=30)
"""Over how long it is told what rungs did."""

COUNTED_TO = 1_000
"""Beyond so many they are not counted."""


class About(NamedTuple):
    """What one says of a ticket that is told of."""

    ticket: UUID
    case_name: str | None
    customer: str
    agreement: str
    severity: int | None
    zone: str


class Untold(NamedTuple):
    """A rung, warning, breach or closing whose time has come, and of which the timekeeper has told nobody yet."""

    about: About
    kind: Kind
    name: str
    clock: str
    clause: str
    at: datetime


class NoticeOwed(NamedTuple):
    """A notice that has not gone out: `state` is `pending` or `dead`; without a clause the record itself tells it."""

    about: About
    kind: str
    role: str
    clause: str
    milestone: str
    at: datetime
    state: str
    attempts: int


class Coming(NamedTuple):
    """A rung that will be reached if nothing more happens."""

    about: About
    role: str
    does: str
    clock: str
    clause: str
    at: datetime


class Did(NamedTuple):
    """What a rung did: how often it was reached, its role told, and how late, in seconds; a role told before is told in time."""

    agreement: str
    clock: str
    role: str
    does: str
    reached: int
    told: int
    by_timekeeper: int
    median_seconds: int | None
    most_seconds: int | None


class Escalation(NamedTuple):
    about: About
    to: str
    cause: str
    by: str
    at: datetime


_ABOUT = "ticket.ticket, ticket.case_name, ticket.customer, ticket.agreement, ticket.severity, ticket.zone"

_NARROWED = "(%(agreement)s::text IS NULL OR ticket.agreement = %(agreement)s)"

_UNTOLD = SQL(
    "SELECT "
    + _ABOUT
    + """, kind, name, clock, clause, at
    FROM {deadlines} AS deadline JOIN {tickets} AS ticket USING (ticket)
    WHERE at <= %(now)s AND NOT EXISTS (
            SELECT FROM {commands} AS given
            WHERE principal = %(timekeeper)s AND key = command_key AND given.recorded_at <= %(now)s
        ) AND """
    + _NARROWED
    + " ORDER BY at, command_key"
)

_OWED = SQL(
    "SELECT "
    + _ABOUT
    + """, kind, to_role, clause, milestone, at, coalesce(state, 'pending'), coalesce(attempts, 0)
    FROM {notices} AS notice JOIN {tickets} AS ticket USING (ticket)
        LEFT JOIN {deliveries} AS delivery ON delivery.notice = notice.id
    WHERE at <= %(now)s AND (delivered_at IS NULL OR delivered_at > %(now)s) AND """
    + _NARROWED
    + " ORDER BY at DESC, notice.id"
)

_COMING = SQL(
    "SELECT "
    + _ABOUT
    + """, role, does, clock, clause, reached_at
    FROM {rungs} AS rung JOIN {tickets} AS ticket USING (ticket)
    WHERE reached_at > %(now)s AND reached_at <= %(until)s AND (told_at IS NULL OR told_at > %(now)s)
        AND """
    + _NARROWED
    + " ORDER BY reached_at, role, ticket"
)

_DID = SQL(
    """
    SELECT agreement, clock, role, does, count(*), count(*) FILTER (WHERE is_told),
        count(*) FILTER (WHERE is_told AND told_by = %(timekeeper)s),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY late) FILTER (WHERE is_told), max(late) FILTER (WHERE is_told)
    FROM {rungs} AS ticket, LATERAL (
        SELECT coalesce(told_at <= %(now)s, false), greatest(0, extract(epoch FROM told_at - reached_at))
    ) AS told (is_told, late)
    WHERE reached_at > %(since)s AND reached_at <= %(now)s AND """
    + _NARROWED
    + """
    GROUP BY agreement, clock, role, does ORDER BY agreement, clock, min(reached_at), role"""
)

_ESCALATED = SQL(
    "SELECT "
    + _ABOUT
    + """, escalation.to, cause, by, at
    FROM {escalations} AS escalation JOIN {tickets} AS ticket USING (ticket)
    WHERE at >= %(since)s AND at <= %(now)s AND """
    + _NARROWED
    + " ORDER BY at DESC, ticket, number"
)


_COUNTED = SQL("""
    SELECT *, count(*) OVER () FROM ({listed} LIMIT %(most)s) AS listed LIMIT %(limit)s""")


class Found(NamedTuple):
    """The first of what was asked for, and how many there are in all, or that they are more than are counted."""

    rows: Sequence[Any]
    in_all: int
    is_more: bool = False


class Escalations:
    """The escalations of a view, of one agreement or of all."""

    def __init__(self, view: View, agreement: str | None = None, *, limit: int = 25) -> None:
        self._view = view
        self._asked = {"agreement": agreement, "timekeeper": TIMEKEEPER, "limit": limit, "most": COUNTED_TO + 1}

    def untold(self) -> Found:
        """The longest overdue first."""
        commands = Identifier(self._view.schema, COMMANDS)
        found = self._rows(_UNTOLD, deadlines=self._view.table(DEADLINES), commands=commands)
        return _found([(Untold(About(*row[:6]), *row[6:-1]), row[-1]) for row in found])

    def owed(self) -> Found:
        """The newest first."""
        deliveries = Identifier(self._view.schema, DELIVERIES)
        found = self._rows(_OWED, notices=self._view.table(NOTICES), deliveries=deliveries)
        return _found([(NoticeOwed(About(*row[:6]), *row[6:-1]), row[-1]) for row in found])

    def coming(self) -> Found:
        """Those of the next day, the next first."""
        found = self._rows(_COMING, {"until": self._view.at + AHEAD}, rungs=self._view.table(RUNGS))
        return _found([(Coming(About(*row[:6]), *row[6:-1]), row[-1]) for row in found])

    def did(self) -> list[Did]:
        found = self._view.rows(
            _DID, self._asked | {"since": self._view.at - LOOKED_BACK}, rungs=self._view.table(RUNGS)
        )
        return [Did(*row[:7], *(None if one is None else round(one) for one in row[7:])) for row in found]

    def escalated(self, since: datetime) -> Found:
        """What was raised to somebody since an instant, the last first."""
        found = self._rows(_ESCALATED, {"since": since}, escalations=self._view.table(ESCALATIONS))
        return _found([(Escalation(About(*row[:6]), *row[6:-1]), row[-1]) for row in found])

    def _rows(self, statement: SQL, values: dict[str, Any] | None = None, **parts: Any) -> list[Any]:
        listed = statement.format(tickets=self._view.table(TICKETS), **parts)
        return self._view.rows(_COUNTED, self._asked | (values or {}), listed=listed)


def _found(counted: Sequence[tuple[Any, int]]) -> Found:
    in_all = counted[0][1] if counted else 0
    return Found([row for row, _ in counted], min(in_all, COUNTED_TO), in_all > COUNTED_TO)
