"""The traces of an XES stream (IEEE 1849), one after another, in constant memory.

The parser of the standard library is driven directly, since it knows the line of everything it reads and can refuse a
document type declaration before a single entity of it is declared. Only attributes standing directly on a trace or an
event are read; what is nested in them, and the sections `extension`, `global` and `classifier`, say nothing about a
ticket.
"""

import gzip
import zlib
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple, Protocol
from xml.parsers.expat import ExpatError, ParserCreate, errors

from domain.logs.errors import LogError
from domain.logs.report import Report

CHUNK_BYTES = 1 << 16
NAMES_AT_MOST = 100
GZIP = b"\x1f\x8b"

Attributes = dict[str, str]


class Readable(Protocol):
    """A stream of bytes: a file opened as binary, or what unpacks one."""

    def read(self, size: int, /) -> bytes: ...


class Trace(NamedTuple):
    """A trace with the line it begins in, its attributes by key, and its events in their order, each with its line."""

    line: int
    attributes: Attributes
    events: list[tuple[int, Attributes]]


class _Reader:
    """Collects finished traces. Depth 1 is the log, 2 a trace, 3 its attributes and events, 4 an event's attributes."""

    def __init__(self, wanted: frozenset[str], report: Report, file: str | None) -> None:
        self.parser = ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.done: deque[Trace] = deque()
        self.not_read: set[str] = set()
        self._wanted = wanted
        self._report = report
        self._file = file
        self._depth = 0
        self._trace: Trace | None = None
        self._event: Attributes | None = None

    def error(self, what: str) -> LogError:
        return LogError(what, file=self._file, line=self.parser.CurrentLineNumber)

    def feed(self, chunk: bytes) -> LogError | None:
        """Read on; the error that ends the stream, if there is one, is for after the traces that are done."""
        if self.parser.CurrentByteIndex <= 0 and chunk.startswith(GZIP):
            return self.error("still compressed with gzip; unpack it before it is read")
        try:
            self.parser.Parse(chunk, not chunk)
        except ExpatError as error:
            what = errors.messages.get(error.code, f"error {error.code}")
            what = f"the XML is broken or cut off here ({what}); fetch the file again"
            return LogError(what, file=self._file, line=error.lineno, column=error.offset + 1)
        except LogError as error:
            return error
        return None

    def _doctype(self, *_: object) -> None:
        raise self.error("a document type declaration is refused, since entities could be hidden in it; remove it")

    def _start(self, tag: str, attributes: Attributes) -> None:
        self._depth = depth = self._depth + 1
        if depth == 4:
            if self._event is not None:
                self._keep(self._event, attributes)
        elif depth == 3:
            if self._trace is None:
                return
            if _local(tag) == "event":
                self._event = {}
                self._trace.events.append((self.parser.CurrentLineNumber, self._event))
            else:
                self._keep(self._trace.attributes, attributes)
        elif depth == 2:
            self._open(_local(tag))
        elif depth == 1 and _local(tag) != "log":
            raise self.error(f"not an XES log: its outermost element is <{tag[:40]}>, expected is <log>")

    def _open(self, tag: str) -> None:
        line = self.parser.CurrentLineNumber
        if tag == "trace":
            self._trace = Trace(line, {}, [])
        elif tag == "event":
            self._report.rows += 1
            self._report.untold.add(line, None, "an event outside of any trace")

    def _end(self, _: str) -> None:
        self._depth -= 1
        if self._depth == 2:
            self._event = None
        elif self._depth == 1 and self._trace is not None:
            self.done.append(self._trace)
            self._trace = None

    def _keep(self, into: Attributes, attributes: Attributes) -> None:
        key, value = attributes.get("key"), attributes.get("value")
        if key is None or not value:
            return
        if key in self._wanted:
            into[key] = value
        elif len(self.not_read) < NAMES_AT_MOST:
            self.not_read.add(key)


def traces(stream: Readable, wanted: frozenset[str], report: Report, file: str | None = None) -> Iterator[Trace]:
    """Each trace with its `wanted` attributes, as soon as it ends. `report.about` names (some of) the attributes not
    read.

    Raises LogError with the line where the stream is no XES log, is cut off, or declares a document type; the traces
    that were complete before have been handed out by then.
    """
    reader = _Reader(wanted, report, file)
    failure, more = None, True
    while more and failure is None:
        try:
            chunk = stream.read(CHUNK_BYTES)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise reader.error(f"the compressed file is cut off or damaged ({error}); fetch it again") from error
        failure, more = reader.feed(chunk), bool(chunk)
        while reader.done:
            yield reader.done.popleft()
    report.about["attributes_not_read"] = sorted(reader.not_read)
    if failure is not None:
        raise failure


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]
