"""What is to be sent, and what became of it: the notices of the read model with their deliveries.

Taking a notice keeps it from others for a while, by moving its next attempt; no transaction is open while it is on its way. Who
comes back too late finds it in somebody else's hands and changes nothing.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier

from projections.notices import DELIVERIES, NOTICES, Notice
from projections.store.pool import Pool

_TAKE = SQL("""
    UPDATE {deliveries} AS taken SET attempts = taken.attempts + 1, next_attempt_at = %s
    FROM {notices} AS notice
    WHERE notice.id = taken.notice AND taken.notice = (
        SELECT due.notice FROM {deliveries} AS due JOIN {notices} AS waiting ON waiting.id = due.notice
        WHERE due.state = 'pending' AND due.next_attempt_at <= %s
        ORDER BY due.next_attempt_at, due.notice LIMIT 1
        FOR UPDATE OF due SKIP LOCKED
    )
    RETURNING taken.attempts, {columns}""")

_DELIVERED = SQL("""
    UPDATE {deliveries} SET state = 'delivered', delivered_at = %s, last_error = NULL WHERE notice = %s""")

_POSTPONE = SQL("""
    UPDATE {deliveries} SET attempts = %s, next_attempt_at = %s, last_error = %s
    WHERE notice = %s AND state = 'pending' AND attempts = %s""")

_GIVE_UP = SQL("""
    UPDATE {deliveries} SET state = 'dead', last_error = %s WHERE notice = %s AND state = 'pending' AND attempts = %s""")

_DEAD = SQL("""
    SELECT notice, attempts, last_error FROM {deliveries}
    WHERE state = 'dead' AND notice > %s ORDER BY notice LIMIT %s""")

_REPLAY = SQL("""
    UPDATE {deliveries} SET state = 'pending', attempts = 0, next_attempt_at = %s WHERE notice = %s AND state = 'dead'""")

_COUNTS = SQL("""
    SELECT state, count(*) FROM {deliveries}
    WHERE state <> 'pending' OR EXISTS (SELECT FROM {notices} WHERE id = notice) GROUP BY state""")


_WAYLESS = SQL("""
    SELECT last_error, count(*) FROM {deliveries} JOIN {notices} ON id = notice
    WHERE state = 'pending' AND last_error LIKE %s GROUP BY last_error ORDER BY last_error""")

_UNTRIED = SQL("""
    SELECT count(*) FROM {deliveries} JOIN {notices} ON id = notice
    WHERE state = 'pending' AND attempts = 0 AND last_error IS NULL AND next_attempt_at < %s""")

WAYLESS = "no way out: "
"""What begins the problem of a notice that waits because nothing leads to whom it is for."""


UNTRIED = timedelta(minutes=10)
"""Who sends notices has tried each by then."""

_NOBODY = f"{WAYLESS}nobody sends them; neither a webhook nor mail may be set"


class Wayless(NamedTuple):
    """So many notices wait because no address or no other way leads to whom they are for."""

    problem: str
    notices: int


class Taken(NamedTuple):
    """A notice in somebody's hands; `attempts` counts this one in."""

    notice: Notice
    attempts: int


class DeadLetter(NamedTuple):
    """A notice that was given up, and what went wrong the last time."""

    notice: str
    attempts: int
    last_error: str


class Outbox:
    """Raises what psycopg raises."""

    def __init__(self, pool: Pool, schema: str) -> None:
        self._pool = pool
        columns = SQL(", ").join(SQL("notice.") + Identifier(name) for name in Notice._fields)
        self._names: dict[str, Composed | Identifier] = {
            "deliveries": Identifier(schema, DELIVERIES),
            "notices": NOTICES.at(schema),
            "columns": columns,
        }

    def take(self, at: datetime, until: datetime) -> Taken | None:
        """One that is due at an instant, for oneself until another; None where none is."""
        for attempts, *notice in self._rows(_TAKE, until, at):
            return Taken(Notice(*notice), attempts)
        return None

    def delivered(self, notice: str, at: datetime) -> None:
        self._change(_DELIVERED, at, notice)

    def postpone(self, taken: Taken, problem: str, until: datetime, attempts: int) -> None:
        """Leave it for later, with so many attempts counted."""
        self._change(_POSTPONE, attempts, until, problem, taken.notice.id, taken.attempts)

    def give_up(self, taken: Taken, problem: str) -> None:
        """Leave it to people."""
        self._change(_GIVE_UP, problem, taken.notice.id, taken.attempts)

    def dead(self, after: str = "", limit: int = 100) -> list[DeadLetter]:
        """What was given up, in the order of ids, from one id on."""
        return [DeadLetter(*row) for row in self._rows(_DEAD, after, limit)]

    def replay(self, notice: str, at: datetime) -> bool:
        """Have one that was given up wait again, from an instant on; False where none such is."""
        return self._change(_REPLAY, at, notice)

    def counts(self) -> dict[str, int]:
        """How many are pending, delivered and dead."""
        return {"pending": 0, "delivered": 0, "dead": 0} | dict(self._rows(_COUNTS))

    def wayless(self, at: datetime) -> list[Wayless]:
        """What waits at an instant for a way out that nobody has set, by what is missing."""
        found = [Wayless(*row) for row in self._rows(_WAYLESS, f"{WAYLESS}%")]
        ((untried,),) = self._rows(_UNTRIED, at - UNTRIED)
        return [*found, Wayless(_NOBODY, untried)] if untried else found

    def _rows(self, statement: SQL, *values: object) -> list[TupleRow]:
        with self._pool.connection() as connection:
            return connection.execute(statement.format(**self._names), values).fetchall()

    def _change(self, statement: SQL, *values: object) -> bool:
        with self._pool.connection() as connection:
            return connection.execute(statement.format(**self._names), values).rowcount > 0
