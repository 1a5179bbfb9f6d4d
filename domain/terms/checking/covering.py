"""Which cases the tables of an agreement cover: a case that is left out, a row that comes too late, a condition without effect."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, TypeVar

from domain.terms.agreement import (
    Agreement,
    CalendarTerm,
    ClockTerm,
    ClosureRow,
    HolidayRow,
    Pause,
    ReopeningRow,
    SeverityChangeRow,
    ZoneRow,
)
from domain.terms.checking.boxes import Box, Cases, TooManyCases, in_force, is_empty, meet, within
from domain.terms.checking.places import Flaw, Place, key_of, where
from domain.terms.checking.positions import KeyPath
from domain.terms.conduct import AlertCode, FirstTier, Guide
from domain.terms.entitlement import Entitlement
from domain.terms.phrases import CONDITIONS, quoted
from domain.terms.rows import Row

_ORDERS = {"service_duration": ("subscription",)}
"""Conditions on the order, which tell rows apart as well."""

AnyRow = TypeVar("AnyRow", bound=Row)

_BLIND = (
    ZoneRow,
    CalendarTerm,
    HolidayRow,
    ClosureRow,
    Pause,
    SeverityChangeRow,
    ReopeningRow,
    Guide,
    AlertCode,
    FirstTier,
)
"""Rows that are chosen before, or whatever, the severity is; so are those about cover."""

_NAMED = 3
"""As many cases as are named where a table leaves some out."""


class Survey:
    """An agreement with the places of its terms and the cases that it knows."""

    def __init__(self, agreement: Agreement, document: object, places: Sequence[Place]) -> None:
        self.agreement = agreement
        self.document = document
        self.rows = [place.term for place in places if isinstance(place.term, Row)]
        self.cases = Cases(agreement, self.rows)
        self._paths = {id(place.term): place.path for place in places}

    def path(self, row: Row) -> KeyPath:
        return self._paths[id(row)]

    def knows(self, rows: Iterable[Row]) -> bool:
        """Whether all that the conditions of these rows name exists; otherwise nothing more is said of them."""
        return all(self.cases.knows(row) for row in rows)

    def box(self, row: Row) -> Box:
        """The cases that a row is about where it stands."""
        return self.cases.of(row, severity=not self.is_blind(row))

    def is_blind(self, row: Row) -> bool:
        return isinstance(row, _BLIND) or id(row) in self._about_cover

    def meet(self, one: Row, other: Row) -> bool:
        return self.knows((one, other)) and meet(self.box(one), self.box(other))

    @cached_property
    def _about_cover(self) -> frozenset[int]:
        cover = self.agreement.entitlement
        return frozenset(id(row) for field in Entitlement.model_fields for row in getattr(cover, field))


class Table(NamedTuple):
    """Rows of which the first that applies holds, where a calendar is given within its cases."""

    path: KeyPath
    rows: Sequence[Row]
    calendar: CalendarTerm | None = None


def flaws(survey: Survey) -> Iterator[Flaw]:
    for row in survey.rows:
        yield from _of_row(row, survey)
    for table in _tables(survey):
        yield from _late_rows(table, survey)
    agreement = survey.agreement
    yield from _gaps(("zones",), agreement.zones, "time zone", survey)
    for name, hours in agreement.coverage.items():
        yield from _gaps(("coverage", name), hours, "calendar", survey)
    for editions in grouped(agreement.calendars, "name"):
        yield from _gaps(survey.path(editions[0]), editions, f"calendar {quoted(editions[0].name)}", survey)


def grouped(rows: Iterable[AnyRow], *fields: str) -> list[list[AnyRow]]:
    """The rows that agree in these fields, in their order."""
    groups: dict[object, list[AnyRow]] = {}
    for row in rows:
        groups.setdefault(tuple(getattr(row, field) for field in fields), []).append(row)
    return list(groups.values())


def _of_row(row: Row, survey: Survey) -> Iterator[Flaw]:
    path = survey.path(row)
    if survey.knows([row]) and is_empty(survey.cases.of(row)):
        yield Flaw(path, "can never apply: one of its conditions is empty", "name what the row is for, or drop it")
    if row.severity and survey.is_blind(row):
        yield Flaw((*path, "severity"), "a condition on the severity has no effect here", "drop it")
    if isinstance(row, ClockTerm):
        for condition in CONDITIONS:
            if getattr(row, condition):
                yield Flaw(
                    (*path, condition), "a condition has no effect on a whole clock", "put it on the clock's rows"
                )


def _tables(survey: Survey) -> Iterator[Table]:
    agreement = survey.agreement
    yield Table(("zones",), agreement.zones)
    for name, hours in agreement.coverage.items():
        yield Table(("coverage", name), hours)
    for editions in grouped(agreement.calendars, "name", "since"):
        yield Table(survey.path(editions[0]), editions)
    for calendar in agreement.calendars:
        for days in grouped(calendar.holidays, "list"):
            yield Table((*survey.path(calendar), "holidays"), days, calendar)
    for clock in agreement.clocks:
        path = survey.path(clock)
        yield Table((*path, "starts"), [row for row in clock.starts if row.allowance_of])
        for field in ("targets", "limits", "business_days", "on_severity_change", "on_reopening"):
            yield Table((*path, field), getattr(clock, field))
    yield Table((key_of(agreement, "first_tiers"),), agreement.first_tiers)
    for field in Entitlement.model_fields:
        for rows in grouped(getattr(agreement.entitlement, field), *_ORDERS.get(field, ())):
            yield Table(("entitlement", field), rows)


def _late_rows(table: Table, survey: Survey) -> Iterator[Flaw]:
    around = [table.calendar] if table.calendar else []
    if not survey.knows([*table.rows, *around]):
        return
    boxes = [survey.box(row) for row in table.rows]
    try:
        first, _ = in_force(boxes, survey.box(table.calendar) if table.calendar else survey.cases.all)
    except TooManyCases:
        yield Flaw(
            table.path, "has too many conditions to be looked at", "write fewer rows with fewer readings and facts"
        )
        return
    for place, row in enumerate(table.rows):
        if first[place] or is_empty(boxes[place]):
            continue
        earlier = [other for other, box in zip(table.rows, boxes[:place], strict=False) if within(boxes[place], box)]
        if earlier or boxes[place] != survey.cases.all:  # what holds otherwise may stand last, even where all is said
            by = _which(survey.path(earlier[0]), survey) if earlier else "what stands before it"
            says = f"is never reached: {by} already holds wherever it would"
            yield Flaw(survey.path(row), says, "put the narrower one first, or drop this one")


def _which(path: KeyPath, survey: Survey) -> str:
    last = path[-1]
    return f"row {last + 1}" if isinstance(last, int) and len(path) > 2 else where(survey.document, path)


def _gaps(path: KeyPath, rows: Sequence[Row], wanted: str, survey: Survey) -> Iterator[Flaw]:
    if not survey.knows(rows):
        return
    try:
        _, left = in_force([survey.box(row) for row in rows], survey.cases.all)
    except TooManyCases:
        return
    if left:
        cases = list(dict.fromkeys(map(survey.cases.words, left)))
        more = f"; nor in {len(cases) - _NAMED} other cases" if len(cases) > _NAMED else ""
        says = f"there is no {wanted}{'; nor'.join(cases[:_NAMED])}{more}"
        yield Flaw(path, says, "add a row for it, or a last one without conditions")
