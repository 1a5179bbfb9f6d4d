"""A log of plain events, sealed; and what somebody with access to the database can do to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from eventsourcing.persistence import StoredEvent
from psycopg.sql import SQL, Identifier

from domain.seals.seal import SealDocument
from projections.seals import Sealer, SealingKey, Seals
from projections.seals.verification import Verification
from projections.store.pool import Pool
from projections.store.recorder import LogRecorder

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
FAMILY = UUID(int=7)


@dataclass
class SealedLog:
    """Events are spread over streams in turn."""

    pool: Pool
    schema: str
    streams: int = 10
    key: SealingKey = field(default_factory=SealingKey.make)
    events: int = 0
    seals_made: int = 0

    def __post_init__(self) -> None:
        self.recorder = LogRecorder(self.pool, self.schema)
        self.recorder.create_tables()
        self.seals = Seals(self.pool, self.schema)
        self.seals.create_tables()

    def stream(self, number: int) -> UUID:
        return uuid5(FAMILY, str(number % self.streams))

    def record(self, count: int) -> None:
        self.recorder.insert_events([*self._next(count)])

    def seal(self) -> SealDocument:
        """One hour after the last."""
        self.seals_made += 1
        return self.sealer.seal_now(MONDAY + timedelta(hours=self.seals_made))

    @property
    def sealer(self) -> Sealer:
        return Sealer(self.pool, self.schema, self.key, every=timedelta(hours=1))

    def findings(self, public_key: bytes | None = None) -> list[str]:
        return [*Verification(self.pool, self.schema, public_key).findings()]

    def does(self, statement: str, *values: object) -> int:
        """How many rows it touched; the tables are named in braces."""
        tables = {"events": "events", "tiles": "seal_tiles", "seals": "seals", "keys": "sealing_keys"}
        names = {name: Identifier(self.schema, table) for name, table in tables.items()}
        with self.pool.connection() as connection:
            return connection.execute(SQL(statement).format(**names), values).rowcount

    def _next(self, count: int) -> Iterator[StoredEvent]:
        for number in range(self.events, self.events + count):
            version = number // self.streams + 1
            yield StoredEvent(self.stream(number), version, "ticket.commented", b'{"text": "%d"}' % number)
        self.events += count
