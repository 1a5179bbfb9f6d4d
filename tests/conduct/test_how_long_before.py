from tests.conduct.told import breaks, broken, house, opened, told

UPDATE = house("""
[[rule]]
clause = "house:update"
event = "appointment_scheduled"
says = "An update is scheduled 48 hours ahead."
where = { is = { kind = "update" } }
needs = { lead = { field = "for", time = "48 h" } }
""")
OFFICE_UPDATE = house("""
[[rule]]
clause = "house:update"
event = "appointment_scheduled"
says = "An update is scheduled 8 office hours ahead."
needs = { lead = { field = "for", time = "8 h", calendar = "support" } }
""")
NOTICE = house("""
[[rule]]
clause = "house:notice"
event = "closure_notice"
says = "A notice follows 2 business days of waiting."
needs = { waited = { on = "customer", time = "2 business days", calendar = "office" } }

[[rule]]
clause = "house:closing"
event = "closed"
says = "After a notice 2 business days pass."
needs.any_of = [
  { elapsed = { since = "closure_notice", time = "2 business days", calendar = "office" } },
  { by_logger = "opener" },
]

[[rule.where.seen]]
event = "closure_notice"
unless_followed_by = [{ event = "wait_ended", is = { on = "customer" } }, "reopened"]
""")
HOURS = house("""
[[rule]]
clause = "house:hours"
event = "escalated"
says = "Research is asked in office hours."
needs = { within = { calendar = "office" } }

[[rule]]
clause = "house:maintenance"
event = "appointment_scheduled"
says = "Maintenance lies in office hours."
needs = { within = { calendar = "office", field = "for" } }
""")
WAIT = told("10:00", "waiting", on="customer")
SENT = told("thu 09:00", "closure_notice", "agent")


def test_exactly_the_lead_time_is_enough_and_a_minute_less_is_not():
    def scheduled(when: str) -> list[tuple[object, str]]:
        return breaks(UPDATE, opened(), told("10:00", "appointment_scheduled", kind="update", for_=when))

    assert [] == scheduled("wed 10:00")
    assert [(2, "house:update")] == scheduled("wed 09:59")


def test_an_appointment_of_another_kind_needs_no_lead():
    fact = told("10:00", "appointment_scheduled", kind="restore", for_="11:00")

    assert [] == breaks(UPDATE, opened(), fact)


def test_lead_time_in_hours_of_coverage_skips_the_night():
    def scheduled(when: str) -> list[tuple[object, str]]:
        return breaks(OFFICE_UPDATE, opened(), told("10:00", "appointment_scheduled", for_=when))

    assert [] == scheduled("tue 10:00")
    assert [(2, "house:update")] == scheduled("tue 09:59")


def test_a_notice_of_closing_follows_a_wait_that_lasted():
    assert [] == breaks(NOTICE, opened(), WAIT, SENT)
    assert [(3, "house:notice")] == breaks(NOTICE, opened(), WAIT, told("wed 16:59", "closure_notice"))
    assert [(2, "house:notice")] == breaks(NOTICE, opened(), SENT)


def test_a_ticket_closed_within_the_notice_is_irregular_and_the_detail_says_until_when():
    (found,) = broken(
        NOTICE, opened(by="customer"), WAIT, SENT, told("fri 09:00", "closed", "service-manager"), as_of="+7 sun 00:00"
    )

    assert (4, "house:closing") == (found.event, found.clause)
    assert "the time ends only at 2024-03-11T17:00:00Z" in found.detail


def test_it_may_be_closed_when_the_notice_has_run():
    closed = told("+7 mon 17:00", "closed", "service-manager")

    assert [] == breaks(NOTICE, opened(by="customer"), WAIT, SENT, closed, as_of="+7 sun 00:00")


def test_whoever_logged_it_may_close_it_at_once():
    assert [] == breaks(NOTICE, opened(by="customer"), WAIT, SENT, told("fri 09:00", "closed", "customer"))


def test_an_answer_cancels_the_notice():
    answer = told("thu 15:00", "wait_ended", "customer", on="customer")

    assert [] == breaks(NOTICE, opened(by="customer"), WAIT, SENT, answer, told("fri 09:00", "closed", "agent"))


def test_a_closing_by_nobody_known_may_be_that_of_the_logger():
    assert [] == breaks(NOTICE, opened(by="customer"), WAIT, SENT, told("fri 09:00", "closed"))


def test_hours_are_asked_of_the_event_or_of_the_instant_it_names():
    assert [] == breaks(HOURS, opened(), told("10:00", "escalated"))
    assert [(2, "house:hours")] == breaks(HOURS, opened(), told("17:00", "escalated"))
    assert [(2, "house:maintenance")] == breaks(
        HOURS, opened(), told("10:00", "appointment_scheduled", for_="sat 10:00")
    )


def test_calendar_days_are_counted_on_the_wall():
    rules = house("""
    [[rule]]
    clause = "house:days"
    event = "closed"
    says = "3 days after the resolution."
    needs = { elapsed = { since = "resolved", time = "3 calendar days" } }
    """)
    resolved = (opened(), told("10:00", "resolved"))

    assert [] == breaks(rules, *resolved, told("thu 10:00", "closed"))
    assert [(3, "house:days")] == breaks(rules, *resolved, told("thu 09:59", "closed"))
    assert [(2, "house:days")] == breaks(rules, opened(), told("thu 10:00", "closed"))


def test_an_instant_that_is_not_stated_breaks_nothing():
    rules = house("""
    [[rule]]
    clause = "house:cancel"
    event = "appointment_cancelled"
    says = "A day ahead, in hours."
    needs = { lead = { field = "for", time = "24 h" }, within = { calendar = "office", field = "for" } }
    """)

    assert [] == breaks(rules, opened(), told("10:00", "appointment_cancelled"))
    assert [(2, "house:cancel")] == breaks(rules, opened(), told("10:00", "appointment_cancelled", for_="11:00"))
