"""Commands as forms: what a command can say becomes fields that a browser knows, and what was filled in becomes what it says.

The fields come from the command itself, so that a new one has its form at once. Local times are those of the zone that the page
names.
"""

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator

from api.pages.on_ticket.wording import spoken
from api.pages.texts import knows, say
from domain.personal import read_text
from domain.terms.agreement import Agreement
from domain.ticket.events import Measurement

Option = tuple[str, str]
"""A value, and what it is called."""

NOT_ASKED = frozenset({"alert", "origin"})
"""What monitored systems and other tickets say, and no person."""

LINES = frozenset({"fields", "data"})
"""Named values: a line each."""

LONGEST_LINES = 20_000


@dataclass(frozen=True)
class Surroundings:
    """What a form can offer: severities, clocks and readings of the agreement, events of the ticket, the customer's products."""

    zone: ZoneInfo
    agreement: Agreement
    events: Sequence[Option] = ()
    waits: Sequence[Option] = ()
    products: Sequence[str] = ()
    servers: Sequence[str] = ()


@dataclass(frozen=True)
class Input:
    """A field of a form. `kind` says how it is shown and how what comes back is read."""

    name: str
    label: str
    kind: str
    options: Sequence[Option] = ()
    required: bool = False
    hint: str = ""
    value: str = ""


@dataclass(frozen=True)
class Form:
    """A form as a page shows it: what was filled in before stands in its fields."""

    inputs: Sequence[Input] = field(default_factory=tuple)

    @property
    def needs_nothing(self) -> bool:
        return not any(one.required for one in self.inputs)


@dataclass(frozen=True)
class AroundFilled:
    """What stood in the fields around a command's own: since when it counts, and on whose behalf it is said."""

    effective_at: str = ""
    by: str = ""
    by_id: str = ""

    @classmethod
    def of(cls, filled: Mapping[str, str] | None) -> "AroundFilled":
        told = filled or {}
        return cls(told.get("effective_at", ""), told.get("by", ""), told.get("by_id", ""))


def form_of(
    command: type[BaseModel],
    around: Surroundings,
    filled: Mapping[str, str] | None = None,
    choices: Mapping[str, Sequence[Option]] | None = None,
) -> Form:
    """The form of a command; `choices` narrows what a field offers, `filled` is what somebody had filled in."""
    told = filled or {}
    inputs = [
        Input(**{**vars(one), "options": (choices or {}).get(one.name, one.options), "value": told.get(one.name, "")})
        for one in _inputs(command, around)
    ]
    return Form(tuple(inputs))


def _inputs(command: type[BaseModel], around: Surroundings) -> Iterator[Input]:
    for name, told in command.model_fields.items():
        public = told.alias or name
        if public in NOT_ASKED:
            continue
        kind, options = _kind(public, told.annotation, told.metadata, around)
        if kind == "measurement":
            yield from _measurement(public)
        else:
            yield Input(
                public, label(public), kind, options, required=told.is_required(), hint=_hint(public, kind, around)
            )


def _measurement(name: str) -> Iterator[Input]:
    """A measured share is told by several fields."""
    for part, told in Measurement.model_fields.items():
        public = told.alias or part
        kind = "instant" if public in ("from", "to") else "figure"
        yield Input(f"{name}.{public}", label(f"{name}_{public}"), kind)


def label(name: str) -> str:
    key = f"forms.field.{name}"
    return say(key) if knows(key) else spoken(name).capitalize()


def _hint(name: str, kind: str, around: Surroundings) -> str:
    if kind == "instant":
        return say("forms.in_zone", zone=around.zone.key)
    return say(f"forms.hint.{name}") if knows(f"forms.hint.{name}") else ""


def _kind(name: str, annotation: Any, metadata: Sequence[Any], around: Surroundings) -> tuple[str, Sequence[Option]]:
    """How a field is shown: by what it is about, else by its type."""
    match name:
        case "severity":
            return "number-of", [
                (number, f"{number} · {term.title}") for number, term in sorted(around.agreement.severities.items())
            ]
        case "number":
            return "number-of", around.events
        case "strike_wait":
            return "number-of", around.waits
        case "excuse":
            return "select", [(one.name, one.title) for one in around.agreement.clocks]
        case "reading":
            return "reading", [
                (f"{one.id}={option}", f"{one.question} – {says}")
                for one in around.agreement.readings
                for option, says in one.options.items()
            ]
        case "category":
            return "suggested", [(one, spoken(one)) for one in categories(around.agreement)]
        case "product" if around.products:
            return "select", [(one, one) for one in around.products]
        case "server" if around.servers:
            return "select", [(one, one) for one in around.servers]
        case _ if name in LINES:
            return "lines", ()
        case _:
            return _by_type(annotation, metadata)


def _by_type(annotation: Any, metadata: Sequence[Any]) -> tuple[str, Sequence[Option]]:
    types_, personal = _plain(annotation)
    if personal or any(_is_personal(one) for one in metadata):
        return "long", ()
    first = types_[0]
    if get_origin(first) is Literal:
        values = get_args(first)
        if values == (True,):
            return "tick", ()
        return "select", [(str(one), _option(str(one))) for one in values]
    if bool in types_:
        return "yes-no", [("yes", say("forms.yes")), ("no", say("forms.no"))]
    if types_ == [int]:
        return "number", ()
    if types_ == [float]:
        return "figure", ()
    if datetime in types_:
        return "instant", ()
    return ("measurement", ()) if Measurement in types_ else ("text", ())


def _option(value: str) -> str:
    return say(f"common.wait.{value}") if knows(f"common.wait.{value}") else spoken(value)


def _plain(annotation: Any) -> tuple[list[Any], bool]:
    """The types that a field may have, without None and without what is said about them; and whether it is personal."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *about = get_args(annotation)
        types_, personal = _plain(inner)
        return types_, personal or any(map(_is_personal, about))
    if origin in (Union, types.UnionType):
        parts = [_plain(one) for one in get_args(annotation) if one is not type(None)]
        return [one for types_, _ in parts for one in types_], any(personal for _, personal in parts)
    return [annotation], False


def _is_personal(about: Any) -> bool:
    return isinstance(about, BeforeValidator) and about.func is read_text


def categories(agreement: Agreement) -> list[str]:
    """The categories that the agreement's guides know, for somebody who has to name one."""
    return sorted({category for guide in agreement.guides for category in guide.categories})


# --- what was filled in -----------------------------------------------------------------------------------------------


def said(form: Form, filled: Mapping[str, str], zone: ZoneInfo) -> dict[str, Any]:
    """What a form says, as the JSON of a request would: fields left empty are left out, what cannot be read stays as it is."""
    told: dict[str, Any] = {}
    for one in form.inputs:
        raw = filled.get(one.name, "").strip()
        if not raw:
            continue
        place, _, part = one.name.partition(".")
        value = read(one.kind, raw, zone)
        if part:
            told.setdefault(place, {})[part] = value
        else:
            told[place] = value
    return told


def read(kind: str, raw: str, zone: ZoneInfo) -> Any:
    match kind:
        case "number" | "number-of":
            return _number(raw, int)
        case "figure":
            return _number(raw, float)
        case "instant":
            return instant(raw, zone)
        case "yes-no":
            return raw == "yes"
        case "tick":
            return True
        case "reading":
            reading, _, option = raw.rpartition("=")
            return {reading: option}
        case "lines":
            return dict(_lines(raw[:LONGEST_LINES]))
        case _:
            return raw


def _number(raw: str, kind: type[int] | type[float]) -> Any:
    try:
        return kind(raw)
    except ValueError:
        return raw


def instant(raw: str, zone: ZoneInfo) -> Any:
    """What a wall shows, as an instant with its offset; one that brings its own keeps it."""
    try:
        shown = datetime.fromisoformat(raw)
    except ValueError:
        return raw
    return (shown if shown.tzinfo else shown.replace(tzinfo=zone)).isoformat()


def _lines(raw: str) -> Iterator[tuple[str, str]]:
    """`name: value`, a line each; a line without a name goes on with the one before, or describes the issue."""
    name, told = "description", list[str]()
    for line in raw.splitlines():
        head, colon, rest = line.partition(":")
        if (
            colon
            and head.strip().replace("_", "").replace(" ", "").isalnum()
            and len(head) <= 40
            and not rest.startswith("//")
        ):
            if told:
                yield name, "\n".join(told).strip()
            name, told = head.strip().lower().replace(" ", "_"), [rest.strip()]
        elif line.strip() or told:
            told.append(line.strip())
    if told:
        yield name, "\n".join(told).strip()
