"""`ticketclock seal` and what `ticketclock verify` says of seals, as their caller sees them, on PostgreSQL."""

import json
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest

from projections.seals import SealingKey
from scripts.cli import main
from scripts.sealing import seal_every

CASE: dict[str, Any] = {
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


class Log:
    """The command line on a log with one ticket."""

    def __init__(self, url: str, schema: str, capture: pytest.CaptureFixture[str]) -> None:
        self.url, self.schema, self._capture = url, schema, capture

    def asked(self, *arguments: str) -> tuple[int, str, str]:
        code = main([*arguments, "--database", self.url, "--schema", self.schema])
        told = self._capture.readouterr()
        return code, told.out, told.err

    def done(self, *arguments: str) -> str:
        code, out, err = self.asked(*arguments)
        assert 0 == code, f"{out}{err}"
        return out

    def does(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            assert connection.execute(statement.format(f'"{self.schema}"').encode()).rowcount


@pytest.fixture
def log(database_url: str, schema: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Log:
    log, case = Log(database_url, schema, capsys), tmp_path / "case.json"
    case.write_text(json.dumps(CASE))
    log.done("import", str(case), "--customer", "acme")
    return log


def test_a_log_is_sealed_and_holds(log: Log, sealing_key: Path):
    told = log.done("seal")

    number = re.match(r"seal 1, \S+Z: (\d+) events up to position (\d+)\nroot [0-9a-f]{64}\nkey [0-9a-f]{16}\n$", told)
    assert number
    assert f"key {SealingKey.load(sealing_key).id}\n" in told
    assert f"{number[1]} events under 1 seal: all of it is as it was sealed\n" in log.done("verify")


def test_a_log_in_which_nothing_is_new_keeps_its_seal(log: Log):
    assert log.done("seal") == log.done("seal")


def test_a_log_that_was_never_sealed_says_so(log: Log):
    told = log.done("verify")
    assert "nothing is sealed yet" in told
    assert "as it was sealed" not in told


def test_the_last_event_of_a_history_is_bound_by_the_seal(log: Log):
    log.done("seal")
    log.does("DELETE FROM {0}.events WHERE notification_id = (SELECT max(notification_id) FROM {0}.events)")
    code, out, _ = log.asked("verify")

    assert 1 == code
    assert "each event follows the one before it" in out
    assert re.search(r"^position \d+ is missing: the log is not as it was sealed at \S+Z \(seal 1\)", out, re.MULTILINE)
    assert "under 1 seal: 1 finding\n" in out


def test_who_knows_the_public_key_sees_that_another_one_sealed(log: Log, sealing_key: Path, tmp_path: Path):
    log.done("seal")
    public, other = SealingKey.load(sealing_key).public.hex(), SealingKey.make().public.hex()
    file = tmp_path / "public"
    file.write_text(f"{public}\n")

    assert f"{public}  since " in log.done("seal", "--keys")
    log.done("verify", "--public-key", public)
    log.done("verify", "--public-key", str(file))
    code, out, _ = log.asked("verify", "--public-key", other)
    assert (1, True) == (code, "seal 1 is signed with the key" in out)


def test_who_is_forgotten_was_not_tampered_with(log: Log):
    log.done("seal")
    log.done("forget", "acme", "--yes")

    assert "all of it is as it was sealed" in log.done("verify")


def test_a_rebuild_leaves_the_seals_alone(log: Log):
    told = log.done("seal")
    log.done("rebuild")

    assert told == log.done("seal")
    assert "all of it is as it was sealed" in log.done("verify")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "the sealing key cannot be made: "),
        ("no key", "this is no private key in PEM without a password"),
    ],
)
def test_a_key_that_cannot_be_used_is_one_line(log: Log, tmp_path: Path, monkeypatch, text: str | None, says: str):
    path = tmp_path / "file"
    path.touch(mode=0o600)
    path.write_text(text or "")
    monkeypatch.setenv("TICKETCLOCK_SEALING_KEY", str(path if text else path / "key"))
    code, out, err = log.asked("seal")

    assert (2, "", 1) == (code, out, err.count("\n"))
    assert says in err


def test_a_key_that_others_may_read_is_refused(log: Log, tmp_path: Path, monkeypatch):
    path = tmp_path / "sealing.key"
    monkeypatch.setenv("TICKETCLOCK_SEALING_KEY", str(path))
    log.done("seal")
    assert 0o600 == path.stat().st_mode & 0o777
    assert [path] == [one for one in path.parent.iterdir() if "sealing" in one.name]

    path.chmod(0o640)
    assert "others may read the sealing key" in log.asked("seal")[2]


def test_a_public_key_that_is_none_is_one_line(log: Log):
    code, out, err = log.asked("verify", "--public-key", "nowhere")

    assert (2, "") == (code, out)
    assert "nowhere: neither 64 hexadecimal digits nor a file that can be read" in err


@pytest.mark.parametrize(("told", "seconds"), [("", 3600), ("15min", 900), ("1 h", 3600), ("90s", 90), ("off", None)])
def test_how_often_the_log_is_sealed_is_a_setting(told: str, seconds: int | None):
    every = seal_every({"TICKETCLOCK_SEAL_EVERY": told})

    assert seconds == (None if every is None else every.total_seconds())


def test_a_span_that_is_none_is_one_line(log: Log, monkeypatch):
    monkeypatch.setenv("TICKETCLOCK_SEAL_EVERY", "often")

    assert "TICKETCLOCK_SEAL_EVERY: often is no span of time; write 15min, 1h or off" in log.asked("seal")[2]


def test_a_log_is_held_against_a_seal_that_was_kept(log: Log, tmp_path: Path):
    kept = tmp_path / "kept.json"
    kept.write_text(log.done("seal", "--json"))
    seal = json.loads(kept.read_text())["seal"]
    named = (
        f"seal 1 of {seal['sealed_at']}, as it was kept: the log begins with the {seal['size']} events that it is of"
    )

    assert f"{named}, up to position {seal['position']}, and nothing more is in it\n" in log.done(
        "verify", "--seal", str(kept)
    )
    case = tmp_path / "another.json"
    case.write_text(json.dumps({**CASE, "case": "another"}))
    log.done("import", str(case), "--customer", "acme")
    assert f"{named}, up to position {seal['position']}, and has grown by " in log.done("verify", "--seal", str(kept))

    log.does("UPDATE {0}.events SET topic = 'ticket.closed' WHERE topic = 'ticket.waiting' AND notification_id < 100")
    code, out, _ = log.asked("verify", "--seal", str(kept))
    assert 1 == code
    assert "as it was kept: the log does not begin with the" in out


def test_an_event_that_was_changed_under_an_earlier_seal_is_missed_by_a_later_one_that_was_kept(
    log: Log, tmp_path: Path
):
    log.done("seal")
    kept, case = tmp_path / "kept.json", tmp_path / "another.json"
    case.write_text(json.dumps({**CASE, "case": "another"}))
    log.done("import", str(case), "--customer", "acme")
    kept.write_text(log.done("seal", "--json"))
    log.does(
        "UPDATE {0}.events SET topic = 'ticket.closed' WHERE notification_id = "
        "(SELECT min(notification_id) FROM {0}.events WHERE topic = 'ticket.waiting')"
    )
    code, out, _ = log.asked("verify", "--seal", str(kept))

    assert 1 == code
    assert re.search(
        r"as it was kept: the log does not begin with the \d+ events that it is of, up to position \d+\n", out
    )
    assert "the log begins" not in out


def test_of_a_log_that_lost_what_was_sealed_nobody_says_by_how_much_it_grew(log: Log, tmp_path: Path):
    kept, case = tmp_path / "kept.json", tmp_path / "another.json"
    kept.write_text(log.done("seal", "--json"))
    log.does("DELETE FROM {0}.events WHERE notification_id = (SELECT max(notification_id) FROM {0}.events)")
    less = log.asked("verify", "--seal", str(kept))[1].splitlines()[-1]
    case.write_text(json.dumps({**CASE, "case": "another", "events": CASE["events"][:1]}))
    log.done("import", str(case), "--customer", "acme")
    as_many = log.asked("verify", "--seal", str(kept))[1].splitlines()[-1]

    assert ["the log does not begin with the"] * 2 == [
        one.partition("as it was kept: ")[2][:31] for one in (less, as_many)
    ]
    assert (False, False) == ("added" in less + as_many, "grown" in less + as_many)


def test_the_seal_of_a_proof_will_do(log: Log, tmp_path: Path):
    kept, seal = tmp_path / "proof.json", log.done("seal", "--json")
    kept.write_text(json.dumps({"seal": json.loads(seal), "leaf": {}, "index": 0, "path": []}))

    assert "as it was kept: the log begins with" in log.done("verify", "--seal", str(kept))


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"seal": {"seal": 3}}', '{"seal": 5}', "[" * 100_000])
def test_what_is_no_seal_is_one_line(log: Log, tmp_path: Path, text: str | None):
    file = tmp_path / "kept.json"
    if text is not None:
        file.write_text(text)
    code, out, err = log.asked("verify", "--seal", str(file))

    assert (2, "", 1) == (code, out, err.count("\n"))
    assert str(file) in err
