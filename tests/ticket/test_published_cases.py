"""The 300 worked cases, asked for act by act: what is let in is judged as expected, what is refused breaks a rule."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from domain.answer import answer
from domain.casefile import read_case
from domain.clocks.replay import Replay
from domain.foreknown import known_before
from domain.instants import micros
from domain.judgement import Case, judge
from domain.refusals import CommandRefused, RuleBroken, TicketNotOpen
from domain.terms.lookup import find
from domain.ticket.commands import COMMANDS, TicketCommand
from domain.ticket.decisions import decide
from domain.ticket.history import Recorded, recorded
from tests.ticket.desk import execute

FILE = Path(__file__).parents[1] / "conformance" / "cases.json"
CASES: dict[str, dict[str, Any]] = {case["case"]: case for case in json.loads(FILE.read_text("utf-8"))}
COMMAND_OF = {command.records.model_fields["event"].default: command for command in COMMANDS.values()}

LEFT_UNDONE = {"eschat:3"}
"""What an irregularity may still be about: no act, but one that never came."""

Refused = tuple[str, type[CommandRefused] | None, str]
"""The event that was asked for, how that was refused, and the clause; None: it is about one that was not recorded."""


@cache
def asked_for(name: str) -> tuple[Case, Refused | None]:
    """A case's history asked for act by act, up to the first refusal; a repetition leaves its number to the next."""
    whole = read_case(CASES[name], find)
    case = replace(whole, history=(), known_at=None)
    numbers: dict[int, int] = {}
    for one in whole.history:
        said = said_about(one, numbers)
        if said is None:
            return case, (one.event.event, None, "")
        try:
            case, done = execute(case, COMMAND_OF[one.event.event](**said), one.event.effective_at, one.by)
        except CommandRefused as refusal:
            return case, (one.event.event, type(refusal), refusal.clause)
        if done:
            numbers[one.number] = done[-1].number
    return replace(case, known_at=whole.known_at), None


def said_about(one: Recorded, numbers: dict[int, int]) -> dict[str, Any] | None:
    """What an event says, the numbers of other events as they are here; None where one of those was a repetition."""
    said = {name: getattr(one.event, name) for name in one.event.model_fields_set - {"event", "effective_at"}}
    for name in said.keys() & {"number", "strike_wait"}:
        if said[name] not in numbers:
            return None
        said[name] = numbers[said[name]]
    return said


@pytest.mark.parametrize("name", CASES)
def test_what_is_let_in_is_judged_as_expected_and_breaks_no_rule(name: str):
    case, refused = asked_for(name)
    if refused:
        return
    judged = answer(judge(case))
    clocks = {(clock["clock"], clock["cycle"]): clock for clock in judged["clocks"]}
    expected = {(clock["clock"], clock["cycle"]): clock for clock in CASES[name]["expect"]["clocks"]}

    assert expected.keys() == clocks.keys()
    for clock, figures in expected.items():
        assert comparable(figures) == comparable({key: clocks[clock][key] for key in figures})  # type: ignore[literal-required]
    assert set() == {one["clause"] for one in judged["irregularities"]} - LEFT_UNDONE


def comparable(clock: dict[str, Any]) -> dict[str, Any]:
    """A clock's figures; of its rungs those reached, in any order, as the case file has it."""
    rungs = [(rung["role"], rung["reached_at"]) for rung in clock.get("rungs", ()) if rung["reached_at"]]
    return clock | {"rungs": sorted(rungs)}


def test_what_is_refused_breaks_a_rule_or_comes_after_the_end():
    refused = Counter(one for name in CASES if (one := asked_for(name)[1]))

    assert {
        ("escalated", RuleBroken, "xima-care:6.1.2"): 32,  # from tier 1 to tier 3
        ("correctly_logged", RuleBroken, "xmpro:1-logging"): 31,  # without the required information
        ("severity_changed", TicketNotOpen, ""): 23,  # of a resolved ticket
        ("wait_ended", RuleBroken, "xima-care:4.7"): 3,  # without saying how it was authorized
        ("corrected", None, ""): 1,  # a wait in force already
        ("ruled", None, ""): 1,
    } == refused


@pytest.mark.parametrize("name", CASES)
def test_a_repetition_that_records_nothing_would_have_moved_no_clock(name: str):
    whole = read_case(CASES[name], find)
    for one in whole.history:
        later = one.event.effective_at + timedelta(minutes=1)
        case = replace(whole, as_of=whole.as_of + 3_600_000_000, known_at=None)
        before = replace(case, history=whole.history[: one.number])
        again = command_of(one)
        if again and not decide(known_before(before, micros(later)).knowledge, again, later):
            repeated = recorded(one.number + 1, one.event.model_copy(update={"effective_at": later}))

            assert figures(before) == figures(replace(before, history=(*before.history, repeated))), one.event


def command_of(one: Recorded) -> TicketCommand | None:
    said = said_about(one, {number: number for number in range(1, one.number)})
    return None if said is None or one.event.event == "opened" else COMMAND_OF[one.event.event](**said)


def figures(case: Case) -> list[tuple[object, ...]]:
    """What the clocks say, whichever event began a segment."""
    told: Replay = judge(case).replay
    return [
        (
            clock.terms.name,
            clock.cycle,
            clock.state,
            clock.verdict(told.excused),
            clock.used,
            clock.due_at,
            clock.stopped_at,
        )
        for clock in told.clocks
    ]
