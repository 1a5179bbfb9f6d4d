"""Which claims cannot both be upheld: they say the same thing twice, or of the same thing what cannot both be."""

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations, product
from typing import NamedTuple
from uuid import UUID

from domain.disputes.claims import Claim, HappenedOtherwise, MeansThis, SeverityWrong, WaitUnjustified
from domain.instants import micros
from domain.judgement import Case
from domain.ticket.events import Opened


class Conflict(NamedTuple):
    """What two claims are at odds about. `is_repeated`: they say the same of it."""

    about: str
    is_repeated: bool = False


class Elsewhere(NamedTuple):
    """A claim of another dispute about the same ticket; `upheld`: it was, by the last ruling on it; `is_settled`: that dispute is,
    and has to be reopened before the claim is ruled anew; `wrote`: the ticket's events that came of it and still count.
    """

    dispute: UUID
    number: int
    claim: Claim
    upheld: bool = False
    is_settled: bool = False
    wrote: tuple[int, ...] = ()


class Across(NamedTuple):
    """A claim, by its number, that cannot be upheld beside one of another dispute."""

    number: int
    other: Elsewhere
    conflict: Conflict


def conflict(one: Claim, other: Claim, case: Case) -> Conflict | None:
    """Why two claims about a ticket cannot both be upheld, None where they can."""
    if one == other:
        return Conflict("the same", is_repeated=True)
    match one, other:
        case MeansThis(), MeansThis():
            return Conflict(f"what {one.reading} means") if one.reading == other.reading else None
        case SeverityWrong(), SeverityWrong():
            return Conflict("the severity from one instant on") if _since(one, case) == _since(other, case) else None
        case HappenedOtherwise(), HappenedOtherwise() if one.number == other.number:
            return Conflict(f"event {one.number}") if _cannot_both_be(one, other) else None
        case (WaitUnjustified() as struck, HappenedOtherwise() as never) | (
            HappenedOtherwise() as never,
            WaitUnjustified() as struck,
        ) if never.struck and never.number == struck.wait:
            return Conflict(f"the wait of event {struck.wait}", is_repeated=True)
        case _:
            return None


def first_conflict(claims: Iterable[tuple[int, Claim]], case: Case) -> str:
    """The first two claims, by their numbers, that contradict each other, in a sentence; empty where none do. To say the same is no
    contradiction.
    """
    for (number, one), (another, other) in combinations(claims, 2):
        if (found := conflict(one, other, case)) and not found.is_repeated:
            return f"claims {number} and {another} contradict each other about {found.about}"
    return ""


def across(claims: Iterable[tuple[int, Claim]], others: Iterable[Elsewhere], case: Case) -> Iterator[Across]:
    """Which claims of a dispute, by their numbers, cannot all be upheld beside those of other disputes about the ticket."""
    for (number, claim), other in product(claims, others):
        if found := conflict(claim, other.claim, case) or _corrected(claim, other.wrote):
            yield Across(number, other, found)


def _corrected(claim: Claim, wrote: Collection[int]) -> Conflict | None:
    """What came of an upheld claim cannot be said to have been otherwise."""
    if isinstance(claim, HappenedOtherwise) and claim.number in wrote:
        return Conflict(f"event {claim.number}")
    return None


def _since(claim: SeverityWrong, case: Case) -> int | None:
    """From when, in microseconds; the opening where that is not said."""
    if claim.since is not None:
        return micros(claim.since)
    return next((one.at for one in case.history if isinstance(one.event, Opened)), None)


def _cannot_both_be(one: HappenedOtherwise, other: HappenedOtherwise) -> bool:
    if one.struck or other.struck or (one.moved_to and other.moved_to):
        return True
    both = (one.data or {}).keys() & (other.data or {}).keys()
    return any((one.data or {})[name] != (other.data or {})[name] for name in both)
