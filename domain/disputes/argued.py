"""A claim as it stands: who made it, what was answered and ruled, and who has yet to be heard before it is ruled."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.disputes.claims import Claim
from domain.disputes.events import ClaimAnswered, ClaimMade, ClaimRuled, DisputeReopened, Party
from domain.terms.event_fields import CUSTOMER_SIDE
from domain.ticket.history import Actor, role_of


@dataclass(frozen=True)
class Argued:
    """`upheld` is the last ruling, None before any; `in_force` are the ticket's events that came of it and still count.
    `is_pending`: it is to be ruled, for the first time or anew.

    `awaited` is the party that has not been heard on it yet, since it was made or the dispute reopened, and `answer_by` until when
    it is waited for; None: as long as the dispute is to be answered.
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
    awaited: Party | None = None
    answer_by: datetime | None = None

    @classmethod
    def of(cls, made: ClaimMade) -> "Argued":
        return cls(
            number=made.number,
            party=made.party,
            claim=made.claim,
            made_at=made.effective_at,
            says=made.says,
            awaited=other_than(made.party),
            answer_by=made.answer_by,
        )

    def answered(self, event: ClaimAnswered) -> "Argued":
        """The other party has been heard; who made the claim answers nothing: where they are awaited, they still are."""
        awaited = self.party if self.awaited == self.party else None
        return replace(self, accepts=event.accepts, answer=event.says, awaited=awaited)

    def ruled(self, event: ClaimRuled) -> "Argued":
        """Nothing counts of what an earlier ruling wrote where this one undid it, or dismissed what had been struck already."""
        earlier = self.in_force if event.upheld and not event.undid else ()
        in_force = (*earlier, *event.wrote)
        return replace(self, upheld=event.upheld, why=event.why, in_force=in_force, is_pending=False)

    def withdrawn(self) -> "Argued":
        return replace(self, is_withdrawn=True, is_pending=False)

    def awaited_longer(self, until: datetime) -> "Argued":
        return replace(self, answer_by=until) if self.answer_by and self.answer_by < until else self

    def again(self, event: DisputeReopened) -> "Argued":
        """On what is to be ruled after a reopening, the party that did not reopen is to be heard anew, or to have its time."""
        is_pending = self.is_pending or self.number in event.claims
        if not is_pending or event.party is None:
            return replace(self, is_pending=is_pending)
        return replace(self, is_pending=True, awaited=other_than(event.party), answer_by=event.answer_by)


def other_than(party: Party) -> Party:
    return "vendor" if party == "customer" else "customer"


def party_of(by: Actor | None) -> Party:
    """Whose side somebody is on."""
    return "customer" if by is not None and role_of(by) in CUSTOMER_SIDE else "vendor"
