"""A contract: the facts that select the terms of its tickets, the people who act under it, and its own history."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from domain.contract.events import ContactNamed, ContactRemoved, ContractEvent, PersonId, ProductName
from domain.instants import micros
from domain.personal import Personal
from domain.terms.override import ContractTerms
from domain.terms.rows import Name, Scope
from domain.ticket.events import Fact, Role


class ContractPerson(Fact):
    """Somebody in a role under the contract; one with two roles is listed twice."""

    id: PersonId
    role: Role
    name: Personal | None = None


class Contract(Fact):
    """What an agreement asks about a contract; it is the `contract` of a case file.

    `servers` gives the plan bought for a server (eschat:2), `releases` the published maintenance releases
    (eschat:release-schedule). A contract that lists neither products nor product events covers every product.
    """

    plan: Name | Literal[""] = ""
    region: Name | Literal[""] = ""
    customer: str | None = None
    hosting: Literal["vendor", "customer"] | None = None
    products: tuple[ProductName, ...] = ()
    servers: dict[str, Name] = {}
    asia_pacific: bool = False
    options: tuple[Name, ...] = ()
    support_expert: PersonId | None = None
    people: tuple[ContractPerson, ...] = ()
    releases: tuple[str, ...] = ()
    events: tuple[ContractEvent, ...] = ()
    terms: ContractTerms | None = None
    """What this contract says otherwise than its agreement (eschat:precedence)."""

    def facts(self) -> Mapping[str, str | int | bool]:
        """The facts that rows name in their conditions; an option is a fact of its name. What is left out is false."""
        facts: dict[str, str | int | bool] = dict.fromkeys(self.options, True)
        if self.asia_pacific:
            facts["asia_pacific"] = True
        if self.hosting:
            facts["hosting"] = self.hosting
        if self.support_expert:
            facts["support_expert"] = True
        return facts

    def plan_for(self, server: str | None = None) -> str:
        """The plan of a ticket about this server: bought for the server, or else for the contract."""
        return self.servers.get(server, self.plan) if server else self.plan

    def scope(self, readings: Mapping[str, str], *, category: str = "", server: str | None = None) -> Scope:
        """What selects rows for a ticket under this contract."""
        told = tuple(readings.items()), tuple(self.facts().items())
        return _scope(self.plan_for(server), self.region, category, *told)

    def known(self, known_at: int | None) -> list[ContractEvent]:
        """The events recorded by then (microseconds; None: all), in the order in which they took effect."""
        known = [one for one in self.events if known_at is None or micros(one.known_since) <= known_at]
        return sorted(known, key=lambda one: one.effective_at)

    def people_at(self, at: int, known_at: int | None = None) -> tuple[ContractPerson, ...]:
        """Who acted in which role at an instant (microseconds): those of the contract, as named and removed by then."""
        people = list(self.people)
        for event in self.known(known_at):
            if micros(event.effective_at) > at:
                break
            match event:
                case ContactNamed(id=who, role=role, name=name):
                    people = [one for one in people if (one.id, one.role) != (who, role)]
                    people.append(ContractPerson(id=who, role=role, name=name))
                case ContactRemoved(id=who, role=gone):
                    people = [one for one in people if one.id != who or gone not in (None, one.role)]
                case _:
                    pass
        return tuple(people)


@lru_cache(maxsize=512)
def _scope(
    plan: str,
    region: str,
    category: str,
    readings: tuple[tuple[str, str], ...],
    facts: tuple[tuple[str, str | int | bool], ...],
) -> Scope:
    """One for all tickets that are alike in this; it never changes."""
    return Scope(plan=plan, region=region, category=category, readings=dict(readings), facts=dict(facts))
