"""Work that nobody is waiting for: its loop, which nothing but its owner ends, and the commands that the system gives itself."""

import logging
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from threading import Event
from traceback import extract_tb
from uuid import UUID

import psycopg
from eventsourcing import persistence

from domain.desk.orders import Key, Order
from domain.disputes.commands import PassDeadline
from domain.refusals import Refusal
from domain.ticket.commands import TicketCommand

FIRST_REST_SECONDS = 0.5
LONGEST_REST_SECONDS = 30.0

AWAY = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    persistence.OperationalError,
    persistence.InterfaceError,
)
"""What it looks like when the database is away."""

_log = logging.getLogger(__name__)


def keep_at(work: Callable[[], float], name: str, stop: Event) -> None:
    """Do it again and again, with the rest in between that it asks for, in seconds; after an error with one that grows."""
    rest = FIRST_REST_SECONDS
    while not stop.is_set():
        try:
            pause = work()
            rest = FIRST_REST_SECONDS
        except Exception as error:
            what = "the database is away" if isinstance(error, AWAY) else "something went wrong"
            _log.error("%s: %s, trying again in %s s: %s", name, what, rest, problem_of(error))
            pause, rest = rest, min(2 * rest, LONGEST_REST_SECONDS)
        stop.wait(pause)


def problem_of(error: Exception) -> str:
    """What went wrong and where; the words of an error that is no refusal may repeat what is secret or personal."""
    if isinstance(error, Refusal):
        return str(error)
    frames = extract_tb(error.__traceback__)
    place = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def own_order(
    who: str, key: str, stream: UUID, command: TicketCommand | PassDeadline, at: datetime, version: int | None = None
) -> Order:
    """A command of the system itself; under one key it is done once, whoever gives it.

    It is given by a role without a name: names are sealed, and nothing is sealed any more for a customer who is forgotten.
    """
    body = f"{command.name}{command.model_dump_json(exclude_unset=True)}"
    return Order(
        stream=stream,
        command=command,
        at=at,
        by="system",
        key=Key(who, key, sha256(body.encode()).digest()),
        version=version,
        origin=who,
    )
