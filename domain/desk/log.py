"""What the desk asks of a log beside what the event store knows."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, StoredEvent

from domain.desk.orders import Settled

MOVED_ON = "a stream on which this was decided has moved on"


class Log(ApplicationRecorder):
    """Keeps what became of a command with the events it recorded: `insert_events` takes it as `command`.

    `insert_events` also takes as `unmoved` the versions that other streams must still have; where one has moved on, it stores
    nothing and raises IntegrityError. Two that hang on each other's streams could pass each other; of those who come `in_turn` one
    sees what the other one has stored.
    """

    @abstractmethod
    def find_command(self, principal: str, key: str) -> Settled | None:
        """What became of the command that the principal gave under this key, if it was done."""

    def select_tails(self, tails: Mapping[UUID, int]) -> dict[UUID, Sequence[StoredEvent]]:
        """The events of each stream after a version; a log that is far away brings them in one go."""
        return {stream: self.select_events(stream, gt=after) for stream, after in tails.items()}
