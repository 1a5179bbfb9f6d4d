"""What a judgement is as a picture: its clocks as lanes, its severities as bands, its events as marks, and all of it in words."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from api.pages.on_ticket.clockwork import is_late, state_of
from api.pages.on_ticket.owing import called
from api.pages.on_ticket.wording import Wording, event_name, spoken, waits_for
from api.pages.pictures.scale import Scale, Tick
from api.pages.pictures.timeline import Band, Lane, Mark, Story, Stretch
from api.pages.texts import say
from domain.clocks.clock import Clock, State
from domain.clocks.ladder import reached_rungs, rungs, warnings
from domain.clocks.replay import replay
from domain.clocks.segments import Segment, segments
from domain.instants import SECOND
from domain.judgement import Judgement

TIPS = {
    "counting": "counting",
    "closed": "closed",
    "paused": "paused",
    "breached": "late",
    "breached_paused": "paused",
    "breached_closed": "closed",
}
"""The pattern of what a clock does now, by its state."""


@dataclass(frozen=True)
class Line:
    """A line of the ledger: a stretch of a clock's life, and where it stands on the page."""

    id: str
    segment: Segment
    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Chapter:
    """A clock in one cycle, line by line."""

    clock: Clock
    state: str
    lines: tuple[Line, ...]

    @property
    def id(self) -> str:
        return f"{self.clock.terms.name}-{self.clock.cycle}"


def chapters(judgement: Judgement) -> list[Chapter]:
    """The clocks that have started, each with its ledger."""
    return [
        Chapter(clock, state_of(clock, judgement), tuple(_lines(clock)))
        for clock in judgement.replay.clocks
        if clock.spans
    ]


def _lines(clock: Clock) -> Iterator[Line]:
    """The segments, one that runs over the breach cut there."""
    number = 0
    for segment in segments(clock):
        for start, end, kind in _cut(segment, clock.breached_at):
            number += 1
            yield Line(f"s-{clock.terms.name}-{clock.cycle}-{number}", segment, kind, start, end)


def _cut(segment: Segment, breached_at: int | None) -> Iterator[tuple[int, int, str]]:
    if segment.state != "counting" or breached_at is None or breached_at >= segment.end:
        yield segment.start, segment.end, segment.state
    elif breached_at <= segment.start:
        yield segment.start, segment.end, "late"
    else:
        yield segment.start, breached_at, "counting"
        yield breached_at, segment.end, "late"


def story(words: "PictureWords") -> Story:
    """What there is to draw of a ticket as of the instant of its judgement."""
    judgement = words.judgement
    return Story(
        lanes=[words.lane(chapter) for chapter in words.told],
        bands=list(_bands(judgement, words)),
        events=[
            Mark(
                one.at // SECOND,
                "event",
                words.event(one.number, one.event.event, one.at // SECOND),
                words.place(f"e-{one.number}"),
            )
            for one in judgement.hindsight.recorded
            if one.at <= judgement.case.as_of and one.number not in words.left_out
        ],
        now=judgement.replay.as_of,
    )


def _bands(judgement: Judgement, words: "PictureWords") -> Iterator[Band]:
    """The severity in force from each event on that may have set it."""
    events = judgement.hindsight.occurrences(judgement.case.as_of)
    turns = [(at, number) for at, number, event in events if getattr(event, "severity", None) is not None]
    begun: tuple[int, int, int] | None = None
    for at, number in turns:
        severity = replay(judgement.hindsight, judgement.replay.terms, at * SECOND + SECOND - 1).severity
        if severity is None or (begun and begun[1] == severity):
            continue
        if begun:
            yield words.band(*begun, until=at)
        begun = at, severity, number
    if begun:
        yield words.band(*begun, until=_ended(judgement))


def _ended(judgement: Judgement) -> int:
    """Until when a ticket had a severity: to now, or to the last that happened to it."""
    is_open = judgement.replay.status in ("open", "waiting")
    last = max((one.at // SECOND for one in judgement.hindsight.recorded if one.at <= judgement.case.as_of), default=0)
    return judgement.replay.as_of if is_open else last


@dataclass(frozen=True)
class PictureWords:
    """The words of the picture for one viewer, to whom the events `left_out` are not shown.

    `place` gives the address of what is told in words, by its name.

    Raises NoSuchText for what nobody has put into words.
    """

    judgement: Judgement
    wording: Wording
    name: str
    told: Sequence[Chapter]
    now: str
    left_out: Collection[int] = ()
    place: Callable[[str], str] = "#{}".format

    def title(self, story: Story, scale: Scale) -> str:
        start, end = self._time(scale.start), self._time(scale.end)
        return say("ticket.picture.title", ticket=self.name, start=start, end=end, zone=self.wording.zone.key)

    def hidden(self, lanes: int) -> str:
        return say("ticket.picture.hidden", lanes=lanes)

    def more(self, marks: int) -> str:
        return say("ticket.picture.more", marks=marks)

    def severity(self, severity: int, *, short: bool) -> str:
        return str(severity) if short else say("common.severity", severity=severity)

    def tick(self, tick: Tick) -> tuple[str, str]:
        shown, show = tick.shown(self.wording.zone), self.wording.show
        match tick.unit:
            case "minutes":
                return show.day(shown.date(), year=False), show.clock(shown)
            case "days":
                return show.day(shown.date(), year=False), ""
            case "months":
                return show.month(f"{shown:%Y-%m}"), ""
            case _:
                return f"{shown:%Y}", ""

    def band(self, start: int, severity: int, number: int, *, until: int) -> Band:
        told = {
            "severity": severity,
            "start": self._time(start),
            "end": self._time(until),
            "event": self._event(number),
        }
        return Band(start, until, severity, say("ticket.picture.band", **told), self.place(f"e-{number}"))

    def event(self, number: int, kind: str, at: int) -> str:
        return say("ticket.picture.event", number=number, name=event_name(kind), at=self._time(at))

    def lane(self, chapter: Chapter) -> Lane:
        clock = chapter.clock
        is_due = clock.state is State.RUNNING and clock.breached_at is None
        return Lane(
            id=chapter.id,
            title=called(clock),
            state=say(f"common.state.{chapter.state}"),
            tone="late" if is_late(chapter.state) else chapter.state,
            note=say("ticket.picture.due_note", at=self._time(clock.due_at)) if is_due and clock.due_at else "",
            stretches=[Stretch(line.start, line.end, line.kind, self.place(line.id)) for line in chapter.lines],
            marks=list(self._marks(chapter)),
            expected=clock.due_at if is_due else None,
            tip=TIPS.get(chapter.state) if clock.is_going else None,
        )

    def stretch(self, lane: Lane, stretch: Stretch) -> str:
        segment = self._segments[stretch.line]
        said = say(f"ticket.picture.{stretch.kind}", waits=waits_for(segment.waits), calendar=segment.calendar)
        return say(
            "ticket.picture.stretch",
            clock=lane.title,
            said=said,
            span=self.wording.show.span(stretch.end - stretch.start),
            start=self._time(stretch.start),
            end=self._time(stretch.end),
            event=self._event(segment.event),
            clause=segment.clause,
        )

    def several(self, lane: Lane, stretches: Sequence[Stretch]) -> str:
        spans = {
            kind: sum(one.end - one.start for one in stretches if one.kind == kind)
            for kind in dict.fromkeys(one.kind for one in stretches)
        }
        said = ", ".join(f"{say(f'ticket.legend.{kind}')} {self.wording.show.span(spans[kind])}" for kind in spans)
        start, end = self._time(stretches[0].start), self._time(stretches[-1].end)
        count = len(stretches)
        return say("ticket.picture.several", clock=lane.title, count=count, said=said, start=start, end=end)

    def _marks(self, chapter: Chapter) -> Iterator[Mark]:
        clock, line = chapter.clock, f"#c-{chapter.id}"
        clause = clock.clause
        name = called(clock)
        if clock.due_at is not None:
            yield Mark(clock.due_at, "due", self._said("due", name, clock.due_at, clause), line)
        if clock.breached_at is not None:
            yield Mark(clock.breached_at, "breach", self._said("breach", name, clock.breached_at, clause), line)
        reached = {rung.role for rung in reached_rungs(clock)}
        for rung in rungs(clock):
            if (at := rung.reached_at or rung.due_at) is not None:
                which = "rung" if rung.role in reached else "rung_ahead"
                yield Mark(at, "rung", self._said(which, name, at, rung.clause, role=spoken(rung.role)), line)
        for one in warnings(clock):
            if one.due_at is not None and (one.reached_at is not None or clock.is_going):
                yield Mark(
                    one.due_at, "warning", self._said("warning", name, one.due_at, clause, percent=one.percent), line
                )

    def _said(self, what: str, clock: str, at: int, clause: str, **more: object) -> str:
        return say(f"ticket.picture.{what}", clock=clock, at=self._time(at), clause=clause, **more)

    def _event(self, number: int) -> str:
        if not number:
            return say("ticket.picture.contract")
        return say("ticket.picture.event_name", number=number, name=event_name(self._kinds[number]))

    def _time(self, second: int) -> str:
        return self.wording.plain(second)

    @cached_property
    def _kinds(self) -> dict[int, str]:
        """What kind of event each number is of."""
        return {one.number: one.event.event for one in self.judgement.case.history}

    @cached_property
    def _segments(self) -> dict[str, Segment]:
        return {self.place(line.id): line.segment for chapter in self.told for line in chapter.lines}
