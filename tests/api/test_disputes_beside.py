"""Two disputes about one ticket: what was upheld in one, open or settled, is not contradicted in the other."""

from dataclasses import replace

import pytest

from tests.api.house import Town, told
from tests.disputes.scripts import AGENT, CUSTOMER, MANAGER, TWO_ROWS, Cast, Claimed, argued, lived, says

EXCUSED = Claimed(CUSTOMER, {"kind": "excuse", "clock": "response"}, "nobody is to blame", False, False, "somebody is")
ONE_HOUR = replace(TWO_ROWS, claims=(*TWO_ROWS.claims, EXCUSED))
TWO_HOURS = {"kind": "reading", "reading": "xima-care:6.5/severity-2", "option": "two-hours"}
BESIDE = replace(
    TWO_ROWS, opened_by=AGENT, claims=(Claimed(AGENT, TWO_HOURS, "the special row goes first", False, True, "so"),)
)


@pytest.fixture
def both(town: Town) -> tuple[Cast, str, str]:
    """Of the first dispute a claim was upheld, and another is still to be ruled; the second contradicts what was upheld."""
    cast = Cast(town)
    ticket = lived(ONE_HOUR, town, cast)
    first = argued(ONE_HOUR, ticket, cast)
    says(cast[MANAGER], first, "rule", claim=1, upheld=True, why="whoever wrote the table bears what it leaves open")
    second = argued(BESIDE, ticket, cast)
    caught_up(town)
    return cast, first, second


def caught_up(town: Town) -> None:
    """The lists know of everything."""
    house = town.house
    assert house.runner.wait_for(house.desk.recorder.max_notification_id() or 0, 10)


def test_what_contradicts_a_claim_upheld_in_another_open_dispute_is_not_upheld(both: tuple[Cast, str, str]):
    cast, first, second = both
    ruling = {"claim": 1, "upheld": True, "why": "a row for severity 2 alone would otherwise mean nothing"}

    refused = cast[MANAGER].post(f"/v1/disputes/{second}/rule", ruling, version="*").json()

    assert f"claim 1 of dispute {first}, upheld, says otherwise" == refused["detail"]
    assert "dismiss claim 1; or have claim 1 of that dispute ruled anew first" == refused["remedy"]
    says(cast[MANAGER], second, "rule", claim=1, upheld=False, why="the other row was found to hold")


def test_what_was_upheld_holds_after_its_dispute_was_settled_until_it_is_ruled_anew(
    both: tuple[Cast, str, str], town: Town
):
    cast, first, second = both
    says(cast[MANAGER], first, "rule", claim=2, upheld=False, why="somebody is to blame")
    ruling = {"claim": 1, "upheld": True, "why": "a court said so"}

    refused = told(cast[MANAGER].post(f"/v1/disputes/{second}/rule", ruling, version="*"), 409)
    assert "settled" == told(cast[MANAGER].get(f"/v1/disputes/{first}"))["state"]
    assert f"claim 1 of dispute {first}, upheld, says otherwise" == refused["detail"]
    remedy = "dismiss claim 1; or reopen that one, and have claim 1 of that dispute ruled anew first"
    assert remedy == refused["remedy"]

    says(cast[MANAGER], first, "reopen", why="a court said otherwise", claims=[1])
    town.clock.goes_on(days=15)
    says(cast[MANAGER], first, "rule", claim=1, upheld=False, why="a court said otherwise")
    assert "ruled" == says(cast[MANAGER], second, "rule", **ruling)["ticket_recorded"][0]["event"]


def test_a_dispute_in_which_something_was_upheld_is_not_given_up(both: tuple[Cast, str, str]):
    cast, first, _ = both

    refused = told(cast[CUSTOMER].post(f"/v1/disputes/{first}/withdraw", {}, version="*"), 409)

    assert "claim 1 was upheld, and what was upheld holds" == refused["detail"]


def test_what_was_upheld_is_neither_ruled_nor_corrected_otherwise_without_a_dispute(
    both: tuple[Cast, str, str], town: Town
):
    cast, first, _ = both
    ticket = told(cast[MANAGER].get(f"/v1/disputes/{first}"))["ticket"]
    says(cast[MANAGER], first, "rule", claim=2, upheld=False, why="somebody is to blame")
    otherwise = {"reading": {TWO_HOURS["reading"]: "two-hours"}, "why": "so we read it"}
    strike = {"number": 3, "struck": True, "why": "by mistake"}
    assert "ruled" == cast[MANAGER].get(f"/v1/tickets/{ticket}/history").json()[2]["event"]

    for command, fields in (("rule", otherwise), ("correct", strike)):
        refused = told(cast[MANAGER].post(f"/v1/tickets/{ticket}/{command}", fields, version="*"), 409)
        assert f"claim 1 of dispute {first}, upheld, says otherwise" == refused["detail"]
        assert "reopen that dispute, and have the claim ruled anew" == refused["remedy"]
    cast[MANAGER].does(ticket, "rule", excuse="response", why="nobody is to blame")
    cast[MANAGER].does(ticket, "correct", number=2, moved_to="2026-03-02T10:31:00-07:00", why="the mail says so")

    says(cast[MANAGER], first, "reopen", why="it is read otherwise", claims=[1])
    town.clock.goes_on(days=15)
    says(cast[MANAGER], first, "rule", claim=1, upheld=False, why="it is the second row")
    cast[MANAGER].does(ticket, "rule", **otherwise)


def test_what_a_claim_upheld_in_one_dispute_wrote_is_not_struck_by_a_claim_of_another(
    both: tuple[Cast, str, str], town: Town
):
    cast, first, second = both
    says(cast[AGENT], second, "make-claim", claim={"kind": "happened-otherwise", "number": 3, "struck": True})
    says(cast[CUSTOMER], second, "answer", claim=2, accepts=False)
    ruling = {"claim": 2, "upheld": True, "why": "by mistake"}

    refused = told(cast[MANAGER].post(f"/v1/disputes/{second}/rule", ruling, version="*"), 409)

    assert f"claim 1 of dispute {first}, upheld, says otherwise" == refused["detail"]


def test_what_was_upheld_a_moment_ago_holds_at_once(town: Town):
    """Before any list can know of the dispute."""
    cast = Cast(town)
    ticket = lived(TWO_ROWS, town, cast)
    first = argued(TWO_ROWS, ticket, cast)
    says(cast[MANAGER], first, "rule", claim=1, upheld=True, why="whoever wrote the table bears what it leaves open")
    otherwise = {"reading": {TWO_HOURS["reading"]: "two-hours"}, "why": "so we read it"}

    refused = told(cast[MANAGER].post(f"/v1/tickets/{ticket}/rule", otherwise, version="*"), 409)

    assert f"claim 1 of dispute {first}, upheld, says otherwise" == refused["detail"]
