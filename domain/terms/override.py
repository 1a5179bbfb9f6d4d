"""A contract's own terms: rows that go before those of the agreement's tables, so that they win term by term.

Source: eschat:precedence — where an exhibit and the agreement it belongs to differ, the agreement prevails. A row of a contract
names the contract's clause (`contract:7`), and so does every figure that comes of it.
"""

from collections.abc import Iterator, Mapping

from domain.terms.agreement import (
    Agreement,
    BusinessDaysRow,
    ClockTerm,
    ClosureRow,
    CoverageRow,
    LimitRow,
    Pause,
    RungRow,
    TargetRow,
)
from domain.terms.rows import ClauseId, Name, Sentence, Term


class ClockOverride(Term):
    targets: tuple[TargetRow, ...] = ()
    limits: tuple[LimitRow, ...] = ()
    business_days: tuple[BusinessDaysRow, ...] = ()
    pauses: tuple[Pause, ...] = ()
    rungs: tuple[RungRow, ...] = ()


class ContractTerms(Term):
    """What a contract says otherwise than its agreement, and closures that only it knows."""

    clauses: dict[ClauseId, Sentence] = {}
    clocks: dict[Name, ClockOverride] = {}
    coverage: dict[Name, tuple[CoverageRow, ...]] = {}
    closures: dict[Name, tuple[ClosureRow, ...]] = {}


def overridden(agreement: Agreement, terms: ContractTerms) -> Agreement:
    """The agreement as this contract has it."""
    return agreement.model_copy(
        update={
            "clauses": {**agreement.clauses, **terms.clauses},
            "clocks": tuple(_clock(clock, terms.clocks.get(clock.name)) for clock in agreement.clocks),
            "coverage": {name: (*terms.coverage.get(name, ()), *rows) for name, rows in agreement.coverage.items()},
            "calendars": tuple(
                calendar.model_copy(update={"closures": (*terms.closures.get(calendar.name, ()), *calendar.closures)})
                for calendar in agreement.calendars
            ),
        }
    )


def misfits(agreement: Agreement, terms: ContractTerms) -> Iterator[str]:
    """Names in a contract's terms that its agreement does not know."""
    known: dict[str, tuple[Mapping[str, object], set[str]]] = {
        "clocks": (terms.clocks, {clock.name for clock in agreement.clocks}),
        "coverage": (terms.coverage, set(agreement.coverage)),
        "closures": (terms.closures, {calendar.name for calendar in agreement.calendars}),
    }
    for table, (given, names) in known.items():
        for name in given:
            if name not in names:
                yield f"{table}.{name}: unknown; {agreement.id} has {', '.join(sorted(names))}"
    calendars = {calendar.name for calendar in agreement.calendars}
    named = {row.calendar for override in terms.clocks.values() for row in override.targets if row.calendar}
    named |= {row.calendar for table in terms.coverage.values() for row in table}
    for calendar in sorted(named - calendars):
        yield f"calendar {calendar!r} is unknown; {agreement.id} has {', '.join(sorted(calendars))}"


def _clock(clock: ClockTerm, override: ClockOverride | None) -> ClockTerm:
    if override is None:
        return clock
    prepended = {table: (*rows, *getattr(clock, table)) for table, rows in override if rows}
    return clock.model_copy(update=prepended)
