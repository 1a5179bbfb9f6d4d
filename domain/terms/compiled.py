"""The terms that one ticket falls under, compiled for the fold: no condition left, calendars at hand, each with its grounds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from domain.terms.agreement import Agreement
from domain.terms.calendar import Calendar, calendar_days
from domain.terms.durations import Amount
from domain.terms.rows import Scope

SeverityMode = Literal["carry", "restart", "remeasure", "keep"]
ReopeningMode = Literal["resume", "new-cycle", "ignore"]


@dataclass(frozen=True, slots=True)
class Grounds:
    """Where a term comes from: its clause, and the readings and assumptions it hangs on."""

    clause: str
    readings: frozenset[str] = frozenset()
    assumes: frozenset[str] = frozenset()

    def with_(self, other: "Grounds") -> "Grounds":
        """These grounds, hanging on what the other ones hang on too."""
        return Grounds(self.clause, self.readings | other.readings, self.assumes | other.assumes)


@dataclass(frozen=True, slots=True)
class Rung:
    after: Amount
    role: str
    does: str
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class SeverityTerms:
    """A clock's calendar, target and rungs at one severity. `less_than`: the limit itself is late; `to_opening`: business
    days run to the opening of the last one."""

    calendar: Calendar
    target: Amount
    less_than: bool
    to_opening: bool
    where: ZoneInfo
    rungs: tuple[Rung, ...]
    target_grounds: Grounds
    calendar_grounds: Grounds

    def counts_as(self, other: "SeverityTerms") -> bool:
        """Whether time counts, and is too much, exactly as under other terms."""
        return (
            self.calendar is other.calendar
            and self.target == other.target
            and (self.less_than, self.to_opening) == (other.less_than, other.to_opening)
            and self.where == other.where
        )

    def allowance(self, start: int) -> int | None:
        """Counted seconds the target allows a clock that starts then; None for best effort (semantics 3.2)."""
        target = self.target
        return target.figure if target.kind == "seconds" else self.budget(target, start)

    def budget(self, amount: Amount, start: int) -> int | None:
        match amount.kind:
            case "seconds":
                return amount.figure
            case "business-days":
                return self._business_days(amount.figure, start)
            case "counted-days":
                return amount.figure * self.calendar.longest_weekday(start) or None
            case "calendar-days":
                return calendar_days(start, amount.figure, self.where)
            case _:
                return None

    def _business_days(self, days: int, start: int) -> int | None:
        day = self.calendar.business_day(start, days)
        if day is None:
            return None
        opens, closes = day
        return self.calendar.between(start, opens if self.to_opening else closes)


@dataclass(frozen=True, slots=True)
class AgreedDate:
    """An agreed date's calendar (None: the clock's own) and the severities at which it is the target (none named: all)."""

    calendar: Calendar | None
    severities: frozenset[int]
    grounds: Grounds

    def rules_at(self, severity: int) -> bool:
        return not self.severities or severity in self.severities


@dataclass(frozen=True, slots=True)
class Starter:
    """A compiled trigger; see `agreement.Trigger`. Clocks are named by their place in `Terms.clocks`.

    `is_plain`: the event alone fires it.
    """

    clock: int
    event: str
    values: tuple[tuple[str, frozenset[object]], ...]
    also: str | None
    severities: frozenset[int]
    first: bool
    after_stop_of: int | None
    complete: frozenset[str]
    unless_open: Calendar | None
    backdated: bool
    after_allowance_of: int | None
    is_plain: bool
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class Reaction:
    """What an event of one name does to clocks, in this order."""

    stops: tuple[Starter, ...] = ()
    ends: tuple[Starter, ...] = ()
    starts: tuple[Starter, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockTerms:
    """One clock as it runs for one ticket."""

    index: int
    name: str
    title: str
    clause: str
    repeats: bool
    severities: Mapping[int, SeverityTerms]
    pauses: Mapping[str, Grounds]
    agreed_dates: Mapping[str, AgreedDate]
    on_severity_change: SeverityMode
    severity_change_grounds: Grounds
    on_reopening: ReopeningMode
    reopening_grounds: Grounds
    warnings: tuple[int, ...]
    readings: frozenset[str]
    """Those on which its triggers, waits and modes hang, whatever the severity."""

    def runs_as(self, other: "ClockTerms", severities: Iterable[int], waits: Iterable[str]) -> bool:
        """Whether a clock that sees only these severities and waits runs exactly as under other terms."""
        return (
            all((one in self.pauses) is (one in other.pauses) for one in waits)
            and self.agreed_dates == other.agreed_dates
            and (self.on_severity_change, self.on_reopening) == (other.on_severity_change, other.on_reopening)
            and all(self.severities[one].counts_as(other.severities[one]) for one in severities)
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything the fold asks of an agreement, for one scope."""

    agreement: Agreement
    scope: Scope
    where: ZoneInfo
    clocks: tuple[ClockTerms, ...]
    reactions: Mapping[str, Reaction]
    counted_events: frozenset[str]
    """Events of which a trigger asks whether they are the first."""
    allowance_starts: tuple[Starter, ...]
    starts_by_time: bool
    accepted_needs_both: bool
    """Whether a severity accepted by the vendor alone is not yet in force."""
    accepted_readings: frozenset[str]
    calendars: Mapping[str, Calendar]

    def judges_as(self, other: "Terms", severities: Iterable[int], waits: Iterable[str]) -> bool:
        """Whether every history that knows only these severities and waits has the same verdicts under other terms.

        What is only told, such as a rung or a clause, may differ.
        """
        return (
            self.where == other.where
            and self.reactions == other.reactions
            and self.counted_events == other.counted_events
            and self.allowance_starts == other.allowance_starts
            and self.accepted_needs_both == other.accepted_needs_both
            and all(
                one.runs_as(another, severities, waits) for one, another in zip(self.clocks, other.clocks, strict=True)
            )
        )
