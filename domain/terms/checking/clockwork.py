"""Whether a clock can run as it is written: what starts it, how its target is counted, whether its rungs can be reached."""

from collections.abc import Iterator, Sequence

from domain.terms.agreement import ClockTerm, TargetRow, Trigger, WeekHours
from domain.terms.checking.boxes import TooManyCases, in_force, meet
from domain.terms.checking.covering import Survey, grouped
from domain.terms.checking.places import Flaw, key_of
from domain.terms.checking.positions import KeyPath
from domain.terms.phrases import listing, quoted
from domain.terms.rows import Row

_WHOLE_DAY = {"00:00-24:00", "00:00-00:00"}


def flaws(survey: Survey) -> Iterator[Flaw]:
    for clock in survey.agreement.clocks:
        yield from _triggers(clock, survey)
        yield from _cycles(clock, survey.path(clock))
        yield from _rungs(clock, survey)
        yield from _calendar_days(clock, survey)
        says = "another row for this event would replace it, whatever the severity"
        yield from _replaced(grouped(clock.agreed_dates, "event"), says, survey)
    for calendar in survey.agreement.calendars:
        says = "another closure of this date would replace it"
        yield from _replaced(grouped(calendar.closures, "date"), says, survey)
    yield from _zones_stay(survey)


# --- starting and stopping ------------------------------------------------------------------------------------------------


def _triggers(clock: ClockTerm, survey: Survey) -> Iterator[Flaw]:
    for trigger in clock.starts:
        yield from _cause(trigger, survey.path(trigger))
        yield from _start(clock, trigger, survey)
    for trigger in (*clock.stops, *clock.ends):
        path = survey.path(trigger)
        yield from _cause(trigger, path)
        for field in ("allowance_of", "unless_open", "backdated"):
            if getattr(trigger, field):
                yield Flaw((*path, field), "has an effect only where a clock starts", "drop it")


def _cause(trigger: Trigger, path: KeyPath) -> Iterator[Flaw]:
    if trigger.event and trigger.allowance_of:
        yield Flaw((*path, "allowance_of"), "stands beside an event", "write two rows, one for each")
    elif not trigger.event and not trigger.allowance_of:
        yield Flaw(path, "names nothing that could happen", 'add event = "…"')
    elif not trigger.event:
        for field in ("is_", "also", "first", "after_stop_of", "complete", "unless_open", "backdated", "severity"):
            if getattr(trigger, field):
                yield Flaw((*path, key_of(trigger, field)), "has no effect without an event", "drop it")


def _start(clock: ClockTerm, trigger: Trigger, survey: Survey) -> Iterator[Flaw]:
    path = survey.path(trigger)
    if trigger.backdated and trigger.event != "opened":
        yield Flaw(
            (*path, "backdated"), "only an opening can name an earlier report", 'drop it, or write event = "opened"'
        )
    if trigger.after_stop_of == clock.name and not clock.repeats:
        yield Flaw((*path, "after_stop_of"), "a clock cannot start after its own stop", "name another clock")
    if not trigger.allowance_of:
        return
    if clock.name in _awaited(trigger.allowance_of, survey):
        says = f"{clock.name} would wait for the end of its own allowance"
        yield Flaw((*path, "allowance_of"), says, "start one of these clocks by an event")
    elif not _has_allowance(trigger.allowance_of, survey):
        says = f"{trigger.allowance_of} never has an allowance that could end"
        yield Flaw((*path, "allowance_of"), says, "give that clock a target, or start this one by an event")


def _awaited(name: str, survey: Survey) -> set[str]:
    """The clocks whose allowances have to end before that of this one can, itself included."""
    awaited: set[str] = set()
    further = {name}
    while further:
        awaited |= further
        clocks = [clock for clock in survey.agreement.clocks if clock.name in further]
        further = {row.allowance_of for clock in clocks for row in clock.starts if row.allowance_of} - awaited
    return awaited


def _cycles(clock: ClockTerm, path: KeyPath) -> Iterator[Flaw]:
    if clock.repeats and not clock.ends:
        yield Flaw((*path, "repeats"), "a clock that repeats needs an end", 'add ends = [{ event = "resolved" }]')
    if clock.ends and not clock.repeats:
        yield Flaw((*path, "ends"), "only a clock that repeats has ends", "write stops instead, or add repeats = true")
    ascending = sorted(set(clock.warnings))
    if list(clock.warnings) != ascending:
        yield Flaw((*path, "warnings"), "stand neither doubled nor out of order", f"write {ascending}")


# --- counting -------------------------------------------------------------------------------------------------------------


def _rungs(clock: ClockTerm, survey: Survey) -> Iterator[Flaw]:
    for rung in clock.rungs:
        by_target = rung.after.kind == "target-of"
        name = rung.after.clock if by_target else clock.name
        if rung.after.kind in ("allowance", "target-of") and not _has_allowance(name, survey, by_date=not by_target):
            says = f"is never reached: {name} has no {'target' if by_target else 'allowance'} but best effort"
            yield Flaw((*survey.path(rung), "after"), says, "give an amount of time")


def _has_allowance(name: str, survey: Survey, *, by_date: bool = True) -> bool:
    """Whether a clock can ever have one; of a clock that does not exist nothing is said."""
    clocks = [clock for clock in survey.agreement.clocks if clock.name == name]
    return not clocks or any(
        (by_date and clock.agreed_dates) or any(row.target.kind != "best-effort" for row in clock.targets)
        for clock in clocks
    )


def _calendar_days(clock: ClockTerm, survey: Survey) -> Iterator[Flaw]:
    """Calendar days pass at night too: as a budget on a calendar that closes they would take longer (semantics 3.2)."""
    for row in clock.targets:
        if row.target.kind != "calendar-days":
            continue
        closing = [name for name in _calendars_of(row, clock, survey) if not _is_always_open(name, survey)]
        if closing:
            says = f"{row.target} would be counted on {listing(map(quoted, closing))}, which is not always open"
            remedy = "name a calendar with daily hours of 00:00-24:00, without holidays and closures"
            yield Flaw((*survey.path(row), "target"), says, remedy)


def _calendars_of(row: TargetRow, clock: ClockTerm, survey: Survey) -> list[str]:
    """The calendars on which a target may come to be counted."""
    coverage = survey.agreement.coverage.get(clock.coverage, ())
    if row.calendar or not survey.knows([*clock.targets, *coverage]):
        return [row.calendar] if row.calendar else []
    try:
        targets, _ = in_force(map(survey.box, clock.targets), survey.cases.all)
        hours, _ = in_force(map(survey.box, coverage), survey.cases.all)
    except TooManyCases:
        return []
    own = next(boxes for one, boxes in zip(clock.targets, targets, strict=True) if one is row)
    used = (
        one.calendar
        for one, boxes in zip(coverage, hours, strict=True)
        if any(meet(box, other) for box in boxes for other in own)
    )
    return list(dict.fromkeys(used))


def _is_always_open(name: str, survey: Survey) -> bool:
    return all(
        all(_WHOLE_DAY & set(hours) for hours in week_hours(calendar.week))
        and not calendar.holidays
        and not calendar.closures
        for calendar in survey.agreement.calendars
        if calendar.name == name
    )


def week_hours(week: WeekHours) -> list[tuple[str, ...]]:
    """The hours of Monday to Sunday."""
    days = (week.monday, week.tuesday, week.wednesday, week.thursday, week.friday, week.saturday, week.sunday)
    usual = [week.weekdays or week.daily] * 5 + [week.daily] * 2
    return [given if day is None else day for day, given in zip(days, usual, strict=True)]


# --- what would silently hold instead -------------------------------------------------------------------------------------


def _replaced(groups: Sequence[Sequence[Row]], says: str, survey: Survey) -> Iterator[Flaw]:
    """Rows of which not the first but the last that applies holds."""
    for rows in groups:
        for place, row in enumerate(rows):
            if any(survey.meet(row, later) for later in rows[place + 1 :]):
                yield Flaw(survey.path(row), says, "keep one, or make their conditions exclude each other")


def _zones_stay(survey: Survey) -> Iterator[Flaw]:
    for editions in grouped(survey.agreement.calendars, "name"):
        for place, calendar in enumerate(editions):
            if any(other.zone != calendar.zone and survey.meet(other, calendar) for other in editions[:place]):
                says = "a calendar keeps its zone, and an earlier one of this name has another"
                yield Flaw((*survey.path(calendar), "zone"), says, "give these hours a calendar of their own")
