"""A ticket's history: its events in the order in which they were recorded, each with who and when."""

from typing import Annotated, Any, NamedTuple

from pydantic import Field, SerializationInfo, TypeAdapter, ValidationInfo, field_serializer, field_validator

from domain.instants import micros
from domain.personal import read_text, write_text
from domain.terms.event_fields import CUSTOMER_SIDE
from domain.ticket.events import Fact, Role, TicketEvent


class Person(Fact):
    """Somebody in a role; the id tells two people of one role apart. That of the customer's people is personal."""

    role: Role
    id: Annotated[str, Field(min_length=1)]

    @field_validator("id", mode="before")
    @classmethod
    def _read_id(cls, value: Any, info: ValidationInfo) -> Any:
        return read_text(value, info) if info.data.get("role") in CUSTOMER_SIDE else value

    @field_serializer("id")
    def _write_id(self, value: str, info: SerializationInfo) -> str:
        return write_text(value, info) if self.role in CUSTOMER_SIDE else value


Actor = Role | Person


def role_of(actor: Actor) -> Role:
    return actor.role if isinstance(actor, Person) else actor


class Recorded(NamedTuple):
    """An event in its envelope.

    `number` is its place in the history, from 1. `at` and `recorded_at` are microseconds since 1970 UTC: when it took effect, and
    when the system learned of it.
    """

    number: int
    event: TicketEvent
    at: int
    recorded_at: int
    by: Actor | None = None

    @property
    def role(self) -> str | None:
        return None if self.by is None else role_of(self.by)

    @property
    def person(self) -> str | None:
        return self.by.id if isinstance(self.by, Person) else None


History = tuple[Recorded, ...]

EVENT: TypeAdapter[TicketEvent] = TypeAdapter(TicketEvent)


def recorded(number: int, event: TicketEvent, *, recorded_at: int | None = None, by: Actor | None = None) -> Recorded:
    """Put an event into its envelope; without `recorded_at` it was recorded when it took effect."""
    at = micros(event.effective_at)
    return Recorded(number, event, at, at if recorded_at is None else recorded_at, by)


def numbered(*events: TicketEvent) -> History:
    """A history of events that were each recorded when they took effect."""
    return tuple(recorded(number, event) for number, event in enumerate(events, start=1))
