"""Given a ticket and what was said in a dispute about it, when something is asked, then this is recorded, or it is refused."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter

from domain.contract.facts import Contract
from domain.disputes.claims import Claim
from domain.disputes.commands import DisputeCommand
from domain.disputes.conflicts import Elsewhere
from domain.disputes.decisions import decide
from domain.disputes.events import (
    ClaimAnswered,
    ClaimMade,
    ClaimRuled,
    DisputedClock,
    DisputeEvent,
    DisputeOpened,
    DisputeReopened,
    DisputeWithdrawn,
    EvidenceAttached,
)
from domain.disputes.hearing import Decision, Hearing
from domain.disputes.rulings import Written
from domain.disputes.state import Dispute
from domain.instants import micros
from domain.judgement import Case
from domain.refusals import CommandRefused, DisputeRefused
from domain.terms.library import selector
from domain.ticket.events import Opened, Responded, TicketEvent, WaitEnded, Waiting
from domain.ticket.history import Actor, numbered

TICKET = UUID("6e1f0c1e-58a5-4b0e-9d8b-6a6f2a3d7c11")
MONDAY_9 = datetime(2024, 3, 4, 8, tzinfo=UTC)
"""09:00 in Rome; everything below is counted from here."""


def hour(hours: float) -> datetime:
    return MONDAY_9 + timedelta(hours=hours)


def day(days: float) -> datetime:
    return hour(24 * days)


P2_ANSWERED_AFTER_THREE_HOURS: tuple[TicketEvent, ...] = (
    Opened(effective_at=hour(0), severity=2, channel="web"),
    Waiting(effective_at=hour(0.5), on="access"),
    WaitEnded(effective_at=hour(2), on="access"),
    Responded(effective_at=hour(3)),
)
"""A gold P2: 1 h 30 min count, of less than 2 h."""


def case(*events: TicketEvent, as_of: datetime | None = None, agreement: str = "imagicle-care", **facts: Any) -> Case:
    told = {"plan": "gold", "region": "europe"} | facts
    return Case(
        name="disputed",
        selector=selector(agreement),
        contract=Contract(**told),
        readings={},
        history=numbered(*(events or P2_ANSWERED_AFTER_THREE_HOURS)),
        as_of=micros(as_of or day(40)),
    )


def claim(kind: str, **fields: Any) -> Claim:
    return TypeAdapter[Claim](Claim).validate_python({"kind": kind, **fields})


THE_WAIT = claim("wait-unjustified", wait=2)
OPENED = DisputeOpened(
    effective_at=day(1),
    ticket=TICKET,
    ticket_version=4,
    agreement="imagicle-care",
    clocks=(DisputedClock(clock="response"),),
    party="customer",
    reason="late",
    answer_by=day(15),
    ruling_by=day(31),
    answer_days=14,
)
CLAIMED = ClaimMade(effective_at=day(1), number=1, party="customer", claim=THE_WAIT, answer_by=day(15))
DENIED = ClaimAnswered(effective_at=day(2), claim=1, accepts=False)
UPHELD = ClaimRuled(effective_at=day(3), claim=1, upheld=True, why="so it is", wrote=(5,), ticket_version=5)
DISMISSED = ClaimRuled(effective_at=day(3), claim=1, upheld=False, why="so it is", ticket_version=4)
WITHDRAWN = DisputeWithdrawn(effective_at=day(3))
REOPENED = DisputeReopened(
    effective_at=day(4),
    why="a mail was found",
    claims=(1,),
    answer_by=day(18),
    ruling_by=day(34),
    party="customer",
    answer_days=14,
)
DENIED_AGAIN = ClaimAnswered(effective_at=day(4.5), claim=1, accepts=False)
EVIDENCE = EvidenceAttached(
    effective_at=day(2), claim=1, party="customer", name="mail", media_type="text/plain", digest="ab" * 32, size=9
)


@dataclass(frozen=True)
class Asked:
    hearing: Hearing
    command: DisputeCommand

    def then(self, *events: DisputeEvent, ticket: Sequence[Written] = ()) -> None:
        """Exactly this is recorded of the dispute, and this of its ticket."""
        assert Decision(list(events), list(ticket)) == decide(self.hearing, self.command)

    def refused(self, kind: type[CommandRefused] = DisputeRefused, *, says: str) -> None:
        with pytest.raises(kind, match=says):
            decide(self.hearing, self.command)


@dataclass(frozen=True)
class Given:
    dispute: Dispute
    case: Case
    argued: Collection[int] = ()
    made: Collection[int] = ()
    elsewhere: Collection[Elsewhere] = ()

    def when(
        self,
        command: DisputeCommand,
        by: Actor = "customer",
        at: datetime | None = None,
        *,
        may_rule: bool = False,
    ) -> Asked:
        """Asked on the fifth day, unless another instant is said."""
        now = at or day(5)
        as_of = replace(self.case, as_of=micros(now))
        return Asked(
            Hearing(self.dispute, TICKET, as_of, now, now, by, may_rule, self.argued, self.made, self.elsewhere),
            command,
        )


def given(
    *events: DisputeEvent,
    ticket: Case | None = None,
    argued: Collection[int] = (),
    made: Collection[int] = (),
    elsewhere: Collection[Elsewhere] = (),
) -> Given:
    """`argued`: the claims that who asks made or answered; `made`: those made; `elsewhere`: those of other disputes about it."""
    return Given(Dispute().after(events), ticket or case(), argued, made, elsewhere)
