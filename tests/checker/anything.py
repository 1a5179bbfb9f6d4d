"""Agreements and histories as nobody would write them, for a house in Rome: every kind of trigger, target, mode and correction."""

import tomllib
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from domain.casefile import read_case
from domain.refusals import CaseFileError
from domain.terms.agreement import Agreement
from domain.terms.library import selector_of
from domain.terms.selection import Selector
from tests.clocks.given import HOUSE, clock, rome

COVERAGE = ["office", "nights", "always", "never", "changed", "holidays", "by-severity"]
TARGETS = ["30 min", "4 h", "10 h 30 min", "1 business day", "2 business days", "1 calendar day", "best effort"]
MODES = ["carry", "restart", "remeasure", "keep"]
REOPENINGS = ["resume", "new-cycle", "ignore"]
PAUSES = ["customer", "customer third-party", "third-party fees"]
BUSINESS_DAYS = ["end-of-day", "opening-of-day", "counted-day"]
AGREED_DATES = [
    '[{ event = "timeline_agreed" }]',
    '[{ event = "timeline_agreed", calendar = "office", severity = [1, 2] }, '
    '{ event = "scheduled_for_release", calendar = "always" }]',
]
STARTS = [
    '{ event = "opened" }',
    '{ event = "responded" }',
    '{ event = "opened", unless_open = "office" }',
    '{ event = "opened", backdated = true }',
    '{ event = "opened", is = { channel = "phone" } }',
    '{ event = "responded", first = true }',
    '{ event = "assigned", also = "work_started", severity = [1, 2] }',
    '{ event = "information_added", complete = ["name"] }',
    '{ event = "reopened" }',
    '{ event = "opened", severity = [1] }',
]
AFTER_THE_RESPONSE = ['{ allowance_of = "response" }', '{ event = "responded", after_stop_of = "response" }']
STOPS = [
    '{ event = "resolved" }',
    '{ event = "closed" }',
    '{ event = "update_sent" }',
    '{ event = "responded", severity = [2, 3] }',
    '{ event = "assigned", is = { tier = 2 } }',
]
ENDS = ['[{ event = "resolved" }]', '[{ event = "closed" }, { event = "assessed" }]']

LIKELY = [
    *("waiting", "waiting", "wait_ended", "wait_ended", "severity_changed", "severity_changed", "reopened", "reopened"),
    *("responded", "resolved", "closed", "update_sent", "assigned", "work_started", "information_added", "assessed"),
    *("timeline_agreed", "scheduled_for_release", "accepted", "withdrawn"),
]
OPENINGS = [  # the end of March and of October change the clocks, Christmas and May have holidays
    *("2024-03-04 08:30", "2024-03-08 15:00", "2024-03-28 21:00", "2024-10-25 21:00:17", "2024-12-23 10:00"),
    "2024-05-01 10:00",
]
offsets = st.one_of(st.integers(0, 96).map(lambda half_hours: half_hours * 1800), st.integers(0, 6 * 86_400)).map(
    lambda seconds: timedelta(seconds=seconds)
)
severities = st.integers(1, 4)


def some(rows: list[str]) -> st.SearchStrategy[str]:
    """Up to three rows of a table."""
    return st.lists(st.sampled_from(rows), min_size=1, max_size=3).map(lambda chosen: f"[{', '.join(chosen)}]")


@st.composite
def clocks(draw: st.DrawFn, name: str) -> str:
    rows: dict[str, str] = {}
    sampled = {"mode": MODES, "reopening": REOPENINGS, "limit": ["at most", "less than"], "pauses": PAUSES}
    sampled |= {"agreed_dates": AGREED_DATES, "ends": ENDS, "repeats": ["true", "false"]}
    for row, values in sampled.items():
        if draw(st.booleans()):
            rows[row] = draw(st.sampled_from(values))
    if draw(st.booleans()):
        rows["business_days"] = f'[{{ counts = "{draw(st.sampled_from(BUSINESS_DAYS))}" }}]'
    if draw(st.booleans()):
        chosen = [f'{{ severity = {severity}, target = "{draw(st.sampled_from(TARGETS))}" }}' for severity in (1, 2, 3)]
        rows["targets"] = f"[{', '.join(chosen)}]"
    if draw(st.booleans()):
        rows["stops"] = draw(some(STOPS))
    rows["starts"] = draw(some(STARTS if name == "response" else [*STARTS, *AFTER_THE_RESPONSE * 2]))
    target, coverage = draw(st.sampled_from(TARGETS)), draw(st.sampled_from(COVERAGE))
    return clock(target, name=name, coverage=coverage, **rows)


@st.composite
def agreements(draw: st.DrawFn) -> Selector:
    """The house with three clocks."""
    drawn = [draw(clocks(name)) for name in ("response", "resolution", "update")]
    return selector_of(Agreement.model_validate(tomllib.loads("\n".join((HOUSE, *drawn)))))


@st.composite
def lines(draw: st.DrawFn, start: datetime) -> dict[str, Any]:
    at, event = start + draw(offsets), draw(st.sampled_from(LIKELY))
    line: dict[str, Any] = {"at": at.isoformat(), "event": event}
    match event:
        case "waiting" | "wait_ended":
            line["on"] = draw(st.sampled_from(["customer", "third-party", "fees"]))
        case "severity_changed" | "accepted":
            line["severity"] = draw(severities)
        case "timeline_agreed" | "scheduled_for_release":
            line["due"] = (at + draw(offsets) - timedelta(hours=12)).isoformat()
        case "assigned":
            line["tier"] = draw(st.sampled_from([1, 2]))
        case "information_added":
            line["fields"] = {"name": draw(st.sampled_from(["told", ""]))}
        case _:
            pass
    return line


@st.composite
def said_afterwards(draw: st.DrawFn, start: datetime, events: int) -> dict[str, Any]:
    """A correction or a ruling about an event, perhaps one of itself, perhaps recorded at another time than it speaks of."""
    number, instant = draw(st.integers(1, events + 2)), (start + draw(offsets)).isoformat()
    data = st.sampled_from([{"severity": 1}, {"severity": 3}, {"on": "customer"}, {"number": 2}, {"tier": 2}])
    said: dict[str, Any] = draw(
        st.sampled_from(
            [
                {"event": "corrected", "number": number, "moved_to": instant},
                {"event": "corrected", "number": number, "struck": True},
                {"event": "corrected", "number": number, "data": draw(data)},
                {"event": "ruled", "strike_wait": number},
                {"event": "ruled", "severity": draw(severities)},
                {"event": "ruled", "severity": draw(severities), "since": instant},
                {"event": "ruled", "excuse": "resolution"},
            ]
        )
    )
    line = {"at": (start + draw(offsets)).isoformat(), "why": "so it was", **said}
    return line | ({"recorded_at": (start + draw(offsets)).isoformat()} if draw(st.booleans()) else {})


@st.composite
def cases(draw: st.DrawFn) -> tuple[Selector, dict[str, Any]]:
    """Terms, and a case under them."""
    selector, start = draw(agreements()), rome(draw(st.sampled_from(OPENINGS)))
    channel = draw(st.sampled_from(["web", "phone"]))
    opening = {"at": start.isoformat(), "event": "opened", "severity": draw(severities), "channel": channel}
    if draw(st.booleans()):
        opening["origin"] = {"ticket": "T-1", "opened_at": (start - draw(offsets)).isoformat()}
    document: dict[str, Any] = {
        "case": "any",
        "agreement": "house",
        "contract": {"plan": "usual"},
        "events": [opening, *draw(st.lists(lines(start), max_size=10))],
        "as_of": (start + draw(offsets)).isoformat(),
    }
    for _ in range(draw(st.integers(0, 4))):
        document = longer(document, draw(said_afterwards(start, len(document["events"]))), selector)
    if draw(st.booleans()):
        document["known_at"] = (start + draw(offsets)).isoformat()
    return selector, document


def longer(document: dict[str, Any], line: dict[str, Any], selector: Selector) -> dict[str, Any]:
    """With one event more, if the case file allows it there."""
    told = {**document, "events": [*document["events"], line]}
    try:
        read_case(told, lambda _: selector)
    except CaseFileError:
        return document
    return told
