"""Which tickets are behind a figure? All of them, open or not, the last opened first, narrowed as far as wanted.

A figure may count clocks: then it is told which clocks of each ticket are meant, and how many.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.sql import SQL, Composable, Composed

from projections.boards.filters import IS, STATE, Filters, all_of
from projections.boards.queue import COLUMNS, Line, Queue
from projections.boards.spent import SPENT
from projections.clocks import CLOCKS
from projections.tickets import OPEN, OPEN_TICKETS, TICKETS, Newest

COUNTED_TO = 1_000
"""Beyond so many they are not counted."""

LOOKED_AT, MORE = 2_000, 10
"""So many of the newest tickets are looked at before all clocks are that may be meant; to count, so many times as many."""

DENSE = COUNTED_TO // 4
"""Where fewer of those are meant, nobody looks at more of the newest."""

_NEWEST = SQL("ORDER BY opened_at DESC, ticket DESC LIMIT %(limit)s")
_LISTED = SQL("SELECT * FROM ({each}) AS found {newest}")
_EACH = SQL("(SELECT {columns}, " + STATE + " FROM {tickets} AS ticket WHERE {conditions} {newest})")
_FOUND = SQL("SELECT ticket FROM ({each}) AS counted")
_FOUND_EACH = SQL("(SELECT ticket FROM {tickets} AS ticket WHERE {conditions} LIMIT %(limit)s)")
_AFTER = SQL("(opened_at, ticket) < (%(after_opened)s, %(after_ticket)s)")
_AMONG_NEWEST = SQL(
    "SELECT {columns}, "
    + STATE
    + """
    FROM (SELECT * FROM {tickets} AS ticket WHERE {opened} {newest}) AS ticket
    WHERE {conditions} AND (
        (SELECT true FROM {clocks} AS clock WHERE clock.ticket = ticket.ticket AND {of_clock} LIMIT 1)
        OR (SELECT true FROM {started} WHERE clock.ticket = ticket.ticket AND {of_clock} LIMIT 1))
    ORDER BY opened_at DESC, ticket DESC LIMIT %(lines)s"""
)
_TICKET = SQL("ticket")
_HAS_CLOCK = SQL("ticket IN (SELECT ticket FROM {clocks} AS clock WHERE {conditions})")
_HAS_ONE_THAT_STARTED = SQL("ticket IN (SELECT ticket FROM {started} WHERE {conditions})")
_STARTED = SQL("(SELECT *, 'open' AS verdict FROM {turning} WHERE was = 'pending' AND started_at <= %(now)s) AS clock")
"""By itself, since the last event of its ticket."""

_CALLED = (
    SQL("case_name = %(whole)s"),
    SQL("customer = %(whole)s"),
    SQL("assignee = %(whole)s"),
    SQL("ticket = %(id)s::uuid"),
)
"""How a ticket is called, or whose it is: each has an index of its own."""

VERDICTS = {
    "met": "verdict = 'met'",
    "breached": "(verdict = 'breached' OR verdict = 'open' AND coalesce(late_from <= %(now)s, false))",
    "excused": "(verdict = 'excused' OR verdict = 'open' AND excused_from <= %(now)s)",
    "open": "(verdict = 'open' AND NOT coalesce(least(late_from, excused_from) <= %(now)s, false))",
}

_STANDS = SQL("CASE " + " ".join(f"WHEN {holds} THEN '{one}'" for one, holds in VERDICTS.items()) + " ELSE 'none' END")

_MEANT_ONCE = """
        SELECT DISTINCT ON (ticket, clock, cycle) ticket, clock, cycle, stands FROM (
            SELECT ticket, clock, cycle, {stands} AS stands, 1 AS turn FROM {clocks} AS clock
            WHERE ticket = ANY(%(tickets)s) AND {conditions}
            UNION ALL
            SELECT ticket, clock, cycle, {stands}, 0
            FROM {started}
            WHERE ticket = ANY(%(tickets)s) AND {conditions}
        ) AS told ORDER BY ticket, clock, cycle, turn"""
"""Each once, as it stands by now where it has started by itself."""

_MEANT = SQL(
    "SELECT ticket, clock, stands, count(*) FROM ("
    + _MEANT_ONCE
    + ") AS once GROUP BY ticket, clock, stands ORDER BY ticket, clock, stands"
)
_CYCLES = SQL(
    """
    SELECT ticket, once.clock, cycle, stands,
        CASE WHEN stands IN ('breached', 'excused') THEN coalesce(breached_at, breaches_at) END
    FROM ("""
    + _MEANT_ONCE
    + ") AS once JOIN {clocks} AS stored USING (ticket, clock, cycle) ORDER BY ticket, clock, cycle"
)


class Meant(NamedTuple):
    """So many cycles of a clock of a ticket are meant, which stand alike; without a target their verdict is `none`."""

    clock: str
    verdict: str
    cycles: int


class Cycle(NamedTuple):
    """A cycle of a clock that is meant; `breached_at` where it is breached by now, or was and is excused."""

    clock: str
    cycle: int
    verdict: str
    breached_at: datetime | None


class Counted(NamedTuple):
    """How many tickets, and how many of their clocks are meant, if any were asked for; more than COUNTED_TO where they are many.

    Of so many tickets the clocks are not counted: they are not fewer.
    """

    tickets: int
    clocks: int | None = None


def cycles(meant: Mapping[UUID, Sequence[Meant]]) -> int:
    return sum(one.cycles for several in meant.values() for one in several)


@dataclass(frozen=True, kw_only=True)
class Wider(Filters):
    """Filters of all tickets. With a clock, a verdict or a month, `severity` is the clock's, as reports count it.

    The month (UTC) is that in which the clock started: `2026-03`, or the first of those up to `month_to`.
    """

    status: tuple[str, ...] = ()
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    clock: tuple[str, ...] = ()
    verdict: tuple[str, ...] = ()
    month: str = ""
    month_to: str = ""

    def of_text(self) -> Iterator[SQL]:
        """Nothing beside what each of the `ways` says."""
        yield from ()

    def ways(self) -> Sequence[SQL]:
        """Of all tickets, those that are called so or whose customer or assignee is: to look into every text takes too long."""
        return _CALLED if self.text else (SQL("true"),)

    @property
    def by_clock(self) -> bool:
        return bool(self.clock or self.verdict or self.month)

    def conditions(self, *, tile: bool = True) -> Iterator[SQL]:
        yield from super().conditions(tile=tile)
        if self.status:
            yield SQL("status = ANY(%(status)s)")
        yield from self.opened()

    @property
    def may_be_many(self) -> bool:
        """Those of some months, as behind a figure; but clocks that are open or excused are few, and have an index of their own."""
        are_few = bool(self.verdict) and {"open", "excused"}.issuperset(self.verdict)
        return bool(self.month) and not self.text and not are_few

    @property
    def is_narrow(self) -> bool:
        """One month of somebody's, or of an agreement: all the clocks in it are looked at in no time."""
        return self.month_to in ("", self.month) and any(self.of_one())

    def of_one(self) -> Iterator[SQL]:
        """Whose tickets they are, or under which agreement: for each there is an index of its newest tickets."""
        name = next((one for one in ("customer", "agreement") if len(getattr(self, one)) == 1), None)
        if name:
            yield SQL(f"{name} = (%({name})s::text[])[1]")

    def opened(self) -> Iterator[SQL]:
        """When a ticket was opened."""
        if self.opened_from:
            yield SQL("opened_at >= %(opened_from)s")
        if self.opened_to:
            yield SQL("opened_at < %(opened_to)s")
        if self.month:
            yield _OPENED_BY_THEN

    def narrowing(self) -> Iterator[str]:
        """A severity beside a clock is the clock's."""
        return (name for name in super().narrowing() if name != "severity" or not self.by_clock)

    def of_clock(self) -> Iterator[SQL]:
        """What is asked of a clock, with what rows of clocks say of their ticket too."""
        yield from (SQL(IS[name]) for name in _SAID_OF_CLOCKS if getattr(self, name))
        if self.clock:
            yield SQL("clock = ANY(%(clock)s)")
        if self.severity:
            yield SQL("severity = ANY(%(severity)s)")
        if self.verdict:
            yield SQL("(" + " OR ".join(VERDICTS[one] for one in self.verdict) + ")")
        if self.month:
            yield _IN_MONTH


_SAID_OF_CLOCKS = ("agreement", "plan", "customer")

_SINCE = "(%(month)s || '-01')::timestamp AT TIME ZONE 'UTC'"
_UNTIL = "((coalesce(nullif(%(month_to)s, ''), %(month)s) || '-01')::timestamp + interval '1 month') AT TIME ZONE 'UTC'"

_IN_MONTH = SQL(f"started_at >= {_SINCE} AND started_at < {_UNTIL}")

_OPENED_BY_THEN = SQL(f"""
    opened_at <= greatest({_UNTIL}, (
        SELECT max(opened_at) FROM {{clocks}} AS backdated
        WHERE started_at < opened_at AND started_at >= {_SINCE} AND started_at < {_UNTIL}))""")
"""A ticket was opened before its clocks started, but for those that are backdated: the list need not begin with later ones."""


@dataclass(frozen=True)
class Listing(Queue):
    """All tickets of a view, told as the queue tells them."""

    def newest(self, filters: Wider, *, after: Newest | None = None, limit: int = 50) -> list[Line]:
        values, further = filters.values() | {"limit": limit}, list[Composable]()
        if after:
            further.append(_AFTER)
            values |= {"after_opened": after.opened_at, "after_ticket": after.ticket}
        if filters.may_be_many:
            found = self._among_newest(filters, values, further, columns=COLUMNS)
            if len(found) == limit:
                return self.told(found)
        each = self._each(_EACH, filters, further, columns=COLUMNS, newest=_NEWEST)
        return self.told(self._rows(_LISTED, values, each=each, newest=_NEWEST))

    def _among_newest(
        self,
        filters: Wider,
        values: Mapping[str, Any],
        further: Sequence[Composable] = (),
        *,
        columns: Composable,
        looked_at: int = 1,
    ) -> list[Any]:
        """Those of them that are among the newest tickets; `looked_at`: so many times as many as usual.

        Where many are wanted, the first ones stand there: they are found without a look at all clocks that are meant.
        """
        clocks = self.view.table(CLOCKS)
        return self._rows(
            _AMONG_NEWEST,
            {**values, "lines": values["limit"], "limit": looked_at * LOOKED_AT},
            columns=columns,
            tickets=self._tickets(filters),
            opened=all_of([*(one.format(clocks=clocks) for one in filters.opened()), *filters.of_one(), *further]),
            newest=_NEWEST,
            conditions=all_of(one.format(clocks=clocks) for one in filters.conditions()),
            clocks=clocks,
            started=self._started,
            of_clock=all_of(filters.of_clock()),
        )

    def count(self, filters: Wider) -> Counted:
        values = filters.values() | {"limit": COUNTED_TO + 1}
        if filters.may_be_many and self._are_many(filters, values):
            return Counted(COUNTED_TO + 1, COUNTED_TO + 1)
        found = [ticket for (ticket,) in self._rows(_FOUND, values, each=self._each(_FOUND_EACH, filters, []))]
        if not filters.by_clock:
            return Counted(len(found))
        return Counted(len(found), cycles(self.meant(filters, found)) if len(found) <= COUNTED_TO else len(found))

    def are_more_than(self, filters: Wider, count: int) -> bool:
        """Whether so many tickets are not all of them."""
        values = filters.values() | {"limit": count + 1}
        return len(self._rows(_FOUND, values, each=self._each(_FOUND_EACH, filters, []))) > count

    def _are_many(self, filters: Wider, values: Mapping[str, Any]) -> bool:
        """Whether more than are counted are found among the newest already."""
        there = len(self._among_newest(filters, values, columns=_TICKET))
        if DENSE <= there <= COUNTED_TO and not filters.is_narrow:
            there = len(self._among_newest(filters, values, columns=_TICKET, looked_at=MORE))
        return there > COUNTED_TO

    @property
    def _started(self) -> Composed:
        return _STARTED.format(turning=self.view.table(SPENT))

    def meant(self, filters: Wider, tickets: Sequence[UUID]) -> dict[UUID, list[Meant]]:
        """Which clocks of these tickets; none where no clock was asked for."""
        found: dict[UUID, list[Meant]] = {}
        for ticket, *told in self._of_clocks(_MEANT, filters, tickets):
            found.setdefault(ticket, []).append(Meant(*told))
        return found

    def cycles(self, filters: Wider, tickets: Sequence[UUID]) -> dict[UUID, list[Cycle]]:
        """The same, each cycle by itself."""
        found: dict[UUID, list[Cycle]] = {}
        for ticket, *told in self._of_clocks(_CYCLES, filters, tickets):
            found.setdefault(ticket, []).append(Cycle(*told))
        return found

    def _of_clocks(self, select: SQL, filters: Wider, tickets: Sequence[UUID]) -> list[Any]:
        if not filters.by_clock:
            return []
        clocks, conditions = self.view.table(CLOCKS), all_of(filters.of_clock())
        parts = {"stands": _STANDS, "clocks": clocks, "started": self._started, "conditions": conditions}
        return self._rows(select, filters.values() | {"tickets": list(tickets)}, **parts)

    def _each(self, select: SQL, filters: Wider, further: Sequence[Composable], **parts: Composable) -> Composed:
        """The ways in which a ticket can be wanted, put together: one after the other takes a fraction of either at once."""
        clocks, tickets = self.view.table(CLOCKS), self._tickets(filters)
        wanted = [one.format(clocks=clocks) for one in filters.conditions()]
        having: list[Composable] = [SQL("true")]
        if filters.by_clock:
            conditions = all_of(filters.of_clock())
            having = [
                _HAS_CLOCK.format(clocks=clocks, conditions=conditions),
                _HAS_ONE_THAT_STARTED.format(started=self._started, conditions=conditions),
            ]
        return SQL(" UNION ").join(
            select.format(tickets=tickets, conditions=all_of([*wanted, *further, *way]), **parts)
            for way in product(filters.ways(), having)
        )

    def _tickets(self, filters: Wider) -> Composable:
        """Where only open ones are wanted, the few that are; no other waits, or has anybody who is still to be told."""
        by_status = bool(filters.status) and OPEN.issuperset(filters.status)
        is_open = by_status or bool(filters.wait) or filters.tile in ("customer", "unnoticed")
        return self.view.table(OPEN_TICKETS if is_open else TICKETS)
