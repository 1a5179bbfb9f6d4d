"""How somebody asks for a page as it stood: a time on the wall, with its zone, becomes the instant that the address names."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from api.pages.asked import Text
from api.pages.door.entrance import LONGEST, within
from api.pages.forms import instant
from api.pages.paper import PageRoute
from api.pages.visit import Visit, visit
from domain.refusals import DoesNotFit
from domain.terms.zones import UnknownZone
from domain.terms.zones import zone as zone_called

router = APIRouter(route_class=PageRoute, include_in_schema=False)

NAMED: Mapping[str, str] = {"at": "as_of", "known_by": "known_at"}
"""What a form calls a time on the wall, and what an address calls the instant."""


@router.get("/as-of")
def stood(
    request: Request,
    visit: Annotated[Visit, visit("tickets:read", reads_all=True)],
    then: Annotated[str, Query(max_length=LONGEST)] = "/",
    zone: Text = "UTC",
) -> Response:
    """Go on to the page `then` as it stood `at` a local time of this zone; what else is asked of the page goes along.

    Without a time it is the page of now. One that cannot be read is for the page to refuse. Of a time that the clocks there show
    twice the first is taken, and the page says so, unless it is the one at which the page stood before. Raises DoesNotFit for an
    unknown zone, and for a time that no clock there shows.
    """
    try:
        where = zone_called(zone or "UTC")
    except UnknownZone as error:
        raise DoesNotFit(str(error), remedy="choose the instant on the page") from None
    asked = request.query_params
    others = {"then", "zone", *NAMED, *NAMED.values()}
    told = [(name, value) for name, value in asked.multi_items() if value and name not in others]
    told += [(name, _shown(asked[at], where, asked.get(name, ""))) for at, name in NAMED.items() if asked.get(at)]
    path = within(then).partition("?")[0]
    return RedirectResponse(f"{path}?{urlencode(told)}" if told else path, 303)


def _shown(wall: str, where: ZoneInfo, before: str) -> Any:
    """The instant of a time on the wall, as an address says it. Raises DoesNotFit where the clocks were put forward over it."""
    told = instant(wall, where)
    try:
        shown = datetime.fromisoformat(wall)
    except ValueError:
        return told
    if _is_of(before, where, shown):
        return before
    if (
        shown.tzinfo is None
        and shown.replace(tzinfo=where).astimezone(UTC).astimezone(where).replace(tzinfo=None) != shown
    ):
        says = f"no clock in {where.key} showed {wall}: they were put forward over it"
        raise DoesNotFit(says, remedy="choose a time before or after that")
    return told


def _is_of(before: str, where: ZoneInfo, shown: datetime) -> bool:
    """Whether clocks there showed this at the instant at which the page stood before."""
    try:
        return datetime.fromisoformat(before).astimezone(where).replace(tzinfo=None) == shown
    except (ValueError, OverflowError):
        return False
