"""Dates, times, spans and numbers as a viewer reads them. Instants are aware, spans are in seconds."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup, escape

from api.pages.texts import say
from api.pages.viewer import Viewer
from domain.terms.durations import elapsed
from domain.terms.zones import which_of_two

DAY, HOUR, MINUTE = 86_400, 3_600, 60

_UNITS = (("d", DAY), ("h", HOUR), ("min", MINUTE), ("s", 1))

_INSTANT = re.compile(r"(?<!such as )(\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))")
"""As programs write it. One that is an example of how to write it stays as it is."""


class Formats:
    """What a template calls `show`: each method gives text, `time` an element that a machine can read too.

    Whoever looks at the past (`is_past`) reads every instant with its day: there, today is easily taken for the day looked at.
    """

    def __init__(self, viewer: Viewer, now: datetime, *, is_past: bool = False) -> None:
        self._viewer = viewer
        self._now = now
        self._is_past = is_past
        self._todays: dict[ZoneInfo, date] = {}

    def time(self, instant: datetime | None, agreed: ZoneInfo | str | None = None, *, missing: str = "–") -> Markup:
        """An instant: the day only where it is not today, the year only where it is not this one; all of it on hover."""
        if instant is None:
            return Markup(escape(missing))
        where = self._viewer.zone(agreed)
        today = self._today(where)
        return _time(instant, where, self._viewer.locale, today.year, None if self._is_past else today)

    def whole(self, instant: datetime, agreed: ZoneInfo | str | None = None) -> str:
        """An instant to the second, with its zone."""
        where = self._viewer.zone(agreed)
        return f"{_whole(instant, where, self._viewer.locale)} {where.key}"

    def times_in(self, says: str, agreed: ZoneInfo | str | None = None) -> Markup:
        """A sentence with the instants in it as the rest of a page of this agreement shows them; without one, with their zone.

        What looks like an instant and is none, such as 30 February, stays as it was written.
        """
        parts = _INSTANT.split(says)
        for place in range(1, len(parts), 2):
            try:
                instant = datetime.fromisoformat(parts[place])
                parts[place] = self.whole(instant) if agreed is None else self.time(instant, agreed)
            except (ValueError, OverflowError):
                continue
        return Markup("").join(parts)

    def _today(self, where: ZoneInfo) -> date:
        if where not in self._todays:
            self._todays[where] = self._now.astimezone(where).date()
        return self._todays[where]

    def wall(self, instant: datetime | None, agreed: ZoneInfo | str | None = None) -> str:
        """An instant as the field of a form has it, in the zone that `zone` names."""
        return "" if instant is None else f"{instant.astimezone(self._viewer.zone(agreed)):%Y-%m-%dT%H:%M:%S}"

    def clock(self, shown: datetime) -> str:
        """The time of day as it is shown on the wall; of one that is shown twice it is said which of both it is."""
        return f"{_clock(shown.timetz(), self._viewer.locale)}{which_of_two(shown)}"

    def day(self, day: date, *, year: bool = True) -> str:
        return _date(day, "EEE d MMM y" if year else "EEE d MMM", self._viewer.locale)

    def month(self, month: str) -> str:
        """`2026-03` as March 2026."""
        return _date(date.fromisoformat(f"{month}-01"), "MMMM y", self._viewer.locale)

    def short_month(self, month: str) -> str:
        """`2026-03` as Mar 26, where there is little room."""
        return _date(date.fromisoformat(f"{month}-01"), "MMM yy", self._viewer.locale)

    def span(self, seconds: int | None, *, missing: str = "–") -> str:
        """To the second: `2 h 15 min`."""
        return missing if seconds is None else elapsed(seconds)

    def about(self, seconds: int | None, *, missing: str = "–") -> str:
        """The two greatest units that count: `3 d 4 h`, `12 min`, `40 s`; days have 24 hours."""
        return missing if seconds is None else _greatest(seconds, _UNITS)

    def counted(self, seconds: int | None, *, missing: str = "–") -> str:
        """The same of counted time, in hours at most: `76 h`. How long a day of it is, the calendar says."""
        return missing if seconds is None else _greatest(seconds, _UNITS[1:])

    def number(self, figure: float, digits: int = 0) -> str:
        return _decimal(figure, "#,##0." + "0" * digits if digits else "#,##0", self._viewer.locale)

    def figure(self, figure: float | None, *, missing: str = "–") -> str:
        """To hundredths, as far as it has any: 36, 4.5, 3.67."""
        return missing if figure is None else _decimal(figure, "#,##0.##", self._viewer.locale)

    def percent(self, share: float | None, digits: int = 1, *, missing: str = "–") -> str:
        """A share of 1 as per cent."""
        pattern = "#,##0." + "0" * digits + "%" if digits else "#,##0%"
        return missing if share is None else _percent(share, pattern, self._viewer.locale)

    def zone(self, agreed: ZoneInfo | str | None = None) -> str:
        """The name of the zone in which times of an agreement are shown."""
        return self._viewer.zone(agreed).key


def _greatest(seconds: int, units: Sequence[tuple[str, int]]) -> str:
    sign, rest = ("-" if seconds < 0 else ""), abs(seconds)
    parts: list[tuple[int, str]] = []
    for unit, size in units:
        count, rest = divmod(rest, size)
        if count or parts:
            parts.append((count, unit))
        if len(parts) == 2:
            break
    return sign + (" ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s")


# --- a page says the same again and again, and the next page too ------------------------------------------------------


@lru_cache(maxsize=1 << 14)
def _time(instant: datetime, where: ZoneInfo, locale: Locale, year: int, today: date | None) -> Markup:
    shown = instant.astimezone(where)
    said = f"{_clock(shown.timetz(), locale)}{which_of_two(shown)}"
    if shown.date() != today:
        said = f"{_date(shown.date(), 'EEE d MMM' if shown.year == year else 'EEE d MMM y', locale)} {said}"
    machine = instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
    whole = f"{_whole(instant, where, locale)} {where.key}"
    return Markup(f'<time datetime="{machine}" title="{escape(whole)}">{escape(said)}</time>')


@lru_cache(maxsize=1 << 14)
def _whole(instant: datetime, where: ZoneInfo, locale: Locale) -> str:
    """Of a time that the clocks there show twice, when they are put back, it is said which of both it is."""
    said = format_datetime(instant, "EEE d MMM y HH:mm:ss", tzinfo=where, locale=locale)
    shown = instant.astimezone(where)
    if not which_of_two(shown):
        return said
    return f"{said} ({say('common.second_of_two' if shown.fold else 'common.first_of_two')})"


@lru_cache(maxsize=1 << 12)
def _clock(shown: time, locale: Locale) -> str:
    return format_time(shown, "HH:mm:ss" if shown.second else "HH:mm", locale=locale)


@lru_cache(maxsize=1 << 12)
def _date(day: date, pattern: str, locale: Locale) -> str:
    return format_date(day, pattern, locale=locale)


@lru_cache(maxsize=1 << 12)
def _decimal(figure: float, pattern: str, locale: Locale) -> str:
    return format_decimal(figure, pattern, locale=locale)


@lru_cache(maxsize=1 << 12)
def _percent(share: float, pattern: str, locale: Locale) -> str:
    return format_percent(share, pattern, locale=locale)
