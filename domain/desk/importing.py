"""Histories from elsewhere: case files filed as they stand, with the instants at which their own system learned of things.

History is history: nothing of it is refused, its irregular acts are judged as ever. The same case again says nothing new, and a
longer history of the same beginning adds what is new.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.persistence import IntegrityError

from domain.contract.facts import Contract
from domain.contract.papers import ContractEntry, DrawnUp
from domain.desk.desk import Desk
from domain.desk.envelope import NO_DIGEST, Envelope, Filed
from domain.desk.orders import Key, Order
from domain.desk.ticket import Ticket
from domain.instants import instant, micros
from domain.judgement import Case
from domain.refusals import CaseFileError, UnknownStream
from domain.terms.publication import AgreementPublished, digest_of, in_force
from domain.ticket.events import Opened

LONG_AGO = instant(0)
"""When a contract that came with a case was drawn up: before anything that it says of itself."""

ORIGIN = "import"


@dataclass(frozen=True)
class Arrival:
    """A case on its way into the log, the customer it is of, and where it came from.

    `agreement` is the document of an agreement given in place, None where the case names a published one.
    """

    case: Case
    customer: str
    origin: str = ORIGIN
    agreement: Mapping[str, Any] | None = None

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
        """File cases, and say how many events were new. Raises CaseFileError where one differs from what is on file.

        Those that are all new are stored at once; raises what the log raises where it cannot be reached.
        """
        self._versions.clear()
        self._lists.clear()
        for arrival in arrivals:
            self._file_contract(arrival)
        unseen = [(arrival, Ticket(arrival.ticket, ())) for arrival in arrivals]
        try:
            return self._store(unseen)
        except IntegrityError:
            return sum(self._store([(arrival, self._desk.ticket(arrival.ticket))]) for arrival in arrivals)

    def _store(self, arrivals: Iterable[tuple[Arrival, Ticket]]) -> int:
        envelopes = [one for arrival, ticket in arrivals for one in self._new(arrival, ticket)]
        self._desk.save(*envelopes)
        return len(envelopes)

    def _new(self, arrival: Arrival, ticket: Ticket) -> list[Envelope]:
        history = arrival.case.history
        shared = min(len(ticket.history), len(history))
        if ticket.history[:shared] != history[:shared]:
            raise CaseFileError(f"case {arrival.case.name}", "differs from what is on file; correct the ticket instead")
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

    def _file_contract(self, arrival: Arrival) -> None:
        if arrival.contract in self._contracts:
            return
        entries = _entries(arrival.case.contract, arrival)
        envelopes = [
            Envelope(
                originator_id=arrival.contract,
                originator_version=number,
                event=entry,
                recorded_at=recorded_at,
                customer=arrival.customer,
                origin=arrival.origin,
            )
            for number, (entry, recorded_at) in enumerate(entries, start=1)
        ]
        if not any(self._desk.stream(arrival.contract)):
            self._desk.save(*envelopes)
        self._contracts.add(arrival.contract)


def _entries(contract: Contract, arrival: Arrival) -> list[tuple[ContractEntry, int]]:
    """What the contract's own stream holds: its paper, then its events, each with the instant at which it became known."""
    facts: dict[str, Any] = {
        name: getattr(contract, name) for name in Contract.model_fields if name in DrawnUp.model_fields
    }
    paper = DrawnUp(
        effective_at=LONG_AGO,
        **facts | {"agreement": arrival.case.selector.agreement.id, "customer": arrival.customer},
    )
    return [(paper, micros(LONG_AGO)), *((event, micros(event.known_since)) for event in contract.events)]
