"""The first page: every open ticket by time to breach; and the list of all tickets, which stands behind every figure."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Annotated, NamedTuple
from urllib.parse import parse_qsl, urlencode
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Form, Query, Response
from starlette.responses import RedirectResponse, StreamingResponse

from api.bodies import Around, fingerprint
from api.conditions import Conditions
from api.ordering import Asked
from api.pages.documents.sheet import AT_MOST, iso, sheet
from api.pages.narrowing import FILTERS, chips, monday, narrowed, widened
from api.pages.on_ticket.wording import spoken
from api.pages.paper import HEADERS, PageRoute, page
from api.pages.visit import Visit, visit
from api.paging import Cursor, cursor_of, place
from api.problems import NotThereYet, Problem, problem
from domain.ticket.commands import Assign
from projections.boards.filters import Filters
from projections.boards.listing import COUNTED_TO, Counted, Cycle, Listing, Wider, cycles
from projections.boards.queue import Line, Queue
from projections.boards.saved_views import SavedViews
from projections.tickets import Newest, Urgent

router = APIRouter(route_class=PageRoute, include_in_schema=False)

AT_ONCE = 40
"""So many lines stand on a page: with more, its first view gets heavy, and nobody reads so far."""

ON_THE_WALL = 12
MOST_ASSIGNED = 200

Narrowed = Annotated[Filters, Depends(narrowed)]
Widened = Annotated[Wider, Depends(widened)]
Reader = Annotated[Visit, visit("tickets:read")]
Saver = Annotated[Visit, visit("tickets:read", shows_again=True)]
Agent = Annotated[Visit, visit("tickets:act", shows_again=True)]
Name = Annotated[str, Form(min_length=1, max_length=60)]
Asking = Annotated[str, Form(max_length=2_000)]


# --- the queue --------------------------------------------------------------------------------------------------------


@router.get("/")
def queue(
    visit: Reader,
    filters: Narrowed,
    cursor: Cursor = None,
    wall: bool = False,
    assigned: Annotated[int | None, Query(ge=0, le=MOST_ASSIGNED)] = None,
) -> Response:
    """Every open ticket, the next to be breached first; a customer's people have their portal."""
    if visit.is_customers:
        return RedirectResponse("/portal", 303)
    asked = Queue(visit.view, monday(visit))
    if wall:
        lines = asked.lines(filters, limit=ON_THE_WALL)
        figures, under = asked.figures(filters), chips(visit, filters)
        return page(visit, "wall", lines=lines, figures=figures, filters=filters, chips=under, iso=iso, spoken=spoken)
    lines = asked.lines(filters, after=place(cursor, Urgent) if cursor else None, limit=AT_ONCE)
    figures = asked.figures(filters)
    return page(
        visit,
        "queue",
        lines=lines,
        figures=figures,
        count=figures[filters.tile or "open"],
        choices=asked.choices(),
        filters=filters,
        chips=chips(visit, filters),
        saved=_saved(visit).all(),
        query=_query(visit),
        at_once=AT_ONCE,
        next=cursor_of(lines[-1].place) if len(lines) == AT_ONCE else None,
        cursor=cursor,
        may_act=visit.may("tickets:act") and visit.as_of is None,
        key=uuid4().hex,
        assigned=assigned,
        at_most=AT_MOST,
        iso=iso,
        spoken=spoken,
    )


@router.get("/queue.csv")
def queue_sheet(visit: Reader, filters: Narrowed) -> Response:
    """The same lines as a table for other programs."""
    asked = Queue(visit.view, monday(visit))

    def part(last: Line | None, limit: int) -> Sequence[Line]:
        return asked.lines(filters, after=last.place if last else None, limit=limit)

    is_cut = asked.figures(filters)[filters.tile or "open"] > AT_MOST
    return _sheet("queue", sheet(part, visit.at), is_cut=is_cut)


@router.post("/queue/views")
def save_view(visit: Saver, name: Name, query: Asking = "") -> Response:
    """Keep the filters as they stand under a name."""
    if visit.is_late:
        return page(visit, "queue-again", 403, name=name, query=query)
    kept = urlencode([(part, value) for part, value in parse_qsl(query) if part in FILTERS])
    _saved(visit).save(name.strip() or kept, kept)
    return RedirectResponse(f"/?{kept}", 303)


@router.post("/queue/views/drop")
def drop_view(visit: Reader, name: Name, query: Asking = "") -> Response:
    _saved(visit).drop(name)
    return RedirectResponse(f"/?{query}", 303)


# --- bulk assign ------------------------------------------------------------------------------------------------------


@router.post("/queue/assign")
def assign(
    visit: Agent,
    to: Annotated[str, Form(max_length=200)] = "",
    key: Annotated[str, Form(max_length=64, pattern="^[0-9a-f]*$")] = "",
    query: Asking = "",
    ticket: Annotated[list[str] | None, Form(max_length=MOST_ASSIGNED)] = None,
) -> Response:
    """Give the chosen tickets to somebody: each for itself, so that one that is refused keeps no other back."""
    chosen = list(filter(None, map(_chosen, ticket or ())))
    if visit.is_late:
        shown = [(_reference(visit, one), f"{one}@{version}") for one, version in chosen]
        return page(visit, "queue-again", 403, chosen=shown, to=to, key=key, query=query)
    given = [_assigned(visit, one, version, to.strip(), key) for one, version in chosen] if to.strip() else []
    refused = [one for one in given if one.problem]
    if given and not refused:
        _shown(visit, max((one.position or 0 for one in given), default=0))
        kept = [(name, value) for name, value in parse_qsl(query) if name != "assigned"]
        return RedirectResponse(f"/?{urlencode([*kept, ('assigned', str(len(given)))])}", 303)
    status = min((one.problem.status for one in refused if one.problem), default=422)
    return page(
        visit,
        "assigned",
        200 if len(refused) < len(given) else status,
        given=given,
        refused=refused,
        to=to.strip(),
        query=query,
        chosen=chosen,
    )


class Given(NamedTuple):
    """What became of one ticket that was to be assigned."""

    ticket: UUID
    reference: str
    position: int | None = None
    problem: Problem | None = None


def _assigned(visit: Visit, ticket: UUID, version: int, to: str, key: str) -> Given:
    command = Assign(to=to)
    once = sha256(f"{key}/{ticket}/{version}/{to}".encode()).hexdigest()
    path = f"/v1/tickets/{ticket}/{command.name}"
    asked = Asked(Conditions(once, version), Around(), fingerprint("POST", path, command))
    reference = _reference(visit, ticket)
    try:
        outcome = visit.office.execute(ticket, command, asked)
    except Exception as error:
        told = problem(error, visit.request.scope)
        if told.status >= 500:
            raise
        return Given(ticket, reference, problem=told)
    return Given(ticket, reference, position=outcome.position)


def _reference(visit: Visit, ticket: UUID) -> str:
    listed = visit.office.listed(ticket)
    return (listed.case_name if listed else None) or str(ticket)[:8]


def _chosen(told: str) -> tuple[UUID, int] | None:
    """A ticket and the version that was looked at: `id@version`; None for what no page sends."""
    ticket, _, version = told.partition("@")
    try:
        return UUID(ticket), int(version)
    except ValueError:
        return None


def _shown(visit: Visit, position: int) -> None:
    """Have the lists know of it, if that does not take long."""
    with suppress(NotThereYet):
        visit.office.reached(position or None)


# --- all tickets ------------------------------------------------------------------------------------------------------


@router.get("/tickets")
def tickets(visit: Reader, filters: Widened, cursor: Cursor = None) -> Response:
    """All tickets, the last opened first."""
    if visit.is_customers:
        return RedirectResponse("/portal", 303)
    asked = Listing(visit.view, monday(visit))
    lines = asked.newest(filters, after=place(cursor, Newest) if cursor else None, limit=AT_ONCE)
    meant = asked.meant(filters, [line.ticket.ticket for line in lines])
    is_all = cursor is None and len(lines) < AT_ONCE
    counted = Counted(len(lines), cycles(meant) if filters.by_clock else None) if is_all else asked.count(filters)
    return page(
        visit,
        "tickets",
        lines=lines,
        count=counted.tickets,
        clocks=counted.clocks,
        meant=meant,
        counted_to=COUNTED_TO,
        filters=filters,
        chips=chips(visit, filters),
        at_once=AT_ONCE,
        next=cursor_of(_newest(lines[-1])) if len(lines) == AT_ONCE else None,
        cursor=cursor,
        at_most=AT_MOST,
        iso=iso,
        spoken=spoken,
    )


@router.get("/tickets.csv")
def tickets_sheet(visit: Reader, filters: Widened) -> Response:
    """The same as a table: a line a ticket, or one for each clock that is meant."""
    asked = Listing(visit.view, monday(visit))

    def part(last: Line | None, limit: int) -> Sequence[Line]:
        return asked.newest(filters, after=_newest(last) if last else None, limit=limit)

    def clocks(tickets: Sequence[UUID]) -> Mapping[UUID, Sequence[Cycle]]:
        return asked.cycles(filters, tickets)

    rows = sheet(part, visit.at, clocks if filters.by_clock else None)
    return _sheet("tickets", rows, is_cut=asked.are_more_than(filters, AT_MOST))


def _newest(line: Line) -> Newest:
    return Newest(line.ticket.opened_at, line.ticket.ticket)


# --- what they share --------------------------------------------------------------------------------------------------


def _sheet(name: str, rows: Iterator[str], *, is_cut: bool) -> Response:
    """A sheet that cannot hold all tickets says so in its name; a line about it would be taken for a ticket."""
    kept_as = f"{name}-first-{AT_MOST}" if is_cut else name
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{kept_as}.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(rows, media_type="text/csv; charset=utf-8", headers=headers)


def _query(visit: Visit) -> str:
    """The filters as they stand in the address."""
    told = visit.request.query_params.multi_items()
    return urlencode([(name, value) for name, value in told if name in FILTERS and value])


def _saved(visit: Visit) -> SavedViews:
    return SavedViews(visit.view.pool, visit.view.schema, visit.office.owner)
