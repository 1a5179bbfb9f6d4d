"""What a correction changes about the past without rewriting it, and when that was known (semantics 4.1 and 4.2)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.casefile import read_case
from domain.refusals import CaseFileError
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
    agreed,
    answered,
    at,
    clock,
    clock_of,
    corrected,
    happened,
    history,
    hours,
    house,
    opened,
    reopened,
    resolved,
    responded,
    ruled,
    severity_changed,
    wait_ended,
    waiting,
)

FOUR_HOURS = clock(None, pauses="customer", targets='[{ severity = 1, target = "2 h" }, { target = "4 h" }]')


# --- moved, other data, struck ----------------------------------------------------------------------------------------


def test_an_event_that_was_moved_happened_at_the_other_instant():
    told = clock_of(
        FOUR_HOURS, opened(MONDAY_9), resolved(MONDAY_14), corrected(MONDAY_16, 2, moved_to=MONDAY_12), as_of=FRIDAY_17
    )

    assert ("met", MONDAY_12, hours(3)) == (told.verdict, told.stopped_at, told.used)


def test_an_event_may_be_moved_past_another():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        waiting(MONDAY_10),
        wait_ended(MONDAY_11),
        corrected(MONDAY_16, 2, moved_to=MONDAY_12),
        as_of=MONDAY_14,
    )

    assert ("paused", hours(3)) == (told.state, told.used)


def test_an_event_carried_other_data():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        severity_changed(MONDAY_10, 1),
        corrected(MONDAY_12, 2, data={"severity": 3}),
        as_of=MONDAY_12,
    )

    assert ("open", hours(4)) == (told.verdict, told.allowance)


def test_other_data_leaves_what_it_does_not_name():
    told = clock_of(
        clock("4 h", starts='[{ event = "opened", is = { channel = "phone" } }]'),
        opened(MONDAY_9, channel="phone"),
        corrected(MONDAY_12, 1, data={"severity": 3}),
        as_of=MONDAY_12,
    )

    assert MONDAY_9 == told.started_at


def test_the_opening_itself_may_have_carried_other_data():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), corrected(MONDAY_12, 1, data={"severity": 1}), as_of=MONDAY_12)

    assert ("breached", MONDAY_11, hours(2)) == (told.verdict, told.breached_at, told.allowance)


def test_the_opening_itself_may_be_moved():
    told = clock_of(FOUR_HOURS, opened(MONDAY_9), corrected(MONDAY_12, 1, moved_to=MONDAY_11), as_of=MONDAY_12)

    assert (MONDAY_11, hours(1)) == (told.started_at, told.used)


def test_an_event_that_was_struck_did_not_happen():
    told = clock_of(
        FOUR_HOURS, opened(MONDAY_9), waiting(MONDAY_10), corrected(MONDAY_12, 2, struck=True), as_of=MONDAY_12
    )

    assert ("running", hours(3)) == (told.state, told.used)


def test_a_struck_opening_leaves_a_ticket_that_never_opened():
    told = clock_of(
        FOUR_HOURS, opened(MONDAY_9), resolved(MONDAY_10), corrected(MONDAY_12, 1, struck=True), as_of=MONDAY_12
    )

    assert ("pending", None) == (told.state, told.started_at)


def test_a_correction_applies_whatever_its_own_instant():
    """It took effect on Friday; as of Monday it is applied all the same."""
    told = clock_of(
        FOUR_HOURS, opened(MONDAY_9), waiting(MONDAY_10), corrected(FRIDAY_17, 2, struck=True), as_of=MONDAY_12
    )

    assert hours(3) == told.used


def test_corrections_of_one_event_apply_in_the_order_of_the_history():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        resolved(MONDAY_14),
        corrected(FRIDAY_17, 2, moved_to=MONDAY_10),
        corrected(MONDAY_16, 2, moved_to=MONDAY_12),
        as_of=FRIDAY_17,
    )

    assert MONDAY_12 == told.stopped_at


def test_an_event_may_be_moved_and_have_carried_other_data():
    both = [
        corrected(MONDAY_16, 2, moved_to=MONDAY_11),
        corrected(MONDAY_16, 2, data={"severity": 3}),
    ]
    for order in (both, both[::-1]):
        told = clock_of(FOUR_HOURS, opened(MONDAY_9), severity_changed(MONDAY_10, 1), *order, as_of=MONDAY_12)

        assert [(2, 1), (3, 2)] == [(one["severity"], one["event"]) for one in told.told["segments"]]
        assert MONDAY_11 == told.segments[1][0]


def test_a_correction_may_undo_a_breach():
    events = opened(MONDAY_9), resolved(MONDAY_14)

    assert "breached" == clock_of(FOUR_HOURS, *events, as_of=FRIDAY_17).verdict
    assert "met" == clock_of(FOUR_HOURS, *events, corrected(MONDAY_16, 2, moved_to=MONDAY_13), as_of=FRIDAY_17).verdict


def test_both_the_earlier_and_the_later_verdict_stay_on_view():
    events = opened(MONDAY_9), resolved(MONDAY_14), corrected(MONDAY_16, 2, moved_to=MONDAY_13)

    assert "breached" == clock_of(FOUR_HOURS, *events, as_of=FRIDAY_17, known_at=MONDAY_15).verdict
    assert "met" == clock_of(FOUR_HOURS, *events, as_of=FRIDAY_17, known_at=MONDAY_16).verdict


def test_a_moved_agreed_date_is_counted_at_its_other_instant():
    by_date = clock("best effort", agreed_dates='[{ event = "timeline_agreed" }]')
    told = clock_of(
        by_date,
        opened(MONDAY_9),
        agreed(MONDAY_10, at("mon 20:00")),
        corrected(MONDAY_16, 2, data={"due": at("tue 10:00").isoformat()}),
        as_of=MONDAY_16,
    )

    assert (hours(9), at("tue 10:00")) == (told.allowance, told.due_at)


def test_a_correction_recorded_in_the_segments_is_that_of_the_event_it_corrects():
    told = clock_of(
        FOUR_HOURS, opened(MONDAY_9), waiting(MONDAY_10), corrected(MONDAY_16, 2, moved_to=MONDAY_11), as_of=MONDAY_12
    )

    assert [1, 2] == [one["event"] for one in told.told["segments"]]


# --- corrections of corrections and of rulings ------------------------------------------------------------------------


def test_a_correction_that_was_struck_never_was():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        waiting(MONDAY_10),
        corrected(MONDAY_11, 2, struck=True),
        corrected(MONDAY_12, 3, struck=True),
        as_of=MONDAY_13,
    )

    assert ("paused", hours(1)) == (told.state, told.used)


def test_a_struck_striking_of_a_correction_lets_it_stand():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        waiting(MONDAY_10),
        corrected(MONDAY_11, 2, struck=True),
        corrected(MONDAY_12, 3, struck=True),
        corrected(MONDAY_13, 4, struck=True),
        as_of=MONDAY_13,
    )

    assert ("running", hours(4)) == (told.state, told.used)


def test_a_correction_may_have_carried_other_data():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        resolved(MONDAY_14),
        corrected(MONDAY_15, 2, moved_to=MONDAY_10),
        corrected(MONDAY_16, 3, data={"moved_to": MONDAY_12.isoformat()}),
        as_of=FRIDAY_17,
    )

    assert MONDAY_12 == told.stopped_at


def test_of_two_corrections_of_one_correction_the_later_holds():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        resolved(MONDAY_14),
        corrected(MONDAY_14, 2, moved_to=MONDAY_10),
        corrected(MONDAY_15, 3, data={"moved_to": MONDAY_11.isoformat()}),
        corrected(MONDAY_16, 3, data={"moved_to": MONDAY_12.isoformat()}),
        as_of=FRIDAY_17,
    )

    assert MONDAY_12 == told.stopped_at


def test_a_correction_may_turn_out_to_be_about_another_event():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        waiting(MONDAY_10),
        wait_ended(MONDAY_11),
        resolved(MONDAY_12),
        corrected(MONDAY_14, 2, struck=True),
        corrected(MONDAY_15, 5, data={"number": 4}),
        as_of=MONDAY_13,
    )

    assert ("running", hours(3)) == (told.state, told.used)


def test_two_corrections_that_strike_each_other_are_an_answer_and_no_endless_loop():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        corrected(MONDAY_10, 3, struck=True),
        corrected(MONDAY_11, 2, struck=True),
        as_of=MONDAY_12,
    )

    assert hours(3) == told.used


def test_a_struck_ruling_never_was():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        waiting(MONDAY_10),
        ruled(MONDAY_14, strike_wait=2),
        corrected(MONDAY_15, 3, struck=True),
        as_of=MONDAY_15,
    )

    assert ("paused", hours(1)) == (told.state, told.used)


def test_a_ruling_may_have_said_something_else():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        ruled(MONDAY_14, severity=1),
        corrected(MONDAY_15, 2, data={"severity": 3}),
        as_of=MONDAY_12,
    )

    assert ("open", hours(4)) == (told.verdict, told.allowance)


def test_a_ruling_that_was_moved_replaces_severities_up_to_its_other_instant():
    """Ruled at 10:00 instead of 14:00, it no longer replaces the change of 12:00."""
    events = opened(MONDAY_9), severity_changed(MONDAY_12, 1), ruled(MONDAY_14, severity=3)
    as_recorded = clock_of(FOUR_HOURS, *events, as_of=MONDAY_14)
    told = clock_of(FOUR_HOURS, *events, corrected(MONDAY_15, 3, moved_to=MONDAY_10), as_of=MONDAY_14)

    assert (hours(4), hours(2)) == (as_recorded.allowance, told.allowance)


def test_a_struck_wait_that_was_already_corrected_away_is_nothing_to_strike():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        waiting(MONDAY_10),
        ruled(MONDAY_14, strike_wait=2),
        corrected(MONDAY_15, 2, struck=True),
        as_of=MONDAY_12,
    )

    assert hours(3) == told.used


STRUCK = "struck"
Word = tuple[int, int | str]
"""A correction: the number that it is about, and the minute of the day to which that is moved, or that it is struck."""


def stands(corrections: list[Word], number: int) -> int | str | None:
    """What a correction says in the end, None where it never was; only later ones, as they stand, change it."""
    says: int | str = corrections[number - 3][1]
    for later in range(number + 1, len(corrections) + 3):
        said = stands(corrections, later) if corrections[later - 3][0] == number else None
        if said == STRUCK:
            return None
        says = says if said is None else said
    return says


@st.composite
def words(draw: st.DrawFn) -> list[Word]:
    corrections: list[Word] = []
    for number in range(3, 3 + draw(st.integers(1, 7))):
        about = draw(st.sampled_from([2, 2, *range(3, number)]))
        moves = about == 2 or corrections[about - 3][1] != STRUCK
        minutes: st.SearchStrategy[int | str] = st.integers(9 * 60, 16 * 60) if moves else st.just(STRUCK)
        corrections.append((about, draw(st.one_of(st.just(STRUCK), minutes))))
    return corrections


@settings(max_examples=100)
@given(words())
def test_of_corrections_of_corrections_the_later_has_the_last_word(corrections):
    midnight = MONDAY_9 - hours(9)

    def change(about: int, says: int | str) -> dict[str, Any]:
        """Of an event, where it is moved to; of a correction, what it says instead."""
        if says == STRUCK:
            return {"struck": True}
        if about == 2:
            return {"moved_to": (midnight + timedelta(minutes=int(says))).isoformat()}
        return {"data": change(corrections[about - 3][0], says)}

    happened_at: datetime | None = MONDAY_14
    for number, (about, _) in enumerate(corrections, start=3):
        says = stands(corrections, number)
        if about == 2 and says is not None and happened_at is not None:
            happened_at = None if says == STRUCK else midnight + timedelta(minutes=int(says))
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        resolved(MONDAY_14),
        *(corrected(MONDAY_16, about, **change(about, says)) for about, says in corrections),
        as_of=FRIDAY_17,
    )

    assert happened_at == told.stopped_at


# --- before the opening -----------------------------------------------------------------------------------------------


def test_a_correction_that_moves_a_wait_before_the_opening_applies():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        waiting(MONDAY_10),
        wait_ended(MONDAY_11),
        corrected(MONDAY_15, 2, moved_to=at("mon 08:00")),
        as_of=MONDAY_12,
    )

    assert ([(MONDAY_9, MONDAY_11, "paused"), (MONDAY_11, MONDAY_12, "counting")], hours(1)) == (
        told.segments,
        told.used,
    )


def test_a_correction_that_moves_a_resolution_before_the_opening_stops_at_the_start():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        resolved(MONDAY_10),
        corrected(MONDAY_15, 2, moved_to=at("mon 08:00")),
        as_of=MONDAY_12,
    )

    assert ("stopped", MONDAY_9, MONDAY_9) == (told.state, told.started_at, told.stopped_at)


def test_a_severity_moved_before_the_opening_gives_way_to_that_of_the_opening():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        severity_changed(MONDAY_10, 1),
        corrected(MONDAY_15, 2, moved_to=at("mon 08:00")),
        as_of=MONDAY_12,
    )

    assert hours(4) == told.allowance


def test_a_correction_that_moves_an_event_before_the_opening_is_irregular():
    irregular = answered(
        house(FOUR_HOURS),
        history(opened(MONDAY_9), waiting(MONDAY_10), corrected(MONDAY_15, 2, moved_to=at("mon 08:00"))),
        FRIDAY_17,
    )["irregularities"]

    assert [(3, "semantics:4.2")] == [(one["event"], one["clause"]) for one in irregular]


def test_a_correction_that_was_struck_is_not_irregular():
    irregular = answered(
        house(FOUR_HOURS),
        history(
            opened(MONDAY_9),
            waiting(MONDAY_10),
            corrected(MONDAY_15, 2, moved_to=at("mon 08:00")),
            corrected(MONDAY_16, 3, struck=True),
        ),
        FRIDAY_17,
    )["irregularities"]

    assert [] == irregular


def test_of_two_corrections_before_the_opening_a_struck_one_is_not_irregular():
    irregular = answered(
        house(FOUR_HOURS),
        history(
            opened(MONDAY_9),
            waiting(MONDAY_10),
            corrected(MONDAY_15, 2, moved_to=at("mon 08:00")),
            corrected(MONDAY_16, 3, struck=True),
            corrected(MONDAY_16, 2, moved_to=at("mon 08:30")),
        ),
        FRIDAY_17,
    )["irregularities"]

    assert [5] == [one["event"] for one in irregular]


def test_a_later_opening_leaves_a_wait_before_it():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        waiting(MONDAY_10),
        wait_ended(MONDAY_12),
        corrected(MONDAY_15, 1, moved_to=MONDAY_11),
        as_of=MONDAY_13,
    )

    assert (MONDAY_11, hours(1)) == (told.started_at, told.used)


# --- known at ---------------------------------------------------------------------------------------------------------


def test_an_event_recorded_later_was_not_there():
    late_entry = waiting(MONDAY_10), MONDAY_16
    events = opened(MONDAY_9), late_entry

    assert hours(3) == clock_of(FOUR_HOURS, *events, as_of=MONDAY_12, known_at=at("mon 15:59:59")).used
    assert hours(1) == clock_of(FOUR_HOURS, *events, as_of=MONDAY_12, known_at=MONDAY_16).used
    assert hours(1) == clock_of(FOUR_HOURS, *events, as_of=MONDAY_12).used


def test_what_was_known_and_as_of_when_are_asked_apart():
    events = opened(MONDAY_9), (resolved(MONDAY_12), MONDAY_16)

    assert "running" == clock_of(FOUR_HOURS, *events, as_of=FRIDAY_17, known_at=MONDAY_15).state
    assert "running" == clock_of(FOUR_HOURS, *events, as_of=MONDAY_11, known_at=FRIDAY_17).state
    assert "stopped" == clock_of(FOUR_HOURS, *events, as_of=MONDAY_12, known_at=MONDAY_16).state


def test_an_opening_that_was_not_known_yet_was_none():
    told = clock_of(FOUR_HOURS, (opened(MONDAY_9), MONDAY_12), as_of=MONDAY_14, known_at=MONDAY_11)

    assert ("pending", None) == (told.state, told.started_at)


def test_a_correction_known_before_what_it_corrects_waits_for_it():
    events = opened(MONDAY_9), (waiting(MONDAY_10), FRIDAY_17), (corrected(MONDAY_11, 2, struck=True), MONDAY_11)

    assert hours(3) == clock_of(FOUR_HOURS, *events, as_of=MONDAY_12, known_at=MONDAY_12).used
    assert hours(3) == clock_of(FOUR_HOURS, *events, as_of=MONDAY_12).used


def test_an_event_recorded_early_is_known_before_it_happens():
    planned = waiting(MONDAY_14), MONDAY_9

    assert hours(5) == clock_of(FOUR_HOURS, opened(MONDAY_9), planned, as_of=MONDAY_16, known_at=MONDAY_10).used


# --- numbers that are none --------------------------------------------------------------------------------------------


def case(*lines):
    return {"case": "numbers", "agreement": "house", "contract": {"plan": "usual"}, "events": list(lines)}


OPENED = {"at": "2024-03-04T09:00:00+01:00", "event": "opened", "severity": 2}
WAITING = {"at": "2024-03-04T10:00:00+01:00", "event": "waiting", "on": "customer"}


@pytest.mark.parametrize(
    "line",
    [
        {"event": "corrected", "number": 9, "struck": True},
        {"event": "corrected", "number": 3, "struck": True},
        {"event": "ruled", "strike_wait": 9},
        {"event": "ruled", "strike_wait": 1},
    ],
)
def test_an_unknown_event_number_is_an_error(line):
    told = case(OPENED, WAITING, {"at": "2024-03-04T11:00:00+01:00", "why": "so it was", **line})

    with pytest.raises(CaseFileError, match="event"):
        read_case(told, lambda _: house(FOUR_HOURS))


def test_a_known_event_number_is_none():
    told = case(OPENED, WAITING, {"at": "2024-03-04T11:00:00+01:00", "event": "ruled", "why": "no", "strike_wait": 2})

    assert "numbers" == read_case(told, lambda _: house(FOUR_HOURS)).name


def test_what_remains_is_folded_in_the_order_of_its_corrected_instants():
    told = clock_of(
        FOUR_HOURS,
        opened(MONDAY_9),
        responded(MONDAY_10),
        resolved(MONDAY_17),
        reopened(TUESDAY_9),
        corrected(FRIDAY_17, 3, moved_to=MONDAY_11),
        corrected(FRIDAY_17, 4, moved_to=MONDAY_13),
        as_of=MONDAY_14,
    )

    assert ("running", hours(3)) == (told.state, told.used)


def test_a_comment_may_be_corrected_and_nothing_changes():
    events = opened(MONDAY_9), happened("commented", MONDAY_10, text="a")
    told = clock_of(FOUR_HOURS, *events, corrected(MONDAY_11, 2, data={"text": "b"}), as_of=MONDAY_12)

    assert clock_of(FOUR_HOURS, *events, as_of=MONDAY_12) == told
