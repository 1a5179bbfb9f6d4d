"""The log as one customer sees it: the events of its tickets and disputes, one after another, as they come."""

import logging
from collections.abc import Iterable, Iterator
from typing import NamedTuple, cast
from uuid import UUID

from eventsourcing.persistence import Mapper, Notification

from api.answers import Line, history_line
from domain.desk.envelope import Envelope
from domain.desk.names import DISPUTE, TICKET
from projections.store.reader import Reader

AT_ONCE = 500

_log = logging.getLogger(__name__)


class Heard(NamedTuple):
    """An event with its place in the log; `kind` tells one of a dispute from one of a ticket that has the same name."""

    position: int
    kind: str
    line: Line


class Feed:
    """What one follower has not seen yet; `position` is how far it has come, whoever the events were of."""

    def __init__(self, reader: Reader, mapper: Mapper[UUID], customer: str | None, after: int) -> None:
        self._reader = reader
        self._mapper = mapper
        self._customer = customer
        self.position = after

    def new(self) -> list[Heard]:
        """The next events; none where nothing happened. Raises what psycopg raises."""
        events = self._reader.page(self.position, AT_ONCE).events
        if events:
            self.position = events[-1].id
        return list(self._seen(events))

    def _seen(self, events: Iterable[Notification]) -> Iterator[Heard]:
        for one in events:
            about = _about(one)
            envelope = self._read(one) if about else None
            if envelope and self._customer in (None, envelope.customer):
                kind = envelope.event.event if about == "ticket" else f"{about}_{envelope.event.event}"
                yield Heard(one.id, kind, {about: envelope.originator_id} | history_line(envelope))

    def _read(self, stored: Notification) -> Envelope | None:
        """None for what cannot be read, which is no reason to keep the others from anybody."""
        try:
            return cast(Envelope, self._mapper.to_domain_event(stored))
        except ValueError as error:
            _log.error("event %s of the log cannot be read: %s", stored.id, type(error).__name__)
            return None


def _about(stored: Notification) -> str:
    """What an event is about, empty for what is told otherwise: contracts and terms."""
    return next((kind.rstrip(".") for kind in (TICKET, DISPUTE) if stored.topic.startswith(kind)), "")
