"""What may stand in the body of a request: a command's own fields, and around them since when and on whose behalf.

The JSON in a body is read strictly: what one reader takes for one thing and another for another is refused.
"""

import json
from collections.abc import Callable, Coroutine
from email.message import Message
from hashlib import sha256
from typing import Annotated, Any, TypeVar, cast
from uuid import UUID

from fastapi import Body, Request, Response
from pydantic import BaseModel, ConfigDict, Field, create_model
from starlette.datastructures import Headers

from api.problems import EncodedOtherwise
from api.security import guards_of
from api.timely import TimelyRoute
from domain.instants import Instant
from domain.letters import no_letters
from domain.strict_json import Unfit, strictly
from domain.ticket.history import Actor

AnyCommand = TypeVar("AnyCommand", bound=BaseModel)


class Around(BaseModel):
    """What can be said about any command."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False)

    effective_at: Instant | None = Field(
        default=None,
        description="The instant from which it counts; left out: now. Not in the future, and not before the ticket's opening. "
        "How far back it may lie depends on the role.",
    )
    by: Actor | None = Field(
        default=None,
        description="On whose behalf: a role, or a person with id and role. Left out: yourself.",
    )


class AboutContract(Around):
    """What can be said about any command to a contract."""

    effective_at: Instant | None = Field(
        default=None,
        description="The instant from which it counts; left out: now. Not in the future. How far back it may lie depends on the "
        "role; what was drawn up holds from the first, so that it may lie before the contract was put on file.",
    )


class UnderContract(Around):
    """What is said of a ticket that is not there yet."""

    contract: UUID = Field(description="The contract under which the ticket is opened.")


def body_of(command: type[BaseModel], around: type[Around] = Around) -> type[Around]:
    """The body of a command: its fields by their public names, with what stands around them."""
    bases = cast(tuple[type[Around], ...], (command, around))
    return create_model(command.__name__, __base__=bases, __doc__=command.__doc__)


def taking(
    act: Callable[..., Response], model: type[Around], example: dict[str, Any] | None = None
) -> Callable[..., Response]:
    """Let a route's last parameter, `body`, be this model; where nothing need be said, the body may be missing."""
    body = Body(openapi_examples={"example": {"value": example}}) if example else Body()
    needs_nothing = not any(field.is_required() for field in model.model_fields.values())
    act.__annotations__["body"] = Annotated[model | None if needs_nothing else model, body]
    act.__defaults__ = (None,) if needs_nothing else None
    return act


def command_in(body: Around, command: type[AnyCommand]) -> AnyCommand:
    """The command that a body carries; the body has been validated, and only what was said is set."""
    said = {name: getattr(body, name) for name in body.model_fields_set if name in command.model_fields}
    return command.model_construct(**said)


def fingerprint(method: str, path: str, body: BaseModel) -> bytes:
    """What tells two requests under one idempotency key apart; how the JSON was laid out does not count."""
    told = _IN_ORDER.encode(body.model_dump(mode="json", by_alias=True, exclude_unset=True))
    return sha256(f"{method} {path}\n{told}".encode()).digest()


class StrictRoute(TimelyRoute):
    """Reads bodies as RFC 8259 has them: no NaN, no key twice in an object, no text that is none.

    Whoever may not come in at all is told so before the body is looked at.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            if self.body_field is not None:
                for guard in guards_of(self.dependant):
                    await guard(request)
                refuse_encoded(request.headers)
            return await handle(StrictRequest(request.scope, request.receive))

        return handle_strictly


class StrictRequest(Request):
    """Its JSON is read as `StrictRoute` says."""

    async def json(self) -> Any:
        return _read(await self.body())


def refuse_encoded(headers: Headers) -> None:
    """A body is read as UTF-8, and not unpacked. Raises EncodedOtherwise."""
    packed = headers.get("content-encoding", "identity").strip().lower()
    if packed != "identity":
        raise EncodedOtherwise(f"the body is packed as {packed[:50]!r}")
    message = Message()
    message["content-type"] = headers.get("content-type", "")
    charset = str(message.get_param("charset") or "utf-8").lower()
    if charset not in _UTF_8:
        raise EncodedOtherwise(f"the body is encoded as {charset[:50]!r}")


def _read(body: bytes) -> Any:
    text = body.decode("utf-8-sig", errors="surrogateescape")
    try:
        document = strictly(text)
        if any(no_letters(document)):
            raise json.JSONDecodeError("a text holds a character that is none", text, 0)
    except Unfit as fault:
        raise json.JSONDecodeError(str(fault), text, max(text.find(fault.part), 0)) from None
    except RecursionError:
        raise json.JSONDecodeError("it is nested too deep", text, 0) from None
    return document


_IN_ORDER = json.JSONEncoder(sort_keys=True)
_UTF_8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
