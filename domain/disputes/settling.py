"""How a dispute comes to its end: claim by claim ruled, or given up; and how it goes on again, or is handed over with its proof."""

from domain.disputes.argued import Argued
from domain.disputes.commands import IssueDossier, ReopenDispute, RuleClaim
from domain.disputes.events import ClaimRuled, DisputeEvent, DisputeReopened, DisputeWithdrawn, DossierIssued
from domain.disputes.hearing import Decision, Hearing, claim_of, given, must_be_open, must_be_pending, must_have_opened
from domain.disputes.holding import must_not_contradict, must_not_undo_another
from domain.disputes.rulings import Written, stands, still_counting, undone, upheld
from domain.disputes.state import Dispute
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
    _must_have_been_heard(hearing, claim)
    if command.upheld:
        must_not_contradict(hearing, claim)
    undoing: list[Written] = []
    writing: list[Written] = []
    if not command.upheld:
        undoing = undone(still_counting(hearing.case, claim.in_force), hearing.at, command.why)
    elif not (claim.in_force and stands(hearing.case, claim.claim)):
        writing = upheld(hearing.case, claim.claim, hearing.at, command.why, _evidence_for(dispute, claim.number))
    must_not_undo_another(hearing, claim, [*undoing, *writing])
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


def _must_have_been_heard(hearing: Hearing, claim: Argued) -> None:
    """Since the claim was made, or the dispute reopened."""
    until = hearing.dispute.awaited_until(claim)
    if claim.awaited is None or hearing.now >= until:
        return
    if claim.awaited == claim.party:
        says = f"the {claim.party}, whose claim {claim.number} is, has time to speak up since the dispute was reopened"
        raise DisputeRefused(f"{says}, until {until.isoformat()}", remedy="wait for the end of that time")
    since = "" if claim.accepts is None else " since the dispute was reopened"
    says = f"the {claim.awaited} has not answered claim {claim.number}{since}, and may until {until.isoformat()}"
    raise DisputeRefused(says, remedy="wait for the answer, or for the end of that time")


def _evidence_for(dispute: Dispute, claim: int) -> str | None:
    digests = [f"sha256:{one.digest}" for one in dispute.evidence if one.claim == claim]
    return ", ".join(digests) or None


def withdraw_dispute(hearing: Hearing) -> list[DisputeEvent]:
    """The party that opened a dispute gives it up, as long as nothing was upheld in it."""
    dispute = hearing.dispute
    if dispute.state == "withdrawn":
        return []
    must_be_open(dispute)
    must_have_opened(hearing, "withdraws it")
    if upheld := next((one for one in dispute.standing if one.upheld), None):
        raise DisputeRefused(
            f"claim {upheld.number} was upheld, and what was upheld holds",
            remedy="withdraw the claims that are still to be ruled instead",
        )
    return [DisputeWithdrawn(effective_at=hearing.at)]


def reopen_dispute(hearing: Hearing, command: ReopenDispute) -> list[DisputeEvent]:
    """Go on with a dispute that was settled or given up not long ago."""
    dispute = hearing.dispute
    named = [claim_of(dispute, number) for number in command.claims or ()]
    if dispute.state == "open":
        for one in named:
            must_be_pending(one, "have the others ruled or withdrawn, then reopen the dispute")
        return []
    if dispute.state == "withdrawn":
        must_have_opened(hearing, "takes it up again")
    ended_at = hearing.ended_at or dispute.settled_at
    assert ended_at is not None
    if hearing.now > hearing.days_later(REOPENING_DAYS, ended_at):
        raise DisputeRefused(
            f"the dispute ended more than {REOPENING_DAYS} days ago", remedy="open another dispute about the ticket"
        )
    if command.ruling_days < command.answer_days:
        raise DoesNotFit("ruling_days: a ruling comes after the answer", remedy="give more days to rule than to answer")
    for one in named:
        if one.upheld is None:
            raise DoesNotFit(f"claims: claim {one.number} was never ruled", remedy="name claims that were")
    ruled = tuple(one.number for one in dispute.standing if one.upheld is not None)
    reopened = DisputeReopened(
        effective_at=hearing.at,
        why=command.why,
        claims=ruled if command.claims is None else tuple(sorted({one.number for one in named})),
        answer_by=hearing.days_later(command.answer_days),
        ruling_by=hearing.days_later(command.ruling_days),
        party=hearing.party,
        answer_days=command.answer_days,
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
