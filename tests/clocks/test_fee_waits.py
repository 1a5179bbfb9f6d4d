"""Waits for unpaid fees, which follow from the contract and not from the ticket."""

from typing import Any

from domain.contract.facts import Contract
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
    Judged,
    at,
    clock,
    clock_of,
    hours,
    opened,
    reopened,
    resolved,
    wait_ended,
    waiting,
)

ENTITLED = """
[entitlement]
fees = { clause = "house:wait" }
"""
FOUR_HOURS = clock("4 h", pauses="fees customer") + ENTITLED


def unpaid(when):
    return {"at": when, "event": "unpaid"}


def paid(when):
    return {"at": when, "event": "paid"}


def under(contract: list[dict[str, Any]], *events, terms=FOUR_HOURS, **more) -> Judged:
    facts = Contract.model_validate({"plan": "usual", "events": contract})
    return clock_of(terms, *events, contract=facts, **more)


def test_an_open_ticket_waits_for_fees_that_fall_due():
    told = under([unpaid(MONDAY_10), paid(MONDAY_12)], opened(MONDAY_9), as_of=MONDAY_14)

    assert (hours(3), MONDAY_15) == (told.used, told.due_at)
    assert [
        (MONDAY_9, MONDAY_10, "counting"),
        (MONDAY_10, MONDAY_12, "paused"),
        (MONDAY_12, MONDAY_14, "counting"),
    ] == (told.segments)


def test_a_wait_for_fees_is_no_event_of_the_ticket():
    told = under([unpaid(MONDAY_10), paid(MONDAY_12)], opened(MONDAY_9), as_of=MONDAY_14)

    assert [1, 0, 0] == [one["event"] for one in told.told["segments"]]
    assert ["fees"] == told.told["segments"][1]["waits"]


def test_fees_unpaid_before_the_opening_pause_the_clock_from_its_start():
    told = under([unpaid(at("mon 07:00")), paid(MONDAY_10)], opened(MONDAY_9), as_of=MONDAY_12)

    assert (MONDAY_9, hours(2)) == (told.started_at, told.used)


def test_fees_that_stay_unpaid_pause_for_good():
    told = under([unpaid(MONDAY_10)], opened(MONDAY_9), as_of=FRIDAY_17)

    assert ("paused", hours(1), None) == (told.state, told.used, told.due_at)


def test_fees_not_due_yet_pause_nothing():
    told = under([unpaid(MONDAY_14)], opened(MONDAY_9), as_of=MONDAY_12)

    assert ("running", hours(3), MONDAY_13) == (told.state, told.used, told.due_at)


def test_fees_do_not_pause_a_clock_that_fees_do_not_concern():
    told = under(
        [unpaid(MONDAY_10)], opened(MONDAY_9), terms=clock("4 h", pauses="customer") + ENTITLED, as_of=MONDAY_12
    )

    assert ("running", hours(3)) == (told.state, told.used)


def test_fees_and_another_wait_overlap():
    told = under(
        [unpaid(MONDAY_10), paid(MONDAY_12)],
        opened(MONDAY_9),
        waiting(MONDAY_11),
        wait_ended(MONDAY_13),
        as_of=MONDAY_14,
    )

    assert (hours(2), MONDAY_16) == (told.used, told.due_at)


def test_a_wait_for_fees_that_the_ticket_records_too_does_not_stack():
    told = under([unpaid(MONDAY_10), paid(MONDAY_12)], opened(MONDAY_9), waiting(MONDAY_11, "fees"), as_of=MONDAY_14)

    assert ("running", hours(3)) == (told.state, told.used)


def test_fees_unpaid_at_the_instant_of_the_stop_pause_before_it():
    """A fact of the contract comes before the ticket's own events of that instant."""
    told = under([unpaid(MONDAY_11)], opened(MONDAY_9), resolved(MONDAY_11), as_of=FRIDAY_17)

    assert ("stopped", "met", None) == (told.state, told.verdict, told.due_at)


def test_a_reopened_ticket_waits_for_fees_unpaid_meanwhile():
    told = under(
        [unpaid(MONDAY_12), paid(MONDAY_15)],
        opened(MONDAY_9),
        resolved(MONDAY_11),
        reopened(MONDAY_14),
        as_of=MONDAY_17,
    )

    assert hours(4) == told.used


def test_fees_that_were_not_known_to_be_unpaid_paused_nothing():
    late = [{**unpaid(MONDAY_10), "recorded_at": MONDAY_16}]

    assert hours(3) == under(late, opened(MONDAY_9), as_of=MONDAY_12, known_at=MONDAY_15).used
    assert hours(1) == under(late, opened(MONDAY_9), as_of=MONDAY_12).used


def test_under_terms_without_fees_nothing_waits_for_them():
    told = under([unpaid(MONDAY_10)], opened(MONDAY_9), terms=clock("4 h", pauses="fees"), as_of=MONDAY_12)

    assert ("running", hours(3)) == (told.state, told.used)
