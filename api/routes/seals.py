"""The seals of the log, and proofs for whoever checks them elsewhere."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from api.answers import reply
from api.bodies import StrictRoute
from api.entrance import office
from api.office import Office
from api.paging import Cursor, Limit, next_of, place
from api.problems import NotFound, problem_responses
from domain.seals.proof import Consistency, Proof
from domain.seals.seal import Hash, KeyId, SealDocument

LARGEST = 2**63

router = APIRouter(prefix="/v1", tags=["Seals"], route_class=StrictRoute)

_PROBLEMS = problem_responses(401, 403, 422, 429, 500, 503)
_OF_A_SEAL = _PROBLEMS | problem_responses(404, 409)


class SealList(BaseModel):
    """A part of the seals; `next` is the cursor of the next part."""

    seals: list[SealDocument]
    next: str | None


class SealingKeyAnswer(BaseModel):
    """A key with which seals were signed: compare it with what came to you another way, and keep it."""

    id: KeyId
    public_key: Hash
    since: datetime = Field(description="The instant of the first seal that it signed.")


@router.get(
    "/seals",
    operation_id="listSeals",
    response_model=SealList,
    responses=_PROBLEMS | problem_responses(400, 409),
)
def seals(office: Annotated[Office, office("tickets:read")], cursor: Cursor = None, limit: Limit = 50) -> Response:
    """Every seal of the log, the last first."""
    found = office.seals.newest(before=place(cursor, int) if cursor else None, limit=limit)
    goes_on = next_of(found, limit, lambda last: last.seal.number)
    return reply({"seals": found, "next": goes_on})


@router.get("/seals/latest", operation_id="getLatestSeal", response_model=SealDocument, responses=_OF_A_SEAL)
def latest(office: Annotated[Office, office("tickets:read")]) -> Response:
    """The last seal: whoever keeps it can see later that the log since then only grew."""
    found = office.seals.latest()
    if found is None:
        raise NotFound("the log has not been sealed yet")
    return reply(found)


@router.get("/seals/keys", operation_id="listSealingKeys", response_model=list[SealingKeyAnswer], responses=_PROBLEMS)
def keys(office: Annotated[Office, office("tickets:read")]) -> Response:
    """The public keys of all seals, the first first."""
    return reply([{**one._asdict(), "public_key": one.public_key.hex()} for one in office.seals.known_keys()])


@router.get(
    "/seals/{number}/consistency", operation_id="getConsistency", response_model=Consistency, responses=_OF_A_SEAL
)
def consistency(
    office: Annotated[Office, office("tickets:read")],
    number: Annotated[int, Path(ge=1, lt=LARGEST, description="The later seal.")],
    earlier: Annotated[
        int, Query(alias="from", ge=1, lt=LARGEST, description="The earlier seal; left out: the first one.")
    ] = 1,
) -> Response:
    """The proof that the log of a seal begins with that of an earlier seal: since then it only grew."""
    found = office.seals.consistency(earlier, number)
    if found is None:
        raise NotFound(f"there are no seals {earlier} and {number} of which the second is the later")
    return reply(found)


@router.get(
    "/tickets/{ticket}/proof",
    operation_id="getProof",
    response_model=Proof,
    responses=_OF_A_SEAL,
    tags=["Tickets"],
)
def proof(
    ticket: UUID,
    office: Annotated[Office, office("tickets:read")],
    version: Annotated[
        int | None, Query(ge=1, lt=LARGEST, description="Of which event; left out: the last one that is sealed.")
    ] = None,
) -> Response:
    """The proof that an event of a ticket stood in the log when it was sealed; each event names the digest of the one before.

    Answers 409 while that version is not sealed yet, and says when the next seal is due.
    """
    return reply(office.proof(ticket, version))
