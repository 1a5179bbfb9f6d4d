"""Conditions: what can be asked about one event and what was known before it.

A condition holds where all its parts hold; a part left out holds always. What is not known neither holds nor fails: a
missing actor, a field that an event leaves unsaid, a fact the contract does not state. So a rule is broken only by what
is known; to demand that something be said, use `given`. Words are compared without regard to case, spaces, hyphens and
underscores.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from domain.terms.durations import Period
from domain.terms.event_fields import EventName, EventNames, Roles, check_fields, one_or_several
from domain.terms.rows import Name, Scalars, Severities, Term, WaitName, Words

Status = Literal["open", "waiting", "resolved", "closed", "declined", "withdrawn", "merged"]
Statuses = Annotated[tuple[Status, ...], BeforeValidator(one_or_several)]
Waits = Annotated[tuple[WaitName, ...], BeforeValidator(one_or_several)]
Tiers = Severities


def _patterns(value: object) -> object:
    """A pattern, or the bare name of an event, may stand for a list of one."""
    several = value if isinstance(value, list | tuple) else [value]
    return [{"event": one} if isinstance(one, str) else one for one in several]


class Pattern(Term):
    """An event by its name and what it says. What it leaves unsaid does not match; who did it may be unknown.

    `tier`: the tier at which the ticket then was. `since`: only after the last event of that name.
    `unless_followed_by`: not where one of these came after it; where both name somebody under `to`, it has to be the same.
    `other_than`: not where it says in this field what the event judged says there.
    """

    event: EventNames
    is_: dict[str, Scalars] = Field(default={}, alias="is")
    given: Words = ()
    by: Roles = ()
    tier: Tiers = ()
    since: EventName | None = None
    unless_followed_by: "Patterns" = ()
    other_than: str | None = None

    @model_validator(mode="after")
    def _fields_exist(self) -> Self:
        check_fields(self.event, (*self.is_, *self.given))
        return self


Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(_patterns)]


class Span(Term):
    """An amount of time on a calendar, or a coverage table, of the agreement; without one on the wall clock."""

    time: Period
    calendar: Name | None = None

    @model_validator(mode="after")
    def _business_days_need_a_calendar(self) -> Self:
        if self.calendar is None and self.time.kind == "business-days":
            raise ValueError(f"{self.time} needs a calendar")
        return self


class Lead(Span):
    """The instant in this field of the event lies at least so long after the event."""

    field: str


class Elapsed(Span):
    """At least so long since the last event of this name. `2 business days` end with the closing of the second one."""

    since: EventName


class Waited(Span):
    """The wait in force has lasted at least so long."""

    on: WaitName


class Within(Term):
    """Inside the hours: the event itself, or the instant in one of its fields."""

    calendar: Name
    field: str | None = None


class Measured(Term):
    """The event's measurement: its value, in percent, over exactly so many days.

    `any-seven-days` may begin at any moment, a `calendar-week` begins on a Monday at midnight in the ticket's zone.
    """

    at_least: Annotated[float, Field(ge=0, le=100)]
    days: int = Field(default=7, ge=1, le=366)
    week: Literal["any-seven-days", "calendar-week"] = "any-seven-days"


class RungReached(Term):
    """A rung of a clock's ladder has been reached; without a role any of them."""

    clock: Name
    role: Annotated[tuple[Name, ...], BeforeValidator(one_or_several)] = ()


class Condition(Term):
    """What must hold, all of it.

    About the actor: `by`, `not_by`, `by_logger` (who opened the ticket, or who registered it: the first
    `correctly_logged`). About the event: `is` and `is_not` (field and values), `given` (fields that say something),
    `mentions` (a text holds one of the words), `change` (of the severity; an upgrade is to a smaller number),
    `next_tier` (at most one above the present), `lead`, `within`, `measured`, `both_sides` (the field names people of
    both sides, the actor counted in). About the ticket before the event: `severity` (of an opening: its own), `status`,
    `tier`, `waiting_on` (all of these), `seen` (all of these), `seen_any`, `not_seen` (none), `elapsed`, `waited`,
    `rung`, and `fields`: information told by now. About the contract: `option` (all agreed), `fact`, `listed` (a
    field's value is in that list of the contract).
    """

    by: Roles = ()
    not_by: Roles = ()
    by_logger: Literal["opener", "registrar"] | None = None
    is_: dict[str, Scalars] = Field(default={}, alias="is")
    is_not: dict[str, Scalars] = {}
    given: Words = ()
    mentions: dict[str, Words] = {}
    change: Literal["upgrade", "downgrade"] | None = None
    next_tier: Literal[True] | None = None
    lead: Lead | None = None
    within: Within | None = None
    measured: Measured | None = None
    both_sides: str | None = None
    severity: Severities = ()
    status: Statuses = ()
    tier: Tiers = ()
    waiting_on: Waits = ()
    seen: Patterns = ()
    seen_any: Patterns = ()
    not_seen: Patterns = ()
    fields: Words = ()
    elapsed: Elapsed | None = None
    waited: Waited | None = None
    rung: RungReached | None = None
    option: Words = ()
    fact: dict[str, Scalars] = {}
    listed: dict[str, str] = {}
    any_of: tuple["Condition", ...] = ()
    none_of: tuple["Condition", ...] = ()

    def event_fields(self) -> Iterator[str]:
        """Every field of the event that is asked about, here and below."""
        yield from (*self.is_, *self.is_not, *self.given, *self.mentions, *self.listed)
        if self.change:
            yield "severity"
        if self.measured:
            yield "measurement"
        for named in (self.lead, self.within):
            if named and named.field:
                yield named.field
        if self.both_sides:
            yield self.both_sides
        for condition in (*self.any_of, *self.none_of):
            yield from condition.event_fields()


ALWAYS = Condition()
