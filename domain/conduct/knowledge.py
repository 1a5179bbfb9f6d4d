"""The little that rules read about a ticket before an event: its own fold of the history, beside the clocks'."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from unicodedata import category

from pydantic import BaseModel

from domain.terms import phrases
from domain.terms.conditions import Status
from domain.terms.conduct import Conduct
from domain.terms.rows import Scope
from domain.ticket.events import (
    Accepted,
    Assigned,
    Closed,
    CorrectlyLogged,
    Declined,
    Escalated,
    InformationAdded,
    Merged,
    Opened,
    Reopened,
    Resolved,
    Ruled,
    SeverityChanged,
    TicketEvent,
    WaitEnded,
    Waiting,
    Withdrawn,
)
from domain.ticket.history import Actor, Recorded

_TIER = re.compile(r"tier-([1-9])")
UNSEEN = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\ufe0f")
"""Fillers and joiners that Unicode counts among letters, signs and marks."""

_VOID = ("declined", "withdrawn", "merged")


class Past(NamedTuple):
    """An event that happened, and the tier at which the ticket then was."""

    recorded: Recorded
    tier: int | None


class Wait(NamedTuple):
    """A wait in force: since when (microseconds), begun by which event."""

    since: int
    number: int


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Before an event. `told` is the information given so far; `at` is the instant of the last event (microseconds)."""

    at: int = 0
    severity: int | None = None
    category: str = ""
    progress: Status = "open"
    tier: int | None = None
    waits: Mapping[str, Wait] = field(default_factory=dict)
    told: Mapping[str, object] = field(default_factory=dict)
    past: tuple[Past, ...] = ()
    opener: Actor | None = None
    registrar: Actor | None = None

    @property
    def status(self) -> Status:
        return "waiting" if self.progress == "open" and self.waits else self.progress

    def after(self, recorded: Recorded) -> "Knowledge":
        """What is known once this has happened; it cannot fail and refuses nothing."""
        past = (*self.past, Past(recorded, self.tier))
        return replace(self, at=recorded.at, past=past, **self._changed(recorded))

    def after_all(self, history: Iterable[Recorded]) -> "Knowledge":
        """What is known once all of these have happened, one after another."""
        known, past = replace(self), list(self.past)
        for recorded in history:
            past.append(Past(recorded, known.tier))
            for name, value in {**known._changed(recorded), "at": recorded.at}.items():
                object.__setattr__(known, name, value)  # the copy is nobody else's yet
        object.__setattr__(known, "past", tuple(past))
        return known

    def _changed(self, recorded: Recorded) -> dict[str, Any]:
        event = recorded.event
        match event:
            case Opened(severity=severity):
                given = {"product": event.product, "server": event.server, **event.fields}
                return {
                    "severity": severity,
                    "category": event.category or "",
                    "opener": self.opener or recorded.by,
                    "told": _told(self.told, given),
                }
            case CorrectlyLogged(fields=fields):
                return {"registrar": self.registrar or recorded.by, "told": _told(self.told, fields)}
            case InformationAdded(fields=fields):
                return {"told": _told(self.told, fields)}
            case SeverityChanged(severity=severity):
                return {"severity": severity}
            case Accepted(severity=severity) | Ruled(severity=severity) if severity is not None:
                return {"severity": severity}
            case Waiting(on=reason):
                return {"waits": {reason: Wait(recorded.at, recorded.number), **self.waits}}
            case WaitEnded(on=reason):
                return {"waits": {on: wait for on, wait in self.waits.items() if on != reason}}
            case Ruled(strike_wait=int(number)):
                return {"waits": {on: wait for on, wait in self.waits.items() if wait.number != number}}
            case Assigned() | Escalated():
                return {"tier": target_tier(event) or self.tier}
            case _:
                progress = _progress(self.progress, event)
                return {"progress": progress} if progress != self.progress else {}


def before_all(conduct: Conduct, scope: Scope) -> Knowledge:
    """What is known before the first event: the tier at which tickets start."""
    return Knowledge(tier=first_tier(conduct, scope))


def first_tier(conduct: Conduct, scope: Scope) -> int | None:
    """The tier at which tickets start, where the agreement has tiers."""
    return next((row.tier for row in conduct.first_tiers if row.applies(scope)), None)


def target_tier(event: TicketEvent) -> int | None:
    """The tier that an assignment or an escalation names."""
    match event:
        case Assigned(tier=tier):
            return tier
        case Escalated(to=str(to)) if named := _TIER.fullmatch(to):
            return int(named[1])
        case _:
            return None


def said(event: TicketEvent, name: str) -> object:
    """What an event says in a field, a part of one behind a dot; None where it says nothing."""
    value: object = event
    for part in name.split("."):
        value = _part(value, part)
    return None if is_blank(value) else value


def plain(word: object) -> object:
    """A text without regard to case, spaces, hyphens and underscores; anything else as it is."""
    return phrases.plain(word) if isinstance(word, str) else word


def is_blank(value: object) -> bool:
    """Whether nothing is said: a text of spaces and of characters that nobody can see says nothing either."""
    if isinstance(value, str):
        return not any(_is_seen(letter) for letter in value)
    return value is None or value in ([], {}, ())


def _is_seen(letter: str) -> bool:
    return letter not in UNSEEN and category(letter)[0] not in "CZ"


def _part(value: object, name: str) -> object:
    match value:
        case BaseModel():
            return getattr(value, name, None) if hasattr(value, name) else getattr(value, f"{name}_", None)
        case Mapping():
            return next((given for key, given in value.items() if plain(key) == plain(name)), None)
        case _:
            return None


def _told(before: Mapping[str, object], fields: Mapping[str, object]) -> dict[str, object]:
    return {**before, **{str(plain(name)): value for name, value in fields.items() if not is_blank(value)}}


def _progress(progress: Status, event: TicketEvent) -> Status:
    """Nothing leads back from a ticket declined, withdrawn or merged (semantics 3.9)."""
    match event:
        case _ if progress in _VOID:
            return progress
        case Declined():
            return "declined"
        case Withdrawn():
            return "withdrawn"
        case Merged():
            return "merged"
        case Closed():
            return "closed"
        case Resolved() if progress != "closed":
            return "resolved"
        case Reopened():
            return "open"
        case _:
            return progress
