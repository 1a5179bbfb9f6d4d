from domain.ticket.history import Person
from tests.conduct.told import around, breaks, broken, house, opened, told

CLOSING = house("""
[[rule]]
clause = "house:closing"
event = "closed"
says = "A ticket is closed by whoever logged it or by the service manager."
remedy = "have one of them close it"
needs = { any_of = [{ by_logger = "opener" }, { by = "service-manager" }] }
""")
REGISTERED = house("""
[[rule]]
clause = "house:closing"
event = "closed"
says = "A ticket is closed by whoever registered it."
needs = { by_logger = "registrar" }
""")
ESCALATING = house("""
[[rule]]
clause = "house:escalation"
event = "escalated"
says = "On the customer's side a technical contact escalates."
where = { by = "customer-side" }
needs = { by = "technical-contact" }
""")
NO_END_USERS = house("""
[[rule]]
clause = "house:users"
event = "opened"
says = "End users do not report."
needs = { not_by = "end-user" }
""")
AGREED = house("""
[[rule]]
clause = "house:agreed"
event = "accepted"
says = "Both sides agree on the severity."
needs = { both_sides = "agreed_by" }
""")


def test_the_role_that_logged_a_ticket_may_close_it():
    assert [] == breaks(CLOSING, opened(by="customer"), told("10:00", "closed", "customer"))


def test_somebody_else_may_not_close_it():
    assert [(2, "house:closing")] == breaks(CLOSING, opened(by="customer"), told("10:00", "closed", "agent"))


def test_an_irregularity_says_what_is_demanded_what_was_found_and_what_to_do_instead():
    (found,) = broken(CLOSING, opened(by="customer"), told("10:00", "closed", "agent"))

    assert "A ticket is closed by whoever logged it or by the service manager." == found.says
    assert "done by agent, logged by customer; done by agent" == found.detail
    assert "have one of them close it" == found.remedy


def test_a_closing_by_nobody_known_breaks_nothing():
    assert [] == breaks(CLOSING, opened(by="customer"), told("10:00", "closed"))


def test_a_closing_of_a_ticket_that_nobody_known_opened_breaks_nothing():
    assert [] == breaks(CLOSING, opened(), told("10:00", "closed", "agent"))


def test_two_people_of_one_role_are_told_apart_by_their_ids():
    ann, bob = Person(id="ann", role="customer"), Person(id="bob", role="customer")

    assert [] == breaks(CLOSING, opened(by=ann), told("10:00", "closed", ann))
    assert [(2, "house:closing")] == breaks(CLOSING, opened(by=ann), told("10:00", "closed", bob))


def test_a_person_without_a_known_id_is_recognized_by_the_role():
    assert [] == breaks(CLOSING, opened(by=Person(id="ann", role="customer")), told("10:00", "closed", "customer"))


def test_the_registrar_is_whoever_logged_the_ticket_correctly():
    logged = (opened(by="customer"), told("09:30", "correctly_logged", "agent"))

    assert [] == breaks(REGISTERED, *logged, told("10:00", "closed", "agent"))
    assert [(3, "house:closing")] == breaks(REGISTERED, *logged, told("10:00", "closed", "customer"))


def test_a_rule_of_one_side_leaves_the_other_side_alone():
    assert [] == breaks(ESCALATING, opened(), told("10:00", "escalated", "agent"))
    assert [] == breaks(ESCALATING, opened(), told("10:00", "escalated", "technical-contact"))
    assert [] == breaks(ESCALATING, opened(), told("10:00", "escalated"))
    assert [(2, "house:escalation")] == breaks(ESCALATING, opened(), told("10:00", "escalated", "end-user"))


def test_a_role_that_is_excluded_breaks_the_rule_and_an_unknown_one_does_not():
    assert [(1, "house:users")] == breaks(NO_END_USERS, opened(by="end-user"))
    assert [] == breaks(NO_END_USERS, opened(by="administrator"))
    assert [] == breaks(NO_END_USERS, opened())


def test_both_sides_have_agreed_where_the_actor_and_those_named_stand_on_both():
    assert [] == breaks(AGREED, opened(), told("10:00", "accepted", "agent", agreed_by=["technical-contact"]))
    assert [] == breaks(AGREED, opened(), told("10:00", "accepted", agreed_by=["customer", "vendor"]))


def test_one_side_alone_has_not_agreed():
    assert [(2, "house:agreed")] == breaks(AGREED, opened(), told("10:00", "accepted", "agent"))
    assert [(2, "house:agreed")] == breaks(AGREED, opened(), told("10:00", "accepted"))


def test_somebody_known_by_name_only_may_stand_on_either_side():
    assert [] == breaks(AGREED, opened(), told("10:00", "accepted", "agent", agreed_by="Ms Novak"))


def test_a_rule_of_another_plan_or_reading_is_not_asked():
    rules = house("""
    [[rule]]
    clause = "house:1"
    event = "session_held"
    plan = "basic"
    reading = { "house:1/remote" = "refused" }
    says = "No remote sessions."
    forbidden = true
    """)
    session = (opened(), told("10:00", "session_held", kind="remote"))

    def under(plan: str, option: str) -> list[tuple[object, str]]:
        return breaks(rules, *session, under=around(plan, readings={"house:1/remote": option}))

    assert [(2, "house:1")] == under("basic", "refused")
    assert [] == under("gold", "refused")
    assert [] == under("basic", "allowed")
