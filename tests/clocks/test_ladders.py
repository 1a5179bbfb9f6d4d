"""Rungs and warnings (semantics 3.12 and 3.13)."""

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
    severity_changed,
    wait_ended,
    waiting,
)


def ladder(*rungs, target="best effort", **rows):
    return clock(target, pauses="customer", rungs=f"[{', '.join(rungs)}]", **rows)


def rung(after, role, severity=None):
    only = f"severity = {severity}, " if severity else ""
    return f'{{ {only}after = "{after}", role = "{role}", clause = "house:rung" }}'


TWO_AND_FOUR = ladder(rung("2 h", "lead"), rung("4 h", "manager"))
BY_SEVERITY = ladder(
    rung("1 h", "lead", 1),
    rung("2 h", "manager", 1),
    rung("2 h", "team", 2),
    rung("4 h", "lead", 2),
    rung("8 h", "board", 2),
    rung("6 h", "team", 3),
)


# --- reaching a rung --------------------------------------------------------------------------------------------------


def test_a_rung_is_reached_at_the_first_instant_at_which_its_amount_is_counted():
    assert {} == clock_of(TWO_AND_FOUR, opened(MONDAY_9), as_of=at("mon 10:59:59")).rungs
    assert {"lead": MONDAY_11} == clock_of(TWO_AND_FOUR, opened(MONDAY_9), as_of=MONDAY_11).rungs
    assert {"lead": MONDAY_11, "manager": MONDAY_13} == clock_of(TWO_AND_FOUR, opened(MONDAY_9), as_of=FRIDAY_17).rungs


def test_rungs_still_to_come_are_told_with_the_instant_they_fall_due():
    told = clock_of(TWO_AND_FOUR, opened(MONDAY_9), as_of=MONDAY_12)

    assert {"manager": MONDAY_13} == told.rungs_ahead


def test_while_paused_no_rung_falls_due():
    told = clock_of(TWO_AND_FOUR, opened(MONDAY_9), waiting(MONDAY_10), as_of=MONDAY_16)

    assert ({}, {"lead": None, "manager": None}) == (told.rungs, told.rungs_ahead)


def test_a_rung_waits_as_long_as_its_clock_does():
    told = clock_of(TWO_AND_FOUR, opened(MONDAY_9), waiting(MONDAY_10), wait_ended(MONDAY_12), as_of=MONDAY_14)

    assert {"lead": MONDAY_13} == told.rungs


def test_a_rung_that_ends_at_closing_is_reached_at_closing():
    assert {"lead": MONDAY_17} == clock_of(TWO_AND_FOUR, opened(MONDAY_15), as_of=at("mon 20:00")).rungs


def test_a_rung_is_reached_in_the_instant_of_the_stop():
    told = clock_of(TWO_AND_FOUR, opened(MONDAY_9), resolved(MONDAY_11), as_of=FRIDAY_17)

    assert ({"lead": MONDAY_11}, {"manager": None}) == (told.rungs, told.rungs_ahead)


def test_after_the_stop_no_rung_is_reached():
    told = clock_of(TWO_AND_FOUR, opened(MONDAY_9), resolved(MONDAY_10), as_of=FRIDAY_17)

    assert {} == told.rungs


def test_a_rung_is_reached_in_the_instant_in_which_a_wait_begins():
    told = clock_of(TWO_AND_FOUR, opened(MONDAY_9), waiting(MONDAY_11), as_of=MONDAY_12)

    assert {"lead": MONDAY_11} == told.rungs


def test_a_ladder_without_a_target_has_no_verdict():
    assert "none" == clock_of(TWO_AND_FOUR, opened(MONDAY_9), resolved(MONDAY_17), as_of=FRIDAY_17).verdict


def test_rungs_are_listed_in_the_order_in_which_they_were_reached():
    unordered = ladder(rung("4 h", "manager"), rung("2 h", "lead"))
    told = clock_of(unordered, opened(MONDAY_9), as_of=FRIDAY_17)

    assert ["lead", "manager"] == [one["role"] for one in told.told["rungs"]]


def test_a_role_named_on_two_rungs_is_told_once_at_the_lower():
    ascending = ladder(rung("2 h", "lead"), rung("4 h", "lead"))
    descending = ladder(rung("4 h", "lead"), rung("2 h", "lead"))

    assert {"lead": MONDAY_11} == clock_of(ascending, opened(MONDAY_9), as_of=FRIDAY_17).rungs
    assert {"lead": MONDAY_11} == clock_of(descending, opened(MONDAY_9), as_of=FRIDAY_17).rungs


def test_a_rung_goes_on_counting_after_a_reopening():
    told = clock_of(TWO_AND_FOUR, opened(MONDAY_9), resolved(MONDAY_12), reopened(MONDAY_15), as_of=MONDAY_17)

    assert {"lead": MONDAY_11, "manager": MONDAY_16} == told.rungs


def test_in_a_new_cycle_the_roles_are_told_anew():
    anew = ladder(rung("2 h", "lead"), reopening="new-cycle")
    told = clock_of(anew, opened(MONDAY_9), resolved(MONDAY_12), reopened(MONDAY_13), as_of=MONDAY_17, cycle=2)

    assert {"lead": MONDAY_15} == told.rungs


def test_a_ticket_given_up_keeps_the_rungs_it_had_reached():
    told = clock_of(TWO_AND_FOUR, opened(MONDAY_9), happened("withdrawn", MONDAY_12), as_of=FRIDAY_17)

    assert ({"lead": MONDAY_11}, {"manager": None}) == (told.rungs, told.rungs_ahead)


# --- business days, the allowance, another clock's target -------------------------------------------------------------


def test_a_rung_in_business_days_is_a_budget_from_the_start_of_the_clock():
    """From Monday 16:00 to Tuesday's close: nine hours, of which a wait costs four."""
    by_day = ladder(rung("1 business day", "lead"))
    told = clock_of(by_day, opened(MONDAY_16), waiting(TUESDAY_9), wait_ended(at("tue 13:00")), as_of=at("thu 09:00"))

    assert {"lead": at("wed 13:00")} == told.rungs


def test_a_rung_in_business_days_is_taken_from_the_start_under_a_new_severity_too():
    by_day = ladder(rung("1 business day", "lead", 1))
    told = clock_of(by_day, opened(MONDAY_16), severity_changed(at("wed 12:00"), 1), as_of=FRIDAY_17)

    assert {"lead": at("wed 12:00")} == told.rungs


def test_a_rung_at_the_allowance_follows_the_allowance():
    at_the_end = ladder(rung("the allowance", "lead"), target="4 h")

    assert {"lead": MONDAY_13} == clock_of(at_the_end, opened(MONDAY_9), as_of=FRIDAY_17).rungs


def test_a_rung_at_the_allowance_waits_for_a_date_to_be_agreed():
    by_date = ladder(rung("the allowance", "lead"), agreed_dates='[{ event = "timeline_agreed" }]')
    before = clock_of(by_date, opened(MONDAY_9), as_of=FRIDAY_17)
    told = clock_of(by_date, opened(MONDAY_9), agreed(MONDAY_10, MONDAY_14), as_of=FRIDAY_17)

    assert ({}, {"lead": None}) == (before.rungs, before.rungs_ahead)
    assert {"lead": MONDAY_14} == told.rungs


def test_a_date_already_past_reaches_the_rung_at_its_event():
    by_date = ladder(rung("the allowance", "lead"), agreed_dates='[{ event = "timeline_agreed" }]')
    told = clock_of(by_date, opened(MONDAY_9), agreed(MONDAY_12, MONDAY_10), as_of=MONDAY_12)

    assert {"lead": MONDAY_12} == told.rungs


def test_a_date_already_past_reaches_the_rung_of_a_paused_clock_at_its_event():
    by_date = ladder(rung("the allowance", "lead"), agreed_dates='[{ event = "timeline_agreed" }]')
    told = clock_of(by_date, opened(MONDAY_9), waiting(MONDAY_10), agreed(MONDAY_12, MONDAY_10), as_of=MONDAY_13)

    assert {"lead": MONDAY_12} == told.rungs


def test_a_rung_at_the_allowance_stays_reached_when_a_later_date_is_agreed():
    by_date = ladder(rung("the allowance", "lead"), agreed_dates='[{ event = "timeline_agreed" }]')
    told = clock_of(
        by_date, opened(MONDAY_9), agreed(MONDAY_10, MONDAY_12), agreed(MONDAY_14, FRIDAY_17), as_of=FRIDAY_17
    )

    assert {"lead": MONDAY_12} == told.rungs


def test_a_rung_at_the_target_of_another_clock_is_counted_on_its_own():
    response = clock(None, name="response", targets='[{ severity = 2, target = "3 h" }]', reopening="ignore")
    told = clock_of((response, ladder(rung("the target of response", "lead"))), opened(MONDAY_9), as_of=FRIDAY_17)

    assert {"lead": MONDAY_12} == told.rungs


def test_where_the_other_clock_has_no_target_there_is_no_rung():
    response = clock(None, name="response", targets='[{ severity = 1, target = "3 h" }]', reopening="ignore")
    told = clock_of((response, ladder(rung("the target of response", "lead"))), opened(MONDAY_9), as_of=FRIDAY_17)

    assert ({}, {}) == (told.rungs, told.rungs_ahead)


# --- severity ---------------------------------------------------------------------------------------------------------


def test_rungs_follow_the_severity_in_force():
    told = clock_of(BY_SEVERITY, opened(MONDAY_9), severity_changed(MONDAY_10, 3), as_of=FRIDAY_17)

    assert {"team": MONDAY_15} == told.rungs


def test_rungs_whose_amount_is_used_are_reached_at_the_change():
    told = clock_of(BY_SEVERITY, opened(MONDAY_9), severity_changed(MONDAY_12, 1), as_of=MONDAY_12)

    assert {"team": MONDAY_11, "lead": MONDAY_12, "manager": MONDAY_12} == told.rungs


def test_a_rung_whose_amount_is_just_used_is_reached_at_the_change():
    told = clock_of(BY_SEVERITY, opened(MONDAY_9), severity_changed(MONDAY_10, 1), as_of=MONDAY_10)

    assert {"lead": MONDAY_10} == told.rungs


def test_a_paused_clock_reaches_used_rungs_at_the_change_too():
    told = clock_of(BY_SEVERITY, opened(MONDAY_9), waiting(MONDAY_12), severity_changed(MONDAY_14, 1), as_of=MONDAY_15)

    assert {"team": MONDAY_11, "lead": MONDAY_14, "manager": MONDAY_14} == told.rungs


def test_a_role_is_told_once_whatever_the_severity():
    told = clock_of(BY_SEVERITY, opened(MONDAY_9), severity_changed(MONDAY_12, 3), as_of=FRIDAY_17)

    assert {"team": MONDAY_11} == told.rungs


def test_a_rung_once_reached_stays_reached_after_a_downgrade():
    told = clock_of(
        BY_SEVERITY,
        opened(MONDAY_9, severity=1),
        severity_changed(MONDAY_10, 3),
        as_of=MONDAY_12,
    )

    assert ({"lead": MONDAY_10}, {"team": MONDAY_15}) == (told.rungs, told.rungs_ahead)


def test_for_an_instant_under_another_severity_its_used_rungs_are_reached():
    told = clock_of(
        BY_SEVERITY, opened(MONDAY_9), severity_changed(MONDAY_12, 1), severity_changed(MONDAY_12, 2), as_of=MONDAY_12
    )

    assert {"team": MONDAY_11, "lead": MONDAY_12, "manager": MONDAY_12} == told.rungs


def test_for_an_instant_before_the_stop_its_used_rungs_are_reached():
    told = clock_of(BY_SEVERITY, opened(MONDAY_9), severity_changed(MONDAY_12, 1), resolved(MONDAY_12), as_of=FRIDAY_17)

    assert {"team": MONDAY_11, "lead": MONDAY_12, "manager": MONDAY_12} == told.rungs


def test_a_rung_reached_in_the_instant_of_a_change_stays_reached():
    """The time up to 11:00 is judged first, then severity 3 comes into force."""
    told = clock_of(BY_SEVERITY, opened(MONDAY_9), severity_changed(MONDAY_11, 3), as_of=MONDAY_11)

    assert {"team": MONDAY_11} == told.rungs


def test_a_change_while_stopped_reaches_used_rungs_at_the_reopening():
    told = clock_of(
        BY_SEVERITY,
        opened(MONDAY_9),
        resolved(MONDAY_12),
        severity_changed(MONDAY_13, 1),
        reopened(MONDAY_14),
        as_of=MONDAY_14,
    )

    assert {"team": MONDAY_11, "lead": MONDAY_14, "manager": MONDAY_14} == told.rungs


def test_rungs_are_counted_on_the_calendar_of_the_time():
    by_hours = ladder(rung("4 h", "lead"), coverage="by-severity")
    told = clock_of(by_hours, opened(MONDAY_15), severity_changed(at("mon 18:00"), 1), as_of=FRIDAY_17)

    assert {"lead": at("mon 20:00")} == told.rungs


def test_a_restart_tells_nobody_twice():
    restart = ladder(rung("2 h", "lead"), rung("4 h", "manager"), mode="restart")
    told = clock_of(restart, opened(MONDAY_9), severity_changed(MONDAY_12, 1), as_of=FRIDAY_17)

    assert {"lead": MONDAY_11, "manager": MONDAY_16} == told.rungs


def test_remeasured_time_reaches_rungs_at_the_change():
    remeasure = ladder(rung("4 h", "lead"), coverage="by-severity", mode="remeasure")
    told = clock_of(remeasure, opened(MONDAY_16), severity_changed(at("mon 22:00"), 1), as_of=FRIDAY_17)

    assert {"lead": at("mon 22:00")} == told.rungs


def test_under_kept_terms_rungs_still_follow_the_severity_in_force():
    kept = ladder(rung("1 h", "lead", 1), rung("6 h", "team", 2), mode="keep")
    told = clock_of(kept, opened(MONDAY_9), severity_changed(MONDAY_12, 1), as_of=FRIDAY_17)

    assert {"lead": MONDAY_12} == told.rungs


# --- warnings ---------------------------------------------------------------------------------------------------------


def test_warnings_go_out_at_50_75_and_90_percent():
    told = clock_of(clock("4 h"), opened(MONDAY_9), as_of=FRIDAY_17)

    assert {50: MONDAY_11, 75: MONDAY_12, 90: at("mon 12:36")} == told.warned


def test_a_warning_is_reached_at_its_instant_and_not_before():
    assert {50: None, 75: None, 90: None} == clock_of(clock("4 h"), opened(MONDAY_9), as_of=at("mon 10:59:59")).warned
    assert {50: MONDAY_11, 75: None, 90: None} == clock_of(clock("4 h"), opened(MONDAY_9), as_of=MONDAY_11).warned
    assert MONDAY_12 == clock_of(clock("4 h"), opened(MONDAY_9), as_of=MONDAY_11).warnings_due[75]


def test_warnings_are_in_counted_time():
    told = clock_of(clock("4 h", pauses="customer"), opened(MONDAY_9), waiting(MONDAY_10), as_of=MONDAY_16)
    over_night = clock_of(clock("4 h"), opened(MONDAY_16), as_of=MONDAY_16)

    assert {50: None, 75: None, 90: None} == told.warned == told.warnings_due
    assert TUESDAY_10 == over_night.warnings_due[50]


def test_terms_may_ask_for_other_warnings_or_none():
    assert {10: at("mon 09:24")} == clock_of(clock("4 h", warnings="[10]"), opened(MONDAY_9), as_of=MONDAY_10).warned
    assert {} == clock_of(clock("4 h", warnings="[]"), opened(MONDAY_9), as_of=MONDAY_10).warned


def test_best_effort_warns_of_nothing():
    assert {} == clock_of(clock("best effort"), opened(MONDAY_9), as_of=FRIDAY_17).warned


def test_a_warning_once_reached_stays_reached_under_a_longer_target():
    stepped = clock(None, targets='[{ severity = 2, target = "4 h" }, { severity = 3, target = "8 h" }]')
    told = clock_of(stepped, opened(MONDAY_9), severity_changed(MONDAY_12, 3), as_of=MONDAY_13)

    assert {50: MONDAY_11, 75: MONDAY_12, 90: None} == told.warned
    assert at("mon 16:12") == told.warnings_due[90]


def test_a_shorter_target_warns_at_the_change():
    stepped = clock(None, targets='[{ severity = 2, target = "8 h" }, { severity = 1, target = "4 h" }]')
    told = clock_of(stepped, opened(MONDAY_9), severity_changed(MONDAY_12, 1), as_of=MONDAY_12)

    assert {50: MONDAY_12, 75: MONDAY_12, 90: None} == told.warned


def test_business_days_warn_by_their_budget():
    """Nine hours from Monday 16:00 to Tuesday's close."""
    told = clock_of(clock("1 business day"), opened(MONDAY_16), as_of=FRIDAY_17)

    assert {50: at("tue 12:30"), 75: at("tue 14:45"), 90: at("tue 16:06")} == told.warned


def test_used_up_in_a_weekend_nothing_is_warned_of_twice():
    assert hours(4) == clock_of(clock("4 h"), opened(at("fri 13:00")), as_of=at("sun 12:00")).used
    assert 3 == len(clock_of(clock("4 h"), opened(at("fri 13:00")), as_of=at("sun 12:00")).told["warnings"])
