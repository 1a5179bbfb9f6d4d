"""Tickets under the ESChat Software Support Services Exhibit, clause by clause.

An instant is wall time in Los Angeles, without a day on Tuesday, 5 March 2024. The clocks go forward on 10 March.
"""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.answer import Answer
from tests.clauses.cases import broken, clock, fact, judged, proposed

ID = "eschat"


def at(time: str) -> str:
    """`10:00`, `10:00:01` or `2024-03-08 10:00` in Los Angeles, as the answer writes it."""
    day, _, hour = time.rpartition(" ")
    wall = datetime.fromisoformat(f"{day or '2024-03-05'}T{hour}").replace(tzinfo=ZoneInfo("America/Los_Angeles"))
    return wall.astimezone(UTC).isoformat().replace("+00:00", "Z")


def on(time: str, event: str, **fields: Any) -> dict[str, Any]:
    return fact(at(time), event, **fields)


def called(time: str = "09:00", severity: int = 1, **fields: Any) -> dict[str, Any]:
    """A ticket opened by telephone."""
    return on(time, "opened", **{"severity": severity, "channel": "phone", "by": "customer", **fields})


def ticket(*events: dict[str, Any], plan: str = "cloud-hosted", as_of: str | None = None, **rest: Any) -> Answer:
    return judged(ID, plan, "", *events, as_of=at(as_of) if as_of else None, **rest)


def reading(clause: str, option: str) -> dict[str, Any]:
    return {"readings": {f"{ID}:{clause}": option}}


def owes(of: Answer) -> list[tuple[str, list[str]]]:
    """Clause and debtor of each duty."""
    return [(one["clause"], one["by"]) for one in of["owed"]]


def breaks(clause: str, *numbers: int) -> list[tuple[int | None, str]]:
    return [(number, f"{ID}:{clause}") for number in numbers]


# --- hours ------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("eschat:1")
@pytest.mark.parametrize(("severity", "due"), [(1, "2024-03-09 23:30"), (2, "2024-03-10 07:30")])
def test_a_cloud_ticket_of_severity_1_or_2_is_served_at_any_hour(severity: int, due: str):
    saturday_night = called("2024-03-09 22:30", severity)  # 8 hours on, an hour of the night is missing

    assert "met" == clock(ticket(saturday_night, on(due, "responded")), "response", "verdict")
    assert ("breached", at(due)) == clock(
        ticket(saturday_night, on(f"{due}:01", "responded")), "response", "verdict", "breached_at"
    )


@pytest.mark.clause("eschat:1")
@pytest.mark.parametrize("severity", [3, 4, 5])
def test_a_cloud_ticket_of_severity_3_to_5_is_served_in_pacific_business_hours(severity: int):
    friday = called("2024-03-08 16:00", severity)  # 1 h on Friday, 9 on Monday, 9 on Tuesday, 5 on Wednesday

    in_time = ticket(friday, on("2024-03-13 13:00", "responded"))
    late = ticket(friday, on("2024-03-13 13:00:01", "responded"))

    assert ("met", 24 * 3600) == clock(in_time, "response", "verdict", "used_seconds")
    assert ("breached", at("2024-03-13 13:00")) == clock(late, "response", "verdict", "breached_at")
    assert f"{ID}:1/exhibit-d" in clock(in_time, "response", "assumptions")


@pytest.mark.clause("eschat:2")
@pytest.mark.parametrize(
    ("plan", "due"), [("customer-hosted", "2024-03-11 08:30"), ("customer-hosted-premium", "2024-03-08 17:30")]
)
def test_a_customer_hosted_ticket_is_served_in_business_hours_unless_premium_was_bought(plan: str, due: str):
    friday = called("2024-03-08 16:30")

    in_time = ticket(friday, on(due, "responded"), plan=plan)

    assert ("met", at(due)) == clock(in_time, "response", "verdict", "due_at")
    assert "breached" == clock(ticket(friday, on(f"{due}:01", "responded"), plan=plan), "response", "verdict")
    assert (plan == "customer-hosted-premium") == (f"{ID}:2/premium" in clock(in_time, "response", "assumptions"))


@pytest.mark.clause("eschat:2")
def test_premium_serves_a_ticket_of_any_severity_at_any_hour():
    of = ticket(called("2024-03-08 16:30", 3), as_of="2024-03-08 17:00", plan="customer-hosted-premium")

    assert at("2024-03-09 16:30") == clock(of, "response", "due_at")


@pytest.mark.clause("eschat:2")
@pytest.mark.parametrize(
    ("server", "due"),
    [("east", "2024-03-08 17:30"), ("west", "2024-03-11 08:30"), (None, "2024-03-11 08:30")],
)
def test_the_hours_of_a_ticket_are_those_bought_for_its_server(server: str | None, due: str):
    servers = {"servers": {"east": "customer-hosted-premium", "west": "customer-hosted"}}

    of = ticket(
        called("2024-03-08 16:30", server=server), as_of="2024-03-08 16:45", plan="customer-hosted", contract=servers
    )

    assert at(due) == clock(of, "response", "due_at")


@pytest.mark.clause("eschat:2")
def test_an_answer_after_the_last_closing_of_its_hours_is_on_time_until_they_open_again():
    of_9 = called("09:00", 2)  # 8 hours end with the closing at 17:00

    in_time = ticket(of_9, on("2024-03-06 08:00", "responded"), plan="customer-hosted")
    late = ticket(of_9, on("2024-03-06 08:00:01", "responded"), plan="customer-hosted")

    assert ("met", 8 * 3600) == clock(in_time, "response", "verdict", "used_seconds")
    assert ("breached", at("17:00"), at("2024-03-06 08:00")) == clock(
        late, "response", "verdict", "due_at", "breached_at"
    )


@pytest.mark.clause("eschat:2")
@pytest.mark.parametrize("plan", ["customer-hosted", "customer-hosted-premium"])
def test_a_customer_hosted_ticket_names_its_server(plan: str):
    told = on("10:00", "information_added", fields={"server": "east"}, by="customer")

    assert [(f"{ID}:2", ["customer-side"])] == owes(ticket(called(), plan=plan))
    assert [] == owes(ticket(called(server="east"), plan=plan))
    assert [] == owes(ticket(called(), told, plan=plan))
    assert [] == owes(ticket(called()))  # a cloud ticket has none


@pytest.mark.clause("eschat:2")
@pytest.mark.parametrize("cause", ["tier 1", "tier 2"])
def test_a_customer_hosted_ticket_for_tier_1_or_2_is_referred_to_the_subscriber(cause: str):
    declined = on("10:00", "declined", clause=f"{ID}:2", cause=cause, by="agent")

    of = ticket(called(server="east"), declined, plan="customer-hosted")

    assert ([], "declined", "void") == (broken(of), of["status"], clock(of, "response", "state"))
    assert breaks("2", 2) == broken(ticket(called(), declined))  # in the cloud all tiers are the vendor's
    assert breaks("2", 2) == broken(ticket(called(server="east"), {**declined, "cause": "bug"}, plan="customer-hosted"))


@pytest.mark.clause("eschat:2")
def test_a_customer_hosted_ticket_starts_at_tier_3_and_a_cloud_ticket_at_tier_1():
    handed_over = on("10:00", "escalated", to="tier-2", by="agent")  # rules of tier 1 are broken at tier 1 only

    assert [] == broken(ticket(called(server="east"), handed_over, plan="customer-hosted"))
    assert set(breaks("tier-1", 2)) == set(broken(ticket(called(), handed_over)))


@pytest.mark.clause("eschat:holidays")
@pytest.mark.parametrize(
    ("call", "due"),
    [
        ("2024-12-31 16:00", "2025-01-02 15:00"),  # New Year's Day, a Wednesday
        ("2024-05-24 16:00", "2024-05-28 15:00"),  # Memorial Day
        ("2024-07-03 16:00", "2024-07-05 15:00"),  # Independence Day, a Thursday
        ("2024-08-30 16:00", "2024-09-03 15:00"),  # Labor Day
        ("2024-11-27 16:00", "2024-12-02 15:00"),  # Thanksgiving and the day after
        ("2024-12-20 16:00", "2024-12-30 15:00"),  # five days of Christmas week
        ("2024-06-18 16:00", "2024-06-19 15:00"),  # Juneteenth is none of the eleven
        ("2024-10-11 16:00", "2024-10-14 15:00"),  # nor is Columbus Day
    ],
)
def test_a_ticket_is_not_worked_on_eleven_days_a_year(call: str, due: str):
    of = ticket(called(call, 2), as_of=call, plan="customer-hosted")  # 1 h of 8 is left of that day

    assert at(due) == clock(of, "response", "due_at")


@pytest.mark.clause("eschat:holidays")
@pytest.mark.parametrize(
    ("call", "due"),
    [
        ("2021-12-30 16:00", "2021-12-31 15:00"),  # New Year's Day 2022 is a Saturday
        ("2021-07-02 16:00", "2021-07-05 15:00"),  # Independence Day 2021 is a Sunday
    ],
)
def test_a_holiday_at_the_weekend_gives_no_ticket_a_substitute_day(call: str, due: str):
    of = ticket(called(call, 2), as_of=call, plan="customer-hosted")

    assert at(due) == clock(of, "response", "due_at")
    assert f"{ID}:holidays/no-substitute" in clock(of, "response", "assumptions")


CHRISTMAS = [
    # Saturday: 20-24 December; nearest 22-24, 27, 28
    ("2021-12-21 12:00", "iso-week", "2021-12-27 16:00"),
    ("2021-12-21 12:00", "nearest-working-days", "2021-12-29 11:00"),
    ("2021-12-21 12:00", "sunday-week", "2021-12-27 16:00"),
    # Sunday: 19-23; nearest 22, 23, 26-28; of the week that begins with it 26-30
    ("2022-12-21 12:00", "iso-week", "2022-12-26 16:00"),
    ("2022-12-21 12:00", "nearest-working-days", "2022-12-29 11:00"),
    ("2022-12-21 12:00", "sunday-week", "2022-12-22 11:00"),
    # Monday: 25-29; nearest 22, 25-28
    ("2023-12-21 12:00", "iso-week", "2023-12-22 11:00"),
    ("2023-12-21 12:00", "nearest-working-days", "2023-12-29 11:00"),
    ("2023-12-21 12:00", "sunday-week", "2023-12-22 11:00"),
    # Wednesday: 23-27, however it is read
    ("2024-12-20 12:00", "iso-week", "2024-12-30 11:00"),
    ("2024-12-20 12:00", "nearest-working-days", "2024-12-30 11:00"),
    ("2024-12-20 12:00", "sunday-week", "2024-12-30 11:00"),
    # Friday: 21-25; nearest 22-25, 28
    ("2020-12-18 12:00", "iso-week", "2020-12-28 11:00"),
    ("2020-12-18 12:00", "nearest-working-days", "2020-12-21 11:00"),
    ("2020-12-18 12:00", "sunday-week", "2020-12-28 11:00"),
]


@pytest.mark.clause("eschat:holidays")
@pytest.mark.parametrize(("call", "option", "due"), CHRISTMAS)
def test_the_five_days_of_christmas_week_are_read_in_three_ways(call: str, option: str, due: str):
    christmas = reading("holidays/christmas", option)
    of = called(call, 2)

    in_time = ticket(of, on(due, "responded"), plan="customer-hosted", **christmas)
    late = ticket(of, on(f"{due}:01", "responded"), plan="customer-hosted", **christmas)

    assert ("met", at(due), 8 * 3600) == clock(in_time, "response", "verdict", "due_at", "used_seconds")
    assert ("breached", at(due)) == clock(late, "response", "verdict", "breached_at")
    assert option == clock(late, "response", "readings")[f"{ID}:holidays/christmas"]


@pytest.mark.clause("eschat:holidays")
def test_a_verdict_that_hangs_on_how_christmas_week_is_read_says_so():
    of = ticket(
        called("2022-12-21 12:00", 2),
        on("2022-12-22 11:00:01", "responded"),
        plan="customer-hosted",
    )

    assert "met" == clock(of, "response", "verdict")
    assert clock(of, "response", "depends_on_reading")
    assert [("sunday-week", "response", "breached")] == [
        (one["option"], change["clock"], change["verdict_then"])
        for one in of["readings"]
        for change in one["changes"]
        if one["reading"] == f"{ID}:holidays/christmas"
    ]


# --- response ---------------------------------------------------------------------------------------------------------


@pytest.mark.clause("eschat:response-time")
@pytest.mark.parametrize(
    ("severity", "due"),
    [(1, "10:00"), (2, "17:00"), (3, "2024-03-07 15:00"), (4, "2024-03-07 15:00"), (5, "2024-03-07 15:00")],
)
def test_a_ticket_is_answered_within_1_8_or_24_hours_of_the_call(severity: int, due: str):
    of = called(severity=severity)  # of 24 hours, 8 are left of Tuesday, 9 fall on Wednesday, 7 on Thursday

    assert ("met", at(due)) == clock(ticket(of, on(due, "responded")), "response", "verdict", "due_at")
    assert "breached" == clock(ticket(of, on(f"{due}:01", "responded")), "response", "verdict")


@pytest.mark.clause("eschat:response-time")
@pytest.mark.clause("eschat:phone-fallback")
@pytest.mark.parametrize(
    ("option", "start", "due"),
    [
        ("phone-or-email", "09:00", "10:00"),
        ("email-only-if-phone-unanswered", "09:20", "10:20"),
        ("phone-only", "09:40", "10:40"),
    ],
)
def test_the_response_to_an_email_starts_with_it_with_a_vain_call_or_with_a_call(option: str, start: str, due: str):
    events = [called(channel="email"), on("09:20", "phone_unanswered"), on("09:40", "notified_by_phone")]
    started = reading("response-time/start", option)

    in_time = ticket(*events, on(due, "responded"), **started)
    late = ticket(*events, on(f"{due}:01", "responded"), **started)

    assert ("met", at(start), at(due)) == clock(in_time, "response", "verdict", "started_at", "due_at")
    assert ("breached", at(due)) == clock(late, "response", "verdict", "breached_at")
    assert option == clock(late, "response", "readings")[f"{ID}:response-time/start"]


@pytest.mark.clause("eschat:response-time")
@pytest.mark.clause("eschat:phone-fallback")
@pytest.mark.parametrize(
    ("option", "state"),
    [("phone-or-email", "running"), ("email-only-if-phone-unanswered", "pending"), ("phone-only", "pending")],
)
def test_an_email_without_a_call_starts_no_response_unless_it_counts_as_a_notification(option: str, state: str):
    started = reading("response-time/start", option)

    of = ticket(called(channel="email"), as_of="09:30", **started)

    assert state == clock(of, "response", "state")
    assert [(f"{ID}:phone-fallback", ["customer-side"])] * (state == "pending") == owes(of)


@pytest.mark.clause("eschat:phone-fallback")
def test_a_vain_call_lets_an_email_stand_in_for_it():
    unanswered = reading("response-time/start", "email-only-if-phone-unanswered")

    of = ticket(called(channel="email"), on("09:20", "phone_unanswered"), **unanswered)

    assert ("running", []) == (clock(of, "response", "state"), owes(of))


@pytest.mark.clause("eschat:response-time")
@pytest.mark.parametrize("channel", ["web", "chat", "api"])
def test_a_ticket_opened_in_any_other_way_waits_for_the_call_that_is_owed(channel: str):
    of = ticket(called(channel=channel), as_of="12:00")
    notified = ticket(called(channel=channel), on("12:00", "notified_by_phone"), as_of="12:30")

    assert ("pending", "none") == clock(of, "response", "state", "verdict")
    assert [(f"{ID}:response-time", ["customer-side"])] == owes(of)
    assert at("13:00") == clock(notified, "response", "due_at")
    assert [] == owes(notified)


@pytest.mark.clause("eschat:response-time")
@pytest.mark.parametrize(("option", "due"), [("coverage", "2024-03-11 11:00"), ("wall-clock", "2024-03-08 20:00")])
def test_the_hours_are_those_of_coverage_or_read_otherwise_of_the_wall_clock(option: str, due: str):
    hours = reading("response-time/hours", option)
    friday = called("2024-03-08 12:00", 2)

    in_time = ticket(friday, on(due, "responded"), plan="customer-hosted", **hours)
    late = ticket(friday, on(f"{due}:01", "responded"), plan="customer-hosted", **hours)

    assert ("met", at(due)) == clock(in_time, "response", "verdict", "due_at")
    assert ("breached", at(due)) == clock(late, "response", "verdict", "breached_at")
    assert clock(late, "response", "depends_on_reading") == (option == "wall-clock")


@pytest.mark.clause("eschat:response-time")
@pytest.mark.clause("eschat:resolution-time")
@pytest.mark.parametrize(
    ("option", "severity", "due"),
    [
        ("coverage", 1, "2024-03-11 16:00"),  # 4 h on Friday, 8 on Monday
        ("coverage", 2, "2024-03-13 10:00"),  # 4, 9, 9 and 2
        ("wall-clock", 1, "2024-03-09 01:00"),
        ("wall-clock", 2, "2024-03-09 13:00"),
        ("coverage", 3, "2024-03-15 13:00"),  # calendar days, whatever the hours
        ("wall-clock", 3, "2024-03-15 13:00"),
    ],
)
def test_how_the_hours_are_read_governs_the_resolution_of_severities_1_and_2_too(option: str, severity: int, due: str):
    hours = reading("response-time/hours", option)
    answered = [called("2024-03-08 12:30", severity), on("2024-03-08 13:00", "responded")]

    in_time = ticket(*answered, on(due, "resolved"), plan="customer-hosted", **hours)
    late = ticket(*answered, on(f"{due}:01", "resolved"), plan="customer-hosted", **hours)

    assert ("met", at(due)) == clock(in_time, "resolution", "verdict", "due_at")
    assert ("breached", at(due)) == clock(late, "resolution", "verdict", "breached_at")


@pytest.mark.clause("eschat:response-time")
@pytest.mark.parametrize(
    ("option", "verdict", "stop"), [("responded", "breached", "10:20"), ("assessed", "met", "10:00")]
)
def test_the_written_answer_ends_the_response_or_read_otherwise_the_assessment(option: str, verdict: str, stop: str):
    of = ticket(
        called(),
        on("10:00", "assessed", course_of_action="restart the gateway"),
        on("10:20", "responded"),
        **reading("response-time/stop", option),
    )

    assert (verdict, at(stop)) == clock(of, "response", "verdict", "stopped_at")
    assert clock(of, "response", "depends_on_reading")
    assert at("10:20") == clock(of, "resolution", "started_at")


@pytest.mark.clause("eschat:response-time")
@pytest.mark.parametrize("ending", ["resolved", "closed"])
def test_a_resolution_or_closing_also_ends_an_unanswered_response(ending: str):
    of = ticket(called(), on("09:30", ending))

    assert ("met", at("09:30")) == clock(of, "response", "verdict", "stopped_at")
    assert f"{ID}:response-time/resolved" in clock(of, "response", "assumptions")
    assert "pending" == clock(of, "resolution", "state")


@pytest.mark.clause("eschat:response-time")
@pytest.mark.parametrize("reason", ["customer", "third-party", "access"])
def test_no_wait_holds_up_the_response(reason: str):
    of = ticket(called(), on("09:10", "waiting", on=reason), as_of="10:00:01")

    assert ("breached", at("10:00")) == clock(of, "response", "verdict", "breached_at")


# --- resolution -------------------------------------------------------------------------------------------------------


@pytest.mark.clause("eschat:resolution-time")
@pytest.mark.parametrize(
    ("severity", "due"),
    [
        (1, "21:30"),
        (2, "2024-03-06 09:30"),
        (3, "2024-03-12 09:30"),
        (4, "2024-04-04 09:30"),
        (5, "2024-04-04 09:30"),
    ],
)
def test_a_ticket_is_resolved_within_12_or_24_hours_or_7_or_30_days_of_its_answer(severity: int, due: str):
    answered = [called(severity=severity), on("09:30", "responded")]

    in_time = ticket(*answered, on(due, "resolved"))
    late = ticket(*answered, on(f"{due}:01", "resolved"))

    assert ("met", at("09:30"), at(due)) == clock(in_time, "resolution", "verdict", "started_at", "due_at")
    assert ("breached", at(due)) == clock(late, "resolution", "verdict", "breached_at")


@pytest.mark.clause("eschat:resolution-time")
@pytest.mark.parametrize(
    ("option", "answer", "start", "due"),
    [
        ("response-given", "09:20", "09:20", "21:20"),
        ("response-time-over", "09:20", "10:00", "22:00"),
        ("response-given", "11:00", "11:00", "23:00"),
        ("response-time-over", "11:00", "10:00", "22:00"),
    ],
)
def test_the_resolution_starts_with_the_answer_or_read_otherwise_when_its_time_is_over(
    option: str, answer: str, start: str, due: str
):
    begun = reading("resolution-time/start", option)

    in_time = ticket(called(), on(answer, "responded"), on(due, "resolved"), **begun)
    late = ticket(called(), on(answer, "responded"), on(f"{due}:01", "resolved"), **begun)

    assert ("met", at(start), at(due)) == clock(in_time, "resolution", "verdict", "started_at", "due_at")
    assert ("breached", at(due)) == clock(late, "resolution", "verdict", "breached_at")


@pytest.mark.clause("eschat:resolution-time")
def test_read_as_after_the_response_time_a_resolution_before_it_is_over_takes_no_time():
    begun = reading("resolution-time/start", "response-time-over")
    events = [called(), on("09:20", "responded"), on("09:40", "resolved")]

    assert "pending" == clock(ticket(*events, as_of="09:50", **begun), "resolution", "state")
    assert ("met", at("10:00"), at("10:00"), 0) == clock(
        ticket(*events, as_of="10:30", **begun), "resolution", "verdict", "started_at", "stopped_at", "used_seconds"
    )


@pytest.mark.clause("eschat:resolution-time")
@pytest.mark.parametrize("reason", ["customer", "third-party"])
@pytest.mark.parametrize(("option", "due"), [("pause", "23:30"), ("never", "21:30")])
def test_the_resolution_stands_still_while_others_have_to_act_or_read_otherwise_never(
    option: str, due: str, reason: str
):
    events = [
        called(),
        on("09:30", "responded"),
        on("12:00", "waiting", on=reason),
        on("14:00", "wait_ended", on=reason),
    ]
    waits = reading("resolution-time/waits", option)

    in_time = ticket(*events, on(due, "resolved"), **waits)
    late = ticket(*events, on(f"{due}:01", "resolved"), **waits)

    assert ("met", 12 * 3600) == clock(in_time, "resolution", "verdict", "used_seconds")
    assert ("breached", at(due)) == clock(late, "resolution", "verdict", "breached_at")
    assert (option == "pause") == (f"{ID}:resolution-time/others-to-act" in clock(late, "resolution", "assumptions"))


@pytest.mark.clause("eschat:resolution-time")
@pytest.mark.parametrize("reason", ["access", "authorization", "fees", "contact"])
def test_no_other_wait_holds_up_the_resolution(reason: str):
    of = ticket(called(), on("09:30", "responded"), on("10:00", "waiting", on=reason), as_of="12:00")

    assert ("running", at("21:30")) == clock(of, "resolution", "state", "due_at")


@pytest.mark.clause("eschat:resolution-time")
def test_a_reopened_ticket_resumes_with_the_time_it_had_used():
    of = ticket(called(), on("09:30", "responded"), on("12:30", "resolved"), on("20:00", "reopened"), as_of="20:00")

    assert ("running", 3 * 3600, at("2024-03-06 05:00")) == clock(of, "resolution", "state", "used_seconds", "due_at")
    assert f"{ID}:resolution-time/reopening" in clock(of, "resolution", "assumptions")


# --- the senior technician --------------------------------------------------------------------------------------------

AFTER_120_HOURS = "2024-03-10 10:00"  # Sunday; one hour of that night is missing
SENIOR = {"to": "sam", "role": "senior-technician"}


def rung(of: Answer) -> Any:
    return [(one["role"], one["reached_at"]) for one in clock(of, "remedial", "rungs") if one["reached_at"]]


@pytest.mark.clause("eschat:3")
@pytest.mark.parametrize("severity", [1, 2])
def test_a_severe_ticket_not_corrected_within_120_hours_of_the_call_is_owed_a_senior_technician(severity: int):
    before = ticket(called(severity=severity), as_of="2024-03-10 09:59:59")
    after = ticket(called(severity=severity), as_of=AFTER_120_HOURS)

    assert ([], []) == (rung(before), owes(before))
    assert [("senior-technician", at(AFTER_120_HOURS))] == rung(after)
    assert [(f"{ID}:3", ["vendor-side"])] == owes(after)
    assert ("running", "none", None) == clock(after, "remedial", "state", "verdict", "allowance_seconds")


@pytest.mark.clause("eschat:3")
def test_a_ticket_left_without_a_senior_technician_after_120_hours_is_irregular():
    assigned_late = on("2024-03-11 09:00", "assigned", **SENIOR)
    assigned = on("2024-03-10 08:00", "assigned", **SENIOR)

    left = ticket(called(), as_of="2024-03-11 09:00")
    resolved = ticket(called(), on("2024-03-11 09:00", "resolved"))
    in_time = ticket(called(), assigned, as_of="2024-03-12 09:00")

    assert [(None, f"{ID}:3")] == broken(left)
    assert [(None, f"{ID}:3")] == broken(resolved)
    assert [] == owes(ticket(called(), assigned_late))
    assert ([], []) == (broken(in_time), owes(in_time))


@pytest.mark.clause("eschat:3")
def test_taking_the_senior_technician_off_an_unresolved_ticket_is_irregular():
    assigned = on("2024-03-10 08:00", "assigned", **SENIOR)

    taken_off = ticket(called(), assigned, on("2024-03-11 09:00", "unassigned", **SENIOR), as_of="2024-03-12 09:00")
    before = ticket(called(), assigned, on("2024-03-10 09:00", "unassigned", **SENIOR), as_of=AFTER_120_HOURS)
    afterwards = ticket(
        called(), assigned, on("2024-03-11 09:00", "resolved"), on("2024-03-11 09:30", "unassigned", **SENIOR)
    )

    assert set(breaks("3", 3)) == set(broken(taken_off))
    assert [(f"{ID}:3", ["vendor-side"])] == owes(taken_off)
    assert [(f"{ID}:3", ["vendor-side"])] == owes(before)
    assert ([], []) == (broken(afterwards), owes(afterwards))


@pytest.mark.clause("eschat:3")
@pytest.mark.parametrize("day", ["2024-03-09", "2024-03-11"])
def test_a_senior_technician_may_be_relieved_by_another_before_or_after_the_120_hours(day: str):
    of = ticket(
        called(),
        on("2024-03-08 08:00", "assigned", **SENIOR),
        on(f"{day} 09:00", "assigned", to="pat", role="senior-technician"),
        on(f"{day} 09:01", "unassigned", **SENIOR),
        as_of="2024-03-12 09:00",
    )

    assert ([], []) == (broken(of), owes(of))


@pytest.mark.clause("eschat:3")
def test_a_ticket_reopened_after_its_120_hours_is_owed_a_senior_technician_again():
    of = ticket(
        called(),
        on("2024-03-10 08:00", "assigned", **SENIOR),
        on("2024-03-11 09:00", "resolved"),
        on("2024-03-11 09:30", "unassigned", **SENIOR),
        on("2024-03-12 09:00", "reopened"),
    )

    assert [(f"{ID}:3", ["vendor-side"])] == owes(of)


@pytest.mark.clause("eschat:3")
@pytest.mark.parametrize("severity", [3, 4, 5])
def test_no_senior_technician_is_owed_to_a_ticket_that_is_not_severe(severity: int):
    of = ticket(called(severity=severity), as_of="2024-03-12 09:00")

    assert ([], [], []) == (rung(of), owes(of), broken(of))


@pytest.mark.clause("eschat:3")
def test_a_ticket_corrected_within_120_hours_is_owed_none():
    of = ticket(called(), on("2024-03-10 09:59:59", "resolved"), as_of="2024-03-12 09:00")

    assert ([], [], []) == (rung(of), owes(of), broken(of))


@pytest.mark.clause("eschat:3")
def test_a_ticket_raised_after_120_hours_is_owed_one_from_then_on():
    raised = on("2024-03-11 09:00", "severity_changed", severity=2, by="agent")
    lowered = on("2024-03-11 12:00", "severity_changed", severity=3, by="agent")

    of = ticket(called(severity=3), raised, as_of="2024-03-11 09:00")

    assert [("senior-technician", at("2024-03-11 09:00"))] == rung(of)
    assert [(f"{ID}:3", ["vendor-side"])] == owes(of)
    assert [] == owes(ticket(called(severity=3), raised, lowered))


@pytest.mark.clause("eschat:3")
@pytest.mark.parametrize(
    ("option", "plan", "reached"),
    [
        ("wall-clock", "customer-hosted", AFTER_120_HOURS),
        ("coverage", "customer-hosted", "2024-03-22 12:00"),  # 8 h, twelve days of 9 h, 4 h
        ("coverage", "cloud-hosted", AFTER_120_HOURS),
    ],
)
def test_the_120_hours_are_those_of_the_wall_clock_or_read_otherwise_of_coverage(option: str, plan: str, reached: str):
    hours = reading("3/hours", option)
    server = {"server": "west"} if plan == "customer-hosted" else {}

    of = ticket(called(severity=2, **server), as_of=f"{reached}:01", plan=plan, **hours)
    early = ticket(called(severity=2, **server), as_of=reached, plan=plan, **hours)

    assert [("senior-technician", at(reached))] == rung(of) == rung(early)
    assert [(None, f"{ID}:3")] == broken(of)
    assert [] == broken(early)


@pytest.mark.clause("eschat:3")
@pytest.mark.parametrize(("option", "reached"), [("as-response", "2024-03-10 16:00"), ("any-channel", AFTER_120_HOURS)])
def test_the_120_hours_run_from_the_call_or_read_otherwise_from_any_report(option: str, reached: str):
    events = [called(channel="web"), on("15:00", "notified_by_phone")]

    of = ticket(*events, as_of="2024-03-11 09:00", **reading("3/start", option))
    corrected = ticket(*events, on("2024-03-10 12:00", "resolved"), **reading("3/start", option))

    assert [("senior-technician", at(reached))] == rung(of)
    assert [(None, f"{ID}:3")] * (option == "any-channel") == broken(corrected)


@pytest.mark.clause("eschat:3")
@pytest.mark.parametrize(
    ("option", "reached"),
    [
        ("phone-or-email", "2024-03-10 10:00"),
        ("email-only-if-phone-unanswered", "2024-03-10 10:20"),
        ("phone-only", "2024-03-10 10:40"),
    ],
)
def test_the_120_hours_run_from_the_notification_that_starts_the_response(option: str, reached: str):
    events = [called(channel="email"), on("09:20", "phone_unanswered"), on("09:40", "notified_by_phone")]

    of = ticket(*events, as_of="2024-03-11 09:00", **reading("response-time/start", option))

    assert [("senior-technician", at(reached))] == rung(of)


# --- releases ---------------------------------------------------------------------------------------------------------

PUBLISHED = {"releases": ["spring"]}


def scheduled(time: str, release: str | None = "spring") -> dict[str, Any]:
    return on(time, "scheduled_for_release", release=release, due=at("2024-04-15 12:00"), by="agent")


@pytest.mark.clause("eschat:release-schedule")
@pytest.mark.parametrize(
    ("severity", "without"), [(3, "2024-03-12 10:00"), (4, "2024-04-04 10:00"), (5, "2024-04-04 10:00")]
)
def test_a_ticket_put_into_a_release_is_resolved_by_its_date(severity: int, without: str):
    answered = [called(severity=severity), on("10:00", "responded")]
    put_in = scheduled("2024-03-06 12:00")

    in_time = ticket(*answered, put_in, on("2024-04-15 12:00", "resolved"), contract=PUBLISHED)
    late = ticket(*answered, put_in, on("2024-04-15 12:00:01", "resolved"), contract=PUBLISHED)
    not_put_in = ticket(*answered, on("2024-04-15 12:00", "resolved"))

    assert ("met", f"{ID}:release-schedule") == clock(in_time, "resolution", "verdict", "clause")
    assert ("breached", at("2024-04-15 12:00")) == clock(late, "resolution", "verdict", "breached_at")
    assert ("breached", at(without)) == clock(not_put_in, "resolution", "verdict", "breached_at")
    assert [] == broken(in_time)


@pytest.mark.clause("eschat:release-schedule")
@pytest.mark.parametrize("severity", [1, 2])
def test_a_severe_ticket_may_not_go_into_a_release_and_keeps_its_target(severity: int):
    answered = [called(severity=severity), on("10:00", "responded")]

    of = ticket(*answered, scheduled("12:00"), contract=PUBLISHED)

    assert breaks("release-schedule", 3) == broken(of)
    assert at({1: "22:00", 2: "2024-03-06 10:00"}[severity]) == clock(of, "resolution", "due_at")


@pytest.mark.clause("eschat:release-schedule")
def test_the_date_of_a_release_holds_for_a_ticket_while_it_is_not_severe():
    events = [called(severity=3), on("10:00", "responded"), scheduled("12:00")]
    raised = on("15:00", "severity_changed", severity=2, by="agent")
    lowered = on("18:00", "severity_changed", severity=4, by="agent")

    assert at("2024-03-06 10:00") == clock(ticket(*events, raised, contract=PUBLISHED), "resolution", "due_at")
    assert at("2024-04-15 12:00") == clock(ticket(*events, raised, lowered, contract=PUBLISHED), "resolution", "due_at")


@pytest.mark.clause("eschat:release-schedule")
def test_the_date_of_a_release_agreed_before_the_answer_holds_from_the_answer_on():
    of = ticket(called(severity=3), scheduled("09:30"), on("10:00", "responded"), contract=PUBLISHED)

    assert ("open", at("2024-04-15 12:00")) == clock(of, "resolution", "verdict", "due_at")


@pytest.mark.clause("eschat:release-schedule")
@pytest.mark.parametrize("release", ["autumn", None])
def test_a_ticket_goes_only_into_a_release_of_the_published_schedule(release: str | None):
    answered = [called(severity=3), on("10:00", "responded")]

    assert breaks("release-schedule", 3) == broken(ticket(*answered, scheduled("12:00", release), contract=PUBLISHED))


# --- severity ---------------------------------------------------------------------------------------------------------


@pytest.mark.clause("eschat:severity-5-documentation")
@pytest.mark.parametrize(("option", "allowed"), [("four-or-more-severe", [1, 2, 3, 4]), ("four-or-five", [4, 5])])
def test_a_documentation_ticket_is_of_severity_4_or_worse_or_read_otherwise_of_4_or_5(option: str, allowed: list[int]):
    at_least = reading("severity-5-documentation/at-least", option)

    for severity in range(1, 6):
        opened = ticket(called(severity=severity, category="documentation"), **at_least)
        changed = ticket(
            called(severity=4, category="documentation"),
            on("10:00", "severity_changed", severity=severity, by="agent"),
            **at_least,
        )

        assert ([] if severity in allowed else breaks("severity-5-documentation", 1)) == broken(opened)
        assert ([] if severity in allowed else breaks("severity-5-documentation", 2)) == broken(changed)


@pytest.mark.clause("eschat:severity-5-documentation")
@pytest.mark.parametrize(("option", "severity"), [("four-or-more-severe", 5), ("four-or-five", 3)])
def test_a_documentation_ticket_is_not_accepted_at_a_severity_that_it_may_not_have(option: str, severity: int):
    accepted = on("10:00", "accepted", severity=severity, by="agent")

    of = ticket(
        called(severity=4, category="documentation"),
        accepted,
        **reading("severity-5-documentation/at-least", option),
    )

    assert breaks("severity-5-documentation", 2) == broken(of)


@pytest.mark.clause("eschat:severity-levels")
def test_the_severity_at_which_the_vendor_accepts_a_ticket_holds():
    of = ticket(called(), on("09:10", "accepted", severity=3, by="agent"), as_of="09:30")

    assert (3, at("2024-03-07 15:00")) == (of["severity"], clock(of, "response", "due_at"))


@pytest.mark.clause("eschat:severity-5-documentation")
def test_any_other_ticket_may_be_of_severity_5():
    assert [] == broken(ticket(called(severity=5, category="transparent")))
    assert 4 == proposed(ID, category="documentation")


@pytest.mark.clause("eschat:severity-levels")
def test_the_vendor_assigns_the_severity_and_a_customer_only_proposes():
    changed = {"severity": 2, "cause": "worse"}

    assert breaks("severity-levels", 2) == broken(
        ticket(called(severity=3), on("10:00", "severity_changed", by="customer", **changed))
    )
    assert [] == broken(ticket(called(severity=3), on("10:00", "severity_changed", by="agent", **changed)))


@pytest.mark.clause("eschat:severity-levels")
def test_another_severity_takes_the_time_used_along():
    lowered = on("09:50", "severity_changed", severity=2, by="agent")
    raised = on("10:30", "severity_changed", severity=1, by="agent")

    of = ticket(called(), lowered, as_of="10:00")

    assert (at("17:00"), 3600) == clock(of, "response", "due_at", "used_seconds")
    assert ("breached", at("10:30")) == clock(ticket(called(severity=2), raised), "response", "verdict", "breached_at")
    assert f"{ID}:severity-levels/carry" in clock(of, "response", "assumptions")


@pytest.mark.clause("eschat:severity-levels")
@pytest.mark.parametrize(
    ("severity", "category"),
    [(1, "critical"), (2, "serious"), (3, "moderate"), (4, "minor"), (5, "transparent"), (None, "other")],
)
def test_the_effect_of_an_issue_proposes_its_severity(severity: int | None, category: str):
    assert severity == proposed(ID, category=category)


@pytest.mark.clause("eschat:severity-levels")
def test_an_issue_that_users_find_a_way_round_is_moderate():
    assert 3 == proposed(ID, workaround=True)


# --- tiers ------------------------------------------------------------------------------------------------------------

TOLD = {
    "customer_name": "County Fire",
    "user_name": "engine-7",
    "device_type": "handset",
    "problem": "no audio",
    "error_messages": "none",
    "authority_checked": "yes",
}
TO_TIER_2 = on("10:00", "escalated", to="tier-2", by="agent")


@pytest.mark.clause("eschat:tier-1")
@pytest.mark.parametrize("log", ["log_requested", "log_received"])
def test_tier_1_forwards_a_ticket_with_all_information_and_a_debug_log(log: str):
    assert [] == broken(ticket(called(fields=TOLD), on("09:30", log), TO_TIER_2))


@pytest.mark.clause("eschat:tier-1")
@pytest.mark.parametrize("lacking", TOLD)
def test_tier_1_forwards_no_ticket_that_lacks_information(lacking: str):
    fields = {name: value for name, value in TOLD.items() if name != lacking}

    of = ticket(called(fields=fields), on("09:30", "log_requested"), TO_TIER_2)

    assert [(3, f"{ID}:tier-1", f"missing: {lacking}")] == [
        (one["event"], one["clause"], one["detail"]) for one in of["irregularities"]
    ]


@pytest.mark.clause("eschat:tier-1")
def test_tier_1_forwards_no_ticket_before_a_debug_log_was_requested():
    assert breaks("tier-1", 2) == broken(ticket(called(fields=TOLD), TO_TIER_2))


AT_TIER_2 = [called(fields=TOLD), on("09:30", "log_received"), TO_TIER_2]


@pytest.mark.clause("eschat:tier-2")
def test_tier_2_has_the_user_reproduce_the_issue_before_it_asks_for_new_logs():
    reproduce = on("10:30", "waiting", on="customer", task="reproduce it with full debug")
    without_task = on("10:30", "waiting", on="customer")
    ask = on("11:00", "log_requested", full=True, by="agent")

    assert breaks("tier-2", 4) == broken(ticket(*AT_TIER_2, ask))
    assert breaks("tier-2", 5) == broken(ticket(*AT_TIER_2, without_task, ask))
    assert [] == broken(ticket(*AT_TIER_2, reproduce, ask))


@pytest.mark.clause("eschat:tier-2")
def test_a_ticket_whose_user_is_to_reproduce_the_issue_waits_for_the_customer():
    reproduce = on("10:30", "waiting", on="customer", task="reproduce it with full debug")

    of = ticket(called(), on("09:30", "responded"), reproduce, as_of="12:00")

    assert ("paused", 3600) == clock(of, "resolution", "state", "used_seconds")


@pytest.mark.clause("eschat:tier-2")
@pytest.mark.parametrize(
    ("cause", "irregular"),
    [("new", []), ("no solution found", []), ("busy", breaks("tier-2", 4)), (None, breaks("tier-2", 4))],
)
def test_tier_2_raises_a_ticket_that_is_new_or_has_no_solution_and_says_which(
    cause: str | None, irregular: list[tuple[int | None, str]]
):
    raised = on("12:00", "escalated", to="tier-3", cause=cause, by="agent")

    assert irregular == broken(ticket(*AT_TIER_2, raised))


@pytest.mark.clause("eschat:tier-3-bug")
def test_a_bug_is_filed_with_its_reference():
    assert [] == broken(ticket(called(), on("10:00", "bug_filed", reference="ESC-7", by="agent")))
    assert breaks("tier-3-bug", 2) == broken(ticket(called(), on("10:00", "bug_filed", by="agent")))


@pytest.mark.clause("eschat:tier-3-bug")
@pytest.mark.parametrize(
    "answer",
    [("update_sent", {}), ("responded", {}), ("notified", {"to": "customer", "milestone": "bug", "channel": "email"})],
)
def test_a_ticket_with_a_bug_moves_to_its_follow_up_and_its_customer_is_answered(
    answer: tuple[str, dict[str, Any]],
):
    event, fields = answer
    filed = [called(), on("10:00", "bug_filed", reference="ESC-7", by="agent")]
    moved = on("10:10", "moved", queue="bug-follow-up")
    returned = on("10:20", "assigned", to="kim", tier=2)

    owed = (f"{ID}:tier-3-bug", ["vendor-side"])

    assert [owed, owed] == owes(ticket(*filed))
    assert [owed] == owes(ticket(*filed, moved))
    assert [owed] == owes(ticket(*filed, moved, returned))  # tier 2 owes the answer then
    assert [] == owes(ticket(*filed, moved, returned, on("10:30", event, **fields)))


# --- the agreement prevails -------------------------------------------------------------------------------------------


@pytest.mark.clause("eschat:precedence")
def test_a_ticket_is_covered_as_long_as_the_agreement_is():
    signed = {"events": [fact(at("2023-01-01 12:00"), "signed", starts="2023-01-01", until="2024-03-04")]}

    assert [] == broken(ticket(called("2024-03-04 23:59:59"), contract=signed))
    assert breaks("precedence", 1) == broken(ticket(called("00:00"), contract=signed))


@pytest.mark.clause("eschat:precedence")
def test_a_ticket_that_the_agreement_leaves_out_may_be_declined():
    assert [] == broken(ticket(called(), on("10:00", "declined", clause=f"{ID}:precedence", by="agent")))


@pytest.mark.clause("eschat:precedence")
def test_where_a_contract_says_otherwise_a_ticket_is_judged_by_the_contract_and_says_so():
    two_hours = {"severity": [1], "target": "2 h", "clause": "contract:7"}
    otherwise = {
        "terms": {
            "clocks": {"response": {"targets": [two_hours]}},
            "clauses": {"contract:7": "A critical issue is answered within two hours."},
        }
    }

    of = ticket(called(), on("11:00", "responded"), contract=otherwise)
    second = ticket(called(severity=2), as_of="09:30", contract=otherwise)

    assert ("met", at("11:00"), "contract:7") == clock(of, "response", "verdict", "due_at", "clause")
    assert "breached" == clock(ticket(called(), on("11:00", "responded")), "response", "verdict")
    assert "breached" == clock(ticket(called(), on("11:00:01", "responded"), contract=otherwise), "response", "verdict")
    assert (at("17:00"), f"{ID}:response-time") == clock(second, "response", "due_at", "clause")
