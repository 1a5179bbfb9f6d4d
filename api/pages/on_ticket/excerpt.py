"""What of a long life stands on its page at first: how it began and what happened last. Links lead to the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from api.pages.on_ticket.chronicle import Entry
from api.pages.pictures.story import Chapter, Line

MOST_LETTERS = 8_000
"""About so long the history is, but for those entries that always stand."""

AROUND_LETTERS = 350
"""What an entry takes beside what it says."""

LEAST_ENTRIES, MOST_ENTRIES = 5, 25
MOST_LINES = 12
MOST_LINES_OF_A_CLOCK = 300
"""Of a ledger that is shown as a whole; a nearer look shows the others."""


@dataclass(frozen=True)
class History:
    """The entries shown; `left_out` are those after the first of them that are not."""

    entries: Sequence[Entry]
    left_out: int = 0


class Told(NamedTuple):
    """A clock's lines of the ledger that are shown, of so many in all."""

    chapter: Chapter
    lines: Sequence[Line]
    all: int


def latest(entries: Sequence[Entry]) -> History:
    """The first, and as many of the last as there is room for."""
    letters, shown = 0, 0
    for entry in reversed(entries[1:]):
        letters += AROUND_LETTERS + sum(len(one.label) + len(one.value) + len(one.was or "") for one in entry.details)
        if shown == MOST_ENTRIES or (shown >= LEAST_ENTRIES and letters > MOST_LETTERS):
            break
        shown += 1
    left_out = max(len(entries) - 1 - shown, 0)
    return History([*entries[:1], *entries[1 + left_out :]], left_out)


def last_lines(inside: Sequence[tuple[Chapter, Sequence[Line]]]) -> list[Told]:
    """The last lines of the clocks that began last, as far as there is room; of the others nothing."""
    room, told = MOST_LINES, list[Told]()
    for chapter, lines in reversed(inside):
        shown = lines[max(len(lines) - room, 0) :] if room else []
        room -= len(shown)
        told.append(Told(chapter, shown, len(lines)))
    return told[::-1]


def every_line(inside: Sequence[tuple[Chapter, Sequence[Line]]]) -> list[Told]:
    return [Told(chapter, lines[:MOST_LINES_OF_A_CLOCK], len(lines)) for chapter, lines in inside]
