"""The ImagicleCare plans, clause by clause.

Tickets live in March 2024 (the 4th is a Monday) on the wall of Rome, an hour ahead of UTC, or where a test says.
Europe is open Monday to Friday 09:00-18:00 there, 08:00-17:00 UTC; for gold and platinum on Saturdays and holidays too.
"""

from datetime import datetime
from typing import Any

import pytest

from domain.answer import Answer
from domain.contract.cover import Cover, cover, late_fees
from domain.contract.facts import Contract
from domain.instants import micros
from domain.terms.lookup import find
from domain.terms.zones import zone
from tests.clauses.cases import broken, clock, fact, judged, proposed


def march(day: int, time: str) -> str:
    """A wall time in Rome before its summer time began on 31 March."""
    return f"2024-03-{day:02}T{time}+01:00"


def opened(at: str, severity: int = 3, **fields: Any) -> dict[str, Any]:
    return fact(at, "opened", severity=severity, **fields)


def imagicle(*events: dict[str, Any], plan: str = "gold", region: str = "europe", **rest: Any) -> Answer:
    return judged("imagicle-care", plan, region, *events, **rest)


def owed(of: Answer, clause: str) -> list[str]:
    """Since when this clause has something owed."""
    return [one["since"] for one in of["owed"] if one["clause"] == f"imagicle-care:{clause}"]


def breaks(*events: dict[str, Any], **rest: Any) -> list[tuple[int | None, str]]:
    """Event number and clause of each irregularity, the agreement's name left out."""
    return [(event, clause.removeprefix("imagicle-care:")) for event, clause in broken(imagicle(*events, **rest))]


def read(reading: str, option: str) -> dict[str, str]:
    return {f"imagicle-care:{reading}": option}


def rungs(of: Answer) -> list[tuple[str, str]]:
    """The roles told, and when."""
    return [(one["role"], one["reached_at"]) for one in clock(of, "escalation", "rungs") if one["reached_at"]]


def declined(clause: str, cause: str | None = None, **rest: Any) -> list[tuple[int | None, str]]:
    """What is broken where a ticket of Monday 10:00 is declined at noon."""
    cause_given = {"cause": cause} if cause else {}
    decline = fact(march(4, "12:00"), "declined", clause=f"imagicle-care:{clause}", **cause_given)
    return breaks(opened(MONDAY_10), decline, **rest)


FRIDAY_10 = march(1, "10:00")
SATURDAY_23 = march(2, "23:00")
SUNDAY_10 = march(3, "10:00")
MONDAY_9 = march(4, "09:00")
MONDAY_10 = march(4, "10:00")
MONDAY_NOON = march(4, "12:00")

# --- hours ------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("imagicle-care:operating-time")
@pytest.mark.parametrize(
    ("region", "reported", "due"),
    [
        ("americas", "2024-03-01T16:00:00-05:00", "2024-03-04T15:00:00Z"),  # 1 h on Friday, 3 h on Monday to 10:00
        ("europe", "2024-03-01T16:00:00+01:00", "2024-03-04T10:00:00Z"),  # 2 h on Friday, 2 h on Monday to 11:00
        ("middle-east", "2024-02-29T16:00:00+04:00", "2024-03-03T07:00:00Z"),  # 2 h on Thursday, 2 h on Sunday
        ("uae", "2024-02-29T16:00:00+04:00", "2024-03-01T07:00:00Z"),  # 2 h on Thursday, 2 h on Friday
    ],
)
def test_a_basic_ticket_counts_in_the_business_hours_of_its_region(region, reported, due):
    answer = imagicle(opened(reported, severity=1), plan="basic", region=region)

    assert due == clock(answer, "notification", "due_at")


@pytest.mark.clause("imagicle-care:operating-time")
def test_a_ticket_counts_through_the_middle_of_the_day():
    answer = imagicle(opened(march(4, "11:00"), severity=1), plan="basic")

    assert "2024-03-04T14:00:00Z" == clock(answer, "notification", "due_at")


@pytest.mark.clause("imagicle-care:operating-time")
def test_hours_follow_the_wall_clock_into_summer():
    answer = imagicle(opened("2024-07-01T09:00:00+02:00", severity=1), plan="basic")

    assert "2024-07-01T11:00:00Z" == clock(answer, "notification", "due_at")


@pytest.mark.clause("imagicle-care:extended-time")
@pytest.mark.parametrize(
    ("region", "saturday", "due"),
    [
        ("americas", "2024-03-02T11:00:00-05:00", "2024-03-04T13:00:00Z"),  # to 12:00, and Monday 07:00-08:00
        ("europe", "2024-03-02T17:00:00+01:00", "2024-03-04T09:00:00Z"),  # to 18:00, and Monday 09:00-10:00
        ("middle-east", "2024-03-02T17:00:00+04:00", "2024-03-03T06:00:00Z"),  # to 18:00, and Sunday 09:00-10:00
        ("uae", "2024-03-02T09:00:00+04:00", "2024-03-02T10:00:00Z"),  # 12:00-14:00
    ],
)
@pytest.mark.parametrize("plan", ["gold", "platinum"])
def test_a_gold_or_platinum_ticket_counts_on_saturdays(plan, region, saturday, due):
    readings = read("platinum-hours/hours", "business-hours")
    answer = imagicle(opened(saturday, severity=2), plan=plan, region=region, readings=readings)

    assert due == clock(answer, "response", "due_at")


@pytest.mark.clause("imagicle-care:extended-time")
def test_a_bank_holiday_is_shortened_for_gold_and_closed_for_basic():
    memorial_day = opened("2024-05-27T11:00:00-04:00", severity=2)
    friday_before = opened("2024-05-24T16:00:00-04:00", severity=1)
    gold = imagicle(memorial_day, region="americas")
    basic = imagicle(friday_before, plan="basic", region="americas")

    assert "2024-05-28T12:00:00Z" == clock(gold, "response", "due_at")  # 11:00-12:00, and Tuesday 07:00-08:00
    assert "2024-05-28T14:00:00Z" == clock(basic, "notification", "due_at")  # 1 h on Friday, Tuesday 07:00-10:00


@pytest.mark.clause("imagicle-care:extended-time")
def test_easter_monday_has_whole_hours_in_europe():
    answer = imagicle(opened("2024-04-01T09:00:00+02:00", severity=4))

    assert "2024-04-01T15:00:00Z" == clock(answer, "response", "due_at")
    assert "imagicle-care:extended-time/holidays" in clock(answer, "response", "assumptions")


@pytest.mark.clause("imagicle-care:extended-time")
@pytest.mark.parametrize("region", ["uae", "middle-east"])
def test_a_bank_holiday_of_the_emirates_is_open_from_noon_for_gold(region):
    answer = imagicle(opened("2024-12-02T09:00:00+04:00", severity=2), region=region)

    assert "2024-12-02T10:00:00Z" == clock(answer, "response", "due_at")


@pytest.mark.clause("imagicle-care:extended-time")
@pytest.mark.parametrize(
    ("reading", "due", "verdict"),
    [("extended", "2024-03-02T11:00:00Z", "breached"), ("standard-period", "2024-03-04T10:00:00Z", "met")],
)
def test_a_saturday_is_among_the_business_hours_of_gold_or_only_service_on_top(reading, due, verdict):
    readings = read("extended-time/business-hours", reading)
    saturday_10 = opened(march(2, "10:00"), severity=2)

    assert due == clock(imagicle(saturday_10, readings=readings), "response", "due_at")
    answered = imagicle(saturday_10, fact(march(2, "12:00:00"), "responded"), readings=readings)
    assert verdict == clock(answered, "response", "verdict")


@pytest.mark.clause("imagicle-care:extended-time")
@pytest.mark.parametrize(
    ("reading", "due", "verdict"),
    [("stays-closed", "2024-06-03T09:00:00Z", "met"), ("opens", "2024-06-02T10:00:00Z", "breached")],
)
def test_a_bank_holiday_on_a_sunday_stays_closed_or_opens(reading, due, verdict):
    readings = read("extended-time/holiday-on-closed-day", reading)
    republic_day = opened("2024-06-02T10:00:00+02:00", severity=2)

    assert due == clock(imagicle(republic_day, readings=readings), "response", "due_at")
    answered = imagicle(republic_day, fact("2024-06-02T12:00:00+02:00", "responded"), readings=readings)
    assert verdict == clock(answered, "response", "verdict")


@pytest.mark.clause("imagicle-care:extended-time")
@pytest.mark.parametrize(
    ("region", "holiday", "stays_closed", "opens"),
    [
        # a Sunday, open 07:00-12:00 or not; Monday, the day observed, is open 07:00-12:00
        ("americas", "2023-01-01T09:00:00-05:00", "2023-01-02T14:00:00Z", "2023-01-01T16:00:00Z"),
        # a Friday, open 12:00-18:00 or not, as Saturday always is
        ("middle-east", "2024-04-12T09:00:00+04:00", "2024-04-13T10:00:00Z", "2024-04-12T10:00:00Z"),
        # a Sunday, open 12:00-18:00 or not; Monday is a holiday too
        ("uae", "2024-06-16T09:00:00+04:00", "2024-06-17T10:00:00Z", "2024-06-16T10:00:00Z"),
    ],
)
def test_a_bank_holiday_on_a_closed_day_has_the_hours_of_its_region_if_any(region, holiday, stays_closed, opens):
    for option, due in (("stays-closed", stays_closed), ("opens", opens)):
        readings = read("extended-time/holiday-on-closed-day", option)

        assert due == clock(imagicle(opened(holiday, 2), region=region, readings=readings), "response", "due_at")


@pytest.mark.clause("imagicle-care:extended-time")
@pytest.mark.parametrize(("reading", "used"), [("extended", 10 * 3600), ("standard-period", 2 * 3600)])
def test_a_saturday_counts_towards_escalation_and_resolution_or_does_not(reading, used):
    answer = imagicle(
        opened(march(2, "10:00"), severity=1),
        as_of=march(4, "11:00"),
        readings=read("extended-time/business-hours", reading),
    )

    assert used == clock(answer, "escalation", "used_seconds")
    assert used == clock(answer, "resolution", "used_seconds")


@pytest.mark.clause("imagicle-care:platinum-hours")
@pytest.mark.parametrize(
    ("reading", "p1", "p2"),
    [
        ("round-the-clock", "2024-03-02T23:00:00Z", "2024-03-03T00:00:00Z"),
        ("p1-only", "2024-03-02T23:00:00Z", "2024-03-04T10:00:00Z"),
        ("business-hours", "2024-03-04T09:00:00Z", "2024-03-04T10:00:00Z"),
    ],
)
def test_a_platinum_ticket_of_saturday_night_counts_round_the_clock_or_from_monday(reading, p1, p2):
    readings = read("platinum-hours/hours", reading)

    for severity, due in ((1, p1), (2, p2)):
        answer = imagicle(opened(SATURDAY_23, severity), plan="platinum", readings=readings)

        assert due == clock(answer, "response", "due_at")


@pytest.mark.clause("imagicle-care:platinum-hours")
@pytest.mark.parametrize(
    ("reading", "p1", "p2"),
    [
        ("round-the-clock", "breached", "breached"),
        ("p1-only", "breached", "met"),
        ("business-hours", "met", "met"),
    ],
)
def test_a_platinum_ticket_answered_in_the_night_is_late_only_round_the_clock(reading, p1, p2):
    for severity, verdict, answered in ((1, p1, march(3, "00:00")), (2, p2, march(3, "01:00"))):
        answer = imagicle(
            opened(SATURDAY_23, severity),
            fact(answered, "responded"),
            plan="platinum",
            readings=read("platinum-hours/hours", reading),
        )

        assert verdict == clock(answer, "response", "verdict")


@pytest.mark.clause("imagicle-care:platinum-hours")
@pytest.mark.parametrize(("severity", "due"), [(3, "2024-03-04T12:00:00Z"), (4, "2024-03-04T16:00:00Z")])
def test_platinum_p3_and_p4_count_on_the_extended_hours(severity, due):
    answer = imagicle(opened(SATURDAY_23, severity), plan="platinum")

    assert due == clock(answer, "response", "due_at")


@pytest.mark.clause("imagicle-care:platinum-hours")
def test_a_platinum_notification_counts_in_the_hours_of_its_response():
    for reading, due in (("round-the-clock", "2024-03-02T22:30:00Z"), ("business-hours", "2024-03-04T08:30:00Z")):
        answer = imagicle(
            opened(SATURDAY_23, severity=1), plan="platinum", readings=read("platinum-hours/hours", reading)
        )

        assert due == clock(answer, "notification", "due_at")


# --- on call ----------------------------------------------------------------------------------------------------------

ASIA = {"asia_pacific": True}


@pytest.mark.clause("imagicle-care:on-call")
def test_an_asia_pacific_contract_has_no_on_call_hours():
    for severity, due in ((1, "2024-03-04T09:00:00Z"), (2, "2024-03-04T10:00:00Z")):
        answer = imagicle(opened(SATURDAY_23, severity), plan="platinum", contract=ASIA)

        assert due == clock(answer, "response", "due_at")


@pytest.mark.clause("imagicle-care:on-call")
def test_a_ticket_goes_to_research_and_development_in_hours_only():
    sunday = fact(march(3, "11:00"), "escalated", to="r-and-d", by="agent")
    saturday = fact(march(2, "17:00"), "escalated", to="r-and-d", by="agent")
    monday = fact(MONDAY_9, "escalated", to="R&D", by="agent")
    opening = opened(FRIDAY_10, severity=1)

    assert [(2, "on-call")] == breaks(opening, sunday, plan="platinum")
    assert [] == breaks(opening, saturday, plan="platinum")
    assert [] == breaks(opening, monday, plan="platinum")


@pytest.mark.clause("imagicle-care:on-call")
def test_an_end_user_is_not_served_on_call():
    served = {"options": ["end-user-support"]}
    call = {"channel": "phone", "by": "end-user", "fields": {"initial_analysis": "by the reseller"}}

    assert [(1, "on-call")] == breaks(opened(SUNDAY_10, 1, **call), plan="platinum", contract=served)
    assert [] == breaks(opened(MONDAY_10, 1, **call), plan="platinum", contract=served)


def maintenance(at: str, plan: str, **contract: Any) -> list[tuple[int | None, str]]:
    scheduled = fact(MONDAY_NOON, "appointment_scheduled", for_=at, kind="scheduled maintenance")
    return breaks(opened(MONDAY_10), scheduled, plan=plan, contract=contract)


@pytest.mark.clause("imagicle-care:on-call")
def test_maintenance_outside_the_hours_is_scheduled_for_platinum_only():
    assert [] == maintenance(march(10, "22:00"), "platinum")
    assert [(2, "on-call")] == maintenance(march(10, "22:00"), "gold")
    assert [(2, "on-call")] == maintenance(march(10, "22:00"), "basic")
    assert [(2, "on-call")] == maintenance(march(10, "22:00"), "platinum", **ASIA)


@pytest.mark.clause("imagicle-care:on-call")
@pytest.mark.parametrize(("plan", "contract"), [("basic", {}), ("gold", {}), ("platinum", ASIA)])
def test_maintenance_in_hours_is_scheduled_for_everyone(plan, contract):
    assert [] == maintenance(march(5, "10:00"), plan, **contract)


@pytest.mark.clause("imagicle-care:on-call")
def test_the_call_is_owed_for_a_platinum_ticket_reported_online_outside_the_hours():
    online = opened(SUNDAY_10, severity=1, channel="web")
    called = fact(march(3, "11:00"), "notified_by_phone")

    assert ["2024-03-03T09:00:00Z"] == owed(imagicle(online, plan="platinum"), "on-call")
    assert [] == owed(imagicle(online, called, plan="platinum"), "on-call")


@pytest.mark.clause("imagicle-care:on-call")
@pytest.mark.parametrize(
    ("opening", "contract"),
    [
        (opened(SUNDAY_10, 1, channel="phone"), {}),
        (opened(MONDAY_10, 1, channel="web"), {}),
        (opened(SUNDAY_10, 3, channel="web"), {}),
        (opened(SUNDAY_10, 1, channel="web"), ASIA),
    ],
    ids=["by phone", "in hours", "p3", "asia-pacific"],
)
def test_no_call_is_owed_where_the_on_call_team_is_not_asked_in_vain(opening, contract):
    assert [] == owed(imagicle(opening, plan="platinum", contract=contract), "on-call")


ONLINE = (
    opened(SUNDAY_10, severity=1, channel="web"),
    fact(march(3, "12:00"), "notified_by_phone"),
    fact(march(3, "12:30"), "responded"),
)


@pytest.mark.clause("imagicle-care:on-call")
@pytest.mark.parametrize(
    ("reading", "started_at", "verdict", "breached_at"),
    [
        ("from-report", "2024-03-03T09:00:00Z", "breached", "2024-03-03T10:00:00Z"),
        ("from-phone", "2024-03-03T11:00:00Z", "met", None),
    ],
)
def test_a_platinum_ticket_reported_online_on_sunday_counts_from_the_report_or_the_call(
    reading, started_at, verdict, breached_at
):
    answer = imagicle(*ONLINE, plan="platinum", readings=read("on-call/channel", reading))

    assert (started_at, verdict, breached_at) == clock(answer, "response", "started_at", "verdict", "breached_at")
    assert started_at == clock(answer, "notification", "started_at")


@pytest.mark.clause("imagicle-care:on-call")
def test_a_platinum_ticket_reported_online_without_a_call_counts_from_the_next_opening():
    answer = imagicle(
        ONLINE[0], plan="platinum", readings=read("on-call/channel", "from-phone"), as_of=march(4, "09:30")
    )

    assert ("2024-03-04T08:00:00Z", 1800) == clock(answer, "response", "started_at", "used_seconds")


NO_CALL_NEEDED = pytest.mark.parametrize(
    ("at", "severity", "channel", "contract"),
    [
        (SUNDAY_10, 1, "phone", {}),
        (MONDAY_10, 1, "web", {}),
        (SUNDAY_10, 3, "web", {}),
        (SUNDAY_10, 1, "web", ASIA),
    ],
    ids=["by phone", "in hours", "p3", "asia-pacific"],
)


@pytest.mark.clause("imagicle-care:on-call")
@pytest.mark.parametrize("reading", ["from-report", "from-phone"])
@NO_CALL_NEEDED
def test_a_platinum_ticket_that_needs_no_call_counts_from_its_report_either_way(
    at, severity, channel, contract, reading
):
    answer = imagicle(
        opened(at, severity, channel=channel),
        plan="platinum",
        contract=contract,
        readings=read("on-call/channel", reading),
    )

    for name in ("notification", "response"):
        assert f"{at[:10]}T09:00:00Z" == clock(answer, name, "started_at")


@pytest.mark.clause("imagicle-care:single-issue")
@NO_CALL_NEEDED
def test_a_secondary_issue_that_needs_no_call_counts_from_the_original_report(at, severity, channel, contract):
    answer = imagicle(
        opened(MONDAY_NOON, severity, channel=channel, origin={"ticket": "T-1", "opened_at": at}),
        plan="platinum",
        contract=contract,
        readings=read("on-call/channel", "from-phone") | read("single-issue/start", "original-report"),
    )

    for name in ("notification", "response"):
        assert f"{at[:10]}T09:00:00Z" == clock(answer, name, "started_at")


# --- notification and reaction ----------------------------------------------------------------------------------------


def notified(at: str, plan: str = "gold", severity: int = 1, **rest: Any) -> Any:
    """Verdict and breach of the notification of a ticket of Monday 10:00."""
    answer = imagicle(opened(MONDAY_10, severity), fact(at, "priority_notified"), plan=plan, **rest)
    return clock(answer, "notification", "verdict", "breached_at")


@pytest.mark.clause("imagicle-care:priority-notification")
@pytest.mark.parametrize(
    ("plan", "last_second", "too_late", "due"),
    [
        ("basic", march(4, "14:00:00"), march(4, "14:00:01"), "2024-03-04T13:00:00Z"),
        ("gold", march(4, "10:30:00"), march(4, "10:30:01"), "2024-03-04T09:30:00Z"),
        ("platinum", march(4, "10:30:00"), march(4, "10:30:01"), "2024-03-04T09:30:00Z"),
    ],
)
def test_the_client_is_told_when_a_critical_ticket_will_be_processed(plan, last_second, too_late, due):
    assert ("met", None) == notified(last_second, plan)
    assert ("breached", due) == notified(too_late, plan)


@pytest.mark.clause("imagicle-care:priority-notification")
@pytest.mark.parametrize(
    ("scope", "expected"),
    [("critical-only", ("none", None)), ("every-priority", ("breached", "2024-03-04T09:30:00Z"))],
)
@pytest.mark.parametrize("severity", [2, 3, 4])
def test_the_client_is_told_in_time_of_critical_tickets_only_or_of_all(severity, scope, expected):
    readings = read("priority-notification/scope", scope)

    assert expected == notified(march(4, "10:30:01"), severity=severity, readings=readings)


@pytest.mark.clause("imagicle-care:priority-notification")
@pytest.mark.parametrize(
    ("reading", "plan", "due"),
    [
        ("coverage", "gold", "2024-03-05T08:15:00Z"),
        ("wall-clock", "gold", "2024-03-04T17:15:00Z"),
        ("coverage", "basic", "2024-03-05T11:45:00Z"),
        ("wall-clock", "basic", "2024-03-04T20:45:00Z"),
    ],
)
def test_a_notification_near_closing_counts_in_hours_or_by_the_wall_clock(reading, plan, due):
    readings = read("priority-notification/calendar", reading)
    answer = imagicle(opened(march(4, "17:45"), severity=1), plan=plan, readings=readings)

    assert due == clock(answer, "notification", "due_at")


@pytest.mark.clause("imagicle-care:priority-notification")
@pytest.mark.parametrize(
    ("reading", "expected"),
    [("coverage", ("met", None)), ("wall-clock", ("breached", "2024-03-04T17:15:00Z"))],
)
def test_a_notification_a_second_after_the_wall_clock_ran_out_is_late_by_the_wall_clock(reading, expected):
    answer = imagicle(
        opened(march(4, "17:45"), severity=1),
        fact(march(4, "18:15:01"), "priority_notified"),
        readings=read("priority-notification/calendar", reading),
    )

    assert expected == clock(answer, "notification", "verdict", "breached_at")


@pytest.mark.clause("imagicle-care:priority-notification")
def test_a_first_response_also_notifies():
    answer = imagicle(opened(MONDAY_10, severity=1), fact(march(4, "10:20"), "responded"))

    assert ("stopped", "met", 1200) == clock(answer, "notification", "state", "verdict", "used_seconds")
    assert "imagicle-care:priority-notification/response" in clock(answer, "notification", "assumptions")


@pytest.mark.clause("imagicle-care:priority-notification")
def test_a_notice_is_no_response():
    answer = imagicle(opened(MONDAY_10, severity=1), fact(march(4, "10:20"), "priority_notified"))

    assert "running" == clock(answer, "response", "state")


def reacted(opening: dict[str, Any], at: str, plan: str = "gold", **rest: Any) -> Any:
    """Verdict and breach of a ticket's response."""
    return clock(imagicle(opening, fact(at, "responded"), plan=plan, **rest), "response", "verdict", "breached_at")


@pytest.mark.clause("imagicle-care:reaction")
@pytest.mark.parametrize(
    ("severity", "last_second", "limit", "due"),
    [
        (1, march(4, "09:59:59"), march(4, "10:00:00"), "2024-03-04T09:00:00Z"),
        (2, march(4, "10:59:59"), march(4, "11:00:00"), "2024-03-04T10:00:00Z"),
        (3, march(4, "12:59:59"), march(4, "13:00:00"), "2024-03-04T12:00:00Z"),
        (4, march(4, "16:59:59"), march(4, "17:00:00"), "2024-03-04T16:00:00Z"),
    ],
)
@pytest.mark.parametrize("plan", ["gold", "platinum"])
def test_a_gold_or_platinum_ticket_is_answered_before_its_limit(plan, severity, last_second, limit, due):
    opening = opened(MONDAY_9, severity)

    assert ("met", None) == reacted(opening, last_second, plan)
    assert ("breached", due) == reacted(opening, limit, plan)


@pytest.mark.clause("imagicle-care:reaction")
def test_a_response_at_the_limit_is_in_time_where_the_limit_is_read_so():
    readings = read("reaction/limit", "at-most")

    assert ("met", None) == reacted(opened(MONDAY_9, 1), MONDAY_10, readings=readings)
    assert ("breached", "2024-03-04T09:00:00Z") == reacted(opened(MONDAY_9, 1), march(4, "10:00:01"), readings=readings)


@pytest.mark.clause("imagicle-care:reaction")
@pytest.mark.parametrize(
    ("severity", "closing", "opening_after", "second_after", "breached_at"),
    [
        (1, march(4, "18:00"), march(5, "09:00:00"), march(5, "09:00:01"), "2024-03-05T08:00:00Z"),
        (2, march(5, "18:00"), march(6, "09:00:00"), march(6, "09:00:01"), "2024-03-06T08:00:00Z"),
    ],
)
def test_a_basic_ticket_of_friday_is_answered_by_the_close_of_the_first_or_second_business_day(
    severity, closing, opening_after, second_after, breached_at
):
    opening = opened(FRIDAY_10, severity)

    assert f"{closing[:10]}T17:00:00Z" == clock(imagicle(opening, plan="basic"), "response", "due_at")
    assert ("met", None) == reacted(opening, closing, "basic")
    assert ("met", None) == reacted(opening, opening_after, "basic")
    assert ("breached", breached_at) == reacted(opening, second_after, "basic")


@pytest.mark.clause("imagicle-care:reaction")
@pytest.mark.parametrize("severity", [3, 4])
def test_a_basic_ticket_of_p3_or_p4_is_best_effort(severity):
    answer = imagicle(opened(FRIDAY_10, severity), plan="basic", as_of=march(29, "10:00"))

    assert ("none", None, "running") == clock(answer, "response", "verdict", "allowance_seconds", "state")


@pytest.mark.clause("imagicle-care:reaction")
@pytest.mark.parametrize(
    ("reading", "p1", "p2"),
    [
        ("table", ("breached", "2024-03-05T08:00:00Z"), ("breached", "2024-03-06T08:00:00Z")),
        ("best-effort", ("none", None), ("none", None)),
    ],
)
def test_the_figures_of_basic_bind_or_are_best_effort(reading, p1, p2):
    for severity, expected in ((1, p1), (2, p2)):
        answer = imagicle(
            opened(FRIDAY_10, severity),
            plan="basic",
            as_of=march(6, "09:00:01"),
            readings=read("reaction/basic", reading),
        )

        assert expected == clock(answer, "response", "verdict", "breached_at")


@pytest.mark.clause("imagicle-care:reaction")
@pytest.mark.parametrize(
    ("severity", "counted_out", "second_after"),
    [(1, march(4, "10:00:00"), march(4, "10:00:01")), (2, march(5, "10:00:00"), march(5, "10:00:01"))],
)
def test_a_business_day_ends_with_the_day_or_with_its_hours_counted(severity, counted_out, second_after):
    opening, counted = opened(FRIDAY_10, severity), read("reaction/business-day", "counted-day")

    # 8 of 9 hours remain of Friday from 10:00 on, the ninth is Monday's first
    assert ("met", None) == reacted(opening, counted_out, "basic", readings=counted)
    assert ("breached", f"{counted_out[:10]}T09:00:00Z") == reacted(opening, second_after, "basic", readings=counted)
    assert ("met", None) == reacted(opening, second_after, "basic")


@pytest.mark.clause("imagicle-care:reaction")
def test_a_response_that_hangs_on_a_reading_names_it():
    answer = imagicle(opened(FRIDAY_10, severity=1), fact(MONDAY_NOON, "responded"), plan="basic")
    changes = {
        (one["reading"].removeprefix("imagicle-care:"), one["option"]): change["verdict_then"]
        for one in answer["readings"]
        for change in one["changes"]
        if change["clock"] == "response"
    }

    assert {
        ("reaction/basic", "best-effort"): "none",
        ("reaction/business-day", "counted-day"): "breached",
    } == changes


@pytest.mark.clause("imagicle-care:reaction")
def test_the_reaction_is_assumed_to_run_to_the_first_response():
    answer = imagicle(opened(MONDAY_9), fact(MONDAY_10, "responded"))

    assert ("2024-03-04T08:00:00Z", "2024-03-04T09:00:00Z") == clock(answer, "response", "started_at", "stopped_at")
    assert "imagicle-care:reaction/first-response" in clock(answer, "response", "assumptions")


@pytest.mark.clause("imagicle-care:reaction")
@pytest.mark.parametrize("end", ["resolved", "closed"])
def test_resolving_or_closing_a_ticket_answers_it(end):
    answer = imagicle(opened(MONDAY_9, severity=1), fact(march(4, "09:20"), end))

    for name in ("response", "notification"):
        assert ("stopped", "met", 1200) == clock(answer, name, "state", "verdict", "used_seconds")
        assert "imagicle-care:reaction/resolved" in clock(answer, name, "assumptions")


@pytest.mark.clause("imagicle-care:reaction")
def test_a_change_of_priority_carries_the_time_used():
    raised = fact(MONDAY_10, "severity_changed", severity=2)
    answer = imagicle(opened(MONDAY_9, severity=3), raised)

    assert ("2024-03-04T10:00:00Z", 2 * 3600) == clock(answer, "response", "due_at", "allowance_seconds")
    assert "imagicle-care:reaction/carry" in clock(answer, "response", "assumptions")


@pytest.mark.clause("imagicle-care:reaction")
def test_a_change_of_priority_counts_each_stretch_on_the_calendar_of_its_time():
    opening = opened(march(2, "22:00"), severity=1)  # Saturday night, round the clock for an hour less a minute
    lowered = fact(march(2, "22:59"), "severity_changed", severity=3, evidence="measured")
    answer = imagicle(opening, lowered, plan="platinum", as_of=MONDAY_9)

    assert 59 * 60 == clock(answer, "response", "used_seconds")
    assert "2024-03-04T11:01:00Z" == clock(answer, "response", "due_at")  # 3 h 1 min from Monday 09:00 on


@pytest.mark.clause("imagicle-care:reaction")
def test_a_response_warns_at_50_75_and_90_percent():
    warnings = clock(imagicle(opened(MONDAY_9, severity=2)), "response", "warnings")

    assert [
        (50, "2024-03-04T09:00:00Z"),
        (75, "2024-03-04T09:30:00Z"),
        (90, "2024-03-04T09:48:00Z"),
    ] == [(one["percent"], one["due_at"]) for one in warnings]


# --- escalation -------------------------------------------------------------------------------------------------------

# From Monday 09:00 on, 9 hours a day: 2 h are over on Monday at 11:00, 4 h at 13:00, 8 h at 17:00,
# 16 h on Tuesday at 16:00, 40 h on Friday at 13:00.
GOLD_TIMES = {
    2: "2024-03-04T10:00:00Z",
    4: "2024-03-04T12:00:00Z",
    8: "2024-03-04T16:00:00Z",
    16: "2024-03-05T15:00:00Z",
    40: "2024-03-08T12:00:00Z",
}
# From Friday the 1st on: the business days end at 18:00, the 2nd on Tuesday the 5th, the 20th on the 29th.
BASIC_TIMES = {
    2: "2024-03-05T17:00:00Z",
    3: "2024-03-06T17:00:00Z",
    5: "2024-03-08T17:00:00Z",
    10: "2024-03-15T17:00:00Z",
    20: "2024-03-29T17:00:00Z",
}


@pytest.mark.clause("imagicle-care:escalation-matrix")
@pytest.mark.parametrize(
    ("severity", "ladder"),
    [
        (1, [("team-leader", 2), ("support-manager", 8), ("co-ceo-and-cto", 16)]),
        (2, [("support-team", 2), ("team-leader", 4), ("support-manager", 16), ("co-ceo-and-cto", 40)]),
        (3, [("support-team", 2), ("team-leader", 16), ("support-manager", 40)]),
        (4, [("support-team", 2), ("team-leader", 40)]),
    ],
)
@pytest.mark.parametrize("plan", ["gold", "platinum"])
def test_a_gold_or_platinum_ticket_rises_by_business_hours(plan, severity, ladder):
    answer = imagicle(opened(MONDAY_9, severity), plan=plan, as_of=march(8, "13:00"))

    assert [(role, GOLD_TIMES[hours]) for role, hours in ladder] == rungs(answer)
    assert "none" == clock(answer, "escalation", "verdict")


@pytest.mark.clause("imagicle-care:escalation-matrix")
@pytest.mark.parametrize(
    ("severity", "ladder"),
    [
        (1, [("team-leader", 2), ("support-manager", 5), ("co-ceo-and-cto", 10)]),
        (2, [("support-team", 2), ("team-leader", 3), ("support-manager", 10), ("co-ceo-and-cto", 20)]),
        (3, [("support-team", 2), ("team-leader", 10), ("support-manager", 20)]),
        (4, [("support-team", 2), ("team-leader", 20)]),
    ],
)
def test_a_basic_ticket_rises_by_business_days(severity, ladder):
    answer = imagicle(opened(FRIDAY_10, severity), plan="basic", as_of=march(29, "18:00"))

    assert [(role, BASIC_TIMES[days]) for role, days in ladder] == rungs(answer)


@pytest.mark.clause("imagicle-care:escalation-matrix")
def test_a_ticket_does_not_rise_before_its_time_nor_after_its_resolution():
    before = imagicle(opened(MONDAY_9, severity=1), as_of=march(4, "10:59:59"))
    resolved = imagicle(opened(MONDAY_9, severity=1), fact(MONDAY_NOON, "resolved"), as_of=march(8, "13:00"))

    assert [] == rungs(before)
    assert [("team-leader", GOLD_TIMES[2])] == rungs(resolved)


@pytest.mark.clause("imagicle-care:escalation-matrix")
def test_a_platinum_ticket_does_not_rise_in_the_night():
    answer = imagicle(opened(SATURDAY_23, severity=1), plan="platinum", as_of=march(4, "11:00"))

    assert [("team-leader", "2024-03-04T10:00:00Z")] == rungs(answer)


@pytest.mark.clause("imagicle-care:escalation-matrix")
def test_a_ticket_raised_to_p1_reaches_at_once_what_its_time_has_earned_and_tells_nobody_twice():
    raised = fact(march(4, "18:00"), "severity_changed", severity=1)  # 9 hours used
    answer = imagicle(opened(MONDAY_9, severity=3), raised, as_of=march(5, "16:00"))

    assert [
        ("co-ceo-and-cto", "2024-03-05T15:00:00Z"),
        ("support-manager", "2024-03-04T17:00:00Z"),
        ("support-team", "2024-03-04T10:00:00Z"),
        ("team-leader", "2024-03-04T17:00:00Z"),
    ] == sorted(rungs(answer))


@pytest.mark.clause("imagicle-care:escalation-waits")
@pytest.mark.parametrize("reason", ["customer", "third-party", "access", "authorization"])
def test_a_waiting_ticket_does_not_rise(reason):
    answer = imagicle(
        opened(MONDAY_9, severity=1),
        fact(MONDAY_10, "waiting", on=reason),
        fact(march(4, "14:00"), "wait_ended", on=reason, evidence="in writing"),
        as_of=march(4, "15:00"),
    )

    assert [("team-leader", "2024-03-04T14:00:00Z")] == rungs(answer)


@pytest.mark.clause("imagicle-care:escalation-waits")
def test_waiting_on_the_customer_does_not_pause_the_response():
    answer = imagicle(opened(MONDAY_9), fact(MONDAY_10, "waiting", on="customer"), as_of=march(4, "12:30"))

    assert ("running", 3 * 3600 + 1800) == clock(answer, "response", "state", "used_seconds")
    assert ("paused", 3600) == clock(answer, "escalation", "state", "used_seconds")
    assert ("paused", 3600) == clock(answer, "resolution", "state", "used_seconds")


def lowered(**why: Any) -> list[tuple[int | None, str]]:
    return breaks(opened(MONDAY_9, severity=1), fact(MONDAY_10, "severity_changed", severity=3, by="agent", **why))


@pytest.mark.clause("imagicle-care:priority-reduction")
@pytest.mark.parametrize("cause", ["resources not provided", "answers not provided"])
def test_a_priority_is_lowered_without_evidence_where_the_client_cannot_provide(cause):
    assert [] == lowered(cause=cause)


@pytest.mark.clause("imagicle-care:priority-reduction")
def test_a_priority_is_lowered_on_evidence_and_not_without_either():
    assert [] == lowered(evidence="service is back")
    assert [(2, "priority-reduction")] == lowered()
    assert [(2, "priority-reduction")] == lowered(cause="it is late")


@pytest.mark.clause("imagicle-care:priority-reduction")
def test_a_priority_is_raised_without_asking():
    assert [] == breaks(opened(MONDAY_9, severity=3), fact(MONDAY_10, "severity_changed", severity=1))


# --- one issue a ticket -----------------------------------------------------------------------------------------------


@pytest.mark.clause("imagicle-care:single-issue")
def test_splitting_a_ticket_leaves_its_clocks_alone():
    split = fact(MONDAY_10, "split_off", ticket="T-2")
    whole = imagicle(opened(MONDAY_9), as_of=MONDAY_NOON)

    assert whole["clocks"] == imagicle(opened(MONDAY_9), split, as_of=MONDAY_NOON)["clocks"]
    assert [] == breaks(opened(MONDAY_9), split)


@pytest.mark.clause("imagicle-care:single-issue")
def test_a_split_names_the_new_ticket():
    assert [(2, "single-issue")] == breaks(opened(MONDAY_9), fact(MONDAY_10, "split_off"))


@pytest.mark.clause("imagicle-care:single-issue")
@pytest.mark.parametrize(
    ("reading", "started_at", "verdict", "breached_at"),
    [
        ("split", "2024-03-04T11:00:00Z", "met", None),
        ("original-report", "2024-03-04T08:00:00Z", "breached", "2024-03-04T12:00:00Z"),
    ],
)
def test_a_secondary_issue_counts_from_the_split_or_from_the_original_report(reading, started_at, verdict, breached_at):
    origin = {"ticket": "T-1", "opened_at": MONDAY_9}
    answer = imagicle(
        opened(MONDAY_NOON, origin=origin),
        fact(march(4, "14:00"), "responded"),
        readings=read("single-issue/start", reading),
    )

    assert (started_at, verdict, breached_at) == clock(answer, "response", "started_at", "verdict", "breached_at")
    for name in ("notification", "escalation", "resolution"):
        assert started_at == clock(answer, name, "started_at")


@pytest.mark.clause("imagicle-care:single-issue")
@pytest.mark.parametrize("reading", ["split", "original-report"])
def test_a_ticket_that_was_not_split_counts_from_its_report_either_way(reading):
    answer = imagicle(opened(MONDAY_9), readings=read("single-issue/start", reading))

    assert "2024-03-04T08:00:00Z" == clock(answer, "response", "started_at")


@pytest.mark.clause("imagicle-care:single-issue")
def test_a_secondary_issue_whose_original_report_is_not_known_counts_from_the_split():
    readings = read("single-issue/start", "original-report")
    answer = imagicle(opened(MONDAY_NOON, origin="T-1"), readings=readings)

    assert "2024-03-04T11:00:00Z" == clock(answer, "response", "started_at")


@pytest.mark.clause("imagicle-care:single-issue")
def test_a_resolution_is_measured_never_late_and_resumes_when_the_ticket_is_reopened():
    answer = imagicle(
        opened(MONDAY_9),
        fact(MONDAY_10, "resolved"),
        fact(MONDAY_NOON, "reopened"),
        as_of=march(4, "13:00"),
    )

    assert ("running", "none", 2 * 3600) == clock(answer, "resolution", "state", "verdict", "used_seconds")
    assert ("running", 2 * 3600) == clock(answer, "escalation", "state", "used_seconds")
    assert ("stopped", 3600) == clock(answer, "response", "state", "used_seconds")
    assert {"imagicle-care:single-issue/resolution", "imagicle-care:single-issue/reopening"} <= set(
        clock(answer, "resolution", "assumptions")
    )


# --- who asks, and how ------------------------------------------------------------------------------------------------

SERVED = {"options": ["end-user-support"]}
ANALYSED = {"initial_analysis": "the reseller found nothing"}


@pytest.mark.clause("imagicle-care:support-level")
@pytest.mark.parametrize("reporter", ["administrator", "partner"])
@pytest.mark.parametrize("plan", ["basic", "gold", "platinum"])
def test_administrators_and_resellers_report_tickets_on_every_plan(plan, reporter):
    assert [] == breaks(opened(MONDAY_10, by=reporter, channel="web"), plan=plan)


@pytest.mark.clause("imagicle-care:support-level")
@pytest.mark.parametrize(
    ("plan", "contract", "fields", "expected"),
    [
        ("basic", SERVED, ANALYSED, [(1, "support-level")]),
        ("gold", {}, ANALYSED, [(1, "support-level")]),
        ("gold", SERVED, {}, [(1, "support-level")]),
        ("gold", SERVED, ANALYSED, []),
        ("platinum", SERVED, ANALYSED, []),
    ],
    ids=["basic", "not agreed", "not analysed", "gold", "platinum"],
)
def test_an_end_user_reports_a_ticket_where_agreed_and_with_an_analysis(plan, contract, fields, expected):
    opening = opened(MONDAY_10, by="end-user", channel="web", fields=fields)

    assert expected == breaks(opening, plan=plan, contract=contract)


@pytest.mark.clause("imagicle-care:support-level")
def test_opening_a_ticket_states_the_troubleshooting_done():
    answer = imagicle(opened(MONDAY_10, channel="web", by="administrator"))
    (form,) = [one for one in answer["owed"] if one["clause"] == "imagicle-care:request-form"]

    assert "troubleshooting" in form["detail"]


@pytest.mark.clause("imagicle-care:support-level")
def test_a_first_level_request_is_referred():
    assert [] == declined("support-level", "first level")
    assert [(2, "support-level")] == declined("support-level", "difficult")


def session(plan: str, kind: str, *before: dict[str, Any], authorized_by: str | None = None, **rest: Any) -> Any:
    held = fact(march(4, "15:00"), "session_held", kind=kind, by="agent")
    return breaks(
        opened(MONDAY_10),
        *before,
        held | ({"authorized_by": authorized_by} if authorized_by else {}),
        plan=plan,
        **rest,
    )


@pytest.mark.clause("imagicle-care:channels")
def test_a_gold_or_platinum_ticket_has_remote_sessions():
    assert [] == session("gold", "remote", authorized_by="the administrator")
    assert [] == session("platinum", "remote", authorized_by="the administrator")


@pytest.mark.clause("imagicle-care:channels")
@pytest.mark.parametrize(("reading", "expected"), [("refused", [(2, "channels")]), ("allowed", [])])
def test_a_basic_ticket_has_no_remote_session_unless_the_table_is_read_so(reading, expected):
    readings = read("channels/basic-remote", reading)

    assert expected == session("basic", "remote", authorized_by="the administrator", readings=readings)


@pytest.mark.clause("imagicle-care:channels")
@pytest.mark.parametrize(("reading", "expected"), [("yes", []), ("web-or-phone", [(1, "channels")])])
def test_a_ticket_is_opened_by_email_or_only_on_the_web_and_by_phone(reading, expected):
    readings = read("channels/email", reading)

    assert expected == breaks(opened(MONDAY_10, channel="email"), readings=readings)
    assert [] == breaks(opened(MONDAY_10, channel="web"), readings=readings)
    assert [] == breaks(opened(MONDAY_10, channel="phone"), readings=readings)


# --- monitoring, alarms and the support expert ------------------------------------------------------------------------

MONITORED = {"options": ["proactive-support"]}


def alert(code: str, severity: int, at: str = MONDAY_9) -> dict[str, Any]:
    return opened(at, severity, channel="alert", alert={"code": code}, by="system")


@pytest.mark.clause("imagicle-care:proactive")
@pytest.mark.parametrize(
    ("code", "severity"),
    [
        ("voip-stack-crash", 1),
        ("application-crash", 1),
        ("cloud-link-lost", 1),
        ("replica-trouble", 3),
        ("disk-near-saturation", 3),
        ("database-near-saturation", 3),
        ("channels-exhausted", 3),
        ("queueing-licences-exhausted", 3),
        ("attendant-licences-exhausted", 3),
        ("disk-running-out", 4),
        ("database-running-out", 4),
    ],
)
def test_a_monitored_event_opens_a_ticket_of_its_priority(code, severity):
    assert [] == breaks(alert(code, severity), contract=MONITORED)
    assert [(1, "proactive")] == breaks(alert(code, 2), contract=MONITORED)


@pytest.mark.clause("imagicle-care:proactive")
def test_an_event_that_is_not_monitored_opens_no_ticket():
    assert [(1, "proactive")] == breaks(alert("coffee-running-out", 4), contract=MONITORED)


@pytest.mark.clause("imagicle-care:proactive")
@pytest.mark.parametrize(
    ("plan", "contract", "expected"),
    [
        ("gold", MONITORED, []),
        ("platinum", MONITORED, []),
        ("gold", {}, [(1, "proactive")]),
        ("basic", MONITORED, [(1, "proactive")]),
    ],
)
def test_monitoring_opens_tickets_for_gold_and_platinum_that_meet_its_requirements(plan, contract, expected):
    assert expected == breaks(alert("application-crash", 1), plan=plan, contract=contract)


@pytest.mark.clause("imagicle-care:proactive")
def test_the_customer_is_told_of_what_monitoring_found():
    found = alert("disk-running-out", 4)
    told = fact(march(4, "09:10"), "notified", to="customer", by="system")

    assert ["2024-03-04T08:00:00Z"] == owed(imagicle(found, contract=MONITORED), "proactive")
    assert [] == owed(imagicle(found, told, contract=MONITORED), "proactive")


@pytest.mark.clause("imagicle-care:proactive")
def test_a_case_without_the_requirements_of_monitoring_may_be_declined():
    assert [] == declined("proactive")
    assert [(2, "proactive")] == declined("proactive", contract=MONITORED)


RAISED = fact(march(4, "09:05"), "alarm_raised", to="on-call-technician", by="system")


@pytest.mark.clause("imagicle-care:on-call-alarm")
@pytest.mark.parametrize("severity", [1, 2])
def test_the_technician_on_call_is_alarmed_for_a_platinum_p1_or_p2(severity):
    opening = opened(MONDAY_9, severity, channel="phone")

    assert ["2024-03-04T08:00:00Z"] == owed(imagicle(opening, plan="platinum"), "on-call-alarm")
    assert [] == owed(imagicle(opening, RAISED, plan="platinum"), "on-call-alarm")
    assert [] == owed(imagicle(opening, plan="gold"), "on-call-alarm")


@pytest.mark.clause("imagicle-care:on-call-alarm")
def test_the_technician_on_call_is_alarmed_when_a_ticket_becomes_p2():
    raised = fact(MONDAY_10, "severity_changed", severity=2)

    assert [] == owed(imagicle(opened(MONDAY_9), plan="platinum"), "on-call-alarm")
    assert ["2024-03-04T09:00:00Z"] == owed(imagicle(opened(MONDAY_9), raised, plan="platinum"), "on-call-alarm")


@pytest.mark.clause("imagicle-care:on-call-alarm")
@pytest.mark.parametrize(("reading", "expected"), [("p1-p2", []), ("every-alert-case", ["2024-03-04T08:00:00Z"])])
def test_the_technician_is_alarmed_for_an_alert_of_p3_only_where_every_alert_counts(reading, expected):
    readings = read("on-call-alarm/proactive", reading)
    answer = imagicle(alert("replica-trouble", 3), plan="platinum", contract=MONITORED, readings=readings)

    assert expected == owed(answer, "on-call-alarm")


@pytest.mark.clause("imagicle-care:on-call-alarm")
@pytest.mark.parametrize("reading", ["p1-p2", "every-alert-case"])
def test_the_technician_is_alarmed_once_for_an_alert_of_p1(reading):
    readings = read("on-call-alarm/proactive", reading)
    answer = imagicle(alert("voip-stack-crash", 1), plan="platinum", contract=MONITORED, readings=readings)

    assert ["2024-03-04T08:00:00Z"] == owed(answer, "on-call-alarm")


@pytest.mark.clause("imagicle-care:on-call-alarm")
def test_no_alarm_is_owed_once_the_ticket_is_no_longer_p1_or_p2():
    lowered_to_p3 = fact(MONDAY_10, "severity_changed", severity=3, evidence="measured")

    assert [] == owed(imagicle(opened(MONDAY_9, 1, channel="phone"), lowered_to_p3, plan="platinum"), "on-call-alarm")


EXPERT_TOLD = fact(MONDAY_10, "notified", to="support-expert", by="agent")


@pytest.mark.clause("imagicle-care:support-expert")
def test_the_support_expert_of_a_platinum_contract_is_told_of_every_ticket():
    opening = opened(MONDAY_9, severity=4)

    assert ["2024-03-04T08:00:00Z"] == owed(imagicle(opening, plan="platinum"), "support-expert")
    assert [] == owed(imagicle(opening, EXPERT_TOLD, plan="platinum"), "support-expert")
    assert [] == owed(imagicle(opening, plan="gold"), "support-expert")


@pytest.mark.clause("imagicle-care:support-expert")
@pytest.mark.parametrize(
    "told",
    [
        fact(MONDAY_10, "assigned", to="support-expert"),
        fact(MONDAY_10, "assigned", to="Ada", role="support-expert"),
        fact(MONDAY_10, "escalated", to="support-expert"),
    ],
)
def test_the_support_expert_who_has_the_ticket_knows_of_it(told):
    assert [] == owed(imagicle(opened(MONDAY_9, severity=4), told, plan="platinum"), "support-expert")


@pytest.mark.clause("imagicle-care:support-expert")
def test_the_support_expert_owes_the_analysis_of_a_p1_even_after_its_resolution():
    resolved = fact(MONDAY_NOON, "resolved")
    analysed = fact(march(6, "10:00"), "assessed", by="support-expert")
    critical = (opened(MONDAY_9, severity=1), EXPERT_TOLD, resolved)

    assert ["2024-03-04T08:00:00Z"] == owed(imagicle(*critical, plan="platinum"), "support-expert")
    assert [] == owed(imagicle(*critical, analysed, plan="platinum"), "support-expert")


@pytest.mark.clause("imagicle-care:support-expert")
def test_a_ticket_of_p2_asks_for_no_analysis():
    answer = imagicle(opened(MONDAY_9, severity=2), EXPERT_TOLD, plan="platinum")

    assert [] == owed(answer, "support-expert")


# --- the client's side ------------------------------------------------------------------------------------------------

LIABILITY = (
    opened(MONDAY_9),
    fact(MONDAY_10, "waiting", on="third-party"),
    fact(march(4, "14:00"), "wait_ended", on="third-party"),
)


@pytest.mark.clause("imagicle-care:client-liability")
@pytest.mark.parametrize("reading", ["every-clock", "connectivity-only"])
def test_a_ticket_without_access_pauses_every_clock(reading):
    answer = imagicle(
        opened(MONDAY_9, severity=1),
        fact(march(4, "09:10"), "waiting", on="access"),
        as_of=MONDAY_NOON,
        readings=read("client-liability/clocks", reading),
    )

    for one in answer["clocks"]:
        assert ("paused", 600, None) == (one["state"], one["used_seconds"], one["due_at"])


@pytest.mark.clause("imagicle-care:client-liability")
@pytest.mark.parametrize("reason", ["third-party", "authorization"])
@pytest.mark.parametrize(
    ("reading", "expected"),
    [("every-clock", ("met", None, 7200)), ("connectivity-only", ("breached", "2024-03-04T12:00:00Z", 21600))],
)
def test_a_third_partys_fault_or_a_missing_authorization_pauses_the_response_or_does_not(reason, reading, expected):
    answer = imagicle(
        opened(MONDAY_9),
        fact(MONDAY_10, "waiting", on=reason),
        fact(march(4, "14:00"), "wait_ended", on=reason),
        fact(march(4, "15:00"), "responded"),
        readings=read("client-liability/clocks", reading),
    )

    assert expected == clock(answer, "response", "verdict", "breached_at", "used_seconds")
    assert 7200 == clock(answer, "escalation", "used_seconds")
    assert 7200 == clock(answer, "resolution", "used_seconds")


@pytest.mark.clause("imagicle-care:client-liability")
@pytest.mark.parametrize("reason", ["third-party", "authorization"])
@pytest.mark.parametrize(("reading", "verdict"), [("every-clock", "met"), ("connectivity-only", "breached")])
def test_the_same_pauses_the_notification_or_does_not(reason, reading, verdict):
    answer = imagicle(
        opened(MONDAY_9, severity=1),
        fact(march(4, "09:10"), "waiting", on=reason),
        fact(march(4, "09:30"), "wait_ended", on=reason),
        fact(march(4, "09:30:01"), "priority_notified"),
        readings=read("client-liability/clocks", reading),
    )

    assert verdict == clock(answer, "notification", "verdict")


@pytest.mark.clause("imagicle-care:client-liability")
def test_nobody_connects_without_authorization():
    awaited = fact(march(4, "11:00"), "waiting", on="authorization")
    given = fact(march(4, "14:00"), "wait_ended", on="authorization", evidence="e-mail")

    assert [(2, "client-liability")] == session("gold", "remote")
    assert [] == session("gold", "remote", authorized_by="the administrator")
    assert [(3, "client-liability")] == session("gold", "remote", awaited, authorized_by="the administrator")
    assert [] == session("gold", "remote", awaited, given)


@pytest.mark.clause("imagicle-care:request-form")
def test_the_client_completes_the_request_form():
    opening = opened(MONDAY_9, channel="web", product="Fax", fields={"description": "no faxes"})
    rest = fact(MONDAY_10, "information_added", fields={"version": "2024.1", "troubleshooting": "restarted"})
    (form,) = [one for one in imagicle(opening)["owed"] if one["clause"] == "imagicle-care:request-form"]

    assert ("2024-03-04T08:00:00Z", "missing: version, troubleshooting") == (form["since"], form["detail"])
    assert [] == owed(imagicle(opening, rest), "request-form")


@pytest.mark.clause("imagicle-care:request-form")
def test_waiting_for_the_form_does_not_pause_the_response():
    waiting = fact(march(4, "09:30"), "waiting", on="customer", task="request form")
    answer = imagicle(opened(MONDAY_9, channel="web"), waiting, as_of=MONDAY_10)

    assert 3600 == clock(answer, "response", "used_seconds")
    assert 1800 == clock(answer, "escalation", "used_seconds")


@pytest.mark.clause("imagicle-care:request-form")
@pytest.mark.clause("imagicle-care:on-call")
@pytest.mark.clause("imagicle-care:on-call-alarm")
@pytest.mark.clause("imagicle-care:proactive")
@pytest.mark.clause("imagicle-care:seasonal-releases")
@pytest.mark.clause("imagicle-care:support-expert")
@pytest.mark.parametrize("end", ["withdrawn", "merged"])
@pytest.mark.parametrize(
    ("clause", "events", "readings"),
    [
        ("request-form", [opened(MONDAY_9, channel="web")], {}),
        ("on-call", [opened(SUNDAY_10, severity=1, channel="web")], {}),
        ("on-call-alarm", [opened(MONDAY_9, severity=1)], {}),
        ("on-call-alarm", [alert("replica-trouble", 3)], read("on-call-alarm/proactive", "every-alert-case")),
        ("proactive", [alert("replica-trouble", 3)], {}),
        ("seasonal-releases", [opened(MONDAY_9), fact(MONDAY_10, "scheduled_for_release", release="Spring")], {}),
        ("support-expert", [opened(MONDAY_9, severity=4)], {}),
        ("support-expert", [opened(MONDAY_9, severity=1), EXPERT_TOLD], {}),
    ],
)
def test_nothing_is_owed_any_longer_for_a_ticket_that_came_to_nothing(clause, events, readings, end):
    under = {"plan": "platinum", "contract": MONITORED, "readings": readings}

    assert 1 == len(owed(imagicle(*events, **under), clause))
    assert [] == owed(imagicle(*events, fact(MONDAY_NOON, end), **under), clause)


# --- out of scope -----------------------------------------------------------------------------------------------------


@pytest.mark.clause("imagicle-care:further-conditions")
@pytest.mark.parametrize(
    "cause",
    [
        "altered product",
        "uncertified software",
        "uncertified hardware",
        "accident",
        "negligence",
        "improper use",
        "unsuitable environment",
        "other system",
    ],
)
def test_a_ticket_is_declined_for_what_the_client_did_to_the_product(cause):
    assert [] == declined("further-conditions", cause)


@pytest.mark.clause("imagicle-care:further-conditions")
@pytest.mark.parametrize("cause", [None, "old"])
def test_a_ticket_is_not_declined_so_without_a_cause_of_the_list(cause):
    assert [(2, "further-conditions")] == declined("further-conditions", cause)


@pytest.mark.clause("imagicle-care:further-conditions")
def test_declining_on_discovery_voids_what_has_not_stopped():
    decline = fact(march(4, "15:00"), "declined", clause="imagicle-care:further-conditions", cause="altered product")
    answer = imagicle(opened(MONDAY_9), fact(MONDAY_10, "responded"), decline, as_of=march(6, "10:00"))

    assert ("stopped", "met") == clock(answer, "response", "state", "verdict")
    assert ("void", "2024-03-04T14:00:00Z", 6 * 3600) == clock(
        answer, "escalation", "state", "stopped_at", "used_seconds"
    )


@pytest.mark.clause("imagicle-care:scope")
@pytest.mark.parametrize("cause", ["installation", "configuration", "customization"])
def test_a_ticket_for_professional_services_is_declined(cause):
    assert [] == declined("scope", cause)


@pytest.mark.clause("imagicle-care:scope")
def test_everyday_use_is_not_declined():
    assert [(2, "scope")] == declined("scope", "everyday use")


@pytest.mark.clause("imagicle-care:third-party-products")
def test_a_ticket_about_a_product_of_others_is_declined():
    assert [] == declined("third-party-products", "third-party product")
    assert [(2, "third-party-products")] == declined("third-party-products", "our own product")


@pytest.mark.clause("imagicle-care:third-party-products")
def test_an_own_issue_behind_a_product_of_others_waits_for_them():
    answer = imagicle(*LIABILITY, as_of=march(4, "15:00"))

    assert 7200 == clock(answer, "response", "used_seconds")
    assert [(["third-party"], "2024-03-04T09:00:00Z", "2024-03-04T13:00:00Z")] == [
        (one["waits"], one["from"], one["to"])
        for one in clock(answer, "response", "segments")
        if one["state"] == "paused"
    ]


@pytest.mark.clause("imagicle-care:hardware")
def test_a_ticket_about_defective_hardware_is_referred_with_the_suppliers_contact():
    decline = fact(MONDAY_NOON, "declined", clause="imagicle-care:hardware", cause="defective hardware")
    contact = fact(march(4, "12:10"), "notified", milestone="supplier contact", to="customer")

    assert [] == declined("hardware", "defective hardware")
    assert ["2024-03-04T11:00:00Z"] == owed(imagicle(opened(MONDAY_10), decline), "hardware")
    assert [] == owed(imagicle(opened(MONDAY_10), decline, contact), "hardware")


@pytest.mark.clause("imagicle-care:hardware")
def test_only_hardware_is_referred_to_its_supplier():
    assert [(2, "hardware")] == declined("hardware", "defective software")


def visit(plan: str, **rest: Any) -> list[tuple[int | None, str]]:
    scheduled = fact(MONDAY_NOON, "appointment_scheduled", for_=march(6, "10:00"), kind="on-site")
    return breaks(opened(MONDAY_10), scheduled, plan=plan, **rest)


@pytest.mark.clause("imagicle-care:on-site")
@pytest.mark.parametrize("plan", ["basic", "gold", "platinum"])
def test_a_visit_on_site_needs_the_option_on_every_plan(plan):
    agreed = {"options": ["on-site"]}

    assert [(2, "on-site")] == visit(plan)
    assert [(2, "on-site")] == session(plan, "on-site")
    assert [] == visit(plan, contract=agreed)
    assert [] == session(plan, "on-site", contract=agreed)


@pytest.mark.clause("imagicle-care:on-site")
def test_a_ticket_that_takes_a_visit_is_declined_only_without_the_option():
    assert [] == declined("on-site")
    assert [(2, "on-site")] == declined("on-site", contract={"options": ["on-site"]})


@pytest.mark.clause("imagicle-care:seasonal-releases")
@pytest.mark.parametrize("release", ["Spring 2024", "summer release", "Winter '24"])
def test_a_fix_comes_with_a_seasonal_release(release):
    assert [] == breaks(opened(MONDAY_9), fact(MONDAY_10, "scheduled_for_release", release=release))


@pytest.mark.clause("imagicle-care:seasonal-releases")
@pytest.mark.parametrize("fields", [{}, {"release": "hotfix 7"}])
def test_a_fix_comes_with_no_other_release(fields):
    assert [(2, "seasonal-releases")] == breaks(opened(MONDAY_9), fact(MONDAY_10, "scheduled_for_release", **fields))


@pytest.mark.clause("imagicle-care:seasonal-releases")
def test_a_release_moves_no_clock_and_the_update_is_the_clients_task():
    scheduled = fact(MONDAY_10, "scheduled_for_release", release="Spring 2024", due="2024-05-01T00:00:00+02:00")
    answer = imagicle(opened(MONDAY_9), scheduled, as_of=MONDAY_NOON)

    assert imagicle(opened(MONDAY_9), as_of=MONDAY_NOON)["clocks"] == answer["clocks"]
    assert ["2024-03-04T09:00:00Z"] == owed(answer, "seasonal-releases")
    assert [] == owed(imagicle(opened(MONDAY_9), scheduled, fact(MONDAY_NOON, "resolved")), "seasonal-releases")


@pytest.mark.clause("imagicle-care:priorities")
@pytest.mark.parametrize(
    ("category", "priority"),
    [
        ("compromised", 1),
        ("loss-of-service", 1),
        ("discontinuous", 2),
        ("reduced-service", 2),
        ("moderate-loss", 3),
        ("little-impediment", 4),
        ("question", 4),
        ("weather", None),
    ],
)
def test_the_category_of_a_ticket_proposes_its_priority(category, priority):
    assert priority == proposed("imagicle-care", category=category)


@pytest.mark.clause("imagicle-care:priorities")
def test_an_expedient_with_which_work_goes_on_proposes_p3():
    assert 3 == proposed("imagicle-care", workaround=True)


# --- who is covered ---------------------------------------------------------------------------------------------------

YEAR = fact("2023-03-20T10:00:00+01:00", "signed", plan="gold", starts="2023-04-01", until="2024-03-31")
IN_THE_GAP = opened("2024-04-15T10:00:00+02:00")


def renewed(day: str) -> dict[str, Any]:
    """Ordered on a day, at one minute to midnight in Rome."""
    return fact(f"{day}T23:59:00+02:00", "renewed", until="2025-03-31")


@pytest.mark.clause("imagicle-care:valid-contract")
def test_a_ticket_is_covered_on_the_last_day_of_the_contract_and_not_on_the_next():
    contract = {"events": [YEAR]}

    assert [] == breaks(opened("2024-03-31T23:59:59+02:00"), contract=contract)
    assert [(1, "valid-contract")] == breaks(opened("2024-04-01T00:00:00+02:00"), contract=contract)


@pytest.mark.clause("imagicle-care:valid-contract")
def test_a_ticket_about_a_product_without_a_contract_is_not_covered_and_may_be_declined():
    fax = {"products": ["fax"]}

    assert [] == breaks(opened(MONDAY_10, product="fax"), contract=fax)
    assert [(1, "valid-contract")] == breaks(opened(MONDAY_10, product="queueing"), contract=fax)
    assert [] == declined("valid-contract", "product not covered")


@pytest.mark.clause("imagicle-care:valid-contract")
def test_a_refused_report_is_on_record_and_starts_no_clock():
    refused = imagicle(fact(MONDAY_10, "refused", command="open-ticket", clause="imagicle-care:valid-contract"))

    assert {"pending"} == {one["state"] for one in refused["clocks"]}
    assert [] == broken(refused)


@pytest.mark.clause("imagicle-care:renewal")
def test_a_ticket_in_the_gap_was_not_covered_as_known_then_and_is_as_known_now():
    contract = {"events": [YEAR, renewed("2024-05-10")]}

    assert [(1, "valid-contract")] == breaks(IN_THE_GAP, contract=contract, known_at="2024-05-10T23:58:59+02:00")
    assert [] == breaks(IN_THE_GAP, contract=contract, known_at="2024-05-10T23:59:00+02:00")
    assert [] == breaks(IN_THE_GAP, contract=contract)


@pytest.mark.clause("imagicle-care:renewal")
def test_day_120_after_the_end_still_covers_the_gap_and_day_121_does_not():
    contract = {"events": [YEAR, renewed("2024-07-29")]}  # 30 days of April, 31 of May, 30 of June, 29 of July
    too_late = {"events": [YEAR, renewed("2024-07-30")]}

    assert [] == breaks(IN_THE_GAP, contract=contract)
    assert [(1, "renewal")] == breaks(IN_THE_GAP, contract=too_late)
    assert [(1, "renewal")] == breaks(opened("2024-07-29T23:59:59+02:00"), contract=too_late)
    assert [] == breaks(opened("2024-07-30T00:00:00+02:00"), contract=too_late)


@pytest.mark.clause("imagicle-care:renewal")
def test_a_contract_renewed_before_its_end_has_no_gap():
    contract = {"events": [YEAR, fact("2024-03-10T10:00:00+01:00", "renewed", until="2025-03-31")]}

    assert [] == breaks(IN_THE_GAP, contract=contract)
    assert [(1, "valid-contract")] == breaks(opened("2025-04-01T00:00:00+02:00"), contract=contract)


@pytest.mark.clause("imagicle-care:renewal")
@pytest.mark.parametrize(("ordered", "years"), [("2024-07-29", []), ("2024-07-30", [1]), ("2025-04-30", [2])])
def test_a_renewal_after_120_days_owes_an_upgrade_fee_for_each_year_begun(ordered, years):
    contract = Contract.model_validate(
        {"plan": "gold", "region": "europe", "events": [YEAR, renewed(ordered) | {"until": "2026-03-31"}]}
    )
    terms = find("imagicle-care").agreement
    fees = late_fees(contract, terms.entitlement, contract.scope(terms.default_readings), zone("Europe/Rome"))

    assert [("upgrade-fee", one) for one in years] == [(fee.fee, fee.years) for fee in fees]


@pytest.mark.clause("imagicle-care:fees")
def test_no_ticket_is_opened_while_fees_are_unpaid():
    unpaid, paid = fact(FRIDAY_10, "unpaid"), fact(MONDAY_10, "paid")

    assert [(1, "fees")] == breaks(opened(MONDAY_9), contract={"events": [unpaid, paid]})
    assert [] == breaks(opened(MONDAY_10), contract={"events": [unpaid, paid]})


@pytest.mark.clause("imagicle-care:fees")
def test_an_open_ticket_waits_while_fees_are_unpaid():
    contract = {"events": [fact(MONDAY_10, "unpaid"), fact(march(4, "14:00"), "paid")]}
    unpaid = imagicle(opened(MONDAY_9), contract=contract, as_of=march(4, "13:59"))
    paid = imagicle(opened(MONDAY_9), contract=contract, as_of=march(4, "15:00"))

    assert "waiting" == unpaid["status"]
    for name in ("notification", "response", "escalation", "resolution"):
        assert "paused" == clock(unpaid, name, "state")
        assert ("running", 7200) == clock(paid, name, "state", "used_seconds")


@pytest.mark.clause("imagicle-care:fees")
def test_a_ticket_may_be_declined_for_unpaid_fees():
    assert [] == declined("fees")


def life_or_support_ends(event: str, on: str, **fields: Any) -> dict[str, Any]:
    return fact("2024-02-01T10:00:00+01:00", event, product="fax", on=on, **fields)


@pytest.mark.clause("imagicle-care:end-of-life")
def test_a_product_is_covered_up_to_its_end_of_life():
    contract = {"events": [YEAR, life_or_support_ends("life_ended", "2024-03-04")]}

    assert [] == breaks(opened(march(4, "23:59:59"), product="fax"), contract=contract)
    assert [(1, "end-of-life")] == breaks(opened(march(5, "00:00"), product="fax"), contract=contract)
    assert [] == breaks(opened(march(5, "00:00"), product="queueing"), contract=contract)


@pytest.mark.clause("imagicle-care:end-of-life")
def test_of_contract_and_end_of_life_the_earlier_ends_the_cover():
    contract = {"events": [YEAR, life_or_support_ends("life_ended", "2024-12-31")]}
    opening = opened("2024-04-01T00:00:00+02:00", product="fax")

    assert [(1, "valid-contract")] == breaks(opening, contract=contract)


@pytest.mark.clause("imagicle-care:end-of-life")
@pytest.mark.parametrize(
    ("reading", "declared", "expected"),
    [
        ("when-declared", False, []),
        ("when-declared", True, [(1, "end-of-life")]),
        ("at-the-date", False, [(1, "end-of-life")]),
        ("at-the-date", True, [(1, "end-of-life")]),
    ],
)
def test_an_end_of_support_shortens_the_contract_when_declared_or_by_itself(reading, declared, expected):
    contract = {"events": [YEAR, life_or_support_ends("support_ended", "2024-03-04", declared=declared)]}
    opening = opened(march(5, "10:00"), product="fax")

    assert expected == breaks(opening, contract=contract, readings=read("end-of-life/end-of-support", reading))


@pytest.mark.clause("imagicle-care:end-of-life")
def test_a_ticket_about_a_product_past_its_end_of_life_may_be_declined():
    assert [] == declined("end-of-life", "end of life")


FAX_UNTIL_4_MARCH = fact("2023-04-01T10:00:00+02:00", "product_covered", product="fax", until="2024-03-04")
MODULE = fact("2023-09-01T10:00:00+02:00", "product_covered", product="fax-load-balancing", base="fax")


@pytest.mark.clause("imagicle-care:co-termination")
def test_a_module_is_covered_as_long_as_its_base_product():
    contract = {"events": [YEAR, FAX_UNTIL_4_MARCH, MODULE]}

    assert [] == breaks(opened(march(4, "23:59:59"), product="fax-load-balancing"), contract=contract)
    assert [(1, "co-termination")] == breaks(opened(march(5, "00:00"), product="fax-load-balancing"), contract=contract)


@pytest.mark.clause("imagicle-care:co-termination")
def test_a_module_is_not_covered_longer_than_its_base_product_whatever_its_own_date():
    longer = MODULE | {"until": "2024-12-31"}
    contract = {"events": [YEAR, FAX_UNTIL_4_MARCH, longer]}

    assert [(1, "co-termination")] == breaks(opened(march(5, "00:00"), product="fax-load-balancing"), contract=contract)
    assert [] == declined("co-termination")


@pytest.mark.clause("imagicle-care:basic-first-year")
def test_basic_comes_with_a_product_for_12_months_from_its_registration():
    registered = fact("2023-03-10T10:00:00+01:00", "product_covered", product="fax", registered_on="2023-03-05")
    contract = {"events": [registered]}

    assert [] == breaks(opened(march(4, "23:59:59"), product="fax"), plan="basic", contract=contract)
    assert [(1, "basic-first-year")] == breaks(
        opened(march(5, "00:00"), product="fax"), plan="basic", contract=contract
    )


@pytest.mark.clause("imagicle-care:basic-first-year")
def test_an_order_of_basic_without_an_end_lasts_12_months():
    order = fact("2023-02-01T10:00:00+01:00", "signed", plan="basic", starts="2023-03-05")

    assert [] == breaks(opened(march(4, "10:00")), plan="basic", contract={"events": [order]})
    assert [(1, "basic-first-year")] == breaks(opened(march(5, "10:00")), plan="basic", contract={"events": [order]})


@pytest.mark.clause("imagicle-care:service-duration")
@pytest.mark.parametrize(
    ("subscription", "dates", "covered_on_the_4th"),
    [
        (False, {"starts": "2024-03-05", "registered_on": "2024-03-01"}, False),
        (False, {"starts": "2024-03-01", "registered_on": "2024-03-05"}, True),
        (False, {"registered_on": "2024-03-05"}, False),
        (False, {"registered_on": "2024-03-04"}, True),
        (True, {"effective_on": "2024-03-05", "executed_on": "2024-03-01"}, False),
        (True, {"effective_on": "2024-03-04", "executed_on": "2024-03-05"}, True),
        (True, {"executed_on": "2024-03-05"}, False),
        (True, {"executed_on": "2024-03-04", "registered_on": "2024-03-05"}, True),
        (True, {"effective_on": "2024-03-05", "registered_on": "2024-03-01"}, False),
    ],
)
def test_cover_starts_on_the_ordered_date_else_at_registration_and_a_subscription_with_its_order(
    subscription, dates, covered_on_the_4th
):
    order = fact("2024-02-01T10:00:00+01:00", "signed", plan="gold", until="2025-03-31", subscription=subscription)
    contract = {"events": [order | dates]}

    assert ([] if covered_on_the_4th else [(1, "service-duration")]) == breaks(opened(MONDAY_10), contract=contract)
    assert [] == breaks(opened(march(5, "00:00")), contract=contract)


def covered(at: str, *events: dict[str, Any], plan: str = "gold", product: str | None = None) -> Cover:
    contract = Contract.model_validate({"plan": plan, "region": "europe", "events": events})
    terms = find("imagicle-care").agreement
    scope, rome = contract.scope(terms.default_readings), zone("Europe/Rome")
    return cover(contract, terms.entitlement, scope, rome, at=micros(datetime.fromisoformat(at)), product=product)


@pytest.mark.clause("imagicle-care:renewal")
def test_cover_after_a_late_renewal_names_its_assumptions():
    in_the_gap = covered("2024-04-15T10:00:00+02:00", YEAR, renewed("2024-05-10"))

    assert {"imagicle-care:renewal/whole-days", "imagicle-care:renewal/fee-years"} == in_the_gap.assumes


@pytest.mark.clause("imagicle-care:basic-first-year")
def test_the_first_year_names_its_assumption():
    registered = fact("2023-03-10T10:00:00+01:00", "product_covered", product="fax", registered_on="2023-03-05")

    assert {"imagicle-care:basic-first-year/start"} == covered(
        MONDAY_9, registered, plan="basic", product="fax"
    ).assumes


@pytest.mark.clause("imagicle-care:service-duration")
def test_an_order_without_any_date_is_assumed_to_start_when_it_was_signed():
    silent = fact(MONDAY_9, "signed", plan="gold", until="2025-03-31")

    assert covered(MONDAY_9, silent).covered
    assert not covered(march(4, "08:59:59"), silent).covered
    assert {"imagicle-care:service-duration/silent"} == covered(MONDAY_9, silent).assumes


@pytest.mark.clause("imagicle-care:end-of-life")
def test_an_end_of_life_names_the_assumption_that_its_date_is_the_last_day():
    ended = covered(march(5, "00:00"), YEAR, life_or_support_ends("life_ended", "2024-03-04"), product="fax")

    assert (False, {"imagicle-care:end-of-life/last-day"}) == (ended.covered, set(ended.assumes))
