"""How often somebody may ask: a bucket of tokens a name, refilled steadily."""

from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple


class _Bucket(NamedTuple):
    tokens: float
    at: float


class Buckets:
    """`burst` requests at once, `rate` a second for ever.

    Kept in the process: several processes each grant the rate. Used from the event loop only, hence no lock. Of more than `most`
    names, those not heard of for longest are forgotten, so that nobody fills the memory by changing names.
    """

    def __init__(self, rate: float, burst: int, clock: Callable[[], float], most: int = 10_000) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, name: str) -> float:
        """Zero when a token was there, otherwise the seconds until the next one."""
        now = self._clock()
        last = self._buckets.pop(name, _Bucket(self._burst, now))
        tokens = min(self._burst, last.tokens + (now - last.at) * self._rate)
        is_let_in = tokens >= 1
        self._buckets[name] = _Bucket(tokens - 1 if is_let_in else tokens, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return 0.0 if is_let_in else (1 - tokens) / self._rate
