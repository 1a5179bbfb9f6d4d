"""A dispute as its history tells it: claims with their answers and rulings, evidence, deadlines, and whether it goes on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, assert_never

from domain.disputes.argued import Argued
from domain.disputes.claims import Claim
from domain.disputes.events import (
    ClaimAnswered,
    ClaimMade,
    ClaimRuled,
    ClaimWithdrawn,
    DeadlineExtended,
    DeadlinePassed,
    DisputedClock,
    DisputeEvent,
    DisputeOpened,
    DisputeReopened,
    DisputeWithdrawn,
    DossierIssued,
    EvidenceAttached,
    Party,
    Which,
)

State = Literal["open", "settled", "withdrawn"]


@dataclass(frozen=True)
class Dispute:
    """What is in dispute, and how far it has come. `version` is the number of its last event, 0 where there is no dispute.

    `until` is when the last time to answer is over, and that to rule; `answer_days` are those that each claim is given.
    `settled_at` is when the last claim was ruled or withdrawn, or the dispute itself given up.
    """

    version: int = 0
    opened: DisputeOpened | None = None
    claims: tuple[Argued, ...] = ()
    evidence: tuple[EvidenceAttached, ...] = ()
    dossiers: tuple[DossierIssued, ...] = ()
    state: State = "open"
    until: dict[Which, datetime] = field(default_factory=dict)
    passed: frozenset[Which] = frozenset()
    settled_at: datetime | None = None
    answer_days: int = 0

    def after(self, events: Iterable[DisputeEvent]) -> "Dispute":
        """The state after further events."""
        dispute = self
        for event in events:
            dispute = evolve(dispute, event)
        return dispute

    @property
    def opening(self) -> DisputeOpened:
        """Raises LookupError where there is no dispute."""
        if self.opened is None:
            raise LookupError("the dispute was never opened")
        return self.opened

    @property
    def clocks(self) -> tuple[DisputedClock, ...]:
        return self.opening.clocks

    def claim(self, number: int) -> Argued | None:
        return self.claims[number - 1] if 1 <= number <= len(self.claims) else None

    @property
    def standing(self) -> tuple[Argued, ...]:
        """The claims that nobody has taken back."""
        return tuple(one for one in self.claims if not one.is_withdrawn)

    @property
    def argued(self) -> dict[int, Claim]:
        """What these claim, by their numbers."""
        return {one.number: one.claim for one in self.standing}

    @property
    def parties(self) -> dict[int, Party]:
        """Whose these are, by their numbers."""
        return {one.number: one.party for one in self.standing}

    @property
    def pending(self) -> tuple[Argued, ...]:
        """The claims that are still to be ruled."""
        return tuple(one for one in self.standing if one.is_pending)

    @property
    def unanswered(self) -> tuple[Argued, ...]:
        """The claims on which a party was not heard yet."""
        return tuple(one for one in self.pending if one.awaited)

    def awaited_until(self, claim: Argued) -> datetime:
        """When the time is over that a party has to be heard on a claim."""
        return claim.answer_by or self.until["answer"]

    @property
    def in_force(self) -> tuple[int, ...]:
        """The numbers of the ticket's events that came of rulings of this dispute and still count."""
        return tuple(number for one in self.claims for number in one.in_force)

    @property
    def next_deadline(self) -> Which | None:
        """What comes next if nobody does anything; None where nothing is awaited, or all of it has been told."""
        if self.state != "open":
            return None
        if "answer" not in self.passed and (self.unanswered or not self.pending):
            return "answer"
        return "ruling" if "ruling" not in self.passed else None


def evolve(dispute: Dispute, event: DisputeEvent) -> Dispute:
    dispute = replace(dispute, version=dispute.version + 1)
    match event:
        case DisputeOpened():
            until: dict[Which, datetime] = {"answer": event.answer_by, "ruling": event.ruling_by}
            return replace(dispute, opened=event, until=until, answer_days=_days(event))
        case ClaimMade():
            return _claimed(dispute, event)
        case EvidenceAttached():
            return replace(dispute, evidence=(*dispute.evidence, event))
        case ClaimAnswered():
            return _with(dispute, event.claim, lambda claim: claim.answered(event))
        case ClaimWithdrawn():
            return _settled(_with(dispute, event.claim, Argued.withdrawn), event.effective_at)
        case ClaimRuled():
            return _settled(_with(dispute, event.claim, lambda claim: claim.ruled(event)), event.effective_at)
        case DisputeWithdrawn():
            return replace(dispute, state="withdrawn", settled_at=event.effective_at)
        case DisputeReopened():
            return _reopened(dispute, event)
        case DeadlineExtended():
            return _extended(dispute, event)
        case DeadlinePassed():
            return replace(dispute, passed=dispute.passed | {event.which})
        case DossierIssued():
            return replace(dispute, dossiers=(*dispute.dossiers, event))
        case _:
            assert_never(event)


def _days(event: DisputeOpened | DisputeReopened) -> int:
    """Before that was told, the time to answer ran from the instant from which the event counted."""
    return event.answer_days or max(1, round((event.answer_by - event.effective_at) / timedelta(days=1)))


def _with(dispute: Dispute, number: int, changed: Callable[[Argued], Argued]) -> Dispute:
    return replace(dispute, claims=tuple(changed(one) if one.number == number else one for one in dispute.claims))


def _claimed(dispute: Dispute, event: ClaimMade) -> Dispute:
    """A claim that has a time of its own to be answered makes that of the dispute as long, and what is due is not over."""
    dispute = replace(dispute, claims=(*dispute.claims, Argued.of(event)))
    if (answer_by := event.answer_by) is None:
        return dispute
    longer = {which: answer_by for which, until in dispute.until.items() if until < answer_by}
    return replace(dispute, until={**dispute.until, **longer}, passed=dispute.passed - longer.keys())


def _settled(dispute: Dispute, at: datetime) -> Dispute:
    """A dispute is settled once nothing is left to rule."""
    return dispute if dispute.pending else replace(dispute, state="settled", settled_at=at)


def _extended(dispute: Dispute, event: DeadlineExtended) -> Dispute:
    """More time to answer is time for every claim."""
    claims = dispute.claims
    if event.which == "answer":
        claims = tuple(one.awaited_longer(event.until) for one in claims)
    until: dict[Which, datetime] = {**dispute.until, event.which: event.until}
    return replace(dispute, claims=claims, until=until, passed=dispute.passed - {event.which})


def _reopened(dispute: Dispute, event: DisputeReopened) -> Dispute:
    return replace(
        dispute,
        claims=tuple(one.again(event) for one in dispute.claims),
        state="open",
        settled_at=None,
        until={"answer": event.answer_by, "ruling": event.ruling_by},
        passed=frozenset(),
        answer_days=_days(event),
    )
