"""Who has how much before them, and when does it come due? Open tickets by agent and tier, and deadlines hour by hour."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from psycopg.sql import SQL

from domain.terms.calendar import Calendar
from projections.calendars import calendars
from projections.clocks import CLOCKS
from projections.deadlines import DEADLINES
from projections.queue import TILES
from projections.tickets import OPEN_TICKETS
from projections.view import View

Kind = Literal["due", "rung", "warning"]
KINDS: tuple[Kind, ...] = ("due", "rung", "warning")


class Load(NamedTuple):
    """The open tickets of an agent in a tier; without an assignee nobody has them."""

    assignee: str | None
    tier: int | None
    open: int
    at_risk: int
    breached: int
    waiting: int
    next_due_at: datetime | None


class Hour(NamedTuple):
    """How many deadlines of a kind lie in the hour that begins at an instant."""

    at: datetime
    kind: Kind
    deadlines: int


class Deadline(NamedTuple):
    """`name` is the share of a warning or the role of a rung."""

    ticket: UUID
    case_name: str | None
    customer: str
    severity: int | None
    kind: Kind
    clock: str
    name: str
    at: datetime


_LOADS = SQL(
    """
    SELECT assignee, tier, count(*), count(*) FILTER (WHERE """
    + TILES["at_risk"]
    + """), count(*) FILTER (WHERE """
    + TILES["breached"]
    + """),
        count(*) FILTER (WHERE status = 'waiting'), min(next_due_at) FILTER (WHERE next_due_at > %(now)s)
    FROM {open} AS ticket WHERE (%(agreement)s::text IS NULL OR agreement = %(agreement)s)
    GROUP BY assignee, tier ORDER BY assignee IS NOT NULL, count(*) DESC, assignee, tier"""
)

_AGREEMENTS = SQL("""
    SELECT agreement, mode() WITHIN GROUP (ORDER BY zone), count(*) FROM {open} AS ticket
    GROUP BY agreement ORDER BY count(*) DESC, agreement""")

_CALENDARS = SQL("""
    SELECT DISTINCT calendar FROM {open} AS ticket JOIN {clocks} AS clock USING (ticket)
    WHERE ticket.agreement = %(agreement)s AND calendar IS NOT NULL ORDER BY calendar""")

_COMING = """
    SELECT ticket.ticket, ticket.case_name, ticket.customer, ticket.severity, 'due' AS kind, clock, '' AS name, due_at AS at
    FROM {open} AS ticket JOIN {clocks} AS clock USING (ticket)
    WHERE ticket.agreement = %(agreement)s AND calendar IS NOT NULL AND verdict = 'open'
        AND due_at > %(start)s AND due_at <= %(end)s
    UNION ALL
    SELECT ticket.ticket, ticket.case_name, ticket.customer, ticket.severity, kind, clock, name, at
    FROM {open} AS ticket JOIN {deadlines} AS deadline USING (ticket)
    WHERE ticket.agreement = %(agreement)s AND kind IN ('rung', 'warning') AND at > %(start)s AND at <= %(end)s"""

_HOURS = SQL(
    "SELECT date_trunc('hour', at - interval '1 microsecond', %(zone)s), kind, count(*) FROM ("
    + _COMING
    + ") AS coming GROUP BY 1, 2 ORDER BY 1, 2"
)

_LISTED = SQL("SELECT * FROM (" + _COMING + ") AS coming ORDER BY at, ticket, clock, name LIMIT %(limit)s")


def loads(view: View, agreement: str | None = None) -> list[Load]:
    """What nobody has first, then those with the most."""
    found = view.rows(_LOADS, {"agreement": agreement}, open=view.table(OPEN_TICKETS))
    return [Load(*row) for row in found]


def agreements(view: View) -> list[tuple[str, str, int]]:
    """The agreements of open tickets with the zone that most of them have, and how many they are; the most first."""
    return [(name, zone, count) for name, zone, count in view.rows(_AGREEMENTS, open=view.table(OPEN_TICKETS))]


def hours(view: View, agreement: str, start: datetime, end: datetime, zone: str) -> list[Hour]:
    """After an instant and up to another, by the hours on the wall of a zone; what is due at the end of an hour is due in it.

    A clock that waits is due at no instant.
    """
    values = {"agreement": agreement, "start": start, "end": end, "zone": zone}
    return [Hour(*row) for row in view.rows(_HOURS, values, **_tables(view))]


def coming(view: View, agreement: str, start: datetime, end: datetime, limit: int = 200) -> list[Deadline]:
    """The same one by one, the next first."""
    values = {"agreement": agreement, "start": start, "end": end, "limit": limit}
    return [Deadline(*row) for row in view.rows(_LISTED, values, **_tables(view))]


def open_hours(view: View, agreement: str) -> Mapping[str, Calendar]:
    """The calendars on which the clocks of an agreement's open tickets go on."""
    found = view.rows(_CALENDARS, {"agreement": agreement}, open=view.table(OPEN_TICKETS), clocks=view.table(CLOCKS))
    return calendars(view.pool, view.schema, (key for (key,) in found))


def _tables(view: View) -> dict[str, Any]:
    return {
        "open": view.table(OPEN_TICKETS),
        "clocks": view.table(CLOCKS),
        "deadlines": view.table(DEADLINES),
    }
