import tomllib
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.terms.holidays import Holiday, HolidayList, easter, publish

PUBLISHED = Path(__file__).parents[2] / "domain" / "terms" / "published"

US_FEDERAL = """
rules = [
    { name = "New Year's Day", on = "01-01", observed = "nearest-weekday" },
    { name = "Martin Luther King Jr. Day", nth = 3, weekday = "monday", month = 1 },
    { name = "Washington's Birthday", nth = 3, weekday = "monday", month = 2 },
    { name = "Memorial Day", last = "monday", month = 5 },
    { name = "Independence Day", on = "07-04", observed = "nearest-weekday" },
    { name = "Labor Day", nth = 1, weekday = "monday", month = 9 },
    { name = "Columbus Day", nth = 2, weekday = "monday", month = 10 },
    { name = "Veterans Day", on = "11-11", observed = "nearest-weekday" },
    { name = "Thanksgiving Day", nth = 4, weekday = "thursday", month = 11 },
    { name = "Christmas Day", on = "12-25", observed = "nearest-weekday" },
]
"""
JUNETEENTH = """
rules = [
    { name = "Juneteenth National Independence Day", on = "06-19", observed = "nearest-weekday" },
]
"""
ITALY = """
rules = [
    { name = "New Year's Day", on = "01-01" },
    { name = "Epiphany", on = "01-06" },
    { name = "Easter Sunday", easter = 0 },
    { name = "Easter Monday", easter = 1 },
    { name = "Liberation Day", on = "04-25" },
    { name = "Labor Day", on = "05-01" },
    { name = "Republic Day", on = "06-02" },
    { name = "Assumption Of Mary Day", on = "08-15" },
    { name = "All Saints' Day", on = "11-01" },
    { name = "National Unity Day", nth = 1, weekday = "sunday", month = 11 },
    { name = "Immaculate Conception", on = "12-08" },
    { name = "Christmas Day", on = "12-25" },
    { name = "Saint Stephen's Day", on = "12-26" },
]
"""
SAINT_FRANCIS = """
rules = [
    { name = "Saint Francis of Assisi, Patron Saint of Italy", on = "10-04" },
]
"""
ESCHAT = """
rules = [
    { name = "New Year's Day", on = "01-01" },
    { name = "Memorial Day", last = "monday", month = 5 },
    { name = "Independence Day", on = "07-04" },
    { name = "Labor Day", nth = 1, weekday = "monday", month = 9 },
    { name = "The day after", after = "Thanksgiving", days = 1 },
    { name = "Thanksgiving", nth = 4, weekday = "thursday", month = 11 },
    { name = "Christmas week", week_of = "12-25", days = "monday-friday", week = "iso" },
]
"""
ISO_WEEK = 'week_of = "12-25", days = "monday-friday", week = "iso"'
SUNDAY_WEEK = 'week_of = "12-25", days = "monday-friday", week = "sunday"'
NEAREST_FIVE = 'nearest = 5, to = "12-25"'


def holiday_list(text: str, first_year: int = 2018, last_year: int = 2030) -> HolidayList:
    head = {"name": "a-list", "title": "A list", "source": "a test", "first_year": first_year, "last_year": last_year}
    return HolidayList.model_validate(head | tomllib.loads(text))


def dates(rule: str, first_year: int, last_year: int | None = None) -> list[str]:
    rules = holiday_list(f'rules = [{{ name = "It", {rule} }}]', first_year, last_year or first_year)
    return [str(holiday.date) for holiday in publish(rules)]


def published(name: str) -> HolidayList:
    return HolidayList.model_validate(tomllib.loads((PUBLISHED / f"{name}.toml").read_text()))


# --- rules ----------------------------------------------------------------------------------------------------------------


def test_a_fixed_date_comes_every_year():
    assert ["2024-07-04", "2025-07-04"] == dates('on = "07-04"', 2024, 2025)


def test_the_29th_of_february_comes_in_leap_years_only():
    assert ["2096-02-29", "2104-02-29"] == dates('on = "02-29"', 2093, 2107)


def test_the_last_monday_is_the_fifth_where_a_month_has_five():
    assert ["2026-05-25", "2027-05-31"] == dates('last = "monday", month = 5', 2026, 2027)


def test_the_nth_weekday_counts_from_the_first_of_its_kind():
    assert ["2028-11-23", "2029-11-22"] == dates('nth = 4, weekday = "thursday", month = 11', 2028, 2029)


def test_a_fifth_weekday_comes_where_a_month_has_five():
    assert ["2025-05-29", "2029-05-31"] == dates('nth = 5, weekday = "thursday", month = 5', 2025, 2029)


def test_a_day_after_another_may_stand_before_it_in_the_list():
    days = {holiday.name: str(holiday.date) for holiday in publish(holiday_list(ESCHAT, 2024, 2024))}

    assert ("2024-11-28", "2024-11-29") == (days["Thanksgiving"], days["The day after"])


def test_a_day_after_a_holiday_is_counted_from_its_date_and_not_from_its_substitute():
    rules = """rules = [
        { name = "Christmas", on = "12-25", observed = "next-monday" },
        { name = "The day after", after = "Christmas", days = 1 },
    ]"""

    days = [(str(holiday.date), holiday.name) for holiday in publish(holiday_list(rules, 2027, 2027))]

    assert [
        ("2027-12-25", "Christmas"),
        ("2027-12-26", "The day after"),
        ("2027-12-27", "Christmas (observed)"),
    ] == days


@pytest.mark.parametrize(
    "day", ["2018-04-01", "2019-04-21", "2023-04-09", "2024-03-31", "2025-04-20", "2026-04-05", "2028-04-16"]
)
def test_easter_is_where_everybody_remembers_it(day):
    assert day == str(easter(int(day[:4])))


@pytest.mark.parametrize("day", ["1818-03-22", "1943-04-25", "1954-04-18", "1981-04-19", "2008-03-23", "2038-04-25"])
def test_easter_keeps_to_its_bounds_and_exceptions(day):
    assert day == str(easter(int(day[:4])))


@given(st.integers(1583, 4098))
def test_easter_is_a_sunday_from_22_march_to_25_april(year):
    assert 6 == easter(year).weekday()
    assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25)


def test_days_are_counted_from_easter_to_either_side():
    assert ["2024-04-01"] == dates("easter = 1", 2024)
    assert ["2024-03-29"] == dates("easter = -2", 2024)


# --- Christmas week, read in three ways -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "weekday", "iso_week", "sunday_week", "nearest_five"),
    [
        (2023, "Mon", [25, 26, 27, 28, 29], [25, 26, 27, 28, 29], [22, 25, 26, 27, 28]),
        (2018, "Tue", [24, 25, 26, 27, 28], [24, 25, 26, 27, 28], [24, 25, 26, 27, 28]),
        (2024, "Wed", [23, 24, 25, 26, 27], [23, 24, 25, 26, 27], [23, 24, 25, 26, 27]),
        (2025, "Thu", [22, 23, 24, 25, 26], [22, 23, 24, 25, 26], [22, 23, 24, 25, 26]),
        (2026, "Fri", [21, 22, 23, 24, 25], [21, 22, 23, 24, 25], [22, 23, 24, 25, 28]),
        (2027, "Sat", [20, 21, 22, 23, 24], [20, 21, 22, 23, 24], [22, 23, 24, 27, 28]),
        (2022, "Sun", [19, 20, 21, 22, 23], [26, 27, 28, 29, 30], [22, 23, 26, 27, 28]),
    ],
)
def test_the_five_days_of_christmas_depend_on_its_weekday_and_on_the_reading(
    year, weekday, iso_week, sunday_week, nearest_five
):
    def in_december(days):
        return [f"{year}-12-{day}" for day in days]

    assert weekday == date(year, 12, 25).strftime("%a")
    assert in_december(iso_week) == dates(ISO_WEEK, year)
    assert in_december(sunday_week) == dates(SUNDAY_WEEK, year)
    assert in_december(nearest_five) == dates(NEAREST_FIVE, year)


@pytest.mark.parametrize("rule", [ISO_WEEK, SUNDAY_WEEK, NEAREST_FIVE])
def test_christmas_week_never_leaves_december(rule):
    for year in range(1970, 2200):
        assert 5 == len(dates(rule, year))


def test_of_two_weekdays_equally_near_the_earlier_wins():
    assert ["2024-12-24", "2024-12-25"] == dates('nearest = 2, to = "12-25"', 2024)


def test_the_nearest_weekday_to_a_date_on_a_weekend_is_the_one_beside_it():
    assert ["2021-12-24"] == dates('nearest = 1, to = "12-25"', 2021)
    assert ["2022-12-26"] == dates('nearest = 1, to = "12-25"', 2022)


def test_eschat_keeps_eleven_holidays_a_year():
    assert [11] * 13 == [len(publish(holiday_list(ESCHAT, year, year))) for year in range(2018, 2031)]


def test_a_week_from_sunday_to_thursday_is_one_of_the_week_that_begins_on_sunday():
    rule = 'week_of = "12-02", days = "sunday-thursday", week = "sunday"'

    assert [f"2024-12-{day:02}" for day in range(1, 6)] == dates(rule, 2024)


# --- observed -------------------------------------------------------------------------------------------------------------


def test_an_observed_holiday_keeps_its_date_and_adds_the_nearest_weekday():
    assert ["2026-07-03", "2026-07-04"] == dates('on = "07-04", observed = "nearest-weekday"', 2026)  # a Saturday
    assert ["2027-07-04", "2027-07-05"] == dates('on = "07-04", observed = "nearest-weekday"', 2027)  # a Sunday


def test_an_observed_holiday_may_always_go_to_monday():
    assert ["2026-07-04", "2026-07-06"] == dates('on = "07-04", observed = "next-monday"', 2026)
    assert ["2027-07-04", "2027-07-05"] == dates('on = "07-04", observed = "next-monday"', 2027)


def test_a_holiday_on_a_weekday_has_no_substitute():
    assert ["2025-07-04"] == dates('on = "07-04", observed = "nearest-weekday"', 2025)


def test_no_substitute_is_given_unasked():
    assert ["2026-07-04"] == dates('on = "07-04"', 2026)


def test_new_year_observed_in_the_last_published_year_belongs_to_it():
    assert ["2027-01-01", "2027-12-31"] == dates('on = "01-01", observed = "nearest-weekday"', 2027)


def test_new_year_observed_before_the_first_published_year_does_not_belong_to_it():
    assert ["2028-01-01"] == dates('on = "01-01", observed = "nearest-weekday"', 2028)


def test_a_day_that_belongs_to_the_year_before_the_first_published_one_is_kept_when_it_falls_in_it():
    rules = """rules = [
        { name = "Saint Sylvester", on = "12-31" },
        { name = "The day after", after = "Saint Sylvester", days = 1 },
    ]"""

    assert ["2024-01-01", "2024-12-31"] == [str(holiday.date) for holiday in publish(holiday_list(rules, 2024, 2024))]


def test_weekdays_nearest_to_new_year_fall_in_two_years():
    assert ["2025-01-01", "2025-01-02", "2025-12-31"] == dates('nearest = 3, to = "01-01"', 2025)


# --- a list ---------------------------------------------------------------------------------------------------------------


def test_holidays_on_one_date_are_one_holiday_with_both_names():
    rules = """rules = [
        { name = "Christmas Day", on = "12-25", observed = "next-monday" },
        { name = "Boxing Day", on = "12-26", observed = "next-monday" },
    ]"""

    assert (
        Holiday(date(2027, 12, 27), "Christmas Day (observed); Boxing Day (observed)")
        == publish(holiday_list(rules, 2027, 2027))[-1]
    )


def test_dates_and_rules_stand_together_in_order():
    text = """
    dates = [
        { date = 2025-09-22, name = "Company meeting" },
        { date = 2025-03-31, name = "Eid al-Fitr", estimated = true },
    ]
    rules = [{ name = "New Year's Day", on = "01-01" }]
    """

    assert (
        Holiday(date(2025, 1, 1), "New Year's Day"),
        Holiday(date(2025, 3, 31), "Eid al-Fitr", estimated=True),
        Holiday(date(2025, 9, 22), "Company meeting"),
    ) == publish(holiday_list(text, 2025, 2025))


def test_a_holiday_given_by_date_and_by_rule_is_named_once():
    text = """
    dates = [{ date = 2025-01-01, name = "New Year's Day" }]
    rules = [{ name = "New Year's Day", on = "01-01" }]
    """

    assert (Holiday(date(2025, 1, 1), "New Year's Day"),) == publish(holiday_list(text, 2025, 2025))


def test_a_date_is_certain_as_soon_as_one_of_its_holidays_is():
    text = """
    dates = [{ date = 2025-01-01, name = "Islamic New Year", estimated = true }]
    rules = [{ name = "New Year's Day", on = "01-01" }]
    """

    assert (Holiday(date(2025, 1, 1), "Islamic New Year; New Year's Day"),) == publish(holiday_list(text, 2025, 2025))


def test_a_list_survives_its_stored_form():
    for rules in (US_FEDERAL, ESCHAT, f'rules = [{{ name = "It", {NEAREST_FIVE} }}]', ITALY):
        holidays = holiday_list(rules)

        assert holidays == HolidayList.model_validate_json(holidays.model_dump_json())
        assert holidays == HolidayList.model_validate(holidays.model_dump())


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ('rules = [{ name = "It" }]', "rules.0", "a rule says one of: on, last, nth, easter, after, week_of, nearest"),
        ('rules = [{ name = "It", on = "12-25", easter = 1 }]', "rules.0.fixed date.easter", "not permitted"),
        ('rules = [{ name = "It", on = "02-30" }]', "rules.0.fixed date.on", '"02-30" is no day of the year'),
        ('rules = [{ name = "It", on = "1-1" }]', "rules.0.fixed date.on", "pattern"),
        ('rules = [{ name = "It", last = "mon", month = 5 }]', "rules.0.last weekday.last", "'monday'"),
        (
            'rules = [{ name = "It", last = "monday", month = 13 }]',
            "rules.0.last weekday.month",
            "less than or equal to 12",
        ),
        ('rules = [{ name = "It", last = "monday", month = "5" }]', "rules.0.last weekday.month", "valid integer"),
        ('rules = [{ name = "It", last = "monday" }]', "rules.0.last weekday.month", "required"),
        (
            'rules = [{ name = "It", nth = 0, weekday = "monday", month = 5 }]',
            "rules.0.nth weekday.nth",
            "greater than",
        ),
        ('rules = [{ name = "It", on = "12-25", observed = "friday" }]', "rules.0.fixed date.observed", "next-monday"),
        (
            f'rules = [{{ name = "It", {ISO_WEEK}, observed = "no" }}]',
            "rules.0.days of a week.observed",
            "not permitted",
        ),
        (
            'rules = [{ name = "It", after = "Other", days = 1 }]',
            "rules",
            '"It" comes after "Other", which is no dated',
        ),
        ('rules = [{ name = "It", after = "It", days = 1 }]', "rules", '"It" comes after "It", which is no dated rule'),
        (
            f'rules = [{{ name = "It", {ISO_WEEK} }}, {{ name = "Then", after = "It", days = 1 }}]',
            "rules",
            '"Then" comes after "It", which is no dated rule of this list',
        ),
        (
            'rules = [{ name = "It", week_of = "12-25", days = "friday-monday", week = "iso" }]',
            "rules.0.days of a week",
            '"friday-monday" are no days of this week in its order',
        ),
        (
            'rules = [{ name = "It", week_of = "12-25", days = "working days", week = "iso" }]',
            "rules.0.days of a week",
            '"working days" are no days of this week',
        ),
        (
            'rules = [{ name = "It", on = "01-01" }, { name = "It", on = "01-02" }]',
            "rules",
            "two rules of one name: It",
        ),
        (
            'dates = [{ date = 2031-01-01, name = "It" }]',
            "dates",
            "outside the published years 2018 to 2030: 2031-01-01 (It)",
        ),
        ('dates = [{ date = "2025-01-01", name = "It" }]', "dates.0.date", "valid date"),
        ('dates = [{ date = 2025-01-01, name = "" }]', "dates.0.name", "at least 1 character"),
        ('dates = [{ date = 2025-01-01, name = "It", moved = true }]', "dates.0.moved", "not permitted"),
        ("last_year = 2017\nrules = []", "last_year", "the last published year lies before the first"),
        ('version = 1\nrules = [{ name = "It", easter = 1 }]', "version", "not permitted"),
        ("", "", "a holiday list needs dates or rules"),
    ],
)
def test_a_list_that_says_something_else_is_refused_at_its_place(text, place, message):
    with pytest.raises(ValidationError) as refused:
        holiday_list(text)

    (error,) = refused.value.errors()
    assert place == ".".join(map(str, error["loc"]))
    assert message in error["msg"]


# --- the lists of the house -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "count", "estimated"), [("us-federal", 157, 0), ("italy", 172, 0), ("uae", 177, 36)])
def test_a_published_list_is_as_long_as_its_source(name, count, estimated):
    holidays = published(name)

    assert (name, 2018, 2030) == (holidays.name, holidays.first_year, holidays.last_year)
    assert count == len(holidays.dates) == len(publish(holidays))
    assert estimated == sum(holiday.estimated for holiday in publish(holidays))


@pytest.mark.parametrize(
    ("name", "day", "called"),
    [
        ("us-federal", "2018-11-12", "Veterans Day (observed)"),
        ("us-federal", "2021-06-18", "Juneteenth National Independence Day (observed)"),
        ("us-federal", "2021-12-31", "New Year's Day (observed)"),
        ("us-federal", "2024-11-28", "Thanksgiving Day"),
        ("us-federal", "2030-12-25", "Christmas Day"),
        ("italy", "2025-04-21", "Easter Monday"),
        ("italy", "2026-10-04", "Saint Francis of Assisi, Patron Saint of Italy"),
        ("uae", "2022-05-14", "Death of Sheikh Khalifa bin Zayed Al Nahyan"),
        ("uae", "2025-12-02", "National Day"),
    ],
)
def test_a_published_list_holds_the_days_one_knows(name, day, called):
    assert Holiday(date.fromisoformat(day), called) in publish(published(name))


@pytest.mark.parametrize("day", ["2020-06-19", "2024-11-29", "2018-12-24"])
def test_a_working_day_is_not_on_the_us_federal_list(day):
    assert day not in {str(holiday.date) for holiday in publish(published("us-federal"))}


@pytest.mark.parametrize(
    ("name", "rules", "later_rules", "since"),
    [("us-federal", US_FEDERAL, JUNETEENTH, 2021), ("italy", ITALY, SAINT_FRANCIS, 2026)],
)
def test_rules_give_the_dates_of_the_published_list(name, rules, later_rules, since):
    by_rule = publish(holiday_list(rules)) + publish(holiday_list(later_rules, first_year=since))

    assert sorted(by_rule) == list(publish(published(name)))


@given(st.integers(1970, 2199), st.integers(0, 20))
def test_more_years_only_add_to_what_is_published(first_year, more):
    last_year = min(first_year + more, 2199)
    whole = publish(holiday_list(US_FEDERAL, first_year, last_year))
    year_by_year = [
        day for year in range(first_year, last_year + 1) for day in publish(holiday_list(US_FEDERAL, year, year))
    ]

    assert year_by_year == list(whole)
    assert all(earlier.date < later.date for earlier, later in pairwise(whole))
