"""What was said in a dispute, word for word: every event in the order in which it was recorded, with who said it and when."""

from collections.abc import Iterable
from typing import Any

from domain.desk.envelope import Envelope
from domain.dossier.replays import exact
from domain.instants import micros
from domain.ticket.history import Person


def all_said(envelopes: Iterable[Envelope]) -> list[dict[str, Any]]:
    """In the form of a case file's events: `at` is when it counted, `version` its number in the dispute's history."""
    return [_line(one) for one in envelopes]


def _line(one: Envelope) -> dict[str, Any]:
    return {
        "version": one.originator_version,
        "at": exact(micros(one.event.effective_at)),
        "recorded_at": exact(one.recorded_at),
        "by": one.by.model_dump(mode="json") if isinstance(one.by, Person) else one.by,
        "event": one.event.event,
        **one.event.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"effective_at", "event"}),
    }
