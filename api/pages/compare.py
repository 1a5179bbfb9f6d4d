"""The page on which two replays of a ticket stand side by side: what was known then, and what is known now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.answering import answered
from api.knowledge import story
from api.pages.asked import Moment
from api.pages.comparing import Comparison, side
from api.pages.in_dispute.calling import VERDICT_ICONS
from api.pages.on_ticket.learning import given, learned, stated, too_late
from api.pages.on_ticket.otherwise import chosen
from api.pages.on_ticket.seen import Looked, Readings, Seen
from api.pages.paper import PageRoute, page
from api.pages.pictures.timeline import PATTERNS, SIGNS
from api.pages.texts import say
from api.pages.visit import Visit, visit
from api.problems import NotFound
from domain.comparison.given import clocks_said
from domain.comparison.revisions import moments
from domain.instants import SECOND, instant
from domain.judgement import Judgement, judge
from domain.refusals import DoesNotFit

router = APIRouter(prefix="/tickets/{ticket}", route_class=PageRoute, include_in_schema=False)


@router.get("/compare")
def compare(
    ticket: UUID,
    visit: Annotated[Visit, visit("tickets:read")],
    before: Moment = None,
    before_known: Moment = None,
    before_reading: Readings = [],  # noqa: B006
    after: Moment = None,
    after_known: Moment = None,
    after_reading: Readings = [],  # noqa: B006
    event: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
) -> Response:
    """What was known then against what is known now. With an `event`, just before it was recorded and from then on; without
    anything, just before what was last said about the past.
    """
    seen = Seen(visit, visit.office.ticket(ticket), Looked())
    said = (before, before_known, after, after_known, *filter(None, before_reading), *filter(None, after_reading))
    if event is not None:
        recorded = _recorded(seen, event)
        before_known, after_known = instant(recorded - 1), instant(recorded)
    elif before is not None and before_known is None:
        before_known = before
    elif all(one is None for one in said) and visit.as_of is None:
        before_known = _last_said(seen)
    one = judgement(seen, before or after, before_known, before_reading)
    other = judgement(seen, after or before, after_known, after_reading)
    comparison = Comparison(
        seen, side(seen, called(seen, one, other), one), side(seen, called(seen, other, one, is_later=True), other)
    )
    told = story(visit.office, seen.ticket, after or before or visit.as_of, None)
    no_longer, still = given(told, comparison)
    for side_of, at, known_at, taken in (
        (one, before or after, before_known, before_reading),
        (other, after or before, after_known, after_reading),
    ):
        answered(visit.office, seen.ticket, side_of.case, clocks_said(side_of), at, known_at, chosen(taken))
    return page(
        visit,
        "compare",
        seen=seen,
        wording=seen.wording,
        comparison=comparison,
        one=one.case,
        other=other.case,
        instant=instant,
        pictures=list(comparison.pictures()),
        patterns=PATTERNS,
        signs=SIGNS,
        learned=learned(told, comparison),
        stated=stated(told, comparison),
        too_late=too_late(told, comparison),
        no_longer=no_longer,
        still=still,
        readings=[*filter(None, before_reading)],
        other_readings=[*filter(None, after_reading)],
        choices=seen.judgement.replay.terms.agreement.readings,
        verdict_icons=VERDICT_ICONS,
        tickets=visit.tickets,
    )


def judgement(seen: Seen, at: datetime | None, known_at: datetime | None, readings: Sequence[str]) -> Judgement:
    """One side. Raises DoesNotFit for an instant that is still to come, and for a reading that nobody knows."""
    office = seen.visit.office
    at = at or seen.visit.as_of
    for name, told in (("as_of", at), ("known_at", known_at)):
        if told is not None and told > office.at:
            raise DoesNotFit(
                f"{name}: nothing is known yet of an instant that is still to come", remedy="name one that has passed"
            )
    return judge(office.case(seen.ticket, at, known_at, chosen(readings)))


def called(seen: Seen, one: Judgement, other: Judgement, *, is_later: bool = False) -> str:
    """What a side is called: by what was known, by the instant, or by how it is read."""
    plain = seen.wording.plain
    if one.case.known_at != other.case.known_at:
        if one.case.known_at is None:
            return say("compare.side.now")
        return say("compare.side.known", at=plain(one.case.known_at // SECOND))
    if one.case.as_of // SECOND != other.case.as_of // SECOND:
        return say("compare.side.as_of", at=plain(one.replay.as_of))
    return say("compare.side.otherwise" if is_later else "compare.side.record")


def _recorded(seen: Seen, number: int) -> int:
    """When an event was recorded, in microseconds."""
    history = seen.judgement.case.history
    found = next((one.recorded_at for one in history if one.number == number), None)
    if found is None:
        raise NotFound(f"the history has no event {number}", remedy="name an event by its number in the history")
    return found


def _last_said(seen: Seen) -> datetime | None:
    """Just before something was last said about what went before."""
    said = moments(seen.judgement.case)
    return instant(said[-1] - 1) if said else None
