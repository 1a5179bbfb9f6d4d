"""`ticketclock compare` and `ticketclock what-if` on case files: in words, in JSON, and what they refuse."""

import json
from pathlib import Path

import pytest

from scripts.cli import main
from tests.comparison.test_difference import GOLD, MOVED

LATE = {"at": "2026-03-02T15:00:00+01:00", "event": "responded"}


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A gold ticket answered too late, as somebody wrote down; a correction says otherwise."""
    corrected = {**MOVED, "moved_to": "2026-03-02T10:05:00+01:00"}
    path = tmp_path / "case.json"
    path.write_text(json.dumps({**GOLD, "events": [*GOLD["events"][:3], LATE, corrected]}))
    return str(path)


def test_what_was_known_then_is_held_against_what_is_known_now(file: str, capsys: pytest.CaptureFixture[str]):
    assert 0 == main(["compare", file])

    told = capsys.readouterr().out
    assert "response: known on Tue 3 Mar 2026 09:00: BREACHED Mon 2 Mar 2026 14:00; known now: met" in told
    assert "because correction 5 of Mon 9 Mar 2026 moved event 4 (responded)" in told


def test_a_difference_is_told_to_programs(file: str, capsys: pytest.CaptureFixture[str]):
    assert 0 == main(
        [
            "compare",
            file,
            "--json",
            "--other-known-at",
            "2026-03-04T09:00:00+01:00",
            "--known-at",
            "2026-03-04T09:00:00Z",
        ]
    )

    assert [] == json.loads(capsys.readouterr().out)["clocks"]


def test_a_hypothesis_may_stand_in_the_arguments(file: str, capsys: pytest.CaptureFixture[str]):
    assert 0 == main(["what-if", '{"without": [5]}', file, "--json"])

    told = json.loads(capsys.readouterr().out)
    assert ["response"] == [one["clock"] for one in told["difference"]["clocks"] if one["changes_verdict"]]


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        (["what-if", '{"plan": "bronze"}'], "the plans are basic, gold and platinum"),
        (["what-if", "{"], "hypothesis: the JSON ends too early, at column 2"),
        (["what-if", '{"a":' * 3_000], "hypothesis: nested more than 100 deep"),
        (["what-if", '{"plan": "gold", "plan": "basic"}'], 'the key "plan" stands twice'),
        (["what-if", '{"plan": "basic"}', "-", "-"], "can be read only once"),
        (["what-if", "nowhere.json"], "nowhere.json: cannot be read"),
        (["compare", "--reading", "a:b/c=d"], "unknown reading"),
    ],
)
def test_bad_input_gets_one_line(file: str, asked: list[str], problem: str, capsys: pytest.CaptureFixture[str]):
    assert 2 == main([*asked, file])

    told = capsys.readouterr().err
    assert problem in told
    assert 1 == told.count("\n")


def test_what_was_known_at_an_instant_is_held_against_everything_that_is_known(
    file: str, capsys: pytest.CaptureFixture[str]
):
    assert 0 == main(["compare", file, "--known-at", "2026-03-04T09:00:00+01:00"])

    told = capsys.readouterr().out
    assert "response: known on Wed 4 Mar 2026 09:00: BREACHED Mon 2 Mar 2026 14:00; known now: met" in told


def test_a_case_that_says_what_was_known_is_held_against_everything_that_is_known(
    file: str, capsys: pytest.CaptureFixture[str]
):
    case = Path(file)
    case.write_text(json.dumps({**json.loads(case.read_text()), "known_at": "2026-03-04T09:00:00+01:00"}))

    assert 0 == main(["compare", file])

    assert "known on Wed 4 Mar 2026 09:00: BREACHED" in capsys.readouterr().out
