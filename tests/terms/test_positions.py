import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.terms.checking.positions import KeyPath, line_of, positions
from domain.terms.holidays import HolidayList

PUBLISHED = Path(__file__).parents[2] / "domain" / "terms" / "published"

AGREEMENT = '''\
# An agreement, more or less.
title = "A [title], with # and = in it"
"imagicle-care:reaction/limit" = 4
about = """
[not.a.table]
key = "not a key" \\
"""""
hours . monday = [9, 17]
hours.'the "rest"' = []

[severity]  # [nor.this]
1 = { name = "critical", waits = ["customer", "access"] }

[plan.gold.calendar]
zone = 'C:\\['
[plan]
default = "gold"

[[clock]]
id = "response"
  [[clock.target]]
  limit = 1
  [[clock.target]]
  limit = 2
  [clock.target.note]
  text = """"quoted\\""""

[[clock]]
id = "resolution"
  [[clock.target]]
  limit = 3

[list]
dates = [
    { date = 2018-01-01, name = "New Year's Day" },  # }, {
    # { date = 2018-01-02 },

    { date = 2018-12-25, name = "Christmas", at.noon = 12:00:00 }, [
        [1.5, 0x2], []
    ]
]
"caf\\u00e9" = 1979-05-27 07:32:00
'''


def paths(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Every path of what tomllib read."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from paths(inner, (*path, key))


# --- one agreement by hand ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "path"),
    [
        (2, ("title",)),
        (3, ("imagicle-care:reaction/limit",)),
        (4, ("about",)),
        (8, ("hours",)),
        (8, ("hours", "monday", 1)),
        (9, ("hours", 'the "rest"')),
        (11, ("severity",)),
        (12, ("severity", "1", "waits", 1)),
        (14, ("plan", "gold")),
        (15, ("plan", "gold", "calendar", "zone")),
        (16, ("plan",)),
        (17, ("plan", "default")),
        (19, ("clock",)),
        (19, ("clock", 0)),
        (21, ("clock", 0, "target")),
        (23, ("clock", 0, "target", 1)),
        (24, ("clock", 0, "target", 1, "limit")),
        (25, ("clock", 0, "target", 1, "note")),
        (28, ("clock", 1)),
        (31, ("clock", 1, "target", 0, "limit")),
        (34, ("list", "dates")),
        (35, ("list", "dates", 0, "name")),
        (38, ("list", "dates", 1, "at", "noon")),
        (38, ("list", "dates", 2)),
        (39, ("list", "dates", 2, 0, 1)),
        (39, ("list", "dates", 2, 1)),
        (42, ("list", "café")),
    ],
)
def test_a_path_of_the_agreement_is_found_at_its_line(line, path):
    assert line == positions(AGREEMENT)[path]
    assert line == line_of(AGREEMENT, path)


def test_the_paths_of_the_agreement_are_those_that_tomllib_reads():
    assert set(paths(tomllib.loads(AGREEMENT))) == set(positions(AGREEMENT))


def test_lines_are_the_same_with_the_line_ends_of_windows():
    assert positions(AGREEMENT) == positions(AGREEMENT.replace("\n", "\r\n"))


@pytest.mark.parametrize("file", sorted(PUBLISHED.glob("*.toml")), ids=lambda file: file.stem)
def test_every_date_of_a_published_list_is_found_at_its_line(file):
    text = file.read_text()
    lines = text.splitlines()

    assert set(paths(tomllib.loads(text))) == set(positions(text))
    for index, listed in enumerate(tomllib.loads(text)["dates"]):
        assert f"date = {listed['date']}, " in lines[positions(text)["dates", index, "date"] - 1]


# --- what is not there ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "path"),
    [
        (1, ()),
        (1, ("version",)),
        (23, ("clock", 0, "target", 1, "calendar")),
        (19, ("clock", 0, "wait", 3, "on")),
        (38, ("list", "dates", 1, "fixed date", "name")),
    ],
)
def test_what_is_missing_is_reported_where_it_is_missing(line, path):
    assert line == line_of(AGREEMENT, path)


def test_a_validation_error_names_its_line():
    text = """\
name = "a-list"
title = "A list"
source = "a test"
first_year = 2018
last_year = 2030

[[rules]]
name = "New Year's Day"
on = "01-01"

[[rules]]
name = "Memorial Day"
last = "monday"
month = 13
"""
    with pytest.raises(ValidationError) as refused:
        HolidayList.model_validate(tomllib.loads(text))

    assert [14] == [line_of(text, error["loc"]) for error in refused.value.errors()]


# --- any document ---------------------------------------------------------------------------------------------------------

ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "é": "\\u00e9"}
WORDS = st.text("ab]}[{#=,.'\"\\\n\té ", max_size=8)
SCALARS = st.sampled_from(
    ["0", "-1_000", "0xff", "6.5e-3", "inf", "true", "1979-05-27 07:32:00Z", "2018-01-01", "07:32:00"]
)
COMMENTS = st.sampled_from(["", "", " # a comment", '# [a] = { "', "\t#'''"])
KEYS = st.one_of(st.sampled_from(["a", "b", "on", "1", "x-y_z"]), st.text("a.]#='\" é\\", max_size=4))


class Writer:
    """Writes TOML in every way of writing it, and takes down the line of each path."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.draw = draw
        self.text = ""
        self.lines: dict[KeyPath, int] = {}

    def write(self, text: str) -> None:
        self.text += text

    def mark(self, path: KeyPath) -> None:
        self.lines.setdefault(path, 1 + self.text.count("\n"))

    def maybe(self) -> bool:
        return bool(self.draw(st.booleans()))

    def line_end(self) -> None:
        self.write(self.draw(COMMENTS) + "\n" * self.draw(st.integers(1, 2)))

    def space(self, *, lines: bool) -> None:
        if lines and self.maybe():
            self.line_end()
        self.write(self.draw(st.sampled_from(["", " ", "\t"])))

    def table(self, path: KeyPath, depth: int) -> None:
        """The pairs of a table, then the tables below it, each under its header."""
        keys = self.draw(st.lists(KEYS, max_size=4, unique=True))
        below = self.draw(st.integers(0, len(keys))) if depth else 0
        for key in keys[below:]:
            self.pairs(path, key, lines=True, end=self.line_end)
        for key in keys[:below]:
            if self.maybe():
                self.headed((*path, key), depth - 1)
            else:
                for index in range(self.draw(st.integers(1, 3))):
                    self.mark_all((*path, key, index))
                    self.write(f"[[{self.header((*path, key))}]]")
                    self.line_end()
                    self.table((*path, key, index), depth - 1)

    def headed(self, path: KeyPath, depth: int) -> None:
        if self.maybe():
            path = (*path, self.draw(KEYS))
        self.mark_all(path)
        self.write(f"[ {self.header(path)}\t]")
        self.line_end()
        self.table(path, depth)

    def header(self, path: KeyPath) -> str:
        return " . ".join(self.key(part) for part in path if isinstance(part, str))

    def mark_all(self, path: KeyPath) -> None:
        for end in range(1, len(path) + 1):
            self.mark(path[:end])

    def pairs(self, path: KeyPath, key: str, *, lines: bool, end: Callable[[], None]) -> None:
        """One pair, or a few whose dotted keys begin alike."""
        dotted = self.draw(st.lists(KEYS, max_size=2, unique=True))
        for last in [[part] for part in dotted] or [[]]:
            whole = (*path, key, *last)
            self.mark_all(whole)
            self.write(self.header((key, *last)) + self.draw(st.sampled_from(["=", " = "])))
            self.value(whole, 2, lines=lines)
            end()

    def key(self, key: str) -> str:
        quoted = [self.basic(key)]
        if "'" not in key:
            quoted.append(f"'{key}'")
        if key.replace("-", "").replace("_", "").isalnum() and key.isascii():
            quoted.append(key)
        return str(self.draw(st.sampled_from(quoted)))

    def basic(self, text: str) -> str:
        return '"' + "".join(ESCAPES.get(letter, letter) for letter in text) + '"'

    def value(self, path: KeyPath, depth: int, *, lines: bool) -> None:
        kind = self.draw(st.integers(0, 3 if depth else 1))
        if kind == 0:
            self.write(self.draw(SCALARS))
        elif kind == 1:
            self.string(self.draw(WORDS))
        elif kind == 2:
            self.array(path, depth - 1)
        else:
            self.inline_table(path)

    def string(self, text: str) -> None:
        written = [self.basic(text)]
        if "'" not in text and "\n" not in text:
            written.append(f"'{text}'")
        if "'''" not in text:
            written.append(f"'''\n{text}'''")
        if '"""' not in text:
            written.append('"""\\\n' + text.replace("\\", "\\\\") + '"""')
        self.write(self.draw(st.sampled_from(written)))

    def array(self, path: KeyPath, depth: int) -> None:
        length = self.draw(st.integers(0, 3))
        self.write("[")
        for index in range(length):
            self.space(lines=True)
            self.mark((*path, index))
            self.value((*path, index), depth, lines=True)
            self.space(lines=True)
            if index < length - 1 or self.maybe():
                self.write(",")
        self.space(lines=True)
        self.write("]")

    def inline_table(self, path: KeyPath) -> None:
        self.write("{")
        keys = self.draw(st.lists(KEYS, max_size=3, unique=True))
        for key in keys:
            self.pairs(path, key, lines=False, end=lambda: self.write(" , "))
        self.text = self.text.removesuffix(", ") + "}"


@st.composite
def documents(draw: Callable[[st.SearchStrategy[Any]], Any]) -> tuple[str, dict[KeyPath, int]]:
    writer = Writer(draw)
    writer.space(lines=True)
    writer.table((), 3)
    return writer.text, writer.lines


@given(documents())
def test_every_path_of_any_document_is_found_at_its_line(document):
    text, lines = document

    assert set(lines) == set(paths(tomllib.loads(text)))
    assert lines == positions(text)


@given(documents(), st.data())
def test_half_a_document_ends_without_an_error(document, data):
    text, _ = document
    begin, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))

    positions(text[:begin] + text[end:])


@given(st.text("[]{}=,.#'\"\\\n ab1", max_size=40))
@example('"""')
@example('"""""""" = 1')
@example("[[a]]\n[a.b]\n[[a]]\n[a.b]")
@example("a = [{b = 1}, {b.c = [{}]}]")
@example("]]}}[[[{{{")
def test_whatever_tomllib_reads_is_read_alike_and_the_rest_ends_without_an_error(text):
    found = positions(text)
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return

    assert set(paths(read)) == set(found)
