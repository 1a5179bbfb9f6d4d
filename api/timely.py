"""Whoever asks is answered in time, also while the database says nothing at all, not even that it gives up.

What a route does goes on in a thread of its own and may wait there for as long as it likes; whoever asked is told after a while
that there is no answer. So a database that stands still holds threads of this program, and nobody else.
"""

from collections.abc import Callable, Coroutine
from functools import cache, partial, wraps
from inspect import isasyncgenfunction, iscoroutinefunction, unwrap
from typing import Any, TypeVar

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.crew import Crew, crew
from api.hearing import leave_unheard
from api.problems import TooSlow

READING_SECONDS = 20.0
"""A statement that is given up by the database itself is given up after thirty; few that read take one."""
LONG_SECONDS = 120.0
"""What is made of many tickets, or of all that is known of one, may take its time."""

Act = TypeVar("Act", bound=Callable[..., Any])

_LONG = "_takes_long"


class TimelyRoute(APIRoute):
    """A route that answers in time."""

    def __init__(
        self, path: str, endpoint: Callable[..., Any], *, methods: set[str] | list[str] | None = None, **told: Any
    ) -> None:
        self.act = unwrap(endpoint)
        is_question = methods is None or "GET" in methods or hasattr(self.act, _LONG)
        in_time = _answered(endpoint) if is_question else _done(endpoint)
        super().__init__(path, in_time, methods=methods, **told)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_in_time(request: Request) -> Response:
            try:
                return await handle(request)
            except TooSlow:
                leave_unheard(request.scope)
                raise

        return handle_in_time


def takes_long(act: Act) -> Act:
    """Marks what a route does as something for which one waits longer."""
    setattr(act, _LONG, True)
    return act


@cache
def readers() -> Crew:
    """Those of this program who are not needed for commands, so that neither wait for the other."""
    return Crew(name="answers")


def _answered(act: Callable[..., Any]) -> Callable[..., Any]:
    """Of a question. What waits for nothing stays as it is."""

    async def answered(**told: Any) -> Any:
        seconds = LONG_SECONDS if hasattr(act, _LONG) else READING_SECONDS
        return await readers().do(partial(act, **told), patience=seconds)

    return act if _waits_for_nothing(act) else wraps(act)(answered)


def _done(act: Callable[..., Any]) -> Callable[..., Any]:
    """Of a command."""

    async def done(**told: Any) -> Any:
        return await crew().do(partial(act, **told))

    return act if _waits_for_nothing(act) else wraps(act)(done)


def _waits_for_nothing(act: Callable[..., Any]) -> bool:
    return iscoroutinefunction(act) or isasyncgenfunction(act)
