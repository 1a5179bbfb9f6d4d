"""What people may do and what they owe under XMPro support, clause by clause."""

import pytest

from tests.conduct.agreed import breaks_clause, declined, first, owes
from tests.conduct.told import told

AGREEMENT = "xmpro"
SUBSCRIPTION = {"plan": "subscription"}
NOTICE = [told("15:10", "waiting", on="customer"), told("+7 mon 23:00", "closure_notice", "agent")]


@pytest.mark.parametrize(
    ("clause", "contract", "before", "kept", "broken"),
    [
        (
            "1-logging",
            SUBSCRIPTION,
            [first(channel="email")],
            told("16:00", "correctly_logged", "agent"),
            told("16:00", "correctly_logged", "customer"),
        ),
        ("1-logging", SUBSCRIPTION, [first(channel="email")], told("16:00", "correctly_logged", "agent"), None),
        (
            "1-logging",
            SUBSCRIPTION,
            [first(channel="web")],
            told("16:00", "commented"),
            told("16:00", "correctly_logged", "agent"),
        ),
        (
            "severity-levels",
            SUBSCRIPTION,
            [first()],
            told("16:00", "accepted", "agent", severity=2, agreed_by="customer"),
            told("16:00", "accepted", "agent", severity=2),
        ),
        (
            "3-contacts",
            SUBSCRIPTION,
            [first(), told("15:10", "notified", to="primary-contact")],
            told("16:00", "notified", to="stand-in-contact"),
            None,
        ),
        (
            "3-contacts",
            SUBSCRIPTION,
            [first()],
            told("16:00", "notified", to="primary-contact"),
            told("16:00", "notified", to="stand-in-contact"),
        ),
        (
            "4-dissatisfaction",
            SUBSCRIPTION,
            [first()],
            told("16:00", "complained", reason="slow", impact="line down"),
            told("16:00", "complained", reason="slow"),
        ),
        (
            "6-closing",
            SUBSCRIPTION,
            [first(by="customer")],
            told("16:00", "closed", "service-manager"),
            told("16:00", "closed", "agent"),
        ),
        (
            "6-no-feedback",
            SUBSCRIPTION,
            [first(by="customer"), *NOTICE],
            told("+7 wed 22:00", "closed", "service-manager"),
            told("+7 wed 21:59", "closed", "service-manager"),
        ),
        (
            "6-no-feedback",
            SUBSCRIPTION,
            [first(), told("15:10", "waiting", on="customer")],
            told("+7 mon 22:00", "closure_notice", "agent"),
            told("+7 mon 21:00", "closure_notice", "agent"),
        ),
        (
            "survey",
            SUBSCRIPTION,
            [first(), told("16:00", "closed")],
            told("17:00", "survey_sent"),
            told("15:30", "survey_sent"),
        ),
        (
            "1-services",
            {**SUBSCRIPTION, "hosting": "customer"},
            [first()],
            declined("xmpro:1-services", "environment change"),
            declined("xmpro:1-services", "mood"),
        ),
        (
            "1-services",
            {**SUBSCRIPTION, "hosting": "vendor"},
            [first()],
            declined("xmpro:1-exclusions", "training"),
            declined("xmpro:1-services", "environment change"),
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
            "1-logging",
            SUBSCRIPTION,
            ("xmpro:1-logging/email", "complete-email"),
            [first(channel="email"), told("16:00", "correctly_logged", "agent")],
        ),
        (
            "6-closing",
            SUBSCRIPTION,
            ("xmpro:6-closing/logger", "registrar"),
            [
                first(by="customer", channel="email"),
                told("15:30", "correctly_logged", "agent"),
                told("16:00", "closed", "customer"),
            ],
        ),
        (
            "1-exclusions",
            SUBSCRIPTION,
            ("xmpro:1-exclusions/small-enhancement", "severity-4-at-cost"),
            [first(), declined("xmpro:1-exclusions", "small enhancement")],
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
            "6-no-feedback",
            SUBSCRIPTION,
            ("xmpro:6-no-feedback/within", "at-once"),
            [first(by="customer"), *NOTICE, told("+7 tue 15:00", "closed", "service-manager")],
        ),
    ],
)
def test_an_act_that_breaks_the_default_reading_passes_in_another(clause, contract, reading, facts):
    assert breaks_clause(AGREEMENT, clause, contract, *facts)
    assert not breaks_clause(AGREEMENT, clause, contract, *facts, readings=dict([reading]))


@pytest.mark.parametrize(
    ("clause", "contract", "before", "done"),
    [
        (
            "4-dissatisfaction",
            SUBSCRIPTION,
            [first(), told("15:30", "complained", reason="x", impact="y")],
            told("16:00", "complaint_answered"),
        ),
        (
            "5-milestones",
            SUBSCRIPTION,
            [first(), told("15:30", "correctly_logged", "agent")],
            told("16:00", "notified", milestone="logged", reference="R-1"),
        ),
        (
            "5-milestones",
            SUBSCRIPTION,
            [first(), told("15:30", "escalated")],
            told("16:00", "notified", milestone="escalated", channel="email"),
        ),
        ("survey", SUBSCRIPTION, [first(), told("15:30", "closed")], told("16:00", "survey_sent")),
    ],
)
def test_a_duty_is_owed_until_it_is_done(clause, contract, before, done):
    assert owes(AGREEMENT, clause, contract, *before)
    assert not owes(AGREEMENT, clause, contract, *before, done)
