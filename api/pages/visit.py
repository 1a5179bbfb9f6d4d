"""Somebody at a page: who they are, what they may see, how they read, and as of when they look."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from api.crew import crew
from api.house import House
from api.office import Office
from api.pages.asked import Moment
from api.pages.door.returning import SignInFirst
from api.pages.door.session import OfAnotherSession, Session, Sessions, check_origin
from api.pages.formats import Formats
from api.pages.viewer import Viewer
from api.parameters import refuse_unknown
from api.problems import Forbidden, Unauthenticated, request_id
from api.security import Gate
from api.security.roles import Right
from domain.refusals import DoesNotFit
from domain.terms.event_fields import CUSTOMER_SIDE
from projections.as_of.snapshots import BeingBuilt, whole_second
from projections.as_of.view import View

PROOF = "proof"
"""The field by which a form says of which session it is."""

MARK = "mark"
"""The field by which a form that can be shown again says for whom it was made."""


@dataclass(frozen=True)
class Visit:
    """`as_of` is None where the page is live. `is_late`: a form was sent that the same person had before signing in again."""

    request: Request
    office: Office
    session: Session
    viewer: Viewer
    as_of: datetime | None = None
    is_late: bool = False

    @property
    def at(self) -> datetime:
        """The instant that the page is about."""
        return self.as_of or self.office.at

    @cached_property
    def view(self) -> View:
        """The rows that this page is about. Raises StillBuilding."""
        try:
            return self.office.view(self.as_of)
        except BeingBuilt as building:
            raise StillBuilding(self, building) from None

    @cached_property
    def show(self) -> Formats:
        return Formats(self.viewer, self.office.at, is_past=self.as_of is not None)

    def may(self, right: Right) -> bool:
        return self.office.principal.may(right)

    @property
    def is_customers(self) -> bool:
        """Whether this is one of a customer's people, who see the portal."""
        return self.office.principal.role in CUSTOMER_SIDE

    @property
    def tickets(self) -> str:
        """The address under which the pages of tickets are for this visitor."""
        return "/portal/tickets" if self.is_customers else "/tickets"

    def must_be_in_time(self) -> None:
        """Raises OfAnotherSession for a form that is only to be shown again, with what was filled in."""
        if self.is_late:
            raise OfAnotherSession

    def must_be_the_vendors(self) -> None:
        """Raises Forbidden for a customer's people: who works on what, and whom the vendor tells, is the vendor's matter."""
        if self.is_customers:
            raise Forbidden("this board is for those who work on tickets", remedy="your tickets stand in the portal")


class StillBuilding(Exception):
    """What a visitor asked for as it stood is not put together yet."""

    def __init__(self, visit: Visit, building: BeingBuilt) -> None:
        super().__init__(str(building))
        self.visit = visit
        self.done = building.done
        self.tickets = building.tickets


def visit(right: Right, *, shows_again: bool = False, reads_all: bool = False) -> Any:
    """The dependency of a page: a visit of whoever holds this right. An address may hold no parameter that the page does not
    name, unless it `reads_all` of them.

    Raises SignInFirst, Forbidden, and DoesNotFit where it is to show an instant that is still to come. A form of another session
    is refused, unless the page `shows_again` what the same person had filled in.
    """
    return Depends(_entering(right, shows_again=shows_again, reads_all=reads_all))


def _entering(right: Right, *, shows_again: bool, reads_all: bool) -> Callable[..., Coroutine[Any, Any, Visit]]:
    async def enter(
        request: Request,
        as_of: Annotated[Moment, Query(description="Show it as it stood then.")] = None,
    ) -> Visit:
        office, session = await at_the_door(request)
        request.state.visit = Visit(request, office, session, Viewer.of(request))
        office.principal.must(right)
        if request.method == "GET" and not reads_all:
            refuse_unknown(request)
        is_late = request.method == "POST" and await _is_late(request, session)
        if is_late and not shows_again:
            raise OfAnotherSession
        if as_of is not None and as_of > office.at:
            says = "as_of: nothing is known yet of an instant that is still to come"
            raise DoesNotFit(says, remedy="name one that has passed")
        return Visit(request, office, session, Viewer.of(request), as_of and whole_second(as_of), is_late)

    return enter


async def _is_late(request: Request, session: Session) -> bool:
    """Whether a form was made in an earlier session of this person. Raises Forbidden for one that was made for nobody here."""
    check_origin(request)
    told = await request.form()
    if session.is_proven(str(told.get(PROOF, ""))):
        return False
    if session.is_marked(str(told.get(MARK, ""))):
        return True
    raise OfAnotherSession


async def at_the_door(request: Request) -> tuple[Office, Session]:
    """Whoever is signed in. Raises SignInFirst."""
    state, house, gate = request.app.state, _house(request), _gate(request)
    at = state.now()
    request.state.position = state.broadcaster.position  # before a row is read: a page knows at least as much
    session = (await sessions_of(request).prepared()).of(request, at)
    if session is None:
        raise SignInFirst(request)
    try:
        principal = gate.remembered(session.authorization)
        if principal is None:
            principal = await crew().do(gate.principal, session.authorization)
    except Unauthenticated:
        raise SignInFirst(request) from None
    request.state.principal = principal
    person = (principal.role, principal.customer or "", principal.id)
    office = Office(house, principal, at, request_id(request.scope), request.scope["state"])
    return office, sessions_of(request).marked(session, person)


def sessions_of(request: Request) -> Sessions:
    sessions: Sessions = request.app.state.sessions
    return sessions


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


def _gate(request: Request) -> Gate:
    gate: Gate = request.app.state.gate
    return gate
