"""How a contract stands at an instant: covered or not and why, what is owed, what waits, who speaks for the customer."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from domain.contract.cover import Cover, OrderWait, cover, is_paid, late_fees, order_wait
from domain.contract.facts import ContractPerson
from domain.contract.papers import Paper
from domain.contract.spans import LateFee
from domain.contract.state import Agreed, contract_of
from domain.terms.rows import Scope
from domain.terms.selection import Selector, first_row
from domain.terms.zones import zone


@dataclass(frozen=True, slots=True)
class Standing:
    """`cover` is that of any product of the contract; `order_wait` is the order that waits for a plan, if there is one."""

    paper: Paper
    cover: Cover
    is_paid: bool
    late_fees: tuple[LateFee, ...]
    order_wait: OrderWait | None
    people: tuple[ContractPerson, ...]


def standing(agreed: Agreed, selector: Selector, at: int, known_at: int | None = None) -> Standing:
    """How the contract stood at an instant, with what was known by another (None: all), both in microseconds since 1970 UTC.

    Raises LookupError where it was never drawn up.
    """
    paper = agreed.paper(at, known_at)
    contract, entitlement = agreed.contract(at, known_at), selector.agreement.entitlement
    scope = scope_of(paper, selector)
    where = zone_of(selector, scope)
    return Standing(
        paper=paper,
        cover=cover(contract, entitlement, scope, where, at=at, known_at=known_at),
        is_paid=is_paid(contract, at, known_at),
        late_fees=late_fees(contract, entitlement, scope, where, known_at),
        order_wait=order_wait(contract, entitlement, scope, where, known_at),
        people=contract.people_at(at, known_at),
    )


def scope_of(paper: Paper, selector: Selector) -> Scope:
    """What selects the rows about the contract itself; readings on which nobody agreed take their default."""
    return contract_of(paper).scope({**selector.agreement.default_readings, **paper.readings})


def zone_of(selector: Selector, scope: Scope) -> ZoneInfo:
    """On whose wall the contract's days are dates."""
    return zone(first_row(selector.agreement.zones, scope).zone)
