"""Every page as every role: who may open it, and that nobody sees anything of another customer on it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple
from uuid import uuid4

import httpx
import pytest
from fastapi import Request
from fastapi.routing import iter_route_contexts

from api.pages.boards import PAGES
from api.pages.door.session import COOKIE, Sessions
from tests.api.house import ACME, GLOBEX, MONDAY_9, Town, told
from tests.api.test_boundary import CARETAKERS, CUSTOMERS_PEOPLE, ROLES, STRANGERS, WORKERS
from tests.pages.site import Site, Visitor

VENDORS = ROLES - CUSTOMERS_PEOPLE
REPORTED_TO = VENDORS | {"primary-contact", "stand-in-contact"}
WATCHERS = CARETAKERS | {"auditor"}

ANYBODYS = {
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/sign-in/openid"),
    ("GET", "/sign-in/openid/callback"),
    ("POST", "/sign-out"),
    ("POST", "/preferences"),
}
"""The way in and out, and in which colours."""

WHO_MAY: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "/sign-in/unsent"): ROLES,
    ("GET", "/"): ROLES,
    ("GET", "/as-of"): ROLES,
    ("GET", "/queue.csv"): ROLES,
    ("POST", "/queue/views"): ROLES,
    ("POST", "/queue/views/drop"): ROLES,
    ("POST", "/queue/assign"): WORKERS,
    ("GET", "/tickets"): ROLES,
    ("GET", "/tickets.csv"): ROLES,
    ("GET", "/tickets/{ticket}"): ROLES,
    ("POST", "/tickets/{ticket}/{command}"): ROLES,
    ("GET", "/tickets/{ticket}/compare"): ROLES,
    ("GET", "/tickets/{ticket}/what-if"): ROLES,
    ("GET", "/what-if"): REPORTED_TO,
    ("POST", "/tickets/{ticket}/dossier"): ROLES,
    ("GET", "/disputes"): ROLES,
    ("GET", "/disputes/new"): WORKERS,
    ("POST", "/disputes/new"): WORKERS,
    ("GET", "/disputes/how"): ROLES,
    ("GET", "/disputes/{dispute}"): ROLES,
    ("POST", "/disputes/{dispute}/{command}"): ROLES,
    ("POST", "/disputes/{dispute}/dossier"): ROLES,
    ("GET", "/escalations"): VENDORS,
    ("GET", "/workload"): VENDORS,
    ("GET", "/compliance"): REPORTED_TO,
    ("GET", "/compliance.csv"): REPORTED_TO,
    ("GET", "/compliance/report"): REPORTED_TO,
    ("GET", "/compliance/report.{form}"): REPORTED_TO,
    ("GET", "/contracts"): ROLES,
    ("GET", "/contracts/{contract}"): ROLES,
    ("GET", "/agreements"): ROLES,
    ("GET", "/agreements/{agreement}"): ROLES,
    ("GET", "/agreements/{agreement}/calendars"): ROLES,
    ("GET", "/agreements/{agreement}/versions"): ROLES,
    ("GET", "/operations"): WATCHERS,
    ("POST", "/operations/dead-letters"): CARETAKERS,
    ("GET", "/portal"): ROLES,
    ("GET", "/portal/reports"): REPORTED_TO,
    ("GET", "/portal/tickets/{ticket}"): ROLES,
    ("POST", "/portal/tickets/{ticket}/{command}"): ROLES,
    ("GET", "/portal/new"): WORKERS,
    ("POST", "/portal/new"): WORKERS,
    ("GET", "/live"): ROLES,
}

ENDLESS = ("GET", "/live")
"""Whoever may listen does so until they leave; what they hear is told elsewhere (test_live)."""

OF_THE_HOUSE = {("GET", "/operations"), ("POST", "/operations/dead-letters")}
"""What concerns all customers, so that whoever is bound to one is refused."""

ASKED: dict[str, dict[str, str]] = {
    "/compliance/report": {"customer": ACME, "month": "2026-03"},
    "/compliance/report.{form}": {"customer": ACME, "month": "2026-03"},
    "/portal/reports": {"month": "2026-03"},
}


class Route(NamedTuple):
    method: str
    path: str


class Things(NamedTuple):
    """What belongs to a customer, by its names in addresses."""

    ticket: str
    contract: str
    agreement: str
    dispute: str
    case: str = ""


def routes() -> Iterator[Route]:
    for router in PAGES:
        for context in iter_route_contexts(router.routes):
            for method in sorted(set(context.methods or ()) - {"HEAD", "OPTIONS"}):
                yield Route(method, str(context.path))


def address(route: Route, things: Things) -> str:
    form = "pdf" if route.method == "GET" else "csv"
    return route.path.format(**things._asdict(), command="comment", form=form)


@pytest.fixture(scope="module")
def things(place: Town) -> Things:
    """Acme's, one ticket of which is late; of another agreement than Globex has."""
    place.clock.at = MONDAY_9
    manager = place.caller("service-manager")
    contract = manager.draws_up(options=["proactive-support"])
    ticket = place.caller("agent").opens(contract, severity=1, category="acme-only")
    opening = {"clocks": [{"clock": "response"}], "reason": "acme-only"}
    disputed = place.caller("agent").post(f"/v1/tickets/{ticket}/disputes", opening, version="*")
    other = manager.draws_up(agreement="xmpro", customer=GLOBEX, plan="subscription", region="")
    place.caller("agent").opens(other, severity=1, category="globex-only")
    assert place.house.runner.wait_for(place.house.runner.lag().head, 10)
    return Things(ticket, contract, "imagicle-care", told(disputed, 201)["dispute"])


@pytest.fixture
def site(site: Site) -> Site:
    """Two days later."""
    site.town.clock.at = MONDAY_9 + timedelta(days=2)
    return site


def person(site: Site, role: str, customer: str | None = None) -> Visitor:
    return site.visitor(role, customer or (ACME if role in CUSTOMERS_PEOPLE else None))


def send(site: Site, visitor: Visitor, route: Route, things: Things, **more: str) -> httpx.Response:
    path, asked = address(route, things), ASKED.get(route.path, {}) | more
    if route.method == "GET":
        return visitor.get(path, **asked)
    return visitor._sent("POST", path, params=asked, data={"proof": proof(site, visitor), "text": "by a stranger"})


def proof(site: Site, visitor: Visitor) -> str:
    """What stands in each form of a visitor's session."""
    cookie = f"{COOKIE}={visitor.cookies[COOKIE]}".encode()
    session = sessions(site).of(Request({"type": "http", "headers": [(b"cookie", cookie)]}), site.town.clock())
    assert session is not None
    return session.proof


def sessions(site: Site) -> Sessions:
    found: Sessions = site.town.app.state.sessions
    return found


def is_turned_away(response: httpx.Response) -> bool:
    to_the_door = response.status_code == 303 and response.headers["location"].startswith("/sign-in")
    return response.status_code in (401, 403) or to_the_door


def test_the_table_knows_every_page():
    assert WHO_MAY.keys() | ANYBODYS == {(route.method, route.path) for route in routes()}


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_sees_what_the_table_says_and_nothing_else(site: Site, things: Things, role: str):
    visitor = person(site, role)

    for route in routes():
        if route in ANYBODYS or route == ENDLESS or route.method == "POST":
            continue
        response = send(site, visitor, route, things)

        assert (role in WHO_MAY[route]) == (not is_turned_away(response)), (route, response.status_code)
        assert response.status_code < 500, (route, response.text)


def test_nobody_unknown_gets_beyond_the_door(site: Site, things: Things):
    for route in routes():
        if route in ANYBODYS:
            continue
        response = site.town.http.request(route.method, address(route, things), headers={"Cookie": ""})

        assert is_turned_away(response), (route, response.status_code)
        assert things.ticket not in response.text


def test_a_form_without_what_makes_it_of_this_session_does_nothing(site: Site, things: Things):
    visitor = person(site, "system")

    for route in routes():
        if route.method == "POST" and route not in ANYBODYS:
            response = visitor._sent("POST", address(route, things), data={"text": "from elsewhere"})

            assert 403 == response.status_code, route


@pytest.mark.parametrize("role", STRANGERS)
@pytest.mark.parametrize("as_of", ["", "2026-03-03T09:00:00Z"])
def test_nothing_of_another_customer_is_on_any_page(site: Site, things: Things, role: str, as_of: str):
    stranger = site.visitor(role, GLOBEX)
    when = {"as_of": as_of} if as_of else {}

    for route in routes():
        if route.method != "GET" or route in ANYBODYS or route == ENDLESS or role not in WHO_MAY[route]:
            continue
        response = send(site, stranger, route, things, **when)
        for _ in range(20):
            if response.status_code != 202:
                break
            response = send(site, stranger, route, things, **when)

        if route in OF_THE_HOUSE:
            assert 403 == response.status_code, route
        elif any(f"{{{name}}}" in route.path for name in ("ticket", "contract", "agreement", "dispute")):
            if response.status_code == 303:  # the customer's people have a page of their own, and others have theirs
                response = stranger.get(response.headers["location"])
            assert 404 == response.status_code, (route, response.text)
        assert response.status_code < 500, route
        _check_silent(response, route, things)


def _check_silent(response: httpx.Response, route: Route, things: Things) -> None:
    """Nothing of Acme's, but what the visitor has said of it."""
    asked = address(route, things)
    assert "acme-only" not in response.text, route
    for thing in (things.ticket, things.contract, things.dispute):
        assert thing in asked or thing not in response.text, (route, thing)
    assert "customer" in ASKED.get(route.path, {}) or ACME not in response.text, route


@pytest.mark.parametrize("role", ["technical-contact", "agent", "service-manager", "system"])
def test_what_is_another_customers_looks_like_what_was_never_there(site: Site, things: Things, role: str):
    stranger = site.visitor(role, GLOBEX)
    nowhere = Things(str(uuid4()), str(uuid4()), "never-published", str(uuid4()))

    for route in routes():
        if not any(f"{{{name}}}" in route.path for name in ("ticket", "contract", "agreement", "dispute")):
            continue
        seen, imagined = send(site, stranger, route, things), send(site, stranger, route, nowhere)

        assert imagined.status_code == seen.status_code, route
        assert _without_names(imagined, nowhere) == _without_names(seen, things), route


def _without_names(response: httpx.Response, things: Things) -> str:
    text = response.text
    for name in filter(None, (*things, response.headers.get("x-request-id"))):
        text = text.replace(name, "…")
    return text


@pytest.mark.parametrize("role", ["technical-contact", "agent", "service-manager"])
def test_no_form_of_a_stranger_changes_anything(site: Site, things: Things, role: str):
    stranger, auditor = site.visitor(role, GLOBEX), site.town.caller("auditor")
    paths = (f"/v1/tickets/{things.ticket}/history", f"/v1/disputes/{things.dispute}/history")
    before = [told(auditor.get(path)) for path in paths]

    for route in routes():
        if route.method == "POST" and route not in ANYBODYS:
            response = send(site, stranger, route, things, ticket=things.ticket, contract=things.contract)

            assert response.status_code < 500, (route, response.text)
            assert "another session" not in response.text, route
            if "{ticket}" in route.path or "{dispute}" in route.path:
                assert response.status_code in (403, 404), route

    assert before == [told(auditor.get(path)) for path in paths]


def test_a_customers_people_see_their_own(site: Site, things: Things):
    contact = site.visitor("primary-contact", ACME)

    assert things.ticket in contact.get("/portal").text
    assert 200 == contact.get(f"/portal/tickets/{things.ticket}").status_code
    assert 200 == contact.get(f"/contracts/{things.contract}").status_code
    assert 200 == contact.get("/agreements/imagicle-care").status_code
