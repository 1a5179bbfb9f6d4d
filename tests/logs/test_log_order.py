"""Logs whose file has another order than their history."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.logs.errors import LogError
from domain.logs.lifecycle import moment
from domain.logs.order import happened
from domain.logs.showings import Shown
from domain.logs.survey import ASSUMED, Survey, survey
from tests.logs.incidents import kinds, row, states, text, told

START = datetime(2016, 2, 29, tzinfo=UTC)
LIFE = ["New", "Active", "Resolved", "Closed"]


def lines(log):
    return log.splitlines(keepends=True)


def at(minute):
    return Shown(moment(START + timedelta(minutes=minute)))


def order(*rows, newest_first=False):
    """The rows, each a minute and a count, in the order in which they happened."""
    places = happened(
        [None if minute is None else at(minute) for minute, _ in rows],
        [count for _, count in rows],
        newest_first=newest_first,
    )
    return [rows[place] for place in places]


# --- one incident ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("counted", [True, False])
def test_a_log_that_runs_from_the_newest_row_to_the_oldest_tells_the_same_history(counted):
    rows = [values | {"sys_mod_count": str(n) if counted else "?"} for n, values in enumerate(states(*LIFE))]
    (case,), _ = told(text(*rows))
    (backwards,), report = told(text(*reversed(rows)))

    told_of = ["opened", "responded", "resolved", "closed"]
    assert told_of == kinds(case) == kinds(backwards)
    assert case["events"] == backwards["events"]
    assert [2] == [found["line"] for found in report.reordered.examples]
    assert 0 == report.repaired.rows


def test_rows_that_are_mixed_up_are_told_by_their_counter_even_against_their_times():
    assert [(5, 0), (9, 1), (7, 2), (8, 4)] == order((7, 2), (5, 0), (8, 4), (9, 1))


def test_rows_without_a_counter_are_told_by_their_times():
    assert [(5, None), (7, None), (9, None)] == order((7, None), (9, None), (5, None))
    assert [(5, 1), (7, None), (9, 0)] == order((7, None), (9, 0), (5, 1))


def test_a_counter_that_never_changes_says_nothing():
    assert [(5, 8), (7, 8)] == order((7, 8), (5, 8))


def test_a_counter_of_which_a_number_stands_at_two_times_is_not_believed_against_the_times():
    rows = [(1, 2), (2, 1), (3, 2), (4, 3)]

    assert rows == order(*rows)
    assert rows == order(*reversed(rows))


def test_a_counter_that_repeats_confirms_the_order_of_the_file_along_which_it_never_falls():
    rows = [(9, 1), (2, 1), (8, 2), (10, 3)]

    assert rows == order(*rows) == order(*reversed(rows))


def test_a_row_written_twice_keeps_its_counter_believed():
    assert [(9, 1), (9, 1), (8, 2), (8, 3)] == order((8, 3), (9, 1), (9, 1), (8, 2))


def test_rows_of_one_minute_stay_as_the_file_has_them_or_run_as_the_others_do():
    assert [(5, None), (5, 1)] == order((5, None), (5, 1))
    assert [(5, 1), (5, None)] == order((5, None), (5, 1), newest_first=True)
    assert [(4, None), (5, 2), (5, None)] == order((5, None), (5, 2), (4, None))


def test_a_row_without_a_time_stays_below_the_one_above_it():
    assert [(5, None), (7, None), (None, None)] == order((7, None), (None, None), (5, None), (5, None))[1:]


@given(st.permutations(list(enumerate(range(6)))))
def test_whatever_the_order_of_the_file_counter_and_times_bring_the_history_back(rows):
    by_time = [(minute, None) for minute, _ in rows]
    by_count = [(0, count) for _, count in rows]

    assert sorted(rows) == order(*rows)
    assert sorted(by_time) == order(*by_time)
    assert sorted(by_count) == order(*by_count)


# --- a whole log ----------------------------------------------------------------------------------------------------------


def test_an_incident_of_one_minute_runs_as_the_other_incidents_of_its_log_do():
    silent = {"sys_mod_count": "?"}
    one = [values | silent for values in states(*LIFE)]
    other = [row(name, "06:00", number="INC2", **silent) for name in LIFE]
    log = text(*reversed(one + other))

    surveyed = survey(lines(log))
    assert surveyed.newest_first
    cases, _ = told(log, surveyed=surveyed)
    assert [["opened", "responded", "resolved", "closed"]] * 2 == [kinds(case) for case in cases]


def test_a_log_that_runs_forwards_is_surveyed_so():
    assert not survey(lines(text(*states(*LIFE)))).newest_first


@pytest.mark.parametrize(
    ("days", "order", "said"),
    [
        (["1/2/2016", "13/2/2016"], "day", "day first, as '13/2/2016 05:00' (line 3, sys_updated_at) proves"),
        (["1/2/2016", "2/13/2016"], "month", "month first, as '2/13/2016 05:00' (line 3, sys_updated_at) proves"),
        (["1/2/2016", "2/2/2016"], "day", ASSUMED),
        (["2016-02-01", "2016-02-13"], "day", None),
        (["2/2/2016", "2016-02-13"], "day", None),
    ],
)
def test_a_log_as_a_whole_says_which_of_day_and_month_stands_first(days, order, said):
    opened, updated = days
    log = (
        text(row(opened_at=f"{opened} 04:40", sys_updated_at=f"{opened} 05:00"))
        + text(row("Active", opened_at=f"{opened} 04:40", sys_updated_at=f"{updated} 05:00")).partition("\n")[2]
    )

    surveyed = survey(lines(log))
    assert (order, said) == (surveyed.order, surveyed.dates)
    (case,), report = told(log, surveyed=surveyed)
    assert said == report.as_dict()["dates"]
    assert ("2016-02-02" if said is ASSUMED else "2016-02-13") + "T05:00:00+00:00" == case["as_of"]


def test_a_log_that_says_both_is_refused_with_both_rows():
    log = text(
        row(sys_updated_at="13/2/2016 05:00"),
        row(sys_updated_at="1/2/2016 05:00"),
        row(sys_updated_at="2/13/2016 05:00"),
    )

    with pytest.raises(LogError) as refusal:
        survey(lines(log), "log.csv")
    assert ("log.csv", 4) == (refusal.value.file, refusal.value.line)
    assert "'29/2/2016 04:40' (line 2, opened_at) has the day first" in str(refusal.value)
    assert "'2/13/2016 05:00' (line 4, sys_updated_at) has the month first" in str(refusal.value)


@pytest.mark.parametrize(
    ("times", "refused"),
    [
        (["soon", "29/2/2016 05:00"], False),
        (["soon", "29/2/2016 05:00", "later"], True),
        (["?", "", "29/2/2016 05:00", "later"], False),
        (["?", "Feb 29 2016"], True),
    ],
)
def test_a_log_of_whose_times_most_cannot_be_read_is_refused(times, refused):
    log = lines(text(*[row(sys_updated_at=time) for time in times]))

    if not refused:
        assert survey(log)
        return
    with pytest.raises(
        LogError, match=r"line \d: \d of the \d times in sys_updated_at cannot be read, such as '.*; expected"
    ):
        survey(log, "log.csv")


def test_a_survey_names_the_incidents_that_parts_of_others_must_not_be_called():
    assert {"INC1#2"} == survey(lines(text(row(), row(number="INC1#2")))).names


def test_a_survey_of_nothing_finds_nothing():
    assert Survey(dates=None) == survey(lines(text(row()))[:1])
