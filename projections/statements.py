"""What people were told about a ticket, and when: the notices of the outbox that went out.

A notice goes to a role; at which address stands in no table.
"""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.sql import SQL, Identifier

from projections.notices import DELIVERIES, NOTICES
from projections.store.pool import Pool

_OF_TICKET = SQL("""
    SELECT notice.id, notice.event, notice.kind, notice.clause, notice.to_role, notice.milestone, notice.payload,
        delivery.delivered_at
    FROM {notices} AS notice JOIN {deliveries} AS delivery ON delivery.notice = notice.id
    WHERE notice.ticket = %s AND delivery.state = 'delivered'
    ORDER BY delivery.delivered_at, notice.id""")


class Told(NamedTuple):
    """A notice that went out; `event` is the number of the event that it tells of, 0 for a rung."""

    notice: str
    event: int
    kind: str
    clause: str
    to_role: str
    milestone: str
    payload: dict[str, Any]
    delivered_at: datetime


class Statements:
    """Raises what psycopg raises."""

    def __init__(self, pool: Pool, schema: str) -> None:
        self._pool = pool
        self._of_ticket = _OF_TICKET.format(notices=NOTICES.at(schema), deliveries=Identifier(schema, DELIVERIES))

    def of(self, ticket: UUID) -> list[Told]:
        """Those about a ticket, in the order in which they went out."""
        with self._pool.connection() as connection:
            return [Told(*row) for row in connection.execute(self._of_ticket, (ticket,))]
