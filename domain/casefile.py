"""The public JSON form of a ticket's history: one case in, its answer out.

Fields are added to the format, never renamed, and an unknown field or event is an error that names it. What is read here is
a parsed JSON document; which file or stream it came from is the caller's to know.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from domain.contract.facts import Contract
from domain.instants import AN_INSTANT, Instant, micros
from domain.judgement import Case
from domain.letters import no_letters
from domain.misfits import misfits
from domain.misreadings import misreadings, shown
from domain.refusals import AgreementError, CaseFileError
from domain.terms.checking.places import key
from domain.terms.library import agreement_ids
from domain.terms.phrases import instead
from domain.terms.selection import Selector
from domain.ticket.events import KINDS, Fact
from domain.ticket.history import EVENT, Actor, Recorded

Lookup = Callable[[str | Mapping[str, Any]], Selector]
"""Finds the terms of an agreement by its id, or of an agreement document given in place. Raises KeyError or AgreementError."""


class CaseDocument(Fact):
    """A case file, its events as they stand."""

    model_config = ConfigDict(title="ticketclock case file")

    case: Annotated[str, Field(min_length=1, max_length=500)]
    agreement: Annotated[str, Field(min_length=1)] | dict[str, Any]
    contract: Contract = Contract()
    readings: dict[str, str] = {}
    events: Annotated[list[dict[str, Any]], Field(min_length=1)]
    as_of: Instant | None = None
    known_at: Instant | None = None
    source: dict[str, Any] = {}
    expect: Any = None


class Envelope(Fact):
    """What an event's line says besides the event."""

    recorded_at: Instant | None = None
    by: Actor | None = None


_ENVELOPE = TypeAdapter(Envelope)
_BARE = Envelope()


def read_case(document: object, lookup: Lookup, *, place: str = "") -> Case:
    """Read one case. Raises CaseFileError that names the place: the case, the event by its number, the field."""
    if not isinstance(document, dict):
        raise CaseFileError(place, "a case is a JSON object with case, agreement, contract and events")
    if isinstance(name := document.get("case"), str):
        place = f"{place}: case {shown(name)}".removeprefix(": ")
    _check_letters(document, place)
    frame = _frame(document, place)
    history = tuple(read_event(number, line, place) for number, line in enumerate(frame.events, start=1))
    case = Case(
        name=frame.case,
        selector=_selector(frame, lookup, place),
        contract=frame.contract,
        readings=frame.readings,
        history=history,
        as_of=max(one.at for one in history) if frame.as_of is None else micros(frame.as_of),
        known_at=None if frame.known_at is None else micros(frame.known_at),
        source=frame.source,
    )
    for problem in misfits(case):
        raise CaseFileError(place, problem)
    return case


def _check_letters(document: dict[Any, Any], place: str) -> None:
    for path, problem in no_letters(document):
        raise CaseFileError(place, f"{key(document, path)}: {problem}" if path else problem)


def _frame(document: dict[Any, Any], place: str) -> CaseDocument:
    try:
        return CaseDocument.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as error:
        raise CaseFileError(place, misreadings(error, document, CaseDocument)) from None


def _selector(frame: CaseDocument, lookup: Lookup, place: str) -> Selector:
    """The terms of the case's agreement, with what its contract says otherwise."""
    try:
        selector = lookup(frame.agreement)
    except KeyError:
        name = frame.agreement
        problem = f"unknown agreement {shown(name)}; {instead(name, agreement_ids(), 'agreement')}"
        raise CaseFileError(place, f"agreement: {problem}") from None
    except AgreementError as error:
        raise CaseFileError(place, f"agreement: {' '.join(error.problems[0].split())}") from None
    return selector if frame.contract.terms is None else selector.under(frame.contract.terms)


def read_event(number: int, line: Mapping[str, Any], place: str = "") -> Recorded:
    """An event's line: the envelope, and the event in it. Raises CaseFileError that names the place."""
    _named(number, line, place)
    told = dict(line)
    told["effective_at"] = told.pop("at")
    around = {field: told.pop(field) for field in Envelope.model_fields if field in told}
    try:
        event = EVENT.validate_python(told, by_alias=True, by_name=False)
        envelope = _ENVELOPE.validate_python(around) if around else _BARE
    except ValidationError as error:
        raise CaseFileError(
            _place(number, line, place), misreadings(error, line, KINDS[line["event"]], Envelope)
        ) from None
    at = micros(event.effective_at)
    recorded_at = at if envelope.recorded_at is None else micros(envelope.recorded_at)
    return Recorded(number, event, at, recorded_at, envelope.by)


def _named(number: int, line: Mapping[str, Any], place: str) -> None:
    """Refuse a line that does not say which event it is and when."""
    kind = line.get("event")
    if not isinstance(kind, str) or kind not in KINDS:
        unknown = f"unknown event {shown(kind)}; {instead(kind, KINDS, 'event')}"
        raise CaseFileError(_place(number, {}, place), unknown if "event" in line else "event: is missing")
    if "effective_at" in line:
        problem = "effective_at: unknown field; in a case file it is `at`"
        raise CaseFileError(_place(number, line, place), problem)
    if "at" not in line:
        raise CaseFileError(_place(number, line, place), f"at: is missing; write {AN_INSTANT}")


def _place(number: int, line: Mapping[str, Any], place: str) -> str:
    kind = f" ({line['event']})" if "event" in line else ""
    return f"{place}: event {number}{kind}".removeprefix(": ")
