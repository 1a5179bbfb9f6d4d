"""A dispute as its history tells it: claims with their answers and rulings, evidence, deadlines, and whether it goes on."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, assert_never

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
from domain.terms.event_fields import CUSTOMER_SIDE
from domain.ticket.history import Actor, role_of

State = Literal["open", "settled", "withdrawn"]


@dataclass(frozen=True)
class Argued:
    """A claim as it stands. `upheld` is the last ruling, None before any; `in_force` are the ticket's events that came of it and
    still count. `is_pending`: it is to be ruled, for the first time or anew.
    """

    number: int
    party: Party
    claim: Claim
    made_at: datetime
    says: str | None = None
    accepts: bool | None = None
    answer: str | None = None
    upheld: bool | None = None
    why: str | None = None
    in_force: tuple[int, ...] = ()
    is_withdrawn: bool = False
    is_pending: bool = True


@dataclass(frozen=True)
class Dispute:
    """What is in dispute, and how far it has come. `version` is the number of its last event, 0 where there is no dispute.

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
    def pending(self) -> tuple[Argued, ...]:
        """The claims that are still to be ruled."""
        return tuple(one for one in self.standing if one.is_pending)

    @property
    def unanswered(self) -> tuple[Argued, ...]:
        return tuple(one for one in self.pending if one.accepts is None)

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
            return replace(dispute, opened=event, until={"answer": event.answer_by, "ruling": event.ruling_by})
        case ClaimMade():
            made = Argued(event.number, event.party, event.claim, event.effective_at, event.says)
            return replace(dispute, claims=(*dispute.claims, made))
        case EvidenceAttached():
            return replace(dispute, evidence=(*dispute.evidence, event))
        case ClaimAnswered():
            return _with(dispute, event.claim, accepts=event.accepts, answer=event.says)
        case ClaimWithdrawn():
            return _settled(_with(dispute, event.claim, is_withdrawn=True, is_pending=False), event.effective_at)
        case ClaimRuled():
            return _settled(_ruled(dispute, event), event.effective_at)
        case DisputeWithdrawn():
            return replace(dispute, state="withdrawn", settled_at=event.effective_at)
        case DisputeReopened():
            return _reopened(dispute, event)
        case DeadlineExtended():
            until: dict[Which, datetime] = {**dispute.until, event.which: event.until}
            return replace(dispute, until=until, passed=dispute.passed - {event.which})
        case DeadlinePassed():
            return replace(dispute, passed=dispute.passed | {event.which})
        case DossierIssued():
            return replace(dispute, dossiers=(*dispute.dossiers, event))
        case _:
            assert_never(event)


def party_of(by: Actor | None) -> Party:
    """Whose side somebody is on."""
    return "customer" if by is not None and role_of(by) in CUSTOMER_SIDE else "vendor"


def _with(dispute: Dispute, number: int, **changes: object) -> Dispute:
    claims = (replace(one, **changes) if one.number == number else one for one in dispute.claims)  # type: ignore[arg-type]
    return replace(dispute, claims=tuple(claims))


def _ruled(dispute: Dispute, event: ClaimRuled) -> Dispute:
    earlier = next((one.in_force for one in dispute.claims if one.number == event.claim), ())
    in_force = (*(() if event.undid else earlier), *event.wrote)
    return _with(dispute, event.claim, upheld=event.upheld, why=event.why, in_force=in_force, is_pending=False)


def _settled(dispute: Dispute, at: datetime) -> Dispute:
    """A dispute is settled once nothing is left to rule."""
    return dispute if dispute.pending else replace(dispute, state="settled", settled_at=at)


def _reopened(dispute: Dispute, event: DisputeReopened) -> Dispute:
    claims = (replace(one, is_pending=True) if one.number in event.claims else one for one in dispute.claims)
    return replace(
        dispute,
        claims=tuple(claims),
        state="open",
        settled_at=None,
        until={"answer": event.answer_by, "ruling": event.ruling_by},
        passed=frozenset(),
    )
