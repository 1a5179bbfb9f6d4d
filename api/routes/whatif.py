"""What would have been: a ticket, or all tickets that a filter selects, under a hypothesis. Nothing of it is stored."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from typing_extensions import TypedDict

from api.answers import reply
from api.bodies import StrictRoute
from api.entrance import After, AsOf, KnownAt, office
from api.headers import at_position, at_version
from api.office import Office
from api.problems import problem_responses
from api.supposed import among, terms_for
from api.timely import takes_long
from domain.answer import Answer, answer
from domain.comparison.answers import DifferenceAnswer, difference_answer
from domain.instants import Instant
from domain.whatif.hypothesis import Hypothesis
from domain.whatif.tally_answers import TallyAnswer, tally_answer
from domain.whatif.under import what_if
from projections.tickets import Wanted

router = APIRouter(prefix="/v1", tags=["Disputes"], route_class=StrictRoute)

_PROBLEMS = problem_responses(400, 401, 403, 404, 408, 413, 415, 422, 429, 500, 503)

Plain = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]

_EXAMPLES = Body(
    openapi_examples={
        "plan": {"summary": "Under another plan", "value": {"plan": "gold"}},
        "severity": {"summary": "As if opened at severity 1", "value": {"severity": 1}},
        "events": {
            "summary": "Without an event, and with another",
            "value": {
                "without": [4],
                "with": [{"at": "2024-03-28T17:00:00+01:00", "event": "waiting", "on": "access"}],
            },
        },
        "holiday": {"summary": "If Friday had been a holiday", "value": {"holidays": [{"date": "2024-03-29"}]}},
    }
)


class Among(BaseModel):
    """Which tickets are asked about; what is left out does not matter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    customer: Plain | None = None
    contract: UUID | None = None
    agreement: Plain | None = None
    plan: Plain | None = None
    severity: Annotated[int, Field(ge=1, le=99)] | None = None
    opened_from: Instant | None = None
    opened_to: Instant | None = Field(default=None, description="Before this instant.")


class EstateQuestion(BaseModel):
    """What is supposed of which tickets, as of which instant (left out: now) with which knowledge (left out: everything)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hypothesis: Hypothesis
    among: Among = Among()
    as_of: Instant | None = None
    known_at: Instant | None = None
    show: Annotated[int, Field(ge=0, le=1000, description="So many of the tickets that change are listed.")] = 100


class WhatIfAnswer(TypedDict):
    """The replay of record, the one under the hypothesis, and what the second differs in."""

    record: Answer
    supposed: Answer
    difference: DifferenceAnswer


@router.post("/tickets/{ticket}/what-if", operation_id="whatIf", response_model=WhatIfAnswer, responses=_PROBLEMS)
@takes_long
def supposed(
    ticket: UUID,
    office: Annotated[Office, office("tickets:read")],
    hypothesis: Annotated[Hypothesis, _EXAMPLES],
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response:
    """A ticket as it would be judged had something been otherwise, beside the replay of record. A question, not a command."""
    found = office.ticket(ticket)
    case = office.case(found, as_of, known_at)
    told = what_if(case, hypothesis, terms_for(office).lookup(found.opened_at, case.contract.region))
    answered = WhatIfAnswer(
        record=answer(told.record), supposed=answer(told.supposed), difference=difference_answer(told.difference)
    )
    return reply(answered, headers=at_version(found.version))


@router.post("/what-if", operation_id="whatIfAmong", response_model=TallyAnswer, responses=_PROBLEMS)
@takes_long
def supposed_among(
    office: Annotated[Office, office("reports:read")],
    question: Annotated[
        EstateQuestion,
        Body(
            openapi_examples={
                "plan": {
                    "summary": "All severity 2 of a customer under gold",
                    "value": {"hypothesis": {"plan": "gold"}, "among": {"customer": "ACME", "severity": 2}},
                }
            }
        ),
    ],
    after: After = None,
) -> Response:
    """Every ticket that a filter selects, on record and as supposed: totals by clock and severity, and the tickets that change.

    Whoever may read reports asks; where those are of one customer, about that customer's tickets alone. Too many for one request
    are refused; a narrower filter helps.
    """
    office.check_ahead(question.as_of)
    position = office.reached(after)
    wanted = Wanted(**question.among.model_dump())
    tally = among(office, wanted, question.hypothesis, question.as_of, question.known_at, question.show)
    return reply(tally_answer(tally), headers=at_position(position))
