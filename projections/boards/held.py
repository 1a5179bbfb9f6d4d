"""How do contracts stand: covered, about to end, lapsed, unpaid? Spans of cover compared with an instant."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.sql import SQL, Composed, Identifier

from projections.as_of.view import View
from projections.boards.covers import COVERS, CoverRow
from projections.contracts import CONTRACTS, ContractRow
from projections.tickets import OPEN_TICKETS, TicketRow

RENEWAL = timedelta(days=120)
"""So long before its end a contract is due to be renewed, and so long after it a lapsed one is still told."""


class Held(NamedTuple):
    """A contract with how its cover stands at the instant of the view; `starts_at` and `ends_at` are those of its last span."""

    row: ContractRow
    covered: bool
    starts_at: datetime | None
    ends_at: datetime | None
    renewable_until: datetime | None
    renewal_clause: str
    is_unpaid: bool


class Place(NamedTuple):
    """Where a list of contracts goes on: after this one."""

    customer: str
    contract: UUID


_STANDING = SQL("""
    SELECT contract.*,
        EXISTS (
            SELECT FROM {covers} AS cover WHERE cover.contract = contract.contract AND cover.product = ''
            AND (starts_at IS NULL OR starts_at <= %(now)s) AND (ends_at IS NULL OR ends_at > %(now)s)
            AND NOT (needs_fees AND coalesce(unpaid_since <= %(now)s, false))
        ) AS is_covered,
        last.starts_at, last.ends_at, last.renewable_until, coalesce(last.renewal_clause, '') AS renewal_clause,
        coalesce(unpaid_since <= %(now)s, false) AS is_unpaid,
        last.contract IS NOT NULL AND last.ends_at > %(now)s AND last.ends_at <= %(soon)s AS is_due,
        last.contract IS NOT NULL AND last.ends_at <= %(now)s AND last.ends_at > %(lately)s AS is_lapsed
    FROM {contracts} AS contract LEFT JOIN {covers} AS last
        ON last.contract = contract.contract AND last.product = '' AND last.is_last
    WHERE (%(customer)s::text IS NULL OR contract.customer = %(customer)s)
        AND (%(agreement)s::text IS NULL OR contract.agreement = %(agreement)s)""")

STATES = {
    "covered": SQL("is_covered"),
    "uncovered": SQL("NOT is_covered"),
    "due": SQL("is_due"),
    "lapsed": SQL("is_lapsed"),
    "unpaid": SQL("is_unpaid"),
}
"""How contracts can be asked for."""

_LISTED = SQL("""
    SELECT {columns}, is_covered, starts_at, ends_at, renewable_until, renewal_clause, is_unpaid FROM ({standing}) AS standing
    WHERE {state} AND (%(after_customer)s::text IS NULL OR (customer, contract) > (%(after_customer)s, %(after)s::uuid))
    ORDER BY {order} LIMIT %(limit)s""")

_COUNTED = SQL("""
    SELECT count(*), count(*) FILTER (WHERE is_covered), count(*) FILTER (WHERE NOT is_covered),
        count(*) FILTER (WHERE is_due), count(*) FILTER (WHERE is_lapsed), count(*) FILTER (WHERE is_unpaid)
    FROM ({standing}) AS standing""")

_OF = SQL("SELECT * FROM {covers} AS covers WHERE contract = ANY(%(contracts)s) ORDER BY contract, number")

_CONTRACT = SQL("SELECT * FROM {contracts} AS contracts WHERE contract = %(contract)s")

_TICKETS = SQL("""
    SELECT * FROM {open} AS ticket WHERE contract = %(contract)s
    ORDER BY plan_class, next_breach_at, ticket LIMIT %(limit)s""")

_NAMES = SQL("SELECT DISTINCT customer, agreement FROM {contracts} AS contracts ORDER BY customer, agreement")


def contracts(
    view: View,
    *,
    agreement: str | None = None,
    customer: str | None = None,
    state: str | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> list[Held]:
    """By customer; those that end or ended, the first first."""
    by_end = state in ("due", "lapsed")
    found = view.rows(
        _LISTED,
        {
            **_asked(view, agreement, customer),
            "after_customer": after and after.customer,
            "after": after and after.contract,
            "limit": limit,
        },
        standing=_standing(view),
        state=STATES[state] if state else SQL("true"),
        order=SQL("ends_at, contract") if by_end else SQL("customer, contract"),
        columns=SQL(", ").join(map(Identifier, CONTRACTS.columns)),
    )
    width = len(CONTRACTS.columns)
    return [Held(ContractRow(*one[:width]), *one[width:]) for one in found]


def counts(view: View, *, agreement: str | None = None, customer: str | None = None) -> dict[str, int]:
    """How many there are, in each state and in all."""
    (found,) = view.rows(_COUNTED, _asked(view, agreement, customer), standing=_standing(view))
    return dict(zip(("all", *STATES), found, strict=True))


def covers_of(view: View, contracts: Iterable[UUID]) -> dict[UUID, list[CoverRow]]:
    """The spans of some contracts, those of the whole before those of products."""
    asked = list(contracts)
    spans: dict[UUID, list[CoverRow]] = {one: [] for one in asked}
    for row in view.rows(_OF, {"contracts": asked}, covers=view.table(COVERS)):
        spans[row[0]].append(CoverRow(*row))
    return spans


def names(view: View) -> list[tuple[str, str]]:
    """The customers with the agreements that they have contracts under."""
    return [(customer, agreement) for customer, agreement in view.rows(_NAMES, contracts=view.table(CONTRACTS))]


def _standing(view: View) -> Composed:
    return _STANDING.format(contracts=view.table(CONTRACTS), covers=view.table(COVERS))


def _asked(view: View, agreement: str | None, customer: str | None) -> dict[str, Any]:
    return {
        "agreement": agreement,
        "customer": customer,
        "soon": view.at + RENEWAL,
        "lately": view.at - RENEWAL,
    }


def contract(view: View, contract: UUID) -> ContractRow | None:
    """A contract as of the last that was known of it."""
    found = view.rows(_CONTRACT, {"contract": contract}, contracts=view.table(CONTRACTS))
    return ContractRow(*found[0]) if found else None


def open_tickets(view: View, contract: UUID, limit: int = 20) -> list[TicketRow]:
    """The open tickets under a contract, the next to be breached first."""
    found = view.rows(_TICKETS, {"contract": contract, "limit": limit}, open=view.table(OPEN_TICKETS))
    return [TicketRow(*row) for row in found]
