"""The tickets of the living demo, in the state that is promised of them, whenever somebody looks."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.answer import ClockAnswer, answer
from domain.desk.desk import Desk
from domain.instants import micros
from domain.judgement import judge
from domain.ticket.events import Refused
from scripts.living_demo import Told, tell
from scripts.store import publish_library
from tests.desk.memory import MemoryLog

NOWS = [
    "2026-01-01T00:30:00+00:00",
    "2026-03-29T01:15:00+00:00",
    "2026-07-03T16:45:00+00:00",
    "2026-11-25T12:00:00+00:00",
    "2026-12-27T23:59:59.999999+00:00",
    "2028-02-29T05:00:00+00:00",
]


class Open:
    """Nobody's seal: in memory everything is read as it stands."""

    def of(self, customer: str) -> None:
        return None


@pytest.fixture
def desk() -> Desk:
    desk = Desk(MemoryLog(), Open())
    publish_library(desk, datetime.fromisoformat(NOWS[0]))
    return desk


@pytest.fixture(params=NOWS)
def now(request: pytest.FixtureRequest) -> datetime:
    return datetime.fromisoformat(request.param)


def stands(desk: Desk, told: Told, now: datetime) -> dict[str, Any]:
    return dict(answer(judge(desk.case(desk.ticket(told.ticket), micros(now)))))


def clock(stands: dict[str, Any], name: str, cycle: int = 1) -> ClockAnswer:
    clocks: list[ClockAnswer] = stands["clocks"]
    return next(one for one in clocks if (one["clock"], one["cycle"]) == (name, cycle))


def test_each_ticket_is_in_the_state_that_is_told_of_it(desk, now):
    told = {one.story.name: stands(desk, one, now) for one in tell(desk, now)}

    response = clock(told["imagicle-care"], "response")
    assert ("running", "open") == (response["state"], response["verdict"])
    assert response["left_seconds"] in (599, 600)
    assert "waiting" == told["numonix-ixcloud"]["status"]
    assert "paused" == clock(told["numonix-ixcloud"], "update", 2)["state"]
    assert "breached" == clock(told["eschat"], "resolution")["verdict"]
    assert [rung["reached_at"] is not None for rung in clock(told["eschat"], "remedial")["rungs"]] == [True]
    assert "waiting" == told["xmpro"]["status"]
    assert ("running", "open") == tuple(clock(told["xima-care"], "tier-3")[key] for key in ("state", "verdict"))


def test_nothing_in_them_was_refused_or_breaks_a_rule(desk, now):
    for one in tell(desk, now):
        assert not any(isinstance(envelope.event, Refused) for envelope in desk.ticket(one.ticket).envelopes)
        assert not [found for found in stands(desk, one, now)["irregularities"] if found["event"]]


def test_within_the_hour_they_are_made_once(desk):
    now = datetime.fromisoformat("2026-07-03T16:05:00+00:00")
    first = tell(desk, now)
    versions = [desk.ticket(one.ticket).version for one in first]

    assert first == tell(desk, now + timedelta(minutes=54))
    assert versions == [desk.ticket(one.ticket).version for one in first]


def test_an_hour_later_there_are_new_ones_under_the_same_contracts(desk):
    now = datetime.fromisoformat("2026-07-03T16:05:00+00:00")
    first, later = tell(desk, now), tell(desk, now + timedelta(hours=1))

    assert not {one.ticket for one in first} & {one.ticket for one in later}
    assert [one.story.contract for one in first] == [one.story.contract for one in later]
