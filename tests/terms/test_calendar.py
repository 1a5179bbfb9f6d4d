"""Calendars point by point (semantics 2), against a walk by the minute, and against another program's hours."""

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from domain.instants import moment
from domain.terms.agreement import CalendarTerm
from domain.terms.calendar import NEVER, ROUND_THE_CLOCK, AlwaysOpen, Calendar, Edition, Hours, Week, calendar_days
from domain.terms.library import selector
from domain.terms.rows import Scope
from domain.terms.selection import Selector
from domain.terms.zones import zone

MINUTE, HOUR, DAY = 60, 3600, 86_400
Texts = tuple[str, ...]


def second(iso: str) -> int:
    """An instant written with its offset."""
    at = datetime.fromisoformat(iso)
    assert at.utcoffset() is not None
    return int(at.timestamp())


def hours(texts: Iterable[str]) -> tuple[Hours, ...]:
    """Hours as people write them; what does not end later than it begins ends the day after."""
    read = []
    for text in texts:
        opens, closes = (int(wall[:2]) * 60 + int(wall[3:]) for wall in text.split("-"))
        read.append(Hours(opens, closes if closes > opens else closes + 1440))
    return tuple(read)


def week(*weekdays: str, saturday: Texts = (), sunday: Texts = ()) -> Week:
    return (hours(weekdays),) * 5 + (hours(saturday), hours(sunday))


def daily(*texts: str) -> Week:
    return (hours(texts),) * 7


def calendar(
    where: str, usual: Week, differing: Mapping[str, Texts] | None = None, *later: tuple[str, Week]
) -> Calendar:
    """A calendar with dates that differ (none: closed), and later weeks from a date on."""
    dates = {date.fromisoformat(day): hours(texts) for day, texts in (differing or {}).items()}
    editions = [Edition(usual, dates), *(Edition(new, dates, date.fromisoformat(since)) for since, new in later)]
    return Calendar("hours", zone(where), editions)


def open_between(of: Calendar, start: str, end: str) -> timedelta:
    return timedelta(seconds=of.between(second(start), second(end)))


def shown(instant: int | None, of: Calendar) -> str | None:
    """What the wall shows, with its offset."""
    return None if instant is None else moment(instant).astimezone(of.zone).isoformat(timespec="minutes")


def due(of: Calendar, start: str, **amount: int) -> str | None:
    return shown(of.add(second(start), int(timedelta(**amount).total_seconds())), of)


OFFICE = calendar("Europe/Rome", week("09:00-18:00"))
NIGHTS = calendar("Europe/Rome", daily("22:00-06:00"))
SPLIT = calendar("Europe/Rome", week("14:00-18:00", "09:00-13:00"))


# --- opening hours (2.1) ----------------------------------------------------------------------------------------------


def test_time_counts_from_the_opening_to_the_closing_and_not_at_it():
    assert OFFICE.is_open(second("2024-03-04T09:00:00+01:00"))
    assert OFFICE.is_open(second("2024-03-04T17:59:59+01:00"))
    assert not OFFICE.is_open(second("2024-03-04T18:00:00+01:00"))
    assert not OFFICE.is_open(second("2024-03-04T08:59:59+01:00"))


def test_the_second_before_closing_counts_and_the_one_at_closing_does_not():
    one_second = timedelta(seconds=1)

    assert one_second == open_between(OFFICE, "2024-03-04T17:59:59+01:00", "2024-03-04T18:00:00+01:00")
    assert timedelta(0) == open_between(OFFICE, "2024-03-04T18:00:00+01:00", "2024-03-05T09:00:00+01:00")
    assert one_second == open_between(OFFICE, "2024-03-04T18:00:00+01:00", "2024-03-05T09:00:01+01:00")


def test_nothing_is_open_backwards():
    assert timedelta(0) == open_between(OFFICE, "2024-03-04T12:00:00+01:00", "2024-03-04T12:00:00+01:00")
    assert timedelta(0) == open_between(OFFICE, "2024-03-04T12:00:00+01:00", "2024-03-04T10:00:00+01:00")


def test_a_day_may_have_several_openings_in_any_order():
    assert timedelta(hours=8) == open_between(SPLIT, "2024-03-04T00:00:00+01:00", "2024-03-05T00:00:00+01:00")
    assert "2024-03-04T14:30+01:00" == due(SPLIT, "2024-03-04T12:00+01:00", hours=1, minutes=30)


def test_openings_that_touch_count_once_and_are_one():
    touching = calendar("Europe/Rome", week("09:00-13:00", "13:00-18:00"))
    monday = second("2024-03-04T00:00+01:00")

    assert list(OFFICE.parts(monday, monday + DAY)) == list(touching.parts(monday, monday + DAY))


def test_openings_that_overlap_count_once():
    overlapping = calendar("Europe/Rome", week("09:00-15:00", "12:00-18:00", "10:00-11:00"))
    monday = second("2024-03-04T00:00+01:00")

    assert list(OFFICE.parts(monday, monday + DAY)) == list(overlapping.parts(monday, monday + DAY))
    assert OFFICE.longest_weekday(monday) == overlapping.longest_weekday(monday)


def test_an_overnight_opening_that_overlaps_the_next_morning_counts_once():
    cover = calendar("UTC", daily("20:00-08:00", "06:00-10:00"))

    assert timedelta(hours=14) == open_between(cover, "2024-03-04T20:00Z", "2024-03-05T20:00Z")


def test_an_overnight_opening_belongs_to_the_day_on_which_it_begins():
    fridays = calendar("UTC", ((),) * 4 + (hours(["22:00-06:00"]), (), ()))

    assert fridays.is_open(second("2024-03-09T05:59:59Z"))
    assert not fridays.is_open(second("2024-03-08T05:59:59Z"))
    assert timedelta(hours=8) == open_between(fridays, "2024-03-04T00:00Z", "2024-03-11T00:00Z")


def test_an_opening_that_ends_when_it_begins_lasts_a_whole_day():
    mondays = calendar("UTC", (hours(["09:00-09:00"]), *((),) * 6))

    assert timedelta(days=1) == open_between(mondays, "2024-03-04T00:00Z", "2024-03-11T00:00Z")
    assert mondays.is_open(second("2024-03-05T08:59:59Z"))


def test_twenty_four_is_the_end_of_the_date():
    evenings = calendar("Europe/Rome", week("20:00-24:00"))

    assert evenings.is_open(second("2024-03-04T23:59:59+01:00"))
    assert not evenings.is_open(second("2024-03-05T00:00:00+01:00"))
    assert "2024-03-05T00:00+01:00" == due(evenings, "2024-03-04T20:00+01:00", hours=4)


def test_friday_evening_and_saturday_morning_are_one_opening_where_they_touch_at_midnight():
    whole = calendar("Europe/Rome", week("00:00-24:00", saturday=("00:00-24:00",), sunday=("00:00-24:00",)))
    start, end = second("2024-03-04T10:00+01:00"), second("2024-03-13T10:00+01:00")

    assert [(start, end, True)] == list(whole.parts(start, end))


def test_hours_are_read_as_an_agreement_writes_them():
    term = CalendarTerm.model_validate(
        {
            "name": "mixed",
            "zone": "Europe/Rome",
            "week": {"weekdays": ["09:00-13:00", "14:00-18:00"], "friday": ["22:00-06:00"], "sunday": ["20:00-24:00"]},
            "closures": [{"date": "2024-03-05", "name": "Moving house"}],
        }
    )
    read = written(term)
    monday = "2024-03-04T00:00+01:00"

    assert timedelta(hours=8) == open_between(read, monday, "2024-03-05T00:00+01:00")
    assert timedelta(hours=8) == open_between(read, monday, "2024-03-06T00:00+01:00")
    assert timedelta(hours=2) == open_between(read, "2024-03-08T00:00+01:00", "2024-03-09T00:00+01:00")
    assert timedelta(hours=6) == open_between(read, "2024-03-09T00:00+01:00", "2024-03-10T00:00+01:00")
    assert timedelta(hours=4) == open_between(read, "2024-03-10T00:00+01:00", "2024-03-11T00:00+01:00")


def written(*terms: CalendarTerm, agreement: str = "xmpro") -> Calendar:
    """The calendar of these terms, as a selector compiles them."""
    house = selector(agreement).agreement.model_copy(update={"calendars": terms})
    return Selector(house, {}).calendar(terms[0].name, Scope())


# --- dates that differ (2.1, 2.4) -------------------------------------------------------------------------------------


def test_a_closed_date_does_not_count():
    closed = calendar("Europe/Rome", week("09:00-18:00"), {"2024-04-01": ()})

    assert timedelta(0) == open_between(closed, "2024-03-29T18:00+01:00", "2024-04-02T09:00+02:00")
    assert "2024-04-02T10:00+02:00" == due(closed, "2024-03-29T17:00+01:00", hours=2)


def test_a_shortened_holiday_counts_its_own_hours_only():
    shortened = calendar("Europe/Rome", week("09:00-18:00"), {"2024-12-24": ("09:00-13:00",)})

    assert timedelta(hours=4) == open_between(shortened, "2024-12-24T00:00+01:00", "2024-12-25T00:00+01:00")
    assert "2024-12-25T09:30+01:00" == due(shortened, "2024-12-24T12:00+01:00", hours=1, minutes=30)


def test_a_date_that_is_usually_closed_may_have_hours():
    fair = calendar("Europe/Rome", week("09:00-18:00"), {"2024-03-10": ("10:00-12:00",)})

    assert timedelta(hours=2) == open_between(fair, "2024-03-08T18:00+01:00", "2024-03-11T09:00+01:00")


def test_a_closed_date_cuts_the_tail_of_the_previous_evening():
    cut = calendar("Europe/Rome", daily("22:00-06:00"), {"2024-12-25": ()})

    assert timedelta(hours=2) == open_between(cut, "2024-12-24T12:00+01:00", "2024-12-25T12:00+01:00")
    assert timedelta(0) == open_between(cut, "2024-12-25T00:00+01:00", "2024-12-26T22:00+01:00")


def test_a_closed_date_cuts_no_more_than_itself():
    cut = calendar("Europe/Rome", daily("22:00-06:00"), {"2024-12-25": ()})

    assert timedelta(hours=8) == open_between(cut, "2024-12-23T12:00+01:00", "2024-12-24T12:00+01:00")
    assert timedelta(hours=2) == open_between(cut, "2024-12-26T00:00+01:00", "2024-12-27T00:00+01:00")


def test_a_date_with_other_hours_leaves_the_tail_of_the_previous_evening():
    """Only a closed date closes what began the evening before."""
    shortened = calendar("Europe/Rome", daily("22:00-06:00"), {"2024-12-25": ("12:00-13:00",)})

    assert timedelta(hours=9) == open_between(shortened, "2024-12-24T12:00+01:00", "2024-12-26T12:00+01:00")


def test_a_weekday_without_hours_leaves_the_tail_of_the_previous_evening():
    fridays = calendar("Europe/Rome", week("22:00-06:00"))

    assert timedelta(hours=8) == open_between(fridays, "2024-03-08T12:00+01:00", "2024-03-11T12:00+01:00")


def test_a_closed_first_of_january_cuts_the_tail_of_new_years_eve():
    cut = calendar("Europe/Rome", daily("22:00-06:00"), {"2025-01-01": ()})

    assert "2025-01-01T23:00+01:00" != due(cut, "2024-12-31T22:00+01:00", hours=3)
    assert "2025-01-02T23:00+01:00" == due(cut, "2024-12-31T22:00+01:00", hours=3)


def test_a_closed_date_is_closed_as_the_wall_has_it_and_not_in_utc():
    closed = calendar("America/New_York", daily("00:00-24:00"), {"2024-07-04": ()})

    assert closed.is_open(second("2024-07-04T03:59:59Z"))
    assert not closed.is_open(second("2024-07-04T04:00:00Z"))
    assert not closed.is_open(second("2024-07-05T03:59:59Z"))
    assert closed.is_open(second("2024-07-05T04:00:00Z"))


# --- wall time and elapsed time (2.2) ---------------------------------------------------------------------------------


def test_a_night_shift_is_seven_hours_long_when_the_clocks_go_forward():
    assert timedelta(hours=7) == open_between(NIGHTS, "2024-03-30T12:00+01:00", "2024-03-31T12:00+02:00")
    assert "2024-03-31T06:00+02:00" == due(NIGHTS, "2024-03-30T22:00+01:00", hours=7)


def test_a_night_shift_is_nine_hours_long_when_the_clocks_go_back():
    assert timedelta(hours=9) == open_between(NIGHTS, "2024-10-26T12:00+02:00", "2024-10-27T12:00+01:00")
    assert "2024-10-27T05:00+01:00" == due(NIGHTS, "2024-10-26T22:00+02:00", hours=8)


def test_a_wall_time_shown_twice_opens_at_its_first_showing():
    early = calendar("Europe/Rome", daily("02:30-04:00"))

    assert timedelta(hours=2, minutes=30) == open_between(early, "2024-10-27T00:00+02:00", "2024-10-27T12:00+01:00")
    assert early.is_open(second("2024-10-27T00:30:00Z"))


def test_a_wall_time_shown_twice_closes_at_its_first_showing():
    late = calendar("Europe/Rome", daily("01:00-02:30"))

    assert timedelta(hours=1, minutes=30) == open_between(late, "2024-10-27T00:00+02:00", "2024-10-27T12:00+01:00")
    assert not late.is_open(second("2024-10-27T00:30:00Z"))
    assert not late.is_open(second("2024-10-27T01:15:00Z"))


def test_a_wall_time_never_shown_opens_the_same_distance_after_the_jump():
    early = calendar("Europe/Rome", daily("02:30-06:00"))

    assert "2024-03-31T03:30+02:00" == shown(early.opening(second("2024-03-31T00:00+01:00")), early)
    assert timedelta(hours=2, minutes=30) == open_between(early, "2024-03-31T00:00+01:00", "2024-03-31T12:00+02:00")


def test_a_wall_time_never_shown_closes_the_same_distance_after_the_jump():
    late = calendar("Europe/Rome", daily("00:00-02:15"))

    assert "2024-03-31T03:15+02:00" == due(late, "2024-03-31T00:00+01:00", hours=2, minutes=15)
    assert not late.is_open(second("2024-03-31T03:15+02:00"))


def test_an_opening_that_was_never_shown_at_all_keeps_its_length():
    gone = calendar("Europe/Rome", daily("02:15-02:45"))

    assert timedelta(minutes=30) == open_between(gone, "2024-03-31T00:00+01:00", "2024-03-31T12:00+02:00")
    assert gone.is_open(second("2024-03-31T03:15+02:00"))
    assert not gone.is_open(second("2024-03-31T03:45+02:00"))


def test_an_opening_that_ends_no_later_than_it_begins_because_of_the_jump_has_no_length():
    """From 02:30, which is 03:30, to 03:30; and to 03:00, which comes before."""
    touching = calendar("Europe/Rome", daily("02:30-03:30"))
    crossed = calendar("Europe/Rome", daily("02:30-03:00"))

    for none in (touching, crossed):
        assert timedelta(0) == open_between(none, "2024-03-31T00:00+01:00", "2024-03-31T23:00+02:00")
        assert "2024-04-01T02:30+02:00" == shown(none.opening(second("2024-03-31T00:00+01:00")), none)


def test_a_date_on_which_nothing_has_length_is_no_business_day():
    crossed = calendar("Europe/Rome", daily("02:30-03:00"))

    assert "2024-04-01T03:00+02:00" == last_closing(crossed, "2024-03-30T12:00+01:00", 1)


def test_a_midnight_that_does_not_exist_is_the_moment_of_the_jump():
    sao_paulo = calendar("America/Sao_Paulo", daily("00:00-24:00"), {"2018-11-03": ()})

    assert "2018-11-04T01:00-02:00" == shown(sao_paulo.opening(second("2018-11-03T12:00-03:00")), sao_paulo)
    assert timedelta(hours=23) == open_between(sao_paulo, "2018-11-03T00:00-03:00", "2018-11-05T00:00-02:00")


def test_a_closed_date_without_a_midnight_cuts_the_previous_evening_at_the_jump():
    sao_paulo = calendar("America/Sao_Paulo", daily("22:00-06:00"), {"2018-11-04": ()})

    assert timedelta(hours=2) == open_between(sao_paulo, "2018-11-03T12:00-03:00", "2018-11-04T21:00-02:00")


def test_a_shift_over_a_midnight_that_does_not_exist_is_an_hour_shorter():
    sao_paulo = calendar("America/Sao_Paulo", daily("22:00-06:00"))

    assert timedelta(hours=7) == open_between(sao_paulo, "2018-11-03T12:00-03:00", "2018-11-04T12:00-02:00")


def test_an_hour_shown_twice_before_midnight_belongs_to_the_earlier_date():
    """Clocks go back from 24:00 to 23:00: the date lasts 25 hours."""
    sao_paulo = calendar("America/Sao_Paulo", daily("00:00-24:00"), {"2018-02-18": ()})

    assert timedelta(hours=25) == open_between(sao_paulo, "2018-02-17T00:00-02:00", "2018-02-18T12:00-03:00")
    assert sao_paulo.is_open(second("2018-02-18T02:59:59Z"))
    assert not sao_paulo.is_open(second("2018-02-18T03:00:00Z"))


@pytest.mark.parametrize(
    ("where", "eve", "hours_of_the_day"),
    [
        ("Africa/Cairo", "2024-04-26", 23),
        ("Africa/Cairo", "2024-10-31", 25),
        ("Asia/Beirut", "2024-03-31", 23),
        ("Asia/Beirut", "2024-10-26", 25),
        ("America/Havana", "2019-03-10", 23),
        ("America/Havana", "2019-11-03", 25),
        ("Australia/Lord_Howe", "2024-10-06", 23.5),
        ("Australia/Lord_Howe", "2024-04-07", 24.5),
        ("Antarctica/Troll", "2024-03-31", 22),
        ("Antarctica/Troll", "2024-10-27", 26),
        ("Asia/Kathmandu", "2024-03-31", 24),
    ],
)
def test_a_date_is_as_long_as_the_wall_shows_it(where, eve, hours_of_the_day):
    one_day = calendar(where, NEVER, {eve: ("00:00-24:00",)})
    noon = datetime.combine(date.fromisoformat(eve), time(12), UTC).isoformat()

    assert timedelta(hours=hours_of_the_day) == open_between(one_day, "2010-01-01T00:00Z", "2030-01-01T00:00Z")
    assert one_day.is_open(second(noon))


def test_a_zone_may_be_off_by_a_quarter_of_an_hour():
    kathmandu = calendar("Asia/Kathmandu", week("09:00-17:00"))

    assert kathmandu.is_open(second("2024-03-04T03:15:00Z"))
    assert not kathmandu.is_open(second("2024-03-04T03:14:59Z"))


def test_half_an_hour_is_saved_on_lord_howe():
    night = calendar("Australia/Lord_Howe", daily("22:00-06:00"))

    assert timedelta(hours=7, minutes=30) == open_between(night, "2024-10-05T12:00+10:30", "2024-10-06T12:00+11:00")
    assert timedelta(hours=8, minutes=30) == open_between(night, "2024-04-06T12:00+11:00", "2024-04-07T12:00+10:30")


def test_a_wall_time_never_shown_on_lord_howe_is_half_an_hour_later():
    early = calendar("Australia/Lord_Howe", daily("02:15-05:00"))

    assert "2024-10-06T02:45+11:00" == shown(early.opening(second("2024-10-06T00:00+10:30")), early)


def test_samoa_skipped_a_whole_friday_whose_round_the_clock_hours_have_no_length():
    apia = calendar("Pacific/Apia", daily("00:00-24:00"))
    thursday, saturday = "2011-12-29T00:00-10:00", "2012-01-01T00:00+14:00"

    assert timedelta(hours=48) == open_between(apia, thursday, saturday)
    assert "2012-01-01T00:00+14:00" == last_closing(apia, "2011-12-29T12:00-10:00", 1)


def test_samoas_saturday_is_closed_whatever_friday_would_have_had():
    """A closed date closes its whole local date, also where the hours of a date never shown would fall on it."""
    apia = calendar("Pacific/Apia", week("09:00-17:00"), {"2011-12-31": ()})

    assert timedelta(0) == open_between(apia, "2011-12-31T00:00+14:00", "2012-01-01T00:00+14:00")


# --- both questions (2.3) ---------------------------------------------------------------------------------------------


def test_an_allowance_that_ends_exactly_at_closing_is_due_at_closing():
    assert "2024-03-04T18:00+01:00" == due(OFFICE, "2024-03-04T17:00+01:00", hours=1)
    assert "2024-03-08T18:00+01:00" == due(OFFICE, "2024-03-04T09:00+01:00", hours=45)
    assert second("2024-03-05T09:00:01+01:00") == OFFICE.add(second("2024-03-04T17:00+01:00"), HOUR + 1)


def test_nothing_to_add_is_due_at_once_even_out_of_hours():
    for at in ("2024-03-04T12:00+01:00", "2024-03-04T03:00+01:00", "2024-03-09T12:00+01:00"):
        assert second(at) == OFFICE.add(second(at), 0)
        assert second(at) == calendar("Europe/Rome", NEVER).add(second(at), 0)


def test_an_allowance_given_at_night_begins_in_the_morning():
    assert "2024-03-05T10:00+01:00" == due(OFFICE, "2024-03-04T23:00+01:00", hours=1)
    assert "2024-03-11T10:00+01:00" == due(OFFICE, "2024-03-08T18:00+01:00", hours=1)


def test_inside_hours_nothing_has_to_open():
    assert "2024-03-04T12:00+01:00" == shown(OFFICE.opening(second("2024-03-04T12:00+01:00")), OFFICE)
    assert "2024-03-05T09:00+01:00" == shown(OFFICE.opening(second("2024-03-04T18:00+01:00")), OFFICE)
    assert "2024-03-11T09:00+01:00" == shown(OFFICE.opening(second("2024-03-08T18:00+01:00")), OFFICE)


@pytest.mark.parametrize("instant", [0, 1, 9 * HOUR, DAY, second("2199-12-31T23:59:59Z")])
@pytest.mark.parametrize("where", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_the_first_and_the_last_instants_of_a_history_can_be_asked_about(instant, where):
    questions = {
        "add": lambda of: of.add(instant, HOUR),
        "between": lambda of: of.between(instant, instant + DAY),
        "opening": lambda of: of.opening(instant),
        "parts": lambda of: list(of.parts(instant, instant + DAY)),
        "business day": lambda of: of.business_day(instant, 1),
        "nothing": lambda of: of.between(instant, instant),
    }
    whole = AlwaysOpen("hours", zone(where))

    for name, question in questions.items():
        assert question(whole) == question(calendar(where, ROUND_THE_CLOCK)), name


def test_an_instant_in_1970_has_its_opening_hours():
    fresh = calendar("UTC", daily("09:00-17:00"))

    assert 10 * HOUR == fresh.add(0, HOUR)


# --- never open, or never again (2.5) ---------------------------------------------------------------------------------


def test_a_calendar_that_is_never_open_gives_no_due_instant():
    never = calendar("Europe/Rome", NEVER)
    now = second("2024-03-04T12:00+01:00")

    assert never.add(now, 1) is None
    assert never.opening(now) is None
    assert never.business_day(now, 1) is None
    assert 0 == never.between(now, now + 100 * 366 * DAY)
    assert [(now, now + DAY, False)] == list(never.parts(now, now + DAY))
    assert 0 == never.longest_weekday(now)


def test_a_calendar_whose_dates_all_lie_behind_opens_never_again():
    once = calendar("Europe/Rome", NEVER, {"2024-03-04": ("09:00-18:00",), "2024-12-24": ()})

    assert "2024-03-04T18:00+01:00" == due(once, "2024-03-01T12:00+01:00", hours=9)
    assert once.add(second("2024-03-01T12:00+01:00"), 9 * HOUR + 1) is None
    assert once.opening(second("2024-03-04T18:00+01:00")) is None
    assert once.business_day(second("2024-03-04T08:00+01:00"), 1) is None


def test_a_calendar_that_was_given_up_opens_never_again():
    ended = calendar("Europe/Rome", week("09:00-18:00"), None, ("2024-03-06", NEVER))

    assert "2024-03-05T18:00+01:00" == due(ended, "2024-03-04T09:00+01:00", hours=18)
    assert ended.add(second("2024-03-04T09:00+01:00"), 18 * HOUR + 1) is None
    assert ended.business_day(second("2024-03-04T09:00+01:00"), 2) is None


def test_a_calendar_that_opens_on_one_far_date_is_waited_for():
    far = calendar("UTC", NEVER, {"2151-07-01": ("09:00-10:00",)})

    assert second("2151-07-01T09:30Z") == far.add(second("1971-01-01T00:00Z"), 30 * MINUTE)
    assert far.add(second("1971-01-01T00:00Z"), HOUR + 1) is None


def test_a_calendar_whose_hours_never_have_a_length_is_never_open():
    none = Calendar("hours", zone("UTC"), [Edition(((Hours(540, 540),),) + ((),) * 6)])

    assert none.add(second("2150-01-01T00:00Z"), 1) is None


# --- published years (2.4) --------------------------------------------------------------------------------------------


def test_a_span_beyond_the_published_years_is_told():
    known = Calendar("hours", zone("America/New_York"), [Edition(week("09:00-17:00"))], published=(2020, 2024))
    within, after = second("2024-12-31T23:59-05:00"), second("2025-01-01T00:00-05:00")

    assert not known.beyond_published(second("2020-01-01T00:00-05:00"), within)
    assert known.beyond_published(within, after)
    assert known.beyond_published(second("2019-12-31T23:59-05:00"), within)


def test_a_calendar_without_holidays_has_no_published_years_to_leave():
    assert not OFFICE.beyond_published(second("1971-01-01T00:00Z"), second("2150-01-01T00:00Z"))


def test_every_list_has_to_be_published_for_a_year_to_be_known():
    eschat = selector("eschat").calendar("pacific-business", Scope(plan="cloud-hosted", readings=DEFAULTS["eschat"]))
    assert eschat.published is not None
    first, last = eschat.published

    assert first <= 2020 < 2026 <= last
    assert not eschat.beyond_published(second(f"{first}-01-02T00:00Z"), second(f"{last}-12-31T00:00Z"))
    assert eschat.beyond_published(second(f"{last}-12-31T00:00Z"), second(f"{last + 1}-01-02T00:00Z"))


DEFAULTS = {name: selector(name).agreement.default_readings for name in ("eschat", "imagicle-care")}


# --- changed hours (3.14) ---------------------------------------------------------------------------------------------


def test_hours_that_change_hold_from_their_date_on():
    changed = calendar("Europe/Rome", week("09:00-18:00"), None, ("2024-03-06", week("08:00-12:00")))

    assert timedelta(hours=9) == open_between(changed, "2024-03-05T00:00+01:00", "2024-03-06T00:00+01:00")
    assert timedelta(hours=4) == open_between(changed, "2024-03-06T00:00+01:00", "2024-03-07T00:00+01:00")
    assert "2024-03-06T10:00+01:00" == due(changed, "2024-03-05T17:00+01:00", hours=3)


def test_hours_may_change_more_than_once_and_in_any_order_of_writing():
    changed = calendar(
        "UTC", daily("09:00-10:00"), None, ("2024-03-08", daily("09:00-13:00")), ("2024-03-06", daily("09:00-11:00"))
    )

    assert timedelta(hours=1) == open_between(changed, "2024-03-05T00:00Z", "2024-03-06T00:00Z")
    assert timedelta(hours=2) == open_between(changed, "2024-03-07T00:00Z", "2024-03-08T00:00Z")
    assert timedelta(hours=4) == open_between(changed, "2024-03-08T00:00Z", "2024-03-09T00:00Z")


def test_a_dates_closing_in_new_hours_cuts_the_last_evening_of_the_old_ones():
    old, new = Edition(daily("22:00-06:00")), Edition(daily("09:00-17:00"), {date(2024, 3, 6): ()}, date(2024, 3, 6))
    changed = Calendar("hours", zone("UTC"), [old, new])

    assert timedelta(hours=2) == open_between(changed, "2024-03-05T12:00Z", "2024-03-06T23:00Z")


def test_changed_hours_are_read_as_an_agreement_writes_them():
    base = {"name": "desk", "zone": "Europe/Rome"}
    changed = written(
        CalendarTerm.model_validate({**base, "week": {"weekdays": ["08:00-12:00"]}, "since": "2024-03-06"}),
        CalendarTerm.model_validate({**base, "week": {"weekdays": ["09:00-18:00"]}}),
    )

    assert "2024-03-06T10:00+01:00" == due(changed, "2024-03-05T17:00+01:00", hours=3)


# --- business days and counted days (3.2) -----------------------------------------------------------------------------


def last_closing(of: Calendar, start: str, days: int) -> str | None:
    found = of.business_day(second(start), days)
    return None if found is None else shown(found[1], of)


def first_opening(of: Calendar, start: str, days: int) -> str | None:
    found = of.business_day(second(start), days)
    return None if found is None else shown(found[0], of)


@pytest.mark.parametrize("hour", ["00:00", "08:59", "12:00", "18:00", "23:59"])
def test_the_next_business_day_follows_the_date_whatever_the_hour(hour):
    assert "2024-03-05T18:00+01:00" == last_closing(OFFICE, f"2024-03-04T{hour}+01:00", 1)


def test_business_days_leave_out_weekends_and_closed_dates():
    closed = calendar("Europe/Rome", week("09:00-18:00"), {"2024-03-11": (), "2024-03-09": ("10:00-12:00",)})

    assert "2024-03-11T18:00+01:00" == last_closing(OFFICE, "2024-03-08T12:00+01:00", 1)
    assert "2024-03-09T12:00+01:00" == last_closing(closed, "2024-03-08T12:00+01:00", 1)
    assert "2024-03-12T18:00+01:00" == last_closing(closed, "2024-03-08T12:00+01:00", 2)


def test_the_date_of_the_start_is_that_of_the_calendars_zone():
    """Sunday evening in New York is Monday in Rome."""
    assert "2024-03-05T18:00+01:00" == last_closing(OFFICE, "2024-03-03T19:00-05:00", 1)
    assert "2024-03-04T18:00+01:00" == last_closing(OFFICE, "2024-03-03T17:00-05:00", 1)


def test_a_business_day_runs_from_its_first_opening_to_its_last_closing():
    assert "2024-03-05T09:00+01:00" == first_opening(SPLIT, "2024-03-04T12:00+01:00", 1)
    assert "2024-03-05T18:00+01:00" == last_closing(SPLIT, "2024-03-04T12:00+01:00", 1)


def test_a_business_day_with_a_night_shift_closes_the_morning_after():
    assert "2024-03-06T06:00+01:00" == last_closing(NIGHTS, "2024-03-04T23:00+01:00", 1)
    assert "2024-03-05T06:00+01:00" == last_closing(NIGHTS, "2024-03-03T23:00+01:00", 1)


def test_a_night_shift_that_is_cut_closes_at_midnight():
    cut = calendar("Europe/Rome", daily("22:00-06:00"), {"2024-12-25": ()})

    assert "2024-12-25T00:00+01:00" == last_closing(cut, "2024-12-23T12:00+01:00", 1)


def test_a_date_reached_only_by_the_tail_of_the_evening_before_is_no_business_day():
    fridays = calendar("UTC", ((),) * 4 + (hours(["22:00-06:00"]), (), ()))

    assert "2024-03-16T06:00+00:00" == last_closing(fridays, "2024-03-08T12:00Z", 1)


def test_a_date_with_one_second_of_hours_is_a_business_day_of_its_own():
    short = calendar("UTC", week("09:00-18:00"), {"2024-03-05": ("09:00-09:01",)})

    assert "2024-03-05T09:01+00:00" == last_closing(short, "2024-03-04T12:00Z", 1)


def test_many_business_days_reach_over_years():
    assert "2043-05-04T18:00+02:00" == last_closing(OFFICE, "2024-03-04T12:00+01:00", 5000)


def test_a_counted_day_is_the_longest_ordinary_day_of_the_week():
    mixed = calendar("Europe/Rome", week("09:00-12:00", "13:00-17:00", saturday=("08:00-20:00",)))

    assert 12 * HOUR == mixed.longest_weekday(second("2024-03-04T12:00+01:00"))
    assert 8 * HOUR == NIGHTS.longest_weekday(second("2024-03-30T23:00+01:00"))


def test_a_date_that_differs_is_no_ordinary_day():
    fair = calendar("UTC", week("09:00-17:00"), {"2024-03-05": ("00:00-24:00",)})

    assert 8 * HOUR == fair.longest_weekday(second("2024-03-05T12:00Z"))


def test_a_counted_day_is_that_of_the_hours_in_force():
    changed = calendar("UTC", week("09:00-18:00"), None, ("2024-03-06", week("08:00-12:00")))

    assert 9 * HOUR == changed.longest_weekday(second("2024-03-05T23:59:59Z"))
    assert 4 * HOUR == changed.longest_weekday(second("2024-03-06T00:00:00Z"))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2024-03-30T02:30+01:00", 1, "2024-03-31T03:30+02:00"),
        ("2024-03-24T12:00+01:00", 7, "2024-03-31T12:00+02:00"),
        ("2024-10-20T02:30+02:00", 7, "2024-10-27T02:30+02:00"),
        ("2024-10-27T02:30+01:00", 1, "2024-10-28T02:30+01:00"),
        ("2024-10-26T12:00+02:00", 1, "2024-10-27T12:00+01:00"),
        ("2024-02-28T23:59+01:00", 2, "2024-03-01T23:59+01:00"),
    ],
)
def test_calendar_days_end_at_the_same_time_on_the_wall(start, days, end):
    assert second(end) - second(start) == calendar_days(second(start), days, zone("Europe/Rome"))


# --- what comes with the program --------------------------------------------------------------------------------------


def test_a_bank_holiday_is_closed_in_the_business_hours_and_short_in_the_extended_ones():
    scope = Scope(plan="gold", region="americas", readings=DEFAULTS["imagicle-care"])
    business, extended = (selector("imagicle-care").calendar(name, scope) for name in ("business", "extended"))
    independence_day = "2024-07-04T00:00-04:00", "2024-07-05T00:00-04:00"

    assert timedelta(0) == open_between(business, *independence_day)
    assert timedelta(hours=5) == open_between(extended, *independence_day)


def test_round_the_clock_without_dates_that_differ_is_always_open():
    assert isinstance(selector("eschat").calendar("24x7", Scope(readings=DEFAULTS["eschat"])), AlwaysOpen)


# --- whatever the calendar --------------------------------------------------------------------------------------------

ZONES = [
    "UTC",
    "Europe/Rome",
    "Europe/Dublin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Havana",
    "America/Caracas",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Antarctica/Troll",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
]

SKIPPED_A_DATE = {"Pacific/Apia", "Pacific/Kiritimati"}

quarters = st.builds(
    lambda opens, length: Hours(opens * 15, opens * 15 + length * 15), st.integers(0, 95), st.integers(1, 96)
)
days = st.lists(quarters, max_size=2).map(tuple)
weeks: st.SearchStrategy[Any] = st.tuples(days, days, days, days, days, days, days)
zones = st.sampled_from(ZONES).map(zone)
instants = st.integers(second("1971-01-01T00:00Z"), second("2150-01-01T00:00Z"))
durations = st.one_of(st.integers(1, 3 * DAY), st.integers(1, 40 * DAY))


@st.composite
def calendars_at(draw: st.DrawFn) -> tuple[Calendar, int]:
    """A calendar that opens somewhere in the week, and an instant near its dates that differ and its new hours."""
    at = draw(instants)
    today = moment(at).date()
    near = st.integers(-20, 40).map(lambda offset: today + timedelta(days=offset))
    differing = draw(st.dictionaries(near, days, max_size=6))
    usual = draw(weeks.filter(any))
    editions = [Edition(usual, differing)]
    if draw(st.booleans()):
        editions.append(Edition(draw(weeks.filter(any)), differing, draw(near)))
    return Calendar("hours", draw(zones), editions), at


@settings(max_examples=30)
@given(calendars_at(), durations)
def test_what_is_open_until_something_is_due_is_what_was_allowed(given_calendar, duration):
    of, at = given_calendar
    end = of.add(at, duration)

    assert end is not None
    assert duration == of.between(at, end)


@settings(max_examples=30)
@given(calendars_at(), durations)
def test_nothing_is_due_earlier_than_it_could_be(given_calendar, duration):
    of, at = given_calendar
    end = of.add(at, duration)

    assert end is not None
    assert duration - 1 == of.between(at, end - 1)
    assert of.is_open(end - 1)


@settings(max_examples=25)
@given(calendars_at(), st.lists(st.integers(0, 40 * DAY), min_size=2, max_size=4))
def test_open_time_adds_up(given_calendar, offsets):
    of, at = given_calendar
    marks = sorted(at + offset for offset in offsets)

    assert of.between(marks[0], marks[-1]) == sum(of.between(start, end) for start, end in pairwise(marks))
    assert 0 <= of.between(marks[0], marks[-1]) <= marks[-1] - marks[0]


@settings(max_examples=25)
@given(calendars_at(), durations, durations, st.integers(0, 10 * DAY))
def test_more_time_or_a_later_start_is_never_due_earlier(given_calendar, duration, more, later):
    of, at = given_calendar
    end, further, started_later = of.add(at, duration), of.add(at, duration + more), of.add(at + later, duration)

    assert end is not None
    assert further is not None
    assert started_later is not None
    assert end < further
    assert end <= started_later


@settings(max_examples=25)
@given(calendars_at(), st.integers(1, 40 * DAY))
def test_the_parts_tile_a_span_and_their_open_ones_are_its_open_time(given_calendar, length):
    of, at = given_calendar
    parts = list(of.parts(at, at + length))

    assert (at, at + length) == (parts[0][0], parts[-1][1])
    assert all(earlier[1] == later[0] for earlier, later in pairwise(parts))
    assert all(earlier[2] is not later[2] for earlier, later in pairwise(parts))
    assert all(start < end for start, end, _ in parts)
    assert of.between(at, at + length) == sum(end - start for start, end, is_open in parts if is_open)


@settings(max_examples=25)
@given(calendars_at())
def test_the_next_opening_is_the_last_instant_before_anything_counts(given_calendar):
    of, at = given_calendar
    opening = of.opening(at)

    assert opening is not None
    assert 0 == of.between(at, opening)
    assert 1 == of.between(at, opening + 1)
    assert of.is_open(opening)


@settings(max_examples=25)
@given(calendars_at().filter(lambda drawn: drawn[0].zone.key not in SKIPPED_A_DATE), st.integers(1, 30))
def test_a_business_day_has_opened_as_often_as_it_was_asked_for(given_calendar, count):
    of, at = given_calendar
    found = [of.business_day(at, day) for day in range(1, count + 1)]
    assert None not in found
    openings = [day[0] for day in found if day]
    today = moment(at).astimezone(of.zone).date()

    assert sorted(set(openings)) == openings
    assert all(of.is_open(opening) for opening in openings)
    assert all(moment(opening).astimezone(of.zone).date() > today for opening in openings)


@settings(max_examples=15)
@given(
    calendars_at(),
    st.lists(st.tuples(st.integers(-8 * 366, 8 * 366), st.sampled_from("abopd"), durations), min_size=2, max_size=6),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_questions_changes_no_answer(given_calendar, questions, random):
    of, at = given_calendar
    fresh = Calendar(of.name, of.zone, of.editions)
    asked = {(at + offset * DAY, kind, length) for offset, kind, length in questions if at + offset * DAY >= 0}

    def answered(by: Calendar, question: tuple[int, str, int]) -> object:
        start, kind, length = question
        match kind:
            case "a":
                return by.add(start, length)
            case "b":
                return by.between(start, start + length)
            case "o":
                return by.opening(start)
            case "p":
                return list(by.parts(start, start + length))
            case _:
                return by.business_day(start, length % 50 + 1)

    in_order = {question: answered(of, question) for question in sorted(asked)}
    shuffled = sorted(asked)
    random.shuffle(shuffled)

    assert in_order == {question: answered(fresh, question) for question in shuffled}


@settings(max_examples=25)
@given(zones, instants, durations, st.integers(1, 400))
@example(zone("Pacific/Apia"), second("2011-12-29T12:00-10:00"), DAY, 1)
@example(zone("America/Sao_Paulo"), second("2018-11-03T12:00-03:00"), DAY, 1)
@example(zone("Asia/Beirut"), second("2024-03-30T12:00+02:00"), DAY, 1)
@example(zone("America/Havana"), second("2019-11-02T12:00-04:00"), DAY, 1)
def test_always_open_is_a_calendar_of_seven_whole_days(where, at, duration, count):
    seven, always = Calendar("hours", where, [Edition(ROUND_THE_CLOCK)]), AlwaysOpen("hours", where)

    assert seven.add(at, duration) == always.add(at, duration)
    assert seven.add(at, 0) == always.add(at, 0)
    assert seven.between(at, at + duration) == always.between(at, at + duration)
    assert seven.between(at + duration, at) == always.between(at + duration, at)
    assert seven.opening(at) == always.opening(at)
    assert seven.is_open(at) == always.is_open(at)
    assert list(seven.parts(at, at + duration)) == list(always.parts(at, at + duration))
    assert seven.business_day(at, count) == always.business_day(at, count)
    assert seven.longest_weekday(at) == always.longest_weekday(at)
    assert seven.beyond_published(at, at + duration) == always.beyond_published(at, at + duration)


# --- a walk minute by minute ------------------------------------------------------------------------------------------

WALKED = [name for name in ZONES if name not in SKIPPED_A_DATE | {"America/St_Johns"}]
"""Zones whose dates follow one another: none is skipped, none comes back for an hour after its next has begun."""


@cache
def jumps(name: str) -> list[date]:
    """The dates around which clocks were moved, from 1990 on."""
    where = zone(name)
    noons = [datetime(1990, 1, 1, 12, tzinfo=where) + timedelta(days=day) for day in range(40 * 365)]
    offsets = [noon.utcoffset() for noon in noons]
    return [noon.date() for noon, (was, now) in zip(noons[1:], pairwise(offsets), strict=True) if was != now]


@dataclass
class Walk:
    """Which minutes are open from a date on, by what the wall showed in each of them."""

    where: ZoneInfo
    usual: Week
    differing: Mapping[date, tuple[Hours, ...]]
    first: date
    days: int

    def __post_init__(self) -> None:
        begin = datetime.combine(self.first - timedelta(days=3), time(0), UTC)
        self.start = int(begin.timestamp()) // 60
        self.shown = [
            datetime.fromtimestamp((self.start + minute) * 60, self.where).replace(tzinfo=None)
            for minute in range((self.days + 6) * 1440)
        ]
        self.jumps = [
            minute + 1 for minute, (was, now) in enumerate(pairwise(self.shown)) if now - was > timedelta(minutes=1)
        ]
        self.showing: dict[datetime, int] = {}
        for minute, wall in enumerate(self.shown):
            self.showing.setdefault(wall, minute)
        self.open = [False] * len(self.shown)
        for offset in range(-2, self.days + 1):
            self._open(self.first + timedelta(days=offset))
        for minute, wall in enumerate(self.shown):
            if self.differing.get(wall.date()) == ():
                self.open[minute] = False

    def _open(self, day: date) -> None:
        for one in self.differing.get(day, self.usual[day.weekday()]):
            midnight = datetime.combine(day, time(0))
            opens, closes = (self._minute(midnight + timedelta(minutes=wall)) for wall in one)
            for minute in range(opens, closes):
                self.open[minute] = True

    def _minute(self, wall: datetime) -> int:
        if wall in self.showing:
            return self.showing[wall]
        after = next(minute for minute in self.jumps if self.shown[minute - 1] < wall < self.shown[minute])
        never_shown = wall - self.shown[after - 1] - timedelta(minutes=1)
        return after + int(never_shown.total_seconds()) // 60

    def counted(self, start: int, end: int) -> int:
        return 60 * sum(self.open[start:end])

    def due(self, start: int, minutes: int) -> int | None:
        for minute in range(start, len(self.open)):
            minutes -= self.open[minute]
            if minutes == 0:
                return minute + 1
        return None


@st.composite
def walks(draw: st.DrawFn) -> Walk:
    name = draw(st.sampled_from(WALKED))
    jump = draw(st.sampled_from(jumps(name) or [date(2024, 3, 31)]))
    first = jump - timedelta(days=draw(st.integers(0, 2)))
    near = st.integers(-2, 4).map(lambda offset: first + timedelta(days=offset))
    differing = draw(st.dictionaries(near, st.one_of(st.just(()), days), max_size=3))
    return Walk(zone(name), draw(weeks), differing, first, days=3)


@settings(max_examples=35)
@given(walks(), st.integers(3 * 1440, 6 * 1440), st.integers(3 * 1440, 6 * 1440), st.integers(1, 2000))
def test_a_calendar_counts_the_minutes_that_the_wall_shows_to_be_open(walk, one, other, minutes):
    of = Calendar("hours", walk.where, [Edition(walk.usual, walk.differing)])
    start, end = sorted((one, other))
    begin = (walk.start + start) * 60
    walked_due = walk.due(start, minutes)

    assert walk.counted(start, end) == of.between(begin, (walk.start + end) * 60)
    assert walk.open[start] == of.is_open(begin)
    if walked_due is not None and walked_due <= 6 * 1440:
        assert (walk.start + walked_due) * 60 == of.add(begin, minutes * 60)


@settings(max_examples=15)
@given(walks(), st.integers(3 * 1440, 5 * 1440), st.integers(1, 1440))
def test_the_parts_of_a_span_are_those_that_the_wall_shows(walk, start, length):
    of = Calendar("hours", walk.where, [Edition(walk.usual, walk.differing)])
    end = start + length
    told = [
        is_open
        for begin, until, is_open in of.parts((walk.start + start) * 60, (walk.start + end) * 60)
        for _ in range(begin, until, 60)
    ]

    assert walk.open[start:end] == told


# --- another program's working hours ----------------------------------------------------------------------------------

workclock: Any = importlib.import_module("workclock")

AGREED_ZONES = [name for name in WALKED if name not in ("America/Havana", "Africa/Casablanca", "Asia/Gaza")]
"""Zones whose clocks every edition of the time zone database moved alike up to 2024."""


def schedule(where: ZoneInfo, usual: Week, closed: Iterable[date]) -> Any:
    """The same hours there; its shifts end on the next date where they end no later than they begin."""

    def wall(minute: int) -> time:
        return time(minute // 60 % 24, minute % 60)

    rules = [
        workclock.WorkDay(wall(one.opens), wall(one.closes), days=[weekday])
        for weekday, texts in enumerate(usual)
        for one in texts
    ]
    return workclock.Schedule([*rules, workclock.Holidays(closed)], time_zone=where.key)


def agree(of: Calendar, other: Any, start: datetime, length: timedelta, allowed: timedelta) -> None:
    begin, end = int(start.timestamp()), int((start + length).timestamp())

    assert int(other.between(start, start + length).total_seconds()) == of.between(begin, end)
    assert int(other.add(start, allowed).timestamp()) == of.add(begin, int(allowed.total_seconds()))


starts = st.datetimes(datetime(2000, 1, 1), datetime(2023, 12, 31)).map(  # noqa: DTZ001 - made aware at once
    lambda naive: naive.replace(microsecond=0, tzinfo=UTC)
)
near_a_jump = st.sampled_from(AGREED_ZONES).flatmap(
    lambda name: st.tuples(
        st.just(zone(name)),
        st.one_of(
            starts,
            st.sampled_from(
                [
                    datetime.combine(day - timedelta(days=2), time(7, 13), UTC)
                    for day in jumps(name)
                    if 2000 <= day.year < 2024
                ]
                or [datetime(2023, 3, 26, tzinfo=UTC)]
            ),
        ),
    )
)
lengths = st.integers(0, 20 * DAY).map(lambda seconds: timedelta(seconds=seconds))
allowances = st.integers(1, 5 * DAY).map(lambda seconds: timedelta(seconds=seconds))


@settings(max_examples=30)
@given(near_a_jump, weeks.filter(any), lengths, allowances)
def test_another_program_counts_any_week_alike(place, usual, length, allowed):
    where, start = place

    agree(Calendar("hours", where, [Edition(usual)]), schedule(where, usual, ()), start, length, allowed)


def ends_by_midnight(usual: Week) -> bool:
    return all(one.closes <= 1440 for texts in usual for one in texts)


by_day = st.builds(
    lambda opens, length: Hours(opens * 15, min(opens * 15 + length * 15, 1440)), st.integers(0, 95), st.integers(1, 96)
)


@settings(max_examples=30)
@given(
    near_a_jump,
    st.tuples(*[st.lists(by_day, max_size=2).map(tuple)] * 7).filter(any),
    st.sets(st.integers(-2, 25), max_size=8),
    lengths,
    allowances,
)
def test_another_program_closes_dates_alike_where_no_shift_runs_past_midnight(place, usual, closed, length, allowed):
    """Of a shift that begins on a closed date it would still count what lies past midnight."""
    where, start = place
    assume(ends_by_midnight(usual))
    dates = {start.date() + timedelta(days=offset): () for offset in closed}

    agree(Calendar("hours", where, [Edition(usual, dates)]), schedule(where, usual, dates), start, length, allowed)
