"""When a clock counts, and what pauses it (semantics 3.3 and 3.4)."""

from domain.clocks.clock import State
from tests.clocks.given import (
    MONDAY_9,
    MONDAY_10,
    MONDAY_11,
    MONDAY_12,
    MONDAY_13,
    MONDAY_14,
    MONDAY_15,
    MONDAY_16,
    MONDAY_17,
    TUESDAY_9,
    TUESDAY_10,
    at,
    clock,
    clock_of,
    hours,
    opened,
    reopened,
    resolved,
    responded,
    severity_changed,
    wait_ended,
    waiting,
)

FOUR_HOURS = clock("4 h", pauses="customer third-party")


def test_waiting_on_the_customer_does_not_count():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), waiting(MONDAY_10), wait_ended(MONDAY_14), as_of=MONDAY_16)

    assert hours(3) == told.used
    assert MONDAY_17 == told.due_at


def test_a_wait_that_does_not_pause_this_clock_changes_nothing():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), waiting(MONDAY_10, "access"), as_of=MONDAY_12)

    assert (State.RUNNING, hours(3), MONDAY_13) == (told.state, told.used, told.due_at)


def test_waiting_twice_on_the_same_changes_nothing():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        waiting(MONDAY_10),
        waiting(MONDAY_11),
        wait_ended(MONDAY_12),
        as_of=MONDAY_14,
    )

    assert (State.RUNNING, hours(3)) == (told.state, told.used)


def test_the_end_of_a_wait_that_never_began_changes_nothing():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), wait_ended(MONDAY_10), as_of=MONDAY_12)

    assert (hours(3), MONDAY_13) == (told.used, told.due_at)


def test_ending_a_wait_twice_changes_nothing():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        waiting(MONDAY_10),
        wait_ended(MONDAY_11),
        wait_ended(MONDAY_12),
        as_of=MONDAY_13,
    )

    assert hours(3) == told.used


def test_the_end_of_another_wait_does_not_end_this_one():
    told = clock_of(
        FOUR_HOURS, opened(MONDAY_9), waiting(MONDAY_10), wait_ended(MONDAY_11, "third-party"), as_of=MONDAY_12
    )

    assert (State.PAUSED, hours(1)) == (told.state, told.used)


def test_waits_overlap_and_the_clock_goes_on_after_the_last():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        waiting(MONDAY_10),
        waiting(MONDAY_11, "third-party"),
        wait_ended(MONDAY_12),
        wait_ended(MONDAY_14, "third-party"),
        as_of=MONDAY_16,
    )

    assert hours(3) == told.used
    assert [(MONDAY_9, MONDAY_10), (MONDAY_14, MONDAY_16)] == [
        segment[:2] for segment in told.segments if segment[2] == "counting"
    ]


def test_a_wait_is_named_where_it_pauses():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        waiting(MONDAY_10),
        waiting(MONDAY_11, "third-party"),
        waiting(MONDAY_12, "access"),
        as_of=MONDAY_13,
    )

    assert [[], ["customer"], ["customer", "third-party"]] == [one["waits"] for one in told.told["segments"]]


def test_a_wait_that_begins_before_the_clock_pauses_it_from_its_start():
    late_start = clock("4 h", pauses="customer", starts='[{ event = "responded" }]')
    told = clock_of(
        late_start,
        opened(MONDAY_9),
        waiting(MONDAY_10),
        responded(MONDAY_11),
        wait_ended(MONDAY_13),
        as_of=MONDAY_14,
    )

    assert MONDAY_11 == told.started_at
    assert [(MONDAY_11, MONDAY_13, "paused"), (MONDAY_13, MONDAY_14, "counting")] == told.segments
    assert MONDAY_17 == told.due_at


def test_a_wait_that_ended_before_the_clock_started_costs_nothing():
    late_start = clock("4 h", pauses="customer", starts='[{ event = "responded" }]')
    told = clock_of(
        late_start, opened(MONDAY_9), waiting(MONDAY_10), wait_ended(MONDAY_11), responded(MONDAY_11), as_of=MONDAY_12
    )

    assert MONDAY_15 == told.due_at


def test_a_wait_at_night_costs_nothing():
    told = clock_of(
        clock("10 h", pauses="customer"),
        opened(MONDAY_9),
        waiting(at("mon 19:00")),
        wait_ended(at("tue 08:30")),
        as_of=TUESDAY_9,
    )

    assert at("tue 11:00") == told.due_at
    assert hours(8) == told.used


def test_of_a_wait_into_the_evening_only_counted_time_is_lost():
    told = clock_of(
        clock("10 h", pauses="customer"),
        opened(MONDAY_9),
        waiting(MONDAY_16),
        wait_ended(at("tue 08:00")),
        as_of=TUESDAY_9,
    )

    assert at("tue 12:00") == told.due_at


def test_a_wait_of_no_length_costs_nothing():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), waiting(MONDAY_10), wait_ended(MONDAY_10), as_of=MONDAY_12)

    assert (hours(3), MONDAY_13) == (told.used, told.due_at)


def test_the_instant_at_which_a_wait_ends_counts():
    """Half-open: it no longer pauses at its end."""
    events = opened(MONDAY_9), waiting(MONDAY_10), wait_ended(MONDAY_14)

    assert State.PAUSED == clock_of(FOUR_HOURS, *events, as_of=at("mon 13:59:59")).state
    assert State.RUNNING == clock_of(FOUR_HOURS, *events, as_of=MONDAY_14).state


def test_only_its_end_ends_a_wait():
    """Neither a resolution and a reopening, nor a change of severity, nor a response."""
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        waiting(MONDAY_10),
        responded(MONDAY_11),
        severity_changed(MONDAY_11, 3),
        resolved(MONDAY_12),
        reopened(MONDAY_13),
        as_of=MONDAY_16,
    )

    assert (State.PAUSED, hours(1), None) == (told.state, told.used, told.due_at)


def test_a_wait_that_ended_while_stopped_no_longer_pauses():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        waiting(MONDAY_10),
        resolved(MONDAY_11),
        wait_ended(MONDAY_12),
        reopened(MONDAY_13),
        as_of=MONDAY_14,
    )

    assert (State.RUNNING, hours(2), MONDAY_16) == (told.state, told.used, told.due_at)


def test_a_wait_that_began_while_stopped_pauses_from_the_reopening():
    told = clock_of(
        FOUR_HOURS, opened(MONDAY_9), resolved(MONDAY_11), waiting(MONDAY_12), reopened(MONDAY_13), as_of=MONDAY_14
    )

    assert (State.PAUSED, hours(2), hours(2), None) == (told.state, told.used, told.left, told.due_at)


def test_out_of_hours_a_clock_is_running():
    told = clock_of(clock("10 h"), opened(MONDAY_9), as_of=at("mon 20:00"))

    assert (State.RUNNING, hours(8), TUESDAY_10.replace(hour=TUESDAY_10.hour + 1)) == (
        told.state,
        told.used,
        told.due_at,
    )


def test_a_wait_pauses_out_of_hours_as_well():
    told = clock_of(clock("10 h", pauses="customer"), opened(MONDAY_9), waiting(at("mon 19:00")), as_of=at("mon 20:00"))

    assert (State.PAUSED, None) == (told.state, told.due_at)
