"""Disputes for both sides: the list, a dispute with all that is argued in it, and the form by which one is opened."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.responses import RedirectResponse

from api.bodies import body_of, command_in
from api.entrance import asked
from api.pages.acting import Acting, Filled, around_read, body_read, conditions_of, speaks_for
from api.pages.asked import Done, Text, Word
from api.pages.forms import AroundFilled, Form, Input, said
from api.pages.in_dispute.arguing import COMMANDS, carried_out, kindly
from api.pages.in_dispute.calling import VERDICT_ICONS, clock_title, party_said, verdict_said
from api.pages.in_dispute.disputing import STATE_ICONS, Argument
from api.pages.in_dispute.explaining import example
from api.pages.in_dispute.steps import Attempted, days_inputs
from api.pages.on_ticket.seen import Looked, Seen
from api.pages.paper import PageRoute, page
from api.pages.texts import say
from api.pages.visit import Visit, visit
from api.paging import Cursor, cursor_of, place
from api.problems import Forbidden, Problem
from domain.disputes.commands import OpenDispute
from domain.disputes.events import Party
from domain.disputes.state import State
from domain.instants import moment, seconds
from domain.judgement import Cycle
from domain.refusals import CommandRefused
from projections.disputes import Disputes, Newest, Wanted

router = APIRouter(prefix="/disputes", route_class=PageRoute, include_in_schema=False)

A_PAGE = 50

Readers = Annotated[Visit, visit("tickets:read")]
Arguers = Annotated[Visit, visit("disputes:act")]
Openers = Annotated[Visit, visit("disputes:act", shows_again=True)]


@router.get("")
def disputes(
    visit: Readers,
    state: Literal["", "open", "settled", "withdrawn"] = "",
    party: Literal["", "customer", "vendor"] = "",
    customer: Text = "",
    late: Literal["", "yes"] = "",
    cursor: Cursor = None,
) -> Response:
    """Which tickets are in dispute, how far each has come, and what is awaited; the last opened first."""
    chosen_state: State | None = state or None
    chosen_party: Party | None = party or None
    wanted = Wanted(
        state=chosen_state, party=chosen_party, customer=customer.strip() or None, late=True if late else None
    )
    found = Disputes(visit.view).newest(wanted, after=place(cursor, Newest) if cursor else None, limit=A_PAGE + 1)
    rows = found[:A_PAGE]
    openings = visit.office.openings([one.ticket for one in rows])
    return page(
        visit,
        "disputes",
        rows=rows,
        references={one: reference(visit, one) for one in openings},
        next=cursor_of(Newest(rows[-1].opened_at, rows[-1].dispute)) if len(found) > A_PAGE else None,
        asked={"state": state, "party": party, "customer": customer, "late": late},
        is_narrowed=any((state, party, customer.strip(), late)),
        state_icons=STATE_ICONS,
        party_said=lambda one: party_said(one, visit),
        clock_said=clock_said,
        tickets=visit.tickets,
    )


def reference(visit: Visit, ticket: UUID) -> str:
    """What a ticket is called."""
    return visit.office.ticket(ticket).filed.case or str(ticket)


def clock_said(name: str) -> str:
    """A clock in a list, where agreements differ in what they call it."""
    return name.replace("-", " ")


# --- a new one ----------------------------------------------------------------------------------------------------------


@router.get("/new")
def new(visit: Arguers, ticket: UUID | None = None, clock: Word = None) -> Response:
    """The form by which what a ticket's clocks say is disputed; without a ticket, the list."""
    if ticket is None:
        return RedirectResponse("/disputes", 303)
    return _new(Seen(visit, visit.office.ticket(ticket), Looked()), ticked=frozenset([clock] if clock else ()))


def _new(
    seen: Seen,
    status: int = 200,
    *,
    filled: Mapping[str, str] | None = None,
    ticked: frozenset[str] = frozenset(),
    refused: Problem | None = None,
) -> Response:
    told = filled or {}
    inputs = _opening().inputs
    if filled:
        inputs = [Input(**{**vars(one), "value": told.get(one.name, "")}) for one in inputs]
    choices = [
        (
            field_of(cycle),
            clock_title(cycle[0], seen.judgement.replay.terms.agreement, seen.visit, cycle[1]),
            verdict.value,
            field_of(cycle) in told or cycle[0] in ticked,
        )
        for cycle, verdict in seen.judgement.replay.verdicts().items()
    ]
    return page(
        seen.visit,
        "dispute-new",
        status,
        seen=seen,
        choices=choices,
        inputs=inputs,
        around=AroundFilled.of(filled),
        key=uuid4().hex,
        refused=refused,
        verdict_icons=VERDICT_ICONS,
        verdict_said=lambda one: verdict_said(one, seen.visit),
        speaks_for=speaks_for(seen.visit),
        tickets=seen.visit.tickets,
    )


def field_of(cycle: Cycle) -> str:
    """The field by which a clock in one cycle is chosen."""
    return f"clock.{cycle[0]}.{cycle[1]}"


def _opening() -> Form:
    return Form((Input("reason", say("disputes.field.reason"), "long", required=True), *days_inputs()))


@router.post("/new")
def open_dispute(request: Request, visit: Openers, ticket: Annotated[UUID, Query()], filled: Filled) -> Response:
    """Open a dispute about the clocks that were chosen."""
    seen = Seen(visit, visit.office.ticket(ticket), Looked())
    try:
        conditions = conditions_of(visit, filled)
        chosen = [cycle for cycle in seen.judgement.replay.verdicts() if field_of(cycle) in filled]
        told = said(_opening(), filled, seen.wording.zone) | around_read(filled, seen.wording.zone)
        told["clocks"] = [{"clock": name, "cycle": number} for name, number in chosen]
        body = body_read(body_of(OpenDispute), told)
        outcome = visit.office.open_dispute(ticket, command_in(body, OpenDispute), asked(request, conditions, body))
    except (CommandRefused, Forbidden, RequestValidationError) as error:
        refused = kindly(error, request)
        again = Seen(visit, visit.office.ticket(ticket), Looked())
        return _new(again, refused.status, filled=filled, refused=refused)
    return RedirectResponse(f"/disputes/{outcome.stream}?done=open-dispute#claims", 303)


# --- how it is done -----------------------------------------------------------------------------------------------------


@router.get("/how")
def how(visit: Readers) -> Response:
    """How a dispute is settled with this, for people who are not programmers."""
    return page(
        visit,
        "disputes-how",
        example=example(),
        verdict_icons=VERDICT_ICONS,
        verdict_said=lambda one: verdict_said(one, visit),
    )


# --- one dispute --------------------------------------------------------------------------------------------------------


@router.get("/{dispute}")
def one(dispute: UUID, visit: Readers, done: Done = None) -> Response:
    """A dispute as it stands, or as it stood: what is claimed, answered and ruled, and which claim decides."""
    argument = Argument(visit, visit.office.dispute(dispute))
    return shown(argument, done=done if done in COMMANDS or done == OpenDispute.name else None)


def shown(
    argument: Argument, status: int = 200, *, done: str | None = None, refused: Problem | None = None
) -> Response:
    visit, dispute = argument.visit, argument.dispute
    return page(
        visit,
        "dispute",
        status,
        argument=argument,
        dispute=dispute,
        seen=argument.seen,
        wording=argument.wording,
        seconds=seconds,
        moment=moment,
        state_icons=STATE_ICONS,
        verdict_icons=VERDICT_ICONS,
        late=_late(argument),
        done=done,
        refused=refused,
        speaks_for=speaks_for(visit),
        tickets=visit.tickets,
    )


def _late(argument: Argument) -> frozenset[str]:
    """Which of the times given have run out while somebody was still awaited."""
    dispute, at = argument.dispute, argument.visit.at
    awaited: list[tuple[Literal["answer", "ruling"], bool]] = [
        ("answer", bool(dispute.unanswered)),
        ("ruling", bool(dispute.pending or not dispute.claims)),
    ]
    is_open = dispute.state == "open"
    return frozenset(which for which, is_awaited in awaited if is_open and is_awaited and at >= dispute.until[which])


@router.post("/{dispute}/{command}")
def act(request: Request, dispute: UUID, command: str, visit: Acting, filled: Filled) -> Response:
    """Do what a form asks of a dispute. A refusal shows the page again, with the reason and with all that was filled in."""
    argument = Argument(visit, visit.office.dispute(dispute))
    try:
        carried_out(request, argument, command, filled)
    except (CommandRefused, Forbidden, RequestValidationError) as error:
        refused = kindly(error, request)
        again = Argument(visit, visit.office.dispute(dispute), Attempted(filled.get("form", ""), filled))
        return shown(again, refused.status, refused=refused)
    place = f"claim-{filled['claim']}" if filled.get("claim", "").isdigit() else "claims"
    return RedirectResponse(f"/disputes/{dispute}?done={command}#{place}", 303)
