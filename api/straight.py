"""The shorter way of a command to its office.

FastAPI works out for each request anew what a route depends on, and in which order; that takes as long as the command itself. Here
the very functions that the route depends on are called one after another. Whatever is not in order goes FastAPI's way, which says
what is wrong with it.
"""

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from api.bodies import Around, StrictRequest
from api.conditions import Conditions
from api.office import Office
from api.problems import TurnedAway
from api.security import guards_of

JSON = "application/json"


class _Call(NamedTuple):
    """What a route is called with."""

    request: Request
    ticket: UUID
    conditions: Conditions
    office: Office
    body: Around


class CommandRoute(APIRoute):
    """A command on a ticket, whose body is a `model`; it depends on `conditions` and an `office`, and has one guard."""

    model: ClassVar[type[Around]]

    @classmethod
    def of(cls, model: type[Around]) -> "type[CommandRoute]":
        return type(f"{model.__name__}Route", (cls,), {"model": model})

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        the_long_way = super().get_route_handler()
        act: Callable[..., Response] = self.endpoint
        needs: dict[str | None, Any] = {one.name: one.call for one in self.dependant.dependencies}
        (guard,) = guards_of(self.dependant)

        async def call_of(request: Request) -> _Call:
            headers = request.headers
            if headers.get("content-type") != JSON:
                raise ValueError("not plainly JSON")
            conditions = await needs["conditions"](headers.get("idempotency-key"), headers.get("if-match"))
            office = await needs["office"](request, await guard(request))
            ticket = UUID(request.path_params["ticket"])
            if str(ticket) != request.path_params["ticket"]:
                raise ValueError("not plainly an id")
            return _Call(request, ticket, conditions, office, self.model.model_validate(await request.json()))

        async def handle(request: Request) -> Response:
            request = StrictRequest(request.scope, request.receive)
            await request.body()  # is kept, and can be read but once
            try:
                call = await call_of(request)
            except (ValueError, RecursionError, TurnedAway):
                return await the_long_way(request)
            return await run_in_threadpool(act, *call)

        return handle
