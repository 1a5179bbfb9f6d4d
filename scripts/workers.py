"""Work shared among processes; the results come in the order of the tasks, however many processes there are.

A worker is a fork, so it starts at once with all that this process has learned, and holds one task at a time. It ends when its
pipe does: when the caller is done, gives up, or is killed. Ctrl-C is for the caller alone.
"""

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def in_order(work: Callable[[Task], Result], tasks: Iterable[Task], processes: int) -> Iterator[Result]:
    """Do the tasks, in other processes if there may be more than one. Raises ChildProcessError where one of them dies."""
    if processes <= 1 or "fork" not in get_all_start_methods():
        yield from map(work, tasks)
        return
    waiting = iter(tasks)
    crew: list[_Worker[Task, Result]] = []
    try:
        for task in islice(waiting, processes):
            crew.append(_Worker(work, crew))
            crew[-1].take(task)
        yield from _round_robin(deque(crew), waiting)
    finally:
        for worker in crew:
            worker.end()


def _round_robin(busy: "deque[_Worker[Task, Result]]", waiting: Iterator[Task]) -> Iterator[Result]:
    while busy:
        worker = busy.popleft()
        result = worker.result()
        for task in islice(waiting, 1):
            worker.take(task)
            busy.append(worker)
        yield result


class _Worker(Generic[Task, Result]):
    def __init__(self, work: Callable[[Task], Result], others: "list[_Worker[Task, Result]]") -> None:
        context = get_context("fork")
        self._pipe, end = context.Pipe()
        not_its_own = [self._pipe, *(other._pipe for other in others)]
        self._process = context.Process(target=_serve, args=(work, end, not_its_own), daemon=True)
        with _deaf_to_interrupts():
            self._process.start()
        end.close()

    def take(self, task: Task) -> None:
        with _alive():
            self._pipe.send(task)

    def result(self) -> Result:
        with _alive():
            result: Result = self._pipe.recv()
            return result

    def end(self) -> None:
        self._pipe.close()
        self._process.terminate()
        self._process.join()


def _serve(work: Callable[[Any], Any], pipe: "Connection[Any, Any]", not_its_own: "list[Connection[Any, Any]]") -> None:
    for other in not_its_own:
        other.close()
    with suppress(EOFError, OSError):
        while True:
            pipe.send(work(pipe.recv()))


@contextmanager
def _alive() -> Iterator[None]:
    try:
        yield
    except (EOFError, ConnectionError):
        raise ChildProcessError("a worker process died; try again with fewer, as with --jobs 1") from None


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """What starts here inherits that Ctrl-C does not reach it; one pressed meanwhile is heard afterwards."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
