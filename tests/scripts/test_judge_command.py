"""`ticketclock judge` as its caller sees it: answers in order, or one line that says what is wrong, and exit code 2."""

import gzip
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.cli import main
from scripts.commands.progress import Progress, counted
from scripts.documents import Source
from scripts.judging import Question, answers
from scripts.workers import in_order

ROOT = Path(__file__).parents[2]
CASES: list[dict[str, Any]] = json.loads((ROOT / "tests/conformance/cases.json").read_text("utf-8"))
EASTER: dict[str, Any] = {
    "case": "easter",
    "agreement": "imagicle-care",
    "contract": {"plan": "gold", "region": "europe"},
    "events": [
        {"at": "2024-03-28T16:30:00+01:00", "event": "opened", "severity": 3, "channel": "web", "by": "customer"},
        {"at": "2024-03-28T17:00:00+01:00", "event": "waiting", "on": "access", "by": "agent"},
        {"at": "2024-03-29T10:15:00+01:00", "event": "wait_ended", "on": "access", "by": "customer"},
        {"at": "2024-03-29T12:00:00+01:00", "event": "responded", "by": "agent"},
    ],
    "as_of": "2024-04-02T13:00:00+02:00",
}
NAIVE = {**EASTER, "case": "naive", "as_of": "2024-04-02T13:00:00"}
READ_OTHERWISE = """
Read otherwise:
  numonix-ixcloud:response/goal = goal: response 1 BREACHED, then no verdict
  numonix-ixcloud:response/start = acceptance: response 1 BREACHED, then no verdict
  numonix-ixcloud:response/start = acceptance: update 4 open, then no such cycle

"""
LIMIT = "imagicle-care:reaction/limit"


class Asked:
    """The command line in a folder of its own."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capture = capture

    def file(self, *cases: Any, name: str = "cases.jsonl") -> str:
        path = self.folder / name
        path.write_text("".join(f"{json.dumps(case)}\n" for case in cases))
        return str(path)

    def judge(self, *arguments: str) -> tuple[int, str, str]:
        code = main(["judge", *arguments])
        told = self._capture.readouterr()
        return code, told.out, told.err.replace(f"{self.folder}/", "")

    def answers(self, *arguments: str) -> list[dict[str, Any]]:
        code, out, err = self.judge("--json", *arguments)
        assert (0, "") == (code, err)
        return [json.loads(line) for line in out.splitlines()]

    def refused(self, *arguments: str) -> str:
        """The error on the command line itself."""
        with pytest.raises(SystemExit) as stopped:
            main(["judge", *arguments])
        assert 2 == stopped.value.code
        return self._capture.readouterr().err.splitlines()[-1]


@pytest.fixture
def asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Asked:
    return Asked(tmp_path, capsys)


def response(answer: dict[str, Any]) -> dict[str, Any]:
    return next(clock for clock in answer["clocks"] if clock["clock"] == "response")


# --- answers --------------------------------------------------------------------------------------------------------------


def test_answers_come_in_the_order_of_the_cases_and_files(asked):
    first = asked.file(EASTER, *CASES[:3])
    second = asked.file(*CASES[3:5], name="more.jsonl")

    assert ["easter", *(case["case"] for case in CASES[:5])] == [one["case"] for one in asked.answers(first, second)]


@pytest.mark.parametrize("packed", [False, True])
def test_an_array_and_a_packed_file_are_answered_alike(asked, packed):
    whole = json.dumps([EASTER, CASES[0]], indent=2).encode()
    file = asked.folder / "cases"
    file.write_bytes(gzip.compress(whole) if packed else whole)

    assert asked.answers(asked.file(EASTER, CASES[0])) == asked.answers(str(file))


def test_a_person_reads_a_page(asked):
    code, out, err = asked.judge(asked.file(EASTER))

    assert (0, "") == (code, err)
    assert "response: met, stopped Fri 29 Mar 2024 12:00" in out


def test_another_instant_may_be_asked_for(asked):
    [answer] = asked.answers("--as-of", "2024-03-29T11:00:00+01:00", asked.file(EASTER))

    assert "2024-03-29T10:00:00Z" == answer["as_of"]
    assert "open" == response(answer)["verdict"]


def test_what_was_recorded_later_is_not_known_yet(asked):
    [answer] = asked.answers("--known-at", "2024-03-29T09:00:00+01:00", asked.file(EASTER))

    assert "paused" == response(answer)["state"]


def test_a_reading_may_be_chosen_and_one_that_matters_is_told(asked):
    file = asked.file(EASTER)
    [usual] = asked.answers("--all-readings", file)
    [other] = asked.answers("--reading", f"{LIMIT}=at-most", file)

    assert "less-than" == response(usual)["readings"][LIMIT]
    assert "at-most" == response(other)["readings"][LIMIT]
    assert isinstance(usual["readings"], list)
    assert "readings" not in other


def test_a_page_ends_with_the_other_readings_that_would_change_a_verdict_where_they_are_asked_for(asked):
    """Also where the other reading has no such cycle; and where none would change anything, the page says that."""
    case = {one["case"]: one for one in CASES}
    argued, sure = asked.file(case["numonix-ixcloud-0015"]), asked.file(case["xima-care-0005"], name="sure.jsonl")
    _, usual, _ = asked.judge(argued)
    _, whole, _ = asked.judge("--all-readings", argued)
    _, undisputed, _ = asked.judge("--all-readings", sure)

    assert usual.rstrip() + "\n" + READ_OTHERWISE == whole
    assert undisputed.endswith("\nRead otherwise:\n  no other reading alone would change a verdict\n\n")


def test_standard_input_is_read_where_no_file_is_named(asked, monkeypatch):
    with Path(asked.file(EASTER)).open() as told:
        monkeypatch.setattr(sys, "stdin", told)

        assert ["easter"] == [one["case"] for one in asked.answers()]


# --- refusals -------------------------------------------------------------------------------------------------------------


def test_the_answers_before_a_refusal_are_told(asked):
    code, out, err = asked.judge("--json", asked.file(EASTER, NAIVE, EASTER))

    assert 2 == code
    assert ["easter"] == [json.loads(line)["case"] for line in out.splitlines()]
    assert err.startswith(
        'ticketclock: cases.jsonl: line 2: case "naive": as_of: "2024-04-02T13:00:00" has no offset; '
    )
    assert 1 == err.count("\n")


def test_a_file_that_is_not_there_is_refused_after_those_before_it(asked):
    code, out, err = asked.judge("--json", asked.file(EASTER), str(asked.folder / "none"))

    assert (2, 1) == (code, out.count("\n"))
    assert "ticketclock: none: cannot be read: No such file or directory\n" == err


def test_a_reading_that_the_agreement_does_not_know_is_refused(asked):
    code, out, err = asked.judge("--reading", "imagicle-care:reaction/limits=x", asked.file(EASTER))

    assert (2, "") == (code, out)
    assert f'--reading: unknown reading "imagicle-care:reaction/limits"; write "{LIMIT}"' in err


def test_standard_input_is_read_only_once(asked):
    assert (2, "", "ticketclock: standard input: can be read only once; give - once\n") == asked.judge("-", "-")


def test_a_file_larger_than_allowed_is_refused(asked):
    assert "larger than 1 MiB" in asked.judge("--max-mebibytes", "1", asked.file(*CASES, *CASES, *CASES))[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--jobs", "0"], "argument --jobs: '0' is no whole number from 1 on"),
        (["--jobs=-1"], "argument --jobs: '-1' is no whole number from 1 on"),
        (["--max-mebibytes", "0"], "argument --max-mebibytes: '0' is no whole number from 1 on"),
        (["--as-of", "yesterday"], "argument --as-of: 'yesterday' is no instant with an offset, such as 2024-"),
        (["--as-of", "2024-03-28T16:30:00"], "'2024-03-28T16:30:00' is no instant with an offset"),
        (["--known-at", "1711640000"], "argument --known-at: '1711640000' is no instant with an offset"),
        (
            ["--reading", "xmpro:6-reopen/clock"],
            "'xmpro:6-reopen/clock' is not ID=OPTION, such as xmpro:6-reopen/clock=",
        ),
        (["--js"], "unrecognized arguments: --js"),
    ],
)
def test_what_is_wrong_with_the_arguments_is_named(asked, arguments, said):
    assert said in asked.refused(*arguments, asked.file(EASTER))


# --- many cases, several processes ----------------------------------------------------------------------------------------


def sources() -> list[Source]:
    return [Source(f"line {number}", json.dumps(case).encode()) for number, case in enumerate(CASES, start=1)]


@pytest.mark.parametrize("as_json", [True, False])
def test_three_processes_answer_as_one_does(as_json):
    one, three = (list(answers(sources(), Question(as_json=as_json), jobs)) for jobs in (1, 3))

    assert len(CASES) == len(one)
    assert one == three


def test_a_refusal_far_down_keeps_its_place_among_several_processes(asked):
    file = asked.file(*CASES[:250], NAIVE, *CASES[250:])
    (code, out, err), alone = (asked.judge("--json", "--jobs", jobs, file) for jobs in ("3", "1"))

    assert (2, 250) == (code, out.count("\n"))
    assert "line 251" in err
    assert (code, out, err) == alone


def test_a_worker_that_dies_is_an_error_and_no_wait_without_end():
    with pytest.raises(ChildProcessError, match="a worker process died"):
        list(in_order(os._exit, [1, 2, 3], processes=2))


def started(*arguments: str) -> "subprocess.Popen[bytes]":
    """A run in a session of its own, so that nothing of it can be left over unseen."""
    command = [sys.executable, "-m", "scripts.cli", "judge", "--json", "--jobs", "3", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)


def assert_nothing_is_left(run: "subprocess.Popen[bytes]") -> None:
    with pytest.raises(ProcessLookupError):
        os.killpg(run.pid, 0)


def test_a_reader_who_has_seen_enough_ends_the_run(asked):
    with started(asked.file(*CASES)) as run:
        assert run.stdout
        assert run.stderr
        assert b"case" in run.stdout.readline()
        run.stdout.close()

        assert (141, b"") == (run.wait(), run.stderr.read())
    assert_nothing_is_left(run)


def test_an_interrupt_ends_the_run_and_its_workers_without_a_word(asked):
    with started(asked.file(*CASES), "-") as run:
        assert run.stdout
        assert run.stderr
        assert b"case" in run.stdout.readline()
        os.killpg(run.pid, signal.SIGINT)

        assert (130, b"") == (run.wait(), run.stderr.read())
    assert_nothing_is_left(run)


# --- progress -------------------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(to: io.StringIO, *seconds: float, written: io.StringIO | None = None) -> str:
    """What is shown of steps at these seconds after the beginning."""
    with Progress("cases", written or io.StringIO(), to, now=iter([0.0, *seconds]).__next__) as progress:
        for _ in seconds:
            progress.step()
    return to.getvalue()


def test_a_long_run_shows_its_progress_on_a_terminal_and_clears_it_at_the_end():
    assert "\r\x1b[K3 cases, 2 a second\r\x1b[K" == shown(Terminal(), 0.5, 0.9, 1.5)


def test_progress_is_shown_now_and_then_only():
    assert 2 == shown(Terminal(), 1.1, 1.2, 1.25, 1.4).count("a second")


def test_no_progress_is_shown_of_a_short_run_to_a_file_or_among_the_answers():
    assert "" == shown(Terminal(), 0.1, 0.9)
    assert "" == shown(io.StringIO(), 1.0, 2.0, 3.0)
    assert "" == shown(Terminal(), 1.0, 2.0, 3.0, written=Terminal())


@pytest.mark.parametrize(("to", "expected"), [(Terminal(), "\r\x1b[K1,234 events\r\x1b[K"), (io.StringIO(), "")])
def test_how_many_there_are_is_shown_on_a_terminal_and_cleared_at_the_end(to, expected, monkeypatch):
    monkeypatch.setattr(sys, "stderr", to)

    with counted("events") as shows:
        shows(1_234)

    assert expected == to.getvalue()
