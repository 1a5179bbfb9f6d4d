"""What a ticket under the IXCloud support policies refuses, clause by clause, and what it lets in instead.

Times are UTC, Monday is 4 March 2024.
"""

import pytest

from domain.refusals import DoesNotFit, NotCovered, RuleBroken
from domain.ticket.commands import Accept, ChangeSeverity, Decline, Escalate, Open, SuspendWork
from tests.conduct.told import at, opened, told
from tests.ticket.desk import Desk, under

SAAS = under("numonix-ixcloud", "saas")
FIRST_LINE = {"first_line": "restarted"}
CALL = Open(severity=3, channel="phone", category="recording", fields=FIRST_LINE)
CONTACTS = "numonix-ixcloud:technical-contacts"
ESCALATION = "numonix-ixcloud:escalation"


def read(clause: str, option: str) -> Desk:
    return under("numonix-ixcloud", "saas", readings={clause: option})


@pytest.mark.clause("numonix-ixcloud:support-period")
def test_a_ticket_is_opened_within_the_period_of_the_order_and_about_its_service():
    order = {"at": at("mon 00:00"), "event": "signed", "effective_on": "2024-03-04", "until": "2024-03-08"}
    desk = under("numonix-ixcloud", "saas", products=["IXCloud"], events=[order])

    desk.given().when(Open(severity=3, product="IXCloud"), "wed 12:00").is_recorded()
    desk.given().when(Open(severity=3), "sun 12:00").refused(NotCovered, "numonix-ixcloud:support-period")
    desk.given().when(Open(severity=3, product="Teams"), "wed 12:00").refused(
        NotCovered, "numonix-ixcloud:support-period"
    )


@pytest.mark.clause("numonix-ixcloud:technical-contacts")
def test_a_ticket_is_opened_by_a_technical_contact():
    SAAS.given().when(Open(severity=3), by="technical-contact").is_recorded()
    SAAS.given().when(Open(severity=3), by="administrator").refused(RuleBroken, CONTACTS, "done by administrator")


@pytest.mark.clause("numonix-ixcloud:technical-contacts")
def test_an_end_user_reports_by_telephone_what_the_first_line_could_not_solve():
    def reports(**other: object) -> Open:
        return CALL.model_copy(update=other)

    SAAS.given().when(CALL, by="end-user").is_recorded()
    SAAS.given().when(reports(category="reports"), by="end-user").refused(RuleBroken, CONTACTS, "category is reports")
    SAAS.given().when(reports(channel="web"), by="end-user").refused(RuleBroken, CONTACTS, "channel is web")
    SAAS.given().when(reports(fields={}), by="end-user").refused(RuleBroken, CONTACTS, "missing: first_line")


@pytest.mark.clause("numonix-ixcloud:technical-contacts")
def test_an_end_user_may_be_read_to_report_through_a_technical_contact_only():
    read("technical-contacts/end-users", "through-contacts").given().when(CALL, by="end-user").refused(
        RuleBroken, CONTACTS, "is read as through-contacts"
    )


@pytest.mark.clause("numonix-ixcloud:severity-1-work")
def test_work_on_severity_1_is_left_only_where_no_useful_progress_can_be_made_or_nobody_is_reachable():
    ticket = SAAS.given(opened(severity=1))
    unreachable = SAAS.given(opened(severity=1), told("10:00", "waiting", on="contact"))

    ticket.when(SuspendWork(reason="night")).refused(RuleBroken, "numonix-ixcloud:severity-1-work")
    ticket.when(SuspendWork(reason="no useful progress")).is_recorded()
    unreachable.when(SuspendWork(reason="night")).is_recorded()
    SAAS.given(opened(severity=2)).when(SuspendWork(reason="night")).is_recorded()


@pytest.mark.clause("numonix-ixcloud:initial-severity")
def test_the_vendor_accepts_a_request_at_a_severity():
    clause = "numonix-ixcloud:initial-severity"

    SAAS.given(opened()).when(Accept(severity=2), by="technical-contact").refused(RuleBroken, clause)
    SAAS.given(opened()).when(Accept()).refused(RuleBroken, clause, "severity is missing")
    SAAS.given(opened()).when(Accept(severity=2)).is_recorded()


@pytest.mark.clause("numonix-ixcloud:initial-severity")
def test_a_severity_may_be_read_to_need_both_sides():
    ticket = read("initial-severity/disagreement", "needs-both").given(opened())

    ticket.when(Accept(severity=2)).refused(RuleBroken, "numonix-ixcloud:initial-severity", "nobody of the customer")
    ticket.when(Accept(severity=2, agreed_by="technical-contact")).is_recorded()


@pytest.mark.clause("numonix-ixcloud:downgrade")
def test_a_severity_is_lowered_with_its_cause():
    SAAS.given(opened()).when(ChangeSeverity(severity=3)).refused(RuleBroken, "numonix-ixcloud:downgrade")
    SAAS.given(opened()).when(ChangeSeverity(severity=3, cause="a workaround was found")).is_recorded()


@pytest.mark.clause("numonix-ixcloud:upgrade")
def test_a_customer_who_asks_for_a_higher_severity_shows_the_increased_impact():
    ticket, clause = SAAS.given(opened()), "numonix-ixcloud:upgrade"

    ticket.when(ChangeSeverity(severity=1), by="technical-contact").refused(RuleBroken, clause, "evidence is missing")
    ticket.when(ChangeSeverity(severity=1, requested_by="customer")).refused(RuleBroken, clause)
    ticket.when(ChangeSeverity(severity=1, evidence="graph"), by="technical-contact").is_recorded()
    ticket.when(ChangeSeverity(severity=1)).is_recorded()


@pytest.mark.clause("numonix-ixcloud:upgrade")
def test_an_upgrade_that_counts_from_earlier_is_judged_by_the_severity_of_then():
    later_at_1 = SAAS.given(opened(severity=3), told("14:00", "severity_changed", "agent", severity=1))

    later_at_1.when(ChangeSeverity(severity=2), "12:00", by="technical-contact").refused(
        RuleBroken, "numonix-ixcloud:upgrade"
    )


@pytest.mark.clause("numonix-ixcloud:upgrade")
def test_an_upgrade_is_judged_by_the_severity_that_was_corrected_or_ruled():
    corrected = told("10:00", "corrected", "agent", number=1, why="typo", data={"severity": 3})
    ruled = told("10:00", "ruled", "service-manager", why="agreed", severity=3)
    downgraded = ChangeSeverity(severity=2)

    for afterwards in (corrected, ruled):
        SAAS.given(opened(severity=1), afterwards).when(downgraded, by="technical-contact").refused(
            RuleBroken, "numonix-ixcloud:upgrade", "evidence is missing"
        )


@pytest.mark.clause("numonix-ixcloud:escalation")
def test_a_technical_contact_escalates_and_not_for_the_impact():
    ticket = SAAS.given(opened())

    ticket.when(Escalate(cause="timeliness"), by="end-user").refused(RuleBroken, ESCALATION, "done by end-user")
    ticket.when(Escalate(cause="impact"), by="technical-contact").refused(RuleBroken, ESCALATION, "cause is impact")
    ticket.when(Escalate(cause="timeliness"), by="technical-contact").is_recorded()


@pytest.mark.clause("numonix-ixcloud:escalation")
def test_the_next_level_follows_an_escalation_and_a_contact_of_the_same_level():
    escalated = SAAS.given(opened(), told("10:00", "escalated", "technical-contact", level=1))
    next_level = Escalate(level=2, counterpart="Ms Novak")

    SAAS.given(opened()).when(next_level).refused(RuleBroken, ESCALATION, "no escalated came before")
    escalated.when(Escalate(level=2)).refused(RuleBroken, ESCALATION, "counterpart is missing", "required-first")
    escalated.when(next_level).is_recorded()


@pytest.mark.clause("numonix-ixcloud:lines")
def test_a_question_of_the_first_line_is_declined_to_it():
    ticket, clause = SAAS.given(opened()), "numonix-ixcloud:lines"

    ticket.when(Decline(clause=clause, cause="mood")).refused(RuleBroken, clause, "mood is none of")
    ticket.when(Decline(clause=clause, cause="login")).is_recorded()


def test_a_severity_that_the_agreement_does_not_know_does_not_fit():
    unknown = "severity: 5 is out of range; the severities are 1, 2, 3 and 4"

    SAAS.given().when(Open(severity=5)).refused(DoesNotFit, "", unknown)
    SAAS.given(opened()).when(Accept(severity=5)).refused(DoesNotFit, "", unknown)
    SAAS.given(opened()).when(ChangeSeverity(severity=5)).refused(DoesNotFit, "", unknown)
