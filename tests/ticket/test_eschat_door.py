"""What a ticket under the ESChat support exhibit refuses, clause by clause, and what it lets in instead.

Times are UTC, Monday is 4 March 2024.
"""

import pytest

from domain.refusals import NotCovered, RuleBroken
from domain.ticket.commands import (
    Accept,
    Assign,
    ChangeSeverity,
    Decline,
    Escalate,
    FileBug,
    Open,
    RequestLog,
    ScheduleForRelease,
    TicketCommand,
    Unassign,
)
from tests.conduct.told import at, opened, told
from tests.ticket.desk import Desk, under

CLOUD = under("eschat", "cloud-hosted")
HOSTED = under("eschat", "customer-hosted")
SENIOR = "senior-technician"
FIELDS = {
    "customer_name": "Acme",
    "user_name": "ann",
    "device_type": "radio",
    "problem": "no audio",
    "error_messages": "none",
    "authority_checked": True,
}
AT_TIER_2 = told("09:30", "assigned", "agent", tier=2)
TO_TIER_2, LOG_REQUESTED = Escalate(to="tier-2"), told("10:00", "log_requested", "agent")


def read(clause: str, option: str) -> Desk:
    return under("eschat", "cloud-hosted", readings={clause: option})


@pytest.mark.clause("eschat:precedence")
def test_a_ticket_is_opened_within_the_term_of_the_agreement():
    order = {"at": at("mon 00:00"), "event": "signed", "starts": "2024-03-04", "until": "2024-03-08"}

    under("eschat", "cloud-hosted", events=[order]).given().when(Open(severity=3), "+7 mon 12:00").refused(
        NotCovered, "eschat:precedence"
    )


@pytest.mark.clause("eschat:3")
def test_a_senior_technician_stays_on_the_ticket_once_120_hours_have_passed():
    ticket = CLOUD.given(opened(severity=1, channel="phone"), told("10:00", "assigned", "agent", to="kim", role=SENIOR))
    taken_off = Unassign(to="kim", role=SENIOR)

    ticket.when(taken_off, "sat 08:59").is_recorded()
    ticket.when(taken_off, "sat 09:00").refused(RuleBroken, "eschat:3", "120 hours")


@pytest.mark.clause("eschat:3")
def test_a_senior_technician_may_go_where_another_one_stays():
    two = CLOUD.given(
        opened(severity=1, channel="phone"),
        told("10:00", "assigned", "agent", to="kim", role=SENIOR),
        told("11:00", "assigned", "agent", to="lee", role=SENIOR),
    )

    two.when(Unassign(to="kim", role=SENIOR), "sat 12:00").is_recorded()


@pytest.mark.clause("eschat:release-schedule")
def test_a_severe_issue_does_not_go_into_a_release():
    to_release = ScheduleForRelease(release="5.1")

    CLOUD.given(opened(severity=2)).when(to_release).refused(RuleBroken, "eschat:release-schedule", "severities 3 to 5")
    CLOUD.given(opened(severity=3)).when(to_release).is_recorded()


@pytest.mark.clause("eschat:release-schedule")
def test_a_release_is_one_of_the_published_schedule():
    ticket = under("eschat", "cloud-hosted", releases=["5.1"]).given(opened(severity=3))

    ticket.when(ScheduleForRelease(release="6.0")).refused(
        RuleBroken, "eschat:release-schedule", "not among the releases"
    )
    ticket.when(ScheduleForRelease()).refused(RuleBroken, "eschat:release-schedule", "release is missing")
    ticket.when(ScheduleForRelease(release="5.1")).is_recorded()


@pytest.mark.clause("eschat:severity-5-documentation")
def test_a_documentation_problem_is_at_least_of_severity_4():
    clause = "eschat:severity-5-documentation"
    ticket = CLOUD.given(opened(severity=4, category="documentation"))

    CLOUD.given().when(Open(severity=5, category="documentation")).refused(RuleBroken, clause, "four-or-more-severe")
    ticket.when(ChangeSeverity(severity=5)).refused(RuleBroken, clause)
    ticket.when(Accept(severity=5)).refused(RuleBroken, clause)
    ticket.when(ChangeSeverity(severity=3)).is_recorded()


@pytest.mark.clause("eschat:severity-5-documentation")
def test_a_documentation_problem_may_be_read_to_be_of_severity_4_or_5():
    desk = read("severity-5-documentation/at-least", "four-or-five")

    desk.given().when(Open(severity=3, category="documentation")).refused(
        RuleBroken, "eschat:severity-5-documentation", "is read as four-or-five"
    )
    desk.given().when(Open(severity=5, category="documentation")).is_recorded()


@pytest.mark.clause("eschat:severity-levels")
def test_the_vendor_sets_the_severity():
    ticket = CLOUD.given(opened())

    ticket.when(ChangeSeverity(severity=1), by="customer").refused(
        RuleBroken, "eschat:severity-levels", "done by customer"
    )
    ticket.when(ChangeSeverity(severity=1), by="agent").is_recorded()


@pytest.mark.clause("eschat:tier-1")
def test_tier_1_forwards_a_ticket_with_all_its_information_and_a_debug_log():
    told_in_part = opened(fields={"customer_name": "Acme"})

    CLOUD.given(told_in_part, LOG_REQUESTED).when(TO_TIER_2).refused(
        RuleBroken, "eschat:tier-1", "missing: user_name, device_type, problem, error_messages, authority_checked"
    )
    CLOUD.given(opened(fields=FIELDS)).when(TO_TIER_2).refused(RuleBroken, "eschat:tier-1", "debug log")
    CLOUD.given(opened(fields=FIELDS), LOG_REQUESTED).when(TO_TIER_2).is_recorded()


@pytest.mark.clause("eschat:tier-1")
@pytest.mark.parametrize("command", [Escalate(to="tier-3", cause="new"), Assign(to="kim", tier=3)])
def test_tier_2_is_not_skipped(command: TicketCommand):
    CLOUD.given(opened(fields=FIELDS), LOG_REQUESTED).when(command).refused(
        RuleBroken, "eschat:tier-1", "from tier 1 to tier 3"
    )


@pytest.mark.clause("eschat:tier-1")
def test_whoever_assigns_a_ticket_to_tier_2_forwards_it_with_the_same():
    to_tier_2 = Assign(to="kim", tier=2)

    CLOUD.given(opened(), LOG_REQUESTED).when(to_tier_2).refused(RuleBroken, "eschat:tier-1", "missing: customer_name")
    CLOUD.given(opened(fields=FIELDS)).when(to_tier_2).refused(RuleBroken, "eschat:tier-1", "debug log")
    CLOUD.given(opened(fields=FIELDS), LOG_REQUESTED).when(to_tier_2).is_recorded()


@pytest.mark.clause("eschat:tier-2")
def test_a_ticket_is_assigned_to_tier_3_once_it_was_raised_there():
    raised = told("11:00", "escalated", "agent", to="tier-3", cause="new")

    CLOUD.given(opened(), AT_TIER_2).when(Assign(to="kim", tier=3)).refused(RuleBroken, "eschat:tier-2")
    CLOUD.given(opened(), AT_TIER_2, raised).when(Assign(to="kim", tier=3)).is_recorded()


@pytest.mark.clause("eschat:tier-2")
def test_tier_2_has_the_issue_reproduced_before_it_asks_for_new_logs():
    received = told("10:30", "log_received", "customer")
    reproduced = told("11:00", "waiting", "agent", on="customer", task="reproduce with more debugging")

    CLOUD.given(opened(), AT_TIER_2, LOG_REQUESTED, received).when(RequestLog()).refused(RuleBroken, "eschat:tier-2")
    CLOUD.given(opened(), AT_TIER_2, LOG_REQUESTED, received, reproduced).when(RequestLog()).is_recorded()


@pytest.mark.clause("eschat:tier-2")
def test_tier_2_says_why_it_raises_a_ticket_to_tier_3():
    ticket = CLOUD.given(opened(), AT_TIER_2)

    ticket.when(Escalate(to="tier-3")).refused(RuleBroken, "eschat:tier-2", "cause is missing")
    ticket.when(Escalate(to="tier-3", cause="bored")).refused(RuleBroken, "eschat:tier-2", "cause is bored")
    ticket.when(Escalate(to="tier-3", cause="no solution found")).is_recorded()


@pytest.mark.clause("eschat:tier-3-bug")
def test_a_bug_is_filed_with_its_reference():
    CLOUD.given(opened()).when(FileBug()).refused(RuleBroken, "eschat:tier-3-bug", "reference is missing")
    CLOUD.given(opened()).when(FileBug(reference="B-1")).is_recorded()


@pytest.mark.clause("eschat:2")
def test_the_work_of_the_first_tiers_is_declined_where_the_customer_hosts():
    decline = Decline(clause="eschat:2", cause="tier 1")

    HOSTED.given(opened()).when(decline).is_recorded()
    HOSTED.given(opened()).when(Decline(clause="eschat:2", cause="mood")).refused(RuleBroken, "eschat:2", "none of")
    CLOUD.given(opened()).when(decline).refused(RuleBroken, "eschat:2", "is no ground")


@pytest.mark.clause("eschat:2")
@pytest.mark.parametrize("command", [TO_TIER_2, Assign(tier=3)])
def test_a_ticket_of_a_server_of_the_customer_starts_at_tier_3(command: TicketCommand):
    desk = under("eschat", "cloud-hosted", servers={"s1": "customer-hosted"})

    desk.given(opened(server="s1")).when(command).is_recorded()
    desk.given(opened(server="s2")).when(TO_TIER_2).refused(RuleBroken, "eschat:tier-1")
