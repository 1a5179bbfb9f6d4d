"""What is to be done, and when, if nothing more happens? What the timekeeper reads.

A deadline is a command still to be given: to climb a rung, to warn, to tell of a breach or to propose a closing, or to tell that
the time to answer in a dispute, or to rule, has passed. It is done once an event of its ticket or dispute came of the timekeeper's
command with its key; anybody else's key of that name is their own.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from psycopg.sql import SQL, Identifier

from domain.clocks.ladder import reached_rungs, warnings
from domain.conduct.conditions import holds
from domain.instants import SECOND, moment
from domain.judgement import circumstances
from domain.terms.conditions import Condition, Elapsed
from projections.judged import Foreseen, Judged
from projections.store.pool import Pool
from projections.store.recorder import COMMANDS
from projections.tables import Index, Table

TIMEKEEPER = "timekeeper"
"""Under whose name the commands are given, and where they come from."""

NOTICE_OF_CLOSING = "closure_notice"

Kind = Literal["warning", "rung", "breach", "closing", "dispute"]

DISPUTED = "disputes"
"""The table that says what comes next in each dispute."""


class Deadline(NamedTuple):
    """`at` may lie in the past: then it is overdue. `name` is the percent of a warning or the role of a rung.

    Of a closing, `clock` is empty, `cycle` the number of the notice whose time has run out. Of a dispute, which stands in the place
    of the ticket, `name` is what was awaited: `answer` or `ruling`.
    """

    ticket: UUID
    version: int
    kind: Kind
    clock: str
    cycle: int
    name: str
    does: str
    clause: str
    at: datetime
    command_key: str
    customer: str = ""
    agreement: str = ""


DEADLINES = Table(
    "deadlines", Deadline, key=("command_key",), indexes=(Index(("at", "command_key")), Index(("ticket",)))
)


def command_key(ticket: UUID, kind: Kind, clock: str, cycle: int, name: str) -> str:
    """The key under which a deadline's command is given, by whichever timekeeper: so it is done once."""
    return f"{TIMEKEEPER}/{ticket}/{kind}/{clock}/{cycle}/{name}"


# --- rows -------------------------------------------------------------------------------------------------------------


def rows(judged: Judged) -> Iterator[Deadline]:
    """What an imported history says was to be done by its last event is history, and not asked for again."""
    listed = list(_listed(judged))
    if not listed:
        return
    done = {one.command for one in judged.stream.envelopes if one.origin == TIMEKEEPER}
    imported_until = judged.imported_until // SECOND
    for kind, clock, cycle, name, does, clause, second in listed:
        key = command_key(judged.id, kind, clock, cycle, name)
        if key not in done and second > imported_until:
            at, filed = moment(second), judged.filed
            yield Deadline(
                judged.id,
                judged.version,
                kind,
                clock,
                cycle,
                name,
                does,
                clause,
                at,
                key,
                filed.customer,
                filed.agreement,
            )


_Listed = tuple[Kind, str, int, str, str, str, int]


def _listed(judged: Judged) -> Iterator[_Listed]:
    going = [ahead for ahead in judged.ahead.clocks if ahead.is_going or judged.is_open]
    known = {(one.now.terms.name, one.now.cycle): one for one in judged.clocks} if going else {}
    for ahead in going:
        foreseen = known.get((ahead.terms.name, ahead.cycle)) or Foreseen(ahead, ahead)
        yield from _of_clock(foreseen, excused=judged.is_excused(ahead))
    if judged.replay.status not in ("closed", "declined", "withdrawn", "merged"):
        yield from _closing(judged)


def _of_clock(foreseen: Foreseen, *, excused: bool) -> Iterator[_Listed]:
    """Whom to warn only while it helps; rungs and breaches once reached are told, though the clock has stopped since."""
    clock = foreseen.ahead
    name, cycle = clock.terms.name, clock.cycle
    for rung in reached_rungs(clock):
        if rung.reached_at is not None:
            yield "rung", name, cycle, rung.role, rung.does, rung.clause, rung.reached_at
    if excused:
        return
    if clock.is_going and not foreseen.is_breached:
        for warning in warnings(clock):
            if warning.reached_at is not None:
                yield "warning", name, cycle, str(warning.percent), "notify", clock.clause, warning.reached_at
    if foreseen.late_from is not None:
        yield "breach", name, cycle, "", "notify", clock.clause, foreseen.late_from


def _closing(judged: Judged) -> Iterator[_Listed]:
    """Where the agreement lets a ticket be closed some time after the notice of it, the end of that time."""
    judgement = judged.judgement
    notice = next(
        (one for one in reversed(judgement.hindsight.recorded) if one.event.event == NOTICE_OF_CLOSING),
        None,
    )
    if notice is None:
        return
    known, terms = judged.knowledge, judged.replay.terms
    around = circumstances(judgement.case.contract, terms, judgement.rungs).in_category(known.category)
    for rule in terms.agreement.rules_of.get("closed", ()):
        elapsed = _elapsed(rule.needs) if rule.needs else None
        if (
            elapsed
            and rule.applies(around.scope, known.severity)
            and holds(rule.where, None, known, around).truth is True
            and (end := around.end(notice.at // SECOND, elapsed, known.severity)) is not None
        ):
            yield "closing", "", notice.number, "", "notify", rule.clause, end
            return


def _elapsed(condition: Condition) -> Elapsed | None:
    """The time after a notice of closing that a condition, or a part of it, asks for."""
    if condition.elapsed and condition.elapsed.since == NOTICE_OF_CLOSING:
        return condition.elapsed
    return next(filter(None, map(_elapsed, condition.any_of)), None)


# --- questions --------------------------------------------------------------------------------------------------------

_NOT_GIVEN = "NOT EXISTS (SELECT FROM {commands} WHERE principal = %s AND key = command_key)"

_DUE = SQL("SELECT * FROM {deadlines} WHERE at <= %s AND " + _NOT_GIVEN + " ORDER BY at, command_key LIMIT %s")

_DUE_IN_DISPUTES = SQL(
    "SELECT dispute, version, next_deadline, next_at, next_key, customer FROM {disputes} "
    "WHERE next_at <= %s AND NOT EXISTS (SELECT FROM {commands} WHERE principal = %s AND key = next_key) "
    "ORDER BY next_at, next_key LIMIT %s"
)

_NEXT_IN_DISPUTES = SQL(
    "SELECT next_at FROM {disputes} "
    "WHERE next_at IS NOT NULL AND NOT EXISTS (SELECT FROM {commands} WHERE principal = %s AND key = next_key) "
    "ORDER BY next_at, next_key LIMIT 1"
)

_COUNTED = SQL("SELECT count(*) FROM ({due}) AS due")

_NEXT = SQL("SELECT at FROM {deadlines} WHERE " + _NOT_GIVEN + " ORDER BY at, command_key LIMIT 1")


MOST_COUNTED = 1_000
"""Of more that are overdue nobody needs the number."""


class Deadlines:
    """A command that was given and settled counts as done at once, whatever became of it."""

    def __init__(self, pool: Pool, schema: str) -> None:
        self._pool = pool
        tables = {
            "deadlines": DEADLINES.at(schema),
            "disputes": Identifier(schema, DISPUTED),
            "commands": Identifier(schema, COMMANDS),
        }
        self._due = _DUE.format(**tables)
        self._next = _NEXT.format(**tables)
        self._due_in_disputes = _DUE_IN_DISPUTES.format(**tables)
        self._counted = [_COUNTED.format(due=due) for due in (self._due, self._due_in_disputes)]
        self._next_in_disputes = _NEXT_IN_DISPUTES.format(**tables)

    def due(self, by: datetime, limit: int = 100) -> list[Deadline]:
        """What is to be done by an instant, the earliest first."""
        with self._pool.connection() as connection:
            due = [Deadline(*row) for row in connection.execute(self._due, (by, TIMEKEEPER, limit))]
            disputed = connection.execute(self._due_in_disputes, (by, TIMEKEEPER, limit))
            due += [_of_dispute(*row) for row in disputed]
        return sorted(due, key=lambda one: (one.at, one.command_key))[:limit]

    def overdue(self, by: datetime, most: int) -> int:
        """How many of these there are; beyond `most` they are not counted."""
        with self._pool.connection() as connection:
            counts: list[int] = [
                count for one in self._counted for (count,) in connection.execute(one, (by, TIMEKEEPER, most))
            ]
        return min(sum(counts), most)

    def next_at(self) -> datetime | None:
        """When the next one is; in the past where it is overdue."""
        with self._pool.connection() as connection:
            found = [
                *connection.execute(self._next, (TIMEKEEPER,)),
                *connection.execute(self._next_in_disputes, (TIMEKEEPER,)),
            ]
        return min((at for (at,) in found), default=None)


def _of_dispute(dispute: UUID, version: int, which: str, at: datetime, key: str, customer: str) -> Deadline:
    return Deadline(dispute, version, "dispute", "", 0, which, "notify", "", at, key, customer)
