"""A line of an agreement in words, and how lines are laid out as a page of text."""

from collections.abc import Iterable, Iterator
from textwrap import fill
from typing import Literal, NamedTuple

WIDTH = 100
LABEL = 17

Kind = Literal["text", "title", "name", "labelled", "item", "entry", "question", "option", "remark"]


class Line(NamedTuple):
    """What is said, before it is laid out. Of several under one label only the first carries it."""

    kind: Kind
    says: str
    label: str = ""


def labelled(label: str, lines: Iterable[str]) -> Iterator[Line]:
    """Lines behind a label that stands once."""
    for line in lines:
        yield Line("labelled", line, label)
        label = ""


def laid_out(line: Line) -> Iterator[str]:
    """A line within the width of a page; a long label stands on a line of its own."""
    match line.kind:
        case "text":
            yield _wrapped(line.says)
        case "title":
            yield from ("", line.says.upper())
        case "name":
            yield from ("", f"{line.label}: {line.says}")
        case "labelled":
            label = line.label
            if len(label) > LABEL:
                yield _wrapped(label, "  ")
                label = ""
            yield _wrapped(line.says, f"  {label:{LABEL}}", " " * (LABEL + 4))
        case "item":
            yield _wrapped(line.says, "  - ", "    ")
        case "entry":
            yield _wrapped(f"{line.label}: {line.says}", "  ", "    ")
        case "question":
            yield from ("", _wrapped(f"{line.label}: {line.says}", "  ", "    "))
        case "option":
            yield _wrapped(f"{line.label}: {line.says}", "    - ", "      ")
        case "remark":
            yield _wrapped(line.says, "    ", "      ")


def _wrapped(text: str, first: str = "", further: str | None = None) -> str:
    indent = first if further is None else further
    together = " ".join(text.split())
    return fill(
        together, WIDTH, initial_indent=first, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
