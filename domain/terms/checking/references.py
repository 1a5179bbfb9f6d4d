"""What a sound agreement names exists: clauses, readings and assumptions, plans and severities, calendars, clocks, events."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel

from domain.terms.agreement import (
    AgreedDateRow,
    Agreement,
    AssumptionTerm,
    CalendarTerm,
    ClockTerm,
    CoverageRow,
    HolidayRow,
    ReadingTerm,
    RungRow,
    TargetRow,
    Trigger,
    ZoneRow,
)
from domain.terms.checking.event_values import impossible, unfit_for_trigger
from domain.terms.checking.places import Flaw, Place, at, element_path, key_of
from domain.terms.checking.positions import KeyPath
from domain.terms.conditions import Condition, Pattern, RungReached, Span, Within
from domain.terms.conduct import AlertCode, Guide
from domain.terms.event_fields import EVENT_FIELDS
from domain.terms.holidays import HolidayList
from domain.terms.phrases import instead, quoted, shown
from domain.terms.rows import Row
from domain.terms.zones import UnknownZone, zone


class _Reference(NamedTuple):
    """A field that names something of a kind, or several of them."""

    term: type[BaseModel]
    field: str
    kind: str


_REFERENCES = (
    _Reference(Row, "clause", "clause"),
    _Reference(Row, "assumes", "assumption"),
    _Reference(Row, "plan", "plan"),
    _Reference(Row, "region", "region"),
    _Reference(Row, "severity", "severity"),
    _Reference(CoverageRow, "calendar", "calendar"),
    _Reference(TargetRow, "calendar", "calendar"),
    _Reference(AgreedDateRow, "calendar", "calendar"),
    _Reference(HolidayRow, "list", "holiday list"),
    _Reference(ClockTerm, "coverage", "coverage table"),
    _Reference(Trigger, "event", "event"),
    _Reference(Trigger, "also", "event"),
    _Reference(Trigger, "after_stop_of", "clock"),
    _Reference(Trigger, "allowance_of", "clock"),
    _Reference(Trigger, "unless_open", "calendar"),
    _Reference(Guide, "proposes", "severity"),
    _Reference(AlertCode, "opens_at", "severity"),
    _Reference(Condition, "severity", "severity"),
    _Reference(Span, "calendar", "calendar or coverage table"),
    _Reference(Within, "calendar", "calendar or coverage table"),
    _Reference(RungReached, "clock", "clock"),
)


class References:
    """Looks up every name of an agreement; `published` are the holiday lists that are not its own."""

    def __init__(self, agreement: Agreement, document: object, published: Collection[str]) -> None:
        self._agreement = agreement
        self._document = document
        self._severities = agreement.severity_numbers
        self._options = {reading.id: reading.options for reading in agreement.readings}
        self._roles = {clock.name: {rung.role for rung in clock.rungs} for clock in agreement.clocks}
        calendars = list(dict.fromkeys(calendar.name for calendar in agreement.calendars))
        self._known: Mapping[str, Collection[object]] = {
            "clause": agreement.clauses,
            "assumption": [assumption.id for assumption in agreement.assumptions],
            "plan": agreement.plans,
            "region": agreement.regions,
            "severity": self._severities,
            "calendar": calendars,
            "coverage table": agreement.coverage,
            "calendar or coverage table": [*agreement.coverage, *calendars],
            "holiday list": sorted({*published, *(own.name for own in agreement.holidays)}),
            "clock": [clock.name for clock in agreement.clocks],
            "event": EVENT_FIELDS,
        }

    def flaws(self, places: Iterable[Place]) -> Iterator[Flaw]:
        for place in places:
            yield from self._names(place)
            yield from self._of_one_kind(place)
        yield from self._clauses()
        yield from self._doubles()

    def _names(self, place: Place) -> Iterator[Flaw]:
        for reference in _REFERENCES:
            if isinstance(place.term, reference.term):
                path = (*place.path, reference.field)
                for name, where in self._each(getattr(place.term, reference.field), path):
                    yield from self._unless_known(name, reference.kind, where)

    def _of_one_kind(self, place: Place) -> Iterator[Flaw]:
        term, path = place.term, place.path
        if isinstance(term, CalendarTerm | ZoneRow):
            yield from _unknown_zone(term.zone, (*path, "zone"))
        if isinstance(term, RungRow) and term.after.kind == "target-of":
            yield from self._unless_known(term.after.clock, "clock", (*path, "after"))
        if isinstance(term, RungReached):
            yield from self._told(term, path)
        if isinstance(term, ReadingTerm | AssumptionTerm):
            yield from self._own_id(term, path)
        if isinstance(term, Row):
            yield from self._readings(term, path)
        if isinstance(term, Trigger | Condition | Pattern):
            yield from self._values(place, exactly=isinstance(term, Trigger))

    def _told(self, rung: RungReached, path: KeyPath) -> Iterator[Flaw]:
        roles = self._roles.get(rung.clock)
        for role, where in self._each(rung.role, (*path, "role")):
            if roles is not None and role not in roles:
                says = f"the ladder of {rung.clock} tells no {quoted(role)}"
                yield Flaw(where, says, instead(role, sorted(roles), "role"))

    def _each(self, value: object, path: KeyPath) -> Iterator[tuple[object, KeyPath]]:
        """The single names in a field, each with its path."""
        if isinstance(value, tuple):
            listed = at(self._document, path)
            yield from ((one, element_path(listed, path, index)) for index, one in enumerate(value))
        elif value is not None:
            yield value, path

    def _unless_known(self, name: object, kind: str, path: KeyPath) -> Iterator[Flaw]:
        if name not in self._known[kind]:
            told = name if isinstance(name, int) else quoted(name)
            yield Flaw(path, f"unknown {kind} {told}", instead(name, self._known[kind], kind))

    def _readings(self, row: Row, path: KeyPath) -> Iterator[Flaw]:
        for reading, options in row.reading.items():
            where = (*path, "reading", reading)
            if reading not in self._options:
                yield Flaw(where, f"unknown reading {quoted(reading)}", instead(reading, self._options, "reading"))
                continue
            for option, place in self._each(options, where):
                if option not in self._options[reading]:
                    says = f"the reading has no option {quoted(option)}"
                    yield Flaw(place, says, instead(option, self._options[reading], "option"))

    def _own_id(self, term: ReadingTerm | AssumptionTerm, path: KeyPath) -> Iterator[Flaw]:
        clause = term.id.partition("/")[0]
        if clause not in self._agreement.clauses:
            remedy = instead(clause, self._agreement.clauses, "clause")
            yield Flaw((*path, "id"), f"begins with {quoted(clause)}, which is no clause of [clauses]", remedy)
        if isinstance(term, ReadingTerm) and term.default not in term.options:
            remedy = instead(term.default, term.options, "option")
            yield Flaw((*path, "default"), f"{quoted(term.default)} is no option of this reading", remedy)

    def _values(self, place: Place, *, exactly: bool) -> Iterator[Flaw]:
        """Values that a field of the event asked about can never have."""
        document = at(self._document, place.path)
        for field in ("is_", "is_not"):
            key = key_of(place.term, field, document) if hasattr(place.term, field) else ""
            for name, values in getattr(place.term, field, {}).items():
                for event in place.events:
                    yield from self._field(event, name, values, (*place.path, key, name), exactly)

    def _field(self, event: str, name: str, values: Sequence[object], path: KeyPath, exactly: bool) -> Iterator[Flaw]:
        if event not in EVENT_FIELDS:
            return
        if exactly and (unfit := unfit_for_trigger(event, name)):
            yield Flaw(path, *unfit)
            return
        for value, where in self._each(values, path):
            if name == "clause":
                yield from self._unless_known(value, "clause", where)
            elif wrong := impossible(event, name, value, self._severities, exactly=exactly):
                yield Flaw(where, *wrong)

    def _clauses(self) -> Iterator[Flaw]:
        for clause in self._agreement.clauses:
            if not clause.startswith((f"{self._agreement.id}:", "contract:")):
                remedy = f"write {self._agreement.id}:{clause.partition(':')[2]}, or contract: for one of the contract"
                yield Flaw(("clauses", clause), "a clause id begins with the id of its agreement", remedy)

    def _doubles(self) -> Iterator[Flaw]:
        """Names that should tell things apart and do not."""
        agreement = self._agreement
        named: Sequence[tuple[str, str, Sequence[ClockTerm | HolidayList | ReadingTerm | AssumptionTerm]]] = (
            ("clocks", "name", agreement.clocks),
            ("readings", "id", agreement.readings),
            ("assumptions", "id", agreement.assumptions),
            ("holidays", "name", agreement.holidays),
        )
        for field, own, terms in named:
            seen: Counter[str] = Counter()
            for index, term in enumerate(terms):
                name = getattr(term, own)
                seen[name] += 1
                if seen[name] > 1:
                    path = (key_of(agreement, field, self._document), index, own)
                    yield Flaw(path, f"{shown(name)} stands here for the second time", "give each a name of its own")


def _unknown_zone(name: str, path: KeyPath) -> Iterator[Flaw]:
    try:
        zone(name)
    except UnknownZone as error:
        says, _, remedy = str(error).partition("; ")
        yield Flaw(path, says, remedy)
