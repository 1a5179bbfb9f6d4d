"""Instants as whole numbers: microseconds order events, whole seconds are counted. Beside them the days that contracts name.

Source: semantics 1.1 and 1.5 — an instant is a point on the UTC line, a naive time is an error, and arithmetic is done in UTC.
An instant with a fraction keeps its place in the order of events; what is counted from it begins at its whole second.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

SECOND = 1_000_000
DAY_SECONDS = 86_400

FIRST_YEAR = 1970
LAST_YEAR = 2199
FIRST_DAY = date(FIRST_YEAR, 1, 1)
LAST_DAY = date(LAST_YEAR, 12, 31)

AN_INSTANT = "an instant with its offset, such as 2024-03-28T16:30:00+01:00"
A_DAY = "a day such as 2024-03-28"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _plausible(instant: datetime) -> datetime:
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise ValueError(f"an instant lies in the years {FIRST_YEAR} to {LAST_YEAR}, not in {instant.year}")
    return instant


def _plausible_day(day: date) -> date:
    if day > LAST_DAY:
        raise ValueError(f"{day} lies after {LAST_DAY}; name a day up to that, or none where no end is known")
    if day < FIRST_DAY:
        raise ValueError(f"{day} lies before {FIRST_DAY}; name that day or a later one")
    return day


def _written(value: object) -> object:
    """A bare number, which could be any unit since any epoch, is no instant, nor is a text of one."""
    return _no_number(value, AN_INSTANT)


def _written_day(value: object) -> object:
    return _no_number(value, A_DAY)


def _no_number(value: object, wanted: str) -> object:
    if isinstance(value, int | float) or (isinstance(value, str) and _is_number(value)):
        raise ValueError(f"write {wanted}, not {value}")
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


def _stored_day(told: object) -> date:
    """A day that was recorded before days had bounds reads as the first or the last of them: no answer reaches beyond."""
    if isinstance(told, str):
        return min(max(date.fromisoformat(told), FIRST_DAY), LAST_DAY)
    raise ValueError(f"write {A_DAY}, not {told}")


@dataclass(frozen=True)
class _AsStored:
    """What comes as JSON text, which only what was stored does, needs no other check than that of `read`."""

    read: Callable[[object], Any]
    form: Literal["datetime", "date"]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        written = core_schema.simple_ser_schema(self.form)
        stored = core_schema.no_info_plain_validator_function(self.read, serialization=written)
        return core_schema.json_or_python_schema(json_schema=stored, python_schema=handler(source))

    def __get_pydantic_json_schema__(self, _: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(core_schema.datetime_schema() if self.form == "datetime" else core_schema.date_schema())


Instant = Annotated[
    AwareDatetime, BeforeValidator(_written), AfterValidator(_plausible), _AsStored(_stored, "datetime")
]
"""An aware datetime of the years 1970 to 2199; anything else in a history is a mistake and is refused."""

Day = Annotated[date, BeforeValidator(_written_day), AfterValidator(_plausible_day), _AsStored(_stored_day, "date")]
"""A day of the years 1970 to 2199, on a wall that is for its field to name. 9999-12-31, a usual word for no end, is refused."""


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
