"""The history of a ticket as its clocks see it, read from the log in as few steps as that takes.

Who recorded an event, its digest and the texts in it are left where they are: of many tickets nothing but clocks is asked. A
personal field keeps its sealed form, of which rules see no more than that something is there.

Events that say the same are one object but for their instants: clocks are told those beside it, so its own `effective_at` is that
of the first of them. Only where something was said afterwards, which names events and instants, is each read by itself.
"""

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter, create_model
from pydantic_core import from_json

from domain.clocks.fold import ACTING
from domain.desk.envelope import Filed
from domain.desk.names import TICKET
from domain.instants import micros
from domain.terms.agreement import Agreement
from domain.ticket.events import KINDS, TicketEvent
from domain.ticket.history import Recorded

SAID_AFTERWARDS = frozenset({"corrected", "ruled"})
_FIRST = frozenset({"opened", "refused"})

MOST_KEPT = 20_000
"""So many events that say something of their own are kept, in case that others say the same."""


class _Bare(BaseModel):
    model_config = ConfigDict(extra="ignore")


def _form(kind: type[BaseModel], **more: Any) -> TypeAdapter[Any]:
    """What is taken of a stored event."""
    return TypeAdapter(create_model(f"Bare{kind.__name__}", __base__=_Bare, event=(kind, ...), **more))


_RECORDED: dict[str, Any] = {"recorded_at": (AwareDatetime, ...)}
_AFTERWARDS = frozenset(f"{TICKET}{name}" for name in SAID_AFTERWARDS)
_NAME = itemgetter(2)
_OPENINGS = frozenset(f"{TICKET}{name}" for name in _FIRST)

Row = tuple[UUID, int, str, bytes]
"""A stored event: its stream, its version, its name and what it says."""


class Beginning(NamedTuple):
    """A stream's first event, with what the ticket is judged by and the name it has in a case file, where it came from one.

    `filed` leaves out that name and where the ticket came from: it is the same object for all tickets filed alike. `is_contested`:
    something was said afterwards.
    """

    filed: Filed
    case: str | None
    opening: Recorded
    is_contested: bool


def events_that_count(agreement: Agreement) -> frozenset[str]:
    """The stored names of the events that can move a clock under an agreement, whatever plan or reading."""
    triggers = [trigger for clock in agreement.clocks for trigger in (*clock.starts, *clock.stops, *clock.ends)]
    named = {name for trigger in triggers for name in (trigger.event, trigger.also) if name}
    return frozenset(f"{TICKET}{name}" for name in ACTING | named | SAID_AFTERWARDS | _FIRST)


class Bare:
    """Reads stored events; `when_recorded` also when each was recorded, which otherwise counts as the instant it took effect."""

    def __init__(self, *, when_recorded: bool) -> None:
        more = _RECORDED if when_recorded else {}
        self._when_recorded = when_recorded
        self._forms = {f"{TICKET}{name}": _form(kind, **more) for name, kind in KINDS.items()}
        self._events: dict[object, TicketEvent] = {}
        self._filed: dict[object, Filed] = {}

    def beginning(self, stream: Sequence[Row]) -> Beginning | None:
        """None where the stream is no ticket's."""
        first = stream[0]
        if first[2] not in _OPENINGS:
            return None
        told = from_json(first[3])
        filed = told.get("filed")
        if filed is None:
            return None
        is_contested = not _AFTERWARDS.isdisjoint(map(_NAME, stream))
        opening = self._whole(first) if is_contested else self._shared(first, told)
        return Beginning(self._filed_alike(filed), filed.get("case"), opening, is_contested)

    def rest(self, stream: Sequence[Row], names: frozenset[str], *, is_contested: bool) -> list[Recorded]:
        """The events after the first, as far as they have one of these names as they are stored.

        Raises KeyError for a form of another time.
        """
        rows = [row for row in stream[1:] if row[2] in names or row[2] not in self._forms]
        if is_contested:
            return [self._whole(row) for row in rows]
        return [self._shared(row, from_json(row[3])) for row in rows]

    def _whole(self, row: Row) -> Recorded:
        told = self._forms[row[2]].validate_json(row[3])
        event: TicketEvent = told.event
        at = micros(event.effective_at)
        return Recorded(row[1], event, at, micros(told.recorded_at) if self._when_recorded else at)

    def _shared(self, row: Row, told: dict[str, Any]) -> Recorded:
        said = told["event"]
        at = micros(datetime.fromisoformat(said.pop("effective_at")))
        key = (row[2], *said.items())
        try:
            event = self._events.get(key)
        except TypeError:  # what it says has parts, and is hardly ever said again
            event = self._forms[row[2]].validate_json(row[3]).event
        else:
            if event is None:
                event = self._forms[row[2]].validate_json(row[3]).event
                if len(self._events) < MOST_KEPT:
                    self._events[key] = event
        recorded_at = micros(datetime.fromisoformat(told["recorded_at"])) if self._when_recorded else at
        return Recorded(row[1], event, at, recorded_at)

    def _filed_alike(self, told: dict[str, Any]) -> Filed:
        holidays, readings = told.get("holidays") or {}, told.get("readings") or {}
        key = (told["contract"], told["digest"], *holidays.items(), *readings.items())
        if key not in self._filed:
            self._filed[key] = Filed.model_validate({**told, "case": None, "source": {}})
        return self._filed[key]
