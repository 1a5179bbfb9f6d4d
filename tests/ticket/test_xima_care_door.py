"""What a ticket under Xima Care refuses, clause by clause, and what it lets in instead. Times are UTC, Monday is 4 March 2024."""

from typing import Any

import pytest

from domain.refusals import BadInstant, DoesNotFit, NotCovered, RuleBroken
from domain.ticket.commands import (
    Assign,
    Decline,
    EndWait,
    Escalate,
    Notify,
    Open,
    Resolve,
    ScheduleAppointment,
)
from domain.ticket.events import Measurement
from tests.conduct.told import Told, at, opened, told
from tests.ticket.desk import Desk, under

PREMIUM = under("xima-care", "premium", "na")
STANDARD = under("xima-care", "standard", "na")
TO_TIER_2 = told("10:00", "escalated", "agent", to="tier-2")
RECORDING = opened(category="recording")


def read(clause: str, option: str, plan: str = "premium") -> Desk:
    return under("xima-care", plan, "na", {clause: option})


def ordered(*events: dict[str, Any], plan: str = "premium") -> Desk:
    return under("xima-care", plan, "na", events=events)


def fact(time: str, event: str, **fields: Any) -> dict[str, Any]:
    return {"at": at(time), "event": event, **fields}


def booked(kind: str, when: str) -> ScheduleAppointment:
    return ScheduleAppointment(kind=kind, for_=at(when))


def week(value: float, first: str, end: str) -> Resolve:
    return Resolve(measurement=Measurement(value=value, from_=at(first), to=at(end)))


def found(cause: str) -> Told:
    return told("11:00", "found", "agent", cause=cause)


# --- was it covered? ------------------------------------------------------------------------------------------------------

LICENCE = fact("mon 00:00", "signed", starts="2024-03-04", until="2024-03-08")


@pytest.mark.clause("xima-care:preamble")
def test_a_ticket_is_opened_only_under_an_active_licence():
    ordered(LICENCE).given().when(Open(severity=2), "wed 12:00").is_recorded()
    ordered(LICENCE).given().when(Open(severity=2), "sun 12:00").refused(NotCovered, "xima-care:preamble")


@pytest.mark.clause("xima-care:preamble")
def test_a_ticket_about_another_product_is_not_covered():
    desk = under("xima-care", "premium", "na", products=["Chronicall"])

    desk.given().when(Open(severity=2, product="Chronicall")).is_recorded()
    desk.given().when(Open(severity=2, product="Fax")).refused(NotCovered, "xima-care:preamble", "does not cover Fax")


@pytest.mark.clause("xima-care:1")
def test_an_order_that_names_no_plan_covers_no_ticket():
    unnamed = ordered(fact("mon 00:00", "signed"), plan="")

    unnamed.given().when(Open(severity=2)).refused(NotCovered, "xima-care:1", "names no support plan")


def test_a_contract_without_plan_and_order_does_not_fit():
    ordered(plan="").given().when(Open(severity=2)).refused(DoesNotFit, "", "contract.plan: is missing")


@pytest.mark.clause("xima-care:2")
def test_a_ticket_opened_once_the_contract_is_cancelled_is_refused():
    cancelled = ordered(LICENCE, fact("tue 12:00", "cancelled"))

    cancelled.given().when(Open(severity=2), "tue 11:59").is_recorded()
    cancelled.given().when(Open(severity=2), "tue 12:00").refused(NotCovered, "xima-care:2")


@pytest.mark.clause("xima-care:end-of-support")
def test_a_ticket_about_a_product_past_its_end_of_support_is_refused():
    ended = ordered(LICENCE, fact("mon 00:00", "support_ended", on="2024-03-05"))

    ended.given().when(Open(severity=2), "tue 12:00").is_recorded()
    ended.given().when(Open(severity=2), "wed 12:00").refused(NotCovered, "xima-care:end-of-support")


# --- rules ----------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("xima-care:4.1.5")
def test_a_recording_issue_is_not_resolved_without_a_week_of_95_percent():
    ticket = PREMIUM.given(RECORDING)

    ticket.when(Resolve(), "+14 mon 12:00").refused(RuleBroken, "xima-care:4.1.5", "nothing was measured")
    ticket.when(week(94.9, "tue 12:00", "+7 tue 12:00"), "+14 mon 12:00").refused(
        RuleBroken, "xima-care:4.1.5", "94.9 %"
    )
    ticket.when(week(95, "tue 12:00", "fri 12:00"), "+14 mon 12:00").refused(RuleBroken, "xima-care:4.1.5")
    ticket.when(week(95, "tue 12:00", "+7 tue 12:00"), "+14 mon 12:00").is_recorded()


@pytest.mark.clause("xima-care:4.1.5")
@pytest.mark.parametrize("cause", ["not reproducible", "best practices not followed", "network performance"])
def test_a_recording_issue_is_resolved_once_a_finding_says_why_no_week_can_be_had(cause: str):
    PREMIUM.given(RECORDING, found(cause)).when(Resolve()).is_recorded()


@pytest.mark.clause("xima-care:4.1.5")
def test_the_refusal_names_the_reading_by_which_the_week_is_one_of_the_calendar():
    ticket = read("4.1.5/week", "calendar-week").given(RECORDING)

    ticket.when(week(96, "tue 12:00", "+7 tue 12:00"), "+14 mon 12:00").refused(
        RuleBroken, "xima-care:4.1.5", "xima-care:4.1.5/week is read as calendar-week"
    )


@pytest.mark.clause("xima-care:4.2")
def test_a_version_update_is_booked_by_premium_alone():
    STANDARD.given(opened()).when(booked("version update", "fri 12:00")).refused(RuleBroken, "xima-care:4.2")
    STANDARD.given(opened()).when(booked("call", "fri 12:00")).is_recorded()


@pytest.mark.clause("xima-care:4.2")
def test_a_version_update_is_booked_48_hours_ahead():
    ticket = PREMIUM.given(opened())

    ticket.when(booked("version update", "wed 11:59")).refused(RuleBroken, "xima-care:4.2", "48 hours in advance")
    ticket.when(booked("version update", "wed 12:00")).is_recorded()


@pytest.mark.clause("xima-care:4.2")
@pytest.mark.parametrize("kind", ["update", "Upgrade", "version-upgrade", "update to 2024.2"])
def test_an_update_by_any_other_word_is_a_version_update(kind: str):
    STANDARD.given(opened()).when(booked(kind, "fri 12:00")).refused(RuleBroken, "xima-care:4.2", "Only premium")
    PREMIUM.given(opened()).when(booked(kind, "wed 11:59")).refused(RuleBroken, "xima-care:4.2", "48 hours in advance")


@pytest.mark.clause("xima-care:4.2")
def test_help_with_an_update_gone_wrong_is_booked_under_every_plan_and_at_once():
    STANDARD.given(opened()).when(booked("failed update", "13:00")).is_recorded()


@pytest.mark.clause("xima-care:4.2")
def test_an_appointment_says_what_it_is_for():
    PREMIUM.given(opened()).when(ScheduleAppointment(for_=at("fri 12:00"))).refused(
        RuleBroken, "xima-care:4.2", "kind is missing"
    )


def test_nothing_is_booked_for_an_hour_that_has_passed():
    PREMIUM.given(opened()).when(booked("call", "11:59")).refused(BadInstant, "", "in the past")
    PREMIUM.given(opened()).when(booked("call", "12:00")).is_recorded()


@pytest.mark.clause("xima-care:4.2")
def test_48_hours_of_coverage_are_longer_than_those_of_the_wall_clock():
    ticket = read("4.2/48-hours", "coverage").given(opened(severity=3))

    ticket.when(booked("version update", "wed 12:00")).refused(
        RuleBroken, "xima-care:4.2", "xima-care:4.2/48-hours is read as coverage"
    )


@pytest.mark.clause("xima-care:4.2")
def test_a_ticket_about_an_update_gone_wrong_is_opened_under_every_plan():
    STANDARD.given().when(Open(severity=2, category="failed-update")).is_recorded()


@pytest.mark.clause("xima-care:4.3")
def test_a_restore_or_a_migration_is_booked_by_premium_alone_and_for_any_hour():
    for kind in ("backup and restore", "server migration"):
        STANDARD.given(opened()).when(booked(kind, "fri 12:00")).refused(RuleBroken, "xima-care:4.3")
        PREMIUM.given(opened()).when(booked(kind, "13:00")).is_recorded()


@pytest.mark.clause("xima-care:4.7")
def test_a_third_party_vendor_is_not_contacted_while_the_authorization_is_awaited():
    asked = told("10:00", "waiting", on="authorization")
    given_in_writing = told("11:00", "wait_ended", on="authorization", evidence="written")

    PREMIUM.given(opened(), asked).when(Notify(to="third-party")).refused(RuleBroken, "xima-care:4.7")
    PREMIUM.given(opened(), asked, given_in_writing).when(Notify(to="third-party")).is_recorded()


@pytest.mark.clause("xima-care:4.7")
def test_an_authorization_says_how_it_was_confirmed():
    ticket = PREMIUM.given(opened(), told("10:00", "waiting", on="authorization"))

    for unseen in (" ", "\u200b\u2060", "\u3164"):
        ticket.when(EndWait(on="authorization", evidence=unseen)).refused(RuleBroken, "xima-care:4.7")

    ticket.when(EndWait(on="authorization")).refused(RuleBroken, "xima-care:4.7", "evidence is missing")
    ticket.when(EndWait(on="authorization", evidence="spoken, to the vendor")).is_recorded()


@pytest.mark.clause("xima-care:5")
def test_a_custom_report_is_asked_for_at_severity_4():
    PREMIUM.given().when(Open(severity=3, category="custom-report")).refused(RuleBroken, "xima-care:5")
    PREMIUM.given().when(Open(severity=4, category="custom-report")).is_recorded()


@pytest.mark.clause("xima-care:5")
def test_a_custom_report_is_answered_before_it_goes_to_a_quote():
    quote = Decline(clause="xima-care:5", cause="custom report")
    asked = opened(severity=4, category="custom-report")

    PREMIUM.given(asked).when(quote).refused(RuleBroken, "xima-care:5", "no responded came before")
    PREMIUM.given(asked, told("10:00", "responded")).when(quote).is_recorded()
    read("5/custom-reports", "out-of-scope").given(asked).when(quote).is_recorded()


@pytest.mark.clause("xima-care:6.1.2")
def test_no_tier_is_skipped():
    PREMIUM.given(opened()).when(Assign(tier=3)).refused(RuleBroken, "xima-care:6.1.2", "from tier 1 to tier 3")
    PREMIUM.given(opened()).when(Assign(tier=2)).is_recorded()


@pytest.mark.clause("xima-care:6.1.3")
def test_tier_3_takes_over_when_tier_2_has_found_a_bug():
    by_tier_1, by_tier_2 = told("09:30", "found", cause="bug"), found("bug")
    to_tier_3 = Escalate(to="tier-3")

    PREMIUM.given(opened(), TO_TIER_2).when(to_tier_3).refused(RuleBroken, "xima-care:6.1.3", "confirmed-bug")
    PREMIUM.given(opened(), by_tier_1, TO_TIER_2).when(to_tier_3).refused(RuleBroken, "xima-care:6.1.3")
    PREMIUM.given(opened(), TO_TIER_2, by_tier_2).when(to_tier_3).is_recorded()


@pytest.mark.clause("xima-care:6.1.2")
def test_tier_2_may_be_read_to_pass_on_what_needs_more_resources_and_says_which():
    ticket = read("6.1.2/tier-3", "additional-resources").given(opened(), TO_TIER_2)

    ticket.when(Escalate(to="tier-3")).refused(RuleBroken, "xima-care:6.1.2", "cause is missing")
    ticket.when(Escalate(to="tier-3", cause="code changes")).is_recorded()


def test_a_refusal_tells_all_rules_that_are_broken_and_names_the_first():
    PREMIUM.given(opened()).when(Escalate(to="tier-3")).refused(
        RuleBroken, "xima-care:6.1.2", "none is skipped", "Tier 3 changes the software"
    )


# --- grounds to decline ---------------------------------------------------------------------------------------------------


def test_a_ticket_is_declined_with_a_clause():
    PREMIUM.given(opened()).when(Decline(cause="no time")).refused(
        RuleBroken, "casefile:declined", "no clause is named"
    )


@pytest.mark.clause("xima-care:4.1.6")
def test_a_ticket_is_declined_only_on_a_clause_that_is_a_ground():
    PREMIUM.given(opened()).when(Decline(clause="xima-care:4.1.6")).refused(
        RuleBroken, "xima-care:4.1.6", "is no ground"
    )


@pytest.mark.clause("xima-care:4.1.2")
def test_an_unsupported_system_is_declined_with_the_requirement_it_fails():
    ticket = PREMIUM.given(opened())

    ticket.when(Decline(clause="xima-care:4.1.2")).refused(RuleBroken, "xima-care:4.1.2", "cause is missing")
    ticket.when(Decline(clause="xima-care:4.1.2", cause="below minimum requirements")).is_recorded()


@pytest.mark.clause("xima-care:4.5.2")
def test_the_performance_of_the_network_is_found_before_it_is_declined():
    decline = Decline(clause="xima-care:4.5.2")

    PREMIUM.given(opened()).when(decline).refused(RuleBroken, "xima-care:4.5.2")
    PREMIUM.given(opened(), found("network performance")).when(decline).is_recorded()


@pytest.mark.parametrize(
    ("clause", "cause"),
    [
        pytest.param("xima-care:4.5.1", "mapped drives", marks=pytest.mark.clause("xima-care:4.5.1")),
        pytest.param("xima-care:4.5.3", "port mirror", marks=pytest.mark.clause("xima-care:4.5.3")),
        pytest.param("xima-care:4.6", "PBX design", marks=pytest.mark.clause("xima-care:4.6")),
        pytest.param("xima-care:5", "private training", marks=pytest.mark.clause("xima-care:5")),
        pytest.param("xima-care:preamble", "another product", marks=pytest.mark.clause("xima-care:preamble")),
    ],
)
def test_a_ticket_is_declined_for_a_cause_of_its_clause_and_no_other(clause: str, cause: str):
    PREMIUM.given(opened()).when(Decline(clause=clause, cause=cause)).is_recorded()
    PREMIUM.given(opened()).when(Decline(clause=clause, cause="mood")).refused(RuleBroken, clause, "mood is none of")


@pytest.mark.clause("xima-care:4.4")
def test_direct_access_to_the_database_is_declined():
    PREMIUM.given(opened()).when(Decline(clause="xima-care:4.4")).is_recorded()
