"""Times as logs write them, and the two nights a year in which a wall clock says less than an instant."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.instants import micros
from domain.logs import dates
from domain.logs.lifecycle import moment
from domain.logs.showings import Shown, rising, settled, shown
from domain.logs.times import reader
from tests.logs.incidents import row, told
from tests.logs.incidents import text as log_of

BERLIN = ZoneInfo("Europe/Berlin")


def readings(*clocks, day, zone="Europe/Berlin"):
    """The instants at which an incident's rows are told that show these times, and what is doubtful or repaired."""
    names = ["Awaiting User Info", "Active"] * len(clocks)
    rows = [
        row(name, opened_at="1/3/2016 01:00", sys_updated_at=f"{day} {clock}", sys_mod_count=str(count))
        for count, (name, clock) in enumerate(zip(names, clocks, strict=False))
    ]
    (case,), report = told(log_of(*rows), timezone=ZoneInfo(zone))
    ends = [event["at"][11:] for event in case["events"] if event["event"] in ("waiting", "wait_ended")]
    return ends, report.doubtful.rows, report.repaired.rows


# --- forms ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("29/2/2016 04:40", "2016-02-29T04:40:00"),
        ("29/2/2016 4:40:07", "2016-02-29T04:40:07"),
        ("29-02-2016 14:00:00", "2016-02-29T14:00:00"),
        ("29.02.2016 14.00", "2016-02-29T14:00:00"),
        ("29/02/2016, 04:40", "2016-02-29T04:40:00"),
        (" 29/2/2016 04:40 ", "2016-02-29T04:40:00"),
        ("2016-02-29 04:40", "2016-02-29T04:40:00"),
        ("2016/2/29 4:40:59", "2016-02-29T04:40:59"),
        ("2016-02-29T04:40:00.25", "2016-02-29T04:40:00.250000"),
        ("29/2/2016 12:30 AM", "2016-02-29T00:30:00"),
        ("29/2/2016 12:30 pm", "2016-02-29T12:30:00"),
        ("29/2/2016 04:40:00 p.m.", "2016-02-29T16:40:00"),
        ("2016-02-29T04:40:00Z", "2016-02-29T04:40:00+00:00"),
        ("2016-02-29T04:40Z", "2016-02-29T04:40:00+00:00"),
        ("2016-02-29 04:40:00 UTC", "2016-02-29T04:40:00+00:00"),
        ("2016-02-29 04:40:00+01:00", "2016-02-29T04:40:00+01:00"),
        ("2016-02-29T04:40:00.123456789-0530", "2016-02-29T04:40:00.123456-05:30"),
        ("29/2/2016 4:40 PM +01", "2016-02-29T16:40:00+01:00"),
    ],
)
def test_a_time_is_read_in_the_form_it_is_written_in(text, at):
    assert datetime.fromisoformat(at) == dates.read(text, "day")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "29/2/2016",
        "30/2/2016 04:40",
        "29/2/16 04:40",
        "29/2-2016 04:40",
        "29/2/2016 04:4",
        "29/2/2016 24:00",
        "29/2/2016 13:00 PM",
        "29/2/2016 0:30 AM",
        "29/2/2016 04:40 CET",
        "2016-02-29T04:40+25:00",
        "20160229T0440",
        "٢٩/2/2016 04:40",
    ],
)
def test_what_is_no_time_is_none(text):
    assert dates.read(text, "day") is None
    assert dates.proves(text) is None


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("13/2/2016 04:40", "day"),
        ("2/13/2016 04:40", "month"),
        ("12/12/2016 04:40", None),
        ("13/13/2016 04:40", None),
        ("2/30/2016 04:40", None),
        ("2016-02-13 04:40", None),
    ],
)
def test_a_number_above_twelve_proves_which_of_day_and_month_stands_first(text, order):
    assert order == dates.proves(text)


@given(
    st.datetimes(datetime.fromisoformat("1971-01-01"), datetime.fromisoformat("2100-01-01")),
    st.sampled_from(["day", "month"]),
)
def test_a_time_means_the_same_in_all_of_its_forms(at, order):
    at = at.replace(microsecond=0)
    ordered = "%d/%m/%Y" if order == "day" else "%m/%d/%Y"
    forms = [
        f"{ordered} %H:%M:%S",
        f"{ordered} %I:%M:%S %p",
        "%Y-%m-%dT%H:%M:%S",
        ordered.replace("/", ".") + " %H.%M.%S",
    ]

    assert {at} == {dates.read(at.strftime(form), order) for form in forms}


@given(
    st.datetimes(datetime.fromisoformat("2015-01-01"), datetime.fromisoformat("2019-01-01")),
    st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "America/Havana", "UTC"]),
)
def test_minutes_that_are_added_up_are_those_of_the_zone(at, zone):
    at = at.replace(second=0, microsecond=0)

    assert shown(at.replace(tzinfo=ZoneInfo(zone))) == reader(ZoneInfo(zone), "day")(at.strftime("%d/%m/%Y %H:%M"))


# --- the hour that comes twice --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clocks", "expected"),
    [
        (["02:10", "02:50", "02:20"], ["02:10:00+02:00", "02:50:00+02:00", "02:20:00+01:00"]),
        (
            ["02:10", "02:50", "02:20", "02:40"],
            ["02:10:00+02:00", "02:50:00+02:00", "02:20:00+01:00", "02:40:00+01:00"],
        ),
        (["01:59", "02:20", "03:00"], ["01:59:00+02:00", "02:20:00+02:00", "03:00:00+01:00"]),
    ],
)
def test_a_time_shown_twice_is_the_showing_that_keeps_the_order(clocks, expected):
    found, doubtful, repaired = readings(*clocks, day="30/10/2016")

    assert expected == found
    assert (max(0, len(clocks) - 2) if "02:50" in clocks else 0, 0) == (doubtful, repaired)


def test_a_time_shown_twice_of_which_neither_keeps_the_order_is_repaired():
    found, _, repaired = readings("03:30", "02:20", day="30/10/2016")

    assert (["03:30:00+01:00"] * 2, 1) == (found, repaired)


def test_an_hour_may_come_twice_before_midnight():
    found, _, repaired = readings("23:40", "23:20", day="20/2/2016", zone="America/Sao_Paulo")

    assert (["01:00:00-03:00"] * 2, 2) == (found, repaired)
    found, _, repaired = readings("23:40", "23:20", day="18/2/2017", zone="America/Sao_Paulo")
    assert (["23:40:00-02:00", "23:20:00-03:00"], 0) == (found, repaired)


# --- the hour that never comes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clocks", "expected"),
    [
        (["02:30"], ["03:30:00+02:00"]),
        (["02:30", "03:10"], ["03:10:00+02:00"] * 2),
        (["02:30", "02:40", "03:10"], ["03:10:00+02:00"] * 3),
        (["02:10", "03:10"], ["03:10:00+02:00"] * 2),
        (["02:30", "04:00"], ["03:30:00+02:00", "04:00:00+02:00"]),
        (["03:10", "02:30"], ["03:10:00+02:00", "03:30:00+02:00"]),
        (["02:30", "02:10"], ["03:10:00+02:00"] * 2),
    ],
)
def test_a_time_never_shown_moves_on_but_not_past_the_next_row_and_is_doubtful(clocks, expected):
    found, doubtful, repaired = readings(*clocks, day="27/3/2016")

    assert expected == found
    assert (sum(clock < "03:00" for clock in clocks), 0) == (doubtful, repaired)


def test_an_opening_that_was_never_shown_does_not_move_past_the_first_row():
    log = log_of(row(opened_at="27/3/2016 02:30", sys_updated_at="27/3/2016 03:10"))
    (case,), report = told(log, timezone=BERLIN)

    assert "2016-03-27T03:10:00+02:00" == case["events"][0]["at"]
    assert (1, 0) == (report.doubtful.rows, report.repaired.rows)


NIGHTS = [datetime.fromisoformat("2016-03-27"), datetime.fromisoformat("2016-10-30")]


@given(st.sampled_from(NIGHTS), st.lists(st.integers(0, 5 * 60), min_size=1, max_size=8))
def test_whatever_really_happened_in_such_a_night_is_told_in_its_order(night, minutes):
    """Of rows whose wall times are those of instants that follow one another, none is moved back."""
    start = micros(night.replace(tzinfo=BERLIN))
    instants = [datetime.fromtimestamp(start / 1e6, UTC) + timedelta(minutes=after) for after in sorted(minutes)]
    walls = [instant.astimezone(BERLIN).replace(fold=0) for instant in instants]

    chosen = settled([shown(wall) for wall in walls])
    assert rising(chosen)
    assert [wall.replace(tzinfo=None) for wall in walls] == [
        datetime.fromisoformat(one.text).replace(tzinfo=None) for one in chosen if one
    ]


def test_a_time_with_its_offset_is_certain_in_such_a_night():
    at = datetime(2016, 10, 30, 1, 20, tzinfo=UTC)

    assert Shown(moment(at.astimezone(BERLIN))) == reader(BERLIN, "day")("2016-10-30T02:20:00+01:00")
