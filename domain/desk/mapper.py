"""The stored form of events: short explicit names, JSON decoded in one step, personal fields sealed, a digest that binds each
event to the one before it.

A name and its fields are forever. Where they change, the new form gets a new name (`ticket.waiting.2`) and the old one an upcast,
which takes the old fields and gives the new ones.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import Annotated, Any, NamedTuple, Protocol, Required, cast
from uuid import UUID

from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent
from pydantic import AfterValidator, BaseModel, SerializeAsAny, TypeAdapter, ValidationInfo, with_config
from pydantic_core import PydanticSerializationError
from typing_extensions import TypedDict

from domain.desk.envelope import NO_DIGEST, Envelope, Filed
from domain.instants import Instant, instant, micros
from domain.personal import Customer, Seal
from domain.ticket.history import Actor

MOST_REMEMBERED = 20_000


class Seals(Protocol):
    def of(self, customer: str) -> Seal | None:
        """The seal of a customer's personal data; None where nothing is sealed, as for a stream that is nobody's."""


class Stored(Protocol):
    """What is read of a stored event: the library's form has it, and whatever else a log is read into."""

    @property
    def originator_id(self) -> UUID | str: ...

    @property
    def originator_version(self) -> int: ...

    @property
    def topic(self) -> str: ...

    @property
    def state(self) -> bytes: ...


class Upcast(NamedTuple):
    """The name that an old form now has, and what becomes of its fields."""

    name: str
    fields: Callable[[dict[str, Any]], dict[str, Any]]


class BrokenChain(Exception):
    """The stored form of a history was changed, reordered or cut: names the event at which it shows."""


class _Reading(Customer):
    """The context in which a stored form is read: whose it is stands in the form itself, and whether any of it is personal."""

    def __init__(self, seals: Seals) -> None:
        self.seals = seals
        self.customer = ""
        self.is_personal = False

    @property
    def seal(self) -> Seal | None:  # type: ignore[override]
        self.is_personal = True
        return self.seals.of(self.customer) if self.customer else None


def _whose(customer: str, info: ValidationInfo) -> str:
    if isinstance(info.context, _Reading):
        info.context.customer = customer
    return customer


_STORED: dict[str, Any] = {
    "customer": Annotated[str, AfterValidator(_whose)],
    "recorded_at": Required[Instant],
    "by": Actor | None,
    "sent_by": Actor | None,
    "command": str,
    "correlation": str,
    "origin": str,
    "filed": Filed | None,
    "previous": str,
}
"""Fields in the order in which they are read: whose data it is comes before the data."""


class _Told(TypedDict, total=False):
    """What is written of an envelope, in the order in which it is read: only what it says."""

    customer: str
    recorded_at: Instant
    by: Actor
    sent_by: Actor
    command: str
    correlation: str
    origin: str
    filed: Filed
    previous: str
    event: SerializeAsAny[BaseModel]


_TOLD: TypeAdapter[_Told] = TypeAdapter(_Told)
_SOMETIMES = ("by", "sent_by", "command", "correlation", "origin", "filed", "previous")


@cache
def _form(kind: type[BaseModel]) -> TypeAdapter[Any]:
    """The stored form of a kind of event. The kinds are few and stay as they are, and all their forms take a tenth of a second."""
    told = TypedDict(f"Stored{kind.__name__}", {**_STORED, "event": Required[kind]}, total=False)  # type: ignore[misc]
    return TypeAdapter(with_config(extra="forbid")(told))


def digest_of(stored: StoredEvent) -> str:
    """The digest of a stored event: of its place and name as well as of its content."""
    return _digest(str(stored.originator_id), stored)


def _digest(stream: str, stored: Stored) -> str:
    place = f"{stream}/{stored.originator_version}/{stored.topic}/".encode()
    return sha256(place + stored.state).hexdigest()


def as_stored(stream: UUID, version: int, name: str, state: bytes) -> StoredEvent:
    """An event as the log has it, that was kept elsewhere."""
    return StoredEvent(stream, version, name, state)


class EnvelopeMapper(Mapper[UUID]):
    """`kinds` gives the class of each event by its stored name; `upcasts` what became of names that are no longer written."""

    def __init__(
        self, kinds: Mapping[str, type[BaseModel]], seals: Seals, upcasts: Mapping[str, Upcast] | None = None
    ) -> None:
        super().__init__(JSONTranscoder())
        self._seals = seals
        self._upcasts = dict(upcasts or {})
        self._forms = {name: _form(kind) for name, kind in kinds.items()}
        self._names = {kind: name for name, kind in kinds.items()}
        self._remembered: dict[str, Envelope] = {}

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """The stored form of an envelope, its personal fields sealed. Raises what keeps them from being sealed."""
        envelope: Envelope = domain_event
        name = self._names[type(envelope.event)]
        customer = Customer(self._seals.of(envelope.customer) if envelope.customer else None)
        try:
            state = _TOLD.dump_json(_told(envelope), context=customer, by_alias=True, exclude_unset=True)
        except PydanticSerializationError:
            _raise_why(customer)
            raise
        return StoredEvent(envelope.originator_id, envelope.originator_version, name, state)

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """What is personal is read anew each time, because it may have been forgotten."""
        digest = digest_of(stored_event)
        if remembered := self._remembered.get(digest):
            return remembered
        read, stream = _Reading(self._seals), stored_event.originator_id
        envelope = self._read(stored_event, UUID(stream) if isinstance(stream, str) else stream, digest, read)
        if not read.is_personal:
            self._remember(envelope)
        return envelope

    def stream(self, stored: Sequence[Stored]) -> Iterator[Envelope]:
        """The events of one stream; none is remembered, because whoever reads whole streams keeps them or has done with them."""
        if not stored:
            return
        stream = cast(UUID, stored[0].originator_id)
        told, remembered, seals = str(stream), self._remembered, self._seals
        for one in stored:
            digest = _digest(told, one)
            yield remembered.get(digest) or self._read(one, stream, digest, _Reading(seals))

    def _read(self, stored: Stored, stream: UUID, digest: str, read: _Reading) -> Envelope:
        form = self._forms.get(stored.topic)
        if form is None:
            told = self._upcasted(stored.topic, stored.state, read)
        else:
            told = form.validator.validate_json(stored.state, context=read)
        say = told.get
        return _new_envelope(
            Envelope,
            (
                stream,
                stored.originator_version,
                told["event"],
                micros(told["recorded_at"]),
                say("customer", ""),
                say("by"),
                say("command", ""),
                say("correlation", ""),
                say("origin", ""),
                say("filed"),
                say("previous", NO_DIGEST),
                digest,
                say("sent_by"),
            ),
        )

    def _remember(self, envelope: Envelope) -> None:
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[envelope.digest] = envelope

    def _upcasted(self, name: str, state: bytes, read: _Reading) -> Any:
        told = json.loads(state)
        while name not in self._forms:
            upcast = self._upcasts[name]
            name, told["event"] = upcast.name, upcast.fields(told["event"])
        return self._forms[name].validate_python(told, context=read)


def _told(envelope: Envelope) -> _Told:
    told: dict[str, Any] = {"customer": envelope.customer} if envelope.customer else {}
    told["recorded_at"] = instant(envelope.recorded_at)
    for name in _SOMETIMES:
        if value := getattr(envelope, name):
            told[name] = value
    told["event"] = envelope.event
    return cast(_Told, told)


def _raise_why(customer: Customer) -> None:
    """The serializer keeps to itself why something could not be sealed; asked again, the seal says it."""
    if customer.seal:
        customer.seal.seal("")


_new_envelope = tuple.__new__
"""Makes an Envelope of its values without going through keywords; one is made of every event that is read."""


def checked(envelopes: Iterable[Envelope], after: Envelope | None = None) -> Iterator[Envelope]:
    """The events of one stream in order, or its next ones after one. Raises BrokenChain at the first that does not follow."""
    head, version = (after.digest, after.originator_version) if after else (NO_DIGEST, 0)
    for envelope in envelopes:
        if envelope.previous != head or envelope.originator_version != version + 1:
            place = f"event {envelope.originator_version} of {envelope.originator_id}"
            raise BrokenChain(f"{place} does not follow event {version} as it was stored")
        head, version = envelope.digest, envelope.originator_version
        yield envelope
