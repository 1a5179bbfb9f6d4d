"""A dispute is ruled while its ticket moves: what a ruling says that it wrote is what stands on the ticket, once."""

from uuid import UUID, uuid4

import pytest

from domain.desk.disputing import Disputing
from domain.disputes.commands import AnswerClaim, DisputeCommand, MakeClaim, OpenDispute, RuleClaim
from domain.disputes.events import ClaimRuled, DisputedClock
from domain.refusals import CommandRefused
from domain.ticket.commands import Comment, Wait
from domain.ticket.events import Ruled
from scripts.store import Store
from tests.concurrency.audit import check_log
from tests.concurrency.crowd import CROWD, all_at_once
from tests.desk.given import Clerk, hour
from tests.disputes.hearing import claim

READINGS = ("response", "escalation", "resolution", "notification")


@pytest.fixture
def clerk(store: Store) -> Clerk:
    clerk = Clerk(store.desk)
    clerk.publish()
    return clerk


@pytest.fixture
def ticket(clerk: Clerk) -> UUID:
    ticket = clerk.opened(clerk.contract("imagicle-care", plan="gold", region="europe"))
    clerk.does(ticket, Wait(on="access"), hour(1))
    return ticket


@pytest.fixture
def dispute(clerk: Clerk, ticket: UUID) -> UUID:
    """With one claim for each clock, all of them answered."""
    dispute = uuid4()
    opening = OpenDispute(clocks=(DisputedClock(clock="response"),), reason="late")
    Disputing(clerk.desk).open(clerk.order(dispute, opening, hour(10), "customer"), ticket)
    for number, clock in enumerate(READINGS, start=1):
        asks(clerk, dispute, MakeClaim(claim=claim("excuse", clock=clock)), "customer")
        asks(clerk, dispute, AnswerClaim(claim=number, accepts=True), "agent")
    return dispute


def asks(clerk: Clerk, dispute: UUID, command: DisputeCommand, by: str, key: str | None = None) -> int:
    """How many events of the dispute came of it."""
    order = clerk.order(dispute, command, hour(11), by, key=key)  # type: ignore[arg-type]
    return len(Disputing(clerk.desk).execute(order).events)


def test_rulings_and_a_ticket_that_moves_do_not_lose_or_double_each_other(store, clerk, ticket, dispute):
    def works(number: int) -> int:
        if number % 2:
            return len(clerk.does(ticket, Comment(text=f"{number}"), hour(11)).events)
        claim = number // 2 % len(READINGS) + 1
        try:
            return asks(clerk, dispute, RuleClaim(claim=claim, upheld=True, why="both say so"), "service-manager")
        except CommandRefused:  # the last ruling but one of another settled the dispute
            return 0

    recorded = all_at_once(works)

    disputed = Disputing(store.desk).disputed(dispute)
    rulings = [one.event for one in disputed.envelopes if isinstance(one.event, ClaimRuled)]
    assert ("settled", len(READINGS)) == (disputed.dispute.state, len(rulings))
    assert sum(recorded) == len(rulings) + CROWD // 2
    for ruling in rulings:
        (number,) = ruling.wrote
        written = disputed.ticket.envelopes[number - 1].event
        assert isinstance(written, Ruled)
        assert READINGS[ruling.claim - 1] == written.excuse
        assert number == ruling.ticket_version
    assert 2 + len(READINGS) + CROWD // 2 == disputed.ticket.version
    check_log(store)


def test_a_ruling_that_two_send_at_the_same_moment_is_made_once(store, clerk, ticket, dispute):
    def rules(number: int) -> bool:
        ruling = RuleClaim(claim=1, upheld=True, why="both say so")
        order = clerk.order(dispute, ruling, hour(11), "service-manager", key=f"ruling-{number // 2}")
        return bool(Disputing(store.desk).execute(order).events)

    told = all_at_once(rules)

    assert 2 == sum(told)
    assert 1 == sum(isinstance(one.event, Ruled) for one in store.desk.ticket(ticket).envelopes)
    check_log(store)
