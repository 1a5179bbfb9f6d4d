"""What no replay is made for, because the terms judge alike, a replay would not have changed either."""

import pytest

from domain.casefile import read_case
from domain.judgement import Judgement, judge
from domain.terms.compiled import Terms
from domain.terms.lookup import find
from tests.conformance.test_cases import CASES


def alternatives(case: dict[str, object]) -> dict[tuple[str, str], object]:
    judgement: Judgement = judge(read_case(case, find))
    return {(one.reading, one.option): one.changes for one in judgement.alternatives}


@pytest.mark.parametrize("agreement", sorted({case["agreement"] for case in CASES}))
def test_a_reading_under_which_terms_judge_alike_changes_no_verdict(agreement, monkeypatch):
    cases = [case for case in CASES if case["agreement"] == agreement]
    spared = [alternatives(case) for case in cases]

    with monkeypatch.context() as always:
        always.setattr(Terms, "judges_as", lambda *_: False)
        replayed = [alternatives(case) for case in cases]

    assert replayed == spared
