"""A calendar that rows name is the calendar by which their clocks were judged, in every process and after every rebuild."""

import json
from pathlib import Path

import pytest

from domain.casefile import read_case
from domain.instants import seconds
from domain.judgement import judge
from domain.terms.calendar import Calendar, defined
from domain.terms.lookup import find
from projections import calendars
from projections.clocks import CLOCKS, ClockRow
from tests.projections.log import MONDAY_9, Log, hours, opened

CASES = json.loads((Path(__file__).parent.parent / "conformance" / "cases.json").read_text("utf-8"))
TERMS = [judge(read_case(document, find)).replay.terms for document in CASES]
EVERY = {calendar.digest: calendar for terms in TERMS for calendar in terms.calendars.values()}
"""The calendars of the worked cases."""


@pytest.mark.parametrize("calendar", EVERY.values(), ids=lambda calendar: calendar.name)
def test_a_calendar_made_of_its_definition_gives_the_same_answers(calendar: Calendar):
    again = defined(json.loads(json.dumps(calendar.definition)))
    start = seconds(MONDAY_9)

    assert calendar.digest == again.digest
    assert type(calendar) is type(again)
    assert calendar.published == again.published
    for day in range(0, 800, 7):
        at = start + day * 86_400
        assert calendar.between(start, at) == again.between(start, at)
        assert calendar.add(start, day * 3_600) == again.add(start, day * 3_600)
        assert calendar.business_day(at, 1) == again.business_day(at, 1)


def test_another_process_finds_the_calendar_that_a_row_names(log: Log, monkeypatch: pytest.MonkeyPatch):
    log.publish("imagicle-care")
    log.ticket(log.contract("imagicle-care", plan="gold", region="europe"), opened(severity=3))
    log.runner.catch_up()
    row = next(row for row in (ClockRow(*row) for row in log.rows(CLOCKS)) if row.calendar)
    monkeypatch.setattr(calendars, "_compiled", {})
    assert row.calendar

    found = calendars.calendars(log.pool, log.schema, [row.calendar])[row.calendar]

    assert row.calendar == found.digest
    assert not found.is_open(seconds(MONDAY_9 + hours(12)))
    assert calendars.every(log.pool, log.schema).keys() >= {row.calendar}
