"""What holds of a log whatever happened to those who wrote it, and of the rows that are built from it."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any, NamedTuple, cast
from uuid import UUID

from eventsourcing.persistence import Notification
from psycopg.sql import SQL, Identifier

from domain.desk.envelope import Envelope
from domain.desk.mapper import checked
from domain.desk.orders import Record
from projections.models import ALL_TABLES
from projections.runner import Runner
from projections.store.recorder import COMMANDS
from scripts.store import Store

Rows = dict[str, list[Any]]


class Placed(NamedTuple):
    """An event, and where it stands in the log."""

    envelope: Envelope
    position: int


class SettledAs(NamedTuple):
    """What became of a command: its key, its record, and the place of its last event in the log."""

    key: str
    record: Record
    position: int | None


def streams(store: Store) -> dict[UUID, list[Placed]]:
    """Every stream of the log. Raises BrokenChain where one is not as it was stored."""
    reader = store.reader()
    return dict(_streams(store, reader.streams(reader.head())))


def check_log(store: Store) -> None:
    """No chain is broken, no stream out of order, and no event there without its command or the other way round."""
    log = streams(store)
    for stream in log.values():
        assert all(before.position < after.position for before, after in pairwise(stream))
    told = Counter((one.envelope.command, stream) for stream, events in log.items() for one in events)
    settled = list(_settled(store))

    assert {key for key, _ in told} == {one.key for one in settled if one.record.events}
    for key, record, position in settled:
        assert record.events == told[key, record.stream]
        if record.events:
            last = log[record.stream][record.version - 1]
            assert (key, position) == (last.envelope.command, last.position)


def _streams(store: Store, events: Iterator[Notification]) -> Iterator[tuple[UUID, list[Placed]]]:
    for stream, group in groupby(events, key=attrgetter("originator_id")):
        stored = list(group)
        envelopes = checked(cast(Envelope, store.mapper.to_domain_event(one)) for one in stored)
        yield stream, [Placed(*pair) for pair in zip(envelopes, (one.id for one in stored), strict=True)]


def _settled(store: Store) -> Iterator[SettledAs]:
    select = SQL("SELECT key, outcome, position FROM {}").format(Identifier(store.schema, COMMANDS))
    with store.pool.connection() as connection:
        for key, outcome, position in connection.execute(select).fetchall():
            yield SettledAs(key, Record.read(outcome), position)


def check_rows(store: Store) -> None:
    """The read models are what a rebuild from the log makes of them, row by row."""
    runner = Runner(store.pool, store.schema, store.mapper, store.desk.shelf)
    runner.catch_up()
    lived = rows(store)
    runner.rebuild()

    assert rows(store) == lived
    assert [] == lived["troubles"]


def rows(store: Store) -> Rows:
    with store.pool.connection() as connection:
        return {
            table.name: connection.execute(
                SQL("SELECT * FROM {table} ORDER BY {order}").format(
                    table=table.at(store.schema), order=SQL(", ").join(map(Identifier, table.key))
                )
            ).fetchall()
            for table in ALL_TABLES
        }
