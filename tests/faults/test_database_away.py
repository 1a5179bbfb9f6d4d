"""The database is down: whoever asks is told to come later, nothing is made up, and nobody has to start anything again."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from uuid import UUID

import httpx
import pytest

from projections.store.pool import open_pool
from scripts.database import Embedded, embedded
from scripts.store import Store
from tests.concurrency.audit import check_log, streams
from tests.concurrency.serving import Caller, key_for, opened, serving, wait_until
from tests.database import open_folder

LATER = (503, "/problems/database-unavailable", "2")


class Switch:
    """A database that can be switched off and on again, at one address. To be switched off."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._folder = self._stack.enter_context(open_folder())
        self._server: Embedded | None = None
        self.on()

    def on(self) -> None:
        self._server = embedded(self._folder)
        self.url = self._server.url

    def off(self) -> None:
        if self._server:
            self._server.close()

    def close(self) -> None:
        self.off()
        self._stack.close()


@pytest.fixture(scope="module")
def switch() -> Iterator[Switch]:
    with closing(Switch()) as switch:
        yield switch


@pytest.fixture
def store(switch: Switch) -> Iterator[Store]:
    with open_pool(switch.url) as pool:
        yield Store.at(switch.url, "served", pool)


def put_off(answer: httpx.Response) -> tuple[int, str, str | None]:
    return answer.status_code, answer.json().get("type"), answer.headers.get("Retry-After")


def test_who_asks_meanwhile_is_told_to_come_later_and_is_served_then(switch, store):
    store.create_tables()
    with serving(store) as service, closing(Caller(service.url, key_for(store, "system"))) as caller:
        (ticket,) = opened(caller, 1)
        said = {"json": {"text": "anybody there?"}, "headers": {"Idempotency-Key": "said", "If-Match": "*"}}
        switch.off()

        assert LATER == put_off(caller.once("POST", f"/v1/tickets/{ticket}/comment", **said))
        assert LATER == put_off(caller.once("GET", f"/v1/tickets/{ticket}"))
        assert LATER == put_off(caller.once("GET", "/ready"))
        assert 200 == caller.once("GET", "/health").status_code

        switch.on()
        wait_until(lambda: caller.once("GET", "/ready").status_code == 200)
        assert 200 == caller.once("POST", f"/v1/tickets/{ticket}/comment", **said).status_code
    assert ["opened", "commented"] == [one.envelope.event.event for one in streams(store)[UUID(ticket)]]
    check_log(store)


def test_a_service_that_starts_before_its_database_serves_as_soon_as_that_is_there(switch, store):
    key = key_for(store, "system")
    switch.off()
    with serving(store) as service, closing(Caller(service.url, key)) as caller:
        assert LATER == put_off(caller.once("GET", "/v1/tickets"))

        switch.on()
        wait_until(lambda: caller.once("GET", "/ready").status_code == 200)
        assert 200 == caller.once("GET", "/v1/tickets").status_code


def test_a_database_that_comes_up_empty_is_made_ready_before_anybody_is_served(switch):
    switch.off()
    with open_pool(switch.url) as pool:
        store = Store.at(switch.url, "late", pool)
        with serving(store) as service, closing(Caller(service.url, f"tck_{'a' * 12}_{'0' * 43}")) as stranger:
            statuses = {stranger.once("GET", "/v1/tickets").status_code}
            switch.on()
            while 401 not in statuses:
                statuses.add(stranger.once("GET", "/v1/tickets").status_code)

    assert {401, 503} == statuses
