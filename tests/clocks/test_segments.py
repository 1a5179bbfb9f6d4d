"""What every answer tells of a clock's life, stretch by stretch (semantics 5)."""

import json

from tests.clocks.given import (
    FRIDAY_17,
    MONDAY_9,
    MONDAY_10,
    MONDAY_11,
    MONDAY_12,
    MONDAY_14,
    MONDAY_15,
    MONDAY_16,
    MONDAY_17,
    TUESDAY_9,
    TUESDAY_10,
    agreed,
    answered,
    at,
    clock,
    clock_of,
    happened,
    history,
    house,
    opened,
    reopened,
    resolved,
    severity_changed,
    wait_ended,
    waiting,
)

FOUR_HOURS = clock("4 h", pauses="customer third-party")


def test_a_segment_says_what_counted_on_which_calendar_and_clause():
    (segment,) = clock_of(FOUR_HOURS, opened(MONDAY_9), as_of=MONDAY_10).told["segments"]

    assert {
        "from": "2024-03-04T08:00:00Z",
        "to": "2024-03-04T09:00:00Z",
        "state": "counting",
        "severity": 2,
        "calendar": "office",
        "waits": [],
        "event": 1,
        "clause": "house:target",
    } == segment


def test_closed_hours_are_a_segment_with_the_clause_of_the_hours():
    told = clock_of(FOUR_HOURS, opened(MONDAY_16), as_of=TUESDAY_10)

    assert [
        (MONDAY_16, MONDAY_17, "counting"),
        (MONDAY_17, TUESDAY_9, "closed"),
        (TUESDAY_9, TUESDAY_10, "counting"),
    ] == told.segments
    assert ["house:target", "house:hours", "house:target"] == [one["clause"] for one in told.told["segments"]]
    assert {1} == {one["event"] for one in told.told["segments"]}


def test_a_pause_is_one_segment_over_the_night_with_the_clause_of_its_wait():
    told = clock_of(FOUR_HOURS, opened(MONDAY_16), waiting(MONDAY_16), as_of=TUESDAY_10)

    assert [(MONDAY_16, TUESDAY_10, "paused")] == told.segments
    assert [(["customer"], 2, "house:wait")] == [
        (one["waits"], one["event"], one["clause"]) for one in told.told["segments"]
    ]


def test_each_segment_names_the_event_that_began_it():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        waiting(MONDAY_10),
        waiting(MONDAY_11, "third-party"),
        wait_ended(MONDAY_12),
        wait_ended(MONDAY_14, "third-party"),
        severity_changed(MONDAY_15, 1),
        as_of=MONDAY_16,
    )

    assert [1, 2, 3, 4, 5, 6] == [one["event"] for one in told.told["segments"]]


def test_an_event_without_effect_on_the_clock_begins_no_segment():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        happened("commented", MONDAY_10),
        waiting(MONDAY_11, "access"),
        wait_ended(MONDAY_11),
        happened("assigned", MONDAY_12),
        as_of=MONDAY_14,
    )

    assert [(MONDAY_9, MONDAY_14, "counting")] == told.segments


def test_the_time_in_which_a_clock_was_stopped_is_no_segment():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), resolved(MONDAY_10), reopened(MONDAY_12), as_of=MONDAY_14)

    assert [(MONDAY_9, MONDAY_10, "counting"), (MONDAY_12, MONDAY_14, "counting")] == told.segments
    assert [1, 3] == [one["event"] for one in told.told["segments"]]


def test_an_instant_is_no_segment():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), waiting(MONDAY_9), wait_ended(MONDAY_9), as_of=MONDAY_10)

    assert [(MONDAY_9, MONDAY_10, "counting")] == told.segments


def test_under_an_agreed_date_its_clause_is_named():
    by_date = clock("best effort", agreed_dates='[{ event = "timeline_agreed", clause = "house:date" }]')
    told = clock_of(by_date, opened(MONDAY_9), agreed(MONDAY_10, FRIDAY_17), as_of=MONDAY_11)

    assert ["house:target", "house:date"] == [one["clause"] for one in told.told["segments"]]


def test_an_answer_is_the_same_byte_for_byte():
    events = history(
        opened(MONDAY_9),
        waiting(MONDAY_10),
        wait_ended(at("mon 12:00")),
        severity_changed(MONDAY_14, 1),
        resolved(MONDAY_15),
    )

    assert 1 == len({json.dumps(answered(house(FOUR_HOURS), events, FRIDAY_17)) for _ in range(3)})
