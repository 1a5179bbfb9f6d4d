"""Who may do what at the door: one table from roles to rights, to how far back they may date, and for whom they may speak.

The agreements' own rules (who may close, who may upgrade) are not here; they are rows of the agreement and hold after this table
has let somebody in.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

from domain.terms.event_fields import CUSTOMER_SIDE
from domain.ticket.events import Role

DoorRole = Role | Literal["auditor", "admin"]

Right = Literal[
    "tickets:read",
    "tickets:act",
    "reports:read",
    "contracts:read",
    "contracts:act",
    "agreements:read",
    "agreements:publish",
    "alerts:raise",
    "operations:read",
    "operations:act",
    "keys:manage",
    "customers:forget",
    "rulings:make",
    "corrections:make",
    "disputes:act",
]
RIGHTS: frozenset[Right] = frozenset(get_args(Right))

ALL_ROLES: frozenset[Role] = frozenset(get_args(Role))

CUSTOMERS_ACTS: frozenset[str] = frozenset(
    {
        "open",
        "log-correctly",
        "add-information",
        "notify-by-phone",
        "phone-unanswered",
        "end-wait",
        "change-severity",
        "escalate",
        "schedule-appointment",
        "cancel-appointment",
        "close",
        "reopen",
        "withdraw",
        "split-off",
        "complain",
        "comment",
        "answer-survey",
    }
)
"""What a customer's people do themselves; that the vendor responded or resolved is for the vendor to say."""

IN_OWN_NAME: frozenset[str] = frozenset({"close"})
"""What is not written down for somebody: to close is a right of whoever has it (xmpro:6-closing)."""

FOR_EVERYBODY: frozenset[DoorRole] = frozenset({"service-manager", "system"})
"""Who may do in anybody's name whatever may be done."""

_READING: frozenset[Right] = frozenset({"tickets:read", "contracts:read", "agreements:read"})
_REPORTS: frozenset[Right] = frozenset({"reports:read"})
_ACTING: frozenset[Right] = frozenset({"tickets:act", "disputes:act"})
_TICKET_WORK: frozenset[Right] = _READING | _REPORTS | _ACTING | {"alerts:raise"}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a role may do; `back_dating` is how long before now an act of it may have taken effect.

    `by_name` are rights that only those of the role have whose credential names them.
    """

    rights: frozenset[Right]
    back_dating: timedelta = timedelta(0)
    speaks_for: frozenset[Role] = frozenset()
    by_name: frozenset[Right] = frozenset()


def _customer_side(role: Role) -> Standing:
    return Standing(_READING | _ACTING, timedelta(minutes=5), frozenset({role}), by_name=_REPORTS)


def _speaks_for_the_customer(role: Role) -> Standing:
    """Reports are for these, and for whom else the customer names (xmpro:7-reports)."""
    return Standing(_READING | _REPORTS | _ACTING, timedelta(minutes=5), frozenset({role}))


def _vendor_side(role: Role) -> Standing:
    """A vendor's person writes down what customers say on the telephone; histories are put right by a manager."""
    return Standing(_TICKET_WORK, timedelta(hours=24), CUSTOMER_SIDE | {role})


STANDINGS: dict[DoorRole, Standing] = {
    "customer": _customer_side("customer"),
    "end-user": _customer_side("end-user"),
    "technical-contact": _customer_side("technical-contact"),
    "primary-contact": _speaks_for_the_customer("primary-contact"),
    "stand-in-contact": _speaks_for_the_customer("stand-in-contact"),
    "administrator": _customer_side("administrator"),
    "partner": _customer_side("partner"),
    "agent": _vendor_side("agent"),
    "escalation-manager": _vendor_side("escalation-manager"),
    "client-services-manager": _vendor_side("client-services-manager"),
    "support-expert": _vendor_side("support-expert"),
    "on-call-technician": _vendor_side("on-call-technician"),
    "service-manager": Standing(
        _TICKET_WORK | {"contracts:act", "rulings:make", "corrections:make", "operations:read", "operations:act"},
        timedelta(days=30),
        ALL_ROLES,
    ),
    "system": Standing(RIGHTS - {"keys:manage", "customers:forget"}, timedelta(days=3653), ALL_ROLES),
    "auditor": Standing(_READING | _REPORTS | {"operations:read"}),
    "admin": Standing(
        RIGHTS - {"tickets:act", "alerts:raise", "rulings:make", "corrections:make", "disputes:act"},
    ),
}
