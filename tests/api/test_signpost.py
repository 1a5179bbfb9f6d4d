"""A request comes to the same route with a signpost before them as without."""

from uuid import UUID

import pytest
from fastapi import FastAPI
from starlette.routing import BaseRoute, Match, Mount, Route

from api.app import ROUTERS
from api.pages.boards import PAGES
from api.signpost import Signpost
from tests.api.asking import ask

ROUTES: list[BaseRoute] = [route for router in (*ROUTERS, *PAGES) for route in router.routes]


def path_of(route: BaseRoute) -> str:
    """A path that the route could be asked by."""
    assert isinstance(route, Route)
    return "/".join(str(UUID(int=7)) if "{" in part else part for part in route.path.split("/"))


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_every_path_leads_to_the_route_that_a_router_finds(method: str):
    signpost = Signpost(ROUTES)
    for path in sorted({path_of(route) for route in ROUTES}):
        scope = {"type": "http", "method": method, "path": path, "root_path": ""}
        routers = next((one for one in ROUTES if one.matches(scope)[0] is Match.FULL), None)

        match, found = signpost.matches(scope)

        assert match is Match.NONE or routers is found["route"]


def test_most_paths_are_on_the_signpost():
    signpost = Signpost(ROUTES)
    commands = [
        route for route in ROUTES if isinstance(route, Route) and route.path.startswith("/v1/tickets/{ticket}/")
    ]

    for route in commands:
        method = min(route.methods or ())
        scope = {"type": "http", "method": method, "path": path_of(route), "root_path": ""}
        assert Match.FULL is signpost.matches(scope)[0]


def test_a_route_that_takes_any_word_and_comes_first_is_taken_first():
    def nothing() -> None:
        """Is never asked."""

    first, meant = Route("/tickets/{any}", nothing), Route("/tickets/new", nothing)
    signpost = Signpost([first, meant])

    assert first is signpost.matches({"type": "http", "method": "GET", "path": "/tickets/new"})[1]["route"]


def test_below_a_mounted_application_the_signpost_leads_nowhere_else():
    def nothing() -> None:
        """Is never asked."""

    mounted, meant = Mount("/static", FastAPI()), Route("/{any}/new", nothing)
    signpost = Signpost([mounted, meant])

    assert mounted is signpost.matches({"type": "http", "method": "GET", "path": "/static/new"})[1]["route"]


def test_what_the_signpost_does_not_know_is_still_found():
    app = FastAPI()
    app.add_api_route("/tickets/{ticket}", lambda ticket: ticket)
    app.router.routes.insert(0, Signpost(tuple(app.router.routes)))

    assert "7" == ask(app, "GET", "/tickets/7").json()
    assert 405 == ask(app, "DELETE", "/tickets/7").status_code
    assert 404 == ask(app, "GET", "/tickets/7/8").status_code
