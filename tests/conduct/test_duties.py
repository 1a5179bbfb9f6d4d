import pytest

from domain.instants import seconds
from tests.conduct.told import around, at, breaks, debts, house, opened, told

ANSWER = house("""
[[duty]]
clause = "house:bug"
says = "The customer is answered."
after = "bug_filed"
until = ["update_sent", { event = "notified", is = { to = "customer" } }]
ends = "withdrawn"
by = "vendor-side"
to = "customer"
""")
FORM = house("""
[[duty]]
clause = "house:form"
says = "The form is completed."
after = [{ event = "opened", is = { channel = "web" } }]
fields = ["name", "version"]
ends = "closed"
by = "customer-side"
""")
ALARM = house("""
[[duty]]
clause = "house:alarm"
severity = [1, 2]
says = "The technician is alarmed."
after = ["opened", { event = "severity_changed", is = { severity = [1, 2] } }]
where = { not_seen = "alarm_raised" }
until = "alarm_raised"
""")
TECHNICIAN = house("""
[[rule]]
clause = "house:technician"
event = "unassigned"
says = "The senior technician stays."
where = { is = { role = "senior" }, rung = { clock = "remedial", role = "senior" }, status = "open" }
forbidden = true

[[duty]]
clause = "house:technician"
says = "A senior technician is dedicated."
after = [{ event = "unassigned", is = { role = "senior" } }]
after_rung = { clock = "remedial", role = "senior" }
until = [{ event = "assigned", is = { role = "senior" } }]
ends = ["resolved"]
missed = "irregular"
where.rung = { clock = "remedial" }
where.status = "open"

[[duty.where.not_seen]]
event = "assigned"
is = { role = "senior" }
unless_followed_by = [{ event = "unassigned", is = { role = "senior" } }]
""")
ANALYSIS = house("""
[[duty]]
clause = "house:analysis"
says = "The expert analyses it."
after = "opened"
until = [{ event = "assessed", by = "support-expert" }]
""")
REACHED = around(rungs=(("remedial", "senior", "wed 09:00"),))


def clauses(*args, **kwargs) -> list[str]:
    return [debt.clause for debt in debts(*args, **kwargs)]


def test_a_duty_is_owed_from_the_event_that_began_it():
    (debt,) = debts(ANSWER, opened(), told("10:00", "bug_filed"))

    assert (seconds(at("10:00")), "house:bug", 2) == (debt.since, debt.clause, debt.event)
    assert (("vendor-side",), ("customer",)) == (debt.by, debt.to)


def test_nothing_is_owed_before_it_began_or_once_it_was_done():
    filed = (opened(), told("10:00", "bug_filed"))

    assert [] == clauses(ANSWER, *filed, as_of="09:59")
    assert [] == clauses(ANSWER, *filed, told("11:00", "notified", to="customer"))
    assert ["house:bug"] == clauses(ANSWER, *filed, told("11:00", "notified", to="support-expert"))
    assert ["house:bug"] == clauses(ANSWER, *filed, told("11:00", "notified"))


def test_a_duty_lapses_with_what_ends_it_and_is_owed_anew_afterwards():
    facts = [opened(), told("10:00", "bug_filed"), told("11:00", "withdrawn")]

    assert [] == clauses(ANSWER, *facts)
    assert ["house:bug"] == clauses(ANSWER, *facts, told("12:00", "bug_filed"))


def test_a_second_beginning_changes_nothing_of_the_first():
    (debt,) = debts(ANSWER, opened(), told("10:00", "bug_filed"), told("11:00", "bug_filed"))

    assert 2 == debt.event


def test_missing_information_is_owed_and_listed():
    (debt,) = debts(FORM, opened(channel="web", fields={"name": "Ann"}))

    assert "missing: version" == debt.detail
    assert [] == clauses(FORM, opened(channel="web"), told("10:00", "closed"))


def test_complete_information_is_owed_no_more():
    facts = [opened(channel="web", fields={"name": "Ann"})]

    assert [] == clauses(FORM, *facts, told("10:00", "information_added", fields={"Version": 4}))
    assert [] == clauses(FORM, opened(channel="web", fields={"name": "Ann", "version": 4}))
    assert [] == clauses(FORM, opened(channel="phone"))


@pytest.mark.parametrize(
    ("facts", "owes"),
    [
        ([opened(severity=1)], True),
        ([opened(severity=3)], False),
        ([opened(severity=3), told("10:00", "severity_changed", severity=2)], True),
        ([opened(severity=1), told("10:00", "alarm_raised")], False),
        ([opened(severity=1), told("10:00", "alarm_raised"), told("11:00", "severity_changed", severity=2)], False),
    ],
    ids=["severe", "not severe", "became severe", "alarmed", "alarmed once is enough"],
)
def test_an_alarm_is_owed_where_the_severity_asks_for_it(facts, owes):
    assert (["house:alarm"] if owes else []) == clauses(ALARM, *facts)


def test_a_rung_begins_a_duty_whose_neglect_is_irregular():
    assert ["house:technician"] == clauses(TECHNICIAN, opened(), under=REACHED)
    assert [(None, "house:technician")] == breaks(TECHNICIAN, opened(), under=REACHED)
    assert [] == breaks(TECHNICIAN, opened(), under=around())


def test_an_assignment_fulfils_it_before_or_after_the_rung():
    for time in ("tue 09:00", "wed 09:00", "wed 10:00"):
        assert [] == breaks(TECHNICIAN, opened(), told(time, "assigned", role="senior"), under=REACHED)


def test_a_resolution_without_a_technician_leaves_it_irregular():
    facts = (opened(), told("thu 09:00", "resolved"))

    assert [] == clauses(TECHNICIAN, *facts, under=REACHED)
    assert [(None, "house:technician")] == breaks(TECHNICIAN, *facts, under=REACHED)


def test_a_resolution_before_the_rung_owes_nobody():
    assert [] == breaks(TECHNICIAN, opened(), told("tue 09:00", "resolved"), under=REACHED)


def test_a_technician_taken_off_too_early_is_irregular_and_owed_again():
    facts = (opened(), told("tue 09:00", "assigned", role="senior"), told("thu 09:00", "unassigned", role="senior"))

    assert ["house:technician"] == clauses(TECHNICIAN, *facts, under=REACHED)
    assert [(3, "house:technician"), (3, "house:technician")] == breaks(TECHNICIAN, *facts, under=REACHED)
    assert [] == breaks(TECHNICIAN, *facts, under=around())


def test_what_somebody_unknown_did_may_have_fulfilled_a_duty():
    assert [] == clauses(ANALYSIS, opened(), told("10:00", "assessed"))
    assert [] == clauses(ANALYSIS, opened(), told("10:00", "assessed", "support-expert"))
    assert ["house:analysis"] == clauses(ANALYSIS, opened(), told("10:00", "assessed", "agent"))
