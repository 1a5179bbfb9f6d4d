"""A desk in memory with the agreements published and a contract drawn up, and orders that a clerk would give."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from domain.contract.commands import DrawUp, Sign
from domain.desk.desk import Desk
from domain.desk.orders import Key, Order, Outcome
from domain.ticket.commands import Command, Open
from domain.ticket.history import Actor
from tests.desk.memory import MemoryLog
from tests.desk.seals import TestSeals
from tests.library import library, publish

MONDAY = datetime(2024, 3, 4, 9, 0, tzinfo=UTC)
NAMES = UUID("6e1f0c1e-58a5-4b0e-9d8b-6a6f2a3d7c11")


def hour(hours: float) -> datetime:
    """So many hours after Monday, 4 March 2024, 09:00 UTC."""
    return MONDAY + timedelta(hours=hours)


@dataclass
class Clerk:
    """Gives orders at a desk, each with a key of its own unless one is said."""

    desk: Desk
    seals: TestSeals = field(default_factory=TestSeals)
    keys: "count[int]" = field(default_factory=count)

    def order(self, stream: UUID, command: Any, at: datetime, by: Actor = "agent", **rest: Any) -> Order:
        key = rest.pop("key", None) or f"key-{next(self.keys)}"
        fingerprint = rest.pop("fingerprint", repr(command).encode())
        return Order(stream, command, at, by, Key("clerk", key, fingerprint), **rest)

    def publish(self) -> None:
        for document in library().holidays.values():
            self.desk.publish_holidays(self.order(NAMES, document, hour(-48)))
        for document in library().agreements.values():
            publish(self.desk, self.order(NAMES, document, hour(-48)))

    def contract(self, agreement: str, customer: str = "acme", **facts: Any) -> UUID:
        contract = uuid5(NAMES, f"contract {next(self.keys)}")
        self.desk.on_contract(
            self.order(contract, DrawUp(agreement=agreement, customer=customer, **facts), hour(-24), "service-manager")
        )
        self.desk.on_contract(self.order(contract, Sign(), hour(-24), "service-manager"))
        return contract

    def opened(self, contract: UUID, at: datetime = MONDAY, by: Actor = "customer", **fields: Any) -> UUID:
        """A ticket of severity 2 that came by web, unless said otherwise."""
        ticket = uuid5(NAMES, f"ticket {next(self.keys)}")
        opening = Open(**{"severity": 2, "channel": "web", **fields})
        self.desk.execute(self.order(ticket, opening, at, by), contract)
        return ticket

    def does(self, ticket: UUID, command: Command, at: datetime, by: Actor = "agent", **rest: Any) -> Outcome:
        return self.desk.execute(self.order(ticket, command, at, by, **rest))

    def history(self, ticket: UUID) -> list[str]:
        """The events of a ticket by name."""
        return [one.event.event for one in self.desk.ticket(ticket).history]


def clerk() -> Clerk:
    seals = TestSeals()
    clerk = Clerk(Desk(MemoryLog(), seals), seals)
    clerk.publish()
    return clerk
