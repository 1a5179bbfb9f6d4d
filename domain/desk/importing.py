"""Histories from elsewhere: case files filed as they stand, with the instants at which their own system learned of things.

History is history: its irregular acts are judged as ever. The same case again says nothing new, and a longer history of the same
beginning adds what is new. Refused is only what says otherwise than what is on file: other events, other terms.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.persistence import IntegrityError

from domain.contract.papers import ContractEntry, DrawnUp
from domain.desk.desk import Desk
from domain.desk.envelope import NO_DIGEST, Envelope, Filed
from domain.desk.orders import Key, Order
from domain.desk.otherwise import FACTS, other_contract, other_events, other_terms
from domain.desk.ticket import Ticket
from domain.instants import instant, micros
from domain.judgement import Case
from domain.misreadings import shown
from domain.refusals import CaseFileError, CommandRefused, Refusal, UnknownStream
from domain.terms.publication import AgreementPublished, digest_of, in_force
from domain.ticket.events import Opened

LONG_AGO = instant(0)
"""When a contract that came with a case was drawn up: before anything that it says of itself."""

ORIGIN = "import"


@dataclass(frozen=True)
class Arrival:
    """A case on its way into the log, the customer it is of, and where it came from.

    `agreement` is the document of an agreement given in place, None where the case names a published one. `place` is where the case
    stands, for whoever is told that it is refused.
    """

    case: Case
    customer: str
    origin: str = ORIGIN
    agreement: Mapping[str, Any] | None = None
    place: str = ""

    @property
    def named(self) -> str:
        """Its place, and the case by name."""
        return f"{self.place}: case {shown(self.case.name)}".removeprefix(": ")

    @property
    def ticket(self) -> UUID:
        """The ticket that the case of this name of this customer is, however often it comes."""
        return uuid5(NAMESPACE_URL, f"ticketclock:case:{json.dumps([self.customer, self.case.name])}")

    @property
    def contract(self) -> UUID:
        """Cases that agreed the same share a contract."""
        agreed = [self.customer, self.case.selector.agreement.id, self.case.contract.model_dump(mode="json")]
        return uuid5(NAMESPACE_URL, f"ticketclock:contract:{sha256(json.dumps(agreed).encode()).hexdigest()}")

    @property
    def opened_at(self) -> int:
        history = self.case.history
        return next((one.at for one in history if isinstance(one.event, Opened)), history[0].at)


class Importer:
    """Files cases; a contract that came with them once is remembered."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._contracts: set[UUID] = set()
        self._versions: dict[str, tuple[AgreementPublished, ...]] = {}
        self._lists: dict[str, dict[str, str]] = {}

    def file(self, arrivals: Sequence[Arrival]) -> int:
        """File cases, and say how many events were new. Raises the first refusal of `each`, when all others are filed."""
        told = self.each(arrivals)
        for one in told:
            if isinstance(one, Refusal):
                raise one
        return sum(one for one in told if isinstance(one, int))

    def each(self, arrivals: Sequence[Arrival]) -> list[int | Refusal]:
        """File cases, and say how many events were new, and why a case is refused that differs from what is on file.

        Those that are all new are stored at once; raises what the log raises where it cannot be reached.
        """
        self._versions.clear()
        self._lists.clear()
        try:
            return [self._store([(arrival, Ticket(arrival.ticket, ())) for arrival in arrivals])]
        except (IntegrityError, Refusal):
            return [self._by_itself(arrival) for arrival in arrivals]

    def _by_itself(self, arrival: Arrival) -> int | Refusal:
        try:
            return self._store([(arrival, self._desk.ticket(arrival.ticket))])
        except CaseFileError as refusal:
            return refusal
        except CommandRefused as refusal:
            return CaseFileError(arrival.named, "; ".join(filter(None, (refusal.says, refusal.remedy))))

    def _store(self, arrivals: Sequence[tuple[Arrival, Ticket]]) -> int:
        """All of it or nothing; a contract comes with the first of its tickets."""
        events = [one for arrival, ticket in arrivals for one in self._new(arrival, ticket)]
        contracts = {arrival.contract: arrival for arrival, _ in arrivals}
        unknown = contracts.keys() - self._contracts
        papers = [one for id, arrival in contracts.items() if id in unknown for one in self._contract(arrival)]
        self._desk.save(*papers, *events)
        self._contracts |= unknown
        return len(events)

    def _new(self, arrival: Arrival, ticket: Ticket) -> list[Envelope]:
        history = arrival.case.history
        shared = min(len(ticket.history), len(history))
        for problem in self._differences(arrival, ticket):
            raise CaseFileError(arrival.named, problem)
        return [
            Envelope(
                originator_id=arrival.ticket,
                originator_version=one.number,
                event=one.event,
                recorded_at=one.recorded_at,
                customer=arrival.customer,
                by=one.by,
                origin=arrival.origin,
                filed=self._filed(arrival) if one.number == 1 else None,
                previous=ticket.head if one.number == ticket.version + 1 else NO_DIGEST,
            )
            for one in history[shared:]
        ]

    def _differences(self, arrival: Arrival, ticket: Ticket) -> Iterator[str]:
        """What a case says otherwise than what is on file of it, where anything is."""
        if not ticket.envelopes:
            return
        filed, otherwise = ticket.filed, other_terms(arrival.case, arrival.agreement, ticket.filed)
        if filed.contract != arrival.contract:
            told = [entry for entry, _ in _entries(arrival)]
            otherwise += other_contract(told, self._desk.stream(filed.contract))
        if otherwise:
            yield f"differs from what is on file: {'; '.join(otherwise)}; what is on file stays, commands change it"
        yield from other_events(arrival.case.history, ticket.envelopes)

    def _filed(self, arrival: Arrival) -> Filed:
        case = arrival.case
        version, holidays = self._version(arrival)
        return Filed(
            contract=arrival.contract,
            customer=arrival.customer,
            agreement=version.id,
            version=version.version,
            digest=version.digest,
            holidays=holidays,
            readings=dict(case.readings),
            case=case.name,
            source=dict(case.source),
        )

    def _version(self, arrival: Arrival) -> tuple[AgreementPublished, dict[str, str]]:
        """The version of the agreement that the case is judged by; one given in place is published."""
        agreement, shelf = arrival.case.selector.agreement.id, self._desk.shelf
        if arrival.agreement is None:
            return self._in_force(agreement, arrival)
        digest = digest_of(arrival.agreement)
        if all(one.digest != digest for one in shelf.versions(agreement)):
            self._desk.publish_agreement(self._publishing(arrival, digest))
        version = next(one for one in shelf.versions(agreement) if one.digest == digest)
        return version, shelf.newest_lists(version)

    def _in_force(self, agreement: str, arrival: Arrival) -> tuple[AgreementPublished, dict[str, str]]:
        """What is published is looked up once for all cases that are filed together."""
        shelf, versions = self._desk.shelf, self._versions
        if agreement not in versions:
            versions[agreement] = shelf.versions(agreement)
        if not versions[agreement]:
            raise UnknownStream(f"no agreement {agreement} is published", remedy="publish it first")
        version = in_force(versions[agreement], arrival.opened_at, arrival.case.contract.region)
        if version.digest not in self._lists:
            self._lists[version.digest] = shelf.newest_lists(version)
        return version, self._lists[version.digest]

    def _publishing(self, arrival: Arrival, digest: str) -> Order:
        key = Key(arrival.origin, f"publish {digest}", bytes.fromhex(digest))
        at = instant(max(one.recorded_at for one in arrival.case.history))
        return Order(arrival.ticket, arrival.agreement, at, "system", key, origin=arrival.origin)

    def _contract(self, arrival: Arrival) -> list[Envelope]:
        """What comes of a contract; nothing where it is on file."""
        if any(self._desk.stream(arrival.contract)):
            return []
        return [
            Envelope(
                originator_id=arrival.contract,
                originator_version=number,
                event=entry,
                recorded_at=recorded_at,
                customer=arrival.customer,
                origin=arrival.origin,
            )
            for number, (entry, recorded_at) in enumerate(_entries(arrival), start=1)
        ]


def _entries(arrival: Arrival) -> list[tuple[ContractEntry, int]]:
    """What the contract's own stream holds: its paper, then its events, each with the instant at which it became known."""
    contract = arrival.case.contract
    facts: dict[str, Any] = {name: getattr(contract, name) for name in FACTS}
    paper = DrawnUp(
        effective_at=LONG_AGO,
        **facts | {"agreement": arrival.case.selector.agreement.id, "customer": arrival.customer},
    )
    return [(paper, micros(LONG_AGO)), *((event, micros(event.known_since)) for event in contract.events)]
