import logging
from threading import Event
from uuid import uuid4

import pytest
from eventsourcing.persistence import OperationalError

from api.unattended import LONGEST_REST_SECONDS, keep_at, own_order
from domain.ticket.commands import Escalate, Notify
from tests.desk.given import MONDAY


class Stop(Event):
    """Notes how long is rested, and is set after so many rests."""

    def __init__(self, rests: int) -> None:
        super().__init__()
        self.rested: list[float] = []
        self._most = rests

    def wait(self, timeout: float | None = None) -> bool:
        self.rested.append(timeout or 0)
        if len(self.rested) >= self._most:
            self.set()
        return self.is_set()


class Work:
    """Fails as it is bid, then rests for a second."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.done = 0

    def __call__(self) -> float:
        if self._errors:
            raise self._errors.pop(0)
        self.done += 1
        return 1.0


def test_work_goes_on_until_it_is_stopped_with_the_rests_it_asks_for():
    stop, work = Stop(3), Work()

    keep_at(work, "work", stop)

    assert (3, [1.0, 1.0, 1.0]) == (work.done, stop.rested)


def test_while_the_database_is_away_the_rests_grow_and_then_work_goes_on():
    stop, work = Stop(4), Work(OperationalError("gone"), OperationalError("gone"), OperationalError("gone"))

    keep_at(work, "work", stop)

    assert (1, [0.5, 1.0, 2.0, 1.0]) == (work.done, stop.rested)


def test_a_rest_never_grows_beyond_its_longest():
    stop = Stop(20)

    keep_at(Work(*(OperationalError("gone") for _ in range(20))), "work", stop)

    assert LONGEST_REST_SECONDS == max(stop.rested)


def test_an_error_that_nobody_foresaw_ends_nothing_and_its_words_stay_out_of_the_log(caplog):
    stop, work = Stop(2), Work(ValueError("s3cret"))

    with caplog.at_level(logging.DEBUG):
        keep_at(work, "timekeeper", stop)

    assert 1 == work.done
    assert "timekeeper: something went wrong, trying again in 0.5 s: ValueError" in caplog.text
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize(
    ("command", "same"), [(Notify(milestone="a"), True), (Notify(milestone="b"), False), (Escalate(cause="a"), False)]
)
def test_one_key_is_one_command(command, same):
    ticket = uuid4()
    first = own_order("timekeeper", "key", ticket, Notify(milestone="a"), MONDAY)
    second = own_order("timekeeper", "key", ticket, command, MONDAY, version=7)

    assert same is (first.key == second.key)
