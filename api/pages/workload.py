"""Who has how much before them, and what comes when: the forecast of deadlines within opening hours."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response
from markupsafe import Markup

from api.pages.paper import PageRoute, page
from api.pages.pictures.load import Cell, Row, picture, rows_of, scale
from api.pages.texts import say
from api.pages.visit import Visit, visit
from domain.instants import Instant, moment
from domain.terms.zones import wall, zone
from projections import workload as asked
from projections.queue import NOBODY

router = APIRouter(route_class=PageRoute, include_in_schema=False)

DAYS = 7
LISTED = 200


class Forecast(NamedTuple):
    """What comes under an agreement, day by day, in its zone or the viewer's."""

    agreement: str
    zone: str
    tickets: int
    days: Sequence[tuple[Row, Markup]]
    deadlines: int


@router.get("/workload")
def workload(
    visit: Annotated[Visit, visit("tickets:read")],
    agreement: Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")] = None,
    start: Annotated[Instant | None, Query(alias="from")] = None,
    end: Annotated[Instant | None, Query(alias="to")] = None,
) -> Response:
    """With `from` and `to`, what lies between them under an agreement is told one by one."""
    visit.must_be_the_vendors()
    view, agreements = visit.view, asked.agreements(visit.view)
    shown = [one for one in agreements if not agreement or one[0] == agreement]
    loads = asked.loads(view, agreement or None)
    return page(
        visit,
        "workload",
        loads=loads,
        total={name: sum(getattr(one, name) for one in loads) for name in ("open", "at_risk", "breached", "waiting")},
        unassigned=sum(one.open for one in loads if one.assignee is None),
        nobody=NOBODY,
        forecasts=[_forecast(visit, *one) for one in shown],
        scale=scale(),
        kinds=asked.KINDS,
        days=DAYS,
        agreement=agreement,
        agreements=sorted(name for name, _, _ in agreements),
        behind=asked.coming(view, agreement, max(start, visit.at), end, LISTED)
        if agreement and start and end
        else None,
        start=start,
        end=end,
        listed=LISTED,
        zone=visit.viewer.zone(shown[0][1] if shown else None).key,
    )


def _forecast(visit: Visit, agreement: str, agreed: str, tickets: int) -> Forecast:
    where = visit.viewer.zone(agreed)
    days = _days(visit.at, where.key)
    start, end = visit.at, moment(wall(days[-1], 24 * 60, where))
    counts: dict[datetime, dict[str, int]] = {}
    for at, kind, count in asked.hours(visit.view, agreement, start, end, where.key):
        counts.setdefault(at, {})[kind] = count
    rows = rows_of(days, where.key, counts, list(asked.open_hours(visit.view, agreement).values()))
    most = max((cell.deadlines for row in rows for cell in row.cells), default=0)

    def link(cell: Cell) -> str:
        return _link(visit, agreement, cell.start, cell.end)

    drawn = [(row, picture(row, most, visit.at, _told(visit, row), link)) for row in rows]
    return Forecast(agreement, where.key, tickets, drawn, sum(row.deadlines for row in rows))


def _link(visit: Visit, agreement: str, start: datetime, end: datetime) -> str:
    told = {"agreement": agreement, "from": start.isoformat(), "to": end.isoformat()}
    if visit.as_of:
        told["as_of"] = visit.as_of.isoformat()
    return f"/workload?{urlencode(told)}#behind"


def _told(visit: Visit, row: Row) -> str:
    """A day in words."""
    return say(
        "workload.day",
        day=visit.show.day(row.day),
        due=row.total("due"),
        rungs=row.total("rung"),
        warnings=row.total("warning"),
    )


def _days(at: datetime, where: str) -> list[date]:
    today = at.astimezone(zone(where)).date()
    return [today + timedelta(days=ahead) for ahead in range(DAYS)]
