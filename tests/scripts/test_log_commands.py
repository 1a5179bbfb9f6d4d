"""`ticketclock import`, `export`, `verify`, `keys` and `forget` as their caller sees them, on PostgreSQL."""

import gzip
import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Composed, Identifier

from domain.answer import answer
from domain.casefile import read_case
from domain.judgement import judge
from domain.terms.lookup import find
from projections.store.customer_keys import CustomerKeys
from projections.store.pool import open_pool
from scripts.cli import main

ROOT = Path(__file__).parents[2]
CASES: list[dict[str, Any]] = json.loads((ROOT / "tests/conformance/cases.json").read_text("utf-8"))
EASTER: dict[str, Any] = {
    "case": "easter",
    "agreement": "imagicle-care",
    "contract": {"plan": "gold", "region": "europe"},
    "events": [
        {
            "at": "2024-03-28T16:30:00+01:00",
            "event": "opened",
            "severity": 3,
            "channel": "web",
            "fields": {"description": "no dial tone"},
            "by": {"id": "ada@acme.example", "role": "customer"},
        },
        {"at": "2024-03-28T17:00:00+01:00", "event": "waiting", "on": "access", "by": "agent"},
    ],
}
ENDED = {"at": "2024-03-29T10:15:00+01:00", "event": "wait_ended", "on": "access", "by": "customer"}
LONGER = {**EASTER, "events": [*EASTER["events"], ENDED]}
OTHERWISE = {**EASTER, "events": [{**EASTER["events"][0], "severity": 2}]}


class Desk:
    """The command line on a log of its own."""

    def __init__(self, url: str, schema: str, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.url = url
        self.schema = schema
        self.folder = folder
        self._capture = capture

    def asked(self, *arguments: str) -> tuple[int, str, str]:
        code = main([*arguments, "--database", self.url, "--schema", self.schema])
        told = self._capture.readouterr()
        return code, told.out, told.err.replace(f"{self.folder}/", "")

    def done(self, *arguments: str) -> str:
        """What it says where all goes well."""
        code, out, err = self.asked(*arguments)
        assert 0 == code, err
        return out

    def file(self, *cases: Any) -> str:
        path = self.folder / "cases.jsonl"
        path.write_text("".join(f"{json.dumps(case)}\n" for case in cases))
        return str(path)

    def filed(self, *cases: Any, customer: str = "acme") -> str:
        """What is said of filing these cases."""
        code, _, err = self.asked("import", self.file(*cases), "--customer", customer)
        assert 0 == code, err
        return err.strip()

    def exported(self, *arguments: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.done("export", *arguments).splitlines()]

    def count(self, table: str) -> int:
        select = SQL("SELECT count(*) FROM {}").format(Identifier(self.schema, table))
        with psycopg.connect(self.url) as connection:
            ((count,),) = connection.execute(select)
            return int(count)

    def execute(self, statement: str, *values: object) -> None:
        text: Composed = SQL(statement).format(events=Identifier(self.schema, "events"))
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(text, values)


@pytest.fixture
def desk(database_url: str, schema: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(database_url, schema, tmp_path, capsys)


# --- import ---------------------------------------------------------------------------------------------------------------


def test_the_same_case_again_changes_nothing(desk):
    assert "1 cases of acme are on file; 2 of their events are new" == desk.filed(EASTER)
    assert "1 cases of acme are on file; 0 of their events are new" == desk.filed(EASTER)


def test_a_longer_history_of_the_same_beginning_adds_what_is_new(desk):
    desk.filed(EASTER)

    assert "1 cases of acme are on file; 1 of their events are new" == desk.filed(LONGER)
    assert [3] == [len(case["events"]) for case in desk.exported()]


def test_a_case_of_the_same_name_of_another_customer_is_another_ticket(desk):
    desk.filed(EASTER)
    desk.filed(OTHERWISE, customer="globex")

    assert [2, 1] == [len(desk.exported("--customer", name)[0]["events"]) for name in ("acme", "globex")]


def test_a_case_that_differs_from_what_is_on_file_is_named(desk):
    desk.filed(EASTER)
    code, _, err = desk.asked("import", desk.file(CASES[0], OTHERWISE), "--customer", "acme")

    says = "event 1 (opened): differs from what is on file; correct the ticket instead"
    assert 2 == code
    assert f'ticketclock: cases.jsonl: line 2: case "easter": {says}\n' in err


def test_the_cases_beside_refused_ones_are_on_file(desk):
    naive = {**EASTER, "case": "naive", "as_of": "2024-04-02T13:00:00"}
    half = {**EASTER, "case": "half", "source": {"row": "a\0b"}}
    endless = {**EASTER, "case": "endless", "contract": {**EASTER["contract"], "events": [_renewed("9999-12-31")]}}
    path = desk.file(EASTER, naive, half, endless, CASES[0])
    code, _, err = desk.asked("import", str(desk.folder / "none.jsonl"), path, "--customer", "acme")

    assert 2 == code
    assert [
        "ticketclock: none.jsonl: cannot be read: No such file or directory",
        'ticketclock: cases.jsonl: line 2: case "naive": as_of: "2024-04-02T13:00:00" has no offset; write an instant with its '
        "offset, such as 2024-03-28T16:30:00+01:00",
        'ticketclock: cases.jsonl: line 3: case "half": source.row: holds the character U+0000; write a text without it',
        'ticketclock: cases.jsonl: line 4: case "endless": contract.events[1].until: 9999-12-31 lies after 2199-12-31; name a day '
        "up to that, or none where no end is known",
        "2 cases of acme are on file; 7 of their events are new; 4 refused",
    ] == err.splitlines()
    assert {"easter", CASES[0]["case"]} == {case["case"] for case in desk.exported()}


def test_of_many_refused_cases_the_first_are_named(desk):
    path = desk.file(*({**EASTER, "case": f"case {number}", "as_of": 7} for number in range(23)))
    code, _, err = desk.asked("import", path, "--customer", "acme")

    *named, more, told = err.splitlines()
    assert (2, 20, "and 3 more") == (code, len(named), more)
    assert told.endswith("; 23 refused")


def test_a_case_that_comes_again_under_other_terms_is_refused_with_what_differs(desk):
    desk.filed(EASTER)
    platinum = {**EASTER, "contract": {"plan": "platinum", "region": "europe"}}
    code, _, err = desk.asked("import", desk.file(platinum), "--customer", "acme")

    assert 2 == code
    assert 'differs from what is on file: contract.plan is "platinum" here and "gold" on file; ' in err


def test_what_is_still_to_come_is_not_on_file(desk):
    tomorrow = {**EASTER, "events": [*EASTER["events"], {**ENDED, "at": "2198-01-01T00:00:00Z"}]}
    code, _, err = desk.asked("import", desk.file(tomorrow), "--customer", "acme")

    assert 2 == code
    assert 'case "easter": event 3 (wait_ended): at: 2198-01-01T00:00:00Z is still to come; ' in err
    assert "0 cases of acme are on file; 0 of their events are new; 1 refused\n" in err


def _renewed(until: str) -> dict[str, Any]:
    return {"event": "renewed", "at": "2024-01-01T00:00:00Z", "until": until}


def test_an_agreement_that_nobody_published_is_refused(desk):
    code, _, err = desk.asked("import", desk.file({**EASTER, "agreement": "none"}), "--customer", "acme")

    assert 2 == code
    assert 'agreement: unknown agreement "none"' in err


@pytest.mark.parametrize("name", ["", "x" * 201])
def test_a_customer_has_a_name(desk, name):
    with pytest.raises(SystemExit) as stopped:
        desk.asked("import", "--customer", name)
    assert 2 == stopped.value.code


# --- export ---------------------------------------------------------------------------------------------------------------


def test_what_was_filed_is_judged_the_same_when_it_is_exported(desk):
    desk.filed(*CASES)
    exported = {case["case"]: case for case in desk.exported()}

    for case in CASES:
        moments: dict[str, Any] = {name: case[name] for name in ("as_of", "known_at") if name in case}
        assert _answer(case) == _answer({**exported[case["case"]], **moments}), case["case"]


def test_what_was_exported_can_be_filed_elsewhere_and_exported_again(desk, schema):
    desk.filed(*CASES[:40], LONGER)
    first = desk.exported()
    desk.schema = f"{schema}_copy"
    try:
        desk.filed(*first)

        assert first == desk.exported()
    finally:
        desk.execute(f"DROP SCHEMA {desk.schema} CASCADE")


def test_one_ticket_is_exported_into_a_packed_file(desk):
    desk.filed(EASTER, CASES[0])
    ticket, _ = _tickets(desk)
    path = desk.folder / "one.jsonl.gz"
    desk.done("export", "--ticket", str(ticket), "-o", str(path))

    assert 1 == gzip.decompress(path.read_bytes()).count(b"\n")


def test_a_ticket_that_is_not_there_is_not_exported(desk):
    ticket = uuid4()
    desk.filed(EASTER)

    assert (2, "", f"ticketclock: there is no ticket {ticket}\n") == desk.asked("export", "--ticket", str(ticket))


def _answer(case: dict[str, Any]) -> dict[str, Any]:
    told = dict(answer(judge(read_case({**case, "expect": None}, find)), all_readings=False))
    return {name: value for name, value in told.items() if name != "case"}


def _tickets(desk: Desk) -> list[UUID]:
    with psycopg.connect(desk.url) as connection:
        select = SQL("SELECT originator_id FROM {} WHERE topic = 'ticket.opened'").format(
            Identifier(desk.schema, "events")
        )
        return [ticket for (ticket,) in connection.execute(select)]


# --- verify ---------------------------------------------------------------------------------------------------------------


def test_a_log_that_nobody_touched_is_sound(desk):
    desk.filed(LONGER, *CASES[:20])

    assert "each event follows the one before it" in desk.done("verify")


def test_an_event_that_was_changed_shows_at_the_next_one(desk):
    desk.filed(LONGER)
    [ticket] = _tickets(desk)
    desk.execute(
        "UPDATE {events} SET state = convert_to(replace(convert_from(state, 'UTF8'), 'web', 'phone'), 'UTF8')"
        " WHERE originator_id = %s AND originator_version = 1",
        ticket,
    )
    code, out, _ = desk.asked("verify")

    assert 1 == code
    assert f"event 2 of {ticket} does not follow event 1 as it was stored\n" in out
    assert "1 of them broken" in out


def test_an_event_that_was_taken_away_shows_at_the_next_one(desk):
    desk.filed(LONGER, CASES[0])
    ticket = next(one for one in _tickets(desk))
    desk.execute("DELETE FROM {events} WHERE originator_id = %s AND originator_version = 1", ticket)
    code, out, _ = desk.asked("verify")

    assert 1 == code
    assert f"event 2 of {ticket} does not follow event 0 as it was stored\n" in out


def test_an_event_that_cannot_be_read_is_named(desk):
    desk.filed(EASTER)
    [ticket] = _tickets(desk)
    desk.execute(
        "UPDATE {events} SET topic = 'ticket.lost' WHERE originator_id = %s AND originator_version = 2", ticket
    )
    code, out, _ = desk.asked("verify")

    assert 1 == code
    assert f"event 2 of {ticket} cannot be read\n" in out


# --- rebuild and timekeeper -----------------------------------------------------------------------------------------------


def test_the_read_models_are_built_anew_from_the_log(desk):
    desk.filed(EASTER, CASES[0])

    for _ in range(2):
        assert re.match(r"\d+ events of \d+ streams, up to position \d+: rebuilt in", desk.done("rebuild"))
        assert 2 == desk.count("tickets")


def test_simulated_time_brings_about_once_what_is_due_by_then(desk):
    desk.filed(LONGER)
    told = desk.done("timekeeper", "--until", "2024-03-30T18:00:00+01:00").splitlines()

    assert any(re.match(r"2024-03-29T\d\d:\d\d:\d\dZ  \S+  breach response: recorded$", line) for line in told)
    assert sorted(told) == told
    assert "" == desk.done("timekeeper", "--until", "2024-03-30T18:00:00+01:00")
    assert "each event follows the one before it" in desk.done("verify")


def test_simulated_time_has_an_end_with_an_offset(desk):
    with pytest.raises(SystemExit) as stopped:
        desk.asked("timekeeper", "--until", "2024-03-30T18:00:00")

    assert 2 == stopped.value.code


# --- keys -----------------------------------------------------------------------------------------------------------------


def test_a_key_is_shown_once_and_listed_without_its_secret(desk):
    key = desk.done("keys", "create", "--role", "agent", "--person", "ada", "--label", "the console").strip()
    _, id, secret = key.split("_")
    listed = desk.done("keys", "list")

    assert listed.startswith(f"{id}  good  agent ada  created ")
    assert listed.endswith("  the console\n")
    assert secret not in listed


def test_a_key_of_the_customers_side_names_the_customer_and_may_expire(desk):
    desk.done("keys", "create", "--role", "customer", "--person", "bo", "--customer", "acme", "--days", "30")

    assert re.search(r"good until \S+Z  customer bo of acme", desk.done("keys", "list"))


def test_a_key_does_not_outlive_a_hundred_years(desk):
    with pytest.raises(SystemExit) as stopped:
        desk.asked("keys", "create", "--role", "agent", "--person", "ada", "--days", "999999999")

    assert 2 == stopped.value.code


def test_a_key_for_a_customer_nobody_has_is_made_and_that_is_said(desk):
    code, out, err = desk.asked("keys", "create", "--role", "customer", "--person", "bo", "--customer", "acne")

    assert 0 == code
    assert out.startswith("tck_")
    assert "Nothing is on file of acne" in err


def test_a_key_of_the_customers_side_that_names_no_customer_is_refused(desk):
    code, out, err = desk.asked("keys", "create", "--role", "customer", "--person", "bo")

    assert (2, "") == (code, out)
    assert "no customer is named" in err


def test_a_key_of_one_right_cannot_have_more_than_its_role(desk):
    code, _, err = desk.asked("keys", "create", "--role", "auditor", "--person", "al", "--right", "tickets:act")

    assert 2 == code
    assert "the role auditor does not have the right tickets:act" in err


def test_a_revoked_key_is_listed_as_such(desk):
    id = desk.done("keys", "create", "--role", "auditor", "--person", "al").split("_")[1]

    assert f"{id} is revoked\n" == desk.done("keys", "revoke", id)
    assert re.match(rf"{id}  revoked \S+Z  auditor al", desk.done("keys", "list"))


def test_a_key_that_is_not_there_cannot_be_revoked(desk):
    assert (2, "", "ticketclock: there is no such key\n") == desk.asked("keys", "revoke", "a" * 12)


# --- forget ---------------------------------------------------------------------------------------------------------------


def test_whoever_is_forgotten_is_a_pseudonym_and_the_chain_holds(desk):
    desk.filed(EASTER)
    before = _answer(desk.exported()[0])

    assert "acme is forgotten\n" == desk.done("forget", "acme", "--yes")
    [forgotten] = desk.exported()
    opened = forgotten["events"][0]
    assert opened["by"]["id"].startswith("forgotten-")
    assert opened["fields"]["description"].startswith("forgotten-")
    assert before == _answer(forgotten)
    assert "each event follows the one before it" in desk.done("verify")


def test_nothing_personal_is_recorded_of_a_forgotten_customer(desk):
    desk.filed(EASTER)
    desk.done("forget", "acme", "--yes")
    code, _, err = desk.asked("import", desk.file({**EASTER, "case": "new"}), "--customer", "acme")

    assert 2 == code
    assert "acme was forgotten" in err


def test_no_key_is_made_for_people_of_a_forgotten_customer(desk):
    desk.filed(EASTER)
    desk.done("forget", "acme", "--yes")
    code, out, err = desk.asked("keys", "create", "--role", "customer", "--person", "ada", "--customer", "acme")

    assert (2, "") == (code, out)
    assert "acme was forgotten" in err
    assert "Nothing is on file" not in err
    assert "ada" not in desk.done("keys", "list")


def test_what_forgetting_was_cut_off_before_is_done_when_it_is_asked_again(desk):
    desk.filed(EASTER)
    desk.done("keys", "create", "--role", "customer", "--person", "ada", "--customer", "acme")
    with open_pool(desk.url) as pool:
        assert CustomerKeys(pool, desk.schema).forget("acme")

    code, _, err = desk.asked("forget", "acme", "--yes")

    assert 2 == code
    assert "API keys of theirs open nothing any more" in err
    (key,) = desk.done("keys", "list").splitlines()
    assert "revoked" in key
    assert "ada" not in key


def test_nobody_is_forgotten_by_mistake(desk):
    desk.filed(EASTER)
    code, _, err = desk.asked("forget", "acme")

    assert 2 == code
    assert "give --yes to do it" in err
    assert "ada@acme.example" == desk.exported()[0]["events"][0]["by"]["id"]


def test_whoever_is_unknown_cannot_be_forgotten(desk):
    assert "there is no key of nobody" in desk.asked("forget", "nobody", "--yes")[2]


# --- no database ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["verify"], ["keys", "list"], ["forget", "acme", "--yes"], ["export"]])
def test_a_database_that_cannot_be_reached_is_one_line(desk, command):
    desk.url = "postgresql://nobody:secret@127.0.0.1:1/none"
    code, out, err = desk.asked(*command)

    assert (2, "") == (code, out)
    assert err.startswith("ticketclock: the database: ")
    assert 1 == err.count("\n")
    assert "secret" not in err


# --- what is not there ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["verify", "export", "rebuild"])
def test_what_needs_a_log_begins_none(desk, command: str):
    code, out, err = desk.asked(command)

    said = f"ticketclock: there is no log in the schema {desk.schema} of this database; --schema names another\n"
    assert (2, "", said) == (code, out, err)


def test_an_export_of_nobody_says_so(desk):
    desk.filed(EASTER)

    assert (0, "", "there is no ticket of nobody\n") == desk.asked("export", "--customer", "nobody")
