"""Two disputes about one ticket: what was upheld in one that is still open is not contradicted in the other."""

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
    house = town.house
    assert house.runner.wait_for(house.desk.recorder.max_notification_id() or 0, 10)
    return cast, first, second


def test_what_contradicts_a_claim_upheld_in_another_open_dispute_is_not_upheld(both: tuple[Cast, str, str]):
    cast, first, second = both
    ruling = {"claim": 1, "upheld": True, "why": "a row for severity 2 alone would otherwise mean nothing"}

    refused = cast[MANAGER].post(f"/v1/disputes/{second}/rule", ruling, version="*").json()

    assert f"claim 1 of dispute {first}, upheld, says otherwise" == refused["detail"]
    assert "dismiss claim 1; or have claim 1 of that dispute ruled anew first" == refused["remedy"]
    says(cast[MANAGER], second, "rule", claim=1, upheld=False, why="the other row was found to hold")


def test_once_the_other_dispute_has_ended_a_later_ruling_is_the_later_word(both: tuple[Cast, str, str], town: Town):
    cast, first, second = both
    says(cast[MANAGER], first, "rule", claim=2, upheld=False, why="somebody is to blame")
    house = town.house
    assert house.runner.wait_for(house.desk.recorder.max_notification_id() or 0, 10)

    ruled = says(cast[MANAGER], second, "rule", claim=1, upheld=True, why="a court said so")

    assert "ruled" == ruled["ticket_recorded"][0]["event"]
    assert "settled" == told(cast[MANAGER].get(f"/v1/disputes/{first}"))["state"]
