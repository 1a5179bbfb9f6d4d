"""A clock's row says what the answer about its ticket says, as of the last event; and what will be if nothing more happens."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.answer import Answer, answer
from domain.casefile import read_case
from domain.desk.importing import Arrival, Importer
from domain.instants import micros
from domain.judgement import Case, judge
from domain.terms.library import agreement_ids
from domain.terms.lookup import find
from projections.as_of.view import View
from projections.boards.kept import ALL, Kept
from projections.clocks import CLOCKS, ClockRow
from projections.store.pool import Pool
from projections.tickets import TICKETS, TicketRow
from tests.projections.log import MONDAY_9, Log, happened, hours, opened

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "conformance" / "cases.json").read_text("utf-8")
)
SECOND = timedelta(seconds=1)


def instants(*texts: str | None) -> tuple[datetime | None, ...]:
    return tuple(datetime.fromisoformat(text) if text else None for text in texts)


def clocks(told: Answer) -> dict[tuple[str, int], dict[str, Any]]:
    return {(one["clock"], one["cycle"]): dict(one) for one in told["clocks"]}


def filed(log: Log) -> Iterator[tuple[Case, UUID]]:
    """The worked cases as imported tickets; where a case leaves out the future, so does the log."""
    importer = Importer(log.desk)
    for document in CASES:
        case = replace(read_case(document, find), known_at=None)
        arrival = Arrival(replace(case, name=f"{case.selector.agreement.id} {case.name}"), "acme")
        importer.file([arrival])
        yield case, arrival.ticket


def test_the_rows_of_every_worked_case_say_what_its_answer_says(pool: Pool, schema: str):
    log = Log.in_(pool, schema)
    log.publish(*agreement_ids())
    cases = list(filed(log))
    log.runner.catch_up()
    tickets = {row[0]: TicketRow(*row) for row in log.rows(TICKETS)}
    rows: dict[UUID, list[ClockRow]] = {}
    for row in log.rows(CLOCKS):
        rows.setdefault(row[0], []).append(ClockRow(*row))

    assert [] == log.runner.troubles()
    for case, ticket in cases:
        as_of = rows[ticket][0].as_of
        told = answer(judge(replace(case, as_of=micros(as_of))))

        assert (told["status"], told["severity"]) == (tickets[ticket].status, tickets[ticket].severity)
        assert len(told["irregularities"]) == tickets[ticket].irregularities
        assert {
            name: (
                one["state"],
                one["verdict"],
                *instants(one["started_at"], one["stopped_at"], one["due_at"], one["breached_at"]),
                one["allowance_seconds"],
                one["used_seconds"],
                one["left_seconds"],
                one["clause"],
            )
            for name, one in clocks(told).items()
        } == {
            (row.clock, row.cycle): (
                row.state,
                row.verdict,
                *(row.started_at, row.stopped_at, row.due_at, row.breached_at),
                row.allowance_seconds,
                row.used_seconds,
                row.left_seconds,
                row.clause,
            )
            for row in rows[ticket]
        }
        for row in rows[ticket]:
            if row.verdict == "open" and row.late_from:
                assert "open" == verdict(case, row, row.late_from - SECOND)
                assert "breached" == verdict(case, row, row.late_from)
            elif row.verdict == "open":
                assert "open" == verdict(case, row, row.as_of + timedelta(days=1000))


def verdict(case: Case, row: ClockRow, as_of: datetime) -> str:
    """What is judged of the clock at a later instant if nothing more happens."""
    told = answer(judge(replace(case, as_of=micros(as_of))))
    return str(clocks(told)[row.clock, row.cycle]["verdict"])


@pytest.mark.clause("imagicle-care:on-call")
def test_a_clock_that_starts_by_itself_at_the_next_opening_is_seen_coming(log: Log):
    """An opening by web on a Sunday waits for Monday, where only the telephone calls out the team on duty."""
    log.publish("imagicle-care")
    contract = log.contract(
        "imagicle-care",
        plan="platinum",
        region="europe",
        readings={"imagicle-care:on-call/channel": "from-phone"},
    )
    row = log.clock(log.ticket(contract, opened(MONDAY_9 - hours(24), channel="web")), "response")

    assert ("pending", None, MONDAY_9 + hours(1)) == (row.state, row.due_at, row.breaches_at)


def test_an_overdue_clock_keeps_the_instant_of_its_breach(log: Log):
    log.publish("numonix-ixcloud")
    contract = log.contract("numonix-ixcloud", plan="saas")
    ticket = log.ticket(contract, opened(), happened("commented", MONDAY_9 + hours(3)))

    row = log.clock(ticket, "response")

    assert ("breached", MONDAY_9 + hours(1)) == (row.verdict, row.breached_at)
    assert row.breached_at == row.breaches_at == row.late_from


def test_what_was_kept_is_counted_by_month(log: Log):
    log.publish("numonix-ixcloud")
    contract = log.contract("numonix-ixcloud", plan="saas")
    log.ticket(contract, opened(), happened("responded", MONDAY_9 + hours(0.5)))
    log.ticket(contract, opened(), happened("responded", MONDAY_9 + hours(2)))
    log.ticket(contract, opened(), happened("ruled", MONDAY_9 + hours(2), excuse="response", why="the line was down"))
    log.ticket(contract, opened())
    log.runner.catch_up()

    def kept(after: timedelta, customer: str | None = None) -> list[tuple[int, int, int, int]]:
        """Met, breached, excused and open."""
        lines = Kept(View(log.pool, log.schema, MONDAY_9 + after, customer)).lines(ALL, "clock", "month")
        month = {"clock": "response", "month": "2024-03"}
        return [(one.met, one.breached, one.excused, one.open) for one in lines if one.by == month]

    assert [(1, 1, 1, 1)] == kept(hours(1))
    assert [(1, 2, 1, 0)] == kept(hours(1) + SECOND)
    assert [] == kept(hours(1), customer="other")
