"""The days that a contract names lie where instants do; what was recorded before that was so is still read and reckoned with."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, get_args
from uuid import UUID

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from domain.contract.commands import COMMANDS, ContractCommand
from domain.contract.events import ContractEvent, ContractFact, Renewed
from domain.contract.facts import Contract
from domain.contract.standing import standing
from domain.desk.envelope import Envelope
from domain.instants import LAST_DAY, micros
from domain.misreadings import misreadings
from domain.terms.lookup import find
from tests.contract.agreed import IMAGICLE, ask, fact
from tests.desk.given import clerk, hour

AT = "2024-01-01T09:00:00+01:00"
NO_END = "9999-12-31"

EVENT: TypeAdapter[ContractEvent] = TypeAdapter(ContractEvent)
NEEDED = {"at": AT, "until": "2024-12-31", "on": "2024-12-31", "product": "fax"}


def _days(models: list[type[BaseModel]]) -> Iterator[tuple[type[BaseModel], str]]:
    """Every field of some models that is a day."""
    for model in models:
        for name, field in model.model_fields.items():
            if date in (
                field.annotation,
                *(part for one in get_args(field.annotation) for part in (one, *get_args(one))),
            ):
                yield model, field.alias or name


DAYS = list(_days([*COMMANDS.values(), *ContractFact.__subclasses__()]))


@pytest.mark.parametrize(("model", "field"), DAYS, ids=lambda one: one if isinstance(one, str) else one.__name__)
@pytest.mark.parametrize(
    ("day", "says"),
    [
        (NO_END, "9999-12-31 lies after 2199-12-31; name a day up to that, or none where no end is known"),
        ("0001-01-01", "0001-01-01 lies before 1970-01-01; name that day or a later one"),
        (0, "write a day such as 2024-03-28, not 0"),
    ],
)
def test_a_day_that_no_calendar_reaches_is_refused_with_what_to_write(model, field, day, says):
    names = {one.alias or name for name, one in model.model_fields.items()}
    told = {**{name: value for name, value in NEEDED.items() if name in names}, field: day}

    with pytest.raises(ValidationError) as refused:
        model.model_validate(told, by_alias=True, by_name=False)

    assert f"{field}: {says}" == misreadings(refused.value, told, model)


def test_every_command_and_fact_about_days_is_asked_here():
    assert {"Sign", "Renew", "Expire", "Reduce", "End", "CoverProduct", "EndSupport", "EndLife"} <= {
        model.__name__ for model, _ in DAYS
    }
    assert set(get_args(ContractCommand)) == set(COMMANDS.values())


@pytest.mark.parametrize(
    "written",
    [
        fact(AT, "signed", starts="0001-01-01", until=NO_END),
        fact(AT, "signed", until=NO_END),
        fact(AT, "renewed", until=NO_END),
        fact(AT, "expired", until=NO_END),
        fact(AT, "reduced", until=NO_END),
        fact(AT, "ended", until=NO_END),
        fact(AT, "product_covered", product="suite", from_="0001-01-01", until=NO_END),
        fact(AT, "support_ended", on=NO_END),
        fact(AT, "life_ended", on=NO_END),
    ],
    ids=lambda written: str(written["event"]),
)
def test_what_was_stored_with_such_a_day_covers_up_to_the_last_one_that_there_is(written):
    signed = fact(AT, "signed", starts="2023-01-01", until="2024-12-31")
    stored = [EVENT.validate_json(json.dumps(one), by_alias=True) for one in (signed, written)]
    about = Contract(plan="gold", events=tuple(stored))

    for product in (None, "suite"):
        assert ask(IMAGICLE, about, "2024-06-01T09:00:00+02:00", product=product).covered


def test_a_contract_on_file_with_such_a_day_stands_and_goes_on():
    desk = clerk()
    contract = desk.contract("imagicle-care", plan="gold", region="europe")
    before = list(desk.desk.stream(contract))
    renewed = Renewed.model_construct(effective_at=hour(-24), until=date.max)
    desk.desk.save(_next(contract, before, renewed))

    assert LAST_DAY == list(desk.desk.stream(contract))[-1].event.until
    stands = standing(desk.desk.agreed(contract), find("imagicle-care"), micros(hour(0)))
    assert (True, datetime.fromisoformat("2200-01-01T00:00:00+01:00").timestamp()) == (
        stands.cover.covered,
        stands.cover.until,
    )
    assert ["opened"] == desk.history(desk.opened(contract))


def _next(contract: UUID, before: list[Envelope], event: Any) -> Envelope:
    last = before[-1]
    return last._replace(originator_version=last.originator_version + 1, event=event, previous=last.digest, digest="")
