"""`ticketclock what-if` on the log: one ticket by its id, and all that a filter selects, in words and in JSON."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.cli import main

TICKET: dict[str, Any] = {
    "agreement": "imagicle-care",
    "contract": {"plan": "gold", "region": "europe"},
    "events": [
        {"at": "2024-03-04T09:00:00+01:00", "event": "opened", "severity": 3, "channel": "web"},
        {"at": "2024-03-05T09:30:00+01:00", "event": "responded", "by": "agent"},
        {"at": "2024-03-05T15:00:00+01:00", "event": "closed", "by": "agent"},
    ],
}
A_HOLIDAY = {"holidays": [{"date": "2024-03-04"}]}
MET = {"clock": "response", "cycle": 1, "verdict": "breached", "supposed": "met"}
AS_OF = ("--as-of", "2024-04-01T00:00:00Z")


class Shell:
    """The command line on a log of its own, in which two customers have a ticket each."""

    def __init__(self, url: str, schema: str, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self._log = ("--database", url, "--schema", schema)
        self._capture = capture
        for customer in ("acme", "globex"):
            case = folder / f"{customer}.jsonl"
            case.write_text(json.dumps({"case": f"of {customer}", **TICKET}))
            assert 0 == main(["import", str(case), "--customer", customer, *self._log])
        capture.readouterr()

    def what_if(self, hypothesis: dict[str, Any], *arguments: str) -> str:
        assert 0 == main(["what-if", json.dumps(hypothesis), *AS_OF, *arguments, *self._log])
        return self._capture.readouterr().out

    def compared(self, ticket: str, *arguments: str) -> str:
        assert 0 == main(["compare", "--ticket", ticket, *AS_OF, *arguments, *self._log])
        return self._capture.readouterr().out

    def refused(self, hypothesis: dict[str, Any], *arguments: str) -> str:
        assert 2 == main(["what-if", json.dumps(hypothesis), *AS_OF, *arguments, *self._log])
        return self._capture.readouterr().err


@pytest.fixture
def shell(database_url: str, schema: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(database_url, schema, tmp_path, capsys)


def test_all_tickets_of_the_log_are_asked_and_each_whose_verdict_changes_is_told(shell: Shell):
    told = shell.what_if(A_HOLIDAY)

    assert "2 tickets, 2 with another verdict" in told
    assert "  imagicle-care response, severity 3: 2 BREACHED, then met; 18 h less counted" in told
    assert "of globex (globex, " in told


def test_a_filter_selects_and_a_ticket_it_names_can_be_asked_by_itself(shell: Shell):
    told = json.loads(shell.what_if(A_HOLIDAY, "--customer", "acme", "--json"))

    assert (1, 1) == (told["tickets"], told["changed"])
    (one,) = told["shown"]
    assert ("of acme", [MET]) == (one["case"], one["changes"])

    by_itself = json.loads(shell.what_if(A_HOLIDAY, "--ticket", one["ticket"], "--json"))
    assert ["response"] == [clock["clock"] for clock in by_itself["difference"]["clocks"] if clock["changes_verdict"]]


def test_what_many_tickets_cannot_be_asked_is_refused_with_the_remedy(shell: Shell):
    told = shell.refused({"without": [2]})

    assert "without, with and since are about the events of one ticket; suppose" in told
    assert 1 == told.count("\n")


@pytest.mark.parametrize(
    ("hypothesis", "problem"),
    [
        ({"plan": "diamond"}, 'plan: unknown plan "diamond"; the plans are'),
        ({"readings": {"imagicle-care:moon/phase": "full"}}, 'readings: unknown reading "imagicle-care:moon/phase"'),
        ({"readings": {"imagicle-care:reaction/limit": "so"}}, 'imagicle-care:reaction/limit has no option "so"'),
        ({"agreement": "nobody-care"}, 'agreement: there is no "nobody-care"'),
    ],
)
def test_what_no_agreement_knows_is_not_asked_of_any_ticket(shell: Shell, hypothesis: dict[str, Any], problem: str):
    told = shell.refused(hypothesis)

    assert problem in told
    assert 1 == told.count("\n")


def test_two_replays_of_a_ticket_of_the_log_differ_in_what_was_known(shell: Shell):
    (one,) = json.loads(shell.what_if(A_HOLIDAY, "--customer", "acme", "--json"))["shown"]

    told = shell.compared(one["ticket"], "--known-at", "2024-03-04T14:00:00Z")

    assert "response: known on Mon 4 Mar 2024 15:00: BREACHED" in told
    assert "known now: BREACHED" in told
    assert "event 2 (responded) of Tue 5 Mar 2024 09:30" in told
