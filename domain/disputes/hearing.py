"""What a command about a dispute is decided on, and what its decisions ask of a dispute alike.

Two parties argue, the customer and the vendor; either may claim, and the other one answers. Who may rule is for the door to say.
The days of a deadline are calendar days of the agreement's zone, to the same local time (semantics 3.2).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.disputes.argued import Argued, party_of
from domain.disputes.claims import in_words
from domain.disputes.conflicts import Elsewhere
from domain.disputes.events import DisputeEvent, Party
from domain.disputes.rulings import Written
from domain.disputes.state import Dispute
from domain.instants import moment, seconds
from domain.judgement import Case, judge
from domain.refusals import DisputeRefused, DoesNotFit
from domain.terms.zones import same_time_later
from domain.ticket.history import Actor


class Decision(NamedTuple):
    """What is recorded of the dispute, and of its ticket; nothing where the command says nothing new."""

    events: list[DisputeEvent]
    ticket: list[Written]


@dataclass(frozen=True)
class Hearing:
    """What a command is decided on: the dispute and its ticket as they are, who asks, and from when it counts.

    `now` is the instant of the request; `case` is the ticket to be judged now; `may_rule`: whether who asks may rule; `argued`:
    the numbers of the claims that the same person made or ever answered, `made`: of those that they made or sent in another's
    name; `elsewhere`: the claims of other disputes about the ticket, of those settled only the upheld ones; `ended_at`: when it
    was recorded that the dispute was over (None: when that counted from).
    """

    dispute: Dispute
    ticket: UUID
    case: Case
    at: datetime
    now: datetime
    by: Actor
    may_rule: bool = False
    argued: Collection[int] = ()
    made: Collection[int] = ()
    elsewhere: Collection[Elsewhere] = ()
    ended_at: datetime | None = None

    @property
    def party(self) -> Party:
        return party_of(self.by)

    @property
    def zone(self) -> ZoneInfo:
        return judge(self.case).replay.terms.where

    def days_later(self, days: int, since: datetime | None = None) -> datetime:
        """So many days from another instant, or from now, whenever the command counts from: else a party's time might be over
        before it heard of anything.
        """
        return moment(same_time_later(seconds(since or self.now), days, self.zone))


def given(**told: Any) -> dict[str, Any]:
    """What was said, and no more."""
    return {name: value for name, value in told.items() if value is not None}


def claim_of(dispute: Dispute, number: int) -> Argued:
    """A claim that stands."""
    claim = dispute.claim(number)
    if claim is None:
        raise DoesNotFit(
            f"there is no claim {number}; the dispute has {len(dispute.claims)}", remedy="name one of them"
        )
    if claim.is_withdrawn:
        raise DisputeRefused(f"claim {number}, that {in_words(claim.claim)}, was withdrawn", remedy="make it again")
    return claim


def must_be_open(dispute: Dispute) -> None:
    if dispute.state != "open":
        raise DisputeRefused(f"the dispute is {dispute.state}", remedy="reopen it first")


def must_be_pending(claim: Argued, remedy: str = "reopen the dispute to have it ruled anew") -> None:
    if not claim.is_pending:
        ruling = "upheld" if claim.upheld else "dismissed"
        raise DisputeRefused(f"claim {claim.number} was {ruling} already", remedy=remedy)


def must_have_opened(hearing: Hearing, what: str) -> None:
    opener = hearing.dispute.opening.party
    if hearing.party != opener:
        raise DisputeRefused(f"the {opener} opened the dispute, and {what}", remedy=f"ask the {opener} to do so")
