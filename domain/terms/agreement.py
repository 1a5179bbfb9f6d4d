"""The language of agreements: calendars, clocks, readings and assumptions as frozen data; an unknown key is an error.

Everything conditional is a row (`rows`). What people may do stands in `conduct`, who is covered in `entitlement`.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.terms.conduct import Conduct
from domain.terms.durations import RungAmount, Target
from domain.terms.entitlement import Entitlement
from domain.terms.holidays import HolidayList
from domain.terms.rows import AssumptionId, ClauseId, Name, ReadingId, Row, Scalars, Sentence, Term, WaitName, Words

HoursText = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


# --- calendars ------------------------------------------------------------------------------------------------------------


class WeekHours(Term):
    """Opening hours on the wall, a list a day; a day left out is closed. `daily` and `weekdays` stand for seven and five days."""

    daily: tuple[HoursText, ...] = ()
    weekdays: tuple[HoursText, ...] = ()
    monday: tuple[HoursText, ...] | None = None
    tuesday: tuple[HoursText, ...] | None = None
    wednesday: tuple[HoursText, ...] | None = None
    thursday: tuple[HoursText, ...] | None = None
    friday: tuple[HoursText, ...] | None = None
    saturday: tuple[HoursText, ...] | None = None
    sunday: tuple[HoursText, ...] | None = None


class HolidayRow(Row):
    """Dates of a holiday list on which the hours differ: closed, or with other hours. The first row for a list wins."""

    list: Name
    hours: tuple[HoursText, ...] = ()
    on_closed_days: Literal["stays-closed", "opens"] = "stays-closed"


class ClosureRow(Row):
    date: date
    name: Sentence
    hours: tuple[HoursText, ...] = ()


class CalendarTerm(Row):
    """When time counts. Several of one name: those with a later `since` replace the earlier from that local date on."""

    name: Name
    label: Name | None = None
    """What answers call it, where calendars of one name differ by region."""
    zone: str
    week: WeekHours
    holidays: tuple[HolidayRow, ...] = ()
    closures: tuple[ClosureRow, ...] = ()
    since: date | None = None
    about: str = ""


class CoverageRow(Row):
    calendar: Name


class ZoneRow(Row):
    zone: str


# --- clocks ---------------------------------------------------------------------------------------------------------------


class Trigger(Row):
    """What starts, stops or ends a clock: an event, seen with the values under `is`.

    `also` names a second event that must have happened too, in either order. `first`: only the first of its kind.
    `after_stop_of`: only once that clock has stopped. `complete`: the fields told so far include these. `unless_open` names a
    calendar: out of its hours the trigger waits for the next opening. `backdated`: from the origin's report, where a split-off
    issue names it. Instead of an event, `allowance_of` names a clock: the end of its allowance. A trigger limited to severities
    fires when both the event has happened and the severity holds.
    """

    event: str | None = None
    is_: dict[str, Scalars] = Field(default={}, alias="is")
    also: str | None = None
    first: bool = False
    after_stop_of: Name | None = None
    complete: Words = ()
    unless_open: Name | None = None
    backdated: bool = False
    allowance_of: Name | None = None


class Pause(Row):
    on: WaitName


class TargetRow(Row):
    target: Target
    calendar: Name | None = None
    """Where the target is counted on another calendar than the clock's coverage."""


class LimitRow(Row):
    limit: Literal["at most", "less than"]


class BusinessDaysRow(Row):
    """How a target in business days is counted: to the close of the last day, to its opening, or in days of counted time."""

    counts: Literal["end-of-day", "opening-of-day", "counted-day"]


class AgreedDateRow(Row):
    """An event whose `due` is an agreed date, counted on this calendar (without one: the clock's)."""

    event: Literal["timeline_agreed", "scheduled_for_release"]
    calendar: Name | None = None


class RungRow(Row):
    after: RungAmount
    role: Name
    does: Literal["escalate", "notify", "assign", "alarm"] = "escalate"


class SeverityChangeRow(Row):
    mode: Literal["carry", "restart", "remeasure", "keep"]


class ReopeningRow(Row):
    mode: Literal["resume", "new-cycle", "ignore"]


class ClockTerm(Row):
    """A measured obligation (semantics 3)."""

    name: Name
    title: Sentence
    clause: ClauseId
    starts: tuple[Trigger, ...] = Field(min_length=1)
    stops: tuple[Trigger, ...] = Field(min_length=1)
    ends: tuple[Trigger, ...] = ()
    repeats: bool = False
    pauses: tuple[Pause, ...] = ()
    coverage: Name
    targets: tuple[TargetRow, ...] = ()
    limits: tuple[LimitRow, ...] = ()
    business_days: tuple[BusinessDaysRow, ...] = ()
    agreed_dates: tuple[AgreedDateRow, ...] = ()
    rungs: tuple[RungRow, ...] = ()
    on_severity_change: tuple[SeverityChangeRow, ...] = ()
    on_reopening: tuple[ReopeningRow, ...] = ()
    warnings: tuple[Annotated[int, Field(ge=1, le=99)], ...] = (50, 75, 90)


class AcceptedSeverityRow(Row):
    """Whose agreement puts the severity of an `accepted` in force: the vendor's alone, or that of both sides."""

    agreed_by: Literal["vendor", "both"]


# --- what can be read in more than one way, and what the text leaves open -------------------------------------------------


class ReadingTerm(Term):
    """A clause that can honestly be read in more than one way."""

    id: ReadingId
    question: Sentence
    default: Name
    options: dict[Name, Sentence] = Field(min_length=2)


class AssumptionTerm(Term):
    """A value the text does not give."""

    id: AssumptionId
    says: Sentence


class SeverityTerm(Term):
    title: Sentence
    about: str = ""


class Agreement(Conduct):
    """A support agreement: everything needed to judge a ticket under it, with the clause for each term."""

    id: Name
    title: Sentence
    version: str
    valid_from: date
    source: Sentence
    about: str = ""
    fitted: bool = False
    """True where the terms were fitted to a log and are nobody's contract."""
    plans: dict[Name, Sentence] = Field(min_length=1)
    regions: dict[Name, Sentence] = {}
    severities: dict[str, SeverityTerm] = Field(min_length=1)
    zones: tuple[ZoneRow, ...] = Field(min_length=1)
    clauses: dict[ClauseId, Sentence] = Field(min_length=1)
    readings: tuple[ReadingTerm, ...] = Field(default=(), alias="reading")
    assumptions: tuple[AssumptionTerm, ...] = Field(default=(), alias="assumption")
    holidays: tuple[HolidayList, ...] = Field(default=(), alias="holiday_list")
    calendars: tuple[CalendarTerm, ...] = Field(min_length=1, alias="calendar")
    coverage: dict[Name, tuple[CoverageRow, ...]] = Field(min_length=1)
    accepted_severity: tuple[AcceptedSeverityRow, ...] = ()
    clocks: tuple[ClockTerm, ...] = Field(min_length=1, alias="clock")
    entitlement: Entitlement = Entitlement()

    @property
    def severity_numbers(self) -> tuple[int, ...]:
        return tuple(sorted(int(number) for number in self.severities))

    @property
    def default_readings(self) -> dict[str, str]:
        return {reading.id: reading.default for reading in self.readings}
