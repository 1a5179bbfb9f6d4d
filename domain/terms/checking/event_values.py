"""What the fields of events can say, so that a condition which can never hold is noticed; read off the events themselves."""

from collections.abc import Collection, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime

from domain.terms.event_fields import unknown_field
from domain.terms.phrases import instead, plain, quoted, shown
from domain.ticket import events

TIERS = range(1, 10)
FieldKind = Literal["text", "severity", "tier", "yes-or-no", "number or text", "number", "instant", "several"]
"""`several`: a list, a table, or something with fields of its own."""

_SIMPLE: Mapping[Any, FieldKind] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "yes-or-no",
    AwareDatetime: "instant",
}


def _kind_of(annotation: Any) -> FieldKind | frozenset[Any]:
    """What a field can hold; where every value is known, those values."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    alternatives = [one for one in get_args(annotation) if one is not type(None)]
    if get_origin(annotation) in (Union, UnionType):
        kinds = {_kind_of(one) for one in alternatives}
        return kinds.pop() if len(kinds) == 1 else "number or text" if {"text", "number"} == kinds else "several"
    if get_origin(annotation) is Literal:
        return "yes-or-no" if True in alternatives else frozenset(alternatives)
    return _SIMPLE.get(annotation, "several")


def _kinds(kind: type[events.Event]) -> dict[str, FieldKind | frozenset[Any]]:
    named: dict[str, FieldKind] = {"severity": "severity", "tier": "tier"}
    fields = {info.alias or name: info.annotation for name, info in kind.model_fields.items()}
    return {name: named.get(name) or _kind_of(annotation) for name, annotation in fields.items()}


KINDS = {event: _kinds(kind) for event, kind in events.KINDS.items()}


def impossible(
    event: str, field: str, value: object, severities: Collection[int], *, exactly: bool
) -> tuple[str, str] | None:
    """Why a field of an event can never have this value, with the remedy; None where it can.

    `exactly` is how triggers compare words; conditions do it without regard to case, spaces, hyphens and underscores.
    """
    known = KINDS[event].get(field, "text")
    if isinstance(known, frozenset):
        alike = value in known or (not exactly and plain(str(value)) in known)
        return None if alike else _never(event, field, value, instead(value, sorted(known), "value"))
    match known:
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
    if "." in field or KINDS[event].get(field) == "several":
        says = f"{field} of the event {event} is not one plain value"
        return says, "a trigger asks about a field with one value, such as channel"
    return None


def _is_one_of(value: object, numbers: Collection[int]) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in numbers


def _never(event: str, field: str, value: object, remedy: str) -> tuple[str, str]:
    return f"{field} of the event {event} is never {shown(value)}", remedy
