"""Follows the log page by page: finds the streams that a page concerns, and writes their rows as of its end."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, cast
from uuid import UUID

from eventsourcing.persistence import Mapper, Notification
from psycopg import Connection
from psycopg.rows import TupleRow

from domain.desk.envelope import Envelope
from domain.desk.names import CONTRACT, DISPUTE, PUBLICATION, TICKET
from domain.desk.shelf import Shelf
from domain.terms.publication import AgreementPublished
from projections.building import add_contract, add_dispute, add_publication, add_tickets, parties_of
from projections.histories import Histories, Read
from projections.judged import Stream, contract_of
from projections.models import Models
from projections.store.pool import Pool
from projections.store.reader import Reader
from projections.tables import Rows

PAGE = 1_000
STREAMS_AT_ONCE = 500


class Concerned(NamedTuple):
    tickets: set[UUID]
    contracts: set[UUID]
    publications: set[UUID]
    disputes: set[UUID]


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
        self._histories.add(events)
        concerned = self._concerned(connection, events)
        for publications in _chunks(concerned.publications):
            rows = Rows()
            for publication, read in self._histories.read(connection, publications, up_to).items():
                add_publication(rows, publication, read)
            yield rows
        for contracts in _chunks(concerned.contracts):
            rows = Rows()
            for contract, read in self._histories.read(connection, contracts, up_to).items():
                add_contract(rows, contract, read, self._shelf)
            yield rows
        for disputes in _chunks(concerned.disputes):
            rows = Rows()
            for dispute, read in self._histories.read(connection, disputes, up_to).items():
                add_dispute(rows, dispute, read)
            yield rows
        for tickets in _chunks(concerned.tickets):
            yield self._ticket_rows(connection, self._histories.read(connection, tickets, up_to), up_to)

    def _ticket_rows(self, connection: Connection[TupleRow], read: dict[UUID, Read], up_to: int) -> Rows:
        rows = Rows()
        parties = parties_of(self._histories.read(connection, contracts_named(read.values()), up_to))
        add_tickets(rows, read, parties, self._shelf)
        return rows

    def _concerned(self, connection: Connection[TupleRow], events: Sequence[Notification]) -> Concerned:
        """The streams of the page, and those whose rows hang on one of them."""
        tickets = _streams(events, TICKET)
        contracts = _streams(events, CONTRACT)
        publications = _streams(events, PUBLICATION)
        if publications:
            tickets_in_trouble, contracts_in_trouble = self.models.in_trouble(connection)
            tickets |= tickets_in_trouble
            contracts |= contracts_in_trouble
            contracts |= self.models.contracts_under(connection, self._published(events))
        if contracts:
            tickets |= self.models.tickets_of(connection, list(contracts))
        return Concerned(tickets, contracts, publications, _streams(events, DISPUTE))

    def _published(self, events: Iterable[Notification]) -> list[str]:
        """The agreements of which a version was published."""
        publications = (event for event in events if event.topic.startswith(PUBLICATION))
        facts = (cast(Envelope, self._mapper.to_domain_event(event)).event for event in publications)
        return [fact.id for fact in facts if isinstance(fact, AgreementPublished)]


def contracts_named(read: Iterable[Read]) -> list[UUID]:
    """The contracts that tickets were filed under, as far as they say so."""
    streams = (one for one in read if isinstance(one, Stream) and one.envelopes[0].filed is not None)
    return list({contract_of(stream) for stream in streams})


def _streams(events: Iterable[Notification], kind: str) -> set[UUID]:
    return {UUID(str(event.originator_id)) for event in events if event.topic.startswith(kind)}


def _chunks(streams: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(sorted(streams))
    while chunk := list(islice(rest, STREAMS_AT_ONCE)):
        yield chunk
