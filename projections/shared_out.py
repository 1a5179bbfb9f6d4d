"""Work shared out among processes: this one does a part of it too."""

import gc
import os
import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context, parent_process
from threading import Thread
from typing import Any, Protocol, TypeVar

from domain.desk.desk import Desk
from projections.store.customer_keys import CustomerKeys
from projections.store.pool import Pool, open_pool
from projections.store.recorder import LogRecorder
from projections.store.sealing import CustomerSeals

PARTS_AHEAD = 2
"""So many parts each of the other processes has before it; near the end one, so that all come to it together."""

_Part = TypeVar("_Part", contravariant=True)
_Done = TypeVar("_Done", covariant=True)


class Worker(Protocol[_Part, _Done]):
    """Does parts one after another, and keeps what they have in common."""

    def do(self, part: _Part) -> _Done: ...

    def split_off(self) -> None:
        """Go on in a process of its own, with what has been learned, but not with connections that are another's."""


def shared_out(parts: Sequence[_Part], worker: Worker[_Part, _Done], processes: int) -> Iterator[_Done]:
    """What came of each part, in their order, done in so many processes at most.

    The others are split off once this one has done a part, and begin with what it has learned. This one goes on with the parts
    for which they have no hands free; where no process can be split off, it does all.
    """
    first, rest = parts[:1], parts[1:]
    yield from (_done(worker, part) for part in first)
    others = min(processes - 1, len(rest)) if "fork" in get_all_start_methods() else 0
    if others <= 0:
        yield from (_done(worker, part) for part in rest)
        return
    with ProcessPoolExecutor(others, get_context("fork"), initializer=_begin, initargs=(worker,)) as executor:
        under_way: deque[Future[_Done]] = deque()
        for place, part in enumerate(rest, start=1):
            ahead = max(1, min(PARTS_AHEAD, len(rest) - place))
            if sum(not one.done() for one in under_way) < ahead * others:
                with _forking():
                    under_way.append(executor.submit(_do, part))
            else:
                here: Future[_Done] = Future()
                here.set_result(_done(worker, part))
                under_way.append(here)
            while under_way and under_way[0].done():
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


def apart(pool: Pool, schema: str) -> tuple[Pool, Desk]:
    """What a process that was split off reads the log with: connections of its own, and a desk that has them."""
    own = open_pool(str(pool.conninfo), size=2)
    return own, Desk(LogRecorder(own, schema), CustomerSeals(CustomerKeys(own, schema)))


@contextmanager
def _forking() -> Iterator[None]:
    """Python 3.12 and later warn of threads beside a fork: those of a connection pool, of which the new process uses none."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*fork", DeprecationWarning)
        yield


_worker: Worker[Any, Any]
"""That of a process that was split off: it keeps what it has read."""


def _begin(worker: Worker[Any, Any]) -> None:
    global _worker
    _worker = worker
    Thread(target=_end_with_parent, daemon=True).start()
    worker.split_off()


def _end_with_parent() -> None:
    """What was split off holds open whatever its parent did, sessions with locks among it: it does not outlive a killed one."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _do(part: Any) -> Any:
    return _done(_worker, part)


def _done(worker: Worker[_Part, _Done], part: _Part) -> _Done:
    with _uncollected():
        return worker.do(part)


@contextmanager
def _uncollected() -> Iterator[None]:
    """What a part needs goes in one piece and without cycles once it is done: to look for some takes a quarter of the time."""
    is_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_on:
            gc.enable()
