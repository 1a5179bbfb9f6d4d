"""Hours that change under a clock (semantics 3.14), and dates that are not published yet (2.4)."""

from tests.clocks.given import (
    FRIDAY_17,
    MONDAY_9,
    TUESDAY_9,
    at,
    clock,
    clock_of,
    hours,
    opened,
    rome,
    wait_ended,
    waiting,
)

CHANGED = clock("24 h", coverage="changed", pauses="customer")
"""The office closes at 17:00 until Tuesday 5 March, and opens 08:00-12:00 from Wednesday on."""


def test_time_used_stays_used_and_what_is_left_runs_on_the_new_hours():
    told = clock_of(CHANGED, opened(MONDAY_9), as_of=at("wed 10:00"))

    assert (hours(8 + 8 + 2), at("thu 12:00")) == (told.used, told.due_at)


def test_the_due_instant_is_the_same_before_and_after_the_change():
    before, after = (clock_of(CHANGED, opened(MONDAY_9), as_of=instant) for instant in (MONDAY_9, at("wed 11:00")))

    assert at("thu 12:00") == before.due_at == after.due_at


def test_a_wait_across_the_change_costs_the_hours_of_each_day():
    told = clock_of(CHANGED, opened(MONDAY_9), waiting(TUESDAY_9), wait_ended(at("wed 10:00")), as_of=at("wed 12:00"))

    assert (hours(8 + 2), at("tue+1 10:00")) == (told.used, told.due_at)


def test_business_days_close_as_the_hours_of_their_date_have_it():
    told = clock_of(clock("2 business days", coverage="changed"), opened(MONDAY_9), as_of=MONDAY_9)

    assert (hours(8 + 8 + 4), at("wed 12:00")) == (told.allowance, told.due_at)


def test_counted_days_are_those_of_the_hours_at_the_start():
    counted = clock("1 business day", coverage="changed", business_days='[{ counts = "counted-day" }]')

    assert hours(8) == clock_of(counted, opened(at("tue 16:00")), as_of=FRIDAY_17).allowance
    assert hours(4) == clock_of(counted, opened(at("wed 09:00")), as_of=FRIDAY_17).allowance


def test_figures_within_the_published_years_need_no_note():
    told = clock_of(clock("8 h", coverage="holidays"), opened(MONDAY_9), as_of=FRIDAY_17)

    assert [] == told.told["notes"]


def test_figures_beyond_the_published_years_say_so():
    late = rome("2150-03-02 09:00")
    told = clock_of(clock("8 h", coverage="holidays"), opened(late), as_of=late)

    assert 1 == len(told.told["notes"])
    assert "holidays" in told.told["notes"][0]


def test_a_due_instant_beyond_the_published_years_says_so_too():
    """The clock starts within them; what is allowed reaches further."""
    told = clock_of(clock("99999 h", coverage="holidays"), opened(MONDAY_9), as_of=MONDAY_9)

    assert 1 == len(told.told["notes"])
