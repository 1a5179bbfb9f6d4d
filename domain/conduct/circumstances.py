"""What surrounds a ticket when its conduct is judged: scope, contract, hours, and rungs that clocks reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.terms.agreement import CoverageRow
from domain.terms.calendar import Calendar, calendar_days
from domain.terms.compiled import Terms
from domain.terms.conditions import Span
from domain.terms.rows import Scope


class Reached(NamedTuple):
    """A rung that a clock reached, at a whole second since 1970."""

    clock: str
    role: str
    at: int


@dataclass(frozen=True, slots=True)
class Circumstances:
    """`facts` and `options` are the contract's; `coverage` names the calendar for each scope and severity."""

    scope: Scope
    zone: ZoneInfo
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    coverage: Mapping[str, Sequence[CoverageRow]] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    options: frozenset[str] = frozenset()
    rungs: tuple[Reached, ...] = ()

    @classmethod
    def under(
        cls,
        terms: Terms,
        facts: Mapping[str, object],
        options: frozenset[str] = frozenset(),
        rungs: tuple[Reached, ...] = (),
    ) -> "Circumstances":
        """Those of a ticket whose clocks are judged by these terms."""
        return cls(terms.scope, terms.where, terms.calendars, terms.agreement.coverage, facts, options, rungs)

    def in_category(self, category: str) -> "Circumstances":
        if category == self.scope.category:
            return self
        return replace(self, scope=self.scope.model_copy(update={"category": category}))

    def calendar(self, name: str, severity: int | None) -> Calendar:
        """A calendar by its own name or by that of a coverage table. Raises LookupError where neither is known."""
        rows = self.coverage.get(name, ())
        chosen = next((row.calendar for row in rows if row.applies(self.scope, severity)), name)
        return self.calendars[chosen]

    def end(self, start: int, span: Span, severity: int | None) -> int | None:
        """When a span that begins then is over; business days end with the last closing. None for never."""
        calendar = self.calendar(span.calendar, severity) if span.calendar else None
        count = span.time.figure
        match span.time.kind:
            case "business-days" if calendar:
                day = calendar.business_day(start, count)
                return day[1] if day else None
            case "calendar-days":
                return start + calendar_days(start, count, calendar.zone if calendar else self.zone)
            case _:
                return calendar.add(start, count) if calendar else start + count
