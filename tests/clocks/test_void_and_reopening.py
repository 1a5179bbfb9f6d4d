"""The end of a ticket, and what undoes it (semantics 3.9 and 3.10)."""

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
    TUESDAY_10,
    at,
    clock,
    clock_of,
    clocks_of,
    closed,
    happened,
    hours,
    opened,
    reopened,
    resolved,
    responded,
    severity_changed,
    waiting,
)

VOIDING = ["declined", "withdrawn", "merged"]
FOUR_HOURS = clock("4 h", pauses="customer")
AFTER_RESPONSE = clock("4 h", starts='[{ event = "responded" }]')
RESPONSE = clock(
    "4 h",
    name="response",
    reopening="ignore",
    stops='[{ event = "responded" }, { event = "resolved" }, { event = "closed" }]',
)


def new_cycle(**rows):
    return clock("4 h", reopening="new-cycle", **rows)


# --- void -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", VOIDING)
def test_a_ticket_that_is_given_up_voids_its_clocks(event):
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), happened(event, MONDAY_11), as_of=FRIDAY_17)

    assert ("void", "none", MONDAY_11, hours(2), hours(4), hours(2), None) == (
        told.state,
        told.verdict,
        told.stopped_at,
        told.used,
        told.allowance,
        told.left,
        told.due_at,
    )


@pytest.mark.parametrize("event", VOIDING)
def test_a_pending_clock_becomes_void_with_nothing_to_tell(event):
    told = clock_of(AFTER_RESPONSE, opened(MONDAY_9), happened(event, MONDAY_11), as_of=FRIDAY_17)

    assert ("void", "none", hours(0)) == (told.state, told.verdict, told.used)
    assert {None} == {
        told.started_at,
        told.stopped_at,
        told.due_at,
        told.breached_at,
        told.allowance,
        told.left,
    }


@pytest.mark.parametrize("event", VOIDING)
def test_a_clock_that_has_stopped_is_not_voided(event):
    stopped = clock_of(FOUR_HOURS, opened(MONDAY_9), resolved(MONDAY_10), as_of=FRIDAY_17)
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), resolved(MONDAY_10), happened(event, MONDAY_11), as_of=FRIDAY_17)

    assert stopped == told


@pytest.mark.parametrize("event", VOIDING)
def test_a_breach_already_reached_stays_when_a_ticket_is_given_up(event):
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), happened(event, MONDAY_15), as_of=FRIDAY_17)

    assert ("void", "breached", MONDAY_13) == (told.state, told.verdict, told.breached_at)


@pytest.mark.parametrize("event", VOIDING)
def test_nothing_resumes_after_a_ticket_was_given_up(event):
    void = clock_of(FOUR_HOURS, opened(MONDAY_9), happened(event, MONDAY_11), as_of=FRIDAY_17)
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), happened(event, MONDAY_11), reopened(MONDAY_12), as_of=FRIDAY_17)

    assert void == told


@pytest.mark.parametrize("event", VOIDING)
def test_nothing_starts_after_a_ticket_was_given_up(event):
    told = clock_of(
        AFTER_RESPONSE,
        opened(MONDAY_9),
        happened(event, MONDAY_10),
        reopened(MONDAY_11),
        responded(MONDAY_12),
        as_of=FRIDAY_17,
    )

    assert ("void", None) == (told.state, told.started_at)


@pytest.mark.parametrize("terms", [FOUR_HOURS, new_cycle()])
def test_a_stopped_clock_does_not_resume_once_its_ticket_was_given_up(terms):
    told = clocks_of(
        terms,
        opened(MONDAY_9),
        resolved(MONDAY_10),
        happened("withdrawn", MONDAY_11),
        reopened(MONDAY_12),
        as_of=MONDAY_14,
    )

    assert {("resolution", 1)} == set(told)
    assert ("stopped", MONDAY_10) == (told["resolution", 1].state, told["resolution", 1].stopped_at)


def test_a_paused_clock_becomes_void():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), waiting(MONDAY_10), happened("merged", MONDAY_11), as_of=FRIDAY_17)

    assert ("void", hours(1), MONDAY_11) == (told.state, told.used, told.stopped_at)


def test_a_stop_and_an_end_at_one_instant_follow_their_numbers():
    stopped = clock_of(
        FOUR_HOURS, opened(MONDAY_9), resolved(MONDAY_10), happened("merged", MONDAY_10), as_of=MONDAY_12
    )
    void = clock_of(FOUR_HOURS, opened(MONDAY_9), happened("merged", MONDAY_10), resolved(MONDAY_10), as_of=MONDAY_12)

    assert (("stopped", "met"), ("void", "none")) == ((stopped.state, stopped.verdict), (void.state, void.verdict))


def test_a_ticket_given_up_at_the_very_limit_was_in_time():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), happened("withdrawn", MONDAY_13), as_of=FRIDAY_17)

    assert ("void", "none", None, None) == (told.state, told.verdict, told.due_at, told.breached_at)


# --- stop and resume --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stop", [resolved, closed])
def test_a_reopened_clock_resumes_with_what_it_had_used(stop):
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), stop(MONDAY_11), reopened(MONDAY_14), as_of=MONDAY_15)

    assert ("running", hours(3), MONDAY_16, None, MONDAY_9) == (
        told.state,
        told.used,
        told.due_at,
        told.stopped_at,
        told.started_at,
    )
    assert [(MONDAY_9, MONDAY_11, "counting"), (MONDAY_14, MONDAY_15, "counting")] == told.segments


def test_the_first_of_two_stops_counts():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), resolved(MONDAY_11), closed(MONDAY_12), as_of=FRIDAY_17)

    assert (MONDAY_11, hours(2)) == (told.stopped_at, told.used)


def test_a_reopening_of_what_was_resolved_and_closed_resumes_from_the_first():
    told = clock_of(
        FOUR_HOURS, opened(MONDAY_9), resolved(MONDAY_11), closed(MONDAY_12), reopened(MONDAY_14), as_of=MONDAY_14
    )

    assert ("running", hours(2)) == (told.state, told.used)


def test_a_ticket_may_be_reopened_again_and_again():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        resolved(MONDAY_10),
        reopened(MONDAY_11),
        resolved(MONDAY_12),
        reopened(MONDAY_13),
        as_of=MONDAY_14,
    )

    assert (hours(3), MONDAY_15) == (told.used, told.due_at)


def test_reopening_an_open_ticket_changes_nothing():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), reopened(MONDAY_10), as_of=MONDAY_12)

    assert ("running", hours(3), MONDAY_13) == (told.state, told.used, told.due_at)


def test_a_reopened_clock_goes_on_under_the_severity_then_in_force():
    by_severity = clock("4 h", coverage="by-severity")
    told = clock_of(
        by_severity,
        opened(MONDAY_16, severity=2),
        resolved(MONDAY_17),
        severity_changed(at("mon 18:00"), 1),
        reopened(at("mon 20:00")),
        as_of=at("mon 21:00"),
    )

    assert (hours(2), at("mon 23:00")) == (told.used, told.due_at)


def test_a_clock_stopped_by_something_else_does_not_resume():
    stops = '[{ event = "workaround_provided" }, { event = "resolved" }]'
    told = clock_of(
        clock("4 h", stops=stops),
        opened(MONDAY_9),
        happened("workaround_provided", MONDAY_10),
        resolved(MONDAY_11),
        reopened(MONDAY_12),
        as_of=MONDAY_14,
    )

    assert ("stopped", MONDAY_10, hours(1)) == (told.state, told.stopped_at, told.used)


def test_a_reopening_after_a_late_resolution_resumes_a_breached_clock():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), resolved(MONDAY_14), reopened(MONDAY_15), as_of=MONDAY_16)

    assert ("running", "breached", hours(6), hours(-2)) == (told.state, told.verdict, told.used, told.left)


def test_a_clock_that_was_resolved_in_time_may_be_late_after_all():
    events = opened(MONDAY_9), resolved(MONDAY_12), reopened(MONDAY_14)

    assert "met" == clock_of(FOUR_HOURS, *events, as_of=MONDAY_13).verdict
    assert ("breached", MONDAY_15) == (
        clock_of(FOUR_HOURS, *events, as_of=MONDAY_16).verdict,
        clock_of(FOUR_HOURS, *events, as_of=MONDAY_16).breached_at,
    )


def test_an_ignored_reopening_leaves_the_clock_stopped():
    told = clock_of(
        RESPONSE, opened(MONDAY_9), resolved(MONDAY_11), reopened(MONDAY_12), as_of=MONDAY_14, name="response"
    )

    assert ("stopped", "met", MONDAY_11) == (told.state, told.verdict, told.stopped_at)


def test_a_response_never_restarts_even_where_its_terms_say_nothing_of_it():
    silent = clock("4 h", name="response")
    told = clock_of(
        silent, opened(MONDAY_9), resolved(MONDAY_11), reopened(MONDAY_12), as_of=MONDAY_14, name="response"
    )

    assert ("stopped", MONDAY_11) == (told.state, told.stopped_at)


# --- a new cycle ------------------------------------------------------------------------------------------------------


def test_a_new_cycle_begins_anew_at_the_reopening():
    told = clocks_of(new_cycle(), opened(MONDAY_9), resolved(MONDAY_12), reopened(MONDAY_14), as_of=MONDAY_15)
    first, second = told["resolution", 1], told["resolution", 2]

    assert ("stopped", "met", hours(3), MONDAY_12) == (first.state, first.verdict, first.used, first.stopped_at)
    assert ("running", "open", hours(1), MONDAY_14) == (second.state, second.verdict, second.used, second.started_at)
    assert at("tue 10:00") == second.due_at


def test_a_breach_of_the_first_cycle_stays_in_it():
    told = clocks_of(new_cycle(), opened(MONDAY_9), resolved(MONDAY_14), reopened(MONDAY_15), as_of=MONDAY_16)

    assert ["breached", "open"] == [one.verdict for one in told.values()]


def test_a_new_cycle_takes_the_severity_then_in_force():
    stepped = clock(
        None, reopening="new-cycle", targets='[{ severity = 1, target = "1 h" }, { severity = 2, target = "4 h" }]'
    )
    told = clocks_of(
        stepped,
        opened(MONDAY_9),
        resolved(MONDAY_12),
        severity_changed(MONDAY_13, 1),
        reopened(MONDAY_14),
        as_of=MONDAY_14,
    )

    assert [hours(4), hours(1)] == [one.allowance for one in told.values()]


def test_a_new_cycle_that_is_resolved_stops_and_a_third_may_follow():
    told = clocks_of(
        new_cycle(),
        opened(MONDAY_9),
        resolved(MONDAY_10),
        reopened(MONDAY_11),
        closed(MONDAY_12),
        reopened(MONDAY_13),
        as_of=MONDAY_14,
    )

    assert [("stopped", hours(1)), ("stopped", hours(1)), ("running", hours(1))] == [
        (one.state, one.used) for one in told.values()
    ]


def test_a_new_cycle_pauses_for_a_wait_that_is_still_open():
    told = clocks_of(
        new_cycle(pauses="customer"),
        opened(MONDAY_9),
        waiting(MONDAY_10),
        resolved(MONDAY_11),
        reopened(MONDAY_12),
        as_of=MONDAY_14,
    )

    assert ("paused", hours(0)) == (told["resolution", 2].state, told["resolution", 2].used)


# --- a stop before the start ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stop", [resolved, closed])
def test_a_stop_before_the_start_stops_at_the_start(stop):
    told = clock_of(AFTER_RESPONSE, opened(MONDAY_9), stop(MONDAY_10), responded(MONDAY_12), as_of=FRIDAY_17)

    assert ("stopped", "met", MONDAY_12, MONDAY_12, hours(0)) == (
        told.state,
        told.verdict,
        told.started_at,
        told.stopped_at,
        told.used,
    )


@pytest.mark.parametrize("reopening", ["resume", "new-cycle"])
def test_a_reopening_undoes_a_resolution_before_the_start(reopening):
    late = clock("4 h", starts='[{ event = "responded" }]', reopening=reopening)
    told = clocks_of(
        late, opened(MONDAY_9), resolved(MONDAY_10), reopened(MONDAY_11), responded(MONDAY_12), as_of=MONDAY_13
    )

    assert {("resolution", 1)} == set(told)
    assert ("running", MONDAY_12, hours(1)) == (
        told["resolution", 1].state,
        told["resolution", 1].started_at,
        told["resolution", 1].used,
    )


def test_a_reopening_that_is_ignored_undoes_nothing():
    late = clock("4 h", name="response", starts='[{ event = "correctly_logged" }]', reopening="ignore")
    told = clock_of(
        late,
        opened(MONDAY_9),
        resolved(MONDAY_10),
        reopened(MONDAY_11),
        happened("correctly_logged", MONDAY_12),
        as_of=MONDAY_13,
        name="response",
    )

    assert ("stopped", MONDAY_12, MONDAY_12) == (told.state, told.started_at, told.stopped_at)


def test_a_reopening_does_not_undo_another_stop_before_the_start():
    stops = '[{ event = "assigned" }, { event = "resolved" }]'
    told = clock_of(
        clock("4 h", starts='[{ event = "responded" }]', stops=stops),
        opened(MONDAY_9),
        happened("assigned", MONDAY_10),
        resolved(MONDAY_10),
        reopened(MONDAY_11),
        responded(MONDAY_12),
        as_of=MONDAY_13,
    )

    assert ("stopped", MONDAY_12) == (told.state, told.stopped_at)


def test_a_resolution_after_the_reopening_counts_again():
    told = clock_of(
        AFTER_RESPONSE,
        opened(MONDAY_9),
        resolved(MONDAY_10),
        reopened(MONDAY_11),
        closed(MONDAY_12),
        responded(MONDAY_13),
        as_of=MONDAY_14,
    )

    assert ("stopped", MONDAY_13) == (told.state, told.stopped_at)


def test_a_clock_stopped_at_its_start_resumes_on_a_later_reopening():
    told = clock_of(
        AFTER_RESPONSE,
        opened(MONDAY_9),
        resolved(MONDAY_10),
        responded(MONDAY_11),
        reopened(MONDAY_12),
        as_of=MONDAY_13,
    )

    assert ("running", MONDAY_11, hours(1), MONDAY_16) == (told.state, told.started_at, told.used, told.due_at)


def test_a_clock_stopped_at_its_start_while_waiting_has_no_due_instant():
    told = clock_of(
        clock("4 h", starts='[{ event = "responded" }]', pauses="customer"),
        opened(MONDAY_9),
        resolved(MONDAY_10),
        waiting(MONDAY_10),
        responded(MONDAY_11),
        as_of=MONDAY_12,
    )

    assert ("stopped", None, []) == (told.state, told.due_at, told.segments)


def test_a_reopening_at_the_very_instant_of_the_resolution_costs_nothing():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), resolved(MONDAY_11), reopened(MONDAY_11), as_of=MONDAY_12)

    assert ("running", hours(3), MONDAY_13) == (told.state, told.used, told.due_at)


def test_an_allowance_used_up_at_the_resolution_is_late_once_the_reopened_clock_counts():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), resolved(MONDAY_13), reopened(MONDAY_15), as_of=MONDAY_16)

    assert ("breached", MONDAY_13, MONDAY_15) == (told.verdict, told.due_at, told.breached_at)


def test_a_clock_reopened_at_night_is_due_in_hours():
    told = clock_of(FOUR_HOURS, opened(MONDAY_14), resolved(MONDAY_16), reopened(at("mon 22:00")), as_of=TUESDAY_10)

    assert (hours(3), at("tue 11:00")) == (told.used, told.due_at)
