"""The reading switch: what the clocks would say if a clause were read in another honest way, beside what they say on record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.pages.on_ticket.clockwork import state_of
from api.pages.on_ticket.owing import called
from api.pages.texts import say
from domain.clocks.clock import Clock
from domain.judgement import Judgement
from domain.terms.readings import read_options


@dataclass(frozen=True)
class Choice:
    """A reading that matters here. `changes` are the options that would change a verdict."""

    id: str
    question: str
    options: Mapping[str, str]
    taken: str
    asked: str
    changes: Sequence[str]
    is_settled: bool

    @property
    def matters(self) -> bool:
        """Whether a verdict hangs on it, or somebody asks for it."""
        return bool(self.changes) or self.asked != self.taken


@dataclass(frozen=True)
class Beside:
    """A clock as it is on record, and as it would be; either may be missing where there is no such cycle."""

    title: str
    record: Clock | None
    other: Clock | None
    verdict: str
    verdict_then: str
    state_then: str
    is_other: bool


def chosen(told: Sequence[str]) -> dict[str, str]:
    """`ID=OPTION`, as often as there are readings; an empty one asks for nothing. Raises DoesNotFit."""
    return read_options(filter(None, told))


def choices(judgement: Judgement, asked: Mapping[str, str]) -> list[Choice]:
    """The readings that took part in a clock's figures, or would change a verdict."""
    alternatives = judgement.alternatives
    matter = {
        reading for clock in judgement.replay.clocks if clock.spans for reading in judgement.relies_on(clock).readings
    }
    matter |= {one.reading for one in alternatives} | set(asked)
    taken, settled = judgement.replay.terms.scope.readings, judgement.hindsight.readings
    return [
        Choice(
            id=reading.id,
            question=reading.question,
            options=reading.options,
            taken=taken[reading.id],
            asked=asked.get(reading.id, taken[reading.id]),
            changes=[one.option for one in alternatives if one.reading == reading.id],
            is_settled=reading.id in settled,
        )
        for reading in judgement.case.selector.agreement.readings
        if reading.id in matter
    ]


def beside(judgement: Judgement, other: Judgement) -> list[Beside]:
    """Clock by clock what is on record and what it would be; nothing where nothing is read otherwise."""
    if judgement.replay.terms.scope.readings == other.replay.terms.scope.readings:
        return []
    record, then = _cycles(judgement), _cycles(other)
    return [_beside(record.get(one), then.get(one), judgement, other) for one in dict.fromkeys((*record, *then))]


def _cycles(judgement: Judgement) -> dict[tuple[str, int], Clock]:
    return {(clock.terms.name, clock.cycle): clock for clock in judgement.replay.clocks}


def _beside(record: Clock | None, then: Clock | None, judgement: Judgement, other: Judgement) -> Beside:
    verdict, verdict_then = _verdict(record, judgement), _verdict(then, other)
    figures = [(one.due_at, one.used, one.allowance, one.stopped_at) if one else None for one in (record, then)]
    return Beside(
        title=called(record or then),  # type: ignore[arg-type]
        record=record,
        other=then,
        verdict=verdict,
        verdict_then=verdict_then,
        state_then=state_of(then, other) if then else "none",
        is_other=verdict != verdict_then or figures[0] != figures[1],
    )


def _verdict(clock: Clock | None, judgement: Judgement) -> str:
    if clock is None:
        return say("ticket.readings.no_cycle")
    return say(f"ticket.verdict.{clock.verdict(judgement.replay.excused).value}")
