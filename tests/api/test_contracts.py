"""Contracts over HTTP: put on file, changed by commands, how they stand, and the severity that an agreement proposes."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.contract.events import Reduced
from tests.api.house import ACME, Town, told

PAPER = {"agreement": "imagicle-care", "customer": ACME, "plan": "gold", "region": "europe"}


def test_a_contract_is_drawn_up(town: Town):
    answer = town.caller("service-manager").post("/v1/contracts", PAPER)

    done = told(answer, 201)
    assert (f"/v1/contracts/{done['contract']}", '"1"') == (answer.headers["Location"], answer.headers["ETag"])
    (event,) = done["recorded"]
    assert ("drawn_up", "gold") == (event["event"], event["plan"])


def test_what_an_admin_puts_on_file_the_system_does(town: Town):
    done = told(town.caller("admin", person="root").post("/v1/contracts", PAPER), 201)

    assert [{"id": "root", "role": "system"}] == [event["by"] for event in done["recorded"]]


def test_a_contract_that_does_not_fit_its_agreement_is_refused(town: Town):
    manager = town.caller("service-manager")

    changes: list[tuple[dict[str, Any], str]] = [
        ({"plan": "diamond"}, "unknown plan"),
        ({"region": "the-moon"}, "unknown region"),
        ({"readings": {"imagicle-care:nothing/at-all": "so"}}, "unknown reading"),
    ]

    for change, says in changes:
        problem = told(manager.post("/v1/contracts", PAPER | change), 422)

        assert says in problem["detail"]


def test_a_contract_under_an_agreement_that_nobody_published_is_refused(town: Town):
    problem = told(town.caller("service-manager").post("/v1/contracts", PAPER | {"agreement": "unheard-of"}), 404)

    assert "unheard-of" in problem["detail"]


def test_a_contract_tells_how_it_stands(town: Town):
    manager = town.caller("service-manager")
    contract = manager.draws_up(people=[{"id": "ada", "role": "administrator", "name": "Ada Byron"}])
    told(manager.post(f"/v1/contracts/{contract}/sign", {"until": "2026-12-31", "starts": "2026-03-01"}, version=1))

    answer = town.caller("technical-contact", ACME).get(f"/v1/contracts/{contract}")

    stands = told(answer)
    assert ('"2"', "gold", True) == (answer.headers["ETag"], stands["paper"]["plan"], stands["is_paid"])
    assert (True, "2026-12-31T23:00:00Z") == (stands["cover"]["covered"], stands["cover"]["until"])
    assert ["ada"] == [one["id"] for one in stands["people"]]


def test_a_contract_is_listed_with_the_cover_that_it_has_now(town: Town):
    manager = town.caller("service-manager")
    contract = manager.draws_up()
    starts = (town.clock() + timedelta(days=2)).date()
    order = {"until": "2027-12-31", "starts": str(starts)}
    signed = told(manager.post(f"/v1/contracts/{contract}/sign", order, version=1))

    def listed() -> tuple[bool, str | None]:
        found = told(manager.get("/v1/contracts", after=signed["position"], limit=100))["contracts"]
        one = next(one for one in found if one["contract"] == contract)
        return one["covered"], one["covered_until"]

    assert (False, None) == listed()
    town.clock.goes_on(days=3)
    assert (True, "2027-12-31T23:00:00Z") == listed()
    assert "2027-12-31T23:00:00Z" == told(manager.get(f"/v1/contracts/{contract}"))["cover"]["until"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("renew", {"until": "9999-12-31"}),
        ("end", {"until": "9999-12-31"}),
        ("end-life", {"on": "9999-12-31"}),
        ("cover-product", {"product": "fax", "from": "0001-01-01"}),
    ],
)
def test_a_contract_is_not_agreed_for_days_that_no_calendar_reaches(town: Town, command: str, said: dict[str, str]):
    manager = town.caller("service-manager")
    contract = manager.draws_up()

    problem = told(manager.post(f"/v1/contracts/{contract}/{command}", said, version=1), 422)

    assert "-12-31; name a day up to that" in problem["detail"] or "-01-01; name that day" in problem["detail"]
    assert told(manager.get(f"/v1/contracts/{contract}"))["cover"]["covered"]


def test_a_contract_whose_stored_end_no_calendar_reaches_is_told_and_renews_no_further(town: Town):
    manager, agent = town.caller("service-manager"), town.caller("agent")
    contract = manager.draws_up()
    desk = town.house.desk
    (paper,) = desk.stream(UUID(contract))
    reduced = Reduced.model_construct(effective_at=town.clock(), until=date.max)
    desk.save(paper._replace(originator_version=2, event=reduced, previous=paper.digest))
    ticket = agent.opens(contract)

    stands = told(manager.get(f"/v1/contracts/{contract}"))
    assert (True, "2199-12-31T23:00:00Z") == (stands["cover"]["covered"], stands["cover"]["until"])
    assert told(agent.get(f"/v1/tickets/{ticket}/clocks"))["clocks"]
    assert {200} == {agent.get(page).status_code for page in (f"/v1/contracts/{contract}/history", "/v1/contracts")}
    refused = told(manager.post(f"/v1/contracts/{contract}/renew", {"until": "2199-12-31"}, version=2), 409)
    assert "runs until 2199-12-31 already" in refused["detail"]


def test_a_contract_is_told_as_it_stood_and_as_it_was_known(town: Town):
    manager = town.caller("service-manager")
    contract = manager.draws_up()
    drawn_up = town.clock().isoformat()
    town.clock.goes_on(days=2)
    told(manager.post(f"/v1/contracts/{contract}/amend", {"plan": "platinum", "effective_at": drawn_up}, version=1))

    def plan(**asked: str) -> str:
        return str(told(manager.get(f"/v1/contracts/{contract}", **asked))["paper"]["plan"])

    assert "platinum" == plan(as_of=drawn_up)
    assert "gold" == plan(as_of=drawn_up, known_at=drawn_up)


def test_an_amendment_does_not_move_the_tickets_of_before(town: Town):
    manager, agent = town.caller("service-manager"), town.caller("agent")
    contract = manager.draws_up()
    before = agent.opens(contract)
    town.clock.goes_on(hours=1)
    told(manager.post(f"/v1/contracts/{contract}/amend", {"plan": "basic"}, version=1))
    after = agent.opens(contract)

    def plan(ticket: str) -> str:
        return str(told(agent.get(f"/v1/tickets/{ticket}/casefile"))["contract"]["plan"])

    assert ("gold", "basic") == (plan(before), plan(after))


def test_a_contracts_history_says_who_did_what(town: Town):
    manager = town.caller("service-manager")
    contract = manager.draws_up()
    told(manager.post(f"/v1/contracts/{contract}/report-unpaid", version=1))
    told(manager.post(f"/v1/contracts/{contract}/report-unpaid", version=2))
    told(manager.post(f"/v1/contracts/{contract}/report-paid", version=2))

    lines = manager.get(f"/v1/contracts/{contract}/history").json()

    assert ["drawn_up", "unpaid", "paid"] == [line["event"] for line in lines]
    assert {"service-manager"} == {line["by"]["role"] for line in lines}


@pytest.mark.clause("imagicle-care:fees")
def test_unpaid_fees_keep_tickets_from_being_opened_and_pause_those_that_are(town: Town):
    manager, agent = town.caller("service-manager"), town.caller("agent")
    contract = manager.draws_up()
    ticket = agent.opens(contract)
    town.clock.goes_on(hours=1)
    told(manager.post(f"/v1/contracts/{contract}/report-unpaid", version=1))

    assert not told(manager.get(f"/v1/contracts/{contract}"))["is_paid"]
    problem = told(agent.post("/v1/tickets", {"contract": contract, "severity": 2}), 422)
    assert ("/problems/not-covered", "imagicle-care:fees") == (problem["type"], problem["clause"])
    states = {clock["clock"]: clock["state"] for clock in told(agent.get(f"/v1/tickets/{ticket}"))["clocks"]}
    assert "paused" == states["response"]


def test_a_command_that_the_contracts_history_does_not_allow_is_refused(town: Town):
    manager = town.caller("service-manager")
    contract = manager.draws_up()
    told(manager.post(f"/v1/contracts/{contract}/cancel", version=1))

    problem = told(manager.post(f"/v1/contracts/{contract}/reduce", {"until": "2026-06-30"}, version=2), 409)

    assert "/problems/contract-refused" == problem["type"]


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("sign", {"starts": "2019-01-01", "until": "2019-12-01"}),
        ("sign", {"ordered_at": "2026-03-02T09:00:01+01:00"}),
        ("renew", {"until": "2027-12-31", "ordered_on": "2026-03-03"}),
        ("expire", {"until": "2026-03-01"}),
        ("reduce", {"until": "2019-12-01"}),
        ("end", {"until": "2026-03-01"}),
        ("cover-product", {"product": "fax", "until": "2026-03-01"}),
    ],
)
def test_no_command_reaches_behind_the_day_from_which_it_counts(town: Town, command: str, fields: dict[str, str]):
    manager, agent = town.caller("service-manager"), town.caller("agent")
    contract = manager.draws_up()

    problem = told(manager.post(f"/v1/contracts/{contract}/{command}", fields, version=1), 422)

    assert "/problems/bad-instant" == problem["type"]
    assert problem["remedy"]
    agent.opens(contract)


def test_a_contract_that_ended_lately_is_told_with_the_day_since_when(town: Town):
    manager = town.caller("service-manager")
    contract = manager.draws_up()
    ended = {"until": "2026-02-20", "effective_at": "2026-02-20T12:00:00+01:00"}

    told(manager.post(f"/v1/contracts/{contract}/reduce", ended, version=1))

    assert not told(manager.get(f"/v1/contracts/{contract}"))["cover"]["covered"]


@pytest.mark.clause("xima-care:2")
def test_a_contract_that_was_given_up_does_not_come_back_by_signing_it(town: Town):
    manager = town.caller("service-manager")
    contract = manager.draws_up(agreement="xima-care", plan="standard", region="na")
    order = {"starts": "2026-03-01", "until": "2026-12-31"}
    told(manager.post(f"/v1/contracts/{contract}/sign", order, version="*", key=f"sign-{contract}"))
    told(manager.post(f"/v1/contracts/{contract}/cancel", version="*"))

    refused = told(manager.post(f"/v1/contracts/{contract}/sign", order, version="*"), 409)

    assert ("xima-care:2", "draw up a new contract") == (refused["clause"], refused["remedy"])
    assert told(manager.post(f"/v1/contracts/{contract}/sign", order, version="*", key=f"sign-{contract}"))["repeated"]
    assert not told(manager.get(f"/v1/contracts/{contract}"))["cover"]["covered"]


def test_a_contract_is_changed_on_the_version_that_was_meant(town: Town):
    manager = town.caller("service-manager")
    contract = manager.draws_up()

    told(manager.post(f"/v1/contracts/{contract}/report-unpaid"), 428)
    stale = told(manager.post(f"/v1/contracts/{contract}/report-unpaid", version=7), 412)

    assert 1 == stale["version"]


def test_contracts_are_listed_without_people(town: Town):
    manager = town.caller("service-manager")
    contract = manager.draws_up(people=[{"id": "ada-byron", "role": "administrator"}], support_expert="grace-hopper")
    position = told(manager.post(f"/v1/contracts/{contract}/report-unpaid", version=1))["position"]

    answer = manager.get("/v1/contracts", after=position, limit=200)

    (row,) = (one for one in told(answer)["contracts"] if one["contract"] == contract)
    assert ("gold", 2) == (row["plan"], row["version"])
    assert "ada-byron" not in answer.text
    assert "grace-hopper" not in answer.text


@pytest.mark.parametrize(
    ("asked", "severity"),
    [
        ({"category": "compromised"}, 1),
        ({"category": "reduced-service"}, 2),
        ({"workaround": True}, 3),
        ({"category": "something else"}, None),
        ({}, None),
    ],
)
def test_an_agreement_proposes_a_severity(town: Town, asked: dict[str, Any], severity: int | None):
    contract = town.caller("service-manager").draws_up()

    proposal = told(town.caller("agent").get(f"/v1/contracts/{contract}/severity", **asked))

    assert severity == proposal["severity"]
    assert all(guide["clause"] == "imagicle-care:priorities" for guide in proposal["guides"])


@pytest.mark.parametrize("asked", [{"loss": "nan"}, {"loss": 101}, {"loss": -1}, {"workaround": "perhaps"}])
def test_what_is_no_share_is_refused(town: Town, asked: dict[str, Any]):
    contract = town.caller("service-manager").draws_up()

    told(town.caller("agent").get(f"/v1/contracts/{contract}/severity", **asked), 422)
