"""The shorter way of a command to its office.

FastAPI works out for each request anew what a route depends on, and in which order; that takes as long as the command itself. Here
the very functions that the route depends on are called one after another. Whatever is not in order goes FastAPI's way, which says
what is wrong with it.
"""

from functools import cached_property
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from fastapi import Request, Response
from starlette.types import Message, Receive, Scope, Send

from api.bodies import Around, StrictRequest, StrictRoute
from api.conditions import Conditions
from api.crew import crew
from api.office import Office
from api.problems import TurnedAway
from api.security import Require, guards_of
from api.security.principal import Principal

JSON = "application/json"


class _Call(NamedTuple):
    """What a route is called with."""

    request: Request
    ticket: UUID
    conditions: Conditions
    office: Office
    body: Around


class CommandRoute(StrictRoute):
    """A command on a ticket, whose body is a `model`; it depends on `conditions` and an `office`, and has one guard."""

    model: ClassVar[type[Around]]

    @classmethod
    def of(cls, model: type[Around]) -> "type[CommandRoute]":
        return type(f"{model.__name__}Route", (cls,), {"model": model})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)
            return
        request = StrictRequest(scope, receive)
        principal = await self._guard(request)
        body = await request.body()
        try:
            call = await self._call(request, principal)
        except (ValueError, RecursionError, TurnedAway):
            await super().handle(scope, _heard_already(body, receive), send)
            return
        response: Response = await crew().do(self.act, *call)
        await response(scope, receive, send)

    async def _call(self, request: Request, principal: Principal) -> _Call:
        headers = request.headers
        if headers.get("content-type") != JSON or "content-encoding" in headers:
            raise ValueError("not plainly JSON")
        conditions = await self._needs["conditions"](headers.get("idempotency-key"), headers.get("if-match"))
        office = await self._needs["office"](request, principal)
        ticket = UUID(request.path_params["ticket"])
        if str(ticket) != request.path_params["ticket"]:
            raise ValueError("not plainly an id")
        return _Call(request, ticket, conditions, office, self.model.model_validate(await request.json()))

    @cached_property
    def _needs(self) -> dict[str | None, Any]:
        return {one.name: one.call for one in self.dependant.dependencies}

    @cached_property
    def _guard(self) -> Require:
        (guard,) = guards_of(self.dependant)
        return guard


def _heard_already(body: bytes, receive: Receive) -> Receive:
    """What a request says, once more from the beginning: its body, which can be received but once, and what comes after."""
    heard: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return heard.pop() if heard else await receive()

    return again
