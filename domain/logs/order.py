"""In which order the rows of a ticket happened, whatever order its file has them in.

A counter of updates says it best, and is believed where none of its numbers stands at two times. Where it is not, or
there is none, the times say it. The file's own order is left to what neither says; a file that runs from the newest
row to the oldest is read from its end.
"""

from collections.abc import Sequence
from itertools import pairwise

from domain.logs.showings import Shown, rising, settled

Times = Sequence[Shown | None]
Counts = Sequence[int | None]


def happened(times: Times, counts: Counts, *, newest_first: bool = False) -> list[int]:
    """The places of the rows in the order in which they happened.

    `newest_first` says how the file runs, for rows that do not say it themselves. Counters in which a number stands at
    two times still confirm an order of the file along which they never fall.
    """
    places = list(range(len(times)))
    known = [count for count in counts if count is not None]
    counted = len(known) == len(places)
    if counted and all(early < late for early, late in pairwise(known)):
        return places
    turns = _falls(times, counts)
    if turns > 0 or (turns == 0 and newest_first):
        places.reverse()
    if counted and len(set(known)) == len(set(zip(known, times, strict=True))):
        return sorted(places, key=known.__getitem__)
    if counted and len(set(known)) > 1 and all(known[early] <= known[late] for early, late in pairwise(places)):
        return places
    return _in_time(places, times)


def _falls(times: Times, counts: Counts) -> int:
    """How many rows more are older than the one above them than are newer."""
    falls = 0
    for (one, count), (other, next_count) in pairwise(zip(times, counts, strict=True)):
        if count is not None and next_count is not None and count != next_count:
            falls += 1 if next_count < count else -1
        elif one and other and one.is_certain and other.is_certain:
            falls += (other.at.micros < one.at.micros) - (other.at.micros > one.at.micros)
    return falls


def _in_time(places: list[int], times: Times) -> list[int]:
    """A row without a time stays below the one above it."""
    if rising(settled([times[place] for place in places])):
        return places
    keys: dict[int, int] = {}
    latest = -(1 << 63)
    for place in places:
        if (time := times[place]) is not None:
            latest = time.at.micros
        keys[place] = latest
    return sorted(places, key=keys.__getitem__)
