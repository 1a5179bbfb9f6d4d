"""Seals the log: adds what is new to the tree, in the order of the log, and signs its root.

Leaves, tiles and the seal are written in one transaction, under a lock: one that is killed leaves nothing behind, and of several
programs that seal at once the second finds it done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed

from domain.refusals import Refusal
from domain.seals import merkle
from domain.seals.seal import FIRST_BEFORE, Seal, SealDocument, seal_problems, told
from projections.seals.seals import Seals, SealUnsound, leaf_of
from projections.seals.signing import SealingKey, is_signed
from projections.seals.tables import names
from projections.seals.tiles import Growing, MissingTile, Tiles
from projections.store.pool import AS_LONG_AS_IT_TAKES, Pool
from projections.store.reader import Reader

_LOCK = SQL("SELECT pg_advisory_xact_lock(hashtext('ticketclock seals'), hashtext(%s))")
_INSERT_KEY = SQL("INSERT INTO {keys} (id, public_key, since) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING")
_INSERT_SEAL = SQL("""
    INSERT INTO {seals} (number, position, size, root, sealed_at, previous, key, signature)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""")


class NoSealingKey(Refusal):
    """There is no key to sign with."""


class Sealer:
    """Any number may seal one log. Raises what psycopg raises.

    Without a `key` nothing can be signed, and what needs a signature raises NoSealingKey. `every` is how long after one seal
    the next one comes by itself, where somebody in a service sees to it.
    """

    def __init__(self, pool: Pool, schema: str, key: SealingKey | None, *, every: timedelta | None = None) -> None:
        self._pool = pool
        self._schema = schema
        self.key = key
        self._every = every
        self._seals = Seals(pool, schema)

    @property
    def works_unasked(self) -> bool:
        return self.key is not None and self._every is not None

    def next_at(self, at: datetime, looked_at: datetime | None = None) -> datetime | None:
        """When the log is to be sealed next unasked, at an instant or after it; None: never.

        `looked_at` is when somebody last looked for something to seal, which a log that nobody writes to keeps no trace of.
        """
        if self.key is None or self._every is None:
            return None
        latest = self._seals.latest()
        if latest is None:
            return at
        last = latest.seal.at if looked_at is None else max(latest.seal.at, looked_at)
        return max(last + self._every, at)

    def seal_now(self, at: datetime) -> SealDocument:
        """Seal everything that the log holds, and say so with an instant; where nothing is new, the latest seal is the answer.

        Raises NoSealingKey, TimeoutError while somebody has been writing for half a minute, and SealUnsound where the tree
        is not as it was sealed last: nothing is built on what does not hold.
        """
        key = self._given_key()
        head = Reader(self._pool, self._schema).head()
        with self._alone() as connection:
            latest = self._seals.latest_in(connection)
            if latest is not None and latest.seal.position >= head:
                return latest
            before = None if latest is None else self._sound(connection, latest)
            size = self._grown(connection, before, head)
            if latest is not None and size == latest.seal.size:
                return latest
            seal = Seal(
                number=1 if before is None else before.number + 1,
                position=head,
                size=size,
                root=merkle.root(size, Tiles(connection, self._schema).node).hex(),
                sealed_at=told(at),
                previous=FIRST_BEFORE if before is None else before.digest,
                key=key.id,
            )
            signature = key.sign(seal.canonical)
            self._put(connection, seal, signature, key)
            return SealDocument.of(seal, signature, key.public)

    def _given_key(self) -> SealingKey:
        if self.key is None:
            raise NoSealingKey("there is no key to sign with; TICKETCLOCK_SEALING_KEY names the file for one")
        return self.key

    @contextmanager
    def _alone(self) -> Iterator[Connection[TupleRow]]:
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(AS_LONG_AS_IT_TAKES)
            connection.execute(_LOCK, (self._schema,))
            yield connection

    def _grown(self, connection: Connection[TupleRow], before: Seal | None, head: int) -> int:
        """Add what stands in the log after the last seal, and say how many leaves there are then."""
        tree = Growing(connection, self._schema, before.size if before else 0)
        for event in Reader(self._pool, self._schema).in_order(before.position if before else 0, head):
            tree.add(leaf_of(event))
        tree.finish()
        return tree.size

    def _sound(self, connection: Connection[TupleRow], latest: SealDocument) -> Seal:
        seal = latest.seal
        try:
            root = merkle.root(seal.size, Tiles(connection, self._schema).node).hex()
        except MissingTile as error:
            raise SealUnsound(f"{error}; ticketclock verify says more") from None
        if root != seal.root or seal_problems(latest, is_signed):
            raise SealUnsound(f"seal {seal.number} does not hold; ticketclock verify says more")
        return seal

    def _put(self, connection: Connection[TupleRow], seal: Seal, signature: bytes, key: SealingKey) -> None:
        root = bytes.fromhex(seal.root)
        connection.execute(self._sql(_INSERT_KEY), (key.id, key.public, seal.at))
        connection.execute(
            self._sql(_INSERT_SEAL),
            (seal.number, seal.position, seal.size, root, seal.at, seal.previous, seal.key, signature),
        )

    def _sql(self, text: SQL) -> Composed:
        return text.format(**names(self._schema))
