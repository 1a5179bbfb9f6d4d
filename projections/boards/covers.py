"""From when to when does a contract cover what? One row a span of cover, of the contract as a whole and of each of its products.

A span is there whether it is over, running or still to come: who asks at an instant compares. `product` is empty for the whole.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from domain.contract.cover import order_wait
from domain.contract.spans import ALWAYS, NEVER, Span, Spans
from domain.contract.standing import scope_of, zone_of
from domain.desk.shelf import Shelf
from domain.instants import SECOND, instant, moment
from domain.terms.rows import Scope
from domain.terms.selection import Selector, pick
from domain.terms.zones import local, wall
from projections.judged import Party
from projections.tables import Index, Table

WHOLE = ""
"""The product of a span that is about the contract as a whole."""


class CoverRow(NamedTuple):
    """`[starts_at, ends_at)`; None where no beginning or no end is known.

    `renewable_until`: a renewal ordered before runs on from the end, by `renewal_clause`. `is_last`: no later span is known.
    `needs_fees`: while agreed fees are overdue it covers nothing.
    """

    contract: UUID
    number: int
    product: str
    customer: str
    agreement: str
    starts_at: datetime | None
    ends_at: datetime | None
    says: str
    clause: str
    ending: str
    ending_clause: str
    is_last: bool
    renewable_until: datetime | None
    renewal_clause: str
    late_fee: str
    needs_fees: bool
    zone: str


COVERS = Table(
    "covers", CoverRow, key=("contract", "number"), indexes=(Index(("ends_at", "contract"), where="product = ''"),)
)


def rows(party: Party, shelf: Shelf) -> list[CoverRow]:
    """As of the last instant that the contract's events speak of. An order that names no plan covers nothing."""
    agreed, as_of = party.agreed, party.as_of
    paper = agreed.paper(as_of)
    selector = shelf.newest(paper.agreement, as_of, paper.region)
    scope, contract = scope_of(paper, selector), agreed.contract(as_of)
    where, entitlement = zone_of(selector, scope), selector.agreement.entitlement
    if order_wait(contract, entitlement, scope, where):
        return []
    spans = Spans(contract, entitlement, scope, where, None)
    products = (WHOLE, *sorted(spans.named())) if spans.names_products() else (WHOLE,)
    told = [
        row
        for product in products
        for row in _of_product(party, selector, scope, product, merged(spans.of(product or None)))
    ]
    return [row._replace(number=number) for number, row in enumerate(told, start=1)]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans that meet or overlap stand as one only where they are granted alike; of those within another, the other."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if kept and span.end <= kept[-1].end:
            continue
        kept.append(span)
    return kept


def _of_product(
    party: Party, selector: Selector, scope: Scope, product: str, spans: Sequence[Span]
) -> Iterator[CoverRow]:
    paper, entitlement = party.agreed.paper(party.as_of), selector.agreement.entitlement
    renewal, _ = pick(entitlement.renewal, scope)
    fees, _ = pick(entitlement.fees, scope)
    where = zone_of(selector, scope)
    for span in spans:
        is_last = span is spans[-1]
        grace = None
        if is_last and span.expires and span.end < NEVER and renewal:
            last_day = local((span.end - 1) // SECOND, where).date()
            grace = moment(wall(last_day + timedelta(days=renewal.grace_days + 1), 0, where))
        yield CoverRow(
            contract=party.id,
            number=0,
            product=product,
            customer=paper.customer,
            agreement=paper.agreement,
            starts_at=None if span.start <= ALWAYS else instant(span.start),
            ends_at=None if span.end >= NEVER else instant(span.end),
            says=span.grant.says,
            clause=span.grant.grounds.clause,
            ending=span.ending.says,
            ending_clause=span.ending.grounds.clause,
            is_last=is_last,
            renewable_until=grace,
            renewal_clause=renewal.clause if renewal and grace else "",
            late_fee=(renewal.late_fee or "") if renewal and grace else "",
            needs_fees=fees is not None,
            zone=where.key,
        )
