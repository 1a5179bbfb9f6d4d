"""What went into two replays, and where one differs from the other: each difference can be made on its own.

All instants are microseconds since 1970 UTC. A case is compared as it was known: what was recorded after its `known_at` is not
there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from domain.contract.events import ContractEvent
from domain.contract.facts import Contract
from domain.instants import micros
from domain.judgement import Case
from domain.terms.selection import Selector
from domain.ticket.history import Recorded


@dataclass(frozen=True, slots=True)
class EventChange:
    """An event known to one side only, or one that each side has otherwise; both have its number."""

    before: Recorded | None
    after: Recorded | None

    @property
    def event(self) -> Recorded:
        """The event where it is known, as the later side has it."""
        known = self.after or self.before
        assert known is not None
        return known

    @property
    def number(self) -> int:
        return self.event.number

    def made_in(self, case: Case) -> Case:
        kept = [one for one in case.history if one.number != self.number]
        if self.after is not None:
            kept.append(self.after)
        return replace(case, history=tuple(sorted(kept, key=lambda one: one.number)))


@dataclass(frozen=True, slots=True)
class ContractEventChange:
    """An event of the contract known to one side only."""

    before: ContractEvent | None
    after: ContractEvent | None

    @property
    def event(self) -> ContractEvent:
        known = self.after or self.before
        assert known is not None
        return known

    def made_in(self, case: Case) -> Case:
        events = list(case.contract.events)
        if self.before is not None and self.before in events:
            events.remove(self.before)
        if self.after is not None:
            events.append(self.after)
        ordered = tuple(sorted(events, key=lambda one: one.known_since))
        return replace(case, contract=case.contract.model_copy(update={"events": ordered}))


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact of the contract that selects terms: its plan, its region, an option."""

    name: str
    before: Any
    after: Any

    def made_in(self, case: Case) -> Case:
        return replace(case, contract=case.contract.model_copy(update={self.name: self.after}))


@dataclass(frozen=True, slots=True)
class ReadingChange:
    """An option of a reading that was asked for; None is the agreement's default."""

    reading: str
    before: str | None
    after: str | None

    def made_in(self, case: Case) -> Case:
        readings = {reading: option for reading, option in case.readings.items() if reading != self.reading}
        if self.after is not None:
            readings[self.reading] = self.after
        return replace(case, readings=readings)


@dataclass(frozen=True, slots=True)
class TermsChange:
    """Another agreement, version, holiday list, or terms that the contract alone has."""

    before: Selector
    after: Selector

    def made_in(self, case: Case) -> Case:
        return replace(case, selector=self.after)


@dataclass(frozen=True, slots=True)
class InstantChange:
    """The instant as of which the clocks are asked."""

    before: int
    after: int

    def made_in(self, case: Case) -> Case:
        return replace(case, as_of=self.after)


Change = EventChange | ContractEventChange | FactChange | ReadingChange | TermsChange | InstantChange

_TOLD_ELSEWHERE = ("events", "terms")
"""Parts of a contract that are no facts: its history, and its terms, which the selector has taken up."""


def as_known(case: Case) -> Case:
    """The same case with what was not known left out, so that it is judged alike without an instant of knowledge."""
    if case.known_at is None:
        return case
    known_at = case.known_at
    events = tuple(one for one in case.contract.events if micros(one.known_since) <= known_at)
    return replace(
        case,
        history=tuple(one for one in case.history if one.recorded_at <= known_at),
        contract=case.contract.model_copy(update={"events": events}),
        known_at=None,
    )


def changes(before: Case, after: Case) -> tuple[Change, ...]:
    """Everything in which what is known of the later case differs from what is known of the earlier one."""
    before, after = as_known(before), as_known(after)
    return (
        *_terms(before.selector, after.selector),
        *_facts(before.contract, after.contract),
        *_contract_events(before.contract.events, after.contract.events),
        *_readings(before.readings, after.readings),
        *_events(before, after),
        *([] if before.as_of == after.as_of else [InstantChange(before.as_of, after.as_of)]),
    )


def made_in(case: Case, made: Iterable[Change]) -> Case:
    """A case, as it was known, with these differences made."""
    return reduce(lambda so_far, change: change.made_in(so_far), made, as_known(case))


def same_terms(one: Selector, other: Selector) -> bool:
    """Whether two selectors say the same, holiday lists included."""
    return one is other or (one.agreement == other.agreement and one.lists == other.lists)


def _terms(before: Selector, after: Selector) -> Iterator[TermsChange]:
    if not same_terms(before, after):
        yield TermsChange(before, after)


def _facts(before: Contract, after: Contract) -> Iterator[FactChange]:
    if before is not after:
        for name in Contract.model_fields:
            was, is_ = getattr(before, name), getattr(after, name)
            if name not in _TOLD_ELSEWHERE and was != is_:
                yield FactChange(name, was, is_)


def _contract_events(before: tuple[ContractEvent, ...], after: tuple[ContractEvent, ...]) -> Iterator[Change]:
    if before == after:
        return
    only_after = list(after)
    for event in before:
        if event in only_after:
            only_after.remove(event)
        else:
            yield ContractEventChange(event, None)
    yield from (ContractEventChange(None, event) for event in only_after)


def _readings(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[ReadingChange]:
    for reading in sorted({*before, *after}):
        if before.get(reading) != after.get(reading):
            yield ReadingChange(reading, before.get(reading), after.get(reading))


def _events(before: Case, after: Case) -> Iterator[EventChange]:
    if before.history is after.history:
        return
    was, is_ = ({one.number: one for one in case.history} for case in (before, after))
    for number in sorted({*was, *is_}):
        if not _is_same(was.get(number), is_.get(number)):
            yield EventChange(was.get(number), is_.get(number))


def _is_same(one: Recorded | None, other: Recorded | None) -> bool:
    if one is None or other is None:
        return one is other
    return one is other or (one.at, one.event, one.by, one.recorded_at) == (
        other.at,
        other.event,
        other.by,
        other.recorded_at,
    )
