"""The database stands still, and does not even hang up: whoever asks is told so in time, and served once it goes on."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from api import crew, timely
from projections.store.pool import open_pool
from scripts.database import Embedded
from tests.api.house import Clock, Town, told, town
from tests.pages.site import Site

SHORT_SECONDS = 0.2


@pytest.fixture
def service(database: Embedded, schema: str) -> Iterator[Town]:
    with open_pool(database.url) as pool, town(pool, schema, Clock()) as service:
        yield service


@contextmanager
def standing_still(server: Embedded) -> Iterator[None]:
    """The server with all that work for it; meanwhile nobody waits for long."""
    assert server.pid is not None
    processes = [server.pid, *map(int, Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split())]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        with pytest.MonkeyPatch.context() as hasty:
            for module, name in ((timely, "READING_SECONDS"), (timely, "LONG_SECONDS"), (crew, "PATIENCE_SECONDS")):
                hasty.setattr(module, name, SHORT_SECONDS)
            yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def put_off(answer: httpx.Response) -> tuple[int, bool]:
    """With which status, and whether it is said when to ask again."""
    return answer.status_code, int(answer.headers.get("Retry-After", 0)) > 0


def test_whoever_reads_from_a_database_that_stands_still_is_told_so_in_time(database, service):
    manager = service.caller("service-manager")
    contract = manager.draws_up()
    ticket = manager.opens(contract)
    visitor = Site(service).signed_in(manager)
    told(manager.get("/v1/tickets"))

    with standing_still(database):
        for path in (
            "/v1/tickets",
            "/v1/queue",
            f"/v1/tickets/{ticket}",
            f"/v1/tickets/{ticket}/clocks",
            f"/v1/tickets/{ticket}/dossier",
            f"/v1/contracts/{contract}",
            "/v1/agreements",
            "/v1/operations",
            "/v1/stream",
        ):
            assert (503, True) == put_off(manager.get(path)), path
        assert (503, True) == put_off(manager.post(f"/v1/contracts/{contract}/report-unpaid", version="*"))
        for path in ("/", f"/tickets/{ticket}", "/workload", "/compliance", "/contracts", "/operations", "/live"):
            assert (503, True) == put_off(visitor.get(path)), path
        assert 200 == service.nobody.get("/health").status_code

    told(manager.get(f"/v1/tickets/{ticket}"))


def test_who_somebody_is_cannot_be_told_while_the_database_stands_still(database, service):
    agent = service.caller("agent")
    told(agent.get("/v1/tickets"))

    with standing_still(database):
        service.clock.goes_on(minutes=1)

        assert (503, True) == put_off(agent.get("/v1/tickets"))
        assert (503, True) == put_off(agent.post("/v1/tickets", {}))

    told(agent.get("/v1/tickets"))


def test_a_stream_ends_where_the_database_stands_still(database, service):
    agent = service.caller("agent")
    told(agent.get("/v1/tickets"))

    with standing_still(database):
        answer = agent.get("/v1/stream", after=0)

    assert (200, b"") == (answer.status_code, answer.content)
