"""What a case says otherwise than what is on file of it, or than can be said yet: why an import refuses it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from domain.contract.facts import Contract
from domain.contract.papers import ContractEntry, DrawnUp
from domain.desk.envelope import Envelope, Filed
from domain.instants import SECOND, micros, text
from domain.judgement import Case
from domain.misreadings import shown
from domain.terms.publication import digest_of
from domain.ticket.events import Corrected
from domain.ticket.history import Recorded

FACTS = [name for name in Contract.model_fields if name in DrawnUp.model_fields]
"""What a contract says on paper."""


def other_events(told: Iterable[Recorded], on_file: Iterable[Envelope]) -> Iterator[str]:
    """Where a history is not the beginning of the one on file, nor that the beginning of it."""
    for filed, one in zip(on_file, told, strict=False):
        if filed.recorded == one:
            continue
        name = f"event {one.number} ({one.event.event})"
        if filed.command:
            own = f"`{filed.event.event}`, which was recorded here since"
            yield f"{name}: on file stands {own}; such a ticket goes on by commands"
        else:
            yield f"{name}: differs from what is on file; correct the ticket instead"


def other_terms(case: Case, agreement: Mapping[str, Any] | None, filed: Filed) -> list[str]:
    """Where it is to be judged by another agreement, `agreement` being the document given in place, or under other readings."""
    told = []
    if case.selector.agreement.id != filed.agreement:
        told.append(_otherwise("agreement", case.selector.agreement.id, filed.agreement))
    elif agreement is not None and digest_of(agreement) != filed.digest:
        told.append(f"agreement: the document of {filed.agreement} is another")
    readings = (
        (name, case.readings.get(name), filed.readings.get(name)) for name in {**case.readings, **filed.readings}
    )
    return [*told, *(_otherwise(f"readings.{name}", theirs, ours) for name, theirs, ours in readings if theirs != ours)]


def other_contract(told: Sequence[ContractEntry], on_file: Iterable[Envelope]) -> list[str]:
    """Where its contract is another than came with the case before; what became of that here since does not matter."""
    (theirs, *their_events), (ours, *our_events) = told, [one.event for one in on_file if not one.command]
    facts = ((f"contract.{name}", getattr(theirs, name), getattr(ours, name)) for name in FACTS)
    others = [_otherwise(*fact) for fact in facts if fact[1] != fact[2]]
    return others if their_events == our_events else [*others, "contract.events are others"]


def still_to_come(case: Case, now: int) -> Iterator[str]:
    """What of a case lies after an instant (microseconds): it cannot have happened, nor have become known."""
    for one in case.history:
        told = {"at": one.at, "recorded_at": one.recorded_at}
        if isinstance(one.event, Corrected) and one.event.moved_to is not None:
            told["moved_to"] = micros(one.event.moved_to)
        yield from _to_come(f"event {one.number} ({one.event.event})", told, now)
    for number, event in enumerate(case.contract.events, start=1):
        told = {"at": micros(event.effective_at), "recorded_at": micros(event.known_since)}
        yield from _to_come(f"contract.events[{number}] ({event.event})", told, now)


def _to_come(name: str, told: Mapping[str, int], now: int) -> Iterator[str]:
    for field, at in told.items():
        if at > now:
            yield f"{name}: {field}: {text(at // SECOND)} is still to come; file it when it has happened"


def _otherwise(field: str, theirs: object, ours: object) -> str:
    if all(one is None or isinstance(one, str) for one in (theirs, ours)):
        return f"{field} is {_said(theirs)} here and {_said(ours)} on file"
    return f"{field} is another"


def _said(value: object) -> str:
    return "not said" if value in (None, "") else shown(value)
