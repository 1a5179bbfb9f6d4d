"""Threads for commands: they wait for the database, and whoever hears and answers requests goes on meanwhile.

A handful that all wait at one queue. The usual pool of threads counts who is free, and carries the surroundings of each call over:
half of what it costs to bring a command in.
"""

from asyncio import AbstractEventLoop, Future, get_running_loop
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from queue import SimpleQueue
from threading import Thread
from typing import Any, NamedTuple

from api.problems import TooSlow

PATIENCE_SECONDS = 10.0
"""A command takes milliseconds; whoever waits so long for one waits for a database that may not even say that it gives up."""
AT_ONCE = 32
"""So many commands are under way at once; whoever comes then waits for a turn."""


_Answer = tuple[Any, BaseException | None]
"""What came of an act, or what it raised."""


class _Job(NamedTuple):
    act: Callable[..., Any]
    told: tuple[Any, ...]
    answer: "Future[_Answer]"
    loop: AbstractEventLoop


class Crew:
    """Its threads end with the program."""

    def __init__(self, at_once: int = AT_ONCE, name: str = "commands") -> None:
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        for number in range(at_once):
            Thread(target=self._work, name=f"{name} {number}", daemon=True).start()

    async def do(self, act: Callable[..., Any], *told: Any, patience: float | None = None) -> Any:
        """What the act gives back or raises. Raises TooSlow after so many seconds.

        What comes of the act then, nobody hears; one whose turn has not come by then is not done at all.
        """
        loop = get_running_loop()
        answer: Future[_Answer] = loop.create_future()
        self._jobs.put(_Job(act, told, answer, loop))
        late = loop.call_later(PATIENCE_SECONDS if patience is None else patience, _give_up, answer)
        try:
            done, raised = await answer
        finally:
            late.cancel()
        if raised is not None:
            raise raised
        return done

    def _work(self) -> None:
        while True:
            _do(self._jobs.get())


def _do(job: _Job) -> None:
    """In a function of its own, so that nothing of a job is kept until the next one."""
    act, told, answer, loop = job
    if answer.done():
        return
    try:
        became: _Answer = act(*told), None
    except BaseException as error:
        became = None, error
    with suppress(RuntimeError):  # the loop has ended, and nobody hears it any more
        loop.call_soon_threadsafe(_tell, answer, became)


def _tell(answer: "Future[_Answer]", became: _Answer) -> None:
    if not answer.done():
        answer.set_result(became)


def _give_up(answer: "Future[_Answer]") -> None:
    _tell(answer, (None, TooSlow("the database does not answer")))


@cache
def crew() -> Crew:
    """That of this program."""
    return Crew()
