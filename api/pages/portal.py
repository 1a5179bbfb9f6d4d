"""What a customer's people see: their tickets, what is owed to them in plain words, and what they can do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, NamedTuple
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from markupsafe import Markup
from psycopg.sql import SQL
from starlette.responses import RedirectResponse

from api.bodies import UnderContract, body_of, command_in
from api.conditions import Conditions
from api.entrance import asked
from api.pages.acting import Acting, Filled, body_read, carried_out, conditions_of, told_kindly
from api.pages.asked import Act, Done
from api.pages.forms import Form, Input, Surroundings, form_of, label, said
from api.pages.on_ticket.discretion import internal
from api.pages.on_ticket.offers import Attempt, offered, plainly
from api.pages.on_ticket.owing import clock_lines, duties, left
from api.pages.on_ticket.seen import Looked, Seen, looked
from api.pages.on_ticket.settling import disputes_about
from api.pages.on_ticket.wording import first_line, spoken, tell, waits_for
from api.pages.paper import PageRoute, page
from api.pages.pictures.timeline import PATTERNS, SIGNS
from api.pages.texts import knows, say
from api.pages.visit import Visit, visit
from api.paging import Cursor, cursor_of, place
from api.problems import Forbidden, Problem, problem
from api.security.roles import CUSTOMERS_ACTS
from domain.clocks.clock import Clock, State
from domain.instants import micros, moment, text
from domain.judgement import Judgement
from domain.refusals import CommandRefused
from domain.terms.calendar import AlwaysOpen
from domain.ticket.commands import COMMANDS, Open
from projections.as_of.view import View
from projections.clocks import CLOCKS
from projections.contracts import ContractRow
from projections.tickets import OPEN_TICKETS, TICKETS, Newest, TicketRow

router = APIRouter(route_class=PageRoute, include_in_schema=False)

A_PAGE = 25

FIRST = (
    "end-wait",
    "add-information",
    "comment",
    "reopen",
    "escalate",
    "complain",
    "answer-survey",
    "close",
    "withdraw",
)
"""What a customer's people do most."""

ASKED_OTHERWISE = frozenset({"description", "product", "server", "category", "severity", "channel"})

_OPEN = SQL("""
    SELECT * FROM {tickets} AS t
    WHERE %(ticket)s::uuid IS NULL
        OR (coalesce(next_due_at, 'infinity'), ticket) > (coalesce(%(due)s::timestamptz, 'infinity'), %(ticket)s)
    ORDER BY next_due_at, ticket LIMIT %(limit)s""")
_ENDED = SQL("""
    SELECT * FROM {tickets} AS t
    WHERE status NOT IN ('open', 'waiting') AND {before} ORDER BY opened_at DESC, ticket DESC LIMIT %(limit)s""")
_BEFORE = SQL("(opened_at, ticket) < (%(opened_at)s, %(ticket)s)")
_GOING = SQL("""
    SELECT ticket, clock, state, due_at, waits, verdict = 'breached' OR coalesce(late_from <= %(now)s, false)
    FROM {clocks} AS c
    WHERE ticket = ANY(%(tickets)s) AND state IN ('running', 'paused')
        AND (allowance_seconds IS NOT NULL OR verdict = 'breached')
        AND NOT (verdict = 'excused' OR coalesce(excused_from <= %(now)s, false))
    ORDER BY due_at NULLS LAST, clock""")


class Due(NamedTuple):
    """Where the list of open tickets goes on: after this one."""

    next_due_at: datetime | None
    ticket: UUID


@dataclass(frozen=True)
class Promise:
    """What a clock that goes on promises."""

    what: str
    due_at: datetime | None
    is_late: bool


@dataclass(frozen=True)
class Mine:
    """A ticket in the list, in plain words."""

    row: TicketRow
    about: str
    promises: Sequence[Promise]

    @property
    def reference(self) -> str:
        return self.row.case_name or str(self.row.ticket)

    @property
    def is_late(self) -> bool:
        return any(one.is_late for one in self.promises)


def plain_clock(clock: str, title: str = "") -> str:
    """What a clock promises, as one would say it to a customer."""
    return say(f"portal.clock.{clock}") if knows(f"portal.clock.{clock}") else title or spoken(clock).capitalize()


def plain_duty(says: str) -> str:
    """What somebody owes, said to the customer; as the agreement says it, where nobody has put it otherwise."""
    return say(f"portal.duty.{says}") if knows(f"portal.duty.{says}") else says


# --- the list -----------------------------------------------------------------------------------------------------------


@router.get("/portal")
def portal(
    visit: Annotated[Visit, visit("tickets:read")],
    cursor: Cursor = None,
    before: Cursor = None,
) -> Response:
    """A customer's tickets: those that are open by what is due next, then those that ended, the newest first."""
    if not visit.is_customers:
        return RedirectResponse("/", 303)
    after = place(cursor, Due) if cursor else None
    last = place(before, Newest) if before else None
    opened = None if last else _opened(visit.view, after)
    ended = None if after else _ended(visit.view, last)
    return page(
        visit,
        "portal",
        open=None if opened is None else _mine(visit, opened[:A_PAGE]),
        further=cursor_of(Due(opened[A_PAGE - 1].next_due_at, opened[A_PAGE - 1].ticket))
        if opened and len(opened) > A_PAGE
        else None,
        ended=None if ended is None else _mine(visit, ended[:A_PAGE]),
        older=cursor_of(Newest(ended[A_PAGE - 1].opened_at, ended[A_PAGE - 1].ticket))
        if ended and len(ended) > A_PAGE
        else None,
        may_report=visit.as_of is None and visit.may("tickets:act"),
        waits_for=waits_for,
        tell=tell,
        spoken=spoken,
    )


def _opened(view: View, after: Due | None) -> list[TicketRow]:
    """The next of the open tickets, and one more where there are more."""
    asked = {"limit": A_PAGE + 1, "due": after and after.next_due_at, "ticket": after and after.ticket}
    return [TicketRow(*row) for row in view.rows(_OPEN, asked, tickets=view.table(OPEN_TICKETS))]


def _ended(view: View, last: Newest | None) -> list[TicketRow]:
    """Those that ended and were opened before this one, and one more where there are more."""
    asked = {"limit": A_PAGE + 1, **(last._asdict() if last else {})}
    before = _BEFORE if last else SQL("true")
    return [TicketRow(*row) for row in view.rows(_ENDED, asked, tickets=view.table(TICKETS), before=before)]


def _mine(visit: Visit, rows: Sequence[TicketRow]) -> list[Mine]:
    tickets = [row.ticket for row in rows]
    found: dict[UUID, list[Promise]] = {}
    for ticket, clock, _, due_at, _, late in visit.view.rows(
        _GOING, {"tickets": tickets}, clocks=visit.view.table(CLOCKS)
    ):
        found.setdefault(ticket, []).append(Promise(plain_clock(clock), due_at, late))
    openings = visit.office.openings(tickets)
    about = {ticket: first_line(opened.fields) for ticket, opened in openings.items()}
    return [Mine(row, about.get(row.ticket, ""), found.get(row.ticket, [])) for row in rows]


# --- one ticket ---------------------------------------------------------------------------------------------------------


@router.get("/portal/tickets/{ticket}")
def one(
    ticket: UUID,
    visit: Annotated[Visit, visit("tickets:read")],
    looked: Annotated[Looked, Depends(looked)],
    done: Done = None,
    act: Act = "",
) -> Response:
    """A ticket in plain words."""
    if not visit.is_customers:
        return RedirectResponse(f"/tickets/{ticket}", 303)
    seen = Seen(visit, visit.office.ticket(ticket), looked)
    return shown(seen, done=done if done in COMMANDS else None, attempt=Attempt(act))


def shown(
    seen: Seen,
    status: int = 200,
    *,
    done: str | None = None,
    refused: Problem | None = None,
    attempt: Attempt | None = None,
) -> Response:
    judgement, visit = seen.given(seen.judgement), seen.visit
    if seen.is_yet_to_come:
        return page(visit, "not-yet", seen=seen)
    may_act = seen.is_live and visit.may("tickets:act")
    offers = (
        offered(
            judgement.case,
            visit.office,
            seen.surroundings(),
            attempt,
            CUSTOMERS_ACTS - {"open", "split-off"},
            FIRST,
            is_plain=True,
        )
        if may_act
        else None
    )
    return page(
        visit,
        "portal-ticket",
        status,
        seen=seen,
        judgement=judgement,
        replay=judgement.replay,
        promises=promises(seen),
        duties=[replace(one, says=plain_duty(one.says)) for one in duties(judgement) if one.by],
        plainly=plainly,
        lines=[one for one in clock_lines(judgement) if one.clock.spans],
        plain_clock=plain_clock,
        picture=seen.picture(internal(judgement)),
        patterns=PATTERNS,
        signs=SIGNS,
        wording=seen.wording,
        offers=offers,
        tell=tell,
        spoken=spoken,
        iso=text,
        moment=moment,
        disputes=disputes_about(visit, seen.ticket.id),
        done=done,
        refused=refused,
    )


def promises(seen: Seen) -> list[tuple[str, Markup, str]]:
    """What is owed to the customer, each in a sentence, with a tone and the clause."""
    judgement = seen.judgement
    going = [clock for clock in judgement.replay.clocks if clock.is_going and clock.allowance is not None]
    going.sort(key=lambda clock: (clock.breached_at is None, clock.due_at is None, clock.due_at or 0))
    return [(_tone(clock, judgement), _promise(clock, seen), clock.clause) for clock in going]


def _tone(clock: Clock, judgement: Judgement) -> str:
    if clock.breached_at is not None:
        return "excused" if clock.terms.name in judgement.replay.excused else "late"
    return "waiting" if clock.state is State.PAUSED else "going"


def _promise(clock: Clock, seen: Seen) -> Markup:
    judgement, wording = seen.judgement, seen.wording
    tone = _tone(clock, judgement)
    is_paused = clock.state is State.PAUSED
    key = {
        "late": "breached_paused" if is_paused else "breached",
        "excused": "excused",
        "waiting": "paused",
        "going": "by",
    }[tone]
    what = plain_clock(clock.terms.name, clock.terms.title)
    return tell(
        f"portal.one.{key}",
        what=what[:1].lower() + what[1:] if key == "by" else what,
        due=wording.time(clock.due_at),
        left=left(clock, judgement.replay.as_of, wording, live=seen.is_live),
        counted=say("ticket.owed.always" if isinstance(clock.under.calendar, AlwaysOpen) else "ticket.owed.business"),
        over=wording.show.span(-(clock.left or 0)),
        waits=waits_for(clock.waits),
    )


@router.post("/portal/tickets/{ticket}/{command}")
def act(request: Request, ticket: UUID, command: str, visit: Acting, filled: Filled) -> Response:
    """What a customer's people do with their ticket; a refusal shows the page again, with the reason."""
    seen = Seen(visit, visit.office.ticket(ticket), Looked())
    try:
        carried_out(request, seen, command, filled)
    except (CommandRefused, Forbidden, RequestValidationError) as error:
        again = Seen(visit, visit.office.ticket(ticket), Looked())
        told = told_kindly(error, problem(error, request.scope))
        return shown(again, told.status, refused=told, attempt=Attempt(command, filled))
    return RedirectResponse(f"/portal/tickets/{ticket}?done={command}", 303)


# --- a new one ----------------------------------------------------------------------------------------------------------


@router.get("/portal/new")
def new(visit: Annotated[Visit, visit("tickets:act")], contract: UUID | None = None) -> Response:
    """The form by which an issue is reported, once it is known under which contract."""
    contracts = visit.office.contracts(None, after=None, limit=100) if visit.may("contracts:read") else []
    chosen = contract or (contracts[0].contract if len(contracts) == 1 else None)
    return _new(visit, contracts, chosen)


def _new(
    visit: Visit,
    contracts: Sequence[ContractRow],
    contract: UUID | None,
    status: int = 200,
    filled: Mapping[str, str] | None = None,
    refused: Problem | None = None,
) -> Response:
    around = _surroundings(visit, contract) if contract else None
    return page(
        visit,
        "portal-new",
        status,
        contracts=contracts,
        contract=contract,
        around=around,
        form=_report(around, filled) if around else None,
        key=uuid4().hex,
        refused=refused,
        agreement=around.agreement if around else None,
    )


def _surroundings(visit: Visit, contract: UUID) -> Surroundings:
    """What can be named in a report under a contract. Raises NotFound."""
    at = micros(visit.office.at)
    paper = visit.office.agreed(contract).paper(at)
    _, agreement = visit.office.agreement(paper.agreement, None)
    return Surroundings(
        zone=visit.viewer.zone(None),
        agreement=agreement,
        products=paper.products,
        servers=tuple(paper.servers),
    )


def _report(around: Surroundings, filled: Mapping[str, str] | None = None) -> Form:
    """What the agreement wants to be told is asked for by name."""
    told = filled or {}
    plain = [
        replace(one, label=say(f"portal.report.{one.name}"), required=one.required or one.name == "product")
        for one in form_of(Open, around, told).inputs
        if one.name in ("severity", "category", "product", "server") and (one.name != "server" or around.servers)
    ]
    inputs = [one for one in plain if one.name != "product" or around.products]
    described = Input(
        "fields.description",
        say("portal.report.description"),
        "long",
        required=True,
        hint=say("portal.report.description_hint"),
        value=told.get("fields.description", ""),
    )
    named = [
        Input(f"fields.{name}", label(name), "text", value=told.get(f"fields.{name}", ""))
        for name in dict.fromkeys(field for duty in around.agreement.duties for field in duty.fields)
        if name not in ASKED_OTHERWISE
    ]
    return Form((*inputs, described, *named))


@router.post("/portal/new")
def report(
    request: Request,
    visit: Annotated[Visit, visit("tickets:act", shows_again=True)],
    contract: Annotated[UUID, Query()],
    filled: Filled,
) -> Response:
    """Open a ticket with what was filled in."""
    around = _surroundings(visit, contract)
    try:
        key = conditions_of(visit, {**filled, "version": "0"}).key
        told = said(_report(around), filled, around.zone) | {"channel": "web", "contract": str(contract)}
        body = body_read(body_of(Open, UnderContract), told)
        outcome = visit.office.open(contract, command_in(body, Open), asked(request, Conditions(key), body))
    except (CommandRefused, Forbidden, RequestValidationError) as error:
        refused = told_kindly(error, problem(error, request.scope))
        return _new(visit, (), contract, refused.status, filled, refused)
    return RedirectResponse(f"/portal/tickets/{outcome.stream}?done=open", 303)
