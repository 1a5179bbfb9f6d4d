"""An estate of any size in the shapes of the bundled log: what happened there happens again, to many customers over years.

Seeded: the same number of tickets by the same instant is the same estate. What lies after that instant has not happened yet:
the tickets so cut short are open, and some besides that nobody went on with.
"""

import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import accumulate, islice, takewhile
from random import Random
from typing import NamedTuple

from eventsourcing.persistence import StoredEvent
from psycopg.sql import SQL, Identifier

from domain.casefile import read_case
from domain.contract.events import Signed
from domain.contract.facts import Contract
from domain.desk.desk import Desk
from domain.desk.importing import Arrival, Importer
from domain.instants import micros
from domain.judgement import Case
from domain.logs.report import Report
from domain.terms.library import agreement_ids, selector
from domain.terms.lookup import find
from domain.ticket.events import Escalated, Resolved, Responded, TicketEvent
from domain.ticket.history import Actor, Recorded, recorded
from projections.store.customer_keys import CustomerKeys
from projections.store.pool import open_pool
from projections.store.recorder import EVENTS, LogRecorder
from projections.store.sealing import CustomerSeals
from scripts.demo import cases
from scripts.workers import in_order

CHUNK = 2_500
"""So many tickets are stored at once."""

ESCALATED = 0.04
"""The log does not tell of escalations: so many of the tickets somebody responded to go up a tier."""

LEFT_LYING = 0.005
"""So many tickets of the last weeks are not gone on with."""
LATELY = timedelta(days=60)

WEEK = timedelta(days=7)

_COPY = SQL("COPY {events} (originator_id, originator_version, topic, state) FROM STDIN (FORMAT BINARY)")


ORIGIN = "import bench"

Act = tuple[TicketEvent, Actor | None]
"""What happened, and who did it."""


class Party(NamedTuple):
    """A customer and what was agreed with it."""

    customer: str
    agreement: str
    contract: Contract


class Shape(NamedTuple):
    """What happened to an incident."""

    opened_at: datetime
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class Estate:
    """So many tickets by `now`, opened in the years before, in the shapes of the first so many incidents of the log."""

    tickets: int
    now: datetime
    customers: int = 200
    years: int = 5
    shapes: int = 20_000
    seed: int = 2026

    @property
    def parties(self) -> tuple[Party, ...]:
        """Customers of every agreement in all its plans and regions."""
        chance, agreements = Random(self.seed), agreement_ids()
        return tuple(
            _party(f"Customer {number:03}", agreements[number % len(agreements)], self.now, chance)
            for number in range(1, self.customers + 1)
        )

    def firsts(self) -> Iterator[Arrival]:
        """A ticket of each customer, so that the contracts are there before many file under them at once."""
        chance = Random(f"{self.seed} firsts")
        for party in self.parties:
            yield self._arrival(f"FIRST {party.customer}", party, chance)

    def chunk(self, first: int) -> list[Arrival]:
        """Some of the tickets, from this number on."""
        chance, parties = Random(f"{self.seed} {first}"), self.parties
        some = chance.choices(parties, cum_weights=_harmonic(len(parties)), k=min(CHUNK, self.tickets - first))
        return [self._arrival(f"INC{first + place:07}", party, chance) for place, party in enumerate(some)]

    def _arrival(self, name: str, party: Party, chance: Random) -> Arrival:
        case = Case(
            name=name,
            selector=selector(party.agreement),
            contract=party.contract,
            readings={},
            history=tuple(self._history(chance)),
            as_of=micros(self.now),
        )
        return Arrival(case, party.customer, origin=ORIGIN)

    def _history(self, chance: Random) -> Iterator[Recorded]:
        """At the same hours of the same days of the week as in the log."""
        shape = chance.choice(_shapes(self.shapes))
        is_left_lying, escalates = chance.random() < LEFT_LYING, chance.random() < ESCALATED
        wanted = self.now - chance.random() * (LATELY if is_left_lying else timedelta(days=365.25 * self.years))
        later = (wanted - shape.opened_at) // WEEK * WEEK
        acts = _escalating(shape.acts) if escalates else shape.acts
        if is_left_lying:
            acts = _unresolved(acts)
        for number, (event, by) in enumerate(acts, start=1):
            at = event.effective_at + later
            if at > self.now:
                return
            yield recorded(number, event.model_copy(update={"effective_at": at}), by=by)


def _party(customer: str, agreement: str, now: datetime, chance: Random) -> Party:
    """Ordered for ten years some years ago, so that some contracts are due for renewal before long."""
    terms = selector(agreement).agreement
    ordered = now - timedelta(days=chance.randrange(6 * 365, 10 * 365))
    signed = Signed(
        effective_at=ordered, starts=ordered.date(), effective_on=ordered.date(), until=_after_years(ordered, 10)
    )
    plan, region = chance.choice(list(terms.plans)), chance.choice([*terms.regions, ""][: len(terms.regions) or 1])
    return Party(customer, agreement, Contract(plan=plan, region=region, events=(signed,)))


def _after_years(instant: datetime, years: int) -> date:
    return (instant + timedelta(days=round(365.25 * years))).date()


@cache
def _harmonic(number: int) -> Sequence[float]:
    """The first customer has as many tickets as all of a low rank together."""
    return list(accumulate(1 / rank for rank in range(1, number + 1)))


@cache
def _shapes(number: int) -> tuple[Shape, ...]:
    return tuple(
        Shape(case.history[0].event.effective_at, tuple((one.event, one.by) for one in case.history))
        for case in (read_case(document, find) for document in islice(cases(Report()), number))
    )


def _escalating(acts: tuple[Act, ...]) -> tuple[Act, ...]:
    """Up a tier as soon as somebody has responded."""
    place = next((place for place, (event, _) in enumerate(acts, start=1) if isinstance(event, Responded)), len(acts))
    up = Escalated(effective_at=acts[place - 1][0].effective_at, to="tier-2")
    return (*acts[:place], (up, "agent"), *acts[place:])


def _unresolved(acts: tuple[Act, ...]) -> tuple[Act, ...]:
    return tuple(takewhile(lambda act: not isinstance(act[0], Responded | Resolved), acts))


# --- into the log -----------------------------------------------------------------------------------------------------


class CopyingRecorder(LogRecorder):
    """Takes in at once what is all new, without saying where in the log it is."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: object) -> None:
        statement = _COPY.format(events=Identifier(self._schema, EVENTS))
        with self._pool.connection() as connection, connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types(["uuid", "int8", "text", "bytea"])
            for event in stored_events:
                copy.write_row((event.originator_id, event.originator_version, event.topic, event.state))


@dataclass(frozen=True)
class Loading:
    """An estate on its way into the log of a schema; chunks may be filed by several processes."""

    estate: Estate
    url: str
    schema: str

    def run(self, processes: int) -> Iterator[int]:
        """Says, chunk by chunk, how many events were stored."""
        yield self._file(list(self.estate.firsts()))
        gc.freeze()  # what every process shares stays shared
        yield from in_order(self._chunk, range(0, self.estate.tickets, CHUNK), processes)

    def _chunk(self, first: int) -> int:
        return self._file(self.estate.chunk(first))

    def _file(self, arrivals: Sequence[Arrival]) -> int:
        with open_pool(self.url, size=2) as pool:
            seals = CustomerSeals(CustomerKeys(pool, self.schema))
            return Importer(Desk(CopyingRecorder(pool, self.schema), seals)).file(arrivals)
