"""Which contracts are there, and are they covered? One row a contract, without people."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.sql import SQL

from domain.contract.events import Paid, Unpaid
from domain.contract.standing import standing
from domain.desk.shelf import Shelf
from domain.instants import instant, micros
from projections.judged import Party, at
from projections.store.pool import Pool
from projections.tables import Index, Table

PEOPLE = {"people", "support_expert"}
TOLD_APART = {"agreement", "customer", "plan", "region"}


class ContractRow(NamedTuple):
    """As of the last instant that the contract's events speak of. `covered_until` is None where no end is known, or no cover."""

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
    WHERE (%(contract)s::uuid IS NULL OR contract = %(contract)s)
        AND (%(customer)s::text IS NULL OR customer = %(customer)s)
        AND (%(agreement)s::text IS NULL OR agreement = %(agreement)s)
        AND (%(after)s::uuid IS NULL OR contract > %(after)s)
    ORDER BY contract LIMIT %(limit)s""")


class Contracts:
    """Where a customer is given, nothing of anybody else's is seen."""

    def __init__(self, pool: Pool, schema: str) -> None:
        self._pool = pool
        self._statement = _SELECT.format(contracts=CONTRACTS.at(schema))

    def contract(self, contract: UUID, customer: str | None = None) -> ContractRow | None:
        found = self._select(contract=contract, customer=customer, limit=1)
        return found[0] if found else None

    def contracts(
        self,
        *,
        agreement: str | None = None,
        after: UUID | None = None,
        limit: int = 50,
        customer: str | None = None,
    ) -> list[ContractRow]:
        """In the order of their ids, those after one."""
        return self._select(agreement=agreement, after=after, limit=limit, customer=customer)

    def _select(self, **asked: object) -> list[ContractRow]:
        values = {"contract": None, "agreement": None, "after": None, **asked}
        with self._pool.connection() as connection:
            return [ContractRow(*row) for row in connection.execute(self._statement, values)]
