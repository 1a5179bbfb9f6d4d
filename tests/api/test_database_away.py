"""While the database is away nothing is lost and everybody is told so; once it is back, everything goes on by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from projections.store.pool import open_pool
from scripts.database import embedded
from tests.api.house import Clock, Town, told
from tests.api.house import town as running
from tests.database import open_folder


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Of a database of our own, to be stopped and started."""
    with open_folder() as folder:
        yield folder


def test_a_command_is_refused_while_the_database_is_away_and_done_once_when_it_is_back(folder: Path):
    with embedded(folder, durable=False) as server:
        pool = open_pool(server.url, wait_seconds=60)
        with pool, running(pool, "away", Clock()) as town:
            manager = town.caller("service-manager")
            ticket = manager.opens(manager.draws_up())
            comment = {"text": "are you there?"}

            server.close()
            pool.timeout = 0.5
            for _ in range(2):
                answer = manager.post(f"/v1/tickets/{ticket}/comment", comment, version=1, key="once")

                assert "/problems/database-unavailable" == told(answer, 503)["type"]
                assert int(answer.headers["Retry-After"]) > 0
            told(manager.get(f"/v1/tickets/{ticket}"), 503)
            told(manager.get("/v1/tickets"), 503)
            told(town.nobody.get("/ready"), 503)
            assert {"status": "alive"} == told(town.nobody.get("/health"))

            with embedded(folder, durable=False):
                _wait_until_ready(town)
                first = told(manager.post(f"/v1/tickets/{ticket}/comment", comment, version=1, key="once"))
                again = told(manager.post(f"/v1/tickets/{ticket}/comment", comment, version=1, key="once"))

                assert first | {"repeated": True} == again
                assert 2 == len(manager.get(f"/v1/tickets/{ticket}/history").json())
                told(manager.get("/v1/tickets", after=first["position"]))


def _wait_until_ready(town: Town) -> None:
    """Each attempt waits for a connection itself."""
    for _ in range(60):
        if town.nobody.get("/ready").is_success:
            return
    pytest.fail("the service did not come back")
