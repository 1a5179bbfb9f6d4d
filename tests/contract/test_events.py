import json
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.contract.events import ContractEvent, ContractFact, Signed
from domain.contract.facts import Contract
from tests.contract.agreed import contract, fact, micro

EVENT: TypeAdapter[ContractEvent] = TypeAdapter(ContractEvent)
AT = "2024-01-01T09:00:00+01:00"

ONE_OF_EACH: list[dict[str, Any]] = [
    fact(AT, "signed", plan="gold", subscription=True, starts="2024-01-02", until="2024-12-31"),
    fact(AT, "renewed", until="2025-12-31", ordered_on="2024-12-01"),
    fact(AT, "expired", until="2024-12-31"),
    fact(AT, "reduced", until="2024-06-30"),
    fact(AT, "cancelled"),
    fact(AT, "ended", until="2024-06-30"),
    fact(AT, "unpaid"),
    fact(AT, "paid"),
    fact(AT, "product_covered", product="fax", from_="2024-01-01", until="2024-06-30", base="suite"),
    fact(AT, "support_ended", product="suite", on="2024-06-30", declared=False),
    fact(AT, "life_ended", product="suite", on="2024-12-31"),
    fact(AT, "contact_named", id="ada", role="primary-contact", name="Ada"),
    fact(AT, "contact_removed", id="ada", role="primary-contact"),
]


@pytest.mark.parametrize("written", ONE_OF_EACH, ids=lambda written: str(written["event"]))
def test_an_event_of_a_contract_is_written_as_it_was_read(written):
    event = EVENT.validate_python({**written, "recorded_at": "2024-02-01T09:00:00+01:00"})

    stored = json.loads(EVENT.dump_json(event, by_alias=True))

    assert event == EVENT.validate_python(stored)
    assert set(written) <= set(stored)
    assert {name: value for name, value in written.items() if name != "at"}.items() <= stored.items()


def test_every_event_of_a_contract_has_an_example_here():
    union = get_args(get_args(ContractEvent)[0])

    assert [kind.model_fields["event"].default for kind in union] == [one["event"] for one in ONE_OF_EACH]
    assert set(union) == set(ContractFact.__subclasses__())


def test_an_unknown_event_of_a_contract_is_an_error():
    with pytest.raises(ValidationError, match="extended"):
        contract(fact(AT, "extended", until="2024-12-31"))


def test_an_unknown_field_of_a_contracts_event_is_an_error_that_names_it():
    with pytest.raises(ValidationError, match="untill"):
        contract(fact(AT, "signed", untill="2024-12-31"))


def test_an_unknown_field_of_a_contract_is_an_error_that_names_it():
    with pytest.raises(ValidationError, match="colour"):
        Contract.model_validate({"plan": "gold", "colour": "red"})


@pytest.mark.parametrize(
    "backwards",
    [
        fact(AT, "signed", starts="2024-06-01", until="2024-05-31"),
        fact(AT, "product_covered", product="suite", from_="2024-06-01", until="2024-05-31"),
    ],
)
def test_an_order_that_ends_before_it_starts_is_an_error(backwards):
    with pytest.raises(ValidationError, match="lies before the first"):
        contract(backwards)


def test_an_event_without_an_offset_is_an_error():
    with pytest.raises(ValidationError, match="timezone"):
        contract(fact("2024-01-01T09:00:00", "paid"))


def test_an_event_is_known_from_when_it_counted_unless_it_was_recorded_at_another_time():
    signed = contract(fact(AT, "signed"), {**fact(AT, "paid"), "recorded_at": "2024-03-01T09:00:00+01:00"})

    assert 1 == len(signed.known(micro("2024-02-01T09:00:00+01:00")))
    assert 2 == len(signed.known(micro("2024-03-01T09:00:00+01:00")))
    assert 2 == len(signed.known(None))


def test_an_event_counts_in_the_order_in_which_it_took_effect():
    late = contract(fact("2024-03-01T09:00:00Z", "paid"), fact("2024-02-01T09:00:00Z", "unpaid"))

    assert ["unpaid", "paid"] == [one.event for one in late.known(None)]


def test_the_facts_of_a_contract_are_what_rows_ask_for():
    about = contract(asia_pacific=True, hosting="vendor", options=["on-site"], support_expert="ada", region="europe")

    assert {"asia_pacific": True, "hosting": "vendor", "on-site": True, "support_expert": True} == about.facts()
    assert {} == contract().facts()


@pytest.mark.clause("eschat:2")
def test_a_ticket_about_a_server_falls_under_the_plan_bought_for_that_server():
    about = contract(plan="customer-hosted", servers={"north": "customer-hosted-premium"})

    assert "customer-hosted-premium" == about.scope({}, server="north").plan
    assert "customer-hosted" == about.scope({}, server="south").plan
    assert "customer-hosted" == about.scope({}).plan


@pytest.mark.clause("xmpro:3-contacts")
def test_a_contact_acts_from_the_naming_to_the_removal():
    about = contract(
        fact("2024-02-01T09:00:00Z", "contact_named", id="bob", role="primary-contact", name="Bob"),
        fact("2024-02-01T09:00:00Z", "contact_removed", id="ada", role="primary-contact"),
        people=[{"id": "ada", "role": "primary-contact"}, {"id": "ada", "role": "stand-in-contact"}],
    )

    before = about.people_at(micro("2024-01-31T09:00:00Z"))
    after = about.people_at(micro("2024-02-01T09:00:00Z"))

    assert [("ada", "primary-contact"), ("ada", "stand-in-contact")] == [(one.id, one.role) for one in before]
    assert [("ada", "stand-in-contact"), ("bob", "primary-contact")] == [(one.id, one.role) for one in after]


@pytest.mark.clause("numonix-ixcloud:technical-contacts")
def test_a_transfer_of_the_role_counts_once_it_was_notified():
    named = fact("2024-02-01T09:00:00Z", "contact_named", id="bob", role="technical-contact")
    about = contract({**named, "recorded_at": "2024-02-10T09:00:00Z"})
    asked = micro("2024-02-05T09:00:00Z")

    assert () == about.people_at(asked, known_at=asked)
    assert ["bob"] == [one.id for one in about.people_at(asked)]


def test_a_contact_removed_without_a_role_acts_in_none():
    about = contract(
        fact("2024-02-01T09:00:00Z", "contact_removed", id="ada"),
        people=[{"id": "ada", "role": "administrator"}, {"id": "ada", "role": "technical-contact"}],
    )

    assert () == about.people_at(micro("2024-02-01T09:00:00Z"))


def test_the_case_file_says_at_and_the_program_effective_at():
    written = {"at": AT, "event": "signed"}

    assert EVENT.validate_python(written) == Signed(effective_at=EVENT.validate_python(written).effective_at)
