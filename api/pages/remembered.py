"""What is dear to find out and need not be of this very second is not found out anew for everybody who looks: it is remembered."""

from collections.abc import Callable, Hashable
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

Told = TypeVar("Told")

AT_MOST = 500


class Remembered(Generic[Told]):
    """Answers by what they hang on, each for so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._told: dict[Hashable, tuple[float, Told]] = {}

    def of(self, key: Hashable, ask: Callable[[], Told]) -> Told:
        """The answer as it was given lately, else as it is given now."""
        with self._lock:
            found = self._told.get(key)
        if found and monotonic() < found[0]:
            return found[1]
        answer = ask()
        with self._lock:
            if len(self._told) >= AT_MOST:
                self._told.clear()
            self._told[key] = monotonic() + self._seconds, answer
        return answer
