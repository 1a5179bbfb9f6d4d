"""One ticket, read from its own history: how it stands, its clocks, its case file, what could be done with it now."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.answering import answered
from api.answers import Line, reply
from api.entrance import After, AsOf, KnownAt, office
from api.headers import at_position, at_version
from api.histories import TicketAnswer, history, stands
from api.office import Office
from api.permitted import Permission, permissions
from api.problems import problem_responses
from api.timely import TimelyRoute
from domain.answer import Answer, answer
from domain.casefile import CaseDocument
from domain.comparison.given import told_in
from domain.judgement import judge
from domain.terms.readings import read_options

router = APIRouter(prefix="/v1/tickets/{ticket}", tags=["Tickets"], route_class=TimelyRoute)

_PROBLEMS = problem_responses(401, 403, 404, 422, 429, 500, 503)

Readings = Annotated[
    list[Annotated[str, Query(max_length=300)]],
    Query(max_length=50, description="Another reading of a clause, as ID=OPTION; as often as there are readings."),
]


@router.get("", operation_id="getTicket", response_model=TicketAnswer, responses=_PROBLEMS)
def ticket(ticket: UUID, office: Annotated[Office, office("tickets:read")], after: After = None) -> Response:
    """How a ticket stands now, with its clocks; the ETag is the version for the next If-Match."""
    position = office.reached(after)
    found = office.ticket(ticket)
    case = office.case(found)
    told = stands(found, case, office.listed(ticket))
    answered(office, found, case, told_in(told["clocks"]))
    return reply(told, headers=at_version(found.version) | at_position(position))


@router.get("/history", operation_id="getHistory", response_model=list[Line], responses=_PROBLEMS)
def its_history(ticket: UUID, office: Annotated[Office, office("tickets:read")]) -> Response:
    """Every event, in the order in which they were recorded, with who, when, by which command, and the digest that binds it."""
    found = office.ticket(ticket)
    return reply(history(found.envelopes), headers=at_version(found.version))


@router.get("/clocks", operation_id="getClocks", response_model=Answer, responses=_PROBLEMS)
def clocks(
    ticket: UUID,
    office: Annotated[Office, office("tickets:read")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    reading: Readings = [],  # noqa: B006
    all_readings: Annotated[bool, Query(description="Add each single reading that would change a verdict.")] = False,
) -> Response:
    """Every clock of the ticket as of an instant, with what was known by another: the answer of the case file format."""
    found = office.ticket(ticket)
    readings = read_options(reading)
    case = office.case(found, as_of, known_at, readings)
    told = answer(judge(case), all_readings=all_readings)
    answered(office, found, case, told_in(told["clocks"]), as_of, known_at, readings)
    return reply(told, headers=at_version(found.version))


@router.get("/casefile", operation_id="getCaseFile", response_model=CaseDocument, responses=_PROBLEMS)
def casefile(
    ticket: UUID, office: Annotated[Office, office("tickets:read")], as_of: AsOf = None, known_at: KnownAt = None
) -> Response:
    """The ticket in one document, with all that is needed to judge it elsewhere, and to judge it the same."""
    found = office.ticket(ticket)
    return reply(office.case_file(found, office.case(found, as_of, known_at)), headers=at_version(found.version))


@router.get("/permitted", operation_id="getPermitted", response_model=list[Permission], responses=_PROBLEMS)
def permitted(ticket: UUID, office: Annotated[Office, office("tickets:read")]) -> Response:
    """Which commands would be admitted now, from you, and why the others would not."""
    found = office.ticket(ticket)
    return reply(permissions(office.case(found), office), headers=at_version(found.version))
