"""What the desk asks of a log beside what the event store knows."""

from abc import abstractmethod

from eventsourcing.persistence import ApplicationRecorder

from domain.desk.orders import Settled


class Log(ApplicationRecorder):
    """Keeps what became of a command with the events it recorded: `insert_events` takes it as `command`."""

    @abstractmethod
    def find_command(self, principal: str, key: str) -> Settled | None:
        """What became of the command that the principal gave under this key, if it was done."""
