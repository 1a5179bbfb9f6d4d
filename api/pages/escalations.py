"""Who must be told now, which rungs come next, and what each rung did."""

from typing import Annotated

from fastapi import APIRouter, Response

from api.pages.asked import Word
from api.pages.narrowing import monday
from api.pages.on_ticket.wording import spoken
from api.pages.paper import PageRoute, page
from api.pages.visit import Visit, visit
from projections.boards.escalations import AHEAD, LOOKED_BACK, Escalations
from projections.boards.workload import agreements

router = APIRouter(route_class=PageRoute, include_in_schema=False)

TELLS = {"warning": "agent", "breach": "service-manager", "closing": "service-manager"}
"""Whom a deadline tells that names nobody itself."""


@router.get("/escalations")
def escalations(
    visit: Annotated[Visit, visit("tickets:read")],
    agreement: Word = None,
) -> Response:
    visit.must_be_the_vendors()
    asked = Escalations(visit.view, agreement or None)
    return page(
        visit,
        "escalations",
        untold=asked.untold(),
        owed=asked.owed(),
        coming=asked.coming(),
        did=asked.did(),
        escalated=asked.escalated(monday(visit)),
        week=monday(visit),
        tells=TELLS,
        spoken=spoken,
        hours=int(AHEAD.total_seconds()) // 3600,
        days=LOOKED_BACK.days,
        agreement=agreement,
        agreements=sorted(name for name, _, _ in agreements(visit.view)),
    )
