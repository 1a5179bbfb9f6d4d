"""What an agreement may name: the events, the fields of each, and the roles of those who act.

A name that nobody knows is an error that says which one it was. A field of a field is written with a dot: `alert.code`,
`fields.server`.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator

from domain.terms.rows import Words
from domain.ticket.events import KINDS, Alert, Measurement, Origin, Role


def _fields(kind: type[BaseModel]) -> frozenset[str]:
    names = {field.alias or name for name, field in kind.model_fields.items()}
    return frozenset(names - {"event", "effective_at"})


EVENT_FIELDS: Mapping[str, frozenset[str]] = {event: _fields(kind) for event, kind in KINDS.items()}
PARTS: Mapping[str, frozenset[str]] = {
    "alert": _fields(Alert),
    "origin": _fields(Origin),
    "measurement": _fields(Measurement),
}
"""The fields of those fields that have some; those of `fields`, `data` and `reading` are free."""
_FREE = frozenset({"fields", "data", "reading"})

CUSTOMER_SIDE: frozenset[Role] = frozenset(
    {"customer", "end-user", "technical-contact", "primary-contact", "stand-in-contact", "administrator", "partner"}
)
VENDOR_SIDE: frozenset[Role] = frozenset(
    {
        "agent",
        "service-manager",
        "escalation-manager",
        "client-services-manager",
        "support-expert",
        "on-call-technician",
        "system",
    }
)
SIDES: Mapping[str, frozenset[str]] = {"customer-side": CUSTOMER_SIDE, "vendor-side": VENDOR_SIDE}
"""Two words that stand for all roles of a side."""

RoleName = Literal["customer-side", "vendor-side"] | Role


def one_or_several(value: object) -> object:
    """One value, or one table, may stand for a list of one."""
    return value if isinstance(value, list | tuple) else [value]


def known_event(name: str) -> str:
    if name not in EVENT_FIELDS:
        raise ValueError(f"there is no event {name!r}")
    return name


def unknown_field(event: str, name: str) -> str | None:
    """What is wrong with a field's name, None where the event has it."""
    field, _, part = name.partition(".")
    if field not in EVENT_FIELDS[event]:
        return f"the event {event!r} has no field {field!r}"
    if part and field not in _FREE and part not in PARTS.get(field, ()):
        return f"{field!r} of the event {event!r} has no field {part!r}"
    return None


def check_fields(events: Iterable[str], fields: Iterable[str]) -> None:
    """Raise ValueError naming a field that one of the events does not have."""
    for name in fields:
        for event in events:
            if wrong := unknown_field(event, name):
                raise ValueError(wrong)


def _known_events(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        raise ValueError("name an event")
    return tuple(known_event(name) for name in names)


EventName = Annotated[str, AfterValidator(known_event)]
EventNames = Annotated[Words, AfterValidator(_known_events)]
Roles = Annotated[tuple[RoleName, ...], BeforeValidator(one_or_several)]
