"""What differs between two replays in plain words, local times being those of the agreement's zone.

resolution: known on Fri 3 May 2024 12:00: BREACHED Thu 2 May 2024 10:00; known now: met, because
  correction 14 of Thu 9 May 2024 moved event 6 (resolved) from Thu 2 May 2024 15:00 to Thu 2 May 2024 09:30
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from domain.comparison.causes import Cause
from domain.comparison.difference import ClockDifference, Difference
from domain.comparison.outcomes import Outcome, Part, Stretch
from domain.comparison.said import change_words, said_words
from domain.conduct.irregularities import Irregularity
from domain.instants import SECOND
from domain.judgement import Judgement
from domain.ledger import VERDICTS, at
from domain.terms.durations import elapsed
from domain.terms.phrases import listing


def words(difference: Difference) -> list[str]:
    """The whole difference, line by line: each clock with why, then what else went in otherwise."""
    return [*_lines(difference)]


def sides(difference: Difference) -> tuple[str, str]:
    """What the two sides are called: by what was known, by the instant, or as they stand and otherwise."""
    before, after, where = difference.before, difference.after, difference.after.replay.terms.where
    if before.case.known_at != after.case.known_at:
        return _known_sides(before, after, where)
    if before.case.as_of != after.case.as_of:
        return f"as of {at(before.replay.as_of, where)}", f"as of {at(after.replay.as_of, where)}"
    return "as it stands", "otherwise"


def clock_words(clock: ClockDifference, difference: Difference) -> str:
    """One clock: what each side says of it, and because of what."""
    before, after = sides(difference)
    where = difference.after.replay.terms.where
    told = (
        f"{_name(clock)}: {before}: {outcome_words(clock.before, where)}; {after}: {outcome_words(clock.after, where)}"
    )
    because = "; or because ".join(cause_words(one, difference) for one in clock.causes)
    return f"{told}, because {because}" if because else told


def outcome_words(outcome: Outcome | None, where: ZoneInfo) -> str:
    """A verdict with the instant that made it."""
    if outcome is None:
        return "no such cycle"
    said = VERDICTS[outcome.verdict]
    if outcome.breached_at is not None:
        return f"{said} {at(outcome.breached_at, where)}"
    if outcome.stopped_at is not None:
        return f"{said} {at(outcome.stopped_at, where)}, used {elapsed(outcome.used)}"
    if outcome.started_at is None:
        return "not started"
    due = "" if outcome.due_at is None else f", due {at(outcome.due_at, where)}"
    return f"{said}, used {elapsed(outcome.used)}{due}"


def cause_words(cause: Cause, difference: Difference) -> str:
    together = ", together" if cause.decides == "together" and len(cause.changes) > 1 else ""
    return f"{listing((change_words(one, difference) for one in cause.changes), 'and')}{together}"


def _lines(difference: Difference) -> Iterator[str]:
    where = difference.after.replay.terms.where
    if difference.is_empty:
        yield "Nothing differs."
        return
    if not difference.clocks:
        yield "Every clock says the same."
    for clock in difference.clocks:
        yield clock_words(clock, difference)
        yield from _stretches(clock, where)
    regular, irregular = difference.irregularities
    before, after = sides(difference)
    yield from (f"{after} no longer irregular: {_irregular(one)}" for one in regular)
    yield from (f"{before} not irregular, {after} it is: {_irregular(one)}" for one in irregular)
    if difference.inputs:
        yield "What went in otherwise:"
        yield from (f"  {line}" for line in said_words(difference.inputs, difference))


def _irregular(one: Irregularity) -> str:
    event = "" if one.event is None else f"event {one.event}: "
    return f"{event}{one.detail} [{one.clause}]"


def _stretches(clock: ClockDifference, where: ZoneInfo) -> Iterator[str]:
    """Those in which time counts on one side only; of the others, how many there are."""
    counted = [one for one in clock.stretches if one.counted]
    yield from (f"  {_stretch(one, where)}" for one in counted)
    if alike := len(clock.stretches) - len(counted):
        several = f"{alike} stretches" if alike > 1 else "1 stretch"
        yield f"  {several} of time counted alike, under another event, severity or clause"


def _known_sides(before: Judgement, after: Judgement, where: ZoneInfo) -> tuple[str, str]:
    """Instants within one second read alike, and so do those just before something was recorded and from then on."""
    sides = _known(before, where), _known(after, where)
    one, other = before.case.known_at, after.case.known_at
    if one is None or other is None or (sides[0] != sides[1] and abs(one - other) > 1):
        return sides
    then = at(max(one, other) // SECOND, where)
    just_before, since = f"known just before {then}", f"known from {then} on"
    return (just_before, since) if one < other else (since, just_before)


def _known(judgement: Judgement, where: ZoneInfo) -> str:
    known_at = judgement.case.known_at
    return "known now" if known_at is None else f"known on {at(known_at // SECOND, where)}"


def _name(clock: ClockDifference) -> str:
    return clock.clock if clock.cycle == 1 else f"{clock.clock} {clock.cycle}"


def _stretch(stretch: Stretch, where: ZoneInfo) -> str:
    seconds = stretch.counted
    counted = f", {elapsed(abs(seconds))} {'more' if seconds > 0 else 'less'} counted" if seconds else ""
    start, end = at(stretch.start, where), at(stretch.end, where)
    return f"{start} - {end}: {_part(stretch.before)}, then {_part(stretch.after)}{counted}"


def _part(part: Part | None) -> str:
    if part is None:
        return "not going"
    begun = f"event {part.event}" if part.event else "the contract"
    said = {"counting": "counted", "closed": f"closed ({part.calendar})"}.get(part.state)
    told = said or f"paused, waiting on {' and '.join(part.waits)}"
    return f"{told} (severity {part.severity}, {begun}) {part.clause}"
