"""Nobody is ruled against unheard: each claim and each reopening gives the other party a time of its own, from its recording on."""

from datetime import UTC, datetime

import pytest

from domain.disputes.commands import AnswerClaim, MakeClaim, OpenDispute, ReopenDispute, RuleClaim
from domain.disputes.decisions import decide
from domain.disputes.events import (
    ClaimAnswered,
    ClaimMade,
    ClaimRuled,
    DeadlineExtended,
    DeadlinePassed,
    DisputedClock,
    DisputeEvent,
    DisputeOpened,
    DisputeReopened,
)
from domain.disputes.hearing import Hearing
from domain.disputes.standing import dispute_answer
from domain.disputes.state import Dispute
from domain.refusals import DisputeRefused, DoesNotFit
from tests.disputes.hearing import (
    CLAIMED,
    DENIED,
    DENIED_AGAIN,
    DISMISSED,
    OPENED,
    REOPENED,
    TICKET,
    UPHELD,
    WITHDRAWN,
    case,
    claim,
    day,
    given,
)

RULING = RuleClaim(claim=1, upheld=False, why="no")
EXCUSE = claim("excuse", clock="response")


def backdated(*events: DisputeEvent, at: datetime, now: datetime, ended_at: datetime | None = None) -> Hearing:
    """Something asked now by the vendor, to count from an earlier instant."""
    return Hearing(
        Dispute().after(events), TICKET, case(as_of=now), at, now, "service-manager", may_rule=True, ended_at=ended_at
    )


# --- times run from recording ---------------------------------------------------------------------------------------------


def test_who_dates_a_dispute_back_takes_nothing_of_the_time_to_answer():
    opening = OpenDispute(clocks=(DisputedClock(clock="response"),), reason="late", answer_days=1, ruling_days=1)

    (opened,) = decide(backdated(at=day(1), now=day(14)), opening).events

    assert isinstance(opened, DisputeOpened)
    assert (day(1), day(15), day(15)) == (opened.effective_at, opened.answer_by, opened.ruling_by)


def test_who_dates_a_reopening_back_takes_nothing_of_the_time_to_answer():
    settled = (OPENED, CLAIMED, DENIED, UPHELD)
    hearing = backdated(*settled, at=day(3), now=day(20))

    (reopened,) = decide(hearing, ReopenDispute(why="found", answer_days=2, ruling_days=2)).events

    assert isinstance(reopened, DisputeReopened)
    assert (day(3), day(22)) == (reopened.effective_at, reopened.answer_by)


def test_who_dates_a_ruling_back_takes_nothing_of_the_time_to_reopen_the_dispute():
    settled = (OPENED, CLAIMED, DENIED, UPHELD)

    assert decide(backdated(*settled, at=day(35), now=day(35), ended_at=day(34)), ReopenDispute(why="found")).events
    with pytest.raises(DisputeRefused, match="ended more than 30 days ago"):
        decide(backdated(*settled, at=day(35), now=day(35), ended_at=day(3)), ReopenDispute(why="found"))


# --- each claim has its own time ------------------------------------------------------------------------------------------


def test_a_claim_made_after_the_time_to_answer_is_over_can_be_answered_as_long_as_the_first():
    passed = DeadlinePassed(effective_at=day(15), which="answer")
    late = given(OPENED, CLAIMED, passed).when(MakeClaim(claim=EXCUSE), by="agent", at=day(20))
    until = datetime(2024, 4, 7, 7, tzinfo=UTC)  # 09:00 in Rome, where the clocks went forward meanwhile
    late.then(ClaimMade(effective_at=day(20), number=2, party="vendor", claim=EXCUSE, answer_by=until))
    made = decide(late.hearing, late.command).events

    ruling = RuleClaim(claim=2, upheld=True, why="nobody answered")
    given(OPENED, CLAIMED, passed, *made).when(ruling, by="service-manager", at=day(20)).refused(
        says="the customer has not answered claim 2, and may until 2024-04-07"
    )
    assert decide(given(OPENED, CLAIMED, passed, *made).when(ruling, by="agent", at=until).hearing, ruling).ticket
    assert decide(given(OPENED, CLAIMED, passed, *made).when(RULING, by="agent", at=day(20)).hearing, RULING).events


def test_a_later_claim_makes_the_time_of_the_dispute_longer_and_not_that_of_an_earlier_claim():
    passed = (
        DeadlinePassed(effective_at=day(15), which="answer"),
        DeadlinePassed(effective_at=day(31), which="ruling"),
    )
    late = ClaimMade(effective_at=day(32), number=2, party="vendor", claim=EXCUSE, answer_by=day(46))

    dispute = Dispute().after([OPENED, CLAIMED, *passed, late])

    assert {"answer": day(46), "ruling": day(46)} == dispute.until
    assert "answer" == dispute.next_deadline
    assert [day(15), day(46)] == [dispute.awaited_until(one) for one in dispute.claims]


def test_more_time_to_answer_is_given_for_every_claim():
    extended = DeadlineExtended(effective_at=day(5), which="answer", until=day(20), why="away")

    given(OPENED, CLAIMED, extended).when(RULING, by="agent", at=day(19)).refused(says="may until 2024-03-24")
    later = given(OPENED, extended).when(MakeClaim(claim=EXCUSE), by="agent", at=day(5))
    (made,) = decide(later.hearing, later.command).events
    assert isinstance(made, ClaimMade)
    assert day(20) == made.answer_by


# --- a reopening gives time anew ------------------------------------------------------------------------------------------


def test_an_earlier_answer_does_not_do_for_a_claim_that_is_ruled_anew():
    reopened = given(OPENED, CLAIMED, DENIED, DISMISSED, REOPENED)

    reopened.when(RULING, by="service-manager").refused(
        says="the vendor has not answered claim 1 since the dispute was reopened, and may until 2024-03-22"
    )
    reopened.when(RULING, by="service-manager", at=day(18)).then(
        ClaimRuled(effective_at=day(18), claim=1, upheld=False, why="no", ticket_version=4)
    )


def test_the_same_answer_is_given_once_more_after_a_reopening_and_then_the_claim_is_ruled():
    reopened = given(OPENED, CLAIMED, DENIED, DISMISSED, REOPENED)
    again = ClaimAnswered(effective_at=day(5), claim=1, accepts=False)

    reopened.when(AnswerClaim(claim=1, accepts=False), by="agent").then(again)
    given(OPENED, CLAIMED, DENIED, DISMISSED, REOPENED, DENIED_AGAIN).when(RULING, by="service-manager").then(
        ClaimRuled(effective_at=day(5), claim=1, upheld=False, why="no", ticket_version=4)
    )


def test_who_reopens_a_dispute_does_not_answer_for_the_party_whose_claim_it_is():
    by_the_vendor = REOPENED.model_copy(update={"party": "vendor"})

    given(OPENED, CLAIMED, DENIED, DISMISSED, by_the_vendor, DENIED_AGAIN).when(RULING, by="service-manager").refused(
        says="the customer, whose claim 1 is, has time to speak up since the dispute was reopened, until 2024-03-22"
    )


def test_what_was_answered_before_a_dispute_was_given_up_is_answered_again_once_it_goes_on():
    goes_on = REOPENED.model_copy(update={"claims": ()})

    given(OPENED, CLAIMED, DENIED, WITHDRAWN, goes_on).when(RULING, by="service-manager").refused(
        says="the vendor has not answered claim 1 since the dispute was reopened"
    )


def test_who_is_awaited_and_until_when_is_told_of_each_claim():
    answered = dispute_answer(TICKET, "acme", Dispute().after([OPENED, CLAIMED, DENIED]))
    told = dispute_answer(TICKET, "acme", Dispute().after([OPENED, CLAIMED, DENIED, DISMISSED, REOPENED]))

    assert [(None, None)] == [(one["awaited"], one["answer_by"]) for one in answered["claims"]]
    assert [("vendor", "2024-03-22T08:00:00Z")] == [(one["awaited"], one["answer_by"]) for one in told["claims"]]


# --- disputes from before that --------------------------------------------------------------------------------------------


def test_a_dispute_from_before_claims_had_times_of_their_own_stands_as_it_stood():
    opened, claimed = OPENED.model_copy(update={"answer_days": None}), CLAIMED.model_copy(update={"answer_by": None})
    reopened = REOPENED.model_copy(update={"answer_days": None, "party": None})

    dispute = Dispute().after([opened, claimed])
    assert (14, {"answer": day(15), "ruling": day(31)}) == (dispute.answer_days, dispute.until)
    given(opened, claimed).when(RULING, by="agent", at=day(14)).refused(says="may until 2024-03-19")
    given(opened, claimed, DENIED, DISMISSED, reopened).when(RULING, by="agent").then(
        ClaimRuled(effective_at=day(5), claim=1, upheld=False, why="no", ticket_version=4)
    )


# --- which claims are reopened --------------------------------------------------------------------------------------------


def test_a_claim_that_nobody_made_is_not_ruled_anew_whether_the_dispute_is_open_or_settled():
    again = ReopenDispute(why="found", claims=(1, 99))

    for events in ((OPENED, CLAIMED), (OPENED, CLAIMED, DENIED, UPHELD)):
        given(*events).when(again).refused(DoesNotFit, says="there is no claim 99; the dispute has 1")


def test_a_claim_ruled_in_a_dispute_that_goes_on_is_not_ruled_anew_yet():
    another = ClaimMade(effective_at=day(2), number=2, party="customer", claim=EXCUSE, answer_by=day(16))
    goes_on = given(OPENED, CLAIMED, another, DENIED, UPHELD)

    goes_on.when(ReopenDispute(why="found", claims=(1,))).refused(says="claim 1 was upheld already")
    goes_on.when(ReopenDispute(why="found", claims=(2,))).then()
