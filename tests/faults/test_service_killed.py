"""The service and its database are killed in the middle of work, in turns and at random.

What was acknowledged is there, nothing is half done; the read models, the timekeeper and the outbox go on where they were.
"""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from psycopg.sql import SQL, Identifier

from projections.notices import DELIVERIES, NOTICES, Notice
from scripts.store import Store
from tests.concurrency.audit import check_log, check_rows, rows
from tests.concurrency.crowd import all_at_once
from tests.concurrency.load import Answers, check_kept, grant, wishes
from tests.concurrency.serving import Caller, Service, key_for, serving, wait_until
from tests.outgoing.receiver import SECRET, Receiver, receiver

CALLERS = 8
TICKETS = 4
WISHES = 60
KILLS = 6
ANSWERS_BETWEEN = (20, 60)
LATE = timedelta(days=3)


@pytest.fixture
def sink() -> Iterator[Receiver]:
    with receiver() as sink:
        yield sink


@pytest.fixture
def service(store: Store, sink: Receiver) -> Iterator[Service]:
    with serving(store, TICKETCLOCK_WEBHOOK_URL=sink.url, TICKETCLOCK_WEBHOOK_SECRET=SECRET) as service:
        yield service


@pytest.fixture
def manager(service: Service, store: Store) -> Iterator[Caller]:
    with closing(Caller(service.url, key_for(store, "system"))) as manager:
        yield manager


def late_tickets(manager: Caller) -> list[str]:
    """Tickets that nobody has answered for days, with which the timekeeper has its hands full."""
    opened_at = datetime.now(UTC) - LATE
    paper = {"agreement": "imagicle-care", "customer": "ACME", "plan": "gold", "region": "europe"}
    drawn_up = manager.post("/v1/contracts", "draw-up", **paper, effective_at=(opened_at - LATE).isoformat())
    contract = drawn_up.json()["contract"]
    manager.post(f"/v1/contracts/{contract}/sign", "sign", "*", effective_at=(opened_at - LATE).isoformat())
    issue = {"contract": contract, "severity": 1, "channel": "web", "effective_at": opened_at.isoformat()}
    return [manager.post("/v1/tickets", f"open-{number}", **issue).json()["ticket"] for number in range(TICKETS)]


def told_to(sink: Receiver) -> list[str]:
    return [json.loads(told.body)["id"] for told in sink.told]


def test_nothing_is_lost_done_twice_or_left_undone(database, store, service, sink, manager):
    keys = [key_for(store, "agent", f"agent-{number}") for number in range(CALLERS)]
    tickets, answers = late_tickets(manager), Answers()

    def works(number: int) -> None:
        if number == CALLERS:
            kills(Random(11))
            return
        with closing(Caller(service.url, keys[number])) as caller:
            for wish in wishes(Random(number), f"{number}", tickets, WISHES):
                answers.add(grant(caller, wish))

    def go_on_for(more: int) -> None:
        awaited = min(len(answers) + more, CALLERS * WISHES)
        wait_until(lambda: len(answers) >= awaited)

    def kills(random: Random) -> None:
        for number in range(KILLS):
            go_on_for(random.randint(*ANSWERS_BETWEEN))
            if number % 2:
                os.kill(database.pid, signal.SIGKILL)
            else:
                service.kill()
                service.start()

    all_at_once(works, CALLERS + 1)

    assert CALLERS * WISHES == len(answers)
    check_kept(store, answers.of)
    outwait_the_dead(store)
    wait_until(lambda: is_all_done(manager))
    notices = {Notice(*row).id for row in rows(store)[NOTICES.name]}
    assert notices
    assert notices <= set(told_to(sink))
    assert 0 == service.stop()
    check_log(store)
    check_rows(store)


def outwait_the_dead(store: Store) -> None:
    """As if the time had passed for which somebody who died with a notice in hand has it for oneself."""
    statement = SQL("UPDATE {} SET next_attempt_at = now() WHERE state = 'pending'")
    with store.pool.connection() as connection:
        connection.execute(statement.format(Identifier(store.schema, DELIVERIES)))


def is_all_done(manager: Caller) -> bool:
    """Whether the rows, the timekeeper and the outbox have come to the end of their work."""
    told = manager.get("/v1/operations").json()
    return not (told["lag"]["events"] or told["overdue"] or told["notices"]["pending"])
