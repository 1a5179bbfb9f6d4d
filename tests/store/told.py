"""Events and commands as the desk would hand them to the log."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent

from domain.desk.orders import Settled

MONDAY_10 = datetime(2024, 4, 15, 10, tzinfo=UTC)


def events(count: int = 1, *, ticket: UUID | None = None, after: int = 0) -> list[StoredEvent]:
    """The next events of a ticket, of a new one if none is named."""
    ticket = ticket or uuid4()
    return [StoredEvent(ticket, number, "ticket.commented", b"{}") for number in range(after + 1, after + count + 1)]


def command(key: str, outcome: bytes = b'{"version": 1}') -> Settled:
    return Settled("key:anna", key, b"digest of what was asked", outcome, MONDAY_10)
