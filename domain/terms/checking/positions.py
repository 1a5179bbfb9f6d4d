"""The line of every key path of a TOML text, so that an error found in the parsed terms can name its line.

It works beside `tomllib`, which knows the values and forgets the lines: the paths are exactly those of its result, with
array elements by index. Text that is not TOML is `tomllib`'s to report; here it yields whatever was found.
"""

import re
import tomllib
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[\s,]|#[^\n]*)*")
_BASIC = r'"(?:[^"\\\n]|\\.)*"'
_LITERAL = r"'[^'\n]*'"
_PART = re.compile(rf"{_BASIC}|{_LITERAL}|[A-Za-z0-9_-]+")
_KEY = re.compile(rf"(?:{_PART.pattern})(?:[ \t]*\.[ \t]*(?:{_PART.pattern}))*")
_EQUALS = re.compile(r"[ \t]*(?:=[ \t]*)?")
_HEADER = re.compile(rf"\[(?P<array>\[?)[ \t]*(?P<key>{_KEY.pattern})[ \t]*\]\]?")
_VALUE = re.compile(
    r'"""(?:[^\\]|\\[\s\S])*?"{3,5}'  # up to two quotes may stand before the closing three
    r"|'''[\s\S]*?'{3,5}"
    rf"|{_BASIC}|{_LITERAL}|[^,\]}}#\n]*"
)


def positions(text: str) -> Mapping[KeyPath, int]:
    """The line, from 1, on which each key, table and array element begins; a table's own header is its line."""
    scanner = _Scanner(text)
    scanner.scan()
    return scanner.found


def line_of(text: str, path: KeyPath) -> int:
    """The line of a path, or of the nearest known one that encloses it; of the whole text it is the first.

    Parts that the text does not have are passed over: a key that is missing, or the form of a union that a validation
    error puts between a table and its key.
    """
    found = positions(text)
    known: KeyPath = ()
    for part in path:
        if (*known, part) in found:
            known = (*known, part)
    return found.get(known, 1)


class _Scanner:
    """Reads header by header, pair by pair; `_open` are the arrays and inline tables around the place just reached."""

    def __init__(self, text: str) -> None:
        self.found: dict[KeyPath, int] = {}
        self._text = text
        self._line_ends = [end.start() for end in re.finditer("\n", text)]
        self._table: KeyPath = ()
        self._open: list[tuple[str, KeyPath]] = []
        self._lengths: Counter[KeyPath] = Counter()

    def scan(self) -> None:
        at = self._skip(_BLANK, 0)
        while at < len(self._text):
            at = self._skip(_BLANK, self._step(at))

    def _step(self, at: int) -> int:
        """Read one thing, at least one character of it, and tell where it ends."""
        bracket, inside = self._open[-1] if self._open else ("", self._table)
        if self._text[at] in "]}":
            del self._open[-1:]
            return at + 1
        if bracket == "[":
            return self._value(self._element(inside, at), at)
        if self._text[at] == "[":
            return self._header(at)
        return self._pair(inside, at)

    def _header(self, at: int) -> int:
        header = _HEADER.match(self._text, at)
        if header is None:
            return at + 1
        path: KeyPath = ()
        for part in _parts(header["key"]):
            path = self._name(self._latest(path), part, at)
        self._table = self._element(path, at) if header["array"] else path
        self.found[self._table] = self._line(at)
        return header.end()

    def _pair(self, inside: KeyPath, at: int) -> int:
        key = _KEY.match(self._text, at)
        if key is None:
            return at + 1
        for part in _parts(key[0]):
            inside = self._name(inside, part, at)
        return self._value(inside, self._skip(_EQUALS, key.end()))

    def _value(self, path: KeyPath, at: int) -> int:
        bracket = self._text[at : at + 1]
        if bracket not in ("[", "{"):
            return self._skip(_VALUE, at)
        self._open.append((bracket, path))
        return at + 1

    def _name(self, inside: KeyPath, part: str, at: int) -> KeyPath:
        path = (*inside, part)
        self.found.setdefault(path, self._line(at))
        return path

    def _element(self, array: KeyPath, at: int) -> KeyPath:
        path = (*array, self._lengths[array])
        self._lengths[array] += 1
        self.found[path] = self._line(at)
        return path

    def _latest(self, path: KeyPath) -> KeyPath:
        """Below an array of tables, a header means its latest element."""
        return (*path, self._lengths[path] - 1) if path in self._lengths else path

    def _line(self, at: int) -> int:
        return bisect_left(self._line_ends, at) + 1

    def _skip(self, pattern: re.Pattern[str], at: int) -> int:
        match = pattern.match(self._text, at)
        return match.end() if match else at


def _parts(key: str) -> list[str]:
    return [_unquoted(part[0]) for part in _PART.finditer(key)]


def _unquoted(part: str) -> str:
    if part[0] not in "\"'":
        return part
    try:
        return str(tomllib.loads(f"key = {part}")["key"])
    except tomllib.TOMLDecodeError:
        return part
