"""The log that a command works on: which database and schema it is, opened, its tables there, and its desk."""

import argparse
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import NAMESPACE_URL

import psycopg
from eventsourcing.persistence import PersistenceError
from psycopg.rows import TupleRow

from domain.desk.desk import Desk
from domain.desk.mapper import EnvelopeMapper
from domain.desk.orders import Key, Order
from domain.refusals import PublicationRefused, Refusal
from domain.terms.publication import digest_of, library_publications
from projections.store.customer_keys import CustomerKeys
from projections.store.pool import CONNECT_SECONDS, Pool, open_pool
from projections.store.reader import Reader
from projections.store.recorder import EVENTS, LogRecorder
from projections.store.sealing import CustomerSeals
from projections.store.secrets import Secrets
from scripts.database import NoDatabase, database_url

SCHEMA = "ticketclock"
PROGRAM = "ticketclock"


@dataclass(frozen=True)
class Store:
    """One log: a schema of a database."""

    url: str
    schema: str
    pool: Pool
    recorder: LogRecorder
    keys: CustomerKeys
    secrets: Secrets
    desk: Desk

    @classmethod
    def at(cls, url: str, schema: str, pool: Pool) -> "Store":
        recorder, keys = LogRecorder(pool, schema), CustomerKeys(pool, schema)
        return cls(url, schema, pool, recorder, keys, Secrets(pool, schema), Desk(recorder, CustomerSeals(keys)))

    def create_tables(self) -> None:
        """Have them; what is there stays as it is."""
        self.recorder.create_tables()
        self.keys.create_tables()
        self.secrets.create_table()

    @property
    def mapper(self) -> EnvelopeMapper:
        return cast(EnvelopeMapper, self.desk.mapper)

    def reader(self) -> Reader:
        return Reader(self.pool, self.schema)


def add_to(parser: argparse.ArgumentParser) -> None:
    """The options that name a log, for every command that works on one."""
    add = parser.add_argument
    add("--database", metavar="URL", help="PostgreSQL; without it TICKETCLOCK_DATABASE_URL, else an embedded one")
    add("--schema", metavar="NAME", help=f"the log in it; without it TICKETCLOCK_SCHEMA, else {SCHEMA}")


def settings(asked: argparse.Namespace) -> dict[str, str]:
    """The settings of the surroundings, with what was asked for in their place."""
    told = {"TICKETCLOCK_DATABASE_URL": asked.database, "TICKETCLOCK_SCHEMA": asked.schema}
    return {**os.environ, **{name: value for name, value in told.items() if value}}


def schema_of(environment: Mapping[str, str]) -> str:
    return environment.get("TICKETCLOCK_SCHEMA") or SCHEMA


@contextmanager
def opened(environment: Mapping[str, str], *, only_there: bool = False) -> Iterator[Store]:
    """The log that the settings name, with its tables. Raises NoDatabase where it cannot be reached, also later on.

    With `only_there` no log is begun, and Refusal raised where there is none.
    """
    with told_plainly(), ExitStack() as stack:
        url = stack.enter_context(database_url(environment))
        with psycopg.connect(url, connect_timeout=CONNECT_SECONDS) as connection:
            if only_there:
                _must_hold_a_log(connection, schema_of(environment))
        store = Store.at(url, schema_of(environment), stack.enter_context(open_pool(url)))
        store.create_tables()
        yield store


def _must_hold_a_log(connection: psycopg.Connection[TupleRow], schema: str) -> None:
    named = "SELECT FROM pg_tables WHERE schemaname = %s AND tablename = %s"
    if connection.execute(named, (schema, EVENTS)).fetchone() is None:
        raise Refusal(f"there is no log in the schema {schema} of this database; --schema names another")


@contextmanager
def told_plainly() -> Iterator[None]:
    """What a database refuses, in one line."""
    try:
        yield
    except (psycopg.Error, PersistenceError) as error:
        says = " ".join(str(error).split()) or type(error).__name__
        raise NoDatabase(f"the database: {says}") from error


def publish_library(desk: Desk, at: datetime) -> list[str]:
    """Publish the holiday lists and agreements that come with the program and are not published yet.

    Says which agreements are on file with another text under the same version: what is on file holds.
    """
    library, differing = _library(), []
    for name, document in library.holidays.items():
        if all(one.digest != digest_of(document) for one in desk.shelf.lists(name)):
            desk.publish_holidays(_publishing(document, at))
    for name, document in library.agreements.items():
        try:
            if all(one.digest != digest_of(document) for one in desk.shelf.versions(name)):
                desk.publish_agreement(_publishing(document, at))
        except PublicationRefused:
            differing.append(name)
    return differing


_library = cache(library_publications)


def _publishing(document: Mapping[str, Any], at: datetime) -> Order:
    digest = digest_of(document)
    key = Key(PROGRAM, f"publish {digest}", bytes.fromhex(digest))
    return Order(NAMESPACE_URL, document, at, "system", key, origin=PROGRAM)
