"""How often somebody may ask: a bucket of tokens a name, refilled steadily.

TICKETCLOCK_RATE_LIMIT    requests a second that each caller may send for ever (50)
TICKETCLOCK_RATE_BURST    requests that a caller who was silent may send at once (100)
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from math import isfinite
from typing import NamedTuple, Self

from domain.refusals import Refusal


class Limits(NamedTuple):
    """`rate` is in requests a second, `burst` in requests; they hold for each caller by itself."""

    rate: float = 50
    burst: int = 100

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Raises Refusal where a setting is no number above zero."""
        return cls(
            _positive(environment, "TICKETCLOCK_RATE_LIMIT", USUAL.rate),
            max(1, round(_positive(environment, "TICKETCLOCK_RATE_BURST", USUAL.burst))),
        )


USUAL = Limits()


def _positive(environment: Mapping[str, str], name: str, usual: float) -> float:
    if not (told := environment.get(name)):
        return usual
    try:
        number = float(told)
    except ValueError:
        number = 0
    if not (isfinite(number) and number > 0):
        raise Refusal(f"{name} is a number above zero, such as {usual:g}, not {told}")
    return number


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
