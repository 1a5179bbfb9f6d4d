"""What remains in a replay of something that was recorded: it may since have been struck, moved, changed or replaced.

What an explanation says of an event is true of two replays alike where the same remains of it in both. Of a ruling that was struck,
or whose reading a later one replaced, nothing or something else remains in a replay that knows of that.
"""

from domain.clocks.hindsight import Hindsight
from domain.comparison.called import called
from domain.judgement import Judgement
from domain.ticket.events import Corrected, Ruled
from domain.ticket.history import Recorded

_EVER = 1 << 62


class Remains:
    """Of one judgement, asked about events one by one; what it tells of an event is to be compared only."""

    def __init__(self, judgement: Judgement) -> None:
        self._hindsight = judgement.hindsight
        self._happened = {one.number: one for one in judgement.hindsight.recorded}
        self._rulings = dict(judgement.hindsight.rulings)
        self._corrections = dict(judgement.hindsight.corrections)

    def of(self, one: Recorded) -> object:
        """None where nothing remains: it was struck, or what it is about is not there."""
        match one.event:
            case Corrected():
                return self._correction(one.number)
            case Ruled():
                return self._ruling(one.number)
            case _:
                happened = self._happened.get(one.number)
                return happened and (happened.at, called(happened))

    def _correction(self, number: int) -> object:
        """What it says, and what has become of that which it changed, be it in a ruling or in a correction itself."""
        correction = self._corrections.get(number)
        if correction is None or correction.struck:
            return correction and correction.number
        happened = self._happened.get(correction.number)
        event = happened.event if happened else self._said_afterwards(correction.number)
        if event is None:
            return None
        if correction.data is None:
            return correction.moved_to, event.effective_at
        told = event.model_dump(by_alias=True)
        return correction.data, [told.get(name) for name in correction.data]

    def _said_afterwards(self, number: int) -> Corrected | Ruled | None:
        return self._rulings.get(number) or self._corrections.get(number)

    def _ruling(self, number: int) -> object:
        ruling = self._rulings.get(number)
        if ruling is None or (ruling.strike_wait and ruling.strike_wait not in self._hindsight.struck_waits):
            return None
        read = [self._hindsight.readings[reading] for reading in ruling.reading or {}]
        return ruling.model_dump(exclude={"why"}), read, _severities(self._hindsight, ruling, number)


def _severities(hindsight: Hindsight, ruling: Ruled, number: int) -> object:
    """The severity that is in force from where a ruling set one: a later ruling may have set another over it."""
    if ruling.severity is None:
        return None
    return [event for _, told, event in hindsight.occurrences(_EVER) if told == number]
