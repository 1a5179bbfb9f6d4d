"""Work shared out among processes: this one does a part of it too."""

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

PARTS_AHEAD = 2
"""So many parts each of the other processes has before it."""

_Part = TypeVar("_Part")
_Done = TypeVar("_Done")


def shared_out(
    parts: Iterable[_Part],
    here: Callable[[_Part], _Done],
    there: Callable[[_Part], _Done],
    others: ProcessPoolExecutor,
    hands: int,
) -> Iterator[_Done]:
    """What came of each part. This process does `here` those for which the others, so many hands, have none free."""
    under_way: deque[Future[_Done]] = deque()
    for part in parts:
        if len(under_way) < PARTS_AHEAD * hands:
            under_way.append(others.submit(there, part))
        else:
            yield here(part)
        while under_way and under_way[0].done():
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()


@contextmanager
def uncollected() -> Iterator[None]:
    """What is read and judged goes in one piece and without cycles: to look for some on the way takes a quarter of the time."""
    is_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_on:
            gc.enable()
