"""One ticket over HTTP: how it stands, its history, its clocks at any instant, its case file, what could be done with it."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.answer import answer
from domain.casefile import read_case
from domain.judgement import judge
from domain.terms.lookup import find
from scripts.cli import main
from tests.api.house import ACME, MONDAY_9, Caller, Town, told


@pytest.fixture
def waited(town: Town) -> tuple[Caller, str]:
    """A ticket of priority 3 that waited for access from 10 to 12 o'clock and was answered at 13, all told in time."""
    contract = town.caller("service-manager").draws_up()
    contact, agent = town.caller("technical-contact", ACME), town.caller("agent")
    ticket = contact.opens(contract)
    town.clock.goes_on(hours=1)
    agent.does(ticket, "waiting", on="access")
    town.clock.goes_on(hours=2)
    contact.does(ticket, "end-wait", on="access")
    town.clock.goes_on(hours=1)
    agent.does(ticket, "respond")
    return agent, ticket


def at(hours: float) -> str:
    return (MONDAY_9 + timedelta(hours=hours)).isoformat()


def response(answer: dict[str, Any]) -> dict[str, Any]:
    (clock,) = (clock for clock in answer["clocks"] if clock["clock"] == "response")
    return dict(clock)


def test_a_ticket_tells_how_it_stands_now(waited: tuple[Caller, str]):
    agent, ticket = waited

    answer = agent.get(f"/v1/tickets/{ticket}")

    stands = told(answer)
    assert ('"4"', 4) == (answer.headers["ETag"], stands["version"])
    assert (ticket, ACME, "imagicle-care", "open", 3) == tuple(
        stands[name] for name in ("ticket", "customer", "agreement", "status", "severity")
    )
    assert ("stopped", "met", 7200) == tuple(response(stands)[name] for name in ("state", "verdict", "used_seconds"))


def test_a_ticket_has_its_row_in_the_lists_once_they_know_of_it(waited: tuple[Caller, str]):
    agent, ticket = waited
    position = agent.does(ticket, "assign", to="night team")["position"]

    stands = told(agent.get(f"/v1/tickets/{ticket}", after=position))

    assert ("night team", 5) == (stands["listed"]["assignee"], stands["listed"]["version"])


def test_a_history_says_who_did_what_and_by_which_command(waited: tuple[Caller, str]):
    agent, ticket = waited

    lines = agent.get(f"/v1/tickets/{ticket}/history").json()

    assert ["opened", "waiting", "wait_ended", "responded"] == [line["event"] for line in lines]
    assert [1, 2, 3, 4] == [line["version"] for line in lines]
    assert {"id": "technical-contact", "role": "technical-contact"} == lines[0]["by"]
    envelope = lines[1]["envelope"]
    assert envelope["command"].startswith("key-")
    assert envelope["origin"].startswith("key:")
    assert 4 == len({line["envelope"]["digest"] for line in lines})


def test_an_events_own_fields_are_not_those_of_its_envelope(town: Town):
    contract = town.caller("service-manager").draws_up()
    agent = town.caller("agent")
    ticket = agent.opens(contract, origin="mail-17")

    (line,) = agent.get(f"/v1/tickets/{ticket}/history").json()

    assert "mail-17" == line["origin"]


def test_nobody_is_told_what_a_clock_counts_for_centuries_to_come(waited: tuple[Caller, str]):
    agent, ticket = waited
    far, near = "2199-01-01T00:00:00Z", at(24 * 365 * 5)

    told(agent.get(f"/v1/tickets/{ticket}/clocks", as_of=near))
    problem = told(agent.get(f"/v1/tickets/{ticket}/clocks", as_of=far), 422)
    told(agent.post(f"/v1/tickets/{ticket}/what-if?as_of={far}", {"plan": "gold"}), 422)

    assert ("as_of: lies more than five years ahead", "name an instant within five years") == (
        problem["detail"],
        problem["remedy"],
    )


def test_clocks_are_told_as_of_any_instant(waited: tuple[Caller, str]):
    agent, ticket = waited

    paused = response(told(agent.get(f"/v1/tickets/{ticket}/clocks", as_of=at(2))))
    ran = response(told(agent.get(f"/v1/tickets/{ticket}/clocks", as_of=at(0.5))))

    assert ("paused", 3600) == (paused["state"], paused["used_seconds"])
    assert ("running", 1800) == (ran["state"], ran["used_seconds"])


def test_clocks_are_told_with_what_was_known_by_an_instant(town: Town):
    contract = town.caller("service-manager").draws_up()
    agent = town.caller("agent")
    ticket = agent.opens(contract)
    town.clock.goes_on(hours=3)
    agent.does(ticket, "waiting", on="access", effective_at=at(1))

    then = response(told(agent.get(f"/v1/tickets/{ticket}/clocks", as_of=at(2), known_at=at(2))))
    now = response(told(agent.get(f"/v1/tickets/{ticket}/clocks", as_of=at(2))))

    assert ("running", 7200) == (then["state"], then["used_seconds"])
    assert ("paused", 3600) == (now["state"], now["used_seconds"])


def test_before_anything_was_known_there_is_no_severity(waited: tuple[Caller, str]):
    agent, ticket = waited

    answer = told(agent.get(f"/v1/tickets/{ticket}/clocks", known_at="2020-01-01T00:00:00Z"))

    assert answer["severity"] is None


def test_clocks_are_told_under_another_reading(waited: tuple[Caller, str]):
    agent, ticket = waited
    reading = "imagicle-care:client-liability/clocks"

    answer = told(agent.get(f"/v1/tickets/{ticket}/clocks", reading=[f"{reading}=connectivity-only"]))

    assert "connectivity-only" == response(answer)["readings"][reading]


def test_every_reading_that_changes_a_verdict_is_told_on_request(waited: tuple[Caller, str]):
    agent, ticket = waited

    assert "readings" not in told(agent.get(f"/v1/tickets/{ticket}/clocks"))
    assert told(agent.get(f"/v1/tickets/{ticket}/clocks", all_readings=True))["readings"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"as_of": "yesterday"}, "as_of: write an instant with its offset"),
        ({"as_of": "2026-03-02T09:00:00"}, "as_of:"),
        ({"as_of": "1714000000"}, "as_of:"),
        ({"as_of": "2300-01-01T00:00:00Z"}, "as_of:"),
        ({"known_at": "2026-02-30T09:00:00Z"}, "known_at:"),
        ({"reading": "imagicle-care:reaction/clock"}, "reading: write ID=OPTION"),
        ({"reading": "nobody:knows/this=so"}, "reading: unknown reading"),
        ({"reading": "imagicle-care:client-liability/clocks=never"}, "has no option"),
        ({"all_readings": "perhaps"}, "all_readings:"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_the_place(waited: tuple[Caller, str], asked: dict[str, str], says: str):
    agent, ticket = waited

    problem = told(agent.get(f"/v1/tickets/{ticket}/clocks", **asked), 422)

    assert says in problem["detail"]


def test_a_case_file_is_judged_the_same_elsewhere(
    waited: tuple[Caller, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    agent, ticket = waited
    for asked in ({}, {"as_of": at(1.5)}, {"as_of": at(3), "known_at": at(2)}):
        here = told(agent.get(f"/v1/tickets/{ticket}/clocks", **asked))
        file = tmp_path / "case.json"
        file.write_text(agent.get(f"/v1/tickets/{ticket}/casefile", **asked).text)

        assert 0 == main(["judge", "--json", str(file)])
        assert here == json.loads(capsys.readouterr().out)


def test_a_case_file_holds_corrections_rulings_and_the_contracts_own_history(town: Town):
    manager = town.caller("service-manager")
    contract = manager.draws_up(people=[{"id": "ada", "role": "administrator", "name": "Ada Byron"}])
    told(manager.post(f"/v1/contracts/{contract}/sign", {"starts": "2026-01-01", "until": "2026-12-31"}, version=1))
    ticket = manager.opens(contract)
    town.clock.goes_on(hours=1)
    manager.does(ticket, "waiting", on="access")
    told(manager.post(f"/v1/contracts/{contract}/report-unpaid", version=2))
    town.clock.goes_on(hours=1)
    manager.does(ticket, "correct", number=2, why="it began earlier", moved_to=at(0.5))
    manager.does(ticket, "rule", why="settled", excuse="response")

    history = manager.get(f"/v1/tickets/{ticket}/history").json()
    file = told(manager.get(f"/v1/tickets/{ticket}/casefile"))

    assert (3, 2) == (history[2]["version"], history[2]["number"])
    assert ["signed", "unpaid"] == [event["event"] for event in file["contract"]["events"]]
    here = told(manager.get(f"/v1/tickets/{ticket}/clocks"))
    assert ("paused", 1800) == (response(here)["state"], response(here)["used_seconds"])
    assert here == json.loads(json.dumps(answer(judge(read_case(file, find)))))


def test_a_case_file_under_terms_of_its_own_is_judged_the_same_elsewhere(town: Town):
    admin, manager, agent = town.caller("admin"), town.caller("service-manager"), town.caller("agent")
    document = told(agent.get("/v1/agreements/imagicle-care"))["document"]
    told(admin.post("/v1/agreements", json.loads(json.dumps(document).replace("imagicle-care", "of-our-own"))))
    terms = {"clocks": {"response": {"targets": [{"target": "30 min"}]}}}
    contract = manager.draws_up(agreement="of-our-own", terms=terms)
    ticket = agent.opens(contract)
    town.clock.goes_on(hours=1)

    file = told(agent.get(f"/v1/tickets/{ticket}/casefile"))

    assert isinstance(file["agreement"], dict)
    here = told(agent.get(f"/v1/tickets/{ticket}/clocks"))
    assert "breached" == response(here)["verdict"]
    assert here == json.loads(json.dumps(answer(judge(read_case(file, find)))))


def test_what_could_be_done_with_a_ticket_is_told_with_the_reason_why_not(waited: tuple[Caller, str]):
    agent, ticket = waited

    tried = agent.get(f"/v1/tickets/{ticket}/permitted").json()

    lowered = next(one for one in tried if one["command"] == "change-severity" and one["fields"]["severity"] == 4)
    assert (False, "imagicle-care:priority-reduction") == (lowered["permitted"], lowered["clause"])
    again = next(one for one in tried if one["command"] == "respond")
    assert (True, False) == (again["permitted"], again["changes"])
    ruling = next(one for one in tried if one["command"] == "rule")
    assert (False, "") == (ruling["permitted"], ruling["clause"])
    assert "rulings:make" in ruling["reason"]


def test_what_is_said_to_be_permitted_is_admitted(town: Town):
    manager = town.caller("service-manager")
    contract = manager.draws_up()
    original = manager.opens(contract)

    for one in manager.get(f"/v1/tickets/{original}/permitted").json():
        ticket = manager.opens(contract)
        fields = one["fields"] | ({"into": original} if one["command"] == "merge" else {})
        answer = manager.post(f"/v1/tickets/{ticket}/{one['command']}", fields, version="*")

        assert one["permitted"] == answer.is_success, (one, answer.text)
        if one["permitted"]:
            assert one["changes"] == bool(answer.json()["recorded"]), one


def test_a_refused_opening_is_a_ticket_that_never_was_one(town: Town):
    manager = town.caller("service-manager")
    contract = manager.draws_up()
    told(manager.post(f"/v1/contracts/{contract}/cancel", version=1))

    answer = town.caller("agent").post("/v1/tickets", {"contract": contract, "severity": 3})

    problem = told(answer, 422)
    assert (1, '"1"') == (problem["version"], answer.headers["ETag"])
