"""Instants as whole numbers: microseconds order events, whole seconds are counted.

Source: semantics 1.1 and 1.5 — an instant is a point on the UTC line, a naive time is an error, and arithmetic is done in UTC.
An instant with a fraction keeps its place in the order of events; what is counted from it begins at its whole second.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

SECOND = 1_000_000
DAY_SECONDS = 86_400

FIRST_YEAR = 1970
LAST_YEAR = 2199

AN_INSTANT = "an instant with its offset, such as 2024-03-28T16:30:00+01:00"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _plausible(instant: datetime) -> datetime:
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise ValueError(f"an instant lies in the years {FIRST_YEAR} to {LAST_YEAR}, not in {instant.year}")
    return instant


def _written(value: object) -> object:
    """A bare number, which could be any unit since any epoch, is no instant, nor is a text of one."""
    if isinstance(value, int | float) or (isinstance(value, str) and _is_number(value)):
        raise ValueError(f"write {AN_INSTANT}, not {value}")
    return value


def _is_number(text: str) -> bool:
    if text[:4].isdigit() and text[4:5] == "-":
        return False
    try:
        float(text)
    except ValueError:
        return False
    return True


def _stored(told: object) -> datetime:
    """In the zone that the text names: UTC is Python's own, which reckons with it three times as fast as with another."""
    if isinstance(told, str) and (instant := datetime.fromisoformat(told)).tzinfo is not None:
        return instant
    raise ValueError(f"write {AN_INSTANT}, not {told}")


class _AsStored:
    """Read from JSON text, which only what was stored is, an instant needs no other check than that it has an offset."""

    @staticmethod
    def __get_pydantic_core_schema__(source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        stored = core_schema.no_info_plain_validator_function(
            _stored, serialization=core_schema.simple_ser_schema("datetime")
        )
        return core_schema.json_or_python_schema(json_schema=stored, python_schema=handler(source))

    @staticmethod
    def __get_pydantic_json_schema__(_: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(core_schema.datetime_schema())


Instant = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_plausible), _AsStored]
"""An aware datetime of the years 1970 to 2199; anything else in a history is a mistake and is refused."""


def micros(instant: datetime) -> int:
    """Microseconds since 1970 UTC. Raises TypeError for a naive time."""
    since = instant - _EPOCH
    return (since.days * DAY_SECONDS + since.seconds) * SECOND + since.microseconds


def seconds(instant: datetime) -> int:
    """Whole seconds since 1970 UTC, a fraction dropped. Raises TypeError for a naive time."""
    return micros(instant) // SECOND


def moment(second: int) -> datetime:
    """The UTC datetime of a whole second since 1970."""
    return datetime.fromtimestamp(second, UTC)


def instant(micro: int) -> datetime:
    """The UTC datetime of a microsecond since 1970."""
    return _EPOCH + micro * _MICROSECOND


@lru_cache(maxsize=1 << 16)
def text(second: int) -> str:
    """The instant as answers write it: UTC with `Z`, to the second."""
    return f"{moment(second).isoformat()[:19]}Z"
