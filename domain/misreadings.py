"""What does not read as a case file, in its own words: what pydantic found as a line with place, fault and remedy."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from domain.instants import A_DAY, AN_INSTANT
from domain.terms import phrases
from domain.terms.checking.places import at, key, real_path
from domain.terms.checking.positions import KeyPath
from domain.terms.phrases import expected, instead, listing

MOST = 3

_LIKE_AN_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")

Models = tuple[type[BaseModel], ...]

_WANTED = {
    "string": "text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "datetime": AN_INSTANT,
    "date": A_DAY,
    "list": "a list",
    "tuple": "a list",
    "uuid": "an id such as 5c1f8d2e-0f2b-4a61-9d0e-6a3b1c2d4e5f",
    "dict": "an object",
    "model": "an object",
}
"""What each kind of pydantic's errors, the first word of its name, asks for."""

_KIND = re.compile(rf"({'|'.join(_WANTED)})(_attributes)?_(type|parsing|parsing_size|object_invalid|from_\w+)")


def misreadings(error: ValidationError, document: object, *models: type[BaseModel]) -> str:
    """What is wrong, in one line. The models are those that the document was read as; an unknown field is held against theirs."""
    found = _by_place(error, document)
    told = [_line(path, several, document, models) for path, several in islice(found.items(), MOST)]
    more = f" (and {len(found) - MOST} more)" if len(found) > MOST else ""
    return "; ".join(told) + more


def shown(value: object) -> str:
    """A value as its author wrote it, a long one shortened."""
    return "an object" if isinstance(value, dict) else phrases.shown(value)


def _by_place(error: ValidationError, document: object) -> dict[KeyPath, list[Mapping[str, Any]]]:
    """The findings at each place. Of a value that may take several forms, what is wrong inside it says more than its form."""
    together: dict[KeyPath, list[Mapping[str, Any]]] = {}
    for found in error.errors(include_url=False):
        path = real_path(document, _public(found), missing=found["type"] == "missing")
        together.setdefault(path, []).append(found)
    around = {path[:end] for path in together for end in range(len(path))}
    return {path: several for path, several in together.items() if path not in around}


def _public(found: Mapping[str, Any]) -> KeyPath:
    """Where a finding is, as a case file names it; a field that is unknown has the name it was given."""
    is_known = found["type"] != "extra_forbidden"
    return tuple("at" if part == "effective_at" and is_known else part for part in found["loc"])


def _line(path: KeyPath, several: list[Mapping[str, Any]], document: object, models: Models) -> str:
    said = _said(several, path, document, models)
    return f"{key(document, path)}: {said}" if path else said


def _said(several: list[Mapping[str, Any]], path: KeyPath, document: object, models: Models) -> str:
    found = several[0]
    given, context = found["input"], found.get("ctx", {})
    match found["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return f"unknown field; {instead(path[-1], list(_fields(path[:-1], document, models)), 'field')}"
        case "datetime_from_date_parsing" | "datetime_parsing" if _LIKE_AN_INSTANT.match(str(given)):
            return f"{shown(given)} is a date or time that does not exist"
        case "timezone_aware":
            return f"{shown(given)} has no offset; write {AN_INSTANT}"
        case "literal_error":
            return f"unknown value {shown(given)}; {instead(given, expected(context['expected']), 'value')}"
        case "union_tag_invalid":
            what = _tag(context)
            return f"unknown {what} {shown(context['tag'])}; {instead(context['tag'], expected(context['expected_tags']), what)}"
        case "union_tag_not_found":
            return f"{_tag(context)}: is missing"
        case "greater_than_equal":
            return f"{shown(given)} is out of range; write {context['ge']} or more"
        case "less_than_equal":
            return f"{shown(given)} is out of range; write {context['le']} or less"
        case "too_short" | "string_too_short":
            return "is empty"
        case "too_long":
            return f"holds more than {context['max_length']}"
        case "finite_number":
            return f"write a number that can be written out, not {shown(given)}"
        case "string_too_long":
            return f"is longer than {context['max_length']} characters"
        case "string_pattern_mismatch" if ":" in context["pattern"]:
            return f"{shown(given)} is no clause; write one such as contract:7"
        case "string_pattern_mismatch" if r"\x00" in context["pattern"]:
            return "holds the character U+0000; write a text without it"
        case "string_pattern_mismatch" if "{64}" in context["pattern"]:
            return f"{shown(given)} is no SHA-256 digest; write 64 hexadecimal digits, a to f in small letters"
        case "string_pattern_mismatch" if "/" in context["pattern"]:
            return f"{shown(given)} is no media type; write one such as text/plain"
        case "string_pattern_mismatch":
            return f"{shown(given)} is no name; names are of small letters, digits, dots and hyphens"
        case "value_error":
            return str(found["msg"]).removeprefix("Value error, ")
        case _ if wanted := dict.fromkeys(_WANTED[kind[1]] for one in several if (kind := _KIND.match(one["type"]))):
            return f"write {listing(wanted, 'or')}, not {shown(given)}"
        case _:
            return f"{found['msg']} (here: {shown(given)})"


def _tag(context: Mapping[str, Any]) -> str:
    """The field that says which form of several a value has: of an event `event`, of a claim `kind`."""
    return str(context["discriminator"]).strip("'")


def _fields(path: KeyPath, document: object, models: Models) -> Iterator[str]:
    """The public names of the fields that may stand in the object at a path."""
    for part in path:
        fields = [
            field for model in models for name, field in model.model_fields.items() if (field.alias or name) == part
        ]
        models = tuple(model for field in fields for model in _models(field.annotation)) or models
    event = told.get("event") if isinstance(told := at(document, path), dict) else None
    for model in models:
        if "event" not in model.model_fields or model.model_fields["event"].default == event:
            names = (field.alias or name for name, field in model.model_fields.items())
            yield from ("at" if name == "effective_at" else name for name in names)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
