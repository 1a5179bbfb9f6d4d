"""What people may do and what they owe under Xima Care, clause by clause."""

import pytest

from tests.conduct.agreed import breaks_clause, declined, first, owes, scheduled
from tests.conduct.told import at, told

AGREEMENT = "xima-care"
NA = {"plan": "premium", "region": "na"}
STANDARD = {"plan": "standard", "region": "na"}
TO_TIER_2 = told("16:00", "escalated", "agent", to="tier-2")
BUG = told("17:00", "found", "agent", cause="bug")
WEEK = {"value": 96, "from": at("tue 00:00"), "to": at("+7 tue 00:00")}


@pytest.mark.parametrize(
    ("clause", "contract", "before", "kept", "broken"),
    [
        (
            "4.1.5",
            NA,
            [first(category="recording")],
            told("+14 mon 12:00", "resolved", measurement=WEEK),
            told("+14 mon 12:00", "resolved"),
        ),
        ("4.2", NA, [first()], scheduled("version-update", "wed 16:00"), scheduled("version-update", "wed 15:59")),
        ("4.2", STANDARD, [first()], scheduled("call", "fri 16:00"), scheduled("version-update", "fri 16:00")),
        ("4.3", STANDARD, [first()], scheduled("call", "fri 16:00"), scheduled("server-migration", "fri 16:00")),
        (
            "4.7",
            NA,
            [first(), told("15:30", "waiting", on="authorization")],
            told("16:00", "wait_ended", on="authorization", evidence="by telephone"),
            told("16:00", "notified", to="third-party"),
        ),
        ("5", NA, [], first(severity=4, category="custom-report"), first(severity=3, category="custom-report")),
        ("6.1.2", NA, [first()], TO_TIER_2, told("16:00", "assigned", tier=3)),
        ("6.1.3", NA, [first(), TO_TIER_2, BUG], told("18:00", "escalated", to="tier-3"), None),
        ("6.1.3", NA, [first(), TO_TIER_2], told("18:00", "commented"), told("18:00", "escalated", to="tier-3")),
        (
            "4.1.2",
            NA,
            [first()],
            declined("xima-care:4.1.2", "below minimum requirements"),
            declined("xima-care:4.1.2"),
        ),
        (
            "4.5.2",
            NA,
            [first(), told("16:00", "found", cause="network-performance")],
            declined("xima-care:4.5.2"),
            None,
        ),
        ("4.5.2", NA, [first()], declined("xima-care:4.4"), declined("xima-care:4.5.2")),
        ("4.1.6", NA, [first()], declined("xima-care:4.6", "PBX design"), declined("xima-care:4.1.6")),
    ],
)
def test_an_act_keeps_its_clause_and_another_breaks_it(clause, contract, before, kept, broken):
    assert not breaks_clause(AGREEMENT, clause, contract, *before, kept)
    assert broken is None or breaks_clause(AGREEMENT, clause, contract, *before, broken)


@pytest.mark.parametrize(
    ("clause", "contract", "reading", "facts"),
    [
        (
            "4.2",
            NA,
            ("xima-care:4.2/48-hours", "coverage"),
            [first(severity=3), scheduled("version-update", "wed 16:00")],
        ),
        (
            "4.1.5",
            NA,
            ("xima-care:4.1.5/week", "calendar-week"),
            [first(category="recording"), told("+14 mon 12:00", "resolved", measurement=WEEK)],
        ),
    ],
)
def test_an_act_that_the_default_reading_lets_pass_breaks_another_reading(clause, contract, reading, facts):
    assert not breaks_clause(AGREEMENT, clause, contract, *facts)
    assert breaks_clause(AGREEMENT, clause, contract, *facts, readings=dict([reading]))


@pytest.mark.parametrize(
    ("clause", "contract", "reading", "facts"),
    [
        (
            "6.1.3",
            NA,
            ("xima-care:6.1.2/tier-3", "additional-resources"),
            [first(), TO_TIER_2, told("18:00", "escalated", to="tier-3", cause="code changes")],
        ),
    ],
)
def test_an_act_that_breaks_the_default_reading_passes_in_another(clause, contract, reading, facts):
    assert breaks_clause(AGREEMENT, clause, contract, *facts)
    assert not breaks_clause(AGREEMENT, clause, contract, *facts, readings=dict([reading]))


@pytest.mark.parametrize(
    ("clause", "contract", "before", "done"),
    [
        ("6.5", NA, [first(channel="web")], told("16:00", "notified_by_phone")),
    ],
)
def test_a_duty_is_owed_until_it_is_done(clause, contract, before, done):
    assert owes(AGREEMENT, clause, contract, *before)
    assert not owes(AGREEMENT, clause, contract, *before, done)
