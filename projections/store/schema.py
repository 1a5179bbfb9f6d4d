"""Tables come into being by whoever is first; a schema of the database holds one log and what is built on it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier

from domain.refusals import Refusal
from projections.store.pool import Pool

LONGEST_NAME_BYTES = 63  # PostgreSQL cuts the rest off, and two logs might become one

_LOCK = SQL("SELECT pg_advisory_xact_lock(hashtext('ticketclock'))")
_EXISTS = SQL("SELECT to_regnamespace(%s) IS NOT NULL")
_CREATE = SQL("CREATE SCHEMA {}")


def create(pool: Pool, schema: str, statements: Iterable[Composed]) -> None:
    """Run statements that create what is not there, in their schema; several programs may do so at once."""
    with creating(pool, schema) as connection:
        for statement in statements:
            connection.execute(statement)


@contextmanager
def creating(pool: Pool, schema: str) -> Iterator[Connection[TupleRow]]:
    """A transaction to create tables in, their schema being there; of several programs, one after another has its own."""
    if not 0 < len(schema.encode()) <= LONGEST_NAME_BYTES:
        raise Refusal(f"the name of a schema has 1 to {LONGEST_NAME_BYTES} bytes, not {len(schema.encode())}")
    with pool.connection() as connection, connection.transaction():
        connection.execute(_LOCK)
        name = Identifier(schema)
        if not _holds(connection.execute(_EXISTS, (name.as_string(),)).fetchone()):
            connection.execute(_CREATE.format(name))
        yield connection


def _holds(row: tuple[bool] | None) -> bool:
    return row is not None and row[0]
