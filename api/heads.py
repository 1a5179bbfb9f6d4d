"""HEAD is answered as GET would be, and ends where the body would begin."""

from asyncio import Event

from starlette.routing import BaseRoute, Match, Router
from starlette.types import Message, Receive, Scope, Send

from api.hearing import leave_unheard

_NOTHING: Message = {"type": "http.request", "body": b"", "more_body": False}
_END: Message = {"type": "http.response.body", "body": b"", "more_body": False}


class Heads(BaseRoute):
    """Stands before all routes, and has each of them answer HEAD that answers GET."""

    def __init__(self, router: Router) -> None:
        self._router = router

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.FULL, {}) if scope.get("method") == "HEAD" else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """To what would go on with a body, a stream above all, it looks as if whoever asked had hung up."""
        said, heard = Event(), iter([_NOTHING])

        async def hears() -> Message:
            if (message := next(heard, None)) is not None:
                return message
            await said.wait()
            return {"type": "http.disconnect"}

        async def says(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send(_END)
                said.set()

        leave_unheard(scope)
        asked = {**scope, "method": "GET", "asgi": {"version": "3.0", "spec_version": "2.3"}}
        await self._router(asked, hears, says)
        scope["route"] = asked.get("route")
