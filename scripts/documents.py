"""Case documents from files and streams: one JSON object, a JSON array, or JSON Lines, plain or gzipped.

JSON Lines are read as a stream. Limits keep a mistake from becoming an outage: bytes a file, packed and unpacked, and bytes
of what must be held whole, which is a line, an array, or a document that spans several lines.
"""

import gzip
import io
import os
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from domain.refusals import CaseFileError
from scripts.strict_json import goes_on, parse

MEBIBYTE = 1 << 20
MOST_BYTES = 512 * MEBIBYTE
MOST_BYTES_WHOLE = 64 * MEBIBYTE

GZIP = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Source(NamedTuple):
    """Where a case stands, and its document: JSON to be parsed (bytes), or parsed with the array that it stands in."""

    place: str
    document: Any

    def parsed(self) -> Any:
        """Raises CaseFileError that names the place."""
        return parse(self.document, self.place) if isinstance(self.document, bytes) else self.document


def sources(path: str, most_bytes: int = MOST_BYTES) -> Iterator[Source]:
    """The cases of a file, `-` being standard input. Raises CaseFileError that names the place."""
    with opened(path) as stream:
        yield from _sources(_Limited(stream, name_of(path), most_bytes))


def cases_of(files: Sequence[str], most_bytes: int = MOST_BYTES) -> Iterator[Source]:
    """The cases of files, one file after the other. Raises CaseFileError, also where standard input is named twice."""
    for one in cases_or_refusals(files, most_bytes):
        if isinstance(one, CaseFileError):
            raise one
        yield one


def cases_or_refusals(files: Sequence[str], most_bytes: int = MOST_BYTES) -> Iterator[Source | CaseFileError]:
    """The same, where a file that cannot be read, or no further, is named in its place and the next one follows.

    Raises CaseFileError where standard input is named twice.
    """
    if files.count("-") > 1:
        raise CaseFileError(name_of("-"), "can be read only once; give - once")
    for file in files:
        try:
            yield from sources(file, most_bytes)
        except CaseFileError as error:
            yield error


@contextmanager
def opened(path: str) -> Iterator[io.BufferedIOBase]:
    """The bytes of a file, `-` being standard input, unpacked where they are gzipped. Raises CaseFileError."""
    name = name_of(path)
    try:
        with _binary(path) as stream:
            yield gzip.GzipFile(fileobj=stream) if stream.peek(2)[:2] == GZIP else stream
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise CaseFileError(name, "the gzip file is damaged or cut short; pack it again") from None
    except OSError as error:
        raise CaseFileError(name, f"cannot be read: {error.strerror or error}") from None


def name_of(path: str) -> str:
    return "standard input" if path == "-" else path


def _binary(path: str) -> io.BufferedReader:
    if path != "-":
        return Path(path).open("rb")
    if sys.stdin is None:
        raise OSError("it is closed")
    if sys.stdin.isatty():
        print("Reading from the terminal; Ctrl-D ends the input.", file=sys.stderr)
    return open(sys.stdin.fileno(), "rb", closefd=False)


class _Limited:
    """A stream that ends with a clear error where it, or what must be held whole of it, is too large."""

    def __init__(self, stream: io.BufferedIOBase, name: str, most_bytes: int) -> None:
        self.name = name
        self.number = 0
        self._stream = stream
        self._left = most_bytes
        self._most = most_bytes
        if os.fstat(stream.fileno()).st_size > most_bytes:
            raise self._too_large()

    def line(self) -> bytes:
        """The next line, `number` being its own, from 1; nothing at the end."""
        self.number += 1
        return self._checked(self._stream.readline(MOST_BYTES_WHOLE + 1), f"{self.name}: line {self.number}")

    def rest(self) -> bytes:
        return self._checked(self._stream.read(MOST_BYTES_WHOLE + 1), self.name)

    def _checked(self, text: bytes, place: str) -> bytes:
        self._left -= len(text)
        if self._left < 0:
            raise self._too_large()
        if len(text) > MOST_BYTES_WHOLE:
            most = MOST_BYTES_WHOLE // MEBIBYTE
            raise CaseFileError(place, f"longer than {most} MiB; write JSON Lines, one case a line")
        return text

    def _too_large(self) -> CaseFileError:
        return CaseFileError(self.name, f"larger than {self._most // MEBIBYTE} MiB; split it, or raise --max-mebibytes")


def _sources(stream: _Limited) -> Iterator[Source]:
    line = stream.line().removeprefix(BYTE_ORDER_MARK)
    while line and not line.strip():
        line = stream.line()
    if not line:
        raise CaseFileError(stream.name, "is empty; a case file holds at least one case")
    if line.lstrip().startswith(b"["):
        yield from _elements(_whole(stream, line), stream.name)
    elif goes_on(line):
        yield Source(stream.name, _whole(stream, line))
    else:
        yield from _lines(stream, line)


def _whole(stream: _Limited, line: bytes) -> bytes:
    """A document that begins in this line; lines before it were blank and are kept, to be counted in messages."""
    return b"\n" * (stream.number - 1) + line + stream.rest()


def _elements(text: bytes, name: str) -> Iterator[Source]:
    documents = parse(text, name)
    if not documents:
        raise CaseFileError(name, "is an empty list; a case file holds at least one case")
    for number, document in enumerate(documents, start=1):
        yield Source(f"{name}: item {number}", document)


def _lines(stream: _Limited, line: bytes) -> Iterator[Source]:
    while line:
        if line.strip():
            yield Source(f"{stream.name}: line {stream.number}", line)
        line = stream.line()
