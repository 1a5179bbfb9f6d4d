"""The desk: a command comes in, its decision and the rules of the agreement are asked, events are appended, or a refusal says why.

A command is tried until nobody else was faster. What became of it is stored with its events, so that the same key gives the same
answer, whatever happened to the first one on its way back. A refusal by the agreement goes on record; all others leave no trace.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import count
from threading import Lock
from typing import Any, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import ApplicationRecorder, EventStore, IntegrityError, Recording
from eventsourcing.utils import Environment

from domain.contract.commands import DrawUp
from domain.contract.decisions import decide as decide_on_contract
from domain.contract.papers import DrawnUp
from domain.contract.state import Agreed
from domain.desk.alerts import ReportAlert, aside, is_opened, is_over, opening_of, stream_of
from domain.desk.chain import ChainedEvents
from domain.desk.envelope import NO_DIGEST, Envelope, Filed
from domain.desk.log import Log
from domain.desk.mapper import EnvelopeMapper, Seals
from domain.desk.names import STORED_NAMES, UPCASTS
from domain.desk.orders import Order, Outcome, Record, Settled, check_instant, check_version, enveloped, on_record
from domain.desk.recall import Recall
from domain.desk.shelf import Shelf, agreement_stream, holidays_stream
from domain.desk.ticket import Ticket, case_of
from domain.door import admitted
from domain.foreknown import Kept, known_before
from domain.instants import micros
from domain.judgement import Case
from domain.refusals import AlreadyOpened, CommandRefused, KeyReused, NotCovered, RuleBroken, UnknownStream
from domain.terms.conduct import Conduct
from domain.terms.publication import publish_agreement, publish_holidays
from domain.terms.rows import Scope
from domain.ticket.commands import Open
from domain.ticket.events import Refused, TicketEvent
from domain.ticket.history import History
from domain.ticket.merging import check_goes_on

TRIES = 50
TURNS = 256
"""So many streams can have somebody waiting for a turn without being in each other's way."""
ON_RECORD = (RuleBroken, NotCovered)

Check = Callable[[Case, Sequence[TicketEvent]], None]
"""Asked of a ticket and what is about to be recorded of it; raises CommandRefused where that may not be."""


class Contended(Exception):
    """Others were faster every time; nothing has happened."""


class Desk(Application[UUID]):
    """Raises what the event store raises where it cannot be reached; a command whose answer was lost can be sent again."""

    def __init__(self, recorder: Log, seals: Seals) -> None:
        self._recorder = recorder
        self._seals = seals
        super().__init__()
        self.shelf = Shelf(self.stream)
        self._recall = Recall(recorder, self.mapper, seals)
        self._turns = tuple(Lock() for _ in range(TURNS))

    def construct_env(self, name: str, env: object = None) -> Environment:
        """Nothing is read from the surroundings."""
        return Environment(name, {})

    def construct_recorder(self) -> ApplicationRecorder:
        return self._recorder

    def construct_mapper(self) -> EnvelopeMapper:
        return EnvelopeMapper(STORED_NAMES, self._seals, UPCASTS)

    def construct_event_store(self) -> EventStore[UUID]:
        return ChainedEvents(self.mapper, self.recorder)

    def save(self, *objs: Any, **kwargs: Any) -> list[Recording[UUID]]:
        """Envelopes, and nothing of what the library does for aggregates besides: there are none to cache or to snapshot."""
        return self.events.put(objs, **kwargs)

    # --- what the log says --------------------------------------------------------------------------------------------

    def stream(self, stream: UUID, after: int = 0) -> Iterator[Envelope]:
        """The events of a stream after a version, in order."""
        return self.events.get(stream, gt=after or None)  # type: ignore[return-value]

    def ticket(self, ticket: UUID) -> Ticket:
        """A ticket, empty where the log knows none."""
        return self._recall.ticket(ticket)

    def agreed(self, contract: UUID) -> Agreed:
        """A contract's state. Raises UnknownStream where the log knows none."""
        return self._recall.agreed(contract)

    def case(self, ticket: Ticket, as_of: int, known_at: int | None = None) -> Case:
        """A ticket with everything needed to judge it; both instants are in microseconds since 1970 UTC."""
        return self._case(ticket, ticket.filed, ticket.opened_at, as_of, known_at)

    def _case(self, ticket: Ticket, filed: Filed, opened_at: int, as_of: int, known_at: int | None = None) -> Case:
        agreed = ticket.agreed or self.agreed(filed.contract)
        return case_of(ticket, filed, agreed.contract(opened_at, known_at), self.shelf, as_of, known_at)

    # --- commands -----------------------------------------------------------------------------------------------------

    def execute(self, order: Order, contract: UUID | None = None, check: Check | None = None) -> Outcome:
        """Do what is asked of a ticket, or raise CommandRefused. `contract` is the one that a ticket is opened under."""
        return self.settled(order, lambda: self._on_ticket(order, contract, check=check))

    def split(self, order: Order, secondary: UUID, opening: Open) -> Outcome:
        """Make a secondary issue a ticket of its own, under the contract of its origin; both are recorded, or neither."""
        return self.settled(order, lambda: self._split(order, secondary, opening))

    def merge(self, order: Order, into: UUID) -> Outcome:
        """Let another ticket stand for this one. Raises DoesNotFit, beside what `execute` raises, where that one does not go on."""
        return self.settled(order, lambda: self._on_ticket(order, None, into))

    def alert(self, order: Order, contract: UUID) -> Outcome:
        """Open a ticket for what a monitored system reports, one per ongoing condition (imagicle-care:proactive).

        While the condition goes on its ticket is the answer. `order.stream` does not count: the tickets of one condition stand
        in a row.
        """
        report: ReportAlert = order.command
        opening = opening_of(report, *self._conduct(contract, order))
        for occurrence in count():
            stream = stream_of(contract, report, occurrence)
            ticket = self.ticket(stream)
            if is_over(ticket.history):
                continue
            if is_opened(ticket.history):
                break
            with suppress(AlreadyOpened):
                return self._opened_by(replace(order, stream=stream, command=opening), contract)
            break
        known = replace(order, stream=stream)
        return self.settled(known, lambda: self.saved(known, self.ticket(stream).version, []))

    def _opened_by(self, report: Order, contract: UUID) -> Outcome:
        refused_in = aside(report.stream, report.key)
        return self.settled(report, lambda: self._on_ticket(report, contract, refused_in=refused_in))

    def _conduct(self, contract: UUID, order: Order) -> tuple[Conduct, Scope]:
        agreed, at = self.agreed(contract), micros(order.effect)
        paper = agreed.paper(at)
        selector = self.shelf.newest(paper.agreement, at, paper.region)
        scope = agreed.contract(at).scope({**selector.agreement.default_readings, **paper.readings})
        return selector.agreement, scope

    def on_contract(self, order: Order) -> Outcome:
        """Do what is asked of a contract, or raise CommandRefused."""
        return self.settled(order, lambda: self._on_contract(order))

    def publish_agreement(self, order: Order) -> Outcome:
        """Publish a version of an agreement; `order.command` is its document.

        Raises AgreementError or PublicationRefused. An order to publish counts from now, whichever day it is valid from.
        """
        document: Mapping[str, Any] = order.command
        stream = agreement_stream(str(document.get("id")))
        return self._published(replace(order, stream=stream), publish_agreement)

    def publish_holidays(self, order: Order) -> Outcome:
        """Publish a holiday list; `order.command` is its document. Raises PublicationRefused."""
        document: Mapping[str, Any] = order.command
        return self._published(replace(order, stream=holidays_stream(str(document.get("name")))), publish_holidays)

    def _published(self, order: Order, decision: Callable[..., Sequence[Any]]) -> Outcome:
        def attempt() -> Outcome:
            known = self.shelf.publications(order.stream)
            check_version(order, len(known))
            facts = decision(tuple(one.event for one in known), order.command, order.at)
            head = known[-1].digest if known else NO_DIGEST
            return self.saved(
                order, len(known), enveloped(order, order.stream, "", facts, micros(order.at), len(known), head)
            )

        return self.settled(order, attempt)

    def settled(self, order: Order, attempt: Callable[[], Outcome]) -> Outcome:
        """Whoever was overtaken waits for a turn: else a crowd at one ticket might overtake the same one every time."""
        if done := self._tried(order, attempt):
            return done
        with self._turns[order.stream.int % len(self._turns)]:
            for _ in range(TRIES):
                if done := self._tried(order, attempt):
                    return done
        raise Contended

    def _tried(self, order: Order, attempt: Callable[[], Outcome]) -> Outcome | None:
        """None where somebody else was faster."""
        try:
            return attempt()
        except IntegrityError:
            return self._before(order)
        except CommandRefused as refusal:
            if refusal.position is None and (done := self._before(order)):
                return done
            raise

    def _before(self, order: Order) -> Outcome | None:
        """What became of the command when it came before. Raises the refusal, if it was one, and KeyReused."""
        settled = self._recorder.find_command(order.key.principal, order.key.key)
        if settled is None:
            return None
        if settled.fingerprint != order.key.fingerprint:
            raise KeyReused(
                "this idempotency key belongs to another command", remedy="take a new key for a new command"
            )
        record = Record.read(settled.outcome)
        if refused := record.refused(settled.position):
            raise refused
        events = tuple(self.stream(record.stream, record.version - record.events))[: record.events]
        return Outcome(record.stream, record.version, events, settled.position, repeated=True)

    def _on_ticket(
        self,
        order: Order,
        contract: UUID | None,
        into: UUID | None = None,
        refused_in: UUID | None = None,
        check: Check | None = None,
    ) -> Outcome:
        if into is None and (done := self._at_once(order, check)):
            return done
        ticket = self.ticket(order.stream)
        order = order.not_before(_last_recorded(ticket.history))
        filed = self._filed(ticket, order, contract)
        try:
            kept, events = self._decided(order, ticket, filed, check)
        except ON_RECORD as refusal:
            if refused_in:
                order, ticket = replace(order, stream=refused_in), Ticket(refused_in, ())
            refused = Refused(command=order.command.name, clause=refusal.clause, effective_at=order.at)
            outcome = self._append(order, ticket, filed, [refused], refusal)
            raise on_record(refusal, order.stream, outcome.version, outcome.position) from None
        unmoved = self._going_on(into, order) if into and events else None
        return self._append(order, ticket, filed, events, unmoved=unmoved, kept=kept, in_turn=unmoved is not None)

    def _going_on(self, into: UUID, order: Order) -> Mapping[UUID, int]:
        """A ticket that can stand for another one, and its version; it has to be as it was, or the merger is tried again.

        Mergers come in turn, or two opposite ones would pass each other.
        """
        ticket = self.ticket(into)
        at = micros(order.not_before(_last_recorded(ticket.history)).at)
        check_goes_on(known_before(self.case(ticket, at), at).knowledge, str(order.stream))
        return {into: ticket.version}

    def _at_once(self, order: Order, check: Check | None) -> Outcome | None:
        """What is decided on a ticket as it was read last, where that records something and the log agrees that nothing has
        moved since; None otherwise: a refusal, and that there is nothing to do, are said by what the log says now.
        """
        ticket = self._recall.last_read(order.stream)
        if ticket is None or ticket.agreed is None:
            return None
        order = order.not_before(_last_recorded(ticket.history))
        unmoved = {ticket.filed.contract: ticket.agreed.version}
        try:
            kept, events = self._decided(order, ticket, ticket.filed, check)
            if not events:
                return None
            return self._append(order, ticket, ticket.filed, events, unmoved=unmoved, kept=kept)
        except (CommandRefused, IntegrityError):
            return None

    def _decided(
        self, order: Order, ticket: Ticket, filed: Filed, check: Check | None
    ) -> tuple[Kept | None, list[TicketEvent]]:
        """What the decision records, and what was made of the ticket on the way."""
        check_version(order, ticket.version)
        opened_at = ticket.opened_at if ticket.envelopes else micros(order.effect)
        check_instant(order, opened_at)
        case = self._case(ticket, filed, opened_at, micros(order.effect))
        kept = Kept.of(case, ticket.kept)
        events = self._admitted(case, order, kept)
        if check is not None:
            check(case, events)
        return kept, events

    def _split(self, order: Order, secondary: UUID, opening: Open) -> Outcome:
        ticket = self.ticket(order.stream)
        order = order.not_before(_last_recorded(ticket.history))
        check_version(order, ticket.version)
        check_instant(order, ticket.opened_at)
        events = self._admitted(self.case(ticket, micros(order.effect)), order)
        if not events:
            return self._append(order, ticket, ticket.filed, [])
        new, opens = Ticket(secondary, ()), replace(order, stream=secondary, command=opening, version=None)
        filed = self._filed(new, opens, ticket.filed.contract)
        openings = self._admitted(self._case(new, filed, micros(order.effect), micros(order.effect)), opens)
        return self.saved(
            order,
            ticket.version,
            [*self._enveloped(opens, new, filed, openings), *self._enveloped(order, ticket, ticket.filed, events)],
        )

    def _filed(self, ticket: Ticket, order: Order, contract: UUID | None) -> Filed:
        if ticket.envelopes:
            return ticket.filed
        if contract is None:
            raise UnknownStream(f"there is no ticket {order.stream}")
        agreed, at = self.agreed(contract), micros(order.effect)
        paper = agreed.paper(at)
        version, holidays = self.shelf.current(paper.agreement, at, paper.region)
        return Filed(
            contract=contract,
            customer=paper.customer,
            agreement=version.id,
            version=version.version,
            digest=version.digest,
            holidays=holidays,
            readings=paper.readings,
        )

    def _admitted(self, case: Case, order: Order, kept: Kept | None = None) -> list[TicketEvent]:
        """What the decision records, each of it admitted by the rules of the agreement."""
        at = micros(order.effect)
        known = (kept and kept.before(at)) or known_before(case, at)
        return admitted(case, order.command, order.effect, micros(order.at), order.by, known)

    def _enveloped(self, order: Order, ticket: Ticket, filed: Filed, events: Sequence[Any]) -> list[Envelope]:
        at = micros(order.at)
        envelopes = enveloped(order, ticket.id, filed.customer, events, at, ticket.version, ticket.head)
        if envelopes and not ticket.envelopes:
            envelopes[0] = envelopes[0]._replace(filed=filed)
        return envelopes

    def _append(
        self,
        order: Order,
        ticket: Ticket,
        filed: Filed,
        events: Sequence[Any],
        refusal: CommandRefused | None = None,
        unmoved: Mapping[UUID, int] | None = None,
        kept: Kept | None = None,
        *,
        in_turn: bool = False,
    ) -> Outcome:
        envelopes = self._enveloped(order, ticket, filed, events)
        outcome = self.saved(order, ticket.version, envelopes, refusal, unmoved, in_turn=in_turn)
        if outcome.events:
            self._recall.remember(ticket.going_on(outcome.events, kept))
        return outcome

    def _on_contract(self, order: Order) -> Outcome:
        envelopes = tuple(self.stream(order.stream))
        agreed = Agreed().after(envelopes)
        last = envelopes[-1] if envelopes else None
        order = order.not_before(last.recorded_at if last else 0)
        check_version(order, agreed.version)
        check_instant(order, None)
        drawn = agreed.drawn_up or order.command
        if not isinstance(drawn, DrawnUp | DrawUp):
            raise UnknownStream(f"there is no contract {order.stream}")
        selector = self.shelf.newest(drawn.agreement, micros(order.effect))
        entries = decide_on_contract(agreed, order.command, order.effect, selector)
        head = last.digest if last else NO_DIGEST
        bound = enveloped(order, order.stream, drawn.customer, entries, micros(order.at), agreed.version, head)
        return self.saved(order, agreed.version, bound)

    def saved(
        self,
        order: Order,
        version: int,
        envelopes: list[Envelope],
        refusal: CommandRefused | None = None,
        unmoved: Mapping[UUID, int] | None = None,
        *,
        in_turn: bool = False,
    ) -> Outcome:
        own = [one for one in envelopes if one.originator_id == order.stream]
        record = Record.of(order.stream, version + len(own), len(own), refusal)
        settled = Settled(*order.key, record.as_json(), order.at)
        recordings = self.save(*envelopes, command=settled, unmoved=unmoved, in_turn=in_turn)
        position = recordings[-1].notification.id if recordings else None
        bound = [cast(Envelope, one.domain_event) for one in recordings]
        recorded = tuple(one for one in bound if one.originator_id == order.stream)
        return Outcome(order.stream, record.version, recorded, position)


def _last_recorded(history: History) -> int:
    return history[-1].recorded_at if history else 0
