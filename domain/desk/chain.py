"""The event store of the desk: each event is bound to the one before it as it is put there."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import EventStore, Notification, Recording

from domain.desk.envelope import Envelope
from domain.desk.mapper import digest_of


class ChainedEvents(EventStore[UUID]):
    """The first event of a stream brings the digest of the last one there; those after it in one call follow from it."""

    def put(self, domain_events: Sequence[Any], **kwargs: Any) -> list[Recording[UUID]]:
        """Store envelopes, all or none, and return them bound. Raises IntegrityError where a version is already there."""
        heads: dict[UUID, str] = {}
        bound: list[Envelope] = []
        stored = []
        for envelope in domain_events:
            head = heads.get(envelope.originator_id)
            follows = envelope if head is None else envelope._replace(previous=head)
            form = self.mapper.to_stored_event(follows)
            heads[envelope.originator_id] = digest = digest_of(form)
            bound.append(follows._replace(digest=digest))
            stored.append(form)
        positions = self.recorder.insert_events(stored, **kwargs) or ()
        return [
            Recording(one, Notification(form.originator_id, form.originator_version, form.topic, form.state, position))
            for one, form, position in zip(bound, stored, positions, strict=False)
        ]
