"""What two replays differ in, and which of what went in decides: on made-up tickets, and on the published cases."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.casefile import read_case
from domain.comparison.answers import difference_answer
from domain.comparison.difference import Difference, difference
from domain.comparison.inputs import changes, made_in
from domain.comparison.outcomes import outcomes
from domain.comparison.wording import cause_words, sides, words
from domain.instants import micros
from domain.judgement import Case, judge
from domain.ledger import page
from domain.terms.lookup import find
from domain.ticket.history import Recorded

CASES: list[dict[str, Any]] = json.loads(Path("tests/conformance/cases.json").read_text("utf-8"))

GOLD: dict[str, Any] = {
    "case": "gold",
    "agreement": "imagicle-care",
    "contract": {"plan": "gold", "region": "europe"},
    "events": [
        {"at": "2026-03-02T09:00:00+01:00", "event": "opened", "severity": 3},
        {"at": "2026-03-02T10:00:00+01:00", "event": "waiting", "on": "access"},
        {"at": "2026-03-02T11:00:00+01:00", "event": "wait_ended", "on": "access"},
        {"at": "2026-03-02T13:30:00+01:00", "event": "responded"},
    ],
    "as_of": "2026-03-03T09:00:00+01:00",
}

MOVED = {"at": "2026-03-09T09:00:00+01:00", "event": "corrected", "number": 4, "why": "the log of the telephone"}
STRUCK = {"at": "2026-03-10T09:00:00+01:00", "event": "ruled", "strike_wait": 2, "why": "there was access"}


def case(*more: dict[str, Any], **facts: Any) -> Case:
    return read_case({**GOLD, **facts, "events": [*GOLD["events"], *more]}, find)


def between(before: Case, after: Case) -> Difference:
    return difference(judge(before), judge(after))


def as_known_before(whole: Case) -> Case:
    """As it was known before anything was said afterwards."""
    said = [one.recorded_at for one in whole.history if one.event.event in ("corrected", "ruled")]
    return replace(whole, known_at=min(said) - 1)


DISPUTED = [
    read_case({name: value for name, value in one.items() if name != "expect"}, find)
    for one in CASES
    if any(event["event"] in ("corrected", "ruled") for event in one["events"])
]


def test_a_ruling_that_strikes_a_wait_turns_met_into_breached_and_says_how_many_seconds_count():
    whole = case(STRUCK)

    found = between(as_known_before(whole), whole)

    (response,) = (one for one in found.clocks if one.clock == "response")
    assert ("met", "breached") == (
        response.before and response.before.verdict,
        response.after and response.after.verdict,
    )
    assert 3600 == response.counted
    assert ["alone"] == [cause.decides for cause in response.causes]
    assert (frozenset(), frozenset({2})) == found.waits_struck


@pytest.mark.parametrize("earlier", [1, 400_000])
def test_corrections_of_one_second_are_told_apart_as_before_and_from_then_on(earlier: int):
    whole = case(STRUCK)
    struck = whole.history[-1]
    told = micros(struck.event.effective_at) + 500_000
    whole = replace(whole, history=(*whole.history[:-1], struck._replace(recorded_at=told)))

    found = between(replace(whole, known_at=told - earlier), replace(whole, known_at=told))

    then = "Tue 10 Mar 2026 09:00"
    assert (f"known just before {then}", f"known from {then} on") == sides(found)
    assert f"known just before {then}: met" in "\n".join(words(found))


def test_two_rulings_that_only_breach_together_are_named_together():
    waits = [
        {"at": f"2026-03-02T{hour}+01:00", "event": event, "on": "access"}
        for hour, event in (
            ("10:00", "waiting"),
            ("10:30", "wait_ended"),
            ("11:00", "waiting"),
            ("11:30", "wait_ended"),
        )
    ]
    answered = {"at": "2026-03-02T13:20:00+01:00", "event": "responded"}
    events = [GOLD["events"][0], *waits, answered, STRUCK, {**STRUCK, "strike_wait": 4}]
    whole = read_case({**GOLD, "events": events}, find)

    response = next(one for one in between(as_known_before(whole), whole).clocks if one.clock == "response")

    assert [("together", 2)] == [(cause.decides, len(cause.changes)) for cause in response.causes]


EXCUSED = {"at": "2026-03-10T09:00:00+01:00", "event": "ruled", "excuse": "response", "why": "nobody could know"}
LATE = {"at": "2026-03-02T14:30:00+01:00", "event": "responded"}


def corrected(number: int, at: str, **otherwise: Any) -> dict[str, Any]:
    return {"at": at, "event": "corrected", "number": number, "why": "it was not so", **otherwise}


def why(whole: Case, clock: str = "response", before: Case | None = None) -> list[str]:
    """Because of what a clock comes out otherwise than it was known before anything was said afterwards."""
    found = between(before or as_known_before(whole), whole)
    (one,) = (one for one in found.clocks if one.clock == clock)
    return [cause_words(cause, found) for cause in one.causes]


def test_a_ruling_that_was_struck_is_no_cause_of_what_a_later_one_says_again():
    whole = case(
        LATE,
        corrected(4, "2026-03-09T09:00:00+01:00", struck=True),
        EXCUSED,
        corrected(7, "2026-03-11T09:00:00+01:00", struck=True),
        {**EXCUSED, "at": "2026-03-12T09:00:00+01:00"},
    )
    before = replace(whole, known_at=whole.history[6].recorded_at - 1)

    assert ["ruling 9 of Thu 12 Mar 2026 excused response"] == why(whole, before=before)


def test_a_correction_that_a_later_one_replaced_is_no_cause():
    whole = case(
        {**MOVED, "moved_to": "2026-03-02T15:30:00+01:00"},
        {**MOVED, "at": "2026-03-10T09:00:00+01:00", "moved_to": "2026-03-02T16:30:00+01:00"},
    )

    (cause,) = why(whole)

    assert cause.startswith("correction 6 ")
    assert "together" not in cause


def test_an_event_that_was_moved_afterwards_is_a_cause_only_together_with_what_moved_it():
    whole = case({**MOVED, "moved_to": "2026-03-02T12:30:00+01:00"})
    before = replace(whole, known_at=whole.history[3].recorded_at - 1)

    (cause,) = why(whole, before=before)

    assert cause.startswith("event 4 (responded)")
    assert "and correction 5" in cause
    assert cause.endswith("together")


def test_of_two_ruled_severities_the_later_is_the_cause():
    whole = case(*({**EXCUSED, "excuse": None, "severity": severity} for severity in (2, 1)))

    (cause,) = why(whole)

    assert cause.startswith("ruling 6 ")


def test_of_two_ruled_readings_of_a_clause_the_later_is_the_cause():
    reading, ruled = (
        "imagicle-care:platinum-hours/hours",
        {"at": "2026-03-10T09:00:00+01:00", "event": "ruled", "why": ""},
    )
    whole = read_case(
        {
            **GOLD,
            "contract": {"plan": "platinum", "region": "europe"},
            "events": [
                {"at": "2026-03-07T09:00:00+01:00", "event": "opened", "severity": 2},
                {"at": "2026-03-07T09:00:00+01:00", "event": "notified_by_phone"},
                {"at": "2026-03-09T09:30:00+01:00", "event": "responded"},
                *({**ruled, "reading": {reading: option}} for option in ("p1-only", "business-hours")),
            ],
            "as_of": "2026-03-09T12:00:00+01:00",
        },
        find,
    )

    assert [f"ruling 5 of Tue 10 Mar 2026 read {reading} as business-hours"] == why(whole)


def test_two_instants_that_the_clocks_show_alike_are_told_apart_by_their_offsets():
    events = [
        {"at": "2026-10-31T22:00:00-04:00", "event": "opened", "severity": 1},
        {"at": "2026-11-01T01:30:00-04:00", "event": "responded"},
        {**MOVED, "at": "2026-11-02T09:00:00-05:00", "number": 2, "moved_to": "2026-11-01T01:30:00-05:00"},
    ]
    whole = read_case(
        {"case": "night", "agreement": "numonix-ixcloud", "contract": {"plan": "saas"}, "events": events}, find
    )

    told = "\n".join(words(between(as_known_before(whole), whole)))

    assert "from Sun 1 Nov 2026 01:30 (UTC-4) to Sun 1 Nov 2026 01:30 (UTC-5)" in told
    assert "Sat 31 Oct 2026 22:00" in page(judge(whole))
    assert "stopped Sun 1 Nov 2026 01:30 (UTC-5)" in page(judge(whole))


def test_another_plan_decides_alone():
    found = between(case(), case(contract={"plan": "basic", "region": "europe"}))

    assert "  plan basic instead of gold" == words(found)[-1]
    assert all(cause.decides == "alone" for clock in found.clocks for cause in clock.causes)


def test_an_event_that_is_known_to_one_side_only_is_told_with_its_instants():
    whole = case({**MOVED, "moved_to": "2026-03-02T12:30:00+01:00"})

    told = difference_answer(between(as_known_before(whole), whole))

    (one,) = told["inputs"]
    assert ("event", None, "2026-03-09T08:00:00Z") == (one["kind"], one["before"], one["after"]["at"])
    assert [4] == [one["event"] for one in told["judged_otherwise"]]


@pytest.mark.parametrize("place", range(0, len(DISPUTED), 7))
def test_a_judgement_differs_in_nothing_from_itself(place: int):
    judged = judge(DISPUTED[place])

    assert difference(judged, judge(DISPUTED[place])).is_empty
    assert ["Nothing differs."] == words(difference(judged, judged))


@pytest.mark.parametrize("place", range(0, len(DISPUTED), 3))
def test_all_differences_of_what_went_in_make_of_the_one_the_other(place: int):
    after = DISPUTED[place]
    before = as_known_before(after)

    made = made_in(before, changes(before, after))

    assert outcomes(judge(after).replay) == outcomes(judge(made).replay)


@pytest.mark.parametrize("place", range(0, len(DISPUTED), 5))
def test_every_clock_that_differs_has_a_cause(place: int):
    found = between(as_known_before(DISPUTED[place]), DISPUTED[place])

    assert all(clock.causes for clock in found.clocks)
    assert json.dumps(difference_answer(found))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_two_versions_of_a_ticket_are_led_over_into_each_other(data: st.DataObject):
    one, other = (_any_version(data, name) for name in ("one", "other"))

    made = made_in(one, changes(one, other))

    assert outcomes(judge(other).replay) == outcomes(judge(made).replay)
    assert not changes(made, other)


def _any_version(data: st.DataObject, name: str) -> Case:
    """A ticket with some of its events, some at other instants, under any plan, as of any hour, with what was known at any."""
    whole = case(STRUCK, {**MOVED, "moved_to": "2026-03-02T12:30:00+01:00"})
    kept = data.draw(st.sets(st.integers(2, len(whole.history))), label=f"events of {name}")
    hours = data.draw(st.integers(0, 5), label=f"hours later of {name}")
    plan = data.draw(st.sampled_from(["gold", "platinum", "basic"]), label=f"plan of {name}")
    as_of = micros(whole.history[0].event.effective_at) + data.draw(st.integers(0, 100), label="hours") * 3_600_000_000
    known = data.draw(st.none() | st.integers(0, 250), label="known")
    history = tuple(_later(one, hours) for one in whole.history if one.number in {1, *kept})
    return replace(
        whole,
        history=history,
        contract=whole.contract.model_copy(update={"plan": plan}),
        as_of=as_of,
        known_at=None if known is None else whole.history[0].at + known * 3_600_000_000,
    )


def _later(one: Recorded, hours: int) -> Recorded:
    return one if one.number == 1 else one._replace(at=one.at + hours * 3_600_000_000)
