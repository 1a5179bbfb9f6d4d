"""Builds the read models anew, stream by stream, in tables beside the live ones, and switches over.

Killed at any point it leaves nothing but tables that the next rebuild drops.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from eventsourcing.persistence import Mapper
from psycopg import Connection
from psycopg.errors import LockNotAvailable
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier

from domain.desk.shelf import Shelf
from domain.refusals import Refusal
from projections import notices
from projections.as_of import snapshots
from projections.building import Parties, add_streams, parties_of
from projections.follower import Follower
from projections.histories import Entry, Histories, read_stream, stream_of
from projections.models import ALL_TABLES, Models, Step
from projections.shared_out import apart, shared_out
from projections.store.pool import Pool
from projections.store.reader import Reader
from projections.store.recorder import EVENTS
from projections.tables import NEXT, Rows

STREAMS_AT_ONCE = 400
STREAMS_AT_FIRST = 25
"""All but this process wait for the first part: of a few streams it learns what they have in common."""
STEPS_AT_ONCE = 4
"""A program's pool has connections for so many, and more than these would be in each other's way."""
SWITCH_TRIES = 20

_SELECT = SQL("""
    SELECT originator_id, originator_version, topic, state, notification_id
    FROM {events} WHERE originator_id BETWEEN %s AND %s AND notification_id <= %s
    ORDER BY originator_id, originator_version""")

_SELECT_EVERY = SQL("""
    SELECT stream FROM (
        SELECT originator_id AS stream, row_number() OVER (ORDER BY originator_id) AS place
        FROM {events} WHERE originator_version = 1 AND notification_id <= %s
    ) AS streams WHERE place %% %s = 0 OR place = %s ORDER BY stream""")

_LOCK = SQL("SELECT pg_try_advisory_lock(hashtext('ticketclock rebuild'), hashtext(%s))")
_UNLOCK = SQL("SELECT pg_advisory_unlock(hashtext('ticketclock rebuild'), hashtext(%s))")
_AS_LONG_AS_IT_TAKES = (
    "SELECT set_config('statement_timeout', '0', true), set_config('synchronous_commit', 'off', true)"
)
_NOT_FOR_LONG = "SELECT set_config('lock_timeout', '2s', true), set_config('statement_timeout', '0', true)"

_FIRST, _LAST = UUID(int=0), UUID(int=2**128 - 1)

Told = Callable[[int], None]
"""Is told now and then how many events have been read."""


class Part(NamedTuple):
    """The streams from one id to another, both included."""

    first: UUID
    last: UUID


class Rebuilt(NamedTuple):
    """Up to which position the new rows hold, and from how many events and streams they were built."""

    position: int
    events: int
    streams: int


def rebuild(
    pool: Pool,
    schema: str,
    mapper: Mapper[UUID],
    shelf: Shelf,
    told: Told | None = None,
    jobs: int = 1,
    *,
    streams_at_once: int = STREAMS_AT_ONCE,
) -> Rebuilt:
    """In so many processes, this one among them. Raises Refusal while another is under way."""
    live, beside = Models(schema), Models(schema, NEXT)
    with _only_one(pool, schema), pool.connection() as connection:
        _clear(connection, beside)
        up_to = Reader(pool, schema).head()
        filler, parts = Filler(pool, beside, mapper, shelf, up_to), _parts(connection, schema, up_to, streams_at_once)
        events = streams = 0
        for some_events, some_streams in shared_out(parts, filler, jobs):
            events, streams = events + some_events, streams + some_streams
            if told:
                told(events)
        _complete(pool, beside, jobs)
        beside.begin(connection, up_to)
        position = _switched(connection, live, Follower(pool, beside, mapper, shelf))
    return Rebuilt(position, events, streams)


@contextmanager
def _only_one(pool: Pool, schema: str) -> Iterator[None]:
    with pool.connection() as connection:
        ((is_first,),) = connection.execute(_LOCK, (schema,))
        if not is_first:
            raise Refusal(f"the read models of {schema} are being rebuilt already")
        try:
            yield
        finally:
            connection.execute(_UNLOCK, (schema,))


def _clear(connection: Connection[TupleRow], beside: Models) -> None:
    """Drop what a rebuild left that did not come to its end, and begin."""
    with connection.transaction():
        for statement in (*beside.dropped(), *beside.created()):
            connection.execute(statement)
        beside.end(connection)


def _parts(connection: Connection[TupleRow], schema: str, up_to: int, streams_at_once: int) -> list[Part]:
    """All streams, and those of which the log has lost the beginning."""
    statement = _SELECT_EVERY.format(events=Identifier(schema, EVENTS))
    with connection.transaction():
        connection.execute(_AS_LONG_AS_IT_TAKES)
        firsts = [stream for (stream,) in connection.execute(statement, (up_to, streams_at_once, STREAMS_AT_FIRST))]
    return list(map(Part, (_FIRST, *firsts), (*(UUID(int=one.int - 1) for one in firsts), _LAST)))


# --- filling the tables beside ----------------------------------------------------------------------------------------


class Filler:
    """Writes the rows of streams that have none yet, as of a position."""

    def __init__(self, pool: Pool, beside: Models, mapper: Mapper[UUID], shelf: Shelf, up_to: int) -> None:
        self._pool = pool
        self._beside = beside
        self._mapper = mapper
        self._shelf = shelf
        self._up_to = up_to
        self._histories = Histories(beside.schema, mapper)
        self._select = _SELECT.format(events=Identifier(beside.schema, EVENTS)).as_bytes()

    def split_off(self) -> None:
        """Go on in a process of its own, with connections of its own."""
        self._pool, desk = apart(self._pool, self._beside.schema)
        self._mapper, self._shelf = desk.mapper, desk.shelf
        self._histories = Histories(self._beside.schema, desk.mapper)

    def do(self, part: Part) -> tuple[int, int]:
        """How many events of how many streams that was."""
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(_AS_LONG_AS_IT_TAKES)
            found = connection.execute(self._select, (*part, self._up_to), prepare=True, binary=True)
            events = list(map(Entry._make, found.fetchall()))
            rows = self._rows(connection, events)
            self._beside.write(connection, rows, fresh=True)
        return len(events), len(rows.streams)

    def _rows(self, connection: Connection[TupleRow], found: Iterable[Entry]) -> Rows:
        def parties(contracts: Sequence[UUID]) -> Parties:
            return parties_of(self._histories.read(connection, contracts, self._up_to))

        rows = Rows()
        streams = (list(events) for _, events in groupby(found, key=stream_of))
        told = ((one[0].topic, one[0].originator_id, read_stream(one, self._mapper)) for one in streams)
        add_streams(rows, told, parties, self._shelf)
        return rows


# --- indexes, and the switch ------------------------------------------------------------------------------------------


def _complete(pool: Pool, beside: Models, jobs: int) -> None:
    """Counting and making indexes is the database's work, which does several of these at once."""
    with ThreadPoolExecutor(min(jobs, STEPS_AT_ONCE)) as hands:
        for _ in hands.map(partial(_take, pool), beside.last_steps()):
            pass


def _take(pool: Pool, step: Step) -> None:
    with pool.connection() as connection, connection.transaction():
        connection.execute(_AS_LONG_AS_IT_TAKES)
        step(connection)


def _switched(connection: Connection[TupleRow], live: Models, follower: Follower) -> int:
    """Catch up, put the new tables in the place of the live ones, and say up to which position they hold.

    While it waits for readers of the live tables to go, no new ones can come: so it does not wait for long, and tries again.
    """
    for attempt in range(1, SWITCH_TRIES + 1):
        while follower.advance(connection):
            pass
        try:
            with connection.transaction():
                return _switch(connection, live, follower)
        except LockNotAvailable:
            follower.position = None
            if attempt == SWITCH_TRIES:
                raise
    raise AssertionError("unreachable")


def _switch(connection: Connection[TupleRow], live: Models, follower: Follower) -> int:
    connection.execute(_NOT_FOR_LONG)
    reached, _ = live.progress(connection, hold=True)
    while follower.position is None or follower.position < reached:
        follower.advance(connection)
    for table in ALL_TABLES:
        for statement in table.made_live(live.schema):
            connection.execute(statement)
    live.move(connection, follower.position)
    follower.models.end(connection)
    notices.enqueue(connection, live.schema)
    snapshots.outdate(connection, live.schema)
    return follower.position
