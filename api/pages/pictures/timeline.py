"""The picture of a ticket: a lane for each clock and cycle, in which counting, out of hours and paused are told by pattern.

It is drawn as finely as fits: stretches that are too narrow to be told apart stand together, their shares one above the other.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from markupsafe import Markup

from api.pages.pictures.scale import Scale, Tick
from api.pages.pictures.shapes import element, link, share, together

MOST_LETTERS = 56_000
"""How long a picture may be; one that would be longer is drawn less finely."""

FINENESS = (0.12, 0.3, 0.7, 1.5, 3.0, 6.0, 9.0, 12.0, 17.0, 25.0)
"""The narrowest stretch that stands alone, in per cent of the width."""

LEAST_LETTERS = 200
"""A part or an event takes at least so many: a picture of too many is too long, and need not be drawn to see that."""

APART = 2.4
"""How far marks must be from each other to stand alone, at least; those of events in a coarser picture further."""

MOST_TOLD = 6
"""Of more marks in one place than these, the others are counted."""

MOST_LANES = 12
"""Of more cycles than these in one stretch of time, the earliest stand together in words."""

HEAD, BAND, EVENTS, LANE, FOOT = 40, 22, 30, 76, 24
BAR_TOP, BAR, TIP = 34, 22, 9
WIDE_ENOUGH_FOR_WORDS, WIDE_ENOUGH_FOR_A_NUMBER = 26.0, 5.0

DAY_WIDTH, DAY_WIDTH_ON_A_PHONE, ROOM_FOR_A_TIME, ROOM_ON_A_PHONE = 11.0, 24.0, 95.0, 87.0

KINDS = ("counting", "late", "paused", "closed")
"""The patterns, from the bottom up where several stand together."""

WEIGHT = ("breach", "due", "rung", "warning", "event")
"""Of marks in one place the first of these is drawn."""


class Stretch(NamedTuple):
    """A part of a clock's life, in whole seconds; `line` is where it stands in words."""

    start: int
    end: int
    kind: str
    line: str


class Mark(NamedTuple):
    at: int
    kind: str
    says: str
    line: str


class Lane(NamedTuple):
    """A clock in one cycle. `expected` is the instant up to which it will go on counting if nothing more happens.

    `tip` is the pattern of what it does now, None for a clock that goes on no more.
    """

    id: str
    title: str
    state: str
    tone: str
    note: str
    stretches: Sequence[Stretch]
    marks: Sequence[Mark]
    expected: int | None = None
    tip: str | None = None

    @property
    def start(self) -> int:
        return min((one.start for one in self.stretches), default=min((one.at for one in self.marks), default=0))

    @property
    def end(self) -> int:
        return max((one.end for one in self.stretches), default=self.start)

    @property
    def last(self) -> int:
        """The last instant at which there is anything to see."""
        return max((self.end, self.expected or 0, *(one.at for one in self.marks)))


class Band(NamedTuple):
    """Between these instants the ticket had a severity."""

    start: int
    end: int
    severity: int
    says: str
    line: str


class Story(NamedTuple):
    """What there is to draw; `now` is the instant up to which it is told."""

    lanes: Sequence[Lane]
    bands: Sequence[Band]
    events: Sequence[Mark]
    now: int


class Words(Protocol):
    """How parts of the picture are put into words."""

    def title(self, story: Story, scale: Scale) -> str: ...

    def severity(self, severity: int, *, short: bool) -> str: ...

    def stretch(self, lane: Lane, stretch: Stretch) -> str: ...

    def several(self, lane: Lane, stretches: Sequence[Stretch]) -> str: ...

    def tick(self, tick: Tick) -> tuple[str, str]: ...

    def hidden(self, lanes: int) -> str: ...

    def more(self, marks: int) -> str: ...

    @property
    def now(self) -> str: ...


def drawn(story: Story, scale: Scale, words: Words, most_letters: int = MOST_LETTERS) -> Markup:
    """The picture of a stretch of time, as fine as its length allows."""
    lanes = [one for one in story.lanes if one.start <= scale.end and one.last >= scale.start]
    shown = lanes[-MOST_LANES:]
    picture = Markup()
    for narrowest in FINENESS:
        is_last = narrowest == FINENESS[-1]
        if not is_last and LEAST_LETTERS * _parts(story, shown, scale, narrowest) > most_letters:
            continue
        picture = _drawn(story, shown, len(lanes) - len(shown), scale, words, narrowest)
        if len(picture) <= most_letters:
            break
    return picture


def _parts(story: Story, lanes: Sequence[Lane], scale: Scale, narrowest: float) -> int:
    events = sum(1 for _ in _near(story.events, scale, _apart(narrowest)))
    return events + sum(1 for lane in lanes for _ in _groups(lane.stretches, scale, narrowest))


def _apart(narrowest: float) -> float:
    """How far marks of events are from each other."""
    return max(APART, narrowest / 2)


def _drawn(story: Story, lanes: Sequence[Lane], hidden: int, scale: Scale, words: Words, narrowest: float) -> Markup:
    top = HEAD + BAND + EVENTS
    height = top + LANE * len(lanes) + FOOT
    return element(
        "svg",
        _axis(scale, words, height - FOOT + 4),
        *_bands(story.bands, scale, words),
        *_events(story.events, scale, words, height - FOOT, _apart(narrowest)),
        *(_lane(lane, scale, words, top + LANE * place, narrowest) for place, lane in enumerate(lanes)),
        _now(story.now, scale, words, height),
        *([element("text", words.hidden(hidden), class_="hidden-lanes", x=2, y=height - 6)] if hidden else []),
        class_="timeline",
        width="100%",
        height=height,
        role="group",
        aria_label=words.title(story, scale),
        data_from=scale.start,
        data_to=scale.end,
    )


# --- around the lanes -------------------------------------------------------------------------------------------------


def _axis(scale: Scale, words: Words, bottom: int) -> Markup:
    """Two lines of words: the day where it changes, the time below it. Some are left out on a telephone."""
    drawn: list[Markup] = []
    ticks = [(scale.place(tick.at), tick.few, *words.tick(tick)) for tick in scale.ticks()]
    has_times = any(time for _, _, _, time in ticks)
    for place, few, _, time in ticks:
        x, room = share(place), "few" if few else "many"
        drawn.append(element("line", x1=x, x2=x, y1=HEAD - 4, y2=bottom, class_=f"grid {room}"))
        if time and place <= ROOM_FOR_A_TIME:
            here = room if place <= ROOM_ON_A_PHONE else "many"
            drawn.append(element("text", time, x=x, y=HEAD - 9, dx=3, class_=f"tick {here}"))
    y = HEAD - 25 if has_times else HEAD - 13
    everywhere = [(place, day) for place, _, day, _ in ticks]
    on_phone = [(place, day) for place, few, day, _ in ticks if few]
    wide, narrow = set(_days(everywhere, DAY_WIDTH)), set(_days(on_phone, DAY_WIDTH_ON_A_PHONE))
    for place, day in sorted(wide | narrow):
        both = (place, day) in wide and (place, day) in narrow
        room = "both" if both else "wide" if (place, day) in wide else "narrow"
        drawn.append(element("text", day, x=share(place), y=y, dx=3, class_=f"tick day {room}"))
    return element("g", *drawn, aria_hidden="true")


def _days(ticks: Sequence[tuple[float, str]], width: float) -> Iterator[tuple[float, str]]:
    """The days where they change, as far as there is room; a first one that is nearly over gives way to the next."""
    changes = [one for before, one in pairwise([(0.0, ""), *ticks]) if one[1] and one[1] != before[1]]
    if len(changes) > 1 and changes[1][0] - changes[0][0] < width < 100 - changes[1][0]:
        changes = changes[1:]
    last = -width
    for place, day in changes:
        if place - last >= width and place + width <= 101:
            yield place, day
            last = place


def _bands(bands: Iterable[Band], scale: Scale, words: Words) -> Iterator[Markup]:
    for band in bands:
        left, right = scale.place(band.start), scale.place(band.end)
        if right <= left:
            continue
        inside = [element("rect", x=share(left), y=HEAD, width=share(right - left), height=BAND - 4)]
        if right - left >= WIDE_ENOUGH_FOR_A_NUMBER:
            name = words.severity(band.severity, short=right - left < WIDE_ENOUGH_FOR_WORDS)
            inside.append(element("text", name, x=share(left), y=HEAD + 13, dx=5, aria_hidden="true"))
        yield link(band.line, band.says, *inside, kind=f"band s{min(band.severity, 5)}")


def _events(events: Sequence[Mark], scale: Scale, words: Words, bottom: int, apart: float) -> Iterator[Markup]:
    y = HEAD + BAND + 10
    for group in _near(events, scale, apart):
        x = share(scale.place(group[0].at))
        line = element("line", x1=x, x2=x, y1=y + 7, y2=bottom, class_="stem")
        inside = [line, element("circle", cx=x, cy=y, r=9 if len(group) > 1 else 6)]
        if len(group) > 1:
            inside.append(element("text", str(len(group)), x=x, y=y + 4, text_anchor="middle", aria_hidden="true"))
        yield link(group[0].line, _said(group, words), *inside, kind="mark event")


def _now(now: int, scale: Scale, words: Words, height: int) -> Markup:
    if not scale.holds(now):
        return Markup()
    place = scale.place(now)
    x = share(place)
    anchor, aside = ("end", -4) if place > 80 else ("start", 4)
    return element(
        "g",
        element("line", x1=x, x2=x, y1=HEAD - 4, y2=height - 2),
        element("text", words.now, x=x, y=height - 8, dx=aside, text_anchor=anchor),
        class_="now",
    )


# --- lanes ------------------------------------------------------------------------------------------------------------


def _lane(lane: Lane, scale: Scale, words: Words, top: int, narrowest: float) -> Markup:
    name = element(
        "text",
        element("tspan", lane.title, class_="clock"),
        element("tspan", lane.state, dx=8, class_=f"says {lane.tone}"),
        *([element("tspan", lane.note, dx=8, class_="note")] if lane.note else []),
        x=2,
        y=top + 13,
    )
    bar = top + BAR_TOP
    return element(
        "g",
        name,
        element("line", x1="0", x2="100%", y1=bar + BAR / 2, y2=bar + BAR / 2, class_="rail"),
        *_expected(lane, scale, bar),
        *(_stood_together(lane, group, scale, words, bar) for group in _groups(lane.stretches, scale, narrowest)),
        *_tip(lane, scale, bar),
        *_marks(lane.marks, scale, words, bar),
        class_="lane",
        role="group",
        aria_label=f"{lane.title}: {lane.state}",
    )


def _expected(lane: Lane, scale: Scale, bar: int) -> Iterator[Markup]:
    if lane.expected is None or lane.expected <= lane.end or lane.end > scale.end:
        return
    middle = bar + BAR / 2
    x1, x2 = share(scale.place(lane.end)), share(scale.place(lane.expected))
    yield element("line", x1=x1, x2=x2, y1=middle, y2=middle, class_="expected")


def _tip(lane: Lane, scale: Scale, bar: int) -> Iterator[Markup]:
    """What the clock does now, however short a time it has done it."""
    if lane.tip is None or not scale.holds(lane.end):
        return
    tip = element("rect", x=3, y=bar + 3, width=TIP, height=BAR - 6, class_=lane.tip)
    yield element("svg", tip, x=share(scale.place(lane.end)), overflow="visible", class_="tip")


def _groups(stretches: Sequence[Stretch], scale: Scale, narrowest: float) -> Iterator[list[Stretch]]:
    """Those in sight; neighbours that are narrow stand together until they are wide enough to be seen."""
    left, right = scale.start, scale.end
    narrow = narrowest * scale.length / 100
    group: list[Stretch] = []
    since = left
    for one in stretches:
        start, end = max(one.start, left), min(one.end, right)
        if start >= end:
            continue
        is_narrow = end - start < narrow
        if group and (not is_narrow or group[-1].end != one.start or start - since >= narrow):
            yield group
            group = []
        if not group:
            since = start
        group.append(one)
        if not is_narrow:
            yield group
            group = []
    if group:
        yield group


def _stood_together(lane: Lane, group: Sequence[Stretch], scale: Scale, words: Words, bar: int) -> Markup:
    left = scale.place(group[0].start)
    width = max(scale.place(group[-1].end) - left, 0.12)
    if len(group) == 1:
        one = group[0]
        return link(one.line, words.stretch(lane, one), _bar(one.kind, left, width, bar), kind="part")
    shares = [(kind, sum(one.end - one.start for one in group if one.kind == kind)) for kind in KINDS]
    whole = sum(seconds for _, seconds in shares)
    rects, bottom = [], float(bar + BAR)
    for kind, seconds in shares:
        if seconds:
            tall = BAR * seconds / whole
            bottom -= tall
            rects.append(_rect(kind, left, width, round(bottom, 1), round(tall, 1)))
    return link(group[0].line, words.several(lane, group), *rects, kind="part several")


def _bar(kind: str, left: float, width: float, bar: int) -> Markup:
    """Time out of hours is a thin bar: nothing happens in it."""
    if kind == "closed":
        return _rect(kind, left, width, bar + BAR * 0.3, BAR * 0.4)
    return _rect(kind, left, width, bar, BAR)


def _rect(kind: str, left: float, width: float, top: float, tall: float) -> Markup:
    return element("rect", x=share(left), y=top, width=share(width), height=tall, class_=kind)


def _marks(marks: Sequence[Mark], scale: Scale, words: Words, bar: int) -> Iterator[Markup]:
    """Due and breach stand above the bar, rungs and warnings below it."""
    for kinds, y in ((("breach", "due"), bar), (("rung", "warning"), bar + BAR + 8)):
        for group in _near([one for one in marks if one.kind in kinds], scale):
            first = min(group, key=lambda one: WEIGHT.index(one.kind))
            x = share(scale.place(group[0].at))
            line = [element("line", x1=x, x2=x, y1=bar - 4, y2=bar + BAR + 2)] if y == bar else []
            shape = element("use", href=f"#m-{first.kind}", x=x, y=y)
            yield link(first.line, _said(group, words), *line, shape, kind=f"mark {first.kind}")


def _said(group: Sequence[Mark], words: Words) -> str:
    """What marks in one place say; of many the first."""
    told = [one.says for one in group[:MOST_TOLD]]
    return "\n".join([*told, words.more(len(group) - MOST_TOLD)] if len(group) > MOST_TOLD else told)


def _near(marks: Iterable[Mark], scale: Scale, apart: float = APART) -> Iterator[list[Mark]]:
    """Marks in sight, those that would cover each other together, where the first of them is."""
    seen = sorted((one for one in marks if scale.holds(one.at)), key=lambda one: one.at)
    group = seen[:1]
    for one in seen[1:]:
        if scale.place(one.at) - scale.place(group[0].at) >= apart:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _pattern(name: str, size: int, ink: str) -> Markup:
    """A square of so many units, which repeats."""
    ground = element("rect", width=size, height=size, class_="ground")
    return element("pattern", ground, ink, id=name, width=size, height=size, patternUnits="userSpaceOnUse")


PATTERNS = together(
    [
        _pattern("p-paused", 8, element("path", d="M-2 10 10-2M-2 2 2-2M6 10 10 6", class_="ink")),
        _pattern("p-closed", 6, element("circle", cx=3, cy=3, r=1, class_="ink")),
        _pattern("p-late", 7, element("path", d="M0 0 7 7M7 0 0 7", class_="ink")),
    ]
)
"""What fills the bars; the style sheet gives the colours."""

SIGNS = together(
    [
        element("path", id="m-due", d="M0-5V-13H9L6-10.500 9-8H0", class_="flag"),
        element("path", id="m-breach", d="M0-17 7-5H-7ZM0-13.500V-9.500M0-7.800V-6.500", class_="alarm"),
        element("path", id="m-rung", d="M0 5V-5M-4-1 0-5 4-1", class_="arrow"),
        element("path", id="m-warning", d="M0-4 4 4H-4Z", class_="heed"),
    ]
)
"""The signs of marks, drawn around the instant that they mark."""
