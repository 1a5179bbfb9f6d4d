"""Everything one can ask of a dispute, each request named for what it does; the bodies of the HTTP commands.

Who asks, and from when it counts, stand beside it. The docstrings are the descriptions in the API.
"""

from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from domain.disputes.claims import Claim
from domain.disputes.events import ClaimNumber, DisputedClock, Sha256, Which
from domain.instants import Instant
from domain.personal import Personal
from domain.ticket.events import Fact

ANSWER_DAYS = 14
RULING_DAYS = 30
LONGEST_DAYS = 365

Days = Annotated[int, Field(ge=1, le=LONGEST_DAYS, strict=True)]
Said = Annotated[Personal, Field(max_length=10_000)]


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("say why")
    return text


class Command(Fact):
    """A request about a dispute; `name` is its public name, as URLs have it."""

    name: ClassVar[str]


class OpenDispute(Command):
    """Dispute what clocks of a ticket say. The other party is to answer, and somebody to rule, within so many calendar days; each
    claim gives the other party so many to answer it.
    """

    name = "open-dispute"
    clocks: Annotated[tuple[DisputedClock, ...], Field(min_length=1, max_length=50)]
    reason: Said
    answer_days: Days = ANSWER_DAYS
    ruling_days: Days = RULING_DAYS

    _has_a_reason = field_validator("reason")(_not_blank)


class MakeClaim(Command):
    """Say what was otherwise; the claim has to fit the ticket."""

    name = "make-claim"
    claim: Claim
    says: Said | None = None


class AttachEvidence(Command):
    """Name a file that speaks for a claim, or for the dispute as a whole, by its SHA-256 digest; the file stays with you."""

    name = "attach-evidence"
    claim: ClaimNumber | None = None
    called: Annotated[Personal, Field(alias="name", min_length=1, max_length=500)]
    media_type: Annotated[str, Field(pattern=r"^[\w.+-]+/[\w.+-]+$", max_length=200)]
    digest: Sha256
    size: Annotated[int, Field(ge=0, lt=2**53, strict=True)]
    says: Said | None = None


class AnswerClaim(Command):
    """Answer a claim of the other party: accept it, or say why not. Nobody answers their own claim, in whatever name."""

    name = "answer"
    claim: ClaimNumber
    accepts: bool
    says: Said | None = None


class WithdrawClaim(Command):
    """Take a claim of one's own back before it is ruled."""

    name = "withdraw-claim"
    claim: ClaimNumber


class RuleClaim(Command):
    """Uphold or dismiss a claim that one has neither made nor answered, once the other party has answered it or had its time. What
    an upheld one says, and no claim upheld before denies, is written to the ticket in the same step.
    """

    name = "rule"
    claim: ClaimNumber
    upheld: bool
    why: Said

    _has_a_reason = field_validator("why")(_not_blank)


class WithdrawDispute(Command):
    """Give up a dispute that one's side has opened; what was ruled by then stands."""

    name = "withdraw"


class ReopenDispute(Command):
    """Take up a dispute again, as for new evidence: these claims are ruled anew, without any named all that were ruled. The other
    party is given so many calendar days anew.
    """

    name = "reopen"
    why: Said
    claims: Annotated[tuple[ClaimNumber, ...], Field(max_length=200)] | None = None
    answer_days: Days = ANSWER_DAYS
    ruling_days: Days = RULING_DAYS

    _has_a_reason = field_validator("why")(_not_blank)


class ExtendDeadline(Command):
    """Give more time to answer or to rule."""

    name = "extend"
    which: Which
    until: Instant
    why: Said

    _has_a_reason = field_validator("why")(_not_blank)


class PassDeadline(Command):
    """Record that nobody has answered, or ruled, in time; the timekeeper does."""

    name = "pass-deadline"
    which: Which


class IssueDossier(Command):
    """Record to whom the dossier with this digest was given."""

    name = "issue-dossier"
    to: Said
    digest: Sha256
    as_of: Instant
    known_at: Instant | None = None
    redacted: bool = False


DisputeCommand = (
    OpenDispute
    | MakeClaim
    | AttachEvidence
    | AnswerClaim
    | WithdrawClaim
    | RuleClaim
    | WithdrawDispute
    | ReopenDispute
    | ExtendDeadline
    | PassDeadline
    | IssueDossier
)

ASKED: tuple[type[DisputeCommand], ...] = (
    MakeClaim,
    AttachEvidence,
    AnswerClaim,
    WithdrawClaim,
    RuleClaim,
    WithdrawDispute,
    ReopenDispute,
    ExtendDeadline,
)
"""What people ask of a dispute that is there."""
