"""Contracts: put on file, changed by commands, and how they stand."""

from collections.abc import Callable
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query, Request, Response
from pydantic import BaseModel
from typing_extensions import TypedDict

from api.answers import AsObject, Done, Line, done, reply
from api.bodies import AboutContract, Around, StrictRoute, body_of, command_in, taking
from api.conditions import Conditions, once, once_on_version
from api.entrance import After, AsOf, KnownAt, Word, asked, office
from api.headers import at_position, at_version
from api.histories import history
from api.names import camel, words
from api.office import Office
from api.paging import Cursor, Limit, next_of, place
from api.problems import problem_responses
from api.routes.examples import AROUND, ON_CONTRACTS, PAPER
from domain.contract.commands import COMMANDS, ContractCommand, DrawUp
from domain.contract.cover import Cover, OrderWait
from domain.contract.facts import ContractPerson
from domain.contract.papers import Paper
from domain.instants import text
from domain.terms.conduct import Guide, proposed_severity
from projections.contracts import ContractRow

_PROBLEMS = problem_responses(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503)
_PROBLEMS_ON_VERSION = _PROBLEMS | problem_responses(412, 428)
_READING = problem_responses(400, 401, 403, 404, 422, 429, 500, 503)

router = APIRouter(prefix="/v1/contracts", tags=["Contracts"], route_class=StrictRoute)


class DrawUpContract(DrawUp, AboutContract):
    """What both sides agreed on."""


@router.post("", operation_id="drawUpContract", status_code=201, response_model=Done, responses=_PROBLEMS)
def draw_up(
    request: Request,
    conditions: Annotated[Conditions, Depends(once)],
    office: Annotated[Office, office("contracts:act")],
    body: Annotated[DrawUpContract, Body(openapi_examples={"gold": {"value": PAPER}})],
) -> Response:
    """Put a new contract on file, with the facts that select the terms of its tickets.

    A contract for which no order is on file counts as in force; once one is (`sign`), orders, renewals and ends say when it is.
    """
    outcome = office.draw_up(command_in(body, DrawUp), asked(request, conditions, body))
    return done("contract", outcome, 201)


class CoverAnswer(TypedDict):
    """Whether a ticket could be opened, on which clause, and until when as far as that is known."""

    covered: bool
    why: str
    clause: str | None
    until: str | None
    readings: list[str]
    assumptions: list[str]


class FeeAnswer(TypedDict):
    """What a renewal after the days of grace owes."""

    fee: str
    years: int
    ordered_on: date
    clause: str


class OrderWaitAnswer(TypedDict):
    """An order that names no plan waits; its rejection is to be told by `notice_due`."""

    since: str
    notice_due: str
    clause: str
    assumptions: list[str]


class ContractAnswer(TypedDict):
    """A contract as it stands at an instant."""

    contract: UUID
    version: int
    paper: Paper
    cover: CoverAnswer
    is_paid: bool
    late_fees: list[FeeAnswer]
    order_wait: OrderWaitAnswer | None
    people: list[ContractPerson]


class ContractList(BaseModel):
    """A part of the list of contracts."""

    contracts: list[Annotated[ContractRow, AsObject()]]
    next: str | None


class Proposal(TypedDict):
    """The severity that the agreement's guides propose, null where nothing speaks for one, and the guides that speak."""

    severity: int | None
    guides: list[Guide]


@router.get("", operation_id="listContracts", response_model=ContractList, responses=_READING)
def contracts(
    office: Annotated[Office, office("contracts:read")],
    agreement: Word = None,
    cursor: Cursor = None,
    limit: Limit = 50,
    after: After = None,
) -> Response:
    """Contracts as they are on file, without people; whether they cover, and until when, as of now."""
    position = office.reached(after)
    found = office.contracts(agreement, after=place(cursor, UUID) if cursor else None, limit=limit)
    goes_on = next_of(found, limit, lambda last: last.contract)
    rows = [one._asdict() for one in found]
    return reply({"contracts": rows, "next": goes_on}, headers=at_position(position))


@router.get("/{contract}", operation_id="getContract", response_model=ContractAnswer, responses=_READING)
def contract(
    contract: UUID, office: Annotated[Office, office("contracts:read")], as_of: AsOf = None, known_at: KnownAt = None
) -> Response:
    """How a contract stands: what it says, whether it covers and until when, what is owed, who speaks for the customer."""
    agreed = office.agreed(contract)
    standing = office.standing(agreed, as_of, known_at)
    told = ContractAnswer(
        contract=contract,
        version=agreed.version,
        paper=standing.paper,
        cover=_cover(standing.cover),
        is_paid=standing.is_paid,
        late_fees=[
            FeeAnswer(fee=one.fee, years=one.years, ordered_on=one.ordered_on, clause=one.clause)
            for one in standing.late_fees
        ],
        order_wait=_order_wait(standing.order_wait) if standing.order_wait else None,
        people=list(standing.people),
    )
    return reply(told, headers=at_version(agreed.version))


@router.get("/{contract}/history", operation_id="getContractHistory", response_model=list[Line], responses=_READING)
def its_history(contract: UUID, office: Annotated[Office, office("contracts:read")]) -> Response:
    """Everything on file about a contract, in the order in which it was recorded."""
    envelopes = office.contract_history(contract)
    return reply(history(envelopes), headers=at_version(len(envelopes)))


@router.get("/{contract}/severity", operation_id="proposeSeverity", response_model=Proposal, responses=_READING)
def severity(
    contract: UUID,
    office: Annotated[Office, office("contracts:read")],
    category: Word = None,
    loss: Annotated[
        float | None, Query(ge=0, le=100, allow_inf_nan=False, description="Of the service, in percent.")
    ] = None,
    workaround: Annotated[
        bool | None, Query(description="Whether there is one with which work goes on tolerably.")
    ] = None,
) -> Response:
    """Which severity the agreement proposes for an issue, and which of its guides say so."""
    guides = office.guides(office.agreed(contract), category=category, loss=loss, workaround=workaround)
    return reply(Proposal(severity=proposed_severity(guides), guides=list(guides)))


def _cover(cover: Cover) -> CoverAnswer:
    return CoverAnswer(
        covered=cover.covered,
        why=cover.why,
        clause=cover.clause,
        until=None if cover.until is None else text(cover.until),
        readings=sorted(cover.readings),
        assumptions=sorted(cover.assumes),
    )


def _order_wait(wait: OrderWait) -> OrderWaitAnswer:
    return OrderWaitAnswer(
        since=text(wait.since), notice_due=text(wait.notice_due), clause=wait.clause, assumptions=sorted(wait.assumes)
    )


def _route(command: type[ContractCommand]) -> Callable[..., Response]:
    model = body_of(command, AboutContract)

    def act(
        request: Request,
        contract: UUID,
        conditions: Annotated[Conditions, Depends(once_on_version)],
        office: Annotated[Office, office("contracts:act")],
        body: Around | None,
    ) -> Response:
        said = body or model()
        return done(
            "contract", office.on_contract(contract, command_in(said, command), asked(request, conditions, said))
        )

    return taking(act, model, ON_CONTRACTS.get(command.name, AROUND))


for _name, _command in COMMANDS.items():
    if _command is not DrawUp:
        router.add_api_route(
            f"/{{contract}}/{_name}",
            _route(_command),
            methods=["POST"],
            operation_id=camel(f"contract-{_name}"),
            summary=words(_name),
            description=_command.__doc__,
            response_model=Done,
            responses=_PROBLEMS_ON_VERSION,
        )
