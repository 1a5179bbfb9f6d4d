"""A ticket's history as people read it: who said what, since when it counts, when it was recorded, and what was put right since."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape
from pydantic import BaseModel

from api.pages.forms import label
from api.pages.on_ticket.wording import Wording, event_name, spoken
from api.pages.texts import knows, say
from domain.conduct.irregularities import Irregularity
from domain.instants import SECOND
from domain.judgement import Judgement
from domain.ticket.events import Corrected, Event, Ruled, TicketEvent
from domain.ticket.history import Actor, Recorded, role_of

AT_ONCE_SECONDS = 60
"""What was recorded by then needs no second instant."""

FOLDED_FROM = 600
"""A text of more characters is folded: its beginning is shown."""

BEGINNING = 200

ENVELOPE = frozenset({"event", "effective_at"})

NAME_EVENTS = ("number", "strike_wait")
"""Fields that hold the number of another event."""


@dataclass(frozen=True)
class Detail:
    """A field of an event, by its name in the record; `was` is what stood there before it was corrected.

    `event` is the number of another event that it names.
    """

    name: str
    label: str
    value: Markup
    was: Markup | None = None
    event: int | None = None


@dataclass(frozen=True)
class Sender:
    """A program or a person who sent a command in somebody else's name."""

    by: str
    role: str


@dataclass(frozen=True)
class Entry:
    """A line of the history. Instants are whole seconds; `moved_from` is where it stood before a correction moved it."""

    number: int
    kind: str
    name: str
    by: str
    role: str | None
    at: int
    moved_from: int | None
    recorded_at: int | None
    details: Sequence[Detail]
    corrected_by: Sequence[int]
    is_struck: bool
    is_wait_struck: bool
    is_later: bool
    irregular: Sequence[Irregularity]
    sent_by: Sender | None = None


def entries(judgement: Judgement, wording: Wording, senders: Mapping[int, Actor] | None = None) -> list[Entry]:
    """Every event that was known, in the order in which they took effect; those to come as of the judgement's instant too.

    `senders` are those who sent events, by their numbers, in the name of others.
    """
    case, hindsight = judgement.case, judgement.hindsight
    known = [one for one in case.history if case.known_at is None or one.recorded_at <= case.known_at]
    now = {one.number: one for one in hindsight.recorded}
    corrections = _corrections(known)
    irregular: dict[int, list[Irregularity]] = {}
    for one in judgement.irregularities:
        irregular.setdefault(one.event or 0, []).append(one)
    told = [
        _entry(
            one, now.get(one.number), corrections, irregular, one.number in hindsight.struck_waits, case.as_of, wording
        )
        for one in known
    ]
    sent = {number: Sender(wording.by(actor), role_of(actor)) for number, actor in (senders or {}).items()}
    told = [replace(one, sent_by=sent[one.number]) if one.number in sent else one for one in told]
    return sorted(told, key=lambda one: one.at)


def _corrections(known: Sequence[Recorded]) -> Mapping[int, list[int]]:
    """By which events each was corrected."""
    found: dict[int, list[int]] = {}
    for one in known:
        if isinstance(one.event, Corrected):
            found.setdefault(one.event.number, []).append(one.number)
    return found


def _entry(
    said: Recorded,
    stands: Recorded | None,
    corrections: Mapping[int, list[int]],
    irregular: Mapping[int, list[Irregularity]],
    is_wait_struck: bool,
    as_of: int,
    wording: Wording,
) -> Entry:
    is_about_others = isinstance(said.event, Corrected | Ruled)
    stands_now = stands or said
    at, was_at, recorded_at = (micro // SECOND for micro in (stands_now.at, said.at, said.recorded_at))
    return Entry(
        number=said.number,
        kind=said.event.event,
        name=event_name(said.event.event),
        by=wording.by(said.by),
        role=said.role,
        at=at,
        moved_from=was_at if was_at != at else None,
        recorded_at=recorded_at if abs(recorded_at - was_at) > AT_ONCE_SECONDS else None,
        details=list(_details(said.event, stands_now.event, wording)),
        corrected_by=corrections.get(said.number, []),
        is_struck=stands is None and not is_about_others,
        is_wait_struck=is_wait_struck,
        is_later=stands_now.at > as_of and not is_about_others,
        irregular=irregular.get(said.number, []),
    )


def _details(said: TicketEvent, stands: TicketEvent, wording: Wording) -> Iterator[Detail]:
    before, after = _fields(said), _fields(stands)
    for name in dict.fromkeys((*after, *before)):
        value, was = after.get(name), before.get(name)
        shown = _shown(name, value, wording)
        event = value if name in NAME_EVENTS and isinstance(value, int) else None
        yield Detail(name, label(name), shown, _shown(name, was, wording) if was != value else None, event)


def _fields(event: Event) -> dict[str, Any]:
    """What an event says, the named values of its free fields among them."""
    told: dict[str, Any] = {}
    for name, about in type(event).model_fields.items():
        value = getattr(event, name)
        if name in ENVELOPE or value in (None, "", {}, []):
            continue
        public = about.alias or name
        if isinstance(value, dict) and public != "reading":
            told |= {str(key): one for key, one in value.items()}
        else:
            told[public] = value
    return told


def _shown(name: str, value: Any, wording: Wording) -> Markup:
    match value:
        case None:
            return Markup("–")
        case bool():
            return escape(say("forms.yes" if value else "forms.no"))
        case datetime():
            return wording.show.time(value, wording.where)
        case BaseModel():
            return _listed(
                (label(part), _shown(part, getattr(value, part), wording)) for part in value.model_fields_set
            )
        case dict():
            return _listed((str(key), escape(one)) for key, one in value.items())
        case list() | tuple():
            return escape(", ".join(map(str, value)))
        case float():
            return escape(f"{value:.15g}")
        case int() if name in NAME_EVENTS:
            return escape(say("ticket.history.event", number=value))
        case str() if name == "clause":
            return Markup('<code class="clause">{}</code>').format(value)
        case str() if name == "on":
            return escape(say(f"common.wait.{value}") if knows(f"common.wait.{value}") else spoken(value))
        case str() if name == "command":
            return escape(say(f"forms.name.{value}") if knows(f"forms.name.{value}") else value)
        case str() if len(value) > FOLDED_FROM:
            return _folded(value)
        case _:
            return escape(value)


def _folded(text: str) -> Markup:
    """The beginning of a long text, which opens to the whole."""
    begins = say("ticket.history.folded", begins=text[:BEGINNING].rstrip(), count=len(text))
    return Markup('<details class="long"><summary>{}</summary>{}</details>').format(begins, text)


def _listed(parts: Iterable[tuple[str, Markup]]) -> Markup:
    return Markup(", ").join(Markup("{}: {}").format(name, value) for name, value in parts)
