"""Whole streams of the log up to a position, decoded; those used last are kept, so that only what is new is read.

What is kept holds personal data as plain text, hence not for long: a customer forgotten elsewhere is forgotten here that late.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from time import monotonic
from typing import NamedTuple, cast
from uuid import UUID

from eventsourcing.persistence import Mapper, Notification
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier

from domain.desk.mapper import EnvelopeMapper, checked
from projections.judged import Stream
from projections.store.recorder import EVENTS

KEPT_AT_MOST = 4_096
KEPT_SECONDS = 600.0

WHOLE_STREAMS = SQL("""
    SELECT originator_id, originator_version, topic, state, notification_id
    FROM {events} WHERE originator_id = ANY(%s) AND notification_id <= %s
    ORDER BY originator_id, originator_version""")
"""Of these streams, up to a position."""


class Entry(NamedTuple):
    """An event as the log has it, at its place there: what the library calls a notification, for those who read many."""

    originator_id: UUID
    originator_version: int
    topic: str
    state: bytes
    id: int


class Unreadable(NamedTuple):
    """A stream that cannot be read, up to the place of its last event, and why."""

    position: int
    error: Exception


Read = Stream | Unreadable


class Histories:
    """Of one follower of the log, which asks about ever later positions."""

    def __init__(self, schema: str, mapper: Mapper[UUID], clock: Callable[[], float] = monotonic) -> None:
        self._statement = WHOLE_STREAMS.format(events=Identifier(schema, EVENTS)).as_bytes()
        self._mapper = mapper
        self._kept: OrderedDict[UUID, Stream] = OrderedDict()
        self._clock = clock
        self._kept_since = clock()

    def clear(self) -> None:
        """Keep nothing: somebody else followed a stretch of the log that was not seen here."""
        self._kept.clear()
        self._kept_since = self._clock()

    def clear_if_old(self) -> None:
        """Keep nothing for longer than `KEPT_SECONDS`."""
        if self._clock() - self._kept_since >= KEPT_SECONDS:
            self.clear()

    def forget(self, customer: str) -> None:
        """Keep none of a customer's streams."""
        for stream in [one for one, kept in self._kept.items() if kept.envelopes[0].customer == customer]:
            del self._kept[stream]

    def add(self, events: Iterable[Notification]) -> None:
        """Let the streams that are kept go on with the next events of the log."""
        by_stream = sorted(events, key=lambda event: (event.originator_id, event.originator_version))
        for stream, group in groupby(by_stream, key=stream_of):
            if kept := self._kept.get(stream):
                new = [event for event in group if event.originator_version > len(kept.envelopes)]
                longer = read_stream(new, self._mapper, kept) if new else kept
                if isinstance(longer, Stream):
                    self._kept[stream] = longer
                else:
                    del self._kept[stream]

    def read(self, connection: Connection[TupleRow], streams: Sequence[UUID], up_to: int) -> dict[UUID, Read]:
        """What the log holds of these streams up to a position; one of which it holds nothing is left out."""
        read: dict[UUID, Read] = {}
        missing = []
        for stream in streams:
            if stream in self._kept:
                self._kept.move_to_end(stream)
                read[stream] = self._kept[stream]
            else:
                missing.append(stream)
        if missing:
            rows = connection.execute(self._statement, (missing, up_to), prepare=True, binary=True)
            for stream, group in groupby((Entry(*row) for row in rows), key=stream_of):
                read[stream] = one = read_stream(list(group), self._mapper)
                if isinstance(one, Stream):
                    self._keep(one)
        return read

    def _keep(self, stream: Stream) -> None:
        self._kept[stream.id] = stream
        if len(self._kept) > KEPT_AT_MOST:
            self._kept.popitem(last=False)


def stream_of(event: Notification | Entry) -> UUID:
    return cast(UUID, event.originator_id)


def read_stream(events: Sequence[Notification | Entry], mapper: Mapper[UUID], before: Stream | None = None) -> Read:
    """A whole stream, decoded; its beginning may be known, so that these are its next events."""
    known = before.envelopes if before else ()
    try:
        new = cast(EnvelopeMapper, mapper).stream(events)
        envelopes = (*known, *checked(new, known[-1] if known else None))
    except Exception as error:  # whatever is wrong with one stream, the others go on
        return Unreadable(events[-1].id, error)
    return Stream(stream_of(events[0]), envelopes, events[-1].id)
