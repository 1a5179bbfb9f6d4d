"""`ticketclock convert` as its caller sees it: case files that `judge` takes, a report, or one line that says what is wrong."""

import gzip
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pytest

from scripts.cli import main
from scripts.commands.convert import default_mapping
from scripts.demo import LOG

HEADER = "number,incident_state,priority,opened_at,sys_updated_at"
CSV = f"""{HEADER}
INC1,New,3 - Moderate,29/2/2016 04:40,29/2/2016 04:40
INC1,Closed,3 - Moderate,29/2/2016 04:40,1/3/2016 10:00
INC2,New,nonsense,29/2/2016 05:00,29/2/2016 05:00
"""
XES = """<?xml version="1.0" encoding="UTF-8"?>
<log><trace><string key="concept:name" value="1-23"/>
<event><string key="concept:name" value="Accepted"/><string key="lifecycle:transition" value="In Progress"/>
<string key="impact" value="Medium"/><date key="time:timestamp" value="2012-05-01T16:59:42+02:00"/></event>
<event><string key="concept:name" value="Completed"/><string key="lifecycle:transition" value="Closed"/>
<string key="impact" value="Medium"/><date key="time:timestamp" value="2012-05-02T16:59:42+02:00"/></event>
</trace></log>
"""
Told = tuple[int, str, str]
Convert = Callable[..., Told]


@pytest.fixture
def convert(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Convert:
    def run(*arguments: str) -> Told:
        code = main(["convert", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err.replace(f"{tmp_path}/", "")

    return run


@pytest.fixture
def csv(tmp_path: Path) -> str:
    file = tmp_path / "log.csv"
    file.write_text(CSV)
    return str(file)


@pytest.fixture
def xes(tmp_path: Path) -> str:
    file = tmp_path / "log.xes"
    file.write_text(XES)
    return str(file)


def test_what_is_converted_can_be_judged(convert, tmp_path, capsys):
    some, cases = tmp_path / "some.csv", tmp_path / "cases.jsonl.gz"
    with gzip.open(LOG, "rt") as log:
        some.write_text("".join(islice(log, 2_000)))
    assert 0 == convert("servicenow-csv", str(some), "--out", str(cases))[0]

    assert 0 == main(["judge", "--json", str(cases)])
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    converted = [json.loads(line) for line in gzip.decompress(cases.read_bytes()).splitlines()]
    assert [case["case"] for case in converted] == [answer["case"] for answer in answers]
    assert 300 < len(answers)


def test_a_packed_log_and_a_plain_one_are_the_same(convert, csv, tmp_path):
    packed = tmp_path / "packed" / "log.csv"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(CSV.encode()))

    assert convert("servicenow-csv", csv)[:2] == convert("servicenow-csv", str(packed))[:2]


def test_cases_go_to_standard_output_and_a_summary_beside_it(convert, csv):
    code, out, err = convert("servicenow-csv", csv)

    assert (0, ["INC1"]) == (code, [json.loads(line)["case"] for line in out.splitlines()])
    assert "cases: 1, rows: 3; of these 0 repaired, 1 doubtful, 1 told in no case (--report FILE says which)\n" == err


def test_the_report_says_what_became_of_every_row(convert, csv, tmp_path):
    report = tmp_path / "report.json"
    assert 0 == convert("servicenow-csv", csv, "--report", str(report))[0]

    told = json.loads(report.read_text())
    assert (3, 2, 1) == (told["rows"], told["rows_told"], told["cases"])
    assert ["INC2"] == [one["case"] for one in told["untold"]["examples"]]


def test_a_log_from_a_pipe_is_read_as_one_from_a_file(convert, csv, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(pipe.write_text, CSV)
        out = convert("servicenow-csv", str(pipe))[1]

    assert convert("servicenow-csv", csv)[1].replace("log.csv", "pipe") == out


def test_a_log_with_the_newest_row_first_tells_the_same_and_is_said_to_be_one(convert, csv, tmp_path):
    told = convert("servicenow-csv", csv)[1]
    header, *rows = CSV.splitlines()
    Path(csv).write_text("\n".join([header, *reversed(rows), ""]))

    code, out, err = convert("servicenow-csv", csv)
    assert (0, told) == (code, out)
    assert "1 told in no case; 1 cases told in another order than the file's (" in err


def test_dates_that_could_be_read_in_two_ways_are_said_to_be(convert, tmp_path):
    log, report = tmp_path / "log.csv", tmp_path / "report.json"
    log.write_text(CSV.replace("29/2/2016", "3/4/2016"))

    code, out, err = convert("servicenow-csv", str(log), "--report", str(report))
    assert (0, "2016-04-03T04:40:00+00:00") == (code, json.loads(out)["events"][0]["at"])
    assert err.startswith("dates are read day before month: assumed, since no number above 12 in the log proves it\n")
    assert "day before month: assumed" in json.loads(report.read_text())["dates"]


def test_a_log_of_no_readable_times_is_refused_in_one_line(convert, tmp_path):
    log = tmp_path / "log.csv"
    log.write_text(CSV.replace("/2016 ", "/2016 at "))

    code, out, err = convert("servicenow-csv", str(log))
    assert (2, "", 1) == (code, out, err.count("\n"))
    assert err.startswith(
        "ticketclock: log.csv, line 2: 3 of the 3 times in opened_at cannot be read, such as '29/2/2016 at 04:40'"
    )


def test_times_are_local_to_the_zone_that_is_named(convert, csv):
    opened = {
        zone: json.loads(convert("servicenow-csv", csv, "--timezone", zone)[1])["events"][0]["at"]
        for zone in ("UTC", "America/New_York")
    }

    assert {"UTC": "2016-02-29T04:40:00+00:00", "America/New_York": "2016-02-29T04:40:00-05:00"} == opened


def test_the_same_log_makes_the_same_bytes(convert, csv, tmp_path):
    first, second = tmp_path / "first.gz", tmp_path / "second.gz"
    for out in (first, second):
        assert 0 == convert("servicenow-csv", csv, "--out", str(out))[0]

    assert first.read_bytes() == second.read_bytes()


def test_an_xes_log_is_converted_with_the_mapping_that_comes_with_the_program(convert, xes):
    code, out, _ = convert("xes", xes)

    assert (0, "1-23") == (code, json.loads(out)["case"])


def test_the_mapping_is_shown_edited_and_used(convert, xes, tmp_path):
    mapping = tmp_path / "mine.toml"
    mapping.write_text(convert("xes", "--show-mapping")[1].replace('"Completed/Closed" = "closed"', ""))

    events = [event["event"] for event in json.loads(convert("xes", xes, "--mapping", str(mapping))[1])["events"]]
    assert "opened" in events
    assert "closed" not in events


def test_a_mapping_that_does_not_hold_names_the_key(convert, xes, tmp_path):
    mapping = tmp_path / "mine.toml"
    mapping.write_text(convert("xes", "--show-mapping")[1].replace('= "closed"', '= "shut"'))

    code, out, err = convert("xes", xes, "--mapping", str(mapping))
    assert (2, "") == (code, out)
    assert err.startswith("ticketclock: mine.toml: ")
    assert "Completed/Closed" in err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n", "the header has no column number"),
        (b"", "there is no header"),
        (gzip.compress(CSV.encode() * 99, mtime=0)[:-20], "cut off or damaged"),
    ],
)
def test_a_log_that_is_none_is_refused_and_leaves_no_file(convert, tmp_path, content, said):
    log, out = tmp_path / "log.csv", tmp_path / "cases.jsonl"
    log.write_bytes(content)

    code, _, err = convert("servicenow-csv", str(log), "--out", str(out))
    assert 2 == code
    assert err.startswith("ticketclock: log.csv")
    assert said in err
    assert [log] == list(tmp_path.iterdir())


def test_a_broken_xes_log_names_the_line(convert, tmp_path):
    log = tmp_path / "log.xes"
    log.write_text(XES.replace("</trace></log>", "</event>"))

    code, _, err = convert("xes", str(log))
    assert 2 == code
    assert err.startswith("ticketclock: log.xes, line 7, column ")


# --- what is written over -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("log", "arguments", "named"),
    [
        ("log.csv", ["--out", "log.csv"], "log.csv"),
        ("log.csv", ["--report", "./log.csv"], "./log.csv"),
        ("log.csv", ["--out", "link.csv"], "link.csv"),
        ("log.csv", ["--out", "hard.csv"], "hard.csv"),
        ("link.csv", ["--out", "log.csv"], "log.csv"),
        ("begun.csv.part", ["--out", "begun.csv"], "begun.csv"),
    ],
)
@pytest.mark.usefixtures("csv")
def test_a_log_is_never_written_over(convert, tmp_path, monkeypatch, log, arguments, named):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.csv").symlink_to("log.csv")
    (tmp_path / "hard.csv").hardlink_to("log.csv")
    (tmp_path / "begun.csv.part").write_text(CSV)

    code, out, err = convert("servicenow-csv", log, *arguments)
    assert (2, "", f"ticketclock: {named}: is read by this very command; write to another file\n") == (code, out, err)
    assert CSV == (tmp_path / log).read_text()


def test_neither_an_xes_log_nor_its_mapping_is_written_over(convert, xes, tmp_path):
    mapping = tmp_path / "mine.toml"
    mapping.write_text(default_mapping())

    for written in (xes, str(mapping)):
        code, _, err = convert("xes", xes, "--mapping", str(mapping), "--out", written)
        assert (2, True) == (code, err.endswith("is read by this very command; write to another file\n"))
    assert (XES, default_mapping()) == (Path(xes).read_text(), mapping.read_text())


@pytest.mark.parametrize("report", ["x", "./x", "x.part"])
def test_cases_and_report_are_never_one_file(convert, csv, tmp_path, monkeypatch, report):
    monkeypatch.chdir(tmp_path)

    code, _, err = convert("servicenow-csv", csv, "--out", "x", "--report", report)
    assert 2 == code
    assert f"ticketclock: {report}: would be written over by what this very command writes; name two files\n" == err
    assert [Path(csv)] == list(tmp_path.iterdir())


@pytest.mark.parametrize("option", ["--out", "--report"])
def test_what_was_written_before_is_written_anew(convert, csv, tmp_path, option):
    there = tmp_path / "there"
    there.write_text("of before")

    assert 0 == convert("servicenow-csv", csv, option, str(there))[0]
    assert "of before" not in there.read_text()


def test_a_device_takes_cases_and_report(convert, csv):
    assert 0 == convert("servicenow-csv", csv, "--out", "/dev/null", "--report", "/dev/null")[0]


# --- what is not what it should be ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.csv"], "none.csv: cannot be read: No such file or directory"),
        (["log.csv", "--out", "none/cases.jsonl"], "none/cases.jsonl: cannot be written: No such file or directory"),
        (["log.csv", "--out", "."], ".: cannot be written: Is a directory"),
        (["log.csv", "--out", "log.csv/x"], "log.csv/x: cannot be written: Not a directory"),
        (["log.csv", "--report", "none/report.json"], "none/report.json: cannot be written: No such file or directory"),
    ],
)
@pytest.mark.usefixtures("csv")
def test_a_file_that_cannot_be_read_or_written_is_named(convert, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)

    code, _, err = convert("servicenow-csv", *arguments)
    assert (2, f"ticketclock: {said}\n") == (code, err)
    assert [tmp_path / "log.csv"] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["servicenow-csv", "--timezone", "Mars"], "argument --timezone: unknown time zone 'Mars'; use a name such as"),
        (["servicenow-csv", "--gath"], "unrecognized arguments: --gath"),
        (["csv"], "argument FORMAT: invalid choice: 'csv'"),
    ],
)
def test_what_is_wrong_with_the_arguments_is_named(capsys, arguments, said):
    with pytest.raises(SystemExit, match="2"):
        main(["convert", *arguments])
    assert said in capsys.readouterr().err
