"""Rows as they stood: each stream cut to what had been recorded by an instant, and judged by that.

What was learned later, be it about earlier, is not in them. A ticket goes by the terms that it names, whenever they were published;
what is in force of an agreement was said by those of its versions known then, the first one before there were others. So too a
ticket filed before its contract was goes by what that said first.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import cast
from uuid import UUID

from eventsourcing.persistence import Mapper, Notification
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier

from domain.desk.envelope import Envelope
from domain.desk.mapper import checked
from domain.desk.shelf import Shelf
from domain.instants import micros
from projections.building import Parties, add_streams, parties_of
from projections.histories import WHOLE_STREAMS, Read, Unreadable, stream_of
from projections.judged import Party, Stream
from projections.store.recorder import EVENTS
from projections.streams import Touched, touched
from projections.tables import Rows

EVENTS_AT_ONCE = 5_000

_SELECT_NEW = SQL("""
    SELECT originator_id, originator_version, topic, state, notification_id
    FROM {events} WHERE notification_id > %s AND notification_id <= %s
    ORDER BY notification_id LIMIT %s""")


class Past:
    """What a log up to a position says had been recorded by an instant. It keeps the contracts that it has read."""

    def __init__(self, schema: str, mapper: Mapper[UUID], shelf: Shelf, at: datetime, up_to: int) -> None:
        self._at = micros(at)
        self._mapper = mapper
        self._shelf = shelf
        self._terms = Shelf(self._published)
        self._up_to = up_to
        self._parties: dict[UUID, Party | Unreadable] = {}
        events = Identifier(schema, EVENTS)
        self._select = WHOLE_STREAMS.format(events=events).as_bytes()
        self._select_new = _SELECT_NEW.format(events=events).as_bytes()

    def rows(self, connection: Connection[TupleRow], streams: Sequence[UUID]) -> Rows:
        """The rows that these streams had; one that began later has none."""

        def parties(contracts: Sequence[UUID]) -> Parties:
            self._learn(connection, contracts)
            return self._parties

        rows = Rows(dict.fromkeys(streams))
        told = self._read(connection, streams)
        add_streams(rows, told, parties, self._shelf, terms=self._terms, until=self._at)
        return rows

    def changed_since(self, connection: Connection[TupleRow], streams: Sequence[UUID]) -> set[UUID]:
        """Those of which more has been recorded since the instant, and those that cannot be read."""
        changed = set()
        for stream, group in self._grouped(connection, streams):
            try:
                last = cast(Envelope, self._mapper.to_domain_event(group[-1]))
                is_known = last.recorded_at <= self._at
            except Exception:  # whatever is wrong with it, it is looked at more closely
                is_known = False
            if not is_known:
                changed.add(stream)
        return changed

    def touched(self, connection: Connection[TupleRow], after: int) -> Touched:
        """The streams of which the log says, after a position, what had been recorded by the instant."""
        return touched(filter(self._was_known, self._new(connection, after)))

    def _new(self, connection: Connection[TupleRow], after: int) -> Iterator[Notification]:
        while True:
            found = connection.execute(self._select_new, (after, self._up_to, EVENTS_AT_ONCE), binary=True)
            events = [Notification(*row) for row in found]
            yield from events
            if len(events) < EVENTS_AT_ONCE:
                return
            after = events[-1].id

    def _was_known(self, event: Notification) -> bool:
        try:
            return cast(Envelope, self._mapper.to_domain_event(event)).recorded_at <= self._at
        except Exception:  # its stream cannot be read any more, which its rows are to say
            return True

    def _read(
        self, connection: Connection[TupleRow], streams: Sequence[UUID], least: int = 0
    ) -> Iterator[tuple[str, UUID, Read]]:
        for stream, events in self._grouped(connection, streams):
            if read := self._cut(events, least):
                yield events[0].topic, stream, read

    def _grouped(
        self, connection: Connection[TupleRow], streams: Sequence[UUID]
    ) -> Iterator[tuple[UUID, list[Notification]]]:
        found = connection.execute(self._select, (list(streams), self._up_to), prepare=True, binary=True)
        for stream, group in groupby((Notification(*row) for row in found), key=stream_of):
            yield stream, list(group)

    def _cut(self, events: Sequence[Notification], least: int) -> Read | None:
        """A stream up to its last event that had been recorded, and no shorter than `least`; None where that is none."""
        known: list[Envelope] = []
        try:
            for envelope in checked(cast(Iterable[Envelope], map(self._mapper.to_domain_event, events))):
                if envelope.recorded_at > self._at and len(known) >= least:
                    break
                known.append(envelope)
        except Exception as error:  # whatever is wrong with one stream, the others go on
            return Unreadable(events[-1].id, error)
        return Stream(stream_of(events[0]), tuple(known), events[len(known) - 1].id) if known else None

    def _learn(self, connection: Connection[TupleRow], contracts: Iterable[UUID]) -> None:
        if missing := [contract for contract in contracts if contract not in self._parties]:
            read = {stream: one for _, stream, one in self._read(connection, missing, least=1)}
            parties = parties_of(read)
            self._parties |= {
                contract: one.no_later_than(self._at) if isinstance(one, Party) else one
                for contract, one in parties.items()
            }

    def _published(self, stream: UUID, after: int) -> Iterator[Envelope]:
        """The versions that a publication had after a number of them."""
        for envelope in self._shelf.publications(stream)[after:]:
            if envelope.originator_version == 1 or envelope.recorded_at <= self._at:
                yield envelope
