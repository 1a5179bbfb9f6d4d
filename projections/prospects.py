"""What comes next for a ticket if nothing more happens: its next breach, the first warning, the next rung."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from domain.clocks.clock import RUNNING
from domain.clocks.ladder import RungState
from projections.calendars import key_of
from projections.judged import Foreseen, Judged, at, earliest

FOREVER = 1 << 60
"""Later, in seconds, than anything happens."""


class Prospects(NamedTuple):
    """As the row of the ticket has it. `clock` is the one that is breached first, else has the least time left."""

    due_at: datetime | None = None
    breach_at: datetime | None = None
    late_from: datetime | None = None
    overdue_from: datetime | None = None
    clock: str | None = None
    calendar: str | None = None
    counts_from: datetime | None = None
    waits: Sequence[str] = ()
    rung_at: datetime | None = None
    rung_role: str | None = None
    at_risk_from: datetime | None = None


NOTHING = Prospects()


def prospects(judged: Judged) -> Prospects:
    """Most tickets are done, and nothing comes any more."""
    if judged.is_over:
        return NOTHING
    going = [one for one in judged.clocks if one.ahead.is_going and not judged.is_excused(one.now)]
    soonest, rung = _soonest(going), _next_rung(judged)
    return Prospects(
        due_at=earliest(one.now.due_at for one in going if _is_ahead(one)),
        breach_at=earliest(one.breaches_at for one in going),
        late_from=earliest(one.late_from for one in going if not one.is_breached),
        overdue_from=earliest(one.late_from for one in going),
        clock=soonest.now.terms.name if soonest else None,
        calendar=key_of(soonest.ahead.under.calendar) if soonest else None,
        counts_from=at(soonest.counts_from) if soonest else None,
        waits=soonest.ahead.waits if soonest else (),
        rung_at=at(rung.reached_at) if rung else None,
        rung_role=rung.role if rung else None,
        at_risk_from=earliest(one.at_risk_from for one in going),
    )


def _soonest(going: Iterable[Foreseen]) -> Foreseen | None:
    """A breached clock stays breached, also where a change of severity has taken its target away since."""
    limited = (one for one in going if one.is_breached or one.ahead.left is not None)
    return min(limited, key=lambda one: (one.late_from or FOREVER, one.ahead.left or 0), default=None)


def _next_rung(judged: Judged) -> RungState | None:
    ahead = (one.next_rung(judged.replay.as_of) for one in judged.clocks)
    return min((rung for rung in ahead if rung), key=lambda rung: rung.reached_at or 0, default=None)


def _is_ahead(one: Foreseen) -> bool:
    return one.now.state is RUNNING and not one.is_breached
