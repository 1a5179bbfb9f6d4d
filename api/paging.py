"""Lists in parts: each part says where the next one begins, in a word that only this service reads."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Query
from pydantic import TypeAdapter
from pydantic_core import to_json

from api.problems import Malformed

LONGEST = 200

Limit = Annotated[int, Query(ge=1, le=LONGEST, description="How many at most.")]
Cursor = Annotated[str | None, Query(max_length=500, description="Where to go on: `next` of the part before.")]

_Place = TypeVar("_Place")
_Row = TypeVar("_Row")


def cursor_of(place: object) -> str:
    return urlsafe_b64encode(to_json(place)).decode().rstrip("=")


def next_of(found: Sequence[_Row], limit: int, place_of: Callable[[_Row], object]) -> str | None:
    """The cursor of the part after these rows; None where fewer were found than asked for, so that this is the last."""
    return cursor_of(place_of(found[-1])) if len(found) == limit else None


def place(told: str, kind: type[_Place]) -> _Place:
    """Where a list goes on. Raises Malformed for what was never told as a cursor."""
    try:
        return TypeAdapter(kind).validate_json(urlsafe_b64decode(f"{told}{'=' * (-len(told) % 4)}"))
    except ValueError:
        raise Malformed("cursor: is none of ours", remedy="take `next` as it came, or begin anew without one") from None
