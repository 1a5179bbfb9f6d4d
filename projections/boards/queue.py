"""What is open, and what is next? Every open ticket by the time to its next breach, and the figures above the list.

Rows say how things go on; here they are compared with the instant of the view, to the second, on the calendars that they name.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.sql import SQL, Composable, Composed, Identifier

from domain.instants import DAY_SECONDS, moment, seconds
from domain.terms.calendar import Calendar
from projections.as_of.view import View
from projections.calendars import calendars, every
from projections.clocks import CLOCKS, ClockRow
from projections.deadlines import DEADLINES
from projections.tickets import OPEN_TICKETS, TicketRow, Urgent

STATES = ("breached", "breached_paused", "breached_closed", "counting", "closed", "paused", "pending", "none")
"""How the clock stands that is next: the late ones first. `closed` is out of hours; `none` where nothing is measured."""

NOBODY = "nobody"
"""As an assignee: tickets that nobody has."""

NO_TIER = 0
"""As a tier: tickets that no tier has."""

TOLD_APART = ("agreement", "plan", "customer", "severity", "state", "wait", "assignee", "tier")
"""What the queue can be narrowed to, each to some values."""

_FAR_SECONDS = 15 * DAY_SECONDS
"""How far ahead the next turn of a calendar is looked for: beyond the longest ordinary closing."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which tickets: those with one of the values of each, where any are given; `tile` is one of the figures above the list."""

    agreement: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()
    customer: tuple[str, ...] = ()
    severity: tuple[int, ...] = ()
    state: tuple[str, ...] = ()
    wait: tuple[str, ...] = ()
    assignee: tuple[str, ...] = ()
    tier: tuple[int, ...] = ()
    text: str = ""
    tile: str = ""

    def values(self) -> dict[str, Any]:
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        named = {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}
        return named | {"text": f"%{_literally(self.text)}%", "whole": self.text, "id": _id(self.text)}

    def narrowing(self) -> Iterator[str]:
        """What the tickets are narrowed by."""
        return (name for name in TOLD_APART if getattr(self, name))

    @property
    def has_text(self) -> SQL:
        return _HAS_TEXT

    def conditions(self, *, tile: bool = True) -> Iterator[SQL]:
        yield from (SQL(IS[name]) for name in self.narrowing())
        if self.text:
            yield self.has_text
        if tile and self.tile:
            yield SQL(TILES[self.tile])


ALL = Filters()

STATE = """
    CASE WHEN next_clock IS NULL THEN 'none'
        WHEN overdue_from <= %(now)s THEN CASE
            WHEN cardinality(next_waits) > 0 THEN 'breached_paused'
            WHEN next_calendar = ANY(%(closed)s) THEN 'breached_closed'
            ELSE 'breached' END
        WHEN cardinality(next_waits) > 0 THEN 'paused'
        WHEN next_counts_from > %(now)s THEN 'pending'
        WHEN next_calendar = ANY(%(closed)s) THEN 'closed'
        ELSE 'counting' END"""

TILES = {
    "open": "true",
    "at_risk": "at_risk_from <= %(now)s AND (overdue_from IS NULL OR overdue_from > %(now)s)",
    "breached": "(breached OR coalesce(late_from <= %(now)s, false))",
    "customer": "'customer' = ANY(waits)",
    "escalated": "escalated_at >= %(week)s",
    "unnoticed": "unnoticed_since <= %(now)s",
}
"""The figures, and which tickets each counts."""

IS = {
    "agreement": "agreement = ANY(%(agreement)s)",
    "plan": "plan = ANY(%(plan)s)",
    "customer": "customer = ANY(%(customer)s)",
    "severity": "severity = ANY(%(severity)s)",
    "state": f"({STATE}) = ANY(%(state)s)",
    "wait": "waits && %(wait)s",
    "assignee": f"coalesce(assignee, '{NOBODY}') = ANY(%(assignee)s)",
    "tier": f"coalesce(tier, {NO_TIER}) = ANY(%(tier)s)",
}

_HAS_TEXT = SQL("""
    (concat_ws(E'\\n', case_name, customer, category, product, channel, assignee, agreement, plan, region) ILIKE %(text)s
        OR ticket = %(id)s::uuid)""")

COLUMNS = SQL(", ").join(map(Identifier, TicketRow._fields))

_LINES = SQL(
    """
    SELECT {columns}, """
    + STATE
    + """ FROM {open} AS ticket WHERE {conditions}
    ORDER BY plan_class, next_breach_at, ticket LIMIT %(limit)s"""
)
_AFTER = SQL("""
    (plan_class, coalesce(next_breach_at, 'infinity'), ticket)
        > (%(after_class)s, coalesce(%(after_breach)s::timestamptz, 'infinity'), %(after_ticket)s)""")
_CLOCKS = SQL("""
    SELECT * FROM {clocks} AS clock
    WHERE ticket = ANY(%(tickets)s) AND calendar IS NOT NULL ORDER BY ticket, clock, cycle""")
_RUNGS = SQL("""
    SELECT DISTINCT ON (ticket) ticket, at, name, clock, clause FROM {deadlines}
    WHERE ticket = ANY(%(tickets)s) AND kind = 'rung' AND at > %(now)s ORDER BY ticket, at, name""")
_FIGURES = SQL("SELECT {figures} FROM {open} AS ticket WHERE {conditions}")
_CHOICES = SQL(
    """
    SELECT grouping(agreement, plan, customer, severity, state, assignee, tier) AS level,
        coalesce(agreement, plan, customer, severity::text, state, assignee, tier::text) AS value, count(*)
    FROM (SELECT agreement, plan, customer, severity, coalesce(tier, """
    + str(NO_TIER)
    + """) AS tier, coalesce(assignee, '"""
    + NOBODY
    + """') AS assignee,
        """
    + STATE
    + """ AS state FROM {open} AS ticket) AS told
    GROUP BY GROUPING SETS (agreement, plan, customer, severity, state, assignee, tier)"""
)
_WAITS = SQL("SELECT wait, count(*) FROM {open} AS ticket, unnest(waits) AS wait GROUP BY wait")


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


class Rung(NamedTuple):
    """The next rung that nobody has climbed, and who it goes to."""

    at: datetime
    role: str
    clock: str
    clause: str


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket with its clocks that are still going, the next breach first."""

    ticket: TicketRow
    state: str
    clocks: Sequence[Standing]
    rung: Rung | None

    @property
    def place(self) -> Urgent:
        return Urgent(self.ticket.plan_class, self.ticket.next_breach_at, self.ticket.ticket)


class Choice(NamedTuple):
    """A value to which the queue can be narrowed, and how many open tickets have it."""

    value: str
    tickets: int


@dataclass(frozen=True)
class Queue:
    """The open tickets of a view; `week` is since when an escalation is of this week."""

    view: View
    week: datetime

    def lines(self, filters: Filters = ALL, *, after: Urgent | None = None, limit: int = 50) -> list[Line]:
        conditions, values = [*filters.conditions()], filters.values() | {"limit": limit}
        if after:
            conditions.append(_AFTER)
            values |= {
                "after_class": after.plan_class,
                "after_breach": after.next_breach_at,
                "after_ticket": after.ticket,
            }
        return self.told(self._rows(_LINES, values, columns=COLUMNS, conditions=all_of(conditions)))

    def told(self, found: Iterable[Sequence[Any]]) -> list[Line]:
        """Rows of tickets, each with its state, as lines."""
        rows = [(TicketRow(*row[:-1]), row[-1]) for row in found]
        tickets = [row.ticket for row, _ in rows]
        clocks, rungs = self._standings(tickets), self._rungs(tickets)
        return [
            Line(row, state, _in_turn(row, clocks.get(row.ticket, ())), rungs.get(row.ticket)) for row, state in rows
        ]

    def figures(self, filters: Filters = ALL) -> dict[str, int]:
        """How many tickets each tile counts among those that the other filters leave."""
        counts = SQL(", ").join(
            SQL("count(*) FILTER (WHERE " + condition + ")")
            for condition in (*TILES.values(), "overdue_from <= %(now)s")
        )
        conditions = all_of(filters.conditions(tile=False))
        ((*found,),) = self._rows(_FIGURES, filters.values(), figures=counts, conditions=conditions)
        return dict(zip((*TILES, "overdue"), found, strict=True))

    def choices(self) -> dict[str, list[Choice]]:
        """The values of each filter among all open tickets, the most frequent first, severities and tiers in their order."""
        levels = [name for name in TOLD_APART if name != "wait"]
        found: dict[str, list[Choice]] = {name: [] for name in TOLD_APART}
        for level, value, count in self._rows(_CHOICES):
            if value is not None:
                grouped = ((1 << len(levels)) - 1) ^ level
                found[levels[-grouped.bit_length()]].append(Choice(value, count))
        found["wait"] = [Choice(*row) for row in self._rows(_WAITS)]
        for name, listed in found.items():
            listed.sort(key=_in_order if name in ("severity", "tier") else _by_frequency)
        return found

    def _rows(self, statement: SQL, values: Mapping[str, Any] | None = None, **parts: Composable) -> list[Any]:
        around = {"closed": self._closed, "week": self.week}
        return self.view.rows(statement, around | dict(values or {}), open=self.view.table(OPEN_TICKETS), **parts)

    @cached_property
    def _closed(self) -> list[str]:
        """The calendars on which nothing counts at the instant."""
        at = seconds(self.view.at)
        return [key for key, calendar in every(self.view.pool, self.view.schema).items() if not calendar.is_open(at)]

    def _standings(self, tickets: Sequence[UUID]) -> dict[UUID, list[Standing]]:
        """The clocks that go on and have a target."""
        found = self.view.rows(_CLOCKS, {"tickets": list(tickets)}, clocks=self.view.table(CLOCKS))
        rows = [ClockRow(*row) for row in found]
        known = calendars(self.view.pool, self.view.schema, (row.calendar for row in rows if row.calendar))
        standings: dict[UUID, list[Standing]] = {}
        for row in rows:
            if (one := standing(row, known, self.view.at)).left_seconds is not None:
                standings.setdefault(row.ticket, []).append(one)
        return standings

    def _rungs(self, tickets: Sequence[UUID]) -> dict[UUID, Rung]:
        deadlines = DEADLINES.at(self.view.schema, self.view.suffix)  # of tickets that are seen
        found = self.view.rows(_RUNGS, {"tickets": list(tickets)}, deadlines=deadlines)
        return {ticket: Rung(at, role, clock, clause) for ticket, at, role, clock, clause in found}


def standing(row: ClockRow, known: Mapping[str, Calendar], at: datetime) -> Standing:
    """How a clock that goes on stands at an instant not before its row's."""
    calendar, now, counts_from = known[row.calendar or ""], seconds(at), row.counts_from
    since = None if counts_from is None else seconds(counts_from)
    used = row.used_seconds + (0 if since is None else calendar.between(since, now))
    allowance = row.allowance_seconds if row.starts_with_seconds is None else row.starts_with_seconds
    is_pending = row.state == "pending" and not (since is not None and since <= now)
    due_at = row.due_at
    if due_at is None and since is not None and row.starts_with_seconds is not None:
        due = calendar.add(since, row.starts_with_seconds)
        due_at = None if due is None else moment(due)
    is_late = row.late_from is not None and row.late_from <= at
    is_open = calendar.is_open(now)
    state = "paused" if row.waits else "pending" if is_pending else "counting" if is_open else "closed"
    turns = None if row.waits else _turns(calendar, now, is_open=is_open)
    return Standing(
        clock=row.clock,
        cycle=row.cycle,
        state=_LATE.get(state, "breached") if is_late else state,
        due_at=due_at,
        breaches_at=row.breaches_at,
        left_seconds=None if allowance is None else allowance - used,
        allowance_seconds=allowance,
        turns_at=turns,
        waits=row.waits,
        clause=row.clause,
    )


_LATE = {"paused": "breached_paused", "closed": "breached_closed"}


def _turns(calendar: Calendar, now: int, *, is_open: bool) -> datetime | None:
    """When it closes next, or opens; None where that is far off."""
    turn = now
    for start, end, opens in calendar.parts(now, now + _FAR_SECONDS):
        if opens is not is_open:
            return moment(start)
        turn = end
    return None if turn == now + _FAR_SECONDS else moment(turn)


def all_of(conditions: Iterable[Composable]) -> Composed:
    """What holds where every condition does."""
    return SQL(" AND ").join([SQL("true"), *conditions])


def _in_turn(row: TicketRow, clocks: Iterable[Standing]) -> Sequence[Standing]:
    """The clock that is next, then the others as they will be breached."""
    return sorted(clocks, key=lambda one: (one.clock != row.next_clock, _by_breach(one)))


def _by_breach(one: Standing) -> tuple[float, int, str]:
    breaches = one.breaches_at or one.due_at
    return (breaches.timestamp() if breaches else float("inf"), one.left_seconds or 0, one.clock)


def _in_order(choice: Choice) -> int:
    return int(choice.value)


def _by_frequency(choice: Choice) -> tuple[int, str]:
    return -choice.tickets, choice.value


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _literally(text: str) -> str:
    """The text as a pattern that means only itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
