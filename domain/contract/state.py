"""A contract as its stored history tells it: as of an instant, and with what was known by another.

Instants are microseconds since 1970 UTC.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from domain.contract.events import ContractEvent, Signed
from domain.contract.facts import Contract
from domain.contract.papers import Amended, Amendment, ContractEntry, DrawnUp, Paper
from domain.instants import instant, micros
from domain.terms.rows import Name

_FACTS = [name for name in Contract.model_fields if name != "events"]
_PAPER = list(Paper.model_fields)
_AMENDABLE = list(Amendment.model_fields)


class Told(Protocol):
    """An entry in its envelope."""

    @property
    def event(self) -> ContractEntry: ...

    @property
    def recorded_at(self) -> int: ...


@dataclass(frozen=True)
class Agreed:
    """What the two sides agreed and did. `version` is the number of the last entry, 0 where there is no contract.

    `amendments` stand with the instant at which they were recorded; `events` carry it as their `recorded_at`.
    """

    version: int = 0
    drawn_up: DrawnUp | None = None
    amendments: tuple[tuple[int, Amended], ...] = ()
    events: tuple[ContractEvent, ...] = ()

    def after(self, entries: Iterable[Told]) -> "Agreed":
        """The state after further entries, in the order of their versions."""
        agreed = self
        for one in entries:
            agreed = evolve(agreed, one.event, one.recorded_at)
        return agreed

    @property
    def agreement(self) -> Name:
        """The id of the agreement; it never changes. Raises LookupError where there is no contract."""
        return self._first.agreement

    @property
    def customer(self) -> str:
        """Whose contract it is; that never changes. Raises LookupError where there is no contract."""
        return self._first.customer

    def contract(self, at: int, known_at: int | None = None) -> Contract:
        """What a ticket of an instant is judged by, with what was known by then (None: all). Raises LookupError.

        Its events are all those known, whenever they took effect: cover is asked about instants of its own.
        """
        if known_at is not None:
            return contract_of(self.paper(at, known_at), self.known(known_at))
        turns = bisect_right(self._turns, at)
        if turns not in self._made:
            self._made[turns] = contract_of(self.paper(at), self.events)
        return self._made[turns]

    def paper(self, at: int, known_at: int | None = None) -> Paper:
        """The facts in force: those drawn up, which hold from the first, as amended by then. Raises LookupError.

        A plan that the paper leaves open is that of the last order. A release stays published, whichever instant is asked about.
        """
        amendments = self._amendments(known_at)
        facts = {name: getattr(self._first, name) for name in _PAPER}
        for amended in amendments:
            if micros(amended.effective_at) <= at:
                facts |= {name: value for name in _AMENDABLE if (value := getattr(amended, name)) is not None}
        released = (release for amended in amendments for release in amended.releases or ())
        facts |= {
            "plan": facts["plan"] or self._ordered_plan(at, known_at),
            "support_expert": facts["support_expert"] or None,
            "releases": tuple(dict.fromkeys((*self._first.releases, *released))),
        }
        return Paper.model_construct(**facts)

    def known(self, known_at: int | None = None) -> tuple[ContractEvent, ...]:
        """The events recorded by an instant (None: all), in the order in which they were recorded."""
        if known_at is None:
            return self.events
        return tuple(one for one in self.events if micros(one.known_since) <= known_at)

    @cached_property
    def _turns(self) -> list[int]:
        """The instants from which the paper is another."""
        papers: list[Amended | Signed] = [one for _, one in self.amendments]
        papers += (one for one in self.events if isinstance(one, Signed))
        return sorted(micros(one.effective_at) for one in papers)

    @cached_property
    def _made(self) -> dict[int, Contract]:
        """What every ticket asks for again, by the number of turns before its instant."""
        return {}

    @property
    def _first(self) -> DrawnUp:
        if self.drawn_up is None:
            raise LookupError("the contract was never drawn up")
        return self.drawn_up

    def _amendments(self, known_at: int | None) -> list[Amended]:
        known = [one for recorded_at, one in self.amendments if known_at is None or recorded_at <= known_at]
        return sorted(known, key=lambda one: one.effective_at)

    def _ordered_plan(self, at: int, known_at: int | None) -> str:
        known = (one for one in self.known(known_at) if isinstance(one, Signed) and one.plan)
        orders = sorted((one for one in known if micros(one.effective_at) <= at), key=lambda one: one.effective_at)
        return orders[-1].plan or "" if orders else ""


def evolve(agreed: Agreed, entry: ContractEntry, recorded_at: int) -> Agreed:
    version = agreed.version + 1
    match entry:
        case DrawnUp():
            return replace(agreed, version=version, drawn_up=entry)
        case Amended():
            return replace(agreed, version=version, amendments=(*agreed.amendments, (recorded_at, entry)))
        case _:
            known = entry.model_copy(update={"recorded_at": instant(recorded_at)})
            return replace(agreed, version=version, events=(*agreed.events, known))


def contract_of(paper: Paper, events: tuple[ContractEvent, ...] = ()) -> Contract:
    """The contract that a paper and its events make, as a case file would carry it."""
    return Contract.model_construct(**{name: getattr(paper, name) for name in _FACTS}, events=events)
