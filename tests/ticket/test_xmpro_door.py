"""What a ticket under the XMPro support service refuses, clause by clause, and what it lets in instead.

Times are UTC, Monday is 4 March 2024; Dallas works from 14:00 to 23:00 UTC, and from 13:00 to 22:00 UTC from the week after.
"""

from typing import Any

import pytest

from domain.refusals import NotCovered, RuleBroken
from domain.ticket.commands import (
    Accept,
    AnswerSurvey,
    Close,
    Complain,
    Correct,
    Decline,
    GiveClosureNotice,
    LogCorrectly,
    Notify,
    Open,
    Reopen,
    Rule,
    SendSurvey,
)
from domain.ticket.history import Person
from tests.conduct.told import Told, at, opened, told
from tests.ticket.desk import Desk, Ticket, under

FIELDS = {
    "name": "Ada",
    "company": "Mill Ltd",
    "project": "pumps",
    "site": "Waco",
    "contact": "ada@mill.example",
    "phone": "555-0100",
    "environment": "production",
    "recent_changes": "none",
    "description": "no data since 07:00",
    "urgency": "high",
}
ADA, BEN = Person(id="ada", role="customer"), Person(id="ben", role="customer")
KIM, LEE = Person(id="kim", role="agent"), Person(id="lee", role="agent")
LOGGED, CLOSING, NO_FEEDBACK = "xmpro:1-logging", "xmpro:6-closing", "xmpro:6-no-feedback"
ASKED = told("15:10", "waiting", KIM, on="customer")
NOTICE = told("+7 mon 23:00", "closure_notice", KIM)


def xmpro(readings: dict[str, str] | None = None, **contract: Any) -> Desk:
    return under("xmpro", "subscription", readings=readings, **contract)


def ticket(*facts: Told) -> Ticket:
    return xmpro().given(opened(by=ADA, fields=FIELDS), *facts)


@pytest.mark.clause("xmpro:1-services")
def test_no_ticket_is_opened_while_the_subscription_is_unpaid():
    order = {"at": at("mon 00:00"), "event": "signed", "starts": "2024-03-01"}
    unpaid = xmpro(events=[order, {"at": at("10:00"), "event": "unpaid"}])

    unpaid.given().when(Open(severity=1), "15:30").refused(NotCovered, "xmpro:1-services", "fees are unpaid")
    xmpro(events=[order]).given().when(Open(severity=1), "15:30").is_recorded()


# --- logging --------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("xmpro:1-logging")
def test_a_request_is_correctly_logged_with_the_required_information_and_the_refusal_lists_what_is_missing():
    known = {name: FIELDS[name] for name in ("name", "company", "project", "site", "contact", "phone", "environment")}
    in_part = xmpro().given(opened(channel="web", fields=known))

    in_part.when(LogCorrectly()).refused(RuleBroken, LOGGED, "missing: recent_changes, description, urgency.")
    in_part.when(LogCorrectly(fields={"description": "no data"})).refused(
        RuleBroken, LOGGED, "missing: recent_changes, urgency."
    )
    in_part.when(LogCorrectly(fields=FIELDS)).is_recorded()


@pytest.mark.clause("xmpro:1-logging")
def test_a_request_by_email_is_registered_by_the_vendor():
    by_email = opened(channel="email")

    xmpro().given(by_email).when(LogCorrectly(), by="customer").refused(RuleBroken, LOGGED, "done by customer")
    xmpro().given(by_email).when(LogCorrectly(), by="agent").is_recorded()
    xmpro({"1-logging/email": "complete-email"}).given(by_email).when(LogCorrectly(), by="agent").refused(
        RuleBroken, LOGGED, "xmpro:1-logging/email is read as complete-email"
    )


@pytest.mark.clause("xmpro:severity-levels")
def test_a_priority_is_accepted_by_both_sides():
    ticket().when(Accept(severity=2)).refused(RuleBroken, "xmpro:severity-levels", "nobody of the customer is named")
    ticket().when(Accept(severity=2, agreed_by="customer")).is_recorded()


# --- contacts and complaints ----------------------------------------------------------------------------------------------


@pytest.mark.clause("xmpro:3-contacts")
def test_the_primary_contact_is_asked_before_the_stand_in():
    asked = told("15:10", "notified", KIM, to="primary-contact")

    ticket().when(Notify(to="stand-in-contact"), "15:30").refused(RuleBroken, "xmpro:3-contacts")
    ticket(asked).when(Notify(to="stand-in-contact"), "15:30").is_recorded()


@pytest.mark.clause("xmpro:4-dissatisfaction")
def test_a_complaint_gives_its_reason_and_the_impact():
    clause = "xmpro:4-dissatisfaction"

    ticket().when(Complain(reason="slow"), by=ADA).refused(RuleBroken, clause, "impact is missing")
    ticket().when(Complain(impact="no sales"), by=ADA).refused(RuleBroken, clause, "reason is missing")
    ticket().when(Complain(reason="slow", impact="no sales"), by=ADA).is_recorded()


# --- closing --------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("xmpro:6-closing")
def test_a_ticket_is_closed_by_who_logged_it_or_by_the_service_manager():
    ticket().when(Close(), by=KIM).refused(RuleBroken, CLOSING, "done by agent, logged by customer")
    ticket().when(Close(), by=BEN).refused(RuleBroken, CLOSING)
    ticket().when(Close(), by=ADA).is_recorded()
    ticket().when(Close(), by="service-manager").is_recorded()


@pytest.mark.clause("xmpro:6-closing")
def test_who_registered_an_email_may_be_read_to_have_logged_it():
    by_email, registered = opened(channel="email", by=ADA), told("10:00", "correctly_logged", KIM)
    desk = xmpro({"6-closing/logger": "registrar"})

    xmpro().given(by_email, registered).when(Close(), by=KIM).refused(
        RuleBroken, CLOSING, "xmpro:6-closing/logger is read as sender"
    )
    desk.given(by_email, registered).when(Close(), by=ADA).refused(RuleBroken, CLOSING, "is read as registrar")
    desk.given(by_email, registered).when(Close(), by=LEE).refused(RuleBroken, CLOSING)
    desk.given(by_email, registered).when(Close(), by=KIM).is_recorded()


@pytest.mark.clause("xmpro:6-no-feedback")
def test_a_notice_of_closing_comes_from_the_vendor_after_five_working_days_without_an_answer():
    ticket(ASKED).when(GiveClosureNotice(), "+7 mon 21:59", by=KIM).refused(RuleBroken, NO_FEEDBACK, "ends only at")
    ticket(ASKED).when(GiveClosureNotice(), "+7 mon 22:00", by=KIM).is_recorded()
    ticket(ASKED).when(GiveClosureNotice(), "+7 mon 22:00", by=ADA).refused(RuleBroken, NO_FEEDBACK, "done by customer")
    ticket().when(GiveClosureNotice(), "+7 mon 22:00", by=KIM).refused(RuleBroken, NO_FEEDBACK, "no wait is in force")


@pytest.mark.clause("xmpro:6-no-feedback")
def test_a_ticket_is_closed_two_working_days_after_the_notice_unless_by_who_logged_it():
    noticed = ticket(ASKED, NOTICE)

    noticed.when(Close(), "+7 wed 21:59", by="service-manager").refused(RuleBroken, NO_FEEDBACK, "after-two-days")
    noticed.when(Close(), "+7 wed 22:00", by="service-manager").is_recorded()
    noticed.when(Close(), "+7 tue 15:00", by=ADA).is_recorded()


@pytest.mark.clause("xmpro:6-no-feedback")
def test_a_notice_of_closing_is_cancelled_by_an_answer():
    answered = ticket(ASKED, NOTICE, told("+7 tue 15:00", "wait_ended", ADA, on="customer"))

    answered.when(Close(), "+7 tue 16:00", by="service-manager").is_recorded()


@pytest.mark.clause("xmpro:6-no-feedback")
def test_the_service_manager_may_be_read_to_close_from_the_notice_on():
    at_once = xmpro({"6-no-feedback/within": "at-once"}).given(opened(by=ADA), ASKED, NOTICE)

    at_once.when(Close(), "+7 tue 15:00", by="service-manager").is_recorded()


@pytest.mark.clause("xmpro:6-reopen")
def test_a_closed_ticket_is_reopened_at_any_time_by_anybody():
    closed = ticket(told("16:00", "closed", ADA))

    for who in (ADA, BEN, KIM):
        closed.when(Reopen(), "+21 mon 03:00", by=who).is_recorded()


@pytest.mark.clause("xmpro:survey")
def test_a_survey_is_the_last_step():
    closed = told("16:00", "closed", ADA)

    ticket().when(SendSurvey(), "17:00").refused(RuleBroken, "xmpro:survey", "no closed came before")
    ticket().when(AnswerSurvey(score=4), "17:00", by=ADA).refused(RuleBroken, "xmpro:survey")
    ticket(closed).when(SendSurvey(), "17:00").is_recorded()
    ticket(closed).when(AnswerSurvey(score=4), "17:00", by=ADA).is_recorded()


# --- grounds to decline ---------------------------------------------------------------------------------------------------


@pytest.mark.clause("xmpro:1-services")
def test_a_change_of_the_environment_is_declined_only_where_the_customer_hosts():
    decline = Decline(clause="xmpro:1-services", cause="environment change")

    xmpro(hosting="vendor").given(opened()).when(decline).refused(RuleBroken, "xmpro:1-services", "hosting is vendor")
    xmpro(hosting="customer").given(opened()).when(decline).is_recorded()


@pytest.mark.clause("xmpro:1-exclusions")
def test_what_is_excluded_is_declined_for_its_cause():
    ticket().when(Decline(clause="xmpro:1-exclusions", cause="training")).is_recorded()
    ticket().when(Decline(clause="xmpro:1-exclusions", cause="mood")).refused(RuleBroken, "xmpro:1-exclusions")


@pytest.mark.clause("xmpro:1-exclusions")
def test_a_small_enhancement_may_be_read_to_be_worked_at_cost():
    decline = Decline(clause="xmpro:1-exclusions", cause="small enhancement")
    at_cost = xmpro({"1-exclusions/small-enhancement": "severity-4-at-cost"})

    ticket().when(decline).is_recorded()
    at_cost.given(opened()).when(decline).refused(RuleBroken, "xmpro:1-exclusions", "none of")


# --- corrections and rulings ----------------------------------------------------------------------------------------------


def test_a_ticket_is_judged_by_what_was_corrected():
    by_mistake = ticket(
        told("16:00", "closed", ADA), told("17:00", "corrected", KIM, number=2, why="typo", struck=True)
    )

    by_mistake.when(SendSurvey(), "18:00").refused(RuleBroken, "xmpro:survey")


def test_a_correction_or_ruling_is_about_the_agreement_and_breaks_none_of_its_rules():
    closed = ticket(told("16:00", "closed", ADA))

    closed.when(Correct(number=2, why="typo", moved_to=at("15:00")), "17:00", by=BEN).is_recorded()
    closed.when(Rule(why="agreed", severity=1), "17:00", by=BEN).is_recorded()
