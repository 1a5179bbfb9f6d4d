"""Case files into a log: batch by batch, so that a run cut short has done what it did and can be given again."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from domain.casefile import Lookup, read_case
from domain.desk.desk import Desk
from domain.desk.importing import Arrival, Importer
from domain.desk.otherwise import still_to_come
from domain.refusals import CaseFileError, Refusal, UnknownStream
from domain.terms.lookup import find
from domain.terms.selection import Selector
from scripts.documents import Source

BATCH = 250


class Batch(NamedTuple):
    """How many cases it filed and how many of their events were new, and what was refused."""

    cases: int
    new: int
    refused: tuple[Refusal, ...] = ()


def filing(desk: Desk, cases: Iterable[Source | Refusal], customer: str, at: int, origin: str) -> Iterator[Batch]:
    """File cases as a customer's, batch by batch; one that is refused, or could not be had, keeps none of the others out.

    `at` (microseconds) is now: agreements are known as they are published by then, and what lies after it cannot have happened.
    """
    importer, lookup = Importer(desk), published(desk, at)
    remaining = (_arrival(source, lookup, customer, origin, at) for source in cases)
    while batch := list(islice(remaining, BATCH)):
        arrivals = [one for one in batch if isinstance(one, Arrival)]
        told = importer.each(arrivals)
        refused = [one for one in (*batch, *told) if isinstance(one, Refusal)]
        cases_filed = len(arrivals) - sum(isinstance(one, Refusal) for one in told)
        yield Batch(cases_filed, sum(one for one in told if isinstance(one, int)), tuple(refused))


def filed(desk: Desk, cases: Iterable[Source], customer: str, at: int, origin: str) -> Iterator[tuple[int, int]]:
    """The same for cases of which none should be refused: raises the first refusal, once the batch that it is in is filed."""
    for cases_filed, new, refused in filing(desk, cases, customer, at, origin):
        yield cases_filed, new
        for one in refused:
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


def _arrival(source: Source | Refusal, lookup: Lookup, customer: str, origin: str, at: int) -> Arrival | Refusal:
    if isinstance(source, Refusal):
        return source
    try:
        document = source.parsed()
        case = read_case(document, lookup, place=source.place)
    except Refusal as refusal:
        return refusal
    given = document["agreement"]
    arrival = Arrival(case, customer, origin, given if isinstance(given, Mapping) else None, source.place)
    for problem in still_to_come(case, at):
        return CaseFileError(arrival.named, problem)
    return arrival
