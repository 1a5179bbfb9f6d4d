"""The database is there, but its disk is full, or it takes its time: whoever asks is told which, and loses nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

import httpx
import pytest
from psycopg.sql import SQL, Identifier

from projections.store.pool import Pool, open_pool
from projections.store.recorder import EVENTS
from tests.api.house import Caller, Clock, Town, told, town

SHORT_SECONDS = 1.0
"""Far more than a statement takes that nothing stands in the way of, on any machine."""

_ON_INSERT = SQL("CREATE TRIGGER fault BEFORE INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {fault}()")
_FAULT = SQL("CREATE OR REPLACE FUNCTION {fault}() RETURNS trigger LANGUAGE plpgsql AS {does}")
_DROP = SQL("DROP TRIGGER fault ON {table}")
_LOCK = SQL("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")

FULL = "BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END"
SLOW = "BEGIN PERFORM pg_sleep(60); RETURN NULL; END"


@pytest.fixture
def hasty(database_url: str) -> Iterator[Pool]:
    """Connections whose statements may not take long."""
    with open_pool(database_url, statement_seconds=SHORT_SECONDS) as pool:
        yield pool


@pytest.fixture
def service(hasty: Pool, schema: str) -> Iterator[Town]:
    with town(hasty, schema, Clock()) as opened:
        yield opened


@pytest.fixture
def agent(service: Town) -> Caller:
    return service.caller("agent")


@pytest.fixture
def ticket(service: Town, agent: Caller) -> str:
    manager = service.caller("service-manager")
    contract = manager.draws_up()
    told(manager.post(f"/v1/contracts/{contract}/sign", version="*"))
    return agent.opens(contract)


@contextmanager
def whoever_records(pool: Pool, schema: str, does: LiteralString) -> Iterator[None]:
    """What the database does to everybody who inserts an event."""
    names = {"table": Identifier(schema, EVENTS), "fault": Identifier(schema, "fault"), "does": does}
    with pool.connection() as connection:
        connection.execute(_FAULT.format(**names))
        connection.execute(_ON_INSERT.format(**names))
    try:
        yield
    finally:
        with pool.connection() as connection:
            connection.execute(_DROP.format(**names))


def comments(agent: Caller, ticket: str) -> httpx.Response:
    return agent.post(f"/v1/tickets/{ticket}/comment", {"text": "still there?"}, version=1, key="comment")


def refused(answer: httpx.Response) -> tuple[int, str, str | None]:
    return answer.status_code, answer.json()["type"], answer.headers.get("Retry-After")


def history(agent: Caller, ticket: str) -> list[str]:
    return [line["event"] for line in agent.get(f"/v1/tickets/{ticket}/history").json()]


def test_on_a_full_disk_nothing_is_recorded_and_everything_can_be_read(pool, schema, agent, ticket):
    with whoever_records(pool, schema, FULL):
        assert (503, "/problems/storage-full", "30") == refused(comments(agent, ticket))
        assert ["opened"] == history(agent, ticket)

    assert 2 == told(comments(agent, ticket))["version"]
    assert ["opened", "commented"] == history(agent, ticket)


def test_what_takes_too_long_is_given_up_and_recorded_when_asked_again(pool, schema, agent, ticket):
    with whoever_records(pool, schema, SLOW):
        assert (503, "/problems/database-slow", "5") == refused(comments(agent, ticket))
        assert ["opened"] == history(agent, ticket)

    assert 2 == told(comments(agent, ticket))["version"]


def test_whoever_meets_a_locked_table_is_told_so_and_served_afterwards(pool, schema, agent, ticket):
    with pool.connection() as connection, connection.transaction():
        connection.execute(_LOCK.format(table=Identifier(schema, EVENTS)))

        assert (503, "/problems/database-slow", "5") == refused(comments(agent, ticket))
        assert (503, "/problems/database-slow", "5") == refused(agent.get(f"/v1/tickets/{ticket}"))

    assert 2 == told(comments(agent, ticket))["version"]


def test_read_models_that_cannot_be_written_say_so_and_catch_up_afterwards(pool, schema, service, agent, ticket):
    with pool.connection() as connection, connection.transaction():
        connection.execute(_LOCK.format(table=Identifier(schema, "tickets")))

        told(comments(agent, ticket))
        assert 503 == service.nobody.get("/ready").status_code
        assert (503, "/problems/database-slow", "5") == refused(agent.get("/v1/tickets"))

    service.house.runner.catch_up()
    assert 200 == service.nobody.get("/ready").status_code
    assert [2] == [one["version"] for one in told(agent.get("/v1/tickets"))["tickets"]]
