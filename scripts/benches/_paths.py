"""The ways of an event into the log, each a little longer than the one before: what clients do over and over."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count, cycle
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import StoredEvent
from psycopg.sql import SQL, Identifier

from domain.desk.desk import Desk
from domain.desk.orders import Key, Order
from domain.ticket.commands import EndWait, SendUpdate, TicketCommand, Wait
from projections.store.pool import open_pool
from projections.store.recorder import EVENTS, LogRecorder
from projections.store.stock import StockRecorder
from scripts.benches._clients import Act
from scripts.store import Store

Ready = AbstractContextManager[list[Act]]
"""Clients that have their connections, for as long as the context lasts."""

ROUND: Sequence[TicketCommand] = (Wait(on="customer"), EndWait(on="customer"), SendUpdate())

_INSERT = SQL("INSERT INTO {} (originator_id, originator_version, topic, state) VALUES (%s, %s, %s, %s)")


@contextmanager
def plain_inserts(url: str, schema: str, row: StoredEvent, clients: int) -> Iterator[list[Act]]:
    """Into a table of the same shape over a connection of each client's own: nothing that keeps events can be quicker."""
    insert = _INSERT.format(Identifier(schema, EVENTS)).as_bytes()

    def inserting(connection: psycopg.Connection) -> Act:
        return lambda: connection.execute(insert, (uuid4(), 1, row.topic, row.state), prepare=True)

    with ExitStack() as stack:
        yield [inserting(stack.enter_context(psycopg.connect(url, autocommit=True))) for _ in range(clients)]


@contextmanager
def appends(url: str, schema: str, row: StoredEvent, clients: int) -> Iterator[list[Act]]:
    with open_pool(url, size=clients) as pool:
        recorder = LogRecorder(pool, schema)
        yield [lambda: recorder.insert_events([_anew(row)])] * clients


@contextmanager
def stock_appends(url: str, schema: str, row: StoredEvent, clients: int) -> Iterator[list[Act]]:
    with open_pool(url) as pool:
        recorder = StockRecorder(LogRecorder(pool, schema), url, schema, pool_size=clients)
        recorder.create_tables()
        try:
            yield [lambda: recorder.insert_events([_anew(row)])] * clients
        finally:
            recorder.close()


@contextmanager
def orders(url: str, schema: str, tickets: Sequence[UUID], clients: int) -> Iterator[list[Act]]:
    """Each client works on tickets of its own."""
    with open_pool(url, size=clients) as pool:
        desk = Store.at(url, schema, pool).desk
        yield [_ordering(desk, tickets[number::clients]) for number in range(clients)]


def _ordering(desk: Desk, tickets: Sequence[UUID]) -> Act:
    """Waits on the customer with one ticket after another, goes on with each, sends each an update, and all over again."""
    turns = cycle([(ticket, command) for command in ROUND for ticket in tickets])
    name, number = uuid4().hex, count()

    def act() -> None:
        ticket, command = next(turns)
        key = Key("bench", f"{name}-{next(number)}", b"")
        desk.execute(Order(ticket, command, datetime.now(UTC), "agent", key))

    return act


def _anew(row: StoredEvent) -> StoredEvent:
    return StoredEvent(uuid4(), 1, row.topic, row.state)
