"""Whose rows have moved, and which, between two positions of the log. What has changed in them is for other questions."""

from typing import NamedTuple
from uuid import UUID

from psycopg.sql import SQL, Identifier

from domain.desk.names import PUBLICATION
from projections.contracts import CONTRACTS
from projections.runner import Runner
from projections.store.pool import Pool
from projections.store.recorder import EVENTS
from projections.tickets import TICKETS

_BETWEEN = SQL("""
    SELECT events.notification_id, events.originator_id, events.topic, tickets.ticket IS NOT NULL,
        coalesce(tickets.customer, contracts.customer)
    FROM {events} AS events
        LEFT JOIN {tickets} AS tickets ON tickets.ticket = events.originator_id
        LEFT JOIN {contracts} AS contracts ON contracts.contract = events.originator_id
    WHERE events.notification_id > %s AND events.notification_id <= %s
    ORDER BY events.notification_id""")


class Change(NamedTuple):
    """An event of a stream whose rows are written. Neither a ticket nor a customer where it concerns more than one.

    What concerns a contract concerns all of its customer's tickets under it; a stream without rows is known to nobody's customer.
    """

    position: int
    ticket: UUID | None
    customer: str | None
    is_everybodys: bool


class Changes:
    """Of the live rows of a schema. Up to their position nothing is missing in the log, so that it can be read as it stands."""

    def __init__(self, pool: Pool, schema: str, runner: Runner) -> None:
        self._pool = pool
        self._runner = runner
        self._between = _BETWEEN.format(
            events=Identifier(schema, EVENTS), tickets=TICKETS.at(schema), contracts=CONTRACTS.at(schema)
        )

    def position(self) -> int:
        """Up to which position of the log the rows hold. Raises what psycopg raises."""
        return self._runner.position()

    def between(self, after: int, up_to: int) -> list[Change]:
        """In the order of the log. Raises what psycopg raises."""
        with self._pool.connection() as connection:
            found = connection.execute(self._between, (after, up_to)).fetchall()
        return [
            Change(position, stream if is_ticket else None, customer, topic.startswith(PUBLICATION))
            for position, stream, topic, is_ticket, customer in found
        ]
