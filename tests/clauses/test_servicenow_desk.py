"""Tickets under terms that were fitted to a log, clause by clause.

An instant without a day is one of Tuesday, 5 March 2024. All are UTC, as the log's clock is read. The desk counts
Monday to Friday, 14:00 to 23:00.
"""

from typing import Any

import pytest

from domain.answer import Answer
from domain.terms.lookup import find
from tests.clauses.cases import broken, clock, fact, judged

ID = "servicenow-desk"


def at(time: str) -> str:
    """`15:00`, `15:00:01` or `2024-03-08 15:00` as the answer writes it."""
    day, _, hour = time.rpartition(" ")
    return f"{day or '2024-03-05'}T{hour}{':00' if hour.count(':') == 1 else ''}Z"


def on(time: str, event: str, **fields: Any) -> dict[str, Any]:
    return fact(at(time), event, **fields)


def ticket(*events: dict[str, Any], as_of: str | None = None, **rest: Any) -> Answer:
    return judged(ID, "internal", "", *events, as_of=at(as_of) if as_of else None, **rest)


def opened(time: str = "14:00", severity: int = 3) -> dict[str, Any]:
    return on(time, "opened", severity=severity)


@pytest.mark.clause("servicenow-desk:hours")
@pytest.mark.parametrize(
    ("opening", "closing", "hours"),
    [
        ("10:00", "2024-03-06 02:00", 9),  # a whole day of the desk
        ("22:30", "2024-03-06 14:30", 1),
        ("2024-03-08 22:00", "2024-03-11 15:00", 2),  # over a weekend
        ("2024-03-09 00:00", "2024-03-10 23:59", 0),
        ("2024-12-24 14:00", "2024-12-26 14:00", 18),  # no holidays
        ("2024-07-04 13:00", "2024-07-05 14:00", 9),
    ],
)
def test_a_ticket_counts_monday_to_friday_in_the_hours_of_the_logs_own_clock(opening: str, closing: str, hours: int):
    of = ticket(opened(opening), on(closing, "closed"))

    assert hours * 3600 == clock(of, "resolution", "used_seconds")
    assert {f"{ID}:hours/fitted", f"{ID}:hours/zone"} <= set(clock(of, "resolution", "assumptions"))


@pytest.mark.clause("servicenow-desk:resolution")
@pytest.mark.parametrize(
    ("severity", "due"),
    [
        (3, "2024-03-13 22:00"),  # 62 h are six days of nine hours, to Tuesday week, and 8 h
        (4, "2024-03-25 20:30"),  # 132 h 30 min are 14 days, to Friday, the 22nd, and 6 h 30 min
    ],
)
def test_a_ticket_is_closed_within_62_hours_at_priority_3_and_132_and_a_half_at_priority_4(severity: int, due: str):
    in_time = ticket(opened(severity=severity), on(due, "closed"))
    late = ticket(opened(severity=severity), on(f"{due}:01", "closed"))

    assert ("met", at(due)) == clock(in_time, "resolution", "verdict", "due_at")
    assert ("breached", at(due)) == clock(late, "resolution", "verdict", "breached_at")
    assert f"{ID}:resolution/fitted" in clock(late, "resolution", "assumptions")


@pytest.mark.clause("servicenow-desk:resolution")
@pytest.mark.parametrize("severity", [1, 2])
def test_a_ticket_of_priority_1_or_2_has_no_figure(severity: int):
    of = ticket(opened(severity=severity), on("2024-05-05 12:00", "closed"))

    assert ("none", None) == clock(of, "resolution", "verdict", "allowance_seconds")
    assert f"{ID}:resolution/best-effort" in clock(of, "resolution", "assumptions")


@pytest.mark.clause("servicenow-desk:resolution")
def test_another_priority_takes_the_time_used_along():
    lowered = on("2024-03-13 22:00", "severity_changed", severity=4)
    raised = on("2024-03-13 22:00:01", "severity_changed", severity=3)

    of = ticket(opened(), lowered, on("2024-03-25 20:30", "closed"))
    late = ticket(opened(severity=4), raised, as_of="2024-03-13 22:00:01")

    assert "met" == clock(of, "resolution", "verdict")
    assert f"{ID}:resolution/carry" in clock(of, "resolution", "assumptions")
    assert ("breached", at("2024-03-13 22:00:01")) == clock(late, "resolution", "verdict", "breached_at")


@pytest.mark.clause("servicenow-desk:resolution")
def test_a_ticket_under_fitted_terms_is_under_nobodys_contract_and_breaks_no_rule():
    agreement = find(ID).agreement

    of = ticket(opened(), on("15:00", "closed", by="end-user"), on("16:00", "reopened", by="agent"))

    assert agreement.fitted
    assert ([], []) == (broken(of), of["owed"])
    assert ["resolution"] == [one["clock"] for one in of["clocks"]]


@pytest.mark.clause("servicenow-desk:closing")
def test_only_the_closing_ends_the_time_of_a_ticket():
    of = ticket(opened(), on("2024-03-13 21:00", "resolved"), on("2024-03-13 22:00:01", "closed"))

    assert ("breached", at("2024-03-13 22:00:01")) == clock(of, "resolution", "verdict", "stopped_at")
    assert "running" == clock(ticket(opened(), on("15:00", "resolved"), as_of="16:00"), "resolution", "state")
    assert f"{ID}:closing/fitted" in clock(of, "resolution", "assumptions")


@pytest.mark.clause("servicenow-desk:closing")
@pytest.mark.parametrize("reason", ["customer", "third-party", "access", "authorization", "fees", "contact"])
def test_a_ticket_that_waits_for_somebody_is_counted_all_the_same(reason: str):
    of = ticket(opened(), on("15:00", "waiting", on=reason), as_of="17:00")

    assert ("waiting", "running", 3 * 3600) == (of["status"], *clock(of, "resolution", "state", "used_seconds"))


@pytest.mark.clause("servicenow-desk:closing")
def test_a_reopened_ticket_resumes_with_the_time_it_had_used():
    of = ticket(opened(), on("16:00", "closed"), on("20:00", "reopened"), as_of="21:00")

    assert ("running", 3 * 3600) == clock(of, "resolution", "state", "used_seconds")
    assert f"{ID}:closing/reopening" in clock(of, "resolution", "assumptions")
