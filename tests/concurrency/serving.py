"""The service as a program of its own, which can be killed, and callers who do not give up."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx

from api.security.keys import Keys
from projections.api_keys import ApiKeys
from scripts.store import Store
from tests.address import Address

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 180.0
ANSWER_SECONDS = 30.0
GLANCE_SECONDS = 0.02

LATER = (429, 503)
"""What is answered to somebody who is to ask again."""


@dataclass
class Service:
    """`ticketclock serve` on one log. It comes back at the address that it had."""

    store: Store
    settings: Mapping[str, str] = field(default_factory=dict)
    address: Address = field(default_factory=Address)
    process: "subprocess.Popen[str] | None" = None

    @property
    def url(self) -> str:
        return self.address.url

    def start(self) -> None:
        """Until it listens."""
        where = ("--database", self.store.url, "--schema", self.store.schema, "--port", str(self.address.port))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scripts.cli", "serve", *where],
            cwd=ROOT,
            env={**os.environ, **self.settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.url in self.process.stdout.readline(), "it does not serve"

    def kill(self) -> None:
        """Without a word, as a power cut does."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        with process:
            process.send_signal(how)
            return process.wait(PATIENCE_SECONDS)


@contextmanager
def serving(store: Store, **settings: str) -> Iterator[Service]:
    service = Service(store, settings)
    service.start()
    try:
        yield service
    finally:
        service.kill()
        service.address.close()


def key_for(store: Store, role: str, person: str = "", customer: str | None = None) -> str:
    table = ApiKeys(store.pool, store.schema)
    table.create_table()
    made = Keys(table).create(person=person or role, role=role, customer=customer, at=datetime.now(UTC))
    return made.text


class Caller:
    """Somebody with a key of their own, who repeats a request until it is answered for good. To be closed."""

    def __init__(self, url: str, key: str, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._patience = patience_seconds
        self._http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=ANSWER_SECONDS)
        self.put_off = 0
        """How often nothing came back, or "later"."""

    def post(self, path: str, key: str, version: int | str | None = None, **body: Any) -> httpx.Response:
        headers = {"Idempotency-Key": key}
        if version is not None:
            headers["If-Match"] = version if isinstance(version, str) else f'"{version}"'
        return self._asked(lambda: self._http.post(path, json=body, headers=headers))

    def get(self, path: str, **parameters: Any) -> httpx.Response:
        return self._asked(lambda: self._http.get(path, params=parameters))

    def once(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """Whatever is answered."""
        return self._http.request(method, path, **sent)

    def close(self) -> None:
        self._http.close()

    def _asked(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        ends = monotonic() + self._patience
        while True:
            with suppress(httpx.TransportError):
                if (answer := ask()).status_code not in LATER:
                    return answer
            self.put_off += 1
            assert monotonic() < ends, "nobody answered"
            sleep(GLANCE_SECONDS)


def opened(manager: Caller, count: int) -> list[str]:
    """So many tickets of one contract."""
    paper = {"agreement": "imagicle-care", "customer": "ACME", "plan": "gold", "region": "europe"}
    contract = manager.post("/v1/contracts", "draw-up", **paper).json()["contract"]
    manager.post(f"/v1/contracts/{contract}/sign", "sign", "*")
    issue = {"contract": contract, "severity": 2, "channel": "web"}
    return [manager.post("/v1/tickets", f"open-{number}", **issue).json()["ticket"] for number in range(count)]


def wait_until(holds: Callable[[], bool], patience_seconds: float = PATIENCE_SECONDS) -> None:
    """Look again and again; raises AssertionError where it does not come true in time."""
    ends = monotonic() + patience_seconds
    while not holds():
        assert monotonic() < ends, "it did not come true"
        sleep(GLANCE_SECONDS)
