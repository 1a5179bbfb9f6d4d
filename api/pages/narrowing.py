"""Filters in an address: read, named, and each taken out again by a link."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import urlencode

from fastapi import Depends, Query

from api.pages.asked import Moment, Month, Text, Words
from api.pages.texts import knows, say
from api.pages.visit import Visit
from api.problems import Malformed
from projections.boards.filters import NO_TIER, NOBODY, Filters
from projections.boards.listing import Wider

FILTERS = ("agreement", "plan", "customer", "severity", "state", "wait", "assignee", "tier", "text", "tile")
"""What of an address a saved view keeps."""

States = Annotated[
    list[
        Literal["", "breached", "breached_paused", "breached_closed", "counting", "closed", "paused", "pending", "none"]
    ]
    | None,
    Query(max_length=20),
]
Tile = Literal["", "open", "at_risk", "breached", "customer", "escalated", "unnoticed"]


class Chip(NamedTuple):
    """A filter in force, and the same page without it."""

    name: str
    value: str
    without: str


async def narrowed(
    agreement: Words = None,
    plan: Words = None,
    customer: Words = None,
    severity: Words = None,
    state: States = None,
    wait: Words = None,
    assignee: Words = None,
    tier: Words = None,
    text: Text = "",
    tile: Tile = "",
) -> Filters:
    """The filters of the queue; what is left empty is no filter."""
    return Filters(
        agreement=_said(agreement),
        plan=_said(plan),
        customer=_said(customer),
        severity=_numbers("severity", severity),
        state=_said(state),
        wait=_said(wait),
        assignee=_said(assignee),
        tier=_numbers("tier", tier),
        text=text.strip(),
        tile=tile,
    )


async def widened(
    filters: Annotated[Filters, Depends(narrowed)],
    status: Words = None,
    opened_from: Annotated[Moment, Query()] = None,
    opened_to: Annotated[Moment, Query()] = None,
    clock: Words = None,
    verdict: Annotated[list[Literal["", "met", "breached", "excused", "open"]] | None, Query(max_length=10)] = None,
    month: Month = "",
    month_to: Month = "",
) -> Wider:
    """The filters of all tickets: those of the queue and some more."""
    return Wider(
        **vars(filters),
        status=_said(status),
        opened_from=opened_from,
        opened_to=opened_to,
        clock=_said(clock),
        verdict=_said(verdict),
        month=month,
        month_to=month_to,
    )


def monday(visit: Visit) -> datetime:
    """The beginning of the week, where the viewer is."""
    at = visit.at.astimezone(visit.viewer.zone(None))
    return (at - timedelta(days=at.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


def chips(visit: Visit, filters: Filters) -> list[Chip]:
    """Each value that the page is narrowed to."""
    return [
        Chip(say(f"queue.filter.{name}"), _shown(visit, name, value), _without(visit, name, value))
        for name, values in vars(filters).items()
        for value in (values if isinstance(values, tuple) else (values,))
        if value not in ("", None)
    ]


def _shown(visit: Visit, name: str, value: Any) -> str:
    if isinstance(value, datetime):
        return visit.show.whole(value)
    if name == "assignee" and value == NOBODY:
        return say("queue.nobody")
    if name == "tier" and value == NO_TIER:
        return say("queue.no_tier")
    key = {"tile": f"queue.tile.{value}", "month": ""}.get(name, f"common.{name}.{value}")
    return visit.show.month(value) if name == "month" else say(key) if knows(key) else str(value)


def _without(visit: Visit, name: str, value: Any) -> str:
    """The address without one filter's value."""
    told = visit.request.query_params.multi_items()
    whole = isinstance(value, datetime) or name in ("text", "month", "tile")
    kept = [(key, one) for key, one in told if key != "cursor" and not (key == name and (whole or one == str(value)))]
    return f"{visit.request.url.path}?{urlencode([(key, one) for key, one in kept if one])}"


def _said(words: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(filter(None, words or ()))


def _numbers(name: str, words: Iterable[str] | None) -> tuple[int, ...]:
    return tuple(_number(name, word) for word in _said(words))


def _number(name: str, word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) < 10):
        raise Malformed(f"{name}: is a whole number, not {word!r}")
    return int(word)
