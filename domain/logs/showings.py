"""What a clock on the wall showed, and the instant that it means.

Twice a year a wall clock says less than an instant: an hour is shown twice when clocks go back, and one is never shown
when they go forward, though logs name times in it. What stands before and after such a time decides what it means.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple

from domain.logs.lifecycle import Moment, moment

SECOND_SHOWING = "a time shown twice as clocks went back: the second one, since it comes later than the row above"
NEVER_SHOWN = "a time that clocks skipped as they went forward: moved on, though not past the row below"


class Shown(NamedTuple):
    """`at`, unless the order of the rows speaks for another instant.

    `instead` is later than `at` for a time shown twice, its second showing. It is earlier for a time never shown: any
    instant from `instead` to `at` may be meant. None, as nearly always: the time means one instant only.
    """

    at: Moment
    instead: Moment | None = None

    @property
    def is_certain(self) -> bool:
        return self.instead is None

    @property
    def was_skipped(self) -> bool:
        """Whether no clock of the zone ever showed this time."""
        return self.instead is not None and self.instead.micros < self.at.micros


def shown(wall: datetime) -> Shown:
    """What an aware datetime shows on its zone's clock. Raises ValueError outside the years a history may lie in.

    A time never shown becomes the same distance after the jump, or, `instead`, before it.
    """
    first, second = (moment(_lived(wall.replace(fold=fold))) for fold in (0, 1))
    return Shown(first) if first.micros == second.micros else Shown(first, second)


def settled(times: Sequence[Shown | None]) -> list[Moment | None]:
    """The instants of rows in the order in which they happened, chosen so that this order is kept where it can be.

    A time shown twice is its first showing unless the row above is later than that. A time never shown moves past the
    jump, but not past the row below it.
    """
    chosen = [None if time is None else time.at for time in times]
    if all(time is None or time.instead is None for time in times):
        return chosen
    below: Moment | None = None
    for place in reversed(range(len(times))):
        if (time := times[place]) is None:
            continue
        if below and time.was_skipped and _lies(below, time):
            chosen[place] = below
        below = chosen[place]
    latest: Moment | None = None
    for place, (time, at) in enumerate(zip(times, chosen, strict=True)):
        if time is None or at is None:
            continue
        if latest and at.micros < latest.micros and _lies(latest, time):
            at = chosen[place] = latest if time.was_skipped else time.instead
        if at and (latest is None or at.micros > latest.micros):
            latest = at
    return chosen


def doubt(time: Shown | None, chosen: Moment | None) -> str | None:
    """What the report says of a time that had to be settled."""
    if time is None or time.instead is None:
        return None
    if time.was_skipped:
        return NEVER_SHOWN
    return None if chosen == time.at else SECOND_SHOWING


def rising(moments: Sequence[Moment | None]) -> bool:
    """Whether none of the moments that are known is earlier than one before it."""
    known = [one.micros for one in moments if one is not None]
    return all(early <= late for early, late in pairwise(known))


def _lies(moment: Moment, time: Shown) -> bool:
    """Whether a moment lies between the two that a time may mean."""
    ends = sorted((time.at.micros, (time.instead or time.at).micros))
    return ends[0] <= moment.micros <= ends[1]


def _lived(wall: datetime) -> datetime:
    """What the zone's clock really showed at that instant."""
    return wall.astimezone(UTC).astimezone(wall.tzinfo)
