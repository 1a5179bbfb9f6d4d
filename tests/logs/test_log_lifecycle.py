from datetime import UTC, datetime
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.logs.lifecycle import ENDINGS, WAITING, Row, Stage, moment, steps, tell
from domain.logs.report import Report
from domain.ticket.events import WaitReason

STAGES = get_args(Stage)
AT = moment(datetime(2024, 3, 28, 16, 30, tzinfo=UTC))


def told(*stages):
    rows = [Row(number, AT, stage, 3, None) for number, stage in enumerate(stages, start=1)]
    story = tell("T-1", rows, Report())
    assert story is not None
    return [event["event"] for event in story.events]


def test_a_ticket_can_wait_for_every_reason_that_tickets_know():
    waits = {stage.removeprefix(WAITING) for stage in STAGES if stage.startswith(WAITING)}

    assert set(get_args(WaitReason)) == waits


@given(st.lists(st.sampled_from([*STAGES, None]), min_size=1, max_size=20))
def test_a_ticket_never_waits_twice_nor_ends_twice_without_going_on_between(stages):
    waiting = ended = False
    for event in told(*stages)[1:]:
        match event:
            case "waiting":
                assert not waiting
                assert not ended
                waiting = True
            case "wait_ended":
                assert waiting
                waiting = False
            case "reopened":
                assert ended
                ended = False
            case "resolved" | "withdrawn":
                assert not waiting
                assert not ended
                ended = True
            case "closed":
                assert not waiting
                ended = True
            case _:
                pass


@given(st.lists(st.sampled_from(STAGES), min_size=1, max_size=20))
def test_a_ticket_is_as_its_last_row_says(stages):
    last = [event for event in told(*stages) if event not in ("opened", "responded")]
    stage = stages[-1]
    if stage in ENDINGS:
        assert stage == last[-1]
    elif stage.startswith(WAITING):
        assert "waiting" == last[-1]
    else:
        assert not last or last[-1] in ("wait_ended", "reopened")


@given(st.lists(st.sampled_from([*STAGES, None]), min_size=1, max_size=20))
def test_a_ticket_is_responded_to_once_as_the_first_thing_after_its_opening(stages):
    events = told(*stages)

    assert int(any(stage not in ("new", None) for stage in stages)) == events.count("responded")
    assert events[:2] in (["opened"], ["opened", "responded"])


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_that_stays_the_same_brings_nothing(stage):
    assert ((), ()) == steps(stage, stage, True)


@pytest.mark.parametrize(("before", "after"), [*pairwise(["resolved", "closed"]), ("withdrawn", "closed")])
def test_closing_what_has_ended_reopens_nothing(before, after):
    assert ["opened", "responded", before, after] == told(before, after)


def test_a_history_lies_in_years_that_somebody_lived_through():
    with pytest.raises(ValueError, match="1970"):
        moment(datetime(1969, 12, 31, tzinfo=UTC))
