"""Where a term stands: the path, the key and the words for each part of an agreement as its author wrote it.

Terms know nothing of the document they were read from: one value may stand there for a list of one, and a key may be an alias.
So both are walked side by side.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pydantic import BaseModel

from domain.terms.agreement import Trigger
from domain.terms.checking.positions import KeyPath
from domain.terms.conditions import Pattern
from domain.terms.conduct import Duty, Ground, Rule

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WORD = re.compile(r"[a-z_]+")


class Flaw(NamedTuple):
    """What is wrong at a path of a document, and what would be right."""

    path: KeyPath
    says: str
    remedy: str = ""


class Place(NamedTuple):
    """A term, its path in the document, and the events that it asks about."""

    path: KeyPath
    term: BaseModel
    events: tuple[str, ...] = ()


def places(value: object, document: object, path: KeyPath = (), events: tuple[str, ...] = ()) -> Iterator[Place]:
    """Every term below a value, itself included."""
    match value:
        case BaseModel():
            events = _events(value, events)
            yield Place(path, value, events)
            for name in type(value).model_fields:
                key = key_of(value, name, document)
                inner = document.get(key) if isinstance(document, dict) else None
                yield from places(getattr(value, name), inner, (*path, key), events)
        case tuple() if type(value) is tuple:
            for index, one in enumerate(value):
                yield from places(one, _element(document, index), element_path(document, path, index), events)
        case dict():
            for key, one in value.items():
                inner = document.get(key) if isinstance(document, dict) else None
                yield from places(one, inner, (*path, key), events)
        case _:
            pass


def key_of(term: BaseModel, field: str, document: object = None) -> str:
    """The key under which a document gives a field: its public name, or the one it has here."""
    alias = type(term).model_fields[field].alias
    return alias if alias and not (isinstance(document, dict) and field in document) else field


def element_path(document: object, path: KeyPath, index: int) -> KeyPath:
    """The path of an element; a value that stands for a list of one has the path of the list."""
    return (*path, index) if isinstance(document, list) else path


def at(document: object, path: KeyPath) -> object:
    """What stands in a document at a path, None where nothing does."""
    for part in path:
        match document, part:
            case dict(), str():
                document = document.get(part)
            case list(), int() if 0 <= part < len(document):
                document = document[part]
            case _:
                return None
    return document


def real_path(document: object, location: KeyPath, *, missing: bool = False) -> KeyPath:
    """The parts of a validation error's location that the document has; the last one stays where a key is missing."""
    path: KeyPath = ()
    for place, part in enumerate(location):
        match at(document, path), part:
            case dict(inner), str() if part in inner:
                path = (*path, part)
            case list(inner), int() if part < len(inner):
                path = (*path, part)
            case dict(), str() if missing and place == len(location) - 1:
                path = (*path, part)
    return path


def key(document: object, path: KeyPath) -> str:
    """A path as a person writes it: `clock[response].targets[2].target`."""
    written = ""
    for end, part in enumerate(path, start=1):
        if isinstance(part, int):
            written += f"[{_own_name(document, path[:end]) or part + 1}]"
        else:
            written += f".{part if _BARE.fullmatch(part) else json.dumps(part, ensure_ascii=False)}"
    return written.removeprefix(".")


def where(document: object, path: KeyPath) -> str:
    """A path in words: `clock "response", targets row 2, target`."""
    words = ""
    for end, part in enumerate(path, start=1):
        if isinstance(part, str):
            words += f", {part}" if _WORD.fullmatch(part) else f' "{part}"'
        elif name := _own_name(document, path[:end]):
            words += f' "{name}"'
        else:
            words += f" {'row ' if _is_row(document, path[:end]) else ''}{part + 1}"
    return words.removeprefix(", ")


def line(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """The line of a path, or of the nearest one around it; of the whole text it is the first."""
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), 1)


def _events(term: BaseModel, events: tuple[str, ...]) -> tuple[str, ...]:
    match term:
        case Rule() | Pattern():
            return term.event
        case Trigger():
            return (term.event,) if term.event else ()
        case Ground():
            return ("declined",)
        case Duty():
            return tuple(name for pattern in term.after for name in pattern.event)
        case _:
            return events


def _element(document: object, index: int) -> object:
    return document[index] if isinstance(document, list) and index < len(document) else document


def _is_row(document: object, path: KeyPath) -> bool:
    """Whether an element is one of several tables under a plural, rather than a value or a `[[rule]]`."""
    return isinstance(at(document, path), dict) and str(path[-2]).endswith("s")


def _own_name(document: object, path: KeyPath) -> str | None:
    """The name of an element of a top-level list: `[[clock]]`, `[[reading]]`, `[[alert_code]]`."""
    element = at(document, path) if len(path) == 2 else None
    if not isinstance(element, dict):
        return None
    return next((name for own in ("name", "id", "code") if isinstance(name := element.get(own), str)), None)
