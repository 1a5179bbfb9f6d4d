"""A ticket about which people write each other's names, whose wait was put right afterwards; and its dossier."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from domain.dossier.checking.check import findings
from domain.dossier.checking.finding import Finding
from domain.dossier.packing import Unpacked, unpacked
from domain.terms.lookup import find
from projections.seals.signing import is_signed
from tests.api.house import MONDAY_9, Caller, Town

CUSTOMER = "Hopper & Daughters"
"""A customer of whom all other tests say nothing."""

PERSONAL = ("grace@hopper.example", "Byron", "no dial tone", "sent by Grace", "Grace says so", "Ms Lovelace")
"""Texts about people that stand in the ticket and its contract."""


@dataclass(frozen=True)
class Disputed:
    """`manager` may see everything, `contact` what is the customer's."""

    town: Town
    manager: Caller
    contact: Caller
    ticket: str

    def dossier(self, **asked: Any) -> bytes:
        return fetched(self.manager, f"/v1/tickets/{self.ticket}/dossier", **asked)

    @cached_property
    def whole(self) -> bytes:
        """The dossier as it is asked for first."""
        return self.dossier()

    @cached_property
    def redacted(self) -> bytes:
        return self.dossier(redact=True)


def disputed(town: Town, customer: str = CUSTOMER) -> Disputed:
    town.clock.at = MONDAY_9
    manager, agent = town.caller("service-manager"), town.caller("agent")
    contact = town.caller("technical-contact", customer, "grace@hopper.example")
    contract = manager.draws_up(customer=customer, people=[{"id": "ada", "role": "administrator", "name": "Ada Byron"}])
    ticket = contact.opens(contract, fields={"summary": "no dial tone\u2028at Ms Lovelace's desk"})
    town.clock.goes_on(hours=1)
    agent.does(ticket, "waiting", on="access", evidence="sent by Grace")
    town.clock.goes_on(hours=2)
    contact.does(ticket, "end-wait", on="access")
    town.clock.goes_on(hours=2.5)
    agent.does(ticket, "respond")
    town.clock.goes_on(hours=20)
    earlier = (MONDAY_9 + timedelta(minutes=30)).isoformat()
    manager.does(ticket, "correct", number=2, why="Grace says so", moved_to=earlier)
    return Disputed(town, manager, contact, ticket)


def fetched(caller: Caller, path: str, **asked: Any) -> bytes:
    answer = caller.get(path, **asked)
    assert 200 == answer.status_code, answer.text
    return bytes(answer.content)


def checked(container: bytes, public_key: bytes | None = None) -> list[Finding]:
    return [*findings(unpacked(container), find, is_signed, public_key)]


def failing(files: dict[str, bytes]) -> list[Finding]:
    """What does not hold of the files of a folder."""
    return [one for one in findings(Unpacked(files, []), find, is_signed) if not one.holds]


def first_failing(files: dict[str, bytes]) -> Finding | None:
    found = findings(Unpacked(files, []), find, is_signed)
    return next((one for one in found if not one.holds), None)
