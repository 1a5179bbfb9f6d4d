"""Many at once: each of them in a thread of its own, all beginning at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

CROWD = 16
PATIENCE_SECONDS = 180.0

Answer = TypeVar("Answer")


def all_at_once(does: Callable[[int], Answer], count: int = CROWD) -> list[Answer]:
    """What each of them, numbered from 0, came back with. Raises what one of them raised."""
    start = Barrier(count, timeout=PATIENCE_SECONDS)

    def one(number: int) -> Answer:
        start.wait()
        return does(number)

    with ThreadPoolExecutor(count) as crowd:
        return [one.result() for one in [crowd.submit(one, number) for number in range(count)]]
