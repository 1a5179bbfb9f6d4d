"""What a page of a dossier is made of: the same parts are shown in a browser and printed on paper, in the same words."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup


class Cell(NamedTuple):
    """A text in a table. `kind` is `figure`, `clause`, `late`, `good` or nothing; `to` is the id of a row that it leads to."""

    text: str
    kind: str = ""
    to: str = ""


class Row(NamedTuple):
    """`id` is what the picture and other rows lead to."""

    cells: Sequence[Cell]
    id: str = ""


class Table(NamedTuple):
    """`widths` are the shares of the columns on paper; 0 is as wide as what stands in it."""

    columns: Sequence[str]
    rows: Sequence[Row]
    widths: Sequence[int]
    caption: str = ""
    form: str = "table"


class Facts(NamedTuple):
    """Names with what they are."""

    rows: Sequence[tuple[str, str]]
    form: str = "facts"


class Says(NamedTuple):
    """A paragraph; `tone` is `late`, `soft`, `code` or nothing."""

    text: str
    tone: str = ""
    form: str = "says"


class Picture(NamedTuple):
    svg: Markup
    legend: Sequence[tuple[str, str]]
    form: str = "picture"


Part = Table | Facts | Says | Picture


class Section(NamedTuple):
    id: str
    title: str
    parts: Sequence[Part]


class Page(NamedTuple):
    title: str
    facts: Sequence[tuple[str, str]]
    notes: Sequence[str]
    sections: Sequence[Section]
    foot: str
