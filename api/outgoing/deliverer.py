"""Sends what waits in the outbox, tries again with patience, and puts on record what was owed.

A notice is marked as delivered after it was: whoever dies in between leaves it to be sent a second time, never unsent.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from api.outgoing.channel import Channel, Undelivered, has_to_be_email
from api.outgoing.outbox import WAYLESS, Outbox, Taken
from api.outgoing.settings import Channels
from api.unattended import AWAY, keep_at, own_order, problem_of
from domain.desk.desk import Desk
from domain.ticket.commands import COMMANDS
from projections.notices import OUTGOING, Notice

LEASE = timedelta(minutes=1)
"""Longer than an attempt takes; after it, another deliverer takes the one before for dead, and may tell of the same once more."""
WAYLESS_REST = timedelta(minutes=10)
GLANCE_SECONDS = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """The rest after a failed attempt doubles from `first` up to `longest`; the last of `attempts` is the end of it."""

    first: timedelta = timedelta(seconds=10)
    longest: timedelta = timedelta(hours=6)
    attempts: int = 16

    def rest(self, attempts: int) -> timedelta | None:
        """After so many attempts; None where it is given up."""
        if attempts >= self.attempts:
            return None
        return min(self.first * (1 << min(attempts - 1, 32)), self.longest)


PATIENCE = Patience()


class Deliverer:
    """Any number may work on one outbox; each notice is in one's hands at a time."""

    def __init__(
        self,
        outbox: Outbox,
        channels: Channels,
        desk: Desk,
        now: Callable[[], datetime],
        patience: Patience = PATIENCE,
    ) -> None:
        self._outbox = outbox
        self._channels = channels
        self._desk = desk
        self._now = now
        self._patience = patience
        self._missing: set[str] = set()

    def run(self, stop: Event) -> None:
        """Until stopped, whatever happens to the database or the receivers; without any way out everything stays pending."""

        def work() -> float:
            self.deliver_due(stop)
            return GLANCE_SECONDS

        if self._channels:
            keep_at(work, OUTGOING, stop)
        else:
            _log.info("neither a webhook nor mail is set: notices wait")

    def deliver_due(self, stop: Event | None = None) -> int:
        """Attempt everything that is due; how many attempts that took. Without any way out nothing is touched."""
        attempts = 0
        while not (stop and stop.is_set()) and self._channels and self._deliver_one():
            attempts += 1
        return attempts

    def _deliver_one(self) -> bool:
        at = self._now()
        taken = self._outbox.take(at, at + LEASE)
        if taken is None:
            return False
        notice = taken.notice
        way = self._channels.way(notice)
        if way is None:
            self._leave(taken, _wayless(notice), at)
        elif problem := _send(way, notice, at):
            self._fail(taken, problem)
        else:
            self._fulfil(notice)
            self._outbox.delivered(notice.id, self._now())
        return True

    def _leave(self, taken: Taken, problem: str, at: datetime) -> None:
        """It waits for a way out; that one is missing is said once in the life of this process."""
        if problem not in self._missing:
            self._missing.add(problem)
            _log.warning("notices wait: %s", problem)
        self._outbox.postpone(taken, problem, at + WAYLESS_REST, attempts=0)

    def _fail(self, taken: Taken, problem: str) -> None:
        rest = self._patience.rest(taken.attempts)
        if rest is None:
            _log.error("notice %s is given up after %d attempts: %s", taken.notice.id, taken.attempts, problem)
            self._outbox.give_up(taken, problem)
        else:
            _log.warning("notice %s was not delivered: %s", taken.notice.id, problem)
            self._outbox.postpone(taken, problem, self._now() + rest, taken.attempts)

    def _fulfil(self, notice: Notice) -> None:
        """Record that somebody was told, where the agreement asks for it; what stands against that does not unsend the notice."""
        if notice.fulfils is None:
            return
        try:
            command = COMMANDS[notice.fulfils["command"]](**notice.fulfils["fields"])
            self._desk.execute(own_order(OUTGOING, notice.id, notice.ticket, command, self._now()))
        except AWAY:
            raise
        except Exception as error:
            _log.error("notice %s went out, but is not on record: %s", notice.id, problem_of(error))


def _wayless(notice: Notice) -> str:
    lacking = "no address for e-mail" if has_to_be_email(notice) else "neither a webhook nor an address for e-mail"
    return f"{WAYLESS}{lacking} to {notice.to_role}"


def _send(way: Channel, notice: Notice, at: datetime) -> str | None:
    """The problem, if there was one."""
    try:
        way.send(notice, at)
    except Undelivered as error:
        return str(error)
    except Exception as error:  # whatever is wrong with this one, others are waiting
        return f"it cannot be sent: {problem_of(error)}"
    return None
