"""Whether anybody is going to hear an answer: what nobody was told is not put on record as told.

Whoever asks for the head of an answer alone does not get what it says, nor does anybody who was told meanwhile that it takes too
long.
"""

from collections.abc import Mapping, MutableMapping
from typing import Any

_UNHEARD = "unheard"


def leave_unheard(asked: MutableMapping[str, Any]) -> None:
    """Of a request, as its scope has it: whatever comes of it, nobody is told."""
    asked.setdefault("state", {})[_UNHEARD] = True


def is_heard(state: Mapping[str, Any]) -> bool:
    return _UNHEARD not in state
