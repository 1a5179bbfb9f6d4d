"""The story of what was known: each moment at which something was said about what went before, and which verdicts it changed.

Said afterwards are corrections, rulings, events dated back, and events of the contract recorded after their date. What is published
after a ticket was opened does not judge it; what it would change stands beside the record as a what-if. Instants are microseconds
since 1970 UTC.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

from domain.comparison.difference import Difference, difference
from domain.comparison.inputs import Change, ContractEventChange, EventChange, FactChange, TermsChange
from domain.instants import SECOND, micros
from domain.judgement import Case, judge
from domain.terms.selection import Selector
from domain.ticket.events import Corrected, Ruled

Known = Callable[[int], Case]
"""The ticket as of the instant asked about, with what was known by another."""


class Revision(NamedTuple):
    """From an instant on something more was known about what went before; `said` is what, `difference` what that changed."""

    known_from: int
    said: tuple[Change, ...]
    difference: Difference


class Published(NamedTuple):
    """An agreement version or a holiday list that was published, and the terms of the ticket with it in the place of its own."""

    at: int
    what: Literal["agreement", "holidays"]
    name: str
    version: str
    terms: Selector


class NotApplied(NamedTuple):
    """What was published later and does not judge the ticket, with what it would change."""

    published: Published
    difference: Difference


def revisions(case: Case, known: Known | None = None, also: Iterable[int] = ()) -> tuple[Revision, ...]:
    """In order of time, as of the case's instant and no later than its knowledge.

    `known` gives the case with the knowledge of an instant, where more than its history depends on that; `also` are further
    instants at which something was recorded that held from before.
    """
    as_known = known or (lambda instant: replace(case, known_at=instant))
    return tuple(filter(None, (_revision(instant, as_known) for instant in moments(case, also))))


def moments(case: Case, also: Iterable[int] = ()) -> list[int]:
    """When something was recorded that is about what went before."""
    told = {one.recorded_at for one in case.history if _is_late(one.at, one.recorded_at)}
    told |= {one.recorded_at for one in case.history if isinstance(one.event, Corrected | Ruled)}
    for event in case.contract.events:
        effective, recorded = micros(event.effective_at), micros(event.known_since)
        if _is_late(effective, recorded):
            told.add(recorded)
    until = case.known_at
    return sorted(one for one in told | set(also) if until is None or one <= until)


def not_applied(case: Case, published: Iterable[Published]) -> Iterator[NotApplied]:
    """What was published later and would change a verdict, in order of time; the record stays as it is."""
    record = judge(case)
    for one in sorted(published, key=lambda one: one.at):
        supposed = difference(record, judge(replace(case, selector=one.terms)))
        if supposed.verdicts:
            yield NotApplied(one, supposed)


def _revision(instant: int, known: Known) -> Revision | None:
    apart = difference(judge(known(instant - 1)), judge(known(instant)))
    said = tuple(change for change in apart.inputs if _is_said_afterwards(change))
    return Revision(instant, said, apart) if said else None


def _is_said_afterwards(change: Change) -> bool:
    match change:
        case EventChange():
            one = change.event
            return isinstance(one.event, Corrected | Ruled) or _is_late(one.at, one.recorded_at)
        case ContractEventChange():
            event = change.event
            return _is_late(micros(event.effective_at), micros(event.known_since))
        case FactChange() | TermsChange():
            return True
        case _:
            return False


def _is_late(effective: int, recorded: int) -> bool:
    """A fraction of a second is no knowledge that came late."""
    return recorded // SECOND > effective // SECOND
