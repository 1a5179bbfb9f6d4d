"""The public JSON form of an evaluation: instants in UTC with `Z`, durations in whole seconds."""

from typing_extensions import TypedDict

from domain.clocks.clock import Clock
from domain.disputes.claims import in_words
from domain.disputes.evaluation import Evaluation, Supposed, clock_of
from domain.instants import SECOND, text
from domain.judgement import Cycle, Judgement
from domain.terms.phrases import listing


class FiguresAnswer(TypedDict):
    """A clock in dispute, as it would fare."""

    clock: str
    cycle: int
    verdict: str
    due_at: str | None
    breached_at: str | None
    used_seconds: int
    left_seconds: int | None


class DecidingAnswer(TypedDict):
    """A smallest set of claims that brings the clock to this verdict."""

    verdict: str
    claims: list[int]


class DecidedAnswer(TypedDict):
    """`record` is the verdict without the claims, `together` that with all; null where there is no such cycle then."""

    clock: str
    cycle: int
    record: str | None
    together: str | None
    decided_by: list[DecidingAnswer]
    indispensable: list[int]
    says: str


class EvaluatedClaimAnswer(TypedDict):
    """`misfit` says why the claim does not fit the ticket any more, empty where it does."""

    number: int
    says: str
    misfit: str
    changes: bool
    alone: list[FiguresAnswer]
    all_but: list[FiguresAnswer]


class CombinationAnswer(TypedDict):
    claims: list[int]
    misfit: str
    verdicts: list[FiguresAnswer]


class EvaluationAnswer(TypedDict):
    as_of: str
    known_at: str | None
    record: list[FiguresAnswer]
    clocks: list[DecidedAnswer]
    claims: list[EvaluatedClaimAnswer]
    combinations: list[CombinationAnswer]


def evaluation_answer(evaluation: Evaluation) -> EvaluationAnswer:
    known_at = evaluation.record.case.known_at
    return EvaluationAnswer(
        as_of=text(evaluation.record.case.as_of // SECOND),
        known_at=None if known_at is None else text(known_at // SECOND),
        record=_figures(evaluation, evaluation.record),
        clocks=[_decided(evaluation, cycle) for cycle in evaluation.cycles],
        claims=[_claim(evaluation, number) for number in evaluation.claims],
        combinations=[
            CombinationAnswer(claims=list(one.claims), misfit=one.misfit, verdicts=_figures(evaluation, one.judgement))
            for one in evaluation.supposed.values()
            if len(one.claims) > 1
        ],
    )


def _claim(evaluation: Evaluation, number: int) -> EvaluatedClaimAnswer:
    alone, all_but = evaluation.alone(number), evaluation.all_but(number)
    return EvaluatedClaimAnswer(
        number=number,
        says=in_words(evaluation.claims[number]),
        misfit=alone.misfit,
        changes=_changes(evaluation, alone),
        alone=_figures(evaluation, alone.judgement),
        all_but=_figures(evaluation, all_but.judgement),
    )


def _changes(evaluation: Evaluation, supposed: Supposed) -> bool:
    """Whether any verdict in dispute comes out otherwise."""
    record = evaluation.record.replay.verdicts()
    verdicts = supposed.verdicts
    return bool(verdicts) and any(verdicts.get(cycle) is not record.get(cycle) for cycle in evaluation.cycles)


def _decided(evaluation: Evaluation, cycle: Cycle) -> DecidedAnswer:
    clock, number = cycle
    record = evaluation.record.replay.verdicts().get(cycle)
    together = evaluation.together.verdicts.get(cycle)
    return DecidedAnswer(
        clock=clock,
        cycle=number,
        record=record and record.value,
        together=together and together.value,
        decided_by=[
            DecidingAnswer(verdict=one.verdict.value, claims=list(one.claims)) for one in evaluation.deciding(cycle)
        ],
        indispensable=list(evaluation.indispensable(cycle)) if record is not together else [],
        says=_says(evaluation, cycle),
    )


def _says(evaluation: Evaluation, cycle: Cycle) -> str:
    """What decides, in a sentence."""
    clock, number = cycle
    record = evaluation.record.replay.verdicts().get(cycle)
    named = f"{clock}, cycle {number}" if number > 1 else clock
    deciding = evaluation.deciding(cycle)
    if not deciding:
        return f"{named} is {record.value if record else 'not there'} whichever claims are upheld"
    told = []
    for one in deciding:
        claims = listing(one.claims, "and")
        told.append(
            f"{one.verdict.value} if claim {claims} is upheld"
            if len(one.claims) == 1
            else f"{one.verdict.value} if claims {claims} are upheld together"
        )
    return f"{named} is {record.value if record else 'not there'} without the claims; {'; '.join(told)}"


def _figures(evaluation: Evaluation, judgement: Judgement | None) -> list[FiguresAnswer]:
    found = ((cycle, clock_of(judgement, cycle)) for cycle in evaluation.cycles)
    return [_of_clock(cycle, clock, judgement) for cycle, clock in found if clock and judgement]


def _of_clock(cycle: Cycle, clock: Clock, judgement: Judgement) -> FiguresAnswer:
    return FiguresAnswer(
        clock=cycle[0],
        cycle=cycle[1],
        verdict=clock.verdict(judgement.replay.excused).value,
        due_at=None if clock.due_at is None else text(clock.due_at),
        breached_at=None if clock.breached_at is None else text(clock.breached_at),
        used_seconds=clock.used,
        left_seconds=clock.left,
    )
