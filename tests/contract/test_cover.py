from datetime import date

import pytest

from domain.contract.cover import Cover, Uncovered, late_fees, order_wait, uncovered_opening
from domain.contract.spans import years_begun
from domain.terms.entitlement import Entitlement
from domain.terms.rows import Scope
from domain.terms.zones import zone
from tests.contract.agreed import ESCHAT, IMAGICLE, NUMONIX, XIMA, XMPRO, ask, contract, fact, micro, scope, terms

ROME = zone("Europe/Rome")
SIGNED = fact("2023-03-01T10:00:00+01:00", "signed", starts="2023-04-01", until="2024-03-31")
AFTER_EXPIRY = "2024-04-15T10:00:00+02:00"


def answer(of: Cover) -> tuple[bool, str | None]:
    return of.covered, of.clause


# --- in force or not ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("agreement", [IMAGICLE, XIMA, NUMONIX, ESCHAT, XMPRO])
def test_a_contract_without_a_history_is_covered(agreement):
    assert ask(agreement, contract(), AFTER_EXPIRY).covered
    assert ask(agreement, contract(), AFTER_EXPIRY, product="suite").covered


def test_an_agreement_that_asks_for_no_contract_covers_every_ticket():
    expired = ask(
        "", contract(SIGNED, fact(AFTER_EXPIRY, "cancelled"), products=["suite"]), AFTER_EXPIRY, product="fax"
    )

    assert Cover(True, None, "the contract is not in dispute") == expired


@pytest.mark.clause("imagicle-care:valid-contract")
def test_a_contract_covers_its_last_day_and_not_the_next():
    assert ask(IMAGICLE, contract(SIGNED), "2024-03-31T23:59:59+02:00").covered
    assert (False, "imagicle-care:valid-contract") == answer(
        ask(IMAGICLE, contract(SIGNED), "2024-04-01T00:00:00+02:00")
    )


@pytest.mark.clause("imagicle-care:valid-contract")
def test_the_last_day_ends_at_midnight_in_the_zone_of_the_region():
    midnight_in_rome = "2024-04-01T00:00:00+02:00"

    assert not ask(IMAGICLE, contract(SIGNED), midnight_in_rome).covered
    assert ask(IMAGICLE, contract(SIGNED), midnight_in_rome, where="America/New_York").covered


@pytest.mark.clause("imagicle-care:valid-contract")
def test_a_covered_ticket_is_told_until_when():
    covered = ask(IMAGICLE, contract(SIGNED), "2024-03-01T10:00:00+01:00")

    assert micro("2024-04-01T00:00:00+02:00") // 1_000_000 == covered.until


@pytest.mark.clause("imagicle-care:valid-contract")
def test_an_opening_outside_the_contract_is_irregular_with_its_clause():
    opening = uncovered_opening(contract(SIGNED), terms(IMAGICLE), scope(contract()), ROME, at=micro(AFTER_EXPIRY))

    assert Uncovered("imagicle-care:valid-contract", "the contract ended on 2024-03-31") == opening


@pytest.mark.clause("imagicle-care:valid-contract")
def test_an_opening_within_the_contract_is_regular():
    at = micro("2024-03-01T10:00:00+01:00")

    assert uncovered_opening(contract(SIGNED), terms(IMAGICLE), scope(contract()), ROME, at=at) is None


def test_a_contract_that_was_not_known_to_be_signed_did_not_cover():
    signed = contract({**SIGNED, "recorded_at": "2023-06-01T10:00:00+02:00"})
    opened = "2023-05-01T10:00:00+02:00"

    assert (False, "imagicle-care:valid-contract") == answer(ask(IMAGICLE, signed, opened, known_at=opened))
    assert ask(IMAGICLE, signed, opened).covered


def test_a_contract_that_was_only_seen_to_expire_was_covered_before():
    expired = contract(fact("2024-04-01T08:00:00+02:00", "expired", until="2024-03-31"))

    assert ask(IMAGICLE, expired, "2024-03-31T12:00:00+02:00").covered
    assert not ask(IMAGICLE, expired, "2024-04-01T00:00:00+02:00").covered


def test_an_expiry_told_the_morning_after_does_not_lengthen_the_contract():
    expired = contract(SIGNED, fact("2024-04-01T08:00:00+02:00", "expired"))

    assert not ask(IMAGICLE, expired, "2024-04-01T07:00:00+02:00").covered


def test_an_expiry_without_a_day_ends_cover_at_its_instant():
    expired = contract(fact("2024-04-01T08:00:00+02:00", "expired"))

    assert ask(IMAGICLE, expired, "2024-04-01T07:59:59+02:00").covered
    assert not ask(IMAGICLE, expired, "2024-04-01T08:00:00+02:00").covered


def test_a_reduced_contract_covers_the_last_day_that_is_left():
    reduced = contract(SIGNED, fact("2023-11-02T10:00:00+01:00", "reduced", until="2023-12-31"))

    assert ask(IMAGICLE, reduced, "2023-12-31T23:59:59+01:00").covered
    assert "the contract was reduced to end on 2023-12-31" == ask(IMAGICLE, reduced, "2024-01-01T00:00:00+01:00").why


def test_a_contract_is_not_lengthened_by_a_reduction():
    reduced = contract(SIGNED, fact("2023-11-02T10:00:00+01:00", "reduced", until="2025-12-31"))

    assert not ask(IMAGICLE, reduced, AFTER_EXPIRY).covered


# --- when it starts -------------------------------------------------------------------------------------------------------

DATES = {
    "registered_on": "2024-02-01",
    "effective_on": "2024-03-01",
    "executed_on": "2024-04-01",
    "until": "2025-12-31",
}


@pytest.mark.clause("imagicle-care:service-duration")
@pytest.mark.parametrize(
    ("dates", "day"),
    [
        ({"starts": "2024-05-01", **DATES}, "2024-05-01"),
        ({"starts": "2024-05-01", **DATES, "subscription": True}, "2024-05-01"),
        (DATES, "2024-02-01"),
        ({**DATES, "subscription": True}, "2024-03-01"),
        ({"executed_on": "2024-04-01", "until": "2025-12-31", "subscription": True}, "2024-04-01"),
        ({"until": "2025-12-31"}, "2024-01-15"),
    ],
)
def test_a_contract_starts_as_ordered_else_at_registration_or_as_the_subscription_took_effect(dates, day):
    signed = contract(fact("2024-01-15T00:00:00+01:00", "signed", **dates))
    midnight = f"{day}T00:00:00{'+01:00' if day < '2024-03-31' else '+02:00'}"
    eve = date.fromordinal(date.fromisoformat(day).toordinal() - 1)

    first = ask(IMAGICLE, signed, midnight)
    before = ask(IMAGICLE, signed, f"{eve}T23:00:00+01:00" if eve < date(2024, 3, 31) else f"{eve}T23:59:59+02:00")

    assert (True, "imagicle-care:service-duration") == answer(first)
    assert (False, "imagicle-care:service-duration") == answer(before)
    assert f"cover begins on {day}" == before.why


def test_whoever_asks_on_the_day_on_which_cover_begins_hears_the_hour():
    signed = contract(fact("2024-01-15T10:00:00+01:00", "signed", until="2025-12-31"))

    on_the_day = ask(IMAGICLE, signed, "2024-01-15T09:59:59+01:00")

    assert "cover begins on 2024-01-15 at 10:00 Europe/Rome" == on_the_day.why


@pytest.mark.clause("imagicle-care:service-duration")
def test_an_order_without_any_date_starts_at_its_signing_by_assumption():
    signed = contract(fact("2024-01-15T10:00:00+01:00", "signed", until="2025-12-31"))

    assert {"imagicle-care:service-duration/silent"} == ask(IMAGICLE, signed, "2024-01-15T10:00:00+01:00").assumes
    assert not ask(IMAGICLE, signed, "2024-01-15T09:59:59+01:00").covered
    assert frozenset() == ask(IMAGICLE, contract(SIGNED), "2024-01-15T10:00:00+01:00").assumes


@pytest.mark.clause("imagicle-care:basic-first-year")
def test_the_basic_plan_lasts_twelve_months_where_no_end_was_ordered():
    signed = contract(fact("2023-04-01T10:00:00+02:00", "signed", registered_on="2023-04-10"), plan="basic")

    assert (True, "imagicle-care:basic-first-year") == answer(ask(IMAGICLE, signed, "2024-04-09T23:59:59+02:00"))
    assert (False, "imagicle-care:basic-first-year") == answer(ask(IMAGICLE, signed, "2024-04-10T00:00:00+02:00"))


@pytest.mark.clause("imagicle-care:basic-first-year")
def test_basic_support_comes_with_a_product_for_twelve_months_from_its_registration():
    registered = fact("2023-05-01T10:00:00+02:00", "product_covered", product="suite", registered_on="2023-04-10")
    bought = contract(registered, plan="basic")

    assert ask(IMAGICLE, bought, "2023-04-10T00:00:00+02:00", product="suite").covered
    assert ask(IMAGICLE, bought, "2024-04-09T23:59:59+02:00", product="suite").covered
    assert not ask(IMAGICLE, bought, "2024-04-10T00:00:00+02:00", product="suite").covered
    assert not ask(IMAGICLE, bought, "2024-04-10T00:00:00+02:00").covered


@pytest.mark.clause("imagicle-care:basic-first-year")
def test_a_first_year_can_be_renewed_like_any_contract():
    bought = contract(
        fact("2023-04-10T00:00:00+02:00", "product_covered", product="suite"),
        fact("2024-05-02T10:00:00+02:00", "renewed", until="2025-04-09"),
        plan="basic",
    )

    assert (True, "imagicle-care:renewal") == answer(ask(IMAGICLE, bought, AFTER_EXPIRY, product="suite"))


@pytest.mark.clause("imagicle-care:basic-first-year")
def test_twelve_months_from_a_leap_day_hold_the_last_of_february():
    bought = contract(fact("2024-02-29T00:00:00+01:00", "product_covered", product="suite"), plan="basic")

    assert ask(IMAGICLE, bought, "2025-02-28T23:59:59+01:00", product="suite").covered
    assert not ask(IMAGICLE, bought, "2025-03-01T00:00:00+01:00", product="suite").covered


@pytest.mark.clause("imagicle-care:basic-first-year")
def test_no_first_year_comes_with_the_other_plans():
    signed = contract(fact("2023-04-01T10:00:00+02:00", "signed"))

    assert ask(IMAGICLE, signed, "2029-04-01T10:00:00+02:00").covered


@pytest.mark.clause("numonix-ixcloud:support-period")
def test_the_support_period_runs_from_the_orders_effective_date_to_the_termination():
    period = contract(
        fact("2024-01-10T10:00:00-05:00", "signed", effective_on="2024-02-01", until="2024-12-31"),
        fact("2024-08-01T10:00:00-04:00", "ended", until="2024-08-31"),
    )

    assert not ask(NUMONIX, period, "2024-01-31T23:59:59-05:00", where="America/New_York").covered
    assert ask(NUMONIX, period, "2024-02-01T00:00:00-05:00", where="America/New_York").covered
    assert ask(NUMONIX, period, "2024-08-31T23:59:59-04:00", where="America/New_York").covered
    assert (False, "numonix-ixcloud:support-period") == answer(
        ask(NUMONIX, period, "2024-09-01T00:00:00-04:00", where="America/New_York")
    )


@pytest.mark.clause("numonix-ixcloud:support-period")
def test_a_renewal_after_the_support_period_leaves_the_gap_uncovered():
    period = contract(SIGNED, fact("2024-04-20T10:00:00+02:00", "renewed", until="2025-03-31"))

    assert not ask(NUMONIX, period, AFTER_EXPIRY).covered
    assert ask(NUMONIX, period, "2024-04-20T00:00:00+02:00").covered


@pytest.mark.clause("numonix-ixcloud:support-period")
def test_a_renewal_ordered_on_the_last_day_of_the_support_period_leaves_no_gap():
    period = contract(SIGNED, fact("2024-03-31T23:00:00+02:00", "renewed", until="2025-03-31"))

    assert ask(NUMONIX, period, "2024-04-01T00:00:00+02:00").covered


@pytest.mark.clause("eschat:precedence")
def test_the_exhibit_ends_with_the_agreement_it_is_attached_to():
    ended = ask(ESCHAT, contract(SIGNED), AFTER_EXPIRY)

    assert (False, "eschat:precedence") == answer(ended)
    assert {"eschat:precedence/term"} == ended.assumes


# --- renewal --------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("imagicle-care:renewal")
def test_a_renewal_before_the_expiry_runs_on_without_a_gap():
    renewed = contract(SIGNED, fact("2024-03-31T17:00:00+02:00", "renewed", until="2025-03-31"))

    first_day = ask(IMAGICLE, renewed, "2024-04-01T00:00:00+02:00")

    assert (True, "imagicle-care:renewal") == answer(first_day)
    assert micro("2025-04-01T00:00:00+02:00") // 1_000_000 == ask(IMAGICLE, renewed, "2023-05-01T10:00:00+02:00").until


@pytest.mark.clause("imagicle-care:renewal")
def test_a_renewal_on_day_120_covers_the_gap_and_one_on_day_121_does_not():
    day_120 = contract(SIGNED, fact("2024-07-29T23:59:59+02:00", "renewed", until="2025-03-31"))
    day_121 = contract(SIGNED, fact("2024-07-30T00:00:00+02:00", "renewed", until="2025-03-31"))

    assert (True, "imagicle-care:renewal") == answer(ask(IMAGICLE, day_120, AFTER_EXPIRY))
    assert (False, "imagicle-care:renewal") == answer(ask(IMAGICLE, day_121, AFTER_EXPIRY))


@pytest.mark.clause("imagicle-care:renewal")
def test_the_days_of_grace_are_days_of_the_regions_zone():
    still_day_120_in_new_york = contract(SIGNED, fact("2024-07-30T00:00:00+02:00", "renewed", until="2025-03-31"))

    assert ask(IMAGICLE, still_day_120_in_new_york, AFTER_EXPIRY, where="America/New_York").covered


@pytest.mark.clause("imagicle-care:renewal")
def test_a_renewal_after_the_days_of_grace_starts_on_the_day_of_its_order():
    renewed = contract(
        SIGNED, fact("2024-08-05T10:00:00+02:00", "renewed", until="2025-07-31", ordered_on="2024-08-01")
    )

    assert not ask(IMAGICLE, renewed, "2024-07-31T23:59:59+02:00").covered
    assert (True, "imagicle-care:renewal") == answer(ask(IMAGICLE, renewed, "2024-08-01T00:00:00+02:00"))


@pytest.mark.clause("imagicle-care:renewal")
def test_a_late_renewal_covers_the_gap_only_from_when_it_is_known():
    renewed = contract(SIGNED, fact("2024-05-10T10:00:00+02:00", "renewed", until="2025-03-31"))

    as_known_then = ask(IMAGICLE, renewed, AFTER_EXPIRY, known_at=AFTER_EXPIRY)
    the_day_before_it_was_known = ask(IMAGICLE, renewed, AFTER_EXPIRY, known_at="2024-05-10T09:59:59+02:00")
    as_known_now = ask(IMAGICLE, renewed, AFTER_EXPIRY, known_at="2024-05-10T10:00:00+02:00")

    assert (False, "imagicle-care:valid-contract") == answer(as_known_then)
    assert as_known_then == the_day_before_it_was_known
    assert (True, "imagicle-care:renewal") == answer(as_known_now)
    assert "renewed on 2024-05-10, 40 days after the end on 2024-03-31" == as_known_now.why
    assert "imagicle-care:renewal/whole-days" in as_known_now.assumes


@pytest.mark.clause("imagicle-care:renewal")
def test_an_order_in_time_that_was_recorded_late_is_a_renewal_in_time_once_known():
    late_record = {
        **fact("2024-07-29T10:00:00+02:00", "renewed", until="2025-03-31"),
        "recorded_at": "2024-09-01T10:00:00+02:00",
    }
    renewed = contract(SIGNED, late_record)

    assert not ask(IMAGICLE, renewed, AFTER_EXPIRY, known_at="2024-08-31T10:00:00+02:00").covered
    assert ask(IMAGICLE, renewed, AFTER_EXPIRY).covered


@pytest.mark.clause("imagicle-care:renewal")
@pytest.mark.parametrize(
    ("ordered_on", "years"),
    [("2024-07-29", None), ("2024-07-30", 1), ("2025-03-31", 1), ("2025-04-01", 2), ("2026-04-01", 3)],
)
def test_a_late_renewal_owes_the_upgrade_fee_for_each_year_of_delay_begun(ordered_on, years):
    renewed = contract(SIGNED, fact("2026-05-01T10:00:00+02:00", "renewed", until="2027-03-31", ordered_on=ordered_on))

    fees = late_fees(renewed, terms(IMAGICLE), scope(renewed), ROME)

    expected = (
        [] if years is None else [("upgrade-fee", years, date.fromisoformat(ordered_on), "imagicle-care:renewal")]
    )
    assert expected == [tuple(fee) for fee in fees]


def test_a_year_since_a_leap_day_is_over_on_the_first_of_march():
    assert 1 == years_begun(date(2024, 2, 29), date(2025, 2, 28))
    assert 2 == years_begun(date(2024, 2, 29), date(2025, 3, 1))


def test_a_terminated_contract_is_not_renewed_backwards():
    back = contract(
        SIGNED,
        fact("2023-10-01T10:00:00+02:00", "ended", until="2023-10-31"),
        fact("2023-12-01T10:00:00+01:00", "renewed", until="2024-11-30"),
    )

    assert not ask(IMAGICLE, back, "2023-11-15T10:00:00+01:00").covered
    assert ask(IMAGICLE, back, "2023-12-01T00:00:00+01:00").covered


def test_a_renewal_gives_an_end_to_a_contract_without_one():
    renewed = contract(fact("2024-05-10T10:00:00+02:00", "renewed", until="2025-03-31"))

    assert ask(IMAGICLE, renewed, AFTER_EXPIRY).covered
    assert not ask(IMAGICLE, renewed, "2025-04-01T00:00:00+02:00").covered


def test_a_renewal_known_before_its_order_starts_on_the_day_of_its_own_order():
    signed_late = {**SIGNED, "recorded_at": "2024-12-01T10:00:00+01:00"}
    renewed = contract(signed_late, fact("2024-05-10T10:00:00+02:00", "renewed", until="2025-03-31"))

    assert not ask(IMAGICLE, renewed, AFTER_EXPIRY, known_at="2024-06-01T10:00:00+02:00").covered
    assert ask(IMAGICLE, renewed, "2024-05-10T00:00:00+02:00", known_at="2024-06-01T10:00:00+02:00").covered


# --- fees, cancellation, orders without a plan ----------------------------------------------------------------------------


@pytest.mark.clause("imagicle-care:fees")
def test_nothing_can_be_opened_while_fees_are_unpaid():
    owing = contract(fact("2024-04-01T10:00:00+02:00", "unpaid"), fact("2024-04-20T10:00:00+02:00", "paid"))

    assert ask(IMAGICLE, owing, "2024-04-01T09:59:59+02:00").covered
    assert (False, "imagicle-care:fees") == answer(ask(IMAGICLE, owing, "2024-04-01T10:00:00+02:00"))
    assert (False, "imagicle-care:fees") == answer(ask(IMAGICLE, owing, "2024-04-20T09:59:59+02:00"))
    assert ask(IMAGICLE, owing, "2024-04-20T10:00:00+02:00").covered


@pytest.mark.clause("imagicle-care:fees")
def test_fees_that_were_not_known_to_be_unpaid_refused_nobody():
    owing = contract({**fact("2024-04-01T10:00:00+02:00", "unpaid"), "recorded_at": "2024-05-01T10:00:00+02:00"})

    assert ask(IMAGICLE, owing, AFTER_EXPIRY, known_at=AFTER_EXPIRY).covered
    assert not ask(IMAGICLE, owing, AFTER_EXPIRY).covered


@pytest.mark.clause("xmpro:1-services")
def test_a_subscription_that_is_not_paid_or_has_run_out_includes_no_service():
    owing = contract(fact("2024-04-01T10:00:00+02:00", "unpaid"))

    assert (False, "xmpro:1-services") == answer(ask(XMPRO, owing, AFTER_EXPIRY))
    assert (False, "xmpro:1-services") == answer(ask(XMPRO, contract(SIGNED), AFTER_EXPIRY))


@pytest.mark.parametrize("agreement", [XIMA, NUMONIX, ESCHAT])
def test_unpaid_fees_refuse_nothing_where_the_agreement_does_not_say_so(agreement):
    assert ask(agreement, contract(fact("2024-04-01T10:00:00+02:00", "unpaid")), AFTER_EXPIRY).covered


@pytest.mark.clause("xima-care:2")
def test_a_cancelled_contract_refuses_every_later_opening():
    cancelled = contract(SIGNED, fact("2023-11-02T10:00:00+01:00", "cancelled"))

    assert ask(XIMA, cancelled, "2023-11-02T09:59:59+01:00").covered
    assert (False, "xima-care:2") == answer(ask(XIMA, cancelled, "2023-11-02T10:00:00+01:00"))
    assert {"xima-care:2/at-the-cancellation"} == ask(XIMA, cancelled, "2023-11-02T10:00:00+01:00").assumes


@pytest.mark.clause("xima-care:2")
def test_a_contract_that_was_cancelled_before_it_began_refuses_every_opening():
    cancelled = contract(SIGNED, fact("2023-03-10T10:00:00+01:00", "cancelled"))

    told = ask(XIMA, cancelled, "2023-05-02T10:00:00+02:00")

    assert (False, "xima-care:2", "the contract was cancelled on 2023-03-10") == (*answer(told), told.why)
    assert (False, "xima-care:preamble") == answer(ask(XIMA, cancelled, "2023-03-10T09:00:00+01:00"))


@pytest.mark.clause("xima-care:preamble")
def test_a_licence_that_is_no_longer_active_covers_nothing():
    assert (False, "xima-care:preamble") == answer(ask(XIMA, contract(SIGNED), AFTER_EXPIRY))


@pytest.mark.clause("xima-care:1")
def test_an_order_without_a_support_option_waits_and_its_rejection_is_due_three_days_later():
    order = fact("2024-04-02T09:00:00+02:00", "signed", ordered_at="2024-03-29T10:00:00+01:00", until="2025-03-28")
    ordered = contract(order, plan="")

    wait = order_wait(ordered, terms(XIMA), scope(ordered), ROME)

    assert (False, "xima-care:1") == answer(ask(XIMA, ordered, AFTER_EXPIRY))
    assert wait is not None
    assert micro("2024-04-01T10:00:00+02:00") // 1_000_000 == wait.notice_due
    assert {"xima-care:1/calendar-days"} == wait.assumes


@pytest.mark.clause("xima-care:1")
@pytest.mark.parametrize(
    "settled",
    [
        contract(fact("2024-03-29T10:00:00+01:00", "signed"), plan="premium"),
        contract(fact("2024-03-29T10:00:00+01:00", "signed", plan="premium"), plan=""),
        contract(
            fact("2024-03-29T10:00:00+01:00", "signed"),
            fact("2024-03-30T10:00:00+01:00", "signed", plan="premium"),
            plan="",
        ),
        contract(fact("2024-03-29T10:00:00+01:00", "signed"), fact("2024-03-30T10:00:00+01:00", "ended"), plan=""),
        contract(fact("2024-03-29T10:00:00+01:00", "signed"), fact("2024-03-30T10:00:00+01:00", "cancelled"), plan=""),
    ],
    ids=["plan of the contract", "plan of the order", "ordered again", "rejected", "cancelled"],
)
def test_an_order_with_a_support_option_or_one_that_was_rejected_does_not_wait(settled):
    assert order_wait(settled, terms(XIMA), scope(settled), ROME) is None


def test_an_order_without_a_plan_does_not_wait_where_the_agreement_does_not_say_so():
    ordered = contract(fact("2024-03-29T10:00:00+01:00", "signed"), plan="")

    assert order_wait(ordered, terms(XMPRO), scope(ordered), ROME) is None
    assert ask(XMPRO, ordered, AFTER_EXPIRY).covered


# --- the language ---------------------------------------------------------------------------------------------------------


def test_a_row_of_cover_without_a_clause_is_an_error():
    with pytest.raises(ValueError, match="clause"):
        terms("renewal = { grace_days = 120 }")


def test_one_table_stands_for_a_list_of_one():
    assert terms('[[contract]]\nclause = "a:b"') == terms('contract = { clause = "a:b" }')


def test_a_row_for_one_plan_leaves_the_others_alone():
    basic_only = Entitlement.model_validate({"contract": {"clause": "a:b", "plan": "basic"}})
    expired = contract(SIGNED)

    gold = uncovered_opening(expired, basic_only, Scope(plan="gold"), ROME, at=micro(AFTER_EXPIRY))
    basic = uncovered_opening(expired, basic_only, Scope(plan="basic"), ROME, at=micro(AFTER_EXPIRY))

    assert gold is None
    assert Uncovered("a:b", "the contract ended on 2024-03-31") == basic
