"""Everything one can ask of a contract, each request named for what it does; the bodies of the HTTP commands.

A command carries what its event will carry; who asks, and from when it counts, stand beside it. The docstrings are the descriptions
in the API.
"""

from datetime import date
from typing import ClassVar, Self, get_args

from pydantic import Field, model_validator

from domain.contract import events
from domain.contract.events import ContractFact, PersonId, ProductName, in_order
from domain.contract.papers import Amended, Amendment, DrawnUp, Paper
from domain.instants import Instant
from domain.personal import Personal
from domain.terms.rows import Name
from domain.ticket.events import Fact, Role


class Command(Fact):
    """A request about a contract: `name` is its public name, as URLs have it; `records` is the event that it leads to."""

    name: ClassVar[str]
    records: ClassVar[type[ContractFact | DrawnUp | Amended]]


class DrawUp(Paper, Command):
    """Put a new contract on file, with the facts that select the terms of its tickets."""

    name = "draw-up"
    records = DrawnUp


class Amend(Amendment, Command):
    """Change facts of the contract from an instant on."""

    name = "amend"
    records = Amended


# --- how long it runs -----------------------------------------------------------------------------------------------------


class Sign(Command):
    """Order support. Which of the dates it starts on is for the agreement to say; without `until` no end is known.

    After a cancellation or a termination there is nothing to order under this contract any more, but under a new one.
    """

    name = "sign"
    records = events.Signed
    plan: Name | None = None
    subscription: bool = False
    ordered_at: Instant | None = None
    starts: date | None = None
    effective_on: date | None = None
    executed_on: date | None = None
    registered_on: date | None = None
    until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.starts, self.until)
        return self


class Renew(Command):
    """Order support again, also late: the agreement says whether that covers the days since the end."""

    name = "renew"
    records = events.Renewed
    until: date
    ordered_on: date | None = None


class Expire(Command):
    """Record that the contract ran out: after the day `until`, without one at this instant."""

    name = "expire"
    records = events.Expired
    until: date | None = None


class Reduce(Command):
    """Shorten the contract."""

    name = "reduce"
    records = events.Reduced
    until: date


class Cancel(Command):
    """Give the contract up; from this instant on no ticket can be opened under it."""

    name = "cancel"
    records = events.Cancelled


class End(Command):
    """Terminate the contract, after the day `until`, without one at this instant."""

    name = "end"
    records = events.Ended
    until: date | None = None


# --- what was paid --------------------------------------------------------------------------------------------------------


class ReportUnpaid(Command):
    """Record that agreed fees are overdue."""

    name = "report-unpaid"
    records = events.Unpaid


class ReportPaid(Command):
    """Record that all agreed fees are paid."""

    name = "report-paid"
    records = events.Paid


# --- what is covered ------------------------------------------------------------------------------------------------------


class CoverProduct(Command):
    """Cover a product, or a module of the product `base`, as long as the contract or the day `until`."""

    name = "cover-product"
    records = events.ProductCovered
    product: ProductName
    from_: date | None = Field(default=None, alias="from")
    registered_on: date | None = None
    until: date | None = None
    base: ProductName | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.from_, self.until)
        return self


class EndSupport(Command):
    """Record the End of Support date of a product, without one named of all."""

    name = "end-support"
    records = events.SupportEnded
    product: ProductName | None = None
    on: date
    declared: bool = True


class EndLife(Command):
    """Record the End of Life date of a product, without one named of all."""

    name = "end-life"
    records = events.LifeEnded
    product: ProductName | None = None
    on: date


# --- who speaks for the customer ------------------------------------------------------------------------------------------


class NameContact(Command):
    """Name a person who acts in a role from here on."""

    name = "name-contact"
    records = events.ContactNamed
    id: PersonId
    role: Role
    called: Personal | None = Field(default=None, alias="name")


class RemoveContact(Command):
    """Record that a person no longer acts in the role; without a role, in none."""

    name = "remove-contact"
    records = events.ContactRemoved
    id: PersonId
    role: Role | None = None


ContractCommand = (
    DrawUp
    | Amend
    | Sign
    | Renew
    | Expire
    | Reduce
    | Cancel
    | End
    | ReportUnpaid
    | ReportPaid
    | CoverProduct
    | EndSupport
    | EndLife
    | NameContact
    | RemoveContact
)

COMMANDS: dict[str, type[ContractCommand]] = {command.name: command for command in get_args(ContractCommand)}
"""Each command's public name and its class."""
