"""One row a contract."""

from datetime import UTC, date, datetime
from uuid import uuid4

from domain.contract.events import ContactNamed, Paid, Signed, Unpaid
from domain.contract.papers import Amended
from projections.contracts import ContractRow
from tests.library import library
from tests.projections.log import LONG_AGO, MONDAY_9, Log, hours, opened


def row(log: Log, contract: object) -> ContractRow:
    log.runner.catch_up()
    found = log.contracts.contract(contract)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_contract_has_one_row_with_its_facts_and_without_its_people(log: Log):
    log.publish("imagicle-care")
    contract = log.contract(
        "imagicle-care",
        Signed(effective_at=LONG_AGO, starts=date(2020, 1, 1), until=date(2026, 12, 31)),
        ContactNamed(effective_at=LONG_AGO, id="ada", role="technical-contact", name="Ada Lovelace"),
        plan="gold",
        region="europe",
        options=("on-site",),
        support_expert="Grace Hopper",
    )

    told = row(log, contract)

    assert ("acme", "imagicle-care", "gold", "europe", 3) == (*told[1:5], told.version)
    assert (True, datetime(2026, 12, 31, 23, tzinfo=UTC)) == (told.covered, told.covered_until)
    assert ["on-site"] == told.facts["options"]
    assert "Ada" not in str(log.everything())
    assert "Grace" not in str(log.everything())


def test_a_contract_shows_since_when_fees_are_unpaid(log: Log):
    log.publish("imagicle-care")
    contract = log.contract("imagicle-care", plan="gold", region="europe")

    log.on_contract(contract, Unpaid(effective_at=MONDAY_9), Unpaid(effective_at=MONDAY_9 + hours(1)))

    assert MONDAY_9 == row(log, contract).unpaid_since

    log.on_contract(contract, Paid(effective_at=MONDAY_9 + hours(2)))

    assert row(log, contract).unpaid_since is None


def test_a_change_of_plan_shows_and_leaves_the_tickets_opened_before_as_they_were(log: Log):
    log.publish("imagicle-care")
    contract = log.contract("imagicle-care", plan="gold", region="europe")
    before = log.ticket(contract, opened())

    log.on_contract(contract, Amended(effective_at=MONDAY_9 + hours(1), plan="platinum"))
    after = log.ticket(contract, opened(MONDAY_9 + hours(2)))

    assert "platinum" == row(log, contract).plan
    assert ("gold", "platinum") == (log.row(before).plan, log.row(after).plan)


def test_contracts_are_listed_page_by_page_to_their_customer(log: Log):
    log.publish("imagicle-care", "numonix-ixcloud")
    first, second = sorted(log.contract("numonix-ixcloud", plan="saas") for _ in range(2))
    other = log.contract("imagicle-care", plan="gold", region="europe", customer="other")
    log.runner.catch_up()

    def ids(rows: list[ContractRow]) -> list[object]:
        return [one.contract for one in rows]

    assert [first] == ids(log.contracts.contracts(customer="acme", limit=1))
    assert [second] == ids(log.contracts.contracts(customer="acme", after=first))
    assert [other] == ids(log.contracts.contracts(agreement="imagicle-care"))
    assert sorted([first, second, other]) == ids(log.contracts.contracts())
    assert log.contracts.contract(other, "acme") is None
    assert log.contracts.contract(uuid4()) is None


def test_a_contract_is_judged_by_the_version_of_its_agreement_that_is_in_force(log: Log):
    """A version that drops the clause about fees is published; the contract's row follows, though nothing happened to it."""
    log.publish("imagicle-care")
    contract = log.contract("imagicle-care", Unpaid(effective_at=MONDAY_9), plan="gold", region="europe")
    assert not row(log, contract).covered

    document = dict(library().agreements["imagicle-care"])
    entitlement = {name: row for name, row in document["entitlement"].items() if name != "fees"}
    document |= {"version": "4.2", "valid_from": "2024-01-01", "entitlement": entitlement}
    log.desk.publish_agreement(log.publishing(document))

    assert row(log, contract).covered
