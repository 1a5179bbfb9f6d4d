"""A log of tickets under published agreements, and the read models that follow it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg.sql import SQL

from domain.contract.papers import ContractEntry, DrawnUp
from domain.desk.desk import Desk
from domain.desk.envelope import NO_DIGEST, Envelope, Filed
from domain.desk.orders import Key, Order
from domain.instants import micros
from domain.ticket.events import Event
from domain.ticket.history import EVENT, Actor
from projections.clocks import CLOCKS, ClockRow
from projections.contracts import Contracts
from projections.deadlines import DEADLINES, Deadline, Deadlines
from projections.models import ALL_TABLES
from projections.notices import NOTICES, Notice
from projections.runner import Runner
from projections.store.customer_keys import CustomerKeys
from projections.store.pool import Pool
from projections.store.recorder import LogRecorder
from projections.store.sealing import CustomerSeals
from projections.tables import Table
from projections.tickets import TicketRow, Tickets
from tests.library import library, publish

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MONDAY_9 = datetime(2024, 3, 4, 8, tzinfo=UTC)
"""09:00 in Rome; 4 March 2024 is a business day of every agreement."""


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def happened(event: str, when: datetime, **fields: Any) -> Event:
    return EVENT.validate_python({"event": event, "effective_at": when, **fields})


def opened(when: datetime = MONDAY_9, severity: int = 1, **fields: Any) -> Event:
    return happened("opened", when, severity=severity, **fields)


@dataclass
class Log:
    """A log without rules: what is told is recorded."""

    pool: Pool
    schema: str
    desk: Desk
    runner: Runner

    @classmethod
    def in_(cls, pool: Pool, schema: str, *, page: int = 1_000) -> "Log":
        recorder, keys = LogRecorder(pool, schema), CustomerKeys(pool, schema)
        recorder.create_tables()
        keys.create_tables()
        desk = Desk(recorder, CustomerSeals(keys))
        runner = Runner(pool, schema, desk.mapper, desk.shelf, page=page)
        runner.create_tables()
        return cls(pool, schema, desk, runner)

    def another_runner(self, *, page: int = 1_000) -> Runner:
        return Runner(self.pool, self.schema, self.desk.mapper, self.desk.shelf, page=page)

    # --- what is recorded ---------------------------------------------------------------------------------------------

    def publish(self, *agreements: str) -> None:
        for one in library().holidays.values():
            self.desk.publish_holidays(self.publishing(one))
        for name in agreements:
            publish(self.desk, self.publishing(library().agreements[name]))

    def contract(self, agreement: str, *entries: ContractEntry, customer: str = "acme", **facts: Any) -> UUID:
        contract = uuid4()
        paper = DrawnUp(effective_at=LONG_AGO, agreement=agreement, customer=customer, **facts)
        self.on_contract(contract, paper, *entries)
        return contract

    def on_contract(self, contract: UUID, *entries: ContractEntry, recorded_at: datetime | None = None) -> int:
        return self._record(contract, entries, recorded_at=recorded_at)

    def ticket(self, contract: UUID, *events: Event, case: str | None = None, **more: Any) -> UUID:
        ticket = uuid4()
        self.on(ticket, *events, filed=self.filed(contract, events[0], case), **more)
        return ticket

    def on(
        self,
        ticket: UUID,
        *events: Event,
        filed: Filed | None = None,
        by: Actor | None = None,
        command: str = "",
        origin: str = "",
        customer: str = "",
        recorded_at: datetime | None = None,
    ) -> int:
        """Where the last of them stands in the log. Without `recorded_at` each was recorded when it took effect."""
        told = {"by": by, "command": command, "origin": origin, "customer": customer}
        return self._record(ticket, events, filed=filed, recorded_at=recorded_at, **told)

    def _record(
        self,
        stream: UUID,
        events: Iterable[Any],
        filed: Filed | None = None,
        recorded_at: datetime | None = None,
        **more: Any,
    ) -> int:
        known = tuple(self.desk.stream(stream))
        head = known[-1].digest if known else NO_DIGEST
        envelopes = [
            Envelope(
                originator_id=stream,
                originator_version=number,
                event=event,
                recorded_at=micros(recorded_at or event.effective_at),
                filed=filed if number == 1 else None,
                previous=head if number == len(known) + 1 else NO_DIGEST,
                **more,
            )
            for number, event in enumerate(events, start=len(known) + 1)
        ]
        return self.desk.save(*envelopes)[-1].notification.id

    def filed(self, contract: UUID, opening: Event, case: str | None = None) -> Filed:
        agreed, at = self.desk.agreed(contract), micros(opening.effective_at)
        paper = agreed.paper(at)
        version, holidays = self.desk.shelf.current(paper.agreement, at, paper.region)
        return Filed(
            contract=contract,
            customer=paper.customer,
            agreement=version.id,
            version=version.version,
            digest=version.digest,
            holidays=holidays,
            readings=paper.readings,
            case=case,
        )

    def publishing(self, document: dict[str, Any]) -> Order:
        return Order(uuid4(), document, LONG_AGO, "system", Key("test", str(uuid4()), b""))

    # --- what is seen of it -------------------------------------------------------------------------------------------

    @property
    def tickets(self) -> Tickets:
        return Tickets(self.pool, self.schema)

    @property
    def contracts(self) -> Contracts:
        return Contracts(self.pool, self.schema)

    @property
    def deadlines(self) -> Deadlines:
        return Deadlines(self.pool, self.schema)

    def row(self, ticket: UUID) -> TicketRow:
        self.runner.catch_up()
        row = self.tickets.ticket(ticket)
        assert row is not None
        return row

    def clock(self, ticket: UUID, name: str, cycle: int = 1) -> ClockRow:
        return next(one for one in self.clocks(ticket) if (one.clock, one.cycle) == (name, cycle))

    def clocks(self, ticket: UUID) -> list[ClockRow]:
        """Those of a ticket in order."""
        self.runner.catch_up()
        return [one for one in (ClockRow(*row) for row in self.rows(CLOCKS)) if one.ticket == ticket]

    def due(self, ticket: UUID) -> list[Deadline]:
        """The deadlines of a ticket in order."""
        self.runner.catch_up()
        due = (Deadline(*row) for row in self.rows(DEADLINES) if row[0] == ticket)
        return sorted(due, key=lambda one: (one.at, one.command_key))

    def told(self, ticket: UUID) -> list[Notice]:
        """The notices of a ticket in order."""
        self.runner.catch_up()
        return sorted((Notice(*row) for row in self.rows(NOTICES) if row[0] == ticket), key=lambda one: one.id)

    def rows(self, table: Table) -> list[Any]:
        order = SQL(", ").join(SQL(name) for name in table.key)
        select = SQL("SELECT * FROM {table} ORDER BY {order}").format(table=table.at(self.schema), order=order)
        with self.pool.connection() as connection:
            return connection.execute(select).fetchall()

    def everything(self) -> dict[str, list[Any]]:
        """All rows of all read models."""
        return {table.name: self.rows(table) for table in ALL_TABLES}

    def execute(self, statement: str, *values: object) -> list[Any]:
        """A statement in the log's schema."""
        with self.pool.connection() as connection, connection.transaction():
            connection.execute(SQL("SELECT set_config('search_path', %s, true)"), (self.schema,))
            cursor = connection.execute(SQL(statement), values)
            return cursor.fetchall() if cursor.description else []
