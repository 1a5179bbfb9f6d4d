"""A notice to send."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from projections.notices import Notice

TICKET = UUID("7f8b2c1e-0000-4000-8000-000000000001")
NOW = datetime(2024, 3, 4, 9, 30, tzinfo=UTC)
BY_EMAIL = {"command": "notify", "fields": {"milestone": "resolved", "channel": "email", "to": "customer"}}
PAYLOAD = {
    "ticket": str(TICKET),
    "reference": "T-7",
    "contract": "8f1ca0fc-53cb-5045-a019-64c090438ddf",
    "agreement": "xmpro",
    "severity": 2,
    "status": "open",
    "kind": "notified",
    "event": 3,
    "milestone": "logged",
    "at": "2024-03-04T09:00:00Z",
    "says": "The customer hears the reference number at the logging.",
}


def a_notice(**otherwise: Any) -> Notice:
    told: dict[str, Any] = {
        "ticket": TICKET,
        "id": f"{TICKET}/3/xmpro:5-milestones/logged",
        "customer": "acme",
        "event": 3,
        "kind": "notified",
        "clause": "xmpro:5-milestones",
        "to_role": "customer",
        "milestone": "logged",
        "fulfils": None,
        "payload": PAYLOAD,
        "at": datetime(2024, 3, 4, 9, 0, tzinfo=UTC),
    }
    return Notice(**(told | otherwise))
