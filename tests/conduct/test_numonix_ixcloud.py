"""What people may do and what they owe under IXCloud support, clause by clause."""

import pytest

from tests.conduct.agreed import breaks_clause, first, owes
from tests.conduct.told import told

AGREEMENT = "numonix-ixcloud"
SAAS = {"plan": "saas"}
FIRST_LINE = {"first_line": "restarted"}


@pytest.mark.parametrize(
    ("clause", "contract", "before", "kept", "broken"),
    [
        ("technical-contacts", SAAS, [], first(by="technical-contact"), first(by="administrator")),
        (
            "technical-contacts",
            SAAS,
            [],
            first(by="end-user", category="recording", channel="phone", fields=FIRST_LINE),
            first(by="end-user", category="recording", channel="web", fields=FIRST_LINE),
        ),
        (
            "severity-1-work",
            SAAS,
            [first(severity=1)],
            told("16:00", "work_suspended", reason="no useful progress"),
            told("16:00", "work_suspended"),
        ),
        (
            "initial-severity",
            SAAS,
            [first()],
            told("16:00", "accepted", "agent", severity=2),
            told("16:00", "accepted", "technical-contact", severity=2),
        ),
        (
            "downgrade",
            SAAS,
            [first()],
            told("16:00", "severity_changed", severity=3, cause="impact changed"),
            told("16:00", "severity_changed", severity=3),
        ),
        (
            "upgrade",
            SAAS,
            [first()],
            told("16:00", "severity_changed", "agent", severity=1),
            told("16:00", "severity_changed", "agent", severity=1, requested_by="customer"),
        ),
        (
            "escalation",
            SAAS,
            [first()],
            told("16:00", "escalated", "technical-contact"),
            told("16:00", "escalated", "end-user"),
        ),
        (
            "escalation",
            SAAS,
            [first()],
            told("16:00", "escalated", "technical-contact", cause="timeliness"),
            told("16:00", "escalated", "technical-contact", cause="impact"),
        ),
        (
            "escalation",
            SAAS,
            [first(), told("15:30", "escalated", level=1)],
            told("16:00", "escalated", level=2, counterpart="Ms Novak"),
            told("16:00", "escalated", level=2),
        ),
        (
            "escalation",
            SAAS,
            [first()],
            told("16:00", "escalated", level=1),
            told("16:00", "escalated", level=2, counterpart="Ms Novak"),
        ),
    ],
)
def test_an_act_keeps_its_clause_and_another_breaks_it(clause, contract, before, kept, broken):
    assert not breaks_clause(AGREEMENT, clause, contract, *before, kept)
    assert broken is None or breaks_clause(AGREEMENT, clause, contract, *before, broken)


@pytest.mark.parametrize(
    ("clause", "contract", "reading", "facts"),
    [
        (
            "technical-contacts",
            SAAS,
            ("numonix-ixcloud:technical-contacts/end-users", "through-contacts"),
            [first(by="end-user", category="recording", channel="phone", fields=FIRST_LINE)],
        ),
        (
            "initial-severity",
            SAAS,
            ("numonix-ixcloud:initial-severity/disagreement", "needs-both"),
            [first(), told("16:00", "accepted", "agent", severity=2)],
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
            "escalation",
            SAAS,
            ("numonix-ixcloud:escalation/counterpart", "owed-after"),
            [first(), told("15:30", "escalated"), told("16:00", "escalated", level=2)],
        ),
    ],
)
def test_an_act_that_breaks_the_default_reading_passes_in_another(clause, contract, reading, facts):
    assert breaks_clause(AGREEMENT, clause, contract, *facts)
    assert not breaks_clause(AGREEMENT, clause, contract, *facts, readings=dict([reading]))


@pytest.mark.parametrize(
    ("clause", "contract", "before", "done"),
    [
        ("updates", SAAS, [first(), told("15:30", "assigned")], told("16:00", "work_started")),
        (
            "escalation",
            SAAS,
            [first(), told("15:30", "escalated", manager="Mr Kim", counterpart="Ms Novak")],
            told("16:00", "action_plan_agreed"),
        ),
    ],
)
def test_a_duty_is_owed_until_it_is_done(clause, contract, before, done):
    assert owes(AGREEMENT, clause, contract, *before)
    assert not owes(AGREEMENT, clause, contract, *before, done)
