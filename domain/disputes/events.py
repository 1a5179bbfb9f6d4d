"""Every fact a dispute can record: what is in dispute, what is claimed and answered, what was ruled, and how it ended.

`effective_at` is the instant from which a fact counted. What a person said is `Personal` and stored sealed; of evidence only its
digest is kept, never the file. What an upheld claim changes stands on the ticket, written in the same step as its ruling.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from domain.disputes.claims import Claim
from domain.instants import Instant
from domain.personal import Personal
from domain.ticket.events import EventNumber, Fact

Party = Literal["customer", "vendor"]
Which = Literal["answer", "ruling"]
ClaimNumber = Annotated[int, Field(ge=1, le=999, strict=True)]
AnswerDays = Annotated[int, Field(ge=1, strict=True)]
"""So many calendar days the other party has for each claim."""
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class DisputedClock(Fact):
    """A clock whose verdict is in dispute; without a cycle, in every one."""

    clock: Annotated[str, Field(min_length=1, max_length=200)]
    cycle: Annotated[int, Field(ge=1, strict=True)] | None = None


class DisputeFact(Fact):
    """What is recorded of a dispute."""

    effective_at: Instant


class DisputeOpened(DisputeFact):
    """A party disputes what these clocks say of a ticket, whose version it had before it.

    `answer_days` is not told of those opened when all claims of a dispute shared one time to be answered.
    """

    event: Literal["opened"] = "opened"
    ticket: UUID
    ticket_version: int
    agreement: str
    clocks: tuple[DisputedClock, ...]
    party: Party
    reason: Personal
    answer_by: Instant
    ruling_by: Instant
    answer_days: AnswerDays | None = None


class ClaimMade(DisputeFact):
    """`answer_by` is until when the other party can be awaited; without it, as long as the dispute is to be answered."""

    event: Literal["claim_made"] = "claim_made"
    number: ClaimNumber
    party: Party
    claim: Claim
    says: Personal | None = None
    answer_by: Instant | None = None


class EvidenceAttached(DisputeFact):
    """A file speaks for a claim, or for the dispute as a whole: its name and digest, by which it can be told from any other."""

    event: Literal["evidence_attached"] = "evidence_attached"
    claim: ClaimNumber | None = None
    party: Party
    name: Personal
    media_type: str
    digest: Sha256
    size: int
    says: Personal | None = None


class ClaimAnswered(DisputeFact):
    """The other party accepts the claim, or does not."""

    event: Literal["claim_answered"] = "claim_answered"
    claim: ClaimNumber
    accepts: bool
    says: Personal | None = None


class ClaimWithdrawn(DisputeFact):
    event: Literal["claim_withdrawn"] = "claim_withdrawn"
    claim: ClaimNumber


class ClaimRuled(DisputeFact):
    """A claim was upheld or dismissed. `wrote` are the ticket's events that came of it, `ticket_version` its version since then.

    Where an earlier ruling on the claim was undone, the corrections that strike its events stand in `undid`.
    """

    event: Literal["claim_ruled"] = "claim_ruled"
    claim: ClaimNumber
    upheld: bool
    why: Personal
    wrote: tuple[EventNumber, ...] = ()
    undid: tuple[EventNumber, ...] = ()
    ticket_version: int


class DisputeWithdrawn(DisputeFact):
    """The party that opened the dispute gave it up; what was ruled by then stands."""

    event: Literal["withdrawn"] = "withdrawn"


class DisputeReopened(DisputeFact):
    """The dispute goes on, with these of its claims to be ruled anew.

    The other one than `party` is given time for whatever is to be ruled; where that is not told, an earlier answer does.
    """

    event: Literal["reopened"] = "reopened"
    why: Personal
    claims: tuple[ClaimNumber, ...] = ()
    answer_by: Instant
    ruling_by: Instant
    party: Party | None = None
    answer_days: AnswerDays | None = None


class DeadlineExtended(DisputeFact):
    event: Literal["deadline_extended"] = "deadline_extended"
    which: Which
    until: Instant
    why: Personal


class DeadlinePassed(DisputeFact):
    """Nobody had answered, or ruled, by then."""

    event: Literal["deadline_passed"] = "deadline_passed"
    which: Which


class DossierIssued(DisputeFact):
    """Somebody was given the dossier of the dispute, as it stood at an instant, with what was known by another."""

    event: Literal["dossier_issued"] = "dossier_issued"
    to: Personal
    digest: Sha256
    as_of: Instant
    known_at: Instant | None = None
    redacted: bool = False


DisputeEvent = (
    DisputeOpened
    | ClaimMade
    | EvidenceAttached
    | ClaimAnswered
    | ClaimWithdrawn
    | ClaimRuled
    | DisputeWithdrawn
    | DisputeReopened
    | DeadlineExtended
    | DeadlinePassed
    | DossierIssued
)
