"""What was kept is counted as tickets go on, and the counts are those of all tickets counted anew."""

from datetime import datetime, timedelta

import pytest

from projections.as_of.view import View
from projections.boards.kept import Among, Kept, Line
from tests.projections.log import MONDAY_9, Log, happened, hours, opened

SECOND = timedelta(seconds=1)
MARCH = "2024-03"
MONDAY_10 = MONDAY_9 + hours(1)


def kept(log: Log, at: datetime = MONDAY_10, customer: str | None = None) -> Kept:
    log.runner.catch_up()
    return Kept(View(log.pool, log.schema, at, customer))


def verdicts(line: Line) -> tuple[int, int, int, int]:
    return line.met, line.breached, line.excused, line.open


@pytest.fixture
def numonix(log: Log) -> Log:
    """Four tickets of severity 1, whose response is due within an hour."""
    log.publish("numonix-ixcloud")
    contract = log.contract("numonix-ixcloud", plan="saas")
    log.ticket(contract, opened(), happened("responded", MONDAY_9 + hours(0.5)))
    log.ticket(contract, opened(), happened("responded", MONDAY_9 + hours(2)))
    log.ticket(contract, opened(), happened("ruled", MONDAY_9 + hours(2), excuse="response", why="the line was down"))
    log.ticket(contract, opened())
    return log


def test_what_was_kept_is_counted_and_a_ticket_turns_late_by_time_alone(numonix: Log):
    response = Among(clock="response")

    (before,) = kept(numonix, MONDAY_9 + hours(1)).lines(response, "agreement", "plan", "severity", "clock", "month")
    (after,) = kept(numonix, MONDAY_9 + hours(1) + SECOND).lines(response)

    assert ["numonix-ixcloud", "saas", 1, "response", MARCH] == list(before.by.values())
    assert (1, 1, 1, 1) == verdicts(before)
    assert (1, 2, 1, 0) == verdicts(after)
    assert (0.5, 1 / 3) == (before.kept, after.kept)


def test_a_ticket_that_goes_on_counts_once(numonix: Log):
    contract = numonix.contract("numonix-ixcloud", plan="saas", customer="other")
    ticket = numonix.ticket(contract, opened())
    assert (0, 0, 0, 1) == verdicts(kept(numonix, customer="other").lines(Among(clock="response"))[0])

    numonix.on(ticket, happened("responded", MONDAY_9 + hours(0.5)))

    assert (1, 0, 0, 0) == verdicts(kept(numonix, customer="other").lines(Among(clock="response"))[0])


def test_a_ticket_that_leaves_a_count_leaves_no_empty_row(numonix: Log):
    ticket = numonix.ticket(numonix.contract("numonix-ixcloud", plan="saas", customer="other"), opened(severity=2))
    numonix.runner.catch_up()
    assert [2] == [line.by["severity"] for line in kept(numonix, customer="other").lines(Among(), "severity")]

    numonix.on(ticket, happened("severity_changed", MONDAY_9 + SECOND, severity=3))
    numonix.runner.catch_up()

    assert [3] == [line.by["severity"] for line in kept(numonix, customer="other").lines(Among(), "severity")]
    assert [] == numonix.execute("SELECT * FROM kept_of_customer WHERE customer = 'other' AND severity = 2")


def test_a_rebuild_counts_what_was_counted_ticket_by_ticket(numonix: Log):
    numonix.runner.catch_up()
    rows = numonix.everything()

    numonix.runner.rebuild()

    assert rows == numonix.everything()
    assert rows["kept"]


def test_until_the_breach_time_was_ours_or_out_of_hours_or_paused_for_somebody(log: Log):
    """Severity 2 of xmpro has until the close of the next business day in Dallas, 17:00; it waits four hours of it."""
    log.publish("xmpro")
    contract = log.contract("xmpro", plan="subscription")
    logged = datetime.fromisoformat("2024-03-04T09:00:00-06:00")
    log.ticket(
        contract,
        opened(logged, severity=2, channel="email"),
        happened("correctly_logged", logged),
        happened("waiting", logged + hours(1), on="customer"),
        happened("wait_ended", logged + hours(5), on="customer"),
        happened("responded", logged + hours(240)),
    )

    (line,) = kept(log, logged + hours(300)).lines(Among(clock="response"), spent=True)

    assert (0, 1, 0, 0) == verdicts(line)
    # Monday 9-10 and 14-17, Tuesday 8-17, and Wednesday 8-12: what was left stood still for four hours
    assert 17 * 3600 == line.seconds["counted"]
    assert 4 * 3600 == line.seconds["on_customer"]
    assert 30 * 3600 == line.seconds["closed"]
    assert 51 * 3600 == line.elapsed


@pytest.mark.clause("imagicle-care:on-call")
def test_a_ticket_whose_clock_starts_by_itself_is_counted_from_then_on(log: Log):
    """An opening by web on a Sunday waits for Monday 09:00 in Rome, and for 60 minutes from there."""
    log.publish("imagicle-care")
    readings = {"imagicle-care:on-call/channel": "from-phone"}
    contract = log.contract("imagicle-care", plan="platinum", region="europe", readings=readings)
    log.ticket(contract, opened(MONDAY_9 - hours(24), channel="web"))
    response = Among(clock="response")

    assert [] == [one for one in kept(log, MONDAY_9 - SECOND).lines(response) if one.clocks]
    assert (0, 0, 0, 1) == verdicts(kept(log, MONDAY_9).lines(response)[0])
    assert (0, 1, 0, 0) == verdicts(kept(log, MONDAY_10).lines(response)[0])


def test_a_clock_that_was_excused_beforehand_is_excused_once_its_time_has_passed(log: Log):
    log.publish("numonix-ixcloud")
    contract = log.contract("numonix-ixcloud", plan="saas")
    log.ticket(contract, opened(), happened("ruled", MONDAY_9 + hours(0.5), excuse="response", why="the line was down"))
    response = Among(clock="response")

    assert (0, 0, 0, 1) == verdicts(kept(log, MONDAY_10).lines(response)[0])
    (after,) = kept(log, MONDAY_10 + SECOND).lines(response, spent=True)
    assert (0, 0, 1, 0) == verdicts(after)
    assert 0 == after.elapsed


@pytest.mark.clause("imagicle-care:on-call")
def test_a_clock_that_was_excused_before_it_starts_by_itself_is_open_and_then_excused(log: Log):
    log.publish("imagicle-care")
    readings = {"imagicle-care:on-call/channel": "from-phone"}
    contract = log.contract("imagicle-care", plan="platinum", region="europe", readings=readings)
    sunday = MONDAY_9 - hours(24)
    ruled = happened("ruled", sunday + hours(1), excuse="response", why="nobody is at work")
    log.ticket(contract, opened(sunday, channel="web"), ruled)
    response = Among(clock="response")

    assert (0, 0, 0, 1) == verdicts(kept(log, MONDAY_9).lines(response)[0])
    assert (0, 0, 1, 0) == verdicts(kept(log, MONDAY_10).lines(response)[0])


def test_only_the_customers_own_tickets_are_counted_for_it(numonix: Log):
    numonix.ticket(numonix.contract("numonix-ixcloud", plan="saas", customer="other"), opened())

    assert [] == kept(numonix, customer="nobody").lines(Among())
    assert 1 == kept(numonix, customer="other").lines(Among(clock="response"))[0].clocks
    assert [("acme", 4), ("other", 1)] == [
        (line.by["customer"], line.clocks) for line in kept(numonix).lines(Among(clock="response"), "customer")
    ]
    assert [] == kept(numonix, customer="other").lines(Among(customer="acme"))


def test_months_are_counted_from_one_to_another(numonix: Log):
    assert [] == kept(numonix).lines(Among(since="2024-04"))
    assert [] == kept(numonix).lines(Among(until="2024-02"))
    assert [MARCH] == [line.by["month"] for line in kept(numonix).lines(Among(since=MARCH, until=MARCH), "month")]
