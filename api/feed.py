"""The log as one customer sees it: the events of its tickets, one after another, as they come."""

import logging
from collections.abc import Iterable, Iterator
from typing import cast
from uuid import UUID

from eventsourcing.persistence import Mapper, Notification

from api.answers import Line, history_line
from domain.desk.envelope import Envelope
from domain.desk.names import TICKET
from projections.store.reader import Reader

AT_ONCE = 500

_log = logging.getLogger(__name__)


class Feed:
    """What one follower has not seen yet; `position` is how far it has come, whoever the events were of."""

    def __init__(self, reader: Reader, mapper: Mapper[UUID], customer: str | None, after: int) -> None:
        self._reader = reader
        self._mapper = mapper
        self._customer = customer
        self.position = after

    def new(self) -> list[tuple[int, Line]]:
        """The next events, each with its place in the log; none where nothing happened. Raises what psycopg raises."""
        events = self._reader.page(self.position, AT_ONCE).events
        if events:
            self.position = events[-1].id
        return list(self._seen(events))

    def _seen(self, events: Iterable[Notification]) -> Iterator[tuple[int, Line]]:
        for one in events:
            if one.topic.startswith(TICKET):
                envelope = self._read(one)
                if envelope and self._customer in (None, envelope.customer):
                    yield one.id, {"ticket": envelope.originator_id} | history_line(envelope)

    def _read(self, stored: Notification) -> Envelope | None:
        """None for what cannot be read, which is no reason to keep the others from anybody."""
        try:
            return cast(Envelope, self._mapper.to_domain_event(stored))
        except ValueError as error:
            _log.error("event %s of the log cannot be read: %s", stored.id, type(error).__name__)
            return None
