"""Which agreements and holiday lists are published? One row each."""

from typing import Literal, NamedTuple
from uuid import UUID

from psycopg.sql import SQL

from domain.terms.publication import AgreementPublished
from projections.judged import Stream
from projections.store.pool import Pool
from projections.tables import Table

Kind = Literal["agreement", "holidays"]


class PublicationRow(NamedTuple):
    """`version` is how many versions of the agreement, or editions of the list, are published."""

    stream: UUID
    kind: Kind
    name: str
    version: int
    position: int


PUBLICATIONS = Table("publications", PublicationRow, key=("kind", "name"))


def row(stream: Stream) -> PublicationRow:
    last = stream.envelopes[-1].event
    is_agreement = isinstance(last, AgreementPublished)
    return PublicationRow(
        stream=stream.id,
        kind="agreement" if is_agreement else "holidays",
        name=last.id if is_agreement else last.name,
        version=len(stream.envelopes),
        position=stream.position,
    )


_NAMES = SQL('SELECT name FROM {publications} WHERE kind = %s ORDER BY name COLLATE "C"')


class Publications:
    def __init__(self, pool: Pool, schema: str) -> None:
        self._pool = pool
        self._names = _NAMES.format(publications=PUBLICATIONS.at(schema))

    def names(self, kind: Kind) -> list[str]:
        """In alphabetical order."""
        with self._pool.connection() as connection:
            return [name for (name,) in connection.execute(self._names, (kind,))]
