"""Holiday lists: dates given one by one, rules for dates, or both, resolved to dates when a calendar is published.

Source: semantics 2.4. A rule is a line of TOML that says one of seven things:

    { name = "New Year's Day", on = "01-01" }
    { name = "Memorial Day", last = "monday", month = 5 }
    { name = "Thanksgiving", nth = 4, weekday = "thursday", month = 11 }
    { name = "The day after", after = "Thanksgiving", days = 1 }
    { name = "Christmas week", week_of = "12-25", days = "monday-friday", week = "iso" }
    { name = "Christmas", nearest = 5, to = "12-25" }
    { name = "Easter Monday", easter = 1 }

A rule of one day may say `observed = "nearest-weekday"` (Saturday gives Friday, Sunday gives Monday) or "next-monday".
That adds: a date on a weekend stays a holiday and its substitute becomes one as well; where this meets another holiday
it does not move on.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Literal, NamedTuple, Self, assert_never, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    field_validator,
    model_validator,
)

from domain.instants import FIRST_YEAR, LAST_YEAR

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
SATURDAY, SUNDAY = 5, 6


def _day_of_the_year(text: str) -> str:
    try:
        date.fromisoformat(f"2000-{text}")
    except ValueError:
        raise ValueError(f'"{text}" is no day of the year; write month and day, as in "12-25"') from None
    return text


Name = Annotated[str, Field(min_length=1)]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
Month = Annotated[int, Field(ge=1, le=12)]
DayOfTheYear = Annotated[str, Field(pattern=r"^\d\d-\d\d$"), AfterValidator(_day_of_the_year)]
"""Month and day; `02-29` exists in leap years only, and so does what a rule makes of it."""

HALF_A_YEAR = 180
"""As many days as a rule may count, so that the years next to a published one are all that can reach into it."""


class Holiday(NamedTuple):
    date: date
    name: str
    estimated: bool = False


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ListedDate(_Strict):
    """A date given as such; `estimated` when whoever decides it (the sighting of a moon, say) had not yet done so."""

    date: date
    name: Name
    estimated: bool = False


class _OneDay(_Strict):
    name: Name
    observed: Literal["nearest-weekday", "next-monday", "no"] = "no"


class FixedDate(_OneDay):
    on: DayOfTheYear


class LastWeekday(_OneDay):
    last: Weekday
    month: Month


class NthWeekday(_OneDay):
    """The fifth one of a month exists in some years only."""

    nth: Annotated[int, Field(ge=1, le=5)]
    weekday: Weekday
    month: Month


class EasterDay(_OneDay):
    """Days from Western Easter Sunday, which is 0."""

    easter: Annotated[int, Field(ge=-HALF_A_YEAR, le=HALF_A_YEAR)]


class DaysAfter(_OneDay):
    """Counted from the date of another rule of the list, never from its substitute."""

    after: Name
    days: Annotated[int, Field(ge=1, le=HALF_A_YEAR)]


class DaysOfWeek(_Strict):
    """Days of the week that holds a date: the ISO week begins on Monday, the other one on Sunday."""

    name: Name
    week_of: DayOfTheYear
    days: str
    week: Literal["iso", "sunday"]

    @property
    def span(self) -> tuple[str, ...]:
        week = WEEKDAYS if self.week == "iso" else (WEEKDAYS[SUNDAY], *WEEKDAYS[:SUNDAY])
        first, _, last = self.days.partition("-")
        if first not in week or last not in week:
            return ()
        return week[week.index(first) : week.index(last) + 1]

    @model_validator(mode="after")
    def _days_run_forward(self) -> Self:
        if not self.span:
            raise ValueError(f'"{self.days}" are no days of this week in its order; write them as in "monday-friday"')
        return self


class NearestWeekdays(_Strict):
    """The Mondays to Fridays nearest to a date, itself included when it is one; of two equally near the earlier wins.

    The five nearest to 25 December are its own Monday to Friday when it is a Wednesday; the 22nd, 23rd, 24th, 27th and
    28th when it is a Saturday; the 22nd, 23rd, 26th, 27th and 28th when it is a Sunday. Five never leave a tie.
    """

    name: Name
    nearest: Annotated[int, Field(ge=1, le=10)]
    to: DayOfTheYear


DatedRule = FixedDate | LastWeekday | NthWeekday | EasterDay

_FORMS = {
    "on": "fixed date",
    "last": "last weekday",
    "nth": "nth weekday",
    "easter": "day from Easter",
    "after": "days after",
    "week_of": "days of a week",
    "nearest": "nearest weekdays",
}


def _form(rule: object) -> str | None:
    keys = rule if isinstance(rule, dict) else getattr(type(rule), "model_fields", {})
    return next((form for key, form in _FORMS.items() if key in keys), None)


Rule = Annotated[
    Annotated[FixedDate, Tag("fixed date")]
    | Annotated[LastWeekday, Tag("last weekday")]
    | Annotated[NthWeekday, Tag("nth weekday")]
    | Annotated[EasterDay, Tag("day from Easter")]
    | Annotated[DaysAfter, Tag("days after")]
    | Annotated[DaysOfWeek, Tag("days of a week")]
    | Annotated[NearestWeekdays, Tag("nearest weekdays")],
    Discriminator(
        _form,
        custom_error_type="holiday_rule",
        custom_error_message=f"a rule says one of: {', '.join(_FORMS)}",
    ),
]


class HolidayList(_Strict):
    """The holidays of the published years, both included; about any other year the list says nothing."""

    name: Name
    title: Name
    source: Name
    first_year: Year
    last_year: Year
    dates: Annotated[tuple[ListedDate, ...], Field(strict=False)] = ()
    rules: Annotated[tuple[Rule, ...], Field(strict=False)] = ()

    @field_validator("last_year")
    @classmethod
    def _years_in_order(cls, last_year: int, info: ValidationInfo) -> int:
        if last_year < info.data.get("first_year", last_year):
            raise ValueError("the last published year lies before the first")
        return last_year

    @field_validator("dates")
    @classmethod
    def _dates_are_published(cls, dates: tuple[ListedDate, ...], info: ValidationInfo) -> tuple[ListedDate, ...]:
        first, last = info.data.get("first_year", FIRST_YEAR), info.data.get("last_year", LAST_YEAR)
        outside = [f"{day.date} ({day.name})" for day in dates if not first <= day.date.year <= last]
        if outside:
            raise ValueError(f"outside the published years {first} to {last}: {', '.join(outside)}")
        return dates

    @field_validator("rules")
    @classmethod
    def _rules_are_named_once(cls, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        names = [rule.name for rule in rules]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two rules of one name: {', '.join(twice)}")
        return rules

    @field_validator("rules")
    @classmethod
    def _days_after_follow_a_date(cls, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        dated = _dated(rules)
        for rule in rules:
            if isinstance(rule, DaysAfter) and rule.after not in dated:
                raise ValueError(f'"{rule.name}" comes after "{rule.after}", which is no dated rule of this list')
        return rules

    @model_validator(mode="after")
    def _something_is_listed(self) -> Self:
        if not self.dates and not self.rules:
            raise ValueError("a holiday list needs dates or rules")
        return self


def publish(holidays: HolidayList) -> tuple[Holiday, ...]:
    """The list's dates in order, each once; the names of holidays that share a date are joined by semicolons.

    Rules are asked for the years on either side too: New Year's Day of 2028 is a Saturday, which is observed in 2027.
    """
    listed = [Holiday(day.date, day.name, day.estimated) for day in holidays.dates]
    dated = _dated(holidays.rules)
    ruled = (
        holiday
        for rule in holidays.rules
        for year in range(holidays.first_year - 1, holidays.last_year + 2)
        for day in _days(rule, year, dated)
        for holiday in _with_substitute(rule, day)
    )
    within = (holiday for holiday in ruled if holidays.first_year <= holiday.date.year <= holidays.last_year)
    return _each_date_once([*listed, *within])


def easter(year: int) -> date:
    """Western Easter Sunday, after Oudin's computus of 1940."""
    century = year // 100
    golden = year % 19
    skipped_leaps = century - century // 4 - (8 * century + 13) // 25
    epact_days = (19 * golden + skipped_leaps + 15) % 30
    full_moon = epact_days - (epact_days // 28) * (1 - (29 // (epact_days + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + full_moon + 2 - century + century // 4) % 7
    return date(year, 3, 28) + timedelta(days=full_moon - weekday)


def _dated(rules: Iterable[Rule]) -> Mapping[str, DatedRule]:
    return {rule.name: rule for rule in rules if isinstance(rule, DatedRule)}


def _days(rule: Rule, year: int, dated: Mapping[str, DatedRule]) -> list[date]:
    match rule:
        case FixedDate():
            return _on(year, rule.on)
        case LastWeekday():
            return _nth(5, rule.last, year, rule.month) or _nth(4, rule.last, year, rule.month)
        case NthWeekday():
            return _nth(rule.nth, rule.weekday, year, rule.month)
        case EasterDay():
            return [easter(year) + timedelta(days=rule.easter)]
        case DaysAfter():
            return [day + timedelta(days=rule.days) for day in _days(dated[rule.after], year, dated)]
        case DaysOfWeek():
            return [day for holder in _on(year, rule.week_of) for day in _of_week(rule, holder)]
        case NearestWeekdays():
            return [day for centre in _on(year, rule.to) for day in _nearest(rule.nearest, centre)]
        case _:
            assert_never(rule)


def _on(year: int, day_of_the_year: str) -> list[date]:
    month, day = map(int, day_of_the_year.split("-"))
    try:
        return [date(year, month, day)]
    except ValueError:  # 29 February
        return []


def _nth(nth: int, weekday: Weekday, year: int, month: int) -> list[date]:
    first = date(year, month, 1)
    ahead = (WEEKDAYS.index(weekday) - first.weekday()) % 7
    day = first + timedelta(days=ahead + 7 * (nth - 1))
    return [day] if day.month == month else []


def _of_week(rule: DaysOfWeek, holder: date) -> list[date]:
    since_start = holder.weekday() if rule.week == "iso" else (holder.weekday() + 1) % 7
    week = [holder + timedelta(days=day - since_start) for day in range(7)]
    return [day for day in week if WEEKDAYS[day.weekday()] in rule.span]


def _nearest(count: int, centre: date) -> list[date]:
    """As many days on either side as are asked for hold enough weekdays, weekends or not."""
    around = [centre + timedelta(days=days) for days in range(-count, count + 1)]
    weekdays = [day for day in around if day.weekday() < SATURDAY]
    return sorted(weekdays, key=lambda day: (abs(day - centre), day))[:count]


def _with_substitute(rule: Rule, day: date) -> Iterator[Holiday]:
    yield Holiday(day, rule.name)
    if isinstance(rule, _OneDay) and rule.observed != "no" and day.weekday() >= SATURDAY:
        to_monday = 7 - day.weekday()
        to_friday = rule.observed == "nearest-weekday" and day.weekday() == SATURDAY
        yield Holiday(day + timedelta(days=-1 if to_friday else to_monday), f"{rule.name} (observed)")


def _each_date_once(holidays: Iterable[Holiday]) -> tuple[Holiday, ...]:
    """A date is estimated only while nothing certain falls on it."""
    together: dict[date, list[Holiday]] = {}
    for holiday in holidays:
        together.setdefault(holiday.date, []).append(holiday)
    return tuple(
        Holiday(day, "; ".join(dict.fromkeys(one.name for one in same)), all(one.estimated for one in same))
        for day, same in sorted(together.items())
    )
