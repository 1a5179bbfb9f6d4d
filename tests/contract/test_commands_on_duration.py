from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from domain.contract.commands import Cancel, End, Expire, Reduce, Renew, Sign
from domain.contract.events import Cancelled, Ended, Expired, Reduced, Renewed, Signed
from domain.refusals import BadInstant, DoesNotFit
from tests.contract.office import APRIL, DRAWN_UP, END_OF_MARCH, JANUARY, JUNE, MAY, drawn_up, given

END_OF_MAY, END_OF_YEAR, NEXT_YEAR = date(2024, 5, 31), date(2024, 12, 31), date(2025, 3, 31)
SIGNED = Signed(effective_at=JANUARY, until=END_OF_MARCH)
UNTIL_NEW_YEAR = Signed(effective_at=JANUARY, until=END_OF_YEAR)
CANCELLED = Cancelled(effective_at=APRIL)
ENDED = Ended(effective_at=APRIL)


# --- sign -----------------------------------------------------------------------------------------------------------------


def test_an_order_is_recorded_with_its_dates():
    order = Sign(subscription=True, starts=date(2024, 1, 15), until=END_OF_MARCH)

    given(DRAWN_UP).when(order, at=JANUARY).then(
        Signed(effective_at=JANUARY, subscription=True, starts=date(2024, 1, 15), until=END_OF_MARCH)
    )


def test_an_order_of_another_plan_is_refused_until_the_contract_is_amended():
    given(DRAWN_UP).when(Sign(plan="platinum")).refused(says="the order is for platinum, the contract for gold")


@pytest.mark.clause("xima-care:1")
def test_an_order_of_an_unknown_plan_does_not_fit():
    given(drawn_up("xima-care", plan="")).when(Sign(plan="silver")).refused(DoesNotFit, says='unknown plan "silver"')


@pytest.mark.clause("xima-care:1")
def test_an_order_without_a_plan_is_recorded_and_waits():
    given(drawn_up("xima-care", plan="")).when(Sign(ordered_at=APRIL)).then(Signed(effective_at=MAY, ordered_at=APRIL))


def test_the_same_order_signed_twice_is_recorded_once():
    given(DRAWN_UP, SIGNED).when(Sign(until=END_OF_MARCH)).then()


def test_the_same_order_is_a_new_one_once_the_contract_has_run_out():
    given(DRAWN_UP, Signed(effective_at=JANUARY), Expired(effective_at=APRIL)).when(Sign()).then(
        Signed(effective_at=MAY)
    )


def test_a_terminated_contract_is_not_signed_again():
    for until in (None, END_OF_MARCH, NEXT_YEAR):
        given(DRAWN_UP, SIGNED, ENDED).when(Sign(until=until)).refused(says="terminated")
    given(DRAWN_UP, SIGNED, Ended(effective_at=APRIL, until=END_OF_YEAR)).when(Sign()).refused(says="terminated")


@pytest.mark.clause("xima-care:2")
def test_a_cancelled_contract_is_not_signed_again():
    cancelled = given(drawn_up("xima-care"), UNTIL_NEW_YEAR, CANCELLED)

    cancelled.when(Sign(until=END_OF_YEAR)).refused(clause="xima-care:2", says="cancelled")
    cancelled.when(Sign(starts=JUNE.date())).refused(clause="xima-care:2", says="cancelled")
    given(drawn_up("xima-care"), CANCELLED).when(Sign()).refused(clause="xima-care:2", says="cancelled")


@pytest.mark.clause("xima-care:2")
def test_an_order_of_before_the_cancellation_that_is_told_late_ends_with_it():
    given(drawn_up("xima-care"), CANCELLED).when(Sign(), at=JANUARY).then(Signed(effective_at=JANUARY))


def test_an_order_cannot_end_before_it_starts():
    with pytest.raises(ValidationError, match="lies before the first"):
        Sign(starts=END_OF_YEAR, until=END_OF_MARCH)


def test_an_order_that_ended_before_it_was_told_is_refused():
    given(DRAWN_UP).when(Sign(starts=JANUARY.date(), until=END_OF_MARCH)).refused(BadInstant, says="until, 2024-03-31")
    given(DRAWN_UP).when(Sign(until=MAY.date())).then(Signed(effective_at=MAY, until=MAY.date()))


def test_an_order_that_counts_from_before_its_end_may_be_told_after_it():
    given(DRAWN_UP).when(Sign(until=END_OF_MARCH), at=JANUARY).then(Signed(effective_at=JANUARY, until=END_OF_MARCH))


@pytest.mark.clause("xima-care:1")
def test_an_order_is_not_placed_after_the_instant_from_which_it_counts():
    unplanned = given(drawn_up("xima-care", plan=""))

    unplanned.when(Sign(ordered_at=JUNE)).refused(BadInstant, says="ordered_at lies after 2024-05-02T09:00:00Z")
    unplanned.when(Sign(ordered_at=MAY)).then(Signed(effective_at=MAY, ordered_at=MAY))


def test_a_second_order_does_not_shorten_the_first():
    beside = given(DRAWN_UP, UNTIL_NEW_YEAR, Signed(effective_at=APRIL, until=END_OF_MAY))

    beside.when(Expire(until=END_OF_MAY), at=JUNE).refused(says="runs until 2024-12-31")
    beside.when(Renew(until=date(2024, 9, 30)), at=JUNE).refused(
        clause="imagicle-care:renewal", says="runs until 2024-12-31 already"
    )
    beside.when(Reduce(until=date(2024, 9, 30)), at=JUNE).then(Reduced(effective_at=JUNE, until=date(2024, 9, 30)))


def test_an_order_after_an_end_at_once_runs_as_long_as_it_says():
    for end in (ENDED, CANCELLED):
        again = given(DRAWN_UP, UNTIL_NEW_YEAR, end, Signed(effective_at=MAY, until=END_OF_MAY))

        again.when(Renew(until=JUNE.date())).then(Renewed(effective_at=MAY, until=JUNE.date()))


# --- renew ----------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("imagicle-care:renewal")
def test_a_renewal_is_recorded_also_when_it_comes_late():
    given(DRAWN_UP, SIGNED).when(Renew(until=NEXT_YEAR, ordered_on=MAY.date())).then(
        Renewed(effective_at=MAY, until=NEXT_YEAR, ordered_on=MAY.date())
    )


@pytest.mark.clause("imagicle-care:renewal")
@pytest.mark.parametrize("until", [END_OF_MARCH, date(2024, 3, 30)])
def test_a_renewal_that_does_not_go_beyond_the_present_end_is_refused(until):
    given(DRAWN_UP, SIGNED).when(Renew(until=until)).refused(
        clause="imagicle-care:renewal", says="runs until 2024-03-31 already"
    )


def test_a_renewal_is_not_ordered_after_the_day_from_which_it_counts():
    given(DRAWN_UP, SIGNED).when(Renew(until=NEXT_YEAR, ordered_on=JUNE.date())).refused(
        BadInstant, says="ordered_on lies after 2024-05-02"
    )


def test_a_renewal_that_ended_before_it_was_told_is_refused():
    given(DRAWN_UP).when(Renew(until=END_OF_MARCH)).refused(BadInstant, says="before 2024-05-02")
    given(DRAWN_UP, SIGNED).when(Renew(until=date(2024, 4, 30))).refused(BadInstant, says="before 2024-05-02")


@pytest.mark.clause("xima-care:2")
def test_a_cancelled_contract_is_not_renewed():
    given(drawn_up("xima-care"), SIGNED, CANCELLED).when(Renew(until=NEXT_YEAR)).refused(
        clause="xima-care:2", says="cancelled"
    )


def test_a_terminated_contract_is_not_renewed():
    given(DRAWN_UP, SIGNED, ENDED).when(Renew(until=NEXT_YEAR)).refused(says="terminated")


def test_a_contract_that_history_has_ordered_anew_after_its_end_is_renewed():
    again = Signed(effective_at=MAY, until=END_OF_YEAR)

    given(DRAWN_UP, SIGNED, ENDED, again).when(Renew(until=NEXT_YEAR), at=JUNE).then(
        Renewed(effective_at=JUNE, until=NEXT_YEAR)
    )


def test_a_contract_of_which_no_end_is_known_can_be_renewed():
    given(DRAWN_UP).when(Renew(until=NEXT_YEAR)).then(Renewed(effective_at=MAY, until=NEXT_YEAR))


def test_the_same_renewal_again_records_nothing():
    given(DRAWN_UP, SIGNED, Renewed(effective_at=APRIL, until=NEXT_YEAR)).when(Renew(until=NEXT_YEAR)).then()


# --- expire ---------------------------------------------------------------------------------------------------------------


def test_a_contract_runs_out_after_its_last_day():
    given(DRAWN_UP, SIGNED).when(Expire(until=END_OF_MARCH)).then(Expired(effective_at=MAY, until=END_OF_MARCH))
    given(DRAWN_UP, SIGNED).when(Expire()).then(Expired(effective_at=MAY))


@pytest.mark.parametrize("until", [None, END_OF_MARCH, NEXT_YEAR])
def test_a_contract_does_not_run_out_on_another_day_than_its_last(until):
    given(DRAWN_UP, UNTIL_NEW_YEAR).when(Expire(until=until)).refused(says="runs until 2024-12-31")


def test_the_last_day_is_one_on_the_wall_of_the_region():
    in_rome_already_new_year = datetime(2024, 12, 31, 23, 30, tzinfo=UTC)

    given(DRAWN_UP, UNTIL_NEW_YEAR).when(Expire(), at=in_rome_already_new_year).then(
        Expired(effective_at=in_rome_already_new_year)
    )


def test_a_contract_of_which_no_end_was_stated_does_not_run_out_on_a_day_gone_by():
    given(DRAWN_UP).when(Expire(until=END_OF_MARCH)).refused(BadInstant, says="before 2024-05-02")
    given(DRAWN_UP).when(Expire(until=MAY.date())).then(Expired(effective_at=MAY, until=MAY.date()))


@pytest.mark.clause("xima-care:2")
def test_a_cancelled_contract_does_not_run_out():
    given(drawn_up("xima-care"), SIGNED, CANCELLED).when(Expire()).refused(clause="xima-care:2", says="cancelled")


def test_a_contract_runs_out_once():
    expired = Expired(effective_at=APRIL, until=END_OF_MARCH)

    given(DRAWN_UP, SIGNED, expired).when(Expire(until=END_OF_MARCH)).then()


def test_a_renewed_contract_runs_out_again():
    renewed = Renewed(effective_at=MAY, until=END_OF_MAY)
    june = Expired(effective_at=JUNE)

    given(DRAWN_UP, SIGNED, Expired(effective_at=APRIL), renewed).when(Expire(), at=JUNE).then(june)


# --- reduce ---------------------------------------------------------------------------------------------------------------


def test_a_contract_is_shortened():
    given(DRAWN_UP, UNTIL_NEW_YEAR).when(Reduce(until=END_OF_MAY)).then(Reduced(effective_at=MAY, until=END_OF_MAY))


def test_a_contract_is_not_made_longer_by_reducing_it():
    given(DRAWN_UP, UNTIL_NEW_YEAR).when(Reduce(until=NEXT_YEAR)).refused(says="runs only until 2024-12-31")


def test_a_terminated_contract_is_not_shortened():
    given(DRAWN_UP, UNTIL_NEW_YEAR, ENDED).when(Reduce(until=END_OF_MAY)).refused(says="terminated")


def test_a_contract_that_ends_on_the_day_already_is_not_shortened_again():
    reduced = Reduced(effective_at=APRIL, until=END_OF_MAY)

    given(DRAWN_UP, UNTIL_NEW_YEAR, reduced).when(Reduce(until=END_OF_MAY)).then()
    given(DRAWN_UP, UNTIL_NEW_YEAR).when(Reduce(until=END_OF_YEAR)).then()


def test_a_contract_is_not_shortened_to_a_day_on_which_its_tickets_were_rightly_opened():
    given(DRAWN_UP, UNTIL_NEW_YEAR).when(Reduce(until=date(2019, 12, 1))).refused(BadInstant, says="before 2024-05-02")
    given(DRAWN_UP).when(Reduce(until=END_OF_MARCH)).refused(BadInstant, says="before 2024-05-02")
    given(DRAWN_UP, UNTIL_NEW_YEAR).when(Reduce(until=END_OF_MARCH), at=JANUARY).then(
        Reduced(effective_at=JANUARY, until=END_OF_MARCH)
    )


def test_the_day_from_which_a_contract_is_shortened_is_one_on_the_wall_of_its_region():
    in_rome_already_june = datetime(2024, 5, 31, 22, 30, tzinfo=UTC)
    until_new_year = given(DRAWN_UP, UNTIL_NEW_YEAR)

    until_new_year.when(Reduce(until=END_OF_MAY), at=in_rome_already_june).refused(BadInstant, says="before 2024-06-01")
    until_new_year.when(Reduce(until=END_OF_MAY), at=in_rome_already_june - timedelta(hours=1)).then(
        Reduced(effective_at=in_rome_already_june - timedelta(hours=1), until=END_OF_MAY)
    )


# --- cancel ---------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("xima-care:2")
def test_a_contract_is_cancelled_at_once():
    given(drawn_up("xima-care"), UNTIL_NEW_YEAR).when(Cancel()).then(Cancelled(effective_at=MAY))


def test_a_terminated_contract_is_cancelled_only_before_its_last_day():
    until_may = Ended(effective_at=APRIL, until=END_OF_MAY)

    given(DRAWN_UP, until_may).when(Cancel(), at=MAY).then(Cancelled(effective_at=MAY))
    given(DRAWN_UP, until_may).when(Cancel(), at=JUNE).refused(says="terminated")
    given(DRAWN_UP, ENDED).when(Cancel()).refused(says="terminated")


def test_a_contract_cancelled_twice_is_cancelled_once():
    given(DRAWN_UP, CANCELLED).when(Cancel()).then()


# --- end ------------------------------------------------------------------------------------------------------------------


def test_a_contract_is_terminated_at_once_or_after_a_day():
    given(DRAWN_UP).when(End()).then(Ended(effective_at=MAY))
    given(DRAWN_UP).when(End(until=END_OF_MAY)).then(Ended(effective_at=MAY, until=END_OF_MAY))


def test_a_contract_is_not_terminated_after_a_day_gone_by():
    given(DRAWN_UP, UNTIL_NEW_YEAR).when(End(until=END_OF_MARCH)).refused(BadInstant, says="before 2024-05-02")


def test_the_same_termination_told_again_after_its_day_records_nothing():
    given(DRAWN_UP, Ended(effective_at=APRIL, until=END_OF_MAY)).when(End(until=END_OF_MAY), at=JUNE).then()


def test_a_contract_is_not_terminated_for_another_day_once_it_is_terminated():
    given(DRAWN_UP, ENDED).when(End(until=END_OF_MAY)).refused(says="terminated")


def test_a_cancelled_contract_is_not_terminated():
    given(DRAWN_UP, CANCELLED).when(End()).refused(says="cancelled")


def test_the_same_termination_again_records_nothing():
    given(DRAWN_UP, ENDED).when(End()).then()
