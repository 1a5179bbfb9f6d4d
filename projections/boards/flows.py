"""How many tickets were opened, reopened and ended, month by month: rows that are counted as tickets go on.

Each coming and going counts in the month (UTC) in which it happened, under the severity that the ticket had then.
"""

from typing import NamedTuple

from psycopg.sql import SQL

from projections.boards.stays import STAYS
from projections.sums import Sum
from projections.tables import Table

NO_SEVERITY = -1


class FlowRow(NamedTuple):
    """`turns` are the beginnings and ends of stretches that are counted here, `more` the ones less the others.

    What was open at the end of a month, at a severity, is the sum of `more` up to it.
    """

    customer: str
    agreement: str
    severity: int
    month: str
    turns: int
    opened: int
    reopened: int
    closed: int
    more: int


FLOWS = Table("flows", FlowRow, key=("customer", "agreement", "severity", "month"))

COUNTED = Sum(
    (FLOWS,),
    (STAYS,),
    SQL(
        f"""
    SELECT customer, agreement, coalesce(severity, {NO_SEVERITY}) AS severity,
        to_char(at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count(*) AS turns, sum(opened)::bigint AS opened,
        sum(reopened)::bigint AS reopened, sum(closed)::bigint AS closed, sum(more)::bigint AS more
    FROM {{stays}} AS stays, LATERAL (
        VALUES (since, (began = 'opened')::int, (began = 'reopened')::int, 0, 1), (until, 0, 0, ended::int, -1)
    ) AS told (at, opened, reopened, closed, more)
    WHERE at IS NOT NULL GROUP BY 1, 2, 3, 4"""
    ),
)
