"""Everything that can be asked of a ticket: one route a command, made from the command itself."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Request, Response

from api.answers import Done, done
from api.bodies import Around, StrictRoute, UnderContract, body_of, command_in, taking
from api.conditions import Conditions, once, once_on_version
from api.entrance import asked, office
from api.names import camel, words
from api.office import Office
from api.ordering import RIGHTS
from api.problems import problem_responses
from api.routes.examples import AROUND, ISSUE, ON_TICKETS
from api.straight import CommandRoute
from domain.ticket.commands import COMMANDS, Open, TicketCommand

_MAKE_TICKETS = ("open", "split-off")

_PROBLEMS = problem_responses(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503)
_PROBLEMS_ON_VERSION = _PROBLEMS | problem_responses(412, 428)

router = APIRouter(prefix="/v1/tickets", tags=["Commands on tickets"], route_class=StrictRoute)


class OpenTicket(Open, UnderContract):
    """A new issue, and the contract under which it is reported."""


class SplitIssue(Open, Around):
    """The secondary issue as it is reported; `origin` is left out, it is this ticket."""


@router.post("", operation_id="openTicket", status_code=201, response_model=Done, responses=_PROBLEMS)
def open_ticket(
    request: Request,
    conditions: Annotated[Conditions, Depends(once)],
    office: Annotated[Office, office("tickets:act")],
    body: Annotated[
        OpenTicket,
        Body(openapi_examples={"issue": {"value": {"contract": "5c1f8d2e-0f2b-4a61-9d0e-6a3b1c2d4e5f", **ISSUE}}}),
    ],
) -> Response:
    """Report an issue: from here on there is a ticket, if the contract covers it."""
    outcome = office.open(body.contract, command_in(body, Open), asked(request, conditions, body))
    return done("ticket", outcome, 201)


@router.post(
    "/{ticket}/split-off",
    operation_id="splitOff",
    status_code=201,
    response_model=Done,
    responses=_PROBLEMS_ON_VERSION,
)
def split_off(
    request: Request,
    ticket: UUID,
    conditions: Annotated[Conditions, Depends(once_on_version)],
    office: Annotated[Office, office("tickets:act")],
    body: Annotated[SplitIssue, Body(openapi_examples={"issue": {"value": ISSUE}})],
) -> Response:
    """Make a secondary issue a ticket of its own, under the same contract; its place is in Location."""
    outcome = office.split(ticket, command_in(body, Open), asked(request, conditions, body))
    return done("ticket", outcome, 201, made=outcome.events[0].event.ticket)


def _route(command: type[TicketCommand], model: type[Around]) -> Callable[..., Response]:
    def act(
        request: Request,
        ticket: UUID,
        conditions: Annotated[Conditions, Depends(once_on_version)],
        office: Annotated[Office, office(RIGHTS.get(command.name, "tickets:act"))],
        body: Around | None,
    ) -> Response:
        said = body or model()
        return done("ticket", office.execute(ticket, command_in(said, command), asked(request, conditions, said)))

    return taking(act, model, ON_TICKETS.get(command.name, AROUND))


for _name, _command in COMMANDS.items():
    if _name not in _MAKE_TICKETS:
        _model = body_of(_command)
        router.add_api_route(
            f"/{{ticket}}/{_name}",
            _route(_command, _model),
            route_class_override=CommandRoute.of(_model),
            methods=["POST"],
            operation_id=camel(_name),
            summary=words(_name),
            description=_command.__doc__,
            response_model=Done,
            responses=_PROBLEMS_ON_VERSION,
        )
