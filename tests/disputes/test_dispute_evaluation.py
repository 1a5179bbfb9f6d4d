"""Which claims decide a clock's verdict: alone, together, or not at all."""

from dataclasses import replace
from typing import Any

import pytest

from domain.clocks.clock import Verdict
from domain.disputes.claims import Claim
from domain.disputes.evaluated import evaluation_answer
from domain.disputes.evaluation import MOST_COMBINED, Deciding, Evaluation, evaluate
from domain.disputes.events import DisputedClock
from domain.disputes.rulings import supposing, without
from domain.instants import micros
from domain.judgement import judge
from domain.ticket.events import Opened, Responded, TicketEvent, WaitEnded, Waiting
from tests.disputes.hearing import THE_WAIT, case, claim, day, hour

NOW = micros(day(40))
RESPONSE = ("response", 1)

TWO_WAITS: tuple[TicketEvent, ...] = (
    Opened(effective_at=hour(0), severity=2, channel="web"),
    Waiting(effective_at=hour(0.5), on="access"),
    WaitEnded(effective_at=hour(2), on="access"),
    Waiting(effective_at=hour(2.5), on="third-party"),
    WaitEnded(effective_at=hour(3.1), on="third-party"),
    Responded(effective_at=hour(3.2)),
)
"""A gold P2, of whose 3 h 12 min only 1 h 6 min count; less than 2 h are allowed."""

THE_OTHER_WAIT = claim("wait-unjustified", wait=4)


def evaluated(*claims: Claim, events: tuple[TicketEvent, ...] = TWO_WAITS, **more: Any) -> Evaluation:
    return evaluate(case(*events), dict(enumerate(claims, start=1)), NOW, **more)


def test_a_claim_that_changes_the_verdict_alone_decides():
    evaluation = evaluated(THE_WAIT, THE_OTHER_WAIT)

    assert Verdict.MET is evaluation.record.replay.verdicts()[RESPONSE]
    assert (Deciding(Verdict.BREACHED, (1,)),) == evaluation.deciding(RESPONSE)
    assert (1,) == evaluation.indispensable(RESPONSE)


def test_claims_that_change_nothing_alone_may_decide_together():
    long_ago = claim("happened-otherwise", number=2, moved_to=hour(1.2))

    evaluation = evaluated(long_ago, THE_OTHER_WAIT)

    assert (Deciding(Verdict.BREACHED, (1, 2)),) == evaluation.deciding(RESPONSE)
    assert (1, 2) == evaluation.indispensable(RESPONSE)
    assert Verdict.MET is evaluation.alone(1).verdicts[RESPONSE]


def test_of_claims_that_each_decide_none_is_indispensable():
    evaluation = evaluated(THE_WAIT, claim("severity", severity=1))

    assert [(1,), (2,)] == [one.claims for one in evaluation.deciding(RESPONSE)]
    assert () == evaluation.indispensable(RESPONSE)


def test_claims_of_both_parties_are_weighed_against_each_other():
    evaluation = evaluated(THE_WAIT, claim("excuse", clock="response"))

    told = evaluation_answer(evaluation)

    assert [Deciding(Verdict.BREACHED, (1,)), Deciding(Verdict.EXCUSED, (1, 2))] == list(evaluation.deciding(RESPONSE))
    (response,) = (one for one in told["clocks"] if one["clock"] == "response")
    assert (
        "response is met without the claims; breached if claim 1 is upheld; excused if claims 1 and 2 are upheld together"
        == response["says"]
    )


def test_only_the_clocks_in_dispute_are_told():
    disputed = (DisputedClock(clock="response"),)

    told = evaluation_answer(evaluated(THE_WAIT, clocks=disputed))

    assert ["response"] == [one["clock"] for one in told["clocks"]]
    assert ["response"] == [one["clock"] for one in told["claims"][0]["alone"]]


def test_a_claim_that_does_not_fit_any_more_says_why():
    gone = claim("wait-unjustified", wait=9)

    told = evaluation_answer(evaluated(THE_WAIT, gone))

    assert "there is no event 9; the history has 6" == told["claims"][1]["misfit"]
    assert [{"claims": [1, 2], "misfit": "there is no event 9; the history has 6", "verdicts": []}] == told[
        "combinations"
    ]


def test_claims_that_contradict_each_other_are_not_supposed_together():
    at_once = claim("happened-otherwise", number=6, moved_to=hour(1))
    later = claim("happened-otherwise", number=6, moved_to=hour(3.1))

    told = evaluation_answer(evaluated(at_once, later, THE_WAIT))

    misfits = {tuple(one["claims"]): one["misfit"] for one in told["combinations"]}
    contradiction = "claims 1 and 2 contradict each other about event 6"
    assert {(1, 2): contradiction, (1, 3): "", (2, 3): "", (1, 2, 3): contradiction} == misfits
    assert [None] * len(told["clocks"]) == [one["together"] for one in told["clocks"]]
    assert all(not one["indispensable"] for one in told["clocks"])


def test_a_dispute_without_claims_is_the_record():
    evaluation = evaluated()

    assert evaluation.record is evaluation.together.judgement
    assert () == evaluation.deciding(RESPONSE)


@pytest.mark.parametrize(("count", "sets"), [(1, 2), (4, 16), (MOST_COMBINED, 256), (MOST_COMBINED + 1, 26)])
def test_every_combination_is_tried_as_long_as_there_are_not_too_many(count: int, sets: int):
    claims = [THE_WAIT, THE_OTHER_WAIT, *(claim("severity", severity=number) for number in (1, 3, 4))]
    claims += [claim("happened-otherwise", number=6, moved_to=hour(3 + number / 10)) for number in range(count)]

    evaluation = evaluated(*claims[:count])

    assert sets == len(evaluation.supposed)


def test_what_a_claim_supposes_is_what_a_ruling_would_write():
    record = case(*TWO_WAITS)

    supposed = supposing(record, [THE_WAIT], NOW)
    undone = without(supposed, [7], NOW)

    assert Verdict.BREACHED is judge(supposed).replay.verdicts()[RESPONSE]
    assert judge(record).replay.verdicts() == judge(undone).replay.verdicts()


def test_a_claim_is_weighed_with_what_was_known_at_an_earlier_instant():
    then = replace(case(*TWO_WAITS), known_at=micros(hour(3.15)))

    evaluation = evaluate(then, {1: THE_WAIT}, NOW)

    assert [Verdict.BREACHED] == [evaluation.alone(1).verdicts[RESPONSE]]
    assert 5 == len(evaluation.record.hindsight.recorded)


def test_claims_that_say_the_same_are_supposed_together_as_one():
    never = claim("happened-otherwise", number=2, struck=True)

    for claims in ((THE_WAIT, never), (never, THE_WAIT)):
        evaluation = evaluated(*claims)

        assert "" == evaluation.together.misfit
        assert evaluation.alone(1).verdicts == evaluation.together.verdicts


def test_of_many_claims_those_of_each_party_and_the_most_that_go_together_are_shown_though_some_contradict_each_other():
    customers = [THE_WAIT, THE_OTHER_WAIT, claim("severity", severity=1)]
    customers += [claim("happened", fact={"event": "commented", "at": hour(number / 10)}) for number in range(3)]
    vendors = [claim("severity", severity=3), claim("happened-otherwise", number=6, moved_to=hour(1))]
    vendors += [claim("excuse", clock="response")]
    parties = {number: "customer" if number <= len(customers) else "vendor" for number in range(1, 10)}

    evaluation = evaluated(*customers, *vendors, parties=parties)

    together = {numbers for numbers, one in evaluation.supposed.items() if one.judgement and len(numbers) > 1}
    assert {(1, 2, 3, 4, 5, 6), (7, 8, 9), (1, 2, 3, 4, 5, 6, 8, 9), (1, 2, 4, 5, 6, 7, 8, 9)} == together
    assert "claims 3 and 7 contradict each other about the severity from one instant on" == evaluation.together.misfit
    assert {Verdict.BREACHED} == {evaluation.supposed[(1, 2, 3, 4, 5, 6)].verdicts[RESPONSE]}
    assert Verdict.MET is evaluation.supposed[(7, 8, 9)].verdicts[RESPONSE]
