"""The log: every event once, in the order of its stream and with its place among all.

The library's own recorder locks the table from the first event to the end of the flush, so that ids are committed in their
order. Here writers run side by side and `projections.store.reader` waits for those that are late.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from itertools import chain
from typing import NoReturn, cast
from uuid import UUID

import psycopg
from eventsourcing.persistence import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    Notification,
    NotSupportedError,
    OperationalError,
    PersistenceError,
    ProgrammingError,
    StoredEvent,
)
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier

from domain.desk.log import MOVED_ON, Log
from domain.desk.orders import Settled
from projections.store import commands
from projections.store import schema as schemas
from projections.store.pool import Lent, Pool
from projections.store.prepared import BYTES, NUMBERS, TEXTS, UUIDS, Prepared, numbered

EVENTS = "events"
COMMANDS = "commands"

FEW = 8  # so many rows are written out, which takes half the time of an unnested array

_BEFORE_ALL = -1
_AFTER_ALL = 2**63 - 1

_CREATE_EVENTS = SQL("""
    CREATE TABLE IF NOT EXISTS {events} (
        originator_id uuid NOT NULL,
        originator_version bigint NOT NULL,
        topic text NOT NULL,
        state bytea NOT NULL,
        notification_id bigserial,
        PRIMARY KEY (originator_id, originator_version)
    )""")

_CREATE_ORDER = SQL("CREATE UNIQUE INDEX IF NOT EXISTS {order} ON {events} (notification_id)")

_INSERT_FEW = SQL("""
    INSERT INTO {events} (originator_id, originator_version, topic, state)
    SELECT originator_id, originator_version, topic, state
    FROM (VALUES {rows}) AS given (originator_id, originator_version, topic, state, number)
    WHERE {unmoved}
    ORDER BY number
    RETURNING notification_id""")

_HAS_NOT_MOVED = SQL("NOT EXISTS (SELECT FROM {events} WHERE originator_id = %s AND originator_version > %s)")

_INSERT_MANY = SQL("""
    INSERT INTO {events} (originator_id, originator_version, topic, state)
    SELECT originator_id, originator_version, topic, state
    FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::bytea[])
        WITH ORDINALITY AS given (originator_id, originator_version, topic, state, number)
    ORDER BY number
    RETURNING notification_id""")

_SELECT_STREAM = SQL("""
    SELECT originator_id, originator_version, topic, state
    FROM {events}
    WHERE originator_id = %s AND originator_version > %s AND originator_version <= %s
    ORDER BY originator_version {direction}
    LIMIT %s""")

_SELECT_TAIL = SQL("""
    SELECT originator_id, originator_version, topic, state
    FROM {events}
    WHERE originator_id = %s AND originator_version > %s""")

_SELECT_LOG = SQL("""
    SELECT originator_id, originator_version, topic, state, notification_id
    FROM {events}
    WHERE notification_id >= %s AND notification_id <= %s AND (%s::text[] IS NULL OR topic = ANY (%s))
    ORDER BY notification_id
    LIMIT %s""")

_SELECT_LAST = SQL("SELECT max(notification_id) FROM {events}")


_TAKE_TURN = "SELECT pg_advisory_lock(hashtext('ticketclock turn'), hashtext(%s))"
_GIVE_TURN = "SELECT pg_advisory_unlock(hashtext('ticketclock turn'), hashtext(%s))"


class LogRecorder(Log):
    """Writes events and the command they answer in one statement, which is one round trip and one transaction.

    Nothing is tried twice: after an OperationalError or InterfaceError the events may be stored or not, and only who asked
    can find out, by `find_command`. What is stored already (a version, a command's key) raises IntegrityError.
    """

    def __init__(self, pool: Pool, schema: str) -> None:
        self._pool = pool
        self._schema = schema
        insert_many = self._sql(_INSERT_MANY)
        self._insert_many = insert_many.as_bytes()
        self._insert_many_with_command = self._sql(commands.INSERT_WITH_EVENTS, insert_events=insert_many).as_bytes()
        self._insertions: dict[tuple[int, int, bool], Prepared] = {}
        self._insert_command = self._sql(commands.INSERT_ALONE).as_bytes()
        self._select_command = self._sql(commands.SELECT).as_bytes()
        self._select_upwards = self._sql(_SELECT_STREAM, direction=SQL("ASC")).as_bytes()
        self._select_downwards = self._sql(_SELECT_STREAM, direction=SQL("DESC")).as_bytes()
        self._select_tail = self._sql(_SELECT_TAIL).as_bytes()
        self._select_log = self._sql(_SELECT_LOG).as_bytes()
        self._select_last = self._sql(_SELECT_LAST).as_bytes()

    def create_tables(self) -> None:
        """Have the schema and its tables; what is there stays as it is."""
        schemas.create(self._pool, self._schema, map(self._sql, (_CREATE_EVENTS, _CREATE_ORDER, commands.CREATE)))

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        command: Settled | None = None,
        unmoved: Mapping[UUID, int] | None = None,
        in_turn: bool = False,
        **_: object,
    ) -> Sequence[int] | None:
        """The places of the events in the log; None if there were none, though a command is kept all the same.

        Only a command of a few events can name streams that must be `unmoved`.
        """
        if unmoved and (command is None or not 1 <= len(stored_events) <= FEW):
            raise NotSupportedError(f"only a command of 1 to {FEW} events can hang on other streams")
        if not stored_events:
            if command:
                self._execute(self._insert_command, commands.values(command))
            return None
        if len(stored_events) > FEW:
            return self._insert_all(stored_events, command)
        places = self._insert_each(stored_events, command, unmoved or {}, in_turn=in_turn)
        if not places:
            raise IntegrityError(MOVED_ON)
        return places

    def _insert_all(self, stored_events: Sequence[StoredEvent], command: Settled | None) -> list[int]:
        """Column by column."""
        columns = list(map(list, zip(*_rows(stored_events), strict=True)))
        if command is None:
            found = self._execute(self._insert_many, columns)
        else:
            found = self._execute(self._insert_many_with_command, (*columns, *commands.values(command)))
        return [place for (place,) in found]

    def _insert_each(
        self,
        stored_events: Sequence[StoredEvent],
        command: Settled | None,
        unmoved: Mapping[UUID, int],
        *,
        in_turn: bool,
    ) -> list[int]:
        """Row by row; none where a stream has moved."""
        insertion = self._insertion(len(stored_events), len(unmoved), with_command=command is not None)
        told = commands.values(command) if command else ()
        values = [*chain(*_rows(stored_events), *unmoved.items()), *told]
        try:
            with Lent(self._pool) as connection, self._turn(connection) if in_turn else nullcontext():
                return insertion.numbers(connection, values)
        except psycopg.Error as error:
            raise _in_the_librarys_words(error) from error

    @contextmanager
    def _turn(self, connection: Connection[TupleRow]) -> Iterator[None]:
        """What is stored meanwhile sees what the one before it has stored."""
        connection.execute(_TAKE_TURN, (self._schema,))
        try:
            yield
        finally:
            connection.execute(_GIVE_TURN, (self._schema,))

    def find_command(self, principal: str, key: str) -> Settled | None:
        found = self._execute(self._select_command, (principal, key))
        return Settled(*found[0]) if found else None

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        after = _BEFORE_ALL if gt is None else gt
        until = _AFTER_ALL if lte is None else lte
        select = self._select_downwards if desc else self._select_upwards
        return [StoredEvent(*row) for row in self._execute(select, (originator_id, after, until, limit))]

    def select_tails(self, tails: Mapping[UUID, int]) -> dict[UUID, Sequence[StoredEvent]]:
        found: dict[UUID, list[StoredEvent]] = {stream: [] for stream in tails}
        statement = b" UNION ALL ".join([self._select_tail] * len(tails)) + b" ORDER BY originator_version"
        for row in self._execute(statement, list(chain(*tails.items()))):
            found[row[0]].append(StoredEvent(*row))
        return {**found}

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """As they stand: one with a lower id may still be added. To follow the log, use `projections.store.reader`."""
        first = _BEFORE_ALL if start is None else start if inclusive_of_start else start + 1
        last = _AFTER_ALL if stop is None else stop
        wanted = list(topics) or None
        return [Notification(*row) for row in self._execute(self._select_log, (first, last, wanted, wanted, limit))]

    def max_notification_id(self) -> int | None:
        """The highest id of all, though one with a lower id may still be added."""
        ((last,),) = self._execute(self._select_last, ())
        return cast("int | None", last)

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> NoReturn:
        raise NotSupportedError("nobody is notified of new events: follow the log with projections.store.reader")

    def _insertion(self, events: int, streams: int, *, with_command: bool) -> Prepared:
        """That of so many events which hangs on so many streams, each of them looked up by its place in the index."""
        key = events, streams, with_command
        if key not in self._insertions:
            unmoved = SQL(" AND ").join([self._sql(_HAS_NOT_MOVED)] * streams) if streams else SQL("true")
            rows = SQL(", ").join(SQL("(%s, %s, %s, %s, {})").format(number) for number in range(events))
            statement = self._sql(_INSERT_FEW, rows=rows, unmoved=unmoved)
            if with_command:
                statement = self._sql(commands.INSERT_WITH_EVENTS, insert_events=statement)
            kinds = (*_ROW * events, *_VERSION * streams, *(commands.KINDS if with_command else ()))
            self._insertions[key] = Prepared(numbered(statement.as_bytes()), kinds)
        return self._insertions[key]

    def _sql(self, template: SQL, **parts: SQL | Composed) -> Composed:
        return template.format(
            events=Identifier(self._schema, EVENTS),
            commands=Identifier(self._schema, COMMANDS),
            order=Identifier(f"{EVENTS}_notification_id_idx"),
            **parts,
        )

    def _execute(self, statement: bytes, values: Sequence[object]) -> list[TupleRow]:
        try:
            with Lent(self._pool) as connection:
                cursor = connection.execute(statement, values, prepare=True)
                return cursor.fetchall() if cursor.rownumber is not None else []
        except psycopg.Error as error:
            raise _in_the_librarys_words(error) from error


def _rows(events: Sequence[StoredEvent]) -> Iterator[tuple[object, ...]]:
    return ((event.originator_id, event.originator_version, event.topic, event.state) for event in events)


_ROW = (UUIDS, NUMBERS, TEXTS, BYTES)
_VERSION = (UUIDS, NUMBERS)


def _in_the_librarys_words(error: psycopg.Error) -> PersistenceError:
    """What psycopg raises, as the class of the same name in eventsourcing.persistence."""
    known = (ours for theirs, ours in _ERRORS.items() if isinstance(error, theirs))
    return next(known, PersistenceError)(str(error))


_ERRORS: dict[type[psycopg.Error], type[PersistenceError]] = {
    psycopg.InterfaceError: InterfaceError,
    psycopg.OperationalError: OperationalError,
    psycopg.DataError: DataError,
    psycopg.IntegrityError: IntegrityError,
    psycopg.InternalError: InternalError,
    psycopg.ProgrammingError: ProgrammingError,
    psycopg.NotSupportedError: NotSupportedError,
    psycopg.DatabaseError: DatabaseError,
}
