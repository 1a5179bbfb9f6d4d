"""Every English text of the pages, by its key: `english/queue.toml` holds what begins with `queue.`."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

_FOLDER = files("api.pages") / "english"


class NoSuchText(LookupError):
    """A page asks for a text that nobody wrote."""


def say(key: str, /, **told: object) -> str:
    """The text of a key, with what is told put in its places. Raises NoSuchText."""
    try:
        text = _texts()[key]
    except KeyError:
        raise NoSuchText(key) from None
    return text.format(**told) if told else text


def knows(key: str) -> bool:
    return key in _texts()


def keys() -> Iterator[str]:
    yield from _texts()


@cache
def _texts() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for page in _FOLDER.iterdir():
        if page.name.endswith(".toml"):
            found.update(_flat(page.name.removesuffix(".toml"), tomllib.loads(page.read_text(encoding="utf-8"))))
    return found


def _flat(prefix: str, told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in told.items():
        key = f"{prefix}.{name}"
        if isinstance(value, Mapping):
            yield from _flat(key, value)
        else:
            yield key, value
