"""Who has how much before them, and what comes when: the forecast of deadlines within opening hours."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response
from markupsafe import Markup

from api.pages.asked import Moment, Word
from api.pages.paper import PageRoute, page
from api.pages.pictures.load import Cell, Row, picture, rows_of, scale
from api.pages.texts import say
from api.pages.visit import Visit, visit
from domain.instants import moment, seconds, text
from domain.terms.zones import wall, zone
from projections.boards import workload as asked
from projections.boards.filters import NO_TIER, NOBODY

router = APIRouter(route_class=PageRoute, include_in_schema=False)

DAYS = 7
LISTED = 200

MOST_LOADS = 12
"""So many agents are shown unless all are asked for."""

MOST_FIGURES = 120
"""So many hours that have something are drawn beyond one agreement's; of the others the days are told without their hours."""


class Forecast(NamedTuple):
    """What comes under an agreement, day by day, in its zone or the viewer's; without days where only their sum is told."""

    agreement: str
    zone: str
    tickets: int
    days: Sequence[tuple[Row, Markup]]
    deadlines: int


@router.get("/workload")
def workload(
    visit: Annotated[Visit, visit("tickets:read")],
    agreement: Word = None,
    start: Annotated[Moment, Query(alias="from")] = None,
    end: Annotated[Moment, Query(alias="to")] = None,
    everybody: bool = False,
) -> Response:
    """With `from` and `to`, what lies between them under an agreement is told one by one."""
    visit.must_be_the_vendors()
    view, agreements = visit.view, asked.agreements(visit.view)
    shown = [one for one in agreements if not agreement or one[0] == agreement]
    loads = asked.loads(view, agreement or None)
    return page(
        visit,
        "workload",
        loads=loads if everybody else loads[:MOST_LOADS],
        agents=len(loads),
        total={name: sum(getattr(one, name) for one in loads) for name in ("open", "at_risk", "breached", "waiting")},
        unassigned=sum(one.open for one in loads if one.assignee is None),
        nobody=NOBODY,
        behind_of=_behind(visit, agreement),
        forecasts=_forecasts(visit, shown),
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


def _behind(visit: Visit, agreement: str | None) -> Callable[[asked.Load], str]:
    """The query under which the queue and the list of all tickets have the tickets of an agent in a tier."""
    around = ({"agreement": agreement} if agreement else {}) | (
        {"as_of": visit.as_of.isoformat()} if visit.as_of else {}
    )

    def behind(one: asked.Load) -> str:
        return "?" + urlencode({**around, "assignee": one.assignee or NOBODY, "tier": one.tier or NO_TIER})

    return behind


def _forecasts(visit: Visit, shown: Sequence[tuple[str, str, int]]) -> list[Forecast]:
    """Of each agreement with the zone that most of its open tickets have, and how many they are."""
    zones = {agreement: visit.viewer.zone(agreed) for agreement, agreed, _ in shown}
    days = {agreement: _days(visit.at, where.key) for agreement, where in zones.items()}
    stretches = [
        asked.Stretch(agreement, where.key, moment(wall(days[agreement][-1], 24 * 60, where)))
        for agreement, where in zones.items()
    ]
    hours, calendars = asked.hours_of_all(visit.view, stretches), asked.open_hours(visit.view)
    forecasts: list[Forecast] = []
    drawn = 0
    for (agreement, _, tickets), where in zip(shown, zones.values(), strict=True):
        counted = _counted(hours[agreement])
        is_drawn = not forecasts or drawn + len(counted) <= MOST_FIGURES
        drawn += len(counted) if is_drawn else 0
        rows = rows_of(days[agreement], where.key, counted, calendars.get(agreement, ())) if is_drawn else []
        deadlines = sum(one.deadlines for one in hours[agreement])
        forecasts.append(Forecast(agreement, where.key, tickets, _drawn(visit, agreement, rows), deadlines))
    return forecasts


def _counted(hours: Sequence[asked.Hour]) -> dict[datetime, dict[str, int]]:
    counts: dict[datetime, dict[str, int]] = {}
    for at, kind, count in hours:
        counts.setdefault(at, {})[kind] = count
    return counts


def _drawn(visit: Visit, agreement: str, rows: Sequence[Row]) -> list[tuple[Row, Markup]]:
    most = max((cell.deadlines for row in rows for cell in row.cells), default=0)
    link = _linked(visit, agreement)
    return [(row, picture(row, most, visit.at, _told(visit, row), link)) for row in rows]


def _linked(visit: Visit, agreement: str) -> Callable[[Cell], str]:
    """Where an hour under an agreement leads: to what lies in it, one by one."""
    always = urlencode(
        {"agreement": agreement} | ({"as_of": text(seconds(visit.as_of))} if visit.as_of else {}), safe=":"
    )

    def link(cell: Cell) -> str:
        return f"/workload?{always}&from={text(seconds(cell.start))}&to={text(seconds(cell.end))}#behind"

    return link


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
