"""The 300 worked cases: each expected key of each clock is equal, as the case file format says."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.answer import Answer, answer
from domain.casefile import read_case
from domain.judgement import judge
from domain.terms.lookup import find

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))


def answered(case: dict[str, Any]) -> Answer:
    return answer(judge(read_case(case, find)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["case"]))
def test_a_worked_case_is_judged_as_expected(case: dict[str, Any]):
    clocks = {(clock["clock"], clock["cycle"]): clock for clock in answered(case)["clocks"]}
    expected = {(clock["clock"], clock["cycle"]): clock for clock in case["expect"]["clocks"]}

    assert set(expected) == set(clocks)
    for name, clock in expected.items():
        told: dict[str, Any] = dict(clocks[name])
        reached = [
            {"role": rung["role"], "reached_at": rung["reached_at"]} for rung in told["rungs"] if rung["reached_at"]
        ]
        told["rungs"] = sorted(reached, key=str)
        wanted = clock | ({"rungs": sorted(clock["rungs"], key=str)} if "rungs" in clock else {})

        assert wanted == {key: told[key] for key in wanted}, name


def test_every_agreement_has_its_cases():
    assert {"eschat", "imagicle-care", "numonix-ixcloud", "xima-care", "xmpro"} == {case["agreement"] for case in CASES}
