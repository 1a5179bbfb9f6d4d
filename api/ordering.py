"""An order for the desk, made of what somebody asked for: in whose name, how far back it may go, and done once under its key."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from api.bodies import Around
from api.conditions import Conditions
from api.problems import Forbidden
from api.security.principal import Principal
from api.security.roles import CUSTOMERS_ACTS, FOR_EVERYBODY, IN_OWN_NAME, Right
from domain.desk.orders import Key, Order
from domain.terms.event_fields import CUSTOMER_SIDE
from domain.ticket.history import Actor, Person, role_of

RIGHTS: dict[str, Right] = {"correct": "corrections:make", "rule": "rulings:make"}
"""What is not simply work on tickets."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came: under which conditions, what it says around its command, and the digest of all that it says."""

    conditions: Conditions
    around: Around
    fingerprint: bytes


def ordered(principal: Principal, at: datetime, correlation: str, stream: UUID, command: Any, asked: Asked) -> Order:
    """What is asked of a stream at an instant. Raises Forbidden where somebody may not act on another's behalf."""
    by, own = _actor(principal, asked.around.by), person(principal)
    return Order(
        stream=stream,
        command=command,
        at=at,
        by=by,
        sent_by=None if by == own else own,
        key=Key(name_of(principal), asked.conditions.key, asked.fingerprint),
        effective_at=asked.around.effective_at,
        backdating=principal.back_dating,
        version=asked.conditions.version,
        correlation=correlation,
        origin=principal.via,
    )


def person(principal: Principal) -> Person:
    """The principal, as events name who recorded them.

    An admin has no part in tickets: what one puts on file about a contract, the system does.
    """
    role = principal.role
    if role == "admin" or role == "auditor":
        return Person(id=principal.id, role="system")
    return Person(id=principal.id, role=role)


@lru_cache(maxsize=1024)
def name_of(principal: Principal) -> str:
    """Whose idempotency keys are whose; a digest, because the log of commands outlives a person's being forgotten."""
    return sha256(json.dumps([principal.customer, principal.id]).encode()).hexdigest()


def check_act(command: str, by: Actor, sent_by: Actor | None = None) -> None:
    """Raises Forbidden for what is the vendor's to do, or to say that it was done, and for what nobody does in another's name."""
    role = role_of(by)
    if sent_by is not None and command in IN_OWN_NAME and role_of(sent_by) not in FOR_EVERYBODY:
        says = f"the role {role_of(sent_by)} may not {command} in the name of the {role}"
        raise Forbidden(says, remedy="leave out `by`, or have them or the service manager do it")
    if role in CUSTOMER_SIDE and command not in CUSTOMERS_ACTS:
        raise Forbidden(f"{command} is the vendor's, not the {role}'s", remedy="comment, complain or escalate instead")


def _actor(principal: Principal, by: Actor | None) -> Actor:
    """Who acts: the principal, or somebody on whose behalf it may; nobody passes for a colleague of the same role."""
    own = person(principal)
    if by is None or by == own:
        return own
    role = role_of(by)
    is_colleague = isinstance(by, Person) and role == own.role
    if is_colleague or not principal.may_speak_for(role):
        who = f"another {role}" if is_colleague else role
        raise Forbidden(f"the role {principal.role} may not act on behalf of {who}", remedy="leave out `by`")
    return own if role == own.role else by
