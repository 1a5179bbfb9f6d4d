"""Which answer was given to whom: what somebody who asked was told of a ticket's clocks, and what is answered to the same now.

An answer is never changed afterwards. What was known when it was given stands in it, so that anybody can judge it again from the
ticket, `as_of`, `known_at` and `readings`, and finds what was said. Instants are microseconds since 1970 UTC.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from domain.answer import ClockAnswer
from domain.clocks.clock import Verdict
from domain.instants import text
from domain.judgement import Case, Judgement, judge

NONE = Verdict.NONE.value
"""Of a clock by which nothing is owed; whether that one runs is no answer to anybody."""


class ClockSaid(NamedTuple):
    """What was said of one clock; `due_at` is UTC with `Z`, None where nothing runs out."""

    clock: str
    cycle: int
    verdict: str
    state: str
    due_at: str | None


class AnswerGiven(NamedTuple):
    """Somebody asked a ticket's clocks, and was told this.

    `to` is the role of who asked, `who` their id, empty where it stays untold. The ticket had `version`, whose last event has
    `position` in the log. `readings` are those that were asked for, beside what was agreed.
    """

    asked_at: int
    to: str
    who: str
    as_of: int
    known_at: int
    readings: Mapping[str, str]
    version: int
    position: int | None
    clocks: tuple[ClockSaid, ...]

    def asked_of(self, case: Case) -> Case:
        """The ticket, as of the instant that was asked about, under the readings that were asked for."""
        return replace(case, readings={**case.readings, **self.readings})


class Otherwise(NamedTuple):
    """A clock of which something else was said than would be said now; None where it is on one side only."""

    said: ClockSaid | None
    now: ClockSaid | None


class HeldAgainst(NamedTuple):
    """An answer, and the clocks of which the same question is answered otherwise now."""

    given: AnswerGiven
    otherwise: tuple[Otherwise, ...]


Again = Callable[[AnswerGiven], Case]
"""What was asked, with what is known now."""


def clocks_said(judgement: Judgement) -> tuple[ClockSaid, ...]:
    """What a judgement says of each clock, as far as it is kept of an answer."""
    excused = judgement.replay.excused
    return tuple(
        ClockSaid(
            clock.terms.name,
            clock.cycle,
            clock.verdict(excused).value,
            clock.state.value,
            None if (due := clock.due_at) is None else text(due),
        )
        for clock in judgement.replay.clocks
    )


def told_in(clocks: Iterable[ClockAnswer]) -> tuple[ClockSaid, ...]:
    """The same of an answer in its public form."""
    return tuple(ClockSaid(one["clock"], one["cycle"], one["verdict"], one["state"], one["due_at"]) for one in clocks)


def held_against_now(given: Iterable[AnswerGiven], again: Again, learned: Sequence[int]) -> Iterator[HeldAgainst]:
    """Each answer with what is otherwise now.

    `learned` are the instants at which something about the past was recorded: an answer given since the last of them is not judged
    again, unless it spoke of what was still to come.
    """
    last = max(learned, default=0)
    for one in given:
        may_differ = one.known_at < last or one.known_at < one.as_of
        yield HeldAgainst(one, _otherwise(one.clocks, clocks_said(judge(again(one)))) if may_differ else ())


def _otherwise(said: Iterable[ClockSaid], now: Iterable[ClockSaid]) -> tuple[Otherwise, ...]:
    before, after = ({(one.clock, one.cycle): one for one in clocks} for clocks in (said, now))
    pairs = (Otherwise(before.get(cycle), after.get(cycle)) for cycle in dict.fromkeys((*before, *after)))
    return tuple(pair for pair in pairs if pair.said != pair.now and any(one and one.verdict != NONE for one in pair))
