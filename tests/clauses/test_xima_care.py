"""The Xima Care Agreement, clause by clause.

Tickets live in the week of Monday, 4 March 2024, on the wall of Denver (7 hours behind UTC) or where a test says.
The region is `na`, open 09:00-17:00 there, which is 16:00-24:00 UTC.
"""

from datetime import datetime
from typing import Any

import pytest

from domain.answer import Answer
from domain.contract.cover import cover, order_wait
from domain.contract.facts import Contract
from domain.instants import micros, moment
from domain.terms.conduct import fitting_guides
from domain.terms.lookup import find
from domain.terms.rows import Scope
from domain.terms.zones import zone
from tests.clauses.cases import broken, clock, fact, judged, proposed


def march(day: int, time: str) -> str:
    """A wall time in Denver before its summer time began on 10 March."""
    return f"2024-03-{day:02}T{time}-07:00"


def opened(at: str, severity: int = 3, **fields: Any) -> dict[str, Any]:
    return fact(at, "opened", severity=severity, **fields)


def xima(*events: dict[str, Any], plan: str = "premium", region: str = "na", **rest: Any) -> Answer:
    return judged("xima-care", plan, region, *events, **rest)


def owed(of: Answer) -> list[tuple[str, str]]:
    """Since when, and by which clause."""
    return [(one["since"], one["clause"]) for one in of["owed"]]


def declined(clause: str, cause: str | None = None, *before: dict[str, Any], **rest: Any) -> Answer:
    """A ticket of Monday 10:00 that was declined at noon."""
    decline = fact(march(4, "12:00"), "declined", clause=clause, **({"cause": cause} if cause else {}))
    return xima(opened(march(4, "10:00"), **rest), *before, decline)


def differs(of: Answer, name: str) -> list[tuple[str, str, str | None, str | None]]:
    """The other options that would change a clock's verdict: reading, option, verdict of record, verdict then."""
    return [
        (one["reading"], one["option"], change["verdict"], change["verdict_then"])
        for one in of["readings"]
        for change in one["changes"]
        if change["clock"] == name
    ]


MONDAY_10 = march(4, "10:00")
MONDAY_NOON = march(4, "12:00")

# --- who is covered: preamble, 1, 2, end-of-support -------------------------------------------------------------------

LICENCE = fact("2023-03-01T09:00:00-07:00", "signed", plan="premium", starts="2023-03-01", until="2024-03-04")


@pytest.mark.clause("xima-care:preamble")
def test_a_ticket_is_covered_on_the_last_day_of_the_licence_and_not_on_the_next():
    last_day = xima(opened(march(4, "23:59")), contract={"events": [LICENCE]})
    next_day = xima(opened(march(5, "00:00")), contract={"events": [LICENCE]})

    assert [] == broken(last_day)
    assert [(1, "xima-care:preamble")] == broken(next_day)


@pytest.mark.clause("xima-care:preamble")
@pytest.mark.parametrize(
    ("region", "last_second", "midnight"),
    [
        ("emea", "2024-03-04T23:59:59+00:00", "2024-03-05T00:00:00+00:00"),
        ("apac", "2024-03-04T23:59:59+11:00", "2024-03-05T00:00:00+11:00"),
    ],
)
def test_the_last_day_of_the_licence_ends_at_midnight_of_the_region(region, last_second, midnight):
    contract = {"events": [LICENCE]}

    assert [] == broken(xima(opened(last_second), region=region, contract=contract))
    assert [(1, "xima-care:preamble")] == broken(xima(opened(midnight), region=region, contract=contract))


@pytest.mark.clause("xima-care:preamble")
def test_a_ticket_about_another_product_than_the_licensed_one_is_not_covered():
    licensed = {"products": ["chronicall"]}

    assert [] == broken(xima(opened(MONDAY_10, product="chronicall"), contract=licensed))
    assert [(1, "xima-care:preamble")] == broken(xima(opened(MONDAY_10, product="cloud"), contract=licensed))


@pytest.mark.clause("xima-care:preamble")
@pytest.mark.parametrize("reporter", ["partner", "end-user"])
def test_partners_and_end_users_report_tickets(reporter):
    assert [] == broken(xima(opened(MONDAY_10, by=reporter, channel="phone")))


@pytest.mark.clause("xima-care:preamble")
@pytest.mark.parametrize("cause", ["no active licence", "another product"])
def test_a_ticket_without_licence_or_for_another_product_may_be_declined(cause):
    assert [] == broken(declined("xima-care:preamble", cause))


@pytest.mark.clause("xima-care:preamble")
def test_a_ticket_is_not_declined_by_the_preamble_for_any_other_cause():
    assert [(2, "xima-care:preamble")] == broken(declined("xima-care:preamble", "too much work"))


@pytest.mark.clause("xima-care:preamble")
def test_a_refused_report_is_on_record_and_starts_no_clock():
    refused = xima(fact(MONDAY_10, "refused", command="open-ticket", clause="xima-care:preamble"), as_of=MONDAY_NOON)

    assert [] == broken(refused)
    assert {"pending"} == {one["state"] for one in refused["clocks"]}


ORDER = Contract.model_validate({"region": "na", "events": [fact("2024-03-08T15:00:00-07:00", "signed")]})
DENVER = zone("America/Denver")


@pytest.mark.clause("xima-care:1")
def test_an_order_that_names_no_plan_waits_and_its_rejection_is_told_within_three_calendar_days():
    scope = Scope(region="na")
    wait = order_wait(ORDER, find("xima-care").agreement.entitlement, scope, DENVER)

    assert wait
    assert "2024-03-11T21:00:00+00:00" == moment(wait.notice_due).isoformat()  # the clocks went forward on the 10th
    assert ("xima-care:1", {"xima-care:1/calendar-days"}) == (wait.clause, set(wait.assumes))


@pytest.mark.clause("xima-care:1")
def test_an_order_that_names_no_plan_covers_no_ticket():
    at = micros(datetime.fromisoformat("2024-03-09T10:00:00-07:00"))
    asked = cover(ORDER, find("xima-care").agreement.entitlement, Scope(region="na"), DENVER, at=at)

    assert (False, "xima-care:1") == (asked.covered, asked.clause)


CANCELLED = {"events": [{**LICENCE, "until": "2024-12-31"}, fact(MONDAY_NOON, "cancelled")]}


@pytest.mark.clause("xima-care:2")
def test_a_ticket_opened_once_the_contract_is_cancelled_is_not_covered():
    assert [] == broken(xima(opened(march(4, "11:59:59")), contract=CANCELLED))
    assert [(1, "xima-care:2")] == broken(xima(opened(MONDAY_NOON), contract=CANCELLED))


@pytest.mark.clause("xima-care:2")
def test_a_ticket_open_at_the_cancellation_runs_on():
    answer = xima(opened(MONDAY_10, severity=1), contract=CANCELLED, as_of=march(4, "14:00"))

    assert [] == broken(answer)
    assert ("running", 4 * 3600) == clock(answer, "resolution", "state", "used_seconds")


@pytest.mark.clause("xima-care:2")
def test_that_cover_ends_at_the_cancellation_is_an_assumption():
    contract = Contract.model_validate({"plan": "premium", "region": "na", **CANCELLED})
    at = micros(datetime.fromisoformat(MONDAY_NOON))
    asked = cover(contract, find("xima-care").agreement.entitlement, Scope(region="na"), DENVER, at=at)

    assert (False, {"xima-care:2/at-the-cancellation"}) == (asked.covered, set(asked.assumes))


def support_ends(day: str) -> dict[str, Any]:
    return fact("2023-06-01T09:00:00-06:00", "support_ended", product="chronicall", on=day)


@pytest.mark.clause("xima-care:end-of-support")
def test_a_product_is_covered_on_its_end_of_support_date_and_no_longer():
    contract = {"events": [{**LICENCE, "until": "2024-12-31"}, support_ends("2024-03-04")]}
    on_the_date = xima(opened(march(4, "23:59:59"), product="chronicall"), contract=contract)
    the_day_after = xima(opened(march(5, "00:00"), product="chronicall"), contract=contract)

    assert [] == broken(on_the_date)
    assert [(1, "xima-care:end-of-support")] == broken(the_day_after)


@pytest.mark.clause("xima-care:end-of-support")
def test_of_licence_and_end_of_support_the_earlier_ends_the_cover():
    contract = {"events": [LICENCE, support_ends("2024-12-31")]}

    assert [(1, "xima-care:preamble")] == broken(
        xima(opened(march(5, "10:00"), product="chronicall"), contract=contract)
    )


@pytest.mark.clause("xima-care:end-of-support")
def test_a_ticket_about_a_product_past_its_end_of_support_may_be_declined():
    assert [] == broken(declined("xima-care:end-of-support"))


# --- what is worked on: 4.1 to 5 --------------------------------------------------------------------------------------


@pytest.mark.clause("xima-care:4.1.2")
@pytest.mark.parametrize(
    "cause",
    [
        "below minimum requirements",
        "not the recommended server",
        "not the recommended operating system",
        "not the recommended configuration",
    ],
)
def test_a_ticket_about_an_unsuitable_system_may_be_declined_with_what_is_unsuitable(cause):
    assert [] == broken(declined("xima-care:4.1.2", cause))


@pytest.mark.clause("xima-care:4.1.2")
@pytest.mark.parametrize("cause", [None, "old"])
def test_a_ticket_is_not_declined_for_its_system_without_saying_what_is_unsuitable(cause):
    assert [(2, "xima-care:4.1.2")] == broken(declined("xima-care:4.1.2", cause))


@pytest.mark.clause("xima-care:4.1.2")
def test_declining_voids_what_has_not_stopped_and_keeps_a_breach_already_reached():
    answer = declined("xima-care:4.1.2", "below minimum requirements", severity=1)  # two hours open, one allowed

    assert "declined" == answer["status"]
    assert ("void", "breached", "2024-03-04T18:00:00Z") == clock(answer, "response", "state", "verdict", "breached_at")
    assert ("void", "none") == clock(answer, "resolution", "state", "verdict")
    assert ("void", "none", None) == clock(answer, "tier-3", "state", "verdict", "started_at")


@pytest.mark.clause("xima-care:4.1.2")
def test_declining_in_time_leaves_no_verdict():
    answer = declined("xima-care:4.1.2", "below minimum requirements", severity=3)

    assert ("void", "none", "2024-03-04T19:00:00Z") == clock(answer, "response", "state", "verdict", "stopped_at")


def waiting_for(task: str) -> tuple[dict[str, Any], ...]:
    """A ticket of severity 3, opened at 10:00 and waiting on the customer from 11:00 to 14:00."""
    return (
        opened(MONDAY_10),
        fact(march(4, "11:00"), "waiting", on="customer", task=task),
        fact(march(4, "14:00"), "wait_ended", on="customer", task=task),
    )


@pytest.mark.clause("xima-care:4.1.3")
def test_a_ticket_that_waits_for_a_backup_pauses_its_resolution_and_not_its_response():
    answer = xima(*waiting_for("backup"), as_of=march(4, "16:00"))

    assert 3 * 3600 == clock(answer, "resolution", "used_seconds")
    assert 6 * 3600 == clock(answer, "response", "used_seconds")
    assert ["xima-care:4.1.6/waits"] == [one for one in clock(answer, "resolution", "assumptions") if "waits" in one]


@pytest.mark.clause("xima-care:4.1.3")
def test_the_customer_owes_the_backup_until_it_is_made():
    assert [("2024-03-04T18:00:00Z", "xima-care:4.1.3")] == owed(
        xima(*waiting_for("backup"), as_of=march(4, "13:59:59"))
    )
    assert [] == owed(xima(*waiting_for("backup")))


WEEK = {"value": 95, "from": march(4, "00:00"), "to": "2024-03-11T00:00:00-06:00"}
"""Monday to Sunday in Denver, 167 hours: the clocks went forward on Sunday."""
ANY_WEEK = {"value": 95, "from": "2024-03-13T12:00:00-06:00", "to": "2024-03-20T12:00:00-06:00"}
"""Seven days from a Wednesday noon."""


def recorded(measurement: dict[str, Any] | None, week: str = "any-seven-days", cause: str | None = None) -> Answer:
    """A recording issue, resolved on 21 March."""
    found = [fact(march(5, "10:00"), "found", cause=cause, by="agent")] if cause else []
    resolved = fact("2024-03-21T10:00:00-06:00", "resolved", **({"measurement": measurement} if measurement else {}))
    return xima(opened(MONDAY_10, category="recording"), *found, resolved, readings={"xima-care:4.1.5/week": week})


@pytest.mark.clause("xima-care:4.1.5")
@pytest.mark.parametrize("week", ["any-seven-days", "calendar-week"])
def test_a_recording_issue_is_resolved_once_95_percent_of_a_weeks_calls_were_recorded(week):
    assert [] == broken(recorded(WEEK, week))


@pytest.mark.clause("xima-care:4.1.5")
@pytest.mark.parametrize(
    "measurement",
    [None, {"value": 95}, {**WEEK, "value": 94.9}, {**WEEK, "to": "2024-03-10T00:00:00-07:00"}],
    ids=["nothing measured", "no week named", "below 95 percent", "six days"],
)
def test_a_recording_issue_is_not_resolved_by_less(measurement):
    assert [(2, "xima-care:4.1.5")] == broken(recorded(measurement))


@pytest.mark.clause("xima-care:4.1.5")
@pytest.mark.parametrize(("week", "expected"), [("any-seven-days", []), ("calendar-week", [(2, "xima-care:4.1.5")])])
def test_seven_days_from_a_wednesday_are_a_week_unless_weeks_are_those_of_the_calendar(week, expected):
    assert expected == broken(recorded(ANY_WEEK, week))


@pytest.mark.clause("xima-care:4.1.5")
@pytest.mark.parametrize("week", ["any-seven-days", "calendar-week"])
@pytest.mark.parametrize("cause", ["not reproducible", "best practices not followed", "network performance"])
def test_a_recording_issue_with_a_finding_is_resolved_without_measuring(cause, week):
    assert [] == broken(recorded(None, week, cause))


@pytest.mark.clause("xima-care:4.1.5")
def test_any_other_finding_does_not_resolve_a_recording_issue():
    assert [(3, "xima-care:4.1.5")] == broken(recorded(None, cause="bug"))


@pytest.mark.clause("xima-care:4.1.5")
def test_a_ticket_of_a_system_that_does_not_record_is_a_recording_issue():
    ticket = opened(MONDAY_10, severity=2, category="not-recording")

    assert [(2, "xima-care:4.1.5")] == broken(xima(ticket, fact(MONDAY_NOON, "resolved")))


@pytest.mark.clause("xima-care:4.1.5")
def test_a_ticket_about_something_else_is_resolved_without_measuring():
    assert [] == broken(xima(opened(MONDAY_10, category="report-bug"), fact(MONDAY_NOON, "resolved")))


@pytest.mark.clause("xima-care:4.1.6")
def test_a_resolution_is_measured_and_never_late():
    answer = xima(opened(MONDAY_10, severity=1), as_of=march(8, "10:00"))

    assert ("running", "none", None, "xima-care:4.1.6") == clock(
        answer, "resolution", "state", "verdict", "due_at", "clause"
    )
    assert 4 * 24 * 3600 == clock(answer, "resolution", "used_seconds")  # premium, severity 1: round the clock


@pytest.mark.clause("xima-care:4.1.6")
def test_a_reopened_ticket_resumes_its_resolution_with_the_time_used_and_not_its_response():
    answer = xima(
        opened(MONDAY_10),
        fact(MONDAY_NOON, "resolved"),
        fact(march(4, "14:00"), "reopened"),
        as_of=march(4, "15:00"),
    )

    assert ("running", 3 * 3600) == clock(answer, "resolution", "state", "used_seconds")
    assert "xima-care:4.1.6/reopening" in clock(answer, "resolution", "assumptions")
    assert ("stopped", "2024-03-04T19:00:00Z") == clock(answer, "response", "state", "stopped_at")


def appointment(kind: str, at: str, **rest: Any) -> list[tuple[int | None, str]]:
    """What an appointment that is made on Monday at 10:00 breaks."""
    scheduled = fact(MONDAY_10, "appointment_scheduled", for_=at, kind=kind, by="customer")
    return broken(xima(opened(march(4, "09:30")), scheduled, **rest))


@pytest.mark.clause("xima-care:4.2")
def test_a_version_update_is_scheduled_for_premium_only():
    assert [] == appointment("version update", march(7, "10:00"))
    assert [(2, "xima-care:4.2")] == appointment("version update", march(7, "10:00"), plan="standard")


@pytest.mark.clause("xima-care:4.2")
def test_a_version_update_is_scheduled_48_hours_ahead():
    assert [] == appointment("version update", march(6, "10:00"))
    assert [(2, "xima-care:4.2")] == appointment("version update", march(6, "09:59:59"))


@pytest.mark.clause("xima-care:4.2")
def test_48_hours_of_coverage_are_six_working_days():
    readings = {"xima-care:4.2/48-hours": "coverage"}

    # 7 h on Monday, 8 h each on Tuesday to Friday and on Monday, 1 h on Tuesday the 12th, in summer time by then
    assert [] == appointment("version update", "2024-03-12T10:00:00-06:00", readings=readings)
    assert [(2, "xima-care:4.2")] == appointment("version update", "2024-03-12T09:59:59-06:00", readings=readings)
    assert [] == appointment("version update", "2024-03-12T09:59:59-06:00")


@pytest.mark.clause("xima-care:4.2")
@pytest.mark.parametrize("plan", ["standard", "premium"])
def test_a_ticket_about_a_failed_update_is_taken_on_every_plan(plan):
    assert [] == broken(xima(opened(MONDAY_10, category="failed-update"), plan=plan))


@pytest.mark.clause("xima-care:4.2")
def test_refusing_or_declining_a_ticket_about_a_failed_update_for_its_plan_is_irregular():
    failed = opened(MONDAY_10, category="failed-update")
    refused = fact(MONDAY_10, "refused", command="open-ticket", clause="xima-care:4.2")
    decline = fact(MONDAY_NOON, "declined", clause="xima-care:4.2")

    assert [(1, "xima-care:4.2")] == broken(xima(refused, plan="standard"))
    assert [(2, "xima-care:4.2")] == broken(xima(failed, decline, plan="standard"))


@pytest.mark.clause("xima-care:4.2")
def test_refusing_only_the_appointment_is_in_order():
    refused = fact(MONDAY_NOON, "refused", command="schedule-appointment", clause="xima-care:4.2")

    assert [] == broken(xima(opened(MONDAY_10), refused, plan="standard"))


@pytest.mark.clause("xima-care:4.3")
@pytest.mark.parametrize("kind", ["backup and restore", "server migration"])
def test_a_restore_or_migration_is_scheduled_for_premium_only_and_without_lead(kind):
    assert [] == appointment(kind, march(4, "10:01"))
    assert [(2, "xima-care:4.3")] == appointment(kind, march(8, "10:00"), plan="standard")


@pytest.mark.clause("xima-care:4.4")
def test_a_ticket_about_direct_access_to_the_database_may_be_declined():
    answer = declined("xima-care:4.4", "queries of our own", fact(march(4, "11:00"), "responded"))

    assert [] == broken(answer)
    assert ("stopped", "met") == clock(answer, "response", "state", "verdict")
    assert "void" == clock(answer, "resolution", "state")


@pytest.mark.clause("xima-care:4.5.1")
@pytest.mark.parametrize("cause", ["unrelated to the product", "server settings", "restore point"])
def test_a_ticket_about_the_server_and_not_the_product_may_be_declined(cause):
    assert [] == broken(declined("xima-care:4.5.1", cause))


@pytest.mark.clause("xima-care:4.5.1")
def test_an_issue_of_the_product_on_the_customers_server_is_not_declined():
    assert [(2, "xima-care:4.5.1")] == broken(declined("xima-care:4.5.1", "the product does not start"))


FOUND_NETWORK = fact(march(4, "11:00"), "found", cause="network performance", by="agent")


@pytest.mark.clause("xima-care:4.5.2")
def test_a_network_issue_is_declined_only_once_that_was_found():
    assert [(2, "xima-care:4.5.2")] == broken(declined("xima-care:4.5.2"))
    assert [] == broken(declined("xima-care:4.5.2", None, FOUND_NETWORK))


@pytest.mark.clause("xima-care:4.5.2")
def test_what_stopped_before_a_network_issue_was_declined_stays():
    answer = declined("xima-care:4.5.2", None, fact(march(4, "10:30"), "responded"), FOUND_NETWORK, severity=1)

    assert ("stopped", "met", 1800) == clock(answer, "response", "state", "verdict", "used_seconds")
    assert "void" == clock(answer, "resolution", "state")


@pytest.mark.clause("xima-care:4.5.3")
@pytest.mark.parametrize("cause", ["firewall change", "network change", "port mirror"])
def test_a_change_of_the_customers_network_may_be_declined(cause):
    assert [] == broken(declined("xima-care:4.5.3", cause))


@pytest.mark.clause("xima-care:4.5.3")
def test_a_recommendation_about_the_network_is_not_declined():
    assert [(2, "xima-care:4.5.3")] == broken(declined("xima-care:4.5.3", "firewall recommendation"))


@pytest.mark.clause("xima-care:4.6")
@pytest.mark.parametrize("cause", ["PBX configuration", "PBX design"])
def test_a_change_of_the_pbx_may_be_declined(cause):
    assert [] == broken(declined("xima-care:4.6", cause))


@pytest.mark.clause("xima-care:4.6")
def test_the_customer_owes_a_pbx_administrator_while_the_ticket_waits_for_one():
    waiting = waiting_for("PBX admin on hand")

    assert [("2024-03-04T18:00:00Z", "xima-care:4.6")] == owed(xima(*waiting, as_of=march(4, "13:00")))
    assert [] == owed(xima(*waiting))
    assert 3 * 3600 == clock(xima(*waiting, as_of=march(4, "16:00")), "resolution", "used_seconds")


AUTHORIZATION = (
    opened(MONDAY_10, severity=1, channel="phone"),
    fact(march(4, "10:30"), "waiting", on="authorization"),
    fact(MONDAY_NOON, "wait_ended", on="authorization", evidence="spoken, to the vendor"),
    fact(march(4, "12:15"), "responded"),
)


@pytest.mark.clause("xima-care:4.7")
@pytest.mark.parametrize(
    ("scope", "response"),
    [("every-clock", ("met", None, 45 * 60)), ("not-response", ("breached", "2024-03-04T18:00:00Z", 135 * 60))],
)
def test_a_ticket_without_the_authorization_pauses_every_clock_or_only_those_of_the_work(scope, response):
    answer = xima(*AUTHORIZATION, readings={"xima-care:4.7/scope": scope})

    assert response == clock(answer, "response", "verdict", "breached_at", "used_seconds")
    assert 45 * 60 == clock(answer, "resolution", "used_seconds")
    assert [] == broken(answer)


@pytest.mark.clause("xima-care:4.7")
def test_a_response_that_hangs_on_the_scope_of_the_authorization_says_so():
    answer = xima(*AUTHORIZATION)

    assert clock(answer, "response", "depends_on_reading")
    assert [("xima-care:4.7/scope", "not-response", "met", "breached")] == differs(answer, "response")


@pytest.mark.clause("xima-care:4.7")
@pytest.mark.parametrize(("second", "verdict"), [("12:30:00", "met"), ("12:30:01", "breached")])
def test_a_response_keeps_what_was_left_when_the_wait_on_the_authorization_began(second, verdict):
    answer = xima(*AUTHORIZATION[:3], fact(march(4, second), "responded"))

    assert verdict == clock(answer, "response", "verdict")


@pytest.mark.clause("xima-care:4.7")
@pytest.mark.parametrize("scope", ["every-clock", "not-response"])
def test_a_ticket_without_the_authorization_pauses_tier_3(scope):
    answer = xima(
        *AUTHORIZATION[:2],
        fact(march(4, "11:00"), "escalated", to="tier-3"),
        as_of=MONDAY_NOON,
        readings={"xima-care:4.7/scope": scope},
    )

    assert ("paused", 0) == clock(answer, "tier-3", "state", "used_seconds")


@pytest.mark.clause("xima-care:4.7")
def test_a_third_party_vendor_is_not_contacted_before_the_authorization():
    contact = fact(march(4, "11:00"), "notified", to="third-party vendor", by="agent")
    later = fact(march(4, "12:05"), "notified", to="third-party vendor", by="agent")

    assert [(3, "xima-care:4.7")] == broken(xima(*AUTHORIZATION[:2], contact))
    assert [] == broken(xima(*AUTHORIZATION[:3], later))


@pytest.mark.clause("xima-care:4.7")
def test_a_wait_on_the_authorization_ends_with_how_it_was_confirmed():
    unsaid = fact(MONDAY_NOON, "wait_ended", on="authorization")

    assert [(3, "xima-care:4.7")] == broken(xima(*AUTHORIZATION[:2], unsaid))


@pytest.mark.clause("xima-care:5")
@pytest.mark.parametrize("cause", ["installation", "configuration", "custom wallboard", "private training"])
def test_a_ticket_about_professional_services_is_declined_to_a_quote(cause):
    assert [] == broken(declined("xima-care:5", cause))


@pytest.mark.clause("xima-care:5")
def test_a_question_is_no_professional_service():
    assert [(2, "xima-care:5")] == broken(declined("xima-care:5", "a question"))


def report(reading: str, *before: dict[str, Any], severity: int = 4) -> list[tuple[int | None, str]]:
    """What is broken where a request for a custom report is declined at noon."""
    opening = opened(MONDAY_10, severity, category="custom-report")
    decline = fact(MONDAY_NOON, "declined", clause="xima-care:5", cause="custom report")
    return broken(xima(opening, *before, decline, readings={"xima-care:5/custom-reports": reading}))


@pytest.mark.clause("xima-care:5")
def test_a_request_for_a_custom_report_is_answered_before_it_is_declined():
    assert [] == report("answered-as-severity-4", fact(march(4, "11:00"), "responded"))
    assert [(2, "xima-care:5")] == report("answered-as-severity-4")


@pytest.mark.clause("xima-care:5")
def test_a_request_for_a_custom_report_that_is_out_of_scope_is_declined_at_once():
    assert [] == report("out-of-scope")


@pytest.mark.clause("xima-care:5")
@pytest.mark.parametrize(
    ("reading", "expected"), [("answered-as-severity-4", [(1, "xima-care:5")]), ("out-of-scope", [])]
)
def test_a_request_for_a_custom_report_is_opened_at_severity_4_where_it_is_answered(reading, expected):
    assert expected == report(reading, fact(march(4, "11:00"), "responded"), severity=3)


@pytest.mark.clause("xima-care:5")
def test_the_response_to_a_custom_report_is_measured_until_it_is_declined():
    opening = opened(MONDAY_10, 4, category="custom-report")
    answer = xima(opening, fact(march(4, "11:00"), "responded"))

    assert ("met", 24 * 3600) == clock(answer, "response", "verdict", "allowance_seconds")


# --- tiers: 6.1 -------------------------------------------------------------------------------------------------------

TO_2 = fact(march(4, "11:00"), "escalated", to="tier-2", by="agent")
TO_3 = fact(march(4, "13:00"), "escalated", to="tier-3", cause="code change", by="agent")
BUG = fact(MONDAY_NOON, "found", cause="bug", by="agent")


@pytest.mark.clause("xima-care:6.1.1")
def test_a_ticket_starts_at_tier_1():
    assert [] == broken(xima(opened(MONDAY_10), TO_2))
    assert (2, "xima-care:6.1.2") in broken(xima(opened(MONDAY_10), TO_3))


@pytest.mark.clause("xima-care:6.1.1")
def test_the_service_agreement_is_confirmed_at_the_opening():
    assert [(1, "xima-care:preamble")] == broken(xima(opened(march(5, "10:00")), contract={"events": [LICENCE]}))


@pytest.mark.clause("xima-care:6.1.2")
def test_a_ticket_passes_from_tier_to_tier_and_skips_none():
    assert [] == broken(xima(opened(MONDAY_10), TO_2, BUG, TO_3))
    assert [(2, "xima-care:6.1.2")] == broken(xima(opened(MONDAY_10), fact(MONDAY_NOON, "assigned", tier=3)))


@pytest.mark.clause("xima-care:6.1.2")
@pytest.mark.parametrize(
    ("reading", "expected"), [("confirmed-bug", [(3, "xima-care:6.1.3")]), ("additional-resources", [])]
)
def test_a_ticket_without_a_bug_passes_to_tier_3_only_where_a_need_of_resources_is_enough(reading, expected):
    answer = xima(opened(MONDAY_10), TO_2, TO_3, readings={"xima-care:6.1.2/tier-3": reading})

    assert expected == broken(answer)


@pytest.mark.clause("xima-care:6.1.2")
def test_a_need_of_resources_is_named():
    unnamed = fact(march(4, "13:00"), "escalated", to="tier-3", by="agent")
    readings = {"xima-care:6.1.2/tier-3": "additional-resources"}

    assert [(3, "xima-care:6.1.2")] == broken(xima(opened(MONDAY_10), TO_2, unnamed, readings=readings))


@pytest.mark.clause("xima-care:6.1.3")
def test_tier_3_takes_a_bug_that_tier_2_has_found():
    found_by_tier_1 = fact(march(4, "10:30"), "found", cause="bug", by="agent")

    assert [] == broken(xima(opened(MONDAY_10), TO_2, BUG, TO_3))
    assert [(4, "xima-care:6.1.3")] == broken(xima(opened(MONDAY_10), found_by_tier_1, TO_2, TO_3))


# --- hours: 6.2 and 6.3 -----------------------------------------------------------------------------------------------


@pytest.mark.clause("xima-care:6.2")
@pytest.mark.parametrize(
    ("region", "friday_half_past_four", "monday_half_past_nine"),
    [
        ("na", "2024-03-01T16:30:00-07:00", "2024-03-04T16:30:00Z"),
        ("emea", "2024-03-01T16:30:00+00:00", "2024-03-04T09:30:00Z"),
        ("apac", "2024-03-01T16:30:00+11:00", "2024-03-03T22:30:00Z"),
    ],
)
def test_a_standard_ticket_is_answered_in_the_hours_of_its_region(region, friday_half_past_four, monday_half_past_nine):
    answer = xima(opened(friday_half_past_four, severity=1), plan="standard", region=region)

    assert monday_half_past_nine == clock(answer, "response", "due_at")
    assert "xima-care:6.2/hours" in clock(answer, "response", "assumptions")


@pytest.mark.clause("xima-care:6.2")
def test_a_holiday_or_meeting_that_was_entered_is_not_counted():
    closed = {"na": [{"date": "2024-03-04", "name": "Company meeting"}]}
    opening = opened(march(1, "16:30"), severity=1)
    answer = xima(opening, plan="standard", contract={"terms": {"closures": closed}})

    assert "2024-03-05T16:30:00Z" == clock(answer, "response", "due_at")


@pytest.mark.clause("xima-care:6.2")
def test_tier_3_is_best_effort_on_standard():
    answer = xima(opened(MONDAY_10), TO_2, BUG, TO_3, plan="standard", as_of=march(8, "10:00"))

    assert ("running", "none", None) == clock(answer, "tier-3", "state", "verdict", "due_at")
    assert "xima-care:6.2/tier-3" in clock(answer, "tier-3", "assumptions")
    assert "xima-care:6.2" == clock(answer, "tier-3", "clause")


@pytest.mark.clause("xima-care:6.3")
@pytest.mark.parametrize(("severity", "due"), [(1, "2024-03-02T00:30:00Z"), (2, "2024-03-02T01:30:00Z")])
@pytest.mark.parametrize("region", ["na", "emea", "apac"])
def test_a_premium_ticket_of_severity_1_or_2_is_answered_round_the_clock(region, severity, due):
    answer = xima(opened(march(1, "16:30"), severity), region=region)

    assert due == clock(answer, "response", "due_at")


# 24 hours of 8x5 are half an hour of that Friday, 8 of Monday, 8 of Tuesday and 7.5 of Wednesday.
LATE_FRIDAY = opened(march(1, "16:30"))


@pytest.mark.clause("xima-care:6.3")
@pytest.mark.parametrize(
    ("hours", "due", "verdict"),
    [("8x5", "2024-03-06T23:30:00Z", "met"), ("24x7", "2024-03-02T23:30:00Z", "breached")],
)
def test_a_premium_ticket_of_severity_3_is_answered_in_the_regions_hours_or_round_the_clock(hours, due, verdict):
    readings = {"xima-care:6.3/severities-3-4": hours}
    untouched = xima(LATE_FRIDAY, readings=readings)
    answered = xima(LATE_FRIDAY, fact(march(2, "16:30:01"), "responded"), readings=readings)

    assert due == clock(untouched, "response", "due_at")
    assert verdict == clock(answered, "response", "verdict")


@pytest.mark.clause("xima-care:6.3")
def test_a_premium_resolution_of_severity_3_counts_in_the_regions_hours():
    answer = xima(LATE_FRIDAY, as_of=march(4, "10:00"))

    assert (90 * 60, "na") == (
        clock(answer, "resolution", "used_seconds"),
        clock(answer, "resolution", "segments")[0]["calendar"],
    )


def in_tier_3(escalated: str, *after: dict[str, Any], region: str = "na", **rest: Any) -> Answer:
    return xima(
        opened("2024-02-29T10:00:00-07:00"),
        fact(escalated, "escalated", to="tier-3", cause="bug"),
        *after,
        region=region,
        **rest,
    )


@pytest.mark.clause("xima-care:6.3")
@pytest.mark.parametrize(
    ("escalated", "due"),
    [
        (march(4, "09:00"), "2024-03-06T00:00:00Z"),  # Monday, due on Tuesday at 17:00
        (march(4, "23:59"), "2024-03-06T00:00:00Z"),
        (march(1, "10:00"), "2024-03-05T00:00:00Z"),  # Friday, due on Monday at 17:00
        (march(2, "10:00"), "2024-03-05T00:00:00Z"),  # Saturday
    ],
)
def test_tier_3_is_due_by_the_close_of_the_next_business_day_whatever_the_hour(escalated, due):
    assert due == clock(in_tier_3(escalated), "tier-3", "due_at")


@pytest.mark.clause("xima-care:6.3")
@pytest.mark.parametrize("region", ["emea", "apac"])
def test_tier_3_counts_north_american_days_for_every_region(region):
    tuesday_in_london = "2024-03-05T03:00:00+00:00"  # Monday 20:00 in Denver, Tuesday 14:00 in Sydney

    assert "2024-03-06T00:00:00Z" == clock(in_tier_3(tuesday_in_london, region=region), "tier-3", "due_at")


@pytest.mark.clause("xima-care:6.3")
@pytest.mark.parametrize(
    ("reading", "assigned", "verdict", "breached_at"),
    [
        ("by-close", march(5, "17:00"), "met", None),
        ("by-close", march(6, "09:00"), "met", None),  # no time was counted since the close
        ("by-close", march(6, "09:00:01"), "breached", "2024-03-06T16:00:00Z"),
        ("at-opening", march(5, "09:00"), "met", None),
        ("at-opening", march(5, "09:00:01"), "breached", "2024-03-05T16:00:00Z"),
    ],
)
def test_tier_3_escalated_on_monday_takes_up_by_the_close_or_at_the_opening_of_tuesday(
    reading, assigned, verdict, breached_at
):
    answer = in_tier_3(
        march(4, "10:00"), fact(assigned, "assigned", tier=3), readings={"xima-care:6.3/tier-3": reading}
    )

    assert (verdict, breached_at) == clock(answer, "tier-3", "verdict", "breached_at")


@pytest.mark.clause("xima-care:6.3")
def test_tier_3_that_hangs_on_its_reading_says_so():
    answer = in_tier_3(march(4, "10:00"), fact(march(5, "10:00"), "assigned", tier=3))

    assert [("xima-care:6.3/tier-3", "at-opening", "met", "breached")] == differs(answer, "tier-3")


# --- severities and responses: 6.4 and 6.5 ----------------------------------------------------------------------------


@pytest.mark.clause("xima-care:6.4")
@pytest.mark.parametrize(
    ("category", "severity"),
    [
        ("system-down", 1),
        ("mission-critical-function-lost", 1),
        ("skill-calls-not-routed", 1),
        ("not-logging", 2),
        ("not-recording", 2),
        ("realtime-offline", 2),
        ("multimedia-agents-stuck", 2),
        ("unhandled-call-flow", 3),
        ("wrong-agent-status", 3),
        ("recordings-not-available", 3),
        ("report-bug", 3),
        ("question", 4),
        ("customization", 4),
        ("custom-report", 4),
        ("enhancement", 4),
        ("weather", None),
    ],
)
def test_the_category_of_a_ticket_proposes_its_severity(category, severity):
    assert severity == proposed("xima-care", category=category)


@pytest.mark.clause("xima-care:6.4")
@pytest.mark.parametrize(("loss", "severity"), [(100, 2), (50.1, 2), (49.9, 3), (5, 3), (4.9, 4)])
@pytest.mark.parametrize("half", ["severity-2", "severity-3"])
def test_the_share_of_recordings_missing_proposes_a_severity(loss, severity, half):
    assert severity == proposed("xima-care", {"xima-care:6.4/half": half}, loss=loss)


@pytest.mark.clause("xima-care:6.4")
@pytest.mark.parametrize(("half", "severity"), [("severity-2", 2), ("severity-3", 3)])
def test_exactly_half_of_the_recordings_missing_is_read_either_way(half, severity):
    assert severity == proposed("xima-care", {"xima-care:6.4/half": half}, loss=50)


@pytest.mark.clause("xima-care:6.4")
def test_severity_4_for_fewer_than_5_percent_is_an_assumption():
    terms = find("xima-care").agreement
    (guide,) = fitting_guides(terms.guides, Scope(readings=terms.default_readings), loss=4.9)

    assert ("xima-care:6.4/under-5-percent",) == guide.assumes


@pytest.mark.clause("xima-care:6.4")
@pytest.mark.parametrize(("workaround", "severity"), [(False, 2), (True, 4)])
def test_a_workaround_or_its_lack_proposes_a_severity(workaround, severity):
    assert severity == proposed("xima-care", workaround=workaround)


def response(severity: int, answered: str, **readings: str) -> Any:
    """Verdict and breach of a premium ticket of Monday 10:00 in Denver, 17:00 UTC."""
    read = {f"xima-care:6.5/{name.replace('_', '-')}": option for name, option in readings.items()}
    answer = xima(opened(MONDAY_10, severity, channel="phone"), fact(answered, "responded"), readings=read)
    return clock(answer, "response", "verdict", "breached_at")


@pytest.mark.clause("xima-care:6.5")
@pytest.mark.parametrize(
    ("severity", "last_second", "too_late", "due"),
    [
        (1, march(4, "11:00:00"), march(4, "11:00:01"), "2024-03-04T18:00:00Z"),
        (2, march(4, "12:00:00"), march(4, "12:00:01"), "2024-03-04T19:00:00Z"),
        (3, march(7, "10:00:00"), march(7, "10:00:01"), "2024-03-07T17:00:00Z"),  # 7 h, 8 h, 8 h and 1 h
        (4, march(7, "10:00:00"), march(7, "10:00:01"), "2024-03-07T17:00:00Z"),
    ],
)
def test_a_ticket_is_answered_within_the_hours_of_its_severity(severity, last_second, too_late, due):
    assert ("met", None) == response(severity, last_second)
    assert ("breached", due) == response(severity, too_late)


@pytest.mark.clause("xima-care:6.5")
@pytest.mark.parametrize(
    ("reading", "expected"),
    [("two-hours", ("met", None)), ("one-hour", ("breached", "2024-03-04T18:00:00Z"))],
)
def test_severity_2_has_two_hours_or_one(reading, expected):
    assert ("met", None) == response(2, march(4, "11:00:00"), **{"severity-2": reading})
    assert expected == response(2, march(4, "11:00:01"), **{"severity-2": reading})


@pytest.mark.clause("xima-care:6.5")
@pytest.mark.parametrize("severity", [3, 4])
@pytest.mark.parametrize(
    ("reading", "expected"),
    [("coverage", ("met", None)), ("wall-clock", ("breached", "2024-03-05T17:00:00Z"))],
)
def test_24_hours_are_those_of_coverage_or_of_the_wall_clock(severity, reading, expected):
    assert ("met", None) == response(severity, march(5, "10:00:00"), **{"24-hours": reading})
    assert expected == response(severity, march(5, "10:00:01"), **{"24-hours": reading})


ONLINE = (
    opened(MONDAY_10, severity=1, channel="web"),
    fact(march(4, "11:00"), "notified_by_phone"),
    fact(march(4, "11:30"), "responded"),
)


@pytest.mark.clause("xima-care:6.5")
@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ("from-report", ("breached", "2024-03-04T17:00:00Z", 90 * 60)),
        ("from-phone", ("met", "2024-03-04T18:00:00Z", 30 * 60)),
    ],
)
def test_a_ticket_of_severity_1_reported_online_counts_from_the_report_or_from_the_call(reading, expected):
    answer = xima(*ONLINE, readings={"xima-care:6.5/online": reading})

    assert expected == clock(answer, "response", "verdict", "started_at", "used_seconds")


@pytest.mark.clause("xima-care:6.5")
@pytest.mark.parametrize(("severity", "channel"), [(1, "phone"), (3, "web")])
def test_a_ticket_reported_as_it_should_be_counts_from_its_report_either_way(severity, channel):
    answer = xima(opened(MONDAY_10, severity, channel=channel), readings={"xima-care:6.5/online": "from-phone"})

    assert "2024-03-04T17:00:00Z" == clock(answer, "response", "started_at")
    assert [] == owed(answer)


@pytest.mark.clause("xima-care:6.5")
def test_the_customer_owes_the_call_for_a_ticket_of_severity_1_reported_online():
    assert [("2024-03-04T17:00:00Z", "xima-care:6.5")] == owed(xima(ONLINE[0], as_of=march(4, "10:59")))
    assert [] == owed(xima(*ONLINE[:2]))


@pytest.mark.clause("xima-care:6.5")
@pytest.mark.clause("xima-care:4.1.3")
@pytest.mark.clause("xima-care:4.6")
@pytest.mark.parametrize("end", ["declined", "withdrawn", "merged"])
@pytest.mark.parametrize("duty", [ONLINE[:1], waiting_for("backup")[:2], waiting_for("PBX admin")[:2]])
def test_nothing_is_owed_any_longer_for_a_ticket_that_came_to_nothing(duty, end):
    assert 1 == len(owed(xima(*duty)))
    assert [] == owed(xima(*duty, fact(MONDAY_NOON, end)))


@pytest.mark.clause("xima-care:6.5")
def test_a_change_of_severity_carries_the_time_used():
    raised = fact(march(4, "10:30"), "severity_changed", severity=1)
    answer = xima(opened(MONDAY_10, severity=2), raised, fact(march(4, "11:15"), "responded"))

    assert ("breached", "2024-03-04T18:00:00Z", 3600) == clock(
        answer, "response", "verdict", "breached_at", "allowance_seconds"
    )
    assert "xima-care:6.5/carry" in clock(answer, "response", "assumptions")


@pytest.mark.clause("xima-care:6.5")
def test_a_change_to_a_severity_whose_time_is_used_up_breaches_at_the_change():
    raised = fact(march(4, "11:15"), "severity_changed", severity=1)
    answer = xima(opened(MONDAY_10, severity=2), raised)

    assert ("breached", "2024-03-04T18:15:00Z") == clock(answer, "response", "verdict", "breached_at")


@pytest.mark.clause("xima-care:6.5")
@pytest.mark.parametrize("end", ["resolved", "closed"])
def test_resolving_or_closing_a_ticket_answers_it(end):
    answer = xima(opened(MONDAY_10, severity=1), fact(march(4, "10:45"), end))

    assert ("stopped", "met", 45 * 60) == clock(answer, "response", "state", "verdict", "used_seconds")
    assert "xima-care:6.5/resolved" in clock(answer, "response", "assumptions")


@pytest.mark.clause("xima-care:6.5")
def test_a_response_warns_at_50_75_and_90_percent():
    warnings = clock(xima(opened(MONDAY_10, severity=1), as_of=march(4, "10:45")), "response", "warnings")

    assert [
        (50, "2024-03-04T17:30:00Z", "2024-03-04T17:30:00Z"),
        (75, "2024-03-04T17:45:00Z", "2024-03-04T17:45:00Z"),
        (90, "2024-03-04T17:54:00Z", None),
    ] == [(one["percent"], one["due_at"], one["reached_at"]) for one in warnings]
