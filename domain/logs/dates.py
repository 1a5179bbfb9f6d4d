"""The ways in which logs write a time, and which of them read `3/4/2016` as the third of April.

Year, month and day are numbers, in this order or with the year last, joined by `/`, `-` or `.`; then follow hour and
minute, perhaps seconds, perhaps AM or PM, perhaps an offset from UTC. Whether the day or the month stands first is a
property of a log as a whole: a number above 12 in either place proves it.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal

Order = Literal["day", "month"]
"""Which of the two stands first where the year stands last."""

EXPECTED = "a time such as 29/2/2016 04:40, 2016-02-29 04:40:00, 2016-02-29T04:40Z or 29.02.2016 4:40 PM"

_TIME = re.compile(
    r"(\d{1,2}|\d{4})([-/.])(\d{1,2})\2(\d{4}|\d{1,2})(?:T|,? +)"
    r"(\d{1,2})([:.])(\d{2})(?:\6(\d{2})(?:[.,](\d{1,9}))?)?"
    r"(?: ?([AP])\.?M\.?)?(?: ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?",
    re.ASCII | re.IGNORECASE,
)
_ZERO = frozenset({"Z", "UTC", "GMT"})


@lru_cache(maxsize=1 << 12)
def read(text: str, order: Order) -> datetime | None:
    """The time that a text states: aware where it states its offset, else local. None where it states none."""
    if not (found := _TIME.fullmatch(text.strip())):
        return None
    one, _, two, three, hour, _, minute, second, fraction, half, offset = found.groups()
    if len(one) == 4:
        year, month, day = one, two, three
    else:
        year, (day, month) = three, (one, two) if order == "day" else (two, one)
    if len(year) != 4:
        return None
    micros = int((fraction or "")[:6].ljust(6, "0"))
    try:
        hours = _hours(int(hour), half)
        zone = _zone(offset) if offset else None
        return datetime(int(year), int(month), int(day), hours, int(minute), int(second or 0), micros, zone)
    except (ValueError, OverflowError):
        return None


def proves(text: str) -> Order | None:
    """Which of day and month this text shows to stand first, if it shows it."""
    found = _TIME.fullmatch(text.strip())
    if not found or len(found[1]) == 4 or (int(found[1]) > 12) == (int(found[3]) > 12):
        return None
    order: Order = "day" if int(found[1]) > 12 else "month"
    return order if read(text, order) else None


def _hours(hour: int, half: str | None) -> int:
    """The hour of the day. Raises ValueError for an hour that no clock with two halves shows."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"no hour {hour} in half a day")
    return hour % 12 + (12 if half in "pP" else 0)


def _zone(offset: str) -> timezone:
    if offset.upper() in _ZERO:
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-ahead if offset[0] == "-" else ahead)
