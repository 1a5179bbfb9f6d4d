"""API keys, and customers who are to be forgotten."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import reply
from api.bodies import StrictRoute
from api.entrance import office
from api.office import Office
from api.problems import problem_responses
from api.security.roles import DoorRole, Right
from domain.instants import Instant
from projections.api_keys import NOTHING_ON_FILE, ApiKey

router = APIRouter(prefix="/v1", tags=["Keys and customers"], route_class=StrictRoute)

_PROBLEMS = problem_responses(400, 401, 403, 404, 408, 413, 415, 422, 429, 500, 503)

_PROBLEMS_OF_CREATING = _PROBLEMS | problem_responses(409)

_KEY = {"person": "night-desk", "role": "agent", "label": "the night desk's own tool"}


class CreateKey(BaseModel):
    """Whose key it is to be; without scopes it carries all rights of its role.

    A customer's people who are neither primary nor stand-in contact read reports only with a key that names `reports:read`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: str = Field(min_length=1, max_length=255)
    role: DoorRole
    customer: str | None = Field(
        default=None, description="Needed for a customer's people; others see all without one."
    )
    scopes: list[Right] | None = Field(default=None, max_length=50)
    label: str = Field(default="", max_length=255)
    expires_at: Instant | None = None


class KeyAnswer(BaseModel):
    """A key, without its secret."""

    id: str
    person: str
    role: str
    customer: str | None
    scopes: list[str]
    label: str
    created_at: datetime
    created_by: str | None
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class NewKeyAnswer(KeyAnswer):
    """A key just made; its text is told this once."""

    key: str = Field(description="What its holder sends as the bearer.")
    note: str | None = Field(description="What whoever made it should know: that nothing is on file of its customer.")


class Forgotten(BaseModel):
    """Whether there was anything to destroy."""

    customer: str
    forgotten: bool


@router.get("/keys", operation_id="listKeys", response_model=list[KeyAnswer], responses=_PROBLEMS)
def keys(office: Annotated[Office, office("keys:manage")]) -> Response:
    """Every key ever given out, the newest first."""
    return reply([_told(one) for one in office.api_keys()])


@router.post(
    "/keys", operation_id="createKey", status_code=201, response_model=NewKeyAnswer, responses=_PROBLEMS_OF_CREATING
)
def create_key(
    office: Annotated[Office, office("keys:manage")],
    body: Annotated[CreateKey, Body(openapi_examples={"agent": {"value": _KEY}})],
) -> Response:
    """Make a key for a program or a person; none for people of a customer who was forgotten."""
    made = office.create_key(
        person=body.person,
        role=body.role,
        customer=body.customer,
        scopes=body.scopes,
        label=body.label,
        expires_at=body.expires_at,
    )
    headers = {"Location": f"/v1/keys/{made.key.id}"}
    is_idle = body.customer is not None and not office.is_known(body.customer)
    note = NOTHING_ON_FILE.format(customer=body.customer) if is_idle else None
    return reply(_told(made.key).model_dump() | {"key": made.text, "note": note}, 201, headers)


@router.delete("/keys/{key}", operation_id="revokeKey", status_code=204, responses=_PROBLEMS)
def revoke_key(key: Annotated[str, Path(max_length=100)], office: Annotated[Office, office("keys:manage")]) -> Response:
    """From now on it opens nothing; elsewhere after a few seconds."""
    office.revoke_key(key)
    return Response(status_code=204)


@router.post(
    "/customers/{customer}/forget", operation_id="forgetCustomer", response_model=Forgotten, responses=_PROBLEMS
)
def forget(
    customer: Annotated[str, Path(max_length=255, pattern=r"^[^\x00]*$")],
    office: Annotated[Office, office("customers:forget")],
) -> Response:
    """Make a customer's personal data unreadable for ever; clocks, verdicts and digests stay as they were."""
    return reply(Forgotten(customer=customer, forgotten=office.forget(customer)))


def _told(key: ApiKey) -> KeyAnswer:
    return KeyAnswer.model_validate(key, from_attributes=True)
