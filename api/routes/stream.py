"""The log as it goes on, as server-sent events: one for each event of a ticket or a dispute that the principal may see."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic_core import to_json

from api.crew import crew
from api.entrance import office
from api.feed import Feed
from api.office import Office
from api.problems import Malformed, TurnedAway, problem_responses
from api.seats import seat
from api.timely import readers
from api.unattended import AWAY

router = APIRouter(prefix="/v1/stream", tags=["Stream"])

AT_ONCE = 20
"""How many streams one principal can have."""

SHORTEST_REST_SECONDS = 0.1
LONGEST_REST_SECONDS = 1.0
LOOKED_AT_AGAIN_SECONDS = 15.0
"""How often it is asked whether the credential is still good."""


async def begins_after(
    last_event_id: Annotated[str | None, Header(description="The id of the last event that arrived.")] = None,
    after: Annotated[int | None, Query(ge=0, lt=2**63, description="A position to begin after.")] = None,
) -> int | None:
    if last_event_id is None:
        return after
    if not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 19):
        raise Malformed("Last-Event-ID is a position of the log", remedy="send the id of the last event that arrived")
    return int(last_event_id)


async def following(
    request: Request,
    office: Annotated[Office, office("tickets:read")],
    after: Annotated[int | None, Depends(begins_after)],
) -> AsyncIterator[Feed]:
    """What is to be told, for as long as the stream is open. Refuses while there still is a status to say so with."""
    with seat(request.app.state.streams, f"{office.principal.via} {office.principal.id}", AT_ONCE):
        yield await readers().do(office.follow, after)


@router.get(
    "",
    operation_id="followEvents",
    response_class=EventSourceResponse,
    responses=problem_responses(400, 401, 403, 422, 429, 500, 503),
)
async def stream(request: Request, feed: Annotated[Feed, Depends(following)]) -> AsyncIterator[ServerSentEvent]:
    """Every event of your tickets and disputes from a position of the log on, from now on where none is named.

    The id of an event is its position; an event without data only moves it on. That of a dispute has a name that begins with
    `dispute_`, such as `dispute_claim_made`, and names its `dispute` where others name their `ticket`.
    """
    async for event in _events(request, feed):
        yield event


async def _events(request: Request, feed: Feed) -> AsyncIterator[ServerSentEvent]:
    """Until the client, the service or the database goes, or the credential is good no more."""
    rest = SHORTEST_REST_SECONDS
    good_until = asyncio.get_running_loop().time() + LOOKED_AT_AGAIN_SECONDS
    while not request.app.state.stopping.is_set():
        before = feed.position
        try:
            found = await readers().do(feed.new)
            if asyncio.get_running_loop().time() > good_until:
                await crew().do(request.app.state.gate.principal, request.headers.get("authorization"))
                good_until += LOOKED_AT_AGAIN_SECONDS
        except (*AWAY, TurnedAway):
            return
        for one in found:
            yield ServerSentEvent(event=one.kind, id=str(one.position), raw_data=to_json(one.line).decode())
        if feed.position > before:
            yield ServerSentEvent(id=str(feed.position))
            rest = SHORTEST_REST_SECONDS
        else:
            await asyncio.sleep(rest)
            rest = min(2 * rest, LONGEST_REST_SECONDS)
