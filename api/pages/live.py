"""`GET /live`: what keeps open pages live, as server-sent events, one stream for a whole browser."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.sse import format_sse_event
from pydantic_core import to_json
from starlette.responses import StreamingResponse

from api.pages.broadcast import Broadcaster, Listener
from api.pages.door.session import Session
from api.pages.visit import at_the_door, sessions_of
from api.problems import Unauthenticated
from api.routes.stream import begins_after
from api.seats import seat
from api.security import Gate

router = APIRouter(include_in_schema=False)

AT_ONCE = 50
"""How many browsers one principal can have open."""

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


async def listening(request: Request, after: Annotated[int | None, Depends(begins_after)]) -> AsyncIterator[Listener]:
    """Somebody who listens, for as long as the stream is open. Refuses while there still is a status to say so with."""
    office, session = await at_the_door(request)
    broadcaster = _broadcaster(request)
    listener = Listener(
        customer=office.customer,
        sees_tickets=office.principal.may("tickets:read"),
        check=_still_good(request, session),
        position=after,
    )
    with seat(request.app.state.streams, f"page {office.principal.via} {office.principal.id}", AT_ONCE):
        await broadcaster.open(listener)
        try:
            yield listener
        finally:
            broadcaster.close(listener)


@router.get("/live")
async def live(request: Request, listener: Annotated[Listener, Depends(listening)]) -> Response:
    return StreamingResponse(_lines(_broadcaster(request), listener), headers=HEADERS, media_type="text/event-stream")


async def _lines(broadcaster: Broadcaster, listener: Listener) -> AsyncIterator[bytes]:
    async for message in broadcaster.messages(listener):
        yield format_sse_event(event=message.kind, id=str(message.position), data_str=to_json(message.told).decode())


def _still_good(request: Request, session: Session) -> Callable[[], None]:
    """What raises TurnedAway once the key is revoked, or the session is over."""
    state, gate = request.app.state, _gate(request)

    def check() -> None:
        if sessions_of(request).of(request, state.now()) is None:
            raise Unauthenticated("the session is over")
        gate.principal(session.authorization)

    return check


def _gate(request: Request) -> Gate:
    gate: Gate = request.app.state.gate
    return gate


def _broadcaster(request: Request) -> Broadcaster:
    broadcaster: Broadcaster = request.app.state.broadcaster
    return broadcaster
