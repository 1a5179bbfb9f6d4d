"""What every process that serves a log has to know and nobody else: made once, kept beside the log."""

from collections.abc import Callable

from psycopg.sql import SQL, Identifier

from projections.store import schema as schemas
from projections.store.pool import Pool

_CREATE = SQL("CREATE TABLE IF NOT EXISTS {secrets} (name text PRIMARY KEY, secret bytea NOT NULL)")
_INSERT = SQL("INSERT INTO {secrets} (name, secret) VALUES (%s, %s) ON CONFLICT DO NOTHING")
_SELECT = SQL("SELECT secret FROM {secrets} WHERE name = %s")


class Secrets:
    """Raises what psycopg raises."""

    def __init__(self, pool: Pool, schema: str) -> None:
        self._pool = pool
        self._schema = schema
        self._secrets = Identifier(schema, "secrets")

    def create_table(self) -> None:
        schemas.create(self._pool, self._schema, [_CREATE.format(secrets=self._secrets)])

    def secret(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The secret of this name; whoever asks first makes it."""
        with self._pool.connection() as connection:
            found = connection.execute(_SELECT.format(secrets=self._secrets), (name,)).fetchone()
            if found is None:
                connection.execute(_INSERT.format(secrets=self._secrets), (name, make()))
                found = connection.execute(_SELECT.format(secrets=self._secrets), (name,)).fetchone()
        assert found
        return bytes(found[0])
