"""Disputes from the clauses, told over HTTP from the first claim to the last ruling."""

from typing import Any

import pytest

from tests.api.house import GLOBEX, Town, told
from tests.disputes.scripts import AGENT, CUSTOMER, MANAGER, SCRIPTS, Cast, Played, Script, played, verdicts


def in_dispute(script: Script, found: dict[str, str]) -> dict[str, str]:
    return {name: found[name] for name in script.before}


def first_cycles(figures: list[dict[str, Any]]) -> dict[str, str]:
    return {one["clock"]: one["verdict"] for one in figures if one["cycle"] == 1}


@pytest.mark.clause("xima-care:6.5")
@pytest.mark.clause("imagicle-care:platinum-hours")
@pytest.mark.clause("numonix-ixcloud:misassignment")
@pytest.mark.clause("eschat:holidays")
@pytest.mark.clause("eschat:response-time")
@pytest.mark.clause("xmpro:2-suspension")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_dispute_is_argued_evaluated_and_ruled_and_the_verdicts_follow(town: Town, script: Script):
    told_of = played(script, town)

    assert script.before == in_dispute(script, told_of.before)
    _check_evaluation(told_of)
    _check_rulings(told_of)
    assert script.after == in_dispute(script, told_of.after)
    _check_end(town, told_of)


def _check_evaluation(told_of: Played) -> None:
    """Each claim alone changes what the script says that it would, and the smallest sets that decide are named."""
    script, evaluation = told_of.script, told_of.evaluation
    for claimed, evaluated in zip(script.claims, evaluation["claims"], strict=True):
        alone = first_cycles(evaluated["alone"])

        assert {**script.before, **claimed.alone} == in_dispute(script, alone), evaluated["says"]
    for clock in evaluation["clocks"]:
        if clock["clock"] in script.decided_by:
            decided_by = [one["claims"] for one in clock["decided_by"]]
            assert script.decided_by[clock["clock"]] == decided_by


def _check_rulings(told_of: Played) -> None:
    """An upheld claim writes one event to the ticket and says what changed; a dismissed one writes nothing."""
    for claimed, ruling in zip(told_of.script.claims, told_of.rulings, strict=True):
        (event,) = ruling["recorded"]

        assert ("claim_ruled", claimed.upheld) == (event["event"], event["upheld"])
        assert int(claimed.upheld) == len(ruling["ticket_recorded"])
        assert claimed.upheld == (ruling["difference"] is not None)


def _check_end(town: Town, told_of: Played) -> None:
    """The dispute is settled, and what was known before the ruling is still answered as it was then."""
    cast = Cast(town)
    dispute = told(cast[CUSTOMER].get(f"/v1/disputes/{told_of.dispute}"))
    states = ["upheld" if one.upheld else "dismissed" for one in told_of.script.claims]
    assert ("settled", states) == (dispute["state"], [one["state"] for one in dispute["claims"]])
    last = told_of.script.life[-1].at
    known_then = verdicts(cast[AGENT], told_of.ticket, known_at=last)
    assert told_of.script.before == in_dispute(told_of.script, known_then)


def test_the_evaluation_still_asks_about_the_claims_once_they_are_ruled(town: Town):
    told_of = played(SCRIPTS[0], town)

    again = told(Cast(town)[MANAGER].get(f"/v1/disputes/{told_of.dispute}/evaluation"))

    assert told_of.evaluation["clocks"] == again["clocks"]


def test_another_customer_hears_nothing_of_a_dispute(town: Town):
    told_of = played(SCRIPTS[0], town)
    stranger = town.caller(CUSTOMER, GLOBEX)

    for part in ("", "/history", "/evaluation"):
        told(stranger.get(f"/v1/disputes/{told_of.dispute}{part}"), 404)
    assert [] == told(stranger.get("/v1/disputes", ticket=told_of.ticket))["disputes"]
