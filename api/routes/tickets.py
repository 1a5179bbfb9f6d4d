"""Lists of tickets, the queue, and how agreements were kept: what the read models know."""

from collections.abc import Callable, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from api.answers import AsObject, reply
from api.entrance import After, Word, office
from api.headers import at_position
from api.office import Office
from api.paging import Cursor, Limit, next_of, place
from api.problems import problem_responses
from api.timely import TimelyRoute
from domain.instants import Instant
from domain.terms.conditions import Status
from domain.ticket.events import WaitReason
from projections.tickets import Newest, TicketRow, Urgent, Wanted

router = APIRouter(prefix="/v1", tags=["Tickets"], route_class=TimelyRoute)

_PROBLEMS = problem_responses(400, 401, 403, 422, 429, 500, 503)


class Kept(TypedDict):
    """How clocks that started in a month (UTC) ended, or stand."""

    agreement: str
    plan: str
    severity: int
    clock: str
    month: str
    met: int
    breached: int
    excused: int
    open: int


class TicketList(BaseModel):
    """A part of a list of tickets."""

    tickets: list[Annotated[TicketRow, AsObject()]]
    next: str | None = Field(description="The cursor of the next part; null where this is the last.")


async def wanted(
    customer: Word = None,
    contract: UUID | None = None,
    agreement: Word = None,
    plan: Word = None,
    severity: Annotated[int | None, Query(ge=1, le=99)] = None,
    status: Annotated[list[Status] | None, Query(max_length=10, description="One of these.")] = None,
    waiting_on: WaitReason | None = None,
    assignee: Word = None,
    breached: Annotated[bool | None, Query(description="Whether any of its clocks is breached by now.")] = None,
    opened_from: Instant | None = None,
    opened_to: Annotated[Instant | None, Query(description="Before this instant.")] = None,
) -> Wanted:
    return Wanted(
        customer=customer,
        contract=contract,
        agreement=agreement,
        plan=plan,
        severity=severity,
        status=None if status is None else tuple(status),
        waiting_on=waiting_on,
        assignee=assignee,
        breached=breached,
        opened_from=opened_from,
        opened_to=opened_to,
    )


@router.get("/tickets", operation_id="listTickets", response_model=TicketList, responses=_PROBLEMS)
def tickets(
    office: Annotated[Office, office("tickets:read")],
    filters: Annotated[Wanted, Depends(wanted)],
    cursor: Cursor = None,
    limit: Limit = 50,
    after: After = None,
) -> Response:
    """Tickets, the last opened first."""
    position = office.reached(after)
    found = office.tickets(filters, after=place(cursor, Newest) if cursor else None, limit=limit)
    return _part(office, found, limit, position, lambda last: Newest(last.opened_at, last.ticket))


@router.get("/queue", operation_id="getQueue", response_model=TicketList, responses=_PROBLEMS)
def queue(
    office: Annotated[Office, office("tickets:read")],
    filters: Annotated[Wanted, Depends(wanted)],
    cursor: Cursor = None,
    limit: Limit = 50,
    after: After = None,
) -> Response:
    """The open tickets, the next to be breached first; before that goes which plans an agreement serves first."""
    position = office.reached(after)
    found = office.queue(filters, after=place(cursor, Urgent) if cursor else None, limit=limit)
    return _part(office, found, limit, position, lambda last: Urgent(last.plan_class, last.next_breach_at, last.ticket))


@router.get(
    "/reports/kept",
    operation_id="reportKept",
    tags=["Reports"],
    response_model=list[Kept],
    responses=_PROBLEMS,
)
def kept(office: Annotated[Office, office("reports:read")], after: After = None) -> Response:
    """What was met, breached, excused and is still open, by agreement, plan, severity, clock and the month of its start (UTC).

    Of a customer's people it is for the primary and the stand-in contact, and for whom else a key or token names the right.
    """
    position = office.reached(after)
    lines = [
        {**one.by, "met": one.met, "breached": one.breached, "excused": one.excused, "open": one.open}
        for one in office.kept()
    ]
    return reply(lines, headers=at_position(position))


def _part(
    office: Office,
    found: Sequence[TicketRow],
    limit: int,
    position: int,
    place_of: Callable[[TicketRow], Newest | Urgent],
) -> Response:
    rows = [one._asdict() | {"breached": one.is_breached(office.at)} for one in found]
    goes_on = next_of(found, limit, place_of)
    return reply({"tickets": rows, "next": goes_on}, headers=at_position(position))
