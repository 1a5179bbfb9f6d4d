"""A key for each customer, by which personal fields are sealed; whose key is forgotten is forgotten, and stays so.

Copies of the database made before (backups, archived logs) hold the key until they are thrown away.
"""

import secrets
from collections.abc import Callable
from time import monotonic

from psycopg.sql import SQL, Identifier

from domain.refusals import CommandRefused
from projections.store import schema as schemas
from projections.store import sealing
from projections.store.pool import Pool

KEY_BYTES = 64
REMEMBERED_SECONDS = 2.0  # so soon a customer forgotten by another program is forgotten here
MOST_REMEMBERED = 10_000

_CREATE = SQL("""
    CREATE TABLE IF NOT EXISTS {keys} (
        customer text PRIMARY KEY,
        key bytea,
        created_at timestamptz NOT NULL DEFAULT now(),
        forgotten_at timestamptz,
        CHECK ((key IS NULL) = (forgotten_at IS NOT NULL))
    )""")

_SELECT = SQL("SELECT key FROM {keys} WHERE customer = %s")
_IS_FORGOTTEN = SQL("SELECT FROM {keys} WHERE customer = %s AND forgotten_at IS NOT NULL")
_INSERT = SQL("INSERT INTO {keys} (customer, key) VALUES (%s, %s) ON CONFLICT DO NOTHING")
_FORGET = SQL("UPDATE {keys} SET key = NULL, forgotten_at = now() WHERE customer = %s AND key IS NOT NULL")


class CustomerForgotten(CommandRefused):
    """Nothing personal of a forgotten customer is recorded any more."""


class CustomerKeys:
    """The keys of one log's customers. Raises what psycopg raises."""

    def __init__(self, pool: Pool, schema: str, clock: Callable[[], float] = monotonic) -> None:
        self._pool = pool
        self._schema = schema
        self._clock = clock
        self._keys = Identifier(schema, "customer_keys")
        self._remembered: dict[str, tuple[bytes, float]] = {}

    def create_tables(self) -> None:
        schemas.create(self._pool, self._schema, [_CREATE.format(keys=self._keys)])

    def key(self, customer: str) -> bytes | None:
        """The customer's key; None for one who has none yet or was forgotten."""
        key, until = self._remembered.get(customer, (None, 0.0))
        if key is None or self._clock() >= until:
            key = self._look_up(customer)
        return key

    def ensure(self, customer: str) -> bytes:
        """The customer's key, made now if there never was one. Raises CustomerForgotten."""
        if key := self.key(customer):
            return key
        with self._pool.connection() as connection:
            connection.execute(_INSERT.format(keys=self._keys), (customer, secrets.token_bytes(KEY_BYTES)))
        if key := self._look_up(customer):
            return key
        raise _forgotten(customer)

    def check(self, customer: str) -> None:
        """Raise CustomerForgotten where the customer was; nothing is made of one whom nobody knows."""
        with self._pool.connection() as connection:
            if connection.execute(_IS_FORGOTTEN.format(keys=self._keys), (customer,)).fetchone() is not None:
                raise _forgotten(customer)

    def forget(self, customer: str) -> bool:
        """Destroy the key; False where there is none to destroy."""
        with self._pool.connection() as connection:
            forgotten = connection.execute(_FORGET.format(keys=self._keys), (customer,)).rowcount > 0
        self._remembered.pop(customer, None)
        sealing.let_go()
        return forgotten

    def _look_up(self, customer: str) -> bytes | None:
        until = self._clock() + REMEMBERED_SECONDS
        with self._pool.connection() as connection:
            found = connection.execute(_SELECT.format(keys=self._keys), (customer,)).fetchone()
        key: bytes | None = found[0] if found else None
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        if key:
            self._remembered[customer] = key, until
        elif self._remembered.pop(customer, None):
            sealing.let_go()
        return key


def _forgotten(customer: str) -> CustomerForgotten:
    return CustomerForgotten(f"{customer} was forgotten: nothing personal is recorded for them any more")
