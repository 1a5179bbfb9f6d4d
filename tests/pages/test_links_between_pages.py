"""What an address asks that its page does not know is refused, and no link of a page asks that of another."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from api.pages.boards import PAGES
from tests.api.house import ACME, Town
from tests.pages.site import Site

SAID = {
    "as_of": "2026-03-02T08:00:00Z",
    "from": "2026-03-02T08:00:00Z",
    "to": "2026-03-03T08:00:00Z",
    "opened_from": "2026-03-01T08:00:00Z",
    "opened_to": "2026-03-09T08:00:00Z",
    "month": "2026-03",
    "month_to": "2026-03",
    "since": "2026-03",
    "until": "2026-03",
    "agreement": "imagicle-care",
    "customer": ACME,
    "by": "month",
    "severity": "3",
    "tile": "at_risk",
    "more": "1",
    "everybody": "1",
    "clock": "response",
    "verdict": "met",
    "state": "",
    "year": "2026",
}
"""What each parameter is given, where a page reads it."""

PLACES = (
    "/",
    "/tickets",
    "/escalations",
    "/workload",
    "/disputes",
    "/compliance",
    "/compliance/report",
    "/contracts",
    "/agreements",
    "/agreements/imagicle-care",
    "/agreements/imagicle-care/calendars",
    "/tickets/{ticket}",
)


@pytest.fixture(scope="module")
def ticket(place: Town) -> str:
    return place.caller("agent").opens(place.caller("service-manager").draws_up())


def read_by(path: str) -> set[str]:
    """What the page at an address may be asked for."""
    for router in PAGES:
        for context in iter_route_contexts(router.routes):
            route: Any = context.original_route
            if "GET" in (context.methods or ()) and re.fullmatch(re.sub("{[^}]+}", "[^/]+", str(context.path)), path):
                return set(parameters(route.dependant))
    raise LookupError(path)


def parameters(dependant: Dependant) -> Iterator[str]:
    yield from (one.alias for one in dependant.query_params)
    for inner in dependant.dependencies:
        yield from parameters(inner)


def links(page: str, here: str) -> Iterator[tuple[str, frozenset[str]]]:
    for found in re.findall(r'<a[^>]* href="([^"]+)"', page):
        address = urlsplit(unescape(found))
        if address.query and address.path not in (here, "/what-if"):
            yield address.path, frozenset(name for name, _ in parse_qsl(address.query))


@pytest.mark.parametrize("path", PLACES)
def test_a_link_asks_a_page_for_what_that_page_knows(site: Site, ticket: str, path: str):
    manager, here = site.visitor("service-manager"), path.format(ticket=ticket)
    known = read_by(here)

    page = manager.get(here, **{name: told for name, told in SAID.items() if name in known})

    assert page.status_code in (200, 202), page.text[-500:]
    for target, names in set(links(page.text, here)):
        response = manager.get(target, **dict.fromkeys(names, ""))

        assert "unknown parameter" not in response.text, (target, names)


@pytest.mark.parametrize("path", PLACES)
def test_what_a_page_does_not_know_is_refused_by_name(site: Site, ticket: str, path: str):
    response = site.visitor("service-manager").get(path.format(ticket=ticket), bogus="1")

    assert 422 == response.status_code
    assert "bogus" in response.text


def test_compliance_does_not_take_the_months_of_lists_for_its_own(site: Site):
    response = site.visitor("service-manager").get("/compliance", month="2026-01", month_to="2026-02")

    assert 422 == response.status_code
