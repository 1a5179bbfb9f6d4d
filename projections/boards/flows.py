"""How many tickets came in and how many ended, month by month: rows that are counted as tickets go on.

A month is one of UTC. A ticket that was refused came in, but was never open.
"""

from typing import NamedTuple

from psycopg.sql import SQL

from projections.sums import Sum
from projections.tables import Table
from projections.tickets import TICKETS

NO_SEVERITY = -1


class FlowRow(NamedTuple):
    """`events` are the openings and endings that are counted here, `came` the tickets that came in, the refused ones among them.

    What was opened up to a month and not closed by its end is the sum of `opened` less that of `closed` up to it.
    """

    customer: str
    agreement: str
    severity: int
    month: str
    events: int
    came: int
    opened: int
    closed: int


FLOWS = Table("flows", FlowRow, key=("customer", "agreement", "severity", "month"))

COUNTED = Sum(
    (FLOWS,),
    (TICKETS,),
    SQL(
        f"""
    SELECT customer, agreement, coalesce(severity, {NO_SEVERITY}) AS severity,
        to_char(at AT TIME ZONE 'UTC', 'YYYY-MM') AS month,
        count(*) AS events, sum(came)::bigint AS came, sum(opened)::bigint AS opened, sum(closed)::bigint AS closed
    FROM {{tickets}} AS tickets, LATERAL (
        VALUES (opened_at, 1, (NOT refused)::int, 0),
            (CASE WHEN closed_at IS NOT NULL THEN greatest(closed_at, opened_at) END, 0, 0, (NOT refused)::int)
    ) AS told (at, came, opened, closed)
    WHERE at IS NOT NULL GROUP BY 1, 2, 3, 4"""
    ),
)
