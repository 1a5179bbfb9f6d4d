"""The way in and out: sign-in with a key, preferences, and what every page is made with."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from api.crew import crew
from api.pages.door.session import check_origin
from api.pages.door.unsent import ADDRESS, forget, kept
from api.pages.paper import PageRoute, plain_page
from api.pages.viewer import OF_THE_AGREEMENT, THEME, THEMES, ZONE
from api.pages.visit import at_the_door, sessions_of
from api.problems import Forbidden, Unauthenticated, problem

router = APIRouter(route_class=PageRoute, include_in_schema=False)

LONGEST = 2_000
YEAR_SECONDS = 31_536_000

Then = Annotated[str, Query(max_length=LONGEST)]


@router.get("/sign-in")
def sign_in(request: Request, then: Then = "/", unsent: bool = False) -> Response:
    """The form by which one comes in; `unsent`: for whoever sent another form when their session was over."""
    return plain_page(request, "sign-in", then=within(then), unsent=unsent, kept=then == ADDRESS, problem=None)


@router.post("/sign-in")
async def signed_in(
    request: Request, key: Annotated[str, Form(max_length=8192)] = "", then: Annotated[str, Form()] = "/"
) -> Response:
    """Begin a session with a key or a token, if it is good."""
    check_origin(request)
    try:
        await crew().do(request.app.state.gate.principal, f"Bearer {key.strip()}")
    except (Unauthenticated, Forbidden) as error:
        told = problem(error, request.scope)
        return plain_page(
            request, "sign-in", told.status, then=within(then), unsent=False, kept=then == ADDRESS, problem=told
        )
    response = RedirectResponse(within(then), 303)
    (await sessions_of(request).prepared()).begin(response, key.strip(), request, request.app.state.now())
    return response


@router.get(ADDRESS)
async def go_on(request: Request) -> Response:
    """Back to the form that was sent when the session was over, with all that was filled in; it is not sent yet."""
    _, session = await at_the_door(request)
    unsent = kept(request, session)
    if unsent is None:
        return RedirectResponse("/", 303)
    return plain_page(request, "unsent", unsent=unsent)


@router.post("/sign-out")
def signed_out(request: Request) -> Response:
    """End the session of this browser."""
    check_origin(request)
    response = RedirectResponse("/sign-in", 303)
    sessions_of(request).end(response)
    forget(response)
    return response


@router.post("/preferences")
def prefer(
    request: Request,
    zone: Annotated[str, Form(max_length=100)] = OF_THE_AGREEMENT,
    theme: Annotated[str, Form(max_length=10)] = "auto",
    then: Annotated[str, Form(max_length=LONGEST)] = "/",
) -> Response:
    """Remember, in this browser, in which zone times are shown and in which colours."""
    check_origin(request)
    response = RedirectResponse(within(then), 303)
    response.set_cookie(ZONE, zone, max_age=YEAR_SECONDS, samesite="lax")
    response.set_cookie(THEME, theme if theme in THEMES else "auto", max_age=YEAR_SECONDS, samesite="lax")
    return response


def within(then: str) -> str:
    """A page of this service, whatever somebody put into a link."""
    is_here = then.startswith("/") and not then.startswith(("//", "/\\")) and then.isprintable()
    return then if is_here else "/"
