import pytest

from tests.conduct.told import around, at, breaks, broken, house, opened, told

UPGRADE = house("""
[[rule]]
clause = "house:upgrade"
event = "severity_changed"
says = "A customer who asks for a higher severity shows the impact."
where = { change = "upgrade", by = "customer-side" }
needs = { given = ["evidence"] }
""")
REDUCTION = house("""
[[rule]]
clause = "house:reduction"
event = "severity_changed"
says = "A lower severity needs evidence, or a client who cannot answer."
where = { change = "downgrade" }
needs = { any_of = [{ given = ["evidence"] }, { given = ["cause"], is = { cause = "answers not provided" } }] }
""")
TIERS = house("""
[[first_tier]]
plan = "cloud"
tier = 1

[[rule]]
clause = "house:tiers"
event = ["escalated", "assigned"]
says = "No tier is skipped."
needs = { next_tier = true }
""")
WEEK = house("""
[[rule]]
clause = "house:recording"
event = "resolved"
category = "recording"
says = "Worked until 95 % were recorded in a week."
needs = { any_of = [{ measured = { at_least = 95 } }, { seen = [{ event = "found", is = { cause = "network" } }] }] }
""")
CALENDAR_WEEK = house("""
[[rule]]
clause = "house:recording"
event = "resolved"
says = "Worked until 95 % were recorded in a calendar week."
needs = { measured = { at_least = 95, week = "calendar-week" } }
""")
PHONE = house("""
[[rule]]
clause = "house:phone"
event = "opened"
says = "End users call."
where = { by = "end-user" }
needs = { is = { channel = "phone" } }
""")
RELEASE = house("""
[[rule]]
clause = "house:release"
event = "scheduled_for_release"
severity = [3, 4]
says = "A release of the schedule is named: spring or winter."
needs = { given = ["release"], mentions = { release = ["spring", "winter"] }, listed = { release = "releases" } }

[[rule]]
clause = "house:release"
event = "scheduled_for_release"
severity = [1, 2]
says = "Severities 1 and 2 are not put off."
forbidden = true
""")


def measured(value: float, since: str, to: str):
    return {"value": value, "from": at(since), "to": at(to)}


def test_a_customer_shows_the_impact_of_an_upgrade():
    changed = told("10:00", "severity_changed", "customer", severity=1, evidence="all lines down")

    assert [] == breaks(UPGRADE, opened(), changed)


def test_a_customers_upgrade_without_evidence_is_irregular():
    (found,) = broken(UPGRADE, opened(), told("10:00", "severity_changed", "customer", severity=1))

    assert (2, "house:upgrade", "evidence is missing") == (found.event, found.clause, found.detail)


def test_empty_evidence_is_none():
    assert [(2, "house:upgrade")] == breaks(
        UPGRADE, opened(), told("10:00", "severity_changed", "customer", severity=1, evidence=" ")
    )


def test_the_vendors_upgrade_a_downgrade_and_one_by_nobody_known_need_no_evidence():
    assert [] == breaks(UPGRADE, opened(), told("10:00", "severity_changed", "agent", severity=1))
    assert [] == breaks(UPGRADE, opened(), told("10:00", "severity_changed", "customer", severity=3))
    assert [] == breaks(UPGRADE, opened(), told("10:00", "severity_changed", severity=1))


def test_an_upgrade_is_measured_from_the_severity_in_force():
    changes = (
        told("10:00", "severity_changed", "agent", severity=4),
        told("11:00", "severity_changed", "customer", severity=3),
    )

    assert [(3, "house:upgrade")] == breaks(UPGRADE, opened(), *changes)


@pytest.mark.parametrize("cause", ["answers not provided", "Answers-not-provided", "answers_not_provided"])
def test_a_cause_is_recognized_however_it_is_spelt(cause):
    assert [] == breaks(REDUCTION, opened(), told("10:00", "severity_changed", severity=3, cause=cause))


def test_a_downgrade_for_no_stated_cause_needs_evidence():
    assert [(2, "house:reduction")] == breaks(REDUCTION, opened(), told("10:00", "severity_changed", severity=3))


def test_a_skipped_tier_is_irregular_and_the_next_one_or_a_return_is_not():
    steps = [told("10:00", "escalated", to="tier-2"), told("11:00", "escalated", to="tier-3")]
    back = told("12:00", "assigned", tier=2)

    assert [] == breaks(TIERS, opened(), *steps, back, under=around("cloud"))
    assert [(2, "house:tiers")] == breaks(TIERS, opened(), steps[1], under=around("cloud"))
    assert [(2, "house:tiers")] == breaks(TIERS, opened(), told("10:00", "assigned", tier=3), under=around("cloud"))


def test_where_the_tier_is_not_known_none_is_skipped():
    assert [] == breaks(TIERS, opened(), told("11:00", "escalated", to="tier-3"), under=around("hosted"))
    assert [] == breaks(TIERS, opened(), told("11:00", "escalated", to="team-leader"), under=around("cloud"))


def test_a_measured_week_resolves_a_recording_issue():
    resolved = told("+14 mon 12:00", "resolved", measurement=measured(95, "tue 10:00", "+7 tue 10:00"))

    assert [] == breaks(WEEK, opened(category="recording"), resolved, as_of="+14 tue 00:00")


@pytest.mark.parametrize(
    "measurement",
    [
        None,
        {"value": 99},
        measured(94.9, "tue 10:00", "+7 tue 10:00"),
        measured(99, "tue 10:00", "+7 mon 10:00"),
    ],
    ids=["none", "of no days", "too low", "of six days"],
)
def test_another_measurement_does_not(measurement):
    resolved = told("+14 mon 12:00", "resolved", measurement=measurement)

    assert [(2, "house:recording")] == breaks(WEEK, opened(category="recording"), resolved, as_of="+14 tue 00:00")


def test_a_finding_stands_in_for_the_measurement():
    facts = (told("10:00", "found", cause="network"), told("11:00", "resolved"))

    assert [] == breaks(WEEK, opened(category="recording"), *facts)


def test_a_ticket_of_another_category_needs_no_measurement():
    assert [] == breaks(WEEK, opened(category="reports"), told("11:00", "resolved"))


def test_a_calendar_week_begins_on_monday_at_midnight():
    from_tuesday = told("+14 mon 12:00", "resolved", measurement=measured(99, "tue 00:00", "+7 tue 00:00"))
    from_monday = told("+14 mon 12:00", "resolved", measurement=measured(99, "mon 00:00", "+7 mon 00:00"))

    assert [(2, "house:recording")] == breaks(CALENDAR_WEEK, opened(), from_tuesday, as_of="+14 tue 00:00")
    assert [] == breaks(CALENDAR_WEEK, opened(), from_monday, as_of="+14 tue 00:00")


def test_an_end_user_who_writes_breaks_the_rule_and_one_whose_channel_is_not_known_does_not():
    assert [(1, "house:phone")] == breaks(PHONE, opened(by="end-user", channel="email"))
    assert [] == breaks(PHONE, opened(by="end-user", channel="phone"))
    assert [] == breaks(PHONE, opened(by="end-user"))
    assert [] == breaks(PHONE, opened(channel="email"))


def test_a_release_is_named_and_one_of_the_schedule():
    schedule = around(facts={"releases": ("Spring 2024", "Winter 2024")})

    def scheduled(release: str | None, severity: int = 3) -> list[tuple[object, str]]:
        fact = told("10:00", "scheduled_for_release", release=release)
        return breaks(RELEASE, opened(severity=severity), fact, under=schedule)

    assert [] == scheduled("spring 2024")
    assert [(2, "house:release")] == scheduled("Spring 2025")
    assert [(2, "house:release")] == scheduled("hotfix")
    assert [(2, "house:release")] == scheduled(None)
    assert [(2, "house:release")] == scheduled("spring 2024", severity=2)


def test_a_contract_without_a_schedule_leaves_the_release_open():
    assert [] == breaks(RELEASE, opened(severity=3), told("10:00", "scheduled_for_release", release="spring 1999"))
