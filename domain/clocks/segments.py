"""A clock's life second by second: counting, closed or paused, each stretch with the event that began it and its clause.

Source: semantics 5. Instants are whole seconds since 1970 UTC; segments are half-open and leave out the time in which a clock was
stopped.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from domain.clocks.clock import Clock, Span


class Segment(NamedTuple):
    start: int
    end: int
    state: Literal["counting", "closed", "paused"]
    severity: int
    calendar: str
    waits: tuple[str, ...]
    event: int
    clause: str


def segments(clock: Clock) -> Iterator[Segment]:
    """The segments in order; adjoining ones that say the same are one."""
    held: Segment | None = None
    for span in clock.spans:
        for segment in _of_span(clock, span):
            if held is not None and _says_the_same(held, segment):
                held = held._replace(end=segment.end)
            else:
                if held is not None:
                    yield held
                held = segment
    if held is not None:
        yield held


def _of_span(clock: Clock, span: Span) -> Iterator[Segment]:
    if span.start == span.end:
        return
    calendar = span.under.calendar
    if span.waits:
        clause = clock.terms.pauses[span.waits[0]].clause
        yield Segment(span.start, span.end, "paused", span.severity, calendar.name, span.waits, span.number, clause)
        return
    counting, closed = span.target.clause, span.under.calendar_grounds.clause
    for start, end, is_open in calendar.parts(span.start, span.end):
        if is_open:
            yield Segment(start, end, "counting", span.severity, calendar.name, (), span.number, counting)
        else:
            yield Segment(start, end, "closed", span.severity, calendar.name, (), span.number, closed)


def _says_the_same(held: Segment, segment: Segment) -> bool:
    return held.end == segment.start and held[2:] == segment[2:]
