"""Which tickets are meant? What lists of tickets can be narrowed to, and which tickets each figure above the queue counts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from psycopg.sql import SQL, Composable, Composed

NOBODY = "nobody"
"""As an assignee: tickets that nobody has."""

NO_TIER = 0
"""As a tier: tickets that no tier has."""

TOLD_APART = ("agreement", "plan", "customer", "severity", "state", "wait", "assignee", "tier")
"""What the queue can be narrowed to, each to some values."""


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

    def _is(self, name: str) -> SQL:
        return SQL(IS[name]) if name != "assignee" or NOBODY not in self.assignee else _IS_NOBODYS

    def of_text(self) -> Iterator[SQL]:
        if self.text:
            yield _HAS_TEXT

    def conditions(self, *, tile: bool = True) -> Iterator[SQL]:
        yield from map(self._is, self.narrowing())
        yield from self.of_text()
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
"""How the clock stands that is next. `closed` is out of hours; `none` where nothing is measured."""

_TURNS = ("at_risk_from", "overdue_from", "late_from", "unnoticed_since")

TILES = {
    "open": "true",
    "at_risk": "at_risk_from <= %(now)s AND (overdue_from IS NULL OR overdue_from > %(now)s)",
    "breached": "(breached OR coalesce(late_from <= %(now)s, false))",
    "customer": "'customer' = ANY(waits)",
    "escalated": "escalated_at >= %(week)s",
    "unnoticed": "unnoticed_since <= %(now)s",
}
"""The figures, and which tickets each counts."""

TURN = f"least({', '.join(f'min({one}) FILTER (WHERE {one} > %(now)s)' for one in _TURNS)})"
"""When time alone first makes another figure count one of these tickets."""

IS = {
    "agreement": "agreement = ANY(%(agreement)s)",
    "plan": "plan = ANY(%(plan)s)",
    "customer": "customer = ANY(%(customer)s)",
    "severity": "severity = ANY(%(severity)s)",
    "state": f"({STATE}) = ANY(%(state)s)",
    "wait": "waits && %(wait)s",
    "assignee": "assignee = ANY(%(assignee)s)",
    "tier": f"coalesce(tier, {NO_TIER}) = ANY(%(tier)s)",
}

_IS_NOBODYS = SQL("(assignee IS NULL OR " + IS["assignee"] + ")")

_HAS_TEXT = SQL("""
    (concat_ws(E'\\n', case_name, customer, category, product, channel, assignee, agreement, plan, region) ILIKE %(text)s
        OR ticket = %(id)s::uuid)""")


def all_of(conditions: Iterable[Composable]) -> Composed:
    """What holds where every condition does."""
    return SQL(" AND ").join([SQL("true"), *conditions])


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _literally(text: str) -> str:
    """The text as a pattern that means only itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
