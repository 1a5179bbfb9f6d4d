"""Those who work unasked, in a process of their own, so that nobody who asks waits for them.

The process ends when its pipe does: when the service stops, gives up or is killed. Should it die, another one takes over.
"""

import logging
import signal
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
        self._one_at_a_time = Lock()
        self.at_work = Event()

    def tell(self, message: Message = None) -> None:
        """Nobody there is no reason to wait: who comes next looks at the log first."""
        with self._one_at_a_time, suppress(OSError):
            if self._pipe:
                self._pipe.send(message)

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
            self._pipe = None
            pipe.close()
        process.join(GRACE_SECONDS)
        process.kill()
        process.join()


def _work(begin: Begin, settings: Mapping[str, str], pipe: "Pipe[Message, Message]") -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(EOFError, OSError):
        begin(settings, pipe)
