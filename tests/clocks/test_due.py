"""When a clock is due, in each of its states (semantics 3.5)."""

from datetime import timedelta

from tests.clocks.given import (
    FRIDAY_17,
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
    agreed,
    at,
    clock,
    clock_of,
    happened,
    hours,
    opened,
    reopened,
    resolved,
    responded,
    severity_changed,
    wait_ended,
    waiting,
)

FOUR_HOURS = clock("4 h", pauses="customer")
STEPPED = clock(
    None,
    pauses="customer",
    targets="""[
  { severity = 1, target = "2 h" }, { severity = 2, target = "4 h" }, { severity = 3, target = "8 h" },
  { severity = 4, target = "best effort" },
]""",
)
BY_DATE = clock("best effort", pauses="customer", agreed_dates='[{ event = "timeline_agreed" }]')


def test_a_running_clock_is_due_when_its_allowance_is_used_up_if_nothing_more_happens():
    assert MONDAY_13 == clock_of(FOUR_HOURS, opened(MONDAY_9), as_of=MONDAY_9).due_at
    assert MONDAY_13 == clock_of(FOUR_HOURS, opened(MONDAY_9), as_of=MONDAY_12).due_at


def test_an_allowance_that_ends_exactly_at_closing_is_due_at_closing():
    told = clock_of(FOUR_HOURS, opened(MONDAY_13), as_of=at("mon 18:00"))

    assert (MONDAY_17, "open", hours(0)) == (told.due_at, told.verdict, told.left)


def test_while_a_clock_is_paused_what_is_left_stands_still():
    for instant in (MONDAY_11, MONDAY_16, FRIDAY_17):
        told = clock_of(FOUR_HOURS, opened(MONDAY_9), waiting(MONDAY_11), as_of=instant)

        assert ("paused", None, hours(2), hours(2)) == (told.state, told.due_at, told.left, told.used)


def test_a_clock_paused_at_the_very_end_of_its_allowance_has_no_due_instant():
    """It is used up, but not breached: of the clocks that are not, those paused have none."""
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), waiting(MONDAY_13), as_of=MONDAY_14)

    assert ("paused", "open", None, hours(0)) == (told.state, told.verdict, told.due_at, told.left)


def test_a_clock_that_goes_on_after_the_very_end_of_its_allowance_was_due_when_it_was_first_used_up():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), waiting(MONDAY_13), wait_ended(MONDAY_15), as_of=MONDAY_16)

    assert ("breached", MONDAY_13, MONDAY_15) == (told.verdict, told.due_at, told.breached_at)


def test_what_is_left_is_negative_once_overdue():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), as_of=MONDAY_15)

    assert (hours(-2), hours(6), hours(4)) == (told.left, told.used, told.allowance)


def test_a_clock_that_stopped_in_time_was_due_when_it_was_at_the_stop():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), resolved(MONDAY_12), as_of=FRIDAY_17)

    assert ("stopped", "met", MONDAY_13, MONDAY_12, hours(1)) == (
        told.state,
        told.verdict,
        told.due_at,
        told.stopped_at,
        told.left,
    )


def test_a_clock_that_stopped_at_night_was_due_in_the_morning():
    told = clock_of(clock("10 h"), opened(MONDAY_9), resolved(at("mon 20:00")), as_of=FRIDAY_17)

    assert (at("tue 11:00"), "met") == (told.due_at, told.verdict)


def test_a_clock_that_stopped_at_the_very_end_of_its_allowance_was_due_then():
    assert MONDAY_13 == clock_of(FOUR_HOURS, opened(MONDAY_9), resolved(MONDAY_13), as_of=FRIDAY_17).due_at
    assert MONDAY_17 == clock_of(FOUR_HOURS, opened(MONDAY_13), resolved(at("mon 22:00")), as_of=FRIDAY_17).due_at


def test_a_clock_that_stopped_while_paused_has_no_due_instant():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), waiting(MONDAY_10), resolved(MONDAY_12), as_of=FRIDAY_17)

    assert ("stopped", "met", None) == (told.state, told.verdict, told.due_at)


def test_a_stopped_clock_without_an_allowance_has_no_due_instant():
    assert clock_of(clock("best effort"), opened(MONDAY_9), resolved(MONDAY_12), as_of=FRIDAY_17).due_at is None


def test_a_wait_that_begins_at_the_instant_of_the_stop_came_too_late_or_in_time_by_its_number():
    before = clock_of(FOUR_HOURS, opened(MONDAY_9), waiting(MONDAY_12), resolved(MONDAY_12), as_of=FRIDAY_17)
    after = clock_of(FOUR_HOURS, opened(MONDAY_9), resolved(MONDAY_12), waiting(MONDAY_12), as_of=FRIDAY_17)

    assert (None, MONDAY_13) == (before.due_at, after.due_at)


def test_a_pending_clock_has_used_nothing_and_every_other_value_is_null():
    told = clock_of(clock("4 h", starts='[{ event = "responded" }]'), opened(MONDAY_9), as_of=FRIDAY_17)

    assert ("pending", "none", hours(0)) == (told.state, told.verdict, told.used)
    assert {None} == {
        told.started_at,
        told.stopped_at,
        told.due_at,
        told.breached_at,
        told.allowance,
        told.left,
    }
    assert ([], []) == (told.segments, told.told["rungs"])


def test_a_void_clock_has_no_due_instant():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), happened("withdrawn", MONDAY_10), as_of=FRIDAY_17)

    assert ("void", None, hours(4), hours(1)) == (told.state, told.due_at, told.allowance, told.used)


def test_a_best_effort_clock_has_no_due_instant():
    told = clock_of(STEPPED, opened(MONDAY_9, severity=3), severity_changed(MONDAY_10, 4), as_of=MONDAY_11)

    assert (None, None, None) == (told.due_at, told.allowance, told.left)


# --- a breached clock keeps it ----------------------------------------------------------------------------------------


def breached_and_then(*events, as_of=FRIDAY_17, terms=STEPPED):
    return clock_of(terms, opened(MONDAY_9), *events, as_of=as_of)


def test_a_breached_clock_keeps_its_due_instant_while_it_runs():
    assert (MONDAY_13, MONDAY_13) == (breached_and_then().due_at, breached_and_then().breached_at)


def test_a_breached_clock_keeps_its_due_instant_when_paused():
    told = breached_and_then(waiting(MONDAY_15))

    assert ("paused", MONDAY_13, "breached") == (told.state, told.due_at, told.verdict)


def test_a_breached_clock_keeps_its_due_instant_when_stopped():
    told = breached_and_then(resolved(MONDAY_15))

    assert ("stopped", MONDAY_13, "breached") == (told.state, told.due_at, told.verdict)


def test_a_breached_clock_keeps_its_due_instant_when_stopped_while_paused():
    told = breached_and_then(waiting(MONDAY_14), resolved(MONDAY_15))

    assert ("stopped", MONDAY_13) == (told.state, told.due_at)


def test_a_breached_clock_keeps_its_due_instant_when_void():
    told = breached_and_then(happened("withdrawn", MONDAY_15))

    assert ("void", MONDAY_13, "breached") == (told.state, told.due_at, told.verdict)


def test_a_breached_clock_keeps_its_due_instant_under_a_longer_target():
    told = breached_and_then(severity_changed(MONDAY_15, 3), as_of=MONDAY_16)

    assert (MONDAY_13, "breached", hours(8), hours(1)) == (told.due_at, told.verdict, told.allowance, told.left)


def test_a_breached_clock_keeps_its_due_instant_under_best_effort():
    told = breached_and_then(severity_changed(MONDAY_15, 4))

    assert (MONDAY_13, "breached", None) == (told.due_at, told.verdict, told.left)


def test_a_breached_clock_keeps_its_due_instant_under_a_later_agreed_date():
    told = breached_and_then(
        agreed(MONDAY_15, FRIDAY_17), terms=clock("4 h", agreed_dates='[{ event = "timeline_agreed" }]')
    )

    assert (MONDAY_13, "breached") == (told.due_at, told.verdict)


def test_a_breached_clock_keeps_its_due_instant_when_reopened():
    told = breached_and_then(resolved(MONDAY_15), reopened(MONDAY_16))

    assert ("running", MONDAY_13, "breached") == (told.state, told.due_at, told.verdict)


def test_a_severity_that_puts_the_allowance_below_what_was_used_is_due_at_the_change():
    told = clock_of(STEPPED, opened(MONDAY_9), severity_changed(MONDAY_12, 1), as_of=MONDAY_12)

    assert ("breached", MONDAY_12, MONDAY_12) == (told.verdict, told.due_at, told.breached_at)


def test_a_severity_that_puts_the_allowance_at_what_was_used_is_due_at_the_change():
    """At most two hours, all of them used: not breached until more of them counts."""
    told = clock_of(STEPPED, opened(MONDAY_9), severity_changed(MONDAY_11, 1), as_of=MONDAY_11)
    later = clock_of(STEPPED, opened(MONDAY_9), severity_changed(MONDAY_11, 1), as_of=MONDAY_12)

    assert ("open", MONDAY_11, None) == (told.verdict, told.due_at, told.breached_at)
    assert ("breached", MONDAY_11, MONDAY_11) == (later.verdict, later.due_at, later.breached_at)


def test_a_severity_that_puts_the_allowance_at_what_was_used_at_night_is_due_at_the_change():
    """Eight hours used, and at most eight allowed from 20:00 on: breached when the office opens."""
    to_eight = clock(None, targets='[{ severity = 2, target = "10 h" }, { severity = 3, target = "8 h" }]')
    told = clock_of(to_eight, opened(MONDAY_9), severity_changed(at("mon 20:00"), 3), as_of=TUESDAY_10)

    assert ("breached", at("mon 20:00"), TUESDAY_9) == (told.verdict, told.due_at, told.breached_at)


def test_an_agreed_date_that_puts_the_allowance_at_what_was_used_is_due_at_its_event():
    told = clock_of(BY_DATE, opened(MONDAY_9), agreed(MONDAY_12, MONDAY_11), as_of=MONDAY_13)

    assert (MONDAY_12, MONDAY_12) == (told.due_at, told.breached_at)


def test_an_allowance_used_up_once_and_raised_in_time_is_due_later():
    told = clock_of(STEPPED, opened(MONDAY_9), severity_changed(MONDAY_13, 3), as_of=MONDAY_14)

    assert ("open", MONDAY_17, None) == (told.verdict, told.due_at, told.breached_at)


def test_the_allowance_that_was_breached_names_the_due_instant_and_not_an_earlier_one():
    """Used up at 13:00 exactly and raised at once; the eight hours of severity 3 end on Monday at 17:00."""
    told = clock_of(STEPPED, opened(MONDAY_9), severity_changed(MONDAY_13, 3), as_of=TUESDAY_10)

    assert (MONDAY_17, TUESDAY_9) == (told.due_at, told.breached_at)


def test_a_stop_that_came_before_the_start_was_due_from_the_start():
    late_start = clock("4 h", starts='[{ event = "responded" }]')
    told = clock_of(late_start, opened(MONDAY_9), resolved(MONDAY_10), responded(MONDAY_12), as_of=FRIDAY_17)

    assert ("stopped", "met", MONDAY_12, MONDAY_12, MONDAY_16, hours(0)) == (
        told.state,
        told.verdict,
        told.started_at,
        told.stopped_at,
        told.due_at,
        told.used,
    )


def test_a_minute_before_and_after_nothing_is_rounded():
    told = clock_of(clock("4 h"), opened(at("mon 09:00:01")), as_of=at("mon 12:59:59"))

    assert (at("mon 13:00:01"), timedelta(seconds=2)) == (told.due_at, told.left)


def test_a_date_agreed_for_a_clock_stopped_while_paused_is_nowhere_due():
    told = clock_of(
        BY_DATE,
        opened(MONDAY_9),
        agreed(MONDAY_10, MONDAY_16),
        waiting(MONDAY_11),
        resolved(MONDAY_12),
        as_of=MONDAY_14,
    )

    assert ("met", None, hours(5)) == (told.verdict, told.due_at, told.left)


def test_the_end_of_an_allowance_in_an_hour_shown_twice_is_an_instant():
    from tests.clocks.given import rome

    told = clock_of(clock("1 h", coverage="always"), opened(rome("2024-10-27 02:30")), as_of=rome("2024-10-27 02:30"))

    assert rome("2024-10-27T02:30:00+01:00") == told.due_at


def test_responding_is_nothing_to_a_clock_that_does_not_ask_for_it():
    assert MONDAY_13 == clock_of(FOUR_HOURS, opened(MONDAY_9), responded(MONDAY_10), as_of=MONDAY_11).due_at
