from tests.conduct.told import around, breaks, broken, house, opened, told

TIER_3 = house("""
[[first_tier]]
tier = 1

[[rule]]
clause = "house:bug"
event = "escalated"
says = "Tier 2 has found a bug before tier 3 is asked."
where = { is = { to = "tier-3" } }
needs = { seen = [{ event = "found", is = { cause = "bug" }, tier = 2, by = "vendor-side" }] }
""")
TO_TIER_2 = [opened(), told("10:00", "escalated", to="tier-2")]
LOGS = house("""
[[rule]]
clause = "house:logs"
event = "escalated"
says = "A log was asked for."
needs = { seen_any = ["log_requested", "log_received"] }
""")
FIELDS = house("""
[[rule]]
clause = "house:form"
event = "correctly_logged"
says = "The form is complete."
needs = { fields = ["name", "phone", "Site Name"] }
""")
VENDOR = house("""
[[rule]]
clause = "house:vendor"
event = "notified"
says = "The vendor is not contacted without authorization."
where = { is = { to = "vendor" } }
needs = { none_of = [{ waiting_on = "authorization" }] }
""")
NEXT_LEVEL = house("""
[[rule]]
clause = "house:level"
event = "escalated"
says = "The next level is for a ticket escalated and unresolved."
where = { given = ["level"], is_not = { level = 1 } }
needs = { seen = [{ event = "escalated", since = "reopened" }], status = ["open", "waiting"] }
""")


def test_a_finding_of_the_right_tier_opens_the_way():
    facts = [*TO_TIER_2, told("11:00", "found", "agent", cause="bug"), told("12:00", "escalated", to="tier-3")]

    assert [] == breaks(TIER_3, *facts)


def test_a_finding_of_another_tier_or_cause_does_not():
    early = [opened(), told("09:30", "found", "agent", cause="bug"), told("10:00", "escalated", to="tier-2")]
    other = [*TO_TIER_2, told("11:00", "found", "agent", cause="network")]

    assert [(4, "house:bug")] == breaks(TIER_3, *early, told("12:00", "escalated", to="tier-3"))
    assert [(4, "house:bug")] == breaks(TIER_3, *other, told("12:00", "escalated", to="tier-3"))


def test_a_finding_by_nobody_known_may_be_the_right_one():
    facts = [*TO_TIER_2, told("11:00", "found", cause="bug"), told("12:00", "escalated", to="tier-3")]

    assert [] == breaks(TIER_3, *facts)


def test_any_of_several_events_is_enough():
    assert [] == breaks(LOGS, opened(), told("10:00", "log_received"), told("11:00", "escalated"))
    assert [(2, "house:logs")] == breaks(LOGS, opened(), told("11:00", "escalated"))


def test_information_given_at_any_time_completes_the_form():
    facts = [
        opened(fields={"name": "Ann"}),
        told("10:00", "information_added", fields={"phone": "1"}),
        told("11:00", "correctly_logged", fields={"site_name": "Paris"}),
    ]

    assert [] == breaks(FIELDS, *facts)


def test_what_is_missing_is_listed():
    (found,) = broken(FIELDS, opened(fields={"name": "Ann", "phone": ""}), told("11:00", "correctly_logged"))

    assert "missing: phone, Site Name" == found.detail


def test_nobody_is_contacted_while_a_wait_forbids_it():
    wait = told("10:00", "waiting", on="authorization")
    contact = told("11:00", "notified", to="vendor")

    assert [(3, "house:vendor")] == breaks(VENDOR, opened(), wait, contact)
    assert [] == breaks(VENDOR, opened(), wait, told("10:30", "wait_ended", on="authorization"), contact)
    assert [] == breaks(VENDOR, opened(), told("10:00", "waiting", on="customer"), contact)


def test_a_wait_that_a_ruling_struck_forbids_nothing():
    wait = told("10:00", "waiting", on="authorization")
    ruled = told("10:30", "ruled", why="settled", strike_wait=2)

    assert [] == breaks(VENDOR, opened(), wait, ruled, told("11:00", "notified", to="vendor"))


def test_the_next_level_needs_an_escalation_that_is_still_unresolved():
    first = told("10:00", "escalated", level=1)
    second = told("12:00", "escalated", level=2)

    assert [] == breaks(NEXT_LEVEL, opened(), first, second)
    assert [(2, "house:level")] == breaks(NEXT_LEVEL, opened(), second)
    assert [(4, "house:level")] == breaks(NEXT_LEVEL, opened(), first, told("11:00", "resolved"), second)


def test_what_came_before_the_reopening_does_not_count_where_the_rule_says_so():
    facts = [
        opened(),
        told("10:00", "escalated", level=1),
        told("10:10", "resolved"),
        told("10:20", "reopened"),
        told("12:00", "escalated", level=2),
    ]

    assert [(5, "house:level")] == breaks(NEXT_LEVEL, *facts)


def test_an_option_is_agreed_or_not_and_a_fact_that_is_not_stated_breaks_nothing():
    rules = house("""
    [[rule]]
    clause = "house:on-site"
    event = "session_held"
    says = "A visit needs the option."
    where = { is = { kind = "on-site" } }
    needs = { option = ["on-site"] }

    [[rule]]
    clause = "house:hosting"
    event = "session_held"
    says = "Only where the vendor hosts."
    needs = { fact = { hosting = "vendor" } }
    """)
    visit = (opened(), told("10:00", "session_held", kind="on-site"))

    assert [(2, "house:on-site")] == breaks(rules, *visit)
    assert [] == breaks(rules, *visit, under=around(options=("on-site",), facts={"hosting": "vendor"}))
    assert [(2, "house:hosting")] == breaks(
        rules, *visit, under=around(options=("on-site",), facts={"hosting": "customer"})
    )


def test_events_after_the_instant_that_was_asked_for_are_not_judged():
    assert [] == breaks(LOGS, opened(), told("11:00", "escalated"), as_of="10:00")


def test_a_rule_of_some_severities_asks_for_the_one_in_force():
    rules = house("""
    [[rule]]
    clause = "house:release"
    event = "scheduled_for_release"
    severity = 1
    says = "Not at severity 1."
    forbidden = true

    [[rule]]
    clause = "house:log"
    event = "log_requested"
    says = "At tier 2 or severity 3."
    needs = { any_of = [{ tier = 2 }, { severity = 3 }] }
    """)
    release = told("12:00", "scheduled_for_release")
    accepted = told("11:00", "accepted", severity=1)

    assert [] == breaks(rules, opened(severity=2), release)
    assert [(3, "house:release")] == breaks(rules, opened(severity=2), accepted, release)
    assert [] == breaks(rules, release)
    assert [] == breaks(rules, opened(severity=2), told("12:00", "log_requested"))
    assert [(3, "house:log")] == breaks(
        rules, opened(), told("11:00", "assigned", tier=3), told("12:00", "log_requested")
    )
    assert [] == breaks(rules, opened(severity=3), told("11:00", "assigned", tier=3), told("12:00", "log_requested"))


def test_a_part_of_a_field_is_asked_for_with_a_dot():
    rules = house("""
    [[rule]]
    clause = "house:parts"
    event = "opened"
    says = "The server is told, the alert has a condition."
    needs = { is = { "fields.server" = ["s-1", "s-2"] }, given = ["alert.condition"] }
    """)
    alert = {"code": "a", "condition": "c"}

    assert [] == breaks(rules, opened(fields={"Server": "S 1"}, alert=alert))
    assert [(1, "house:parts")] == breaks(rules, opened(fields={"server": "s-3"}, alert=alert))
    assert [(1, "house:parts")] == breaks(rules, opened(fields={"server": "s-1"}, alert={"code": "a"}))


def test_nothing_leads_back_from_a_ticket_that_is_void():
    rules = house("""
    [[rule]]
    clause = "house:open"
    event = "commented"
    says = "Only an open ticket."
    needs = { status = "open" }
    """)

    for void in ("declined", "withdrawn", "merged"):
        facts = (opened(), told("10:00", void), told("10:10", "reopened"), told("10:20", "commented"))

        assert (4, "house:open") in breaks(rules, *facts)
