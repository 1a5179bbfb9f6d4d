from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid5

import pytest
from eventsourcing.persistence import OperationalError, StoredEvent

from domain.contract.commands import Cancel, End, Renew, ReportUnpaid, Sign
from domain.contract.facts import ContractPerson
from domain.desk.alerts import ReportAlert
from domain.desk.desk import Desk
from domain.desk.mapper import checked
from domain.refusals import (
    BadInstant,
    CommandRefused,
    ContractRefused,
    DoesNotFit,
    KeyReused,
    NotCovered,
    PublicationRefused,
    RuleBroken,
    StaleVersion,
    TicketNotOpen,
    UnknownStream,
)
from domain.terms.publication import library_publications
from domain.ticket.commands import (
    ChangeSeverity,
    ClearCondition,
    Close,
    Comment,
    Correct,
    EndWait,
    Escalate,
    Merge,
    Open,
    Respond,
    SplitOff,
    Wait,
    Withdraw,
)
from domain.ticket.events import Waiting
from domain.ticket.history import Person
from tests.desk.given import NAMES, Clerk, clerk, hour
from tests.desk.memory import MemoryLog

GOLD = {"plan": "gold", "region": "europe"}


@pytest.fixture
def desk() -> Clerk:
    return clerk()


@pytest.fixture
def ticket(desk):
    return desk.opened(desk.contract("imagicle-care", **GOLD))


def test_what_is_asked_is_recorded_with_who_and_when_and_whence(desk, ticket):
    outcome = desk.does(
        ticket, Wait(on="access"), hour(1), Person(id="ada", role="agent"), correlation="request-7", origin="key:desk"
    )

    (recorded,) = outcome.events
    assert (2, 2, False) == (outcome.version, recorded.originator_version, outcome.repeated)
    assert Waiting(on="access", effective_at=hour(1)) == recorded.event
    assert (Person(id="ada", role="agent"), "request-7", "key:desk") == (
        recorded.by,
        recorded.correlation,
        recorded.origin,
    )


def test_a_ticket_names_the_exact_terms_it_is_judged_by(desk, ticket):
    filed = desk.desk.ticket(ticket).filed

    assert ("acme", "imagicle-care", "4.1") == (filed.customer, filed.agreement, filed.version)
    assert {"italy", "uae", "us-federal"} == set(filed.holidays)


def test_asking_twice_for_the_same_records_it_once(desk, ticket):
    desk.does(ticket, Wait(on="access"), hour(1))

    again = desk.does(ticket, Wait(on="access"), hour(2))

    assert (2, (), None) == (again.version, again.events, again.position)


def test_the_same_key_gets_the_same_answer_whatever_happened_since(desk, ticket):
    first = desk.does(ticket, Wait(on="access"), hour(1), key="k")
    desk.does(ticket, EndWait(on="access"), hour(2))

    again = desk.does(ticket, Wait(on="access"), hour(1), key="k")

    assert (first.version, first.events, first.position, True) == (
        again.version,
        again.events,
        again.position,
        again.repeated,
    )
    assert ["opened", "waiting", "wait_ended"] == desk.history(ticket)


def test_a_command_that_recorded_nothing_records_nothing_when_it_comes_again(desk, ticket):
    desk.does(ticket, EndWait(on="access"), hour(1), key="k")
    desk.does(ticket, Wait(on="access"), hour(2))

    desk.does(ticket, EndWait(on="access"), hour(1), key="k")

    assert ["opened", "waiting"] == desk.history(ticket)


def test_a_key_belongs_to_one_command(desk, ticket):
    desk.does(ticket, Wait(on="access"), hour(1), key="k")

    with pytest.raises(KeyReused):
        desk.does(ticket, Wait(on="customer"), hour(1), key="k")


def test_a_refusal_by_the_agreement_goes_on_record_with_its_clause(desk):
    contract = desk.contract("numonix-ixcloud", plan="saas")
    ticket = desk.opened(contract, by="technical-contact", severity=3)

    with pytest.raises(RuleBroken) as refused:
        desk.does(ticket, ChangeSeverity(severity=1), hour(1), "technical-contact", key="k")

    assert ("numonix-ixcloud:upgrade", 2) == (refused.value.clause, refused.value.version)
    (_, recorded) = desk.desk.ticket(ticket).history
    assert ("refused", "change-severity", "numonix-ixcloud:upgrade") == (
        recorded.event.event,
        recorded.event.command,
        recorded.event.clause,
    )


def test_a_refused_command_that_comes_again_is_refused_again_and_recorded_once(desk):
    ticket = desk.opened(desk.contract("numonix-ixcloud", plan="saas"), by="technical-contact", severity=3)

    for _ in range(2):
        with pytest.raises(RuleBroken) as refused:
            desk.does(ticket, ChangeSeverity(severity=1), hour(1), "technical-contact", key="k")

        assert ("numonix-ixcloud:upgrade", 2) == (refused.value.clause, refused.value.version)
    assert ["opened", "refused"] == desk.history(ticket)


def test_a_ticket_that_no_contract_covers_is_on_record_as_refused(desk):
    contract = desk.contract("imagicle-care", **GOLD)
    desk.desk.on_contract(desk.order(contract, ReportUnpaid(), hour(-1), "service-manager"))
    ticket = uuid5(NAMES, "not covered")

    with pytest.raises(NotCovered) as refused:
        desk.desk.execute(desk.order(ticket, Open(severity=1, channel="web"), hour(0), "customer"), contract)

    assert "imagicle-care:fees" == refused.value.clause
    assert ["refused"] == desk.history(ticket)


def test_a_refusal_by_the_lifecycle_leaves_no_trace(desk, ticket):
    desk.does(ticket, Close(), hour(1), "service-manager")

    with pytest.raises(TicketNotOpen):
        desk.does(ticket, Wait(on="access"), hour(2))

    assert ["opened", "closed"] == desk.history(ticket)


def test_a_command_that_was_overtaken_is_decided_on_what_overtook_it(desk, ticket):
    desk.does(ticket, Withdraw(), hour(2), "customer")

    with pytest.raises(TicketNotOpen):
        desk.does(ticket, Respond(), hour(1.9))

    assert ["opened", "withdrawn"] == desk.history(ticket)


def test_what_was_recorded_last_took_effect_last_unless_somebody_says_otherwise(desk, ticket):
    desk.does(ticket, Comment(text="still so"), hour(2))
    desk.does(ticket, Comment(text="still so"), hour(1))
    desk.does(ticket, Wait(on="access"), hour(3), effective_at=hour(1), backdating=timedelta(hours=4))

    _, *after = desk.desk.ticket(ticket).envelopes
    assert [hour(2), hour(2), hour(1)] == [one.event.effective_at for one in after]


def test_two_tickets_are_not_merged_into_each_other_by_one_who_was_overtaken(desk):
    contract = desk.contract("imagicle-care", **GOLD)
    one, other = desk.opened(contract), desk.opened(contract)
    desk.desk.merge(desk.order(other, Merge(into=str(one)), hour(2)), one)

    with pytest.raises(DoesNotFit, match="merged into this one itself"):
        desk.desk.merge(desk.order(one, Merge(into=str(other)), hour(1)), other)

    assert ["opened"] == desk.history(one)


def test_a_contract_that_ended_is_not_cancelled_by_one_who_was_overtaken(desk):
    contract = desk.contract("imagicle-care", **GOLD)
    desk.desk.on_contract(desk.order(contract, End(), hour(2), "service-manager"))

    with pytest.raises(ContractRefused):
        desk.desk.on_contract(desk.order(contract, Cancel(), hour(1), "service-manager"))


def test_who_decided_on_an_older_version_is_told_the_present_one(desk, ticket):
    desk.does(ticket, Wait(on="access"), hour(1), version=1)

    with pytest.raises(StaleVersion) as stale:
        desk.does(ticket, EndWait(on="access"), hour(2), version=1)

    assert 2 == stale.value.version


@pytest.mark.parametrize(
    ("effective_at", "backdating", "says"),
    [
        (hour(3), timedelta(0), "future"),
        (hour(-1), timedelta(days=1), "before the opening"),
        (hour(0.5), timedelta(minutes=10), "back"),
    ],
)
def test_what_cannot_have_taken_effect_then_is_refused(desk, ticket, effective_at, backdating, says):
    with pytest.raises(BadInstant, match=says):
        desk.does(ticket, Wait(on="access"), hour(2), effective_at=effective_at, backdating=backdating)

    assert ["opened"] == desk.history(ticket)


def test_what_is_recorded_late_keeps_both_instants(desk, ticket):
    outcome = desk.does(ticket, Wait(on="access"), hour(2), effective_at=hour(1), backdating=timedelta(hours=4))

    (recorded,) = outcome.events
    assert (hour(1), int(hour(2).timestamp() * 1_000_000)) == (recorded.event.effective_at, recorded.recorded_at)


def test_a_ticket_that_nobody_opened_is_unknown(desk):
    with pytest.raises(UnknownStream):
        desk.does(uuid5(NAMES, "nobody"), Wait(on="access"), hour(1))


def test_nothing_personal_of_a_forgotten_customer_is_recorded_and_the_rest_goes_on(desk, ticket):
    desk.seals.forgotten.add("acme")

    with pytest.raises(CommandRefused, match="forgotten"):
        desk.does(ticket, Comment(text="Ada called again"), hour(1))
    desk.does(ticket, Wait(on="access"), hour(2))

    assert ["opened", "waiting"] == desk.history(ticket)


def test_a_contract_of_a_forgotten_customer_names_nobody_any_more(desk):
    ada = ContractPerson(id="ada@acme.example", role="administrator", name="Ada")
    contract = desk.contract("imagicle-care", **GOLD, people=(ada,))
    before = [one.name for one in desk.desk.agreed(contract).contract(0).people]

    desk.seals.forgotten.add("acme")

    assert ["Ada"] == before
    assert ["forgotten"] == [str(one.name)[:9] for one in desk.desk.agreed(contract).contract(0).people]


def test_the_events_of_a_ticket_are_chained(desk, ticket):
    desk.does(ticket, Wait(on="access"), hour(1))
    desk.does(ticket, EndWait(on="access"), hour(2))

    assert [1, 2, 3] == [one.originator_version for one in checked(desk.desk.ticket(ticket).envelopes)]


class FasterNeighbour(MemoryLog):
    """A log in which somebody else is always a little faster, so many times."""

    def __init__(self) -> None:
        super().__init__()
        self.wins = 0
        self.does: Any = None

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        if self.wins:
            self.wins -= 1
            self.does()
        return super().insert_events(stored_events, **kwargs)


def test_a_command_decides_again_when_somebody_else_was_faster(desk):
    log = FasterNeighbour()
    desk = Clerk(Desk(log, desk.seals), desk.seals)
    desk.publish()
    ticket = desk.opened(desk.contract("imagicle-care", **GOLD))
    log.does = lambda: desk.does(ticket, Wait(on="customer"), hour(1))
    log.wins = 1

    outcome = desk.does(ticket, Wait(on="access"), hour(1))

    assert 3 == outcome.version
    assert ["opened", "waiting", "waiting"] == desk.history(ticket)


@pytest.fixture
def neighbour(desk):
    """Another desk that works on the same log."""
    return Clerk(Desk(desk.desk.recorder, desk.seals), desk.seals, desk.keys)


def test_a_ticket_that_another_desk_moved_is_read_anew(desk, neighbour, ticket):
    desk.does(ticket, Wait(on="access"), hour(1))
    neighbour.does(ticket, EndWait(on="access"), hour(2))

    assert 4 == desk.does(ticket, Wait(on="access"), hour(3)).version
    assert ["opened", "waiting", "wait_ended", "waiting"] == neighbour.history(ticket)


def test_what_another_desk_has_just_done_is_not_done_again(desk, neighbour, ticket):
    desk.does(ticket, Comment(text="looking"), hour(1))
    neighbour.does(ticket, Wait(on="access"), hour(2))

    done = desk.does(ticket, Wait(on="access"), hour(3))

    assert (3, ()) == (done.version, done.events)


def test_a_contract_that_another_desk_amended_is_read_anew(desk, neighbour):
    contract = desk.contract("imagicle-care", **GOLD)
    ticket = desk.opened(contract)
    desk.does(ticket, Comment(text="looking"), hour(1))
    before = desk.desk.ticket(ticket).agreed.version
    neighbour.desk.on_contract(neighbour.order(contract, ReportUnpaid(), hour(2)))

    desk.does(ticket, Comment(text="still looking"), hour(3))

    assert before + 1 == desk.desk.ticket(ticket).agreed.version
    assert ["opened", "commented", "commented"] == desk.history(ticket)


class LostAnswer(MemoryLog):
    """A log that once stores what it is told and dies before it can say so."""

    dies = False

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        places = super().insert_events(stored_events, **kwargs)
        if self.dies:
            self.dies = False
            raise OperationalError("the connection is gone")
        return places


def test_a_command_whose_answer_was_lost_is_done_once(desk):
    log = LostAnswer()
    desk = Clerk(Desk(log, desk.seals), desk.seals)
    desk.publish()
    ticket = desk.opened(desk.contract("imagicle-care", **GOLD))
    log.dies = True

    with pytest.raises(OperationalError):
        desk.does(ticket, Wait(on="access"), hour(1), key="k")
    again = desk.does(ticket, Wait(on="access"), hour(1), key="k")

    assert (2, True) == (again.version, again.repeated)
    assert ["opened", "waiting"] == desk.history(ticket)


@pytest.mark.clause("imagicle-care:single-issue")
def test_a_secondary_issue_becomes_a_ticket_of_its_own_and_both_say_so(desk, ticket):
    secondary = uuid5(NAMES, "secondary")
    opening = Open(severity=3, channel="web", origin=str(ticket))

    desk.desk.split(desk.order(ticket, SplitOff(ticket=str(secondary)), hour(1)), secondary, opening)

    assert (["opened", "split_off"], ["opened"]) == (desk.history(ticket), desk.history(secondary))
    assert desk.desk.ticket(ticket).filed.contract == desk.desk.ticket(secondary).filed.contract


def alert(desk: Clerk, contract: Any, at: float, code: str = "voip-stack-crash", condition: str = "pbx-1") -> Any:
    return desk.desk.alert(desk.order(NAMES, ReportAlert(code=code, condition=condition), hour(at), "system"), contract)


@pytest.fixture
def monitored(desk):
    return desk.contract("imagicle-care", **GOLD, options=["proactive-support"])


@pytest.mark.clause("imagicle-care:proactive")
def test_one_ticket_is_opened_for_an_ongoing_condition(desk, monitored):
    first = alert(desk, monitored, 0)

    again = alert(desk, monitored, 1)

    assert (first.stream, 1, ()) == (again.stream, again.version, again.events)
    assert ("opened", 1) == (first.events[0].event.event, first.events[0].event.severity)


@pytest.mark.clause("imagicle-care:proactive")
def test_a_condition_that_comes_again_after_it_was_cleared_opens_another_ticket(desk, monitored):
    first = alert(desk, monitored, 0)
    desk.does(first.stream, ClearCondition(condition="pbx-1"), hour(1), "system")

    again = alert(desk, monitored, 2)

    assert first.stream != again.stream
    assert ["opened"] == desk.history(again.stream)


@pytest.mark.clause("imagicle-care:proactive")
def test_a_report_of_an_ongoing_condition_that_comes_again_later_opens_nothing(desk, monitored):
    first = alert(desk, monitored, 0)
    reported = desk.order(NAMES, ReportAlert(code="voip-stack-crash", condition="pbx-1"), hour(1), "system", key="k")
    desk.desk.alert(reported, monitored)
    desk.does(first.stream, ClearCondition(condition="pbx-1"), hour(2), "system")

    again = desk.desk.alert(reported, monitored)

    assert (first.stream, True) == (again.stream, again.repeated)


@pytest.mark.clause("imagicle-care:proactive")
def test_an_event_code_that_nobody_monitors_opens_nothing(desk, monitored):
    with pytest.raises(RuleBroken) as refused:
        alert(desk, monitored, 0, code="coffee-is-out")

    assert "imagicle-care:proactive" == refused.value.clause


def test_an_agreement_without_monitoring_takes_no_alerts(desk):
    with pytest.raises(DoesNotFit):
        alert(desk, desk.contract("xmpro", plan="subscription"), 0)


def test_a_contract_cannot_be_renewed_before_there_is_one(desk):
    with pytest.raises(UnknownStream):
        desk.desk.on_contract(desk.order(uuid5(NAMES, "none"), Renew(until=date(2025, 1, 1)), hour(0)))


def test_a_contract_is_ordered_once(desk):
    contract = desk.contract("imagicle-care", **GOLD)

    again = desk.desk.on_contract(desk.order(contract, Sign(), hour(-24), "service-manager"))

    assert (2, ()) == (again.version, again.events)
    with pytest.raises(ContractRefused):
        desk.desk.on_contract(desk.order(contract, Sign(plan="platinum"), hour(0), "service-manager"))


@pytest.mark.clause("numonix-ixcloud:policy-changes")
def test_a_ticket_keeps_the_version_of_its_opening(desk):
    contract = desk.contract("numonix-ixcloud", plan="saas")
    before = desk.opened(contract, by="technical-contact")
    document = library_publications().agreements["numonix-ixcloud"]
    newer = document | {"version": "2024-04", "valid_from": "2024-03-05"}
    desk.desk.publish_agreement(desk.order(NAMES, newer, hour(12)))

    after = desk.opened(contract, hour(48), by="technical-contact")

    assert (document["version"], "2024-04") == (
        desk.desk.ticket(before).filed.version,
        desk.desk.ticket(after).filed.version,
    )
    with pytest.raises(PublicationRefused):
        desk.desk.publish_agreement(desk.order(NAMES, newer | {"title": "another"}, hour(13)))


@pytest.mark.clause("numonix-ixcloud:escalation")
def test_an_escalation_for_the_impact_is_refused_and_the_ticket_goes_on(desk):
    ticket = desk.opened(desk.contract("numonix-ixcloud", plan="saas"), by="technical-contact")

    with pytest.raises(RuleBroken, match="impact"):
        desk.does(ticket, Escalate(to="escalation-manager", cause="impact"), hour(1), "technical-contact")

    assert 3 == desk.does(ticket, Wait(on="contact"), hour(2)).version


def test_the_opening_of_a_ticket_cannot_be_struck(desk, ticket):
    with pytest.raises(DoesNotFit, match="opening"):
        desk.does(ticket, Correct(number=1, why="a mistake", struck=True), hour(1))


def test_nothing_is_corrected_into_the_future(desk, ticket):
    desk.does(ticket, Wait(on="access"), hour(1))

    with pytest.raises(BadInstant):
        desk.does(ticket, Correct(number=2, why="a mistake", moved_to=hour(9)), hour(2))
