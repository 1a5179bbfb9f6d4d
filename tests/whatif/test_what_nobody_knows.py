"""What is supposed of many tickets is refused before the first one where no agreement of theirs can know it."""

from typing import Any

import pytest

from domain.refusals import DoesNotFit
from domain.terms.library import selector
from domain.whatif.hypothesis import Hypothesis
from domain.whatif.known import check_known

AGREEMENTS = [selector(name).agreement for name in ("imagicle-care", "xima-care")]
THE_ROW = "xima-care:6.5/severity-2"


@pytest.mark.parametrize(
    ("supposed", "says"),
    [
        ({"plan": "diamond"}, 'plan: unknown plan "diamond"; the plans are'),
        ({"contract": {"plan": "diamond"}}, "contract.plan: unknown plan"),
        ({"readings": {"xima-care:6.5/severity-3": "so"}}, f'unknown reading .*; write "{THE_ROW}"'),
        ({"readings": {THE_ROW: "one-minute"}}, "has no option .*one-hour"),
        (
            {"holidays": [{"date": "2026-03-02", "calendars": ["24x7", "moon"]}]},
            'holidays: unknown calendar "moon"; the calen',
        ),
    ],
)
def test_what_no_agreement_knows_is_refused_with_what_is_known(supposed: dict[str, Any], says: str):
    with pytest.raises(DoesNotFit, match=says):
        check_known(Hypothesis.model_validate(supposed), AGREEMENTS)


@pytest.mark.parametrize(
    "supposed",
    [
        {"plan": "gold"},
        {"readings": {THE_ROW: "one-hour"}},
        {"severity": 1},
        {"holidays": [{"date": "2026-03-02", "calendars": ["24x7"]}]},
    ],
)
def test_what_one_agreement_knows_is_asked_of_all_tickets(supposed: dict[str, Any]):
    check_known(Hypothesis.model_validate(supposed), AGREEMENTS)


def test_where_nothing_is_published_nothing_is_unknown():
    check_known(Hypothesis(plan="diamond"), [])
