"""A desk on a database with its read models, and those who work in it unasked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api.timekeeper import Deed, Timekeeper
from domain.desk.desk import Desk
from domain.instants import micros, moment
from domain.judgement import judge
from domain.ticket.events import TicketEvent
from projections.deadlines import TIMEKEEPER, Deadlines
from projections.runner import Runner
from projections.store.customer_keys import CustomerKeys
from projections.store.pool import Pool
from projections.store.recorder import LogRecorder
from projections.store.sealing import CustomerSeals
from tests.desk import given
from tests.desk.given import hour
from tests.library import library, publish


class Clerk(given.Clerk):
    """Publishes an agreement once it is wanted: all of them take longer than most tests."""

    def contract(self, agreement: str, customer: str = "acme", **facts: Any) -> UUID:
        if not self.desk.shelf.versions(agreement):
            for document in library().holidays.values():
                self.desk.publish_holidays(self.order(given.NAMES, document, hour(-48)))
            publish(self.desk, self.order(given.NAMES, library().agreements[agreement], hour(-48)))
        return super().contract(agreement, customer, **facts)


@dataclass
class House:
    pool: Pool
    schema: str
    keys: CustomerKeys
    desk: Desk
    runner: Runner
    deadlines: Deadlines
    clerk: Clerk

    def timekeeper(self, now: Callable[[], datetime] = lambda: hour(0)) -> Timekeeper:
        return Timekeeper(self.desk, self.deadlines, self.runner, now)

    def passes(self, until: datetime) -> list[Deed]:
        """Time passes, and the timekeeper deals with all that it brings."""
        return list(self.timekeeper().run_until(until))

    def rungs(self, ticket: UUID, as_of: datetime) -> list[tuple[datetime, str]]:
        """When each role is to hear of a ticket, as the judging core has it."""
        judgement = judge(self.desk.case(self.desk.ticket(ticket), micros(as_of)))
        return sorted((moment(rung.at), rung.role) for rung in judgement.rungs)

    def done(self, ticket: UUID) -> list[tuple[datetime, TicketEvent]]:
        """What the timekeeper did on a ticket, and from when it counts."""
        return [
            (one.event.effective_at, one.event)
            for one in self.desk.ticket(ticket).envelopes
            if one.command.startswith(f"{TIMEKEEPER}/")
        ]


def house_in(pool: Pool, schema: str) -> House:
    recorder, keys = LogRecorder(pool, schema), CustomerKeys(pool, schema)
    recorder.create_tables()
    keys.create_tables()
    desk = Desk(recorder, CustomerSeals(keys))
    runner = Runner(pool, schema, desk.mapper, desk.shelf)
    runner.create_tables()
    return House(pool, schema, keys, desk, runner, Deadlines(pool, schema), Clerk(desk))
