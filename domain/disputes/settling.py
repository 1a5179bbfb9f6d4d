"""How a dispute comes to its end: claim by claim ruled, or given up; and how it goes on again, or is handed over with its proof."""

from domain.disputes.commands import IssueDossier, ReopenDispute, RuleClaim
from domain.disputes.conflicts import Conflict, conflict
from domain.disputes.events import ClaimRuled, DisputeEvent, DisputeReopened, DisputeWithdrawn, DossierIssued, Party
from domain.disputes.hearing import Decision, Hearing, claim_of, given, must_be_open, must_be_pending, must_have_opened
from domain.disputes.rulings import Written, after, stands, undone, upheld
from domain.disputes.state import Argued, Dispute
from domain.instants import micros
from domain.refusals import DisputeRefused, DoesNotFit

REOPENING_DAYS = 30
"""So many calendar days after it was settled a dispute can be reopened."""


def rule_claim(hearing: Hearing, command: RuleClaim) -> Decision:
    """Uphold or dismiss a claim once the other party was heard, or had its time. A ruling on a claim that was upheld before undoes
    what that one wrote, unless it says the same; where the ticket has come to say otherwise since, it is written again.
    """
    dispute = hearing.dispute
    claim = claim_of(dispute, command.claim)
    is_repeated = not claim.is_pending and claim.upheld == command.upheld
    if is_repeated and (not command.upheld or stands(hearing.case, claim.claim)):
        return Decision([], [])
    must_be_open(dispute)
    must_be_pending(claim)
    _must_not_have_argued(hearing, claim)
    if claim.accepts is None and hearing.now < dispute.until["answer"]:
        other: Party = "vendor" if claim.party == "customer" else "customer"
        says = f"the {other} has not answered claim {claim.number}, and may until {dispute.until['answer'].isoformat()}"
        raise DisputeRefused(says, remedy="wait for the answer, or for the end of that time")
    if command.upheld:
        _must_not_be_contradicted(hearing, claim)
    undoing = undone(claim.in_force, hearing.at, command.why) if not command.upheld else []
    writing: list[Written] = []
    if command.upheld and not (claim.in_force and stands(hearing.case, claim.claim)):
        case = after(hearing.case, undoing, micros(hearing.now), hearing.by)
        writing = upheld(case, claim.claim, hearing.at, command.why, _evidence_for(dispute, claim.number))
    version = len(hearing.case.history)
    undid = tuple(range(version + 1, version + 1 + len(undoing)))
    wrote = tuple(range(version + 1 + len(undoing), version + 1 + len(undoing) + len(writing)))
    ruled = ClaimRuled(
        effective_at=hearing.at,
        claim=claim.number,
        upheld=command.upheld,
        why=command.why,
        wrote=wrote,
        undid=undid,
        ticket_version=version + len(undid) + len(wrote),
    )
    return Decision([ruled], [*undoing, *writing])


def _must_not_have_argued(hearing: Hearing, claim: Argued) -> None:
    """Nobody is the judge of what they said themselves."""
    if claim.number in hearing.argued:
        raise DisputeRefused(
            f"claim {claim.number} was made or answered by the same person", remedy="have somebody else rule it who may"
        )


def _must_not_be_contradicted(hearing: Hearing, claim: Argued) -> None:
    """What was upheld stands until it is ruled anew, here or in another dispute about the ticket, unless that was given up."""
    for one in hearing.dispute.standing:
        if one.number != claim.number and one.upheld and (found := conflict(one.claim, claim.claim, hearing.case)):
            anew = f"have claim {one.number} ruled anew first"
            remedy = anew if one.is_pending else f"dismiss claim {claim.number}; or reopen the dispute then, and {anew}"
            raise DisputeRefused(f"claim {one.number}, upheld, {_says(found)}", remedy=remedy)
    for other in hearing.elsewhere:
        if other.upheld and (found := conflict(other.claim, claim.claim, hearing.case)):
            anew = f"have claim {other.number} of that dispute ruled anew first"
            raise DisputeRefused(
                f"claim {other.number} of dispute {other.dispute}, upheld, {_says(found)}",
                remedy=f"dismiss claim {claim.number}; or {'reopen that one, and ' if other.is_settled else ''}{anew}",
            )


def _says(found: Conflict) -> str:
    return "says so already" if found.is_repeated else "says otherwise"


def _evidence_for(dispute: Dispute, claim: int) -> str | None:
    digests = [f"sha256:{one.digest}" for one in dispute.evidence if one.claim == claim]
    return ", ".join(digests) or None


def withdraw_dispute(hearing: Hearing) -> list[DisputeEvent]:
    """The party that opened a dispute gives it up."""
    dispute = hearing.dispute
    if dispute.state == "withdrawn":
        return []
    must_be_open(dispute)
    must_have_opened(hearing, "withdraws it")
    return [DisputeWithdrawn(effective_at=hearing.at)]


def reopen_dispute(hearing: Hearing, command: ReopenDispute) -> list[DisputeEvent]:
    """Go on with a dispute that was settled or given up not long ago."""
    dispute = hearing.dispute
    if dispute.state == "open":
        return []
    if dispute.state == "withdrawn":
        must_have_opened(hearing, "takes it up again")
    assert dispute.settled_at is not None
    if hearing.now > hearing.days_later(REOPENING_DAYS, dispute.settled_at):
        raise DisputeRefused(
            f"the dispute ended more than {REOPENING_DAYS} days ago", remedy="open another dispute about the ticket"
        )
    if command.ruling_days < command.answer_days:
        raise DoesNotFit("ruling_days: a ruling comes after the answer", remedy="give more days to rule than to answer")
    ruled = [one.number for one in dispute.standing if one.upheld is not None]
    for number in command.claims or ():
        if number not in ruled:
            raise DoesNotFit(f"claims: claim {number} was never ruled", remedy="name claims that were")
    reopened = DisputeReopened(
        effective_at=hearing.at,
        why=command.why,
        claims=tuple(sorted(set(command.claims))) if command.claims is not None else tuple(ruled),
        answer_by=hearing.days_later(command.answer_days),
        ruling_by=hearing.days_later(command.ruling_days),
    )
    return [reopened]


def issue_dossier(hearing: Hearing, command: IssueDossier) -> list[DisputeEvent]:
    """The same dossier given to the same person again is no news."""
    if any((one.to, one.digest) == (command.to, command.digest) for one in hearing.dispute.dossiers):
        return []
    issued = DossierIssued(
        effective_at=hearing.at,
        to=command.to,
        digest=command.digest,
        as_of=command.as_of,
        redacted=command.redacted,
        **given(known_at=command.known_at),
    )
    return [issued]
