"""How many streams one principal can have open at once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from api.problems import TooManyRequests


@contextmanager
def seat(taken: Counter[str], holder: str, at_once: int) -> Iterator[None]:
    """A place for one stream, given back at the end. Raises TooManyRequests."""
    if taken[holder] >= at_once:
        raise TooManyRequests(f"{at_once} streams are all that one credential can have at once")
    taken[holder] += 1
    try:
        yield
    finally:
        taken[holder] -= 1
        if not taken[holder]:
            del taken[holder]
