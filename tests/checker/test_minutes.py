"""The minutes of a calendar, as somebody counts them who knows the day: clocks that change, holidays, shifts past midnight."""

from datetime import datetime
from typing import Any

import pytest

from api.dossier.checker.check import Calendar, Wrong, micros

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOUR = 3600


def second(text: str) -> int:
    return micros(text) // 1_000_000


def calendar(*hours: str, zone: str = "Europe/Rome", **differing: list[str]) -> Calendar:
    """Open on these hours every day, but for the dates that differ, written as `d2024_12_25`."""
    dates = {name[1:].replace("_", "-"): told for name, told in differing.items()}
    version: dict[str, Any] = {"since": None, "week": dict.fromkeys(WEEK, hours), "differing": dates}
    return Calendar({"zone": zone, "versions": [version]})


@pytest.mark.parametrize(
    ("evening", "open_hours"),
    [("2024-03-30", 7), ("2024-10-26", 9), ("2024-06-01", 8)],
    ids=["spring", "autumn", "summer"],
)
def test_a_night_shift_is_as_long_as_the_night_was(evening, open_hours):
    start = second(f"{evening}T12:00:00Z")

    assert open_hours * HOUR == calendar("22:00-06:00").between(start, start + 24 * HOUR)


def test_a_wall_time_shown_twice_is_meant_the_first_time():
    """27 October 2024: from 01:00 to 02:30, which comes at 02:30 summer time, before 02:00 is shown again."""
    start = second("2024-10-26T12:00:00Z")

    assert 1.5 * HOUR == calendar("01:00-02:30").between(start, start + 24 * HOUR)


def test_a_closed_date_takes_the_tail_of_the_night_before_with_it():
    start = second("2024-12-24T12:00:00+01:00")
    closed = calendar("22:00-06:00", d2024_12_25=[])

    assert 2 * HOUR == closed.between(start, start + 30 * HOUR)


def test_hours_that_overlap_count_once():
    start = second("2024-06-03T00:00:00+02:00")

    assert 4 * HOUR == calendar("09:00-12:00", "11:00-13:00").between(start, start + 24 * HOUR)


def test_a_calendar_that_never_opens_gives_no_instant():
    assert calendar().after(second("2024-06-03T00:00:00Z"), 1) is None


def test_what_ends_at_closing_is_due_at_closing():
    start = second("2024-06-03T09:00:00+02:00")

    assert start + 8 * HOUR == calendar("09:00-17:00").after(start, 8 * HOUR)


def test_a_zone_that_was_no_whole_minutes_from_utc_is_said_in_words():
    with pytest.raises(Wrong, match="was not whole minutes from UTC"):
        calendar("09:00-17:00", zone="Africa/Monrovia").between(
            second("1971-01-01T00:00:00Z"), second("1971-01-02T00:00:00Z")
        )


@pytest.mark.parametrize("text", ["2024-06-03", "2024-06-03T09:00:00", "yesterday", "9999-01-01T00:00:00Z"])
def test_what_is_no_instant_or_too_far_away_is_refused(text):
    with pytest.raises(ValueError, match=r"instant|too far"):
        micros(text)


@pytest.mark.parametrize(
    "text", ["2024-03-28T16:30:00.25+01:00", "2024-03-28T15:30:00.250000Z", "2024-03-28 15:30:00.25+00:00"]
)
def test_one_instant_is_the_same_in_every_form(text):
    assert datetime.fromisoformat("2024-03-28T15:30:00.25+00:00").timestamp() * 1_000_000 == micros(text)
