"""A case file is read whole or refused in one line that names the place, the fault and the remedy."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.answer import answer
from domain.casefile import read_case
from domain.judgement import Case, judge
from domain.ledger import page
from domain.refusals import CaseFileError
from domain.terms.lookup import find

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "conformance/cases.json").read_text("utf-8"))

OPENED = {"at": "2024-03-28T16:30:00+01:00", "event": "opened", "severity": 3, "channel": "web", "by": "customer"}
WAITING = {"at": "2024-03-28T17:00:00+01:00", "event": "waiting", "on": "access", "by": "agent"}
RESPONDED = {"at": "2024-03-29T12:00:00+01:00", "event": "responded", "by": {"id": "ann", "role": "agent"}}
CASE: dict[str, Any] = {
    "case": "easter",
    "agreement": "imagicle-care",
    "contract": {"plan": "gold", "region": "europe"},
    "events": [OPENED, WAITING, RESPONDED],
}
LATER = "2024-03-29T13:00:00+01:00"


def read(**instead: Any) -> Case:
    told = {name: value for name, value in {**CASE, **instead}.items() if value is not ...}
    return read_case(told, find, place="cases.jsonl: line 7")


def refused(**instead: Any) -> str:
    with pytest.raises(CaseFileError) as refusal:
        read(**instead)
    message = str(refusal.value)
    assert "\n" not in message
    assert message.startswith("cases.jsonl: line 7: ")
    return message.removeprefix("cases.jsonl: line 7: ")


def contract(**facts: Any) -> dict[str, Any]:
    return {"plan": "gold", "region": "europe", **facts}


# --- what is read ---------------------------------------------------------------------------------------------------------


def test_a_case_is_judged_as_of_its_latest_event_where_it_does_not_say():
    case = read(events=[OPENED, RESPONDED, WAITING])

    assert case.history[1].at == case.as_of
    assert case.known_at is None


def test_an_event_was_recorded_when_it_happened_where_it_does_not_say():
    case = read(events=[OPENED, {**WAITING, "recorded_at": LATER}])

    assert [True, False] == [one.at == one.recorded_at for one in case.history]


def test_an_actor_is_a_role_or_a_person_in_a_role():
    case = read()

    assert [("customer", None), ("agent", None), ("agent", "ann")] == [(one.role, one.person) for one in case.history]


def test_where_a_history_came_from_and_what_is_expected_of_it_change_nothing():
    told = read(source={"system": "desk", "made_sla": True}, expect={"clocks": []})

    assert answer(judge(read())) == answer(judge(told))
    assert {"system": "desk", "made_sla": True} == told.source


def test_a_severity_that_a_correction_brings_in_counts():
    correction = {"at": LATER, "event": "corrected", "number": 1, "why": "a typo", "data": {"severity": 2}}

    assert 2 == judge(read(events=[OPENED, correction])).replay.severity


# --- what is refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", [None, 5, "case", [CASE], True])
def test_a_case_is_an_object(document):
    with pytest.raises(CaseFileError, match=r"^a case is a JSON object with case, agreement, contract and events$"):
        read_case(document, find)


FRAMES: list[tuple[dict[str, Any], str]] = [
    ({"case": 5}, "case: write text in quotes, not 5"),
    ({"case": ""}, 'case "": case: is empty'),
    ({"case": ...}, "case: is missing"),
    ({"case": "x" * 600}, "case: is longer than 500 characters"),
    ({"agreement": "imagicle"}, 'case "easter": agreement: unknown agreement "imagicle"; write "imagicle-care"'),
    ({"agreement": 5}, "agreement: write text in quotes or an object, not 5"),
    ({"agreement": {}}, "agreement: "),
    ({"contract": ...}, "contract.plan: is missing; the plans are basic, gold and platinum (imagicle-care)"),
    ({"contract": []}, "contract: write an object, not a list"),
    ({"contract": contract(plan="golden")}, 'contract.plan: unknown plan "golden"; write "gold"; the plans are'),
    ({"contract": contract(plan="Gold")}, 'contract.plan: "Gold" is no name; names are of small letters'),
    ({"contract": contract(region="eu")}, 'contract.region: unknown region "eu"; the regions are americas, europe'),
    ({"contract": contract(regoin="eu")}, 'contract.regoin: unknown field; write "region"'),
    ({"contract": contract(servers={"a": "bronze"})}, 'contract.servers.a: unknown plan "bronze"'),
    (
        {"contract": contract(hosting="cloud")},
        'contract.hosting: unknown value "cloud"; the values are vendor and cust',
    ),
    ({"contract": contract(people=[{"id": "ann", "role": "boss"}])}, 'contract.people[1].role: unknown value "boss"'),
    ({"contract": contract(events=[{"event": "signd"}])}, 'contract.events[1]: unknown event "signd"; write "signed"'),
    ({"contract": contract(events=[{"at": LATER}])}, "contract.events[1]: event: is missing"),
    ({"contract": contract(events=[{"event": "paid"}])}, "contract.events[1].at: is missing"),
    (
        {"contract": contract(events=[{"event": "paid", "effective_at": 1}])},
        "effective_at: unknown field; the fields are at, recorded_at and event",
    ),
    (
        {"contract": contract(events=[{"at": LATER, "event": "renewed", "until": "9999-12-31"}])},
        "contract.events[1].until: 9999-12-31 lies after 2199-12-31; name a day up to that, or none where no end is known",
    ),
    ({"case": "a\0b"}, r'case "a\u0000b": case: holds the character U+0000; write a text without it'),
    ({"events": [{**OPENED, "by": {"id": "\0", "role": "customer"}}]}, "events[1].by.id: holds the character U+0000"),
    ({"source": {"rows": [1, {"b": "\ud800"}]}}, "source.rows[2].b: holds half a character"),
    ({"source": {"\0": 1}}, "source: the name of a field holds the character U+0000"),
    ({"effective_at": 1}, "effective_at: unknown field; "),
    ({"contract": contract(terms={"clocks": {"respond": {}}})}, "contract.terms.clocks.respond: unknown"),
    ({"readings": []}, "readings: write an object, not a list"),
    ({"readings": {"x": "y"}}, 'readings: unknown reading "x"; the readings are imagicle-care:'),
    (
        {"readings": {"imagicle-care:reaction/limit": "y"}},
        'imagicle-care:reaction/limit has no option "y"; the options',
    ),
    ({"events": ...}, "events: is missing"),
    ({"events": []}, "events: is empty"),
    ({"events": {}}, "events: write a list, not an object"),
    ({"events": ["opened"]}, 'events[1]: write an object, not "opened"'),
    ({"events": [WAITING]}, "events: none is `opened`; a history begins with it"),
    ({"events": [OPENED, OPENED]}, "event 2 (opened): a ticket is opened once; event 1 did so"),
    ({"as_of": "2024-04-02T13:00:00"}, 'as_of: "2024-04-02T13:00:00" has no offset; write an instant'),
    (
        {"known_at": "later"},
        'known_at: write an instant with its offset, such as 2024-03-28T16:30:00+01:00, not "later"',
    ),
    ({"known_att": LATER}, 'known_att: unknown field; write "known_at"; the fields are case, agreement'),
    ({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}, "(and 2 more)"),
    ({"a\nb": 1}, '"a\\nb": unknown field'),
]


@pytest.mark.parametrize(("instead", "said"), FRAMES, ids=[said[:40] for _, said in FRAMES])
def test_what_is_wrong_around_the_events_is_named(instead, said):
    assert said in refused(**instead)


def test_a_contract_term_about_what_the_agreement_does_not_have_is_refused():
    row = {"target": "3 h", "reading": {"x:y/z": "a"}}
    rung = {"role": "agent", "after": "the target of nothing"}

    said = refused(contract=contract(terms={"clocks": {"response": {"targets": [row]}}}))
    assert 'contract.terms.reading: unknown reading "x:y/z"' in said
    said = refused(contract=contract(terms={"clocks": {"response": {"rungs": [rung]}}}))
    assert 'contract.terms.rungs: unknown clock "nothing"; the clocks are notification' in said


LINES: list[tuple[dict[str, Any], str]] = [
    ({"event": "waits"}, 'event 2: unknown event "waits"; write "waiting"'),
    ({"event": 5}, "event 2: unknown event 5; the events are opened, "),
    ({"event": ...}, "event 2: event: is missing"),
    ({"at": ...}, "event 2 (waiting): at: is missing; write an instant with its offset"),
    ({"at": "2024-03-28T17:00:00"}, 'event 2 (waiting): at: "2024-03-28T17:00:00" has no offset; write an instant'),
    ({"at": "2024-03-28"}, 'at: "2024-03-28" has no offset'),
    ({"at": "2024-03-28T25:00:00Z"}, 'at: "2024-03-28T25:00:00Z" is a date or time that does not exist'),
    ({"at": None}, "at: write an instant with its offset, such as 2024-03-28T16:30:00+01:00, not null"),
    ({"at": "1024-03-28T17:00:00Z"}, "at: an instant lies in the years 1970 to 2199, not in 1024"),
    (
        {"at": "2024-03-28T15:00:00Z"},
        "at: 2024-03-28T15:00:00+00:00 lies before the opening, event 1 at 2024-03-28T16:30",
    ),
    ({"effective_at": LATER}, "event 2 (waiting): effective_at: unknown field; in a case file it is `at`"),
    ({"recorded_at": "2024-03-28T17:00:00"}, 'recorded_at: "2024-03-28T17:00:00" has no offset'),
    ({"on": "costumer"}, 'event 2 (waiting): on: unknown value "costumer"; write "customer"; the values are customer,'),
    ({"on": ...}, "event 2 (waiting): on: is missing"),
    ({"on": []}, "on: unknown value a list"),
    ({"onn": "access"}, 'onn: unknown field; write "on"; the fields are at, event, on, task, evidence, recorded_at'),
    ({"by": "boss"}, 'by: unknown value "boss"; the values are customer, end-user'),
    ({"by": {}}, "by.role: is missing; by.id: is missing"),
    ({"by": {"id": "ann", "role": "agent", "name": "Ann"}}, "by.name: unknown field; the fields are role and id"),
    ({"event": "opened", "on": ..., "severity": "3"}, 'event 2 (opened): severity: write a whole number, not "3"'),
    ({"event": "opened", "on": ..., "severity": 3.5}, "severity: write a whole number, not 3.5"),
    ({"event": "severity_changed", "on": ..., "severity": 0}, "severity: 0 is out of range; write 1 or more"),
    ({"event": "severity_changed", "on": ..., "severity": 10**30}, "severity: 1000000000"),
    (
        {"event": "severity_changed", "on": ..., "severity": 5},
        "severity: 5 is out of range; the severities are 1, 2, 3 and",
    ),
    ({"event": "opened", "on": ..., "severity": 3, "origin": {}}, "origin.ticket: is missing"),
    ({"event": "opened", "on": ..., "severity": 3, "origin": 5}, "origin: write an object or text in quotes, not 5"),
    ({"event": "appointment_scheduled", "on": ..., "for_": LATER}, 'for_: unknown field; write "for"'),
    ({"event": "resolved", "on": ..., "measurement": {"value": "a"}}, 'measurement.value: write a number, not "a"'),
    ({"event": "log_requested", "on": ..., "full": "maybe"}, 'full: write true or false, not "maybe"'),
    ({"event": "escalated", "on": ..., "level": []}, "level: write a whole number or text in quotes, not a list"),
]


@pytest.mark.parametrize(("instead", "said"), LINES, ids=[said[:50] for _, said in LINES])
def test_what_is_wrong_with_an_event_is_named_with_its_number(instead, said):
    line = {name: value for name, value in {**WAITING, **instead}.items() if value is not ...}

    assert said in refused(events=[OPENED, line, RESPONDED])


AFTERWARDS: list[tuple[dict[str, Any], str]] = [
    ({"event": "corrected", "number": 1}, "give exactly one of moved_to, data, struck; here: none"),
    ({"event": "corrected", "number": 9, "struck": True}, "number: there is no event 9; the history has 4"),
    ({"event": "corrected", "number": 4, "struck": True}, "number: an event cannot correct itself"),
    ({"event": "corrected", "number": 1, "struck": False}, "struck: unknown value false; the only value is true"),
    (
        {"event": "corrected", "number": 2, "data": {"on": "x"}},
        'data: does not fit event 2 (waiting): on: unknown value "x"',
    ),
    ({"event": "corrected", "number": 2, "data": {"at": LATER}}, "data: at: an event is moved with `moved_to`"),
    ({"event": "corrected", "number": 1, "data": {"severity": 9}}, "event 1 (opened): severity: 9 is out of range"),
    ({"event": "ruled"}, "give exactly one of strike_wait, severity, reading, excuse; here: none"),
    ({"event": "ruled", "severity": 9}, "severity: 9 is out of range; the severities are 1, 2, 3 and 4"),
    ({"event": "ruled", "strike_wait": 9}, "strike_wait: there is no event 9; the history has 4"),
    ({"event": "ruled", "strike_wait": 1}, "strike_wait: event 1 (opened) is no `waiting`"),
    ({"event": "ruled", "excuse": "respond"}, 'excuse: unknown clock "respond"; write "response"; the clocks are'),
    ({"event": "ruled", "reading": {"x": "y"}}, 'reading: unknown reading "x"'),
]


@pytest.mark.parametrize(("line", "said"), AFTERWARDS, ids=[said[:50] for _, said in AFTERWARDS])
def test_a_correction_or_ruling_about_what_is_not_there_is_refused(line, said):
    assert said in refused(events=[*CASE["events"], {"at": LATER, "why": "a mistake", **line}])


# --- whatever is written --------------------------------------------------------------------------------------------------

AFTERTHOUGHTS: list[dict[str, Any]] = [{"why": "x", **line} for line, _ in AFTERWARDS] + [
    {"event": "corrected", "number": 2, "why": "x", "moved_to": "2020-01-01T00:00:00Z"},
    {"event": "corrected", "number": 1, "why": "x", "struck": True},
    {"event": "corrected", "number": 3, "why": "x", "data": {"number": 1, "data": {"severity": 9}}},
    {"event": "ruled", "why": "x", "severity": 2, "since": "2024-01-01T00:00:00Z"},
    {"event": "ruled", "why": "x", "strike_wait": 2},
    {"event": "ruled", "why": "x", "excuse": "response"},
]
VALUES: list[Any] = [
    None,
    True,
    0,
    1,
    4,
    9,
    -1,
    1.5,
    10**25,
    "",
    "x",
    "gold",
    "é\n",
    LATER,
    "2199-12-31T23:59:59-14:00",
    [],
    {},
    [{}],
]
NAMES = ["x", "at", "event", "severity", "on", "by", "number", "data", "recorded_at", "contract", "effective_at"]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container in a document, with each of its keys."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [place for key in keys for place in places(value[key])]


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A worked case of which something was dropped, renamed, replaced, or said once more afterwards."""
    case: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(CASES)))
    del case["expect"]
    if draw(st.booleans()):
        where = draw(st.integers(1, len(case["events"])))
        at = draw(st.sampled_from([one["at"] for one in case["events"]]))
        case["events"].insert(where, {"at": at, **copy.deepcopy(draw(st.sampled_from(AFTERTHOUGHTS)))})
    for _ in range(draw(st.integers(0, 2))):
        container, key = draw(st.sampled_from(places(case)))
        match draw(st.sampled_from(["drop", "rename", "replace", "copy"])):
            case "drop":
                del container[key]
            case "rename" if isinstance(container, dict):
                container[draw(st.sampled_from(NAMES))] = container.pop(key)
            case "copy":
                other, name = draw(st.sampled_from(places(case)))
                container[key] = copy.deepcopy(other[name])
            case _:
                container[key] = copy.deepcopy(draw(st.sampled_from(VALUES)))
    return case


def told(document: dict[str, Any], *, all_readings: bool) -> str:
    try:
        judgement = judge(read_case(document, find))
    except CaseFileError as refusal:
        return str(refusal)
    assert page(judgement, all_readings=all_readings)
    return json.dumps(answer(judgement, all_readings=all_readings))


@settings(max_examples=300)
@given(mutated(), st.booleans())
def test_whatever_stands_in_a_case_it_is_judged_or_refused_in_one_line(document, all_readings):
    assert told(document, all_readings=all_readings).isprintable()


@pytest.mark.parametrize("at", [20240328, 1711639800.5, "20240328", "1711639800", "+1711639800", ".5e9", "1.5e-3"])
def test_a_bare_number_is_no_instant(at: object):
    assert "write an instant with its offset" in refused(as_of=at)


@pytest.mark.parametrize("at", ["2024-02-30T12:00:00Z", "2024-03-28T25:00:00+01:00"])
def test_a_date_that_does_not_exist_is_called_so(at: str):
    assert f'as_of: "{at}" is a date or time that does not exist' in refused(as_of=at)
