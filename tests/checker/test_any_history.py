"""Histories that nobody planned, walked through minute by minute: the checker says of every clock what the engine says."""

from datetime import datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.terms.selection import Selector
from tests.checker.anything import cases, longer
from tests.checker.given import by_both
from tests.clocks.test_every_history import DAY, offsets, said_afterwards, tickets

anything = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
)


@settings(anything, max_examples=40)
@given(cases())
def test_under_any_terms_the_minutes_add_up_to_what_the_engine_says(case: tuple[Selector, dict[str, Any]]):
    selector, document = case
    judged, walked = by_both(document, selector)

    assert judged == walked


@settings(anything, max_examples=40)
@given(tickets(), st.data())
def test_under_the_agreements_that_come_with_the_program_they_do_too(ticket, data):
    selector, document = ticket
    for _ in range(data.draw(st.integers(0, 5))):
        document = longer(document, data.draw(said_afterwards(selector, document)), selector)
    if data.draw(st.booleans()):
        start = datetime.fromisoformat(document["events"][0]["at"])
        document = {**document, "known_at": str(start + data.draw(offsets) - DAY)}
    judged, walked = by_both(document, selector)

    assert judged == walked
