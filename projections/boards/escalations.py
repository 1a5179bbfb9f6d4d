"""Who must be told now, which rungs come next, and what each rung did."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.sql import SQL, Identifier

from projections.as_of.view import View
from projections.boards.lasting import lasting
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


_NARROWED = "(%(agreement)s::text IS NULL OR listed.agreement = %(agreement)s)"


class _Listing(NamedTuple):
    """What is told of each, which there are, and which come first."""

    columns: SQL
    rows: SQL
    order: SQL


_UNTOLD = _Listing(
    SQL("found.kind, found.name, found.clock, found.clause, found.at"),
    SQL(
        """{deadlines} AS listed WHERE at <= %(now)s AND NOT EXISTS (
            SELECT FROM {commands} AS given
            WHERE principal = %(timekeeper)s AND key = command_key AND given.recorded_at <= %(now)s
        ) AND """
        + _NARROWED
    ),
    SQL("at, command_key"),
)

_OWED = _Listing(
    SQL("found.kind, to_role, found.clause, milestone, found.at, coalesce(state, 'pending'), coalesce(attempts, 0)"),
    SQL(
        """(
            SELECT notice.*, state, attempts
            FROM {notices} AS notice LEFT JOIN {deliveries} AS delivery ON delivery.notice = notice.id
            WHERE at <= %(now)s AND (delivered_at IS NULL OR delivered_at > %(now)s)
        ) AS listed WHERE (%(agreement)s::text IS NULL OR EXISTS (
            SELECT FROM {tickets} AS its WHERE its.ticket = listed.ticket AND its.agreement = %(agreement)s
        ))"""
    ),
    SQL("at DESC, id"),
)

_COMING = _Listing(
    SQL("found.role, found.does, found.clock, found.clause, found.reached_at"),
    SQL(
        """{rungs} AS listed
        WHERE reached_at > %(now)s AND reached_at <= %(until)s AND (told_at IS NULL OR told_at > %(now)s) AND """
        + _NARROWED
    ),
    SQL("reached_at, role, ticket"),
)

_ESCALATED = _Listing(
    SQL("found.to, found.cause, found.by, found.at"),
    SQL("{escalations} AS listed WHERE at >= %(since)s AND at <= %(now)s AND " + _NARROWED),
    SQL("at DESC, ticket, number"),
)

_COUNTED = SQL("""
    SELECT ticket, ticket.case_name, ticket.customer, ticket.agreement, ticket.severity, ticket.zone, {columns}, in_all
    FROM (
        SELECT *, count(*) OVER () AS in_all FROM (
            SELECT listed.* FROM {rows} ORDER BY {order} LIMIT %(most)s
        ) AS counted ORDER BY {order} LIMIT %(limit)s
    ) AS found JOIN {tickets} AS ticket USING (ticket) ORDER BY {order}""")
"""Only of the first ones their tickets are looked up: what is counted beside them may be much more."""

_DID = SQL(
    """
    SELECT agreement, clock, role, does, count(*), count(*) FILTER (WHERE is_told),
        count(*) FILTER (WHERE is_told AND told_by = %(timekeeper)s),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY late) FILTER (WHERE is_told), max(late) FILTER (WHERE is_told)
    FROM {rungs} AS listed, LATERAL (
        SELECT coalesce(told_at <= %(now)s, false), greatest(0, extract(epoch FROM told_at - reached_at))
    ) AS told (is_told, late)
    WHERE reached_at > %(since)s AND reached_at <= %(now)s AND """
    + _NARROWED
    + """
    GROUP BY agreement, clock, role, does ORDER BY agreement, clock, min(reached_at), role"""
)

_DO_OTHERWISE = SQL("""
    SELECT least(
        (SELECT min(reached_at) FROM {rungs} AS listed WHERE reached_at > %(now)s),
        (SELECT min(reached_at) FROM {rungs} AS listed WHERE reached_at > %(since)s) + %(looked_back)s,
        (SELECT min(told_at) FROM {rungs} AS listed WHERE told_at > %(now)s))""")
"""When the next rung is reached, when the first of those told of is too long ago, and when a role is told next."""


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

    def did(self) -> Sequence[Did]:
        return lasting(self._view, ("did", self._asked["agreement"]), self._did)

    def _did(self) -> tuple[list[Did], datetime | None]:
        asked = self._asked | {"since": self._view.at - LOOKED_BACK, "looked_back": LOOKED_BACK}
        rungs = self._view.table(RUNGS)
        found = self._view.rows(_DID, asked, rungs=rungs)
        ((turn,),) = self._view.rows(_DO_OTHERWISE, asked, rungs=rungs)
        return [Did(*row[:7], *(None if one is None else round(one) for one in row[7:])) for row in found], turn

    def escalated(self, since: datetime) -> Found:
        """What was raised to somebody since an instant, the last first."""
        found = self._rows(_ESCALATED, {"since": since}, escalations=self._view.table(ESCALATIONS))
        return _found([(Escalation(About(*row[:6]), *row[6:-1]), row[-1]) for row in found])

    def _rows(self, listing: _Listing, values: dict[str, Any] | None = None, **parts: Any) -> list[Any]:
        tickets = self._view.table(TICKETS)
        rows = listing.rows.format(tickets=tickets, **parts)
        asked = self._asked | (values or {})
        return self._view.rows(
            _COUNTED, asked, columns=listing.columns, rows=rows, order=listing.order, tickets=tickets
        )


def _found(counted: Sequence[tuple[Any, int]]) -> Found:
    in_all = counted[0][1] if counted else 0
    return Found([row for row, _ in counted], min(in_all, COUNTED_TO), in_all > COUNTED_TO)
