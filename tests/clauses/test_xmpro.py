"""Tickets under the XMPro Support eService, clause by clause.

An instant is wall time in Dallas, without a day on Tuesday, 5 March 2024. Hours are Monday to Friday, 08:00 to 17:00.
"""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.answer import Answer
from domain.contract.facts import Contract
from domain.instants import micros
from tests.clauses.cases import broken, clock, fact, judged, proposed

ID = "xmpro"
TOLD = {
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
ADA = {"id": "ada", "role": "customer"}
BEN = {"id": "ben", "role": "customer"}
KIM = {"id": "kim", "role": "agent"}


def at(time: str) -> str:
    """`10:00`, `10:00:01` or `2024-03-08 10:00` in Dallas, as the answer writes it."""
    day, _, hour = time.rpartition(" ")
    wall = datetime.fromisoformat(f"{day or '2024-03-05'}T{hour}").replace(tzinfo=ZoneInfo("America/Chicago"))
    return wall.astimezone(UTC).isoformat().replace("+00:00", "Z")


def on(time: str, event: str, **fields: Any) -> dict[str, Any]:
    return fact(at(time), event, **fields)


def opened(time: str = "09:00", severity: int = 1, **fields: Any) -> dict[str, Any]:
    return on(time, "opened", **{"severity": severity, "channel": "web", "fields": TOLD, "by": ADA, **fields})


def logged(time: str = "09:00", severity: int = 1, **fields: Any) -> list[dict[str, Any]]:
    """A ticket opened on the portal and correctly logged at once."""
    return [opened(time, severity, **fields), on(time, "correctly_logged", by=KIM)]


def ticket(*events: dict[str, Any], as_of: str | None = None, **rest: Any) -> Answer:
    return judged(ID, "subscription", "", *events, as_of=at(as_of) if as_of else None, **rest)


def reading(clause: str, option: str) -> dict[str, Any]:
    return {"readings": {f"{ID}:{clause}": option}}


def owes(of: Answer, clause: str) -> list[tuple[int | None, list[str], str]]:
    """Event number, debtor and detail of each duty on a clause."""
    return [(one["event"], one["by"], one["detail"]) for one in of["owed"] if one["clause"] == f"{ID}:{clause}"]


def breaks(clause: str, *numbers: int) -> list[tuple[int | None, str]]:
    return [(number, f"{ID}:{clause}") for number in numbers]


def rungs(of: Answer, name: str = "escalation") -> Any:
    return [(one["role"], one["reached_at"]) for one in clock(of, name, "rungs") if one["reached_at"]]


# --- what is included -------------------------------------------------------------------------------------------------


def declined(clause: str, cause: str, **contract: Any) -> Answer:
    declining = on("10:00", "declined", clause=f"{ID}:{clause}", cause=cause, by=KIM)
    return ticket(*logged(), declining, contract=contract)


@pytest.mark.clause("xmpro:1-services")
@pytest.mark.parametrize(
    "cause",
    [
        "subscription not paid",
        "settings changed by others",
        "environment change",
        "new requirements",
        "changed requirements",
    ],
)
def test_a_ticket_is_declined_for_what_the_services_leave_out(cause: str):
    of = declined("1-services", cause, hosting="customer")

    assert ([], "declined") == (broken(of), of["status"])
    assert {("void", "none")} == {(one["state"], one["verdict"]) for one in of["clocks"]}


@pytest.mark.clause("xmpro:1-services")
def test_a_ticket_about_a_changed_environment_is_not_declined_where_the_vendor_hosts():
    assert breaks("1-services", 3) == broken(declined("1-services", "environment change", hosting="vendor"))
    assert [] == broken(declined("1-services", "new requirements", hosting="vendor"))


@pytest.mark.clause("xmpro:1-services")
def test_a_ticket_about_a_software_error_is_not_declined():
    assert breaks("1-services", 3) == broken(declined("1-services", "software error"))


@pytest.mark.clause("xmpro:1-services")
def test_a_ticket_is_opened_under_a_paid_subscription():
    unpaid = fact(at("2024-03-01 09:00"), "unpaid")
    paid = fact(at("08:30"), "paid")
    signed = fact(at("2023-03-01 09:00"), "signed", starts="2023-03-01", until="2024-02-29")

    assert breaks("1-services", 1) == broken(ticket(opened(), contract={"events": [unpaid]}))
    assert [] == broken(ticket(opened(), contract={"events": [unpaid, paid]}))
    assert breaks("1-services", 1) == broken(ticket(opened(), contract={"events": [signed]}))


@pytest.mark.clause("xmpro:1-services")
def test_a_ticket_already_open_runs_on_when_fees_fall_overdue():
    of = ticket(*logged(), as_of="10:30", contract={"events": [fact(at("10:00"), "unpaid")]})

    assert ([], "open") == (broken(of), of["status"])
    assert ("running", 5400) == clock(of, "response", "state", "used_seconds")


@pytest.mark.clause("xmpro:1-exclusions")
@pytest.mark.parametrize(
    "cause",
    [
        "major enhancement",
        "data issue",
        "customer changes",
        "integration",
        "feature request",
        "extra documentation",
        "training",
        "upgrade work",
    ],
)
def test_a_ticket_for_excluded_work_is_declined_or_quoted_for(cause: str):
    of = declined("1-exclusions", cause)

    assert ([], "declined") == (broken(of), of["status"])


@pytest.mark.clause("xmpro:1-exclusions")
def test_a_ticket_is_not_declined_for_a_cause_that_is_not_excluded():
    assert breaks("1-exclusions", 3) == broken(declined("1-exclusions", "software error"))


@pytest.mark.clause("xmpro:1-exclusions")
@pytest.mark.parametrize(
    ("option", "irregular", "severity"),
    [("declined", [], None), ("severity-4-at-cost", breaks("1-exclusions", 3), 4)],
)
def test_a_small_enhancement_is_declined_or_read_otherwise_taken_at_severity_4(
    option: str, irregular: list[tuple[int | None, str]], severity: int | None
):
    small = reading("1-exclusions/small-enhancement", option)
    declining = on("10:00", "declined", clause=f"{ID}:1-exclusions", cause="small enhancement", by=KIM)

    assert irregular == broken(ticket(*logged(), declining, **small))
    assert severity == proposed(ID, small["readings"], category="small-enhancement")


# --- logging ----------------------------------------------------------------------------------------------------------


@pytest.mark.clause("xmpro:1-logging")
def test_no_clock_runs_before_a_ticket_is_correctly_logged():
    reported = ticket(opened(), as_of="12:00")
    registered = ticket(opened(), on("11:00", "correctly_logged", by=KIM), as_of="12:00")

    assert {("pending", None, 0)} == {
        (one["state"], one["started_at"], one["used_seconds"]) for one in reported["clocks"]
    }
    assert {("running", at("11:00"), 3600)} == {
        (one["state"], one["started_at"], one["used_seconds"]) for one in registered["clocks"]
    }


@pytest.mark.clause("xmpro:1-logging")
@pytest.mark.parametrize("lacking", TOLD)
def test_what_a_ticket_lacks_is_listed_and_it_is_not_correctly_logged_without(lacking: str):
    fields = {name: value for name, value in TOLD.items() if name != lacking}

    reported = ticket(opened(fields=fields))
    registered = ticket(*logged(fields=fields))

    assert [(1, ["customer-side"], f"missing: {lacking}")] == owes(reported, "1-logging")
    assert [(2, f"{ID}:1-logging", f"missing: {lacking}")] == [
        (one["event"], one["clause"], one["detail"]) for one in registered["irregularities"]
    ]
    assert at("09:00") == clock(registered, "response", "started_at")  # judged all the same


@pytest.mark.clause("xmpro:1-logging")
@pytest.mark.parametrize("event", ["information_added", "correctly_logged"])
def test_what_is_told_until_the_logging_completes_a_ticket(event: str):
    later = on("09:30", event, fields={"phone": "555-0100"}, by=KIM)
    without_phone = {name: value for name, value in TOLD.items() if name != "phone"}

    of = ticket(opened(fields=without_phone), later, on("10:00", "correctly_logged", by=KIM))

    assert ([], []) == (broken(of), owes(of, "1-logging"))


@pytest.mark.clause("xmpro:1-logging")
def test_a_ticket_by_email_is_registered_by_the_vendor():
    mail = opened(channel="email")

    assert [] == broken(ticket(mail, on("10:00", "correctly_logged", by=KIM)))
    assert breaks("1-logging", 2) == broken(ticket(mail, on("10:00", "correctly_logged", by=ADA)))


@pytest.mark.clause("xmpro:1-logging")
@pytest.mark.parametrize(
    ("option", "start", "verdict"), [("registered", "10:00", "met"), ("complete-email", "09:00", "breached")]
)
def test_a_complete_email_is_logged_when_registered_or_read_otherwise_when_received(
    option: str, start: str, verdict: str
):
    of = ticket(
        opened(channel="email"),
        on("10:00", "correctly_logged", by=KIM),
        on("11:00:01", "responded"),
        **reading("1-logging/email", option),
    )

    assert (at(start), verdict) == clock(of, "response", "started_at", "verdict")
    assert {at(start)} == {one["started_at"] for one in of["clocks"]}
    assert clock(of, "response", "depends_on_reading")


@pytest.mark.clause("xmpro:1-logging")
def test_an_incomplete_email_is_logged_when_registered_however_it_is_read():
    without_phone = {name: value for name, value in TOLD.items() if name != "phone"}
    mail = opened(channel="email", fields=without_phone)
    told = on("10:00", "information_added", fields={"phone": "555-0100"}, by=ADA)
    registered = on("11:00", "correctly_logged", by=KIM)

    for option in ("registered", "complete-email"):
        of = ticket(mail, told, registered, **reading("1-logging/email", option))

        assert (at("11:00"), []) == (clock(of, "response", "started_at"), broken(of))
    assert [(1, ["customer-side"], "missing: phone")] == owes(ticket(mail), "1-logging")
    assert breaks("1-logging", 2) == broken(ticket(mail, registered, **reading("1-logging/email", "complete-email")))


# --- hours and waits --------------------------------------------------------------------------------------------------


@pytest.mark.clause("xmpro:2-working-hours")
@pytest.mark.parametrize(
    ("logging", "due"),
    [
        ("2024-03-08 16:30", "2024-03-11 09:30"),  # over a weekend on which the clocks go forward
        ("2024-03-09 10:00", "2024-03-11 10:00"),  # on a Saturday
        ("07:00", "10:00"),  # before hours
        ("2024-07-03 16:30", "2024-07-05 09:30"),  # Independence Day
        ("2024-06-18 16:30", "2024-06-20 09:30"),  # Juneteenth
        ("2023-11-09 16:30", "2023-11-13 09:30"),  # Veterans Day, a Saturday, observed on Friday
        ("2024-12-24 16:30", "2024-12-26 09:30"),  # Christmas Day
    ],
)
def test_a_ticket_counts_on_the_working_hours_of_dallas_alone(logging: str, due: str):
    in_time = ticket(*logged(logging), on(due, "responded"))
    late = ticket(*logged(logging), on(f"{due}:01", "responded"))

    assert ("met", at(due), 7200) == clock(in_time, "response", "verdict", "due_at", "used_seconds")
    assert ("breached", at(due)) == clock(late, "response", "verdict", "breached_at")
    assert {f"{ID}:2-working-hours/hours", f"{ID}:2-working-hours/holidays"} <= set(
        clock(late, "response", "assumptions")
    )


@pytest.mark.clause("xmpro:2-suspension")
@pytest.mark.clause("xmpro:3-client-duties")
def test_a_ticket_without_access_to_staff_or_servers_stands_still():
    of = ticket(
        *logged(),
        on("10:00", "timeline_agreed", due=at("2024-03-08 12:00")),
        on("10:00", "waiting", on="access"),
        on("12:00", "wait_ended", on="access"),
        as_of="12:30",
    )

    assert (at("13:00"), 5400) == clock(of, "response", "due_at", "used_seconds")
    assert 5400 == clock(of, "escalation", "used_seconds")
    assert (at("2024-03-08 14:00"), 5400) == clock(of, "resolution", "due_at", "used_seconds")
    assert [(at("10:00"), at("12:00"), ["access"], f"{ID}:2-suspension")] == [
        (one["from"], one["to"], one["waits"], one["clause"])
        for one in clock(of, "response", "segments")
        if one["state"] == "paused"
    ]


@pytest.mark.clause("xmpro:2-suspension")
def test_a_ticket_that_waits_over_night_loses_no_working_hours():
    of = ticket(
        *logged("16:00"),
        on("17:00", "waiting", on="access"),
        on("2024-03-06 08:00", "wait_ended", on="access"),
        as_of="2024-03-06 08:30",
    )

    assert at("2024-03-06 09:00") == clock(of, "response", "due_at")


@pytest.mark.clause("xmpro:2-suspension")
@pytest.mark.parametrize(("option", "due"), [("counts", "13:00"), ("access-only", "11:00")])
def test_waiting_for_the_customer_suspends_the_count_or_read_otherwise_does_not(option: str, due: str):
    events = [*logged(), on("10:00", "waiting", on="customer")]
    answered = on("12:00", "wait_ended", on="customer")
    suspension = reading("2-suspension/customer", option)

    in_time = ticket(*sorted([*events, answered, on(due, "responded")], key=lambda one: one["at"]), **suspension)
    late = ticket(*sorted([*events, answered, on(f"{due}:01", "responded")], key=lambda one: one["at"]), **suspension)

    assert ("met", 7200) == clock(in_time, "response", "verdict", "used_seconds")
    assert ("breached", at(due)) == clock(late, "response", "verdict", "breached_at")
    assert option == clock(late, "response", "readings")[f"{ID}:2-suspension/customer"]


@pytest.mark.clause("xmpro:2-suspension")
@pytest.mark.parametrize("reason", ["third-party", "authorization", "contact"])
def test_no_other_wait_suspends_the_count(reason: str):
    of = ticket(*logged(), on("09:10", "waiting", on=reason), as_of="10:00")

    assert {("running", 3600)} == {(one["state"], one["used_seconds"]) for one in of["clocks"]}


@pytest.mark.clause("xmpro:3-client-duties")
def test_an_appointment_needs_no_stated_lead_time():
    assert [] == broken(ticket(*logged(), on("10:00", "appointment_scheduled", for_=at("10:01"), by=ADA)))


# --- response ---------------------------------------------------------------------------------------------------------


@pytest.mark.clause("xmpro:2-response")
@pytest.mark.parametrize(
    ("option", "severity", "due", "breach", "hours"),
    [
        ("end-of-day", 1, "11:00", "11:00", 2),
        ("counted-day", 1, "11:00", "11:00", 2),
        ("end-of-day", 2, "2024-03-06 17:00", "2024-03-07 08:00", 8 + 9),
        ("counted-day", 2, "2024-03-06 09:00", "2024-03-06 09:00", 9),
        ("end-of-day", 3, "2024-03-08 17:00", "2024-03-11 08:00", 8 + 3 * 9),
        ("counted-day", 3, "2024-03-08 09:00", "2024-03-08 09:00", 27),
    ],
)
def test_a_ticket_is_answered_within_2_hours_1_day_or_3_days(
    option: str, severity: int, due: str, breach: str, hours: int
):
    counted = reading("2-response/business-day", option)

    in_time = ticket(*logged(severity=severity), on(breach, "responded"), **counted)  # no working time after the due
    late = ticket(*logged(severity=severity), on(f"{breach}:01", "responded"), **counted)

    assert ("met", at(due), hours * 3600) == clock(in_time, "response", "verdict", "due_at", "allowance_seconds")
    assert ("breached", at(due), at(breach)) == clock(late, "response", "verdict", "due_at", "breached_at")


@pytest.mark.clause("xmpro:2-response")
def test_a_verdict_says_that_it_hangs_on_how_working_days_are_counted():
    of = ticket(*logged(severity=2), on("2024-03-06 09:00:01", "responded"))

    assert ("met", True) == clock(of, "response", "verdict", "depends_on_reading")
    assert [("counted-day", "response", "breached")] == [
        (one["option"], change["clock"], change["verdict_then"])
        for one in of["readings"]
        for change in one["changes"]
        if one["reading"] == f"{ID}:2-response/business-day"
    ]


@pytest.mark.clause("xmpro:2-response")
def test_the_working_day_of_a_ticket_logged_at_the_weekend_is_monday():
    assert at("2024-03-11 17:00") == clock(
        ticket(*logged("2024-03-09 10:00", 2), as_of="2024-03-09 12:00"), "response", "due_at"
    )


@pytest.mark.clause("xmpro:2-response")
def test_a_ticket_of_severity_4_is_answered_as_soon_as_possible():
    of = ticket(*logged(severity=4), on("2024-04-05 09:00", "responded"))

    assert ("none", None) == clock(of, "response", "verdict", "allowance_seconds")


@pytest.mark.clause("xmpro:2-response")
@pytest.mark.parametrize("ending", ["resolved", "closed"])
def test_a_resolution_or_closing_also_ends_an_unanswered_response(ending: str):
    of = ticket(*logged(), on("10:00", ending, by=ADA))

    assert ("met", at("10:00")) == clock(of, "response", "verdict", "stopped_at")
    assert f"{ID}:2-response/resolved" in clock(of, "response", "assumptions")


# --- resolution -------------------------------------------------------------------------------------------------------

AGREED = on("10:00", "timeline_agreed", due=at("2024-03-08 12:00"), by=KIM)  # Friday


@pytest.mark.clause("xmpro:2-resolution")
@pytest.mark.parametrize("severity", [1, 2, 3])
def test_a_ticket_is_resolved_by_the_date_both_sides_agreed(severity: int):
    events = [*logged(severity=severity), on("10:00", "responded")]

    open_end = ticket(*events, as_of="2024-03-20 09:00")
    in_time = ticket(*events, AGREED, on("2024-03-08 12:00", "resolved"))
    late = ticket(*events, AGREED, on("2024-03-08 12:00:01", "resolved"))

    assert ("none", None, None) == clock(open_end, "resolution", "verdict", "due_at", "allowance_seconds")
    assert ("met", at("2024-03-08 12:00"), (1 + 7 + 9 + 9 + 4) * 3600) == clock(
        in_time, "resolution", "verdict", "due_at", "allowance_seconds"
    )
    assert ("breached", at("2024-03-08 12:00")) == clock(late, "resolution", "verdict", "breached_at")


@pytest.mark.clause("xmpro:2-resolution")
def test_a_date_agreed_before_the_logging_holds_from_the_logging_on():
    of = ticket(opened("08:30"), AGREED, on("11:00", "correctly_logged", by=KIM), as_of="12:00")

    assert ("open", at("2024-03-08 12:00")) == clock(of, "resolution", "verdict", "due_at")


@pytest.mark.clause("xmpro:2-resolution")
def test_a_later_agreement_replaces_the_date_of_a_ticket():
    again = on("11:00", "timeline_agreed", due=at("2024-03-12 12:00"), by=KIM)

    of = ticket(*logged(), AGREED, again, on("2024-03-12 12:00", "resolved"))

    assert ("met", at("2024-03-12 12:00")) == clock(of, "resolution", "verdict", "due_at")


@pytest.mark.clause("xmpro:2-resolution")
@pytest.mark.parametrize(
    ("option", "severity", "verdict", "stop"),
    [
        ("resolution", 1, "breached", "2024-03-08 12:00:01"),
        ("workaround-meets", 1, "met", "2024-03-07 09:00"),
        ("resolution", 2, "breached", "2024-03-08 12:00:01"),
        ("workaround-meets", 2, "met", "2024-03-07 09:00"),
        ("resolution", 3, "breached", "2024-03-08 12:00:01"),
        ("workaround-meets", 3, "breached", "2024-03-08 12:00:01"),  # severity 3 has no remedy
    ],
)
def test_only_the_resolution_meets_the_date_or_read_otherwise_a_workaround_too(
    option: str, severity: int, verdict: str, stop: str
):
    of = ticket(
        *logged(severity=severity),
        AGREED,
        on("2024-03-07 09:00", "workaround_provided"),
        on("2024-03-08 12:00:01", "resolved"),
        **reading("2-resolution/remedy", option),
    )

    assert (verdict, at(stop)) == clock(of, "resolution", "verdict", "stopped_at")
    assert (severity < 3) == clock(of, "resolution", "depends_on_reading")


@pytest.mark.clause("xmpro:2-availability")
@pytest.mark.parametrize("option", ["23.5-hours", "24-hours"])
def test_the_availability_of_the_platform_is_no_clock_of_a_ticket(option: str):
    events = [*logged(), AGREED, on("10:30", "responded")]

    of = ticket(*events, **reading("2-availability/base", option))

    assert ["response", "escalation", "resolution"] == [one["clock"] for one in of["clocks"]]
    assert ticket(*events)["clocks"] == of["clocks"]


@pytest.mark.clause("xmpro:6-reopen")
@pytest.mark.parametrize("role", [ADA, BEN, KIM, "end-user", "service-manager"])
def test_a_closed_ticket_is_reopened_by_anybody_at_any_time(role: Any):
    of = ticket(*logged(), on("10:00", "closed", by=ADA), on("2024-09-05 22:00", "reopened", by=role))

    assert ([], "open") == (broken(of), of["status"])


@pytest.mark.clause("xmpro:6-reopen")
@pytest.mark.parametrize("option", ["resume", "new-cycle"])
def test_the_count_of_a_reopened_ticket_goes_on_or_read_otherwise_begins_anew(option: str):
    of = ticket(
        *logged(severity=2),
        AGREED,
        on("12:00", "resolved"),
        on("2024-03-06 09:00", "reopened", by=ADA),
        on("2024-03-11 09:00:01", "resolved"),
        **reading("6-reopen/clock", option),
    )

    assert at("12:00") == clock(of, "response", "stopped_at")  # it never runs twice
    if option == "resume":  # 27 of 30 h are left: 8 on Wednesday, 9 and 9, 1 on Monday
        assert ("breached", at("2024-03-11 09:00")) == clock(of, "resolution", "verdict", "breached_at")
        assert 1 == len([one for one in of["clocks"] if one["clock"] == "resolution"])
    else:
        assert ("met", 3 * 3600) == clock(of, "resolution", "verdict", "used_seconds")
        assert ("none", at("2024-03-06 09:00"), None) == clock(
            of, "resolution", "verdict", "started_at", "allowance_seconds", cycle=2
        )


@pytest.mark.clause("xmpro:6-reopen")
def test_a_ticket_resumed_after_its_reopening_is_on_time_up_to_the_last_second():
    of = ticket(
        *logged(severity=2),
        AGREED,
        on("12:00", "resolved"),
        on("2024-03-06 09:00", "reopened", by=ADA),
        on("2024-03-11 09:00", "resolved"),
    )

    assert ("met", 30 * 3600) == clock(of, "resolution", "verdict", "used_seconds")


@pytest.mark.clause("xmpro:6-reopen")
def test_read_as_beginning_anew_a_reopened_ticket_needs_another_date_and_climbs_the_ladder_again():
    of = ticket(
        *logged(severity=1),
        AGREED,
        on("10:30", "resolved"),
        on("2024-03-06 09:00", "reopened", by=ADA),
        on("2024-03-06 10:00", "timeline_agreed", due=at("2024-03-07 12:00"), by=KIM),
        as_of="2024-03-06 11:00",
        **reading("6-reopen/clock", "new-cycle"),
    )

    assert ("open", at("2024-03-07 12:00")) == clock(of, "resolution", "verdict", "due_at", cycle=2)
    assert [] == rungs(of)
    assert {at("2024-03-06 11:00")} == {one["reached_at"] for one in clock(of, "escalation", "rungs", cycle=2)}


# --- escalation -------------------------------------------------------------------------------------------------------


@pytest.mark.clause("xmpro:4-auto-escalation")
@pytest.mark.clause("xmpro:5-kpi")
@pytest.mark.parametrize(("severity", "reached"), [(1, "11:00"), (2, "2024-03-06 17:00"), (3, "2024-03-08 17:00")])
def test_a_ticket_not_solved_within_the_response_time_goes_up_by_itself(severity: int, reached: str):
    of = ticket(*logged(severity=severity), on("10:00", "responded"), as_of=reached)

    assert {("other-departments", at(reached)), ("management", at(reached))} == set(rungs(of))
    assert ("running", "none") == clock(of, "escalation", "state", "verdict")


@pytest.mark.clause("xmpro:4-auto-escalation")
def test_a_ticket_does_not_go_up_before_its_response_time_is_over_nor_at_severity_4():
    assert [] == rungs(ticket(*logged(), as_of="10:59:59"))
    assert [] == rungs(ticket(*logged(), on("10:59:59", "resolved"), as_of="12:00"))
    assert [] == rungs(ticket(*logged(severity=4), as_of="2024-04-05 12:00"))


@pytest.mark.clause("xmpro:4-auto-escalation")
@pytest.mark.parametrize("option", ["until-resolved", "until-responded"])
def test_only_a_resolution_keeps_a_ticket_from_going_up_or_read_otherwise_an_answer_too(option: str):
    solved = reading("4-auto-escalation/solved", option)

    answered = ticket(*logged(), on("10:00", "responded"), as_of="12:00", **solved)
    unanswered = ticket(*logged(), as_of="12:00", **solved)
    resolved = ticket(*logged(), on("10:00", "resolved"), as_of="12:00", **solved)

    assert (2 if option == "until-resolved" else 0) == len(rungs(answered))
    assert 2 == len(rungs(unanswered))
    assert [] == rungs(resolved)


@pytest.mark.clause("xmpro:4-auto-escalation")
def test_a_raised_ticket_that_has_used_the_response_time_goes_up_at_once():
    raised = on("14:00", "severity_changed", severity=1, cause="production is down", by=KIM)

    of = ticket(*logged(severity=3), raised, as_of="14:00")

    assert {("other-departments", at("14:00")), ("management", at("14:00"))} == set(rungs(of))
    assert ("breached", at("14:00")) == clock(of, "response", "verdict", "breached_at")
    assert f"{ID}:severity-levels/carry" in clock(of, "response", "assumptions")


@pytest.mark.clause("xmpro:5-escalation-unresolved")
@pytest.mark.clause("xmpro:5-kpi")
def test_a_ticket_not_resolved_by_the_agreed_date_goes_to_management():
    none_agreed = ticket(*logged(severity=3), as_of="2024-03-20 12:00")
    before = ticket(*logged(severity=3), AGREED, as_of="2024-03-08 11:59:59")
    after = ticket(*logged(severity=3), AGREED, as_of="2024-03-08 12:00")
    resolved = ticket(*logged(severity=3), AGREED, on("2024-03-08 11:00", "resolved"), as_of="2024-03-08 13:00")

    assert [("management", None)] == [(one["role"], one["due_at"]) for one in clock(none_agreed, "resolution", "rungs")]
    assert [("management", at("2024-03-08 12:00"), None)] == [
        (one["role"], one["due_at"], one["reached_at"]) for one in clock(before, "resolution", "rungs")
    ]
    assert [("management", at("2024-03-08 12:00"))] == rungs(after, "resolution")
    assert f"{ID}:5-escalation-unresolved" == clock(after, "resolution", "rungs")[0]["clause"]
    assert [] == rungs(resolved, "resolution")


@pytest.mark.clause("xmpro:5-kpi")
def test_a_late_answer_is_late_though_the_ticket_was_escalated():
    of = ticket(*logged(), on("11:00:01", "responded"))

    assert ("breached", 2) == (clock(of, "response", "verdict"), len(rungs(of)))


@pytest.mark.clause("xmpro:4-dissatisfaction")
def test_a_complaint_gives_its_reason_and_the_impact_on_the_business():
    both = {"reason": "no progress", "impact": "the line stands still"}

    assert [] == broken(ticket(*logged(), on("12:00", "complained", by=ADA, **both)))
    for lacking in both:
        told = {name: text for name, text in both.items() if name != lacking}
        assert breaks("4-dissatisfaction", 3) == broken(ticket(*logged(), on("12:00", "complained", by=ADA, **told)))


@pytest.mark.clause("xmpro:4-dissatisfaction")
def test_a_complaint_is_open_until_it_is_answered_in_writing():
    complained = on("12:00", "complained", reason="no progress", impact="the line stands still", by=ADA)
    answered = on("2024-05-05 12:00", "complaint_answered", by="client-services-manager")

    open_ = ticket(*logged(), complained, on("13:00", "closed", by=ADA), as_of="2024-05-05 11:59:59")

    assert [(3, ["client-services-manager"], "")] == owes(open_, "4-dissatisfaction")
    assert [] == owes(ticket(*logged(), complained, answered), "4-dissatisfaction")
    assert [] == broken(ticket(*logged(), complained, answered))  # there is no time limit


# --- what the customer hears ------------------------------------------------------------------------------------------


def told(time: str, milestone: str, **fields: Any) -> dict[str, Any]:
    return on(time, "notified", milestone=milestone, to="customer", by="system", **fields)


@pytest.mark.clause("xmpro:5-milestones")
def test_the_customer_hears_the_reference_number_of_a_logged_ticket():
    owed = [(2, ["vendor-side"], "")]

    assert owed == owes(ticket(*logged()), "5-milestones")
    assert owed == owes(ticket(*logged(), told("09:01", "logged")), "5-milestones")  # without the number
    assert [] == owes(ticket(*logged(), told("09:01", "logged", reference="XM-12")), "5-milestones")
    assert [] == owes(ticket(opened()), "5-milestones")


LOGGED = [*logged(), told("09:01", "logged", reference="XM-12")]


@pytest.mark.clause("xmpro:5-milestones")
@pytest.mark.parametrize(
    ("event", "milestone"), [("resolved", "resolved"), ("closed", "closed"), ("escalated", "escalated")]
)
def test_the_customer_gets_an_email_on_resolution_closing_and_escalation(event: str, milestone: str):
    happened = on("12:00", event, by=ADA)

    assert [(4, ["vendor-side"], "")] == owes(ticket(*LOGGED, happened), "5-milestones")
    assert [(4, ["vendor-side"], "")] == owes(
        ticket(*LOGGED, happened, told("12:01", milestone, channel="web")), "5-milestones"
    )
    assert [] == owes(ticket(*LOGGED, happened, told("12:01", milestone, channel="email")), "5-milestones")


@pytest.mark.clause("xmpro:5-milestones")
def test_one_email_is_enough_for_a_resolution_and_its_closing_but_not_after_a_reopening():
    resolved = [*LOGGED, on("12:00", "resolved"), told("12:01", "resolved", channel="email")]
    reopened = [on("13:00", "reopened", by=ADA), on("14:00", "resolved")]

    assert [] == owes(ticket(*resolved, on("12:30", "closed", by=ADA)), "5-milestones")
    assert [(7, ["vendor-side"], "")] == owes(ticket(*resolved, *reopened), "5-milestones")


@pytest.mark.clause("xmpro:survey")
def test_the_survey_is_the_last_step_of_a_ticket():
    closed = on("12:00", "closed", by=ADA)
    sent, answered = on("12:30", "survey_sent"), on("13:00", "survey_answered", score=4, by=ADA)

    assert [(3, ["vendor-side"], "")] == owes(ticket(*logged(), closed), "survey")
    assert [] == owes(ticket(*logged(), closed, sent), "survey")
    assert [] == owes(ticket(*logged(), closed, on("12:20", "reopened", by=ADA)), "survey")
    assert [] == broken(ticket(*logged(), closed, sent, answered))
    assert breaks("survey", 3) == broken(ticket(*logged(), sent))
    assert breaks("survey", 3) == broken(ticket(*logged(), answered))


@pytest.mark.clause("xmpro:3-contacts")
def test_the_stand_in_is_asked_only_after_the_primary_contact():
    primary = on("10:00", "notified", to="primary-contact", by=KIM)
    stand_in = on("11:00", "notified", to="stand-in-contact", by=KIM)

    assert [] == broken(ticket(*logged(), primary, stand_in))
    assert breaks("3-contacts", 3) == broken(ticket(*logged(), stand_in))


@pytest.mark.clause("xmpro:3-contacts")
def test_a_contact_changes_when_the_change_is_notified():
    contract = Contract.model_validate(
        {
            "plan": "subscription",
            "people": [{"id": "ada", "role": "primary-contact"}, {"id": "ben", "role": "stand-in-contact"}],
            "events": [
                fact(at("10:00"), "contact_removed", id="ada"),
                fact(at("10:00"), "contact_named", id="eve", role="primary-contact"),
            ],
        }
    )

    def contacts(time: str) -> set[tuple[str, str]]:
        instant = micros(datetime.fromisoformat(at(time)))
        return {(person.id, person.role) for person in contract.people_at(instant)}

    assert {("ada", "primary-contact"), ("ben", "stand-in-contact")} == contacts("09:59:59")
    assert {("eve", "primary-contact"), ("ben", "stand-in-contact")} == contacts("10:00")


@pytest.mark.clause("xmpro:severity-levels")
def test_the_priority_of_a_ticket_is_agreed_between_both_sides():
    alone = on("10:00", "accepted", severity=2, agreed_by="agent", by=KIM)
    agreed = on("10:00", "accepted", severity=2, agreed_by=["customer", "agent"], by=KIM)

    assert breaks("severity-levels", 3) == broken(ticket(*logged(), alone))
    of = ticket(*logged(), agreed)
    assert ([], 2, at("2024-03-06 17:00")) == (broken(of), of["severity"], clock(of, "response", "due_at"))


@pytest.mark.clause("xmpro:severity-levels")
@pytest.mark.parametrize(
    ("severity", "categories"),
    [
        (1, ["down", "no-data"]),
        (2, ["time-critical-function"]),
        (3, ["non-critical-function"]),
        (4, ["advice", "information", "modification"]),
        (None, ["other"]),
    ],
)
def test_what_is_out_of_action_proposes_the_severity_of_a_ticket(severity: int | None, categories: list[str]):
    assert {severity} == {proposed(ID, category=category) for category in categories}


# --- closing ----------------------------------------------------------------------------------------------------------


@pytest.mark.clause("xmpro:6-closing")
@pytest.mark.parametrize(
    ("closer", "irregular"),
    [
        (ADA, False),
        ("service-manager", False),
        (BEN, True),
        (KIM, True),
        ("system", True),
        ("escalation-manager", True),
    ],
)
def test_a_ticket_is_closed_by_who_logged_it_or_by_the_service_manager(closer: Any, irregular: bool):
    of = ticket(*logged(), on("12:00", "closed", by=closer))

    assert breaks("6-closing", *[3] * irregular) == broken(of)
    assert "closed" == of["status"]


@pytest.mark.clause("xmpro:6-closing")
def test_where_nobody_is_named_who_logged_a_ticket_is_told_by_the_role():
    by_role = logged(by="customer")

    assert [] == broken(ticket(*by_role, on("12:00", "closed", by="customer")))
    assert breaks("6-closing", 3) == broken(ticket(*by_role, on("12:00", "closed", by="agent")))
    assert [] == broken(ticket(*by_role, on("12:00", "closed")))  # by whom is not known


@pytest.mark.clause("xmpro:6-closing")
@pytest.mark.parametrize(("option", "closers"), [("sender", ["ada", "lee"]), ("registrar", ["kim", "lee"])])
def test_a_ticket_by_email_was_logged_by_its_sender_or_read_otherwise_by_its_registrar(option: str, closers: list[str]):
    people = {"ada": "customer", "ben": "customer", "kim": "agent", "jo": "agent", "lee": "service-manager"}
    events = logged(channel="email")

    for who, role in people.items():
        closed = on("12:00", "closed", by={"id": who, "role": role})
        of = ticket(*events, closed, **reading("6-closing/logger", option))

        assert breaks("6-closing", *[3] * (who not in closers)) == broken(of), who


@pytest.mark.clause("xmpro:6-closing")
@pytest.mark.parametrize("option", ["sender", "registrar"])
def test_a_ticket_on_the_portal_was_logged_by_who_opened_it_however_it_is_read(option: str):
    logger = reading("6-closing/logger", option)

    assert [] == broken(ticket(*logged(), on("12:00", "closed", by=ADA), **logger))
    assert breaks("6-closing", 3) == broken(ticket(*logged(), on("12:00", "closed", by=KIM), **logger))


WAITING = [*logged(), on("10:00", "waiting", on="customer", task="send the log", by=KIM)]
NOTICE = on("2024-03-13 09:00", "closure_notice", by=KIM)  # Wednesday of the week after


@pytest.mark.clause("xmpro:6-no-feedback")
@pytest.mark.parametrize(
    ("time", "irregular"),
    [("2024-03-12 16:59:59", True), ("2024-03-12 17:00", False), ("2024-03-13 09:00", False)],
)
def test_a_closing_is_announced_after_5_working_days_without_an_answer(time: str, irregular: bool):
    of = ticket(*WAITING, on(time, "closure_notice", by=KIM))

    assert breaks("6-no-feedback", *[4] * irregular) == broken(of)


@pytest.mark.clause("xmpro:6-no-feedback")
def test_no_closing_is_announced_to_a_customer_from_whom_nothing_is_awaited_nor_by_the_customer():
    answered = on("2024-03-12 10:00", "wait_ended", on="customer", by=ADA)

    assert breaks("6-no-feedback", 3) == broken(ticket(*logged(), NOTICE))
    assert breaks("6-no-feedback", 5) == broken(ticket(*WAITING, answered, NOTICE))
    assert breaks("6-no-feedback", 4) == broken(ticket(*WAITING, {**NOTICE, "by": ADA}))


@pytest.mark.clause("xmpro:6-no-feedback")
@pytest.mark.parametrize(
    ("option", "time", "irregular"),
    [
        ("after-two-days", "2024-03-13 10:00", True),
        ("after-two-days", "2024-03-15 16:59:59", True),
        ("after-two-days", "2024-03-15 17:00", False),  # Friday, the second working day
        ("at-once", "2024-03-13 10:00", False),
        ("at-once", "2024-03-15 16:59:59", False),
    ],
)
def test_the_service_manager_closes_when_2_working_days_have_passed_or_read_otherwise_at_once(
    option: str, time: str, irregular: bool
):
    of = ticket(*WAITING, NOTICE, on(time, "closed", by="service-manager"), **reading("6-no-feedback/within", option))

    assert breaks("6-no-feedback", *[5] * irregular) == broken(of)


@pytest.mark.clause("xmpro:6-no-feedback")
def test_the_2_working_days_of_a_notice_skip_weekends_and_holidays():
    over_memorial_day = [
        *logged("2024-05-13 09:00"),
        on("2024-05-13 10:00", "waiting", on="customer", by=KIM),
        on("2024-05-24 09:00", "closure_notice", by=KIM),  # Friday; Tuesday and Wednesday are the two days
    ]

    early = ticket(*over_memorial_day, on("2024-05-29 16:59:59", "closed", by="service-manager"))
    in_time = ticket(*over_memorial_day, on("2024-05-29 17:00", "closed", by="service-manager"))

    assert breaks("6-no-feedback", 5) == broken(early)
    assert [] == broken(in_time)


@pytest.mark.clause("xmpro:6-no-feedback")
def test_within_the_2_days_the_person_who_logged_a_ticket_may_close_it_and_an_agent_never():
    by_ada = ticket(*WAITING, NOTICE, on("2024-03-13 10:00", "closed", by=ADA))
    by_kim = ticket(*WAITING, NOTICE, on("2024-03-13 10:00", "closed", by=KIM))
    by_kim_later = ticket(*WAITING, NOTICE, on("2024-03-18 10:00", "closed", by=KIM))

    assert [] == broken(by_ada)
    assert {*breaks("6-closing", 5), *breaks("6-no-feedback", 5)} == set(broken(by_kim))
    assert breaks("6-closing", 5) == broken(by_kim_later)


@pytest.mark.clause("xmpro:6-no-feedback")
def test_an_answer_cancels_the_notice_of_a_closing():
    answered = on("2024-03-13 11:00", "wait_ended", on="customer", by=ADA)

    of = ticket(*WAITING, NOTICE, answered, on("2024-03-13 12:00", "closed", by="service-manager"))

    assert [] == broken(of)  # as any other ticket of the service manager's


@pytest.mark.clause("xmpro:6-no-feedback")
def test_after_a_cancelled_notice_the_days_count_from_the_next_one():
    answered = on("2024-03-13 11:00", "wait_ended", on="customer", by=ADA)
    asked_again = on("2024-03-13 12:00", "waiting", on="customer", by=KIM)
    second = on("2024-03-21 09:00", "closure_notice", by=KIM)  # five working days end on Wednesday, the 20th

    early = ticket(
        *WAITING, NOTICE, answered, asked_again, second, on("2024-03-25 16:59:59", "closed", by="service-manager")
    )
    in_time = ticket(
        *WAITING, NOTICE, answered, asked_again, second, on("2024-03-25 17:00", "closed", by="service-manager")
    )

    assert breaks("6-no-feedback", 8) == broken(early)
    assert [] == broken(in_time)
