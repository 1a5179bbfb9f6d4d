"""Who has how much before them, and when does it come due? Open tickets by agent and tier, and deadlines hour by hour."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from psycopg.sql import SQL

from domain.terms.calendar import Calendar
from projections.as_of.view import View
from projections.boards.filters import TILES, TURN
from projections.boards.lasting import lasting
from projections.calendars import calendars
from projections.clocks import CLOCKS
from projections.deadlines import DEADLINES
from projections.tickets import OPEN_TICKETS

Kind = Literal["due", "rung", "warning"]
KINDS: tuple[Kind, ...] = ("due", "rung", "warning")


class Load(NamedTuple):
    """The open tickets of an agent in a tier; without an assignee nobody has them. The zone is that of the ticket due next."""

    assignee: str | None
    tier: int | None
    open: int
    at_risk: int
    breached: int
    waiting: int
    next_due_at: datetime | None
    next_due_zone: str | None


class Hour(NamedTuple):
    """How many deadlines of a kind lie in the hour that begins at an instant."""

    at: datetime
    kind: Kind
    deadlines: int


class Stretch(NamedTuple):
    """Up to when deadlines under an agreement are told, by the hours on the wall of which zone."""

    agreement: str
    zone: str
    until: datetime


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
    SELECT assignee, tier, sum(open)::bigint, sum(at_risk)::bigint, sum(breached)::bigint, sum(waiting)::bigint,
        min(due_at), (array_agg(zone ORDER BY due_at, zone) FILTER (WHERE due_at IS NOT NULL))[1], least(min(due_at), min(turn))
    FROM (
        SELECT assignee, tier, zone, count(*) AS open,
            count(*) FILTER (WHERE """
    + TILES["at_risk"]
    + """) AS at_risk,
            count(*) FILTER (WHERE """
    + TILES["breached"]
    + """) AS breached,
            count(*) FILTER (WHERE status = 'waiting') AS waiting,
            min(next_due_at) FILTER (WHERE next_due_at > %(now)s) AS due_at,
            """
    + TURN
    + """ AS turn
        FROM {open} AS ticket WHERE (%(agreement)s::text IS NULL OR agreement = %(agreement)s)
        GROUP BY assignee, tier, zone
    ) AS told
    GROUP BY assignee, tier ORDER BY assignee IS NOT NULL, sum(open) DESC, assignee, tier"""
)
"""First by zone too: then the zone of what is due next is one of few."""

_AGREEMENTS = SQL("""
    SELECT agreement, (array_agg(zone ORDER BY tickets DESC, zone))[1], sum(tickets)::bigint
    FROM (SELECT agreement, zone, count(*) AS tickets FROM {open} AS ticket GROUP BY agreement, zone) AS told
    GROUP BY agreement ORDER BY 3 DESC, agreement""")

_CALENDARS = SQL("""
    WITH RECURSIVE known AS (
        (SELECT agreement, calendar FROM {clocks} AS clock WHERE calendar IS NOT NULL ORDER BY 1, 2 LIMIT 1)
        UNION ALL
        SELECT next.agreement, next.calendar FROM known, LATERAL (
            SELECT agreement, calendar FROM {clocks} AS clock
            WHERE calendar IS NOT NULL AND (agreement, calendar) > (known.agreement, known.calendar)
            ORDER BY 1, 2 LIMIT 1
        ) AS next
    )
    SELECT agreement, calendar FROM known WHERE EXISTS (
        SELECT FROM {clocks} AS clock JOIN {open} AS ticket USING (ticket)
        WHERE (clock.agreement, clock.calendar) = (known.agreement, known.calendar) AND clock.calendar IS NOT NULL
    )""")
"""From each pair to the next one along the index: there are few pairs, and many clocks."""

_COMING = """
    SELECT ticket.ticket, ticket.case_name, ticket.customer, ticket.severity, 'due' AS kind, clock, '' AS name, due_at AS at,
        ticket.agreement
    FROM {open} AS ticket JOIN {clocks} AS clock USING (ticket)
    WHERE ticket.agreement = ANY(%(agreements)s) AND calendar IS NOT NULL AND verdict = 'open'
        AND due_at > %(start)s AND due_at <= %(end)s
    UNION ALL
    SELECT ticket.ticket, ticket.case_name, ticket.customer, ticket.severity, kind, clock, name, at, ticket.agreement
    FROM {open} AS ticket JOIN {deadlines} AS deadline USING (ticket)
    WHERE ticket.agreement = ANY(%(agreements)s) AND kind IN ('rung', 'warning') AND at > %(start)s AND at <= %(end)s"""

_FALLING = """
    SELECT agreement, 'due' AS kind, due_at AS at FROM {clocks} AS clock
    WHERE calendar IS NOT NULL AND verdict = 'open' AND due_at > %(start)s AND due_at <= %(end)s
        AND ticket IN (SELECT ticket FROM {open} AS still)
    UNION ALL
    SELECT agreement, kind, at FROM {deadlines} AS deadline
    WHERE kind IN ('rung', 'warning') AND at > %(start)s AND at <= %(end)s
        AND ticket IN (SELECT ticket FROM {open} AS still)"""
"""The same with no more than is counted."""

_HOURS = SQL(
    """
    SELECT agreement, date_trunc('hour', at - interval '1 microsecond', zone), kind, count(*), min(at) FROM ("""
    + _FALLING
    + """) AS coming JOIN unnest(%(agreements)s::text[], %(zones)s::text[], %(untils)s::timestamptz[])
        AS stretch (agreement, zone, until) USING (agreement)
    WHERE at <= until GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
)

_LISTED = SQL(
    "SELECT ticket, case_name, customer, severity, kind, clock, name, at FROM ("
    + _COMING
    + ") AS coming ORDER BY at, ticket, clock, name LIMIT %(limit)s"
)


def loads(view: View, agreement: str | None = None) -> list[Load]:
    """What nobody has first, then those with the most."""

    def count() -> tuple[list[Load], datetime | None]:
        found = view.rows(_LOADS, {"agreement": agreement}, open=view.table(OPEN_TICKETS))
        return [Load(*row[:-1]) for row in found], min(filter(None, (row[-1] for row in found)), default=None)

    return lasting(view, ("loads", agreement), count)


def agreements(view: View) -> list[tuple[str, str, int]]:
    """The agreements of open tickets with the zone that most of them have, and how many they are; the most first."""

    def count() -> tuple[list[tuple[str, str, int]], None]:
        return [
            (name, zone, of_it) for name, zone, of_it in view.rows(_AGREEMENTS, open=view.table(OPEN_TICKETS))
        ], None

    return lasting(view, "agreements", count)


def hours(view: View, agreement: str, end: datetime, zone: str) -> Sequence[Hour]:
    """After the instant of the view and up to another, by the hours on the wall of a zone; what ends an hour is due in it.

    A clock that waits is due at no instant.
    """
    return hours_of_all(view, [Stretch(agreement, zone, end)])[agreement]


def hours_of_all(view: View, stretches: Sequence[Stretch]) -> Mapping[str, Sequence[Hour]]:
    """The same of several agreements, each up to an instant of its own."""
    if not stretches:
        return {}
    agreements, zones, untils = map(list, zip(*stretches, strict=True))
    values = {"agreements": agreements, "zones": zones, "untils": untils, "start": view.at, "end": max(untils)}

    def count() -> tuple[Mapping[str, Sequence[Hour]], datetime | None]:
        found: dict[str, list[Hour]] = {one.agreement: [] for one in stretches}
        next_at: datetime | None = None
        for agreement, *hour, at in view.rows(_HOURS, values, **_tables(view)):
            found[agreement].append(Hour(*hour))
            next_at = min(at, next_at or at)
        return found, next_at

    return lasting(view, ("hours", *stretches), count)


def coming(view: View, agreement: str, start: datetime, end: datetime, limit: int = 200) -> list[Deadline]:
    """The same one by one, the next first."""
    values = {"agreements": [agreement], "start": start, "end": end, "limit": limit}
    return [Deadline(*row) for row in view.rows(_LISTED, values, **_tables(view))]


def open_hours(view: View) -> dict[str, list[Calendar]]:
    """The calendars on which the clocks of open tickets go on, by agreement."""
    found = view.rows(_CALENDARS, open=view.table(OPEN_TICKETS), clocks=view.table(CLOCKS))
    known = calendars(view.pool, view.schema, (key for _, key in found))
    by: dict[str, list[Calendar]] = {}
    for agreement, key in found:
        by.setdefault(agreement, []).append(known[key])
    return by


def _tables(view: View) -> dict[str, Any]:
    return {
        "open": view.table(OPEN_TICKETS),
        "clocks": view.table(CLOCKS),
        "deadlines": view.table(DEADLINES),
    }
