"""How somebody asks for a page as it stood: a time on the wall, with its zone, becomes the instant that the address names."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from api.pages.asked import Text
from api.pages.entrance import LONGEST, within
from api.pages.forms import instant
from api.pages.paper import PageRoute
from api.pages.visit import Visit, visit
from domain.refusals import DoesNotFit
from domain.terms.zones import UnknownZone
from domain.terms.zones import zone as zone_called

router = APIRouter(route_class=PageRoute, include_in_schema=False)

NAMED: Mapping[str, str] = {"at": "as_of", "by": "known_at"}
"""What a form calls a time on the wall, and what an address calls the instant."""


@router.get("/as-of")
def stood(
    request: Request,
    visit: Annotated[Visit, visit("tickets:read")],
    then: Annotated[str, Query(max_length=LONGEST)] = "/",
    zone: Text = "UTC",
) -> Response:
    """Go on to the page `then` as it stood `at` a local time of this zone; what else is asked of the page goes along.

    Without a time it is the page of now. One that cannot be read is for the page to refuse. Raises DoesNotFit for an unknown zone.
    """
    try:
        where = zone_called(zone or "UTC")
    except UnknownZone as error:
        raise DoesNotFit(str(error), remedy="choose the instant on the page") from None
    asked = request.query_params
    told = [(name, value) for name, value in asked.multi_items() if value and name not in {"then", "zone", *NAMED}]
    told += [(name, instant(asked[field], where)) for field, name in NAMED.items() if asked.get(field)]
    path = within(then).partition("?")[0]
    return RedirectResponse(f"{path}?{urlencode(told)}" if told else path, 303)
