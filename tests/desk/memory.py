"""The log in memory: for rules, which need no database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.popo import POPOApplicationRecorder

from domain.desk.log import MOVED_ON, Log
from domain.desk.orders import Settled


class MemoryLog(POPOApplicationRecorder, Log):
    def __init__(self) -> None:
        super().__init__()
        self._settled: dict[tuple[str, str], Settled] = {}

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        command: Settled | None = None,
        unmoved: Mapping[UUID, int] | None = None,
        **_: Any,
    ) -> Sequence[int] | None:
        with self._database_lock:
            if any(self.select_events(stream, gt=version) for stream, version in (unmoved or {}).items()):
                raise IntegrityError(MOVED_ON)
            if command and (command.principal, command.key) in self._settled:
                raise IntegrityError("this command was settled before")
            places = super().insert_events(stored_events)
            if command:
                place = places[-1] if places else None
                self._settled[command.principal, command.key] = replace(command, position=place)
            return places

    def find_command(self, principal: str, key: str) -> Settled | None:
        return self._settled.get((principal, key))
