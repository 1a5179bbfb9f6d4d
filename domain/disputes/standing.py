"""The public JSON form of a dispute as it stands."""

from typing import Any
from uuid import UUID

from typing_extensions import TypedDict

from domain.disputes.argued import Argued
from domain.disputes.claims import in_words
from domain.disputes.events import DossierIssued, EvidenceAttached
from domain.disputes.state import Dispute
from domain.instants import seconds, text


class DisputedClockAnswer(TypedDict):
    """`cycle` is null where every one is in dispute."""

    clock: str
    cycle: int | None


class ArguedAnswer(TypedDict):
    """A claim as it stands. `state`: `made`, `accepted`, `denied`, `upheld`, `dismissed` or `withdrawn`.

    `pending`: it is to be ruled, for the first time or anew; `events` are the ticket's events that came of its ruling and count.
    `awaited` is the party that has yet to be heard before that, and `answer_by` how long it is waited for; null where none is.
    """

    number: int
    party: str
    made_at: str
    claim: dict[str, Any]
    means: str
    says: str | None
    state: str
    pending: bool
    awaited: str | None
    answer_by: str | None
    accepted: bool | None
    answer: str | None
    upheld: bool | None
    why: str | None
    events: list[int]


class EvidenceAnswer(TypedDict):
    """A file that speaks for a claim, or for the dispute as a whole, by its digest (SHA-256)."""

    claim: int | None
    party: str
    attached_at: str
    name: str
    media_type: str
    digest: str
    size: int
    says: str | None


class IssuedAnswer(TypedDict):
    to: str
    issued_at: str
    digest: str
    as_of: str
    known_at: str | None
    redacted: bool


class DisputeAnswer(TypedDict):
    """`next_deadline` is what comes next if nobody does anything: the end of the time to `answer` or to rule (`ruling`)."""

    dispute: UUID
    ticket: UUID
    ticket_version: int
    version: int
    customer: str
    agreement: str
    state: str
    party: str
    reason: str
    clocks: list[DisputedClockAnswer]
    opened_at: str
    answer_by: str
    ruling_by: str
    passed: list[str]
    next_deadline: str | None
    settled_at: str | None
    claims: list[ArguedAnswer]
    evidence: list[EvidenceAnswer]
    dossiers: list[IssuedAnswer]


def dispute_answer(dispute: UUID, customer: str, state: Dispute) -> DisputeAnswer:
    opened = state.opening
    return DisputeAnswer(
        dispute=dispute,
        ticket=opened.ticket,
        ticket_version=opened.ticket_version,
        version=state.version,
        customer=customer,
        agreement=opened.agreement,
        state=state.state,
        party=opened.party,
        reason=opened.reason,
        clocks=[DisputedClockAnswer(clock=one.clock, cycle=one.cycle) for one in opened.clocks],
        opened_at=text(seconds(opened.effective_at)),
        answer_by=text(seconds(state.until["answer"])),
        ruling_by=text(seconds(state.until["ruling"])),
        passed=sorted(state.passed),
        next_deadline=state.next_deadline,
        settled_at=None if state.settled_at is None else text(seconds(state.settled_at)),
        claims=[_argued(one, state) for one in state.claims],
        evidence=[_evidence(one) for one in state.evidence],
        dossiers=[_issued(one) for one in state.dossiers],
    )


def state_of(claim: Argued) -> str:
    """One word for how far a claim has come."""
    if claim.is_withdrawn:
        return "withdrawn"
    if claim.upheld is not None and not claim.is_pending:
        return "upheld" if claim.upheld else "dismissed"
    if claim.accepts is None:
        return "made"
    return "accepted" if claim.accepts else "denied"


def _argued(claim: Argued, dispute: Dispute) -> ArguedAnswer:
    is_awaited = claim in dispute.unanswered
    return ArguedAnswer(
        number=claim.number,
        party=claim.party,
        made_at=text(seconds(claim.made_at)),
        claim=claim.claim.model_dump(mode="json", by_alias=True, exclude_unset=True),
        means=in_words(claim.claim),
        says=claim.says,
        state=state_of(claim),
        pending=claim.is_pending,
        awaited=claim.awaited if is_awaited else None,
        answer_by=text(seconds(dispute.awaited_until(claim))) if is_awaited else None,
        accepted=claim.accepts,
        answer=claim.answer,
        upheld=claim.upheld,
        why=claim.why,
        events=list(claim.in_force),
    )


def _evidence(attached: EvidenceAttached) -> EvidenceAnswer:
    return EvidenceAnswer(
        claim=attached.claim,
        party=attached.party,
        attached_at=text(seconds(attached.effective_at)),
        name=attached.name,
        media_type=attached.media_type,
        digest=attached.digest,
        size=attached.size,
        says=attached.says,
    )


def _issued(issued: DossierIssued) -> IssuedAnswer:
    return IssuedAnswer(
        to=issued.to,
        issued_at=text(seconds(issued.effective_at)),
        digest=issued.digest,
        as_of=text(seconds(issued.as_of)),
        known_at=None if issued.known_at is None else text(seconds(issued.known_at)),
        redacted=issued.redacted,
    )
