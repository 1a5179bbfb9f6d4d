"""The streams that a stretch of the log tells something of, kind by kind, and how many of them are taken at once."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from eventsourcing.persistence import Notification

from domain.desk.names import CONTRACT, DISPUTE, PUBLICATION, TICKET
from projections.histories import stream_of

STREAMS_AT_ONCE = 500


class Touched(NamedTuple):
    tickets: set[UUID]
    contracts: set[UUID]
    publications: set[UUID]
    disputes: set[UUID]

    def parts(self) -> Iterator[tuple[str, list[UUID]]]:
        """What others hang on goes first; each part with what the topics of its streams begin with."""
        for kind, streams in (
            (PUBLICATION, self.publications),
            (CONTRACT, self.contracts),
            (DISPUTE, self.disputes),
            (TICKET, self.tickets),
        ):
            for some in parts(sorted(streams)):
                yield kind, some


def touched(events: Iterable[Notification]) -> Touched:
    found: dict[str, set[UUID]] = {TICKET: set(), CONTRACT: set(), PUBLICATION: set(), DISPUTE: set()}
    for event in events:
        for kind, streams in found.items():
            if event.topic.startswith(kind):
                streams.add(stream_of(event))
    return Touched(*found.values())


def parts(streams: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(streams)
    while some := list(islice(rest, STREAMS_AT_ONCE)):
        yield some
