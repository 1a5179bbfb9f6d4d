"""The queue says of every ticket, at any instant, what judging it then would say."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.casefile import read_case
from domain.clocks.clock import PAUSED, Clock, Verdict
from domain.clocks.ladder import warnings
from domain.desk.importing import Arrival, Importer
from domain.instants import SECOND, micros, moment
from domain.judgement import Case, judge
from domain.terms.library import agreement_ids
from domain.terms.lookup import find
from projections.as_of.view import View
from projections.boards.filters import NOBODY, TILES, Filters
from projections.boards.queue import Line, Queue
from projections.boards.saved_views import AT_MOST, SavedView, SavedViews
from projections.tickets import TicketRow
from tests.projections.log import MONDAY_9, Log, happened, hours, opened

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "conformance" / "cases.json").read_text("utf-8"))
LATER = [timedelta(0), timedelta(seconds=1), hours(0.5), hours(5), hours(17), hours(60), hours(400)]


def queue(log: Log, at: datetime, customer: str | None = None) -> Queue:
    log.runner.catch_up()
    return Queue(View(log.pool, log.schema, at, customer), at - timedelta(days=7))


def every(asked: Queue, filters: Filters) -> list[Line]:
    """All lines, part by part."""
    lines: list[Line] = []
    while part := asked.lines(filters, after=lines[-1].place if lines else None, limit=50):
        lines += part
    return lines


def ids(lines: list[Line]) -> list[UUID]:
    return [line.ticket.ticket for line in lines]


# --- the truth --------------------------------------------------------------------------------------------------------


def unfinished(log: Log) -> Iterator[tuple[UUID, Case]]:
    """The worked cases as they were on the way: without their last event, and as they were half way."""
    importer = Importer(log.desk)
    for document in CASES:
        case = replace(read_case(document, find), known_at=None)
        for kept in {len(case.history) - 1, (len(case.history) + 1) // 2} - {0}:
            part = replace(case, name=f"{case.selector.agreement.id} {case.name} {kept}", history=case.history[:kept])
            arrival = Arrival(part, "acme")
            importer.file([arrival])
            yield arrival.ticket, part


def told_of(line: Line) -> dict[str, tuple[str, datetime | None, int | None]]:
    return {one.clock: (one.state, one.due_at, one.left_seconds) for one in line.clocks}


def judged_of(case: Case, at: datetime) -> dict[str, tuple[str, datetime | None, int | None]]:
    replayed = judge(replace(case, as_of=micros(at))).replay
    return {
        clock.terms.name: (state(clock, at, replayed.excused), due(clock), clock.left)
        for clock in replayed.clocks
        if clock.is_going and (clock.left is not None or clock.verdict(replayed.excused) is Verdict.BREACHED)
    }


def state(clock: Clock, at: datetime, excused: frozenset[str]) -> str:
    is_late = clock.verdict(excused) is Verdict.BREACHED
    if clock.state is PAUSED:
        return "breached_paused" if is_late else "paused"
    if not clock.under.calendar.is_open(micros(at) // SECOND):
        return "breached_closed" if is_late else "closed"
    return "breached" if is_late else "counting"


def due(clock: Clock) -> datetime | None:
    return None if clock.due_at is None else moment(clock.due_at)


def is_at_risk(case: Case, at: datetime) -> bool:
    replayed = judge(replace(case, as_of=micros(at))).replay
    going = [one for one in replayed.clocks if one.is_going and one.terms.name not in replayed.excused]
    is_warned = any(one.reached_at is not None for clock in going if clock.left is not None for one in warnings(clock))
    return is_warned and all(clock.breached_at is None for clock in going)


def shows_risk(row: TicketRow, at: datetime) -> bool:
    """As who compares the row with an instant finds it."""
    is_overdue = row.overdue_from is not None and row.overdue_from <= at
    return row.at_risk_from is not None and row.at_risk_from <= at and not is_overdue


def is_breached(case: Case, at: datetime) -> bool:
    return Verdict.BREACHED in judge(replace(case, as_of=micros(at))).replay.verdicts().values()


def test_whatever_time_passes_the_queue_says_what_judging_says(log: Log):
    log.publish(*agreement_ids())
    cases = dict(unfinished(log))
    log.runner.catch_up()
    rows = {ticket: log.row(ticket) for ticket in cases}
    still_open = [ticket for ticket, row in rows.items() if row.is_open]

    assert [] == log.runner.troubles()
    assert len(still_open) > 200
    for place, ticket in enumerate(still_open):
        for later in (LATER[place % len(LATER)], LATER[(place + 3) % len(LATER)]):
            at = rows[ticket].last_event_at.replace(microsecond=0) + timedelta(seconds=1) + later
            (line,) = Queue(View(log.pool, log.schema, at), at).lines(Filters(text=str(ticket)))
            told = told_of(line)

            assert judged_of(cases[ticket], at) == {name: one for name, one in told.items() if one[0] != "pending"}
            assert line.state == (told[line.ticket.next_clock][0] if line.ticket.next_clock else "none")
            assert is_at_risk(cases[ticket], at) == shows_risk(line.ticket, at)
            assert is_breached(cases[ticket], at) == line.ticket.is_breached(at)

    at = max(rows[ticket].last_event_at for ticket in still_open)
    asked = queue(log, at)
    lines, figures = every(asked, Filters()), asked.figures()

    assert sorted(still_open) == sorted(ids(lines))
    assert len(still_open) == figures["open"]
    assert sum(is_at_risk(cases[ticket], at) for ticket in still_open) == figures["at_risk"]
    assert sum(is_breached(cases[ticket], at) for ticket in still_open) == figures["breached"]
    for choice in asked.choices()["state"]:
        assert [line.state for line in every(asked, Filters(state=(choice.value,)))] == [choice.value] * choice.tickets
    for tile in TILES:
        assert figures[tile] == len(every(asked, Filters(tile=tile)))


def test_a_ticket_whose_clocks_will_start_by_themselves_is_seen_coming(log: Log):
    log.publish("imagicle-care")
    readings = {"imagicle-care:on-call/channel": "from-phone"}
    contract = log.contract("imagicle-care", plan="platinum", region="europe", readings=readings)
    log.ticket(contract, opened(MONDAY_9 - hours(24), channel="web"))

    (before,) = queue(log, MONDAY_9 - hours(20)).lines()
    (after,) = queue(log, MONDAY_9 + hours(0.25)).lines()

    assert ("pending", 1800, MONDAY_9 + hours(0.5)) == (
        before.state,
        before.clocks[0].left_seconds,
        before.clocks[0].due_at,
    )
    assert ("counting", 900, MONDAY_9 + hours(0.5)) == (
        after.state,
        after.clocks[0].left_seconds,
        after.clocks[0].due_at,
    )


def test_a_clock_says_until_when_it_counts_and_from_when_again(log: Log):
    log.publish("imagicle-care")
    log.ticket(log.contract("imagicle-care", plan="gold", region="europe"), opened(severity=3))

    (by_day,) = queue(log, MONDAY_9 + hours(1)).lines()
    (by_night,) = queue(log, MONDAY_9 + hours(12)).lines()

    assert "counting" == by_day.state
    assert "breached_closed" == by_night.state
    assert by_day.clocks[0].turns_at == MONDAY_9 + hours(9)
    assert by_night.clocks[0].turns_at == MONDAY_9 + hours(24)


# --- a severity without a target --------------------------------------------------------------------------------------


def without_target(log: Log, from_days: float) -> None:
    """A ticket whose severity, so many days after Monday, becomes one that has no target; it had 62 h, of 9 h a day."""
    log.publish("servicenow-desk")
    contract = log.contract("servicenow-desk", plan="internal")
    changed = happened("severity_changed", MONDAY_9 + hours(24 * from_days), severity=1, cause="worse")
    log.ticket(contract, opened(severity=3), changed)


def test_nothing_is_at_risk_once_a_change_of_severity_has_taken_the_target_away(log: Log):
    without_target(log, from_days=5)
    asked = queue(log, MONDAY_9 + hours(24 * 7))

    (line,) = asked.lines()
    assert ("none", []) == (line.state, list(line.clocks))
    assert 0 == asked.figures()["at_risk"]


def test_a_breached_clock_stays_breached_when_a_change_of_severity_takes_its_target_away(log: Log):
    without_target(log, from_days=9)
    asked = queue(log, MONDAY_9 + hours(24 * 9))

    (line,) = asked.lines()
    assert ["breached_closed"] == [line.state] == [one.state for one in line.clocks]
    assert (None, datetime(2024, 3, 12, 22, tzinfo=UTC)) == (line.clocks[0].left_seconds, line.clocks[0].due_at)
    assert (1, 1) == (asked.figures()["breached"], asked.figures()["overdue"])


# --- which, and in which order ----------------------------------------------------------------------------------------


def numonix(log: Log, customer: str = "acme") -> UUID:
    log.publish("numonix-ixcloud")
    return log.contract("numonix-ixcloud", plan="saas", customer=customer)


def test_plans_that_are_served_last_come_last_then_the_next_breach_is_first(log: Log):
    log.publish("imagicle-care")
    basic = log.ticket(log.contract("imagicle-care", plan="basic", region="europe"), opened(severity=1))
    gold = log.contract("imagicle-care", plan="gold", region="europe")
    later = log.ticket(gold, opened(severity=3))
    paused = log.ticket(gold, opened(severity=1), happened("waiting", MONDAY_9, on="access"))
    sooner = log.ticket(gold, opened(severity=1))

    assert [sooner, later, paused, basic] == ids(queue(log, MONDAY_9).lines())


def test_the_parts_of_a_long_queue_are_the_queue(log: Log):
    contract = numonix(log)
    tickets = {log.ticket(contract, opened(MONDAY_9 + hours(place % 3))) for place in range(7)}
    asked = queue(log, MONDAY_9 + hours(3))
    lines: list[Line] = []
    while part := asked.lines(after=lines[-1].place if lines else None, limit=2):
        lines += part

    assert ids(asked.lines()) == ids(lines)
    assert tickets == set(ids(lines))


def test_a_ticket_that_is_done_is_not_in_the_queue(log: Log):
    log.ticket(numonix(log), opened(), happened("closed", MONDAY_9 + hours(1)))

    assert [] == queue(log, MONDAY_9 + hours(2)).lines()


def test_of_another_customer_nothing_is_seen_nor_counted(log: Log):
    own, _ = log.ticket(numonix(log), opened()), log.ticket(numonix(log, "other"), opened())
    asked = queue(log, MONDAY_9, "acme")

    assert [own] == ids(asked.lines())
    assert 1 == asked.figures()["open"]
    assert [("acme", 1)] == asked.choices()["customer"]


@pytest.mark.parametrize(
    "filters",
    [
        Filters(severity=(2, 3)),
        Filters(assignee=("Ada",)),
        Filters(wait=("customer",)),
        Filters(tier=(2,)),
        Filters(text="PBX"),
        Filters(text="inc-7"),
        Filters(customer=("acme",), agreement=("numonix-ixcloud",), plan=("saas",), severity=(2,)),
        Filters(tile="customer"),
    ],
)
def test_filters_leave_what_they_name(log: Log, filters):
    contract = numonix(log)
    wanted = log.ticket(
        contract,
        opened(severity=2, product="the pbx"),
        happened("assigned", MONDAY_9, to="Ada", tier=2),
        happened("waiting", MONDAY_9, on="customer"),
        case="INC-7",
    )
    log.ticket(contract, opened(severity=1, product="a printer"), case="INC-8")
    asked = queue(log, MONDAY_9)

    assert [wanted] == ids(asked.lines(filters))


@pytest.mark.parametrize("text", ["%", "_", "\\", "100%"])
def test_a_text_means_only_itself(log: Log, text):
    log.ticket(numonix(log), opened(product="a printer"))

    assert [] == queue(log, MONDAY_9).lines(Filters(text=text))


def test_nobodys_tickets_can_be_asked_for(log: Log):
    contract = numonix(log)
    nobodys = log.ticket(contract, opened())
    log.ticket(contract, opened(), happened("assigned", MONDAY_9, to="Ada"))
    asked = queue(log, MONDAY_9)

    assert [nobodys] == ids(asked.lines(Filters(assignee=(NOBODY,))))
    assert [("Ada", 1), (NOBODY, 1)] == asked.choices()["assignee"]


def test_a_tile_counts_among_what_the_filters_leave(log: Log):
    contract = numonix(log)
    log.ticket(contract, opened(severity=1))
    log.ticket(contract, opened(severity=2), happened("escalated", MONDAY_9 + hours(1), to="tier-2"))
    asked = queue(log, MONDAY_9 + hours(2))

    assert (2, 1) == (asked.figures()["open"], asked.figures()["escalated"])
    assert (1, 0) == (asked.figures(Filters(severity=(1,)))["open"], asked.figures(Filters(severity=(1,)))["escalated"])
    assert 2 == asked.figures(Filters(tile="escalated"))["open"]


def test_an_escalation_of_last_week_is_not_of_this_week(log: Log):
    log.ticket(numonix(log), opened(), happened("escalated", MONDAY_9 + hours(1), to="tier-2"))
    log.runner.catch_up()
    at = MONDAY_9 + timedelta(days=8)
    asked = Queue(View(log.pool, log.schema, at), at - timedelta(days=1))

    assert 0 == asked.figures()["escalated"]


def test_a_ticket_of_which_somebody_should_have_been_told_is_without_notice(log: Log):
    log.publish("xmpro")
    contract = log.contract("xmpro", plan="subscription")
    ticket = log.ticket(contract, opened(), happened("correctly_logged", MONDAY_9 + hours(1)), case="INC-7")
    (notice,) = log.told(ticket)

    assert notice.at == log.row(ticket).unnoticed_since == MONDAY_9 + hours(1)
    assert [ticket] == ids(queue(log, MONDAY_9 + hours(2)).lines(Filters(tile="unnoticed")))

    log.on(ticket, happened("notified", MONDAY_9 + hours(3), **(notice.fulfils or {})["fields"]))

    assert log.row(ticket).unnoticed_since is None
    assert 0 == queue(log, MONDAY_9 + hours(4)).figures()["unnoticed"]


def test_the_next_rung_says_who_it_goes_to(log: Log):
    log.publish("imagicle-care")
    log.ticket(log.contract("imagicle-care", plan="platinum", region="europe"), opened(severity=2))
    (line,) = queue(log, MONDAY_9).lines()

    assert line.rung
    assert (line.ticket.next_rung_at, line.ticket.next_rung_role) == (line.rung.at, line.rung.role)
    assert queue(log, line.rung.at).lines()[0].rung != line.rung


# --- saved views ------------------------------------------------------------------------------------------------------


def test_a_view_is_kept_for_its_owner_under_its_name(log: Log):
    ada, bob = SavedViews(log.pool, log.schema, "ada"), SavedViews(log.pool, log.schema, "bob")
    ada.save("mine", "assignee=Ada")
    ada.save("mine", "assignee=Ada&severity=1")

    assert [SavedView("mine", "assignee=Ada&severity=1")] == ada.all()
    assert [] == bob.all()

    ada.drop("mine")

    assert [] == ada.all()


def test_of_too_many_views_the_oldest_goes(log: Log):
    ada = SavedViews(log.pool, log.schema, "ada")
    for place in range(AT_MOST + 1):
        ada.save(f"{place:03}", "")

    assert AT_MOST == len(ada.all())
    assert "000" not in [view.name for view in ada.all()]
