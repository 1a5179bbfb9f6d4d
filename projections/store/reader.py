"""The log read in its order, by whoever builds rows from it: nothing missed, nothing twice.

An event's id is taken before it is committed, so an event may appear below ids that are already there. The reader stops before
a gap until everyone who was writing when it saw the gap has ended; what is missing then has been rolled back. A writer holds a
lock of its own kind on the table from before it takes an id until what it wrote can be seen, and shows in `pg_locks` by it.
(Transaction ids do not serve: one that is still to end may be higher than a snapshot's `xmax`, and those of unrelated work
would hold the reader up.) Reads the primary, because a replica does not know the locks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from time import monotonic, sleep

from eventsourcing.persistence import Notification
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier

from projections.store.pool import AS_LONG_AS_IT_TAKES, READ_TO_THE_END, Pool
from projections.store.recorder import EVENTS

GLANCE_SECONDS = 0.005
ROWS_A_FETCH = 5_000

_SELECT_PAGE = SQL("""
    SELECT originator_id, originator_version, topic, state, notification_id
    FROM {events} WHERE notification_id > %s
    ORDER BY notification_id LIMIT %s""")

_SELECT_STREAMS = SQL("""
    SELECT originator_id, originator_version, topic, state, notification_id
    FROM {events} WHERE notification_id <= %s
    ORDER BY originator_id, originator_version""")

_SELECT_IN_ORDER = SQL("""
    SELECT originator_id, originator_version, topic, state, notification_id
    FROM {events} WHERE notification_id > %s AND notification_id <= %s
    ORDER BY notification_id""")

_SELECT_LAST = SQL("SELECT coalesce(max(notification_id), 0) FROM {events}")

_SELECT_WRITERS = SQL("""
    SELECT virtualtransaction FROM pg_locks
    WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted AND relation = to_regclass(%s)
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""")


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the log without a gap; `held_back` says that more is there, but a late writer may still come before it."""

    events: Sequence[Notification]
    held_back: bool


@dataclass(frozen=True, slots=True)
class _Wait:
    """Once these writers have ended, no event is added at or below the position any more."""

    position: int
    writers: frozenset[str]


class Reader:
    """One follower's view of the log; it remembers which gaps it waits for. Raises what psycopg raises."""

    def __init__(self, pool: Pool, schema: str) -> None:
        self._pool = pool
        events = Identifier(schema, EVENTS)
        self._table = events.as_string()
        self._select_page = _SELECT_PAGE.format(events=events).as_bytes()
        self._select_streams = _SELECT_STREAMS.format(events=events).as_bytes()
        self._select_in_order = _SELECT_IN_ORDER.format(events=events).as_bytes()
        self._select_last = _SELECT_LAST.format(events=events).as_bytes()
        self._settled = 0
        self._wait: _Wait | None = None

    def page(self, after: int, limit: int = 1_000) -> Page:
        """The next events after a position, as far as none can come before them any more; at most `limit`."""
        with self._pool.connection() as connection:
            while True:
                self._end_wait(connection)
                events = self._events(connection, after, limit)
                safe = self._safe(events, after)
                if safe or not events or self._wait:
                    return Page(events[:safe], held_back=safe < len(events))
                self._wait = _Wait(events[-1].id, self._writers(connection))

    def head(self, patience_seconds: float = 30) -> int:
        """The last position of the log once everything up to there is settled. Raises TimeoutError if a writer lingers."""
        with self._pool.connection() as connection:
            position = self._last(connection)
            writers = self._writers(connection)
            ends = monotonic() + patience_seconds
            while writers & self._writers(connection):
                if monotonic() > ends:
                    raise TimeoutError(f"somebody has been writing to the log for {patience_seconds:g} s")
                sleep(GLANCE_SECONDS)
            return position

    def streams(self, up_to: int) -> Iterator[Notification]:
        """Every event up to a position, stream by stream, each in its own order; `up_to` has to be settled, as `head` is."""
        yield from self._all(self._select_streams, up_to)

    def in_order(self, after: int, up_to: int) -> Iterator[Notification]:
        """Every event after a position and up to another, as they stand in the log; `up_to` has to be settled."""
        yield from self._all(self._select_in_order, after, up_to)

    def _all(self, select: bytes, *values: int) -> Iterator[Notification]:
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(AS_LONG_AS_IT_TAKES)
            connection.execute(READ_TO_THE_END)
            with connection.cursor("events") as cursor:
                cursor.itersize = ROWS_A_FETCH
                cursor.execute(select, values, binary=True)
                for row in cursor:
                    yield Notification(*row)

    def _events(self, connection: Connection[TupleRow], after: int, limit: int) -> list[Notification]:
        rows = connection.execute(self._select_page, (after, limit), prepare=True, binary=True)
        return [Notification(*row) for row in rows]

    def _safe(self, events: Sequence[Notification], after: int) -> int:
        """How many of them have nothing unsettled before them."""
        if events and events[-1].id - after == len(events):
            return len(events)
        for index, (before, event) in enumerate(pairwise((after, *(event.id for event in events)))):
            if event > before + 1 and event > self._settled:
                return index
        return len(events)

    def _end_wait(self, connection: Connection[TupleRow]) -> None:
        if self._wait and not self._wait.writers & self._writers(connection):
            self._settled = max(self._settled, self._wait.position)
            self._wait = None

    def _writers(self, connection: Connection[TupleRow]) -> frozenset[str]:
        """Everyone who may have taken an id that is not to be seen yet. To be asked before what they wrote is looked for."""
        return frozenset(writer for (writer,) in connection.execute(_SELECT_WRITERS, (self._table,), prepare=True))

    def _last(self, connection: Connection[TupleRow]) -> int:
        ((position,),) = connection.execute(self._select_last)
        return int(position)
