"""JSON read strictly: what one reader takes for one thing and another for another is refused.

RFC 8259 leaves open which of two values a key has that stands twice in an object, and how great a number may be; NaN and Infinity
are no JSON at all, though Python's reader takes them.
"""

import json
import math
from collections import Counter
from typing import Any, NoReturn

from domain.misreadings import shown


class Unfit(ValueError):
    """JSON to some readers, but nothing that can be kept; `part` is what stands there."""

    def __init__(self, part: str, says: str) -> None:
        super().__init__(says)
        self.part = part


def strictly(text: str) -> Any:
    """The document of a text. Raises Unfit, and what Python's own reader raises for what is no JSON, too deep or too long."""
    return _DECODER.decode(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        [(twice, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise Unfit(twice, f"the key {shown(twice)} stands twice in one object")
    return told


def _finite(number: str) -> float:
    if math.isinf(float(number)):
        _refuse(number)
    return float(number)


def _refuse(number: str) -> NoReturn:
    raise Unfit(number, f"{shown(number)[1:-1]} is no number that can be kept")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_float=_finite, parse_constant=_refuse)
