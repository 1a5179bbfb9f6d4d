"""What people may do and what they owe under ImagicleCare, clause by clause."""

import pytest

from tests.conduct.agreed import breaks_clause, declined, first, owes, scheduled
from tests.conduct.told import opened, told

AGREEMENT = "imagicle-care"
BASIC = {"plan": "basic", "region": "europe"}
GOLD = {"plan": "gold", "region": "europe"}
PLATINUM = {"plan": "platinum", "region": "europe"}
ANALYSED = {"initial_analysis": "restarted"}
FORM = {"product": "suite", "version": "1", "description": "x", "troubleshooting": "x"}
LINK_LOST = {"code": "cloud-link-lost"}


@pytest.mark.parametrize(
    ("clause", "contract", "before", "kept", "broken"),
    [
        (
            "on-call",
            PLATINUM,
            [first()],
            told("16:00", "escalated", to="r-and-d"),
            told("20:00", "escalated", to="r-and-d"),
        ),
        ("on-call", GOLD, [first()], scheduled("maintenance", "sat 10:00"), scheduled("maintenance", "sun 10:00")),
        ("on-call", PLATINUM, [first()], scheduled("maintenance", "sun 10:00"), None),
        (
            "on-call",
            {**PLATINUM, "asia_pacific": True},
            [first()],
            scheduled("maintenance", "sat 10:00"),
            scheduled("maintenance", "sun 10:00"),
        ),
        (
            "priority-reduction",
            GOLD,
            [first()],
            told("16:00", "severity_changed", severity=3, cause="answers not provided"),
            told("16:00", "severity_changed", severity=3),
        ),
        ("single-issue", GOLD, [first()], told("16:00", "split_off", ticket="T-2"), told("16:00", "split_off")),
        ("support-level", BASIC, [], first(by="administrator"), first(by="end-user")),
        (
            "support-level",
            {**GOLD, "options": ["end-user-support"]},
            [],
            first(by="end-user", fields=ANALYSED),
            first(by="end-user"),
        ),
        ("support-level", GOLD, [], first(by="customer"), first(by="end-user", fields=ANALYSED)),
        (
            "channels",
            BASIC,
            [first()],
            told("16:00", "commented"),
            told("16:00", "session_held", kind="remote", authorized_by="ann"),
        ),
        (
            "proactive",
            {**GOLD, "options": ["proactive-support"]},
            [],
            first(channel="alert", severity=1, alert=LINK_LOST),
            first(channel="alert", alert=LINK_LOST),
        ),
        ("proactive", GOLD, [], first(channel="web"), first(channel="alert")),
        ("proactive", BASIC, [], first(channel="web"), first(channel="alert")),
        (
            "client-liability",
            GOLD,
            [first()],
            told("16:00", "session_held", kind="remote", authorized_by="ann"),
            told("16:00", "session_held", kind="remote"),
        ),
        ("on-site", {**GOLD, "options": ["on-site"]}, [first()], told("16:00", "session_held", kind="on-site"), None),
        ("on-site", GOLD, [first()], told("16:00", "commented"), told("16:00", "session_held", kind="on-site")),
        (
            "seasonal-releases",
            GOLD,
            [first()],
            told("16:00", "scheduled_for_release", release="Summer 2024"),
            told("16:00", "scheduled_for_release", release="hotfix"),
        ),
        (
            "further-conditions",
            GOLD,
            [first()],
            declined("imagicle-care:further-conditions", "improper use"),
            declined("imagicle-care:further-conditions", "mood"),
        ),
    ],
)
def test_an_act_keeps_its_clause_and_another_breaks_it(clause, contract, before, kept, broken):
    assert not breaks_clause(AGREEMENT, clause, contract, *before, kept)
    assert broken is None or breaks_clause(AGREEMENT, clause, contract, *before, broken)


@pytest.mark.parametrize(
    ("clause", "contract", "reading", "facts"),
    [
        ("channels", GOLD, ("imagicle-care:channels/email", "web-or-phone"), [first(channel="email")]),
    ],
)
def test_an_act_that_the_default_reading_lets_pass_breaks_another_reading(clause, contract, reading, facts):
    assert not breaks_clause(AGREEMENT, clause, contract, *facts)
    assert breaks_clause(AGREEMENT, clause, contract, *facts, readings=dict([reading]))


@pytest.mark.parametrize(
    ("clause", "contract", "reading", "facts"),
    [
        (
            "channels",
            BASIC,
            ("imagicle-care:channels/basic-remote", "allowed"),
            [first(), told("16:00", "session_held", kind="remote", authorized_by="ann")],
        ),
    ],
)
def test_an_act_that_breaks_the_default_reading_passes_in_another(clause, contract, reading, facts):
    assert breaks_clause(AGREEMENT, clause, contract, *facts)
    assert not breaks_clause(AGREEMENT, clause, contract, *facts, readings=dict([reading]))


@pytest.mark.parametrize(
    ("clause", "contract", "before", "done"),
    [
        ("request-form", GOLD, [first(channel="web")], told("16:00", "information_added", fields=FORM)),
        ("on-call", PLATINUM, [opened("20:00", channel="web")], told("20:10", "notified_by_phone")),
        ("proactive", GOLD, [first(channel="alert")], told("16:00", "notified", to="customer")),
        (
            "on-call-alarm",
            PLATINUM,
            [first(severity=3), told("15:30", "severity_changed", severity=2)],
            told("16:00", "alarm_raised"),
        ),
        ("support-expert", PLATINUM, [first()], told("16:00", "notified", to="support-expert")),
        (
            "hardware",
            GOLD,
            [first(), declined("imagicle-care:hardware")],
            told("21:00", "notified", milestone="supplier contact"),
        ),
    ],
)
def test_a_duty_is_owed_until_it_is_done(clause, contract, before, done):
    assert owes(AGREEMENT, clause, contract, *before)
    assert not owes(AGREEMENT, clause, contract, *before, done)
