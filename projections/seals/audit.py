"""Is the log as it was sealed? Its events are held against the leaves of the tree, and the tree against every seal.

The tree says which event differs, and the seal's root, which of the two was changed: where the leaves as they stand in the tree
lead to the root that was signed, it was the event; where the leaves that the events make do, it was the tree.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from domain.seals.merkle import Frontier
from domain.seals.seal import Leaf, Seal
from projections.seals.differences import Difference, of_the_log, of_the_tree


class Stretch(NamedTuple):
    """Leaves as the tree has them: the index of the first, their hashes, and the positions of their events.

    Where the tree has lost them, `hashes` is None, and `width` is how many there were.
    """

    first: int
    width: int
    hashes: list[bytes] | None
    positions: list[int]


class Audit:
    """Goes through the log once, from its beginning; `seals` are those whose signatures hold, in their order."""

    def __init__(self, seals: Sequence[Seal]) -> None:
        self.differing: set[int] = set()
        """The first leaves of the stretches where something differs."""
        self._ahead = deque(seals)
        self._sealed = Frontier()
        self._found: Frontier | None = None
        self._differences: list[Difference] = []
        self._is_lost = False
        self._last_position = 0

    def findings(self, stretches: Iterable[Stretch], events: Iterable[Leaf]) -> Iterator[str]:
        """What is not as it was sealed, in words."""
        coming = _Coming(events)
        for stretch in stretches:
            found = coming.take(stretch.width)
            sealed, made = stretch.hashes, [event.hash for event in found]
            if sealed is None:
                yield f"the tree has lost its leaves {stretch.first} to {stretch.first + stretch.width - 1}"
                sealed = made
                self.differing.add(stretch.first)
            elif made != sealed or [event.position for event in found] != stretch.positions:
                coming.put_back(found)
                made = self._compared(stretch, sealed, coming)
                self.differing.add(stretch.first)
            yield from self._grown(sealed, made)
        for event in coming.rest():
            self._differences.append(Difference(self._sealed.size, None, event.position, event))
        yield from of_the_log("as it stands in the tree", self._differences)
        yield from self._reached()
        for seal in self._ahead:
            yield f"the log ends after {self._sealed.size} events, and had {seal.size} {_when(seal)}"

    # --- event by event -----------------------------------------------------------------------------------------------

    def _compared(self, stretch: Stretch, sealed: list[bytes], coming: "_Coming") -> list[bytes]:
        """The leaves that the events make, one for each of the tree; what differs is noted."""
        made = []
        for index, (hash, position) in enumerate(zip(sealed, stretch.positions, strict=True), stretch.first):
            while (event := coming.peek()) and event.hash != hash and event.position < position:
                self._differences.append(Difference(index, None, event.position, event))
                coming.take(1)
            if event is None or (event.hash != hash and event.position > position):
                self._differences.append(Difference(index, hash, position, None))
                made.append(hash)
                continue
            if event.hash != hash or event.position != position:
                self._differences.append(Difference(index, hash, position, event))
            made.append(event.hash)
            coming.take(1)
        return made

    # --- seal by seal -------------------------------------------------------------------------------------------------

    def _grown(self, sealed: list[bytes], made: list[bytes]) -> Iterator[str]:
        begin, size = 0, self._sealed.size
        ends = sorted({one.size - size for one in self._ahead if one.size - size < len(sealed)} | {len(sealed)})
        for end in ends:
            self._add(sealed[begin:end], made[begin:end])
            yield from self._reached()
            begin = end

    def _reached(self) -> Iterator[str]:
        while self._ahead and self._ahead[0].size <= self._sealed.size:
            yield from self._held_against(self._ahead.popleft())

    def _add(self, sealed: list[bytes], made: list[bytes]) -> None:
        if self._found is None and sealed != made:
            self._found = self._sealed.copy()
        self._sealed.extend(sealed)
        if self._found:
            self._found.extend(made)

    def _held_against(self, seal: Seal) -> Iterator[str]:
        """Who differs from what was signed up to here; from here on, the other one is right."""
        when = _when(seal)
        found, sealed = self._found or self._sealed, self._sealed
        differences = [one for one in self._differences if one.leaf < seal.size]
        self._differences = self._differences[len(differences) :]
        if sealed.root.hex() == seal.root:
            self._is_lost, self._found = False, None
            yield from of_the_log(when, differences)
        elif found.root.hex() == seal.root:
            self._is_lost, self._sealed, self._found = False, found, None
            yield from of_the_tree(differences)
        elif differences:
            self._is_lost = True
            yield from of_the_log(when, differences)
        elif not self._is_lost:
            self._is_lost = True
            place = f"between position {self._last_position} and position {seal.position}"
            yield f"something {place} is not {when}: events and tree were changed together"
        self._last_position = seal.position


def _when(seal: Seal) -> str:
    return f"as it was sealed at {seal.sealed_at} (seal {seal.number})"


class _Coming:
    """Events still to be looked at."""

    def __init__(self, events: Iterable[Leaf]) -> None:
        self._events = iter(events)
        self._held: deque[Leaf] = deque()

    def take(self, count: int) -> list[Leaf]:
        held = [self._held.popleft() for _ in range(min(count, len(self._held)))]
        return [*held, *islice(self._events, count - len(held))]

    def put_back(self, events: Sequence[Leaf]) -> None:
        self._held.extendleft(reversed(events))

    def peek(self) -> Leaf | None:
        if not self._held:
            self._held.extend(islice(self._events, 1))
        return self._held[0] if self._held else None

    def rest(self) -> Iterator[Leaf]:
        yield from self._held
        yield from self._events
