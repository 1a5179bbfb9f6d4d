"""Figures that were counted once are told again only as long as they are the same."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from projections.as_of.view import View
from projections.boards.escalations import LOOKED_BACK, Escalations
from projections.boards.filters import TILES, Filters
from projections.boards.lasting import lasting
from projections.boards.queue import Queue
from projections.boards.workload import coming, hours, loads
from tests.projections.log import MONDAY_9, Log, happened, opened
from tests.projections.log import hours as lasts

SECOND = timedelta(seconds=1)
MONDAY_10 = MONDAY_9 + lasts(1)
WEEK = MONDAY_9 - timedelta(days=7)
END = MONDAY_9 + lasts(200)
AGREEMENTS = ("imagicle-care", "numonix-ixcloud")


@pytest.fixture
def due_at_10(log: Log) -> Log:
    """A ticket of severity 1, whose response is due within an hour."""
    log.publish("numonix-ixcloud")
    log.ticket(log.contract("numonix-ixcloud", plan="saas"), opened())
    log.runner.catch_up()
    return log


def view(log: Log, at: datetime, customer: str | None = None) -> View:
    return View(log.pool, log.schema, at, customer)


def counted(
    log: Log, at: datetime, numbers: Iterator[int], until: datetime | None = None, customer: str | None = None
) -> int:
    """What is told of a question that is counted otherwise each time."""
    return lasting(view(log, at, customer), "how many", lambda: (next(numbers), until))


@pytest.fixture
def numbers() -> Iterator[int]:
    return iter(range(1, 100))


def test_until_a_figure_turns_it_is_not_counted_again(due_at_10: Log, numbers):
    assert 1 == counted(due_at_10, MONDAY_9, numbers, until=MONDAY_10)
    assert 1 == counted(due_at_10, MONDAY_10 - SECOND, numbers)
    assert 2 == counted(due_at_10, MONDAY_10, numbers)
    assert 2 == counted(due_at_10, MONDAY_10 + lasts(1000), numbers)


def test_after_an_event_or_a_rebuild_all_is_counted_anew(due_at_10: Log, numbers):
    assert 1 == counted(due_at_10, MONDAY_9, numbers)

    due_at_10.ticket(due_at_10.contract("numonix-ixcloud", plan="saas"), opened())
    due_at_10.runner.catch_up()
    assert 2 == counted(due_at_10, MONDAY_9, numbers)

    due_at_10.runner.rebuild()
    assert 3 == counted(due_at_10, MONDAY_9, numbers)


def test_whoever_looks_from_an_earlier_moment_takes_nothing_from_the_others(due_at_10: Log, numbers):
    assert 1 == counted(due_at_10, MONDAY_10, numbers)
    assert 2 == counted(due_at_10, MONDAY_9, numbers)
    assert 1 == counted(due_at_10, MONDAY_10, numbers)


def test_rows_as_they_stood_are_counted_each_time(due_at_10: Log, numbers):
    stood = View(due_at_10.pool, due_at_10.schema, MONDAY_9, suffix="_at_0")

    assert [1, 2] == [lasting(stood, "how many", lambda: (next(numbers), None)) for _ in range(2)]


def test_what_is_counted_of_a_customer_is_not_told_of_another(due_at_10: Log, numbers):
    assert [1, 2, 1] == [counted(due_at_10, MONDAY_9, numbers, customer=one) for one in ("acme", "other", "acme")]


@pytest.fixture
def busy(log: Log) -> Log:
    """Tickets that come at risk and late one after another; one waits, one has been escalated."""
    log.publish("imagicle-care", "numonix-ixcloud")
    gold = log.contract("imagicle-care", plan="gold", region="europe")
    saas = log.contract("numonix-ixcloud", plan="saas")
    for severity in (1, 2, 3):
        log.ticket(gold, opened(severity=severity))
    log.ticket(saas, opened())
    log.ticket(saas, opened(), happened("waiting", MONDAY_9 + lasts(0.5), on="customer"))
    log.ticket(saas, opened(), happened("escalated", MONDAY_9 + lasts(0.1), to="service-manager"))
    log.runner.catch_up()
    return log


@pytest.fixture
def by_the_hour() -> list[datetime]:
    """Of two days: calendars open and close at some of these."""
    return [MONDAY_9 + lasts(hour) + shift * SECOND for hour in range(48) for shift in (-1, 0)]


@pytest.fixture
def instants(busy: Log) -> list[datetime]:
    """At which something turns, and those around them."""
    ahead = (coming(view(busy, MONDAY_9), one, MONDAY_9, END) for one in AGREEMENTS)
    turns = {one.at for several in ahead for one in several} | {
        MONDAY_9 + LOOKED_BACK + lasts(one) for one in (0, 1, 2)
    }
    return sorted({turn + shift * SECOND for turn in turns for shift in (-1, 0, 1)})


def told(log: Log, at: datetime, customer: str | None = None) -> list[object]:
    seen = view(log, at, customer)
    ahead = [hours(seen, one, END, "Europe/Rome") for one in AGREEMENTS if at < END]
    asked = Queue(seen, WEEK)
    return [asked.figures(), loads(seen), ahead, Escalations(seen).did(), asked.choices()["state"]]


def test_at_each_instant_is_told_what_is_counted_anew(busy: Log, instants):
    """Whoever goes back in time is told nothing that was counted at a later instant, so that all of it is counted."""
    onward = [told(busy, at) for at in instants]
    back = [told(busy, at, customer="acme") for at in reversed(instants)]

    assert onward == back[::-1]
    assert all(len({str(one[place]) for one in onward}) > 5 for place in range(5))


def test_at_each_instant_the_figures_are_those_of_the_lists_behind_them(busy: Log, instants):
    for at in instants:
        asked = Queue(view(busy, at), WEEK)
        figures, theirs = asked.figures(), loads(asked.view)

        assert {tile: len(asked.lines(Filters(tile=tile))) for tile in TILES} == {one: figures[one] for one in TILES}
        assert figures["at_risk"] == sum(one.at_risk for one in theirs)
        assert figures["breached"] == sum(one.breached for one in theirs)
        assert all(one.next_due_at is None or one.next_due_at > at for one in theirs)


def test_at_each_instant_so_many_tickets_stand_in_a_state_as_the_list_shows(busy: Log, instants, by_the_hour):
    for at in sorted({*instants, *by_the_hour}):
        asked = Queue(view(busy, at), WEEK)

        assert Counter(line.state for line in asked.lines()) == dict(asked.choices()["state"])
