"""Which answer was given to whom, kept beside the log: nothing tells it again, so that no rebuild touches it, and no seal binds it.

Who asks is told at once, and what they were told is written soon afterwards, by whoever runs `write`: once for each person and
changed answer, not for each look. Which answer is a changed one, the table says: several programs answer the same people, and
none knows what the others told them. What cannot be written keeps nobody from an answer; `problem` says that it is missing. A
person of the customer's side is stored sealed as in the log, and is not named at all once the customer is forgotten.
"""

import json
import logging
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Composed, Identifier
from psycopg.types.json import Jsonb

from domain.comparison.given import AnswerGiven, ClockSaid
from domain.instants import micros
from domain.personal import Seal, pseudonym_of
from projections.store import schema as schemas
from projections.store.customer_keys import CustomerForgotten
from projections.store.pool import Pool
from projections.store.recorder import EVENTS

TABLE = "answers_given"
MOST_WAITING = 10_000
"""So many wait to be written at most; what comes then is missing."""
AT_ONCE = 500

_log = logging.getLogger(__name__)

_AWAY = (psycopg.OperationalError, psycopg.InterfaceError)

_CREATE = SQL("""
    CREATE TABLE IF NOT EXISTS {table} (
        ticket uuid NOT NULL,
        asked_at timestamptz NOT NULL,
        role text NOT NULL,
        person text,
        is_customers boolean NOT NULL,
        asks text NOT NULL,
        names text NOT NULL,
        as_of timestamptz NOT NULL,
        known_at timestamptz NOT NULL,
        readings jsonb NOT NULL,
        version bigint NOT NULL,
        position bigint,
        said jsonb NOT NULL
    )""")
_CREATE_INDEX = SQL("CREATE INDEX IF NOT EXISTS answers_given_ticket ON {table} (ticket, asked_at)")
_LOCK = SQL("SELECT pg_advisory_xact_lock(hashtext('ticketclock answers given'), hashtext(%s))")
_INSERT = SQL("""
    INSERT INTO {table}
    SELECT %(ticket)s, %(asked_at)s, %(role)s, %(person)s, %(is_customers)s, %(asks)s, %(names)s, %(as_of)s, %(known_at)s,
        %(readings)s, %(version)s, (
            SELECT notification_id FROM {events} WHERE originator_id = %(ticket)s AND originator_version = %(version)s
        ), %(said)s
    WHERE %(said)s IS DISTINCT FROM ({last} AND asks = %(asks)s {newest})
        AND %(said)s IS DISTINCT FROM ({last} AND asks = %(asks)s AND names = %(names)s {newest})""")
_LAST = SQL("""
    SELECT said FROM {table} WHERE ticket = %(ticket)s AND role = %(role)s AND person IS NOT DISTINCT FROM %(person)s""")
_NEWEST = SQL("ORDER BY asked_at DESC LIMIT 1")
_OF_TICKET = SQL("""
    SELECT asked_at, role, person, as_of, known_at, readings, version, position, said, is_customers FROM {table}
    WHERE ticket = %(ticket)s AND (is_customers OR NOT %(customers_only)s)
        AND asked_at < coalesce(%(before)s::timestamptz, 'infinity')
    ORDER BY asked_at DESC LIMIT %(limit)s""")


class Seals(Protocol):
    """The seals of customers' personal data."""

    def of(self, customer: str) -> Seal: ...


class Named(NamedTuple):
    """What a question named; what is None was left to be now, or everything."""

    as_of: datetime | None
    known_at: datetime | None
    readings: Mapping[str, str]

    @property
    def asks(self) -> str:
        """Which questions are of one kind: those that named the same of both, whatever the instants, under the same readings."""
        told = [name for name, value in (("as_of", self.as_of), ("known_at", self.known_at)) if value is not None]
        return json.dumps([*told, self.readings], sort_keys=True)

    @property
    def exactly(self) -> str:
        return json.dumps([one and one.isoformat() for one in (self.as_of, self.known_at)])


class Note(NamedTuple):
    """An answer as it is given; `is_customers`: to somebody of the customer's side."""

    ticket: UUID
    customer: str
    asked_at: datetime
    role: str
    who: str
    is_customers: bool
    named: Named
    as_of: datetime
    known_at: datetime
    version: int
    said: tuple[ClockSaid, ...]

    @property
    def who_asks_what(self) -> tuple[UUID, str, str, str]:
        """Who asked, and what kind of question about which ticket."""
        return self.ticket, self.role, self.who, self.named.asks


class AnswersGiven:
    """Those of one log, by one process. What reads and writes the table raises what psycopg raises."""

    def __init__(self, pool: Pool, schema: str, seals: Seals) -> None:
        self._pool = pool
        self._schema = schema
        self._seals = seals
        self._waiting: deque[Note] = deque()
        self._last_waiting: dict[tuple[UUID, str, str, str], Note] = {}
        self._noting = Lock()
        self._writing = Lock()
        self.missing = 0

    def create_table(self) -> None:
        schemas.create(self._pool, self._schema, [self._sql(_CREATE), self._sql(_CREATE_INDEX)])

    @property
    def problem(self) -> str:
        """What a person who watches over the service should know; empty where nothing is missing."""
        if not self.missing:
            return ""
        noun, verb = ("answer", "is") if self.missing == 1 else ("answers", "are")
        return f"{self.missing} {noun} given to people {verb} not on record"

    def note(self, note: Note) -> None:
        """Have an answer written soon, unless the last one to the same that still waits to be written says the same.

        What two programs tell one person in the moment before either writes is compared in the order in which it is written.
        """
        with self._noting:
            last = self._last_waiting.get(note.who_asks_what)
            if last is not None and last.said == note.said:
                return
            if len(self._waiting) >= MOST_WAITING:
                self.missing += 1
                return
            self._waiting.append(note)
            self._last_waiting[note.who_asks_what] = note

    def write(self) -> int:
        """Write what waits; says how much that was. What the database is not there for goes on waiting."""
        with self._writing:
            written = 0
            while notes := self._next():
                try:
                    self._insert(notes)
                except _AWAY:
                    self._put_back(notes)
                    raise
                except Exception:
                    self._one_by_one(notes)
                written += len(notes)
            return written

    def of(
        self,
        ticket: UUID,
        customer: str,
        *,
        customers_only: bool = False,
        before: datetime | None = None,
        redacted: bool = False,
        limit: int = 100,
    ) -> list[AnswerGiven]:
        """The last answers about a ticket in order of time, with those that still waited here; with pseudonyms where redacted."""
        self.write()
        asked = {"ticket": ticket, "customers_only": customers_only, "before": before, "limit": limit}
        seal = self._seals.of(customer)
        with self._pool.connection() as connection:
            rows = connection.execute(self._sql(_OF_TICKET), asked).fetchall()
        return [_given(*row, seal=None if redacted else seal) for row in reversed(rows)]

    # --- what waits -----------------------------------------------------------------------------------------------------

    def _next(self) -> list[Note]:
        with self._noting:
            return [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]

    def _put_back(self, notes: Sequence[Note]) -> None:
        with self._noting:
            self._waiting.extendleft(reversed(notes))

    def _wait_no_more(self, notes: Iterable[Note]) -> None:
        with self._noting:
            for one in notes:
                if self._last_waiting.get(one.who_asks_what) is one:
                    del self._last_waiting[one.who_asks_what]

    def _one_by_one(self, notes: Sequence[Note]) -> None:
        """One that cannot be written, whatever the reason, keeps no other from being written."""
        for place, one in enumerate(notes):
            try:
                self._insert([one])
            except _AWAY:
                self._put_back(notes[place:])
                raise
            except Exception as error:
                _log.error("an answer about %s cannot be put on record: %s", one.ticket, type(error).__name__)
                with self._noting:
                    self.missing += 1
                self._wait_no_more([one])

    def _insert(self, notes: Sequence[Note]) -> None:
        rows = [self._row(one) for one in notes]
        with self._pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
            cursor.execute(_LOCK, (self._schema,))
            cursor.executemany(self._sql(_INSERT), rows)
        self._wait_no_more(notes)

    def _row(self, note: Note) -> dict[str, Any]:
        return {
            "ticket": note.ticket,
            "asked_at": note.asked_at,
            "role": note.role,
            "person": self._stored(note),
            "is_customers": note.is_customers,
            "asks": note.named.asks,
            "names": note.named.exactly,
            "as_of": note.as_of,
            "known_at": note.known_at,
            "readings": Jsonb(dict(note.named.readings)),
            "version": note.version,
            "said": Jsonb([list(one) for one in note.said]),
        }

    def _stored(self, note: Note) -> str | None:
        if not note.is_customers:
            return note.who
        try:
            return self._seals.of(note.customer).seal(note.who)
        except CustomerForgotten:
            return None

    def _sql(self, text: SQL) -> Composed:
        names = {"table": Identifier(self._schema, TABLE), "events": Identifier(self._schema, EVENTS)}
        return text.format(**names, last=_LAST.format(**names), newest=_NEWEST)


def _given(
    asked_at: datetime,
    role: str,
    person: str | None,
    as_of: datetime,
    known_at: datetime,
    readings: dict[str, str],
    version: int,
    position: int | None,
    said: Iterable[Iterable[Any]],
    is_customers: bool,
    *,
    seal: Seal | None,
) -> AnswerGiven:
    return AnswerGiven(
        asked_at=micros(asked_at),
        to=role,
        who=_who(person, seal) if is_customers and person else person or "",
        as_of=micros(as_of),
        known_at=micros(known_at),
        readings=readings,
        version=version,
        position=position,
        clocks=tuple(_said(said)),
    )


def _who(sealed: str, seal: Seal | None) -> str:
    """The person, or who stands for one who may not or can no longer be named."""
    return (seal and seal.unseal(sealed)) or pseudonym_of(sealed)


def _said(told: Iterable[Iterable[Any]]) -> Iterator[ClockSaid]:
    for one in told:
        yield ClockSaid(*one)
