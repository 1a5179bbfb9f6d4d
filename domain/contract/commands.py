"""Everything one can ask of a contract, each request named for what it does; the bodies of the HTTP commands.

A command carries what its event will carry; who asks, and from when it counts, stand beside it. The docstrings are the descriptions
in the API.
"""

from typing import ClassVar, Self, get_args

from pydantic import Field, model_validator

from domain.contract import events
from domain.contract.events import ContractFact, PersonId, ProductName, in_order
from domain.contract.papers import Amended, Amendment, DrawnUp, Paper
from domain.instants import Day, Instant
from domain.personal import Personal
from domain.terms.rows import Name
from domain.ticket.events import Fact, Role

_DAY = "A day of the years 1970 to 2199 on the wall of the contract's zone."
_REGISTERED = f"The day on which the product or licence was registered. {_DAY}"
_NOT_BEFORE = "before the day of `effective_at`, on the wall of the contract's zone."


class Command(Fact):
    """A request about a contract: `name` is its public name, as URLs have it; `records` is the event that it leads to."""

    name: ClassVar[str]
    records: ClassVar[type[ContractFact | DrawnUp | Amended]]


class DrawUp(Paper, Command):
    """Put a new contract on file, with the facts that select the terms of its tickets.

    A contract for which no order is on file counts as in force; once one is (`sign`), orders, renewals and ends say when it is.
    """

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
    plan: Name | None = Field(
        default=None,
        description="The plan ordered: that of the contract where it has one. Without either the order waits, where the agreement "
        "knows such a wait.",
    )
    subscription: bool = Field(
        default=False, description="Whether a subscription was ordered; an agreement may let one start on another date."
    )
    ordered_at: Instant | None = Field(
        default=None,
        description="When the order was placed, not after `effective_at`; an order without a plan waits from then on. Left out: "
        "from `effective_at`.",
    )
    starts: Day | None = Field(default=None, description=f"The first day of support, as the order names it. {_DAY}")
    effective_on: Day | None = Field(
        default=None, description=f"The effective date of the order or of the contract document. {_DAY}"
    )
    executed_on: Day | None = Field(
        default=None, description=f"The day on which the contract document was executed. {_DAY}"
    )
    registered_on: Day | None = Field(default=None, description=_REGISTERED)
    until: Day | None = Field(
        default=None,
        description=f"The last day covered, neither before `starts` nor {_NOT_BEFORE} Left out: no end is known.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.starts, self.until)
        return self


class Renew(Command):
    """Order support again, also late: the agreement says whether that covers the days since the end."""

    name = "renew"
    records = events.Renewed
    until: Day = Field(description=f"The last day covered, beyond the one known so far, and not {_NOT_BEFORE}")
    ordered_on: Day | None = Field(
        default=None,
        description="The day of the order, by which the agreement judges whether it came late; not after that of `effective_at`. "
        f"Left out: that day. {_DAY}",
    )


class Expire(Command):
    """Record that the contract ran out: after the day `until`, without one at this instant."""

    name = "expire"
    records = events.Expired
    until: Day | None = Field(
        default=None, description=f"The last day covered: that known so far; where none is known, not {_NOT_BEFORE}"
    )


class Reduce(Command):
    """Shorten the contract."""

    name = "reduce"
    records = events.Reduced
    until: Day = Field(description=f"The last day covered from now on, earlier than so far, and not {_NOT_BEFORE}")


class Cancel(Command):
    """Give the contract up; from this instant on no ticket can be opened under it."""

    name = "cancel"
    records = events.Cancelled


class End(Command):
    """Terminate the contract, after the day `until`, without one at this instant."""

    name = "end"
    records = events.Ended
    until: Day | None = Field(
        default=None,
        description=f"The last day covered, not {_NOT_BEFORE} Left out: it ends at the instant `effective_at`.",
    )


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
    product: ProductName = Field(description="Its name, as tickets give it when they are opened.")
    from_: Day | None = Field(
        default=None,
        alias="from",
        description=f"The first day covered. Left out: `registered_on`, without that the instant `effective_at`. {_DAY}",
    )
    registered_on: Day | None = Field(default=None, description=_REGISTERED)
    until: Day | None = Field(
        default=None,
        description=f"The last day covered, neither before `from` nor {_NOT_BEFORE} Left out: as long as the contract.",
    )
    base: ProductName | None = Field(
        default=None,
        description="The product that a module, customization or licence belongs to; where the agreement says so, it is covered "
        "as long as that product.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.from_, self.until)
        return self


class EndSupport(Command):
    """Record the End of Support date of a product, without one named of all."""

    name = "end-support"
    records = events.SupportEnded
    product: ProductName | None = None
    on: Day
    declared: bool = True


class EndLife(Command):
    """Record the End of Life date of a product, without one named of all."""

    name = "end-life"
    records = events.LifeEnded
    product: ProductName | None = None
    on: Day


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
