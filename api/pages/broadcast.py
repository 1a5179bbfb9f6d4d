"""What open pages are told: that rows have moved, never what is in them. One task for all streams, none and no thread for each.

It looks how far the read models are, remembers what moved lately, and wakes whoever listens. A listener reads on in what is
remembered from where it was, so that a slow one, one that comes back and one that is always there are served alike.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic
from typing import Any, NamedTuple
from uuid import UUID

from api.problems import TurnedAway
from api.timely import readers
from api.unattended import problem_of
from projections.changes import Change, Changes

REMEMBERED = 1_000
"""How many events back a listener can read on; who was away for longer asks for everything anew."""

MOST_NAMED = 100
"""How many tickets one message names; of more it says that there are many."""

BEAT_SECONDS = 15.0
SHORTEST_REST_SECONDS = 0.1
LONGEST_REST_SECONDS = 0.4
LEAP = timedelta(seconds=2)
"""By so much the wall clock is set anew, and does not just go on."""

MANY = {"many": True}

_log = logging.getLogger(__name__)


class Message(NamedTuple):
    """`snapshot`: everything may have changed; `moved`: these tickets have; `time`: nothing but the hour."""

    kind: str
    position: int
    told: dict[str, Any]


@dataclass(eq=False)
class Listener:
    """Whose changes are heard: a customer's, or everybody's; without the right to tickets none is named.

    `check` raises TurnedAway once its credential is good no more.
    """

    customer: str | None
    sees_tickets: bool
    check: Callable[[], object]
    position: int | None = None
    beats: int = -1
    is_over: bool = field(default=False, init=False)

    def hears(self, change: Change) -> bool:
        return self.customer is None or change.is_everybodys or change.customer == self.customer


class Broadcaster:
    """Of one process. It looks only while somebody listens."""

    def __init__(
        self, changes: Changes, now: Callable[[], datetime], stopping: Event, *, beat_seconds: float = BEAT_SECONDS
    ) -> None:
        self._changes = changes
        self._now = now
        self._stopping = stopping
        self._beat_seconds = beat_seconds
        self._recent: deque[Change] = deque()
        self._since = 0
        self._position = 0
        self._listeners: set[Listener] = set()
        self._woken = asyncio.Event()
        self._beats = 0
        self._task: asyncio.Task[None] | None = None
        self._checking: asyncio.Task[None] | None = None

    @property
    def position(self) -> int:
        return self._position

    async def open(self, listener: Listener) -> None:
        """Be ready for a listener, who hears first how things stand. Raises what psycopg raises where the database is away."""
        if not self._is_watching:
            begun = await readers().do(self._beginning)
            if not self._is_watching:
                self._position, self._since, self._recent = begun
        else:
            self._take(await readers().do(self._look))
        self._listeners.add(listener)
        if not self._is_watching:
            self._task = asyncio.create_task(self._watch(), name="broadcast")

    def close(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    async def messages(self, listener: Listener) -> AsyncIterator[Message]:
        """Where things stand, then whatever happens, until the listener, the service or the database goes."""
        while not listener.is_over:
            woken = self._woken
            if message := self._news(listener):
                yield message
            else:
                await woken.wait()

    # --- what is said -------------------------------------------------------------------------------------------------

    def _news(self, listener: Listener) -> Message | None:
        """One message, whatever happened since the last one."""
        after, beats = listener.position, listener.beats
        listener.position, listener.beats = self._position, self._beats
        if after is None or not self._since <= after <= self._position:
            return self._message("snapshot")
        heard = [one for one in self._newer(after) if listener.hears(one)]
        if heard:
            return self._message("moved", **(_named(heard) if listener.sees_tickets else MANY))
        return self._message("time") if beats != self._beats else None

    def _newer(self, after: int) -> Iterable[Change]:
        found: list[Change] = []
        for change in reversed(self._recent):
            if change.position <= after:
                break
            found.append(change)
        return reversed(found)

    def _message(self, kind: str, **told: Any) -> Message:
        now = self._now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return Message(kind, self._position, {"now": now, **told})

    # --- looking ------------------------------------------------------------------------------------------------------

    @property
    def _is_watching(self) -> bool:
        return self._task is not None and not self._task.done()

    async def _watch(self) -> None:
        """As long as somebody listens. Everybody is let go at its end, and may come again."""
        try:
            await self._keep_looking()
        except Exception as error:
            _log.warning("open pages are told nothing any more: %s", problem_of(error))
        finally:
            for listener in self._listeners:
                listener.is_over = True
            self._listeners.clear()
            self._wake()

    async def _keep_looking(self) -> None:
        rest, hour = SHORTEST_REST_SECONDS, Hour(self._now, self._beat_seconds)
        while self._listeners and not self._stopping.is_set():
            moved = self._take(await readers().do(self._look))
            told = hour.is_to_be_told()
            if told and (self._checking is None or self._checking.done()):
                self._checking = asyncio.create_task(self._check(list(self._listeners)))
            self._beats += told
            if moved or told:
                self._wake()
            rest = SHORTEST_REST_SECONDS if moved else min(1.5 * rest, LONGEST_REST_SECONDS)
            await asyncio.sleep(rest)

    def _wake(self) -> None:
        woken, self._woken = self._woken, asyncio.Event()
        woken.set()

    def _beginning(self) -> tuple[int, int, deque[Change]]:
        """What moved lately, so that whoever comes back after the program was started anew can read on."""
        position = self._changes.position()
        since = max(0, position - REMEMBERED)
        return position, since, deque(self._changes.between(since, position))

    def _look(self) -> "Seen":
        """How far the rows are, and what moved since the last look; None for more than anybody would read."""
        before, position = self._position, self._changes.position()
        if before <= position <= before + REMEMBERED:
            return Seen(before, position, self._changes.between(before, position) if position > before else [])
        return Seen(before, position, None)

    def _take(self, seen: "Seen") -> bool:
        """Whether the rows have moved; what two saw at the same time is taken once."""
        if seen.before != self._position or seen.position == self._position:
            return False
        self._position = seen.position
        if seen.changes is None:
            self._recent.clear()
            self._since = seen.position
        else:
            self._recent.extend(seen.changes)
            while len(self._recent) > REMEMBERED:
                self._since = self._recent.popleft().position
        return True

    async def _check(self, listeners: Iterable[Listener]) -> None:
        """Let those go whose credential is good no more; the others are told what happens meanwhile."""
        try:
            await readers().do(_look_at_credentials, listeners)
        except Exception as error:
            _log.warning("it cannot be told whose credential is still good: %s", problem_of(error))
        self._wake()


def _look_at_credentials(listeners: Iterable[Listener]) -> None:
    for listener in listeners:
        try:
            listener.check()
        except TurnedAway:
            listener.is_over = True


class Seen(NamedTuple):
    """What a look found: how far the rows were before and are now, and what moved between."""

    before: int
    position: int
    changes: list[Change] | None


class Hour:
    """When listeners are told the time: every so often, and at once when the wall clock was set anew."""

    def __init__(self, now: Callable[[], datetime], every_seconds: float) -> None:
        self._now = now
        self._every = every_seconds
        self._told = self._looked = monotonic()
        self._at = now()

    def is_to_be_told(self) -> bool:
        at, looked = self._now(), monotonic()
        leapt_by = at - self._at - timedelta(seconds=looked - self._looked)
        self._at, self._looked = at, looked
        is_to_be = abs(leapt_by) > LEAP or looked - self._told >= self._every
        if is_to_be:
            self._told = looked
        return is_to_be


def _named(changes: Iterable[Change]) -> dict[str, Any]:
    """The tickets by their ids; what concerns a whole contract or more, or too many, is said in one word."""
    tickets: dict[UUID | None, None] = dict.fromkeys(change.ticket for change in changes)
    is_many = None in tickets or len(tickets) > MOST_NAMED
    return MANY if is_many else {"tickets": [str(ticket) for ticket in tickets]}
