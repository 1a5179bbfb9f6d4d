"""What was said in a dispute, word for word: every event in the order in which it was recorded, with who said it and when."""

from collections.abc import Iterable
from typing import Any

from domain.desk.envelope import Envelope
from domain.dossier.replays import exact
from domain.instants import micros
from domain.ticket.history import Actor, Person


def all_said(envelopes: Iterable[Envelope]) -> list[dict[str, Any]]:
    """In the form of a case file's events: `at` is when it counted, `version` its number in the dispute's history.

    `sent_by` is who sent it in the name of `by`, where that was somebody else.
    """
    return [_line(one) for one in envelopes]


def _line(one: Envelope) -> dict[str, Any]:
    return {
        "version": one.originator_version,
        "at": exact(micros(one.event.effective_at)),
        "recorded_at": exact(one.recorded_at),
        "by": _told(one.by),
        **({"sent_by": _told(one.sent_by)} if one.sent_by else {}),
        "event": one.event.event,
        **one.event.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"effective_at", "event"}),
    }


def _told(actor: Actor | None) -> Any:
    return actor.model_dump(mode="json") if isinstance(actor, Person) else actor
