"""Fields that hold personal data: stored sealed with a key of the customer, open everywhere else.

Only the stored form knows of seals: it validates and serializes with a `Customer` as pydantic's context. Without one, as in case
files, a personal field is its plain text. Sealing is deterministic, so that equal people stay equal when the key is forgotten.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from math import isfinite
from typing import Annotated, Any, Protocol

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, SerializationInfo, ValidationInfo
from pydantic_core import to_json


class Seal(Protocol):
    """Seals texts with the key of one customer."""

    def seal(self, text: str) -> str:
        """The sealed form; equal texts give equal forms. Raises where the key is forgotten."""

    def unseal(self, sealed: str) -> str | None:
        """The text; None where the key is forgotten."""

    def is_whole(self) -> bool:
        """Whether what was sealed can still be read."""

    def pseudonym(self, sealed: str) -> str:
        """What stands for a sealed text that nobody can read any more; equal texts keep equal ones."""


PSEUDONYM_LENGTH = 12


def pseudonym_of(sealed: str) -> str:
    """What stands for a sealed text where nobody holds the key: it follows from the sealed form alone."""
    return f"forgotten-{sha256(sealed.encode()).hexdigest()[:PSEUDONYM_LENGTH]}"


class Customer:
    """Whose data is being stored or read; without a seal the data is nobody's and stays open."""

    def __init__(self, seal: Seal | None = None) -> None:
        self.seal = seal


IN_CORRECTIONS = frozenset(
    {"text", "reason", "impact", "evidence", "why", "course_of_action", "counterpart", "authorized_by"}
)
"""The personal fields of events, by which corrected data is sealed: a correction does not say what kind of event it is about."""


def _seal_in(info: ValidationInfo | SerializationInfo) -> Seal | None:
    return info.context.seal if isinstance(info.context, Customer) else None


def read_text(value: Any, info: ValidationInfo) -> Any:
    """A personal text as it was before it was sealed, or its pseudonym; anything else as it is."""
    seal = _seal_in(info)
    return value if seal is None or _is_open(value) else _text(value, seal)


def write_text(value: str, info: SerializationInfo) -> str:
    """A personal text as it is stored."""
    seal = _seal_in(info)
    return value if seal is None or _is_open(value) else seal.seal(value)


def _read_fields(values: Any, info: ValidationInfo) -> Any:
    seal = _seal_in(info)
    if seal is None or not isinstance(values, Mapping):
        return values
    return {name: _read_value(value, seal) for name, value in values.items()}


def _write_fields(values: Mapping[str, Any], info: SerializationInfo) -> dict[str, Any]:
    seal = _seal_in(info)
    return dict(values) if seal is None else {name: _write_value(value, seal) for name, value in values.items()}


def _read_corrected(values: Any, info: ValidationInfo) -> Any:
    seal = _seal_in(info)
    if seal is None or not isinstance(values, Mapping):
        return values
    read = {name: _read_value(value, seal) if name in IN_CORRECTIONS else value for name, value in values.items()}
    return read if "fields" not in read else read | {"fields": _read_fields(read["fields"], info)}


def _write_corrected(values: Mapping[str, Any] | None, info: SerializationInfo) -> dict[str, Any] | None:
    seal = _seal_in(info)
    if seal is None or values is None:
        return None if values is None else dict(values)
    written = {name: _write_value(value, seal) if name in IN_CORRECTIONS else value for name, value in values.items()}
    fields = written.get("fields")
    return written | {"fields": _write_fields(fields, info)} if isinstance(fields, Mapping) else written


def _is_open(value: object) -> bool:
    """What is blank says nothing about anybody, and rules must go on seeing that it is."""
    return value in (None, "", [], {}) or (isinstance(value, str) and not value.strip())


def _text(sealed: str, seal: Seal) -> str:
    text = seal.unseal(sealed)
    return seal.pseudonym(sealed) if text is None else text


def _read_value(value: Any, seal: Seal) -> Any:
    if _is_open(value):
        return value
    text = seal.unseal(value)
    return seal.pseudonym(value) if text is None else json.loads(text)


def _write_value(value: Any, seal: Seal) -> Any:
    return value if _is_open(value) else seal.seal(to_json(value).decode())


DEEPEST = 20


def _plain_values(values: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
    """Free values come back as they went only while they are finite and not nested without end. What is stored is not asked."""
    if not isinstance(info.context, Customer):
        _check_plain(values, DEEPEST)
    return values


def _check_plain(value: object, levels: int) -> None:
    match value:
        case dict() | list() if not levels:
            raise ValueError(f"values are nested at most {DEEPEST} levels deep")
        case dict():
            for one in value.values():
                _check_plain(one, levels - 1)
        case list():
            for one in value:
                _check_plain(one, levels - 1)
        case float() if not isfinite(value):
            raise ValueError(f"{value} is no number that can be kept")
        case _:
            pass


Personal = Annotated[str, BeforeValidator(read_text), PlainSerializer(write_text, return_type=str)]
"""A text about a person, or by one."""

PersonalFields = Annotated[
    dict[str, Any], BeforeValidator(_read_fields), AfterValidator(_plain_values), PlainSerializer(_write_fields)
]
"""Named values about a person; the names are no secret, rules ask for them."""

CorrectedFields = Annotated[
    dict[str, Any], BeforeValidator(_read_corrected), AfterValidator(_plain_values), PlainSerializer(_write_corrected)
]
"""The values that a correction puts in place of others, sealed where theirs were."""
