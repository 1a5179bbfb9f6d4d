"""What a check found: at which place, whether it holds, and in words what."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from domain.refusals import Refusal

UNSOUND = (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError, Refusal)
"""What reading a changed document raises."""


class Finding(NamedTuple):
    """`place` is a file of the dossier, or a part of its container."""

    place: str
    holds: bool
    says: str

    def __str__(self) -> str:
        told = f"{'holds' if self.holds else 'DOES NOT HOLD':15}{self.place}: {self.says}"
        return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in told)


def holds(place: str, says: str) -> Finding:
    return Finding(place, True, says)


def fails(place: str, says: str) -> Finding:
    return Finding(place, False, says)


def guarded(place: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """The findings of a check; that a document cannot be read is one of them."""
    try:
        yield from check()
    except UNSOUND as error:
        yield fails(place, f"cannot be checked: {_first_line(error)}")


def _first_line(error: Exception) -> str:
    if isinstance(error, LookupError):
        return f"{error.args[0]} is missing" if error.args else "something is missing"
    return " ".join(str(error).split())[:300] or "it is not what it should be"
