"""What can be asked of a dispute: what each command records, what it is refused for, and when it says nothing new."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from domain.disputes.claims import written_by
from domain.disputes.commands import (
    AnswerClaim,
    AttachEvidence,
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
from domain.disputes.conflicts import Elsewhere
from domain.disputes.decisions import decide
from domain.disputes.events import (
    ClaimAnswered,
    ClaimMade,
    ClaimRuled,
    ClaimWithdrawn,
    DeadlineExtended,
    DeadlinePassed,
    DisputedClock,
    DisputeOpened,
    DisputeReopened,
    DisputeWithdrawn,
    DossierIssued,
    EvidenceAttached,
)
from domain.disputes.rulings import Written
from domain.refusals import BadInstant, DoesNotFit, UnknownStream
from domain.ticket.events import Corrected, Ruled
from tests.disputes.hearing import (
    CLAIMED,
    DENIED,
    DENIED_AGAIN,
    DISMISSED,
    EVIDENCE,
    OPENED,
    P2_ANSWERED_AFTER_THREE_HOURS,
    REOPENED,
    THE_WAIT,
    TICKET,
    UPHELD,
    WITHDRAWN,
    case,
    claim,
    day,
    given,
    hour,
)

THE_RESPONSE = (DisputedClock(clock="response"),)
DIGEST = "cd" * 32
RULED_BY_THEN = case(*P2_ANSWERED_AFTER_THREE_HOURS, Ruled(effective_at=day(3), why="so it is", strike_wait=2))


# --- open -----------------------------------------------------------------------------------------------------------------


def test_a_dispute_names_the_clocks_the_party_and_by_when_an_answer_and_a_ruling_are_due():
    given().when(OpenDispute(clocks=THE_RESPONSE, reason="late"), at=day(1)).then(
        DisputeOpened(
            effective_at=day(1),
            ticket=TICKET,
            ticket_version=4,
            agreement="imagicle-care",
            clocks=THE_RESPONSE,
            party="customer",
            reason="late",
            answer_by=day(15),
            ruling_by=datetime(2024, 4, 4, 7, tzinfo=UTC),  # 09:00 in Rome, where the clocks went forward meanwhile
            answer_days=14,
        )
    )


def test_a_clock_that_the_ticket_does_not_have_cannot_be_disputed():
    opening = OpenDispute(clocks=(DisputedClock(clock="reponse"),), reason="late")

    given().when(opening).refused(DoesNotFit, says='unknown clock "reponse".*response')


def test_a_cycle_that_has_not_begun_cannot_be_disputed():
    opening = OpenDispute(clocks=(DisputedClock(clock="response", cycle=2),), reason="late")

    given().when(opening).refused(DoesNotFit, says="response has no cycle 2 yet")


def test_a_ruling_is_not_due_before_the_answer():
    opening = OpenDispute(clocks=THE_RESPONSE, reason="late", answer_days=20, ruling_days=10)

    given().when(opening).refused(DoesNotFit, says="a ruling comes after the answer")


@pytest.mark.parametrize("told", [{"reason": " "}, {"clocks": []}, {"answer_days": 0}, {"ruling_days": 366}])
def test_a_dispute_without_a_reason_a_clock_or_time_is_none(told):
    with pytest.raises(ValidationError):
        OpenDispute.model_validate({"clocks": THE_RESPONSE, "reason": "late"} | told)


def test_what_was_never_opened_cannot_be_argued():
    given().when(MakeClaim(claim=THE_WAIT)).refused(UnknownStream, says="no such dispute")


# --- claim ----------------------------------------------------------------------------------------------------------------


def test_a_claim_is_made_with_its_number_and_the_party():
    given(OPENED, CLAIMED).when(MakeClaim(claim=claim("excuse", clock="response"), says="power cut"), by="agent").then(
        ClaimMade(
            effective_at=day(5),
            number=2,
            party="vendor",
            claim=claim("excuse", clock="response"),
            says="power cut",
            answer_by=day(19),
        )
    )


def test_the_same_claim_is_made_once():
    given(OPENED, CLAIMED).when(MakeClaim(claim=THE_WAIT, says="again")).then()


def test_the_other_party_accepts_a_claim_in_the_place_of_making_it_again():
    given(OPENED, CLAIMED).when(MakeClaim(claim=THE_WAIT), by="agent").refused(
        says="claim 1, the customer's, says the same"
    )


def test_a_claim_that_was_withdrawn_can_be_made_again():
    withdrawn = ClaimWithdrawn(effective_at=day(2), claim=1)
    another = ClaimMade(effective_at=day(2), number=2, party="customer", claim=claim("severity", severity=1))

    given(OPENED, CLAIMED, another, withdrawn).when(MakeClaim(claim=THE_WAIT)).then(
        ClaimMade(effective_at=day(5), number=3, party="customer", claim=THE_WAIT, answer_by=day(19))
    )


@pytest.mark.parametrize(
    ("kind", "fields", "says"),
    [
        ("wait-unjustified", {"wait": 9}, "there is no event 9; the history has 4"),
        ("wait-unjustified", {"wait": 1}, r"^wait: event 1 \(opened\) is no `waiting`"),
        ("severity", {"severity": 7}, "severity: 7 is out of range"),
        ("reading", {"reading": "imagicle-care:none/such", "option": "so"}, "unknown reading"),
        ("reading", {"reading": "imagicle-care:reaction/limit", "option": "so"}, "has no option"),
        ("excuse", {"clock": "reponse"}, 'unknown clock "reponse"'),
        ("happened-otherwise", {"number": 9, "struck": True}, "there is no event 9"),
        ("happened-otherwise", {"number": 1, "struck": True}, "the opening cannot be struck"),
        ("happened-otherwise", {"number": 2, "data": {"on": "holiday"}}, "does not fit event 2"),
    ],
)
def test_a_claim_that_does_not_fit_the_ticket_is_refused_and_says_why(kind, fields, says):
    given(OPENED).when(MakeClaim(claim=claim(kind, **fields))).refused(DoesNotFit, says=says)


@pytest.mark.parametrize(
    ("claimed", "says"),
    [
        (claim("happened", fact={"event": "responded", "at": day(6)}), "lies in the future"),
        (claim("happened", fact={"event": "responded", "at": day(-1)}), "lies before the opening"),
        (claim("happened-otherwise", number=4, moved_to=day(6)), "lies in the future"),
        (claim("happened-otherwise", number=4, moved_to=day(-1)), "would lie before the opening"),
        (claim("happened-otherwise", number=1, moved_to=hour(1)), "would lie before the opening"),
    ],
)
def test_a_fact_at_an_instant_that_cannot_be_is_not_claimed(claimed, says):
    given(OPENED).when(MakeClaim(claim=claimed)).refused(BadInstant, says=says)


def test_a_dispute_that_is_settled_hears_no_new_claim():
    given(OPENED, CLAIMED, DENIED, DISMISSED).when(MakeClaim(claim=claim("severity", severity=1))).refused(
        says="the dispute is settled"
    )


@pytest.mark.parametrize(
    "said", [{"event": "corrected", "number": 1, "struck": True}, {"event": "ruled", "excuse": "response"}]
)
def test_what_is_said_about_facts_is_not_claimed_as_one(said):
    with pytest.raises(ValidationError, match="happened-otherwise instead"):
        claim("happened", fact={"at": day(1), "why": "so", **said})


# --- evidence -------------------------------------------------------------------------------------------------------------


def attach(**fields):
    return AttachEvidence.model_validate(
        {"name": "mail", "media_type": "text/plain", "digest": DIGEST, "size": 9, **fields}
    )


def test_evidence_is_attached_by_its_digest():
    given(OPENED, CLAIMED).when(attach(claim=1)).then(
        EvidenceAttached(
            effective_at=day(5), claim=1, party="customer", name="mail", media_type="text/plain", digest=DIGEST, size=9
        )
    )


def test_evidence_for_a_claim_that_nobody_made_is_refused():
    given(OPENED, CLAIMED).when(attach(claim=2)).refused(DoesNotFit, says="there is no claim 2; the dispute has 1")


def test_the_same_file_speaks_for_a_claim_once():
    given(OPENED, CLAIMED, EVIDENCE).when(attach(claim=1, digest="ab" * 32, name="another name")).then()


@pytest.mark.parametrize("told", [{"digest": "AB" * 32}, {"digest": "ab"}, {"media_type": "mail"}, {"size": -1}])
def test_evidence_that_could_not_be_told_from_another_is_none(told):
    with pytest.raises(ValidationError):
        attach(**told)


# --- answer ---------------------------------------------------------------------------------------------------------------


def test_the_other_party_answers_a_claim():
    given(OPENED, CLAIMED).when(AnswerClaim(claim=1, accepts=False, says="it was empty"), by="agent").then(
        ClaimAnswered(effective_at=day(5), claim=1, accepts=False, says="it was empty")
    )


def test_nobody_answers_a_claim_of_their_own():
    given(OPENED, CLAIMED).when(AnswerClaim(claim=1, accepts=True), by="administrator").refused(
        says="claim 1 is the customer's own"
    )


def test_who_made_a_claim_answers_it_in_nobodys_name():
    given(OPENED, CLAIMED, made={1}).when(AnswerClaim(claim=1, accepts=True), by="agent").refused(
        says="claim 1 was made or sent by the same person"
    )
    given(OPENED, CLAIMED, made={2}).when(AnswerClaim(claim=1, accepts=True), by="agent").then(
        ClaimAnswered(effective_at=day(5), claim=1, accepts=True)
    )


def test_the_same_answer_twice_is_one():
    given(OPENED, CLAIMED, DENIED).when(AnswerClaim(claim=1, accepts=False), by="agent").then()


def test_an_answer_can_be_thought_better_of_until_the_ruling():
    given(OPENED, CLAIMED, DENIED).when(AnswerClaim(claim=1, accepts=True), by="agent").then(
        ClaimAnswered(effective_at=day(5), claim=1, accepts=True)
    )
    given(OPENED, CLAIMED, DENIED, UPHELD).when(AnswerClaim(claim=1, accepts=True), by="agent").refused(
        says="the dispute is settled"
    )


# --- withdraw a claim -----------------------------------------------------------------------------------------------------


def test_who_made_a_claim_takes_it_back():
    given(OPENED, CLAIMED).when(WithdrawClaim(claim=1)).then(ClaimWithdrawn(effective_at=day(5), claim=1))


def test_the_other_party_cannot_take_a_claim_back():
    given(OPENED, CLAIMED).when(WithdrawClaim(claim=1), by="agent").refused(says="claim 1 is the customer's")


def test_a_claim_is_taken_back_once():
    given(OPENED, CLAIMED, ClaimWithdrawn(effective_at=day(2), claim=1)).when(WithdrawClaim(claim=1)).then()


# --- rule -----------------------------------------------------------------------------------------------------------------


def test_an_upheld_claim_is_written_to_the_ticket():
    given(OPENED, CLAIMED, DENIED).when(RuleClaim(claim=1, upheld=True, why="the mail shows it"), by="agent").then(
        ClaimRuled(effective_at=day(5), claim=1, upheld=True, why="the mail shows it", wrote=(5,), ticket_version=5),
        ticket=[Written(Ruled(effective_at=day(5), why="the mail shows it", strike_wait=2))],
    )


def test_a_dismissed_claim_leaves_the_ticket_as_it_is():
    given(OPENED, CLAIMED, DENIED).when(RuleClaim(claim=1, upheld=False, why="no"), by="agent").then(
        ClaimRuled(effective_at=day(5), claim=1, upheld=False, why="no", ticket_version=4)
    )


def test_a_correction_that_a_ruling_writes_names_the_evidence():
    moved = claim("happened-otherwise", number=4, moved_to=day(0))
    claimed = ClaimMade(effective_at=day(1), number=1, party="customer", claim=moved)

    given(OPENED, claimed, EVIDENCE, DENIED).when(RuleClaim(claim=1, upheld=True, why="so"), by="agent").then(
        ClaimRuled(effective_at=day(5), claim=1, upheld=True, why="so", wrote=(5,), ticket_version=5),
        ticket=[
            Written(Corrected(effective_at=day(5), number=4, why="so", moved_to=day(0), evidence=f"sha256:{'ab' * 32}"))
        ],
    )


def test_nobody_is_ruled_against_unheard_before_the_time_to_answer_is_over():
    ruling = RuleClaim(claim=1, upheld=True, why="so")

    given(OPENED, CLAIMED).when(ruling, by="agent", at=day(14)).refused(
        says="the vendor has not answered claim 1, and may until 2024-03-19"
    )
    given(OPENED, CLAIMED).when(ruling, by="agent", at=day(15)).then(
        ClaimRuled(effective_at=day(15), claim=1, upheld=True, why="so", wrote=(5,), ticket_version=5),
        ticket=[Written(Ruled(effective_at=day(15), why="so", strike_wait=2))],
    )


def test_the_same_ruling_again_says_nothing_new():
    again = RuleClaim(claim=1, upheld=True, why="again")

    given(OPENED, CLAIMED, DENIED, UPHELD, ticket=RULED_BY_THEN).when(again, by="agent").then()


def test_the_same_ruling_again_is_refused_where_the_ticket_has_come_to_say_otherwise():
    struck = Corrected(effective_at=day(4), number=5, why="by mistake", struck=True)
    ticket = case(*(one.event for one in RULED_BY_THEN.history), struck)

    given(OPENED, CLAIMED, DENIED, UPHELD, ticket=ticket).when(
        RuleClaim(claim=1, upheld=True, why="again"), by="agent"
    ).refused(says="the dispute is settled")


def test_another_ruling_needs_the_dispute_to_be_reopened():
    given(OPENED, CLAIMED, DENIED, UPHELD).when(RuleClaim(claim=1, upheld=False, why="no"), by="agent").refused(
        says="the dispute is settled"
    )


def test_a_claim_ruled_while_others_are_not_needs_the_dispute_to_end_first():
    another = ClaimMade(effective_at=day(2), number=2, party="customer", claim=claim("severity", severity=1))

    given(OPENED, CLAIMED, another, DENIED, UPHELD).when(
        RuleClaim(claim=1, upheld=False, why="no"), by="agent"
    ).refused(says="claim 1 was upheld already")


def test_what_the_ticket_says_already_is_not_written_twice():
    given(OPENED, CLAIMED, DENIED, ticket=RULED_BY_THEN).when(
        RuleClaim(claim=1, upheld=True, why="so"), by="agent"
    ).then(ClaimRuled(effective_at=day(5), claim=1, upheld=True, why="so", ticket_version=5))


def test_a_claim_dismissed_anew_strikes_what_the_earlier_ruling_wrote():
    given(OPENED, CLAIMED, DENIED, UPHELD, REOPENED, DENIED_AGAIN, ticket=RULED_BY_THEN).when(
        RuleClaim(claim=1, upheld=False, why="the mail was forged"), by="agent"
    ).then(
        ClaimRuled(effective_at=day(5), claim=1, upheld=False, why="the mail was forged", undid=(6,), ticket_version=6),
        ticket=[Written(Corrected(effective_at=day(5), number=5, why="the mail was forged", struck=True))],
    )


def test_a_claim_upheld_anew_stands_as_it_was_written():
    given(OPENED, CLAIMED, DENIED, UPHELD, REOPENED, DENIED_AGAIN, ticket=RULED_BY_THEN).when(
        RuleClaim(claim=1, upheld=True, why="it is so all the same"), by="agent"
    ).then(ClaimRuled(effective_at=day(5), claim=1, upheld=True, why="it is so all the same", ticket_version=5))


MOVED = claim("happened-otherwise", number=4, moved_to=hour(1))


def otherwise(**told):
    return Corrected(effective_at=day(3), number=4, why="so it is", **told)


def ruled(severity, **told):
    return Ruled(effective_at=day(3), why="so it is", severity=severity, **told)


RULED_ANEW = [
    pytest.param(claim("severity", severity=1), (ruled(1), ruled(4)), True, id="another severity was ruled"),
    pytest.param(claim("severity", severity=1), (ruled(1), ruled(1)), False, id="the same severity was ruled"),
    pytest.param(
        claim("severity", severity=1),
        (ruled(1), ruled(3, since=hour(1))),
        False,
        id="a severity from later on was ruled",
    ),
    pytest.param(
        claim("severity", severity=1, since=hour(1)),
        (ruled(1, since=hour(1)), ruled(3)),
        True,
        id="a severity from earlier on was ruled",
    ),
    pytest.param(
        MOVED, (otherwise(moved_to=hour(1)), otherwise(moved_to=hour(2))), True, id="the event was moved again"
    ),
    pytest.param(
        MOVED,
        (otherwise(moved_to=hour(1)), otherwise(data={"evidence": "the log"})),
        False,
        id="something else of the event was corrected",
    ),
    pytest.param(
        claim("excuse", clock="response"),
        (
            Ruled(effective_at=day(3), why="so it is", excuse="response"),
            Corrected(effective_at=day(4), number=5, why="by mistake", struck=True),
        ),
        True,
        id="the ruling was struck",
    ),
]


@pytest.mark.parametrize(("said", "written", "is_written_again"), RULED_ANEW)
def test_a_claim_upheld_anew_is_written_again_where_the_ticket_has_come_to_say_otherwise(
    said, written, is_written_again
):
    claimed = CLAIMED.model_copy(update={"claim": said})
    ticket = case(*P2_ANSWERED_AFTER_THREE_HOURS, *written)
    ruling = RuleClaim(claim=1, upheld=True, why="it is so all the same")

    asked = given(OPENED, claimed, DENIED, UPHELD, REOPENED, DENIED_AGAIN, ticket=ticket).when(ruling, by="agent")
    decided = decide(asked.hearing, ruling)

    again = [Written(written_by(said, day(5), "it is so all the same"))]
    assert (again if is_written_again else []) == decided.ticket
    assert [(7,) if is_written_again else ()] == [one.wrote for one in decided.events if isinstance(one, ClaimRuled)]


def test_all_that_came_of_a_claim_written_twice_is_struck_once_it_is_dismissed():
    claimed = CLAIMED.model_copy(update={"claim": claim("severity", severity=1)})
    again = UPHELD.model_copy(update={"effective_at": day(4), "wrote": (7,), "ticket_version": 7})
    anew = REOPENED.model_copy(update={"effective_at": day(4.5)})
    ticket = case(*P2_ANSWERED_AFTER_THREE_HOURS, ruled(1), ruled(4), ruled(1))
    ruling = RuleClaim(claim=1, upheld=False, why="no")

    asked = given(OPENED, claimed, DENIED, UPHELD, REOPENED, again, anew, DENIED_AGAIN, ticket=ticket).when(
        ruling, by="agent"
    )

    struck = (one.event for one in decide(asked.hearing, ruling).ticket)
    assert [5, 7] == [one.number for one in struck if isinstance(one, Corrected) and one.struck]


CONTRADICTIONS = [
    (MOVED, claim("happened-otherwise", number=4, moved_to=hour(2.5)), "says otherwise"),
    (MOVED, claim("happened-otherwise", number=4, struck=True), "says otherwise"),
    (
        claim("reading", reading="imagicle-care:reaction/limit", option="less-than"),
        claim("reading", reading="imagicle-care:reaction/limit", option="at-most"),
        "says otherwise",
    ),
    (claim("severity", severity=1), claim("severity", severity=3, since=hour(0)), "says otherwise"),
    (THE_WAIT, claim("happened-otherwise", number=2, struck=True), "says so already"),
]


@pytest.mark.parametrize(("one", "other", "says"), CONTRADICTIONS)
def test_of_two_claims_that_cannot_both_be_one_is_upheld(one, other, says):
    claims = [
        ClaimMade(effective_at=day(1), number=number, party="customer", claim=said)
        for number, said in enumerate((one, other), start=1)
    ]
    answers = [ClaimAnswered(effective_at=day(2), claim=number, accepts=False) for number in (1, 2)]
    disputed = given(OPENED, *claims, *answers, UPHELD, ticket=RULED_BY_THEN)

    disputed.when(RuleClaim(claim=2, upheld=True, why="so"), by="agent").refused(says=f"claim 1, upheld, {says}")
    disputed.when(RuleClaim(claim=2, upheld=False, why="no"), by="agent").then(
        ClaimRuled(effective_at=day(5), claim=2, upheld=False, why="no", ticket_version=5)
    )


@pytest.mark.parametrize(("one", "other", "says"), CONTRADICTIONS)
@pytest.mark.parametrize("is_settled", [False, True])
def test_of_two_claims_in_two_disputes_one_is_upheld(one, other, says, is_settled):
    claimed = ClaimMade(effective_at=day(1), number=1, party="customer", claim=other)
    ruling = RuleClaim(claim=1, upheld=True, why="so")
    there = Elsewhere(TICKET, 3, one, upheld=True, is_settled=is_settled)

    given(OPENED, claimed, DENIED, elsewhere=[there]).when(ruling, by="agent").refused(
        says=f"claim 3 of dispute {TICKET}, upheld, {says}"
    )
    not_ruled_yet = given(OPENED, claimed, DENIED, elsewhere=[there._replace(upheld=False)])
    assert decide(not_ruled_yet.when(ruling, by="agent").hearing, ruling).ticket


def test_claims_about_other_things_are_both_upheld():
    another = ClaimMade(effective_at=day(1), number=2, party="customer", claim=MOVED)
    answered = ClaimAnswered(effective_at=day(2), claim=2, accepts=True)

    given(OPENED, CLAIMED, another, DENIED, answered, UPHELD, ticket=RULED_BY_THEN).when(
        RuleClaim(claim=2, upheld=True, why="so"), by="agent"
    ).then(
        ClaimRuled(effective_at=day(5), claim=2, upheld=True, why="so", wrote=(6,), ticket_version=6),
        ticket=[Written(Corrected(effective_at=day(5), number=4, why="so", moved_to=hour(1)))],
    )


def test_nobody_rules_what_they_claimed_or_answered_themselves():
    ruling = RuleClaim(claim=1, upheld=False, why="no")

    given(OPENED, CLAIMED, DENIED, argued={1}).when(ruling, by="service-manager").refused(
        says="claim 1 was made or answered by the same person"
    )
    given(OPENED, CLAIMED, DENIED, argued={2}).when(ruling, by="service-manager").then(
        ClaimRuled(effective_at=day(5), claim=1, upheld=False, why="no", ticket_version=4)
    )


# --- withdraw, reopen -----------------------------------------------------------------------------------------------------


def test_who_opened_a_dispute_gives_it_up():
    given(OPENED, CLAIMED).when(WithdrawDispute(), by="end-user").then(DisputeWithdrawn(effective_at=day(5)))


def test_the_other_party_cannot_give_a_dispute_up():
    given(OPENED, CLAIMED).when(WithdrawDispute(), by="agent").refused(says="the customer opened the dispute")


def test_a_dispute_is_given_up_once():
    given(OPENED, WITHDRAWN).when(WithdrawDispute()).then()


def test_what_was_upheld_is_not_undone_by_giving_the_dispute_up():
    another = CLAIMED.model_copy(update={"number": 2, "claim": claim("severity", severity=1)})

    given(OPENED, CLAIMED, another, DENIED, UPHELD).when(WithdrawDispute(), by="end-user").refused(
        says="claim 1 was upheld, and what was upheld holds"
    )


def test_a_settled_dispute_cannot_be_given_up():
    given(OPENED, CLAIMED, DENIED, DISMISSED).when(WithdrawDispute()).refused(says="the dispute is settled")


def test_a_settled_dispute_is_reopened_by_either_party_with_new_time():
    given(OPENED, CLAIMED, DENIED, UPHELD).when(ReopenDispute(why="a mail was found"), by="agent").then(
        DisputeReopened(
            effective_at=day(5),
            why="a mail was found",
            claims=(1,),
            answer_by=day(19),
            ruling_by=datetime(2024, 4, 8, 7, tzinfo=UTC),
            party="vendor",
            answer_days=14,
        )
    )


def test_a_dispute_that_ended_long_ago_stays_settled():
    given(OPENED, CLAIMED, DENIED, UPHELD).when(ReopenDispute(why="found"), at=day(34)).refused(
        says="ended more than 30 days ago"
    )


def test_a_dispute_that_was_given_up_is_taken_up_again_by_who_opened_it():
    given(OPENED, CLAIMED, WITHDRAWN).when(ReopenDispute(why="found"), by="agent").refused(says="takes it up again")


def test_a_claim_that_was_never_ruled_is_not_ruled_anew():
    given(OPENED, CLAIMED, WITHDRAWN).when(ReopenDispute(why="found", claims=(1,))).refused(
        DoesNotFit, says="claim 1 was never ruled"
    )


def test_an_open_dispute_need_not_be_reopened():
    given(OPENED, CLAIMED).when(ReopenDispute(why="found")).then()


# --- deadlines ------------------------------------------------------------------------------------------------------------


def extend(until: datetime, which: str = "answer") -> ExtendDeadline:
    return ExtendDeadline.model_validate({"which": which, "until": until, "why": "away"})


def test_the_party_that_waits_gives_more_time():
    given(OPENED).when(extend(day(20))).then(
        DeadlineExtended(effective_at=day(5), which="answer", until=day(20), why="away")
    )


def test_the_party_that_has_to_answer_gives_itself_no_time_unless_it_may_rule():
    given(OPENED).when(extend(day(20)), by="agent").refused(says="gives more time, or who may rule")
    given(OPENED).when(extend(day(20)), by="service-manager", may_rule=True).then(
        DeadlineExtended(effective_at=day(5), which="answer", until=day(20), why="away")
    )


@pytest.mark.parametrize(
    ("until", "says"),
    [(day(14), "runs until"), (day(32), "a ruling comes after the answer"), (day(400), "at most 365 days")],
)
def test_time_is_only_ever_made_longer_and_not_without_end(until, says):
    given(OPENED).when(extend(until)).refused(says=says)


def test_the_same_time_given_again_says_nothing_new():
    given(OPENED).when(extend(day(15))).then()


def test_that_nobody_answered_in_time_is_told_once():
    passed = DeadlinePassed(effective_at=day(15), which="answer")

    given(OPENED, CLAIMED).when(PassDeadline(which="answer"), by="system", at=day(15)).then(passed)
    given(OPENED, CLAIMED, passed).when(PassDeadline(which="answer"), by="system", at=day(16)).then()


def test_time_that_is_not_over_or_not_needed_any_more_does_not_pass():
    given(OPENED, CLAIMED).when(PassDeadline(which="answer"), by="system", at=day(14)).then()
    given(OPENED, CLAIMED, DENIED).when(PassDeadline(which="answer"), by="system", at=day(16)).then()
    given(OPENED, CLAIMED, DENIED, UPHELD).when(PassDeadline(which="ruling"), by="system", at=day(40)).then()


def test_an_extended_time_can_pass_again():
    passed = DeadlinePassed(effective_at=day(15), which="answer")
    extended = DeadlineExtended(effective_at=day(16), which="answer", until=day(20), why="away")

    given(OPENED, CLAIMED, passed, extended).when(PassDeadline(which="answer"), by="system", at=day(20)).then(
        DeadlinePassed(effective_at=day(20), which="answer")
    )


# --- dossier --------------------------------------------------------------------------------------------------------------


def test_who_was_given_the_dossier_is_on_record_once():
    asked = IssueDossier(to="ada", digest=DIGEST, as_of=day(4), redacted=True)
    issued = DossierIssued(effective_at=day(5), to="ada", digest=DIGEST, as_of=day(4), redacted=True)

    given(OPENED).when(asked).then(issued)
    given(OPENED, issued).when(asked).then()
