"""Where the log and its tree differ, put into words: changed, moved, missing, or there although nothing was."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from domain.seals.seal import Leaf

MOST_COMPARED = 100
"""So many differences are looked through for events that only changed places."""


class Difference(NamedTuple):
    """At a leaf, by its number from 0: the hash that the tree has for it, its position, and the event there now, if any.

    Where an event is there that has no leaf, there is no `sealed`.
    """

    leaf: int
    sealed: bytes | None
    position: int
    event: Leaf | None


def of_the_log(when: str, differences: Sequence[Difference]) -> Iterator[str]:
    """What became of events, `when` being how they should be; the first first. Who only changed places is named as such."""
    moved = _moved(differences)
    sources = {event: position for position, event in moved.items()}
    for one in differences:
        if one.event is not None and one.event.hash == one.sealed:
            yield _misplaced(one.event, one.position)
        elif one.event is not None and one.event in sources:
            yield f"{_named(one.event)}, is not {when}: it stood at position {sources[one.event]}"
        elif one.event is not None and one.sealed is None:
            yield f"{_named(one.event)}, was not there: it is not {when}"
        elif one.event is not None:
            yield f"{_named(one.event)}, is not {when}"
        elif one.position not in moved:
            yield f"position {one.position} is missing: the log is not {when}, when an event stood there"


def of_the_tree(differences: Sequence[Difference]) -> Iterator[str]:
    """What became of the tree, where the events are as they were sealed."""
    for one in differences:
        if one.event is None or one.sealed is None:
            yield f"the tree has another order of leaves at leaf {one.leaf}, position {one.position}"
        elif one.event.hash == one.sealed:
            yield _misplaced(one.event, one.position)
        else:
            yield f"leaf {one.leaf} of the tree was changed; {_named(one.event)}, is as it was sealed"


def _moved(differences: Sequence[Difference]) -> dict[int, Leaf]:
    """The events that stood at positions where others or none are now."""
    few = differences[:MOST_COMPARED]
    places = {one.sealed: one.position for one in few if one.sealed}
    events = [one.event for one in few if one.event is not None]
    moved = {}
    for (hash, position), event in product(places.items(), events):
        if event.position != position and event._replace(position=position).hash == hash:
            moved[position] = event
    return moved


def _misplaced(event: Leaf, position: int) -> str:
    return f"the tree has position {position} for {_named(event)}"


def _named(event: Leaf) -> str:
    return f"event {event.version} of {event.stream}, at position {event.position}"
