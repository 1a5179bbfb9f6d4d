"""Which claim decides? The ticket judged without the claims, with each alone, with all, with all but each, in every combination.

Nothing of it is recorded. A claim counts as it would if it were upheld at the instant of asking.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from domain.clocks.clock import Clock, Verdict
from domain.disputes.claims import Claim
from domain.disputes.conflicts import first_conflict
from domain.disputes.events import DisputedClock
from domain.disputes.rulings import supposing
from domain.judgement import Case, Cycle, Judgement, judge
from domain.refusals import CommandRefused

MOST_COMBINED = 8
"""Of so many claims every combination is tried; of more only each alone, all, and all but each."""

Numbers = tuple[int, ...]


class Supposed(NamedTuple):
    """The ticket as if these claims were upheld; `misfit` says why that cannot be, and then there is no judgement."""

    claims: Numbers
    judgement: Judgement | None
    misfit: str = ""

    @property
    def verdicts(self) -> dict[Cycle, Verdict]:
        return self.judgement.replay.verdicts() if self.judgement else {}


class Deciding(NamedTuple):
    """A smallest set of claims that brings a clock to a verdict other than that of record."""

    verdict: Verdict
    claims: Numbers


@dataclass(frozen=True)
class Evaluation:
    """`record` is the ticket without the claims; `clocks` are those in dispute, all where none is named."""

    record: Judgement
    claims: Mapping[int, Claim]
    clocks: tuple[DisputedClock, ...]
    supposed: Mapping[Numbers, Supposed]

    @property
    def together(self) -> Supposed:
        """With all claims."""
        return self.supposed[tuple(self.claims)]

    def alone(self, number: int) -> Supposed:
        return self.supposed[(number,)]

    def all_but(self, number: int) -> Supposed:
        return self.supposed[tuple(one for one in self.claims if one != number)]

    @cached_property
    def cycles(self) -> tuple[Cycle, ...]:
        """The clocks in dispute with their cycles, of record or as supposed."""
        judged = (self.record.replay.verdicts(), *(one.verdicts for one in self.supposed.values()))
        known = dict.fromkeys(cycle for verdicts in judged for cycle in verdicts)
        return tuple(cycle for cycle in known if self._is_disputed(cycle))

    def deciding(self, cycle: Cycle) -> tuple[Deciding, ...]:
        """The smallest sets of claims that change a clock's verdict, the fewest claims first."""
        of_record = self.record.replay.verdicts().get(cycle)
        found: list[Deciding] = []
        for claims, supposed in sorted(self.supposed.items(), key=lambda one: (len(one[0]), one[0])):
            verdict = supposed.verdicts.get(cycle)
            if verdict is None or verdict is of_record:
                continue
            if not any(one.verdict is verdict and set(one.claims) < set(claims) for one in found):
                found.append(Deciding(verdict, claims))
        return tuple(found)

    def indispensable(self, cycle: Cycle) -> Numbers:
        """The claims without any of which all the others come to another verdict than all together; none where all together
        cannot be upheld.
        """
        if self.together.judgement is None:
            return ()
        verdict = self.together.verdicts.get(cycle)
        return tuple(one for one in self.claims if self.all_but(one).verdicts.get(cycle) is not verdict)

    def _is_disputed(self, cycle: Cycle) -> bool:
        name, number = cycle
        return not self.clocks or any(one.clock == name and one.cycle in (None, number) for one in self.clocks)


def evaluate(case: Case, claims: Mapping[int, Claim], at: int, clocks: Sequence[DisputedClock] = ()) -> Evaluation:
    """Judge a ticket under its claims, by their numbers, each as if upheld at an instant in microseconds.

    `case` is the ticket as it is judged without them, as of its own instant.
    """
    record = judge(case)
    supposed = {numbers: _supposed(case, claims, numbers, at) for numbers in _sets(tuple(claims)) if numbers}
    return Evaluation(record, dict(claims), tuple(clocks), {(): Supposed((), record), **supposed})


def clock_of(judgement: Judgement | None, cycle: Cycle) -> Clock | None:
    """A clock in one cycle, where a judgement has it."""
    clocks = judgement.replay.clocks if judgement else ()
    return next((one for one in clocks if (one.terms.name, one.cycle) == cycle), None)


def _sets(numbers: Numbers) -> Iterable[Numbers]:
    """The sets of claims that are tried, each in the order of the claims."""
    if len(numbers) <= MOST_COMBINED:
        return [some for size in range(len(numbers) + 1) for some in combinations(numbers, size)]
    but_each = (tuple(one for one in numbers if one != left_out) for left_out in numbers)
    return dict.fromkeys(((), *((one,) for one in numbers), *but_each, numbers))


def _supposed(case: Case, claims: Mapping[int, Claim], numbers: Numbers, at: int) -> Supposed:
    if contradiction := first_conflict(((number, claims[number]) for number in numbers), case):
        return Supposed(numbers, None, contradiction)
    try:
        return Supposed(numbers, judge(supposing(case, (claims[number] for number in numbers), at)))
    except CommandRefused as misfit:
        return Supposed(numbers, None, str(misfit))
