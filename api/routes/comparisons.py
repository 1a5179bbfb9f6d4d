"""Two replays of one ticket side by side, and the story of what was known when."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.answering import answered
from api.answers import reply
from api.entrance import AsOf, KnownAt, office
from api.headers import at_version
from api.knowledge import story
from api.office import Office
from api.problems import problem_responses
from api.routes.histories import Readings
from api.timely import TimelyRoute
from domain.comparison.answers import DifferenceAnswer, difference_answer
from domain.comparison.difference import difference
from domain.comparison.given import clocks_said
from domain.comparison.revision_answers import RevisionsAnswer
from domain.instants import Instant
from domain.judgement import judge
from domain.terms.readings import read_options

router = APIRouter(prefix="/v1/tickets/{ticket}", tags=["Disputes"], route_class=TimelyRoute)

_PROBLEMS = problem_responses(401, 403, 404, 422, 429, 500, 503)

OtherInstant = Annotated[
    Instant | None, Query(description="The same of the replay it is held against; left out: as the first one.")
]
OtherKnown = Annotated[Instant | None, Query(description="The same of the other replay; left out: everything.")]


@router.get("/difference", operation_id="getDifference", response_model=DifferenceAnswer, responses=_PROBLEMS)
def differs(
    ticket: UUID,
    office: Annotated[Office, office("tickets:read")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    reading: Readings = [],  # noqa: B006
    other_as_of: OtherInstant = None,
    other_known_at: OtherKnown = None,
    other_reading: Readings = [],  # noqa: B006
) -> Response:
    """What one replay of a ticket differs in from another, and why: what went in, what came out, and which of the one decides
    which of the other.

    Without anything but `as_of`, what was known then is held against what is known now.
    """
    found = office.ticket(ticket)
    said = (known_at, other_as_of, other_known_at, *reading, *other_reading)
    known_then = (as_of or office.at) if all(one is None for one in said) else known_at
    readings, other_readings, then = read_options(reading), read_options(other_reading), _or(other_as_of, as_of)
    before = judge(office.case(found, as_of, known_then, readings))
    after = judge(office.case(found, then, other_known_at, other_readings))
    answered(office, found, before.case, clocks_said(before), as_of, known_then, readings)
    answered(office, found, after.case, clocks_said(after), then, other_known_at, other_readings)
    told = difference_answer(difference(before, after))
    return reply(told, headers=at_version(found.version))


@router.get("/revisions", operation_id="getRevisions", response_model=RevisionsAnswer, responses=_PROBLEMS)
def revised(
    ticket: UUID, office: Annotated[Office, office("tickets:read")], as_of: AsOf = None, known_at: KnownAt = None
) -> Response:
    """The story of what was known: each correction, ruling and late fact with the verdicts just before and from then on, who
    was told what that holds no longer, and what was published too late to judge the ticket."""
    found = office.ticket(ticket)
    return reply(story(office, found, as_of, known_at), headers=at_version(found.version))


def _or(one: datetime | None, other: datetime | None) -> datetime | None:
    return other if one is None else one
