import csv
import gzip
import io
import json
from datetime import UTC

import pytest

from domain.casefile import read_case
from domain.logs.errors import LogError
from domain.logs.names import LONGEST
from domain.logs.report import EXAMPLES_AT_MOST, Report
from domain.logs.servicenow import convert
from domain.logs.survey import survey
from domain.logs.table import text_lines
from domain.refusals import CaseFileError
from domain.terms.lookup import find
from tests.logs.incidents import FIRST_ROW, case_of, kinds, row, states, text, told

# --- oddities -------------------------------------------------------------------------------------------------------------


def test_an_unknown_state_keeps_the_one_before_it_and_is_counted_by_name():
    (case,), report = told(text(row("Awaiting User Info"), row("Juggling", "06:00"), row("Active", "07:00")))

    assert ["opened", "responded", "waiting customer", "wait_ended customer"] == kinds(case)
    assert {"Juggling": 1} == report.unknown_statuses
    assert [(3, "Juggling")] == [(found["line"], found["value"]) for found in report.doubtful.examples]


@pytest.mark.parametrize("priority", ["?", "", "High", "12 - Odd"])
def test_a_priority_that_cannot_be_read_keeps_the_one_before_it(priority):
    (case,), report = told(text(row(), row("Active", priority=priority)))

    assert ["opened", "responded"] == kinds(case)
    assert 1 == report.doubtful.rows


def test_an_incident_whose_first_priority_is_missing_opens_with_the_first_one_known():
    (case,), report = told(text(row(priority="?"), row(priority="2 - High"), row(priority="1 - Critical")))

    assert [2, 1] == [event["severity"] for event in case["events"]]
    assert 1 == report.doubtful.rows


@pytest.mark.parametrize("count", ["9" * 5000, "-1", "²", "1.5", "many"])
def test_a_counter_that_is_no_number_says_nothing(count):
    case = case_of(row("Resolved", "06:00", sys_mod_count=count), row("Active", "05:00", sys_mod_count=count))

    assert ["opened", "responded", "resolved"] == kinds(case)
    assert "sys_mod_count" not in case["source"]


def test_an_incident_without_any_priority_is_listed_as_untold():
    cases, report = told(text(row(priority="?"), row(number="INC2")))

    assert ["INC2"] == [case["case"] for case in cases]
    assert [{"line": 2, "case": "INC1", "what": "no row states a severity"}] == report.untold.examples
    assert (2, 1, 1) == (report.rows, report.rows_told, report.untold.rows)


@pytest.mark.parametrize("fault", ["INC1,Active", "INC1,Active" + ",x" * 40, 'INC1,"Active"oops' + ",x" * 12])
def test_a_row_that_cannot_be_read_is_passed_over_and_named(fault):
    (case,), report = told(text(row()) + fault + "\n" + text(row("Resolved")).splitlines()[1] + "\n")

    assert ["opened", "responded", "resolved"] == kinds(case)
    assert [(3, "INC1")] == [(found["line"], found["case"]) for found in report.doubtful.examples]
    assert (3, 2, 0) == (report.rows, report.rows_told, report.untold.rows)


def test_an_incident_of_unreadable_rows_only_is_listed_as_untold():
    cases, report = told(text(row()) + "INC2,Active\nINC2,Closed\n")

    assert ["INC1"] == [case["case"] for case in cases]
    assert [{"line": 3, "case": "INC2", "what": "no row of the incident is readable"}] == report.untold.examples


def test_a_row_without_number_is_listed_as_untold():
    cases, report = told(text(row(number="?"), row(), row(number="")) + ",\n")

    assert 1 == len(cases)
    assert [2, 4, 5] == [found["line"] for found in report.as_dict()["untold"]["examples"]]


def test_a_quote_that_is_never_closed_spoils_its_own_row_only():
    rows = [row(number=f"INC{number}") for number in range(300)]
    lines = text(*rows).splitlines(keepends=True)
    lines[5] = lines[5].replace("Category", '"Category')

    cases, report = told(lines)

    assert 299 == len(cases)
    assert 300 == report.rows
    assert [{"line": 6, "case": "INC4", "what": "no row of the incident is readable"}] == report.untold.examples


def test_a_stray_quote_that_another_one_closes_swallows_no_row_between():
    lines = text(*[row(number=f"INC{number}") for number in range(20)]).splitlines(keepends=True)
    lines[5] = lines[5].replace(",Category 40", ',"Category 40')
    lines[9] = lines[9].replace("Category 40,", 'Category 40",')

    cases, report = told(lines)

    assert {"INC4": 6} == {found["case"]: found["line"] for found in report.untold.examples}
    assert (19, 20) == (len(cases), report.rows)


def test_quoted_cells_may_hold_commas_quotes_and_lines():
    log = text(
        row(category='Mail, "shared"\nboxes'), row("Active", category='Mail, "shared"\nboxes'), row(number="INC2")
    )
    cases, report = told(log)

    assert 'Mail, "shared"\nboxes' == cases[0]["events"][0]["category"]
    assert ["INC1", "INC2"] == [case["case"] for case in cases]
    assert (3, 0) == (report.rows, report.doubtful.rows)


def test_the_line_of_a_finding_counts_the_lines_within_cells():
    _, report = told(text(row(category="two\nlines"), row("Juggling", category="two\nlines")))

    assert 4 == report.doubtful.examples[0]["line"]


def test_columns_may_stand_in_another_order_among_others():
    mixed = {name: row("Active")[name] for name in sorted(FIRST_ROW, reverse=True)} | {"u_extra": "x"}

    assert case_of(row("Active")) == case_of(mixed)


def test_columns_that_need_not_be_there_may_be_absent():
    names = ("number", "incident_state", "priority", "opened_at", "sys_updated_at")
    (case,), report = told(text({name: row("Active")[name] for name in names}))

    assert ["opened", "responded"] == kinds(case)
    assert {"system", "timezone", "rows"} == set(case["source"])
    assert "assignment_group" in report.as_dict()["columns"]["absent"]


def test_a_log_from_another_machine_reads_the_same():
    log = text(row(), row("Active", "05:30"))
    variants = [log.encode(), b"\xef\xbb\xbf" + log.encode(), log.replace("\n", "\r\n").encode(), log.rstrip().encode()]

    first, *others = ([*told(text_lines(io.BytesIO(variant)))[0]] for variant in variants)

    assert [first] * 3 == others


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_log_between_other_separators_or_in_utf_16_reads_the_same(separator, encoding):
    rows = [row(category="Mail, shared; Büro"), row("Active", "06:00", category="Mail, shared; Büro")]
    log = text(*rows)
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(csv.reader(io.StringIO(log)))

    cases, report = told(text_lines(io.BytesIO(out.getvalue().encode(encoding))))

    assert told(log)[0] == cases
    assert {";": "semicolon", "\t": "tab"}[separator] == report.as_dict()["separator"]
    assert 0 == report.doubtful.rows


def test_a_row_with_a_stray_quote_between_semicolons_is_named_too():
    lines = text(*[row(number=f"INC{number}") for number in range(9)]).replace(",", ";").splitlines(keepends=True)
    lines[5] = lines[5].replace("Category", '"Category')

    _, report = told(lines)

    assert {"INC4": 6} == {found["case"]: found["line"] for found in report.untold.examples}


def test_reading_lines_leaves_the_stream_open():
    stream = io.BytesIO(text(row()).encode())

    assert list(text_lines(stream))
    assert not stream.closed


def test_a_byte_order_mark_before_a_quoted_header_is_no_part_of_it():
    log = "\ufeff" + text(row()).replace("number,", '"number",', 1)

    assert ["INC1"] == [case["case"] for case in told(log)[0]]


def test_bytes_that_are_no_text_spoil_their_own_row_only():
    log = text(row(category="Mailbox"), row(number="INC2"), row("Active", number="INC2")).encode()
    cases, report = told(text_lines(io.BytesIO(log.replace(b"Mailbox", b"B\xfccher\0"))))

    assert "B\ufffdcher" == cases[0]["events"][0]["category"]
    assert [(2, "INC1")] == [(found["line"], found["case"]) for found in report.doubtful.examples]
    assert json.dumps(cases, ensure_ascii=False).encode()


def test_an_incident_that_comes_again_further_down_is_not_lost():
    rows = [row(), row(number="INC2"), row("Active", "06:00"), row("Resolved", "07:00")]
    cases, report = told(text(*rows))

    assert ["INC1", "INC2", "INC1#2"] == [case["case"] for case in cases]
    assert ["opened", "responded", "resolved"] == kinds(cases[2])
    assert 2 == cases[2]["source"]["part"]
    assert [4] == [found["line"] for found in report.doubtful.examples]


def test_a_part_of_an_incident_takes_no_name_of_another_one():
    numbers = ["A", "B", "A", "A#2", "A", "A#2"]
    log = text(*[row(number=number) for number in numbers])
    surveyed = survey(log.splitlines(keepends=True))

    cases, _ = told(log, surveyed=surveyed)
    assert ["A", "B", "A#3", "A#2", "A#4", "A#2#2"] == [case["case"] for case in cases]
    assert [2, 3] == [case["source"]["part"] for case in cases if case["case"] in ("A#3", "A#4")]


def test_an_incident_whose_number_was_given_away_already_is_told_under_another():
    cases, report = told(text(*[row(number=number) for number in ("A", "B", "A", "A#2")]))

    assert ["A", "B", "A#2", "A#2#2"] == [case["case"] for case in cases]
    assert [4, 5] == [found["line"] for found in report.doubtful.examples]


def test_a_number_that_no_case_file_can_have_is_listed_as_untold():
    longest = "N" * LONGEST
    cases, report = told(text(row(number=longest), row(number=f"{longest}N"), row(number=longest)))

    assert [longest] == [case["case"] for case in cases]
    assert [3, 4] == [found["line"] for found in report.untold.examples]
    read_case(cases[0], find)
    with pytest.raises(CaseFileError, match="500"):
        read_case({**cases[0], "case": f"{longest}N"}, find)


def test_a_log_in_order_of_time_is_told_incident_by_incident_once_gathered():
    one, two = states("New", "Active", "Resolved"), [values | {"number": "INC2"} for values in states("New", "Active")]
    mixed = [one[0], two[0], one[1], two[1], one[2]]

    cases, report = told(text(*mixed), gather=True)

    assert told(text(*one, *two))[0] == cases
    assert [4, 5, 6] == [found["line"] for found in report.doubtful.examples]


def test_incidents_are_told_while_the_log_is_read():
    def endless():
        yield from text(row(), row(number="INC2")).splitlines(keepends=True)
        raise AssertionError("read on before the first case was told")

    assert "INC1" == next(convert(endless(), Report(), timezone=UTC))["case"]


def test_examples_are_capped_while_counts_are_complete():
    _, report = told(text(*[row("Juggling") for _ in range(EXAMPLES_AT_MOST + 7)]))

    told_of = report.as_dict()["doubtful"]
    assert (EXAMPLES_AT_MOST + 7, EXAMPLES_AT_MOST) == (told_of["rows"], len(told_of["examples"]))
    assert EXAMPLES_AT_MOST == told_of["examples_of_each_kind_at_most"]


# --- what is no such log --------------------------------------------------------------------------------------------------


def test_a_file_without_the_columns_is_refused_with_their_names():
    with pytest.raises(LogError) as refusal:
        told("number,state,priority,opened_at\n", file="other.csv")

    assert ("other.csv", 1) == (refusal.value.file, refusal.value.line)
    assert "no column incident_state, sys_updated_at" in str(refusal.value)


@pytest.mark.parametrize(
    ("log", "word"),
    [
        ("", "no header"),
        ("\n", "no header"),
        ("number|incident_state|priority|opened_at|sys_updated_at\n", "between commas, semicolons or tabs"),
        ("number,incident_state,priority,opened_at,sys_updated_at,number\n", "names twice: number"),
        ('"number,incident_state\n', "not readable as CSV"),
        (text(row()).encode("utf-16").decode("utf-8", "surrogateescape"), "no column number"),
    ],
)
def test_what_is_no_such_log_is_refused_with_a_remedy(log, word):
    with pytest.raises(LogError, match=word):
        told(log)


def test_a_compressed_log_that_is_cut_off_is_refused_with_its_line():
    packed = gzip.compress(text(*[row(number=f"INC{number}") for number in range(5000)]).encode())

    with (
        gzip.open(io.BytesIO(packed[: len(packed) // 2])) as stream,
        pytest.raises(LogError, match=r"line \d+: the compressed file is cut off"),
    ):
        told(text_lines(stream))


def test_a_log_decoded_strictly_is_refused_where_it_is_no_utf_8():
    stream = io.TextIOWrapper(io.BytesIO(text(row(category="x")).encode().replace(b",x,", b",\xfc,")), encoding="utf-8")

    with pytest.raises(LogError, match="not UTF-8"):
        told(stream)


def test_an_empty_log_has_no_cases():
    cases, report = told(text(row()).splitlines(keepends=True)[:1])

    assert ([], 0, 0) == (cases, report.rows, report.cases)
