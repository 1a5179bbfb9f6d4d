"""Keeps the read models up with the log, for as long as the program runs.

A lost connection or an error is logged and tried again; whoever needs to see what was just recorded waits for its position.
"""

import logging
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Condition, Event, Lock
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from eventsourcing.persistence import Mapper
from psycopg.sql import SQL, Identifier

from domain.desk.names import DISPUTE
from domain.desk.shelf import Shelf
from projections.follower import PAGE, Follower
from projections.models import Models
from projections.rebuild import Rebuilt, Told, rebuild
from projections.store import schema as schemas
from projections.store.pool import Pool
from projections.store.recorder import EVENTS
from projections.tables import TROUBLES, Trouble

SHORTEST_REST_SECONDS = 0.05  # what is recorded meanwhile is written together, which costs commands a third less
LONGEST_REST_SECONDS = 0.25
FIRST_RETRY_SECONDS = 0.1
LONGEST_RETRY_SECONDS = 5.0
GLANCE_SECONDS = 0.02
"""How often somebody who waits looks whether another program has brought the rows there."""

MANY_EVENTS = 50_000
"""A shorter log is rebuilt before other processes would have started."""

_BEHIND = SQL("SELECT coalesce(max(notification_id), 0), count(*) FROM {events} WHERE notification_id > %s")
_TROUBLES = SQL("SELECT * FROM {troubles} ORDER BY position DESC LIMIT %s")
_DISPUTES = SQL("""
    SELECT originator_id FROM {events} WHERE originator_id = ANY(%s) AND originator_version = 1 AND starts_with(topic, %s)""")

_log = logging.getLogger(__name__)


class Lag(NamedTuple):
    """How far the rows are behind the log: `events` are still to come, the last of them at `head`."""

    position: int
    head: int
    events: int
    moved_at: datetime


class Runner:
    """Of the live tables of a schema; several programs may each have one. Raises what psycopg raises.

    `tell` reaches another process that follows the log in this one's stead: None bids it look now, a customer's name forget.
    """

    def __init__(
        self,
        pool: Pool,
        schema: str,
        mapper: Mapper[UUID],
        shelf: Shelf,
        *,
        page: int = PAGE,
        tell: Callable[[str | None], None] | None = None,
    ) -> None:
        self._pool = pool
        self._schema = schema
        self._mapper = mapper
        self._shelf = shelf
        self._page = page
        self._tell = tell
        self._models = Models(schema)
        self._follower = Follower(pool, self._models, mapper, shelf, page=page)
        self._one_at_a_time = Lock()
        self._moved = Condition()
        self._nudged = Event()
        self._reached = 0

    def create_tables(self) -> None:
        """Once is enough; several programs may do so at once. Tables of another version of the program give way."""
        with schemas.creating(self._pool, self._schema) as connection:
            self._models.create(connection)

    def catch_up(self) -> int:
        """Write everything that the log holds, and say up to which position that is."""
        while self._advance():
            pass
        return self._reached

    def follow(self, stop: Event) -> None:
        """Until stopped, whatever happens to the database."""
        rest, retry = SHORTEST_REST_SECONDS, FIRST_RETRY_SECONDS
        while not stop.is_set():
            try:
                events = self._advance()
            except Exception:
                _log.exception("the read models stand still, trying again in %s s", retry)
                stop.wait(retry)
                retry = min(2 * retry, LONGEST_RETRY_SECONDS)
                continue
            retry = FIRST_RETRY_SECONDS
            if events == self._page:
                continue
            rest = SHORTEST_REST_SECONDS if events else min(2 * rest, LONGEST_REST_SECONDS)
            if self._nudged.wait(rest):
                self._nudged.clear()
                rest = SHORTEST_REST_SECONDS

    def nudge(self) -> None:
        """Something was just recorded: look now."""
        self._nudged.set()
        if self._tell:
            self._tell(None)

    def wait_for(self, position: int, timeout_seconds: float) -> bool:
        """Whether the rows show everything up to a position of the log within that time."""
        ends = monotonic() + timeout_seconds
        self.nudge()
        while not self._is_there(position):
            left = ends - monotonic()
            if left <= 0:
                return False
            with self._moved:
                self._moved.wait_for(lambda: self._reached >= position, min(left, GLANCE_SECONDS))
        return True

    def position(self) -> int:
        """Up to which position of the log the rows hold."""
        with self._pool.connection() as connection:
            return self._models.progress(connection)[0]

    def lag(self) -> Lag:
        """Counts what is still to come."""
        with self._pool.connection() as connection:
            position, moved_at = self._models.progress(connection)
            behind = _BEHIND.format(events=Identifier(self._schema, EVENTS))
            ((head, events),) = connection.execute(behind, (position,))
        return Lag(position, max(head, position), events, moved_at)

    def troubles(self, limit: int = 100) -> list[Trouble]:
        """The tickets, contracts and disputes without rows, and why; the last first."""
        statement = _TROUBLES.format(troubles=TROUBLES.at(self._schema))
        with self._pool.connection() as connection:
            return [Trouble(*row) for row in connection.execute(statement, (limit,))]

    def disputes_among(self, troubles: Sequence[Trouble]) -> set[UUID]:
        """Those of the streams in trouble that are disputes: the log knows, where there are no rows to tell."""
        if not troubles:
            return set()
        statement = _DISPUTES.format(events=Identifier(self._schema, EVENTS))
        with self._pool.connection() as connection:
            found = connection.execute(statement, ([one.stream for one in troubles], DISPUTE)).fetchall()
        return {dispute for (dispute,) in found}

    def forget(self, customer: str) -> None:
        """Keep nothing that is personal of a customer; other processes keep what they have read for ten minutes at most."""
        with self._one_at_a_time:
            self._follower.forget(customer)
        if self._tell:
            self._tell(customer)

    def rebuild(self, told: Told | None = None) -> Rebuilt:
        """Build all rows anew from the log while the present ones serve, then put them in their place."""
        self.create_tables()
        jobs = os.cpu_count() or 1 if self.lag().head >= MANY_EVENTS else 1
        return rebuild(self._pool, self._schema, self._mapper, self._shelf, told, jobs)

    def _advance(self) -> int:
        with self._one_at_a_time, self._pool.connection() as connection:
            events = self._follower.advance(connection)
            reached = self._follower.position or 0
        with self._moved:
            self._reached = max(self._reached, reached)
            self._moved.notify_all()
        return events

    def _is_there(self, position: int) -> bool:
        return self._reached >= position or self.position() >= position
