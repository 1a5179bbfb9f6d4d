"""A line of progress on standard error, on a terminal only."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self, TextIO

EVERY_SECONDS = 0.2
QUIET_SECONDS = 1.0
CLEAR = "\r\x1b[K"


class Progress:
    """Counts steps and shows them once a run has become long; not where what is written passes by on a terminal, too."""

    def __init__(
        self, unit: str, written: TextIO, to: TextIO | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._unit = unit
        self._to = to or sys.stderr
        self._now = now
        self._count = 0
        self._begun = now()
        self._next = self._begun + QUIET_SECONDS
        self._is_wanted = self._to.isatty() and not written.isatty()
        self._is_shown = False

    def __enter__(self) -> Self:
        return self

    def step(self) -> None:
        self._count += 1
        if self._is_wanted and (now := self._now()) >= self._next:
            self._next, self._is_shown = now + EVERY_SECONDS, True
            rate = self._count / (now - self._begun)
            self._to.write(f"{CLEAR}{self._count:,} {self._unit}, {rate:,.0f} a second")
            self._to.flush()

    def __exit__(self, *_: object) -> None:
        if self._is_shown:
            self._to.write(CLEAR)
            self._to.flush()


@contextmanager
def counted(unit: str) -> Iterator[Callable[[int], None]]:
    """Shows how many there are each time that it is told; the line is gone at the end."""
    is_wanted = sys.stderr.isatty()

    def shown(number: int) -> None:
        if is_wanted:
            print(f"{CLEAR}{number:,} {unit}", end="", file=sys.stderr, flush=True)

    try:
        yield shown
    finally:
        if is_wanted:
            print(CLEAR, end="", file=sys.stderr, flush=True)
