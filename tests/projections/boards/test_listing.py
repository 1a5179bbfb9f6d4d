"""Behind a figure of a month stand the tickets whose clocks started in it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from projections.as_of.view import View
from projections.boards.listing import COUNTED_TO, Listing, Meant, Wider
from projections.tickets import Newest
from tests.projections.log import Log, happened, opened

IN_MARCH = datetime(2024, 3, 28, 9, tzinfo=UTC)
IN_APRIL = datetime(2024, 4, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def listing(log: Log, now: datetime = IN_APRIL + timedelta(days=1)) -> Listing:
    log.runner.catch_up()
    return Listing(View(log.pool, log.schema, now), IN_APRIL)


def found(log: Log, now: datetime = IN_APRIL + timedelta(days=1), **wanted: object) -> list[UUID]:
    asked, filters = listing(log, now), Wider(**wanted)  # type: ignore[arg-type]
    tickets = [line.ticket.ticket for line in asked.newest(filters)]
    clocks = sum(one.cycles for one in meant(log, now, **wanted)) if filters.by_clock else None
    assert (len(tickets), clocks) == asked.count(filters)
    assert len(tickets) <= (len(tickets) if clocks is None else clocks) < COUNTED_TO
    return tickets


def meant(log: Log, now: datetime = IN_APRIL + timedelta(days=1), **wanted: object) -> list[Meant]:
    asked, filters = listing(log, now), Wider(**wanted)  # type: ignore[arg-type]
    tickets = [line.ticket.ticket for line in asked.newest(filters)]
    return [one for several in asked.meant(filters, tickets).values() for one in several]


@pytest.fixture
def log_of_two(log: Log) -> tuple[Log, UUID, UUID]:
    """A ticket of March, and one of April that was split off it, whose clocks count from the original report."""
    log.publish("imagicle-care")
    readings = {"imagicle-care:single-issue/start": "original-report"}
    contract = log.contract("imagicle-care", plan="gold", region="europe", readings=readings)
    first = log.ticket(contract, opened(IN_MARCH, severity=2))
    origin = {"ticket": str(first), "opened_at": IN_MARCH}
    return log, first, log.ticket(contract, opened(IN_APRIL, severity=2, origin=origin))


def test_a_ticket_whose_clock_is_backdated_stands_in_the_month_in_which_the_clock_started(log_of_two):
    log, first, split_off = log_of_two

    assert [split_off, first] == found(log, month="2024-03", clock=("response",))
    assert [] == found(log, month="2024-04", clock=("response",))
    assert [split_off, first] == found(log, month="2024-03", month_to="2024-04", clock=("response",))


def test_open_tickets_are_found_among_all_as_among_the_open_ones(log_of_two):
    log, first, split_off = log_of_two
    log.on(first, happened("closed", IN_APRIL))

    assert [split_off] == found(log, status=("open",)) == found(log, status=("open", "waiting"))
    assert [split_off, first] == found(log, status=("open", "closed"))


def test_what_is_said_of_a_clock_and_of_its_ticket_narrows_together(log_of_two):
    log, first, split_off = log_of_two

    assert [split_off, first] == found(log, agreement=("imagicle-care",), plan=("gold",), verdict=("open", "breached"))
    assert [] == found(log, agreement=("imagicle-care",), plan=("basic",), verdict=("open", "breached"))


def test_a_clock_that_was_excused_beforehand_stands_among_the_excused_once_its_time_has_passed(log: Log):
    log.publish("numonix-ixcloud")
    ticket = log.ticket(
        log.contract("numonix-ixcloud", plan="saas"),
        opened(IN_MARCH),
        happened("ruled", IN_MARCH + timedelta(minutes=30), excuse="response", why="the line was down"),
    )

    assert [ticket] == found(log, clock=("response",), verdict=("excused",))
    assert [] == found(log, clock=("response",), verdict=("open", "breached"))


def test_a_clock_that_has_started_by_itself_stands_among_the_open_ones_until_it_is_breached(log: Log):
    log.publish("imagicle-care")
    readings = {"imagicle-care:on-call/channel": "from-phone"}
    contract = log.contract("imagicle-care", plan="platinum", region="europe", readings=readings)
    by_night = log.ticket(contract, opened(IN_MARCH + timedelta(hours=14), severity=1, channel="web"))
    response: dict[str, Any] = {"clock": ("response",), "severity": (1,), "month": "2024-03"}
    starts = next(row for row in log.clocks(by_night) if row.clock == "response").counts_from
    assert starts

    assert [] == found(log, now=starts - SECOND, verdict=("open", "breached"), **response)
    assert [by_night] == found(log, now=starts, verdict=("open",), **response)
    assert [by_night] == found(log, verdict=("breached",), **response)
    assert [] == found(log, verdict=("open",), **response)


def test_each_clock_that_is_meant_is_named_with_how_it_stands_and_no_other(log_of_two):
    log, first, _ = log_of_two
    log.on(first, happened("responded", IN_MARCH + timedelta(minutes=5)))

    assert [Meant("response", "met", 1)] == meant(log, verdict=("met",))
    assert {"met", "breached"} == {one.verdict for one in meant(log, clock=("response",), month="2024-03")}
    assert [] == meant(log, clock=("response",), month="2024-04")


def test_no_clock_is_named_where_none_was_asked_for(log_of_two):
    log, first, split_off = log_of_two

    assert {} == listing(log).meant(Wider(plan=("gold",)), [first, split_off])


def test_a_clock_that_has_started_by_itself_counts_once(log: Log):
    log.publish("imagicle-care")
    readings = {"imagicle-care:on-call/channel": "from-phone"}
    contract = log.contract("imagicle-care", plan="platinum", region="europe", readings=readings)
    log.ticket(contract, opened(IN_MARCH + timedelta(hours=14), severity=1, channel="web"))

    assert [Meant("response", "breached", 1)] == meant(log, clock=("response",))
    assert (1, 1) == listing(log).count(Wider(clock=("response",)))


def test_a_text_finds_the_tickets_that_are_called_so_and_those_of_whom_it_names(log_of_two):
    log, first, split_off = log_of_two
    log.on(first, happened("assigned", IN_MARCH + timedelta(minutes=5), to="Ada"))
    customer = listing(log).newest(Wider())[0].ticket.customer

    assert [split_off, first] == found(log, text=customer)
    assert (
        [first]
        == found(log, text="Ada")
        == found(log, text=str(first))
        == found(log, text="Ada", verdict=("open", "breached"))
    )
    assert [] == found(log, text="Ad") == found(log, text="Ada", status=("closed",))


@pytest.mark.parametrize("looked_at", [1, 2, 1_000])
def test_the_parts_of_a_list_behind_a_figure_are_the_list(log: Log, monkeypatch, looked_at):
    """However many of the newest are looked at first: among those wanted are others, and one whose clock starts by itself."""
    monkeypatch.setattr("projections.boards.listing.LOOKED_AT", looked_at)
    log.publish("imagicle-care")
    gold = log.contract("imagicle-care", plan="gold", region="europe")
    readings = {"imagicle-care:on-call/channel": "from-phone"}
    platinum = log.contract("imagicle-care", plan="platinum", region="europe", readings=readings)
    severities = (2, 3, 2, 4, 2, 3, 2)
    tickets = [
        log.ticket(gold, opened(IN_MARCH + SECOND * place, severity=one)) for place, one in enumerate(severities)
    ]
    night = log.ticket(platinum, opened(IN_MARCH + timedelta(hours=14), severity=2, channel="web"))
    asked, filters = listing(log), Wider(clock=("response",), severity=(2,), month="2024-03")
    listed: list[UUID] = []
    last = None
    while part := asked.newest(filters, after=last, limit=1):
        listed.append(part[0].ticket.ticket)
        last = Newest(part[0].ticket.opened_at, listed[-1])

    assert [night, tickets[6], tickets[4], tickets[2], tickets[0]] == listed == found(log, **vars(filters))
