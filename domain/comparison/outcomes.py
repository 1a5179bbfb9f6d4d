"""What came out of two replays, and where one differs from the other: clock by clock, and stretch by stretch of time.

All instants are whole seconds since 1970 UTC, all durations counted seconds; stretches are half-open, `[start, end)`.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from domain.clocks.clock import Clock, State, Verdict
from domain.clocks.replay import Replay
from domain.clocks.segments import Segment, segments
from domain.judgement import Cycle


class Outcome(NamedTuple):
    """What a replay says of one clock in one cycle."""

    verdict: Verdict
    state: State
    started_at: int | None
    stopped_at: int | None
    due_at: int | None
    breached_at: int | None
    allowance: int | None
    used: int
    left: int | None


Outcomes = Mapping[Cycle, Outcome]


class Part(NamedTuple):
    """Under which conditions a stretch of a clock's life passed; fields as in `segments.Segment`."""

    state: str
    severity: int
    calendar: str
    waits: tuple[str, ...]
    event: int
    clause: str


class Stretch(NamedTuple):
    """A stretch of time in which a clock fared otherwise; None where it was not going. `counted` is how many seconds were added."""

    start: int
    end: int
    before: Part | None
    after: Part | None

    @property
    def counted(self) -> int:
        """Seconds that count after and did not before; negative where they count no more."""
        return (_counts(self.after) - _counts(self.before)) * (self.end - self.start)


def outcomes(replay: Replay) -> Outcomes:
    """Of each clock and cycle, in the order of the agreement."""
    return {(clock.terms.name, clock.cycle): _outcome(clock, replay) for clock in replay.clocks}


def stretches(before: Clock | None, after: Clock | None) -> tuple[Stretch, ...]:
    """Where the lives of a clock in two replays differ, in order of time."""
    was, is_ = ([*segments(clock)] if clock else [] for clock in (before, after))
    return tuple(_joined(_cut(was, is_)))


def _outcome(clock: Clock, replay: Replay) -> Outcome:
    return Outcome(
        clock.verdict(replay.excused),
        clock.state,
        clock.started_at,
        clock.stopped_at,
        clock.due_at,
        clock.breached_at,
        clock.allowance,
        clock.used,
        clock.left,
    )


def _cut(was: Sequence[Segment], is_: Sequence[Segment]) -> Iterator[Stretch]:
    """Every stretch between two instants at which either side turns, where the sides differ."""
    turns = sorted({turn for one in (*was, *is_) for turn in (one.start, one.end)})
    before, after = _Life(was), _Life(is_)
    for start, end in pairwise(turns):
        was_then, is_then = before.at(start), after.at(start)
        if was_then != is_then:
            yield Stretch(start, end, was_then, is_then)


def _joined(cut: Iterator[Stretch]) -> Iterator[Stretch]:
    held: Stretch | None = None
    for stretch in cut:
        if held is not None and held.end == stretch.start and held[2:] == stretch[2:]:
            held = held._replace(end=stretch.end)
        else:
            if held is not None:
                yield held
            held = stretch
    if held is not None:
        yield held


class _Life:
    """The segments of one clock, asked about instants."""

    def __init__(self, life: Sequence[Segment]) -> None:
        self._life = life
        self._starts = [one.start for one in life]

    def at(self, instant: int) -> Part | None:
        place = bisect_right(self._starts, instant) - 1
        if place < 0 or self._life[place].end <= instant:
            return None
        return Part(*self._life[place][2:])


def _counts(part: Part | None) -> int:
    return part is not None and part.state == "counting"
