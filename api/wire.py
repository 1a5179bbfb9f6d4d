"""The head of a request, as it comes in over a connection: how long it may be, how long it may take, and what is told of one that
nobody can read. What comes after the head is for `api.incoming`.
"""

from asyncio import TimerHandle, Transport
from typing import Any, ClassVar
from uuid import uuid4

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from api.problems import HeadLate, HeadTooLarge, Malformed, TurnedAway, answer


class Wire(HttpToolsProtocol):
    """One connection. Whoever says nothing on it is hung up on without a word.

    `limit` is in bytes, beside those that came at once with a head's first.
    """

    limit: ClassVar[int] = 64 * 1024
    seconds: ClassVar[float] = 30.0

    def __init__(self, *told: Any, **more: Any) -> None:
        super().__init__(*told, **more)
        self._came: int | None = None  # bytes of a head that has begun and not ended
        self._coming = 0
        self._late: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._coming = len(data)
        super().data_received(data)
        if self._came is None or self.transport.is_closing():
            return
        self._came += self._coming
        if self._came > self.limit:
            self._refuse(HeadTooLarge(f"the head of the request is longer than {self.limit} bytes"))
        elif self._late is None:
            self._wait()

    def on_message_begin(self) -> None:
        self._came = -self._coming
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._came = None
        self._wait_no_more()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        self._refuse(Malformed("what came is no HTTP request that can be read"))

    def _wait(self) -> None:
        self._late = self.loop.call_later(self.seconds, self._give_up)

    def _wait_no_more(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        self._late = None
        if self.flow.read_paused:
            self._wait()
        elif self._came is not None:
            self._refuse(HeadLate(f"the head of the request was not there after {self.seconds:g} s"))
        else:
            self.transport.close()

    def _refuse(self, refusal: TurnedAway) -> None:
        """Where an answer is on its way already, it ends there."""
        self._wait_no_more()
        before: RequestResponseCycle | None = self.cycle
        if before is None or before.response_complete or not before.response_started:
            self.transport.write(_written(refusal))
        self.transport.close()


def _written(refusal: TurnedAway) -> bytes:
    told = uuid4().hex
    scope: Scope = {"type": "http", "path": "", "state": {"request_id": told}}
    response = answer(refusal, scope)
    response.headers["X-Request-ID"] = told
    response.headers["Connection"] = "close"
    head = b"".join(b"%s: %s\r\n" % header for header in response.raw_headers)
    return STATUS_LINE[response.status_code] + head + b"\r\n" + bytes(response.body)
