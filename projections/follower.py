"""Follows the log page by page: finds the streams that a page concerns, and writes their rows as of its end."""

from collections.abc import Iterable, Iterator, Sequence
from typing import cast
from uuid import UUID

from eventsourcing.persistence import Mapper, Notification
from psycopg import Connection
from psycopg.rows import TupleRow

from domain.desk.envelope import Envelope
from domain.desk.names import PUBLICATION
from domain.desk.shelf import Shelf
from domain.terms.publication import AgreementPublished
from projections.building import Parties, add_streams, parties_of
from projections.histories import Histories
from projections.models import Models
from projections.store.pool import Pool
from projections.store.reader import Reader
from projections.streams import Touched, touched
from projections.tables import Rows

PAGE = 1_000


class Follower:
    """Of one set of tables. Any number may follow with the same ones: each page is written once."""

    def __init__(self, pool: Pool, models: Models, mapper: Mapper[UUID], shelf: Shelf, *, page: int = PAGE) -> None:
        self.models = models
        self.position: int | None = None
        self._reader = Reader(pool, models.schema)
        self._histories = Histories(models.schema, mapper)
        self._mapper = mapper
        self._shelf = shelf
        self._page = page

    def advance(self, connection: Connection[TupleRow]) -> int:
        """Write the next page of the log in one transaction with the new position, and say how many events it held."""
        self._histories.clear_if_old()
        if self.position is None:
            self.position, _ = self.models.progress(connection)
        events = self._reader.page(self.position, self._page).events
        if not events:
            return 0
        up_to = events[-1].id
        with connection.transaction():
            held, _ = self.models.progress(connection, hold=True)
            if held == self.position:
                self.models.move(connection, up_to)
                for rows in self._rows(connection, events, up_to):
                    self.models.write(connection, rows)
            else:
                up_to = held
                self._histories.clear()
        self.position = up_to
        return len(events)

    def forget(self, customer: str) -> None:
        """Keep nothing that is personal of a customer."""
        self._histories.forget(customer)

    def _rows(self, connection: Connection[TupleRow], events: Sequence[Notification], up_to: int) -> Iterator[Rows]:
        def parties(contracts: Sequence[UUID]) -> Parties:
            return parties_of(self._histories.read(connection, contracts, up_to))

        self._histories.add(events)
        for kind, streams in self._concerned(connection, events).parts():
            rows = Rows()
            read = self._histories.read(connection, streams, up_to)
            told = ((kind, stream, one) for stream, one in read.items())
            add_streams(rows, told, parties, self._shelf)
            yield rows

    def _concerned(self, connection: Connection[TupleRow], events: Sequence[Notification]) -> Touched:
        """The streams of the page, and those whose rows hang on one of them."""
        tickets, contracts, publications, disputes = touched(events)
        if publications:
            tickets_in_trouble, contracts_in_trouble = self.models.in_trouble(connection)
            tickets |= tickets_in_trouble
            contracts |= contracts_in_trouble
            contracts |= self.models.contracts_under(connection, self._published(events))
        if contracts:
            tickets |= self.models.tickets_of(connection, list(contracts))
        return Touched(tickets, contracts, publications, disputes)

    def _published(self, events: Iterable[Notification]) -> list[str]:
        """The agreements of which a version was published."""
        publications = (event for event in events if event.topic.startswith(PUBLICATION))
        facts = (cast(Envelope, self._mapper.to_domain_event(event)).event for event in publications)
        return [fact.id for fact in facts if isinstance(fact, AgreementPublished)]
