import gzip
import io
import json
from collections import Counter
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.logs.errors import LogError
from domain.logs.servicenow import STATES
from domain.logs.survey import Survey, survey
from domain.logs.table import text_lines
from domain.ticket.events import TicketEvent
from tests.logs.incidents import case_of, kinds, row, states, text, told

REAL_LOG = Path(__file__).parents[2] / "scripts" / "data" / "uci498_incidents.csv.gz"
EVENT: TypeAdapter[TicketEvent] = TypeAdapter(TicketEvent)

# --- any log --------------------------------------------------------------------------------------------------------------


def assert_well_formed(case):
    """A case file whose events could have happened, one after another."""
    waits: list[str] = []
    ended = False
    assert "opened" == case["events"][0]["event"]
    assert 1 == kinds(case).count("opened") >= kinds(case).count("responded")
    for number, event in enumerate(case["events"]):
        EVENT.validate_python({"effective_at" if key == "at" else key: value for key, value in event.items()})
        match event["event"]:
            case "waiting":
                assert not waits
                assert not ended
                waits.append(event["on"])
            case "wait_ended":
                assert [event["on"]] == waits
                waits.clear()
            case "resolved":
                assert not waits
                assert not ended
                ended = True
            case "closed":
                assert not waits
                ended = True
            case "reopened":
                assert ended
                ended = False
            case "responded":
                assert all(earlier in ("opened", "severity_changed", "assigned") for earlier in kinds(case)[:number])
            case _:
                pass
    instants = [event["at"] for event in case["events"]] + [case["as_of"]]
    assert sorted(instants) == instants
    assert case == json.loads(json.dumps(case))


ROWS = st.fixed_dictionaries(
    {
        "number": st.sampled_from(["INC1", "INC1", "INC1", "INC2", "?"]),
        "incident_state": st.sampled_from([*STATES, *STATES, "Juggling", "?"]),
        "priority": st.sampled_from(["1 - Critical", "3 - Moderate", "4 - Low", "?"]),
        "opened_at": st.sampled_from(["29/2/2016 04:40"] * 4 + ["29/2/2016 05:10", "?"]),
        "sys_updated_at": st.builds("29/2/2016 {:02}:{:02}".format, st.integers(3, 9), st.integers(0, 60)),
        "assignment_group": st.sampled_from(["Group 1", "Group 2", "?"]),
    }
)


@given(st.lists(ROWS, min_size=1, max_size=14), st.booleans())
def test_any_rows_make_well_formed_histories_and_every_row_is_accounted_for(rows, gather):
    cases, report = told(text(*rows), gather=gather)

    for case in cases:
        assert_well_formed(case)
    untold = {found["case"] for found in report.untold.examples}
    assert {values["number"] for values in rows} - {"?"} == {
        number.partition("#")[0] for number in {case["case"] for case in cases} | (untold - {None})
    }
    assert len(rows) == report.rows
    assert sum(case["source"]["rows"] for case in cases) == report.rows_told
    assert Counter(kind for case in cases for kind in (event["event"] for event in case["events"])) == report.events
    assert json.dumps(report.as_dict())


@given(st.lists(st.sampled_from(list(STATES)), min_size=1, max_size=12))
def test_any_states_are_responded_to_once_where_they_leave_new(names):
    case = case_of(*states(*names))

    assert int(any(name not in ("New", "-100") for name in names)) == kinds(case).count("responded")


@given(st.lists(st.text(alphabet='INC1,"\n\r?\0é x', max_size=60)), st.binary(max_size=200))
def test_any_noise_is_told_refused_or_listed(lines, noise):
    told([text(row()).splitlines(keepends=True)[0], *lines])
    for look in (survey, told):
        with suppress(LogError):
            look(text_lines(io.BytesIO(noise)))


# --- the real one ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real():
    with gzip.open(REAL_LOG) as stream:
        return told(text_lines(stream))


def test_the_real_log_is_told_whole(real):
    cases, report = real

    assert (113_199, 113_199, 19_941) == (report.rows, report.rows_told, report.cases)
    assert 19_941 == len({case["case"] for case in cases})
    assert 0 == report.untold.rows
    assert {
        "opened": 19_941,
        "responded": 19_941,
        "assigned": 15_683,
        "severity_changed": 346,
        "waiting": 5_085,
        "wait_ended": 5_085,
        "resolved": 20_194,
        "closed": 19_951,
        "reopened": 263,
    } == report.events


def test_the_real_log_proves_that_its_days_come_first():
    with gzip.open(REAL_LOG) as stream:
        lines = list(islice(text_lines(stream), 5_000))

    said = "day first, as '29/2/2016 04:40' (line 2, opened_at) proves"
    assert Survey("day", said, newest_first=False) == survey(lines)


def test_the_real_log_stands_in_the_order_of_its_history(real):
    _, report = real

    assert 0 == report.reordered.rows


def test_the_real_log_keeps_what_it_recorded(real):
    cases, _ = real

    assert {True: 12_686, False: 7_255} == Counter(case["source"]["made_sla"] for case in cases)
    assert 217 == sum(case["source"]["reopen_count"] > 0 for case in cases)
    severities = Counter([event["severity"] for event in case["events"] if "severity" in event][-1] for case in cases)
    assert {1: 208, 2: 325, 3: 18_790, 4: 618} == severities
    assert {"closed"} == {case["events"][-1]["event"] for case in cases}
    assert "2017-02-18T15:00:00+00:00" == max(case["as_of"] for case in cases)


def test_the_real_logs_known_faults_are_repaired_or_doubtful(real):
    _, report = real

    assert {"INC0000131", "INC0000134", "INC0000137", "INC0000164"} == {
        found["case"] for found in report.repaired.examples
    }
    assert {
        "dated before the opening: takes that instant": 3,
        "dated before the row above: takes that instant": 2,
    } == report.repaired.by_kind
    assert {"INC0028089", "INC0030413"} == {found["case"] for found in report.doubtful.examples}
    assert (5, {"-100": 5}) == (report.doubtful.rows, report.unknown_statuses)


def test_the_real_log_makes_well_formed_histories(real):
    cases, _ = real

    for case in cases[::50]:
        assert_well_formed(case)
