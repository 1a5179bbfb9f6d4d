"""All read models together: the rows of a stream, written in one transaction with the position of the log up to which they hold.

Tables are of one form, that of the program that made them. A program of another version makes its own in their place, from the
log; until it is restarted, one that still runs with theirs writes nothing any more.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cached_property, partial
from hashlib import sha256
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier

from projections import calendars, clocks, notices
from projections.boards import counts, flows, milestones, saved_views, surveys
from projections.boards.covers import COVERS
from projections.boards.milestones import MILESTONES
from projections.boards.outages import OUTAGES
from projections.boards.rungs import ESCALATIONS, RUNGS
from projections.boards.spent import SPENT
from projections.boards.stays import STAYS
from projections.boards.surveys import SURVEYS
from projections.building import add_trouble
from projections.clocks import CLOCKS
from projections.contracts import CONTRACTS
from projections.deadlines import DEADLINES
from projections.disputes import DISPUTES
from projections.edition import EDITION
from projections.notices import NOTICES
from projections.publications import PUBLICATIONS
from projections.sums import Counted, Sum
from projections.tables import TROUBLES, Rows, Table
from projections.tickets import OPEN_TICKETS, TICKETS

TABLES = (
    TICKETS,
    OPEN_TICKETS,
    CLOCKS,
    SPENT,
    MILESTONES,
    SURVEYS,
    OUTAGES,
    STAYS,
    DEADLINES,
    NOTICES,
    RUNGS,
    ESCALATIONS,
    CONTRACTS,
    COVERS,
    DISPUTES,
    PUBLICATIONS,
    TROUBLES,
)
"""Those whose rows are a stream's."""

SUMS = (counts.COUNTED, flows.COUNTED, milestones.COUNTED, surveys.COUNTED)

COUNTS = tuple(table for counted in SUMS for table in counted.tables)
"""Those whose rows count the rows of many streams."""

ALL_TABLES = (*TABLES, *COUNTS)

PROGRESS = "progress"
ROWS = "rows"

Step = Callable[[Connection[TupleRow]], None]
"""Something to be done over a connection."""

_log = logging.getLogger(__name__)

_CREATE_PROGRESS = SQL("""
    CREATE TABLE IF NOT EXISTS {progress} (
        name text PRIMARY KEY,
        position bigint NOT NULL,
        moved_at timestamptz NOT NULL
    )""")
_ADD_FORM = SQL("ALTER TABLE {progress} ADD COLUMN IF NOT EXISTS form text NOT NULL DEFAULT ''")

_BEGIN = SQL(
    "INSERT INTO {progress} (name, position, moved_at, form) VALUES (%s, %s, now(), %s) ON CONFLICT DO NOTHING"
)
_FORM = SQL("SELECT form FROM {progress} WHERE name = %s")
_POSITION = SQL("SELECT position, moved_at FROM {progress} WHERE name = %s AND form = %s")
_MOVE = SQL("UPDATE {progress} SET position = %s, moved_at = now() WHERE name = %s")
_END = SQL("DELETE FROM {progress} WHERE name = %s")

_OF_CONTRACTS = SQL("""
    SELECT ticket FROM {tickets} WHERE contract = ANY(%(contracts)s)
    UNION SELECT stream FROM {troubles} WHERE contract = ANY(%(contracts)s) AND contract <> stream""")
_OF_AGREEMENTS = SQL("SELECT contract FROM {contracts} WHERE agreement = ANY(%s)")
_IN_TROUBLE = SQL("SELECT stream, contract FROM {troubles}")


class Models:
    """The tables of one schema: the live ones, or with a suffix those being built beside them."""

    def __init__(self, schema: str, suffix: str = "") -> None:
        self.schema = schema
        self.suffix = suffix
        self.name = ROWS + suffix
        self._names = {
            "progress": Identifier(schema, PROGRESS),
            **{table.name: table.at(schema, suffix) for table in ALL_TABLES},
        }

    @cached_property
    def form(self) -> str:
        """What tells tables of these columns and indexes, with rows of this edition, from others of their names."""
        made = "\n".join(statement.as_string() for statement in (*self.created(), *self.indexed()))
        return sha256(f"{EDITION}\n{made}".encode()).hexdigest()

    def create(self, connection: Connection[TupleRow]) -> None:
        """Have the tables, and beside them what went out. Those of another form give way: the log tells their rows again."""
        for statement in (
            self._sql(_CREATE_PROGRESS),
            self._sql(_ADD_FORM),
            *notices.deliveries_created(self.schema),
            *calendars.created(self.schema),
            *saved_views.created(self.schema),
        ):
            connection.execute(statement)
        form = connection.execute(self._sql(_FORM), (self.name,)).fetchone()
        if form != (self.form,):
            if form is not None:
                _log.warning("the read models of %s are of another form: they are built anew from the log", self.schema)
            self.end(connection)
            for statement in self.dropped():
                connection.execute(statement)
        for statement in (*self.created(), *self.indexed()):
            connection.execute(statement)
        self.begin(connection)

    def created(self) -> Iterator[Composed]:
        """What creates the tables without their indexes."""
        for table in ALL_TABLES:
            yield from table.created(self.schema, self.suffix)

    def indexed(self) -> Iterator[Composed]:
        for table in ALL_TABLES:
            yield from table.indexed(self.schema, self.suffix)

    def dropped(self) -> Iterator[Composed]:
        for table in ALL_TABLES:
            yield table.dropped(self.schema, self.suffix)

    def complete(self, connection: Connection[TupleRow]) -> None:
        """Count what stands in tables that were filled with fresh rows, and have their indexes: from here on they are moved on."""
        for step in self.last_steps():
            step(connection)

    def last_steps(self) -> Iterator[Step]:
        """What that takes: each step in a transaction, in any order or at once."""
        yield from (partial(self._count, counted) for counted in SUMS)
        yield from (partial(self._index, table) for table in TABLES)

    def _count(self, counted: Sum, connection: Connection[TupleRow]) -> None:
        counted.fill(connection, self._names)
        for table in counted.tables:
            self._index(table, connection)

    def _index(self, table: Table, connection: Connection[TupleRow]) -> None:
        for statement in table.indexed(self.schema, self.suffix):
            connection.execute(statement)
        connection.execute(SQL("ANALYZE {}").format(table.at(self.schema, self.suffix)))

    # --- how far they are ---------------------------------------------------------------------------------------------

    def begin(self, connection: Connection[TupleRow], position: int = 0) -> None:
        connection.execute(self._sql(_BEGIN), (self.name, position, self.form))

    def progress(self, connection: Connection[TupleRow], *, hold: bool = False) -> tuple[int, datetime]:
        """Up to which position the rows hold, and since when; `hold` keeps others from moving it in this transaction.

        Raises LookupError where there are no tables, or none of this form.
        """
        statement = self._sql(_POSITION) + SQL(" FOR UPDATE") if hold else self._sql(_POSITION)
        found = connection.execute(statement, (self.name, self.form)).fetchone()
        if found is None:
            raise LookupError(f"the read models of {self.schema} were never created by this version of the program")
        return found[0], found[1]

    def move(self, connection: Connection[TupleRow], position: int) -> None:
        connection.execute(self._sql(_MOVE), (position, self.name))

    def end(self, connection: Connection[TupleRow]) -> None:
        connection.execute(self._sql(_END), (self.name,))

    # --- what hangs on what -------------------------------------------------------------------------------------------

    def tickets_of(self, connection: Connection[TupleRow], contracts: Sequence[UUID]) -> set[UUID]:
        """The tickets under these contracts, those in trouble among them."""
        found = connection.execute(self._sql(_OF_CONTRACTS), {"contracts": list(contracts)})
        return {ticket for (ticket,) in found}

    def contracts_under(self, connection: Connection[TupleRow], agreements: Sequence[str]) -> set[UUID]:
        return {contract for (contract,) in connection.execute(self._sql(_OF_AGREEMENTS), (list(agreements),))}

    def in_trouble(self, connection: Connection[TupleRow]) -> tuple[set[UUID], set[UUID]]:
        """The tickets and the contracts whose rows could not be built."""
        found = list(connection.execute(self._sql(_IN_TROUBLE)))
        contracts = {stream for stream, contract in found if stream == contract}
        return {stream for stream, _ in found} - contracts, contracts

    # --- rows ---------------------------------------------------------------------------------------------------------

    def write(self, connection: Connection[TupleRow], rows: Rows, *, fresh: bool = False) -> None:
        """Put the rows in the place of those that their streams had; `fresh`: they had none, and are counted in the end.

        What the database cannot hold becomes a trouble of its stream, and of no other.
        """
        try:
            with connection.transaction():
                self._replace(connection, rows, fresh=fresh)
        except UNFIT:
            for part in rows.within(TABLES):
                self._write_one(connection, part, fresh=fresh)

    def _write_one(self, connection: Connection[TupleRow], rows: Rows, *, fresh: bool) -> None:
        try:
            with connection.transaction():
                self._replace(connection, rows, fresh=fresh)
        except UNFIT as error:
            unfit = Rows(rows.streams)
            for stream, source in rows.streams.items():
                add_trouble(unfit, stream, source, error)
            self._replace(connection, unfit, fresh=fresh)

    def _replace(self, connection: Connection[TupleRow], rows: Rows, *, fresh: bool) -> None:
        streams = list(rows.streams)
        before = None if fresh else self._counted(connection, streams)
        for table in TABLES:
            if not fresh:
                table.delete(connection, streams, self.schema, self.suffix)
            table.copy(connection, rows.of.get(table.name, ()), self.schema, self.suffix)
        if before is not None:
            for counted, was, now in zip(SUMS, before, self._counted(connection, streams), strict=True):
                counted.move(connection, self._names, was, now)
        calendars.keep(connection, self.schema, clocks.calendars_named(rows.of.get(CLOCKS.name, ())))
        if not self.suffix and rows.of.get(NOTICES.name):
            notices.enqueue(connection, self.schema, streams)

    def _counted(self, connection: Connection[TupleRow], streams: Sequence[UUID]) -> list[Counted]:
        return [counted.of(connection, self._names, streams) for counted in SUMS]

    def _sql(self, statement: SQL) -> Composed:
        return statement.format(**self._names)


UNFIT = (psycopg.DataError, UnicodeError, OverflowError)
"""What a value meets that PostgreSQL does not hold, such as a text with a zero byte."""
