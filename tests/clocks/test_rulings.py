"""What a ruling settles: a wait, a severity, a reading, an excuse (semantics 4.1 and 4.2)."""

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
    answered,
    at,
    clock,
    clock_of,
    clocks_of,
    happened,
    history,
    hours,
    house,
    opened,
    reopened,
    resolved,
    ruled,
    severity_changed,
    wait_ended,
    waiting,
)

STEPPED = clock(
    None,
    pauses="customer",
    targets='[{ severity = 1, target = "1 h" }, { severity = 2, target = "4 h" }, { severity = 3, target = "8 h" }]',
)


def severities(told):
    return [(one["severity"], one["from"][11:16]) for one in told.told["segments"]]


# --- a struck wait ----------------------------------------------------------------------------------------------------


def test_a_struck_wait_never_began():
    events = opened(MONDAY_9), waiting(MONDAY_10), wait_ended(MONDAY_14)
    told = clock_of(STEPPED, *events, ruled(FRIDAY_17, strike_wait=2), as_of=FRIDAY_17)

    assert ("breached", MONDAY_13) == (told.verdict, told.breached_at)
    assert "open" == clock_of(STEPPED, *events, as_of=MONDAY_16).verdict


def test_striking_a_wait_that_changed_nothing_changes_nothing():
    """The second waiting did not stack; the first one still began at 10:00."""
    events = opened(MONDAY_9), waiting(MONDAY_10), waiting(MONDAY_11), wait_ended(MONDAY_12)
    told = clock_of(STEPPED, *events, ruled(MONDAY_13, strike_wait=3), as_of=MONDAY_13)

    assert hours(2) == told.used


def test_striking_the_first_of_two_waits_lets_the_second_begin():
    events = opened(MONDAY_9), waiting(MONDAY_10), waiting(MONDAY_11), wait_ended(MONDAY_12)
    told = clock_of(STEPPED, *events, ruled(MONDAY_13, strike_wait=2), as_of=MONDAY_13)

    assert hours(3) == told.used


# --- a ruled severity -------------------------------------------------------------------------------------------------


def test_a_ruled_severity_should_have_been_assigned_at_the_opening():
    told = clock_of(STEPPED, opened(MONDAY_9), ruled(FRIDAY_17, severity=1), as_of=MONDAY_12)

    assert ("breached", MONDAY_10, hours(1)) == (told.verdict, told.breached_at, told.allowance)
    assert [(1, "08:00")] == severities(told)


def test_a_ruled_severity_replaces_every_severity_up_to_the_ruling():
    told = clock_of(
        STEPPED,
        opened(MONDAY_9),
        severity_changed(MONDAY_10, 1),
        happened("accepted", MONDAY_11, severity=2),
        ruled(MONDAY_14, severity=3),
        as_of=MONDAY_16,
    )

    assert ("open", hours(8)) == (told.verdict, told.allowance)
    assert {3} == {severity for severity, _ in severities(told)}


def test_a_severity_event_that_one_ruling_replaced_still_ends_an_earlier_dated_one():
    """The second ruling, back-dated, holds until the change at 12:00, which the first ruling set to severity 3."""
    told = clock_of(
        STEPPED,
        opened(MONDAY_9),
        severity_changed(MONDAY_12, 1),
        ruled(MONDAY_15, severity=3),
        ruled(MONDAY_11, severity=2),
        as_of=MONDAY_16,
    )

    assert [2, 3] == [severity for severity, _ in severities(told)]


def test_a_ruled_severity_holds_until_the_next_severity_after_the_ruling():
    told = clock_of(
        STEPPED,
        opened(MONDAY_9),
        ruled(MONDAY_12, severity=3),
        severity_changed(MONDAY_14, 2),
        as_of=MONDAY_14,
    )

    assert [3] == [severity for severity, _ in severities(told)]
    assert ("breached", MONDAY_14, hours(4)) == (told.verdict, told.breached_at, told.allowance)


def test_a_severity_at_the_instant_of_the_ruling_follows_its_number():
    """What came before the ruling is replaced, what came after it is not."""
    before = clock_of(
        STEPPED, opened(MONDAY_9), severity_changed(MONDAY_12, 1), ruled(MONDAY_12, severity=3), as_of=MONDAY_12
    )
    after = clock_of(
        STEPPED, opened(MONDAY_9), ruled(MONDAY_12, severity=3), severity_changed(MONDAY_12, 1), as_of=MONDAY_12
    )

    assert (hours(8), hours(1)) == (before.allowance, after.allowance)


def test_a_severity_ruled_from_an_instant_on_leaves_what_was_before():
    told = clock_of(
        STEPPED,
        opened(MONDAY_9, severity=3),
        severity_changed(MONDAY_11, 2),
        severity_changed(MONDAY_13, 1),
        ruled(MONDAY_14, severity=3, since=MONDAY_12),
        as_of=MONDAY_15,
    )

    assert [(3, "08:00"), (2, "10:00"), (3, "11:00")] == severities(told)


def test_a_severity_ruled_from_an_instant_comes_before_the_other_events_of_that_instant():
    """The resolution at 11:00 finds severity 1, and two hours used of one."""
    told = clock_of(
        STEPPED, opened(MONDAY_9), resolved(MONDAY_11), ruled(MONDAY_14, severity=1, since=MONDAY_11), as_of=FRIDAY_17
    )

    assert ("stopped", "breached", MONDAY_11, hours(1)) == (told.state, told.verdict, told.breached_at, told.allowance)


def test_a_change_of_severity_at_the_instant_from_which_is_ruled_is_replaced():
    told = clock_of(
        STEPPED,
        opened(MONDAY_9),
        severity_changed(MONDAY_11, 1),
        ruled(MONDAY_14, severity=3, since=MONDAY_11),
        as_of=MONDAY_12,
    )

    assert (hours(8), "open") == (told.allowance, told.verdict)


def test_a_severity_ruled_from_before_the_opening_holds_from_the_opening():
    told = clock_of(STEPPED, opened(MONDAY_9), ruled(MONDAY_14, severity=1, since=at("mon 07:00")), as_of=MONDAY_12)

    assert [(1, "08:00")] == severities(told)


def test_a_ruling_applies_whatever_its_own_instant_but_only_once_it_is_known():
    events = opened(MONDAY_9), ruled(FRIDAY_17, severity=1)

    assert "breached" == clock_of(STEPPED, *events, as_of=MONDAY_12).verdict
    assert "open" == clock_of(STEPPED, *events, as_of=MONDAY_12, known_at=MONDAY_12).verdict


def test_a_later_ruling_replaces_an_earlier_one():
    told = clock_of(
        STEPPED, opened(MONDAY_9), ruled(MONDAY_13, severity=1), ruled(MONDAY_14, severity=3), as_of=MONDAY_12
    )

    assert ("open", hours(8)) == (told.verdict, told.allowance)


def test_a_later_ruling_from_an_instant_on_leaves_the_earlier_one_before_it():
    told = clock_of(
        STEPPED,
        opened(MONDAY_9),
        ruled(MONDAY_13, severity=3),
        ruled(MONDAY_14, severity=1, since=MONDAY_11),
        as_of=MONDAY_12,
    )

    assert [(3, "08:00"), (1, "10:00")] == severities(told)


def test_rulings_apply_in_the_order_of_the_history_and_not_of_their_instants():
    """The second ruling took effect before the first; it still is the last word."""
    told = clock_of(
        STEPPED,
        opened(MONDAY_9),
        severity_changed(MONDAY_10, 2),
        ruled(MONDAY_15, severity=1),
        ruled(MONDAY_14, severity=3),
        as_of=MONDAY_12,
    )

    assert hours(8) == told.allowance


def test_severities_between_two_rulings_stay():
    told = clock_of(
        STEPPED,
        opened(MONDAY_9),
        ruled(MONDAY_10, severity=3),
        severity_changed(MONDAY_11, 2),
        ruled(MONDAY_14, severity=1, since=MONDAY_13),
        as_of=MONDAY_14,
    )

    assert [(3, "08:00"), (2, "10:00"), (1, "12:00")] == severities(told)


def test_an_excused_misassignment_does_not_undo_what_was_breached_before_it():
    told = clock_of(
        STEPPED,
        opened(MONDAY_9, severity=1),
        ruled(MONDAY_14, severity=3, since=MONDAY_12),
        as_of=MONDAY_14,
    )

    assert ("breached", MONDAY_10) == (told.verdict, told.breached_at)


def test_a_ruled_severity_decides_which_clocks_start():
    for_worst = clock("4 h", starts='[{ event = "opened", severity = 1 }]')
    told = clock_of(for_worst, opened(MONDAY_9), ruled(MONDAY_14, severity=1), as_of=MONDAY_14)

    assert MONDAY_9 == told.started_at


def test_the_severity_of_the_answer_is_the_one_in_force():
    told = answered(house(STEPPED), history(opened(MONDAY_9), ruled(MONDAY_14, severity=3)), MONDAY_15)

    assert 3 == told["severity"]


# --- readings and excuses ---------------------------------------------------------------------------------------------

READING = """
[[reading]]
id = "house:target/limit"
question = "Is the limit itself late?"
default = "at-most"
options = { at-most = "no", less-than = "yes" }
"""
READ = READING + clock(
    "4 h",
    limits='[{ limit = "less than", reading = { "house:target/limit" = "less-than" } }, { limit = "at most" }]',
)


def test_a_ruled_reading_is_the_one_in_which_the_ticket_is_judged():
    events = opened(MONDAY_9), resolved(MONDAY_13)
    told = clock_of(READ, *events, ruled(FRIDAY_17, reading={"house:target/limit": "less-than"}), as_of=FRIDAY_17)

    assert "met" == clock_of(READ, *events, as_of=FRIDAY_17).verdict
    assert "breached" == told.verdict
    assert {"house:target/limit": "less-than"} == told.told["readings"]


def test_a_ruled_reading_goes_before_the_one_asked_for():
    told = clock_of(
        READ,
        opened(MONDAY_9),
        resolved(MONDAY_13),
        ruled(FRIDAY_17, reading={"house:target/limit": "at-most"}),
        as_of=FRIDAY_17,
        readings={"house:target/limit": "less-than"},
    )

    assert "met" == told.verdict


def test_of_two_ruled_readings_the_later_holds():
    told = clock_of(
        READ,
        opened(MONDAY_9),
        resolved(MONDAY_13),
        ruled(MONDAY_14, reading={"house:target/limit": "less-than"}),
        ruled(MONDAY_15, reading={"house:target/limit": "at-most"}),
        as_of=FRIDAY_17,
    )

    assert "met" == told.verdict


def test_another_reading_would_change_the_verdict_until_it_is_ruled():
    events = opened(MONDAY_9), resolved(MONDAY_13)
    settled = ruled(FRIDAY_17, reading={"house:target/limit": "at-most"})

    assert clock_of(READ, *events, as_of=FRIDAY_17).told["depends_on_reading"]
    assert not clock_of(READ, *events, settled, as_of=FRIDAY_17).told["depends_on_reading"]


def test_an_excuse_excuses_every_breach_of_that_clock_in_every_cycle():
    anew = clock("2 h", reopening="new-cycle")
    told = clocks_of(
        anew,
        opened(MONDAY_9),
        resolved(MONDAY_12),
        reopened(MONDAY_13),
        ruled(MONDAY_14, excuse="resolution"),
        as_of=FRIDAY_17,
    )

    assert ["excused", "excused"] == [one.verdict for one in told.values()]
    assert [MONDAY_11, MONDAY_15] == [one.breached_at for one in told.values()]


def test_an_excuse_is_for_breaches_only():
    told = clock_of(
        STEPPED, opened(MONDAY_9), resolved(MONDAY_10), ruled(MONDAY_14, excuse="resolution"), as_of=FRIDAY_17
    )

    assert "met" == told.verdict


def test_an_excuse_of_one_clock_leaves_the_others():
    told = clocks_of(
        (clock("1 h", name="response"), clock("2 h")),
        opened(MONDAY_9),
        ruled(MONDAY_14, excuse="response"),
        as_of=FRIDAY_17,
    )

    assert ["excused", "breached"] == [one.verdict for one in told.values()]
