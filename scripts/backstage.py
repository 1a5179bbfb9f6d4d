"""Those who work unasked, in a process of their own, so that nobody who asks waits for them.

The process ends when its pipe does: when the service stops, gives up or is killed. Should it die, another one takes over.
"""

import logging
import select
import signal
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Event, Lock

GLANCE_SECONDS = 0.1
AGAIN_SECONDS = 1.0
GRACE_SECONDS = 4.0

Message = str | None
"""The customer of whom nothing personal is to be kept; None: look at the log now."""

_log = logging.getLogger(__name__)


Pipe = Connection
"""Between the two: the one tells messages, the other says once that it is at work."""

Begin = Callable[[Mapping[str, str], "Pipe[Message, Message]"], None]
"""What the other process does until it hears no more. Has to be importable."""


class Backstage:
    def __init__(self, begin: Begin, settings: Mapping[str, str]) -> None:
        self._begin = begin
        self._settings = settings
        self._pipe: Pipe[Message, Message] | None = None
        self._to_forget: deque[str] = deque()
        self._one_at_a_time = Lock()
        self.at_work = Event()

    def tell(self, message: Message = None) -> None:
        """Waits for nobody: who has much to read yet has been bidden to look already, and hears of a customer when they read on.

        Where nobody is there nothing is said: who comes next looks at the log first, and has read of no customer yet.
        """
        with self._one_at_a_time, suppress(OSError):
            if self._pipe is None:
                return
            if message is not None:
                self._to_forget.append(message)
                self._tell_of_customers(self._pipe)
            elif _has_room(self._pipe):
                self._pipe.send(None)

    def _tell_of_customers(self, pipe: "Pipe[Message, Message]") -> None:
        while self._to_forget and _has_room(pipe):
            pipe.send(self._to_forget.popleft())

    def run(self, stop: Event) -> None:
        """Have somebody at work until stopped."""
        while not stop.is_set():
            self._one_life(stop)
            if not stop.is_set():
                _log.error("those who work unasked are gone; others take over in %s s", AGAIN_SECONDS)
                stop.wait(AGAIN_SECONDS)

    def _one_life(self, stop: Event) -> None:
        context = get_context("spawn")
        pipe, end = context.Pipe()
        process = context.Process(target=_work, args=(self._begin, self._settings, end), daemon=True)
        process.start()
        end.close()
        with self._one_at_a_time:
            self._pipe = pipe
        with suppress(EOFError, OSError):
            while process.is_alive() and not stop.is_set():
                if pipe.poll(GLANCE_SECONDS):
                    pipe.recv()
                    self.at_work.set()
                with self._one_at_a_time:
                    self._tell_of_customers(pipe)
        with self._one_at_a_time:
            self._pipe = None
            self._to_forget.clear()
            pipe.close()
        process.join(GRACE_SECONDS)
        process.kill()
        process.join()


def _has_room(pipe: "Pipe[Message, Message]") -> bool:
    """Whether a message can be sent without waiting; so it is too where the other end is gone, which sending then says."""
    room = select.poll()
    room.register(pipe, select.POLLOUT)
    return bool(room.poll(0))


def _work(begin: Begin, settings: Mapping[str, str], pipe: "Pipe[Message, Message]") -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(EOFError, OSError):
        begin(settings, pipe)
