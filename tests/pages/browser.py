"""Chromium before a real server: whoever signs in there sees what people see, and waits as people wait.

A browser lives for the tests of one file, because Playwright keeps the event loop of its thread to itself; each visitor has a
profile of their own. The service's clock goes on by itself, and can be moved.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Event, Thread
from typing import Any, cast
from uuid import uuid4

import httpx
import psycopg
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect
from psycopg.sql import SQL, Identifier

from api.app import create_app, framed
from projections.store.pool import open_pool
from scripts.chromium import DESKTOP, NoChromium, launched, sign_in
from scripts.service import address, listening
from tests.address import Address
from tests.api.house import MONDAY_9, Caller, Clock, Http, Town, furnished

PATIENCE_SECONDS = 60

expect.set_options(timeout=PATIENCE_SECONDS * 1000)


class Going(Clock):
    """A wall clock that stands on a Monday morning, goes on by itself, and can be moved."""

    def __init__(self, at: datetime = MONDAY_9) -> None:
        self.at = at

    @property
    def at(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    @at.setter
    def at(self, at: datetime) -> None:
        self._ahead = at - datetime.now(UTC)

    def goes_on(self, **time: float) -> None:
        self._ahead += timedelta(**time)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's own."""
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(launched())
        except NoChromium as missing:
            pytest.skip(str(missing))
        yield browser


@dataclass
class Served:
    """A town behind a real server, and the profiles of those who look at it."""

    base: str
    town: Town
    browser: Browser
    profiles: list[BrowserContext] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        return self.town.clock

    def caller(self, role: str, customer: str | None = None, person: str = "") -> Caller:
        """Somebody who calls the API."""
        return self.town.caller(role, customer, person)

    def signed_in(self, role: str, customer: str | None = None, *, person: str = "", **profile: Any) -> Page:
        """A page of somebody of a role, in a profile of their own; `profile` is what Playwright knows of one."""
        key = self.caller(role, customer, person).token
        return sign_in(self.profile(**profile), str(key))

    def profile(self, **profile: Any) -> BrowserContext:
        made = self.browser.new_context(**{"base_url": self.base, "viewport": DESKTOP, **profile})
        made.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.profiles.append(made)
        return made

    def settles(self) -> None:
        """Until the read models show all that was recorded."""
        house = self.town.house
        assert house.runner.wait_for(house.desk.recorder.max_notification_id() or 0, PATIENCE_SECONDS)

    def leave(self) -> None:
        while self.profiles:
            self.profiles.pop().close()


@pytest.fixture(scope="module")
def estate(database_url: str, chromium: Browser) -> Iterator[Served]:
    """One server for the stories of a file; they stay out of each other's way by having contracts of their own."""
    schema = f"test_{uuid4().hex}"
    with serving(database_url, schema, Going()) as (base, town):
        yield Served(base, town, chromium)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema)))


@pytest.fixture
def served(estate: Served) -> Iterator[Served]:
    """It is Monday morning, and nobody is there yet."""
    estate.clock.at = MONDAY_9
    yield estate
    estate.leave()


@contextmanager
def serving(url: str, schema: str, clock: Clock) -> Iterator[tuple[str, Town]]:
    """A town of which everything goes over a real connection, and its address."""
    with ExitStack() as stack:
        pool = stack.enter_context(open_pool(url))
        house, stopping = furnished(pool, schema, clock), Event()
        limits: dict[str, Any] = {"rate": 1e6, "burst": 10**6}
        app = create_app(house, now=clock, middleware=framed(**limits), follow=True, stopping=stopping)
        door = stack.enter_context(listening("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
        thread = Thread(target=server.run, args=([door],), name="server")
        thread.start()
        stack.callback(thread.join)
        stack.callback(lambda: setattr(server, "should_exit", True))
        stack.callback(stopping.set)
        client = stack.enter_context(httpx.Client(base_url=address(door), timeout=PATIENCE_SECONDS))
        yield address(door), Town(app, cast(Http, client), house, clock, count())


class Program:
    """`ticketclock serve` in a process of its own; killed, it can be started again at the same address. To be closed."""

    def __init__(self, url: str, schema: str) -> None:
        self._log = ("--database", url, "--schema", schema)
        self._address = Address()
        self.start()

    @property
    def base(self) -> str:
        return self._address.url

    def start(self) -> None:
        """Until it says that it serves."""
        command = [sys.executable, "-m", "scripts.cli", "serve", "--port", str(self._address.port), *self._log]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout
        assert self.base in self._process.stdout.readline(), "it does not serve"

    def kill(self) -> None:
        """As the machine does it that runs out of memory."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()

    def close(self) -> None:
        self.kill()
        self._address.close()


def eventually(holds: Callable[[], Any], page: Page, seconds: float = PATIENCE_SECONDS) -> Any:
    """What is asked for, as soon as it is true; the page goes on meanwhile."""
    for _ in range(int(seconds * 20)):
        if found := holds():
            return found
        page.wait_for_timeout(50)
    return holds()
