"""What may stand in a case file, and what is said of a file that is none."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from domain.refusals import CaseFileError
from scripts.documents import MEBIBYTE, MOST_BYTES_WHOLE, sources

ONE, TWO = {"case": "one", "events": [1, {"é": None}]}, {"case": "two"}
LINES = f"{json.dumps(ONE)}\n{json.dumps(TWO)}\n".encode()
PRETTY = json.dumps(ONE, indent=2).encode()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cases"


def read(file: Path, most_bytes: int = MEBIBYTE) -> list[tuple[str, Any]]:
    """Each document with its place, as far as the file can be read; at the end, where there is one, the refusal."""
    told: list[tuple[str, Any]] = []
    try:
        for source in sources(str(file), most_bytes):
            told.append((source.place.removeprefix(str(file)), source.parsed()))  # noqa: PERF401
    except CaseFileError as refusal:
        told.append(("refused", str(refusal).removeprefix(str(file))))
    return told


def refused(file: Path, content: bytes) -> str:
    file.write_bytes(content)
    *_, (place, said) = read(file)
    assert place == "refused"
    assert "\n" not in said
    return str(said)


@pytest.mark.parametrize(
    "content",
    [
        LINES,
        LINES.rstrip(),
        LINES.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + LINES,
        gzip.compress(LINES),
        gzip.compress(LINES[:-15]) + gzip.compress(LINES[-15:]),
    ],
    ids=["plain", "no last line end", "CRLF", "byte order mark", "gzipped", "gzipped in two parts"],
)
def test_json_lines_are_read_line_by_line(file, content):
    file.write_bytes(content)

    assert [(": line 1", ONE), (": line 2", TWO)] == read(file)


def test_blank_lines_count_and_say_nothing(file):
    file.write_bytes(b"\n  \n" + LINES.replace(b"\n", b"\n\n"))

    assert [(": line 3", ONE), (": line 5", TWO)] == read(file)


@pytest.mark.parametrize("content", [PRETTY, b"\n\n" + PRETTY + b"\n", PRETTY.replace(b"\n", b"\r\n")])
def test_a_single_document_may_stand_on_several_lines(file, content):
    file.write_bytes(content)

    assert [("", ONE)] == read(file)


@pytest.mark.parametrize("indent", [None, 2])
def test_the_cases_of_an_array_are_read_one_by_one(file, indent):
    file.write_text(json.dumps([ONE, TWO], indent=indent))

    assert [(": item 1", ONE), (": item 2", TWO)] == read(file)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", ": is empty; a case file holds at least one case"),
        (b" \n\n", ": is empty; a case file holds at least one case"),
        (b"[]", ": is an empty list; a case file holds at least one case"),
        (
            PRETTY + PRETTY,
            ": a second document begins at line 9, column 2; write JSON Lines, one case a line, or a JSON arr",
        ),
        (b"{} {}", ": line 1: a second document begins at column 4; write JSON Lines"),
        (
            PRETTY[:-4],
            ": the JSON ends too early, at line 7, column 6; is it cut short, or a case that stands on several",
        ),
        (LINES[:-3], ': line 2: the text that begins at column 10, `"two`, does not end; is the JSON cut short, or'),
        (LINES[:-8], ": line 2: the JSON ends too early, at column 9"),
        (b'{}\n{"a": [1,\n', ": line 2: the JSON ends too early, at column 10"),
        (b'[\n{},\n{"a" 1}]', ": not JSON at line 3, column 6, `1}]`: expecting ':' delimiter"),
        (b"{'case': 1}", ": line 1: not JSON at column 2, `'case': 1}`: expecting property name"),
        (b"number,state\n", ": line 1: not JSON at column 1, `number,state`: expecting value"),
        (b'{"a": "b\tc"}', ': line 1: not JSON at column 9, `\\tc"}`: invalid control character'),
        ("{}".encode("utf-16"), ": line 1: UTF-16; save it as UTF-8"),
        ('{"a"'.encode("utf-16-le"), ": line 1: holds NUL characters, as UTF-16 does; save it as UTF-8"),
        ('{"a": "é"}'.encode("latin-1"), ": line 1: not UTF-8 at byte 8; a case file is JSON, saved as UTF-8"),
        (b'{"a": "\\ud800"}', ": line 1: holds half a character"),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', ': line 1: the key "c" stands twice in one object'),
        (b'{"a": NaN}', ": line 1: NaN is no number that can be kept"),
        (b'{"a": -Infinity}', ": line 1: -Infinity is no number that can be kept"),
        (b'{"a": 1e999}', ": line 1: 1e999 is no number that can be kept"),
        (b'{"a": %s}' % (b"9" * 5000), ": line 1: holds a number of thousands of digits"),
        (b'{"a":' * 101 + b"1" + b"}" * 101, ": line 1: nested more than 100 deep"),
        (b'{"a":' * 100_000, ": line 1: nested more than 100 deep"),
        (b"[" * 100_000, ": nested more than 100 deep"),
        (gzip.compress(LINES, mtime=0)[:-9], ": the gzip file is damaged or cut short; pack it again"),
        (gzip.compress(LINES, mtime=0) + b"more", ": the gzip file is damaged or cut short; pack it again"),
        (b"\x1f\x8b\x08\x00 no gzip at all", ": the gzip file is damaged or cut short; pack it again"),
    ],
)
def test_what_is_no_case_file_is_refused_with_place_and_remedy(file, content, said):
    assert refused(file, content).startswith(said)


def test_a_hundred_levels_are_deep_enough_and_a_pair_of_escapes_is_a_character(file):
    file.write_bytes(b'{"a":' * 100 + b'"\\ud83d\\ude00"' + b"}" * 100)

    assert "\N{GRINNING FACE}" in str(read(file))


def test_what_comes_before_a_broken_line_is_read(file):
    file.write_bytes(LINES + b"{")

    assert [(": line 1", ONE), (": line 2", TWO), ("refused", ": line 3")] == [
        (place, said[:8] if place == "refused" else said) for place, said in read(file)
    ]


def test_a_file_of_a_gigabyte_is_refused_at_once(file):
    with file.open("wb") as sparse:
        sparse.truncate(1 << 30)

    assert [("refused", ": larger than 512 MiB; split it, or raise --max-mebibytes")] == read(file, 512 * MEBIBYTE)


@pytest.mark.parametrize(
    ("begins", "said"),
    [
        (b"{}\n", ": line 2: longer than 64 MiB; write JSON Lines, one case a line"),
        (b"{\n", ": longer than 64 MiB; write JSON Lines, one case a line"),
        (b"[\n", ": longer than 64 MiB; write JSON Lines, one case a line"),
    ],
)
def test_a_gigabyte_without_a_line_end_is_never_held_whole(file, begins, said):
    with file.open("wb") as sparse:
        sparse.write(begins)
        sparse.truncate(1 << 30)

    assert ("refused", said) == read(file, 2 << 30)[-1]


def test_of_a_packed_file_what_is_unpacked_counts(file):
    file.write_bytes(gzip.compress(b"{}        \n" * (MEBIBYTE // 10)))

    *before, last = read(file)
    assert MEBIBYTE // 11 == len(before)
    assert ("refused", ": larger than 1 MiB; split it, or raise --max-mebibytes") == last


def test_a_packed_line_without_end_is_refused(file):
    file.write_bytes(gzip.compress(b" " * (MOST_BYTES_WHOLE + 9), 1))

    assert [("refused", ": line 1: longer than 64 MiB; write JSON Lines, one case a line")] == read(file, 1 << 30)


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    assert [("refused", ": cannot be read: Is a directory")] == read(tmp_path)
    assert [("refused", ": cannot be read: No such file or directory")] == read(tmp_path / "none")
