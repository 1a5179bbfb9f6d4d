"""What the fields of events can say, so that a condition which can never hold is noticed.

The terms know nobody, so the values stand here once more, as the fields do in `event_fields`; a test holds them equal to the events
themselves. A field that is not listed is a text.
"""

import re
from collections.abc import Collection, Mapping
from typing import Literal

from domain.terms.event_fields import unknown_field
from domain.terms.phrases import instead, quoted, shown

WAITS = frozenset({"customer", "third-party", "access", "authorization", "fees", "contact"})
CLOSED: Mapping[str, frozenset[str]] = {
    "opened.channel": frozenset({"web", "email", "phone", "chat", "alert", "api"}),
    "waiting.on": WAITS,
    "wait_ended.on": WAITS,
    "session_held.kind": frozenset({"remote", "on-site"}),
}
"""The fields of which every value is known."""

TIERS = range(1, 10)
FieldKind = Literal["text", "severity", "tier", "yes-or-no", "number or text", "number", "instant", "several"]
KINDS: Mapping[str, FieldKind] = {
    "severity": "severity",
    "tier": "tier",
    "full": "yes-or-no",
    "struck": "yes-or-no",
    "level": "number or text",
    "score": "number",
    "number": "number",
    "strike_wait": "number",
    "expected_at": "instant",
    "acknowledged_at": "instant",
    "for": "instant",
    "due": "instant",
    "since": "instant",
    "moved_to": "instant",
    "agreed_by": "several",
    "fields": "several",
    "alert": "several",
    "origin": "several",
    "measurement": "several",
    "data": "several",
    "reading": "several",
}
"""`several`: a list, a table, or something with fields of its own."""


def impossible(
    event: str, field: str, value: object, severities: Collection[int], *, exactly: bool
) -> tuple[str, str] | None:
    """Why a field of an event can never have this value, with the remedy; None where it can.

    `exactly` is how triggers compare words; conditions do it without regard to case, spaces, hyphens and underscores.
    """
    if known := CLOSED.get(f"{event}.{field}"):
        alike = value in known or (not exactly and _plain(value) in known)
        return None if alike else _never(event, field, value, instead(value, sorted(known), "value"))
    match KINDS.get(field, "text"):
        case "severity" if not _is_one_of(value, severities):
            return f"unknown severity {shown(value)}", instead(value, severities, "severity")
        case "tier" if not _is_one_of(value, TIERS):
            return f"there is no tier {shown(value)}", "write a whole number from 1 to 9"
        case "yes-or-no" if not isinstance(value, bool):
            return _never(event, field, value, "write true or false")
        case "number" if isinstance(value, str | bool):
            return _never(event, field, value, "write a number")
        case "text" if not isinstance(value, str) and "." not in field:
            return _never(event, field, value, f"write {quoted(value)}")
        case "instant":
            return (
                f"{field} of the event {event} is an instant, which no value here can equal",
                "ask about another field",
            )
        case _:
            return None


def unfit_for_trigger(event: str, field: str) -> tuple[str, str] | None:
    """Why a trigger cannot ask about a field, with the remedy; None where it can: a plain field with one value."""
    if wrong := unknown_field(event, field):
        return wrong, "drop it, or ask about a field of the event"
    if "." in field or KINDS.get(field) == "several":
        says = f"{field} of the event {event} is not one plain value"
        return says, "a trigger asks about a field with one value, such as channel"
    return None


def _is_one_of(value: object, numbers: Collection[int]) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in numbers


def _plain(value: object) -> str:
    return re.sub(r"[\s_-]+", "-", str(value).strip()).lower()


def _never(event: str, field: str, value: object, remedy: str) -> tuple[str, str]:
    return f"{field} of the event {event} is never {shown(value)}", remedy
