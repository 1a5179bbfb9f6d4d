"""The API keys that were given out: of their secrets only the SHA-256 is known here."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import NamedTuple

from psycopg.rows import class_row
from psycopg.sql import SQL, Composed, Identifier, Placeholder

from projections.store import schema as schemas
from projections.store.pool import Pool

USE_NOTED_EVERY = timedelta(minutes=1)

NOTHING_ON_FILE = "Nothing is on file of {customer}: until a contract names it, this key reaches nothing."
"""What whoever made a key for a customer should know whom nobody knows."""

_TABLE = SQL("""
    CREATE TABLE IF NOT EXISTS {table} (
        id text PRIMARY KEY,
        digest bytea NOT NULL CHECK (octet_length(digest) = 32),
        person text NOT NULL,
        role text NOT NULL,
        customer text,
        scopes text[] NOT NULL,
        label text NOT NULL,
        created_at timestamptz NOT NULL,
        created_by text,
        expires_at timestamptz,
        revoked_at timestamptz,
        last_used_at timestamptz
    )""")

_INSERT = SQL("INSERT INTO {table} ({columns}, digest) VALUES ({values}, %(digest)s)")
_FIND = SQL("SELECT {columns}, digest FROM {table} WHERE id = %s")
_ALL = SQL("SELECT {columns} FROM {table} ORDER BY created_at DESC, id")
_REVOKE = SQL("UPDATE {table} SET revoked_at = coalesce(revoked_at, %s) WHERE id = %s")
_FORGET = SQL("""
    UPDATE {table} SET revoked_at = coalesce(revoked_at, %s), person = 'forgotten', label = ''
    WHERE customer = %s""")
_NOTE_USE = SQL("""
    UPDATE {table} SET last_used_at = %(at)s
    WHERE id = %(id)s AND (last_used_at IS NULL OR last_used_at <= %(before)s)""")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What may be told of a key."""

    id: str
    person: str
    role: str
    customer: str | None
    scopes: list[str]
    label: str
    created_at: datetime
    created_by: str | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    def is_good(self, at: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


_COLUMNS = [field.name for field in fields(ApiKey)]


class Kept(NamedTuple):
    """A key and the digest of its secret."""

    key: ApiKey
    digest: bytes


class ApiKeys:
    """The table of keys in one schema."""

    def __init__(self, pool: Pool, schema: str) -> None:
        self._pool = pool
        self._schema = schema

    def create_table(self) -> None:
        schemas.create(self._pool, self._schema, [self._sql(_TABLE)])

    def insert(self, key: ApiKey, digest: bytes) -> None:
        with self._pool.connection() as connection:
            connection.execute(self._sql(_INSERT), asdict(key) | {"digest": digest})

    def find(self, id: str) -> Kept | None:
        with self._pool.connection() as connection:
            row = connection.execute(self._sql(_FIND), [id]).fetchone()
        if row is None:
            return None
        *told, digest = row
        return Kept(ApiKey(**dict(zip(_COLUMNS, told, strict=True))), digest)

    def all(self) -> list[ApiKey]:
        """The newest first, those revoked or expired too."""
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(ApiKey)) as cursor:
            return cursor.execute(self._sql(_ALL)).fetchall()

    def revoke(self, id: str, at: datetime) -> bool:
        """Whether there is such a key. Revoking again leaves the first instant."""
        with self._pool.connection() as connection:
            return connection.execute(self._sql(_REVOKE), [at, id]).rowcount == 1

    def forget(self, customer: str, at: datetime) -> None:
        """A customer's keys are revoked, and name nobody any more."""
        with self._pool.connection() as connection:
            connection.execute(self._sql(_FORGET), [at, customer])

    def note_use(self, id: str, at: datetime) -> None:
        """At most once a minute, however many processes note it."""
        with self._pool.connection() as connection:
            connection.execute(self._sql(_NOTE_USE), {"at": at, "id": id, "before": at - USE_NOTED_EVERY})

    def _sql(self, text: SQL) -> Composed:
        return text.format(
            table=Identifier(self._schema, "api_keys"),
            columns=SQL(", ").join(map(Identifier, _COLUMNS)),
            values=SQL(", ").join(map(Placeholder, _COLUMNS)),
        )
