"""How the service does: what is behind, what was not delivered, what the timekeeper has before it, how full the database is."""

from collections.abc import Iterator, Sequence
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Form, Response
from starlette.responses import RedirectResponse

from api.outgoing.outbox import DeadLetter
from api.pages.asked import Place
from api.pages.paper import PageRoute, page
from api.pages.remembered import Remembered
from api.pages.sealed import sealing_of
from api.pages.visit import Visit, visit
from api.problems import NotFound
from projections.as_of.view import View
from projections.deadlines import MOST_COUNTED
from projections.disputes import Disputes
from projections.sizes import Size, database_bytes, sizes

router = APIRouter(prefix="/operations", route_class=PageRoute, include_in_schema=False)

LISTED = 20
TABLES = 12

_room = Remembered[tuple[Sequence[Size], int]](seconds=5)
"""The greatest tables and the whole database: the database asks the file system about each of its tables."""

UNITS = ("B", "kB", "MB", "GB", "TB")


@router.get("")
def operations(visit: Annotated[Visit, visit("operations:read")], after: Place = "") -> Response:
    """What is so now: these figures are about the program, not about the past that it tells of."""
    house, now = visit.office.operations(), visit.office.at
    letters = house.outbox.dead(after, LISTED + 1)
    view, troubles, lag = visit.office.view(), house.runner.troubles(), house.runner.lag()
    room = _room.of(view.schema, lambda: (sizes(view)[:TABLES], database_bytes(view)))
    return page(
        visit,
        "operations",
        now=now,
        printed_at=now,
        lag=lag,
        troubles=troubles,
        disputes=house.runner.disputes_among(troubles),
        not_on_record=house.answers.problem,
        next_at=house.deadlines.next_at(),
        overdue=house.deadlines.due(now, LISTED),
        overdue_count=house.deadlines.overdue(now, MOST_COUNTED),
        most_counted=MOST_COUNTED,
        notices=house.outbox.counts(),
        letters=list(_letters(letters[:LISTED], view)),
        further=letters[LISTED - 1].notice if len(letters) > LISTED else None,
        tables=room[0],
        database=room[1],
        size=size,
        sealing=sealing_of(house, now, lag.head),
        keys=visit.office.api_keys() if visit.may("keys:manage") else None,
    )


class Letter(NamedTuple):
    """A notice that was given up, with the page of the ticket or dispute that it tells of, and which of its notices it is."""

    letter: DeadLetter
    page: str
    about: str
    which: str


def _letters(letters: Sequence[DeadLetter], view: View) -> Iterator[Letter]:
    streams = {one.notice: one.notice.partition("/") for one in letters}
    disputes = Disputes(view).among([UUID(stream) for stream, _, _ in streams.values()])
    for letter in letters:
        stream, _, which = streams[letter.notice]
        yield Letter(letter, "disputes" if UUID(stream) in disputes else "tickets", stream, which)


@router.post("/dead-letters")
def replay(
    visit: Annotated[Visit, visit("operations:act")], notice: Annotated[str, Form(max_length=500)] = ""
) -> Response:
    """Have a notice that was given up wait to be sent again."""
    if "\0" in notice or not visit.office.operations().outbox.replay(notice, visit.office.at):
        raise NotFound("no such notice was given up", remedy="open the page again: somebody may have sent it already")
    return RedirectResponse("/operations#outbox", 303)


def size(count: int) -> str:
    """A number of bytes in the unit that leaves it short, in thousands."""
    figure, unit = float(count), 0
    while figure >= 1000 and unit < len(UNITS) - 1:
        figure, unit = figure / 1000, unit + 1
    return f"{figure:.0f} {UNITS[unit]}" if unit == 0 or figure >= 100 else f"{figure:.1f} {UNITS[unit]}"
