"""The language of cover: what a contract has to be for a ticket to be opened under it, and how it starts, runs on and ends.

Each table is a row or a list of rows, of which the first that applies holds; an agreement leaves out what its text does not know.
An agreement that asks for no contract covers every ticket.
"""

from typing import Annotated, Literal, TypeVar

from pydantic import BeforeValidator, Field

from domain.terms.rows import ClauseId, Name, Row, Term

AnyRow = TypeVar("AnyRow", bound=Row)
Days = Annotated[int, Field(ge=0, le=3660, strict=True)]
SignedDate = Literal["starts", "registered_on", "effective_on", "executed_on"]


def _listed(value: object) -> object:
    """One table may stand for a list of one."""
    return [value] if isinstance(value, dict) else value


Table = Annotated[tuple[AnyRow, ...], BeforeValidator(_listed)]


class EntitlementRow(Row):
    """A condition of cover, with the clause it stands on."""

    clause: ClauseId


class ServiceDurationRow(EntitlementRow):
    """The dates of an order that a contract starts on: the first of these that is known, else its signing.

    `subscription` limits the row to orders that are one, or to those that are none.
    """

    begins: tuple[SignedDate, ...] = Field(min_length=1)
    subscription: bool | None = None


class RenewalRow(EntitlementRow):
    """A renewal ordered up to `grace_days` whole days after the last day covered runs on from it, backwards if need be.

    A later one starts on the day of its order and owes `late_fee` for each year of delay begun.
    """

    grace_days: Days
    late_fee: Name | None = None


class EndOfSupportRow(EntitlementRow):
    """When a product's End of Support ends its cover: after that date, or only as the vendor declares it to this contract."""

    counts: Literal["at-the-date", "when-declared"] = "at-the-date"


class FirstYearRow(EntitlementRow):
    """Cover that comes with a product, where no end was ordered."""

    months: Annotated[int, Field(ge=1, le=120, strict=True)] = 12


class OrderWithoutPlanRow(EntitlementRow):
    """An order that names no plan covers nothing; a rejection is due the same local time this many days later."""

    notice_days: Days


class FeesRow(EntitlementRow):
    """Unpaid fees refuse an opening; `waits`: an open ticket waits on `fees` as long as they are unpaid."""

    waits: bool = True


class Entitlement(Term):
    """Who is covered. `contract`: one has to be in force. `product`: it has to name the ticket's product.

    `co_termination`: what belongs to a base product is covered as long as that is.
    """

    contract: Table[EntitlementRow] = ()
    product: Table[EntitlementRow] = ()
    service_duration: Table[ServiceDurationRow] = ()
    first_year: Table[FirstYearRow] = ()
    renewal: Table[RenewalRow] = ()
    order_without_plan: Table[OrderWithoutPlanRow] = ()
    cancelled: Table[EntitlementRow] = ()
    fees: Table[FeesRow] = ()
    end_of_support: Table[EndOfSupportRow] = ()
    end_of_life: Table[EntitlementRow] = ()
    co_termination: Table[EntitlementRow] = ()
