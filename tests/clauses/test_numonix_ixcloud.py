"""Tickets under the IXCloud SaaS Support Policies, clause by clause.

An instant without a day is one of Tuesday, 5 March 2024. All are UTC; New York is 5 hours behind, from 10 March on 4.
"""

import json
import tomllib
from typing import Any

import pytest

from domain.answer import Answer
from domain.contract.facts import Contract
from domain.instants import micros
from domain.terms.library import agreement_text
from domain.ticket.events import Waiting
from tests.clauses.cases import broken, clock, fact, judged, proposed

ID = "numonix-ixcloud"


def at(time: str) -> str:
    """`10:00`, `10:00:01` or `2024-03-08 10:00` as the answer writes it."""
    day, _, hour = time.rpartition(" ")
    return f"{day or '2024-03-05'}T{hour}{':00' if hour.count(':') == 1 else ''}Z"


def on(time: str, event: str, **fields: Any) -> dict[str, Any]:
    return fact(at(time), event, **fields)


def opened(time: str = "10:00", **fields: Any) -> dict[str, Any]:
    return on(time, "opened", **{"severity": 1, "by": "technical-contact", **fields})


def ticket(*events: dict[str, Any], as_of: str | None = None, **rest: Any) -> Answer:
    return judged(ID, "saas", "", *events, as_of=at(as_of) if as_of else None, **rest)


def reading(clause: str, option: str) -> dict[str, Any]:
    return {"readings": {f"{ID}:{clause}": option}}


def owes(of: Answer) -> list[tuple[str, list[str]]]:
    """Clause and debtor of each duty."""
    return [(one["clause"], one["by"]) for one in of["owed"]]


def breaks(clause: str, *numbers: int) -> list[tuple[int | None, str]]:
    return [(number, f"{ID}:{clause}") for number in numbers]


# --- who is covered, and who may report -------------------------------------------------------------------------------


@pytest.mark.clause("numonix-ixcloud:support-period")
def test_a_ticket_is_for_the_service_named_in_the_order():
    order = {"products": ["ixcloud"]}

    assert [] == broken(ticket(opened(product="ixcloud"), contract=order))
    assert set(breaks("support-period", 1)) == set(broken(ticket(opened(product="phone-system"), contract=order)))


@pytest.mark.clause("numonix-ixcloud:support-period")
@pytest.mark.parametrize(
    ("opening", "irregular"),
    [
        ("2024-01-15 04:59:59", True),  # midnight in New York is 05:00
        ("2024-01-15 05:00", False),
        ("2025-01-15 04:59:59", False),
        ("2025-01-15 05:00", True),
    ],
)
def test_a_ticket_is_covered_from_the_effective_date_of_the_order_to_its_expiry(opening: str, irregular: bool):
    signed = fact(at("2023-12-20 12:00"), "signed", effective_on="2024-01-15", until="2025-01-14")

    of = ticket(opened(opening), contract={"events": [signed]})

    assert breaks("support-period", *[1] * irregular) == broken(of)
    assert "open" == clock(of, "response", "verdict")  # judged all the same


@pytest.mark.clause("numonix-ixcloud:support-period")
def test_a_ticket_opened_after_the_termination_of_the_order_is_not_covered():
    ended = {
        "events": [fact(at("2024-01-01 12:00"), "signed"), fact(at("2024-02-01 12:00"), "ended", until="2024-02-29")]
    }

    assert [] == broken(ticket(opened("2024-02-29 20:00"), contract=ended))
    assert breaks("support-period", 1) == broken(ticket(opened(), contract=ended))


@pytest.mark.clause("numonix-ixcloud:support-period")
def test_a_ticket_may_be_declined_for_another_service_than_the_order_names():
    declined = on("10:30", "declined", clause=f"{ID}:support-period", by="agent")

    assert [] == broken(ticket(opened(), declined))


@pytest.mark.clause("numonix-ixcloud:technical-contacts")
@pytest.mark.parametrize("role", ["customer", "administrator", "partner", "primary-contact"])
def test_of_the_customers_people_a_technical_contact_opens_a_ticket_and_no_other_role(role: str):
    assert [] == broken(ticket(opened(channel="web")))
    assert breaks("technical-contacts", 1) == broken(ticket(opened(by=role)))


END_USER: dict[str, Any] = {
    "by": "end-user",
    "category": "recording",
    "channel": "phone",
    "fields": {"first_line": "restarted it"},
}


@pytest.mark.clause("numonix-ixcloud:technical-contacts")
@pytest.mark.parametrize("category", ["platform", "recording"])
def test_an_end_user_may_call_about_what_the_first_line_could_not_solve(category: str):
    assert [] == broken(ticket(opened(**{**END_USER, "category": category})))


@pytest.mark.clause("numonix-ixcloud:technical-contacts")
@pytest.mark.parametrize("change", [{"category": "billing"}, {"channel": "web"}, {"fields": {}}])
def test_an_end_user_may_not_open_any_other_ticket(change: dict[str, Any]):
    assert breaks("technical-contacts", 1) == broken(ticket(opened(**{**END_USER, **change})))


@pytest.mark.clause("numonix-ixcloud:technical-contacts")
def test_read_as_through_contacts_an_end_user_opens_no_ticket():
    through_contacts = reading("technical-contacts/end-users", "through-contacts")

    assert breaks("technical-contacts", 1) == broken(ticket(opened(**END_USER), **through_contacts))
    assert [] == broken(ticket(opened(), **through_contacts))


@pytest.mark.clause("numonix-ixcloud:technical-contacts")
def test_a_ticket_may_be_referred_to_the_technical_contacts():
    declined = on("10:30", "declined", clause=f"{ID}:technical-contacts", by="agent")

    assert [] == broken(ticket(opened(**END_USER), declined))


@pytest.mark.clause("numonix-ixcloud:technical-contacts")
def test_the_role_of_a_technical_contact_passes_on_when_the_transfer_is_notified():
    contract = Contract.model_validate(
        {
            "plan": "saas",
            "people": [{"id": "ada", "role": "technical-contact"}],
            "events": [
                fact(at("10:00"), "contact_removed", id="ada", role="technical-contact"),
                fact(at("10:00"), "contact_named", id="ben", role="technical-contact"),
            ],
        }
    )

    def contacts(time: str) -> list[str]:
        moment = Waiting.model_validate({"on": "contact", "effective_at": at(time)}).effective_at
        return [person.id for person in contract.people_at(micros(moment))]

    assert ["ada"] == contacts("09:59:59")
    assert ["ben"] == contacts("10:00")


@pytest.mark.clause("numonix-ixcloud:lines")
@pytest.mark.parametrize("cause", ["login", "permission", "user question", "first line not done"])
def test_a_ticket_for_the_first_line_is_referred_to_it_and_its_clocks_are_void(cause: str):
    of = ticket(opened(), on("10:30", "declined", clause=f"{ID}:lines", cause=cause, by="agent"))

    assert [] == broken(of)
    assert "declined" == of["status"]
    assert ("void", "none", at("10:30")) == clock(of, "response", "state", "verdict", "stopped_at")
    assert ("void", "none", None) == clock(of, "update", "state", "verdict", "stopped_at")


@pytest.mark.clause("numonix-ixcloud:lines")
def test_a_ticket_is_not_declined_to_the_first_line_for_another_cause():
    declined = on("10:30", "declined", clause=f"{ID}:lines", cause="recordings lost", by="agent")

    assert breaks("lines", 2) == broken(ticket(opened(), declined))


@pytest.mark.clause("numonix-ixcloud:lines")
def test_a_ticket_is_resolved_by_reasonable_efforts_without_a_limit_and_waits_for_the_customer():
    of = ticket(
        opened(),
        on("11:00", "waiting", on="customer"),
        on("13:00", "wait_ended", on="customer"),
        on("2024-03-25 10:00", "resolved"),
    )

    assert ("none", None, (20 * 24 - 2) * 3600) == clock(
        of, "resolution", "verdict", "allowance_seconds", "used_seconds"
    )
    assert f"{ID}:lines/customer" in clock(of, "resolution", "assumptions")


@pytest.mark.clause("numonix-ixcloud:lines")
def test_a_reopened_ticket_resumes_with_the_time_its_resolution_had_used():
    of = ticket(opened(), on("12:00", "resolved"), on("15:00", "reopened"), as_of="15:30")

    assert ("running", 2 * 3600 + 1800) == clock(of, "resolution", "state", "used_seconds")
    assert ("stopped", at("12:00")) == clock(of, "response", "state", "stopped_at")  # it never runs twice
    assert f"{ID}:lines/reopening" in clock(of, "resolution", "assumptions")


# --- response ---------------------------------------------------------------------------------------------------------


@pytest.mark.clause("numonix-ixcloud:response")
@pytest.mark.parametrize(("severity", "limit"), [(1, "2024-03-10 07:30"), (2, "2024-03-10 08:30")])
def test_an_answer_within_1_or_2_hours_is_on_time_and_a_second_later_it_is_late(severity: int, limit: str):
    sunday_night = opened(
        "2024-03-10 06:30", severity=severity
    )  # 01:30 in New York, half an hour before the clocks jump

    in_time = ticket(sunday_night, on(limit, "responded"))
    late = ticket(sunday_night, on(f"{limit}:01", "responded"))

    assert ("met", at(limit), severity * 3600) == clock(in_time, "response", "verdict", "due_at", "used_seconds")
    assert ("breached", at(limit)) == clock(late, "response", "verdict", "breached_at")
    assert f"{ID}:response" == clock(in_time, "response", "clause")


@pytest.mark.clause("numonix-ixcloud:response")
def test_the_3_days_of_severity_3_end_at_the_same_local_time_and_read_as_business_days_with_the_third_of_them():
    friday = opened("2024-03-08 15:00", severity=3)  # 10:00 in New York, where the clocks go forward on Sunday
    in_between = on("2024-03-11 14:00:01", "responded")
    last_second = on("2024-03-13 21:00", "responded")  # Wednesday, 17:00 in New York
    business_days = reading("response/3-days", "business-days")

    calendar = ticket(friday, in_between)
    business = ticket(friday, last_second, **business_days)

    assert ("breached", at("2024-03-11 14:00"), 71 * 3600) == clock(
        calendar, "response", "verdict", "due_at", "allowance_seconds"
    )
    assert [f"{ID}:response/zone"] == [one for one in clock(calendar, "response", "assumptions") if "zone" in one]
    assert ("met", at("2024-03-13 21:00"), 31 * 3600) == clock(
        business, "response", "verdict", "due_at", "allowance_seconds"
    )
    assert f"{ID}:business-hours-service/hours" in clock(business, "response", "assumptions")
    assert "met" == clock(ticket(friday, in_between, **business_days), "response", "verdict")
    assert "breached" == clock(
        ticket(friday, on("2024-03-14 13:00:01", "responded"), **business_days), "response", "verdict"
    )
    assert clock(calendar, "response", "depends_on_reading")


@pytest.mark.clause("numonix-ixcloud:response")
def test_the_response_warns_at_50_75_and_90_percent_of_its_hour():
    warnings = clock(ticket(opened(), as_of="10:50"), "response", "warnings")

    assert [(50, at("10:30")), (75, at("10:45")), (90, at("10:54"))] == [
        (one["percent"], one["due_at"]) for one in warnings
    ]
    assert [at("10:30"), at("10:45"), None] == [one["reached_at"] for one in warnings]


@pytest.mark.clause("numonix-ixcloud:response")
def test_a_ticket_of_severity_4_has_no_figure_for_its_response():
    of = ticket(opened(severity=4), on("2024-03-25 10:00", "responded"))

    assert ("none", None, 20 * 86400) == clock(of, "response", "verdict", "allowance_seconds", "used_seconds")


@pytest.mark.clause("numonix-ixcloud:response")
@pytest.mark.parametrize(("option", "verdict", "due"), [("obligation", "breached", "11:00"), ("goal", "none", None)])
def test_a_late_answer_misses_an_obligation_but_no_goal(option: str, verdict: str, due: str | None):
    of = ticket(opened(), on("11:30", "responded"), **reading("response/goal", option))

    assert (verdict, at(due) if due else None, 5400) == clock(of, "response", "verdict", "due_at", "used_seconds")
    assert clock(of, "response", "depends_on_reading")


@pytest.mark.clause("numonix-ixcloud:response")
@pytest.mark.parametrize(
    ("option", "start", "verdict"), [("submission", "10:00", "breached"), ("acceptance", "10:30", "met")]
)
def test_the_hour_runs_from_the_submission_or_read_otherwise_from_the_acceptance(option: str, start: str, verdict: str):
    accepted = on("10:30", "accepted", severity=1, agreed_by="technical-contact", by="agent")

    of = ticket(opened(), accepted, on("11:30", "responded"), **reading("response/start", option))

    assert (at(start), verdict) == clock(of, "response", "started_at", "verdict")
    assert [] == broken(of)


@pytest.mark.clause("numonix-ixcloud:response")
def test_read_as_from_the_acceptance_an_answer_before_it_costs_no_time_and_nothing_runs_without_one():
    acceptance = reading("response/start", "acceptance")
    accepted = on("12:00", "accepted", severity=1, by="agent")

    waiting = ticket(opened(), as_of="15:00", **acceptance)
    answered = ticket(opened(), on("10:30", "responded"), accepted, **acceptance)

    assert ("pending", "none", 0) == clock(waiting, "response", "state", "verdict", "used_seconds")
    assert ("met", at("12:00"), at("12:00"), 0) == clock(
        answered, "response", "verdict", "started_at", "stopped_at", "used_seconds"
    )


ENGINEER = reading("response/stop", "engineer-and-work")


@pytest.mark.clause("numonix-ixcloud:response")
@pytest.mark.parametrize(
    ("option", "verdict", "stop"),
    [("first-response", "met", "10:20"), ("engineer-and-work", "breached", "11:00:01")],
)
def test_the_first_answer_ends_the_response_or_read_otherwise_the_engineer_at_work(
    option: str, verdict: str, stop: str
):
    of = ticket(
        opened(),
        on("10:20", "responded"),
        on("10:40", "assigned", to="kim"),
        on("11:00:01", "work_started"),
        **reading("response/stop", option),
    )

    assert (verdict, at(stop)) == clock(of, "response", "verdict", "stopped_at")
    assert clock(of, "response", "depends_on_reading")


@pytest.mark.clause("numonix-ixcloud:response")
@pytest.mark.parametrize("events", [("assigned", "work_started"), ("work_started", "assigned")])
def test_read_as_engineer_and_work_the_later_of_the_two_ends_the_response(events: tuple[str, str]):
    first, second = events

    of = ticket(opened(), on("10:20", first), on("11:00", second), as_of="12:00", **ENGINEER)

    assert ("met", at("11:00")) == clock(of, "response", "verdict", "stopped_at")


@pytest.mark.clause("numonix-ixcloud:response")
def test_read_as_engineer_and_work_one_of_the_two_alone_ends_nothing():
    assert "open" == clock(ticket(opened(), on("10:20", "assigned"), as_of="10:50", **ENGINEER), "response", "verdict")
    assert "open" == clock(
        ticket(opened(), on("10:20", "work_started"), as_of="10:50", **ENGINEER), "response", "verdict"
    )


@pytest.mark.clause("numonix-ixcloud:response")
def test_read_as_engineer_and_work_an_answer_still_ends_the_response_of_severity_3():
    of = ticket(opened(severity=3), on("10:20", "responded"), **ENGINEER)

    assert ("met", at("10:20")) == clock(of, "response", "verdict", "stopped_at")


@pytest.mark.clause("numonix-ixcloud:response")
def test_read_as_engineer_and_work_a_lowered_ticket_that_was_answered_has_had_its_response():
    of = ticket(
        opened(),
        on("10:20", "responded"),
        on("10:40", "severity_changed", severity=3, cause="fewer users affected", by="agent"),
        as_of="12:00",
        **ENGINEER,
    )

    assert ("met", at("10:40"), 2400) == clock(of, "response", "verdict", "stopped_at", "used_seconds")


@pytest.mark.clause("numonix-ixcloud:response")
def test_read_as_engineer_and_work_lowering_a_late_ticket_does_not_undo_the_breach():
    of = ticket(
        opened(),
        on("10:20", "responded"),
        on("11:30", "severity_changed", severity=3, cause="fewer users affected", by="agent"),
        as_of="12:00",
        **ENGINEER,
    )

    assert ("breached", at("11:00"), at("11:30")) == clock(of, "response", "verdict", "breached_at", "stopped_at")


@pytest.mark.clause("numonix-ixcloud:response")
def test_read_as_engineer_and_work_a_raised_ticket_on_which_an_engineer_works_has_had_its_response():
    of = ticket(
        opened(severity=3),
        on("10:10", "assigned", to="kim"),
        on("10:20", "work_started"),
        on("10:50", "severity_changed", severity=1, cause="outage", by="agent"),
        as_of="12:00",
        **ENGINEER,
    )

    assert ("met", at("10:50"), 3000) == clock(of, "response", "verdict", "stopped_at", "used_seconds")


@pytest.mark.clause("numonix-ixcloud:response")
def test_read_as_engineer_and_work_an_engineer_assigned_before_the_ticket_was_raised_counts_once_work_begins():
    of = ticket(
        opened(severity=3),
        on("10:10", "assigned", to="kim"),
        on("10:30", "severity_changed", severity=1, cause="outage", by="agent"),
        on("11:00:01", "work_started"),
        **ENGINEER,
    )

    assert ("breached", at("11:00"), at("11:00:01")) == clock(of, "response", "verdict", "breached_at", "stopped_at")


@pytest.mark.clause("numonix-ixcloud:response")
@pytest.mark.parametrize("ending", ["resolved", "closed"])
def test_a_resolution_or_closing_also_ends_an_unanswered_response(ending: str):
    of = ticket(opened(), on("10:45", ending))

    assert ("met", at("10:45")) == clock(of, "response", "verdict", "stopped_at")
    assert f"{ID}:response/resolved" in clock(of, "response", "assumptions")


@pytest.mark.clause("numonix-ixcloud:response")
@pytest.mark.parametrize("reason", ["customer", "third-party", "access", "contact"])
def test_no_wait_holds_up_the_response(reason: str):
    of = ticket(opened(), on("10:10", "waiting", on=reason), as_of="11:00:01")

    assert ("running", "breached", at("11:00")) == clock(of, "response", "state", "verdict", "breached_at")


# --- work and reports -------------------------------------------------------------------------------------------------


@pytest.mark.clause("numonix-ixcloud:severity-1-work")
@pytest.mark.parametrize("severity", [1, 2, 3, 4])
def test_a_ticket_of_any_severity_waits_while_no_contact_can_be_reached(severity: int):
    of = ticket(
        opened(severity=severity),
        on("10:30", "responded"),
        on("11:00", "waiting", on="contact"),
        on("13:00", "wait_ended", on="contact"),
        as_of="14:00",
    )

    assert 2 * 3600 == clock(of, "resolution", "used_seconds")
    assert 90 * 60 == clock(of, "update", "used_seconds")
    assert f"{ID}:severity-1-work/contact" in clock(of, "resolution", "assumptions")


@pytest.mark.clause("numonix-ixcloud:severity-1-work")
def test_work_on_severity_1_stops_only_for_want_of_useful_progress_or_of_a_contact():
    suspended = on("12:00", "work_suspended", by="agent")
    no_progress = on("12:00", "work_suspended", reason="no useful progress", by="agent")
    no_contact = on("11:00", "waiting", on="contact")

    assert breaks("severity-1-work", 2) == broken(ticket(opened(), suspended))
    assert breaks("severity-1-work", 2) == broken(
        ticket(opened(), on("12:00", "work_suspended", reason="shift ended", by="agent"))
    )
    assert [] == broken(ticket(opened(), no_progress))
    assert [] == broken(ticket(opened(), no_contact, suspended))
    assert [] == broken(ticket(opened(severity=2), suspended))


@pytest.mark.clause("numonix-ixcloud:severity-1-work")
def test_the_customer_owes_a_contact_to_a_ticket_of_severity_1_that_waits_for_one():
    at_hand = [on("10:00", "assigned", to="kim"), on("10:00", "work_started")]
    waiting = on("11:00", "waiting", on="contact")

    assert [(f"{ID}:severity-1-work", ["customer-side"])] == owes(ticket(opened(), *at_hand, waiting))
    assert [] == owes(ticket(opened(), *at_hand, waiting, on("12:00", "wait_ended", on="contact")))
    assert [] == owes(ticket(opened(severity=2), *at_hand, waiting))


@pytest.mark.clause("numonix-ixcloud:severity-1-work")
def test_the_customer_owes_a_contact_to_a_ticket_raised_to_severity_1_while_it_waits_for_one():
    at_hand = [on("10:00", "assigned", to="kim"), on("10:00", "work_started")]
    raised = on("12:00", "severity_changed", severity=1, by="agent")

    of = ticket(opened(severity=2), *at_hand, on("11:00", "waiting", on="contact"), raised)

    assert [(f"{ID}:severity-1-work", ["customer-side"])] == owes(of)


@pytest.mark.clause("numonix-ixcloud:updates")
@pytest.mark.parametrize(("severity", "due"), [(1, "14:30"), (2, "18:30")])
def test_a_report_is_due_4_hours_after_the_answer_at_severity_1_and_8_at_severity_2(severity: int, due: str):
    answered = [opened(severity=severity), on("10:30", "responded")]

    in_time = ticket(*answered, on(due, "update_sent"))
    late = ticket(*answered, on(f"{due}:01", "update_sent"))

    assert ("met", at("10:30"), at(due)) == clock(in_time, "update", "verdict", "started_at", "due_at")
    assert ("breached", at(due)) == clock(late, "update", "verdict", "breached_at")
    assert f"{ID}:updates/interval" in clock(late, "update", "assumptions")
    assert [] == broken(late)


@pytest.mark.clause("numonix-ixcloud:updates")
def test_each_report_begins_the_time_to_the_next_until_the_resolution():
    of = ticket(
        opened(),
        on("10:30", "responded"),
        on("12:00", "update_sent"),
        on("16:00:01", "update_sent"),
        on("17:00:01", "resolved"),
    )

    assert ("met", 5400) == clock(of, "update", "verdict", "used_seconds")
    assert ("breached", at("16:00"), 4 * 3600 + 1) == clock(
        of, "update", "verdict", "breached_at", "used_seconds", cycle=2
    )
    assert ("void", "none", at("17:00:01"), 3600) == clock(
        of, "update", "state", "verdict", "stopped_at", "used_seconds", cycle=3
    )
    assert [1, 2, 3] == [one["cycle"] for one in of["clocks"] if one["clock"] == "update"]


@pytest.mark.clause("numonix-ixcloud:updates")
@pytest.mark.parametrize("severity", [3, 4])
def test_tickets_of_severities_3_and_4_are_reported_on_without_a_limit(severity: int):
    of = ticket(opened(severity=severity), on("10:30", "responded"), as_of="2024-03-25 10:30")

    assert ("none", None) == clock(of, "update", "verdict", "allowance_seconds")


@pytest.mark.clause("numonix-ixcloud:updates")
def test_no_report_is_due_while_the_customer_has_to_act():
    of = ticket(
        opened(),
        on("10:30", "responded"),
        on("11:00", "waiting", on="customer"),
        on("13:00", "wait_ended", on="customer"),
        as_of="14:00",
    )

    assert (at("16:30"), 5400) == clock(of, "update", "due_at", "used_seconds")


@pytest.mark.clause("numonix-ixcloud:updates")
def test_the_time_since_the_last_report_is_carried_to_another_severity():
    lowered = on("12:30", "severity_changed", severity=2, cause="partly back", by="agent")

    of = ticket(opened(), on("10:30", "responded"), lowered, as_of="13:00")

    assert (at("18:30"), 2 * 3600 + 1800) == clock(of, "update", "due_at", "used_seconds")
    assert f"{ID}:severity-definitions/carry" in clock(of, "update", "assumptions")


@pytest.mark.clause("numonix-ixcloud:updates")
def test_a_reopened_ticket_owes_reports_anew():
    of = ticket(opened(), on("10:30", "responded"), on("12:00", "resolved"), on("13:00", "reopened"), as_of="13:30")

    assert ("void", 5400) == clock(of, "update", "state", "used_seconds")
    assert (at("13:00"), at("17:00")) == clock(of, "update", "started_at", "due_at", cycle=2)


@pytest.mark.clause("numonix-ixcloud:updates")
def test_a_ticket_reopened_after_a_resolution_without_an_answer_owes_reports_from_then_on():
    of = ticket(opened(), on("10:30", "resolved"), on("11:00", "reopened"), on("11:10", "responded"), as_of="12:00")

    assert ("running", at("11:00"), at("15:00")) == clock(of, "update", "state", "started_at", "due_at")


@pytest.mark.clause("numonix-ixcloud:updates")
def test_a_report_before_the_answer_or_after_the_resolution_counts_for_nothing():
    before = ticket(opened(), on("10:10", "update_sent"), as_of="10:20")
    after = ticket(opened(), on("10:10", "responded"), on("10:20", "resolved"), on("10:30", "update_sent"))

    assert "pending" == clock(before, "update", "state")
    assert ("void", at("10:20")) == clock(after, "update", "state", "stopped_at")
    assert [1] == [one["cycle"] for one in after["clocks"] if one["clock"] == "update"]


@pytest.mark.clause("numonix-ixcloud:updates")
def test_at_severities_1_and_2_an_engineer_and_the_beginning_of_work_are_owed():
    both = [(f"{ID}:updates", ["vendor-side"])] * 2
    raised = on("11:00", "severity_changed", severity=2, cause="worse", by="agent")

    assert both == owes(ticket(opened()))
    assert both == owes(ticket(opened(severity=2)))
    assert both[:1] == owes(ticket(opened(), on("10:10", "assigned", to="kim")))
    assert [] == owes(ticket(opened(), on("10:10", "assigned", to="kim"), on("10:20", "work_started")))
    assert [] == owes(ticket(opened(severity=3)))
    assert both == owes(ticket(opened(severity=3), raised))
    assert [] == owes(ticket(opened(), on("11:00", "resolved")))


@pytest.mark.clause("numonix-ixcloud:severity-3-release")
def test_a_ticket_of_severity_3_put_into_a_release_keeps_its_clocks_and_may_be_closed():
    scheduled = on("12:00", "scheduled_for_release", release="5.2", due=at("2024-04-01 12:00"), by="agent")
    events = [opened(severity=3), on("11:00", "responded")]

    without = ticket(*events, as_of="13:00")
    scheduled_only = ticket(*events, scheduled, as_of="13:00")
    closed = ticket(*events, scheduled, on("13:00", "closed", by="agent"))

    for name in ("response", "update", "resolution"):
        assert clock(without, name, "verdict", "due_at", "used_seconds") == clock(
            scheduled_only, name, "verdict", "due_at", "used_seconds"
        )
    assert [] == broken(closed)
    assert "closed" == closed["status"]


# --- severity ---------------------------------------------------------------------------------------------------------


@pytest.mark.clause("numonix-ixcloud:initial-severity")
@pytest.mark.parametrize(
    ("option", "severity", "verdict", "irregular"),
    [("vendor-records", 3, "met", []), ("needs-both", 1, "breached", breaks("initial-severity", 2))],
)
def test_the_vendor_alone_records_the_severity_or_read_otherwise_not_without_the_customer(
    option: str, severity: int, verdict: str, irregular: list[tuple[int | None, str]]
):
    accepted = on("10:10", "accepted", severity=3, agreed_by="agent", by="agent")

    of = ticket(opened(), accepted, on("11:00:01", "responded"), **reading("initial-severity/disagreement", option))

    assert severity == of["severity"]
    assert verdict == clock(of, "response", "verdict")
    assert clock(of, "response", "depends_on_reading")
    assert irregular == broken(of)


@pytest.mark.clause("numonix-ixcloud:initial-severity")
@pytest.mark.parametrize("option", ["vendor-records", "needs-both"])
def test_a_severity_that_both_sides_agreed_on_holds_however_it_is_read(option: str):
    accepted = on("10:10", "accepted", severity=3, agreed_by=["technical-contact", "agent"], by="agent")

    of = ticket(opened(), accepted, on("11:00:01", "responded"), **reading("initial-severity/disagreement", option))

    assert (3, "met", []) == (of["severity"], clock(of, "response", "verdict"), broken(of))


@pytest.mark.clause("numonix-ixcloud:initial-severity")
def test_a_ticket_is_accepted_by_the_vendor_and_at_a_severity():
    by_customer = on("10:10", "accepted", severity=1, by="technical-contact")
    without = on("10:10", "accepted", by="agent")

    assert breaks("initial-severity", 2) == broken(ticket(opened(), by_customer))
    assert breaks("initial-severity", 2) == broken(ticket(opened(), without))


@pytest.mark.clause("numonix-ixcloud:downgrade")
def test_a_lower_severity_needs_a_reason_and_carries_the_time_used():
    lowered = on("11:30", "severity_changed", severity=2, cause="restricted operation is possible", by="agent")

    of = ticket(opened(), on("10:30", "responded"), lowered, as_of="12:00")
    response = ticket(opened(severity=2), on("10:30", "severity_changed", severity=3, cause="better", by="agent"))

    assert [] == broken(of)
    assert breaks("downgrade", 2) == broken(ticket(opened(), on("11:30", "severity_changed", severity=2, by="agent")))
    assert (at("2024-03-08 10:00"), 1800) == clock(response, "response", "due_at", "used_seconds")


@pytest.mark.clause("numonix-ixcloud:upgrade")
def test_a_customer_who_asks_for_a_higher_severity_shows_the_increased_impact():
    asked = {"severity": 1, "by": "technical-contact"}

    assert breaks("upgrade", 2) == broken(ticket(opened(severity=3), on("11:00", "severity_changed", **asked)))
    assert [] == broken(ticket(opened(severity=3), on("11:00", "severity_changed", evidence="all calls lost", **asked)))


@pytest.mark.clause("numonix-ixcloud:upgrade")
def test_the_vendor_raises_a_severity_of_its_own_accord_but_not_for_a_customer_without_evidence():
    raised = {"severity": 1, "by": "agent"}

    assert [] == broken(ticket(opened(severity=3), on("11:00", "severity_changed", **raised)))
    assert breaks("upgrade", 2) == broken(
        ticket(opened(severity=3), on("11:00", "severity_changed", requested_by="technical-contact", **raised))
    )


@pytest.mark.clause("numonix-ixcloud:upgrade")
def test_a_raised_severity_takes_the_time_used_along():
    raised = on("11:30", "severity_changed", severity=1, by="agent")

    of = ticket(opened(severity=2), raised, as_of="11:30")

    assert ("breached", at("11:30")) == clock(of, "response", "verdict", "breached_at")


@pytest.mark.clause("numonix-ixcloud:misassignment")
def test_a_miss_that_came_of_a_misassigned_severity_is_judged_anew_and_the_earlier_verdict_stays_on_view():
    ruled = on(
        "2024-03-07 09:00",
        "ruled",
        why="one user of two hundred was affected",
        severity=3,
        misassigned_by="technical-contact",
        by="service-manager",
    )
    events = [opened(), on("12:00", "responded"), ruled]

    before = ticket(*events, as_of="12:00", known_at=at("2024-03-07 08:59:59"))
    after = ticket(*events, as_of="12:00", known_at=at("2024-03-07 09:00"))

    assert (1, "breached", at("11:00")) == (before["severity"], *clock(before, "response", "verdict", "breached_at"))
    assert (3, "met", None) == (after["severity"], *clock(after, "response", "verdict", "breached_at"))


@pytest.mark.clause("numonix-ixcloud:misassignment")
def test_a_severity_misassigned_from_an_instant_on_is_judged_rightly_from_there():
    raised = on("10:30", "severity_changed", severity=1, evidence="claimed outage", by="technical-contact")
    ruled = on(
        "2024-03-07 09:00",
        "ruled",
        why="there was no outage",
        severity=2,
        since=at("10:30"),
        misassigned_by="technical-contact",
        by="service-manager",
    )
    events = [opened(severity=2), raised, on("12:00", "responded"), ruled]

    before = ticket(*events, known_at=at("2024-03-06 09:00"))
    after = ticket(*events)

    assert ("breached", at("11:00")) == clock(before, "response", "verdict", "breached_at")
    assert ("met", 2 * 3600) == clock(after, "response", "verdict", "allowance_seconds")


@pytest.mark.clause("numonix-ixcloud:severity-definitions")
@pytest.mark.parametrize(
    ("severity", "categories"),
    [
        (1, ["loss-of-service", "critical-function-missing", "hangs", "crashes"]),
        (2, ["important-features-out"]),
        (3, ["inconvenience", "minor-loss"]),
        (4, ["information", "enhancement", "documentation"]),
        (None, ["recording"]),
    ],
)
def test_the_kind_of_an_issue_proposes_its_severity(severity: int | None, categories: list[str]):
    assert {severity} == {proposed(ID, category=category) for category in categories}


@pytest.mark.clause("numonix-ixcloud:severity-definitions")
def test_an_acceptable_workaround_speaks_for_severity_3_and_its_lack_for_severity_2():
    assert 3 == proposed(ID, workaround=True)
    assert 2 == proposed(ID, workaround=False)


# --- escalation, versions, hours --------------------------------------------------------------------------------------


def escalated(time: str, **fields: Any) -> dict[str, Any]:
    return on(time, "escalated", **{"cause": "timeliness", "by": "technical-contact", **fields})


@pytest.mark.clause("numonix-ixcloud:escalation")
@pytest.mark.parametrize("cause", ["quality", "timeliness", "urgent business issue"])
def test_a_technical_contact_may_escalate_a_ticket(cause: str):
    assert [] == broken(ticket(opened(), escalated("12:00", cause=cause)))


@pytest.mark.clause("numonix-ixcloud:escalation")
@pytest.mark.parametrize("role", ["end-user", "customer", "administrator"])
def test_nobody_else_of_the_customer_escalates_a_ticket(role: str):
    assert breaks("escalation", 2) == broken(ticket(opened(), escalated("12:00", by=role)))


@pytest.mark.clause("numonix-ixcloud:escalation")
def test_a_ticket_is_not_escalated_to_change_the_reported_impact():
    assert breaks("escalation", 2) == broken(ticket(opened(), escalated("12:00", cause="impact")))


@pytest.mark.clause("numonix-ixcloud:escalation")
def test_an_escalated_ticket_is_owed_a_manager_a_plan_and_a_contact_of_the_same_level():
    events = [opened(severity=3), escalated("12:00")]
    manager = on("12:10", "assigned", to="jo", role="escalation-manager")
    plan = on("12:20", "action_plan_agreed", text="replace the recorder", by="escalation-manager")
    counterpart = on("12:30", "information_added", fields={"counterpart": "head of IT"}, by="technical-contact")

    all_owed = [["vendor-side"], ["escalation-manager"], ["customer-side"]]

    assert [(f"{ID}:escalation", by) for by in all_owed] == owes(ticket(*events))
    assert [(f"{ID}:escalation", by) for by in all_owed[1:]] == owes(ticket(*events, manager))
    assert [(f"{ID}:escalation", by) for by in all_owed[2:]] == owes(ticket(*events, manager, plan))
    assert [] == owes(ticket(*events, manager, plan, counterpart))
    assert [] == owes(ticket(*events, on("13:00", "resolved")))


@pytest.mark.clause("numonix-ixcloud:escalation")
def test_only_an_escalated_and_unresolved_ticket_goes_to_the_next_level():
    next_level = {"level": 2, "counterpart": "head of IT"}

    assert breaks("escalation", 2) == broken(ticket(opened(), escalated("12:00", **next_level)))
    assert [] == broken(ticket(opened(), escalated("12:00"), escalated("13:00", **next_level)))
    assert breaks("escalation", 4) == broken(
        ticket(opened(), escalated("12:00"), on("12:30", "resolved"), escalated("13:00", **next_level))
    )


@pytest.mark.clause("numonix-ixcloud:escalation")
@pytest.mark.parametrize(("option", "irregular"), [("required-first", breaks("escalation", 4)), ("owed-after", [])])
def test_the_customer_names_a_counterpart_before_the_next_level_or_read_otherwise_owes_one_after_it(
    option: str, irregular: list[tuple[int | None, str]]
):
    of = ticket(
        opened(severity=3),
        escalated("12:00", manager="jo"),
        on("12:20", "action_plan_agreed", text="replace the recorder"),
        escalated("13:00", level=2),
        **reading("escalation/counterpart", option),
    )

    assert irregular == broken(of)
    assert (f"{ID}:escalation", ["customer-side"]) in owes(of)


@pytest.mark.clause("numonix-ixcloud:policy-changes")
def test_a_ticket_is_judged_by_the_version_in_force_when_it_was_opened():
    later: Any = json.loads(json.dumps(tomllib.loads(agreement_text(ID)), default=str))
    later["version"], later["valid_from"] = "2024-06-01", "2024-06-01"
    response = next(one for one in later["clock"] if one["name"] == "response")
    next(row for row in response["targets"] if row["target"] == "1 h")["target"] = "90 min"
    events = [opened(), on("11:30", "responded")]

    of_record = ticket(*events)
    what_if = judged(later, "saas", "", *events)

    assert ("2020-05-15", "breached") == (of_record["agreement_version"], clock(of_record, "response", "verdict"))
    assert ("2024-06-01", "met") == (what_if["agreement_version"], clock(what_if, "response", "verdict"))


@pytest.mark.clause("numonix-ixcloud:business-hours-service")
def test_a_non_technical_ticket_is_served_in_normal_business_hours():
    friday_evening = opened("2024-03-01 21:30", category="non-technical")  # 16:30 in New York

    of = ticket(friday_evening, on("2024-03-04 14:30", "responded"))  # Monday, 09:30
    technical = ticket(opened("2024-03-01 21:30"), on("2024-03-04 14:30", "responded"))

    assert ("met", at("2024-03-04 14:30"), 3600) == clock(of, "response", "verdict", "due_at", "used_seconds")
    assert f"{ID}:business-hours-service/hours" in clock(of, "response", "assumptions")
    assert ("breached", at("2024-03-01 22:30")) == clock(technical, "response", "verdict", "breached_at")
