from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contract.cover import Cover, OrderWait
from domain.contract.events import ContactNamed, Expired, Paid, Renewed, Signed, SupportEnded, Unpaid
from domain.contract.facts import Contract, ContractPerson
from domain.contract.papers import Amended
from domain.contract.spans import LateFee
from domain.contract.standing import Standing, standing
from domain.contract.state import Agreed
from domain.instants import SECOND, instant, micros
from domain.terms.library import selector
from tests.contract.office import APRIL, DRAWN_UP, END_OF_MARCH, JANUARY, JUNE, MAY, agreed, drawn_up

SIGNED = Signed(effective_at=JANUARY, until=END_OF_MARCH)
EXPIRED = Expired(effective_at=APRIL, until=END_OF_MARCH)
PLATINUM = Amended(effective_at=APRIL, plan="platinum")


def contract(state: Agreed, at: datetime, known_at: datetime | None = None) -> Contract:
    return state.contract(micros(at), None if known_at is None else micros(known_at))


def stands(state: Agreed, at: datetime, known_at: datetime | None = None) -> Standing:
    return standing(state, selector(state.agreement), micros(at), None if known_at is None else micros(known_at))


# --- the facts in force ---------------------------------------------------------------------------------------------------


def test_a_contract_that_was_never_drawn_up_has_no_facts():
    with pytest.raises(LookupError, match="never drawn up"):
        Agreed().contract(micros(MAY))


def test_a_contract_is_what_was_drawn_up_whichever_instant_is_asked_about():
    paper = agreed(drawn_up(at=MAY, products=("fax",), asia_pacific=True))
    facts = Contract(customer="acme", plan="gold", region="europe", products=("fax",), asia_pacific=True)

    assert facts == contract(paper, JANUARY)
    assert facts == contract(paper, JUNE)


def test_a_ticket_is_judged_by_the_plan_that_held_when_it_was_opened():
    state = agreed(DRAWN_UP, PLATINUM)

    assert "gold" == contract(state, JANUARY).plan
    assert "platinum" == contract(state, APRIL).plan


def test_an_amendment_recorded_late_counts_from_its_day_once_it_is_known():
    state = agreed(DRAWN_UP, (PLATINUM, JUNE))

    assert "gold" == contract(state, MAY, known_at=MAY).plan
    assert "platinum" == contract(state, MAY, known_at=JUNE).plan


def test_the_later_of_two_amendments_holds_in_whatever_order_they_were_recorded():
    state = agreed(DRAWN_UP, (Amended(effective_at=MAY, plan="basic"), JUNE), (PLATINUM, JUNE))

    assert "platinum" == contract(state, APRIL).plan
    assert "basic" == contract(state, JUNE).plan


def test_an_amendment_leaves_alone_what_it_does_not_name():
    state = agreed(drawn_up(hosting="vendor", support_expert="eve"), PLATINUM)

    assert ("vendor", "eve") == (contract(state, MAY).hosting, contract(state, MAY).support_expert)


def test_an_amendment_can_take_the_support_expert_away():
    state = agreed(drawn_up(support_expert="eve"), Amended(effective_at=APRIL, support_expert=""))

    assert contract(state, MAY).support_expert is None


@pytest.mark.clause("eschat:release-schedule")
def test_a_release_published_later_counts_for_tickets_opened_before():
    state = agreed(drawn_up("eschat", releases=("8.1",)), Amended(effective_at=MAY, releases=("8.2",)))

    assert ("8.1", "8.2") == contract(state, APRIL).releases
    assert ("8.1",) == contract(state, JUNE, known_at=APRIL).releases


def test_readings_are_those_on_which_both_sides_agreed_by_then():
    channel = "imagicle-care:on-call/channel"
    state = agreed(DRAWN_UP, Amended(effective_at=APRIL, readings={channel: "from-phone"}))

    assert {} == state.paper(micros(JANUARY)).readings
    assert {channel: "from-phone"} == state.paper(micros(MAY)).readings


@pytest.mark.clause("xima-care:1")
def test_a_plan_that_the_paper_leaves_open_is_that_of_the_last_order():
    without, standard = Signed(effective_at=APRIL), Signed(effective_at=MAY, plan="standard")
    state = agreed(drawn_up("xima-care", plan=""), without, standard)

    assert "" == contract(state, APRIL).plan
    assert "standard" == contract(state, JUNE).plan


def test_the_version_is_the_number_of_the_last_entry():
    assert 3 == agreed(DRAWN_UP, PLATINUM, SIGNED).version


# --- what was known -------------------------------------------------------------------------------------------------------


def test_an_event_is_known_since_it_was_recorded():
    (event,) = contract(agreed(DRAWN_UP, (SIGNED, MAY)), JUNE).events

    assert MAY == event.known_since


def test_an_order_not_known_yet_puts_nothing_in_dispute():
    state = agreed(DRAWN_UP, (SIGNED, MAY))

    assert () == contract(state, APRIL, known_at=APRIL).events
    assert stands(state, APRIL, known_at=APRIL).cover.covered
    assert not stands(state, APRIL).cover.covered


@pytest.mark.clause("imagicle-care:renewal")
@given(late_days=st.integers(1, 120), into_the_gap=st.floats(0, 1, exclude_max=True), known_days=st.integers(0, 400))
def test_a_late_renewal_covers_the_gap_only_once_it_is_known(late_days, into_the_gap, known_days):
    end = datetime(2024, 3, 31, 22, tzinfo=UTC)  # midnight in Rome
    ordered = end + timedelta(days=late_days - 1, hours=12)
    opened = end + into_the_gap * (ordered - end)
    known = ordered + timedelta(days=known_days)
    renewed = Renewed(
        effective_at=ordered, until=date(2025, 12, 31), ordered_on=END_OF_MARCH + timedelta(days=late_days)
    )
    state = agreed(DRAWN_UP, SIGNED, Expired(effective_at=end), (renewed, known))
    then, now = known - timedelta(microseconds=1), known

    assert not stands(state, opened, known_at=then).cover.covered
    assert stands(state, opened, known_at=now).cover.covered
    assert stands(state, opened).cover == stands(state, opened, known_at=now).cover


@given(
    recorded=st.lists(st.integers(0, 1000), max_size=6),
    effective=st.lists(st.integers(0, 1000), min_size=6, max_size=6),
    at=st.integers(0, 1000),
    known_at=st.integers(0, 1000),
)
def test_what_was_known_by_then_is_what_a_contract_recorded_up_to_then_says(recorded, effective, at, known_at):
    plans = ("basic", "gold", "platinum")
    entries = [
        (Amended(effective_at=instant(effective[place] * SECOND), plan=plans[place % 3]), instant(second * SECOND))
        for place, second in enumerate(sorted(recorded))
    ]
    by_then = [one for one in entries if one[1] <= instant(known_at * SECOND)]

    assert agreed(DRAWN_UP, *by_then).contract(at * SECOND) == agreed(DRAWN_UP, *entries).contract(
        at * SECOND, known_at * SECOND
    )


# --- how it stands --------------------------------------------------------------------------------------------------------


@pytest.mark.clause("imagicle-care:valid-contract")
def test_a_contract_that_ran_out_stands_uncovered_with_its_clause():
    cover = stands(agreed(DRAWN_UP, SIGNED, EXPIRED), MAY).cover

    assert Cover(False, "imagicle-care:valid-contract", "the contract ended on 2024-03-31") == cover


@pytest.mark.clause("imagicle-care:renewal")
def test_a_renewal_after_the_days_of_grace_stands_with_its_fee():
    ordered = date(2024, 9, 1)
    renewed = Renewed(effective_at=datetime(2024, 9, 1, 9, tzinfo=UTC), until=date(2025, 12, 31))
    state = agreed(DRAWN_UP, SIGNED, EXPIRED, renewed)

    assert (LateFee("upgrade-fee", 1, ordered, "imagicle-care:renewal"),) == stands(
        state, datetime(2024, 10, 1, tzinfo=UTC)
    ).late_fees


@pytest.mark.clause("imagicle-care:fees")
def test_a_contract_with_overdue_fees_stands_unpaid_until_they_are_paid():
    state = agreed(DRAWN_UP, Unpaid(effective_at=APRIL), Paid(effective_at=MAY))
    unpaid = stands(state, APRIL)

    assert (False, "imagicle-care:fees") == (unpaid.is_paid, unpaid.cover.clause)
    assert stands(state, MAY).is_paid


@pytest.mark.clause("xima-care:1")
def test_an_order_without_a_plan_stands_with_the_day_its_rejection_is_due():
    state = agreed(drawn_up("xima-care", plan=""), Signed(effective_at=APRIL))
    standing = stands(state, APRIL)
    since = micros(APRIL) // SECOND

    assert (False, "xima-care:1") == (standing.cover.covered, standing.cover.clause)
    assert OrderWait(since, since + 3 * 86_400, "xima-care:1", frozenset({"xima-care:1/calendar-days"})) == (
        standing.order_wait
    )


@pytest.mark.clause("imagicle-care:end-of-life")
def test_a_contract_stands_as_the_readings_say_that_were_agreed():
    at_the_date = {"imagicle-care:end-of-life/end-of-support": "at-the-date"}
    undeclared = SupportEnded(effective_at=APRIL, on=END_OF_MARCH, declared=False)

    assert stands(agreed(DRAWN_UP, undeclared), MAY).cover.covered
    assert not stands(agreed(drawn_up(readings=at_the_date), undeclared), MAY).cover.covered


@pytest.mark.clause("xmpro:3-contacts")
def test_a_contract_stands_with_the_people_who_speak_for_the_customer():
    ada, bob = ContractPerson(id="ada", role="primary-contact"), ContractPerson(id="bob", role="stand-in-contact")
    named = ContactNamed(effective_at=MAY, id="bob", role="stand-in-contact")
    state = agreed(drawn_up("xmpro", people=(ada,)), named)

    assert (ada,) == stands(state, APRIL).people
    assert (ada, bob) == stands(state, JUNE).people
