"""A contract's cover as a bar over the years: solid where it covers, dashed where there is a gap, a line for the instant shown."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape

from api.pages.pictures.scale import Scale
from api.pages.pictures.shapes import share
from api.pages.texts import say
from domain.instants import seconds
from domain.terms.zones import wall, zone

HEIGHT, BAR_TOP, BAR = 34, 2, 16
YEARS_AROUND = 2


class Stretch(NamedTuple):
    """Cover or a gap from one instant to another; None where it has no end on that side. `says` is told on it."""

    start: datetime | None
    end: datetime | None
    is_cover: bool
    says: str


def years_around(at: datetime, where: str = "UTC") -> Scale:
    """Whole years before and after the one of an instant, so that several bars stand below each other."""
    year = at.astimezone(zone(where)).year
    return _years(year - YEARS_AROUND, year + YEARS_AROUND, where)


def years_of(stretches: Sequence[Stretch], at: datetime, where: str) -> Scale:
    """The years that a contract speaks of, at least that of the instant."""
    known = [one for stretch in stretches for one in (stretch.start, stretch.end) if one is not None]
    years = [one.astimezone(zone(where)).year for one in (*known, at)]
    return _years(min(years), max(years), where)


def bar(stretches: Sequence[Stretch], at: datetime, scale: Scale, summary: str) -> Markup:
    """The stretches within a scale; `summary` says the same in words."""
    drawn = "".join(_drawn(one, scale) for one in stretches)
    here = share(scale.place(seconds(at)))
    mark = escape(say("contracts.now_mark"))
    now = f'<line class="now" x1="{here}" x2="{here}" y1="0" y2="{BAR_TOP + BAR + 4}"><title>{mark}</title></line>'
    return Markup(
        f'<svg class="cover" width="100%" height="{HEIGHT}" role="img" aria-label="{escape(summary)}">'
        f"{drawn}{_years_marked(scale)}{now}</svg>"
    )


@lru_cache
def _years_marked(scale: Scale) -> str:
    """The same for all that stand below each other."""
    ticks = scale.ticks()
    places = [(one, share(scale.place(one.at))) for one in ticks]
    lines = "".join(f'<line class="tick" x1="{at}" x2="{at}" y1="0" y2="{BAR_TOP + BAR}"/>' for _, at in places)
    return lines + "".join(
        f'<text class="year{"" if one.few else " fine"}" x="{at}" y="{HEIGHT - 3}" dx="3">{one.shown(scale.where).year}</text>'
        for one, at in places
        if one.at < scale.end
    )


def gaps(spans: Sequence[Stretch]) -> list[Stretch]:
    """What lies between spans in order."""
    found: list[Stretch] = []
    until: datetime | None = None
    for place, span in enumerate(spans):
        if place and until is not None and span.start is not None and span.start > until:
            found.append(Stretch(until, span.start, is_cover=False, says=say("contracts.gap")))
        until = _later(until, span.end) if place else span.end
    return found


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return None if one is None or other is None else max(one, other)


def _drawn(stretch: Stretch, scale: Scale) -> str:
    start = scale.start if stretch.start is None else seconds(stretch.start)
    end = scale.end if stretch.end is None else seconds(stretch.end)
    if end <= scale.start or start >= scale.end:
        return ""
    left, right = scale.place(start), scale.place(end)
    kind, width = "covered" if stretch.is_cover else "gap", share(max(right - left, 0.2))
    place = f'x="{share(left)}" y="{BAR_TOP}" width="{width}" height="{BAR}"'
    return f'<rect class="{kind}" {place}><title>{escape(stretch.says)}</title></rect>'


@lru_cache
def _years(first: int, last: int, where: str) -> Scale:
    here = zone(where)
    return Scale(wall(date(first, 1, 1), 0, here), wall(date(last + 1, 1, 1), 0, here), here)
