"""Open, met, breached, none; and what happened later changes nothing (semantics 3.6 and 3.7)."""

from tests.clocks.given import (
    FRIDAY_17,
    MONDAY_9,
    MONDAY_10,
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

AT_MOST = clock("4 h", pauses="customer")
LESS_THAN = clock("4 h", pauses="customer", limit="less than")


def judged(terms, *events, as_of):
    told = clock_of(terms, *events, as_of=as_of)
    return told.verdict, told.breached_at


def test_at_most_is_in_time_at_the_very_limit():
    assert ("open", None) == judged(AT_MOST, opened(MONDAY_9), as_of=MONDAY_13)
    assert ("met", None) == judged(AT_MOST, opened(MONDAY_9), resolved(MONDAY_13), as_of=FRIDAY_17)


def test_at_most_is_breached_a_second_later_and_dated_at_the_limit():
    assert ("breached", MONDAY_13) == judged(AT_MOST, opened(MONDAY_9), as_of=at("mon 13:00:01"))
    assert ("breached", MONDAY_13) == judged(AT_MOST, opened(MONDAY_9), resolved(at("mon 13:00:01")), as_of=FRIDAY_17)


def test_less_than_is_breached_at_the_very_limit():
    assert ("open", None) == judged(LESS_THAN, opened(MONDAY_9), as_of=at("mon 12:59:59"))
    assert ("breached", MONDAY_13) == judged(LESS_THAN, opened(MONDAY_9), as_of=MONDAY_13)
    assert ("breached", MONDAY_13) == judged(LESS_THAN, opened(MONDAY_9), resolved(MONDAY_13), as_of=FRIDAY_17)


def test_less_than_is_met_a_second_before():
    assert ("met", None) == judged(LESS_THAN, opened(MONDAY_9), resolved(at("mon 12:59:59")), as_of=FRIDAY_17)


def test_at_most_that_ends_at_closing_is_breached_when_it_next_opens():
    """All night the four hours are used, and no more than that."""
    assert ("open", None) == judged(AT_MOST, opened(MONDAY_13), as_of=at("tue 08:59:59"))
    assert ("open", None) == judged(AT_MOST, opened(MONDAY_13), as_of=TUESDAY_9)
    assert ("breached", TUESDAY_9) == judged(AT_MOST, opened(MONDAY_13), as_of=at("tue 09:00:01"))


def test_a_stop_at_night_is_in_time_where_the_allowance_ended_at_closing():
    """The verdict goes by the time used, not by comparing the stop with the due instant."""
    assert ("met", None) == judged(AT_MOST, opened(MONDAY_13), resolved(at("mon 23:00")), as_of=FRIDAY_17)
    assert ("met", None) == judged(AT_MOST, opened(MONDAY_13), resolved(TUESDAY_9), as_of=FRIDAY_17)


def test_less_than_that_ends_at_closing_is_breached_at_closing():
    assert ("breached", MONDAY_17) == judged(LESS_THAN, opened(MONDAY_13), as_of=MONDAY_17)
    assert ("breached", MONDAY_17) == judged(LESS_THAN, opened(MONDAY_13), resolved(at("mon 23:00")), as_of=FRIDAY_17)


def test_at_most_that_ends_at_the_closing_of_a_friday_is_breached_on_monday():
    assert ("breached", at("mon+1 09:00")) == judged(AT_MOST, opened(at("fri 13:00")), as_of=at("mon+1 10:00"))


def test_a_breach_that_waits_for_an_opening_waits_for_the_end_of_a_wait_as_well():
    """Used up at 13:00, paused from then on until 15:00."""
    told = judged(AT_MOST, opened(MONDAY_9), waiting(MONDAY_13), wait_ended(MONDAY_15), as_of=MONDAY_16)

    assert ("breached", MONDAY_15) == told


def test_a_wait_that_ends_at_night_lets_the_breach_wait_for_the_opening():
    told = judged(AT_MOST, opened(MONDAY_9), waiting(MONDAY_13), wait_ended(at("mon 22:00")), as_of=TUESDAY_10)

    assert ("breached", TUESDAY_9) == told


def test_a_clock_paused_at_the_limit_is_open_under_at_most_and_breached_under_less_than():
    assert ("open", None) == judged(AT_MOST, opened(MONDAY_9), waiting(MONDAY_13), as_of=FRIDAY_17)
    assert ("breached", MONDAY_13) == judged(LESS_THAN, opened(MONDAY_9), waiting(MONDAY_13), as_of=FRIDAY_17)


def test_an_allowance_of_nothing_is_met_at_once_or_not_at_all():
    """`opening-of-day` at the eve of an opening: nothing is allowed, and nothing may be used."""
    at_opening = clock("1 business day", business_days='[{ counts = "opening-of-day" }]')
    sunday = at("sun 12:00")

    assert ("met", None) == judged(at_opening, opened(sunday), resolved(at("mon+1 09:00")), as_of=at("fri+1 12:00"))
    assert ("breached", at("mon+1 09:00")) == judged(at_opening, opened(sunday), as_of=at("mon+1 09:01"))
    assert sunday == clock_of(at_opening, opened(sunday), as_of=sunday).due_at


def test_a_void_clock_has_no_verdict():
    told = clock_of(AT_MOST, opened(MONDAY_9), happened("declined", MONDAY_10), as_of=FRIDAY_17)

    assert ("void", "none") == (told.state, told.verdict)


# --- causality (3.7) --------------------------------------------------------------------------------------------------


def test_a_breach_stays_after_a_later_wait():
    events = opened(MONDAY_9), waiting(MONDAY_14), wait_ended(MONDAY_16)

    assert ("breached", MONDAY_13) == judged(AT_MOST, *events, as_of=FRIDAY_17)


def test_a_breach_stays_after_a_downgrade():
    stepped = clock(None, targets='[{ severity = 2, target = "4 h" }, { severity = 3, target = "80 h" }]')

    assert ("breached", MONDAY_13) == judged(stepped, opened(MONDAY_9), severity_changed(MONDAY_14, 3), as_of=FRIDAY_17)


def test_a_breach_stays_after_a_reopening():
    events = opened(MONDAY_9), resolved(MONDAY_14), reopened(MONDAY_15)

    assert ("breached", MONDAY_13) == judged(AT_MOST, *events, as_of=FRIDAY_17)


def test_what_happened_afterwards_changes_no_verdict_of_then():
    then = MONDAY_12
    before = clock_of(AT_MOST, opened(MONDAY_9), waiting(MONDAY_10), as_of=then)
    after = clock_of(
        AT_MOST,
        opened(MONDAY_9),
        waiting(MONDAY_10),
        wait_ended(MONDAY_13),
        severity_changed(MONDAY_14, 1),
        resolved(FRIDAY_17),
        as_of=then,
    )

    assert before == after


def test_an_event_at_the_very_instant_asked_about_has_happened():
    assert "met" == clock_of(AT_MOST, opened(MONDAY_9), resolved(MONDAY_12), as_of=MONDAY_12).verdict
    assert "open" == clock_of(AT_MOST, opened(MONDAY_9), resolved(MONDAY_12), as_of=at("mon 11:59:59")).verdict


def test_as_of_before_the_opening_nothing_has_begun():
    told = clock_of(AT_MOST, opened(MONDAY_9), resolved(MONDAY_12), as_of=at("mon 08:59:59"))

    assert ("pending", "none", hours(0), None) == (told.state, told.verdict, told.used, told.started_at)


def test_as_of_the_opening_nothing_is_used():
    told = clock_of(AT_MOST, opened(MONDAY_9), resolved(MONDAY_12), as_of=MONDAY_9)

    assert ("running", "open", hours(0), MONDAY_9, []) == (
        told.state,
        told.verdict,
        told.used,
        told.started_at,
        told.segments,
    )
