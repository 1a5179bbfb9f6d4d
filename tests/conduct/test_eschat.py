"""What people may do and what they owe under ESChat support, clause by clause."""

import pytest

from tests.conduct.agreed import breaks_clause, declined, first, owes
from tests.conduct.told import told

AGREEMENT = "eschat"
CLOUD = {"plan": "cloud-hosted"}
HOSTED = {"plan": "customer-hosted"}
TO_TIER_2 = told("16:00", "escalated", "agent", to="tier-2")
TIER_1_FIELDS = {
    "customer_name": "Acme",
    "user_name": "ann",
    "device_type": "radio",
    "problem": "no audio",
    "error_messages": "none",
    "authority_checked": True,
}
SENIOR = "senior-technician"


@pytest.mark.parametrize(
    ("clause", "contract", "before", "kept", "broken"),
    [
        (
            "3",
            CLOUD,
            [first(severity=1), told("15:30", "assigned", role=SENIOR)],
            told("fri 16:00", "resolved"),
            told("sat 16:00", "unassigned", role=SENIOR),
        ),
        ("3", CLOUD, [first(severity=1)], told("fri 16:00", "resolved"), told("sat 16:00", "resolved")),
        (
            "release-schedule",
            CLOUD,
            [first(severity=3)],
            told("16:00", "scheduled_for_release", release="5.1"),
            told("16:00", "scheduled_for_release"),
        ),
        (
            "release-schedule",
            {**CLOUD, "releases": ["5.1"]},
            [first(severity=3)],
            told("16:00", "scheduled_for_release", release="5.1"),
            told("16:00", "scheduled_for_release", release="6.0"),
        ),
        (
            "release-schedule",
            CLOUD,
            [first(severity=2)],
            told("16:00", "commented"),
            told("16:00", "scheduled_for_release", release="5.1"),
        ),
        (
            "severity-5-documentation",
            CLOUD,
            [],
            first(severity=4, category="documentation"),
            first(severity=5, category="documentation"),
        ),
        (
            "severity-levels",
            CLOUD,
            [first()],
            told("16:00", "severity_changed", "agent", severity=1),
            told("16:00", "severity_changed", "customer", severity=1),
        ),
        ("tier-1", CLOUD, [first(fields=TIER_1_FIELDS), told("15:30", "log_requested")], TO_TIER_2, None),
        ("tier-1", CLOUD, [first(fields=TIER_1_FIELDS)], told("16:00", "commented"), TO_TIER_2),
        (
            "tier-2",
            CLOUD,
            [first(), told("15:20", "assigned", tier=2)],
            told("16:00", "escalated", to="tier-3", cause="no solution found"),
            told("16:00", "escalated", to="tier-3", cause="bored"),
        ),
        (
            "tier-2",
            CLOUD,
            [
                first(),
                told("15:20", "assigned", tier=2),
                told("15:30", "log_received"),
                told("15:40", "waiting", on="customer", task="reproduce"),
            ],
            told("16:00", "log_requested"),
            None,
        ),
        (
            "tier-2",
            CLOUD,
            [first(), told("15:20", "assigned", tier=2), told("15:30", "log_received")],
            told("16:00", "commented"),
            told("16:00", "log_requested"),
        ),
        ("tier-3-bug", CLOUD, [first()], told("16:00", "bug_filed", reference="B-1"), told("16:00", "bug_filed")),
        ("2", HOSTED, [first()], declined("eschat:2", "tier 1"), declined("eschat:2", "mood")),
    ],
)
def test_an_act_keeps_its_clause_and_another_breaks_it(clause, contract, before, kept, broken):
    assert not breaks_clause(AGREEMENT, clause, contract, *before, kept)
    assert broken is None or breaks_clause(AGREEMENT, clause, contract, *before, broken)


@pytest.mark.parametrize(
    ("clause", "contract", "reading", "facts"),
    [
        (
            "severity-5-documentation",
            CLOUD,
            ("eschat:severity-5-documentation/at-least", "four-or-five"),
            [first(severity=3, category="documentation")],
        ),
    ],
)
def test_an_act_that_the_default_reading_lets_pass_breaks_another_reading(clause, contract, reading, facts):
    assert not breaks_clause(AGREEMENT, clause, contract, *facts)
    assert breaks_clause(AGREEMENT, clause, contract, *facts, readings=dict([reading]))


@pytest.mark.parametrize(
    ("clause", "contract", "before", "done"),
    [
        ("2", HOSTED, [first()], told("16:00", "information_added", fields={"server": "s1"})),
        ("3", CLOUD, [first(severity=1)], told("sat 16:00", "assigned", role=SENIOR)),
        ("response-time", CLOUD, [first(channel="web")], told("16:00", "notified_by_phone")),
        (
            "tier-3-bug",
            CLOUD,
            [first(), told("15:30", "bug_filed", reference="B-1"), told("15:40", "moved", queue="bug-follow-up")],
            told("16:00", "update_sent"),
        ),
    ],
)
def test_a_duty_is_owed_until_it_is_done(clause, contract, before, done):
    assert owes(AGREEMENT, clause, contract, *before)
    assert not owes(AGREEMENT, clause, contract, *before, done)
