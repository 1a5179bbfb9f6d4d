from tests.conduct.told import around, breaks, broken, house, opened, told

GROUNDS = house("""
[[ground]]
clause = "house:database"
says = "Direct access to the database is not supported."

[[ground]]
clause = "house:network"
says = "The network is not ours, once it was found at fault."
needs = { seen = [{ event = "found", is = { cause = "network performance" } }] }

[[ground]]
clause = "house:system"
says = "A system below the requirements is not worked on; the record says which."
causes = ["below requirements", "other server"]
needs = { given = ["cause"] }

[[ground]]
clause = "house:hosting"
says = "Changes of the environment are ours where we host."
causes = "environment change"
needs = { none_of = [{ fact = { hosting = "vendor" } }] }

[[ground]]
clause = "house:hosting"
says = "New requirements are not included."
causes = "new requirements"

[[ground]]
clause = "house:reports"
kind = "quote"
reading = { "house:reports/custom" = "answered-first" }
says = "A custom report is quoted for once the request was answered."
needs = { seen = "responded" }
""")
READ = around(readings={"house:reports/custom": "answered-first"})


def declined(clause: str | None, cause: str | None = None, *before, under=READ):
    return breaks(GROUNDS, opened(), *before, told("12:00", "declined", clause=clause, cause=cause), under=under)


def test_a_ticket_is_declined_on_a_ground_of_the_agreement():
    assert [] == declined("house:database")


def test_a_clause_that_is_no_ground_carries_nothing():
    (found,) = broken(GROUNDS, opened(), told("12:00", "declined", clause="house:closing"), under=READ)

    assert (2, "house:closing") == (found.event, found.clause)
    assert "house:closing is no ground for declining" == found.detail


def test_declining_without_a_clause_is_irregular_whatever_was_agreed():
    assert [(2, "casefile:declined")] == declined(None)
    assert [(2, "casefile:declined")] == breaks(house(""), opened(), told("12:00", "declined"))


def test_an_agreement_that_names_no_grounds_judges_no_clause():
    assert [] == breaks(house(""), opened(), told("12:00", "declined", clause="house:1"))


def test_a_ground_that_hangs_on_a_finding_needs_it_first():
    assert [(2, "house:network")] == declined("house:network")
    assert [] == declined("house:network", None, told("11:00", "found", cause="network-performance"))


def test_a_cause_that_the_ground_does_not_know_is_irregular():
    (found,) = broken(GROUNDS, opened(), told("12:00", "declined", clause="house:system", cause="mood"), under=READ)

    assert "the cause mood is none of: below requirements, other server" == found.detail
    assert [] == declined("house:system", "Other Server")


def test_a_ground_may_ask_for_its_cause():
    assert [(2, "house:system")] == declined("house:system")


def test_of_several_grounds_of_one_clause_the_cause_chooses():
    def hosted(by: str, cause: str):
        return declined("house:hosting", cause, under=around(facts={"hosting": by}))

    assert [(2, "house:hosting")] == hosted("vendor", "environment change")
    assert [] == hosted("customer", "environment change")
    assert [] == hosted("vendor", "new requirements")


def test_where_it_is_not_known_who_hosts_the_ground_may_hold():
    assert [] == declined("house:hosting", "environment change", under=around())


def test_a_ground_of_one_reading_names_it():
    (found,) = broken(GROUNDS, opened(), told("12:00", "declined", clause="house:reports"), under=READ)

    assert ("house:reports/custom",) == found.readings
    assert [] == declined("house:reports", None, told("11:00", "responded"))
