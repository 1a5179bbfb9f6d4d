"""The terms of a ticket in one document, which stands alone: the agreement with the holiday lists that it names."""

from collections.abc import Mapping
from typing import Any


def in_place(document: Mapping[str, Any], lists: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """An agreement's document with published holiday lists in it, as a case file carries it."""
    if not lists:
        return dict(document)
    return {**document, "holiday_list": [*document.get("holiday_list", ()), *lists.values()]}
