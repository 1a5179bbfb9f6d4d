"""What a contract says on paper, drawn up once and amended since: the facts that select the terms of its tickets.

A case file carries them as they stand (`facts.Contract`); here they are events of the contract's stored history, so that
a change of plan counts from its day and not before. Who recorded it, and when, stands in the envelope.
"""

from typing import Annotated, Literal

from pydantic import Field

from domain.contract.events import ContractEvent, PersonId, ProductName
from domain.contract.facts import ContractPerson
from domain.instants import Instant
from domain.terms.override import ContractTerms
from domain.terms.rows import Name, ReadingId
from domain.ticket.events import Fact

Hosting = Literal["vendor", "customer"]
Readings = dict[ReadingId, Name]
CustomerId = Annotated[str, Field(min_length=1, max_length=200)]


class Paper(Fact):
    """The facts of a contract. `readings` are those on which both sides agreed; what is not named takes its default.

    The plan may be missing where an order without one waits for it (xima-care:1).
    """

    agreement: Name
    customer: CustomerId
    plan: Name | Literal[""] = ""
    region: Name | Literal[""] = ""
    hosting: Hosting | None = None
    products: tuple[ProductName, ...] = ()
    servers: dict[str, Name] = {}
    asia_pacific: bool = False
    options: tuple[Name, ...] = ()
    support_expert: PersonId | None = None
    people: tuple[ContractPerson, ...] = ()
    releases: tuple[str, ...] = ()
    terms: ContractTerms | None = None
    readings: Readings = {}


class Amendment(Fact):
    """What is new in a contract; what is left out stays as it was.

    Releases are added to those published before. People come and go by events of their own, agreement and customer never change.
    An empty `support_expert` names none any more.
    """

    plan: Name | None = None
    region: Name | None = None
    hosting: Hosting | None = None
    products: tuple[ProductName, ...] | None = None
    servers: dict[str, Name] | None = None
    asia_pacific: bool | None = None
    options: tuple[Name, ...] | None = None
    support_expert: PersonId | Literal[""] | None = None
    releases: tuple[str, ...] | None = None
    terms: ContractTerms | None = None
    readings: Readings | None = None


class DrawnUp(Paper):
    """Both sides agreed on the contract's facts; from here on there is a contract."""

    event: Literal["drawn_up"] = "drawn_up"
    effective_at: Instant = Field(alias="at")


class Amended(Amendment):
    """From here on some of the contract's facts are others."""

    event: Literal["amended"] = "amended"
    effective_at: Instant = Field(alias="at")


ContractEntry = DrawnUp | Amended | ContractEvent
"""Everything that a contract's stored history can hold."""
