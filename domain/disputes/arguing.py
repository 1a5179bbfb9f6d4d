"""What the parties say: what is in dispute, what each claims and names as evidence, and what the other one answers."""

from domain.disputes.commands import AnswerClaim, AttachEvidence, MakeClaim, OpenDispute, WithdrawClaim
from domain.disputes.events import (
    ClaimAnswered,
    ClaimMade,
    ClaimWithdrawn,
    DisputeEvent,
    DisputeOpened,
    EvidenceAttached,
)
from domain.disputes.hearing import Hearing, claim_of, given, must_be_open, must_be_pending
from domain.disputes.rulings import upheld
from domain.judgement import judge
from domain.misreadings import shown
from domain.refusals import DisputeRefused, DoesNotFit
from domain.terms.phrases import instead

MOST_CLAIMS = 50
MOST_EVIDENCE = 200


def open_dispute(hearing: Hearing, command: OpenDispute) -> list[DisputeEvent]:
    """Dispute what clocks say, each of them one that the ticket has."""
    known = list(dict.fromkeys(judge(hearing.case).replay.verdicts()))
    names = list(dict.fromkeys(name for name, _ in known))
    for disputed in command.clocks:
        if disputed.clock not in names:
            raise DoesNotFit(
                f"clocks: unknown clock {shown(disputed.clock)}; {instead(disputed.clock, names, 'clock')}"
            )
        if disputed.cycle and (disputed.clock, disputed.cycle) not in known:
            says = f"clocks: {disputed.clock} has no cycle {disputed.cycle} yet"
            raise DoesNotFit(says, remedy="name one that has begun, or leave it out for all of them")
    if command.ruling_days < command.answer_days:
        raise DoesNotFit("ruling_days: a ruling comes after the answer", remedy="give more days to rule than to answer")
    opened = DisputeOpened(
        effective_at=hearing.at,
        ticket=hearing.ticket,
        ticket_version=len(hearing.case.history),
        agreement=hearing.case.selector.agreement.id,
        clocks=command.clocks,
        party=hearing.party,
        reason=command.reason,
        answer_by=hearing.days_later(command.answer_days),
        ruling_by=hearing.days_later(command.ruling_days),
        answer_days=command.answer_days,
    )
    return [opened]


def make_claim(hearing: Hearing, command: MakeClaim) -> list[DisputeEvent]:
    """Claim what fits the ticket; the same claim is made once, and the other party accepts it, or denies it in its own time."""
    dispute = hearing.dispute
    same = (one for one in dispute.standing if (one.party, one.claim) == (hearing.party, command.claim))
    if next(same, None):
        return []
    must_be_open(dispute)
    if len(dispute.claims) >= MOST_CLAIMS:
        raise DisputeRefused(f"a dispute has at most {MOST_CLAIMS} claims", remedy="open another dispute")
    for one in dispute.standing:
        if one.claim == command.claim:
            raise DisputeRefused(
                f"claim {one.number}, the {one.party}'s, says the same", remedy=f"accept claim {one.number}"
            )
    upheld(hearing.case, command.claim, hearing.at, "tried")
    made = ClaimMade(
        effective_at=hearing.at,
        number=len(dispute.claims) + 1,
        party=hearing.party,
        claim=command.claim,
        answer_by=max(hearing.days_later(dispute.answer_days), dispute.until["answer"]),
        **given(says=command.says),
    )
    return [made]


def attach_evidence(hearing: Hearing, command: AttachEvidence) -> list[DisputeEvent]:
    """Either party may; the same file speaks for a claim once."""
    dispute = hearing.dispute
    if any((one.claim, one.digest) == (command.claim, command.digest) for one in dispute.evidence):
        return []
    must_be_open(dispute)
    if command.claim is not None:
        claim_of(dispute, command.claim)
    if len(dispute.evidence) >= MOST_EVIDENCE:
        raise DisputeRefused(
            f"a dispute has at most {MOST_EVIDENCE} pieces of evidence", remedy="put several in one file"
        )
    attached = EvidenceAttached(
        effective_at=hearing.at,
        party=hearing.party,
        name=command.called,
        media_type=command.media_type,
        digest=command.digest,
        size=command.size,
        **given(claim=command.claim, says=command.says),
    )
    return [attached]


def answer_claim(hearing: Hearing, command: AnswerClaim) -> list[DisputeEvent]:
    """The other party answers, and may think better of it until the claim is ruled.

    Who made a claim, or sent it, answers it in nobody's name.
    """
    claim = claim_of(hearing.dispute, command.claim)
    if claim.party == hearing.party:
        raise DisputeRefused(f"claim {claim.number} is the {claim.party}'s own", remedy="the other party answers it")
    if claim.number in hearing.made:
        raise DisputeRefused(
            f"claim {claim.number} was made or sent by the same person",
            remedy="have the other party answer it themselves, or somebody else send their answer",
        )
    if claim.awaited != hearing.party and (claim.accepts, claim.answer) == (command.accepts, command.says):
        return []
    must_be_open(hearing.dispute)
    must_be_pending(claim)
    answered = ClaimAnswered(
        effective_at=hearing.at, claim=claim.number, accepts=command.accepts, **given(says=command.says)
    )
    return [answered]


def withdraw_claim(hearing: Hearing, command: WithdrawClaim) -> list[DisputeEvent]:
    """The party that made a claim takes it back, unless it was ruled."""
    claim = hearing.dispute.claim(command.claim)
    if claim and claim.is_withdrawn:
        return []
    claim = claim_of(hearing.dispute, command.claim)
    if claim.party != hearing.party:
        raise DisputeRefused(f"claim {claim.number} is the {claim.party}'s", remedy="who made it takes it back")
    must_be_open(hearing.dispute)
    must_be_pending(claim)
    if claim.in_force:
        raise DisputeRefused(f"claim {claim.number} was upheld before", remedy="have it ruled anew")
    return [ClaimWithdrawn(effective_at=hearing.at, claim=claim.number)]
