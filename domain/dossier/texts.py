"""How the files of a dossier are written: JSON in UTF-8, the same to the byte wherever it is written."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from pydantic_core import to_json


def canonical(document: Any) -> bytes:
    """Keys in order, no spaces, a line feed at the end: the form that is signed."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def readable(document: Any) -> bytes:
    """The same for people: one value a line, in the order in which it was told."""
    return to_json(document, indent=1, by_alias=True) + b"\n"


def lines(documents: Iterable[Mapping[str, Any]]) -> bytes:
    """JSON Lines."""
    return b"".join(map(canonical, documents))


def strict(content: bytes) -> Any:
    """The document of a file. Raises ValueError for what is no JSON, holds a key twice, or a number that nobody can write."""
    return json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_refuse)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return told


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")
