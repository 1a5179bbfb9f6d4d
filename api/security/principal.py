"""Who stands at the door, once the door knows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from api.problems import Forbidden
from api.security.roles import STANDINGS, DoorRole, Right
from domain.terms.event_fields import CUSTOMER_SIDE
from domain.ticket.events import Role

LONGEST_ID = 255


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody let in. With a `customer`, whatever the role, nobody else's tickets exist for them.

    `scopes` are never more than the role's rights and those that a credential may name besides. `via` names the credential:
    `key:<id>` or `oidc:<issuer>`.
    """

    id: str
    role: DoorRole
    customer: str | None
    scopes: frozenset[Right]
    via: str

    @classmethod
    def admitted(cls, id: str, role: str, customer: str | None, via: str, scopes: Iterable[str] | None = None) -> Self:
        """Somebody whose credential is good. Raises Forbidden where it names nobody that this door could let in."""
        known = next((one for one in STANDINGS if one == role), None)
        if known is None:
            raise Forbidden("no role of this service is named", remedy=f"roles are {', '.join(STANDINGS)}")
        if not _is_plain(id) or not (customer is None or _is_plain(customer)):
            raise Forbidden(f"ids of people and customers are 1 to {LONGEST_ID} printable characters")
        if known in CUSTOMER_SIDE and customer is None:
            raise Forbidden(f"the role {known} is a customer's, and no customer is named")
        standing = STANDINGS[known]
        named = standing.rights if scopes is None else (standing.rights | standing.by_name).intersection(scopes)
        return cls(id, known, customer, named, via)

    def may(self, right: Right) -> bool:
        return right in self.scopes

    def must(self, right: Right) -> None:
        """Raises Forbidden where the right is not theirs."""
        if not self.may(right):
            raise Forbidden(
                f"this credential of role {self.role} does not carry the right {right}",
                remedy="use one that does, or ask an admin",
            )

    @property
    def back_dating(self) -> timedelta:
        return STANDINGS[self.role].back_dating

    def may_speak_for(self, role: Role) -> bool:
        return role in STANDINGS[self.role].speaks_for


def _is_plain(name: str) -> bool:
    return 1 <= len(name) <= LONGEST_ID and name.isprintable()
