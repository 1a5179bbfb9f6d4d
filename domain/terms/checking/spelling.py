"""What the language finds wrong with a document by itself, in plain words: keys, kinds of values, patterns, what is missing."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from domain.terms.checking.places import Flaw, at, real_path
from domain.terms.checking.positions import KeyPath
from domain.terms.checking.schema import example, known_keys
from domain.terms.event_fields import EVENT_FIELDS
from domain.terms.phrases import expected, instead, listing, shown

_WANTED = {
    "string": "a text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "date": "a date such as 2024-02-05",
    "tuple": "a list",
    "list": "a list",
    "dict": "a table",
    "model": "a table",
}
"""What each kind of pydantic's errors, the first word of its name, asks for."""

_PATTERNS = {
    r"^[a-z0-9][a-z0-9.-]*$": "a name of small letters, digits, dots and hyphens, such as first-response",
    r"^[a-z0-9-]+:[a-z0-9.-]+$": "a clause id, such as xima-care:6.5",
    r"^[a-z0-9-]+:[a-z0-9.-]+/[a-z0-9-]+$": "a clause id, a slash and a name, such as xima-care:6.5/online",
    r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$": "hours, such as 09:00-17:00 or 00:00-24:00",
    r"^\d\d-\d\d$": "month and day, such as 12-25",
}
_NO_EVENT = re.compile(r"there is no event '(?P<name>.*)'", re.DOTALL)


def misspellings(error: ValidationError, document: object) -> list[Flaw]:
    """Each of pydantic's errors as a flaw; the several ways in which one value fails are told as one."""
    together: dict[tuple[KeyPath, str], list[Mapping[str, Any]]] = {}
    for found in error.errors(include_url=False):
        if found["type"] == "too_short" and len(found["input"]) >= found["ctx"]["min_length"]:
            continue  # short only of the elements that are told by themselves
        path = real_path(document, found["loc"], missing=found["type"] == "missing")
        kind = "kind" if _wanted(found) else found["type"]
        together.setdefault((path, kind), []).append(found)
    return [_flaw(path, several, document) for (path, _), several in together.items()]


def _flaw(path: KeyPath, several: list[Mapping[str, Any]], document: object) -> Flaw:
    found = several[0]
    given, context = found["input"], found.get("ctx", {})
    match found["type"]:
        case "extra_forbidden":
            return Flaw(path, "unknown key", instead(path[-1], known_keys(path[:-1]), "key"))
        case "missing":
            return Flaw(path, "is missing", f"add {example(path)}")
        case "string_pattern_mismatch":
            wanted = _PATTERNS.get(context["pattern"], f"a text that matches {context['pattern']}")
            return Flaw(path, f"{shown(given)} does not fit", f"write {wanted}")
        case "literal_error":
            return Flaw(
                path, f"{shown(given)} cannot stand here", instead(given, expected(context["expected"]), "value")
            )
        case "too_short" | "string_too_short":
            return Flaw(path, "is too short", f"give at least {context['min_length']}")
        case "string_too_long":
            return Flaw(path, "is too long", f"write at most {context['max_length']} characters")
        case _ if wanted_kinds := dict.fromkeys(filter(None, map(_wanted, several))):
            given = at(document, path)
            return Flaw(path, f"{shown(given)} cannot stand here", f"write {listing(wanted_kinds, 'or')}")
        case _:
            return Flaw(path, *_told(found))


def _wanted(found: Mapping[str, Any]) -> str | None:
    kind, _, failed = found["type"].partition("_")
    if failed in (
        "type",
        "parsing",
        "from_float",
        "from_date_parsing",
        "from_datetime_parsing",
        "from_datetime_inexact",
    ):
        return _WANTED.get(kind)
    return None


def _told(found: Mapping[str, Any]) -> tuple[str, str]:
    """A sentence of our own models as it stands, behind its semicolon the remedy; one of pydantic's turned into a remedy."""
    message = found["msg"].removeprefix("Value error, ")
    if found["type"] not in ("value_error", "holiday_rule"):
        return f"{shown(found['input'])} cannot stand here", message.replace("Input should be", "write something")
    says, _, remedy = message.partition("; ")
    if unknown := _NO_EVENT.fullmatch(says):
        remedy = instead(unknown["name"], list(EVENT_FIELDS), "event")
    return says, remedy
