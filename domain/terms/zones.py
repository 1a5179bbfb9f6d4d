"""Time zones from the pinned `tzdata` package alone, so that a machine's own zone files never change an answer.

Source: semantics 2.2 — a wall time shown twice means its first showing, one never shown the same distance after the jump.
"""

from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)


class UnknownZone(ValueError):
    """No time zone of this name is published."""


@cache
def zone(name: str) -> ZoneInfo:
    """The IANA time zone of this name. Raises UnknownZone."""
    if not name or any(part in ("", ".", "..") for part in name.split("/")):
        raise UnknownZone(f"unknown time zone {name!r}; use a name such as Europe/Rome")
    try:
        with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as data:
            return ZoneInfo.from_file(data, key=name)
    except (OSError, ValueError) as error:
        raise UnknownZone(f"unknown time zone {name!r}; use a name such as Europe/Rome") from error


def wall(day: date, minute: int, where: ZoneInfo) -> int:
    """The instant (seconds since 1970 UTC) at which clocks on the wall show `minute` minutes after the midnight of `day`."""
    return int((datetime.combine(day, time.min, where) + timedelta(minutes=minute)).timestamp())


@lru_cache(maxsize=512)
def midnights(year: int, where: ZoneInfo) -> tuple[int, ...]:
    """The instants at which the dates of a year begin, in order; the calendars of one zone have them in common."""
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    return tuple(wall(date.fromordinal(ordinal), 0, where) for ordinal in range(first, last + 1))


def local(second: int, where: ZoneInfo) -> datetime:
    """What the wall shows at an instant."""
    return datetime.fromtimestamp(second, where)


def which_of_two(shown: datetime) -> str:
    """Behind a time of day that the clocks of its zone show twice, as they are put back, its offset: ` (UTC-5)`; else nothing.

    `shown` is an instant as the wall shows it.
    """
    offset = shown.utcoffset()
    if offset is None or offset == shown.replace(fold=1 - shown.fold).utcoffset():
        return ""
    hours, minutes = divmod(abs(offset) // _MINUTE, 60)
    return f" (UTC{'-' if offset < timedelta(0) else '+'}{hours}{f':{minutes:02}' if minutes else ''})"


def same_time_later(second: int, days: int, where: ZoneInfo) -> int:
    """The same local time, `days` dates later (semantics 3.2)."""
    shown = local(second, where) + timedelta(days=days)
    return int(shown.replace(fold=0).timestamp())
