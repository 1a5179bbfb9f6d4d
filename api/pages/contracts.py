"""The contracts: which are covered and until when, which are to be renewed, which owe fees; each with its people and products."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from markupsafe import Markup

from api.pages.agreements import anchor
from api.pages.asked import Word
from api.pages.paper import PageRoute, page
from api.pages.pictures.cover import Stretch, bar, gaps, years_around, years_of
from api.pages.texts import say
from api.pages.visit import Visit, visit
from api.paging import Cursor, cursor_of, place
from domain.instants import instant, micros, moment
from domain.ticket.history import Actor, Person, role_of
from projections.boards import held
from projections.boards.covers import WHOLE, CoverRow
from projections.boards.held import Place
from projections.contracts import running

router = APIRouter(prefix="/contracts", route_class=PageRoute, include_in_schema=False)

PAGE = 30
MOST_BY_END = 200
MOST_TICKETS = 20

TILES = (
    ("all", ""),
    ("covered", "good"),
    ("uncovered", "late"),
    ("due", "warn"),
    ("lapsed", "warn"),
    ("unpaid", "late"),
)

State = Literal["", "covered", "uncovered", "due", "lapsed", "unpaid"]
Readers = Annotated[Visit, visit("contracts:read")]


@router.get("")
def contracts(
    visit: Readers,
    agreement: Word = None,
    customer: Word = None,
    state: State | None = None,
    cursor: Cursor = None,
) -> Response:
    """By customer; those to be renewed and those that lapsed by their end."""
    view, by_end = visit.view, state in ("due", "lapsed")
    found = held.contracts(
        view,
        agreement=agreement or None,
        customer=customer or None,
        state=state or None,
        after=place(cursor, Place) if cursor and not by_end else None,
        limit=MOST_BY_END if by_end else PAGE,
    )
    spans = held.covers_of(view, (one.row.contract for one in found))
    names = held.names(view)
    last = found[-1].row if found else None
    return page(
        visit,
        "contracts",
        rows=[_told(visit, one, spans[one.row.contract]) for one in found],
        counts=held.counts(view, agreement=agreement or None, customer=customer or None),
        tiles=TILES,
        agreement=agreement,
        customer=customer,
        state=state,
        agreements=sorted({one for _, one in names}),
        customers=sorted({one for one, _ in names}),
        next=cursor_of(Place(last.customer, last.contract)) if last and not by_end and len(found) == PAGE else None,
        days=held.RENEWAL.days,
    )


@router.get("/{contract}")
def contract(visit: Readers, contract: UUID) -> Response:
    """A contract as it stands: what it says, whether it covers and until when, what is owed, who speaks for the customer."""
    agreed = visit.office.agreed(contract)
    standing = visit.office.standing(agreed, visit.as_of, visit.as_of)
    spans = held.covers_of(visit.view, [contract])[contract]
    whole = [one for one in spans if one.product == WHOLE]
    where = _zone(spans)
    return page(
        visit,
        "contract",
        id=contract,
        anchor=anchor,
        instant=instant,
        who=who,
        paper=standing.paper,
        standing=standing,
        until=None if standing.cover.until is None else moment(standing.cover.until),
        wait=standing.order_wait and (moment(standing.order_wait.since), moment(standing.order_wait.notice_due)),
        zone=where,
        bar=_bar(visit, whole, where),
        whole=whole,
        gaps=gaps(_stretches(whole)),
        products=[(name, [one for one in spans if one.product == name]) for name in _products(spans)],
        unpaid_since=_unpaid(visit, contract),
        tickets=held.open_tickets(visit.view, contract, MOST_TICKETS),
        most=MOST_TICKETS,
        history=[
            one
            for one in visit.office.contract_history(contract)
            if visit.as_of is None or one.recorded_at <= micros(visit.as_of)
        ],
    )


def _told(visit: Visit, one: held.Held, spans: Sequence[CoverRow]) -> tuple[held.Held, str, datetime | None, Markup]:
    """A contract with its zone, until when it is covered without a gap, and its years."""
    _, until = running((span for span in spans if span.product == WHOLE), visit.at)
    return one, _zone(spans), until, _small_bar(visit, spans)


def _unpaid(visit: Visit, contract: UUID) -> datetime | None:
    row = held.contract(visit.view, contract)
    return row.unpaid_since if row and row.unpaid_since and row.unpaid_since <= visit.at else None


def _small_bar(visit: Visit, spans: Iterable[CoverRow]) -> Markup:
    whole = [span for span in spans if span.product == WHOLE]
    stretches = _stretches(whole)
    return bar([*stretches, *gaps(stretches)], visit.at, years_around(visit.at, _zone(whole)), _summary(visit, whole))


def _bar(visit: Visit, whole: Sequence[CoverRow], where: str) -> Markup:
    stretches = _stretches(whole)
    return bar([*stretches, *gaps(stretches)], visit.at, years_of(stretches, visit.at, where), _summary(visit, whole))


def _summary(visit: Visit, whole: Sequence[CoverRow]) -> str:
    """The picture in words."""
    if not whole:
        return say("contracts.no_cover")
    told = ((_day(visit, one.starts_at, one), _day(visit, one.ends_at, one)) for one in whole)
    return "; ".join(say("contracts.span", start=start, end=end) for start, end in told)


def _day(visit: Visit, at: datetime | None, row: CoverRow) -> str:
    return say("contracts.open") if at is None else visit.show.whole(at, row.zone)


def _stretches(whole: Iterable[CoverRow]) -> list[Stretch]:
    return [Stretch(one.starts_at, one.ends_at, is_cover=True, says=one.says) for one in whole]


def _products(spans: Iterable[CoverRow]) -> list[str]:
    return list(dict.fromkeys(one.product for one in spans if one.product != WHOLE))


def _zone(spans: Iterable[CoverRow]) -> str:
    return next((one.zone for one in spans), "UTC")


def who(by: Actor | None) -> str:
    """A person with their role, or the role alone."""
    if by is None:
        return "–"
    return f"{by.id}, {by.role}" if isinstance(by, Person) else role_of(by)
