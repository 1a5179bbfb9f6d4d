"""A contract's cover as a bar over the years: solid where it covers, dashed where there is a gap, a line for the instant shown."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from markupsafe import Markup

from api.pages.pictures.scale import Scale
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
    drawn = Markup("").join(_drawn(one, scale) for one in stretches)
    ticks = Markup("").join(
        Markup('<line class="tick" x1="{0:.2f}%" x2="{0:.2f}%" y1="0" y2="{1}"/>').format(
            scale.place(one.at), BAR_TOP + BAR
        )
        for one in scale.ticks()
    )
    years = Markup("").join(
        Markup('<text class="year{}" x="{:.2f}%" y="{}" dx="3">{}</text>').format(
            "" if one.few else " fine", scale.place(one.at), HEIGHT - 3, one.shown(scale.where).year
        )
        for one in scale.ticks()
        if one.at < scale.end
    )
    now = Markup('<line class="now" x1="{0:.2f}%" x2="{0:.2f}%" y1="0" y2="{1}"><title>{2}</title></line>').format(
        scale.place(seconds(at)), BAR_TOP + BAR + 4, say("contracts.now_mark")
    )
    return Markup('<svg class="cover" width="100%" height="{}" role="img" aria-label="{}">{}{}{}{}</svg>').format(
        HEIGHT, summary, drawn, ticks, years, now
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


def _drawn(stretch: Stretch, scale: Scale) -> Markup:
    start = scale.start if stretch.start is None else seconds(stretch.start)
    end = scale.end if stretch.end is None else seconds(stretch.end)
    if end <= scale.start or start >= scale.end:
        return Markup()
    left, right = scale.place(start), scale.place(end)
    return Markup('<rect class="{}" x="{:.2f}%" y="{}" width="{:.2f}%" height="{}"><title>{}</title></rect>').format(
        "covered" if stretch.is_cover else "gap", left, BAR_TOP, max(right - left, 0.2), BAR, stretch.says
    )


def _years(first: int, last: int, where: str) -> Scale:
    here = zone(where)
    return Scale(wall(date(first, 1, 1), 0, here), wall(date(last + 1, 1, 1), 0, here), here)
