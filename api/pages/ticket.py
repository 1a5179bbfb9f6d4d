"""The ticket page: what is owed next, every clock, the picture of its life, its history, and what can be done with it now."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.responses import RedirectResponse

from api.pages.acting import Acting, Filled, carried_out, speaks_for, told_kindly
from api.pages.asked import Act, Done
from api.pages.on_ticket.offers import Attempt
from api.pages.on_ticket.owing import clock_lines, deadlines, duties, steps_ahead
from api.pages.on_ticket.seen import Looked, Seen, looked
from api.pages.on_ticket.settling import disputes_about
from api.pages.on_ticket.wording import event_name, spoken, tell, waits_for
from api.pages.paper import PageRoute, page
from api.pages.pictures.timeline import PATTERNS, SIGNS
from api.pages.visit import Visit, visit
from api.problems import Forbidden, Problem, problem
from domain.instants import moment, text
from domain.refusals import CommandRefused
from domain.ticket.commands import COMMANDS, SplitOff

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/tickets/{ticket}")
def ticket(
    request: Request,
    ticket: UUID,
    visit: Annotated[Visit, visit("tickets:read")],
    looked: Annotated[Looked, Depends(looked)],
    second: Annotated[int | None, Query(ge=0, lt=8_000_000_000)] = None,
    done: Done = None,
    act: Act = "",
) -> Response:
    """A ticket as it stands, or as it stood; a customer's people have a page of their own for theirs."""
    if visit.is_customers:
        return RedirectResponse(f"/portal/tickets/{ticket}", 303)
    if second is not None:
        return RedirectResponse(_moved_to(request, second), 303)
    seen = Seen(visit, visit.office.ticket(ticket), looked)
    return shown(seen, done=done if done in COMMANDS else None, attempt=Attempt(act))


def _moved_to(request: Request, second: int) -> str:
    """The slider without scripts sends a bare second; the address shows the instant."""
    told = [(name, value) for name, value in request.query_params.multi_items() if name not in ("second", "as_of")]
    return f"{request.url.path}?{urlencode([*told, ('as_of', text(second))])}"


def shown(
    seen: Seen,
    status: int = 200,
    *,
    done: str | None = None,
    refused: Problem | None = None,
    attempt: Attempt | None = None,
) -> Response:
    """The page of a ticket; with a refusal, what somebody had filled in stands where they left it."""
    judgement, wording = seen.given(seen.judgement), seen.wording
    if seen.is_yet_to_come:
        return page(seen.visit, "not-yet", seen=seen)
    live = seen.is_live
    return page(
        seen.visit,
        "ticket",
        status,
        seen=seen,
        tell=tell,
        spoken=spoken,
        event_name=event_name,
        waits_for=waits_for,
        moment=moment,
        iso=text,
        wording=wording,
        judgement=judgement,
        replay=judgement.replay,
        agreement=judgement.replay.terms.agreement,
        deadlines=deadlines(judgement, wording, live=live),
        steps=steps_ahead(judgement, wording),
        duties=duties(judgement),
        lines=clock_lines(judgement),
        picture=seen.picture(),
        patterns=PATTERNS,
        signs=SIGNS,
        window=seen.window,
        marks=seen.stops,
        beside=seen.beside(),
        choices=seen.readings(),
        offers=seen.offers(attempt),
        done=done,
        refused=refused,
        speaks_for=speaks_for(seen.visit),
        disputes=disputes_about(seen.visit, seen.ticket.id),
    )


@router.post("/tickets/{ticket}/{command}")
def act(request: Request, ticket: UUID, command: str, visit: Acting, filled: Filled) -> Response:
    """Do what a form asks. A refusal shows the page again, with the reason and with all that was filled in."""
    seen = Seen(visit, visit.office.ticket(ticket), Looked())
    try:
        outcome = carried_out(request, seen, command, filled)
    except (CommandRefused, Forbidden, RequestValidationError) as error:
        again = Seen(visit, visit.office.ticket(ticket), Looked())
        told = told_kindly(error, problem(error, request.scope))
        return shown(again, told.status, refused=told, attempt=Attempt(command, filled))
    where = outcome.events[-1].event.ticket if command == SplitOff.name and outcome.events else ticket
    return RedirectResponse(f"/tickets/{where}?done={command}", 303)
