"""The terms one ticket falls under: the rows of an agreement that apply to it, compiled for the fold.

A `Selector` belongs to one agreement. For each scope (plan, region, category, contract facts, readings) it picks the rows once and
remembers them, calendars included, so that judging many tickets under one agreement compiles each calendar once.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from domain.terms.agreement import (
    Agreement,
    BusinessDaysRow,
    CalendarTerm,
    ClockTerm,
    HolidayRow,
    HoursText,
    RungRow,
    Trigger,
    WeekHours,
)
from domain.terms.calendar import ROUND_THE_CLOCK, AlwaysOpen, Calendar, Edition, Hours, Week
from domain.terms.compiled import (
    AgreedDate,
    ClockTerms,
    Grounds,
    Reaction,
    ReopeningMode,
    Rung,
    SeverityTerms,
    Starter,
    Terms,
)
from domain.terms.durations import BEST_EFFORT, Amount
from domain.terms.holidays import HolidayList, publish
from domain.terms.override import ContractTerms, overridden
from domain.terms.rows import Row, Scope
from domain.terms.zones import zone

AnyRow = TypeVar("AnyRow", bound=Row)

_CONTRACTS_AT_MOST = 256
"""How many contracts with terms of their own are kept compiled."""

_SCOPES_AT_MOST = 1_024
"""How many ways of asking for terms are known; the same terms may be asked for in many."""


class Selector:
    """Picks the terms of one agreement; `published` are the holiday lists that are not the agreement's own."""

    def __init__(self, agreement: Agreement, published: Mapping[str, HolidayList]) -> None:
        self.agreement = agreement
        self._lists = {**published, **{own.name: own for own in agreement.holidays}}
        self._terms: dict[object, Terms] = {}
        self._asked: dict[object, Terms] = {}
        self._calendars: dict[object, Calendar] = {}
        self._categories = _categories(agreement)
        self._published = published
        self._overridden: dict[str, Selector] = {}

    @property
    def lists(self) -> Mapping[str, HolidayList]:
        """The holiday lists by name, the agreement's own among them."""
        return self._lists

    @property
    def published(self) -> Mapping[str, HolidayList]:
        """The holiday lists that are not the agreement's own."""
        return self._published

    @property
    def categories(self) -> frozenset[str]:
        """Those that any row names; a ticket of another category is judged like one without."""
        return self._categories

    def under(self, contract: ContractTerms) -> "Selector":
        """The terms as a contract has them that says otherwise here and there."""
        key = contract.model_dump_json()
        if key not in self._overridden:
            if len(self._overridden) >= _CONTRACTS_AT_MOST:
                self._overridden.clear()
            self._overridden[key] = Selector(overridden(self.agreement, contract), self._published)
        return self._overridden[key]

    def terms(self, scope: Scope) -> Terms:
        """The terms for a scope; readings not named take their default, a category no row names counts as none."""
        category = scope.category if scope.category in self._categories else ""
        asked = (scope.plan, scope.region, category, tuple(scope.readings.items()), tuple(scope.facts.items()))
        if (known := self._asked.get(asked)) is not None:
            return known
        if len(self._asked) >= _SCOPES_AT_MOST:
            self._asked.clear()
        found = self._asked[asked] = self._terms_of(scope, category)
        return found

    def _terms_of(self, scope: Scope, category: str) -> Terms:
        """However its readings are told: in whatever order, and with those that have their default or without."""
        readings = {**self.agreement.default_readings, **scope.readings}
        key = (scope.plan, scope.region, category, frozenset(readings.items()), frozenset(scope.facts.items()))
        if key not in self._terms:
            self._terms[key] = self._select(scope.model_copy(update={"readings": readings, "category": category}))
        return self._terms[key]

    def calendar(self, name: str, scope: Scope) -> Calendar:
        """The calendar of this name as it is read in this scope."""
        editions = self._editions(name, scope)
        closures = tuple(row for term, _ in editions.values() for row in term.closures if row.applies(scope))
        key = (name, *((id(term), *map(id, rows)) for term, rows in editions.values()), *map(id, closures))
        if key not in self._calendars:
            self._calendars[key] = self._compiled(name, editions, scope)
        return self._calendars[key]

    def named_days(self, name: str, scope: Scope) -> dict[date, str]:
        """What the dates are called on which this calendar's hours may differ."""
        named: dict[date, str] = {}
        for term, rows in self._editions(name, scope).values():
            named |= {row.date: row.name for row in term.closures if row.applies(scope)}
            for row in rows:
                for holiday in publish(self._lists[row.list]):
                    named.setdefault(holiday.date, f"{holiday.name}{' (estimated)' if holiday.estimated else ''}")
        return named

    def _editions(self, name: str, scope: Scope) -> dict[date, tuple[CalendarTerm, tuple[HolidayRow, ...]]]:
        """The calendar's terms by the date from which they hold, each with its holidays."""
        editions: dict[date, tuple[CalendarTerm, tuple[HolidayRow, ...]]] = {}
        for term in self.agreement.calendars:
            since = term.since or date.min
            if term.name == name and since not in editions and term.applies(scope):
                editions[since] = term, _one_a_list(row for row in term.holidays if row.applies(scope))
        return editions

    def _calendar_grounds(self, name: str, scope: Scope) -> Grounds:
        terms = [term for term in self.agreement.calendars if term.name == name and term.concerns(scope)]
        rows = [row for term in terms for row in (term, *term.holidays, *term.closures) if row.concerns(scope)]
        in_force = [row for row in rows if row.is_read(scope.readings)]
        return Grounds(
            clause="",
            readings=frozenset(reading for row in rows for reading in row.reading),
            assumes=frozenset(assumption for row in in_force for assumption in row.assumes),
        )

    def _compiled(
        self, name: str, editions: Mapping[date, tuple[CalendarTerm, tuple[HolidayRow, ...]]], scope: Scope
    ) -> Calendar:
        first = next(iter(editions.values()))[0]
        name, where = first.label or name, zone(first.zone)
        compiled, years = [], []
        for since, (term, rows) in editions.items():
            week = _week(term.week)
            differing: dict[date, tuple[Hours, ...]] = {
                row.date: _hours(row.hours) for row in term.closures if row.applies(scope)
            }
            for row in rows:
                holidays = self._lists[row.list]
                years.append((holidays.first_year, holidays.last_year))
                for holiday in publish(holidays):
                    opens = week[holiday.date.weekday()] or row.on_closed_days == "opens"
                    differing.setdefault(holiday.date, _hours(row.hours) if opens else ())
            compiled.append(Edition(week, differing, since))
        if len(compiled) == 1 and compiled[0].week == ROUND_THE_CLOCK and not compiled[0].differing:
            return AlwaysOpen(name, where)
        published = (max(first for first, _ in years), min(last for _, last in years)) if years else None
        return Calendar(name, where, compiled, published)

    def _select(self, scope: Scope) -> Terms:
        places = {clock.name: place for place, clock in enumerate(self.agreement.clocks)}
        where = zone(first_row(self.agreement.zones, scope).zone)
        clocks = tuple(self._clock(clock, places, where, scope) for clock in self.agreement.clocks)
        accepted, accepted_readings = pick(self.agreement.accepted_severity, scope)
        starts, stops, ends = (
            [
                self._starter(trigger, clock, places, scope)
                for clock in self.agreement.clocks
                for trigger in getattr(clock, part)
                if trigger.applies(scope)
            ]
            for part in ("starts", "stops", "ends")
        )
        return Terms(
            agreement=self.agreement,
            scope=scope,
            where=where,
            clocks=clocks,
            reactions=_reactions(starts, stops, ends),
            counted_events=frozenset(one.event for one in starts + stops + ends if one.first),
            accepted_needs_both=accepted is not None and accepted.agreed_by == "both",
            accepted_readings=accepted_readings,
            allowance_starts=tuple(one for one in starts if one.after_allowance_of is not None),
            starts_by_time=any(one.unless_open or one.after_allowance_of is not None for one in starts),
            calendars={term.name: self.calendar(term.name, scope) for term in self.agreement.calendars},
        )

    def _clock(self, clock: ClockTerm, places: Mapping[str, int], where: ZoneInfo, scope: Scope) -> ClockTerms:
        change, change_grounds = _chosen(clock.on_severity_change, scope, clock.clause)
        reopening, reopening_grounds = _chosen(clock.on_reopening, scope, clock.clause)
        triggers = (*clock.starts, *clock.stops, *clock.ends)
        return ClockTerms(
            index=places[clock.name],
            name=clock.name,
            title=clock.title,
            clause=clock.clause,
            repeats=clock.repeats,
            severities={
                severity: self._at_severity(clock, severity, where, scope)
                for severity in self.agreement.severity_numbers
            },
            pauses={
                row.on: _grounds(row, clock.clause, _readings(clock.pauses, scope, on=row.on))
                for row in clock.pauses
                if row.applies(scope)
            },
            agreed_dates={
                row.event: AgreedDate(
                    self.calendar(row.calendar, scope) if row.calendar else None,
                    frozenset(row.severity),
                    _grounds(row, clock.clause, frozenset(row.reading)),
                )
                for row in clock.agreed_dates
                if row.applies(scope)
            },
            on_severity_change=change.mode if change else "carry",
            severity_change_grounds=change_grounds,
            on_reopening=reopening.mode if reopening else _usual_reopening(clock.name),
            reopening_grounds=reopening_grounds,
            warnings=clock.warnings,
            readings=_readings((*triggers, *clock.pauses), scope)
            | reopening_grounds.readings
            | change_grounds.readings,
        )

    def _at_severity(self, clock: ClockTerm, severity: int, where: ZoneInfo, scope: Scope) -> SeverityTerms:
        target, target_readings = pick(clock.targets, scope, severity)
        limit, limit_readings = pick(clock.limits, scope, severity)
        counts, counts_readings = pick(clock.business_days, scope, severity)
        coverage, coverage_readings = pick(self.agreement.coverage[clock.coverage], scope, severity)
        if coverage is None:
            raise LookupError(
                f"{self.agreement.id}: coverage.{clock.coverage} names no calendar for severity {severity}"
            )
        amount = _counted(target.target, counts) if target else BEST_EFFORT
        readings = target_readings
        if amount.kind != "best-effort":
            readings |= limit_readings
        if amount.kind in ("business-days", "counted-days"):
            readings |= counts_readings
        own_calendar = target.calendar if target else None
        calendar = own_calendar or coverage.calendar
        calendar_grounds = _grounds(
            target if own_calendar else coverage, clock.clause, target_readings if own_calendar else coverage_readings
        )
        return SeverityTerms(
            calendar=self.calendar(calendar, scope),
            target=amount,
            less_than=limit is not None and limit.limit == "less than",
            to_opening=counts is not None and counts.counts == "opening-of-day",
            where=where,
            rungs=tuple(
                rung
                for row in clock.rungs
                if row.applies(scope, severity)
                and (rung := self._rung(row, clock, severity, scope)).after.kind != "best-effort"
            ),
            target_grounds=_grounds(target, clock.clause, readings).with_(
                Grounds("", assumes=frozenset(name for row in (limit, counts) if row for name in row.assumes))
            ),
            calendar_grounds=calendar_grounds.with_(self._calendar_grounds(calendar, scope)),
        )

    def _rung(self, row: RungRow, clock: ClockTerm, severity: int, scope: Scope) -> Rung:
        """A rung at the target of another clock takes that clock's target at this severity."""
        after, readings = row.after, frozenset(row.reading)
        if after.kind == "target-of":
            other = next(one for one in self.agreement.clocks if one.name == after.clock)
            target, target_readings = pick(other.targets, scope, severity)
            counts, counts_readings = pick(other.business_days, scope, severity)
            after = _counted(target.target, counts) if target else BEST_EFFORT
            readings |= target_readings
            if after.kind in ("business-days", "counted-days"):
                readings |= counts_readings
        return Rung(after, row.role, row.does, _grounds(row, clock.clause, readings))

    def _starter(self, row: Trigger, clock: ClockTerm, places: Mapping[str, int], scope: Scope) -> Starter:
        return Starter(
            clock=places[clock.name],
            event=row.event or "",
            values=tuple((field, frozenset(allowed)) for field, allowed in row.is_.items()),
            also=row.also,
            severities=frozenset(row.severity),
            first=row.first,
            after_stop_of=places[row.after_stop_of] if row.after_stop_of else None,
            complete=frozenset(row.complete),
            unless_open=self.calendar(row.unless_open, scope) if row.unless_open else None,
            backdated=row.backdated,
            after_allowance_of=places[row.allowance_of] if row.allowance_of else None,
            is_plain=row.model_fields_set
            <= {"event", "clause", "assumes", "reading", "plan", "region", "category", "fact"},
            grounds=_grounds(row, clock.clause),
        )


def pick(rows: Iterable[AnyRow], scope: Scope, severity: int | None = None) -> tuple[AnyRow | None, frozenset[str]]:
    """The first row that applies, and the readings that were looked at on the way to it."""
    looked_at: set[str] = set()
    for row in rows:
        if row.concerns(scope, severity):
            looked_at |= row.reading.keys()
            if row.is_read(scope.readings):
                return row, frozenset(looked_at)
    return None, frozenset(looked_at)


def first_row(rows: Iterable[AnyRow], scope: Scope) -> AnyRow:
    row, _ = pick(rows, scope)
    if row is None:
        raise LookupError("no row applies")
    return row


def _usual_reopening(clock: str) -> ReopeningMode:
    """Where terms do not say: a response or notification never runs twice, every other clock resumes (semantics 3.10)."""
    return "ignore" if clock in ("response", "notification") else "resume"


def _counted(target: Amount, counts: BusinessDaysRow | None) -> Amount:
    """Business days as they are counted here (semantics 3.2, `counted-day`)."""
    if target.kind == "business-days" and counts and counts.counts == "counted-day":
        return Amount("counted-days", target.figure)
    return target


def _chosen(rows: Sequence[AnyRow], scope: Scope, clause: str) -> tuple[AnyRow | None, Grounds]:
    row, readings = pick(rows, scope)
    return row, _grounds(row, clause, readings)


def _grounds(row: Row | None, clause: str, readings: frozenset[str] = frozenset()) -> Grounds:
    if row is None:
        return Grounds(clause, readings)
    return Grounds(row.clause or clause, readings, frozenset(row.assumes))


def _readings(rows: Iterable[Row], scope: Scope, *, on: str | None = None) -> frozenset[str]:
    return frozenset(
        reading
        for row in rows
        if row.concerns(scope) and on in (None, getattr(row, "on", None))
        for reading in row.reading
    )


def _categories(agreement: Agreement) -> frozenset[str]:
    """The categories that any row names; a ticket of another category is judged like one without."""
    tables: list[Iterable[Row]] = [*agreement.coverage.values(), agreement.calendars, agreement.clocks]
    for clock in agreement.clocks:
        tables += (
            getattr(clock, field) for field in ("starts", "stops", "ends", "pauses", "targets", "limits", "rungs")
        )
    return frozenset(category for rows in tables for row in rows for category in row.category)


def _reactions(starts: Sequence[Starter], stops: Sequence[Starter], ends: Sequence[Starter]) -> dict[str, Reaction]:
    names = {name for one in (*starts, *stops, *ends) for name in (one.event, one.also) if name}

    def of(triggers: Sequence[Starter], name: str) -> tuple[Starter, ...]:
        return tuple(one for one in triggers if name in (one.event, one.also))

    return {name: Reaction(of(stops, name), of(ends, name), of(starts, name)) for name in names}


def _one_a_list(rows: Iterable[HolidayRow]) -> tuple[HolidayRow, ...]:
    first: dict[str, HolidayRow] = {}
    for row in rows:
        first.setdefault(row.list, row)
    return tuple(first.values())


def _hours(texts: Iterable[HoursText]) -> tuple[Hours, ...]:
    return tuple(_opening(text) for text in texts)


def _opening(text: str) -> Hours:
    """`close <= open` runs past midnight; 24:00 is the end of the date (semantics 2.1)."""
    opens, closes = (int(wall[:2]) * 60 + int(wall[3:]) for wall in text.split("-"))
    return Hours(opens, closes if closes > opens else closes + 24 * 60)


def _week(week: WeekHours) -> Week:
    days = (week.monday, week.tuesday, week.wednesday, week.thursday, week.friday, week.saturday, week.sunday)
    usual = [week.weekdays or week.daily] * 5 + [week.daily] * 2
    return tuple(_hours(default if day is None else day) for day, default in zip(days, usual, strict=True))
