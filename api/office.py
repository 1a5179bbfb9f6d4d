"""The one counter at which the house is asked: here, and nowhere else, it is held that nobody sees another customer's matters.

Routes get an office, never the house; only what an office has handed out is looked into beneath it, such as what was known of a
ticket. What belongs to somebody else is answered exactly as what was never there.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count, takewhile
from typing import Any, cast
from uuid import UUID, uuid4

from api.feed import Feed
from api.hearing import is_heard
from api.histories import agreement_for_file, case_file
from api.house import House
from api.ordering import Asked, check_act, name_of, ordered, person
from api.problems import Forbidden, NotFound, NotThereYet
from api.security.forgetting import forget
from api.security.keys import NewKey
from api.security.principal import Principal
from domain.comparison.difference import Difference, difference
from domain.contract.misfits import reading_misfits
from domain.contract.papers import Paper
from domain.contract.standing import Standing, scope_of, standing
from domain.contract.state import Agreed
from domain.desk.alerts import ReportAlert, is_opened, stream_of
from domain.desk.disputing import Disputed, Disputing
from domain.desk.envelope import Envelope
from domain.desk.log import Log
from domain.desk.names import STORED_NAMES
from domain.desk.orders import Key, Order, Outcome
from domain.desk.ticket import Ticket
from domain.disputes.commands import DisputeCommand, IssueDossier, OpenDispute, RuleClaim
from domain.disputes.conflicts import Elsewhere
from domain.disputes.evaluation import Evaluation, evaluate
from domain.disputes.events import DisputeOpened, DisputeReopened
from domain.disputes.rulings import without
from domain.disputes.state import State
from domain.instants import instant, micros, seconds, text
from domain.judgement import Case, judge
from domain.refusals import DoesNotFit, UnknownStream
from domain.seals.proof import Proof
from domain.terms.agreement import Agreement
from domain.terms.conduct import Guide, fitting_guides
from domain.terms.publication import AgreementPublished, HolidaysPublished, in_force
from domain.terms.selection import Selector
from domain.ticket.commands import ClearCondition, Correct, Merge, Open, Rule, SplitOff
from domain.ticket.events import Opened, Origin
from domain.ticket.history import Person
from projections.api_keys import ApiKey
from projections.as_of.view import View
from projections.boards.kept import ALL, Kept, Line
from projections.contracts import ContractRow
from projections.disputes import DisputeRow, Disputes
from projections.disputes import Newest as NewestDispute
from projections.disputes import Wanted as WantedDisputes
from projections.seals import NotSealed, Seals
from projections.tickets import Newest, TicketRow, Urgent, Wanted

MOST_BESIDE = 100
"""So many other disputes about a ticket are looked at."""

BEGINS_DISPUTE = tuple(
    name for name, event in STORED_NAMES.items() if issubclass(event, DisputeOpened | DisputeReopened)
)
"""The stored names of the events with which a dispute begins, or begins again."""

FURTHEST_AHEAD = timedelta(days=5 * 366)
"""What a clock counts day by day until then is told day by day."""

WAIT_SECONDS = 5.0
"""How long a query waits for the read models to know of a position."""


@dataclass(frozen=True)
class Office:
    """What one principal can do at one instant. Raises Forbidden or NotFound beside what the desk raises.

    `state` is what is known of the request while it is answered.
    """

    house: House
    principal: Principal
    at: datetime
    correlation: str
    state: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    # --- tickets ------------------------------------------------------------------------------------------------------

    def ticket(self, ticket: UUID) -> Ticket:
        """A ticket of this customer's."""
        found = self.house.desk.ticket(ticket)
        if not found.envelopes or found.envelopes[0].filed is None or self._is_anothers(found.filed.customer):
            raise _nowhere("ticket", ticket)
        return found

    def openings(self, tickets: Sequence[UUID]) -> dict[UUID, Opened]:
        """How tickets of this customer's were opened, as it was first told; a ticket that was refused is left out."""
        log = cast(Log, self.house.desk.recorder)
        found = log.select_tails(dict.fromkeys(tickets, 0)) if tickets else {}
        firsts = {
            ticket: self.house.desk.mapper.to_domain_event(events[0]) for ticket, events in found.items() if events
        }
        return {
            ticket: first.event
            for ticket, first in firsts.items()
            if isinstance(first, Envelope)
            and isinstance(first.event, Opened)
            and first.filed is not None
            and not self._is_anothers(first.filed.customer)
        }

    def case(
        self,
        ticket: Ticket,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        readings: Mapping[str, str] | None = None,
    ) -> Case:
        """A ticket to be judged, now where no instant is named; other readings than agreed may be asked for.

        Raises DoesNotFit for a reading that is none, and for an instant too far ahead.
        """
        self.check_ahead(as_of)
        case = self.house.desk.case(ticket, micros(as_of or self.at), None if known_at is None else micros(known_at))
        for misfit in reading_misfits(readings or {}, case.selector.agreement, "reading"):
            raise DoesNotFit(misfit)
        return replace(case, readings={**case.readings, **(readings or {})})

    def check_ahead(self, as_of: datetime | None) -> None:
        """Raise DoesNotFit for an instant so far ahead that nobody would read what is told up to it."""
        if as_of is not None and as_of - self.at > FURTHEST_AHEAD:
            raise DoesNotFit("as_of: lies more than five years ahead", remedy="name an instant within five years")

    def case_file(self, ticket: Ticket, case: Case) -> dict[str, Any]:
        return case_file(ticket, case, agreement_for_file(ticket.filed, self.house.desk.shelf))

    def open(self, contract: UUID, command: Open, asked: Asked) -> Outcome:
        """Raises DoesNotFit for what is opened another way: an opening by hand neither dates itself from the report of another
        ticket, nor stands beside the ticket of a condition that goes on.
        """
        if isinstance(command.origin, Origin):
            raise DoesNotFit(
                "origin: an issue that comes from another ticket is split off there",
                remedy="split it off, or name where it comes from as a text",
            )
        _check_is_no_alert(command)
        self.agreed(contract)
        order = self._order(uuid4(), command, asked)
        return self.house.desk.execute(order, contract)

    def execute(self, ticket: UUID, command: Any, asked: Asked) -> Outcome:
        self._check_ticket(ticket)
        order = self._order(ticket, command, asked)
        check_act(command.name, order.by, order.sent_by)
        if isinstance(command, Merge):
            return self.house.desk.merge(order, self._going_on(ticket, command.into))
        if isinstance(command, Rule | Correct):
            return self._disputing.on_ticket(order, self._disputes_about(ticket))
        return self.house.desk.execute(order)

    def _going_on(self, ticket: UUID, goes_on: str) -> UUID:
        """A ticket is merged into another one of its customer's. Raises DoesNotFit."""
        try:
            into = self.house.desk.ticket(UUID(goes_on))
            same = into.id != ticket and into.filed.customer == self.ticket(ticket).filed.customer
        except (ValueError, UnknownStream):
            same = False
        if not same:
            raise DoesNotFit(
                "into: is no other ticket of this customer", remedy="name the ticket that goes on, by its id"
            )
        return into.id

    def split(self, ticket: UUID, opening: Open, asked: Asked) -> Outcome:
        """Make a secondary issue a ticket of its own; the outcome's event names it."""
        if opening.origin is not None:
            raise DoesNotFit("origin: leave it out; the new ticket comes from this one")
        _check_is_no_alert(opening)
        origin = Origin(ticket=str(ticket), opened_at=instant(self.ticket(ticket).opened_at))
        secondary = uuid4()
        order = self._order(ticket, SplitOff(ticket=str(secondary)), asked)
        opens = opening.model_copy(update={"origin": origin})
        return self.house.desk.split(order, secondary, opens)

    def alert(self, contract: UUID, report: ReportAlert, asked: Asked) -> Outcome:
        self.agreed(contract)
        order = self._order(uuid4(), report, asked)
        return self.house.desk.alert(order, contract)

    # --- disputes -----------------------------------------------------------------------------------------------------

    def dispute(self, dispute: UUID) -> Disputed:
        """A dispute of this customer's, with its ticket."""
        try:
            found = self._disputing.disputed(dispute)
        except UnknownStream:
            raise _nowhere("dispute", dispute) from None
        if self._is_anothers(found.customer):
            raise _nowhere("dispute", dispute)
        return found

    def disputes(self, wanted: WantedDisputes, *, after: NewestDispute | None, limit: int) -> list[DisputeRow]:
        return Disputes(self.view()).newest(wanted, after=after, limit=limit)

    def open_dispute(self, ticket: UUID, command: OpenDispute, asked: Asked) -> Outcome:
        self._check_ticket(ticket)
        return self._disputing.open(self._order(uuid4(), command, asked), ticket)

    def on_dispute(self, dispute: UUID, command: DisputeCommand, asked: Asked) -> Outcome:
        """Rulings are made by the vendor's people in their own name, even where one may speak for the customer."""
        if self.customer is not None:
            self.dispute(dispute)
        order = self._order(dispute, command, asked)
        may_rule, beside = self.principal.may("rulings:make"), []
        if isinstance(command, RuleClaim):
            check_act("rule", order.by)
            beside = self._beside(self._disputing.disputed(dispute))
        return self._disputing.execute(order, may_rule=may_rule, beside=beside)

    def claims_beside(self, disputed: Disputed) -> tuple[Elsewhere, ...]:
        """The claims of the other disputes about the same ticket, of those settled only the upheld ones."""
        return tuple(self._disputing.elsewhere(disputed.ticket.id, self._beside(disputed)))

    def _beside(self, disputed: Disputed) -> list[UUID]:
        """The other disputes about the same ticket that nobody gave up."""
        return [one for one in self._disputes_about(disputed.ticket.id) if one != disputed.id]

    def _disputes_about(self, ticket: UUID) -> list[UUID]:
        """Those about a ticket that nobody gave up, as far as the lists know of them; and any that were opened since."""
        known = self.house.runner.position()
        states: tuple[State, ...] = ("open", "settled")
        wanted = (WantedDisputes(ticket=ticket, state=state) for state in states)
        listed = [one.dispute for each in wanted for one in self.disputes(each, after=None, limit=MOST_BESIDE)]
        return list(dict.fromkeys((*listed, *self._opened_since(known))))

    def _opened_since(self, position: int) -> list[UUID]:
        """The disputes, whatever they are about, that were opened or taken up again after a position of the log."""
        log = cast(Log, self.house.desk.recorder)
        found = log.select_notifications(position, MOST_BESIDE, topics=BEGINS_DISPUTE, inclusive_of_start=False)
        return [cast(UUID, one.originator_id) for one in found]

    def ruled_on(self, disputed: Disputed, ruling: Envelope) -> Difference:
        """What a ruling on a claim changed of the ticket, as of the instant at which it was made."""
        before, after = self._disputing.ruled_on(disputed, ruling.event, ruling.recorded_at)
        return difference(judge(before), judge(after))

    def evaluation(
        self, disputed: Disputed, as_of: datetime | None = None, known_at: datetime | None = None
    ) -> Evaluation:
        """Which of the claims decide: the ticket without this dispute's rulings, under its claims."""
        at, dispute = micros(self.at), disputed.dispute
        record = without(self.case(disputed.ticket, as_of, known_at), dispute.in_force, at)
        return evaluate(record, dispute.argued, at, dispute.clocks, dispute.parties)

    def dossier_issued(self, dispute: UUID, command: IssueDossier) -> Outcome:
        """Record to whom the dossier of a dispute was given; the same one to the same principal once."""
        self.dispute(dispute)
        key = Key(name_of(self.principal), f"dossier/{dispute}/{command.digest}", sha256(command.to.encode()).digest())
        order = Order(
            stream=dispute,
            command=command,
            at=self.at,
            by=self.myself,
            key=key,
            correlation=self.correlation,
            origin=self.principal.via,
        )
        return self._disputing.execute(order)

    @property
    def _disputing(self) -> Disputing:
        return Disputing(self.house.desk)

    # --- contracts ----------------------------------------------------------------------------------------------------

    def agreed(self, contract: UUID) -> Agreed:
        """A contract of this customer's."""
        found = self.house.desk.agreed(contract)
        if found.drawn_up is None or self._is_anothers(found.customer):
            raise _nowhere("contract", contract)
        return found

    def contract_history(self, contract: UUID) -> tuple[Envelope, ...]:
        self.agreed(contract)
        return tuple(self.house.desk.stream(contract))

    def standing(self, agreed: Agreed, as_of: datetime | None = None, known_at: datetime | None = None) -> Standing:
        at = micros(as_of or self.at)
        known = None if known_at is None else micros(known_at)
        return standing(agreed, self._terms(agreed.paper(at, known), at), at, known)

    def guides(
        self, agreed: Agreed, *, category: str | None, loss: float | None, workaround: bool | None
    ) -> tuple[Guide, ...]:
        """What in the agreement speaks for a severity now, the worst first."""
        at = micros(self.at)
        paper = agreed.paper(at)
        terms = self._terms(paper, at)
        return fitting_guides(
            terms.agreement.guides,
            scope_of(paper, terms),
            category=category,
            loss=loss,
            workaround=workaround,
        )

    def contracts(self, agreement: str | None, *, after: UUID | None, limit: int) -> list[ContractRow]:
        return self.house.contracts.contracts(
            self.at, agreement=agreement, after=after, limit=limit, customer=self.customer
        )

    def draw_up(self, command: Any, asked: Asked) -> Outcome:
        if self._is_anothers(command.customer):
            raise Forbidden("this credential is of another customer")
        self.house.customers.ensure(command.customer)
        stream = uuid4()
        return self.house.desk.on_contract(self._order(stream, command, asked))

    def on_contract(self, contract: UUID, command: Any, asked: Asked) -> Outcome:
        self.agreed(contract)
        order = self._order(contract, command, asked)
        return self.house.desk.on_contract(order)

    def clear(self, contract: UUID, report: ReportAlert, asked: Asked) -> Outcome:
        """Record that a condition is over, with the last ticket that was opened for it."""
        self.agreed(contract)
        tickets = (self.house.desk.ticket(stream_of(contract, report, occurrence)) for occurrence in count())
        reported = takewhile(lambda ticket: ticket.envelopes, tickets)
        last = next(iter(deque((one.id for one in reported if is_opened(one.history)), maxlen=1)), None)
        if last is None:
            raise NotFound("no such condition was ever reported under this contract")
        order = self._order(last, ClearCondition(condition=report.condition), asked)
        return self.house.desk.execute(order)

    # --- boards ---------------------------------------------------------------------------------------------------------

    def view(self, as_of: datetime | None = None) -> View:
        """The rows of this customer's, as they are now, or as they stood at an instant with what was known then.

        Raises BeingBuilt, and DoesNotFit for an instant that is still to come.
        """
        views = self.house.views
        if as_of is None:
            return views.live(self.at, self.customer)
        if as_of > self.at:
            raise DoesNotFit(
                "as_of: nothing is known yet of an instant that is still to come", remedy="name one that has passed"
            )
        return views.past(as_of, self.customer)

    # --- seals of the log ---------------------------------------------------------------------------------------------

    @property
    def seals(self) -> Seals:
        """They tell nothing of anybody's matters: how many events there are, and hashes."""
        return self.house.seals

    def proof(self, ticket: UUID, version: int | None = None) -> Proof:
        """That an event of a ticket of this customer's stood in the log when it was sealed; the last one sealed without a version.

        Raises NotSealed, which says when the next seal is due.
        """
        last = self.ticket(ticket).version
        if version is not None and version > last:
            raise NotFound(f"the ticket has no version {version}; its last is {last}")
        try:
            return self.house.seals.proof(ticket, version)
        except NotSealed as refusal:
            due = self.house.sealer.next_at(self.at)
            when = "nobody seals the log unasked" if due is None else f"the next seal is due at {text(seconds(due))}"
            raise NotSealed(f"{refusal}; {when}") from None

    # --- lists of tickets ---------------------------------------------------------------------------------------------

    def reached(self, after: int | None) -> int:
        """Wait until the read models know of a position of the log, and say up to which they do. Raises NotThereYet."""
        runner = self.house.runner
        position = runner.position()
        if after is None or after <= position:
            return position
        if after > runner.lag().head:
            raise NotThereYet(f"no event has the position {after}", remedy="take a position that a command told")
        if not runner.wait_for(after, WAIT_SECONDS):
            raise NotThereYet(f"the lists do not know of position {after} yet", remedy="ask again in a moment")
        return after

    def listed(self, ticket: UUID) -> TicketRow | None:
        """A ticket's row in the lists; None where they do not know of it yet."""
        return self.house.tickets.ticket(ticket, self.customer)

    def tickets(self, wanted: Wanted, *, after: Newest | None, limit: int) -> list[TicketRow]:
        return self.house.tickets.newest(self.at, wanted, after=after, limit=limit, customer=self.customer)

    def queue(self, wanted: Wanted, *, after: Urgent | None, limit: int) -> list[TicketRow]:
        return self.house.tickets.queue(self.at, wanted, after=after, limit=limit, customer=self.customer)

    def kept(self) -> list[Line]:
        return Kept(self.view()).lines(ALL, "agreement", "plan", "severity", "clock", "month")

    # --- agreements ---------------------------------------------------------------------------------------------------

    def agreements(self) -> list[str]:
        """The ids of those published; to a customer, of those of its contracts."""
        return [one for one in self.house.publications.names("agreement") if self._is_under(one)]

    def versions(self, agreement: str) -> tuple[AgreementPublished, ...]:
        """Those published of an agreement. Raises NotFound where there is none for this principal."""
        versions = self.house.desk.shelf.versions(agreement)
        if not versions or not self._is_under(agreement):
            raise _nowhere("agreement", agreement)
        return versions

    def agreement(self, agreement: str, version: str | None) -> tuple[AgreementPublished, Agreement]:
        """A version, that in force now where none is named."""
        versions, shelf = self.versions(agreement), self.house.desk.shelf
        chosen = in_force(versions, micros(self.at))
        if version is not None:
            named = next((one for one in versions if one.version == version), None)
            if named is None:
                raise NotFound(f"there is no version {version} of {agreement}")
            chosen = named
        return chosen, shelf.selector_of(agreement, chosen.digest, shelf.newest_lists(chosen)).agreement

    def terms(self, version: AgreementPublished) -> Selector:
        """A published version with the holiday lists as they are published now."""
        shelf = self.house.desk.shelf
        return shelf.selector_of(version.id, version.digest, shelf.newest_lists(version))

    def holiday_lists(self) -> list[str]:
        return self.house.publications.names("holidays")

    def editions(self, holidays: str) -> tuple[HolidaysPublished, ...]:
        editions = self.house.desk.shelf.lists(holidays)
        if not editions:
            raise _nowhere("holiday list", holidays)
        return editions

    def publish_agreement(self, document: Mapping[str, Any], asked: Asked) -> Outcome:
        self._must_be_of_the_house()
        order = self._order(UUID(int=0), document, asked)
        return self.house.desk.publish_agreement(order)

    def publish_holidays(self, document: Mapping[str, Any], asked: Asked) -> Outcome:
        self._must_be_of_the_house()
        order = self._order(UUID(int=0), document, asked)
        return self.house.desk.publish_holidays(order)

    # --- the log as it goes on ----------------------------------------------------------------------------------------

    def follow(self, after: int | None) -> Feed:
        """The events of this customer's tickets after a position, without one from now on."""
        after = self.house.runner.position() if after is None else after
        return Feed(self.house.reader(), self.house.desk.mapper, self.customer, after)

    # --- keys, and people to be forgotten -----------------------------------------------------------------------------

    def api_keys(self) -> list[ApiKey]:
        return [one for one in self.house.gate.keys.all() if self.customer in (None, one.customer)]

    def create_key(self, *, customer: str | None, **told: Any) -> NewKey:
        """A key names a person: people of a forgotten customer get none. Raises Forbidden, CustomerForgotten or Refusal."""
        if customer != (self.customer or customer):
            raise Forbidden("this credential is of one customer, and makes keys of that one only")
        check = self.house.customers.check
        return self.house.gate.keys.create(
            customer=customer, at=self.at, created_by=self.principal.id, check=check, **told
        )

    def is_known(self, customer: str) -> bool:
        """Whether anything is on file of a customer who was not forgotten."""
        return self.house.customers.key(customer) is not None

    def revoke_key(self, key: str) -> None:
        if all(one.id != key for one in self.api_keys()):
            raise NotFound("there is no such key")
        self.house.gate.keys.revoke(key, self.at)

    def forget(self, customer: str) -> bool:
        """Destroy what makes a customer's personal data readable; False where there is nothing to destroy, or no more.

        This process lets go of what its read models had read. Another one can unseal nothing more after two seconds
        (`customer_keys.REMEMBERED_SECONDS`), and its read models let go after ten minutes (`histories.KEPT_SECONDS`). The
        desk of either reads a contract anew whose customer's key is gone.
        """
        if self._is_anothers(customer):
            raise _nowhere("customer", customer)
        forgotten = forget(customer, self.house.customers, self.house.gate.keys, self.at)
        self.house.runner.forget(customer)
        return forgotten

    # --- how the service does -----------------------------------------------------------------------------------------

    def operations(self) -> House:
        """The house itself, for those who answer for all of it."""
        self._must_be_of_the_house()
        return self.house

    # --- who asks -----------------------------------------------------------------------------------------------------

    @property
    def myself(self) -> Person:
        """The principal, as events name who recorded them."""
        return person(self.principal)

    @property
    def is_heard(self) -> bool:
        """Whether the principal is going to be told what is answered."""
        return is_heard(self.state)

    @property
    def customer(self) -> str | None:
        """Whose matters there are for this principal; None: everybody's."""
        return self.principal.customer

    @property
    def owner(self) -> str:
        """By what the principal's own matters are kept apart; it tells nothing about them."""
        return name_of(self.principal)

    def _must_be_of_the_house(self) -> None:
        """Raise Forbidden for whom a customer's matters are all there is."""
        if self.customer is not None:
            raise Forbidden("this credential is of one customer, and this concerns all of them")

    def _is_anothers(self, customer: str) -> bool:
        return self.customer not in (None, customer)

    def _check_ticket(self, ticket: UUID) -> None:
        if self.customer is not None:
            self.ticket(ticket)

    def _is_under(self, agreement: str) -> bool:
        """Whether this principal may know of an agreement."""
        return self.customer is None or bool(self.contracts(agreement, after=None, limit=1))

    def _order(self, stream: UUID, command: Any, asked: Asked) -> Order:
        return ordered(self.principal, self.at, self.correlation, stream, command, asked)

    def _terms(self, paper: Paper, at: int) -> Selector:
        """The terms that a ticket opened under a contract at an instant would be judged by."""
        return self.house.desk.shelf.newest(paper.agreement, at, paper.region)


def _check_is_no_alert(opening: Open) -> None:
    if opening.alert is not None:
        raise DoesNotFit("alert: what a monitored system reports goes to /v1/alerts", remedy="report it there")


def _nowhere(what: str, which: object) -> NotFound:
    return NotFound(f"there is no {what} {which}")
