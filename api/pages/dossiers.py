"""The dossier as a download, for both sides: of a ticket, or of a dispute, complete or without personal data."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Response

from api.dossier.gathering import Made, Wish, issued, of_dispute, of_ticket
from api.pages.asked import Moment
from api.pages.paper import PageRoute
from api.pages.visit import Visit, visit
from api.timely import takes_long

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Readers = Annotated[Visit, visit("tickets:read")]
AsOfForm = Annotated[Moment, Form()]
Redact = Annotated[str, Form(max_length=10)]


@router.post("/tickets/{ticket}/dossier")
@takes_long
def of_a_ticket(ticket: UUID, visit: Readers, as_of: AsOfForm = None, redact: Redact = "") -> Response:
    """Everything about a ticket in one file."""
    return _download(of_ticket(visit.office, ticket, _wish(as_of, redact)))


@router.post("/disputes/{dispute}/dossier")
@takes_long
def of_a_dispute(dispute: UUID, visit: Readers, as_of: AsOfForm = None, redact: Redact = "") -> Response:
    """The same with the dispute in it; that somebody was given it goes on record."""
    made = of_dispute(visit.office, dispute, _wish(as_of, redact))
    issued(visit.office, dispute, made)
    return _download(made)


def _wish(as_of: datetime | None, redact: str) -> Wish:
    return Wish(as_of, None, redact == "yes")


def _download(made: Made) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{made.name}.zip"', "Cache-Control": "no-store"}
    return Response(made.container, media_type="application/zip", headers=headers)
