"""The way in with an OpenID provider: there, and back with a code."""

import json
from dataclasses import asdict
from typing import Annotated, Final

from cryptography.fernet import Fernet, InvalidToken
from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from api.pages.door.entrance import LONGEST, Then, within
from api.pages.door.session import LONGEST_COOKIE, sealed_size
from api.pages.door.unsent import ADDRESS
from api.pages.paper import PageRoute, plain_page
from api.pages.visit import sessions_of
from api.problems import CredentialRefused, Forbidden, NotFound, Unauthenticated, problem
from api.security import Gate
from api.security.openid import Provider, Question

router = APIRouter(route_class=PageRoute, include_in_schema=False)

COOKIE: Final = "tcopenid"
PATH: Final = "/sign-in/openid"
LASTS_SECONDS = 600
"""So long one may take to sign in at the provider."""

Told = Annotated[str | None, Query(max_length=LONGEST)]


@router.get(PATH)
def ask(request: Request, then: Then = "/") -> Response:
    """Send the browser to the provider."""
    provider, question = _provider(request), Question.new(within(then))
    response = RedirectResponse(provider.address(question, _callback(request)), 303)
    sealed = _sealer(request).encrypt_at_time(json.dumps(asdict(question)).encode(), _now(request))
    response.set_cookie(
        COOKIE,
        sealed.decode(),
        max_age=LASTS_SECONDS,
        path=PATH,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return response


@router.get(f"{PATH}/callback")
def answered(request: Request, state: Told = None, code: Told = None, error: Told = None, iss: Told = None) -> Response:
    """Begin a session with what the provider says of whoever comes back; whatever is wrong is said where one signs in."""
    provider, then = _provider(request), "/"
    try:
        question = _question(request, state)
        then = question.then
        provider.check_sender(iss)
        if error or not code:
            raise Unauthenticated(f"the provider did not sign you in: {error or 'no code came back'}")
        tokens = provider.tokens(question, code, _callback(request), request.app.state.now())
        response: Response = RedirectResponse(then, 303)
        sessions_of(request).begin(response, _accepted(request, tokens), request, request.app.state.now())
    except (Unauthenticated, Forbidden) as refusal:
        told = problem(refusal, request.scope)
        response = plain_page(
            request, "sign-in", told.status, then=then, unsent=False, kept=then == ADDRESS, problem=told
        )
    response.delete_cookie(COOKIE, path=PATH)
    return response


def _question(request: Request, state: str | None) -> Question:
    """What this browser went to ask. Raises CredentialRefused for an answer to anything else."""
    try:
        told = _sealer(request).decrypt_at_time(request.cookies.get(COOKIE, ""), LASTS_SECONDS, _now(request))
    except InvalidToken:
        raise CredentialRefused("it took too long, or began in another browser", remedy="sign in once more") from None
    question = Question(**json.loads(told))
    if state != question.state:
        raise CredentialRefused("the answer is to another question", remedy="sign in once more")
    return question


def _accepted(request: Request, tokens: tuple[str, ...]) -> str:
    """The token by which this service knows its holder. Raises what the gate raises of the first."""
    gate: Gate = request.app.state.gate
    refusals: list[Unauthenticated | Forbidden] = []
    for token in tokens:
        try:
            gate.principal(f"Bearer {token}")
        except (Unauthenticated, Forbidden) as refusal:
            refusals.append(refusal)
        else:
            if sealed_size(token) > LONGEST_COOKIE:
                raise Forbidden("the provider's token is longer than a browser keeps", remedy="have it say less")
            return token
    raise refusals[0]


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.openid
    if provider is None:
        raise NotFound("people do not sign in with a provider here", remedy="sign in with a key")
    return provider


def _callback(request: Request) -> str:
    return str(request.url.replace(path=f"{PATH}/callback", query="", fragment=""))


def _sealer(request: Request) -> Fernet:
    return sessions_of(request).sealer("openid")


def _now(request: Request) -> int:
    return int(request.app.state.now().timestamp())
