"""What a command records about a dispute, and about its ticket: one function a command.

Two parties argue, the customer and the vendor; either may claim, and the other one answers. Who may rule is for the door to say.
The days of a deadline are calendar days of the agreement's zone, to the same local time (semantics 3.2).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.disputes.claims import in_words
from domain.disputes.commands import (
    LONGEST_DAYS,
    AnswerClaim,
    AttachEvidence,
    DisputeCommand,
    ExtendDeadline,
    IssueDossier,
    MakeClaim,
    OpenDispute,
    PassDeadline,
    ReopenDispute,
    RuleClaim,
    WithdrawClaim,
    WithdrawDispute,
)
from domain.disputes.conflicts import conflict
from domain.disputes.events import (
    ClaimAnswered,
    ClaimMade,
    ClaimRuled,
    ClaimWithdrawn,
    DeadlineExtended,
    DeadlinePassed,
    DisputeEvent,
    DisputeOpened,
    DisputeReopened,
    DisputeWithdrawn,
    DossierIssued,
    EvidenceAttached,
    Party,
)
from domain.disputes.rulings import Written, after, undone, upheld
from domain.disputes.state import Argued, Dispute, party_of
from domain.instants import micros, moment, seconds
from domain.judgement import Case, judge
from domain.misreadings import shown
from domain.refusals import DisputeRefused, DoesNotFit, UnknownStream
from domain.terms.phrases import instead
from domain.terms.zones import same_time_later
from domain.ticket.history import Actor

REOPENING_DAYS = 30
"""So many calendar days after it was settled a dispute can be reopened."""
MOST_CLAIMS = 50
MOST_EVIDENCE = 200


class Decision(NamedTuple):
    """What is recorded of the dispute, and of its ticket; nothing where the command says nothing new."""

    events: list[DisputeEvent]
    ticket: list[Written]


@dataclass(frozen=True)
class Hearing:
    """What a command is decided on: the dispute and its ticket as they are, who asks, and from when it counts.

    `now` is the instant of the request; `case` is the ticket to be judged now; `may_rule`: whether who asks may rule; `argued`:
    the numbers of the claims that the same person made or ever answered.
    """

    dispute: Dispute
    ticket: UUID
    case: Case
    at: datetime
    now: datetime
    by: Actor
    may_rule: bool = False
    argued: Collection[int] = ()

    @property
    def party(self) -> Party:
        return party_of(self.by)

    @property
    def zone(self) -> ZoneInfo:
        return judge(self.case).replay.terms.where

    def days_later(self, days: int, since: datetime | None = None) -> datetime:
        return moment(same_time_later(seconds(since or self.at), days, self.zone))


def decide(hearing: Hearing, command: DisputeCommand) -> Decision:
    """What the command records. Raises DisputeRefused where the dispute's history or the party one is does not allow it,
    DoesNotFit where it names what neither the ticket nor the dispute knows, and what `rulings.upheld` raises.
    """
    if isinstance(command, OpenDispute):
        return _only(open_dispute(hearing, command))
    if hearing.dispute.opened is None:
        raise UnknownStream("there is no such dispute")
    match command:
        case MakeClaim():
            return _only(make_claim(hearing, command))
        case AttachEvidence():
            return _only(attach_evidence(hearing, command))
        case AnswerClaim():
            return _only(answer_claim(hearing, command))
        case WithdrawClaim():
            return _only(withdraw_claim(hearing, command))
        case RuleClaim():
            return rule_claim(hearing, command)
        case WithdrawDispute():
            return _only(withdraw_dispute(hearing))
        case ReopenDispute():
            return _only(reopen_dispute(hearing, command))
        case ExtendDeadline():
            return _only(extend_deadline(hearing, command))
        case PassDeadline():
            return _only(pass_deadline(hearing, command))
        case IssueDossier():
            return _only(issue_dossier(hearing, command))
        case _:
            assert_never(command)


# --- what is in dispute ---------------------------------------------------------------------------------------------------


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
    )
    return [opened]


def make_claim(hearing: Hearing, command: MakeClaim) -> list[DisputeEvent]:
    """Claim what fits the ticket; the same claim is made once, and the other party accepts it."""
    dispute = hearing.dispute
    same = (one for one in dispute.standing if (one.party, one.claim) == (hearing.party, command.claim))
    if next(same, None):
        return []
    _must_be_open(dispute)
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
        **_given(says=command.says),
    )
    return [made]


def attach_evidence(hearing: Hearing, command: AttachEvidence) -> list[DisputeEvent]:
    """Either party may; the same file speaks for a claim once."""
    dispute = hearing.dispute
    if any((one.claim, one.digest) == (command.claim, command.digest) for one in dispute.evidence):
        return []
    _must_be_open(dispute)
    if command.claim is not None:
        _claim(dispute, command.claim)
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
        **_given(claim=command.claim, says=command.says),
    )
    return [attached]


def answer_claim(hearing: Hearing, command: AnswerClaim) -> list[DisputeEvent]:
    """The other party answers, and may think better of it until the claim is ruled."""
    claim = _claim(hearing.dispute, command.claim)
    if claim.party == hearing.party:
        raise DisputeRefused(f"claim {claim.number} is the {claim.party}'s own", remedy="the other party answers it")
    if (claim.accepts, claim.answer) == (command.accepts, command.says):
        return []
    _must_be_open(hearing.dispute)
    _must_be_pending(claim)
    answered = ClaimAnswered(
        effective_at=hearing.at, claim=claim.number, accepts=command.accepts, **_given(says=command.says)
    )
    return [answered]


def withdraw_claim(hearing: Hearing, command: WithdrawClaim) -> list[DisputeEvent]:
    """The party that made a claim takes it back, unless it was ruled."""
    claim = hearing.dispute.claim(command.claim)
    if claim and claim.is_withdrawn:
        return []
    claim = _claim(hearing.dispute, command.claim)
    if claim.party != hearing.party:
        raise DisputeRefused(f"claim {claim.number} is the {claim.party}'s", remedy="who made it takes it back")
    _must_be_open(hearing.dispute)
    _must_be_pending(claim)
    if claim.in_force:
        raise DisputeRefused(f"claim {claim.number} was upheld before", remedy="have it ruled anew")
    return [ClaimWithdrawn(effective_at=hearing.at, claim=claim.number)]


# --- the ruling -----------------------------------------------------------------------------------------------------------


def rule_claim(hearing: Hearing, command: RuleClaim) -> Decision:
    """Uphold or dismiss a claim once the other party was heard, or had its time. A ruling on a claim that was upheld before undoes
    what that one wrote, unless it says the same.
    """
    dispute = hearing.dispute
    claim = _claim(dispute, command.claim)
    if not claim.is_pending and claim.upheld == command.upheld:
        return Decision([], [])
    _must_be_open(dispute)
    _must_be_pending(claim)
    _must_not_have_argued(hearing, claim)
    if claim.accepts is None and hearing.now < dispute.until["answer"]:
        other: Party = "vendor" if claim.party == "customer" else "customer"
        says = f"the {other} has not answered claim {claim.number}, and may until {dispute.until['answer'].isoformat()}"
        raise DisputeRefused(says, remedy="wait for the answer, or for the end of that time")
    if command.upheld:
        _must_not_be_contradicted(hearing, claim)
    undoing = undone(claim.in_force, hearing.at, command.why) if not command.upheld else []
    writing: list[Written] = []
    if command.upheld and not claim.in_force:
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
    for one in hearing.dispute.standing:
        if one.number == claim.number or not one.upheld:
            continue
        if found := conflict(one.claim, claim.claim, hearing.case):
            says = "says so already" if found.is_repeated else "says otherwise"
            anew = f"have claim {one.number} ruled anew first"
            remedy = anew if one.is_pending else f"dismiss claim {claim.number}; or reopen the dispute then, and {anew}"
            raise DisputeRefused(f"claim {one.number}, upheld, {says}", remedy=remedy)


def _evidence_for(dispute: Dispute, claim: int) -> str | None:
    digests = [f"sha256:{one.digest}" for one in dispute.evidence if one.claim == claim]
    return ", ".join(digests) or None


# --- its end, and after it ------------------------------------------------------------------------------------------------


def withdraw_dispute(hearing: Hearing) -> list[DisputeEvent]:
    """The party that opened a dispute gives it up."""
    dispute = hearing.dispute
    if dispute.state == "withdrawn":
        return []
    _must_be_open(dispute)
    _must_have_opened(hearing, "withdraws it")
    return [DisputeWithdrawn(effective_at=hearing.at)]


def reopen_dispute(hearing: Hearing, command: ReopenDispute) -> list[DisputeEvent]:
    """Go on with a dispute that was settled or given up not long ago."""
    dispute = hearing.dispute
    if dispute.state == "open":
        return []
    if dispute.state == "withdrawn":
        _must_have_opened(hearing, "takes it up again")
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


# --- its deadlines --------------------------------------------------------------------------------------------------------


def extend_deadline(hearing: Hearing, command: ExtendDeadline) -> list[DisputeEvent]:
    """More time is given by the party that waits, which is the one that opened the dispute, or by who may rule."""
    dispute = hearing.dispute
    if not hearing.may_rule:
        _must_have_opened(hearing, "gives more time, or who may rule")
    present = dispute.until[command.which]
    if command.until == present:
        return []
    _must_be_open(dispute)
    if command.until < present or command.until <= hearing.now:
        raise DisputeRefused(
            f"the time to {_to(command.which)} runs until {present.isoformat()}", remedy="name a later instant"
        )
    if command.until > hearing.days_later(LONGEST_DAYS, hearing.now):
        raise DisputeRefused(f"at most {LONGEST_DAYS} days are given at once", remedy="name an earlier instant")
    if command.which == "answer" and command.until > dispute.until["ruling"]:
        raise DisputeRefused("a ruling comes after the answer", remedy="extend the time to rule first")
    return [DeadlineExtended(effective_at=hearing.at, which=command.which, until=command.until, why=command.why)]


def pass_deadline(hearing: Hearing, command: PassDeadline) -> list[DisputeEvent]:
    """That a deadline passed is told once, where somebody was still awaited."""
    dispute = hearing.dispute
    if dispute.next_deadline != command.which or hearing.now < dispute.until[command.which]:
        return []
    return [DeadlinePassed(effective_at=hearing.at, which=command.which)]


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
        **_given(known_at=command.known_at),
    )
    return [issued]


# --- asked by several -----------------------------------------------------------------------------------------------------


def _only(events: list[DisputeEvent]) -> Decision:
    return Decision(events, [])


def _given(**told: Any) -> dict[str, Any]:
    """What was said, and no more."""
    return {name: value for name, value in told.items() if value is not None}


def _to(which: str) -> str:
    return "answer" if which == "answer" else "rule"


def _claim(dispute: Dispute, number: int) -> Argued:
    """A claim that stands."""
    claim = dispute.claim(number)
    if claim is None:
        raise DoesNotFit(
            f"there is no claim {number}; the dispute has {len(dispute.claims)}", remedy="name one of them"
        )
    if claim.is_withdrawn:
        raise DisputeRefused(f"claim {number}, that {in_words(claim.claim)}, was withdrawn", remedy="make it again")
    return claim


def _must_be_open(dispute: Dispute) -> None:
    if dispute.state != "open":
        raise DisputeRefused(f"the dispute is {dispute.state}", remedy="reopen it first")


def _must_be_pending(claim: Argued) -> None:
    if not claim.is_pending:
        ruling = "upheld" if claim.upheld else "dismissed"
        raise DisputeRefused(
            f"claim {claim.number} was {ruling} already", remedy="reopen the dispute to have it ruled anew"
        )


def _must_have_opened(hearing: Hearing, what: str) -> None:
    opener = hearing.dispute.opening.party
    if hearing.party != opener:
        raise DisputeRefused(f"the {opener} opened the dispute, and {what}", remedy=f"ask the {opener} to do so")
