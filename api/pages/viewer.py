"""Who looks at a page, and how they read: their locale, the zone they want times in, their colours."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from fastapi import Request

from domain.terms.zones import UnknownZone, zone

ZONE, THEME = "tczone", "tctheme"
"""The cookies of preferences."""

OF_THE_AGREEMENT = "agreement"
THEMES = ("auto", "light", "dark")
FALLBACK = "en-GB"

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Viewer:
    """`where` is None for whoever wants times in the zone of each agreement."""

    locale: Locale
    where: ZoneInfo | None = None
    theme: str = "auto"

    @classmethod
    def of(cls, request: Request) -> "Viewer":
        """As the request says: cookies before headers; what cannot be read is as if it had not been said."""
        asked = request.cookies.get(ZONE, OF_THE_AGREEMENT)
        theme = request.cookies.get(THEME, "auto")
        return cls(
            locale=_locale(_preferred(request.headers.get("accept-language", ""))),
            where=None if asked == OF_THE_AGREEMENT else _known(zone, asked, UnknownZone),
            theme=theme if theme in THEMES else "auto",
        )

    def zone(self, agreed: ZoneInfo | str | None) -> ZoneInfo:
        """In which zone to show what concerns an agreement of this zone; UTC where neither is known."""
        agreed = zone(agreed) if isinstance(agreed, str) else agreed
        return self.where or agreed or zone("UTC")


def _preferred(header: str) -> Iterable[str]:
    """The languages of an Accept-Language header, the dearest first."""
    weighted = []
    for place, part in enumerate(header[:500].split(",")):
        language, _, quality = part.strip().partition(";q=")
        try:
            weighted.append((-float(quality or 1), place, language))
        except ValueError:
            continue
    return [language for _, _, language in sorted(weighted) if language and language != "*"]


def _locale(preferred: Iterable[str]) -> Locale:
    """Of dates and numbers; the texts are English."""
    known = (_known(_parsed, language, (UnknownLocaleError, ValueError, TypeError)) for language in preferred)
    return next(filter(None, known), None) or _parsed(FALLBACK)


@cache
def _parsed(language: str) -> Locale:
    return Locale.parse(language, sep="-")


def _known(
    find: Callable[[str], Found], name: str, unknown: type[Exception] | tuple[type[Exception], ...]
) -> Found | None:
    try:
        return find(name)
    except unknown:
        return None
