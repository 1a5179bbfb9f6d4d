"""Clocks whose every stop starts the next cycle (semantics 3.11)."""

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
    at,
    clock,
    clocks_of,
    closed,
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

REPORTS = clock(
    "2 h",
    name="update",
    pauses="customer",
    repeats="true",
    starts='[{ event = "responded", first = true }, { event = "reopened" }]',
    stops='[{ event = "update_sent" }]',
    ends='[{ event = "resolved" }, { event = "closed" }]',
)


def update_sent(when):
    return happened("update_sent", when)


def cycles(*events, as_of, terms=REPORTS):
    told = clocks_of(terms, *events, as_of=as_of)
    assert sorted(told) == [("update", cycle) for cycle in range(1, len(told) + 1)]
    return [told[name] for name in sorted(told)]


def test_before_its_first_start_there_is_one_pending_cycle():
    (only,) = cycles(opened(MONDAY_9), as_of=MONDAY_10)

    assert ("pending", "none") == (only.state, only.verdict)


def test_every_stop_starts_the_next_cycle():
    first, second, third = cycles(
        opened(MONDAY_9), responded(MONDAY_10), update_sent(MONDAY_11), update_sent(MONDAY_14), as_of=MONDAY_15
    )

    assert ("stopped", "met", MONDAY_10, MONDAY_11, hours(1)) == (
        first.state,
        first.verdict,
        first.started_at,
        first.stopped_at,
        first.used,
    )
    assert ("stopped", "breached", MONDAY_11, MONDAY_13) == (
        second.state,
        second.verdict,
        second.started_at,
        second.breached_at,
    )
    assert ("running", "open", MONDAY_14, MONDAY_16) == (third.state, third.verdict, third.started_at, third.due_at)


def test_a_stop_without_an_open_cycle_is_ignored():
    (only,) = cycles(opened(MONDAY_9), update_sent(MONDAY_10), responded(MONDAY_11), as_of=MONDAY_12)

    assert ("running", MONDAY_11, hours(1)) == (only.state, only.started_at, only.used)


def test_with_a_cycle_open_another_start_changes_nothing():
    (only,) = cycles(opened(MONDAY_9), responded(MONDAY_10), reopened(MONDAY_11), as_of=MONDAY_12)

    assert (MONDAY_10, MONDAY_12) == (only.started_at, only.due_at)


def test_the_cycle_open_at_the_end_is_void():
    first, second = cycles(
        opened(MONDAY_9), responded(MONDAY_10), update_sent(MONDAY_11), resolved(MONDAY_12), as_of=FRIDAY_17
    )

    assert "met" == first.verdict
    assert ("void", "none", MONDAY_12, None) == (second.state, second.verdict, second.stopped_at, second.due_at)


def test_a_breach_in_the_cycle_open_at_the_end_stays():
    (only,) = cycles(opened(MONDAY_9), responded(MONDAY_10), resolved(MONDAY_13), as_of=FRIDAY_17)

    assert ("void", "breached", MONDAY_12, MONDAY_12) == (only.state, only.verdict, only.breached_at, only.due_at)


def test_while_resolved_no_cycle_opens():
    told = cycles(opened(MONDAY_9), responded(MONDAY_10), resolved(MONDAY_11), update_sent(MONDAY_12), as_of=FRIDAY_17)

    assert ["void"] == [one.state for one in told]


def test_a_first_response_after_the_resolution_opens_no_cycle():
    (only,) = cycles(opened(MONDAY_9), resolved(MONDAY_10), responded(MONDAY_11), as_of=FRIDAY_17)

    assert ("pending", None) == (only.state, only.started_at)


def test_a_reopening_opens_a_cycle_again():
    first, second = cycles(
        opened(MONDAY_9), responded(MONDAY_10), resolved(MONDAY_11), reopened(MONDAY_14), as_of=MONDAY_15
    )

    assert ("void", "running", MONDAY_14, MONDAY_16) == (
        first.state,
        second.state,
        second.started_at,
        second.due_at,
    )


def test_a_closing_after_a_resolution_ends_nothing_twice():
    told = cycles(opened(MONDAY_9), responded(MONDAY_10), resolved(MONDAY_11), closed(MONDAY_12), as_of=FRIDAY_17)

    assert [("void", MONDAY_11)] == [(one.state, one.stopped_at) for one in told]


def test_a_new_cycle_pauses_for_a_wait_that_is_still_open():
    first, second = cycles(
        opened(MONDAY_9),
        responded(MONDAY_10),
        waiting(MONDAY_11),
        update_sent(MONDAY_12),
        wait_ended(MONDAY_14),
        as_of=MONDAY_15,
    )

    assert ("met", hours(1), None) == (first.verdict, first.used, first.due_at)
    assert (MONDAY_12, hours(1), MONDAY_16) == (second.started_at, second.used, second.due_at)


def test_each_cycle_takes_the_severity_of_its_start():
    by_severity = REPORTS.replace(
        'targets = [{ target = "2 h", clause = "house:target" }]',
        'targets = [{ severity = 1, target = "1 h" }, { target = "2 h" }]',
    )
    first, second = cycles(
        opened(MONDAY_9),
        responded(MONDAY_10),
        update_sent(MONDAY_11),
        severity_changed(MONDAY_11, 1),
        as_of=MONDAY_11,
        terms=by_severity,
    )

    assert (hours(2), hours(1)) == (first.allowance, second.allowance)


def test_two_reports_at_one_instant_are_two_cycles():
    told = cycles(
        opened(MONDAY_9), responded(MONDAY_10), update_sent(MONDAY_11), update_sent(MONDAY_11), as_of=MONDAY_12
    )

    assert [("stopped", hours(1)), ("stopped", hours(0)), ("running", hours(1))] == [
        (one.state, one.used) for one in told
    ]


def test_a_report_at_the_very_limit_is_in_time_and_the_next_cycle_begins_there():
    first, second = cycles(opened(MONDAY_9), responded(MONDAY_10), update_sent(MONDAY_12), as_of=MONDAY_12)

    assert ("met", MONDAY_12) == (first.verdict, second.started_at)


def test_a_ticket_given_up_voids_the_open_cycle_and_no_other_follows():
    told = cycles(
        opened(MONDAY_9),
        responded(MONDAY_10),
        update_sent(MONDAY_11),
        happened("merged", MONDAY_12),
        update_sent(MONDAY_13),
        reopened(MONDAY_14),
        as_of=FRIDAY_17,
    )

    assert ["stopped", "void"] == [one.state for one in told]


def test_a_ticket_given_up_between_cycles_shows_no_cycle_that_never_was():
    told = cycles(
        opened(MONDAY_9), responded(MONDAY_10), resolved(MONDAY_11), happened("withdrawn", MONDAY_12), as_of=FRIDAY_17
    )

    assert ["void"] == [one.state for one in told]


def test_the_hours_between_cycles_count_for_none():
    told = cycles(
        opened(MONDAY_9),
        responded(MONDAY_16),
        update_sent(at("mon 16:30")),
        resolved(MONDAY_17),
        reopened(at("wed 09:00")),
        update_sent(at("wed 10:00")),
        as_of=at("wed 10:30"),
    )

    assert [hours(0.5), hours(0.5), hours(1), hours(0.5)] == [one.used for one in told]
