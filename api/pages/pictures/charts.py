"""Charts as SVG: a line over months, bars in parts. Widths are in per cent, so that letters stay as they are on a narrow screen.

Parts differ by pattern as well as by colour. Each can be pointed at and reached by keyboard, and the table that stands with a chart
says the same in figures.
"""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from api.pages.pictures.shapes import element, link, share, together

HEIGHT, TOP, FOOT, LEFT = 170, 12, 24, 11.0
"""Of the plot in pixels; `LEFT` is the room for the scale, in per cent."""

ON_A_SCREEN, ON_A_PHONE = 7, 4
"""So many names of columns have room: what a column without one is called stands in the table and is told of its parts."""

GAP = 0.18


class Part(NamedTuple):
    """A part of a bar: its kind is its pattern; `says` is told of it, `to` is what is behind it."""

    kind: str
    amount: float
    says: str
    to: str


class Column(NamedTuple):
    """`line` is a share of 1, told above the bars."""

    name: str
    parts: Sequence[Part]
    line: float | None
    line_says: str


def patterns(kinds: Sequence[str]) -> Markup:
    """How each kind is drawn; to stand once on a page."""
    drawn = [
        element(
            "pattern",
            element("rect", class_="ground", width=8, height=8),
            element("path", class_="strokes", d=_STROKES[place % len(_STROKES)]),
            id=f"p-{kind}",
            class_=f"pattern {kind}",
            width=8,
            height=8,
            patternUnits="userSpaceOnUse",
        )
        for place, kind in enumerate(kinds)
    ]
    return element("svg", element("defs", *drawn), class_="sprite", width=0, height=0, aria_hidden="true")


def swatch(kind: str) -> Markup:
    """A kind as a legend shows it."""
    box = element("rect", class_=f"part {kind}", width=16, height=16, fill=f"url(#p-{kind})")
    return element("svg", box, class_="swatch", width=16, height=16, aria_hidden="true")


def stacked(columns: Sequence[Column], label: str, scale: Sequence[tuple[float, str]]) -> Markup:
    """Bars in parts, one a column; the greatest of `scale`, which is marked and named at the left, is the whole height."""
    greatest = max((amount for amount, _ in scale), default=1) or 1
    drawn: list[Markup] = [_rule(amount / greatest, name) for amount, name in scale]
    for place, column in enumerate(columns):
        left, width = map(share, _room(place, len(columns)))
        drawn.append(_name(place, len(columns), column.name))
        reached = 0.0
        for part in column.parts:
            if part.amount > 0:
                tall = part.amount / greatest * HEIGHT
                top = TOP + HEIGHT - reached - tall
                box = _box(part.kind, left, width, top, max(tall, 1.0))
                drawn.append(link(part.to, part.says, box, kind="bar"))
                reached += tall
    return _chart(drawn, label)


def line(columns: Sequence[Column], label: str, scale: Sequence[tuple[float, str]]) -> Markup:
    """The shares of the columns, joined where they follow each other: across a column without one there is no line."""
    drawn: list[Markup] = [_rule(amount, name) for amount, name in scale]
    drawn.append(_joined(_stretches([one.line for one in columns]), len(columns)))
    for place, column in enumerate(columns):
        drawn.append(_name(place, len(columns), column.name))
        if column.line is not None:
            at = {"cx": share(_middle(place, len(columns))), "cy": f"{_height(column.line):.1f}"}
            drawn.append(element("circle", element("title", column.line_says), class_="dot", r=4, **at))
    return _chart(drawn, label)


def bar(parts: Sequence[Part], label: str) -> Markup:
    """One bar of parts that are a whole together."""
    whole = sum(part.amount for part in parts) or 1
    drawn, reached = [], 0.0
    for part in parts:
        if part.amount > 0:
            width = 100 * part.amount / whole
            box = _box(part.kind, share(reached), share(width), 1, 20)
            drawn.append(element("g", element("title", part.says), box))
            reached += width
    return element("svg", *drawn, class_="chart whole", width="100%", height=22, role="img", aria_label=label)


# --- places -----------------------------------------------------------------------------------------------------------


def _room(place: int, count: int) -> tuple[float, float]:
    """Where a column begins, and how wide it is."""
    each = (100 - LEFT) / max(count, 1)
    return LEFT + each * (place + GAP / 2), min(each * (1 - GAP), 8.0)


def _middle(place: int, count: int) -> float:
    left, width = _room(place, count)
    return left + width / 2


def _height(part: float) -> float:
    return TOP + HEIGHT * (1 - part)


# --- elements ---------------------------------------------------------------------------------------------------------


def _chart(drawn: Sequence[Markup], label: str) -> Markup:
    height = TOP + HEIGHT + FOOT
    return element("svg", *drawn, class_="chart", width="100%", height=height, role="group", aria_label=label)


def _rule(part: float, name: str) -> Markup:
    y = f"{_height(part):.1f}"
    return together(
        [
            element("line", class_="rule", x1=share(LEFT), x2="100%", y1=y, y2=y),
            element("text", name, class_="scale", x=share(LEFT - 1), y=f"{_height(part) + 4:.1f}", text_anchor="end"),
        ]
    )


def _name(place: int, count: int, name: str) -> Markup:
    """Of the last column and, counted back from it, of every so many; a telephone shows some of those names."""
    before_last, every = count - 1 - place, -(-count // ON_A_SCREEN)
    if before_last % every:
        return Markup()
    seldom = every * -(-count // (every * ON_A_PHONE))
    kind = "name seldom" if before_last % seldom else "name"
    return element("text", name, class_=kind, x=share(_middle(place, count)), y=TOP + HEIGHT + 17, text_anchor="middle")


def _box(kind: str, x: str, width: str, y: float, height: float) -> Markup:
    place = f'x="{x}" width="{width}" y="{y:.1f}" height="{height:.1f}"'
    return Markup(f'<rect class="part {kind}" fill="url(#p-{kind})" {place}/>')


def _stretches(shares: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """The shares with their places, those together that follow each other."""
    found: list[list[tuple[int, float]]] = [[]]
    for place, part in enumerate(shares):
        if part is not None:
            found[-1].append((place, part))
        elif found[-1]:
            found.append([])
    return [one for one in found if len(one) > 1]


def _joined(stretches: Sequence[Sequence[tuple[int, float]]], count: int) -> Markup:
    """A line through the points of each stretch, in a picture of its own that is stretched to the width."""
    drawn = []
    for points in stretches:
        told = " ".join(f"{_middle(place, count):.2f},{_height(part):.1f}" for place, part in points)
        drawn.append(element("polyline", class_="joined", points=told, fill="none", vector_effect="non-scaling-stroke"))
    box = f"0 0 100 {TOP + HEIGHT + FOOT}"
    return element("svg", *drawn, viewBox=box, preserveAspectRatio="none", width="100%", height=TOP + HEIGHT + FOOT)


_STROKES = (
    "M-2 6 6 -2M2 10 10 2",
    "M0 4h8",
    "M4 0v8",
    "M-2 2 6 10M2 -2 10 6",
    "M0 4h8M4 0v8",
    "M2 2h1v1h-1zM6 6h1v1h-1z",
    "M4 1 7 4 4 7 1 4z",
    "M0 2h4M4 6h4",
    "",
)
