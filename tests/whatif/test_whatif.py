"""What would have been: each kind of hypothesis on one ticket, and how one that does not fit is refused."""

from typing import Any

import pytest

from domain.casefile import read_case
from domain.comparison.said import change_words
from domain.judgement import Case, judge
from domain.refusals import CaseFileError, DoesNotFit
from domain.terms.lookup import find
from domain.whatif.hypothesis import read_hypothesis
from domain.whatif.supposing import bundled
from domain.whatif.under import under, what_if
from tests.comparison.test_difference import GOLD, STRUCK

LATE = {**GOLD, "events": [*GOLD["events"][:3], {"at": "2026-03-02T15:00:00+01:00", "event": "responded"}]}


def late() -> Case:
    """A gold ticket of priority 3: an hour of waiting, answered after five hours of counted time."""
    return read_case(LATE, find)


def verdict(hypothesis: dict[str, Any], case: Case | None = None) -> str:
    supposed = judge(under(case or late(), read_hypothesis(hypothesis), bundled))
    return supposed.replay.verdicts()["response", 1].value


def test_the_record_is_late():
    assert "breached" == judge(late()).replay.verdicts()["response", 1].value


@pytest.mark.parametrize(
    ("hypothesis", "expected"),
    [
        ({"severity": 4}, "met"),
        ({"severity": 4, "since": "2026-03-02T10:00:00+01:00"}, "met"),
        ({"without": [4]}, "breached"),
        ({"with": [{"at": "2026-03-02T12:00:00+01:00", "event": "responded"}]}, "met"),
        ({"with": [{"at": "2026-03-02T12:00:00+01:00", "event": "waiting", "on": "access"}]}, "met"),
        ({"terms": {"clocks": {"response": {"targets": [{"target": "6 h", "clause": "contract:1"}]}}}}, "met"),
        ({"contract": {"events": [{"event": "unpaid", "at": "2026-03-02T09:30:00+01:00"}]}}, "met"),
        ({"plan": "basic"}, "none"),
        ({"holidays": [{"date": "2026-03-02"}]}, "met"),
        ({"holidays": [{"date": "2026-03-02", "calendars": ["24x7"]}]}, "breached"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else value,
)
def test_a_ticket_is_judged_as_supposed(hypothesis: dict[str, Any], expected: str):
    assert expected == verdict(hypothesis)


def test_without_a_ruling_its_reading_can_be_supposed_otherwise():
    reading = "imagicle-care:reaction/limit"
    options = next(one for one in late().selector.agreement.readings if one.id == reading)
    other = next(one for one in options.options if one != options.default)
    ruled = {
        "at": "2026-03-09T09:00:00+01:00",
        "event": "ruled",
        "why": "settled",
        "reading": {reading: options.default},
    }
    case = read_case({**LATE, "events": [*LATE["events"], ruled]}, find)

    with pytest.raises(DoesNotFit, match="was settled by ruling 5"):
        verdict({"readings": {reading: other}}, case)
    assert "breached" == verdict({"readings": {reading: other}, "without": [5]}, case)


def test_a_corrected_severity_is_supposed_otherwise_all_the_same():
    corrected = {
        "at": "2026-03-09T09:00:00+01:00",
        "event": "corrected",
        "number": 1,
        "why": "x",
        "data": {"severity": 1},
    }
    case = read_case({**LATE, "events": [*LATE["events"], corrected]}, find)

    assert 4 == judge(under(case, read_hypothesis({"severity": 4}), bundled)).replay.severity


def test_the_record_stays_as_it_is():
    case = late()
    told = what_if(case, read_hypothesis({"severity": 4}), bundled)

    assert judge(late()).replay.verdicts() == told.record.replay.verdicts()
    (change,) = told.difference.inputs
    assert "event 1 (opened) with severity 4 instead of 3" == change_words(change, told.difference)


@pytest.mark.parametrize(
    ("hypothesis", "problem"),
    [
        ({"plan": "bronze"}, "the plans are basic, gold and platinum"),
        ({"agreement": "nowhere"}, 'there is no "nowhere"'),
        ({"version": "0"}, 'in version "0"'),
        ({"without": [9]}, "there is no event 9; the history has 4"),
        ({"without": [1]}, "event 1 opened the ticket"),
        ({"with": [{"at": "2026-03-02T12:00:00+01:00", "event": "unheard"}]}, "with 1: unknown event"),
        ({"with": [{**STRUCK, "strike_wait": 4}]}, "is no `waiting`"),
        ({"with": [{"at": "2026-03-02T09:00:00+01:00", "event": "opened", "severity": 1}]}, "opened once"),
        ({"severity": 9}, "severity: 9 is out of range"),
        ({"holidays": [{"date": "2026-03-02", "calendars": ["moon"]}]}, 'unknown calendar "moon"'),
        ({"readings": {"a:b/c": "d"}}, "unknown reading"),
        ({"terms": {"coverage": {"moon": [{"calendar": "24x7"}]}}}, "coverage.moon: unknown"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_what_does_not_fit_names_the_place(hypothesis: dict[str, Any], problem: str):
    with pytest.raises(DoesNotFit, match=problem):
        verdict(hypothesis)


@pytest.mark.parametrize(
    ("hypothesis", "problem"),
    [
        ({}, "nothing is supposed"),
        ({"plna": "gold"}, 'write "plan"'),
        ({"since": "2026-03-02T09:00:00+01:00"}, "since goes with severity"),
        ({"contract": {"terms": {}}}, "give them as terms"),
        ({"plan": "gold", "contract": {"plan": "basic"}}, "said twice"),
        ([], "a hypothesis is a JSON object"),
    ],
)
def test_a_hypothesis_that_does_not_read_is_refused(hypothesis: Any, problem: str):
    with pytest.raises(CaseFileError, match=problem):
        read_hypothesis(hypothesis)
