"""What starts and stops a clock besides an event alone: what it says, a second event, a severity, the time of day."""

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
    clocks_of,
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


def started(starts, *events, as_of=FRIDAY_17, **rows):
    return clock_of(clock("4 h", starts=starts, **rows), *events, as_of=as_of).started_at


def stopped(stops, *events, as_of=FRIDAY_17, **rows):
    return clock_of(clock("4 h", stops=stops, **rows), *events, as_of=as_of).stopped_at


# --- what it says -----------------------------------------------------------------------------------------------------


def test_a_trigger_asks_for_what_the_event_says():
    by_phone = '[{ event = "opened", is = { channel = ["phone", "email"] } }]'

    assert MONDAY_9 == started(by_phone, opened(MONDAY_9, channel="email"))
    assert started(by_phone, opened(MONDAY_9, channel="web")) is None
    assert started(by_phone, opened(MONDAY_9)) is None


def test_the_first_of_several_triggers_starts_the_clock():
    either = '[{ event = "opened", is = { channel = "phone" } }, { event = "notified_by_phone" }]'

    assert MONDAY_10 == started(either, opened(MONDAY_9, channel="web"), happened("notified_by_phone", MONDAY_10))
    assert MONDAY_9 == started(either, opened(MONDAY_9, channel="phone"), happened("notified_by_phone", MONDAY_10))


def test_only_the_first_event_of_its_kind_may_count():
    first = '[{ event = "responded", first = true, severity = 1 }]'

    assert MONDAY_10 == started(first, opened(MONDAY_9, severity=1), responded(MONDAY_10), responded(MONDAY_11))


def test_a_trigger_may_wait_for_the_stop_of_another_clock():
    response = clock("1 h", name="response", reopening="ignore", stops='[{ event = "responded" }]')
    after = clock("4 h", starts='[{ event = "reopened", after_stop_of = "response" }]')
    unanswered = clock_of((response, after), opened(MONDAY_9), reopened(MONDAY_11), as_of=MONDAY_12)
    answered = clock_of((response, after), opened(MONDAY_9), responded(MONDAY_10), reopened(MONDAY_11), as_of=MONDAY_12)

    assert (None, MONDAY_11) == (unanswered.started_at, answered.started_at)


def test_a_trigger_may_ask_for_information_told_so_far():
    complete = '[{ event = "correctly_logged", complete = ["name", "phone"] }]'
    logged = happened("correctly_logged", MONDAY_12)

    assert started(complete, opened(MONDAY_9, fields={"name": "x"}), logged) is None
    assert MONDAY_12 == started(
        complete,
        opened(MONDAY_9, fields={"name": "x"}),
        happened("information_added", MONDAY_10, fields={"phone": "y"}),
        logged,
    )
    assert MONDAY_12 == started(
        complete,
        opened(MONDAY_9, fields={"name": "x"}),
        happened("correctly_logged", MONDAY_12, fields={"phone": "y"}),
    )


# --- a second event ---------------------------------------------------------------------------------------------------

BOTH = '[{ event = "assigned", also = "work_started" }]'


def test_a_second_event_is_waited_for_in_either_order():
    assigned, began = happened("assigned", MONDAY_10), happened("work_started", MONDAY_11)
    began_first, assigned_then = happened("work_started", MONDAY_10), happened("assigned", MONDAY_12)

    assert MONDAY_11 == stopped(BOTH, opened(MONDAY_9), assigned, began)
    assert MONDAY_12 == stopped(BOTH, opened(MONDAY_9), began_first, assigned_then)


@pytest.mark.parametrize("event", ["assigned", "work_started"])
def test_one_of_two_events_is_not_enough(event):
    assert stopped(BOTH, opened(MONDAY_9), happened(event, MONDAY_10), happened(event, MONDAY_11)) is None


def test_the_second_event_does_not_make_up_for_what_the_first_did_not_say():
    by_email = '[{ event = "opened", is = { channel = "email" }, also = "phone_unanswered" }]'
    unanswered = happened("phone_unanswered", MONDAY_10)

    assert MONDAY_10 == started(by_email, opened(MONDAY_9, channel="email"), unanswered)
    assert started(by_email, opened(MONDAY_9, channel="web"), unanswered) is None


def test_what_the_first_event_said_once_counts_though_a_later_one_says_otherwise():
    to_three = '[{ event = "assigned", is = { tier = 3 }, also = "work_started" }]'
    told = stopped(
        to_three,
        opened(MONDAY_9),
        happened("assigned", MONDAY_10, tier=3),
        happened("assigned", MONDAY_11, tier=2),
        happened("work_started", MONDAY_12),
    )

    assert MONDAY_12 == told


def test_two_events_at_one_instant_are_two_events():
    told = stopped(BOTH, opened(MONDAY_9), happened("work_started", MONDAY_10), happened("assigned", MONDAY_10))

    assert MONDAY_10 == told


# --- a severity -------------------------------------------------------------------------------------------------------


def test_a_trigger_for_a_severity_fires_at_that_severity():
    for_one = '[{ event = "responded", severity = 1 }]'

    assert MONDAY_10 == started(for_one, opened(MONDAY_9, severity=1), responded(MONDAY_10))
    assert started(for_one, opened(MONDAY_9, severity=2), responded(MONDAY_10)) is None


def test_a_trigger_that_lacks_only_its_severity_fires_when_that_comes_into_force():
    for_one = '[{ event = "responded", severity = 1 }]'

    assert MONDAY_12 == started(for_one, opened(MONDAY_9), responded(MONDAY_10), severity_changed(MONDAY_12, 1))
    assert MONDAY_12 == stopped(for_one, opened(MONDAY_9), responded(MONDAY_10), severity_changed(MONDAY_12, 1))


def test_a_trigger_stays_armed_over_other_severities():
    for_one = '[{ event = "responded", severity = 1 }]'
    told = started(
        for_one, opened(MONDAY_9), responded(MONDAY_10), severity_changed(MONDAY_11, 3), severity_changed(MONDAY_12, 1)
    )

    assert MONDAY_12 == told


def test_a_severity_that_holds_already_arms_nothing():
    for_one = '[{ event = "responded", severity = 1 }]'
    told = started(
        for_one, opened(MONDAY_9, severity=1), severity_changed(MONDAY_10, 2), severity_changed(MONDAY_11, 1)
    )

    assert told is None


def test_a_clock_stopped_by_a_change_of_severity_is_judged_under_the_new_one():
    stops = '[{ event = "responded", severity = 1 }]'
    stepped = clock(None, stops=stops, targets='[{ severity = 1, target = "1 h" }, { severity = 2, target = "8 h" }]')
    told = clock_of(stepped, opened(MONDAY_9), responded(MONDAY_10), severity_changed(MONDAY_12, 1), as_of=FRIDAY_17)

    assert ("stopped", "breached", MONDAY_12, hours(1)) == (told.state, told.verdict, told.breached_at, told.allowance)


def test_two_events_and_a_severity_are_waited_for_in_any_order():
    all_three = '[{ event = "assigned", also = "work_started", severity = 1 }]'
    assigned, began = happened("assigned", MONDAY_10), happened("work_started", MONDAY_11)

    assert MONDAY_12 == stopped(all_three, opened(MONDAY_9), assigned, began, severity_changed(MONDAY_12, 1))
    assert MONDAY_11 == stopped(all_three, opened(MONDAY_9), severity_changed(at("mon 09:30"), 1), assigned, began)


def test_a_reopening_undoes_a_resolution_that_only_lacked_its_severity():
    """A stop by a resolution that was undone must not stop the clock afterwards."""
    for_one = '[{ event = "resolved", severity = 1 }]'
    told = stopped(for_one, opened(MONDAY_9), resolved(MONDAY_10), reopened(MONDAY_11), severity_changed(MONDAY_12, 1))

    assert told is None


def test_a_clock_stopped_by_a_resolution_that_lacked_its_severity_resumes_on_reopening():
    for_one = clock("4 h", stops='[{ event = "resolved", severity = 1 }]')
    told = clock_of(
        for_one,
        opened(MONDAY_9),
        resolved(MONDAY_10),
        severity_changed(MONDAY_11, 1),
        reopened(MONDAY_12),
        as_of=MONDAY_13,
    )

    assert ("running", hours(3)) == (told.state, told.used)


# --- the time of day --------------------------------------------------------------------------------------------------

PUT_OFF = '[{ event = "opened", unless_open = "office" }, { event = "notified_by_phone" }]'


def test_inside_hours_a_clock_starts_at_once():
    assert MONDAY_9 == started(PUT_OFF, opened(MONDAY_9))
    assert at("mon 16:59:59") == started(PUT_OFF, opened(at("mon 16:59:59")))


def test_out_of_hours_a_start_waits_for_the_next_opening():
    assert TUESDAY_9 == started(PUT_OFF, opened(MONDAY_17))
    assert at("mon+1 09:00") == started(PUT_OFF, opened(at("sat 10:00")), as_of=at("mon+1 12:00"))


def test_until_the_opening_the_clock_is_pending():
    told = clock_of(clock("4 h", starts=PUT_OFF, coverage="always"), opened(at("mon 20:00")), as_of=at("tue 08:59:59"))

    assert ("pending", None) == (told.state, told.started_at)
    assert TUESDAY_9 == started(PUT_OFF, opened(at("mon 20:00")), as_of=TUESDAY_9)


def test_something_else_may_start_it_before_the_opening():
    told = clock_of(
        clock("4 h", starts=PUT_OFF, coverage="always"),
        opened(at("mon 20:00")),
        happened("notified_by_phone", at("mon 21:00")),
        as_of=TUESDAY_10,
    )

    assert (at("mon 21:00"), hours(13)) == (told.started_at, told.used)


def test_a_start_put_off_takes_the_severity_and_the_waits_of_the_opening():
    stepped = clock(
        None,
        starts=PUT_OFF,
        pauses="customer",
        targets='[{ severity = 1, target = "1 h" }, { severity = 3, target = "8 h" }, { target = "4 h" }]',
    )
    told = clock_of(
        stepped,
        opened(at("mon 20:00")),
        severity_changed(at("mon 21:00"), 1),
        waiting(at("mon 22:00")),
        severity_changed(TUESDAY_10, 3),
        wait_ended(at("tue 11:00")),
        as_of=at("tue 12:00"),
    )

    assert (TUESDAY_9, hours(8), hours(1)) == (told.started_at, told.allowance, told.used)
    assert [1, 3, 3] == [one["severity"] for one in told.told["segments"]]


def test_events_at_the_instant_of_the_opening_come_after_the_start():
    stepped = clock(
        None,
        starts=PUT_OFF,
        mode="keep",
        targets='[{ severity = 1, target = "1 h" }, { severity = 2, target = "4 h" }]',
    )
    told = clock_of(stepped, opened(at("mon 20:00")), severity_changed(TUESDAY_9, 1), as_of=TUESDAY_9)

    assert hours(4) == told.allowance


def test_a_resolution_before_the_opening_stops_at_the_start():
    told = clock_of(clock("4 h", starts=PUT_OFF), opened(at("mon 20:00")), resolved(at("mon 21:00")), as_of=FRIDAY_17)

    assert ("stopped", TUESDAY_9, TUESDAY_9, hours(0)) == (
        told.state,
        told.started_at,
        told.stopped_at,
        told.used,
    )


def test_a_ticket_given_up_before_the_opening_never_starts():
    told = clock_of(
        clock("4 h", starts=PUT_OFF), opened(at("mon 20:00")), happened("withdrawn", at("mon 21:00")), as_of=FRIDAY_17
    )

    assert ("void", None) == (told.state, told.started_at)


def test_hours_that_never_come_start_nothing():
    never = '[{ event = "opened", unless_open = "never" }]'

    assert started(never, opened(MONDAY_9)) is None


# --- the end of an allowance ------------------------------------------------------------------------------------------

RESPONSE = clock(
    None,
    name="response",
    reopening="ignore",
    pauses="customer",
    stops='[{ event = "responded" }]',
    targets="""[
  { severity = 1, target = "1 h" }, { severity = 2, target = "2 h" }, { severity = 3, target = "4 h" },
]""",
)
AFTERWARDS = clock("4 h", starts='[{ allowance_of = "response" }]', pauses="third-party")


def after_allowance(*events, as_of=FRIDAY_17):
    return clock_of((RESPONSE, AFTERWARDS), opened(MONDAY_9), *events, as_of=as_of)


def test_a_clock_may_start_at_the_end_of_anothers_allowance():
    assert after_allowance(as_of=at("mon 10:59:59")).started_at is None
    assert MONDAY_11 == after_allowance(as_of=MONDAY_11).started_at
    assert MONDAY_11 == after_allowance().started_at


def test_it_starts_when_the_allowance_would_have_ended_though_it_was_met():
    assert MONDAY_11 == after_allowance(responded(MONDAY_10)).started_at


def test_it_starts_the_later_for_a_wait_of_the_other():
    assert MONDAY_12 == after_allowance(waiting(MONDAY_10), wait_ended(MONDAY_11)).started_at


def test_it_follows_the_severity_in_force():
    assert MONDAY_13 == after_allowance(severity_changed(MONDAY_10, 3)).started_at
    assert at("mon 10:30") == after_allowance(severity_changed(at("mon 10:30"), 1)).started_at


def test_it_does_not_start_anew_when_the_allowance_changes_afterwards():
    assert MONDAY_11 == after_allowance(severity_changed(MONDAY_12, 3)).started_at


def test_it_starts_under_the_waits_of_the_instant_at_which_the_allowance_ended():
    told = after_allowance(
        waiting(MONDAY_10, "third-party"), wait_ended(MONDAY_12, "third-party"), responded(MONDAY_13), as_of=MONDAY_14
    )

    assert (MONDAY_11, hours(2)) == (told.started_at, told.used)


def test_a_later_wait_does_not_reach_back_to_the_start():
    told = after_allowance(waiting(MONDAY_12, "third-party"), as_of=MONDAY_15)

    assert (MONDAY_11, hours(1), "paused") == (told.started_at, told.used, told.state)


ONE = clock("1 h", name="one")
TWO = clock("2 h", name="two", starts='[{ allowance_of = "one" }]')
THREE = clock(
    None,
    name="three",
    mode="keep",
    starts='[{ allowance_of = "two" }]',
    targets='[{ severity = 1, target = "1 h" }, { severity = 2, target = "3 h" }]',
)


@pytest.mark.parametrize("clocks", [(ONE, TWO, THREE), (THREE, TWO, ONE), (TWO, THREE, ONE)])
def test_a_chain_of_allowances_starts_clock_after_clock_in_any_order_of_writing(clocks):
    told = clocks_of(clocks, opened(MONDAY_9), as_of=FRIDAY_17)

    assert (MONDAY_9, MONDAY_10, MONDAY_12) == tuple(told[name, 1].started_at for name in ("one", "two", "three"))


@pytest.mark.parametrize("clocks", [(ONE, TWO, THREE), (THREE, TWO, ONE), (TWO, THREE, ONE)])
def test_each_clock_of_a_chain_takes_the_severity_of_its_own_start(clocks):
    """The third starts at 12:00, two hours before severity 1 comes into force."""
    told = clocks_of(clocks, opened(MONDAY_9), severity_changed(MONDAY_14, 1), as_of=MONDAY_14)["three", 1]

    assert (MONDAY_12, hours(3), MONDAY_15) == (told.started_at, told.allowance, told.due_at)


def test_no_cycle_opens_at_the_end_of_an_allowance_while_the_ticket_is_resolved():
    reports = clock(
        "2 h",
        name="reports",
        starts='[{ allowance_of = "one" }]',
        stops='[{ event = "update_sent" }]',
        ends='[{ event = "resolved" }]',
        repeats="true",
    )
    told = clocks_of((ONE, reports), opened(MONDAY_9), resolved(at("mon 09:30")), as_of=FRIDAY_17)

    assert "pending" == told["reports", 1].state


# --- backdated --------------------------------------------------------------------------------------------------------


def test_a_split_off_issue_may_count_from_the_original_report():
    backdated = '[{ event = "opened", backdated = true }]'
    told = clock_of(
        clock("4 h", starts=backdated),
        opened(MONDAY_12, origin={"ticket": "T-1", "opened_at": MONDAY_9}),
        as_of=MONDAY_12,
    )

    assert (MONDAY_9, hours(3), MONDAY_13) == (told.started_at, told.used, told.due_at)
    assert MONDAY_12 == started(backdated, opened(MONDAY_12))
    assert MONDAY_12 == started(backdated, opened(MONDAY_12, origin={"ticket": "T-1", "opened_at": MONDAY_16}))
