"""Tickets to work on, by the batch: all under one contract, the customer's words sealed as always."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent

from domain.contract.facts import Contract
from domain.desk.desk import Desk
from domain.desk.importing import Arrival, Importer
from domain.instants import micros
from domain.judgement import Case
from domain.terms.library import selector
from domain.ticket.events import Assigned, Opened, Responded, TicketEvent, UpdateSent
from domain.ticket.history import History, recorded

MONDAY = datetime(2024, 3, 4, 15, 30, tzinfo=UTC)
AGREEMENT, PLAN, REGION = "xima-care", "premium", "na"


class Tickets:
    """Tickets that nobody has touched yet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._importer = Importer(desk)
        self._minutes = count()

    def some(self, number: int, events: int = 3) -> list[UUID]:
        """So many, of so many events each; work on them adds a few."""
        arrivals = [self._arrival(minute, events) for minute in islice(self._minutes, number)]
        self._importer.file(arrivals)
        return [one.ticket for one in arrivals]

    def row(self) -> StoredEvent:
        """An event as it is stored."""
        (ticket,) = self.some(1)
        return self._desk.recorder.select_events(ticket)[-1]

    def _arrival(self, minute: int, events: int) -> Arrival:
        case = Case(
            name=uuid4().hex,
            selector=selector(AGREEMENT),
            contract=Contract(plan=PLAN, region=REGION),
            readings={},
            history=_history(MONDAY + timedelta(minutes=minute), events),
            as_of=micros(MONDAY),
        )
        return Arrival(case, "acme")


def _history(opened: datetime, events: int) -> History:
    numbered = enumerate(islice(_events(opened), events), start=1)
    return tuple(recorded(number, event, by="customer" if number == 1 else "agent") for number, event in numbered)


def _events(opened: datetime) -> Iterator[TicketEvent]:
    yield Opened(effective_at=opened, severity=2, channel="web", fields={"summary": "calls drop after thirty seconds"})
    yield Assigned(effective_at=opened + timedelta(minutes=4), to="ada")
    yield Responded(effective_at=opened + timedelta(minutes=20))
    for hours in count(1):
        yield UpdateSent(effective_at=opened + timedelta(hours=hours))
