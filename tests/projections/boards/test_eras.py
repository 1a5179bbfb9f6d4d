"""Figures that were told once are told again only as long as they are the same."""

from datetime import datetime, timedelta

import pytest

from projections.as_of.view import View
from projections.boards.eras import Era, era
from projections.boards.kept import ALL, Among, Kept, Line
from projections.boards.service_report import ServiceReport, ServiceReports
from tests.projections.log import MONDAY_9, Log, happened, hours, opened

SECOND = timedelta(seconds=1)
MONDAY_10 = MONDAY_9 + hours(1)
SUNDAY_9 = MONDAY_9 - hours(24)
RESPONSE = Among(clock="response")


@pytest.fixture
def due_at_10(log: Log) -> Log:
    """A ticket of severity 1, whose response is due within an hour."""
    log.publish("numonix-ixcloud")
    log.ticket(log.contract("numonix-ixcloud", plan="saas"), opened())
    log.runner.catch_up()
    return log


def view(log: Log, at: datetime, customer: str | None = None) -> View:
    return View(log.pool, log.schema, at, customer)


def era_at(log: Log, at: datetime) -> Era:
    found = era(view(log, at))
    assert found
    return found


def response(log: Log, at: datetime, customer: str | None = None) -> list[tuple[int, int]]:
    """How many were breached and how many are open, as a page tells it."""
    seen = view(log, at, customer)
    return [(line.breached, line.open) for line in Kept(seen, era(seen)).lines(RESPONSE)]


def test_between_two_turns_the_same_is_answered_without_being_counted_again(due_at_10: Log):
    first = era_at(due_at_10, MONDAY_9)

    assert first.answer("how many", lambda: 1) == era_at(due_at_10, MONDAY_10 - SECOND).answer("how many", lambda: 2)


def test_a_clock_that_is_late_by_itself_ends_an_era(due_at_10: Log):
    assert [(0, 1)] == response(due_at_10, MONDAY_9)
    assert [(0, 1)] == response(due_at_10, MONDAY_10)
    assert [(1, 0)] == response(due_at_10, MONDAY_10 + SECOND)


def test_an_event_ends_an_era(due_at_10: Log):
    assert [(0, 1)] == response(due_at_10, MONDAY_9)

    due_at_10.ticket(due_at_10.contract("numonix-ixcloud", plan="saas"), opened())
    due_at_10.runner.catch_up()

    assert [(0, 2)] == response(due_at_10, MONDAY_9)


def test_a_rebuild_ends_an_era(due_at_10: Log):
    before = era_at(due_at_10, MONDAY_9)

    due_at_10.runner.rebuild()

    assert before is not era_at(due_at_10, MONDAY_9)


def test_whoever_looks_from_a_moment_before_an_era_is_answered_by_the_rows(due_at_10: Log):
    late = response(due_at_10, MONDAY_10 + SECOND)
    era_of_the_others = era_at(due_at_10, MONDAY_10 + SECOND)

    assert era_of_the_others is not era_at(due_at_10, MONDAY_10)
    assert [(0, 1)] == response(due_at_10, MONDAY_10)
    assert late == response(due_at_10, MONDAY_10 + 2 * SECOND)
    assert era_of_the_others is era_at(due_at_10, MONDAY_10 + 2 * SECOND)


def test_rows_as_they_stood_have_no_era(due_at_10: Log):
    assert era(View(due_at_10.pool, due_at_10.schema, MONDAY_9, suffix="_at_0")) is None


def test_what_is_answered_about_a_customer_is_not_told_of_another(due_at_10: Log):
    assert [(0, 1)] == response(due_at_10, MONDAY_9, "acme")
    assert [] == response(due_at_10, MONDAY_9, "other")
    assert [(0, 1)] == response(due_at_10, MONDAY_9)


@pytest.mark.clause("imagicle-care:on-call")
def test_at_each_instant_an_era_tells_what_the_rows_tell(log: Log):
    """A clock that starts on Monday by itself, one like it that is excused beforehand, and one that is due in between."""
    log.publish("imagicle-care", "numonix-ixcloud")
    readings = {"imagicle-care:on-call/channel": "from-phone"}
    by_itself = log.contract("imagicle-care", plan="platinum", region="europe", readings=readings)
    ruled = happened("ruled", SUNDAY_9 + hours(1), excuse="response", why="nobody is at work")
    log.ticket(by_itself, opened(SUNDAY_9, channel="web"))
    log.ticket(by_itself, opened(SUNDAY_9 + SECOND, channel="web"), ruled)
    log.ticket(log.contract("numonix-ixcloud", plan="saas"), opened(MONDAY_9 - hours(0.5)))
    log.runner.catch_up()
    turns = [SUNDAY_9 + hours(one) for one in (2, 23.5, 24, 24.5, 25, 48)]

    for at in sorted(turn + shift * SECOND for turn in turns for shift in (-1, 0, 1)):
        seen = view(log, at)
        assert _told(seen, None) == _told(seen, era(seen)), at


def _told(seen: View, its: Era | None) -> tuple[list[Line], dict[tuple[str, ...], list[Line]], ServiceReport]:
    kept = Kept(seen, its)
    report = ServiceReports(seen, its).report("acme", "2024-03", lambda _: "Europe/Rome")
    return kept.lines(ALL, "clock"), kept.together(ALL, ("month",), ("agreement", "clock")), report
