from typing import get_args

import pytest

from domain.contract.commands import (
    COMMANDS,
    Amend,
    Cancel,
    Command,
    ContractCommand,
    CoverProduct,
    DrawUp,
    End,
    EndLife,
    EndSupport,
    Expire,
    NameContact,
    Reduce,
    RemoveContact,
    Renew,
    ReportPaid,
    ReportUnpaid,
    Sign,
)
from domain.contract.facts import Contract
from domain.contract.papers import Amended, ContractEntry, DrawnUp, Paper
from domain.refusals import DoesNotFit
from domain.terms.override import ContractTerms
from tests.contract.office import APRIL, DRAWN_UP, END_OF_MARCH, JANUARY, JUNE, MAY, drawn_up, given

GOLD = DrawUp(agreement="imagicle-care", customer="acme", plan="gold", region="europe")


# --- what a command is ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS.values())
def test_a_command_says_what_its_event_says_in_the_same_words(command):
    beside = {"at", "event", "recorded_at"}

    assert _fields(command) == {name: field for name, field in _fields(command.records).items() if name not in beside}


def test_every_fact_of_a_contract_is_recorded_by_one_command():
    *papers, events = get_args(ContractEntry)

    assert {*papers, *get_args(get_args(events)[0])} == {command.records for command in COMMANDS.values()}
    assert len(COMMANDS) == len(get_args(ContractCommand))


def test_the_paper_holds_all_that_a_case_file_says_of_a_contract_but_its_history():
    assert {*Contract.model_fields} - {"events"} == {*Paper.model_fields} - {"agreement", "readings"}
    assert {name: _fields(Contract)[name] for name in Contract.model_fields if name not in ("customer", "events")} == {
        name: _fields(Paper)[name] for name in Contract.model_fields if name not in ("customer", "events")
    }


def _fields(model):
    fields = model.model_fields.items()
    return {field.alias or name: (field.annotation, field.metadata, field.default) for name, field in fields}


@pytest.mark.parametrize(
    "command",
    [
        Amend(plan="platinum"),
        Sign(),
        Renew(until=END_OF_MARCH),
        Expire(),
        Reduce(until=END_OF_MARCH),
        Cancel(),
        End(),
        ReportUnpaid(),
        ReportPaid(),
        CoverProduct(product="fax"),
        EndSupport(on=END_OF_MARCH),
        EndLife(on=END_OF_MARCH),
        NameContact(id="ada", role="primary-contact"),
        RemoveContact(id="ada"),
    ],
    ids=lambda command: str(command.name),
)
def test_a_contract_that_was_never_drawn_up_can_only_be_drawn_up(command: Command):
    given().when(command).refused(says="never drawn up")


# --- draw-up --------------------------------------------------------------------------------------------------------------


def test_a_contract_is_drawn_up_with_its_facts():
    given().when(GOLD, at=JANUARY).then(drawn_up(at=JANUARY))


def test_drawing_up_the_same_contract_again_records_nothing():
    given(DRAWN_UP).when(GOLD).then()


def test_a_contract_is_drawn_up_once():
    given(DRAWN_UP).when(GOLD.model_copy(update={"plan": "basic"})).refused(says="drawn up already")


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"plan": "golden"}, 'plan: unknown plan "golden"; write "gold"'),
        ({"plan": ""}, "plan: is missing; the plans are basic, gold and platinum"),
        ({"region": "mars"}, 'region: unknown region "mars"'),
        ({"region": ""}, "region: is missing"),
        ({"servers": {"north": "silver"}}, 'servers.north: unknown plan "silver"'),
        ({"readings": {"imagicle-care:on-call/chanel": "from-phone"}}, "readings: unknown reading"),
        ({"readings": {"imagicle-care:on-call/channel": "from-fax"}}, 'has no option "from-fax"'),
        ({"terms": ContractTerms(closures={"moon": ()})}, "terms.closures.moon: unknown"),
    ],
)
def test_a_contract_that_does_not_fit_its_agreement_is_not_drawn_up(facts, says):
    given().when(GOLD.model_copy(update=facts)).refused(DoesNotFit, says=says)


def test_all_that_does_not_fit_is_told_at_once():
    given().when(GOLD.model_copy(update={"plan": "", "region": ""})).refused(DoesNotFit, says="plan: .*; region: ")


@pytest.mark.clause("xima-care:1")
def test_a_contract_may_wait_for_its_plan_where_the_agreement_knows_orders_without_one():
    without_plan = DrawUp(agreement="xima-care", customer="acme", region="na")

    given(agreement="xima-care").when(without_plan, at=JANUARY).then(
        DrawnUp(effective_at=JANUARY, agreement="xima-care", customer="acme", region="na")
    )


# --- amend ----------------------------------------------------------------------------------------------------------------


def test_an_amendment_says_only_what_is_new():
    given(DRAWN_UP).when(Amend(plan="platinum", support_expert="eve")).then(
        Amended(effective_at=MAY, plan="platinum", support_expert="eve")
    )


def test_an_amendment_that_does_not_fit_the_agreement_is_refused():
    given(DRAWN_UP).when(Amend(plan="golden")).refused(DoesNotFit, says='unknown plan "golden"')


def test_an_amendment_that_changes_nothing_is_not_recorded():
    given(DRAWN_UP).when(Amend(plan="gold")).then()
    given(DRAWN_UP).when(Amend()).then()
    given(DRAWN_UP, Amended(effective_at=APRIL, releases=("8.1",))).when(Amend(releases=("8.1",))).then()


def test_going_back_to_a_former_plan_is_news():
    platinum = Amended(effective_at=APRIL, plan="platinum")

    given(DRAWN_UP, platinum).when(Amend(plan="gold"), at=JUNE).then(Amended(effective_at=JUNE, plan="gold"))


def test_an_amendment_that_counts_from_before_another_is_news():
    platinum = Amended(effective_at=JUNE, plan="platinum")

    given(DRAWN_UP, platinum).when(Amend(plan="platinum"), at=MAY).then(Amended(effective_at=MAY, plan="platinum"))
