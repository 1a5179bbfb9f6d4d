"""How much room does the log take, and what is built on it?"""

from typing import NamedTuple

from psycopg.sql import SQL

from projections.as_of.view import View


class Size(NamedTuple):
    """A table with its indexes; `rows` is what the database reckons, None where it has not counted yet."""

    table: str
    bytes: int
    rows: int | None


_SIZES = SQL("""
    SELECT relname, pg_total_relation_size(pg_class.oid), nullif(reltuples, -1)::bigint
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = %(schema)s AND relkind = 'r' ORDER BY 2 DESC, 1""")

_WHOLE = SQL("SELECT pg_database_size(current_database())")


def sizes(view: View) -> list[Size]:
    """The tables of the log's schema, the greatest first."""
    return [Size(*row) for row in view.rows(_SIZES, {"schema": view.schema})]


def database_bytes(view: View) -> int:
    """The whole database, with whatever else stands in it."""
    ((size,),) = view.rows(_WHOLE)
    return int(size)
