"""Names of cases, each given once: what a log tells of a ticket in two places becomes two cases."""

from collections import Counter
from collections.abc import Set

LONGEST = 500
"""Characters that the name of a case may have in a case file."""


class Names:
    """Gives `A` to the first rows of ticket A, then `A#2`, `A#3`: whichever the log has no other ticket by.

    The log's own names are known as they come, and from the start where they are `announced`. A name that comes after
    it was made for another ticket's part gets a number too.
    """

    def __init__(self, announced: Set[str] = frozenset()) -> None:
        self._announced = announced
        self._parts: Counter[str] = Counter()
        self._made: set[str] = set()

    def __contains__(self, ticket: str) -> bool:
        return ticket in self._parts

    def give(self, ticket: str) -> tuple[str, int]:
        """The name of the case, and which part of the ticket it tells, from 1."""
        self._parts[ticket] += 1
        part = self._parts[ticket]
        if part == 1 and ticket not in self._made:
            return ticket, part
        number = max(part, 2)
        while (name := f"{ticket}#{number}") in self._made or name in self._parts or name in self._announced:
            number += 1
        self._made.add(name)
        return name, part
