"""How the service does: for machines that watch over it, and for people who answer for it."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import AsObject, reply
from api.bodies import StrictRoute
from api.crew import crew
from api.entrance import office
from api.house import House
from api.office import Office
from api.outgoing.outbox import DeadLetter
from api.paging import Cursor, Limit, next_of, place
from api.problems import NotFound, NotThereYet, problem_responses
from api.routes.examples import DEAD_LETTER
from projections.deadlines import MOST_COUNTED
from projections.runner import Lag
from projections.tables import Trouble

HEALTH, READY = "/health", "/ready"

KEEPS_UP_SECONDS = 2.0
"""So soon a service that is ready knows of what was recorded."""

router = APIRouter(tags=["Operations"], route_class=StrictRoute)

_PROBLEMS = problem_responses(401, 403, 422, 429, 500, 503)


class Health(BaseModel):
    status: str


class Ready(BaseModel):
    """`position` is how far the read models know the log, `head` its end."""

    status: str
    position: int
    head: int


class Stuck(BaseModel):
    """What does not go on by itself: a ticket, contract or dispute without rows, notices without a way out, or what is lost.

    `stream` is the id of what has no rows, and `about` says what that is.
    """

    stream: UUID | None = None
    about: Literal["ticket", "contract", "dispute"] | None = None
    contract: UUID | None = None
    position: int | None = None
    problem: str


class Operations(BaseModel):
    """`lag`: how far the read models are behind the log; `overdue`: how many deadlines wait for the timekeeper, up to 1000."""

    at: datetime
    lag: Annotated[Lag, AsObject()]
    troubles: list[Stuck] = Field(
        description="Tickets, contracts and disputes without rows, and why, the last first; then notices that have no way out, "
        "and how many answers given to people this process could not put on record."
    )
    next_deadline_at: datetime | None
    overdue: int
    notices: dict[str, int] = Field(description="How many are pending, delivered and dead.")


class DeadLetters(BaseModel):
    """A part of the notices that were given up; `next` is the cursor of the next part."""

    dead_letters: list[Annotated[DeadLetter, AsObject()]]
    next: str | None


class Replay(BaseModel):
    """Which notice is to be sent after all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    notice: str = Field(max_length=500, pattern=r"^[^\x00]*$")


@router.get(HEALTH, operation_id="health", response_model=Health, responses=problem_responses(500))
async def health() -> Response:
    """The process answers; nothing else is asked."""
    return reply(Health(status="alive"))


@router.get(READY, operation_id="ready", response_model=Ready, responses=problem_responses(500, 503))
async def ready(request: Request) -> Response:
    """Whether requests can be served: the database answers, and the read models keep up with the log."""
    lag = await crew().do(_kept_up, request.app.state.house, patience=2 * KEEPS_UP_SECONDS)
    return reply(Ready(status="ready", position=lag.head, head=lag.head))


def _kept_up(house: House) -> Lag:
    lag = house.runner.lag()
    if not house.runner.wait_for(lag.head, KEEPS_UP_SECONDS):
        raise NotThereYet(f"the read models are at {house.runner.lag().position} of {lag.head} in the log")
    return lag


@router.get("/v1/operations", operation_id="getOperations", response_model=Operations, responses=_PROBLEMS)
def how_it_goes(office: Annotated[Office, office("operations:read")]) -> Response:
    """What is behind, what is stuck, and what the timekeeper has before it."""
    house = office.operations()
    return reply(
        {
            "at": office.at,
            "lag": house.runner.lag()._asdict(),
            "troubles": [*_without_rows(house), *_without_way_out(house, office.at), *_not_on_record(house)],
            "next_deadline_at": house.deadlines.next_at(),
            "overdue": house.deadlines.overdue(office.at, MOST_COUNTED),
            "notices": house.outbox.counts(),
        }
    )


def _without_rows(house: House) -> Iterator[Stuck]:
    troubles = house.runner.troubles()
    disputes = house.runner.disputes_among(troubles)
    for one in troubles:
        yield Stuck(about=_kind(one, disputes), **one._asdict())


def _kind(one: Trouble, disputes: Collection[UUID]) -> Literal["ticket", "contract", "dispute"]:
    if one.stream == one.contract:
        return "contract"
    return "dispute" if one.stream in disputes else "ticket"


def _without_way_out(house: House, at: datetime) -> Iterator[Stuck]:
    for one in house.outbox.wayless(at):
        noun, verb = ("notice", "has") if one.notices == 1 else ("notices", "have")
        yield Stuck(problem=f"{one.notices} {noun} {verb} {one.problem}")


def _not_on_record(house: House) -> Iterator[Stuck]:
    if house.answers.problem:
        yield Stuck(problem=house.answers.problem)


@router.get(
    "/v1/operations/dead-letters",
    operation_id="listDeadLetters",
    response_model=DeadLetters,
    responses=_PROBLEMS | problem_responses(400),
)
def dead_letters(
    office: Annotated[Office, office("operations:read")], cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Notices that were given up, with what went wrong the last time."""
    found = office.operations().outbox.dead(place(cursor, str) if cursor else "", limit)
    goes_on = next_of(found, limit, lambda last: last.notice)
    return reply({"dead_letters": [one._asdict() for one in found], "next": goes_on})


@router.post(
    "/v1/operations/dead-letters",
    operation_id="replayDeadLetter",
    status_code=204,
    responses=_PROBLEMS | problem_responses(400, 404, 408, 413, 415),
)
def replay(
    office: Annotated[Office, office("operations:act")],
    body: Annotated[Replay, Body(openapi_examples={"escalation": {"value": DEAD_LETTER}})],
) -> Response:
    """Have a notice that was given up wait to be sent again."""
    if not office.operations().outbox.replay(body.notice, office.at):
        raise NotFound("no such notice was given up")
    return Response(status_code=204)
