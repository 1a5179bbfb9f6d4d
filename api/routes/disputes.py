"""Disputes about tickets: opened, argued claim by claim, evaluated, ruled, and what each ruling changed."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from api.answers import AsObject, Done, Line, done, placed, reply
from api.bodies import Around, StrictRoute, body_of, command_in, taking
from api.conditions import Conditions, once_on_version
from api.entrance import After, AsOf, KnownAt, Word, asked, office
from api.headers import at_position, at_version
from api.histories import history
from api.names import camel, words
from api.office import Office
from api.paging import Cursor, Limit, next_of, place
from api.problems import problem_responses
from api.routes.examples import AROUND
from api.security.roles import Right
from domain.comparison.answers import DifferenceAnswer, difference_answer
from domain.disputes.commands import ASKED, DisputeCommand, OpenDispute, RuleClaim
from domain.disputes.evaluated import EvaluationAnswer, evaluation_answer
from domain.disputes.events import ClaimRuled, Party
from domain.disputes.standing import DisputeAnswer, dispute_answer
from domain.disputes.state import State
from domain.instants import Instant
from projections.disputes import DisputeRow, Newest, Wanted

_READING = problem_responses(400, 401, 403, 404, 422, 429, 500, 503)
_LISTING = problem_responses(400, 401, 403, 422, 429, 500, 503)
_PROBLEMS = problem_responses(400, 401, 403, 404, 408, 409, 412, 413, 415, 422, 428, 429, 500, 503)

_OPENING = {"clocks": [{"clock": "response"}], "reason": "we answered the same afternoon"}
_DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_EXAMPLES: dict[str, dict[str, Any]] = {
    "make-claim": {"claim": {"kind": "wait-unjustified", "wait": 3}, "says": "we had sent the log by then"},
    "attach-evidence": {
        "claim": 1,
        "name": "call list.pdf",
        "media_type": "application/pdf",
        "digest": _DIGEST,
        "size": 18211,
    },
    "answer": {"claim": 1, "accepts": False, "says": "the log was empty"},
    "withdraw-claim": {"claim": 1},
    "rule": {"claim": 1, "upheld": True, "why": "the log arrived on Monday, as the mail shows"},
    "reopen": {"why": "the mail server's own log was found", "claims": [1]},
    "extend": {"which": "answer", "until": "2026-04-30T12:00:00+02:00", "why": "the customer is on holiday"},
}
_RIGHTS: dict[str, Right] = {RuleClaim.name: "rulings:make"}

router = APIRouter(prefix="/v1", tags=["Disputes"], route_class=StrictRoute)


class OpenADispute(OpenDispute, Around):
    """What is in dispute, and why."""


class DisputeList(BaseModel):
    """A part of the list of disputes."""

    disputes: list[Annotated[DisputeRow, AsObject()]]
    next: str | None = Field(description="The cursor of the next part; null where this is the last.")


class Ruling(Done):
    """What a ruling recorded, also on the ticket, and what that changed, as of the instant of the ruling."""

    ticket_version: int | None = Field(description="The ticket's version since then; null where nothing was recorded.")
    ticket_recorded: list[Line] = Field(
        description="The ticket's events that came of it; none where a claim is dismissed."
    )
    difference: DifferenceAnswer | None = Field(
        description="The ticket just before and just after, and why they differ; null where the ticket stayed as it was."
    )


@router.post(
    "/tickets/{ticket}/disputes", operation_id="openDispute", status_code=201, response_model=Done, responses=_PROBLEMS
)
def open_dispute(
    request: Request,
    ticket: UUID,
    conditions: Annotated[Conditions, Depends(once_on_version)],
    office: Annotated[Office, office("disputes:act")],
    body: Annotated[OpenADispute, Body(openapi_examples={"late": {"value": _OPENING}})],
) -> Response:
    """Dispute what clocks of a ticket say; If-Match names the version of the ticket that was looked at."""
    outcome = office.open_dispute(ticket, command_in(body, OpenDispute), asked(request, conditions, body))
    return done("dispute", outcome, 201)


async def wanted(
    customer: Word = None,
    ticket: UUID | None = None,
    agreement: Word = None,
    state: State | None = None,
    party: Annotated[Party | None, Query(description="Who opened it.")] = None,
    clock: Annotated[Word, Query(description="A clock in dispute, by name.")] = None,
    late: Annotated[bool | None, Query(description="Whether the time to answer or to rule has run out.")] = None,
    opened_from: Instant | None = None,
    opened_to: Annotated[Instant | None, Query(description="Before this instant.")] = None,
) -> Wanted:
    return Wanted(
        customer=customer,
        ticket=ticket,
        agreement=agreement,
        state=state,
        party=party,
        clock=clock,
        late=late,
        opened_from=opened_from,
        opened_to=opened_to,
    )


@router.get("/disputes", operation_id="listDisputes", response_model=DisputeList, responses=_LISTING)
def disputes(
    office: Annotated[Office, office("tickets:read")],
    filters: Annotated[Wanted, Depends(wanted)],
    cursor: Cursor = None,
    limit: Limit = 50,
    after: After = None,
) -> Response:
    """Disputes, the last opened first, without what people said."""
    position = office.reached(after)
    found = office.disputes(filters, after=place(cursor, Newest) if cursor else None, limit=limit)
    goes_on = next_of(found, limit, lambda last: Newest(last.opened_at, last.dispute))
    return reply({"disputes": [one._asdict() for one in found], "next": goes_on}, headers=at_position(position))


@router.get("/disputes/{dispute}", operation_id="getDispute", response_model=DisputeAnswer, responses=_READING)
def dispute(dispute: UUID, office: Annotated[Office, office("tickets:read")]) -> Response:
    """How a dispute stands: what is claimed, answered, ruled, and until when; the ETag is the version for the next If-Match."""
    found = office.dispute(dispute)
    return reply(dispute_answer(dispute, found.customer, found.dispute), headers=at_version(found.version))


@router.get(
    "/disputes/{dispute}/history", operation_id="getDisputeHistory", response_model=list[Line], responses=_READING
)
def its_history(dispute: UUID, office: Annotated[Office, office("tickets:read")]) -> Response:
    """Everything that was said in a dispute, in the order in which it was recorded, with who and when."""
    found = office.dispute(dispute)
    return reply(history(found.envelopes), headers=at_version(found.version))


@router.get(
    "/disputes/{dispute}/evaluation",
    operation_id="getEvaluation",
    response_model=EvaluationAnswer,
    responses=_READING,
)
def evaluation(
    dispute: UUID, office: Annotated[Office, office("tickets:read")], as_of: AsOf = None, known_at: KnownAt = None
) -> Response:
    """Which claims decide: the ticket without this dispute's rulings, under each claim, all of them, and their combinations."""
    found = office.dispute(dispute)
    told = evaluation_answer(office.evaluation(found, as_of, known_at))
    return reply(told, headers=at_version(found.version))


def _route(command: type[DisputeCommand]) -> Callable[..., Response]:
    model = body_of(command)

    def act(
        request: Request,
        dispute: UUID,
        conditions: Annotated[Conditions, Depends(once_on_version)],
        office: Annotated[Office, office(_RIGHTS.get(command.name, "disputes:act"))],
        body: Around | None,
    ) -> Response:
        said = body or model()
        outcome = office.on_dispute(dispute, command_in(said, command), asked(request, conditions, said))
        more = _came_of_it(office, dispute, outcome.events) if command is RuleClaim else {}
        return done("dispute", outcome, **more)

    return taking(act, model, _EXAMPLES.get(command.name, AROUND))


def _came_of_it(office: Office, dispute: UUID, events: tuple[Any, ...]) -> dict[str, Any]:
    """What a ruling did to the ticket: told from the log, so that a repetition is told the same."""
    ruling = events[0] if events else None
    if ruling is None or not isinstance(ruled := ruling.event, ClaimRuled):
        return {"ticket_version": None, "ticket_recorded": [], "difference": None}
    found = office.dispute(dispute)
    written = [found.ticket.envelopes[number - 1] for number in (*ruled.undid, *ruled.wrote)]
    return {
        "ticket_version": ruled.ticket_version,
        "ticket_recorded": [placed(one) for one in written],
        "difference": difference_answer(office.ruled_on(found, ruling)) if written else None,
    }


for _command in ASKED:
    router.add_api_route(
        f"/disputes/{{dispute}}/{_command.name}",
        _route(_command),
        methods=["POST"],
        operation_id=camel(f"dispute-{_command.name}"),
        summary=words(_command.name),
        description=_command.__doc__,
        response_model=Ruling if _command is RuleClaim else Done,
        responses=_PROBLEMS,
    )
