"""Which claim decides? The ticket judged without the claims, with each alone, with all, with all but each, in every combination.

Nothing of it is recorded. A claim counts as it would if it were upheld at the instant of asking.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from domain.clocks.clock import Clock, Verdict
from domain.disputes.claims import Claim
from domain.disputes.conflicts import conflict, first_conflict
from domain.disputes.events import DisputedClock, Party
from domain.disputes.rulings import supposing
from domain.judgement import Case, Cycle, Judgement, judge
from domain.refusals import CommandRefused

MOST_COMBINED = 8
"""Of so many claims every combination is tried; of more only each alone, all, all but each, those of each party, and for each claim
the most that go together with it.
"""

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

    @property
    def largest(self) -> tuple[Supposed, ...]:
        """The sets of claims that go together to which no other one can be added, the largest first."""
        possible = sorted((one for one in self.supposed.values() if one.judgement), key=lambda one: -len(one.claims))
        found: list[Supposed] = []
        for one in possible:
            if not any(set(one.claims) < set(larger.claims) for larger in found):
                found.append(one)
        return tuple(found)

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


def evaluate(
    case: Case,
    claims: Mapping[int, Claim],
    at: int,
    clocks: Sequence[DisputedClock] = (),
    parties: Mapping[int, Party] | None = None,
) -> Evaluation:
    """Judge a ticket under its claims, by their numbers, each as if upheld at an instant in microseconds.

    `case` is the ticket as it is judged without them, as of its own instant; `parties` says whose the claims are, where that is
    known.
    """
    record = judge(case)
    sets = _sets(tuple(claims)) if len(claims) <= MOST_COMBINED else _few_sets(claims, parties or {}, case)
    supposed = {numbers: _supposed(case, claims, numbers, at) for numbers in sets if numbers}
    return Evaluation(record, dict(claims), tuple(clocks), {(): Supposed((), record), **supposed})


def clock_of(judgement: Judgement | None, cycle: Cycle) -> Clock | None:
    """A clock in one cycle, where a judgement has it."""
    clocks = judgement.replay.clocks if judgement else ()
    return next((one for one in clocks if (one.terms.name, one.cycle) == cycle), None)


def _sets(numbers: Numbers) -> Iterable[Numbers]:
    """All sets of claims, each in the order of the claims."""
    return [some for size in range(len(numbers) + 1) for some in combinations(numbers, size)]


def _few_sets(claims: Mapping[int, Claim], parties: Mapping[int, Party], case: Case) -> Iterable[Numbers]:
    """The sets that are tried of many claims, so that what a party wants is seen also where the other one contradicts it.

    Round each claim stand those of its party that go together with it, and then those of the other one.
    """
    numbers = tuple(claims)
    but_each = (tuple(one for one in numbers if one != left_out) for left_out in numbers)
    apart = _apart(claims, case)
    sets: list[Numbers] = [*((one,) for one in numbers), *but_each, numbers]
    for number in numbers:
        own = [one for one in numbers if parties.get(one) == parties.get(number)]
        others = [one for one in numbers if one not in own]
        together = _going_together([number, *own], apart)
        sets += [together, _going_together([*together, *others], apart)]
    return dict.fromkeys(sets)


def _apart(claims: Mapping[int, Claim], case: Case) -> set[frozenset[int]]:
    """The pairs of claims that contradict each other."""
    found = ((one, other, conflict(claims[one], claims[other], case)) for one, other in combinations(claims, 2))
    return {frozenset((one, other)) for one, other, at_odds in found if at_odds and not at_odds.is_repeated}


def _going_together(numbers: Iterable[int], apart: Collection[frozenset[int]]) -> Numbers:
    """Claims taken one after another, as long as they contradict none of those before; in their order."""
    taken: list[int] = []
    for number in dict.fromkeys(numbers):
        if all(frozenset((number, one)) not in apart for one in taken):
            taken.append(number)
    return tuple(sorted(taken))


def _supposed(case: Case, claims: Mapping[int, Claim], numbers: Numbers, at: int) -> Supposed:
    if contradiction := first_conflict(((number, claims[number]) for number in numbers), case):
        return Supposed(numbers, None, contradiction)
    try:
        return Supposed(numbers, judge(supposing(case, _without_repeated([claims[one] for one in numbers], case), at)))
    except CommandRefused as misfit:
        return Supposed(numbers, None, str(misfit))


def _without_repeated(claims: Iterable[Claim], case: Case) -> list[Claim]:
    """Of claims that contradict none of each other, each that says something new: the same is not written twice."""
    told: list[Claim] = []
    for claim in claims:
        if not any(conflict(one, claim, case) for one in told):
            told.append(claim)
    return told
