import pytest

from domain.terms.conduct import fitting_guides, proposed_severity
from domain.terms.rows import Scope
from tests.conduct.told import around, breaks, broken, house, opened

GUIDES = house("""
[[guide]]
clause = "house:guide"
proposes = 1
categories = ["down"]

[[guide]]
clause = "house:guide"
proposes = 2
categories = ["not-recording"]
loss_from = 50
workaround = false
reading = { "house:guide/half" = "severity-2" }

[[guide]]
clause = "house:guide"
proposes = 2
categories = ["not-recording"]
loss_above = 50
workaround = false
reading = { "house:guide/half" = "severity-3" }

[[guide]]
clause = "house:guide"
proposes = 3
categories = ["reports"]
loss_from = 5
loss_below = 50
reading = { "house:guide/half" = "severity-2" }

[[guide]]
clause = "house:guide"
proposes = 3
categories = ["reports"]
loss_from = 5
loss_up_to = 50
reading = { "house:guide/half" = "severity-3" }

[[guide]]
clause = "house:guide"
proposes = 4
categories = ["question"]
workaround = true
""").guides
ALERTS = house("""
[[alert_code]]
clause = "house:alerts"
plan = "gold"
code = "link-lost"
title = "The link was lost"
opens_at = 1
""")


def proposed(half: str = "severity-2", **signs) -> int | None:
    return proposed_severity(fitting_guides(GUIDES, Scope(readings={"house:guide/half": half}), **signs))


@pytest.mark.parametrize(
    ("loss", "severity"), [(100, 2), (50, 2), (49.9, 3), (5, 3), (4.9, None), (0, None)], ids=lambda value: str(value)
)
def test_a_loss_proposes_a_severity(loss, severity):
    assert severity == proposed(loss=loss)


def test_at_the_border_the_reading_decides():
    assert (2, 3) == (proposed("severity-2", loss=50), proposed("severity-3", loss=50))
    assert 2 == proposed("severity-3", loss=50.1)


def test_the_worst_severity_that_anything_speaks_for_is_proposed():
    assert 2 == proposed(category="reports", loss=80)
    assert 1 == proposed(category="down", loss=10)


def test_a_workaround_speaks_against_a_severity_that_supposes_none():
    assert 2 == proposed(category="not-recording", workaround=False)
    assert 4 == proposed(category="not-recording", workaround=True)
    assert 3 == proposed(category="reports", workaround=True)


def test_where_nothing_speaks_nothing_is_proposed():
    assert None is proposed()
    assert None is proposed(category="unheard-of")


def test_an_alert_opens_a_ticket_of_its_severity():
    def alerted(code: str, severity: int, plan: str = "gold") -> list[tuple[object, str]]:
        return breaks(ALERTS, opened(severity=severity, alert={"code": code}), under=around(plan))

    assert [] == alerted("link-lost", 1)
    assert [] == alerted("LINK_LOST", 1)
    assert [(1, "house:alerts")] == alerted("link-lost", 2)
    assert [(1, "house:alerts")] == alerted("coffee-cold", 1)
    assert [] == alerted("coffee-cold", 1, plan="basic")


def test_a_misread_alert_says_what_it_should_have_opened():
    (found,) = broken(ALERTS, opened(severity=3, alert={"code": "link-lost"}), under=around("gold"))

    assert "The link was lost opens a ticket of severity 1." == found.says
