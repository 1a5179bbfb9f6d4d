"""How a time of day is told that the clocks of its zone show twice in one night."""

from datetime import datetime

import pytest

from domain.instants import seconds
from domain.terms.zones import local, which_of_two, zone


@pytest.mark.parametrize(
    ("where", "instant", "told"),
    [
        ("America/New_York", "2026-11-01T04:59:59Z", "00:59"),
        ("America/New_York", "2026-11-01T05:30:00Z", "01:30 (UTC-4)"),
        ("America/New_York", "2026-11-01T06:30:00Z", "01:30 (UTC-5)"),
        ("America/New_York", "2026-11-01T07:00:00Z", "02:00"),
        ("America/New_York", "2026-03-08T07:00:00Z", "03:00"),
        ("Europe/London", "2026-10-25T00:30:00Z", "01:30 (UTC+1)"),
        ("Europe/London", "2026-10-25T01:30:00Z", "01:30 (UTC+0)"),
        ("America/St_Johns", "2026-11-01T04:00:00Z", "01:30 (UTC-2:30)"),
        ("Australia/Lord_Howe", "2026-04-04T15:15:00Z", "01:45 (UTC+10:30)"),
        ("UTC", "2026-10-25T01:30:00Z", "01:30"),
    ],
)
def test_only_a_time_that_is_shown_twice_is_told_with_its_offset(where: str, instant: str, told: str):
    shown = local(seconds(datetime.fromisoformat(instant)), zone(where))

    assert told == f"{shown:%H:%M}{which_of_two(shown)}"
