"""What was upheld holds until its dispute is reopened and it is ruled anew, whoever says otherwise and however."""

from datetime import datetime
from uuid import uuid4

import pytest

from domain.disputes.commands import RuleClaim
from domain.disputes.conflicts import Elsewhere, across
from domain.disputes.decisions import decide
from domain.disputes.events import ClaimAnswered, ClaimMade, ClaimRuled
from domain.disputes.holding import must_not_undo
from domain.disputes.state import Dispute
from domain.refusals import DisputeRefused
from domain.ticket.events import Corrected, Responded, Ruled
from tests.disputes.hearing import (
    CLAIMED,
    DENIED,
    DENIED_AGAIN,
    OPENED,
    P2_ANSWERED_AFTER_THREE_HOURS,
    REOPENED,
    THE_WAIT,
    UPHELD,
    case,
    claim,
    day,
    given,
    hour,
)

THERE = uuid4()
READING = "imagicle-care:reaction/limit"
LESS_THAN = claim("reading", reading=READING, option="less-than")
RULED = Ruled(effective_at=day(3), why="so it is", strike_wait=2)
STRUCK = Corrected(effective_at=day(4), number=5, why="by mistake", struck=True)
RULED_BY_THEN = case(*P2_ANSWERED_AFTER_THREE_HOURS, RULED)
STRUCK_SINCE = case(*P2_ANSWERED_AFTER_THREE_HOURS, RULED, STRUCK)
UPHELD_THERE = Elsewhere(THERE, 3, THE_WAIT, upheld=True, is_settled=True, wrote=(5,))
OF_THE_RULING = [
    pytest.param({"struck": True}, id="it is struck"),
    pytest.param({"moved_to": hour(4)}, id="it is moved"),
    pytest.param({"data": {"strike_wait": None, "excuse": "response"}}, id="it says something else"),
]


@pytest.mark.parametrize("told", OF_THE_RULING)
def test_what_came_of_a_claim_upheld_in_another_dispute_is_not_said_to_have_been_otherwise(told):
    claimed = CLAIMED.model_copy(update={"claim": claim("happened-otherwise", number=5, **told)})
    ruling = RuleClaim(claim=1, upheld=True, why="so")

    given(OPENED, claimed, DENIED, ticket=RULED_BY_THEN, elsewhere=[UPHELD_THERE]).when(ruling, by="agent").refused(
        says=f"claim 3 of dispute {THERE}, upheld, says otherwise"
    )
    not_upheld = UPHELD_THERE._replace(upheld=False)
    free = given(OPENED, claimed, DENIED, ticket=RULED_BY_THEN, elsewhere=[not_upheld]).when(ruling, by="agent")
    assert decide(free.hearing, ruling).ticket


def test_what_came_of_a_claim_is_not_struck_by_another_claim_of_the_same_dispute():
    strike = ClaimMade(
        effective_at=day(3), number=2, party="vendor", claim=claim("happened-otherwise", number=5, struck=True)
    )
    answered = ClaimAnswered(effective_at=day(3), claim=2, accepts=True)
    disputed = given(OPENED, CLAIMED, DENIED, strike, UPHELD, answered, ticket=RULED_BY_THEN)

    disputed.when(RuleClaim(claim=2, upheld=True, why="so"), by="agent").refused(says="claim 1, upheld, says otherwise")
    disputed.when(RuleClaim(claim=2, upheld=False, why="no"), by="agent").then(
        ClaimRuled(effective_at=day(5), claim=2, upheld=False, why="no", ticket_version=5)
    )


def test_that_a_claim_denies_what_was_upheld_elsewhere_is_told_before_it_is_ruled():
    strike = claim("happened-otherwise", number=5, struck=True)

    (found,) = across([(1, strike)], [UPHELD_THERE], RULED_BY_THEN)

    assert (1, UPHELD_THERE, "event 5") == (found.number, found.other, found.conflict.about)
    assert [] == list(across([(1, strike)], [UPHELD_THERE._replace(wrote=())], RULED_BY_THEN))


def test_a_severity_from_the_start_does_not_replace_one_that_was_upheld_from_later_on():
    later = Ruled(effective_at=day(3), why="so it is", severity=1, since=hour(1))
    there = Elsewhere(THERE, 3, claim("severity", severity=1, since=hour(1)), upheld=True, wrote=(5,))
    claimed = CLAIMED.model_copy(update={"claim": claim("severity", severity=4)})
    ticket = case(*P2_ANSWERED_AFTER_THREE_HOURS, later)

    given(OPENED, claimed, DENIED, ticket=ticket, elsewhere=[there]).when(
        RuleClaim(claim=1, upheld=True, why="so"), by="agent"
    ).refused(says="upheld, says otherwise")


def test_a_dismissal_does_not_strike_what_another_claim_upheld_says_too():
    there = UPHELD_THERE._replace(wrote=())
    dismissal = RuleClaim(claim=1, upheld=False, why="no")

    given(OPENED, CLAIMED, DENIED, UPHELD, REOPENED, DENIED_AGAIN, ticket=RULED_BY_THEN, elsewhere=[there]).when(
        dismissal, by="agent"
    ).refused(says=f"claim 3 of dispute {THERE}, upheld, says otherwise")


# --- rulings and corrections that come of no dispute ----------------------------------------------------------------------

READ_SO = case(
    *P2_ANSWERED_AFTER_THREE_HOURS, Ruled(effective_at=day(3), why="so it is", reading={READING: "less-than"})
)
MOVED = case(*P2_ANSWERED_AFTER_THREE_HOURS, Corrected(effective_at=day(3), number=4, why="so", moved_to=hour(1)))
CALLED = case(*P2_ANSWERED_AFTER_THREE_HOURS, Responded(effective_at=hour(1)))
DENYING = [
    pytest.param(READ_SO, LESS_THAN, Ruled(effective_at=day(4), why="no", reading={READING: "at-most"}), id="a reading"),
    pytest.param(MOVED, claim("happened-otherwise", number=4, moved_to=hour(1)),
                 Corrected(effective_at=day(4), number=4, why="no", moved_to=hour(2)), id="another correction"),
    pytest.param(CALLED, claim("happened", fact={"event": "responded", "at": hour(1)}),
                 Corrected(effective_at=day(4), number=5, why="no", struck=True), id="a fact struck"),
    pytest.param(RULED_BY_THEN, THE_WAIT, STRUCK, id="a ruling struck"),
    pytest.param(RULED_BY_THEN, THE_WAIT,
                 Corrected(effective_at=day(4), number=2, why="no", struck=True), id="the wait never was"),
]  # fmt: skip


@pytest.mark.parametrize(("ticket", "upheld", "denying"), DENYING)
def test_what_was_upheld_is_not_denied_without_a_dispute(ticket, upheld, denying):
    there = Elsewhere(THERE, 3, upheld, upheld=True, is_settled=True, wrote=(5,))

    with pytest.raises(DisputeRefused, match=f"claim 3 of dispute {THERE}, upheld, says otherwise") as refused:
        must_not_undo(ticket, [denying], [there])
    assert "reopen that dispute, and have the claim ruled anew" == refused.value.remedy
    must_not_undo(ticket, [denying], [there._replace(upheld=False)])


RATED = case(*P2_ANSWERED_AFTER_THREE_HOURS, Ruled(effective_at=day(3), why="so it is", severity=1))
FROM_THE_START = Elsewhere(THERE, 3, claim("severity", severity=1), upheld=True, wrote=(5,))


@pytest.mark.parametrize("since", [hour(0.5), hour(2), day(2)])
def test_of_the_time_that_an_upheld_severity_was_about_no_other_is_ruled(since: datetime):
    with pytest.raises(DisputeRefused, match="upheld, says otherwise"):
        must_not_undo(RATED, [Ruled(effective_at=day(4), why="back", severity=2, since=since)], [FROM_THE_START])


def test_from_then_on_another_severity_may_be_ruled():
    must_not_undo(RATED, [Ruled(effective_at=day(5), why="later", severity=2, since=day(4))], [FROM_THE_START])


def test_what_has_nothing_to_do_with_it_or_says_the_same_may_be_ruled_and_corrected():
    there = Elsewhere(THERE, 3, LESS_THAN, upheld=True, is_settled=True, wrote=(5,))

    must_not_undo(READ_SO, [Ruled(effective_at=day(4), why="so", reading={READING: "less-than"})], [there])
    must_not_undo(READ_SO, [Ruled(effective_at=day(4), why="so", excuse="response")], [there])
    must_not_undo(READ_SO, [Corrected(effective_at=day(4), number=4, why="so", moved_to=hour(1))], [there])


def test_what_the_ticket_has_come_to_deny_already_is_not_held_against_anybody():
    must_not_undo(STRUCK_SINCE, [Ruled(effective_at=day(4), why="so", excuse="response")], [UPHELD_THERE])


# --- struck once ----------------------------------------------------------------------------------------------------------


def test_what_was_struck_already_is_not_struck_again_by_a_dismissal():
    settled = (OPENED, CLAIMED, DENIED, UPHELD, REOPENED, DENIED_AGAIN)
    dismissed = ClaimRuled(effective_at=day(5), claim=1, upheld=False, why="no", ticket_version=6)

    given(*settled, ticket=STRUCK_SINCE).when(RuleClaim(claim=1, upheld=False, why="no"), by="agent").then(dismissed)
    assert () == Dispute().after([*settled, dismissed]).in_force
