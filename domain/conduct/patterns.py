"""Whether an event is meant by a pattern, and whether one that is came before."""

from collections.abc import Sequence

from domain.conduct.findings import Finding
from domain.conduct.knowledge import Past, plain, said
from domain.terms.conditions import Pattern
from domain.terms.event_fields import SIDES
from domain.ticket.events import TicketEvent


def matches(pattern: Pattern, past: Past) -> bool | None:
    """Whether an event is meant by a pattern; None where only its actor could tell."""
    event = past.recorded.event
    if (
        event.event not in pattern.event
        or not all(is_among(said(event, field), allowed) for field, allowed in pattern.is_.items())
        or any(said(event, field) is None for field in pattern.given)
        or (pattern.tier and past.tier not in pattern.tier)
    ):
        return False
    return is_of(past.recorded.role, pattern.by) if pattern.by else True


def came_before(pattern: Pattern, past: Sequence[Past], judged: TicketEvent | None = None) -> Finding:
    """Whether an event that the pattern means came before the one judged."""
    if pattern.since:
        last = max((place for place, one in enumerate(past) if one.recorded.event.event == pattern.since), default=-1)
        past = past[last + 1 :]
    found = [
        (truth, one.recorded.number)
        for place, one in enumerate(past)
        if (truth := matches(pattern, one)) is not False
        and not _is_followed(pattern, one, past[place + 1 :])
        and not _says_the_same(pattern.other_than, one.recorded.event, judged)
    ]
    numbers = [number for truth, number in found if truth]
    if numbers:
        return Finding(True, f"{described(pattern)} came before, event {numbers[-1]}")
    if found:
        return Finding(None, f"who did the {described(pattern)} before is not known")
    return Finding(False, f"no {described(pattern)} came before")


def is_among(value: object, allowed: Sequence[object]) -> bool:
    """A list is among them where any of its elements is."""
    given = value if isinstance(value, list | tuple) else [value]
    return any(plain(one) in [plain(other) for other in allowed] for one in given)


def is_of(role: str | None, roles: Sequence[str]) -> bool | None:
    """Whether it is one of these roles, or of a side that they name; None for nobody known."""
    return None if role is None else any(role in SIDES.get(one, (one,)) for one in roles)


def described(pattern: Pattern) -> str:
    values = [f"{field} {' or '.join(map(str, allowed))}" for field, allowed in pattern.is_.items()]
    details = [*values, *pattern.given, *(f"tier {tier}" for tier in pattern.tier), *pattern.by]
    return " or ".join(pattern.event) + (f" ({', '.join(details)})" if details else "")


def _is_followed(pattern: Pattern, one: Past, later: Sequence[Past]) -> bool:
    return any(
        matches(other, follower) and not _are_others(one.recorded.event, follower.recorded.event)
        for other in pattern.unless_followed_by
        for follower in later
    )


def _are_others(one: TicketEvent, other: TicketEvent) -> bool:
    """Whether they name two different people or teams under `to`."""
    named = [plain(getattr(event, "to", None)) for event in (one, other)]
    return None not in named and named[0] != named[1]


def _says_the_same(field: str | None, one: TicketEvent, judged: TicketEvent | None) -> bool:
    return field is not None and judged is not None and plain(said(one, field)) == plain(said(judged, field))
