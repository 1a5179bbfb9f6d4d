"""What the API says: the lines of a history, what a command recorded, and how any of it leaves."""

from typing import Any, get_type_hints
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, Field, GetCoreSchemaHandler, create_model
from pydantic_core import CoreSchema, to_json

from api.headers import at_position, at_version
from domain.desk.envelope import Envelope
from domain.desk.orders import Outcome
from domain.instants import instant

Line = dict[str, Any]
"""An event as a case file has it, with its number, and who recorded it and when."""


class AsObject:
    """Documents a named tuple as the object that it is told as."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        fields: dict[str, Any] = {name: (hint, ...) for name, hint in get_type_hints(source).items()}
        return handler(create_model(source.__name__, __doc__=source.__doc__, **fields))


class Done(BaseModel):
    """What a command did. `position` is the place of its last event in the log: `?after=` on a query waits for it."""

    ticket: UUID | None = Field(default=None, description="The ticket that it was about.")
    contract: UUID | None = Field(default=None, description="The contract that it was about.")
    dispute: UUID | None = Field(default=None, description="The dispute that it was about.")
    version: int = Field(description="The version since then, for the next If-Match.")
    position: int | None = Field(description="The place of the last event in the log; null where nothing was recorded.")
    recorded: list[Line] = Field(
        description="The events, as a case file has them; none where the command said nothing new.",
        examples=[[{"version": 2, "at": "2024-03-28T16:00:00Z", "event": "waiting", "on": "access"}]],
    )
    repeated: bool = Field(description="Whether the same request came before; then this is the answer of that time.")


class Published(BaseModel):
    """What was published: nothing where the same document was published last."""

    version: int = Field(description="How many publications there are in this row since then.")
    position: int | None = Field(description="The place in the log; null where nothing was recorded.")
    recorded: list[Line]
    repeated: bool = Field(description="Whether the same request came before; then this is the answer of that time.")


def line(envelope: Envelope) -> Line:
    """An event as a case file has it; its number there is its place."""
    said = envelope.event.model_dump(mode="json", by_alias=True, exclude_unset=True)
    told: Line = {"at": said.pop("effective_at", None) or said.pop("at"), "event": envelope.event.event}
    told |= said
    told["recorded_at"] = instant(envelope.recorded_at)
    if envelope.by is not None:
        told["by"] = envelope.by
    return told


def placed(envelope: Envelope) -> Line:
    """An event with its version: its number in the history, by which corrections and rulings name it."""
    return {"version": envelope.originator_version} | line(envelope)


def history_line(envelope: Envelope) -> Line:
    """An event with its `envelope`: how it came, who sent it in another's name, and the digest that binds it to those before it."""
    around = ("command", "correlation", "origin", "sent_by", "digest")
    return placed(envelope) | {"envelope": {name: getattr(envelope, name) for name in around}}


def done(what: str, outcome: Outcome, status: int = 200, made: str = "", **more: Any) -> Response:
    """The answer to a command about a `ticket`, a `contract` or a `dispute`; `made` is what it made beside, else itself.

    `more` is told besides.
    """
    headers = at_version(outcome.version) | _headers(outcome)
    if status == 201:
        headers["Location"] = f"/v1/{what}s/{made or outcome.stream}"
    return reply({what: outcome.stream, **_told(outcome), **more}, status, headers)


def published(outcome: Outcome) -> Response:
    return reply(_told(outcome), headers=_headers(outcome))


def _told(outcome: Outcome) -> dict[str, Any]:
    return {
        "version": outcome.version,
        "position": outcome.position,
        "recorded": [placed(one) for one in outcome.events],
        "repeated": outcome.repeated,
    }


def _headers(outcome: Outcome) -> dict[str, str]:
    return {} if outcome.position is None else at_position(outcome.position)


def reply(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON, as it stands: what a route declares as its answer is for the documentation."""
    return Response(to_json(content, by_alias=True), status, headers, "application/json")
