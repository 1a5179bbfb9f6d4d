"""A command on its way, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import from_json, to_json

from domain import refusals
from domain.desk.envelope import NO_DIGEST, Envelope
from domain.instants import instant, micros
from domain.refusals import BadInstant, CommandRefused, StaleVersion
from domain.terms.durations import elapsed
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
    before. `sent_by` is who asks in the name of `by`, where that is somebody else. `version` is the version that the caller decided
    on (None: any). `stream` is the ticket or contract it is for.
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
    sent_by: Actor | None = None

    @property
    def effect(self) -> datetime:
        return self.effective_at or self.at

    def not_before(self, recorded_at: int) -> "Order":
        """The same, no earlier than what it is decided on was recorded (microseconds): whoever was overtaken on the way, or has a
        clock behind another's, does not decide about the past.
        """
        return self if micros(self.at) >= recorded_at else replace(self, at=instant(recorded_at))


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

    @classmethod
    def of(cls, stream: UUID, version: int, events: int, refusal: CommandRefused | None) -> "Record":
        return cls(stream, version, events, _told(refusal) if refusal else None)

    def refused(self, position: int | None) -> CommandRefused | None:
        """The refusal that went on record at a place of the log, if it was one."""
        return on_record(_refusal(self.refusal), self.stream, self.version, position) if self.refusal else None

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


def on_record(refusal: CommandRefused, stream: UUID, version: int, position: int | None) -> CommandRefused:
    refusal.stream, refusal.version, refusal.position = stream, version, position
    return refusal


def _told(refusal: CommandRefused) -> dict[str, str]:
    return {"kind": type(refusal).__name__, "says": refusal.says, "clause": refusal.clause, "remedy": refusal.remedy}


def _refusal(told: dict[str, str]) -> CommandRefused:
    kind: type[CommandRefused] = getattr(refusals, told["kind"])
    return kind(told["says"], clause=told["clause"], remedy=told["remedy"])


def check_version(order: Order, version: int) -> None:
    """Raises StaleVersion where the caller decided on another one."""
    if order.version is not None and order.version != version:
        raise StaleVersion(f"the version is {version}, not {order.version}", version=version)


def check_instant(order: Order, opened_at: int | None) -> None:
    """What is told took effect by now, not before the opening (microseconds), and no longer ago than the caller may say.

    Raises BadInstant.
    """
    if order.effect > order.at:
        raise BadInstant("effective_at lies in the future", remedy="leave it out, or tell what has happened by now")
    if opened_at is not None and micros(order.effect) < opened_at:
        opening = instant(opened_at).isoformat()
        raise BadInstant(f"effective_at lies before the opening at {opening}", remedy="correct the opening first")
    if order.at - order.effect > order.backdating:
        raise BadInstant(
            f"effective_at lies more than {elapsed(int(order.backdating.total_seconds()))} back",
            remedy="have somebody record it who may, or leave effective_at out",
        )


def enveloped(
    order: Order, stream: UUID, customer: str, events: Sequence[Any], recorded_at: int, version: int, head: str
) -> list[Envelope]:
    """Events on their way to the end of a stream, that now has this version and head."""
    return [
        Envelope(
            originator_id=stream,
            originator_version=number,
            event=event,
            recorded_at=recorded_at,
            customer=customer,
            by=order.by,
            sent_by=order.sent_by,
            command=order.key.key,
            correlation=order.correlation,
            origin=order.origin,
            previous=head if number == version + 1 else NO_DIGEST,
        )
        for number, event in enumerate(events, start=version + 1)
    ]
