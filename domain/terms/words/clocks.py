"""A clock of an agreement in words: what starts, stops and pauses it, its hours, its targets, its ladder."""

from collections.abc import Callable, Iterator
from itertools import groupby

from domain.terms.agreement import ClockTerm, LimitRow, RungRow, TargetRow, Trigger
from domain.terms.phrases import listing, severities
from domain.terms.words.lines import Line, labelled
from domain.terms.words.view import Shown, View, grounds

WAITS = {
    "customer": "the customer",
    "third-party": "a third party",
    "access": "access",
    "authorization": "an authorization",
    "fees": "unpaid fees",
    "contact": "a contact of the customer",
}
ROLE_IS = {"escalate": "escalated to", "notify": "told to", "assign": "assigned to", "alarm": "alarm to"}
COUNTED = {
    "end-of-day": "they end with the last closing of the last of them",
    "opening-of-day": "they end with the first opening of the last of them",
    "counted-day": "each is as much counted time as the longest ordinary day has",
}
ON_CHANGE = {
    "carry": "the time used stays counted; target and hours of the new severity hold from then on",
    "restart": "it begins anew, as if it had started then",
    "remeasure": "it is measured as if the new severity had held from the start",
    "keep": "target and hours stay those of the start",
}
ON_REOPENING = {
    "resume": "it goes on with the time used",
    "new-cycle": "it begins anew",
    "ignore": "it does not run again",
}


def clock_words(clock: ClockTerm, view: View) -> Iterator[Line]:
    yield Line("name", f"{clock.title} [{clock.clause}]", clock.name)
    for label, triggers in (("starts", clock.starts), ("stops", clock.stops), ("ends for good", clock.ends)):
        yield from labelled(label, (_trigger(shown, clock) for shown in view.all(triggers)))
    if clock.repeats:
        yield from labelled("repeats", ["every stop starts the next cycle, until it ends for good"])
    yield from labelled("is paused", list(_pauses(clock, view)) or ["by no wait"])
    yield from labelled("counts", _by_severity(view, lambda at: _hours(clock, at)))
    yield from labelled("target", _by_severity(view, lambda at: _targets(clock, at)))
    yield from labelled("business days", _business_days(clock, view))
    yield from labelled("agreed date", _agreed_dates(clock, view))
    yield from labelled("ladder", _by_severity(view, lambda at: _rungs(clock, at)))
    yield from labelled("new severity", _mode(view, clock, "on_severity_change", ON_CHANGE, "carry"))
    if clock.ends:
        yield from labelled("reopening", ["a cycle that has ended stays so; what starts the next is told above"])
    else:
        yield from labelled("reopening", _mode(view, clock, "on_reopening", ON_REOPENING, "resume"))
    warnings = f"at {listing(clock.warnings)} % of the allowance" if clock.warnings else "none"
    yield from labelled("warnings", [warnings])
    yield from labelled("assumed", [listing(clock.assumes)] if clock.assumes else [])


def _by_severity(view: View, told: Callable[[View], list[str]]) -> Iterator[str]:
    """What is told at each severity; severities of which the same is told stand together."""
    numbers = view.agreement.severity_numbers
    if len({tuple(told(view.at(number))) for number in numbers}) == 1:
        yield from told(view.at(numbers[0]))
        return
    for lines, several in groupby(numbers, key=lambda number: told(view.at(number))):
        label = severities(tuple(several))
        yield from (f"{label}: {line}" for line in lines)


def _trigger(shown: Shown[Trigger], clock: ClockTerm) -> str:
    row = shown.row
    event = event_words(row.event) if row.event else f"the end of the allowance of {row.allowance_of}"
    parts = [f"the first {event}" if row.first else event]
    parts += [f"({field} {listing(map(str, values), 'or')})" for field, values in row.is_.items()]
    parts += [f"and {event_words(row.also)}, whichever comes last"] if row.also else []
    parts += [f"once {row.after_stop_of} has stopped"] if row.after_stop_of else []
    parts += [f"with all of {listing(row.complete)} told"] if row.complete else []
    parts += [f"(out of the hours of {row.unless_open}: their next opening)"] if row.unless_open else []
    parts += ["as of the report that it was split off from"] if row.backdated else []
    return f"{' '.join(parts)}{shown.where}{grounds(row, clock.clause)}"


def event_words(event: str) -> str:
    return event.replace("_", " ")


def _pauses(clock: ClockTerm, view: View) -> Iterator[str]:
    for shown in view.all(clock.pauses):
        yield f"while waiting for {WAITS[shown.row.on]}{shown.where}{grounds(shown.row, clock.clause)}"


def _hours(clock: ClockTerm, view: View) -> list[str]:
    rows, _ = view.first(view.agreement.coverage.get(clock.coverage, ()))
    return [f"in the hours of {shown.row.calendar}{shown.where}{grounds(shown.row, clock.clause)}" for shown in rows]


def _targets(clock: ClockTerm, view: View) -> list[str]:
    rows, more = view.first(clock.targets)
    told = [_target(shown, clock, view) for shown in rows]
    return [*told, f"{'otherwise ' if told else ''}best effort{grounds(None, clock.clause)}"] if more else told


def _target(shown: Shown[TargetRow], clock: ClockTerm, view: View) -> str:
    row = shown.row
    limited = str(row.target) if row.target.kind == "best-effort" else _limited(row, clock, view)
    hours = f" in the hours of {row.calendar}" if row.calendar else ""
    return f"{limited}{hours}{shown.where}{grounds(row, clock.clause)}"


def _limited(row: TargetRow, clock: ClockTerm, view: View) -> str:
    """The target with its limit in front, or behind it where that depends on more."""
    limits, more = view.under(row).first(clock.limits)
    if not limits:
        return f"at most {row.target}"
    if len(limits) == 1 and not more:
        return f"{limits[0].row.limit} {row.target}{_own_grounds(limits[0].row)}"
    told = [f"{shown.row.limit}{shown.where}{_own_grounds(shown.row)}" for shown in limits]
    return f"{row.target} ({'; '.join([*told, *(['otherwise at most'] if more else [])])})"


def _own_grounds(row: LimitRow) -> str:
    return grounds(row) if row.clause or row.assumes else ""


def _business_days(clock: ClockTerm, view: View) -> Iterator[str]:
    if any(row.target.kind == "business-days" for row in clock.targets) or clock.business_days:
        rows, more = view.first(clock.business_days)
        for shown in rows:
            yield f"{COUNTED[shown.row.counts]}{shown.where}{grounds(shown.row, clock.clause)}"
        if more:
            yield f"{'otherwise ' if rows else ''}{COUNTED['end-of-day']}"


def _agreed_dates(clock: ClockTerm, view: View) -> Iterator[str]:
    for shown in view.all(clock.agreed_dates):
        hours = f", counted in the hours of {shown.row.calendar}" if shown.row.calendar else ""
        event = event_words(shown.row.event)
        yield f"a date set by {event} takes the place of the target{hours}{shown.where}{grounds(shown.row, clock.clause)}"


def _rungs(clock: ClockTerm, view: View) -> list[str]:
    return [_rung(shown, clock) for shown in view.all(clock.rungs)]


def _rung(shown: Shown[RungRow], clock: ClockTerm) -> str:
    row = shown.row
    return f"after {row.after} {ROLE_IS[row.does]} {row.role}{shown.where}{grounds(row, clock.clause)}"


def _mode(view: View, clock: ClockTerm, field: str, modes: dict[str, str], default: str) -> Iterator[str]:
    rows, more = view.first(getattr(clock, field))
    for shown in rows:
        yield f"{modes[shown.row.mode]}{shown.where}{grounds(shown.row, clock.clause)}"
    if more:
        yield f"{'otherwise ' if rows else ''}{modes[default]}"
