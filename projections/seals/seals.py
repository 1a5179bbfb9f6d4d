"""The seals of a log, and what they prove."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from eventsourcing.persistence import Notification
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier

from domain.desk.mapper import digest_of
from domain.refusals import Refusal, UnknownStream
from domain.seals import merkle
from domain.seals.proof import Consistency, LeafDocument, Proof, check_consistency, check_proof
from domain.seals.seal import Leaf, Seal, SealDocument, told
from projections.seals.signing import is_signed
from projections.seals.tables import created, names
from projections.seals.tiles import MissingTile, Tiles
from projections.store import schema as schemas
from projections.store.pool import Pool
from projections.store.recorder import EVENTS

_SELECT = SQL("""
    SELECT number, position, size, root, sealed_at, previous, key, signature, coalesce(public_key, '')
    FROM {seals} LEFT JOIN {keys} AS known ON known.id = key
    WHERE {which} ORDER BY number {direction} LIMIT %(limit)s""")
_UP, _DOWN = SQL("ASC"), SQL("DESC")
_KEYS = SQL("SELECT id, public_key, since FROM {keys} ORDER BY since, id")
_EVENT = SQL("""
    SELECT originator_id, originator_version, topic, state, notification_id FROM {events}
    WHERE originator_id = %s AND originator_version = %s""")
_LAST_SEALED = SQL("""
    SELECT originator_id, originator_version, topic, state, notification_id FROM {events}
    WHERE originator_id = %s AND notification_id <= %s ORDER BY originator_version DESC LIMIT 1""")


class NotSealed(Refusal):
    """What is to be proved is not under a seal yet."""


class SealUnsound(Refusal):
    """What was sealed does not agree with what is there; `ticketclock verify` says where."""


class KnownKey(NamedTuple):
    """A key with which seals were signed: its id, its 32 public bytes, and since when."""

    id: str
    public_key: bytes
    since: datetime


class SealRow(NamedTuple):
    """A seal as it is stored, whatever somebody made of it; `public_key` is empty where its key is not known."""

    number: int
    position: int
    size: int
    root: bytes
    sealed_at: datetime
    previous: str
    key: str
    signature: bytes
    public_key: bytes

    @property
    def document(self) -> SealDocument:
        """Raises ValueError where the row is no seal."""
        if self.sealed_at.microsecond:
            raise ValueError("a seal is of a whole second")
        seal = Seal(
            number=self.number,
            position=self.position,
            size=self.size,
            root=bytes(self.root).hex(),
            sealed_at=told(self.sealed_at.astimezone(UTC)),
            previous=self.previous,
            key=self.key,
        )
        return SealDocument.of(seal, bytes(self.signature), bytes(self.public_key))


class Seals:
    """Of one log. Raises what psycopg raises."""

    def __init__(self, pool: Pool, schema: str) -> None:
        self._pool = pool
        self._schema = schema

    def create_tables(self) -> None:
        """Have them; what is there stays as it is."""
        schemas.create(self._pool, self._schema, created(self._schema))

    def latest(self) -> SealDocument | None:
        with self._pool.connection() as connection:
            return self.latest_in(connection)

    def latest_in(self, connection: Connection[TupleRow]) -> SealDocument | None:
        """The latest as a transaction sees it."""
        return next(self._found(connection, SQL("true"), _DOWN, limit=1), None)

    def numbered(self, number: int) -> SealDocument | None:
        with self._pool.connection() as connection:
            return next(self._found(connection, SQL("number = %(number)s"), number=number), None)

    def covering(self, position: int, key: str | None = None) -> SealDocument | None:
        """The first seal that a position of the log is under; of one key, where its id is given."""
        which = SQL("position >= %(position)s AND key = coalesce(%(key)s, key)")
        with self._pool.connection() as connection:
            return next(self._found(connection, which, position=position, key=key, limit=1), None)

    def newest(self, *, before: int | None = None, limit: int = 50) -> list[SealDocument]:
        """Those with numbers below one, the last first."""
        which = SQL("true" if before is None else "number < %(before)s")
        with self._pool.connection() as connection:
            return [*self._found(connection, which, _DOWN, limit=limit, before=before)]

    def rows(self) -> list[SealRow]:
        """All, the first first, as they are stored."""
        with self._pool.connection() as connection:
            return [*self._rows(connection, SQL("true"))]

    def known_keys(self) -> list[KnownKey]:
        """The keys by which seals were signed, the first first."""
        with self._pool.connection() as connection:
            rows = connection.execute(self._sql(_KEYS))
            return [KnownKey(id, bytes(public_key), since) for id, public_key, since in rows]

    def proof(self, stream: UUID, version: int | None = None, under: SealDocument | None = None) -> Proof:
        """That an event of a stream stood in the log at a seal, else the latest: the last one sealed where no version is named.

        Raises NotSealed, UnknownStream where there is no such event, and SealUnsound.
        """
        with self._pool.connection() as connection, _told():
            latest = under or self.latest_in(connection)
            if latest is None:
                raise NotSealed("the log has not been sealed yet")
            leaf = self._leaf(connection, stream, version, latest.seal)
            tiles = Tiles(connection, self._schema)
            index = tiles.index_of(leaf.position)
            if index is not None:
                tiles.foresee(index, latest.seal.size)
            if index is None or tiles.node(0, index) != leaf.hash:
                what = f"event {leaf.version} of {stream}, at position {leaf.position}"
                raise SealUnsound(f"{what}, is not as it was sealed; ticketclock verify says more")
            path = merkle.inclusion(index, latest.seal.size, tiles.node)
            told = LeafDocument.model_validate(leaf._asdict())
            proof = Proof(seal=latest, leaf=told, index=index, path=[one.hex() for one in path])
            _refuse(check_proof(proof, is_signed))
            return proof

    def consistency(self, first: int, second: int) -> Consistency | None:
        """That the log of one seal begins with that of an earlier one; None where there are no two such seals.

        Raises SealUnsound.
        """
        earlier, later = self.numbered(first), self.numbered(second)
        if earlier is None or later is None or first > second:
            return None
        with self._pool.connection() as connection, _told():
            node = Tiles(connection, self._schema).node
            path = merkle.consistency(earlier.seal.size, later.seal.size, node)
        proof = Consistency(earlier=earlier, later=later, path=[one.hex() for one in path])
        _refuse(check_consistency(proof, is_signed))
        return proof

    def _leaf(self, connection: Connection[TupleRow], stream: UUID, version: int | None, seal: Seal) -> Leaf:
        if version is None:
            found = connection.execute(self._sql(_LAST_SEALED), (stream, seal.position), binary=True).fetchone()
            if found is None:
                raise NotSealed(f"nothing of {stream} is sealed yet")
        else:
            found = connection.execute(self._sql(_EVENT), (stream, version), binary=True).fetchone()
            if found is None:
                raise UnknownStream(f"there is no event {version} of {stream}")
            if found[-1] > seal.position:
                raise NotSealed(f"event {version} of {stream} is not sealed yet")
        return leaf_of(Notification(*found))

    def _found(
        self, connection: Connection[TupleRow], which: SQL, direction: SQL = _UP, **values: object
    ) -> Iterator[SealDocument]:
        with _told():
            for row in self._rows(connection, which, direction, **values):
                yield row.document

    def _rows(
        self, connection: Connection[TupleRow], which: SQL, direction: SQL = _UP, **values: object
    ) -> Iterator[SealRow]:
        statement = _SELECT.format(**names(self._schema), which=which, direction=direction)
        for row in connection.execute(statement, {"limit": None} | values):
            yield SealRow(*row)

    def _sql(self, text: SQL) -> Composed:
        return text.format(**names(self._schema), events=Identifier(self._schema, EVENTS))


def leaf_of(event: Notification) -> Leaf:
    """The leaf of an event as the log has it."""
    stream = event.originator_id
    place = UUID(stream) if isinstance(stream, str) else stream
    return Leaf(event.id, place, event.originator_version, digest_of(event))


def _refuse(problems: list[str]) -> None:
    """Nobody is given a proof that does not hold. Raises SealUnsound."""
    if problems:
        raise SealUnsound(f"{problems[0]}; ticketclock verify says more")


@contextmanager
def _told() -> Iterator[None]:
    """A row that is no seal, or a tile that is not there, is somebody's doing."""
    try:
        yield
    except (MissingTile, ValueError) as error:
        raise SealUnsound("the seals are not as they were made; ticketclock verify says more") from error
