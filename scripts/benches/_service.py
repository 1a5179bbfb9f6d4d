"""The service in a process of its own, with an empty route before its own, and clients in processes of theirs."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from fastapi.routing import APIRoute

from api.app import create_app, framed
from api.security.keys import Keys
from scripts import service
from scripts.benches._clients import Machine, Measured

EMPTY = "/empty"
ALONE = "without-timekeeper"
UNLIMITED = {"rate": 1e9, "burst": 10**9}


@dataclass(frozen=True)
class Service:
    port: int
    key: str
    process: int

    def commands(self, machine: Machine, tickets: Sequence[UUID], clients: int, seconds: float) -> Measured:
        """Each client works on tickets of its own."""
        batches = [[str(ticket) for ticket in tickets[number::clients]] for number in range(clients)]
        return self._asked(machine, [{"tickets": batch} for batch in batches], seconds)

    def queries(self, machine: Machine, paths: Sequence[str], clients: int, seconds: float) -> Measured:
        return self._asked(machine, [{"paths": paths, "tickets": []}] * clients, seconds)

    def _asked(self, machine: Machine, asked: Sequence[dict[str, Any]], seconds: float) -> Measured:
        around = {"host": "127.0.0.1", "port": self.port, "key": self.key, "seconds": seconds}
        with ExitStack() as stack:
            callers = [stack.enter_context(_started("scripts.benches._caller")) for _ in asked]
            for caller, one in zip(callers, asked, strict=True):
                _tell(caller, json.dumps(around | one | {"name": uuid4().hex}))
            for caller in callers:
                _hear(caller)
            return machine.watched(lambda: _let_go(callers))


def _let_go(callers: "Sequence[subprocess.Popen[str]]") -> Measured:
    begun = time.perf_counter()
    for caller in callers:
        _tell(caller, "go")
    acts = [spent for caller in callers for spent in json.loads(_hear(caller))]
    return Measured(time.perf_counter() - begun, acts)


@contextmanager
def served(url: str, schema: str, *, timekeeper: bool = True) -> Iterator[Service]:
    """The service of a log, its read models up with it; without the timekeeper nothing happens by itself."""
    with _started("scripts.benches._service", url, schema, *([] if timekeeper else [ALONE])) as process:
        told = json.loads(_hear(process))
        yield Service(told["port"], told["key"], process.pid)


@contextmanager
def _started(module: str, *arguments: str) -> "Iterator[subprocess.Popen[str]]":
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def _tell(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin
    process.stdin.write(line + "\n")
    process.stdin.flush()


def _hear(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{process.args!r} ended with {process.wait()}")
    return line


def main(url: str, schema: str, alone: str = "") -> None:
    environment = {"TICKETCLOCK_DATABASE_URL": url, "TICKETCLOCK_SCHEMA": schema}
    with (
        service.ends_on_sigterm(),
        service.listening("127.0.0.1", 0) as door,
        service.opened(environment, backstage=True, timekeeper=alone != ALONE) as opened,
        opened.working(),
    ):
        now = datetime.now(UTC)
        key = Keys(opened.keys).create(person="bench", role="agent", at=now, expires_at=now + timedelta(hours=1))
        app = create_app(opened.house, now=opened.now, stopping=opened.stopping, middleware=framed(**UNLIMITED))
        app.router.routes.insert(0, APIRoute(EMPTY, nothing))
        opened.house.runner.catch_up()
        print(json.dumps({"port": door.getsockname()[1], "key": key.text}), flush=True)
        service.Server(app, opened.stopping).run(sockets=[door])


def nothing() -> dict[str, str]:
    return {}


if __name__ == "__main__":
    main(*sys.argv[1:])
