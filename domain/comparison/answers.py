"""The public JSON form of a difference: instants in UTC with `Z`, durations in whole seconds, events as a case file has them."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from typing_extensions import TypedDict

from domain.comparison.causes import Cause
from domain.comparison.difference import ClockDifference, Difference, Otherwise
from domain.comparison.inputs import (
    Change,
    ContractEventChange,
    EventChange,
    FactChange,
    InstantChange,
    ReadingChange,
    TermsChange,
)
from domain.comparison.outcomes import Outcome, Part, Stretch
from domain.comparison.said import change_words
from domain.comparison.wording import clock_words, sides, words
from domain.conduct.irregularities import Irregularity
from domain.instants import SECOND, micros, text
from domain.judgement import Judgement
from domain.terms.selection import Selector
from domain.ticket.history import Person, Recorded

EventLine = dict[str, Any]
"""An event as a case file has it, with its number."""


class SideAnswer(TypedDict):
    """One of the two replays."""

    called: str
    as_of: str
    known_at: str | None
    agreement: str
    agreement_version: str
    plan: str
    readings: dict[str, str]
    severity: int | None
    status: str


class ChangeAnswer(TypedDict):
    """A difference of what went in: `kind` says of what, `before` and `after` what it was on each side."""

    number: int
    kind: str
    says: str
    before: Any
    after: Any


class OtherwiseAnswer(TypedDict):
    event: int
    before: EventLine | None
    after: EventLine | None


class OutcomeAnswer(TypedDict):
    verdict: str
    state: str
    started_at: str | None
    stopped_at: str | None
    due_at: str | None
    breached_at: str | None
    allowance_seconds: int | None
    used_seconds: int
    left_seconds: int | None


class PartAnswer(TypedDict):
    state: str
    severity: int
    calendar: str
    waits: list[str]
    event: int
    clause: str


StretchAnswer = TypedDict(
    "StretchAnswer",
    {
        "from": str,
        "to": str,
        "before": PartAnswer | None,
        "after": PartAnswer | None,
        "counted_seconds": int,
    },
)


class CauseAnswer(TypedDict):
    """Which of the `inputs`, by number, make the clock come out so: each `alone`, or several `together`."""

    decides: str
    inputs: list[int]


class ClockDifferenceAnswer(TypedDict):
    clock: str
    cycle: int
    says: str
    changes_verdict: bool
    before: OutcomeAnswer | None
    after: OutcomeAnswer | None
    counted_seconds: int
    segments: list[StretchAnswer]
    because: list[CauseAnswer]


class IrregularAnswer(TypedDict):
    """An act that broke a rule, on one side only; the rest as in the answer of the case file format."""

    event: int | None
    clause: str
    detail: str


class DifferenceAnswer(TypedDict):
    case: str
    zone: str
    before: SideAnswer
    after: SideAnswer
    inputs: list[ChangeAnswer]
    judged_otherwise: list[OtherwiseAnswer]
    waits_struck_before: list[int]
    waits_struck_after: list[int]
    clocks: list[ClockDifferenceAnswer]
    irregular_before: list[IrregularAnswer]
    irregular_after: list[IrregularAnswer]
    words: list[str]


def difference_answer(difference: Difference) -> DifferenceAnswer:
    """The public form of a difference; `inputs` are numbered from 1, and causes name them so."""
    before, after = sides(difference)
    struck_before, struck_after = difference.waits_struck
    return DifferenceAnswer(
        case=difference.after.case.name,
        zone=difference.after.replay.terms.where.key,
        before=_side(difference.before, before),
        after=_side(difference.after, after),
        inputs=[_change(number, one, difference) for number, one in enumerate(difference.inputs, start=1)],
        judged_otherwise=[_otherwise(one) for one in difference.otherwise],
        waits_struck_before=sorted(struck_before),
        waits_struck_after=sorted(struck_after),
        clocks=[_clock(one, difference) for one in difference.clocks],
        irregular_before=[_irregular(one) for one in difference.irregularities[0]],
        irregular_after=[_irregular(one) for one in difference.irregularities[1]],
        words=words(difference),
    )


def event_line(one: Recorded) -> EventLine:
    """An event as a case file has it, with its number and UTC instants."""
    said = one.event.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"effective_at", "event"})
    line: EventLine = {"number": one.number, "at": text(one.at // SECOND), "event": one.event.event, **said}
    line["recorded_at"] = text(one.recorded_at // SECOND)
    if one.by is not None:
        line["by"] = one.by.model_dump(mode="json") if isinstance(one.by, Person) else one.by
    return line


def outcome_answer(outcome: Outcome | None) -> OutcomeAnswer | None:
    """What a replay says of a clock, None where it has no such cycle."""
    if outcome is None:
        return None
    return OutcomeAnswer(
        verdict=outcome.verdict.value,
        state=outcome.state.value,
        started_at=_text(outcome.started_at),
        stopped_at=_text(outcome.stopped_at),
        due_at=_text(outcome.due_at),
        breached_at=_text(outcome.breached_at),
        allowance_seconds=outcome.allowance,
        used_seconds=outcome.used,
        left_seconds=outcome.left,
    )


def _side(judgement: Judgement, called: str) -> SideAnswer:
    replay, known_at = judgement.replay, judgement.case.known_at
    return SideAnswer(
        called=called,
        as_of=text(replay.as_of),
        known_at=None if known_at is None else text(known_at // SECOND),
        agreement=replay.terms.agreement.id,
        agreement_version=replay.terms.agreement.version,
        plan=replay.terms.scope.plan,
        readings=dict(sorted(replay.terms.scope.readings.items())),
        severity=replay.severity,
        status=replay.status,
    )


def _change(number: int, change: Change, difference: Difference) -> ChangeAnswer:
    kind, before, after = _told(change)
    return ChangeAnswer(number=number, kind=kind, says=change_words(change, difference), before=before, after=after)


def _told(change: Change) -> tuple[str, Any, Any]:
    """What kind of difference it is, and both sides of it as JSON has them."""
    match change:
        case EventChange(before=before, after=after):
            return "event", before and event_line(before), after and event_line(after)
        case ContractEventChange(before=before, after=after):
            return "contract event", _plain(before), _plain(after)
        case FactChange(name=name, before=before, after=after):
            return f"contract {name}", _plain(before), _plain(after)
        case ReadingChange(reading=reading, before=before, after=after):
            return f"reading {reading}", before, after
        case TermsChange(before=before, after=after):
            return "terms", _terms(before), _terms(after)
        case InstantChange(before=before, after=after):
            return "as of", text(before // SECOND), text(after // SECOND)


def _terms(selector: Selector) -> dict[str, Any]:
    return {"agreement": selector.agreement.id, "version": selector.agreement.version}


def _plain(value: Any) -> Any:
    match value:
        case BaseModel():
            told = value.model_dump(mode="json", by_alias=True, exclude_unset=True)
            if "at" in told:
                told["at"] = text(micros(value.effective_at) // SECOND)  # type: ignore[attr-defined]
            return told
        case Mapping():
            return {name: _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value


def _otherwise(one: Otherwise) -> OtherwiseAnswer:
    return OtherwiseAnswer(
        event=one.number,
        before=None if one.before is None else event_line(one.before),
        after=None if one.after is None else event_line(one.after),
    )


def _clock(clock: ClockDifference, difference: Difference) -> ClockDifferenceAnswer:
    return ClockDifferenceAnswer(
        clock=clock.clock,
        cycle=clock.cycle,
        says=clock_words(clock, difference),
        changes_verdict=clock.changes_verdict,
        before=outcome_answer(clock.before),
        after=outcome_answer(clock.after),
        counted_seconds=clock.counted,
        segments=[_stretch(one) for one in clock.stretches],
        because=[_cause(one, difference) for one in clock.causes],
    )


def _irregular(one: Irregularity) -> IrregularAnswer:
    return IrregularAnswer(event=one.event, clause=one.clause, detail=one.detail)


def _cause(cause: Cause, difference: Difference) -> CauseAnswer:
    numbers = {id(one): number for number, one in enumerate(difference.inputs, start=1)}
    return CauseAnswer(decides=cause.decides, inputs=[numbers[id(one)] for one in cause.changes])


def _stretch(stretch: Stretch) -> StretchAnswer:
    return {
        "from": text(stretch.start),
        "to": text(stretch.end),
        "before": _part(stretch.before),
        "after": _part(stretch.after),
        "counted_seconds": stretch.counted,
    }


def _part(part: Part | None) -> PartAnswer | None:
    if part is None:
        return None
    return PartAnswer(
        state=part.state,
        severity=part.severity,
        calendar=part.calendar,
        waits=list(part.waits),
        event=part.event,
        clause=part.clause,
    )


def _text(second: int | None) -> str | None:
    return None if second is None else text(second)
