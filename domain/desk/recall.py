"""Tickets and contracts as they were last read or written: only what came since is asked of the log.

What was read of a customer who is forgotten is read anew, without the people.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar, cast
from uuid import UUID

from eventsourcing.persistence import Mapper, StoredEvent

from domain.contract.state import Agreed
from domain.desk.envelope import Envelope
from domain.desk.log import Log
from domain.desk.mapper import Seals
from domain.desk.ticket import Envelopes, Ticket
from domain.refusals import UnknownStream

MOST_REMEMBERED = 4_096
"""So many tickets are kept, and so many contracts; past that, all of them are read anew."""

_NOTHING_AGREED = Agreed()

Kept = TypeVar("Kept", Ticket, Agreed)


class Recall:
    def __init__(self, log: Log, mapper: Mapper[UUID], seals: Seals) -> None:
        self._log = log
        self._mapper = mapper
        self._seals = seals
        self._tickets: dict[UUID, Ticket] = {}
        self._contracts: dict[UUID, Agreed] = {}

    def ticket(self, ticket: UUID) -> Ticket:
        """A ticket as it now is, with its contract; empty where the log knows none."""
        if (last := self.last_read(ticket)) is None:
            found = self._under_contract(Ticket(ticket, self._after(ticket, 0)))
        else:
            contract = last.filed.contract
            known = self._known(contract)
            tails = self._log.select_tails({ticket: last.version, contract: known.version})
            new, amended = (self._envelopes(tail) for tail in tails.values())
            found = replace(last, envelopes=last.envelopes + new) if new else last
            found = replace(found, agreed=self._going_on(contract, known, amended))
        self.remember(found)
        return found

    def _under_contract(self, ticket: Ticket) -> Ticket:
        """A ticket with what was agreed, so that it can be decided at once when it is asked for next."""
        if ticket.envelopes and (filed := ticket.envelopes[0].filed):
            with suppress(UnknownStream):
                return replace(ticket, agreed=self.agreed(filed.contract))
        return ticket

    def last_read(self, ticket: UUID) -> Ticket | None:
        """A ticket as it was read or written last, with its people unless its customer was forgotten."""
        last = self._tickets.get(ticket)
        return last if last and self._is_whole(last.filed.customer) else None

    def remember(self, ticket: Ticket) -> None:
        """One that is no ticket, or not yet, is not kept."""
        if ticket.envelopes and ticket.envelopes[0].filed:
            _keep(self._tickets, ticket.id, ticket)

    def agreed(self, contract: UUID) -> Agreed:
        """A contract's state. Raises UnknownStream where the log knows none."""
        known = self._known(contract)
        return self._going_on(contract, known, self._after(contract, known.version))

    def _known(self, contract: UUID) -> Agreed:
        known = self._contracts.get(contract, _NOTHING_AGREED)
        return known if not known.version or self._is_whole(known.customer) else _NOTHING_AGREED

    def _is_whole(self, customer: str) -> bool:
        """Whether what was read of a customer may still be known."""
        seal = self._seals.of(customer)
        return seal is None or seal.is_whole()

    def _going_on(self, contract: UUID, known: Agreed, new: Envelopes) -> Agreed:
        """`new` is what follows `known`, whatever others have come to know meanwhile."""
        if new:
            known = known.after(new)
            _keep(self._contracts, contract, known)
        if not known.version:
            raise UnknownStream(f"there is no contract {contract}")
        return known

    def _after(self, stream: UUID, version: int) -> Envelopes:
        return self._envelopes(self._log.select_events(stream, gt=version or None))

    def _envelopes(self, stored: Iterable[StoredEvent]) -> Envelopes:
        return tuple(cast(Envelope, self._mapper.to_domain_event(one)) for one in stored)


def _keep(kept: dict[UUID, Kept], stream: UUID, known: Kept) -> None:
    if len(kept) >= MOST_REMEMBERED and stream not in kept:
        kept.clear()
    kept[stream] = known
