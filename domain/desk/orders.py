"""A command on its way, and what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import from_json, to_json

from domain.desk.envelope import Envelope
from domain.ticket.history import Actor


class Key(NamedTuple):
    """What tells a repeated command from a new one: whose key it is, the key, and the digest of what was sent under it."""

    principal: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Order:
    """A command with everything that the caller knows about it. Both instants are aware.

    `at` is now, as the door's clock has it; `effective_at` is the instant from which it counts (None: now), at most `backdating`
    before. `version` is the version that the caller decided on (None: any). `stream` is the ticket or contract it is for.
    """

    stream: UUID
    command: Any
    at: datetime
    by: Actor
    key: Key
    effective_at: datetime | None = None
    backdating: timedelta = timedelta(0)
    version: int | None = None
    correlation: str = ""
    origin: str = ""

    @property
    def effect(self) -> datetime:
        return self.effective_at or self.at


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a command, stored in the transaction of its events, so that a repetition is answered the same.

    `outcome` is a `Record` as JSON; `position` is the place of the last event in the log, which the log fills in.
    """

    principal: str
    key: str
    fingerprint: bytes
    outcome: bytes
    recorded_at: datetime
    position: int | None = None


class Record(NamedTuple):
    """How a command ended: the version of its stream since then, how many events it recorded, and why it was refused, if it was."""

    stream: UUID
    version: int
    events: int
    refusal: dict[str, str] | None = None

    def as_json(self) -> bytes:
        return to_json(self._asdict())

    @classmethod
    def read(cls, outcome: bytes) -> "Record":
        told = from_json(outcome)
        return cls(UUID(told["stream"]), told["version"], told["events"], told["refusal"])


@dataclass(frozen=True, slots=True)
class Outcome:
    """A command that was done. `position` is the place of its last event in the log, None where it recorded none."""

    stream: UUID
    version: int
    events: tuple[Envelope, ...] = ()
    position: int | None = None
    repeated: bool = False
