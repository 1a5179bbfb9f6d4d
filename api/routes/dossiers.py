"""Dossiers: everything about a ticket in one file that anybody can check."""

from base64 import b64encode
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.dossier.gathering import Made, Wish, issued, of_dispute, of_ticket
from api.entrance import AsOf, office
from api.office import Office
from api.problems import problem_responses
from api.timely import TimelyRoute, takes_long
from domain.instants import Instant

MEDIA_TYPE = "application/zip"

router = APIRouter(prefix="/v1", tags=["Dossiers"], route_class=TimelyRoute)

_PROBLEMS = problem_responses(401, 403, 404, 409, 422, 429, 500, 503)
_ZIP: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A zip with a README in it. `Digest` is its SHA-256.",
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        "headers": {
            name: {"schema": {"type": "string"}, "description": says}
            for name, says in {
                "Content-Disposition": "A name for the file.",
                "Digest": "The SHA-256 of the file, in Base64 (RFC 3230).",
            }.items()
        },
    }
}

KnownThen = Annotated[
    Instant | None,
    Query(description="What was known by this instant makes the earlier answer; left out: what was known at `as_of`."),
]
Redact = Annotated[
    bool, Query(description="With pseudonyms in the place of the customer's people and of what people wrote.")
]
MadeAt = Annotated[
    Instant | None,
    Query(
        description="The instant that it gives for its making, not before the last event in it; left out: now. The same again, "
        "with the same version and instants, gives the same bytes."
    ),
]


@router.get(
    "/tickets/{ticket}/dossier", operation_id="getDossier", response_class=Response, responses={**_ZIP, **_PROBLEMS}
)
@takes_long
def dossier(
    ticket: UUID,
    office: Annotated[Office, office("tickets:read")],
    as_of: AsOf = None,
    known_at: KnownThen = None,
    redact: Redact = False,
    made_at: MadeAt = None,
) -> Response:
    """Everything about a ticket in one signed file: events as stored, terms, every answer that matters, the proof, pages."""
    return _zip(of_ticket(office, ticket, Wish(as_of, known_at, redact, made_at)))


@router.get(
    "/disputes/{dispute}/dossier",
    operation_id="getDisputeDossier",
    response_class=Response,
    responses={**_ZIP, **_PROBLEMS},
)
@takes_long
def dispute_dossier(
    dispute: UUID,
    office: Annotated[Office, office("tickets:read")],
    as_of: AsOf = None,
    known_at: Annotated[
        Instant | None,
        Query(description="What was known by this instant makes the earlier answer; left out: when it was disputed."),
    ] = None,
    redact: Redact = False,
    made_at: MadeAt = None,
) -> Response:
    """The same with the dispute in it: each claim, what it changes, the rulings.

    That you were given it goes on record, unless the customer was forgotten.
    """
    made = of_dispute(office, dispute, Wish(as_of, known_at, redact, made_at))
    issued(office, dispute, made)
    return _zip(made)


def _zip(made: Made) -> Response:
    digest = b64encode(made.digest).decode()
    headers = {"Content-Disposition": f'attachment; filename="{made.name}.zip"', "Digest": f"SHA-256={digest}"}
    return Response(made.container, media_type=MEDIA_TYPE, headers=headers)
