"""`ticketclock dossier` on a log of imported histories."""

import json
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from scripts.cli import main
from tests.scripts.conftest import database_url, schema
from tests.scripts.test_log_commands import LONGER

__all__ = ["database_url", "schema"]


@pytest.fixture
def log(database_url: str, schema: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The options that name a log with one ticket in it."""
    monkeypatch.setenv("TICKETCLOCK_SEALING_KEY", str(tmp_path / "sealing.key"))
    cases, options = tmp_path / "cases.jsonl", ["--database", database_url, "--schema", schema]
    cases.write_text(json.dumps({**LONGER, "source": {"system": "elsewhere", "rows": 3}}))
    assert 0 == main(["import", str(cases), "--customer", "acme", *options])
    return options


@pytest.fixture
def ticket(log: list[str], database_url: str, schema: str) -> str:
    select = SQL("SELECT originator_id FROM {} WHERE topic = 'ticket.opened'").format(Identifier(schema, "events"))
    with psycopg.connect(database_url) as connection:
        ((found,),) = connection.execute(select)
    return str(found)


def test_the_dossier_of_an_imported_ticket_is_written_and_holds(log: list[str], ticket: str, tmp_path: Path):
    file, folder = tmp_path / "easter.zip", tmp_path / "easter"

    log = [*log, "--as-of", "2024-04-02T13:00:00+02:00"]
    assert 0 == main(["dossier", ticket, "-o", str(file), *log])
    assert 0 == main(["verify-dossier", str(file)])
    assert 0 == main(["dossier", ticket, "--folder", "--redact", "-o", str(folder), *log])
    assert 0 == main(["verify-dossier", str(folder)])
    assert [] == list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (
            "state = convert_to(replace(convert_from(state, 'UTF8'), 'web', 'phone'), 'UTF8')",
            "event 2 of {} does not follow",
        ),
        ("state = convert_to('none', 'UTF8')", "event 1 of {} cannot be read"),
        ("topic = 'ticket.opened.9'", "event 1 of {} cannot be read"),
    ],
)
def test_of_a_history_that_was_changed_there_is_no_dossier(
    log: list[str],
    ticket: str,
    database_url: str,
    schema: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    changed: str,
    says: str,
):
    with psycopg.connect(database_url) as connection:
        update = f"UPDATE \"{schema}\".events SET {changed} WHERE topic = 'ticket.opened'"
        assert 1 == connection.execute(update.encode()).rowcount

    assert 2 == main(["dossier", ticket, "-o", str(tmp_path / "easter.zip"), *log])
    told = capsys.readouterr().err
    assert says.format(ticket) in told
    assert "ticketclock verify says more" in told
    assert [] == list(tmp_path.glob("*.zip"))


def test_with_a_proof_that_does_not_hold_there_is_no_dossier(
    log: list[str], ticket: str, database_url: str, schema: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    asked = ["dossier", ticket, "-o", str(tmp_path / "easter.zip"), *log]
    assert 0 == main([*asked, "--force"])
    with psycopg.connect(database_url) as connection:
        connection.execute(
            f'UPDATE "{schema}".seal_tiles SET hashes = set_byte(hashes, 0, 255 - get_byte(hashes, 0))'.encode()
        )

    assert 2 == main([*asked, "--force"])
    assert "the path does not lead to the root of seal 1; ticketclock verify says more" in capsys.readouterr().err


def test_a_file_that_is_there_is_written_over_only_where_that_is_said(
    log: list[str], ticket: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "easter.zip"
    file.write_text("something else")
    instants = ["--as-of", "2024-04-02T13:00:00+02:00", "--made-at", datetime.now(UTC).isoformat()]
    asked = ["dossier", ticket, "-o", str(file), *instants, *log]

    assert 2 == main(asked)
    assert "is there already; name another file with -o, or say --force" in capsys.readouterr().err
    assert "something else" == file.read_text()
    assert 0 == main([*asked, "--force"])
    first = file.read_bytes()
    assert 0 == main([*asked, "--force"])
    assert first == file.read_bytes()


def test_a_ticket_that_nobody_knows_has_no_dossier(log: list[str], capsys: pytest.CaptureFixture[str]):
    assert 2 == main(["dossier", "6e1f0c1e-58a5-4b0e-9d8b-6a6f2a3d7c11", *log])
    assert "there is no ticket" in capsys.readouterr().err


def test_a_folder_that_is_there_is_left_as_it_is(
    log: list[str], ticket: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    log = [*log, "--as-of", "2024-04-02T13:00:00+02:00"]
    assert 2 == main(["dossier", ticket, "--folder", "-o", str(tmp_path), *log])
    assert "is there already" in capsys.readouterr().err
