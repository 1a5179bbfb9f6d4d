"""One row a contract."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random

from domain.contract.events import (
    ContactNamed,
    ContractEvent,
    Ended,
    Paid,
    ProductCovered,
    Reduced,
    Renewed,
    Signed,
    Unpaid,
)
from domain.contract.papers import Amended
from domain.contract.standing import standing
from domain.instants import micros, moment
from domain.terms.lookup import find
from projections.contracts import ContractRow
from tests.library import library
from tests.projections.log import LONG_AGO, MONDAY_9, Log, hours, opened

NOW = MONDAY_9 + hours(24)


def row(log: Log, contract: object) -> ContractRow:
    log.runner.catch_up()
    return next(one for one in log.contracts.contracts(NOW) if one.contract == contract)


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


def test_a_contract_is_listed_with_the_cover_of_the_instant_of_asking(log: Log):
    log.publish("imagicle-care")
    chance = Random(7)
    contracts = [log.contract("imagicle-care", *_history(chance), plan="gold", region="europe") for _ in range(40)]
    log.runner.catch_up()
    terms = find("imagicle-care")

    for year in (2022, 2023, 2024, 2025):
        at = datetime(year, 5, 6, 7, tzinfo=UTC)
        listed = {one.contract: one for one in log.contracts.contracts(at)}
        for contract in contracts:
            cover = standing(log.desk.agreed(contract), terms, micros(at)).cover
            until = None if cover.until is None else moment(cover.until)
            told = listed[contract]

            assert (cover.covered, until, at) == (told.covered, told.covered_until, told.as_of)


def _history(chance: Random) -> Iterator[ContractEvent]:
    """Orders, renewals, ends and fees, with days of some years."""

    def day() -> date:
        return date(2021, 1, 1) + timedelta(days=chance.randrange(1800))

    for hour in range(chance.randrange(5)):
        at = LONG_AGO + hours(hour)
        events: list[ContractEvent] = [
            Signed(effective_at=at, starts=date(2021, 1, 1), until=day()),
            Renewed(effective_at=at, until=day(), ordered_on=day()),
            Reduced(effective_at=at, until=day()),
            Ended(effective_at=at, until=day()),
            ProductCovered(effective_at=at, product="fax", until=day()),
            Unpaid(effective_at=at),
            Paid(effective_at=at),
        ]
        yield chance.choice(events)


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

    assert [first] == ids(log.contracts.contracts(NOW, customer="acme", limit=1))
    assert [second] == ids(log.contracts.contracts(NOW, customer="acme", after=first))
    assert [other] == ids(log.contracts.contracts(NOW, agreement="imagicle-care"))
    assert sorted([first, second, other]) == ids(log.contracts.contracts(NOW))


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
