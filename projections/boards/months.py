"""Of which months is there anything to tell of a customer? Of those in which a ticket was open, or something else was counted.

A month is written as `2026-03` and is one of UTC.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import NamedTuple

from psycopg.sql import SQL

from projections.as_of.view import View
from projections.boards.counts import KEPT_BY_CUSTOMER
from projections.boards.flows import FLOWS
from projections.boards.milestones import TOLD
from projections.boards.surveys import ANSWERED

_COUNTED = SQL("""
    SELECT month, sum(more)::bigint FROM (
        SELECT month, more FROM {flows} AS flows WHERE customer = %(customer)s
        UNION ALL SELECT month, 0 FROM {kept} AS kept WHERE customer = %(customer)s
        UNION ALL SELECT month, 0 FROM {told} AS told WHERE customer = %(customer)s
        UNION ALL SELECT month, 0 FROM {answered} AS answered WHERE customer = %(customer)s
    ) AS counted GROUP BY month ORDER BY month""")


class Counted(NamedTuple):
    """A month in which anything was counted; so many tickets `more` were open at its end than at that of the one before."""

    month: str
    more: int


def counted(view: View, customer: str) -> list[Counted]:
    """In their order."""
    tables = {"flows": FLOWS, "kept": KEPT_BY_CUSTOMER, "told": TOLD, "answered": ANSWERED}
    named = {name: view.table(table) for name, table in tables.items()}
    return [Counted(*row) for row in view.rows(_COUNTED, {"customer": customer}, **named)]


def with_open(months: Iterable[Counted], now: datetime) -> Iterator[str]:
    """These, and up to now those besides at whose beginning a ticket was open, in their order."""
    last, still_open, following = f"{now.astimezone(UTC):%Y-%m}", 0, ""
    for month, more in (*months, Counted("", 0)):
        while still_open > 0 and following < (month or _after(last)):
            yield following
            following = _after(following)
        if month:
            yield month
            still_open, following = still_open + more, _after(month)


def dates(month: str) -> tuple[date, date]:
    """The first day of a month and that of the next one."""
    first = date.fromisoformat(f"{month}-01")
    return first, date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _after(month: str) -> str:
    return f"{dates(month)[1]:%Y-%m}"
