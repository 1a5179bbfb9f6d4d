"""A command's way through a dispute: decided on the dispute and its ticket as they are, recorded of both at once or of neither."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.desk.desk import Desk
from domain.desk.envelope import NO_DIGEST, Envelope
from domain.desk.orders import Order, Outcome, check_instant, check_version, enveloped
from domain.desk.ticket import Ticket
from domain.disputes.argued import party_of
from domain.disputes.commands import OpenDispute, RuleClaim
from domain.disputes.conflicts import Elsewhere
from domain.disputes.decisions import decide
from domain.disputes.events import ClaimAnswered, ClaimMade, ClaimRuled, DisputeOpened
from domain.disputes.hearing import Decision, Hearing
from domain.disputes.holding import must_not_undo
from domain.disputes.rulings import Written
from domain.disputes.state import Dispute
from domain.instants import instant, micros
from domain.judgement import Case
from domain.refusals import UnknownStream
from domain.ticket.history import Actor, Person


@dataclass(frozen=True)
class Disputed:
    """A dispute as the log has it, with its ticket."""

    id: UUID
    envelopes: tuple[Envelope, ...]
    ticket: Ticket
    dispute: Dispute

    @property
    def version(self) -> int:
        return len(self.envelopes)

    @property
    def customer(self) -> str:
        return self.ticket.filed.customer

    def recorded_by(self, at: datetime | None) -> tuple[Envelope, ...]:
        """What had been recorded of the dispute by an instant, with None all of it; nothing before it was opened."""
        return tuple(one for one in self.envelopes if at is None or one.recorded_at <= micros(at))


@dataclass(frozen=True)
class Disputing:
    """Disputes at one desk; nothing of them is kept in between."""

    desk: Desk

    def disputed(self, dispute: UUID) -> Disputed:
        """A dispute and its ticket as they are now. Raises UnknownStream where the log knows no such dispute."""
        envelopes = tuple(self.desk.stream(dispute))
        if not envelopes or not isinstance(opened := envelopes[0].event, DisputeOpened):
            raise UnknownStream(f"there is no dispute {dispute}")
        state = Dispute().after(one.event for one in envelopes)
        return Disputed(dispute, envelopes, self.desk.ticket(opened.ticket), state)

    def open(self, order: Order, ticket: UUID) -> Outcome:
        """Dispute a ticket, or raise CommandRefused; the order is for a dispute that is not there yet, its version the ticket's."""
        return self.desk.settled(order, lambda: self._opened(order, ticket))

    def execute(self, order: Order, *, may_rule: bool = False, beside: Collection[UUID] = ()) -> Outcome:
        """Do what is asked of a dispute, or raise CommandRefused. `may_rule`: whether who asks may rule; `beside`: the other
        disputes about its ticket, whose claims a ruling must not contradict.
        """
        return self.desk.settled(order, lambda: self._on_dispute(order, may_rule, beside))

    def on_ticket(self, order: Order, beside: Collection[UUID]) -> Outcome:
        """Do what is asked of a ticket, or raise CommandRefused: also where it would undo what was upheld in one of the disputes
        about it.
        """
        return self.desk.execute(
            order, check=lambda case, events: must_not_undo(case, events, self.elsewhere(order.stream, beside))
        )

    def elsewhere(self, ticket: UUID, beside: Iterable[UUID]) -> Iterator[Elsewhere]:
        """The claims that stand in other disputes about a ticket: all of those that are open now, the upheld of those settled."""
        for other in beside:
            state = Dispute().after(one.event for one in self.desk.stream(other))
            if state.opened is None or state.opened.ticket != ticket or state.state == "withdrawn":
                continue
            is_settled = state.state == "settled"
            for one in state.standing:
                if one.upheld or not is_settled:
                    yield Elsewhere(other, one.number, one.claim, bool(one.upheld), is_settled, one.in_force)

    def ruled_on(self, disputed: Disputed, ruled: ClaimRuled, at: int) -> tuple[Case, Case]:
        """The ticket as of an instant (microseconds) without and with what a ruling changed of it, nothing later known."""
        case = self.desk.case(disputed.ticket, at)
        before = ruled.ticket_version - len(ruled.wrote) - len(ruled.undid)
        return _cut(case, before), _cut(case, ruled.ticket_version)

    def _opened(self, order: Order, ticket: UUID) -> Outcome:
        found = self.desk.ticket(ticket)
        customer = found.filed.customer
        order = order.not_before(found.envelopes[-1].recorded_at)
        check_version(order, found.version)
        check_instant(order, found.opened_at)
        hearing = Hearing(Dispute(), ticket, self.desk.case(found, micros(order.at)), order.effect, order.at, order.by)
        events = decide(hearing, order.command).events
        own = enveloped(order, order.stream, customer, events, micros(order.at), 0, NO_DIGEST)
        return self.desk.saved(order, 0, own, unmoved={ticket: found.version})

    def _on_dispute(self, order: Order, may_rule: bool, beside: Collection[UUID]) -> Outcome:
        assert not isinstance(order.command, OpenDispute)
        known = self.disputed(order.stream)
        order = order.not_before(max(known.envelopes[-1].recorded_at, known.ticket.envelopes[-1].recorded_at))
        check_version(order, known.version)
        check_instant(order, micros(known.dispute.opening.effective_at))
        case = self.desk.case(known.ticket, micros(order.at))
        others = tuple(self.elsewhere(known.ticket.id, beside)) if isinstance(order.command, RuleClaim) else ()
        hearing = Hearing(
            dispute=known.dispute,
            ticket=known.ticket.id,
            case=case,
            at=order.effect,
            now=order.at,
            by=order.by,
            may_rule=may_rule,
            argued=_argued(order, known.envelopes),
            made=made_by(known.envelopes, order.sent_by or order.by),
            elsewhere=others,
            ended_at=ended_at(known.envelopes),
        )
        decision = decide(hearing, order.command)
        return self.desk.saved(order, known.version, _envelopes(order, known, decision))


def _envelopes(order: Order, known: Disputed, decision: Decision) -> list[Envelope]:
    """Those of the ticket first, so that whoever reads of a ruling can read what came of it."""
    on_ticket = _following(order, known.ticket.id, known.customer, known.ticket.envelopes, _events(decision.ticket))
    said = zip(on_ticket, decision.ticket, strict=True)
    on_ticket = [one._replace(by=written.by or one.by) for one, written in said]
    return [*on_ticket, *_following(order, known.id, known.customer, known.envelopes, decision.events)]


def ended_at(envelopes: Iterable[Envelope]) -> datetime | None:
    """When it was recorded that a dispute was settled or given up; None while it goes on."""
    dispute, ended = Dispute(), None
    for one in envelopes:
        was_open, dispute = dispute.state == "open", dispute.after([one.event])
        if was_open or dispute.state == "open":
            ended = None if dispute.state == "open" else instant(one.recorded_at)
    return ended


def _argued(order: Order, envelopes: Sequence[Envelope]) -> set[int]:
    """The claims that who sends the order, or in whose name, made or ever answered; a bare role is nobody in particular."""
    people = _people(order.by, order.sent_by)
    said = (one for one in envelopes if people & _people(one.by, one.sent_by))
    return {number for one in said if (number := _argues(one.event)) is not None}


def made_by(envelopes: Sequence[Envelope], sender: Actor) -> set[int]:
    """The claims that somebody made, or sent in another's name. People of one id are the same person where they are on the same
    side; a bare role is nobody in particular.
    """
    if not isinstance(sender, Person):
        return set()
    made = (one for one in envelopes if isinstance(one.event, ClaimMade))
    return {one.event.number for one in made if any(_is_same(sender, actor) for actor in (one.by, one.sent_by))}


def _is_same(person: Person, actor: Actor | None) -> bool:
    return isinstance(actor, Person) and (person.id, party_of(person)) == (actor.id, party_of(actor))


def _argues(event: object) -> int | None:
    """The claim that an event makes or answers."""
    match event:
        case ClaimMade(number=number) | ClaimAnswered(claim=number):
            return number
        case _:
            return None


def _people(*actors: Actor | None) -> set[str]:
    return {one.id for one in actors if isinstance(one, Person)}


def _following(
    order: Order, stream: UUID, customer: str, known: Sequence[Envelope], events: Sequence[Any]
) -> list[Envelope]:
    return enveloped(order, stream, customer, events, micros(order.at), len(known), known[-1].digest)


def _events(written: Sequence[Written]) -> list[Any]:
    return [one.event for one in written]


def _cut(case: Case, version: int) -> Case:
    return Case(
        case.name,
        case.selector,
        case.contract,
        case.readings,
        case.history[:version],
        case.as_of,
        case.known_at,
        case.source,
    )
