"""The 300 worked cases, walked through minute by minute: the checker says what the engine says, and what was worked out by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.terms.lookup import find
from tests.checker.given import Told, by_both

PUBLISHED = Path(__file__).parents[1] / "conformance" / "cases.json"
CASES: list[dict[str, Any]] = json.loads(PUBLISHED.read_text("utf-8"))
COMPARED = {
    *("state", "verdict", "started_at", "stopped_at", "due_at", "breached_at"),
    *("allowance_seconds", "used_seconds", "left_seconds"),
}


@pytest.mark.parametrize("agreement", sorted({case["agreement"] for case in CASES}))
def test_walking_the_worked_cases_of_an_agreement_gives_what_is_known_of_them(agreement: str):
    for case in CASES:
        if case["agreement"] == agreement:
            judged, walked = by_both(case, find(agreement))

            assert judged == walked, case["case"]
            assert by_hand(case) == as_far_as(by_hand(case), walked), case["case"]


def by_hand(case: dict[str, Any]) -> Told:
    """What the case expects of each clock, but for its ladder."""
    return {
        (clock["clock"], clock["cycle"]): {key: clock[key] for key in clock if key in COMPARED}
        for clock in case["expect"]["clocks"]
    }


def as_far_as(expected: Told, walked: Told) -> Told:
    return {name: {key: walked[name][key] for key in clock} for name, clock in expected.items()}
