"""What holds of every history under the agreements that come with the program, whatever the plan and the readings."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.answer import Answer
from domain.casefile import read_case
from domain.instants import micros
from domain.judgement import Case
from domain.judgement import judge as judged
from domain.refusals import CaseFileError
from domain.terms.library import agreement_ids, selector, selector_of
from domain.terms.selection import Selector
from domain.ticket.events import KINDS
from domain.ticket.history import EVENT, Recorded
from tests.clocks.given import answered

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
AGREEMENTS = {name: selector(name) for name in agreement_ids()}
CARRIED = {"carry"}
"""All of them carry the time used over a change of severity; of another mode not all that is said here would hold."""


def test_no_agreement_that_comes_with_the_program_measures_anew():
    rows = [row for one in AGREEMENTS.values() for terms in one.agreement.clocks for row in terms.on_severity_change]

    assert CARRIED == {row.mode for row in rows}


# --- any history ------------------------------------------------------------------------------------------------------

WAITS = ["customer", "third-party", "access", "authorization", "fees", "contact"]
FIELDS = ["name", "company", "project", "site", "contact", "phone", "environment", "recent_changes", "description"]
LIKELY = [
    *("waiting", "waiting", "wait_ended", "wait_ended", "severity_changed", "severity_changed", "resolved", "reopened"),
    *("responded", "update_sent", "accepted", "correctly_logged", "closed", "assigned", "work_started", "escalated"),
    *(
        "timeline_agreed",
        "scheduled_for_release",
        "notified_by_phone",
        "phone_unanswered",
        "priority_notified",
        "assessed",
    ),
]
ANY = sorted(set(KINDS) - {"opened", "corrected", "ruled"})
NEEDED: dict[str, dict[str, Any]] = {
    "refused": {"command": "close"},
    "session_held": {"kind": "remote"},
    "found": {"cause": "a"},
}

instants = st.one_of(
    st.datetimes(datetime(2023, 1, 1), datetime(2025, 6, 1)),  # noqa: DTZ001 - made aware at once
    st.sampled_from([datetime(2024, 3, 29, 15), datetime(2024, 10, 26, 20), datetime(2024, 12, 24, 8)]),  # noqa: DTZ001
    st.datetimes(datetime(1971, 1, 1), datetime(2150, 1, 1)),  # noqa: DTZ001
).map(lambda naive: naive.replace(microsecond=0, tzinfo=UTC))
offsets = st.one_of(
    st.integers(0, 48).map(lambda half_hours: half_hours * 30 * MINUTE),
    st.integers(0, 9 * 86_400).map(lambda seconds: timedelta(seconds=seconds)),
    st.integers(0, 40 * 86_400 * 10).map(lambda tenths: timedelta(seconds=tenths / 10)),
)


@st.composite
def tickets(draw: st.DrawFn, most: int = 10) -> tuple[Selector, dict[str, Any]]:
    """An agreement, and a case under it that has only begun: contract, readings and opening."""
    terms = AGREEMENTS[draw(st.sampled_from(sorted(AGREEMENTS)))]
    agreement = terms.agreement
    start = draw(instants)
    contract: dict[str, Any] = {"plan": draw(st.sampled_from(sorted(agreement.plans)))}
    if agreement.regions:
        contract["region"] = draw(st.sampled_from(sorted(agreement.regions)))
    if draw(st.booleans()):
        contract["asia_pacific"] = True
    if draw(st.integers(0, 3)) == 0:
        unpaid = start + draw(offsets) - DAY
        contract["events"] = [
            {"at": str(unpaid), "event": "unpaid"},
            {"at": str(unpaid + draw(offsets)), "event": "paid"},
        ]
    chosen = draw(st.lists(st.sampled_from(agreement.readings), max_size=2)) if agreement.readings else []
    opening: dict[str, Any] = {"at": str(start), "event": "opened", "severity": draw(severities(terms))}
    if channel := draw(st.sampled_from([None, "web", "email", "phone"])):
        opening["channel"] = channel
    if draw(st.integers(0, 3)) == 0:
        opening["fields"] = dict.fromkeys(FIELDS, "told") | {"urgency": "high"}
    if draw(st.integers(0, 5)) == 0:
        opening["origin"] = {"ticket": "T-1", "opened_at": str(start - draw(offsets))}
    if agreement.id == "numonix-ixcloud" and draw(st.booleans()):
        opening["category"] = "non-technical"
    lines = [opening, *draw(st.lists(happenings(terms, start), max_size=most))]
    return terms, {
        "case": "any",
        "agreement": agreement.id,
        "contract": contract,
        "readings": {reading.id: draw(st.sampled_from(sorted(reading.options))) for reading in chosen},
        "events": lines,
        "as_of": str(start + draw(offsets)),
    }


def severities(terms: Selector) -> st.SearchStrategy[int]:
    return st.sampled_from(terms.agreement.severity_numbers)


@st.composite
def happenings(draw: st.DrawFn, terms: Selector, start: datetime) -> dict[str, Any]:
    at = start + draw(offsets)
    event = draw(st.one_of(st.sampled_from(LIKELY), st.sampled_from(LIKELY), st.sampled_from(ANY)))
    told = {"at": str(at), "event": event, **NEEDED.get(event, {})}
    match event:
        case "waiting" | "wait_ended":
            told["on"] = draw(st.sampled_from(WAITS))
        case "severity_changed":
            told["severity"] = draw(severities(terms))
        case "accepted" if draw(st.booleans()):
            told["severity"] = draw(severities(terms))
            told["agreed_by"] = draw(st.sampled_from(["both", "agent"]))
        case "timeline_agreed":
            told["due"] = str(at + draw(offsets) - DAY)
        case "scheduled_for_release" if draw(st.booleans()):
            told["due"] = str(at + draw(offsets) - DAY)
        case "assigned":
            told["tier"] = draw(st.sampled_from([1, 2, 3]))
        case "escalated":
            told["to"] = draw(st.sampled_from(["tier-2", "tier-3"]))
        case "information_added" | "correctly_logged":
            told["fields"] = dict.fromkeys(FIELDS, "told")
        case "appointment_scheduled":
            told["for"] = str(at + DAY)
        case _:
            pass
    return told


def case_of(terms: Selector, document: dict[str, Any]) -> Case:
    return read_case(document, lambda _: terms)


def told(case: Case, history: Iterable[Recorded] | None = None, *, as_of: int | None = None) -> Answer:
    """The answer to a case, with another history or as of another instant."""
    events = case.history if history is None else tuple(history)
    at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=case.as_of if as_of is None else as_of)
    return answered(case.selector, events, at, contract=case.contract, readings=dict(case.readings), known_at=None)


def without_numbers(answer: Answer) -> Any:
    """The clocks without the numbers of the events that moved them."""
    clocks = [
        {**clock, "segments": [{**segment, "event": None} for segment in clock["segments"]]}
        for clock in answer["clocks"]
    ]
    return clocks, answer["severity"], answer["status"]


def renumbered(history: Iterable[Recorded]) -> list[Recorded]:
    return [one._replace(number=number) for number, one in enumerate(history, start=1)]


def at_different_instants(case: Case) -> bool:
    return len({one.at for one in case.history}) == len(case.history)


def correction(case: Case, number: int, at: int | None = None) -> Recorded:
    """The last word on a case: an event did not happen."""
    last = len(case.history) + (at or 1)
    when = case.as_of
    event = EVENT.validate_python(
        {
            "event": "corrected",
            "effective_at": datetime.fromtimestamp(0, UTC) + timedelta(microseconds=when),
            "number": number,
            "struck": True,
            "why": "it did not happen",
        }
    )
    return Recorded(last, event, when, when)


histories = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


# --- causality and order ----------------------------------------------------------------------------------------------


@histories
@given(tickets())
def test_what_happens_after_an_instant_changes_nothing_said_as_of_it(ticket):
    case = case_of(*ticket)
    until_then = [one for one in case.history if one.at <= case.as_of or one.event.event == "opened"]

    assert told(case, until_then) == told(case)


@histories
@given(tickets(), st.randoms(use_true_random=False))
def test_the_order_of_writing_changes_nothing_about_events_of_different_instants(ticket, random):
    case = case_of(*ticket)
    assume(at_different_instants(case))
    shuffled = list(case.history)
    random.shuffle(shuffled)

    assert told(case) == told(case, shuffled)
    assert without_numbers(told(case)) == without_numbers(told(case, renumbered(shuffled)))


@histories
@given(tickets(), st.lists(offsets, min_size=2, max_size=4))
def test_a_breach_never_disappears_as_time_goes_on(ticket, later):
    case = case_of(*ticket)
    breached: dict[tuple[str, int], tuple[str | None, str | None]] = {}
    for offset in sorted(later):
        as_of = case.history[0].at + micros(datetime.fromtimestamp(0, UTC) + offset)
        now = {
            (clock["clock"], clock["cycle"]): (clock["breached_at"], clock["due_at"])
            for clock in told(case, as_of=as_of)["clocks"]
            if clock["verdict"] == "breached"
        }

        assert breached == {name: now.get(name) for name in breached}
        breached = now


@histories
@given(tickets(), st.lists(offsets, min_size=2, max_size=3))
def test_a_rung_once_reached_stays_reached_as_time_goes_on(ticket, later):
    case = case_of(*ticket)
    reached: set[tuple[str, int, str, str]] = set()
    for offset in sorted(later):
        as_of = case.history[0].at + micros(datetime.fromtimestamp(0, UTC) + offset)
        now = {
            (clock["clock"], clock["cycle"], rung["role"], rung["reached_at"])
            for clock in told(case, as_of=as_of)["clocks"]
            for rung in clock["rungs"]
            if rung["reached_at"]
        }

        assert reached <= now
        assert len(now) == len({name[:3] for name in now})
        reached = now


@histories
@given(tickets())
def test_nothing_is_said_to_have_happened_after_the_instant_asked_about(ticket):
    case = case_of(*ticket)
    answer = told(case)
    said = [
        text
        for clock in answer["clocks"]
        for text in (
            clock["started_at"],
            clock["stopped_at"],
            clock["breached_at"],
            *(rung["reached_at"] for rung in clock["rungs"]),
            *(warning["reached_at"] for warning in clock["warnings"]),
            *(segment["to"] for segment in clock["segments"]),
        )
        if text
    ]

    assert all(text <= answer["as_of"] for text in said)


# --- time used --------------------------------------------------------------------------------------------------------


def length(segment: Any) -> int:
    return int((datetime.fromisoformat(segment["to"]) - datetime.fromisoformat(segment["from"])).total_seconds())


@histories
@given(tickets())
def test_the_time_used_is_that_of_the_counting_segments(ticket):
    for clock in told(case_of(*ticket))["clocks"]:
        counted = sum(length(segment) for segment in clock["segments"] if segment["state"] == "counting")

        assert clock["used_seconds"] == counted


@histories
@given(tickets())
def test_segments_tile_the_life_of_a_clock(ticket):
    answer = told(case_of(*ticket))
    reopened = any(line["event"] == "reopened" for line in ticket[1]["events"])
    for clock in answer["clocks"]:
        segments = clock["segments"]
        if not segments:
            assert clock["used_seconds"] == 0
            continue
        ends = clock["stopped_at"] or answer["as_of"]

        started_at = clock["started_at"] or ""
        assert started_at == segments[0]["from"] or (reopened and started_at < segments[0]["from"])
        assert reopened or ends == segments[-1]["to"]
        assert segments[-1]["to"] <= ends
        assert all(segment["from"] < segment["to"] for segment in segments)
        for earlier, later in pairwise(segments):
            assert earlier["to"] == later["from"] or (reopened and earlier["to"] < later["from"])


@histories
@given(tickets())
def test_what_an_answer_says_of_a_clock_agrees_with_itself(ticket):
    for clock in told(case_of(*ticket))["clocks"]:
        left = clock["left_seconds"]
        states = {
            "pending": clock["started_at"] is None,
            "void": True,
            "stopped": None not in (clock["started_at"], clock["stopped_at"]),
            "running": clock["started_at"] is not None and clock["stopped_at"] is None,
            "paused": clock["started_at"] is not None and clock["stopped_at"] is None,
        }

        assert states[clock["state"]]
        assert (clock["verdict"] == "breached") == (clock["breached_at"] is not None)
        assert (left is None) == (clock["allowance_seconds"] is None)
        if clock["allowance_seconds"] is not None:
            assert left == clock["allowance_seconds"] - clock["used_seconds"]
        if clock["verdict"] in ("met", "open") and left is not None:
            assert left >= 0
        if clock["breached_at"] is not None and clock["due_at"] is not None:
            assert clock["due_at"] <= clock["breached_at"]
        if clock["state"] == "running" and clock["verdict"] == "open" and left:
            assert clock["due_at"] is None or clock["due_at"] > told_as_of(ticket)


def told_as_of(ticket: tuple[Selector, dict[str, Any]]) -> str:
    return told(case_of(*ticket))["as_of"]


@histories
@given(tickets(), st.sampled_from(WAITS), offsets, offsets)
def test_a_wait_never_makes_a_clock_due_earlier_or_used_more(ticket, reason, since, lasting):
    terms, document = ticket
    lines = [line for line in document["events"] if line.get("on") != reason]
    start = datetime.fromisoformat(document["events"][0]["at"])
    wait = [
        {"at": str(start + since), "event": "waiting", "on": reason},
        {"at": str(start + since + lasting), "event": "wait_ended", "on": reason},
    ]
    contract = {key: value for key, value in document["contract"].items() if key != "events"}
    plain = told(case_of(terms, {**document, "contract": contract, "events": lines}))
    waited = told(case_of(terms, {**document, "contract": contract, "events": [*lines, *wait]}))
    before = {(clock["clock"], clock["cycle"]): clock for clock in plain["clocks"]}
    for clock in waited["clocks"]:
        other = before.get((clock["clock"], clock["cycle"]))
        if other is None or other["started_at"] != clock["started_at"]:
            continue

        assert other["due_at"] is None or clock["due_at"] is None or other["due_at"] <= clock["due_at"]
        assert clock["used_seconds"] <= other["used_seconds"]
        assert clock["breached_at"] is None or (
            other["breached_at"] is not None and other["breached_at"] <= clock["breached_at"]
        )


# --- corrections and rulings ------------------------------------------------------------------------------------------


@histories
@given(tickets(), st.data())
def test_striking_an_event_and_telling_it_again_is_telling_it_once(ticket, data):
    case = case_of(*ticket)
    assume(at_different_instants(case))
    struck = data.draw(st.sampled_from(case.history))
    again = struck._replace(number=len(case.history) + 2)

    assert without_numbers(told(case)) == without_numbers(
        told(case, [*case.history, correction(case, struck.number), again])
    )


@histories
@given(tickets(), st.data())
def test_striking_an_event_is_never_having_told_it(ticket, data):
    case = case_of(*ticket)
    assume(len(case.history) > 1)
    struck = data.draw(st.sampled_from(case.history[1:]))
    never = [one for one in case.history if one.number != struck.number]

    assert told(case, never) == told(case, [*case.history, correction(case, struck.number)])


@histories
@given(tickets(), st.data())
def test_a_struck_correction_changes_nothing(ticket, data):
    case = case_of(*ticket)
    struck = data.draw(st.sampled_from(case.history))
    first = correction(case, struck.number)
    second = correction(case, first.number, at=2)

    assert told(case) == told(case, [*case.history, first, second])


@st.composite
def said_afterwards(draw: st.DrawFn, terms: Selector, document: dict[str, Any]) -> dict[str, Any]:
    lines = document["events"]
    start = datetime.fromisoformat(lines[0]["at"])
    line: dict[str, Any] = {"at": str(start + draw(offsets) - DAY), "why": "so it was"}
    number = draw(st.integers(1, len(lines) + 3))
    match draw(st.sampled_from(["moved", "struck", "data", "wait", "severity", "since", "reading", "excuse"])):
        case "moved":
            line |= {"event": "corrected", "number": number, "moved_to": str(start + draw(offsets) - DAY)}
        case "struck":
            line |= {"event": "corrected", "number": number, "struck": True}
        case "data":
            data = [{"severity": draw(severities(terms))}, {"on": draw(st.sampled_from(WAITS))}, {"why": "no"}, {}]
            line |= {"event": "corrected", "number": number, "data": draw(st.sampled_from(data))}
        case "wait":
            line |= {"event": "ruled", "strike_wait": number}
        case "severity":
            line |= {"event": "ruled", "severity": draw(severities(terms))}
        case "since":
            since = str(start + draw(offsets) - DAY)
            line |= {"event": "ruled", "severity": draw(severities(terms)), "since": since}
        case "reading" if terms.agreement.readings:
            reading = draw(st.sampled_from(terms.agreement.readings))
            line |= {"event": "ruled", "reading": {reading.id: draw(st.sampled_from(sorted(reading.options)))}}
        case _:
            clock = draw(st.sampled_from(terms.agreement.clocks))
            line |= {"event": "ruled", "excuse": clock.name}
    if draw(st.booleans()):
        line["recorded_at"] = str(start + draw(offsets))
    return line


@settings(histories, max_examples=80)
@given(tickets(), st.data())
def test_every_history_is_judged(ticket, data):
    """Corrections and rulings of any number included; one that the case file refuses is left out."""
    terms, document = ticket
    for _ in range(data.draw(st.integers(0, 6))):
        longer = {**document, "events": [*document["events"], data.draw(said_afterwards(terms, document))]}
        if fits(terms, longer):
            document = longer
    if data.draw(st.booleans()):
        start = datetime.fromisoformat(document["events"][0]["at"])
        document = {**document, "known_at": str(start + data.draw(offsets) - DAY)}
    case = case_of(terms, document)
    at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=case.as_of)
    known_at = None if case.known_at is None else datetime.fromtimestamp(0, UTC) + timedelta(microseconds=case.known_at)
    contract = case.contract

    def once(by: Selector) -> str:
        return json.dumps(
            answered(
                by,
                case.history,
                at,
                known_at=known_at,
                contract=contract,
                readings=dict(case.readings),
                all_readings=True,
            )
        )

    assert once(terms) == once(terms)
    assert judged(case).replay.status in (
        *("open", "waiting", "resolved", "closed"),
        *("declined", "withdrawn", "merged"),
    )


def fits(terms: Selector, document: dict[str, Any]) -> bool:
    try:
        case_of(terms, document)
    except CaseFileError:
        return False
    return True


@settings(histories, max_examples=10)
@given(tickets())
def test_terms_selected_afresh_answer_the_same_bytes(ticket):
    case = case_of(*ticket)
    fresh = Case(
        case.name, selector_of(case.selector.agreement), case.contract, case.readings, case.history, case.as_of
    )

    assert json.dumps(told(case)) == json.dumps(told(fresh))
