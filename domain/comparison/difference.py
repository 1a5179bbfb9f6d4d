"""Two judgements of one ticket side by side: what differs in what went in, what differs in what came out, and why.

The two may be of other instants, other knowledge, other readings, other terms or another history. Instants of inputs are
microseconds since 1970 UTC, those of outcomes whole seconds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from domain.clocks.hindsight import Hindsight
from domain.comparison.causes import Cause, Causes
from domain.comparison.inputs import Change, changes
from domain.comparison.outcomes import Outcome, Outcomes, Stretch, outcomes, stretches
from domain.conduct.irregularities import Irregularity
from domain.judgement import Cycle, Judgement
from domain.ticket.history import Recorded


class Otherwise(NamedTuple):
    """An event as each side judges it, once its corrections are applied; None where it never was or is not known."""

    number: int
    before: Recorded | None
    after: Recorded | None


class ClockDifference(NamedTuple):
    """A clock in one cycle that fares otherwise; None where a side has no such cycle."""

    clock: str
    cycle: int
    before: Outcome | None
    after: Outcome | None
    stretches: tuple[Stretch, ...]
    causes: tuple[Cause, ...]

    @property
    def changes_verdict(self) -> bool:
        return (self.before and self.before.verdict) is not (self.after and self.after.verdict)

    @property
    def counted(self) -> int:
        """Seconds that are counted more; negative where fewer are."""
        return sum(one.counted for one in self.stretches)


@dataclass(frozen=True)
class Difference:
    """What two judgements differ in; `clocks` are those that differ, in the order of the agreement."""

    before: Judgement
    after: Judgement

    @cached_property
    def inputs(self) -> tuple[Change, ...]:
        """All that went in otherwise, each as it can be made on its own."""
        return changes(self.before.case, self.after.case)

    @cached_property
    def otherwise(self) -> tuple[Otherwise, ...]:
        """The events known to both sides that are judged otherwise: moved, changed or struck by a correction."""
        return tuple(_otherwise(self.before, self.after))

    @cached_property
    def waits_struck(self) -> tuple[frozenset[int], frozenset[int]]:
        """The numbers of the waits that a ruling struck on one side only: before, after."""
        before, after = self.before.hindsight.struck_waits, self.after.hindsight.struck_waits
        return before - after, after - before

    @cached_property
    def irregularities(self) -> tuple[tuple[Irregularity, ...], tuple[Irregularity, ...]]:
        """What is irregular on one side only: before, after. A late renewal, say, makes an opening regular that was not."""
        before, after = self.before.irregularities, self.after.irregularities
        return tuple(one for one in before if one not in after), tuple(one for one in after if one not in before)

    @cached_property
    def clocks(self) -> tuple[ClockDifference, ...]:
        return tuple(self._clocks())

    @property
    def verdicts(self) -> tuple[ClockDifference, ...]:
        """The clocks whose verdict differs."""
        return tuple(one for one in self.clocks if one.changes_verdict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs, neither in what went in nor in what came out."""
        return not (self.inputs or self.clocks or any(self.irregularities))

    def _clocks(self) -> Iterator[ClockDifference]:
        before = {(one.terms.name, one.cycle): one for one in self.before.replay.clocks}
        after = {(one.terms.name, one.cycle): one for one in self.after.replay.clocks}
        was, is_ = outcomes(self.before.replay), outcomes(self.after.replay)
        for cycle in _in_order(was, is_):
            apart = stretches(before.get(cycle), after.get(cycle))
            if apart or was.get(cycle) != is_.get(cycle):
                name, number = cycle
                causes = self._causes.of(cycle)
                yield ClockDifference(name, number, was.get(cycle), is_.get(cycle), apart, causes)

    @cached_property
    def _causes(self) -> Causes:
        return Causes(self.before, self.after, self.inputs)


def difference(before: Judgement, after: Judgement) -> Difference:
    """What one judgement of a ticket differs in from another, and why. Nothing is read but the two."""
    return Difference(before, after)


def _otherwise(before: Judgement, after: Judgement) -> Iterator[Otherwise]:
    was, is_ = _judged(before.hindsight), _judged(after.hindsight)
    known = _known(before) & _known(after)
    for number in sorted(known):
        one, other = was.get(number), is_.get(number)
        if one is not other and (one is None or other is None or (one.at, one.event) != (other.at, other.event)):
            yield Otherwise(number, one, other)


def _judged(hindsight: Hindsight) -> dict[int, Recorded]:
    return {one.number: one for one in hindsight.recorded}


def _known(judgement: Judgement) -> set[int]:
    """The numbers of what happened, as far as it was known; what was said afterwards about it is no part of that."""
    known_at = judgement.case.known_at
    return {
        one.number
        for one in judgement.case.history
        if (known_at is None or one.recorded_at <= known_at) and one.event.event not in ("corrected", "ruled")
    }


def _in_order(was: Outcomes, is_: Outcomes) -> list[Cycle]:
    """The clocks of both sides: those of the earlier one in their order, each further cycle and clock at its place."""
    names = dict.fromkeys(name for name, _ in (*was, *is_))
    return [cycle for name in names for cycle in sorted({*was, *is_}) if cycle[0] == name]
