"""The 300 worked cases over HTTP: each event asked for as its command, at its instant; then the clocks are as expected.

A case with an act that the API refuses is history from elsewhere: it is imported, and judged the same.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from domain.casefile import read_case
from domain.desk.importing import Arrival, Importer
from domain.terms.lookup import find
from domain.ticket.commands import COMMANDS
from projections.store.pool import open_pool
from tests.api.house import ACME, Caller, Clock, Town, told
from tests.api.house import town as running

FILE = Path(__file__).parents[1] / "conformance" / "cases.json"
CASES: dict[str, dict[str, Any]] = {case["case"]: case for case in json.loads(FILE.read_text("utf-8"))}

COMMAND_OF = {command.records.model_fields["event"].default: name for name, command in COMMANDS.items()}

CUSTOMERS = {"opened": "technical-contact", "notified_by_phone": "technical-contact", "withdrawn": "technical-contact"}
"""Who did what, where the case leaves it open: these the customer, the rest the vendor."""


@dataclass
class Replayed:
    """The cases sent to a service: where each became a ticket, and why some did not."""

    town: Town
    relay: Caller
    refused: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    told: dict[str, dict[tuple[str, int], dict[str, Any]]] = field(default_factory=dict)

    def clocks(self, name: str) -> dict[tuple[str, int], dict[str, Any]]:
        """Those of a case, which is sent once."""
        if name not in self.told:
            self.told[name] = self._clocks(CASES[name])
        return self.told[name]

    def _clocks(self, case: dict[str, Any]) -> dict[tuple[str, int], dict[str, Any]]:
        ticket = self._asked_for(case) or self._imported(case)
        asked = {key: case[key] for key in ("as_of", "known_at") if key in case}
        readings = [f"{reading}={option}" for reading, option in case["readings"].items()]
        answer = told(self.relay.get(f"/v1/tickets/{ticket}/clocks", reading=readings, **asked))
        return {(clock["clock"], clock["cycle"]): clock for clock in answer["clocks"]}

    def _asked_for(self, case: dict[str, Any]) -> str | None:
        """The ticket that the commands of a case make; None where one of them is refused."""
        self._is_now(case["events"][0]["at"])
        contract = self.relay.draws_up(**{"agreement": case["agreement"], "plan": "", "region": "", **case["contract"]})
        ticket, numbers = "", dict[int, int]()
        for number, event in enumerate(case["events"], start=1):
            said = _said(event, numbers)
            if said is None:
                self.refused[case["case"]] = (event["event"], 0, "")
                return None
            self._is_now(event["at"])
            answer = self._send(COMMAND_OF[event["event"]], ticket, contract, said)
            if answer.is_error:
                problem = answer.json()
                self.refused[case["case"]] = (event["event"], answer.status_code, problem.get("clause", ""))
                return None
            done = answer.json()
            ticket = done["ticket"]
            if done["recorded"]:
                numbers[number] = done["version"]
        return ticket

    def _send(self, command: str, ticket: str, contract: str, said: dict[str, Any]) -> Any:
        if command == "open":
            return self.relay.post("/v1/tickets", {"contract": contract} | said)
        return self.relay.post(f"/v1/tickets/{ticket}/{command}", said, version="*")

    def _imported(self, case: dict[str, Any]) -> str:
        arrival = Arrival(read_case(case, find), ACME)
        Importer(self.town.house.desk).file([arrival])
        return str(arrival.ticket)

    def _is_now(self, at: str) -> None:
        self.town.clock.at = datetime.fromisoformat(at)


def _said(event: dict[str, Any], numbers: dict[int, int]) -> dict[str, Any] | None:
    """The command's body, with the numbers of other events as they are here; None where one was a repetition and left out."""
    said = {name: value for name, value in event.items() if name not in ("at", "event", "recorded_at")}
    for name in said.keys() & {"number", "strike_wait"}:
        if said[name] not in numbers:
            return None
        said[name] = numbers[said[name]]
    by = CUSTOMERS.get(event["event"], "service-manager")
    return {"by": by, **said, "effective_at": event["at"]}


@pytest.fixture(scope="module")
def replayed(database_url: str) -> Iterator[Replayed]:
    with open_pool(database_url) as pool, running(pool, f"test_{uuid4().hex}", Clock(), follow=False) as town:
        yield Replayed(town, town.caller("system"))


@pytest.mark.parametrize("name", CASES)
def test_a_worked_case_sent_as_commands_is_judged_as_expected(replayed: Replayed, name: str):
    clocks = replayed.clocks(name)
    expected = {(clock["clock"], clock["cycle"]): clock for clock in CASES[name]["expect"]["clocks"]}

    assert expected.keys() == clocks.keys()
    for which, clock in expected.items():
        assert _comparable(clock) == _comparable({key: clocks[which][key] for key in clock}), which


def test_only_what_breaks_a_rule_or_comes_after_the_end_is_refused(replayed: Replayed):
    for name in CASES:
        replayed.clocks(name)

    assert {
        ("escalated", 422, "xima-care:6.1.2"): 32,  # from tier 1 to tier 3
        ("correctly_logged", 422, "xmpro:1-logging"): 31,  # without the required information
        ("severity_changed", 409, ""): 23,  # of a ticket resolved or closed
        ("wait_ended", 422, "xima-care:4.7"): 3,  # without saying how it was authorized
        ("corrected", 0, ""): 1,  # a wait in force already
        ("ruled", 0, ""): 1,
    } == Counter(replayed.refused.values())


def _comparable(clock: dict[str, Any]) -> dict[str, Any]:
    """A clock's figures; of its rungs those reached, in any order, as the case file has it."""
    rungs = sorted((rung["role"], rung["reached_at"]) for rung in clock.get("rungs", ()) if rung["reached_at"])
    return clock | {"rungs": rungs}
