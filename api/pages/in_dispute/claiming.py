"""Claims as forms, one a kind, and each in words: what a party says was otherwise, as a person would put it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, assert_never, get_args

from markupsafe import Markup

from api.pages.forms import Form, Input, Option, Surroundings, label, said
from api.pages.in_dispute.calling import clock_title
from api.pages.on_ticket.seen import Seen
from api.pages.on_ticket.wording import event_name, spoken, tell
from api.pages.texts import say
from domain.disputes.claims import (
    Claim,
    Excusable,
    Happened,
    HappenedOtherwise,
    MeansThis,
    SeverityWrong,
    WaitUnjustified,
)
from domain.instants import seconds
from domain.ticket.events import KINDS, Role, WaitReason

KINDS_OF_CLAIM = ("wait-unjustified", "severity", "reading", "excuse", "happened-otherwise", "happened")

NO_FACTS = frozenset({"corrected", "ruled", "refused", "opened"})
"""What is said about facts, and the opening, which every ticket has."""

MOST_LIKELY = (
    "responded",
    "update_sent",
    "commented",
    "information_added",
    "waiting",
    "wait_ended",
    "escalated",
    "resolved",
    "severity_changed",
)
"""What goes unrecorded most; named before all else."""


def claim_form(kind: str, around: Surroundings, filled: Mapping[str, str] | None = None) -> Form:
    """The form of a claim of this kind, with what somebody had filled in; in the end they say why."""
    told = filled or {}
    says = Input("says", say("disputes.field.says"), "long")
    return Form(tuple(replace(one, value=told.get(one.name, "")) for one in (*_INPUTS[kind](around), says)))


def claim_said(kind: str, filled: Mapping[str, str], around: Surroundings) -> dict[str, Any]:
    """A claim as the JSON of a request has it; what cannot be read stays as it is, for the reader to refuse."""
    told = said(claim_form(kind, around), filled, around.zone)
    told.pop("says", None)
    match kind:
        case "reading":
            (named,) = (told.pop("reading", None) or {"": ""}).items()
            return {"kind": kind, "reading": named[0], "option": named[1]}
        case "happened":
            by = told.pop("by", None)
            more = {name: _plain(value) for name, value in (told.pop("data", None) or {}).items()}
            return {"kind": kind, "fact": {**told, **more}, **({"by": by} if by else {})}
        case "happened-otherwise" if "data" in told:
            return {"kind": kind, **told, "data": {name: _plain(value) for name, value in told["data"].items()}}
        case _:
            return {"kind": kind, **told}


def _plain(value: str) -> Any:
    return int(value) if value.isascii() and value.isdigit() else value


def _waits(around: Surroundings) -> list[Input]:
    return [Input("wait", say("disputes.field.wait"), "number-of", around.waits, required=True)]


def _severity(around: Surroundings) -> list[Input]:
    severities = [(number, f"{number} · {term.title}") for number, term in sorted(around.agreement.severities.items())]
    return [
        Input("severity", label("severity"), "number-of", severities, required=True),
        Input("since", say("disputes.field.since"), "instant", hint=_in_zone(around)),
        Input("misassigned_by", say("disputes.field.misassigned_by"), "select", _roles()),
    ]


def _reading(around: Surroundings) -> list[Input]:
    options = [
        (f"{one.id}={option}", f"{one.question} – {says}")
        for one in around.agreement.readings
        for option, says in one.options.items()
    ]
    return [Input("reading", say("disputes.field.reading"), "reading", options, required=True)]


def _excuse(around: Surroundings) -> list[Input]:
    clocks = [(one.name, one.title) for one in around.agreement.clocks]
    return [Input("clock", say("disputes.field.clock"), "select", clocks, required=True)]


def _otherwise(around: Surroundings) -> list[Input]:
    return [
        Input("number", say("disputes.field.number"), "number-of", around.events, required=True),
        Input("moved_to", say("disputes.field.moved_to"), "instant", hint=_in_zone(around)),
        Input("data", say("disputes.field.data"), "lines", hint=say("disputes.hint.data")),
        Input("struck", say("disputes.field.struck"), "tick"),
    ]


def _happened(around: Surroundings) -> list[Input]:
    kinds = [*MOST_LIKELY, *sorted((set(KINDS) - NO_FACTS - set(MOST_LIKELY)), key=event_name)]
    waits = [(one, say(f"common.wait.{one}")) for one in get_args(WaitReason)]
    return [
        Input("event", say("disputes.field.event"), "select", [(one, event_name(one)) for one in kinds], required=True),
        Input("at", say("disputes.field.at"), "instant", required=True, hint=_in_zone(around)),
        Input("by", say("disputes.field.by"), "select", _roles()),
        Input("on", say("disputes.field.on"), "select", waits),
        Input("data", say("disputes.field.more"), "lines", hint=say("disputes.hint.more")),
    ]


def _roles() -> list[Option]:
    return [(one, spoken(one)) for one in get_args(Role)]


def _in_zone(around: Surroundings) -> str:
    return say("forms.in_zone", zone=around.zone.key)


_INPUTS: Mapping[str, Callable[[Surroundings], list[Input]]] = {
    "wait-unjustified": _waits,
    "severity": _severity,
    "reading": _reading,
    "excuse": _excuse,
    "happened-otherwise": _otherwise,
    "happened": _happened,
}


# --- in words -----------------------------------------------------------------------------------------------------------


def in_words(claim: Claim, seen: Seen) -> Markup:
    """A claim as a sentence, its events and clauses by their names."""
    match claim:
        case WaitUnjustified():
            return tell("disputes.means.wait-unjustified", event=event(claim.wait, seen))
        case SeverityWrong():
            since = (
                tell("disputes.means.since", at=_time(claim.since, seen))
                if claim.since
                else say("disputes.means.start")
            )
            by = tell("disputes.means.misassigned", by=spoken(claim.misassigned_by)) if claim.misassigned_by else ""
            return tell("disputes.means.severity", severity=claim.severity, since=since, by=by)
        case MeansThis():
            question, says = _reading_said(claim, seen)
            return tell("disputes.means.reading", question=question, says=says, id=_code(claim.reading))
        case Excusable():
            return tell(
                "disputes.means.excuse",
                clock=clock_title(claim.clock, seen.judgement.replay.terms.agreement, seen.visit),
            )
        case HappenedOtherwise(struck=True):
            return tell("disputes.means.struck", event=event(claim.number, seen))
        case HappenedOtherwise(moved_to=datetime() as moved_to):
            return tell("disputes.means.moved", event=event(claim.number, seen), at=_time(moved_to, seen))
        case HappenedOtherwise():
            told = ", ".join(f"{label(name)}: {value}" for name, value in (claim.data or {}).items())
            return tell("disputes.means.data", event=event(claim.number, seen), data=told)
        case Happened():
            fact = claim.fact
            by = tell("disputes.means.by", by=spoken(claim.by)) if claim.by else ""
            return tell(
                "disputes.means.happened", event=event_name(fact.event), at=_time(fact.effective_at, seen), by=by
            )
        case _:
            assert_never(claim)


def event(number: int, seen: Seen) -> Markup:
    """An event by its number, name and the instant first told of it."""
    found = next((one for one in seen.entries if one.number == number), None)
    named = say("disputes.event_number", number=number)
    if found is None:
        return Markup(named)
    name = say(f"events.plain.{found.kind}") if seen.visit.is_customers else found.name
    at = found.at if found.moved_from is None else found.moved_from
    return tell("disputes.event_named", number=named, name=name, at=seen.wording.time(at))


def _reading_said(claim: MeansThis, seen: Seen) -> tuple[str, str]:
    readings = seen.judgement.replay.terms.agreement.readings
    found = next((one for one in readings if one.id == claim.reading), None)
    return (found.question, found.options.get(claim.option, claim.option)) if found else (claim.reading, claim.option)


def _time(at: datetime, seen: Seen) -> Markup:
    return seen.wording.time(seconds(at))


def _code(id: str) -> Markup:
    return Markup('<code class="clause">{}</code>').format(id)
