"""The service with a crowd at its door: who asks, asks twice, and asks for what somebody else has just changed."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from random import Random

import pytest

from scripts.store import Store
from tests.concurrency.audit import check_log, check_rows
from tests.concurrency.crowd import CROWD, all_at_once
from tests.concurrency.load import Answer, check_kept, grant, wishes
from tests.concurrency.serving import Caller, Service, key_for, opened, serving

TICKETS = 5
WISHES = 20
ROUNDS = 5
PAIRS = CROWD // 2


@pytest.fixture
def service(store: Store) -> Iterator[Service]:
    with serving(store) as service:
        yield service


@pytest.fixture
def tickets(service: Service, store: Store) -> list[str]:
    with closing(Caller(service.url, key_for(store, "system"))) as manager:
        return opened(manager, TICKETS)


def test_everything_is_recorded_once_whoever_asks_and_however_often(service, store, tickets):
    keys = [key_for(store, "agent", f"agent-{pair}") for pair in range(PAIRS)]

    def works(number: int) -> list[Answer]:
        pair = number // 2
        with closing(Caller(service.url, keys[pair])) as caller:
            return [grant(caller, wish) for wish in wishes(Random(pair), f"{pair}", tickets, WISHES)]

    told = all_at_once(works)

    assert told[::2] == told[1::2]
    check_kept(store, [answer for answers in told for answer in answers])
    assert 0 == service.stop()
    check_log(store)
    check_rows(store)


def test_of_sixteen_callers_who_read_the_same_version_one_is_heard_and_the_others_are_told_the_new_one(
    service, store, tickets
):
    keys = [key_for(store, "agent", f"agent-{number}") for number in range(CROWD)]
    ticket = tickets[0]

    def insists(number: int) -> list[tuple[int, int]]:
        """For each version that the ticket had, how it was answered and which version it has now."""
        with closing(Caller(service.url, keys[number])) as caller:
            version, answers = 1, []
            while version <= ROUNDS:
                path, key = f"/v1/tickets/{ticket}/comment", f"{number}-{version}"
                answer = caller.post(path, key, version, text=key)
                answers.append((version, answer.status_code))
                version = answer.json()["version"]
            return answers

    told = [one for answers in all_at_once(insists) for one in answers]

    assert {200, 412} == {status for _, status in told}
    assert dict.fromkeys(range(1, ROUNDS + 1), 1) == Counter(version for version, status in told if status == 200)
    check_log(store)
