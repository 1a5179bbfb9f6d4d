"""What a change of severity does to a clock, in four modes (semantics 3.8)."""

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
    at,
    clock,
    clock_of,
    happened,
    hours,
    opened,
    reopened,
    resolved,
    severity_changed,
    wait_ended,
    waiting,
)

MODES = ["carry", "restart", "remeasure", "keep"]
TARGETS = """[
  { severity = 1, target = "2 h" }, { severity = 2, target = "4 h" }, { severity = 3, target = "8 h" },
  { severity = 4, target = "best effort" },
]"""


def stepped(mode=None, coverage="office", **rows):
    more = {"mode": mode} if mode else {}
    return clock(None, coverage=coverage, pauses="customer", targets=TARGETS, **more, **rows)


# --- carry ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [None, "carry"])
def test_time_used_is_carried_unless_the_terms_say_otherwise(mode):
    told = clock_of(stepped(mode), opened(MONDAY_9), severity_changed(MONDAY_11, 3), as_of=MONDAY_12)

    assert (MONDAY_9, hours(3), hours(8), MONDAY_17) == (told.started_at, told.used, told.allowance, told.due_at)


def test_carried_time_stays_counted_as_the_calendar_of_that_time_counted_it():
    """From 15:00 to 22:00 on severity 2 are two hours; round the clock they would be seven."""
    told = clock_of(
        stepped(coverage="by-severity"),
        opened(MONDAY_15, severity=2),
        severity_changed(at("mon 22:00"), 3),
        as_of=at("mon 22:00"),
    )

    assert (hours(2), at("tue 14:00")) == (told.used, told.due_at)


def test_from_the_change_on_the_new_calendar_counts():
    told = clock_of(
        stepped(coverage="by-severity"),
        opened(MONDAY_16, severity=2),
        severity_changed(at("mon 18:00"), 1),
        as_of=at("mon 18:30"),
    )

    assert (hours(1.5), at("mon 19:00")) == (told.used, told.due_at)


def test_a_new_severitys_business_days_are_taken_from_the_start_of_the_clock():
    """From Monday 16:00, though it changes only on Wednesday: to Tuesday's close, which has passed."""
    by_day = clock(None, targets='[{ severity = 2, target = "80 h" }, { severity = 3, target = "1 business day" }]')
    told = clock_of(by_day, opened(MONDAY_16), severity_changed(at("wed 10:00"), 3), as_of=at("wed 10:00"))

    assert hours(9) == told.allowance
    assert ("breached", at("wed 10:00")) == (told.verdict, told.breached_at)


def test_a_new_severitys_business_days_are_taken_on_its_own_calendar():
    by_day = clock(
        None,
        coverage="by-severity",
        targets='[{ severity = 2, target = "80 h" }, { severity = 3, target = "1 business day" }]',
    )
    told = clock_of(by_day, opened(MONDAY_16), severity_changed(MONDAY_17, 3), as_of=MONDAY_17)

    assert hours(4 + 12) == told.allowance
    assert (hours(1), hours(15)) == (told.used, told.left)


def test_an_upgrade_that_finds_too_much_used_breaches_at_the_change():
    told = clock_of(stepped(), opened(MONDAY_9, severity=3), severity_changed(MONDAY_14, 1), as_of=MONDAY_14)

    assert ("breached", MONDAY_14, MONDAY_14, hours(-3)) == (told.verdict, told.breached_at, told.due_at, told.left)


def test_less_than_is_breached_at_the_change_where_all_is_used():
    less = clock(
        None,
        targets='[{ severity = 1, target = "2 h" }, { severity = 2, target = "4 h" }]',
        limits='[{ severity = 1, limit = "less than" }, { limit = "at most" }]',
    )
    told = clock_of(less, opened(MONDAY_9), severity_changed(MONDAY_11, 1), as_of=MONDAY_11)

    assert ("breached", MONDAY_11, MONDAY_11) == (told.verdict, told.breached_at, told.due_at)


def test_the_same_figure_may_be_breached_by_another_limit_at_the_change():
    """At most four hours were just in time; less than four they are not."""
    less = clock(None, targets='[{ target = "4 h" }]', limits='[{ severity = 1, limit = "less than" }]')
    told = clock_of(less, opened(MONDAY_9), severity_changed(MONDAY_13, 1), as_of=MONDAY_13)

    assert ("breached", MONDAY_13, MONDAY_13) == (told.verdict, told.breached_at, told.due_at)


def test_a_change_to_the_same_severity_changes_nothing():
    plain = clock_of(stepped("restart"), opened(MONDAY_9), as_of=MONDAY_12)
    told = clock_of(stepped("restart"), opened(MONDAY_9), severity_changed(MONDAY_11, 2), as_of=MONDAY_12)

    assert plain == told


def test_there_and_back_again_at_one_instant_each_has_its_full_effect():
    """For that instant at most two hours were allowed, of which three had been used."""
    told = clock_of(
        stepped(), opened(MONDAY_9), severity_changed(MONDAY_12, 1), severity_changed(MONDAY_12, 2), as_of=MONDAY_12
    )

    assert ("breached", MONDAY_12, hours(4)) == (told.verdict, told.breached_at, told.allowance)


def test_a_change_while_paused_is_judged_at_once_and_keeps_the_pause():
    told = clock_of(
        stepped(), opened(MONDAY_9), waiting(MONDAY_12), severity_changed(MONDAY_14, 1), as_of=at("mon 14:30")
    )

    assert ("paused", "breached", MONDAY_14, hours(3)) == (told.state, told.verdict, told.breached_at, told.used)


def test_a_change_before_the_start_is_that_of_the_start():
    late_start = stepped(starts='[{ event = "responded" }]')
    told = clock_of(
        late_start, opened(MONDAY_9), severity_changed(MONDAY_10, 1), happened("responded", MONDAY_11), as_of=MONDAY_11
    )

    assert (hours(2), MONDAY_13) == (told.allowance, told.due_at)


def test_an_acceptance_at_a_severity_is_a_change_and_one_without_is_none():
    changed = clock_of(stepped(), opened(MONDAY_9), happened("accepted", MONDAY_10, severity=3), as_of=MONDAY_11)
    told = clock_of(stepped(), opened(MONDAY_9), happened("accepted", MONDAY_10), as_of=MONDAY_11)

    assert (hours(8), hours(4)) == (changed.allowance, told.allowance)


# --- best effort in between -------------------------------------------------------------------------------------------


def test_under_a_severity_without_target_the_clock_goes_on_without_a_verdict():
    told = clock_of(stepped(), opened(MONDAY_9), severity_changed(MONDAY_10, 4), as_of=FRIDAY_17)

    assert ("running", "none", hours(40)) == (told.state, told.verdict, told.used)


def test_time_used_under_best_effort_counts_when_a_target_returns():
    told = clock_of(
        stepped(), opened(MONDAY_9), severity_changed(MONDAY_10, 4), severity_changed(MONDAY_15, 2), as_of=MONDAY_16
    )

    assert ("breached", MONDAY_15, MONDAY_15, hours(7)) == (told.verdict, told.breached_at, told.due_at, told.used)


def test_a_target_that_returns_in_time_is_due_as_if_it_had_never_gone():
    told = clock_of(
        stepped(), opened(MONDAY_9), severity_changed(MONDAY_10, 4), severity_changed(MONDAY_11, 2), as_of=MONDAY_12
    )

    assert ("open", MONDAY_13, hours(3)) == (told.verdict, told.due_at, told.used)


def test_a_breach_stays_under_best_effort_and_after_it():
    events = opened(MONDAY_9), severity_changed(MONDAY_14, 4)

    assert "breached" == clock_of(stepped(), *events, as_of=MONDAY_15).verdict
    assert (
        "breached",
        MONDAY_13,
    ) == (
        clock_of(stepped(), *events, severity_changed(MONDAY_15, 3), as_of=MONDAY_16).verdict,
        clock_of(stepped(), *events, severity_changed(MONDAY_15, 3), as_of=MONDAY_16).breached_at,
    )


# --- restart ----------------------------------------------------------------------------------------------------------


def test_restart_begins_anew_at_the_change():
    told = clock_of(stepped("restart"), opened(MONDAY_9), severity_changed(MONDAY_12, 1), as_of=MONDAY_13)

    assert ("open", MONDAY_12, hours(1), hours(2), MONDAY_14) == (
        told.verdict,
        told.started_at,
        told.used,
        told.allowance,
        told.due_at,
    )


def test_restart_takes_business_days_from_the_change():
    by_day = clock(
        None, mode="restart", targets='[{ severity = 2, target = "80 h" }, { severity = 3, target = "1 business day" }]'
    )
    told = clock_of(by_day, opened(MONDAY_16), severity_changed(at("wed 10:00"), 3), as_of=at("wed 10:00"))

    assert (hours(15), at("thu 17:00"), "open") == (told.allowance, told.due_at, told.verdict)


def test_restart_does_not_undo_a_breach():
    told = clock_of(stepped("restart"), opened(MONDAY_9), severity_changed(MONDAY_14, 3), as_of=MONDAY_15)

    assert ("breached", MONDAY_13, MONDAY_13, hours(1)) == (told.verdict, told.breached_at, told.due_at, told.used)


def test_restart_while_paused_stays_paused():
    told = clock_of(
        stepped("restart"),
        opened(MONDAY_9),
        waiting(MONDAY_10),
        severity_changed(MONDAY_11, 1),
        wait_ended(MONDAY_12),
        as_of=MONDAY_13,
    )

    assert (MONDAY_11, hours(1), MONDAY_14) == (told.started_at, told.used, told.due_at)


# --- remeasure --------------------------------------------------------------------------------------------------------


def test_remeasure_counts_as_if_the_new_severity_had_held_since_the_start():
    """15:00 to 22:00: two hours in the office, seven at any hour."""
    told = clock_of(
        stepped("remeasure", coverage="by-severity"),
        opened(MONDAY_15, severity=2),
        severity_changed(at("mon 22:00"), 1),
        as_of=at("mon 22:00"),
    )

    assert (hours(7), hours(2)) == (told.used, told.allowance)
    assert ("breached", at("mon 22:00"), at("mon 22:00")) == (told.verdict, told.breached_at, told.due_at)


def test_remeasure_may_find_less_used():
    told = clock_of(
        stepped("remeasure", coverage="by-severity"),
        opened(MONDAY_16, severity=1),
        severity_changed(at("mon 18:00"), 2),
        as_of=at("mon 18:00"),
    )

    assert (hours(1), at("tue 12:00"), "open") == (told.used, told.due_at, told.verdict)


def test_remeasure_leaves_out_what_was_waited_and_what_was_stopped():
    told = clock_of(
        stepped("remeasure", coverage="by-severity"),
        opened(MONDAY_15, severity=2),
        waiting(MONDAY_16),
        wait_ended(at("mon 18:00")),
        resolved(at("mon 19:00")),
        reopened(at("mon 20:00")),
        severity_changed(at("mon 20:30"), 1),
        as_of=at("mon 20:30"),
    )

    assert hours(1 + 1 + 0.5) == told.used


def test_remeasure_does_not_undo_a_breach():
    told = clock_of(
        stepped("remeasure", coverage="by-severity"),
        opened(at("sat 10:00"), severity=1),
        severity_changed(at("sat 15:00"), 2),
        as_of=at("sat 15:00"),
    )

    assert ("breached", at("sat 12:00"), hours(0), hours(4)) == (
        told.verdict,
        told.breached_at,
        told.used,
        told.left,
    )


def test_remeasure_forgets_an_allowance_that_was_used_up_but_not_breached():
    """At most two hours from Saturday 10:00 are all used at 12:00; on office hours none of them is."""
    told = clock_of(
        stepped("remeasure", coverage="by-severity"),
        opened(at("sat 10:00"), severity=1),
        severity_changed(at("sat 12:00"), 2),
        as_of=at("sat 12:00"),
    )

    assert ("open", hours(0), at("mon+1 13:00")) == (told.verdict, told.used, told.due_at)


def test_remeasuring_twice_measures_the_whole_life_again():
    told = clock_of(
        stepped("remeasure", coverage="by-severity"),
        opened(MONDAY_16, severity=2),
        severity_changed(at("mon 17:30"), 1),
        severity_changed(at("mon 18:30"), 3),
        as_of=at("mon 18:30"),
    )

    assert (hours(2.5), hours(8)) == (told.used, told.allowance)


# --- keep -------------------------------------------------------------------------------------------------------------


def test_keep_leaves_target_and_calendar_of_the_start():
    told = clock_of(
        stepped("keep", coverage="by-severity"),
        opened(MONDAY_16, severity=2),
        severity_changed(at("mon 18:00"), 1),
        as_of=at("mon 20:00"),
    )

    assert (hours(1), hours(4), at("tue 12:00"), "open") == (told.used, told.allowance, told.due_at, told.verdict)
    assert {"office"} == {one["calendar"] for one in told.told["segments"]}


def test_keep_keeps_best_effort_too():
    told = clock_of(stepped("keep"), opened(MONDAY_9, severity=4), severity_changed(MONDAY_10, 1), as_of=FRIDAY_17)

    assert ("none", None) == (told.verdict, told.allowance)


# --- stopped and void -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_a_stopped_clock_keeps_allowance_and_verdict_of_that_moment(mode):
    events = opened(MONDAY_9), resolved(MONDAY_12)
    before = clock_of(stepped(mode), *events, as_of=FRIDAY_17)
    after = clock_of(stepped(mode), *events, severity_changed(MONDAY_14, 1), as_of=FRIDAY_17)

    assert before == after
    assert ("met", hours(4)) == (after.verdict, after.allowance)


@pytest.mark.parametrize("mode", MODES)
def test_a_void_clock_keeps_what_it_had(mode):
    events = opened(MONDAY_9), happened("merged", MONDAY_12)
    before = clock_of(stepped(mode), *events, as_of=FRIDAY_17)
    after = clock_of(stepped(mode), *events, severity_changed(MONDAY_14, 1), as_of=FRIDAY_17)

    assert before == after


@pytest.mark.parametrize("mode", MODES)
def test_a_stop_and_a_change_at_one_instant_follow_their_numbers(mode):
    stop_first = clock_of(
        stepped(mode), opened(MONDAY_9), resolved(MONDAY_12), severity_changed(MONDAY_12, 3), as_of=FRIDAY_17
    )
    change_first = clock_of(
        stepped(mode), opened(MONDAY_9), severity_changed(MONDAY_12, 3), resolved(MONDAY_12), as_of=FRIDAY_17
    )

    assert hours(4) == stop_first.allowance
    assert hours(4 if mode == "keep" else 8) == change_first.allowance


def test_a_change_while_stopped_holds_from_the_reopening():
    told = clock_of(
        stepped(),
        opened(MONDAY_9),
        resolved(MONDAY_12),
        severity_changed(MONDAY_13, 1),
        reopened(MONDAY_14),
        as_of=MONDAY_14,
    )

    assert ("breached", MONDAY_14, hours(2)) == (told.verdict, told.breached_at, told.allowance)


def test_the_answer_names_the_severity_in_force_for_each_segment():
    told = clock_of(stepped(), opened(MONDAY_9), severity_changed(MONDAY_10, 3), as_of=MONDAY_11)

    assert [(2, 1), (3, 2)] == [(one["severity"], one["event"]) for one in told.told["segments"]]


def test_an_allowance_that_grows_at_the_limit_is_not_breached():
    told = clock_of(stepped(), opened(MONDAY_9), severity_changed(MONDAY_13, 3), as_of=TUESDAY_9)

    assert ("open", hours(8), MONDAY_17) == (told.verdict, told.used, told.due_at)
    assert "breached" == clock_of(stepped(), opened(MONDAY_9), severity_changed(MONDAY_13, 3), as_of=TUESDAY_10).verdict
