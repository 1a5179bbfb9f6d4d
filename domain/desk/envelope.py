"""An event on its way to the log and back: the fact, and who recorded it, when and from where."""

from typing import Annotated, Any, NamedTuple
from uuid import UUID

from pydantic import Field

from domain.instants import micros
from domain.ticket.events import Fact
from domain.ticket.history import Actor, Recorded

NO_DIGEST = ""
"""What the first event of a stream has before it."""


class Filed(Fact):
    """What a ticket is judged by, said once with its first event: a later edit of the terms never re-judges it.

    `digest` is that of the agreement's document, `holidays` gives the digest of each published list it uses.
    """

    contract: UUID
    customer: str
    agreement: str
    version: str
    digest: str
    holidays: dict[str, str] = {}
    readings: dict[str, str] = {}
    case: Annotated[str, Field(max_length=500)] | None = None
    source: dict[str, Any] = {}


class Envelope(NamedTuple):
    """An event in its stream; `originator_version` is its number in the history, from 1.

    `recorded_at` is in microseconds since 1970 UTC. `command` is the id of the command behind it, `correlation` that of the
    request, `origin` whence it came. `sent_by` is who sent it in the name of `by`, where that was somebody else. `previous` and
    `digest` are the digests (SHA-256, hexadecimal) of the stored forms of the event before it and of its own; an event not stored
    yet has none of its own.
    """

    originator_id: UUID
    originator_version: int
    event: Any
    recorded_at: int
    customer: str = ""
    by: Actor | None = None
    command: str = ""
    correlation: str = ""
    origin: str = ""
    filed: Filed | None = None
    previous: str = NO_DIGEST
    digest: str = NO_DIGEST
    sent_by: Actor | None = None

    @property
    def recorded(self) -> Recorded:
        """The event as a ticket's history holds it."""
        event = self.event
        at = micros(event.effective_at)
        return _new_recorded(Recorded, (self.originator_version, event, at, self.recorded_at, self.by))


_new_recorded = tuple.__new__
"""Makes a Recorded of its values in one step; one is made of every event of a ticket."""
