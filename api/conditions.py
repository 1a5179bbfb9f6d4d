"""The headers that make a command safe: a key, so that it is done once, and the version that its sender decided on.

What reads them waits for nothing, so it is no work for a thread of its own.
"""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Header, Request
from starlette.datastructures import Headers

from api.problems import Malformed, PreconditionRequired

LONGEST_KEY = 200

_KEY = re.compile(rf'"?([A-Za-z0-9._:-]{{1,{LONGEST_KEY}}})"?')
"""No slash: keys with one are the program's own."""

_VERSION = re.compile(r'"(0|[1-9][0-9]{0,17})"')


@dataclass(frozen=True, slots=True)
class Conditions:
    """`version` is the one that the command is for, None for any."""

    key: str
    version: int | None = None


def refuse_doubled(headers: Headers) -> None:
    """Of two, nobody could say which one counted. Raises Malformed."""
    names = [name for name, _ in headers.raw]
    for name in ("Idempotency-Key", "If-Match"):
        if names.count(name.lower().encode()) > 1:
            raise Malformed(f"{name} is given twice", remedy="Send it once.")


async def once(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Required. A word of your own for this request, such as a UUID; the same word again gets the same answer.",
            openapi_examples={"uuid": {"value": "8e03978e-40d5-43e8-bc93-6894a57f9324"}},
        ),
    ] = None,
) -> Conditions:
    """The conditions of a command that makes something new. Raises Malformed."""
    if request.headers.get("if-match", "*").strip() != "*":
        raise Malformed("If-Match names a version, and what is made new has none yet", remedy="Leave it out.")
    return Conditions(_key_in(idempotency_key))


async def once_on_version(
    idempotency_key: Annotated[
        str | None, Header(description="Required. A word of your own for this request, such as a UUID.")
    ] = None,
    if_match: Annotated[
        str | None,
        Header(
            description='Required. The ETag that you decided on, such as `"7"`; `*` for whichever it is.',
            openapi_examples={"version": {"value": '"7"'}},
        ),
    ] = None,
) -> Conditions:
    """The conditions of a command on what is there. Raises Malformed or PreconditionRequired."""
    key = _key_in(idempotency_key)
    if if_match is None:
        raise PreconditionRequired(
            "If-Match is missing", remedy='Send the ETag that you decided on, such as "7", or *.'
        )
    if if_match.strip() == "*":
        return Conditions(key)
    version = _VERSION.fullmatch(if_match.strip())
    if version is None:
        raise Malformed('If-Match is one version, such as "7", or *', remedy="Send the ETag as it came.")
    return Conditions(key, int(version[1]))


def _key_in(idempotency_key: str | None) -> str:
    if idempotency_key is None:
        raise Malformed(
            "Idempotency-Key is missing", remedy="Send one, such as a UUID, so that a repetition is harmless."
        )
    key = _KEY.fullmatch(idempotency_key)
    if key is None:
        allowed = f"1 to {LONGEST_KEY} letters, digits, dots, colons, underscores and hyphens"
        raise Malformed(f"Idempotency-Key is {allowed}", remedy="A UUID will do.")
    return key[1]
