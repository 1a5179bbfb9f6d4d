"""How a page is made: its template with what a visitor may see around it, and how a refusal looks to a person."""

from collections.abc import Callable, Coroutine, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode

from fastapi import Request, Response
from jinja2 import Environment
from starlette.responses import HTMLResponse

from api.pages.door.returning import SignInFirst
from api.pages.door.unsent import turned_away
from api.pages.formats import Formats
from api.pages.templating import environment
from api.pages.viewer import THEMES, Viewer
from api.pages.visit import StillBuilding, Visit
from api.problems import later, problem
from api.security.roles import Right
from api.timely import TimelyRoute

STATIC = Path(str(files("api.pages") / "static"))

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "Vary": "Cookie, Accept-Language",
}

ASK_AGAIN_SECONDS = 2

PLACES: tuple[tuple[str, str, Right], ...] = (
    ("queue", "/", "tickets:read"),
    ("escalations", "/escalations", "tickets:read"),
    ("workload", "/workload", "tickets:read"),
    ("disputes", "/disputes", "tickets:read"),
    ("compliance", "/compliance", "reports:read"),
    ("contracts", "/contracts", "contracts:read"),
    ("agreements", "/agreements", "agreements:read"),
    ("operations", "/operations", "operations:read"),
)
"""The boards, their addresses, and the right that each asks for."""

PORTAL: tuple[tuple[str, str, Right], ...] = (
    ("portal", "/portal", "tickets:read"),
    ("disputes", "/disputes", "tickets:read"),
    ("reports", "/portal/reports", "reports:read"),
    ("agreements", "/agreements", "agreements:read"),
)
"""What a customer's people have in their place."""

SELDOM = frozenset({"contracts", "agreements", "operations"})
"""The boards that are looked at now and then; with those of every day they would not stand in one line."""

LINE = 6
"""So many places stand in one line whoever looks."""


class Place(NamedTuple):
    """A place as a page names it; `current` is what `aria-current` says: the page itself, or that it is under this place."""

    name: str
    address: str
    current: Literal["page", "true"] | None
    is_seldom: bool


def _places(visit: Visit) -> list[Place]:
    """Those that a visitor may see."""
    named = [(name, address) for name, address, right in (PORTAL if visit.is_customers else PLACES) if visit.may(right)]
    path = visit.request.url.path
    above = max((one for _, one in named if path == one or path.startswith(f"{one}/")), key=len, default=None)
    here: Literal["page", "true"] = "page" if path == above else "true"
    are_many = len(named) > LINE
    return [
        Place(name, address, here if address == above else None, are_many and name in SELDOM) for name, address in named
    ]


def page(visit: Visit, template: str, /, status: int = 200, **told: Any) -> Response:
    """A page for a visitor. `template` is its file's name without `.html`, which is also the name of its place."""
    around: dict[str, Any] = {
        "visit": visit,
        "show": visit.show,
        "places": _places(visit),
        "here": template,
        "address": _addressed(visit.request),
    }
    return _rendered(template, visit.request, visit.viewer, status, **around, **told)


def plain_page(request: Request, template: str, /, status: int = 200, **told: Any) -> Response:
    """A page for somebody who is not signed in, or of whom nothing is known."""
    viewer = Viewer.of(request)
    around: dict[str, Any] = {
        "visit": None,
        "show": Formats(viewer, request.app.state.now()),
        "places": [],
        "here": template,
        "address": _addressed(request),
    }
    return _rendered(template, request, viewer, status, **around, **told)


def _rendered(template: str, request: Request, viewer: Viewer, status: int, **told: Any) -> Response:
    text = _templates().get_template(f"{template}.html").render(request=request, viewer=viewer, **told)
    return HTMLResponse(text, status, HEADERS)


@cache
def _templates() -> Environment:
    return environment(static=static, THEMES=THEMES)


def static(name: str) -> str:
    """The address of a style sheet or module; it changes with any of them, so that it can be kept for ever."""
    return f"/static/{edition()}/{name}"


@cache
def edition() -> str:
    digest = sha256()
    for file in sorted(STATIC.rglob("*")):
        if file.is_file():
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _addressed(request: Request) -> Callable[..., str]:
    """`address(severity=2, cursor=None)`: this page with a part of its query otherwise; None leaves a part out."""

    asked: dict[str, Any] = {name: request.query_params.getlist(name) for name in request.query_params}
    here = request.url.path

    def address(path: str | None = None, /, **changed: object) -> str:
        told = asked | changed
        query = urlencode({name: value for name, value in told.items() if value not in (None, "", [])}, doseq=True)
        return (path or here) + (f"?{query}" if query else "")

    return address


class PageRoute(TimelyRoute):
    """Answers a refusal as a page, and sends whoever is not signed in to where one can be."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_for_people(request: Request) -> Response:
            try:
                return await handle(request)
            except StillBuilding as building:
                return being_built(building)
            except SignInFirst as first:
                return await turned_away(request, first)
            except Exception as error:
                told = problem(error, request.scope)
                if told.status == 500:
                    raise
                answer = refused(request, told.model_dump())
                answer.headers.update(later(error))
                return answer

        return handle_for_people


def being_built(building: StillBuilding) -> Response:
    """How far it is; the browser asks again by itself."""
    visit = building.visit
    seen = None if visit.office.customer else building  # how many tickets there are is no customer's business
    answer = page(visit, "building", 202, building=seen)
    answer.headers["Refresh"] = answer.headers["Retry-After"] = str(ASK_AGAIN_SECONDS)
    return answer


def refused(request: Request, told: Mapping[str, Any]) -> Response:
    """What went wrong, with the clause and what to do, as a page; whoever is signed in goes on from there as from any other."""
    visit: Visit | None = getattr(request.state, "visit", None)
    if visit is None:
        return plain_page(request, "problem", told["status"], problem=told)
    return page(visit, "problem", told["status"], problem=told)
