"""The database is killed in the middle of work, again and again: what was acknowledged is there, and nothing is half done."""

import os
import signal
from contextlib import suppress
from random import Random
from threading import Event, Thread
from typing import Any

import pytest

from api.unattended import AWAY
from domain.desk.desk import Desk
from domain.desk.orders import Order, Outcome
from domain.ticket.commands import Assign, Comment, EndWait, Wait
from projections.runner import Runner
from scripts.store import Store
from tests.concurrency.audit import check_log, check_rows, streams
from tests.concurrency.crowd import all_at_once
from tests.concurrency.serving import wait_until
from tests.desk.given import Clerk, hour

CLERKS = 8
TICKETS = 4
KILLS = 4
WORK_BETWEEN = (5, 60)
"""So many commands are answered between two kills, at random."""


@pytest.fixture
def clerk(store: Store) -> Clerk:
    clerk = Clerk(store.desk)
    clerk.publish()
    return clerk


def insisted(desk: Desk, order: Order) -> Outcome:
    """The answer to an order that is given, under one key, until it is answered."""
    outcome: list[Outcome] = []

    def is_answered() -> bool:
        with suppress(*AWAY):
            outcome.append(desk.execute(order))
        return bool(outcome)

    wait_until(is_answered)
    return outcome[0]


def test_what_the_desk_acknowledged_survives_the_death_of_the_database(database, store, clerk):
    contract = clerk.contract("imagicle-care", plan="gold", region="europe")
    tickets = [clerk.opened(contract) for _ in range(TICKETS)]
    runner = Runner(store.pool, store.schema, store.mapper, store.desk.shelf)
    runner.create_tables()
    told: list[Outcome] = []
    enough = Event()

    def works(number: int) -> None:
        if number == CLERKS:
            kills(Random(7))
        else:
            while not enough.is_set():
                told.append(insists(Random(f"{number} {len(told)}"), f"{number}"))

    def insists(random: Random, who: str) -> Outcome:
        ticket = random.choice(tickets)
        command: Any = random.choice([Comment(text=who), Wait(on="customer"), EndWait(on="customer"), Assign(to=who)])
        return insisted(store.desk, clerk.order(ticket, command, hour(1)))

    def go_on_for(answers: int) -> None:
        awaited = len(told) + answers
        wait_until(lambda: len(told) >= awaited)

    def kills(random: Random) -> None:
        try:
            for _ in range(KILLS):
                go_on_for(random.randint(*WORK_BETWEEN))
                os.kill(database.pid, signal.SIGKILL)
            go_on_for(CLERKS)
        finally:
            enough.set()

    follower = Thread(target=runner.follow, args=(enough,))
    follower.start()
    all_at_once(works, CLERKS + 1)
    follower.join()

    log = streams(store)
    for outcome in told:
        assert outcome.events == tuple(
            placed.envelope for placed in log[outcome.stream] if placed.envelope in outcome.events
        )
    check_log(store)
    check_rows(store)
