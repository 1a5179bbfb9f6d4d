"""How much may be sent to this service, and how long it may take to come."""

from asyncio import CancelledError, Task, current_task, get_running_loop
from collections.abc import Mapping
from typing import Any, NoReturn

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import BodyLate, TooLarge, answer

BODY_LIMIT = 256 * 1024
"""In bytes."""
BODY_SECONDS = 30.0
"""So long the longest body takes at 9 kB a second."""


class BodyLimit:
    """Refuses a body that is too long, as soon as it says so or turns out to be, and one that takes too long to come.

    Not before it is asked for: whoever may not come in at all is told that first.
    """

    def __init__(
        self, app: ASGIApp, limit: int, larger: Mapping[str, int] | None = None, seconds: float = BODY_SECONDS
    ) -> None:
        self.app = app
        self.limit = limit
        self.larger = larger or {}
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self._request if scope["type"] == "http" else self.app)(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = self.larger.get(scope["path"], self.limit)
        body = _Coming(scope, receive, limit, self.seconds)
        has_begun = False

        async def unless_refused(message: Message) -> None:
            """Whatever the application makes of a body cut short is not what the caller is told."""
            nonlocal has_begun
            if body.refusal is None or has_begun:
                has_begun = True
                await send(message)

        try:
            await self.app(scope, body.next, unless_refused)
        except (TooLarge, BodyLate):
            if has_begun:
                raise
        if body.refusal and not has_begun:
            await answer(body.refusal, scope)(scope, receive, send)


class _Coming:
    """A body on its way, up to a limit in bytes and for so many seconds. `refusal` is why no more of it is read."""

    def __init__(self, scope: Scope, receive: Receive, limit: int, seconds: float) -> None:
        self._scope = scope
        self._receive = receive
        self._limit = limit
        self._seconds = seconds
        self._read = 0
        self._until = 0.0
        self._is_whole = False
        self.refusal: TooLarge | BodyLate | None = None

    async def next(self) -> Message:
        """The next part, or what comes after the last one. Raises TooLarge or BodyLate."""
        if self._is_whole:
            return await self._receive()
        if self.refusal:
            raise self.refusal
        if not self._until:
            self._until = get_running_loop().time() + self._seconds
            if _is_longer(Headers(scope=self._scope).get("content-length", ""), self._limit):
                self._refuse_so_much()
        message = await self._in_time()
        self._read += len(message.get("body", b""))
        if self._read > self._limit:
            self._refuse_so_much()
        self._is_whole = not message.get("more_body", False)
        return message

    async def _in_time(self) -> Message:
        """What `asyncio.timeout` would do, at a third of its price: most bodies are there already."""
        task = current_task()
        assert task is not None
        late = get_running_loop().call_at(self._until, self._give_up, task)
        try:
            return await self._receive()
        except CancelledError:
            if self.refusal is None:
                raise
            task.uncancel()
            raise self.refusal from None
        finally:
            late.cancel()

    def _give_up(self, task: Task[Any]) -> None:
        self.refusal = BodyLate(f"the body was not there after {self._seconds:g} s")
        task.cancel()

    def _refuse_so_much(self) -> NoReturn:
        self.refusal = TooLarge(f"the body is longer than {self._limit} bytes", remedy="Send less at a time.")
        raise self.refusal


def _is_longer(content_length: str, limit: int) -> bool:
    is_number = content_length.isascii() and content_length.isdigit()
    return is_number and (len(content_length) > len(str(limit)) + 20 or int(content_length) > limit)
