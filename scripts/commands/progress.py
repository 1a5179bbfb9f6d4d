"""A line of progress on standard error, on a terminal only."""

import sys
import time
from typing import Self

EVERY_SECONDS = 0.2
QUIET_SECONDS = 1.0
CLEAR = "\r\x1b[K"


class Progress:
    """Counts steps and shows them once a run has become long; not where the answers pass by on the same terminal."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._count = 0
        self._begun = time.monotonic()
        self._next = self._begun + QUIET_SECONDS
        self._is_shown = False
        self._is_wanted = sys.stderr.isatty() and not sys.stdout.isatty()

    def __enter__(self) -> Self:
        return self

    def step(self) -> None:
        self._count += 1
        if self._is_wanted and (now := time.monotonic()) >= self._next:
            self._next, self._is_shown = now + EVERY_SECONDS, True
            rate = self._count / (now - self._begun)
            sys.stderr.write(f"{CLEAR}{self._count:,} {self._unit}, {rate:,.0f} a second")
            sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        if self._is_shown:
            sys.stderr.write(CLEAR)
            sys.stderr.flush()
