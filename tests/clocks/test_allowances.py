"""From a target to an allowance (semantics 3.2)."""

from datetime import timedelta

import pytest

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
    rome,
    severity_changed,
    wait_ended,
    waiting,
)

DATED = '[{ event = "timeline_agreed", clause = "house:date" }]'
BY_DATE = clock("best effort", pauses="customer", agreed_dates=DATED)


def scheduled(when, due):
    return happened("scheduled_for_release", when, release="spring", due=due)


# --- durations and best effort ----------------------------------------------------------------------------------------


def test_a_duration_is_itself():
    told = clock_of(clock("4 h 30 min"), opened(MONDAY_9), as_of=MONDAY_10)

    assert hours(4.5) == told.allowance
    assert at("mon 13:30") == told.due_at


def test_a_ticket_opened_at_night_is_due_counted_from_the_morning():
    assert at("tue 13:00") == clock_of(clock("4 h"), opened(at("mon 23:00")), as_of=at("mon 23:30")).due_at


def test_best_effort_is_measured_and_never_met_nor_breached():
    going = clock_of(clock("best effort"), opened(MONDAY_9), as_of=at("fri 12:00"))
    done = clock_of(clock("best effort"), opened(MONDAY_9), resolved(MONDAY_14), as_of=at("fri 12:00"))

    assert (None, None, None, "none", hours(35)) == (
        going.allowance,
        going.left,
        going.due_at,
        going.verdict,
        going.used,
    )
    assert ("stopped", "none", hours(5), None) == (done.state, done.verdict, done.used, done.due_at)


def test_a_clock_without_a_target_is_best_effort():
    assert "none" == clock_of(clock(None), opened(MONDAY_9), resolved(MONDAY_14), as_of=FRIDAY_17).verdict


def test_a_calendar_that_is_never_open_gives_an_allowance_and_no_due_instant():
    told = clock_of(clock("1 h", coverage="never"), opened(MONDAY_9), as_of=at("mon+9 09:00"))

    assert ("running", "open", None, hours(0), hours(1)) == (
        told.state,
        told.verdict,
        told.due_at,
        told.used,
        told.left,
    )


# --- business days ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hour", ["00:01", "09:00", "12:30", "17:00", "23:59"])
def test_one_business_day_runs_to_the_close_of_the_next_one_whatever_the_hour(hour):
    told = clock_of(clock("1 business day"), opened(at(f"mon {hour}")), as_of=at(f"mon {hour}"))

    assert at("tue 17:00") == told.due_at


def test_business_days_leave_out_the_weekend():
    assert at("mon+1 17:00") == clock_of(clock("1 business day"), opened(at("fri 10:00")), as_of=FRIDAY_17).due_at
    assert at("tue+1 17:00") == clock_of(clock("2 business days"), opened(at("fri 10:00")), as_of=FRIDAY_17).due_at
    assert at("mon+1 17:00") == clock_of(clock("1 business day"), opened(at("sat 10:00")), as_of=at("sun 10:00")).due_at


def test_business_days_leave_out_holidays():
    """Easter Monday is 1 April."""
    good_friday = rome("2024-03-29 16:00")
    told = clock_of(clock("1 business day", coverage="holidays"), opened(good_friday), as_of=good_friday)

    assert rome("2024-04-02 17:00") == told.due_at


def test_business_days_become_a_budget_once():
    """From Monday 16:00 to Tuesday's close are 9 hours, which a wait puts off like any other."""
    told = clock_of(
        clock("1 business day", pauses="customer"),
        opened(MONDAY_16),
        waiting(TUESDAY_9),
        wait_ended(at("thu 09:00")),
        as_of=at("thu 10:00"),
    )

    assert hours(9) == told.allowance
    assert at("thu 17:00") == told.due_at


def test_the_date_of_the_start_is_that_of_the_calendars_zone():
    """23:30 UTC on Monday is Tuesday in Rome."""
    told = clock_of(
        clock("1 business day"), opened(rome("2024-03-04T23:30:00+00:00")), as_of=rome("2024-03-05T00:00:00+00:00")
    )

    assert at("wed 17:00") == told.due_at


def test_business_days_may_run_to_the_opening_of_the_last_one():
    to_opening = clock("1 business day", business_days='[{ counts = "opening-of-day" }]')
    told = clock_of(to_opening, opened(MONDAY_16), as_of=MONDAY_16)

    assert hours(1) == told.allowance
    assert MONDAY_17 == told.due_at


def test_the_opening_of_the_next_business_day_is_late_only_once_it_counts():
    """One hour of budget ends at closing; the last instant in time is the next opening, which was meant."""
    to_opening = clock("1 business day", business_days='[{ counts = "opening-of-day" }]')

    assert "met" == clock_of(to_opening, opened(MONDAY_16), resolved(TUESDAY_9), as_of=FRIDAY_17).verdict
    assert "breached" == clock_of(to_opening, opened(MONDAY_16), resolved(at("tue 09:00:01")), as_of=FRIDAY_17).verdict


def test_counted_days_are_as_many_hours_as_the_longest_weekday():
    counted = clock("2 business days", business_days='[{ counts = "counted-day" }]')
    told = clock_of(counted, opened(MONDAY_12), as_of=MONDAY_12)

    assert hours(16) == told.allowance
    assert at("wed 12:00") == told.due_at


def test_counted_days_are_eight_hours_on_the_nights_when_the_clocks_change_too():
    counted = clock("1 business day", coverage="nights", business_days='[{ counts = "counted-day" }]')
    told = clock_of(counted, opened(rome("2024-03-30 22:00")), as_of=rome("2024-03-30 22:00"))

    assert hours(8) == told.allowance
    assert rome("2024-03-31 23:00") == told.due_at


def test_business_days_of_nights_end_the_morning_after():
    told = clock_of(clock("1 business day", coverage="nights"), opened(MONDAY_12), as_of=MONDAY_12)

    assert at("wed 06:00") == told.due_at


def test_business_days_on_a_calendar_that_never_opens_have_no_end():
    told = clock_of(clock("1 business day", coverage="never"), opened(MONDAY_9), as_of=FRIDAY_17)

    assert (None, None, hours(0)) == (told.due_at, told.breached_at, told.used)


# --- calendar days ----------------------------------------------------------------------------------------------------


def test_calendar_days_end_at_the_same_time_on_the_wall():
    told = clock_of(clock("7 calendar days", coverage="always"), opened(MONDAY_9), as_of=MONDAY_10)

    assert at("mon+1 09:00") == told.due_at
    assert timedelta(days=7) == told.allowance


@pytest.mark.parametrize(
    ("start", "end", "length"),
    [
        ("2024-03-28 12:00", "2024-04-04 12:00", 7 * 24 - 1),
        ("2024-10-24 12:00", "2024-10-31 12:00", 7 * 24 + 1),
        ("2024-03-24 02:30", "2024-03-31 03:30", 7 * 24),
        ("2024-10-20 02:30", "2024-10-27 02:30", 7 * 24),
    ],
)
def test_calendar_days_follow_the_wall_when_the_clocks_change(start, end, length):
    told = clock_of(clock("7 calendar days", coverage="always"), opened(rome(start)), as_of=rome(start))

    assert rome(end) == told.due_at
    assert hours(length) == told.allowance


def test_calendar_days_are_a_budget_that_waits_put_off():
    told = clock_of(
        clock("1 calendar day", coverage="always", pauses="customer"),
        opened(rome("2024-03-30 12:00")),
        waiting(rome("2024-03-30 13:00")),
        wait_ended(rome("2024-03-31 13:00")),
        as_of=rome("2024-03-31 13:00"),
    )

    assert hours(23) == told.allowance
    assert rome("2024-04-01 11:00") == told.due_at


# --- agreed dates -----------------------------------------------------------------------------------------------------


def test_an_agreed_date_allows_what_is_open_until_then():
    told = clock_of(BY_DATE, opened(MONDAY_9), agreed(MONDAY_11, at("wed 12:00")), as_of=MONDAY_12)

    assert hours(2 + 6 + 8 + 3) == told.allowance
    assert at("wed 12:00") == told.due_at
    assert hours(16) == told.left


def test_until_a_date_is_agreed_there_is_no_allowance():
    told = clock_of(BY_DATE, opened(MONDAY_9), agreed(MONDAY_11, at("wed 12:00")), as_of=at("mon 10:59:59"))

    assert (None, "none") == (told.allowance, told.verdict)


def test_a_date_out_of_hours_is_due_at_the_closing_before():
    told = clock_of(BY_DATE, opened(MONDAY_9), agreed(MONDAY_11, at("sun 12:00")), as_of=MONDAY_12)

    assert FRIDAY_17 == told.due_at


def test_a_date_agreed_while_paused_is_counted_at_its_event():
    """The wait goes on for two hours after it, and puts the date off by as much."""
    told = clock_of(
        BY_DATE,
        opened(MONDAY_9),
        waiting(MONDAY_10),
        agreed(MONDAY_11, MONDAY_15),
        wait_ended(MONDAY_13),
        as_of=MONDAY_14,
    )

    assert hours(1 + 4) == told.allowance
    assert MONDAY_17 == told.due_at


def test_while_paused_an_agreed_date_is_not_due():
    told = clock_of(BY_DATE, opened(MONDAY_9), waiting(MONDAY_10), agreed(MONDAY_11, MONDAY_15), as_of=at("fri 12:00"))

    assert (None, "open", hours(4)) == (told.due_at, told.verdict, told.left)


def test_a_date_agreed_before_the_start_is_counted_at_the_start():
    late_start = clock("best effort", starts='[{ event = "responded" }]', agreed_dates=DATED)
    pending = clock_of(late_start, opened(MONDAY_9), agreed(MONDAY_10, MONDAY_16), as_of=MONDAY_11)
    told = clock_of(late_start, opened(MONDAY_9), agreed(MONDAY_10, MONDAY_16), responded(MONDAY_12), as_of=MONDAY_13)

    assert ("pending", None, None) == (pending.state, pending.allowance, pending.due_at)
    assert hours(4) == told.allowance
    assert MONDAY_16 == told.due_at


def test_a_date_agreed_while_stopped_is_counted_when_the_clock_resumes():
    events = opened(MONDAY_9), resolved(MONDAY_11), agreed(MONDAY_12, at("tue 12:00"))
    stopped = clock_of(BY_DATE, *events, as_of=MONDAY_14)
    told = clock_of(BY_DATE, *events, reopened(MONDAY_16), as_of=MONDAY_17)

    assert (None, None, "none") == (stopped.allowance, stopped.due_at, stopped.verdict)
    assert hours(2 + 1 + 3) == told.allowance
    assert at("tue 12:00") == told.due_at


def test_a_date_already_past_leaves_the_allowance_at_what_is_used():
    told = clock_of(BY_DATE, opened(MONDAY_9), agreed(MONDAY_12, MONDAY_10), as_of=MONDAY_12)
    later = clock_of(BY_DATE, opened(MONDAY_9), agreed(MONDAY_12, MONDAY_10), as_of=MONDAY_13)

    assert (hours(3), hours(0), "open", MONDAY_12) == (told.allowance, told.left, told.verdict, told.due_at)
    assert ("breached", MONDAY_12, MONDAY_12) == (later.verdict, later.due_at, later.breached_at)


def test_a_date_already_past_set_at_night_breaches_at_the_next_opening():
    told = clock_of(BY_DATE, opened(MONDAY_9), agreed(at("mon 20:00"), MONDAY_10), as_of=TUESDAY_10)

    assert (hours(8), at("mon 20:00"), TUESDAY_9) == (told.allowance, told.due_at, told.breached_at)


def test_the_instant_of_the_event_itself_is_a_date_already_past():
    told = clock_of(BY_DATE, opened(MONDAY_9), agreed(MONDAY_12, MONDAY_12), as_of=MONDAY_12)

    assert (hours(3), "open") == (told.allowance, told.verdict)


def test_a_later_date_replaces_the_first():
    told = clock_of(
        BY_DATE,
        opened(MONDAY_9),
        agreed(MONDAY_10, MONDAY_16),
        agreed(MONDAY_12, at("tue 12:00")),
        as_of=MONDAY_13,
    )

    assert hours(3 + 5 + 3) == told.allowance
    assert at("tue 12:00") == told.due_at


def test_a_nearer_date_replaces_the_first_as_well():
    told = clock_of(
        BY_DATE, opened(MONDAY_9), agreed(MONDAY_10, FRIDAY_17), agreed(MONDAY_12, MONDAY_14), as_of=MONDAY_13
    )

    assert MONDAY_14 == told.due_at


def test_a_later_date_does_not_undo_a_breach():
    told = clock_of(
        BY_DATE, opened(MONDAY_9), agreed(MONDAY_10, MONDAY_12), agreed(MONDAY_13, FRIDAY_17), as_of=MONDAY_14
    )

    assert ("breached", MONDAY_12, MONDAY_12) == (told.verdict, told.due_at, told.breached_at)
    assert hours(4 + 4 + 32) == told.allowance


def test_later_waits_do_not_recount_an_agreed_date():
    told = clock_of(
        BY_DATE,
        opened(MONDAY_9),
        agreed(MONDAY_10, MONDAY_16),
        waiting(MONDAY_11),
        wait_ended(MONDAY_13),
        as_of=MONDAY_14,
    )

    assert hours(7) == told.allowance
    assert TUESDAY_10 == told.due_at


def test_a_reopening_does_not_recount_an_agreed_date():
    told = clock_of(
        BY_DATE,
        opened(MONDAY_9),
        agreed(MONDAY_10, MONDAY_16),
        resolved(MONDAY_12),
        reopened(MONDAY_14),
        as_of=MONDAY_15,
    )

    assert hours(7) == told.allowance
    assert TUESDAY_10 == told.due_at


def test_a_change_of_severity_does_not_recount_an_agreed_date():
    """What is left of it runs on the hours of the new severity."""
    by_severity = clock("best effort", coverage="by-severity", agreed_dates=DATED)
    told = clock_of(
        by_severity,
        opened(MONDAY_9, severity=2),
        agreed(MONDAY_10, TUESDAY_10),
        severity_changed(MONDAY_16, 1),
        as_of=MONDAY_17,
    )

    assert hours(1 + 7 + 1) == told.allowance
    assert at("mon 18:00") == told.due_at


def test_an_agreed_date_comes_before_a_target():
    both = clock("4 h", agreed_dates=DATED)
    told = clock_of(both, opened(MONDAY_9), agreed(MONDAY_10, FRIDAY_17), as_of=MONDAY_12)

    assert FRIDAY_17 == told.due_at


def test_a_date_for_some_severities_is_the_target_only_while_one_of_them_is_in_force():
    """It is counted once, at its event, and takes effect whenever one of them comes into force."""
    for_three = clock("4 h", agreed_dates='[{ event = "scheduled_for_release", severity = 3, calendar = "office" }]')
    release = scheduled(MONDAY_10, FRIDAY_17)
    at_two = clock_of(for_three, opened(MONDAY_9), release, as_of=MONDAY_11)
    at_three = clock_of(for_three, opened(MONDAY_9), release, severity_changed(MONDAY_12, 3), as_of=MONDAY_14)
    back = clock_of(
        for_three,
        opened(MONDAY_9),
        release,
        severity_changed(MONDAY_11, 3),
        severity_changed(MONDAY_12, 2),
        as_of=MONDAY_12,
    )

    assert (hours(4), MONDAY_13) == (at_two.allowance, at_two.due_at)
    assert (hours(40), FRIDAY_17) == (at_three.allowance, at_three.due_at)
    assert (hours(4), MONDAY_13) == (back.allowance, back.due_at)


def test_a_date_may_be_counted_on_hours_of_its_own():
    own_hours = clock("best effort", agreed_dates='[{ event = "timeline_agreed", calendar = "always" }]')
    told = clock_of(own_hours, opened(MONDAY_9), agreed(MONDAY_10, MONDAY_16), as_of=MONDAY_11)

    assert hours(7) == told.allowance
    assert (
        hours(1 + 24) == clock_of(own_hours, opened(MONDAY_9), agreed(MONDAY_10, TUESDAY_10), as_of=MONDAY_11).allowance
    )


def test_a_release_without_a_date_agrees_none():
    told = clock_of(
        clock("4 h", agreed_dates='[{ event = "scheduled_for_release" }]'),
        opened(MONDAY_9),
        scheduled(MONDAY_10, None),
        as_of=MONDAY_11,
    )

    assert (hours(4), MONDAY_13) == (told.allowance, told.due_at)
