"""How many clocks came out how, and where the time of the breached ones went: rows that are counted as tickets go on.

A clock counts in the month (UTC) in which it started, as it stood at the last event of its ticket.
"""

from typing import NamedTuple

from psycopg.sql import SQL

from projections.boards.spent import KINDS, SPENT
from projections.clocks import CLOCKS
from projections.sums import Sum
from projections.tables import Index, Table

PARTS = ("agreement", "plan", "severity", "clock", "month")


class KeptRow(NamedTuple):
    """The clocks of a kind that started in a month, and the seconds that the breached ones spent until their breach."""

    agreement: str
    plan: str
    severity: int
    clock: str
    month: str
    clocks: int
    met: int
    breached: int
    excused: int
    open: int
    counted_seconds: int
    closed_seconds: int
    on_customer_seconds: int
    on_third_party_seconds: int
    on_access_seconds: int
    on_authorization_seconds: int
    on_fees_seconds: int
    on_contact_seconds: int


class KeptOfCustomerRow(NamedTuple):
    """The same of one customer."""

    customer: str
    agreement: str
    plan: str
    severity: int
    clock: str
    month: str
    clocks: int
    met: int
    breached: int
    excused: int
    open: int
    counted_seconds: int
    closed_seconds: int
    on_customer_seconds: int
    on_third_party_seconds: int
    on_access_seconds: int
    on_authorization_seconds: int
    on_fees_seconds: int
    on_contact_seconds: int


class KeptByCustomerRow(NamedTuple):
    """All of one customer that started in a month."""

    customer: str
    month: str
    clocks: int
    met: int
    breached: int
    excused: int
    open: int
    counted_seconds: int
    closed_seconds: int
    on_customer_seconds: int
    on_third_party_seconds: int
    on_access_seconds: int
    on_authorization_seconds: int
    on_fees_seconds: int
    on_contact_seconds: int


KEPT = Table("kept", KeptRow, key=PARTS)
KEPT_OF_CUSTOMER = Table(
    "kept_of_customer",
    KeptOfCustomerRow,
    key=("customer", *PARTS),
    indexes=(Index(("month",)), Index(("agreement", "clock", "month"))),
)

KEPT_BY_CUSTOMER = Table("kept_by_customer", KeptByCustomerRow, key=("customer", "month"), indexes=(Index(("month",)),))

_MONTH = "to_char(clocks.started_at AT TIME ZONE 'UTC', 'YYYY-MM')"

COUNTED = Sum(
    (KEPT_OF_CUSTOMER, KEPT, KEPT_BY_CUSTOMER),
    (CLOCKS, SPENT),
    SQL(f"""
    SELECT clocks.customer, clocks.agreement, clocks.plan, clocks.severity, clocks.clock, {_MONTH} AS month,
        count(*) AS clocks,
        count(*) FILTER (WHERE clocks.verdict = 'met') AS met,
        count(*) FILTER (WHERE clocks.verdict = 'breached') AS breached,
        count(*) FILTER (WHERE clocks.verdict = 'excused') AS excused,
        count(*) FILTER (WHERE clocks.verdict = 'open') AS open,
        {", ".join(f"coalesce(sum(spent.{kind}_seconds), 0)::bigint" for kind in KINDS)}
    FROM {{clocks}} AS clocks LEFT JOIN {{spent}} AS spent
        ON (spent.ticket, spent.clock, spent.cycle, spent.was) = (clocks.ticket, clocks.clock, clocks.cycle, 'breached')
    WHERE clocks.verdict <> 'none'
    GROUP BY 1, 2, 3, 4, 5, 6"""),
)
