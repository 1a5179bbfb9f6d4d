"""A replay: one history under its terms, as of an instant, into clocks.

Source: semantics 1.4 — the same history, terms, readings and instant always give the same answer. All instants are microseconds
since 1970 UTC where they are asked for, whole seconds where they are answered.
"""

from collections.abc import Iterable
from heapq import merge
from operator import itemgetter
from typing import NamedTuple

from domain.clocks.clock import Clock, Verdict
from domain.clocks.fold import Fold, Occurrence
from domain.clocks.hindsight import Hindsight
from domain.instants import SECOND
from domain.terms.compiled import Terms
from domain.ticket.events import Opened


class Replay(NamedTuple):
    """What a ticket's clocks say as of an instant; `clocks` in the order of the agreement, cycle by cycle.

    `waits` are those in force, those that follow from the contract among them, in the order in which they began.
    """

    terms: Terms
    as_of: int
    status: str
    waits: tuple[str, ...]
    severity: int | None
    clocks: tuple[Clock, ...]
    excused: frozenset[str]

    def verdicts(self) -> dict[tuple[str, int], Verdict]:
        """The verdict of each clock and cycle."""
        return {(clock.terms.name, clock.cycle): clock.verdict(self.excused) for clock in self.clocks}


def replay(hindsight: Hindsight, terms: Terms, as_of: int, contract: Iterable[Occurrence] = ()) -> Replay:
    """Fold what is known of a ticket, up to and including `as_of`; `contract` are waits that follow from its contract."""
    return replayed(hindsight.occurrences(as_of), terms, as_of, contract, hindsight.excused)


def replayed(
    occurrences: list[Occurrence],
    terms: Terms,
    as_of: int,
    contract: Iterable[Occurrence] = (),
    excused: frozenset[str] = frozenset(),
) -> Replay:
    """The same of occurrences as they are to be judged, none of them after `as_of`."""
    until = as_of // SECOND
    opened = next((event for _, _, event in occurrences if event.event == "opened"), None)
    if not isinstance(opened, Opened):
        refused = any(event.event == "refused" for _, _, event in occurrences)
        unopened = tuple(Clock(clock) for clock in terms.clocks)
        return Replay(terms, until, "declined" if refused else "open", (), None, unopened, excused)
    if contract:
        occurrences = list(merge((one for one in contract if one[0] <= until), occurrences, key=itemgetter(0)))
    fold = Fold(terms, opened.severity)
    fold.run(occurrences, until)
    status = "waiting" if fold.status == "open" and fold.waits else fold.status
    return Replay(terms, until, status, tuple(fold.waits), fold.severity, tuple(_listed(fold)), excused)


def _listed(fold: Fold) -> Iterable[Clock]:
    """Each clock with its cycles in order; a cycle that has not started is listed only where it is the first."""
    if not fold.ended:
        return fold.clocks
    cycles = [*fold.ended, *(clock for clock in fold.clocks if clock.cycle == 1 or clock.started_at is not None)]
    return sorted(cycles, key=lambda clock: (clock.terms.index, clock.cycle))
