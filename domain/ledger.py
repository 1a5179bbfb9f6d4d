"""A judgement as a page a person can read: each clock, and a line for every second of its life, with the clause.

Local times are those of the agreement's zone; each page names it. Durations are counted time.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.clocks.clock import Clock, State, Verdict
from domain.clocks.ladder import RungState, rungs
from domain.clocks.segments import Segment, segments
from domain.conduct.irregularities import Irregularity
from domain.instants import SECOND
from domain.judgement import Judgement
from domain.terms.durations import elapsed
from domain.terms.zones import local, which_of_two

VERDICTS = {
    Verdict.OPEN: "open",
    Verdict.MET: "met",
    Verdict.BREACHED: "BREACHED",
    Verdict.EXCUSED: "breached, excused",
    Verdict.NONE: "no verdict",
}
"""What a verdict is called where people read it."""

UNDISPUTED = "no other reading alone would change a verdict"


def page(judgement: Judgement, *, all_readings: bool = False) -> str:
    """The whole page; with `all_readings` it ends with each single reading that would change a verdict, or says that none would."""
    return "\n".join(_lines(judgement, all_readings)) + "\n"


def _lines(judgement: Judgement, all_readings: bool) -> Iterator[str]:
    where = judgement.replay.terms.where
    yield from _head(judgement, where)
    for clock in judgement.replay.clocks:
        yield ""
        yield from _clock(clock, judgement, where)
    yield from _listed("Readings taken:", _readings_taken(judgement))
    yield from _listed("Assumed, where the text is silent:", _assumptions(judgement))
    yield from _listed("Irregular, and judged all the same:", [_irregular(one) for one in judgement.irregularities])
    yield from _listed("Owed:", [f"{one.says} (since {at(one.since, where)}) [{one.clause}]" for one in judgement.owed])
    if all_readings:
        yield from _listed("Read otherwise:", [*_readings(judgement)] or [UNDISPUTED])


def _head(judgement: Judgement, where: ZoneInfo) -> Iterator[str]:
    replay, case = judgement.replay, judgement.case
    agreement, scope = replay.terms.agreement, replay.terms.scope
    terms = ", ".join(part for part in (scope.plan, scope.region) if part)
    name = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in case.name)
    yield f"{name}: {agreement.title} ({agreement.id} {agreement.version}), {terms}"
    known = "" if case.known_at is None else f", as known at {at(case.known_at // SECOND, where)}"
    severity = "not opened yet" if replay.severity is None else f"{replay.status}, severity {replay.severity}"
    yield f"as of {at(replay.as_of, where)} {where.key}{known}: {severity}"


def _clock(clock: Clock, judgement: Judgement, where: ZoneInfo) -> Iterator[str]:
    verdict = VERDICTS[clock.verdict(judgement.replay.excused)]
    cycle = f" {clock.cycle}" if clock.terms.repeats or clock.cycle > 1 else ""
    yield f"{clock.terms.name}{cycle}: {verdict}, {_state(clock, where)}"
    if clock.started_at is None:
        return
    yield f"  {_figures(clock, where)} [{clock.clause}]"
    ledger = [(_span(segment, where), _counted(segment)) for segment in segments(clock)]
    width = max((len(span) for span, _ in ledger), default=0)
    yield from (f"  {span:{width}}  {said}" for span, said in ledger)
    yield from (f"  {_rung(rung, where)}" for rung in rungs(clock))
    yield from (f"  note: {note}" for note in judgement.notes(clock))
    cycle_of = (clock.terms.name, clock.cycle)
    for alternative in judgement.alternatives:
        if cycle_of in alternative.changes:
            _, then = alternative.changes[cycle_of]
            yield f"  read otherwise: {alternative.reading} = {alternative.option} would say {_said(then)}"


def _state(clock: Clock, where: ZoneInfo) -> str:
    match clock.state:
        case State.PENDING:
            return "not started"
        case State.STOPPED | State.VOID if clock.stopped_at is not None:
            return f"{clock.state.value} {at(clock.stopped_at, where)}"
        case State.PAUSED:
            return f"paused, waiting on {' and '.join(clock.waits)}"
        case _:
            return clock.state.value


def _figures(clock: Clock, where: ZoneInfo) -> str:
    parts = [f"used {elapsed(clock.used)}"]
    if clock.allowance is None:
        parts.append("best effort, no target")
    else:
        left = clock.allowance - clock.used
        limit = "less than" if clock.less_than else "at most"
        parts.append(f"of {limit} {elapsed(clock.allowance)}")
        parts.append(f"over by {elapsed(-left)}" if left < 0 else f"left {elapsed(left)}")
    if clock.due_at is not None:
        parts.append(f"due {at(clock.due_at, where)}")
    if clock.breached_at is not None:
        parts.append(f"breached {at(clock.breached_at, where)}")
    return ", ".join(parts)


def _span(segment: Segment, where: ZoneInfo) -> str:
    """`Mon 11 Mar 09:00-11:20`; the date of the end, and the years, only where they differ."""
    start, end = local(segment.start, where), local(segment.end, where)
    if start.date() == end.date():
        return f"{day(start)} {_time(start)}-{_time(end)}"
    years = start.year != end.year
    return f"{day(start, year=years)} {_time(start)} - {day(end, year=years)} {_time(end)}"


def _counted(segment: Segment) -> str:
    match segment.state:
        case "counting":
            said = f"counted {elapsed(segment.end - segment.start)}"
        case "closed":
            said = f"closed ({segment.calendar})"
        case "paused":
            begun = f"event {segment.event}" if segment.event else "the contract"
            said = f"paused, waiting on {' and '.join(segment.waits)} ({begun})"
    return f"{said}, {segment.clause}"


def _rung(rung: RungState, where: ZoneInfo) -> str:
    if rung.reached_at is not None:
        return f"rung {rung.role}: reached {at(rung.reached_at, where)}, {rung.clause}"
    due = "ahead" if rung.due_at is None else f"due {at(rung.due_at, where)}"
    return f"rung {rung.role}: {due}, {rung.clause}"


def _readings_taken(judgement: Judgement) -> list[str]:
    """Each reading that took part in a clock's figures, with the option taken and the clocks."""
    clocks: dict[str, list[str]] = {}
    for clock in judgement.replay.clocks:
        for reading in judgement.relies_on(clock).readings if clock.spans else ():
            clocks.setdefault(reading, []).append(clock.terms.name)
    chosen = judgement.replay.terms.scope.readings
    return [f"{reading} = {chosen[reading]} ({_names(clocks[reading])})" for reading in sorted(clocks)]


def _assumptions(judgement: Judgement) -> list[str]:
    """Each assumption that took part, in words, with the clocks."""
    clocks: dict[str, list[str]] = {}
    for clock in judgement.replay.clocks:
        for assumption in judgement.relies_on(clock).assumptions:
            clocks.setdefault(assumption, []).append(clock.terms.name)
    says = {one.id: one.says for one in judgement.replay.terms.agreement.assumptions}
    return [f"{says.get(one, '')} [{one}] ({_names(clocks[one])})" for one in sorted(clocks)]


def _names(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _readings(judgement: Judgement) -> Iterator[str]:
    """Each reading that would change a verdict, cycle by cycle, also where only one of the two has such a cycle."""
    for alternative in judgement.alternatives:
        for (clock, cycle), (was, then) in alternative.changes.items():
            yield f"{alternative.reading} = {alternative.option}: {clock} {cycle} {_said(was)}, then {_said(then)}"


def _said(verdict: Verdict | None) -> str:
    return "no such cycle" if verdict is None else VERDICTS[verdict]


def _irregular(irregularity: Irregularity) -> str:
    who = "" if irregularity.event is None else f"event {irregularity.event}: "
    return f"{who}{irregularity.says} Here: {irregularity.detail} [{irregularity.clause}]"


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def at(second: int, where: ZoneInfo) -> str:
    """A second as people of a zone read it: `Fri 3 May 2024 10:00`."""
    shown = local(second, where)
    return f"{day(shown, year=True)} {_time(shown)}"


def day(shown: datetime, *, year: bool = False) -> str:
    """English, whatever the machine's locale."""
    date = f"{_DAYS[shown.weekday()]} {shown.day} {_MONTHS[shown.month - 1]}"
    return f"{date} {shown.year}" if year else date


def _time(shown: datetime) -> str:
    """Of a time that the clocks of the zone show twice it is said which of both it is."""
    return f"{shown:%H:%M:%S}{which_of_two(shown)}" if shown.second else f"{shown:%H:%M}{which_of_two(shown)}"


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
