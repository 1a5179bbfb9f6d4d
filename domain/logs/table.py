"""Rows of a log in columns, in constant memory: every line is read, told of, or named in the report."""

import csv
import gzip
import io
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import BinaryIO, cast

from domain.logs.errors import LogError
from domain.logs.report import Report

MISSING = frozenset({"", "?"})
"""What stands in a cell that has no value."""


SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}


def text_lines(stream: BinaryIO | io.BufferedIOBase) -> Iterator[str]:
    """The lines of a UTF-8 stream, with or without byte order mark, or of a UTF-16 stream that begins with one.

    Bytes that are no UTF-8 spoil their own row only. The stream stays open.
    """
    begun = io.BufferedReader(cast(io.RawIOBase, stream))
    wide = begun.peek(2)[:2] in (BOM_UTF16_LE, BOM_UTF16_BE)
    encoding, errors = ("utf-16", "replace") if wide else ("utf-8-sig", "surrogateescape")
    lines = io.TextIOWrapper(begun, encoding, errors)
    try:
        yield from lines
    finally:
        if not lines.closed:
            lines.detach()
            begun.detach()


class _Lines:
    """Hands lines to the CSV reader and keeps those of the record being read, so that they can be read again."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._source = iter(lines)
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 1
        self.damaged = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._source)
        if not line.isascii() or "\0" in line:
            if self.number == 1:
                line = line.removeprefix("\ufeff")
            whole = line.replace("\0", "").encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            self.damaged = self.damaged or whole != line
            line = whole
        self.taken.append(line)
        return line

    def first(self) -> str:
        """The line that comes next, to be looked at before it is read; "" at the end."""
        line = next(self, "")
        self._again.extendleft(self.taken)
        self.taken.clear()
        return line

    def settle(self) -> None:
        """The record ended with the last line taken."""
        self.number += len(self.taken)
        self.taken.clear()
        self.damaged = False

    def settle_first(self) -> None:
        """The record ended with the first line taken; the others are read again."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]
        self.settle()


class Table:
    """Iterates over (line, values of the `needed`, then of the `optional` columns); "" for a column that is absent.

    Columns may stand in any order among others, between commas, semicolons or tabs: the header shows which. A row that
    cannot be read is doubtful, and its first needed value, as far as it can be made out, is kept in `broken` with its
    line. Raises LogError where the input is no such table or ends in the middle of a compressed stream.
    """

    def __init__(
        self,
        lines: Iterable[str],
        needed: Sequence[str],
        optional: Sequence[str],
        report: Report,
        file: str | None = None,
    ) -> None:
        self._lines = _Lines(lines)
        self._report = report
        self._file = file
        self._separator = self._between(needed)
        self._reader = csv.reader(self._lines, strict=True, delimiter=self._separator)
        self.broken: dict[str, int] = {}
        header = [name.strip().lower() for name in self._header()]
        self._lines.settle()
        self._check(header, needed)
        wanted = [*needed, *optional]
        self._width = len(header)
        self._key = header.index(needed[0])
        self._pick = itemgetter(*(header.index(name) if name in header else self._width for name in wanted))
        report.about["separator"] = SEPARATORS[self._separator]
        report.about["columns"] = {
            "read": [name for name in wanted if name in header],
            "absent": [name for name in optional if name not in header],
            "not_read": [name for name in header if name not in wanted],
        }

    def __iter__(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        lines, report = self._lines, self._report
        while True:
            try:
                cells = self._next()
            except csv.Error as error:
                self._break(f"not readable as CSV: {error}")
                continue
            if cells is None:
                return
            if not cells:
                lines.settle()
            elif len(cells) != self._width:
                self._break("another number of columns than the header", f"{len(cells)} instead of {self._width}")
            elif len(lines.taken) > 1 and self._swallows():
                self._break("a quote that closes rows further down")
            else:
                number, damaged = lines.number, lines.damaged
                lines.settle()
                report.rows += 1
                cells.append("")
                values = self._pick(cells)
                if damaged:
                    report.doubtful.add(number, values[0], "NUL or not UTF-8: such characters were replaced")
                yield number, values

    def _next(self) -> list[str] | None:
        try:
            return next(self._reader, None)
        except (UnicodeDecodeError, EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> LogError:
        if isinstance(error, UnicodeDecodeError):
            return self._error("not UTF-8; save the log as UTF-8, or read it with text_lines")
        return self._error(f"the compressed file is cut off or damaged ({error}); fetch it again")

    def _error(self, what: str) -> LogError:
        return LogError(what, file=self._file, line=self._lines.number + len(self._lines.taken))

    def _between(self, needed: Sequence[str]) -> str:
        """What separates columns: whatever makes the most of the needed ones of the header's first line."""
        try:
            line = self._lines.first().lower()
        except (UnicodeDecodeError, EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise self._unreadable(error) from error
        return max(
            SEPARATORS, key=lambda separator: len({*needed} & {name.strip(' "\r\n') for name in line.split(separator)})
        )

    def _header(self) -> list[str]:
        try:
            header = self._next()
        except csv.Error as error:
            raise self._error(f"the header is not readable as CSV: {error}") from error
        if not header:
            raise self._error("there is no header; expected a first line with the names of the columns")
        return header

    def _check(self, header: list[str], needed: Sequence[str]) -> None:
        absent = [name for name in needed if name not in header]
        twice = sorted({name for name in header if name and header.count(name) > 1})
        if absent or twice:
            fault = f"has no column {', '.join(absent)}" if absent else f"names twice: {', '.join(twice)}"
            raise LogError(
                f"the header {fault}; expected are columns, in any order, between commas, semicolons or tabs, with at "
                f"least {', '.join(needed)}; the line begins {self._separator.join(header)[:80]!r}",
                file=self._file,
                line=1,
            )

    def _swallows(self) -> bool:
        """Whether the lines of a record look like rows of their own, that a stray quote joined to one."""
        return sum(line.count(self._separator) >= self._width - 1 for line in self._lines.taken) > 1

    def _break(self, what: str, value: object = None) -> None:
        """Pass over the first line of an unreadable record; a stray quote must not swallow the lines after it."""
        lines, report = self._lines, self._report
        cells = lines.taken[0].rstrip("\r\n").split(self._separator)
        key = cells[self._key].strip(' "') if len(cells) > self._key else ""
        report.rows += 1
        report.doubtful.add(lines.number, key or None, what, value)
        if key in MISSING:
            report.untold.add(lines.number, None, "a row without incident number")
        else:
            self.broken.setdefault(key, lines.number)
        lines.settle_first()
