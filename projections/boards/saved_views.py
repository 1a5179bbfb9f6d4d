"""Views of a board that somebody gave a name: whose they are, and the query that stands in their address."""

from collections.abc import Iterator
from typing import NamedTuple

from psycopg.sql import SQL, Composed, Identifier

from projections.store.pool import Pool

SAVED_VIEWS = "saved_views"
AT_MOST = 50
"""How many one person keeps; with one more, the oldest goes."""

_CREATE = SQL("""
    CREATE TABLE IF NOT EXISTS {saved_views} (
        owner text NOT NULL,
        name text NOT NULL,
        query text NOT NULL,
        saved_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (owner, name)
    )""")
_OF = SQL("SELECT name, query FROM {saved_views} WHERE owner = %s ORDER BY lower(name), name")
_SAVE = SQL("""
    INSERT INTO {saved_views} (owner, name, query) VALUES (%s, %s, %s)
    ON CONFLICT (owner, name) DO UPDATE SET query = excluded.query, saved_at = now()""")
_DROP = SQL("DELETE FROM {saved_views} WHERE owner = %s AND name = %s")
_DROP_OLDEST = SQL("""
    DELETE FROM {saved_views} WHERE owner = %(owner)s AND name NOT IN (
        SELECT name FROM {saved_views} WHERE owner = %(owner)s ORDER BY saved_at DESC LIMIT %(limit)s)""")


class SavedView(NamedTuple):
    name: str
    query: str


def created(schema: str) -> Iterator[Composed]:
    yield _CREATE.format(saved_views=Identifier(schema, SAVED_VIEWS))


class SavedViews:
    """Those of one owner, who is named by a word that tells people apart and says nothing about them."""

    def __init__(self, pool: Pool, schema: str, owner: str) -> None:
        self._pool = pool
        self._table = Identifier(schema, SAVED_VIEWS)
        self._owner = owner

    def all(self) -> list[SavedView]:
        with self._pool.connection() as connection:
            return [SavedView(*row) for row in connection.execute(self._sql(_OF), (self._owner,))]

    def save(self, name: str, query: str) -> None:
        """Saving another one under the same name replaces it."""
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(self._sql(_SAVE), (self._owner, name, query))
            connection.execute(self._sql(_DROP_OLDEST), {"owner": self._owner, "limit": AT_MOST})

    def drop(self, name: str) -> None:
        with self._pool.connection() as connection:
            connection.execute(self._sql(_DROP), (self._owner, name))

    def _sql(self, text: SQL) -> Composed:
        return text.format(saved_views=self._table)
