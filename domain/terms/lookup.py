"""Finding the terms of an agreement: by the id of one that comes with the program, or of a document given in place."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from domain.terms.checking.check import read
from domain.terms.library import selector, selector_of
from domain.terms.selection import Selector


def find(agreement: str | Mapping[str, Any]) -> Selector:
    """The terms of an agreement. Raises KeyError for an unknown id, AgreementError for a document that is not sound."""
    return selector(agreement) if isinstance(agreement, str) else _given(json.dumps(agreement, sort_keys=True))


@lru_cache(maxsize=64)
def _given(document: str) -> Selector:
    return selector_of(read(json.loads(document)))
