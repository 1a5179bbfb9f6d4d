"""What a party says was otherwise, one class a kind of claim, and the event that each writes to the ticket once it is upheld.

What a ruling may settle stands in semantics 4.1: a wait struck, a severity set, a reading chosen, a breach excused. That something
happened otherwise is a correction; that something happened of which nothing is on record is the missing fact itself.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self, assert_never
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, SerializerFunctionWrapHandler, WrapSerializer, model_validator

from domain.instants import Instant, seconds
from domain.ledger import at
from domain.personal import CorrectedFields
from domain.ticket.events import Corrected, Event, EventNumber, Fact, Role, Ruled, Severity, TicketEvent, exactly_one

Name = Annotated[str, Field(min_length=1, max_length=200)]


class WaitUnjustified(Fact):
    """The wait that event `wait` began was not justified: its time counts."""

    kind: Literal["wait-unjustified"]
    wait: EventNumber


class SeverityWrong(Fact):
    """The severity should have been this one, from `since` on, else from the opening; `misassigned_by` is who set a wrong one."""

    kind: Literal["severity"]
    severity: Severity
    since: Instant | None = None
    misassigned_by: Name | None = None


class MeansThis(Fact):
    """A clause is to be read so: a reading of the agreement, and the option that is right here."""

    kind: Literal["reading"]
    reading: Name
    option: Name


class Excusable(Fact):
    """Nobody is to be blamed that this clock was breached."""

    kind: Literal["excuse"]
    clock: Name


class HappenedOtherwise(Fact):
    """Event `number` was otherwise: at another instant, with other data, or not at all."""

    kind: Literal["happened-otherwise"]
    number: EventNumber
    moved_to: Instant | None = None
    data: CorrectedFields | None = None
    struck: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_correction(self) -> Self:
        exactly_one(self, ("moved_to", "data", "struck"))
        return self


def _of_case_file(told: Any) -> Any:
    """A case file says `at` for the instant of an event."""
    if isinstance(told, Mapping) and "at" in told and "effective_at" not in told:
        return {"effective_at" if name == "at" else name: value for name, value in told.items()}
    return told


def _for_case_file(event: Event, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
    told = dict(write(event))
    kind = type(event).model_fields["event"].default
    return {
        "at": told.pop("effective_at"),
        "event": kind,
        **{name: said for name, said in told.items() if name != "event"},
    }


CaseFileEvent = Annotated[TicketEvent, BeforeValidator(_of_case_file), WrapSerializer(_for_case_file)]
"""An event of a ticket in the form of a case file."""


class Happened(Fact):
    """Something happened that is not on record: "the telephone rang at 10:05". `by` is the role of who did it, if it counts."""

    kind: Literal["happened"]
    fact: CaseFileEvent
    by: Role | None = None

    @model_validator(mode="after")
    def _a_fact(self) -> Self:
        if self.fact.event in ("corrected", "ruled", "refused"):
            raise ValueError(f"{self.fact.event} is said about facts, and is none; claim happened-otherwise instead")
        return self


Claim = Annotated[
    WaitUnjustified | SeverityWrong | MeansThis | Excusable | HappenedOtherwise | Happened, Field(discriminator="kind")
]


def written_by(claim: Claim, at: datetime, why: str, evidence: str | None = None) -> TicketEvent:
    """What the ticket records if the claim is upheld at an instant: a ruling, a correction, or the missing fact, which counts
    from its own instant.
    """
    match claim:
        case WaitUnjustified():
            return Ruled(effective_at=at, why=why, strike_wait=claim.wait)
        case SeverityWrong():
            said = claim.model_dump(include={"severity", "since", "misassigned_by"}, exclude_none=True)
            return Ruled(effective_at=at, why=why, **said)
        case MeansThis():
            return Ruled(effective_at=at, why=why, reading={claim.reading: claim.option})
        case Excusable():
            return Ruled(effective_at=at, why=why, excuse=claim.clock)
        case HappenedOtherwise():
            told = {name: getattr(claim, name) for name in ("number", "moved_to", "data", "struck")}
            told |= {"evidence": evidence}
            given = {name: value for name, value in told.items() if value is not None}
            return Corrected(effective_at=at, why=why, **given)
        case Happened():
            return claim.fact
        case _:
            assert_never(claim)


def in_words(claim: Claim, where: ZoneInfo | None = None) -> str:
    """The claim in half a sentence; its instants as people of a zone read them, or else exactly."""
    match claim:
        case WaitUnjustified():
            return f"the wait of event {claim.wait} was not justified"
        case SeverityWrong():
            since = f"from {_time(claim.since, where)} on" if claim.since else "from the start"
            by = f", misassigned by the {claim.misassigned_by}" if claim.misassigned_by else ""
            return f"the severity should have been {claim.severity} {since}{by}"
        case MeansThis():
            return f"{claim.reading} means {claim.option}"
        case Excusable():
            return f"the breach of {claim.clock} is excused"
        case HappenedOtherwise(struck=True):
            return f"event {claim.number} did not happen"
        case HappenedOtherwise(moved_to=datetime() as moved_to):
            return f"event {claim.number} happened at {_time(moved_to, where)}"
        case HappenedOtherwise():
            return f"event {claim.number} carried other data"
        case Happened():
            return f"{claim.fact.event} happened at {_time(claim.fact.effective_at, where)}"
        case _:
            assert_never(claim)


def _time(told: datetime, where: ZoneInfo | None) -> str:
    return told.isoformat() if where is None else at(seconds(told), where)
