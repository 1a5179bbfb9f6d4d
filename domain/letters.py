"""Characters that are none: NUL and half a pair, which JSON can write and no database and no file of UTF-8 can hold."""

import re
from collections.abc import Iterator
from typing import Any

from domain.terms.checking.positions import KeyPath

NUL = "holds the character U+0000; write a text without it"
HALF = "holds half a character, one from U+D800 to U+DFFF alone; they come in pairs"

_NO_LETTER = re.compile("[\0\ud800-\udfff]")


def no_letters(document: Any) -> Iterator[tuple[KeyPath, str]]:
    """Where in parsed JSON a text, or the name of a field, holds what is no character, and what is wrong with it.

    Nearly no document does, so that all are asked quickly first.
    """
    if _has_some(document):
        yield from _found(document, ())


def _has_some(part: Any) -> bool:
    if isinstance(part, str):
        return "\0" in part if part.isascii() else _NO_LETTER.search(part) is not None
    if isinstance(part, dict):
        return any(map(_has_some, part)) or any(map(_has_some, part.values()))
    return isinstance(part, list) and any(map(_has_some, part))


def _found(part: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    match part:
        case str() if found := _NO_LETTER.search(part):
            yield path, NUL if found[0] == "\0" else HALF
        case dict():
            for name, value in part.items():
                yield from ((path, f"the name of a field {problem}") for _, problem in _found(name, path))
                yield from _found(value, (*path, name))
        case list():
            for place, value in enumerate(part):
                yield from _found(value, (*path, place))
        case _:
            pass
