"""What happened, what was agreed, and a moment: what is owed.

`judge` takes one case and gives its judgement: the clocks, what they rely on, what broke a rule, what is owed, and which other
reading of a clause would change a verdict.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple

from domain.clocks.clock import Clock, Span, State, Verdict
from domain.clocks.fold import Occurrence
from domain.clocks.hindsight import Hindsight, in_hindsight
from domain.clocks.ladder import reached_rungs
from domain.clocks.replay import Replay, replay
from domain.conduct.circumstances import Circumstances, Reached
from domain.conduct.duties import Owed, owed
from domain.conduct.irregularities import Irregularity, are_possible, irregularities
from domain.contract.cover import fee_waits, uncovered_opening
from domain.contract.facts import Contract
from domain.instants import moment, seconds
from domain.terms.calendar import HORIZON_YEAR
from domain.terms.compiled import Terms
from domain.terms.rows import Scope
from domain.terms.selection import Selector
from domain.terms.zones import local
from domain.ticket.events import Opened, WaitEnded, Waiting
from domain.ticket.history import History

_FAR = seconds(datetime(HORIZON_YEAR - 1, 1, 1, tzinfo=UTC))

Cycle = tuple[str, int]
"""A clock's name and its cycle."""


@dataclass(frozen=True, slots=True)
class Case:
    """One ticket with everything needed to judge it. `as_of` and `known_at` are microseconds since 1970 UTC."""

    name: str
    selector: Selector
    contract: Contract
    readings: Mapping[str, str]
    history: History
    as_of: int
    known_at: int | None = None
    source: Mapping[str, Any] = field(default_factory=dict)


class Reliance(NamedTuple):
    """What a clock's figures hang on: readings with the option taken, and assumptions."""

    readings: dict[str, str]
    assumptions: tuple[str, ...]


class Alternative(NamedTuple):
    """Another option of one reading, and the verdicts that it changes: those of record and its own (None: no such cycle)."""

    reading: str
    option: str
    changes: dict[Cycle, tuple[Verdict | None, Verdict | None]]


@dataclass(frozen=True)
class Judgement:
    """The replay of record of a case, and what is said about it."""

    case: Case
    hindsight: Hindsight
    replay: Replay

    @cached_property
    def irregularities(self) -> tuple[Irregularity, ...]:
        """Acts that broke a rule of the agreement; they are judged all the same."""
        return (*self._out_of_order, *self._uncovered, *self._misconduct)

    @cached_property
    def owed(self) -> tuple[Owed, ...]:
        """What people still owe as of the instant."""
        conduct = self.replay.terms.agreement
        return owed(self.hindsight.recorded, conduct, self._circumstances, self.case.as_of) if conduct.duties else ()

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        """Each single reading that would change a verdict; one that a ruling has settled is no longer open."""
        settled = self.hindsight.readings
        return tuple(
            Alternative(reading.id, option, changes)
            for reading in self.case.selector.agreement.readings
            if reading.id in self._consulted and reading.id not in settled
            for option in reading.options
            if option != self.replay.terms.scope.readings[reading.id] and (changes := self._changes(reading.id, option))
        )

    def depends_on_reading(self, clock: Clock) -> bool:
        cycle = (clock.terms.name, clock.cycle)
        return any(cycle in alternative.changes for alternative in self.alternatives)

    def relies_on(self, clock: Clock) -> Reliance:
        """The readings and assumptions that took part in a clock's figures."""
        terms = clock.terms
        readings, assumes = set(terms.readings), set[str]()
        grounds = list(clock.moved_by)
        for span in {(span.target, id(span.under), span.waits): span for span in clock.spans}.values():
            grounds += (span.target, span.under.calendar_grounds)
            grounds += (rung.grounds for rung in span.under.rungs)
            grounds += (terms.pauses[reason] for reason in span.waits)
        if len({span.severity for span in clock.spans}) > 1:
            grounds.append(terms.severity_change_grounds)
        if clock.resumed:
            grounds.append(terms.reopening_grounds)
        for ground in grounds:
            readings |= ground.readings
            assumes |= ground.assumes
        chosen = self.replay.terms.scope.readings
        return Reliance({name: chosen[name] for name in sorted(readings)}, tuple(sorted(assumes)))

    def notes(self, clock: Clock) -> tuple[str, ...]:
        """Where a clock's figures leave what is known: the dates of a calendar (semantics 2.4), or the agreement's time."""
        return tuple(dict.fromkeys((*self._before_agreement(clock), *_beyond(clock, self.replay.as_of))))

    def _before_agreement(self, clock: Clock) -> Iterator[str]:
        terms = self.replay.terms
        valid_from = terms.agreement.valid_from
        if clock.started_at is not None and local(clock.started_at, terms.where).date() < valid_from:
            yield f"version {terms.agreement.version} of the agreement holds from {valid_from}; this clock started before"

    @cached_property
    def rungs(self) -> tuple[Reached, ...]:
        """The rungs that clocks reached, clock by clock."""
        return tuple(
            Reached(clock.terms.name, rung.role, rung.reached_at)
            for clock in self.replay.clocks
            for rung in reached_rungs(clock)
            if rung.reached_at is not None
        )

    @cached_property
    def _circumstances(self) -> Circumstances:
        return circumstances(self.case.contract, self.replay.terms, self.rungs)

    @property
    def _out_of_order(self) -> Iterator[Irregularity]:
        for number in self.hindsight.moved_before_opening:
            says = "A ticket's history begins with its opening."
            yield Irregularity(number, "semantics:4.2", says, "the correction moves an event before the opening")

    @property
    def _uncovered(self) -> Iterator[Irregularity]:
        if not (self.case.contract.events or self.case.contract.products):
            return  # a contract of which nothing is told is not in dispute, and is for every product
        for one in self.hindsight.recorded:
            if isinstance(one.event, Opened) and one.at <= self.case.as_of:
                uncovered = uncovered_opening(
                    self.case.contract,
                    self.replay.terms.agreement.entitlement,
                    self.replay.terms.scope,
                    self.replay.terms.where,
                    at=one.at,
                    known_at=self.case.known_at,
                    product=one.event.product,
                )
                if uncovered:
                    says = "A ticket is opened under a contract that covers it."
                    yield Irregularity(
                        event=one.number,
                        clause=uncovered.clause,
                        says=says,
                        detail=uncovered.says,
                        readings=uncovered.readings,
                        assumes=uncovered.assumes,
                    )

    @property
    def _misconduct(self) -> tuple[Irregularity, ...]:
        history, conduct = self.hindsight.recorded, self.replay.terms.agreement
        if not are_possible(history, conduct):
            return ()
        return irregularities(history, conduct, self._circumstances, self.case.as_of)

    @cached_property
    def _fees(self) -> list[Occurrence]:
        return _fees(self.case, self.replay.terms.scope)

    @cached_property
    def _severities(self) -> frozenset[int]:
        """All that the ticket ever had, or might have had but for a ruling."""
        events = (event for _, _, event in self.hindsight.occurrences(self.case.as_of))
        return frozenset(severity for event in events if (severity := getattr(event, "severity", None)) is not None)

    @cached_property
    def _waits(self) -> frozenset[str]:
        own = (event for _, _, event in self.hindsight.occurrences(self.case.as_of))
        return frozenset(
            event.on for event in (*own, *(event for _, _, event in self._fees)) if isinstance(event, Waiting)
        )

    @cached_property
    def _consulted(self) -> frozenset[str]:
        """The readings that any term looked at here hangs on."""
        consulted = set(self.replay.terms.accepted_readings)
        for clock in self.replay.terms.clocks:
            consulted |= clock.readings
            for under in clock.severities.values():
                consulted |= under.target_grounds.readings | under.calendar_grounds.readings
                consulted |= {reading for rung in under.rungs for reading in rung.grounds.readings}
            consulted |= {reading for date in clock.agreed_dates.values() for reading in date.grounds.readings}
        return frozenset(consulted)

    def _changes(self, reading: str, option: str) -> dict[Cycle, tuple[Verdict | None, Verdict | None]]:
        scope = self.replay.terms.scope
        read = scope.model_copy(update={"readings": {**scope.readings, reading: option}})
        terms, fees = self.case.selector.terms(read), _fees(self.case, read)
        if fees == self._fees and terms.judges_as(self.replay.terms, self._severities, self._waits):
            return {}
        other = replay(self.hindsight, terms, self.case.as_of, fees).verdicts()
        record = self.replay.verdicts()
        return {
            cycle: (record.get(cycle), other.get(cycle))
            for cycle in {**record, **other}
            if record.get(cycle) is not other.get(cycle)
        }


def judge(case: Case) -> Judgement:
    """Judge a case as of its instant, with what was known by then."""
    hindsight = in_hindsight(case.history, case.known_at)
    scope = scope_of(case, hindsight)
    terms = case.selector.terms(scope)
    return Judgement(case, hindsight, replay(hindsight, terms, case.as_of, _fees(case, scope)))


def scope_of(case: Case, hindsight: Hindsight) -> Scope:
    """What selects the terms: the contract, the ticket's category and server, the readings asked for and those ruled."""
    opening = hindsight.opening
    return case.contract.scope(
        {**case.readings, **hindsight.readings},
        category=(opening.category if opening is not None else None) or "",
        server=opening.server if opening is not None else None,
    )


def circumstances(contract: Contract, terms: Terms, rungs: tuple[Reached, ...] = ()) -> Circumstances:
    """What surrounds a ticket under a contract when conduct is judged, with the rungs that its clocks reached."""
    facts = {**contract.facts(), "products": contract.products, "releases": contract.releases}
    return Circumstances.under(terms, facts, frozenset(contract.options), rungs)


def _fees(case: Case, scope: Scope) -> list[Occurrence]:
    """The waits for unpaid fees that follow from the contract (number 0: no event of the ticket)."""
    if not case.contract.events:
        return []
    waits: list[Occurrence] = []
    for since, until in fee_waits(case.contract, case.selector.agreement.entitlement, scope, case.known_at):
        waits.append((since, 0, Waiting(on="fees", effective_at=moment(since))))
        if until is not None:
            waits.append((until, 0, WaitEnded(on="fees", effective_at=moment(until))))
    return sorted(waits, key=itemgetter(0))


def _beyond(clock: Clock, as_of: int) -> Iterator[str]:
    for span in clock.spans:
        calendar = span.under.calendar
        if calendar.published and calendar.beyond_published(span.origin, _judged_to(clock, span, as_of)):
            first, last = calendar.published
            yield f"the dates of calendar {calendar.name} are published for {first} to {last}; these figures go beyond"


def _judged_to(clock: Clock, span: Span, as_of: int) -> int:
    """How far a calendar was asked about; an allowance that never ends asks about all time."""
    if clock.state is State.RUNNING and clock.allowance is not None and clock.due_at is None:
        return _FAR
    return max(span.end, as_of if clock.is_going else span.end, clock.due_at or span.end)
