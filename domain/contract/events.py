"""Every fact a contract can record: what was ordered, paid, ended and covered, and who speaks for the customer.

`effective_at` (in a case file: `at`) is the instant from which the fact counted. Its dates are days on the wall of the region's
zone and `until` is the last day covered. What follows from them, whether a ticket was covered, is judged (`cover`), never recorded.
What is `Personal` about a person is stored sealed.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.instants import Day, Instant
from domain.personal import Personal
from domain.terms.rows import Name
from domain.ticket.events import Fact, Role

ProductName = Annotated[str, Field(min_length=1, max_length=200)]
PersonId = Annotated[Personal, Field(min_length=1, max_length=200)]


def in_order(first: date | None, last: date | None) -> None:
    """Raise ValueError where a cover would end before it begins."""
    if first is not None and last is not None and last < first:
        raise ValueError(f"the last day covered, {last}, lies before the first, {first}")


class ContractFact(Fact):
    """`recorded_at` is when it became known, where not at once; here it is no envelope's, since a contract travels without one."""

    effective_at: Instant = Field(alias="at")
    recorded_at: Instant | None = None

    @property
    def known_since(self) -> Instant:
        return self.recorded_at or self.effective_at


# --- how long it runs -----------------------------------------------------------------------------------------------------


class Signed(ContractFact):
    """Support was ordered. Which of the dates it starts on is for the agreement to say; without `until` no end is known."""

    event: Literal["signed"] = "signed"
    plan: Name | None = None
    subscription: bool = False
    ordered_at: Instant | None = None
    starts: Day | None = None
    effective_on: Day | None = None
    executed_on: Day | None = None
    registered_on: Day | None = None
    until: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.starts, self.until)
        return self


class Renewed(ContractFact):
    """Support was ordered again, on `ordered_on` (without it, the day it counted from)."""

    event: Literal["renewed"] = "renewed"
    until: Day
    ordered_on: Day | None = None


class Expired(ContractFact):
    """The contract ran out: after the day `until`, without one at this instant."""

    event: Literal["expired"] = "expired"
    until: Day | None = None


class Reduced(ContractFact):
    """The contract was shortened."""

    event: Literal["reduced"] = "reduced"
    until: Day


class Cancelled(ContractFact):
    """The customer gave the contract up; from this instant on no ticket can be opened under it."""

    event: Literal["cancelled"] = "cancelled"


class Ended(ContractFact):
    """The contract was terminated, after the day `until`, without one at this instant."""

    event: Literal["ended"] = "ended"
    until: Day | None = None


# --- what was paid --------------------------------------------------------------------------------------------------------


class Unpaid(ContractFact):
    """From here on agreed fees are overdue."""

    event: Literal["unpaid"] = "unpaid"


class Paid(ContractFact):
    """All agreed fees are paid."""

    event: Literal["paid"] = "paid"


# --- what is covered ------------------------------------------------------------------------------------------------------


class ProductCovered(ContractFact):
    """A product is covered from `from` on (else its registration, else this instant), as long as the contract or the day `until`.

    `base` is the product that a module, customization or licence belongs to.
    """

    event: Literal["product_covered"] = "product_covered"
    product: ProductName
    from_: Day | None = Field(default=None, alias="from")
    registered_on: Day | None = None
    until: Day | None = None
    base: ProductName | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.from_, self.until)
        return self


class SupportEnded(ContractFact):
    """The End of Support date of a product (without one named: of all). `declared`: the vendor shortens this contract by it."""

    event: Literal["support_ended"] = "support_ended"
    product: ProductName | None = None
    on: Day
    declared: bool = True


class LifeEnded(ContractFact):
    """The End of Life date of a product (without one named: of all)."""

    event: Literal["life_ended"] = "life_ended"
    product: ProductName | None = None
    on: Day


# --- who speaks for the customer ------------------------------------------------------------------------------------------


class ContactNamed(ContractFact):
    """From here on this person acts in the role."""

    event: Literal["contact_named"] = "contact_named"
    id: PersonId
    role: Role
    name: Personal | None = None


class ContactRemoved(ContractFact):
    """This person no longer acts in the role; without a role, in none."""

    event: Literal["contact_removed"] = "contact_removed"
    id: PersonId
    role: Role | None = None


ContractEvent = Annotated[
    Signed
    | Renewed
    | Expired
    | Reduced
    | Cancelled
    | Ended
    | Unpaid
    | Paid
    | ProductCovered
    | SupportEnded
    | LifeEnded
    | ContactNamed
    | ContactRemoved,
    Field(discriminator="event"),
]
