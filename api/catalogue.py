"""Which agreements and holiday lists are published: their names, which the log has, and no read model."""

from threading import Lock
from typing import cast

from domain.desk.desk import Desk
from domain.desk.envelope import Envelope
from domain.desk.names import PUBLICATION
from domain.terms.publication import AgreementPublished, HolidaysPublished

AGREEMENT = f"{PUBLICATION}{AgreementPublished.model_fields['event'].default}"
HOLIDAYS = f"{PUBLICATION}{HolidaysPublished.model_fields['event'].default}"

_AT_ONCE = 1_000


class Catalogue:
    """Reads of the log only what is new since it was asked last."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = Lock()
        self._position = 0
        self._names: dict[str, dict[str, None]] = {AGREEMENT: {}, HOLIDAYS: {}}

    def names(self, topic: str, up_to: int) -> list[str]:
        """In alphabetical order, up to a position of the log below which nothing is added any more."""
        with self._lock:
            while self._position < up_to:
                self._read(up_to)
            return sorted(self._names[topic])

    def _read(self, up_to: int) -> None:
        found = self._desk.recorder.select_notifications(
            self._position, _AT_ONCE, up_to, list(self._names), inclusive_of_start=False
        )
        for one in found:
            event = cast(Envelope, self._desk.mapper.to_domain_event(one)).event
            self._names[one.topic][event.id if one.topic == AGREEMENT else event.name] = None
        self._position = found[-1].id if len(found) == _AT_ONCE else up_to
