"""Read models as they stood at an instant, in tables of their own beside the live ones, made when asked for and kept for a while.

Most tickets have not changed since, and their rows are copied; only the others are judged anew. What reaches the log later and was
recorded by then, as an import or a slow writer brings it, is added when the snapshot is asked for again. One is built at a time,
whichever program builds it. The tables are not logged: after a crash of the database they are empty, and so is the list of them.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Condition, Thread
from time import monotonic
from typing import NamedTuple
from uuid import UUID

import psycopg
from eventsourcing.persistence import Mapper
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier

from domain.desk.shelf import Shelf
from domain.instants import seconds
from projections.as_of.past import Past
from projections.contracts import CONTRACTS
from projections.disputes import DISPUTES
from projections.models import ALL_TABLES, TABLES, Models
from projections.publications import PUBLICATIONS
from projections.store import schema as schemas
from projections.store.pool import AS_LONG_AS_IT_TAKES, Pool
from projections.store.reader import Reader
from projections.store.recorder import EVENTS
from projections.streams import STREAMS_AT_ONCE, Touched, parts
from projections.tables import TROUBLES
from projections.tickets import TICKETS

SNAPSHOTS = "snapshots"
MARK = "_at_"
"""What stands between the name of a table and the instant as of which it is."""

KEPT = 8
IN_USE_SECONDS = 60
"""So long a snapshot that somebody has looked at is not dropped, unless there are twice as many as are kept."""
WAITING = 8
PATIENCE_SECONDS = 2.0
GLANCE_SECONDS = 0.1

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

_CREATE = SQL("""
    CREATE UNLOGGED TABLE IF NOT EXISTS {snapshots} (
        suffix text PRIMARY KEY,
        at timestamptz NOT NULL,
        form text NOT NULL,
        done bigint NOT NULL DEFAULT 0,
        tickets bigint NOT NULL DEFAULT 0,
        position bigint,
        used_at timestamptz NOT NULL DEFAULT now()
    )""")
_FIND = SQL("SELECT done, tickets, position, form FROM {snapshots} WHERE suffix = %s")
_BEGIN = SQL("INSERT INTO {snapshots} (suffix, at, form) VALUES (%s, %s, %s)")
_COUNT = SQL("UPDATE {snapshots} SET done = %s, tickets = %s WHERE suffix = %s")
_READY = SQL("UPDATE {snapshots} SET position = %s, used_at = now() WHERE suffix = %s")
_USED = SQL("UPDATE {snapshots} SET used_at = now() WHERE suffix = %s AND used_at < now() - interval '10 s'")
_END = SQL("DELETE FROM {snapshots} WHERE suffix = %s")
_UNFINISHED = SQL("SELECT suffix FROM {snapshots} WHERE position IS NULL OR form <> %s")
_OLD = SQL("""
    SELECT suffix FROM (SELECT suffix, used_at, row_number() OVER (ORDER BY used_at DESC) AS place FROM {snapshots}) AS kept
    WHERE place > %(most)s OR place > %(kept)s AND used_at < now() - make_interval(secs => %(in_use)s)""")
_OUTDATE = SQL("UPDATE {snapshots} SET form = ''")
_EVERY = SQL("SELECT suffix FROM {snapshots}")
_LOST = SQL("""
    SELECT DISTINCT substring(tablename FROM %(pattern)s) FROM pg_tables
    WHERE schemaname = %(schema)s AND tablename ~ %(pattern)s""")
_IS_THERE = SQL("SELECT to_regclass(%s) IS NOT NULL")

_LOCK = SQL("SELECT pg_try_advisory_lock(hashtext('ticketclock snapshots'), hashtext(%s))")
_UNLOCK = SQL("SELECT pg_advisory_unlock(hashtext('ticketclock snapshots'), hashtext(%s))")
_ALL_AT_ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
_NOT_FOR_LONG = "SELECT set_config('lock_timeout', '2s', true)"
_LAST = SQL("SELECT coalesce(max(notification_id), 0) FROM {events}")

_CHANGED = SQL("""
    CREATE TEMPORARY TABLE changed ON COMMIT DROP AS
    SELECT ticket FROM {tickets} WHERE recorded_at > %(at)s OR last_event_at > %(at)s OR contract = ANY(%(contracts)s)
        OR contract IN (SELECT contract FROM {contracts} WHERE as_of > %(at)s)
    UNION ALL SELECT dispute FROM {disputes}""")
_ANALYZE_CHANGED = SQL("ANALYZE changed")
_SELECT_CHANGED = SQL("SELECT ticket FROM changed")
_COPY = SQL("""
    INSERT INTO {past} SELECT * FROM {live} AS live
    WHERE NOT EXISTS (SELECT FROM changed WHERE changed.ticket = live.ticket)""")
_CONTRACTS = SQL("SELECT contract FROM {contracts} UNION SELECT contract FROM {troubles} WHERE contract = stream")
_PUBLICATIONS = SQL("SELECT stream FROM {publications}")
_COUNT_TICKETS = SQL("SELECT count(*) FROM {tickets}")

_log = logging.getLogger(__name__)


class BeingBuilt(Exception):
    """The snapshot is not ready: so many tickets of so many stand in it. Ask again in a moment."""

    def __init__(self, done: int, tickets: int) -> None:
        super().__init__(f"{done} of {tickets} tickets")
        self.done = done
        self.tickets = tickets


class _Found(NamedTuple):
    """A snapshot in the list; it holds up to no position yet while it is being built."""

    done: int
    tickets: int
    position: int | None
    form: str


class Snapshots:
    """Of one log. Built in a thread, so that nobody waits long; several programs may each have one of these."""

    def __init__(self, pool: Pool, schema: str, mapper: Mapper[UUID], shelf: Shelf, *, kept: int = KEPT) -> None:
        self._pool = pool
        self._schema = schema
        self._mapper = mapper
        self._shelf = shelf
        self._kept = kept
        self._live = Models(schema)
        self._has_list = False
        self._wanted: dict[datetime, None] = {}
        self._failed: dict[datetime, Exception] = {}
        self._turn = Condition()
        self._worker: Thread | None = None

    def suffix(self, at: datetime, patience_seconds: float = PATIENCE_SECONDS) -> str:
        """What the names of the tables of an instant, a whole second, end with. Raises BeingBuilt, and what psycopg raises."""
        suffix = suffix_of(at)
        if self._is_ready(suffix):
            return suffix
        ends = monotonic() + patience_seconds
        self._want(at)
        with self._turn:
            while at in self._wanted and (left := ends - monotonic()) > 0:
                self._turn.wait(left)
            failed = self._failed.pop(at, None)
            is_done = at not in self._wanted
        if failed:
            raise failed
        if is_done and self._is_ready(suffix, to_the_last=False):
            return suffix
        found = self._found(suffix)
        raise BeingBuilt(found.done, found.tickets) if found else BeingBuilt(0, 0)

    # --- what is there ------------------------------------------------------------------------------------------------

    def _is_ready(self, suffix: str, *, to_the_last: bool = True) -> bool:
        """Whether it knows all that the log holds, or held when it was last looked after."""
        found = self._found(suffix)
        if found is None or found.position is None or found.form != self._live.form:
            return False
        with self._pool.connection() as connection:
            if to_the_last and found.position < self._last(connection):
                return False
            connection.execute(self._sql(_USED), (suffix,))
        return True

    def _found(self, suffix: str) -> _Found | None:
        with self._pool.connection() as connection:
            if not _is_listed(connection, self._schema):
                return None
            row = connection.execute(self._sql(_FIND), (suffix,)).fetchone()
            return _Found(*row) if row else None

    def _last(self, connection: Connection[TupleRow]) -> int:
        ((last,),) = connection.execute(_LAST.format(events=Identifier(self._schema, EVENTS)))
        return int(last)

    # --- one after another --------------------------------------------------------------------------------------------

    def _want(self, at: datetime) -> None:
        with self._turn:
            if len(self._wanted) < WAITING:
                self._wanted.setdefault(at)
            if self._wanted and self._worker is None:
                self._worker = Thread(target=self._work, name="snapshots", daemon=True)
                self._worker.start()

    def _work(self) -> None:
        """Until nothing is wanted any more."""
        while True:
            with self._turn:
                at = next(iter(self._wanted), None)
                if at is None:
                    self._worker = None
                    return
            failed: Exception | None = None
            try:
                while not self._built(at):
                    with self._turn:  # another program is building; it may be this very one
                        self._turn.wait(GLANCE_SECONDS)
            except Exception as error:  # told to whoever asks next
                _log.exception("the rows as they stood at %s cannot be built", at)
                failed = error
            with self._turn:
                del self._wanted[at]
                self._failed = {at: failed} if failed else {}
                self._turn.notify_all()

    def _built(self, at: datetime) -> bool:
        with self._alone() as connection:
            if connection is None:
                return False
            suffix = suffix_of(at)
            self._clear(connection)
            up_to = Reader(self._pool, self._schema).head()
            past = Past(self._schema, self._mapper, self._shelf, at, up_to)
            beside = Models(self._schema, suffix)
            position = found.position if (found := self._found(suffix)) else None
            if position is None:
                position = self._build(connection, past, beside, at)
            self._add(connection, past, beside, position)
            connection.execute(self._sql(_READY), (up_to, suffix))
            self._drop_old(connection, suffix)
        return True

    @contextmanager
    def _alone(self) -> Iterator[Connection[TupleRow] | None]:
        """The connection of the one who builds; None where that is somebody else."""
        if not self._has_list:
            with schemas.creating(self._pool, self._schema) as creating:
                creating.execute(self._sql(_CREATE))
            self._has_list = True
        with self._pool.connection() as connection:
            ((is_alone,),) = connection.execute(_LOCK, (self._schema,))
            if not is_alone:
                yield None
                return
            try:
                yield connection
            finally:
                connection.execute(_UNLOCK, (self._schema,))

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self, connection: Connection[TupleRow], past: Past, beside: Models, at: datetime) -> int:
        """Copy what has not changed, judge the rest, and say up to which position that holds."""
        connection.execute(self._sql(_BEGIN), (beside.suffix, at, self._live.form))
        with connection.transaction():
            connection.execute(_ALL_AT_ONE_MOMENT)
            connection.execute(AS_LONG_AS_IT_TAKES)
            position, _ = self._live.progress(connection)
            others = self._others(connection)
            changed = self._copy(connection, beside, at, past.changed_since(connection, others))
            ((kept,),) = connection.execute(_COUNT_TICKETS.format(tickets=TICKETS.at(self._schema, beside.suffix)))
        self._count(beside, kept, kept + len(changed))
        self._judge(connection, past, beside, others, fresh=True)
        for number, some in enumerate(parts(changed), start=1):
            self._judge(connection, past, beside, some, fresh=True)
            self._count(beside, kept + min(number * STREAMS_AT_ONCE, len(changed)), kept + len(changed))
        with connection.transaction():
            connection.execute(AS_LONG_AS_IT_TAKES)
            beside.complete(connection)
        return position

    def _others(self, connection: Connection[TupleRow]) -> list[UUID]:
        """The contracts and the publications, which are few."""
        return [stream for (stream,) in connection.execute(self._sql(_CONTRACTS))] + [
            stream for (stream,) in connection.execute(self._sql(_PUBLICATIONS))
        ]

    def _copy(
        self, connection: Connection[TupleRow], beside: Models, at: datetime, contracts: Iterable[UUID]
    ) -> list[UUID]:
        """Copy the rows of the tickets that are as they were, and say which are not, or may not be, among them all disputes."""
        for statement in beside.created():
            connection.execute(statement)
        for table in ALL_TABLES:
            connection.execute(SQL("ALTER TABLE {} SET UNLOGGED").format(table.at(self._schema, beside.suffix)))
        connection.execute(self._sql(_CHANGED), {"at": at, "contracts": list(contracts)})
        connection.execute(_ANALYZE_CHANGED)
        for table in TABLES:
            if table.stream == TICKETS.stream:
                live, copy = table.at(self._schema), table.at(self._schema, beside.suffix)
                connection.execute(_COPY.format(past=copy, live=live))
        in_trouble, _ = self._live.in_trouble(connection)
        return [ticket for (ticket,) in connection.execute(_SELECT_CHANGED)] + sorted(in_trouble)

    def _add(self, connection: Connection[TupleRow], past: Past, beside: Models, position: int) -> None:
        """What the log says after a position had been recorded by then."""
        tickets, contracts, publications, disputes = past.touched(connection, position)
        if publications:
            tickets_in_trouble, contracts_in_trouble = beside.in_trouble(connection)
            tickets |= tickets_in_trouble
            contracts |= contracts_in_trouble | set(self._others(connection)) - publications
        if contracts:
            tickets |= beside.tickets_of(connection, list(contracts))
        for _, some in Touched(tickets, contracts, publications, disputes).parts():
            self._judge(connection, past, beside, some, fresh=False)

    def _judge(
        self, connection: Connection[TupleRow], past: Past, beside: Models, streams: list[UUID], *, fresh: bool
    ) -> None:
        with connection.transaction():
            connection.execute(AS_LONG_AS_IT_TAKES)
            beside.write(connection, past.rows(connection, streams), fresh=fresh)

    def _count(self, beside: Models, done: int, tickets: int) -> None:
        """On a connection of its own, for everybody to see."""
        with self._pool.connection() as connection:
            connection.execute(self._sql(_COUNT), (done, tickets, beside.suffix))

    # --- dropping -----------------------------------------------------------------------------------------------------

    def _clear(self, connection: Connection[TupleRow]) -> None:
        """What was left half-built, is of another version of the program, or stands in no list."""
        for suffix in self._suffixes(connection, _UNFINISHED, self._live.form):
            self._drop(connection, suffix)
        listed = set(self._suffixes(connection, _EVERY))
        lost = connection.execute(_LOST, {"schema": self._schema, "pattern": f"{MARK}[0-9a-z]+$"})
        for (suffix,) in lost.fetchall():
            if suffix not in listed:
                self._drop(connection, suffix)

    def _drop_old(self, connection: Connection[TupleRow], new: str) -> None:
        values = {"kept": self._kept, "most": 2 * self._kept, "in_use": IN_USE_SECONDS}
        for (suffix,) in connection.execute(self._sql(_OLD), values).fetchall():
            if suffix != new:
                self._drop(connection, suffix)

    def _drop(self, connection: Connection[TupleRow], suffix: str) -> None:
        """Whoever still reads from it may do so to the end; then it is for the next one to drop."""
        try:
            with connection.transaction():
                connection.execute(_NOT_FOR_LONG)
                for statement in Models(self._schema, suffix).dropped():
                    connection.execute(statement)
                connection.execute(self._sql(_END), (suffix,))
        except psycopg.errors.LockNotAvailable:
            _log.info("the rows %s are being read, and stay for now", suffix)

    def _suffixes(self, connection: Connection[TupleRow], statement: SQL, *values: object) -> list[str]:
        return [suffix for (suffix,) in connection.execute(self._sql(statement), values).fetchall()]

    def _sql(self, statement: SQL) -> Composed:
        return statement.format(
            snapshots=Identifier(self._schema, SNAPSHOTS),
            tickets=TICKETS.at(self._schema),
            contracts=CONTRACTS.at(self._schema),
            disputes=DISPUTES.at(self._schema),
            publications=PUBLICATIONS.at(self._schema),
            troubles=TROUBLES.at(self._schema),
        )


def outdate(connection: Connection[TupleRow], schema: str) -> None:
    """Have all of them made anew when they are asked for again, because rows are made otherwise now."""
    if _is_listed(connection, schema):
        connection.execute(_OUTDATE.format(snapshots=Identifier(schema, SNAPSHOTS)))


def _is_listed(connection: Connection[TupleRow], schema: str) -> bool:
    """Whether there is a list at all: it comes into being with the first snapshot."""
    ((is_there,),) = connection.execute(_IS_THERE, (Identifier(schema, SNAPSHOTS).as_string(),))
    return bool(is_there)


def suffix_of(at: datetime) -> str:
    """Of a whole second; short, because the names of indexes are long."""
    rest, digits = seconds(at), ""
    while rest:
        rest, digit = divmod(rest, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return MARK + (digits or "0")


def whole_second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
