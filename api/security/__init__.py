"""The door: reads who somebody is, and lets nobody through whom it does not know."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated

from fastapi import FastAPI, Request, Security
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.crew import crew
from api.problems import CredentialRefused, Unauthenticated
from api.security.keys import PREFIX, Keys
from api.security.principal import Principal
from api.security.roles import Right
from api.security.tokens import Tokens

LONGEST_CREDENTIAL = 8192

_BEARER = HTTPBearer(
    scheme_name="bearer",
    bearerFormat="API key or JWT",
    description="An API key (`tck_…`) for a program, or a JWT of the OpenID provider for a person.",
    auto_error=False,
)


class Gate:
    """Tells who a request comes from; `now` is the wall clock, asked once a request."""

    def __init__(self, keys: Keys, tokens: Tokens | None, now: Callable[[], datetime]) -> None:
        self.keys = keys
        self._tokens = tokens
        self._now = now

    def principal(self, authorization: str | None) -> Principal:
        """Who this is. Raises Unauthenticated without a credential or with a bad one, Forbidden where it gives no role here.

        May ask the database or the OpenID provider, hence not for the event loop.
        """
        credential = _credential(authorization)
        if credential.startswith(PREFIX):
            return self.keys.verify(credential, self._now())
        if self._tokens is None:
            raise CredentialRefused("this is no API key, and no OpenID provider is set up here")
        return self._tokens.verify(credential, self._now())

    def remembered(self, authorization: str | None) -> Principal | None:
        """The holder of a key verified a moment ago, without asking anybody; None where somebody has to be asked."""
        credential = _credential(authorization)
        return self.keys.remembered(credential, self._now()) if credential.startswith(PREFIX) else None


class Require:
    """The dependency of a route: whoever asks must hold this right. Reads the gate from `app.state.gate`."""

    def __init__(self, right: Right) -> None:
        self.right = right

    async def __call__(
        self, request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)] = None
    ) -> Principal:
        authorization = _only(request.headers.getlist("authorization"))
        gate: Gate = request.app.state.gate
        principal = gate.remembered(authorization)
        if principal is None:
            principal = await crew().do(gate.principal, authorization)
        request.state.principal = principal
        principal.must(self.right)
        return principal


def require(right: Right) -> Require:
    """`Annotated[Principal, Depends(require("tickets:read"))]`: closed to everybody without the right."""
    return Require(right)


def anonymous_routes(app: FastAPI) -> set[str]:
    """The paths that anybody may ask; a test holds that they are health, readiness and the OpenAPI document."""
    return {
        route.path
        for route in iter_route_contexts(app.routes)
        if route.path is not None and not any(guards_of(getattr(route, "dependant", None)))
    }


def guards_of(dependant: Dependant | None) -> Iterator[Require]:
    """What a route demands of whoever asks."""
    for one in dependant.dependencies if dependant else []:
        if isinstance(one.call, Require):
            yield one.call
        yield from guards_of(one)


def _only(headers: list[str]) -> str | None:
    if len(headers) > 1:
        raise CredentialRefused("there are several Authorization headers")
    return headers[0] if headers else None


def _credential(authorization: str | None) -> str:
    if not authorization:
        raise Unauthenticated("the request carries no credential")
    scheme, _, credential = authorization.partition(" ")
    if scheme.lower() != "bearer" or not credential:
        raise CredentialRefused("the credential is not a bearer's")
    if len(credential) > LONGEST_CREDENTIAL or not credential.isascii() or not credential.isprintable():
        raise CredentialRefused("the credential is neither an API key nor a token")
    return credential
