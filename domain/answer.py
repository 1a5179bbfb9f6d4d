"""The public JSON form of a judgement (case file format, "The answer"): instants in UTC with `Z`, durations in whole seconds."""

from typing_extensions import TypedDict

from domain.clocks.clock import Clock
from domain.clocks.ladder import rungs, warnings
from domain.clocks.segments import segments
from domain.conduct.duties import Owed
from domain.conduct.irregularities import Irregularity
from domain.instants import SECOND, text
from domain.judgement import Alternative, Judgement

SegmentAnswer = TypedDict(
    "SegmentAnswer",
    {
        "from": str,
        "to": str,
        "state": str,
        "severity": int,
        "calendar": str,
        "waits": list[str],
        "event": int,
        "clause": str,
    },
)


class RungAnswer(TypedDict):
    role: str
    does: str
    clause: str
    due_at: str | None
    reached_at: str | None


class WarningAnswer(TypedDict):
    percent: int
    due_at: str | None
    reached_at: str | None


class ClockAnswer(TypedDict):
    clock: str
    cycle: int
    state: str
    verdict: str
    started_at: str | None
    stopped_at: str | None
    due_at: str | None
    breached_at: str | None
    allowance_seconds: int | None
    used_seconds: int
    left_seconds: int | None
    clause: str
    segments: list[SegmentAnswer]
    rungs: list[RungAnswer]
    warnings: list[WarningAnswer]
    readings: dict[str, str]
    assumptions: list[str]
    notes: list[str]
    depends_on_reading: bool


class IrregularityAnswer(TypedDict):
    event: int | None
    clause: str
    says: str
    detail: str
    remedy: str
    readings: list[str]
    assumptions: list[str]


class OwedAnswer(TypedDict):
    since: str
    clause: str
    event: int | None
    by: list[str]
    to: list[str]
    says: str
    detail: str
    readings: list[str]
    assumptions: list[str]


class ChangeAnswer(TypedDict):
    clock: str
    cycle: int
    verdict: str | None
    verdict_then: str | None


class ReadingAnswer(TypedDict):
    reading: str
    option: str
    changes: list[ChangeAnswer]


class Answer(TypedDict, total=False):
    case: str
    agreement: str
    agreement_version: str
    as_of: str
    known_at: str | None
    severity: int | None
    status: str
    clocks: list[ClockAnswer]
    irregularities: list[IrregularityAnswer]
    owed: list[OwedAnswer]
    readings: list[ReadingAnswer]


def answer(judgement: Judgement, *, all_readings: bool = False) -> Answer:
    """The answer to a case; with `all_readings` also each single reading that changes a verdict, and what it changes."""
    replay = judgement.replay
    known_at = judgement.case.known_at
    told = Answer(
        case=judgement.case.name,
        agreement=replay.terms.agreement.id,
        agreement_version=replay.terms.agreement.version,
        as_of=text(replay.as_of),
        known_at=None if known_at is None else text(known_at // SECOND),
        severity=replay.severity,
        status=replay.status,
        clocks=[_clock(clock, judgement) for clock in replay.clocks],
        irregularities=[_irregularity(one) for one in judgement.irregularities],
        owed=[_owed(one) for one in judgement.owed],
    )
    if all_readings:
        told["readings"] = [_reading(alternative) for alternative in judgement.alternatives]
    return told


def _clock(clock: Clock, judgement: Judgement) -> ClockAnswer:
    relied_on = judgement.relies_on(clock)
    return ClockAnswer(
        clock=clock.terms.name,
        cycle=clock.cycle,
        state=clock.state.value,
        verdict=clock.verdict(judgement.replay.excused).value,
        started_at=_text(clock.started_at),
        stopped_at=_text(clock.stopped_at),
        due_at=_text(clock.due_at),
        breached_at=_text(clock.breached_at),
        allowance_seconds=clock.allowance,
        used_seconds=clock.used,
        left_seconds=clock.left,
        clause=clock.clause,
        segments=[
            {
                "from": text(segment.start),
                "to": text(segment.end),
                "state": segment.state,
                "severity": segment.severity,
                "calendar": segment.calendar,
                "waits": list(segment.waits),
                "event": segment.event,
                "clause": segment.clause,
            }
            for segment in segments(clock)
        ],
        rungs=[
            RungAnswer(
                role=rung.role,
                does=rung.does,
                clause=rung.clause,
                due_at=_text(rung.due_at),
                reached_at=_text(rung.reached_at),
            )
            for rung in rungs(clock)
        ],
        warnings=[
            WarningAnswer(percent=one.percent, due_at=_text(one.due_at), reached_at=_text(one.reached_at))
            for one in warnings(clock)
        ],
        readings=relied_on.readings,
        assumptions=list(relied_on.assumptions),
        notes=list(judgement.notes(clock)),
        depends_on_reading=judgement.depends_on_reading(clock),
    )


def _irregularity(irregularity: Irregularity) -> IrregularityAnswer:
    return IrregularityAnswer(
        event=irregularity.event,
        clause=irregularity.clause,
        says=irregularity.says,
        detail=irregularity.detail,
        remedy=irregularity.remedy,
        readings=list(irregularity.readings),
        assumptions=list(irregularity.assumes),
    )


def _owed(owed: Owed) -> OwedAnswer:
    return OwedAnswer(
        since=text(owed.since),
        clause=owed.clause,
        event=owed.event,
        by=list(owed.by),
        to=list(owed.to),
        says=owed.says,
        detail=owed.detail,
        readings=list(owed.readings),
        assumptions=list(owed.assumes),
    )


def _reading(alternative: Alternative) -> ReadingAnswer:
    return ReadingAnswer(
        reading=alternative.reading,
        option=alternative.option,
        changes=[
            ChangeAnswer(clock=clock, cycle=cycle, verdict=was and was.value, verdict_then=then and then.value)
            for (clock, cycle), (was, then) in alternative.changes.items()
        ],
    )


def _text(second: int | None) -> str | None:
    return None if second is None else text(second)
