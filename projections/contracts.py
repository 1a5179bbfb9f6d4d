"""Which contracts are there, and are they covered? One row a contract, without people."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.sql import SQL

from domain.contract.events import Paid, Unpaid
from domain.contract.standing import standing
from domain.desk.shelf import Shelf
from domain.instants import instant, micros
from projections.boards.covers import COVERS, WHOLE, CoverRow
from projections.judged import Party, at
from projections.store.pool import Pool
from projections.tables import Index, Table

PEOPLE = {"people", "support_expert"}
TOLD_APART = {"agreement", "customer", "plan", "region"}


class ContractRow(NamedTuple):
    """As of the last instant that the contract's events speak of; in a list, its cover as of the instant of asking, `as_of`.

    `covered_until` is None where no end is known, or no cover.
    """

    contract: UUID
    customer: str
    agreement: str
    plan: str
    region: str
    covered: bool
    covered_until: datetime | None
    unpaid_since: datetime | None
    version: int
    position: int
    as_of: datetime
    facts: dict[str, Any]


CONTRACTS = Table(
    "contracts", ContractRow, key=("contract",), indexes=(Index(("customer", "contract")), Index(("agreement",)))
)


def row(party: Party, shelf: Shelf) -> ContractRow:
    """Raises UnknownStream where its agreement is not published, LookupError where it was never drawn up."""
    agreed, as_of = party.agreed, party.as_of
    paper = agreed.paper(as_of)
    now = standing(agreed, shelf.newest(paper.agreement, as_of, paper.region), as_of)
    return ContractRow(
        contract=party.id,
        customer=paper.customer,
        agreement=paper.agreement,
        plan=paper.plan,
        region=paper.region,
        covered=now.cover.covered,
        covered_until=at(now.cover.until),
        unpaid_since=_unpaid_since(party),
        version=agreed.version,
        position=party.position,
        as_of=instant(as_of),
        facts=paper.model_dump(mode="json", exclude=PEOPLE | TOLD_APART),
    )


def _unpaid_since(party: Party) -> datetime | None:
    """Since when agreed fees are overdue; like other waits it does not stack, one payment ends it (semantics 3.4)."""
    since: datetime | None = None
    for event in sorted(party.agreed.events, key=lambda one: micros(one.effective_at)):
        match event:
            case Unpaid():
                since = since or event.effective_at
            case Paid():
                since = None
            case _:
                pass
    return since


_SELECT = SQL("""
    SELECT * FROM {contracts}
    WHERE (%(customer)s::text IS NULL OR customer = %(customer)s)
        AND (%(agreement)s::text IS NULL OR agreement = %(agreement)s)
        AND (%(after)s::uuid IS NULL OR contract > %(after)s)
    ORDER BY contract LIMIT %(limit)s""")


_COVERS = SQL("""
    SELECT contract, starts_at, ends_at, needs_fees FROM {covers}
    WHERE contract = ANY(%(contracts)s) AND product = {whole} AND (ends_at IS NULL OR ends_at > %(at)s)
    ORDER BY contract, starts_at NULLS FIRST""")


class _Cover(NamedTuple):
    """A span of cover that is not over yet."""

    contract: UUID
    starts_at: datetime | None
    ends_at: datetime | None
    needs_fees: bool


def _as_of(row: ContractRow, spans: Iterable[_Cover], at: datetime) -> ContractRow:
    """The row with its cover at an instant, by spans in order; those that meet run on."""
    is_unpaid = row.unpaid_since is not None and row.unpaid_since <= at
    covered, until = running(spans, at, is_unpaid=is_unpaid)
    return row._replace(covered=covered, covered_until=until, as_of=at)


def running(
    spans: Iterable[_Cover | CoverRow], at: datetime, *, is_unpaid: bool = False
) -> tuple[bool, datetime | None]:
    """Whether spans in order cover an instant, and until when; None where no end is known, or no cover. Those that meet run on."""
    covered, until = False, at
    for span in spans:
        if span.ends_at is not None and span.ends_at <= at:
            continue
        if (span.starts_at or at) > until or (span.needs_fees and is_unpaid):
            break
        if span.ends_at is None:
            return True, None
        covered, until = True, max(until, span.ends_at)
    return covered, until if covered else None


class Contracts:
    """Where a customer is given, nothing of anybody else's is seen."""

    def __init__(self, pool: Pool, schema: str) -> None:
        self._pool = pool
        self._statement = _SELECT.format(contracts=CONTRACTS.at(schema))
        self._covers = _COVERS.format(covers=COVERS.at(schema), whole=WHOLE)

    def contracts(
        self,
        at: datetime,
        *,
        agreement: str | None = None,
        after: UUID | None = None,
        limit: int = 50,
        customer: str | None = None,
    ) -> list[ContractRow]:
        """In the order of their ids, those after one; what is on file, with the cover of an instant."""
        values = {"agreement": agreement, "after": after, "limit": limit, "customer": customer}
        with self._pool.connection() as connection:
            rows = [ContractRow(*row) for row in connection.execute(self._statement, values)]
            asked = {"contracts": [one.contract for one in rows], "at": at}
            covers = [_Cover(*row) for row in connection.execute(self._covers, asked)]
        return [_as_of(row, (one for one in covers if one.contract == row.contract), at) for row in rows]
