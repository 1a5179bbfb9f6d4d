"""The order of events, those of one instant, and fractions of a second (semantics 1.1 to 1.4)."""

from datetime import datetime, timedelta

import pytest
from pydantic import ValidationError

from tests.clocks.given import (
    FRIDAY_17,
    MONDAY_9,
    MONDAY_10,
    MONDAY_11,
    MONDAY_12,
    MONDAY_13,
    at,
    clock,
    clock_of,
    happened,
    hours,
    opened,
    reopened,
    resolved,
    rome,
    severity_changed,
    wait_ended,
    waiting,
)

FOUR_HOURS = clock(None, pauses="customer", targets='[{ severity = 1, target = "1 h" }, { target = "4 h" }]')
NIGHTLY = clock("4 h", coverage="nights", warnings="[]")
LESS_THAN = clock("4 h", pauses="customer", limit="less than")
MILLISECOND = timedelta(milliseconds=1)


def test_a_naive_time_is_an_error():
    with pytest.raises(ValidationError):
        happened("opened", datetime(2024, 3, 4, 9), severity=2)  # noqa: DTZ001 - that is the point


def test_events_are_folded_in_the_order_in_which_they_took_effect():
    in_order = clock_of(FOUR_HOURS, opened(MONDAY_9), waiting(MONDAY_10), wait_ended(MONDAY_11), as_of=MONDAY_12)
    told = clock_of(FOUR_HOURS, wait_ended(MONDAY_11), opened(MONDAY_9), waiting(MONDAY_10), as_of=MONDAY_12)

    assert (in_order.used, in_order.segments, hours(2)) == (told.used, told.segments, told.used)


def test_events_of_one_instant_keep_their_order_in_the_history():
    stays = clock_of(FOUR_HOURS, opened(MONDAY_9), wait_ended(MONDAY_10), waiting(MONDAY_10), as_of=MONDAY_12)
    passes = clock_of(FOUR_HOURS, opened(MONDAY_9), waiting(MONDAY_10), wait_ended(MONDAY_10), as_of=MONDAY_12)

    assert ("paused", "running") == (stays.state, passes.state)


def test_events_at_the_instant_of_the_opening_have_their_full_effect():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        waiting(MONDAY_9),
        severity_changed(MONDAY_9, 1),
        wait_ended(MONDAY_9),
        resolved(MONDAY_9),
        reopened(MONDAY_9),
        as_of=MONDAY_9,
    )

    assert ("running", hours(1), MONDAY_10) == (told.state, told.allowance, told.due_at)


def test_an_event_numbered_before_the_opening_at_its_instant_comes_before_it():
    told = clock_of(FOUR_HOURS, waiting(MONDAY_9), opened(MONDAY_9), as_of=MONDAY_10)

    assert ("paused", hours(0)) == (told.state, told.used)


def test_the_time_up_to_an_instant_is_judged_before_its_events():
    """At 13:00 all is used: under "less than" that is a breach, whatever happens at 13:00."""
    for event in (resolved(MONDAY_13), waiting(MONDAY_13), happened("withdrawn", MONDAY_13)):
        told = clock_of(LESS_THAN, opened(MONDAY_9), event, as_of=FRIDAY_17)

        assert ("breached", MONDAY_13) == (told.verdict, told.breached_at)


def test_a_downgrade_at_the_limit_does_not_undo_the_breach_reached_there():
    stepped = clock(None, limit="less than", targets='[{ severity = 2, target = "4 h" }, { target = "8 h" }]')
    told = clock_of(stepped, opened(MONDAY_9), severity_changed(MONDAY_13, 3), as_of=MONDAY_13)

    assert ("breached", MONDAY_13) == (told.verdict, told.breached_at)


def test_fractions_of_a_second_keep_their_order():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        wait_ended(MONDAY_10 + 2 * MILLISECOND),
        waiting(MONDAY_10 + MILLISECOND),
        as_of=MONDAY_12,
    )

    assert ("running", hours(3)) == (told.state, told.used)


def test_what_is_counted_begins_at_the_whole_second():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9 + 999 * MILLISECOND), as_of=MONDAY_10)

    assert (MONDAY_9, hours(1), MONDAY_13) == (told.started_at, told.used, told.due_at)


def test_an_event_a_fraction_after_the_instant_asked_about_has_not_happened():
    events = opened(MONDAY_9), waiting(MONDAY_10 + MILLISECOND)

    assert "running" == clock_of(FOUR_HOURS, *events, as_of=MONDAY_10).state
    assert "paused" == clock_of(FOUR_HOURS, *events, as_of=MONDAY_10 + MILLISECOND).state


def test_an_event_recorded_a_fraction_after_the_instant_of_knowledge_is_not_known():
    events = opened(MONDAY_9), (waiting(MONDAY_10), MONDAY_11 + MILLISECOND)

    assert "running" == clock_of(FOUR_HOURS, *events, as_of=MONDAY_12, known_at=MONDAY_11).state
    assert "paused" == clock_of(FOUR_HOURS, *events, as_of=MONDAY_12, known_at=MONDAY_11 + MILLISECOND).state


def test_an_offset_is_a_way_of_writing_and_no_more():
    here = clock_of(FOUR_HOURS, opened(at("mon 09:00")), as_of=MONDAY_12)
    told = clock_of(FOUR_HOURS, opened(rome("2024-03-04T13:30:00+05:30")), as_of=rome("2024-03-03T23:00:00-12:00"))

    assert here == told


def test_a_ticket_opened_in_the_first_second_of_1970_has_a_due_instant():
    start = rome("1970-01-01T00:00:00+00:00")

    assert rome("1970-01-01T04:00:00+00:00") == clock_of(NIGHTLY, opened(start), as_of=start).due_at
