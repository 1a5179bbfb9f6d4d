"""What an office may see of a ticket, gathered for a dossier: read once, sealed, and put together."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import NamedTuple, cast
from uuid import UUID

from api.dossier.making import Ground, stored_lines
from api.knowledge import all_said, answers_given, published_later
from api.office import Office
from domain.comparison.statements import Statement
from domain.contract.state import Agreed
from domain.desk.envelope import Envelope
from domain.desk.names import DISPUTE
from domain.desk.ticket import Ticket
from domain.disputes.commands import IssueDossier
from domain.disputes.events import DisputeOpened, DossierIssued
from domain.dossier.argument import Argument, last_instant
from domain.dossier.contents import sealed
from domain.dossier.manifest import About
from domain.dossier.packing import packed
from domain.dossier.redaction import redacted
from domain.dossier.replays import exact
from domain.dossier.stored import StoredLine, breaks
from domain.instants import instant, micros
from domain.refusals import DoesNotFit
from domain.seals.proof import Proof
from projections.seals import NoSealingKey, SealUnsound
from projections.store.customer_keys import CustomerForgotten
from projections.stored import stored_stream

CHECKER = "check.py"
ISSUED = f"{DISPUTE}{DossierIssued.model_fields['event'].default}"


class Wish(NamedTuple):
    """`as_of` is the instant that is judged, else now; `known_at` the knowledge of the earlier answer, else that of `as_of`.

    `redact`: with pseudonyms in the place of people. `made_at` is the instant that the dossier gives for its making, else now:
    where it is the same again, and nothing was recorded or published since, so is every byte.
    """

    as_of: datetime | None = None
    known_at: datetime | None = None
    redact: bool = False
    made_at: datetime | None = None


@dataclass(frozen=True)
class Made:
    """A dossier: how it is called, what it is about, and its files in their order."""

    name: str
    about: About
    files: Mapping[str, bytes]

    @cached_property
    def container(self) -> bytes:
        return packed(self.files)

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the container."""
        return sha256(self.container).digest()


def of_ticket(office: Office, ticket: UUID, wish: Wish) -> Made:
    """The dossier of a ticket of this customer's, its last event sealed now.

    Raises NotFound, NoSealingKey, SealUnsound where what is stored was changed, and DoesNotFit for an instant that is still to
    come, or a making before the last event.
    """
    return _made(office, _found(office, ticket, lambda: office.ticket(ticket)), None, wish)


def of_dispute(office: Office, dispute: UUID, wish: Wish) -> Made:
    """The dossier of a dispute of this customer's, and of its ticket; the earlier answer is that of when it was opened.

    Raises what `of_ticket` raises.
    """
    return _made(office, _found(office, dispute, lambda: office.dispute(dispute).ticket), dispute, wish)


def issued(office: Office, dispute: UUID, made: Made) -> None:
    """Put on record that somebody was given the dossier of a dispute, if somebody is. Raises what a command raises.

    Where the customer was forgotten it is not put on record: to whom it was given is personal, and nothing personal is any more.
    """
    if not office.is_heard:
        return
    about = made.about
    told = {"as_of": about.as_of, "known_at": about.known_at, "redacted": about.redacted}
    command = IssueDossier.model_validate({"to": office.principal.id, "digest": made.digest.hex(), **told})
    with suppress(CustomerForgotten):
        office.dossier_issued(dispute, command)


def _made(office: Office, found: Ticket, dispute: UUID | None, wish: Wish) -> Made:
    ticket, contract = found.id, found.filed.contract
    house, key = office.house, office.house.sealing_key
    if key is None:
        raise NoSealingKey("a dossier is signed, and there is no key to sign with")
    made_at = _made_at(office, wish)
    as_of = made_at if wish.as_of is None else micros(wish.as_of)
    if as_of > made_at:
        raise DoesNotFit(
            "as_of: nothing is known of an instant that is still to come", remedy="name one that has passed by made_at"
        )
    named = {"history": ticket, "contract": contract, **({"dispute": dispute} if dispute else {})}
    streams = {name: _stored(office, stream) for name, stream in named.items()}
    _refuse_changed(streams.values())
    events = {name: _read(office, stored, wish) for name, stored in streams.items()}
    if wish.made_at is not None:
        _refuse_before(made_at, events.values())
    proofs = _proofs(office, streams, key.id)
    argument = None
    if dispute:
        said = events["dispute"]
        argument = Argument(str(dispute), said, last_instant((*events["history"], *said), made_at))
    about = About(
        ticket=str(ticket),
        dispute=str(dispute) if dispute else None,
        as_of=exact(as_of),
        known_at=exact(_known_then(argument, as_of, wish)),
        made_at=exact(made_at),
        redacted=wish.redact,
        engine=engine(),
    )
    ground = Ground(
        about=about,
        as_of=as_of,
        known_at=_known_then(argument, as_of, wish),
        ticket=Ticket(ticket, events["history"]),
        agreed=Agreed().after(events["contract"]),
        shelf=house.desk.shelf,
        streams=streams,
        proofs=proofs,
        argument=argument,
        said=_said(office, found, wish),
        given=answers_given(office, found, instant(made_at), redacted=wish.redact),
        published=tuple(
            one for one in published_later(house.desk.shelf, found, house.desk.case(found, as_of)) if one.at <= made_at
        ),
    )
    files = {**ground.files(), CHECKER: checker()}
    return Made(_called(ground.ticket), about, sealed(files, about, key.public, key.sign))


def _made_at(office: Office, wish: Wish) -> int:
    """In microseconds. Raises DoesNotFit."""
    if wish.made_at is not None and wish.made_at > office.at:
        raise DoesNotFit("made_at: that instant is still to come", remedy="name one that has passed, or none")
    return micros(wish.made_at or office.at)


def _refuse_changed(streams: Iterable[Sequence[StoredLine]]) -> None:
    """Nobody signs a history that does not follow from itself. Raises SealUnsound."""
    for stored in streams:
        try:
            broken = next(breaks((one, one.digest) for one in stored), None)
        except ValueError:
            broken = f"an event of {stored[0].stream} is no JSON object any more"
        if broken:
            raise _changed(broken)


def _found(office: Office, stream: UUID, ask: Callable[[], Ticket]) -> Ticket:
    """What is asked for. Raises SealUnsound where it cannot be read any more, with the event at which that shows."""
    try:
        return ask()
    except (KeyError, ValueError):
        _refuse_unreadable(office, stream)
        raise


def _refuse_unreadable(office: Office, stream: UUID) -> None:
    """Look through a history, and the ticket or contract that it names. Raises SealUnsound."""
    views = office.house.views
    named: set[UUID] = set()
    for one in stored_stream(views.pool, views.schema, stream):
        try:
            read = cast(Envelope, office.house.desk.mapper.to_domain_event(one))
        except (KeyError, ValueError):
            raise _changed(f"event {one.originator_version} of {stream} cannot be read") from None
        named |= {read.filed.contract} if read.filed else set()
        named |= {read.event.ticket} if isinstance(read.event, DisputeOpened) else set()
    for other in named:
        _refuse_unreadable(office, other)


def _changed(broken: str) -> SealUnsound:
    return SealUnsound(f"{broken}: no dossier is made of a history that was changed; ticketclock verify says more")


def _refuse_before(made_at: int, histories: Iterable[Sequence[Envelope]]) -> None:
    """What was recorded afterwards cannot stand in what was made before."""
    last = max(one.recorded_at for events in histories for one in events)
    if last > made_at:
        raise DoesNotFit(
            f"made_at: an event that belongs to it was recorded later, at {exact(last)}",
            remedy="name that instant or a later one",
        )


def _known_then(argument: Argument | None, as_of: int, wish: Wish) -> int:
    """The knowledge of the earlier answer: as it was asked for, or of when the ticket was first disputed, or of then."""
    if wish.known_at is not None:
        return micros(wish.known_at)
    return as_of if argument is None else argument.opened_at


def _proofs(office: Office, streams: Mapping[str, Sequence[StoredLine]], key: str) -> dict[str, Proof]:
    """Of the last event of each, all under the first seal with a key, by its id, that they are under. Raises SealUnsound.

    The log is sealed now where there is none yet; the seals that come later change nothing of a dossier.
    """
    house = office.house
    position = max(one[-1].position for one in streams.values())
    seal = house.seals.covering(position, key)
    if seal is None:
        house.sealer.seal_now(office.at)
        seal = house.seals.covering(position, key)
    return {name: house.seals.proof(one[-1].stream, one[-1].version, seal) for name, one in streams.items()}


def _stored(office: Office, stream: UUID) -> list[StoredLine]:
    """As far as there is anything to tell: that the dossier was given to somebody before is not in it."""
    views = office.house.views
    stored = stored_lines(stored_stream(views.pool, views.schema, stream))
    while stored and stored[-1].name == ISSUED:
        stored.pop()
    return stored


def _said(office: Office, ticket: Ticket, wish: Wish) -> list[Statement]:
    """What was said to whom at the time; in which words stays untold where names do."""
    told = all_said(office, ticket)
    return [one._replace(says="") for one in told] if wish.redact else told


def _read(office: Office, stored: list[StoredLine], wish: Wish) -> tuple[Envelope, ...]:
    """The events with the people in them, as far as they may still be known; with pseudonyms where that is wished."""
    if wish.redact:
        return redacted(stored)
    return tuple(cast(Envelope, office.house.desk.mapper.to_domain_event(one.stored)) for one in stored)


def _called(ticket: Ticket) -> str:
    """A file's name that says what is in it."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", ticket.filed.case or "").strip("-")[:60].lower()
    return f"dossier-{name or ticket.id}"


@cache
def checker() -> bytes:
    """The program that checks a dossier, as it stands in each."""
    return files("api.dossier.checker").joinpath(CHECKER).read_bytes()


@cache
def engine() -> str:
    """The version of the program."""
    try:
        return version("ticketclock")
    except PackageNotFoundError:
        return "unreleased"
