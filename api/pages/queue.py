"""The first page: every open ticket by time to breach."""

from typing import Annotated

from fastapi import APIRouter, Response

from api.pages.paper import PageRoute, page
from api.pages.visit import Visit, visit
from projections.tickets import Wanted

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/")
def queue(visit: Annotated[Visit, visit("tickets:read")]) -> Response:
    return page(visit, "queue", rows=visit.office.queue(Wanted(), after=None, limit=50))
