"""What is open, and what is next? Every open ticket by the time to its next breach, and the figures above the list.

Rows say how things go on; here they are compared with the instant of the view, to the second, on the calendars that they name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.sql import SQL, Composable, Identifier

from domain.instants import seconds
from projections.as_of.view import View
from projections.boards.filters import ALL, NO_TIER, NOBODY, STATE, TILES, TOLD_APART, TURN, Filters, all_of
from projections.boards.lasting import lasting
from projections.boards.standings import Standing, standings
from projections.calendars import every
from projections.deadlines import DEADLINES
from projections.tickets import OPEN_TICKETS, TicketRow, Urgent

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
_RUNGS = SQL("""
    SELECT DISTINCT ON (ticket) ticket, at, name, clock, clause FROM {deadlines}
    WHERE ticket = ANY(%(tickets)s) AND kind = 'rung' AND at > %(now)s ORDER BY ticket, at, name""")
_FIGURES = SQL("SELECT {figures} FROM {open} AS ticket WHERE {conditions}")
_COUNTS = SQL(
    ", ".join((*(f"count(*) FILTER (WHERE {one})" for one in (*TILES.values(), "overdue_from <= %(now)s")), TURN))
)
_CHOICES = SQL(
    """
    SELECT grouping(agreement, plan, customer, severity, assignee, tier) AS level,
        coalesce(agreement, plan, customer, severity::text, assignee, tier::text) AS value, count(*)
    FROM (SELECT agreement, plan, customer, severity, coalesce(tier, """
    + str(NO_TIER)
    + """) AS tier, coalesce(assignee, '"""
    + NOBODY
    + """') AS assignee FROM {open} AS ticket) AS told
    GROUP BY GROUPING SETS (agreement, plan, customer, severity, assignee, tier)"""
)
_STATES = SQL(
    "SELECT "
    + STATE
    + """ AS state, count(*), least(
        min(overdue_from) FILTER (WHERE overdue_from > %(now)s), min(next_counts_from) FILTER (WHERE next_counts_from > %(now)s))
    FROM {open} AS ticket GROUP BY state"""
)
_WAITS = SQL(
    "SELECT wait, count(*) FROM {open} AS ticket, unnest(waits) AS wait WHERE cardinality(waits) > 0 GROUP BY wait"
)


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
    def first(self) -> Standing | None:
        """The clock that is next."""
        return self.clocks[0] if self.clocks else None

    @property
    def paused_for(self) -> tuple[str, ...]:
        """What the clock that is next waits for, where it does."""
        return tuple(self.ticket.next_waits) if self.state in ("paused", "breached_paused") else ()

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
        clocks, rungs = standings(self.view, tickets), self._rungs(tickets)
        return [
            Line(row, state, _in_turn(row, clocks.get(row.ticket, ())), rungs.get(row.ticket)) for row, state in rows
        ]

    def figures(self, filters: Filters = ALL) -> dict[str, int]:
        """How many tickets each tile counts among those that the other filters leave."""
        if filters.state:  # hangs on calendars too, and on clocks that are still to start
            return self._counted(filters)[0]
        asked = replace(filters, tile="")
        return lasting(self.view, ("figures", asked, self.week), lambda: self._counted(asked))

    def _counted(self, filters: Filters) -> tuple[dict[str, int], datetime | None]:
        """The figures, and when the first of these tickets turns by itself."""
        conditions = all_of(filters.conditions(tile=False))
        ((*found, turn),) = self._rows(_FIGURES, filters.values(), figures=_COUNTS, conditions=conditions)
        return dict(zip((*TILES, "overdue"), found, strict=True)), turn

    def choices(self) -> dict[str, list[Choice]]:
        """The values of each filter among all open tickets, the most frequent first, severities and tiers in their order."""
        found = lasting(self.view, "choices", lambda: (self._choices(), None))
        return {**found, "state": lasting(self.view, ("states", *self._closed), self._states)}

    def _states(self) -> tuple[list[Choice], datetime | None]:
        """The states, and when the first ticket comes into another by itself, other than by a calendar that opens or closes."""
        found = self._rows(_STATES)
        states = [Choice(state, count) for state, count, _ in found]
        turn = min((turn for *_, turn in found if turn is not None), default=None)
        return sorted(states, key=_by_frequency), turn

    def _choices(self) -> dict[str, list[Choice]]:
        """Of all filters but the state, which time changes too."""
        levels = [name for name in TOLD_APART if name not in ("state", "wait")]
        found: dict[str, list[Choice]] = {name: [] for name in levels}
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

    def _rungs(self, tickets: Sequence[UUID]) -> dict[UUID, Rung]:
        deadlines = DEADLINES.at(self.view.schema, self.view.suffix)  # of tickets that are seen
        found = self.view.rows(_RUNGS, {"tickets": list(tickets)}, deadlines=deadlines)
        return {ticket: Rung(at, role, clock, clause) for ticket, at, role, clock, clause in found}


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
