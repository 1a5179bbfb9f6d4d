"""Case files into a log: batch by batch, so that a run cut short has done what it did and can be given again."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

from domain.casefile import Lookup, read_case
from domain.desk.desk import Desk
from domain.desk.importing import Arrival, Importer
from domain.refusals import Refusal, UnknownStream
from domain.terms.lookup import find
from domain.terms.selection import Selector
from scripts.documents import Source

BATCH = 250


def filed(desk: Desk, cases: Iterable[Source], customer: str, at: int, origin: str) -> Iterator[tuple[int, int]]:
    """File cases as a customer's: yields, batch by batch, how many cases it held and how many of their events were new.

    `at` (microseconds) is now: agreements are known as they are published by then. Raises CaseFileError at the first case that
    cannot be read or differs from what is on file, once those before it are filed.
    """
    importer, lookup = Importer(desk), published(desk, at)
    remaining = _up_to_refusal(cases, lambda source: _arrival(source, lookup, customer, origin))
    while batch := list(islice(remaining, BATCH)):
        arrivals = [one for one in batch if isinstance(one, Arrival)]
        yield len(arrivals), importer.file(arrivals)
        for one in batch:
            if isinstance(one, Refusal):
                raise one


def published(desk: Desk, at: int) -> Lookup:
    """Finds agreements by id among those published in this log by an instant (microseconds), and documents given in place."""

    @cache
    def newest(agreement: str) -> Selector:
        try:
            return desk.shelf.newest(agreement, at)
        except UnknownStream:
            raise KeyError(agreement) from None

    def lookup(agreement: str | Mapping[str, Any]) -> Selector:
        return newest(agreement) if isinstance(agreement, str) else find(agreement)

    return lookup


def _arrival(source: Source, lookup: Lookup, customer: str, origin: str) -> Arrival:
    document = source.parsed()
    case = read_case(document, lookup, place=source.place)
    given = document["agreement"]
    return Arrival(case, customer, origin, given if isinstance(given, Mapping) else None)


def _up_to_refusal(cases: Iterable[Source], read: Callable[[Source], Arrival]) -> Iterator[Arrival | Refusal]:
    try:
        yield from map(read, cases)
    except Refusal as refusal:
        yield refusal
