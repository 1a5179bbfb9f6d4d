"""What was known when, over HTTP: corrections, facts that came late, and what was published too late to judge a ticket."""

from datetime import timedelta
from typing import Any

import pytest

from tests.api.house import ACME, GLOBEX, MONDAY_9, Caller, Town, told


def at(**time: float) -> str:
    return (MONDAY_9 + timedelta(**time)).isoformat()


def clock(answer: dict[str, Any], name: str = "response") -> dict[str, Any]:
    (found,) = (one for one in answer["clocks"] if one["clock"] == name)
    return dict(found)


@pytest.fixture
def late(town: Town) -> tuple[Caller, str]:
    """A gold ticket of priority 3, due at 13:00, that somebody answered at 10:05 on the phone and noted at 13:30."""
    ticket = town.caller("technical-contact", ACME).opens(town.caller("service-manager").draws_up())
    town.clock.goes_on(hours=4.5)
    town.caller("agent").does(ticket, "respond")
    return town.caller("service-manager"), ticket


def corrected(town: Town, late: tuple[Caller, str]) -> tuple[Caller, str]:
    manager, ticket = late
    town.clock.goes_on(days=7)
    manager.does(
        ticket, "correct", number=2, moved_to=at(hours=1, minutes=5), why="the log of the telephone says 10:05"
    )
    return manager, ticket


def test_a_correction_decides_alone_between_what_was_known_then_and_now(town: Town, late: tuple[Caller, str]):
    manager, ticket = corrected(town, late)

    answer = told(manager.get(f"/v1/tickets/{ticket}/difference", as_of=at(days=1)))

    response = clock(answer)
    assert ("breached", "met") == (response["before"]["verdict"], response["after"]["verdict"])
    assert [{"decides": "alone", "inputs": [1]}] == response["because"]
    assert (
        "response: known on Tue 3 Mar 2026 09:00: BREACHED Mon 2 Mar 2026 13:00; known now: met Mon 2 Mar 2026 10:05, "
        "used 1 h 5 min, because correction 3 of Mon 9 Mar 2026 moved event 2 (responded) from Mon 2 Mar 2026 13:30 to "
        "Mon 2 Mar 2026 10:05"
    ) == response["says"]
    assert [2] == [one["event"] for one in answer["judged_otherwise"]]


def test_two_readings_are_held_against_each_other(town: Town, late: tuple[Caller, str]):
    manager, ticket = late
    reading = "imagicle-care:reaction/limit"
    options = {one["id"]: one for one in told(manager.get("/v1/agreements/imagicle-care"))["document"]["reading"]}
    (other,) = (one for one in options[reading]["options"] if one != options[reading]["default"])

    answer = told(manager.get(f"/v1/tickets/{ticket}/difference", other_reading=f"{reading}={other}"))

    assert [f"reading {reading}"] == [one["kind"] for one in answer["inputs"]]
    assert ["as it stands", "otherwise"] == [answer["before"]["called"], answer["after"]["called"]]


def test_nothing_differs_from_itself(late: tuple[Caller, str]):
    manager, ticket = late

    answer = told(manager.get(f"/v1/tickets/{ticket}/difference", known_at=at(days=2), other_known_at=at(days=2)))

    assert ([], [], ["Nothing differs."]) == (answer["inputs"], answer["clocks"], answer["words"])


def test_the_story_of_a_correction_names_who_why_and_both_verdicts(town: Town, late: tuple[Caller, str]):
    manager, ticket = corrected(town, late)

    (revision,) = told(manager.get(f"/v1/tickets/{ticket}/revisions", as_of=at(days=1)))["revisions"]

    assert ("2026-03-09T12:30:00Z", True) == (revision["known_from"], revision["changes_verdict"])
    (said,) = revision["said"]
    assert ("corrected", "service-manager", "the log of the telephone says 10:05") == (
        said["is_about"],
        said["by"],
        said["why"],
    )
    assert ("breached", "met") == (clock(revision)["before"]["verdict"], clock(revision)["after"]["verdict"])


def test_what_a_customer_was_told_of_a_breach_that_was_none_is_contradicted(town: Town, late: tuple[Caller, str]):
    manager, ticket = late
    town.caller("agent").does(ticket, "notify", milestone="breach", to="customer", channel="email")
    corrected(town, late)

    (one,) = told(manager.get(f"/v1/tickets/{ticket}/revisions"))["contradicted"]

    assert ("notified", "customer", "breach", 3, True) == (
        *(one["statement"][name] for name in ("kind", "to", "says", "event")),
        one["told_of_breach"],
    )


def test_fees_found_unpaid_later_show_both_verdicts(town: Town):
    manager, agent = town.caller("service-manager"), town.caller("agent")
    contract = manager.draws_up()
    ticket = agent.opens(contract)
    town.clock.goes_on(days=2)
    told(manager.post(f"/v1/contracts/{contract}/report-unpaid", {"effective_at": at(hours=1)}, version=1))

    (revision,) = told(manager.get(f"/v1/tickets/{ticket}/revisions", as_of=at(days=1)))["revisions"]

    assert ["late contract event"] == [one["is_about"] for one in revision["said"]]
    assert ("breached", "open", "paused") == (
        clock(revision)["before"]["verdict"],
        clock(revision)["after"]["verdict"],
        clock(revision)["after"]["state"],
    )


@pytest.mark.clause("imagicle-care:renewal")
def test_a_late_renewal_makes_an_opening_regular_that_was_not(town: Town):
    manager, agent = town.caller("service-manager"), town.caller("agent")
    contract = manager.draws_up()
    told(
        manager.post(
            f"/v1/contracts/{contract}/sign",
            {"until": "2026-12-31", "starts": "2025-01-01", "effective_at": at(days=-20)},
            version=1,
        )
    )
    ticket = agent.opens(contract)
    town.clock.goes_on(days=3)
    told(
        manager.post(
            f"/v1/contracts/{contract}/reduce", {"until": "2026-02-28", "effective_at": at(days=-2)}, version=2
        )
    )
    town.clock.goes_on(days=10)
    told(
        manager.post(f"/v1/contracts/{contract}/renew", {"until": "2027-02-28", "effective_at": at(days=-1)}, version=3)
    )

    *_, expired, renewed = told(manager.get(f"/v1/tickets/{ticket}/revisions"))["revisions"]

    assert [1] == [one["event"] for one in expired["irregular_after"]]
    assert [1] == [one["event"] for one in renewed["irregular_before"]]
    assert not renewed["irregular_after"]


def test_a_hypothesis_is_answered_beside_the_record_and_never_stored(town: Town, late: tuple[Caller, str]):
    manager, ticket = late

    answer = told(manager.post(f"/v1/tickets/{ticket}/what-if", {"without": [2], "severity": 4}))

    assert "breached" == clock(answer["record"])["verdict"]
    assert "open" == clock(answer["supposed"])["verdict"]
    assert ("together", [1, 2]) == tuple(
        clock(answer["difference"])["because"][0][name] for name in ("decides", "inputs")
    )
    assert 2 == told(manager.get(f"/v1/tickets/{ticket}"))["version"]


def test_a_hypothesis_that_does_not_fit_is_refused_with_the_remedy(late: tuple[Caller, str]):
    manager, ticket = late
    path = f"/v1/tickets/{ticket}/what-if"

    assert "the plans are basic, gold and platinum" in told(manager.post(path, {"plan": "bronze"}), 422)["detail"]
    assert "the history has 2" in told(manager.post(path, {"without": [9]}), 422)["detail"]
    assert "nothing is supposed" in told(manager.post(path, {}), 422)["detail"]
    assert "there is no" in told(manager.post(path, {"agreement": "unheard-of"}), 422)["detail"]


def test_a_customer_supposes_nothing_under_agreements_of_others(late: tuple[Caller, str], town: Town):
    _, ticket = late
    town.caller("service-manager").draws_up(agreement="xmpro", customer=GLOBEX, plan="subscription", region="")
    contact = town.caller("technical-contact", ACME)

    known = told(contact.post(f"/v1/tickets/{ticket}/what-if", {"agreement": "xmpro"}), 422)
    unknown = told(contact.post(f"/v1/tickets/{ticket}/what-if", {"agreement": "xmprx"}), 422)

    assert unknown["detail"].replace("xmprx", "xmpro") == known["detail"]


def test_a_holiday_published_afterwards_does_not_judge_the_ticket_and_stands_beside_it(town: Town):
    manager, admin = town.caller("service-manager"), town.caller("admin")
    ticket = town.caller("agent").opens(manager.draws_up(plan="basic"), severity=1)
    town.clock.goes_on(days=7)
    document = told(admin.get("/v1/holidays/italy"))["document"]
    holiday = {"date": "2026-03-03", "name": "announced afterwards"}
    told(admin.post("/v1/holidays", document | {"dates": [*document.get("dates", ()), holiday]}))

    story = told(manager.get(f"/v1/tickets/{ticket}/revisions", as_of=at(days=2, hours=1)))

    (beside,) = story["not_applied"]
    assert ("holidays", "italy") == (beside["what"], beside["name"])
    response = clock(beside["difference"])
    assert ("breached", "open") == (response["before"]["verdict"], response["after"]["verdict"])
    assert "breached" == clock(told(manager.get(f"/v1/tickets/{ticket}/clocks", as_of=at(days=2, hours=1))))["verdict"]


def test_an_agreement_version_published_late_stands_beside_the_record(town: Town):
    manager, admin = town.caller("service-manager"), town.caller("admin")
    ticket = town.caller("agent").opens(manager.draws_up())
    town.clock.goes_on(days=1)
    document = told(admin.get("/v1/agreements/imagicle-care"))["document"]
    (response,) = (one for one in document["clock"] if one["name"] == "response")
    for row in response["targets"]:
        if row["target"] == "4 h":
            row["target"] = "6 h"
    told(admin.post("/v1/agreements", document | {"version": "late", "valid_from": "2026-03-01"}))

    story = told(manager.get(f"/v1/tickets/{ticket}/revisions", as_of=at(hours=5)))

    (beside,) = (one for one in story["not_applied"] if one["what"] == "agreement")
    assert ("imagicle-care", "late") == (beside["name"], beside["version"])
    assert ("breached", "open") == tuple(clock(beside["difference"])[side]["verdict"] for side in ("before", "after"))


def test_many_tickets_are_asked_at_once_and_a_customer_asks_about_its_own(town: Town):
    manager = town.caller("service-manager")
    contract = manager.draws_up()
    agent = town.caller("agent")
    ticket = agent.opens(contract)
    town.clock.goes_on(hours=7)
    position = agent.does(ticket, "respond")["position"]
    question = {"hypothesis": {"severity": 4}, "among": {"contract": contract}}

    tally = told(manager.send("POST", f"/v1/what-if?after={position}", json=question))
    own = told(town.caller("primary-contact", ACME).send("POST", "/v1/what-if", json=question))
    others = told(town.caller("primary-contact", GLOBEX).send("POST", "/v1/what-if", json=question))

    assert (1, 1) == (tally["tickets"], tally["changed"])
    (changed,) = tally["shown"]
    assert (ticket, [{"clock": "response", "cycle": 1, "verdict": "breached", "supposed": "met"}]) == (
        changed["ticket"],
        [one for one in changed["changes"] if one["clock"] == "response"],
    )
    assert tally == own
    assert 0 == others["tickets"]
