"""Why two replays differ: which of the differences that went in decides a clock, found by replaying with it and without it.

A difference decides *alone* where the earlier case with nothing but it comes out as the later one does. Where none does, the
smallest set found that does, by leaving out one after another, decides *together*. What is compared is the verdict where that
differs, else the figures of the clock, else its life second by second.

Differences explain nothing by themselves where something else remains of them in the later replay: a ruling that another
difference struck, or a correction that another one replaced, is no cause of an outcome that came about without it.
"""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Literal, NamedTuple

from domain.clocks.replay import Replay
from domain.clocks.segments import segments
from domain.comparison.inputs import Change, EventChange, as_known, made_in
from domain.comparison.outcomes import outcomes
from domain.comparison.remains import Remains
from domain.judgement import Cycle, Judgement, judge
from domain.ticket.events import Corrected, Ruled

MOST_TRIED = 200
"""So many differences are tried one by one; of more, those that nobody corrected or ruled on go together."""

_Bundle = tuple[Change, ...]


class Cause(NamedTuple):
    """Differences that make a clock come out as it does: one alone, or several together."""

    decides: Literal["alone", "together"]
    changes: tuple[Change, ...]


class Causes:
    """Of the differences between two judgements, which decide each clock."""

    def __init__(self, before: Judgement, after: Judgement, changes: Sequence[Change]) -> None:
        self._before = as_known(before.case)
        self._bundles = _bundles(changes)
        self._was = before.replay
        self._is = after.replay
        self._remains = Remains(after)
        self._tried: dict[frozenset[int], Replay | None] = {}

    def of(self, cycle: Cycle) -> tuple[Cause, ...]:
        """Each that decides this clock and cycle alone, or else the several that do together; none where nothing does."""
        every = range(len(self._bundles))
        if not self._is_decided(cycle, every):
            return ()
        alone = [place for place in every if self._is_decided(cycle, (place,))]
        if alone:
            return tuple(Cause("alone", self._bundles[place]) for place in alone)
        return (Cause("together", self._changes(self._needed(cycle, every))),)

    def _needed(self, cycle: Cycle, every: Sequence[int]) -> list[int]:
        """What remains when each difference in turn is left out that the outcome does not need, the plainest first.

        What was struck can only be left out before what struck it, so that they are gone through until nothing more falls away.
        """
        needed, tried = list(every), None
        while needed != tried:
            tried = needed
            for place in sorted(tried, key=lambda place: (_says_something_afterwards(self._bundles[place]), -place)):
                without = [one for one in needed if one != place]
                if self._is_decided(cycle, without):
                    needed = without
        return needed

    def _is_decided(self, cycle: Cycle, places: Sequence[int]) -> bool:
        """Whether these differences alone make the clock come out as the later case has it."""
        replay = self._replayed(places)
        if replay is None:
            return False
        wanted = _looked_at(self._was, self._is, cycle)
        return wanted(replay, cycle) == wanted(self._is, cycle)

    def _replayed(self, places: Sequence[int]) -> Replay | None:
        """None where these differences by themselves make no case: a severity, say, that the earlier agreement does not have.

        Nor do those of which something else remains in the later replay.
        """
        key = frozenset(places)
        if key not in self._tried:
            self._tried[key] = self._replay(self._changes(places))
        return self._tried[key]

    def _replay(self, made: Sequence[Change]) -> Replay | None:
        try:
            judgement = judge(made_in(self._before, made))
        except LookupError:
            return None
        remains = Remains(judgement)
        told = [one.after for one in made if isinstance(one, EventChange) and one.after is not None]
        return judgement.replay if all(remains.of(one) in (None, self._remains.of(one)) for one in told) else None

    def _changes(self, places: Sequence[int]) -> tuple[Change, ...]:
        return tuple(chain.from_iterable(self._bundles[place] for place in places))


def _looked_at(was: Replay, is_: Replay, cycle: Cycle) -> Callable[[Replay, Cycle], object]:
    """What is compared: the first of verdict, figures and life second by second in which the two differ."""
    return next(look for look in (_verdict, _figures, _life) if look is _life or look(was, cycle) != look(is_, cycle))


def _verdict(replay: Replay, cycle: Cycle) -> object:
    return replay.verdicts().get(cycle)


def _figures(replay: Replay, cycle: Cycle) -> object:
    return outcomes(replay).get(cycle)


def _life(replay: Replay, cycle: Cycle) -> object:
    return [[*segments(clock)] for clock in replay.clocks if (clock.terms.name, clock.cycle) == cycle]


def _bundles(changes: Sequence[Change]) -> list[_Bundle]:
    """The differences as they are tried: one by one, unless there are very many."""
    if len(changes) <= MOST_TRIED:
        return [(one,) for one in changes]
    plain = [one for one in changes if isinstance(one, EventChange) and not _says_something_afterwards((one,))]
    rest = [(one,) for one in changes if not isinstance(one, EventChange) or _says_something_afterwards((one,))]
    return [tuple(plain), *rest]


def _says_something_afterwards(bundle: _Bundle) -> bool:
    return any(not isinstance(one, EventChange) or isinstance(one.event.event, Corrected | Ruled) for one in bundle)
