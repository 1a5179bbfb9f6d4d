"""`./scripts/run`: the whole service at work, with a real desk's log, five living tickets, demo keys, and requests to try.

Everything stands in a schema of its own, apart from any log of yours, and is made once: the next start is quick. The keys open a
door on this machine only, for half a day.
"""

import argparse
import io
import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from itertools import islice
from shlex import quote
from socket import socket
from threading import Thread
from time import perf_counter
from uuid import NAMESPACE_URL, UUID

import httpx

from domain.desk.orders import Key, Record, Settled
from domain.instants import micros
from domain.logs.report import Report
from domain.refusals import Refusal
from scripts import demo, living_demo
from scripts.commands import arguments
from scripts.commands.progress import Progress
from scripts.demo import LOG, cases
from scripts.documents import Source
from scripts.endings import ended
from scripts.filing import filed
from scripts.living_demo import Told
from scripts.service import Service, address, ends_on_sigterm, listening, log_to_stderr
from scripts.service import opened as service_of

SCHEMA = "ticketclock_demo"
HOST = "127.0.0.1"
PORT = 8080
DESK = "Real Service Desk"
ORIGIN = f"import {LOG.name}"
KEYS_LAST = timedelta(hours=12)
FAR_BEHIND = 10_000
"""So many events behind, read models are sooner built anew than caught up."""
SHOWN = 700


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="./scripts/run",
        description="Run the whole service on this machine, with a real desk's log and a few living tickets, until Ctrl-C.",
    )
    add = parser.add_argument
    add("--once", action="store_true", help="try the three requests and stop")
    usual = f"listen here; without it on {PORT}, or on a free one where that is taken"
    add("--port", type=arguments.port, metavar="N", help=usual)
    add("--incidents", type=arguments.count, metavar="N", help="file only the first incidents of the log")
    add("--judge-only", action="store_true", help="no service: judge the log, and compare with the desk's own flag")
    asked = parser.parse_args(given)
    return demo.main() if asked.judge_only else ended(lambda: _show(asked), parser.prog)


def _show(asked: argparse.Namespace) -> int:
    log_to_stderr(logging.WARNING)
    with ends_on_sigterm():
        return show(os.environ, port=asked.port, once=asked.once, incidents=asked.incidents)


@dataclass(frozen=True)
class Try:
    """A request worth trying; it works when it is pasted."""

    title: str
    key: str
    path: str
    idempotency: str | None = None

    @property
    def method(self) -> str:
        return "POST" if self.idempotency else "GET"

    @property
    def headers(self) -> dict[str, str]:
        told = {"Authorization": f"Bearer {self.key}"}
        if self.idempotency:
            told |= {"Idempotency-Key": self.idempotency, "If-Match": "*", "Content-Type": "application/json"}
        return told

    @property
    def body(self) -> str | None:
        return "{}" if self.idempotency else None

    def curl(self, base: str) -> str:
        told = ["curl", "-s"]
        for name, value in self.headers.items():
            told += ["-H", f"{name}: {value}"]
        if self.body is not None:
            told += ["-d", self.body]
        return " ".join(map(quote, [*told, f"{base}{self.path}"]))

    def answer(self, base: str) -> httpx.Response:
        return httpx.request(self.method, f"{base}{self.path}", headers=self.headers, content=self.body, timeout=30)


@dataclass(frozen=True)
class Holder:
    """Somebody who gets a demo key."""

    person: str
    role: str
    customer: str | None = None


HOLDERS = (
    Holder("ada", "agent"),
    Holder("sam", "service-manager"),
    Holder("ann", "auditor"),
    Holder("max", "admin"),
    Holder("giulia", "administrator", "Adria Telefonia"),
)


def show(environment: Mapping[str, str], *, port: int | None, once: bool, incidents: int | None) -> int:
    """Make what is not there yet, then serve until stopped; `once` tries the requests and stops. 1 if one of them fails."""
    print("ticketclock: the whole service on this machine. The first start takes a minute, later ones take seconds.\n")
    with ExitStack() as stack:
        door = stack.enter_context(_door(port))
        with _step("the database runs, the agreements are published"):
            opened = stack.enter_context(service_of({**environment, "TICKETCLOCK_SCHEMA": SCHEMA}, backstage=True))
            opened.prepare()
        _file_log(opened, incidents)
        with _step("five living tickets, one under each agreement, are there"):
            told = living_demo.tell(opened.store.desk, opened.now())
        with _step("the read models are up with the log"):
            _catch_up(opened)
        keys = _keys(opened)
        stack.enter_context(opened.working())
        _tell(opened, told, keys, address(door))
        tries = _tries(told, keys)
        return _try_all(opened, door, tries) if once else _serve(opened, door, tries)


def _door(port: int | None) -> AbstractContextManager[socket]:
    """On this machine only; where nobody asked for a port and the usual one is taken, a free one."""
    try:
        return listening(HOST, PORT if port is None else port)
    except Refusal:
        if port is not None:
            raise
        return listening(HOST, 0)


@contextmanager
def _step(what: str) -> Iterator[None]:
    begun = perf_counter()
    yield
    print(f"  {what:<66}{perf_counter() - begun:5.1f} s", flush=True)


# --- what there is to see -------------------------------------------------------------------------------------------------


def _file_log(opened: Service, incidents: int | None) -> None:
    """The bundled log, or its first incidents; once is enough, and one cut short goes on."""
    key = Key("demo", f"{LOG.name} {incidents or 'whole'}", sha256(LOG.read_bytes()).digest())
    recorder, at = opened.store.recorder, opened.now()
    if recorder.find_command(key.principal, key.key):
        print("  the log of a real desk is on file")
        return
    with _step("the log of a real desk is filed"), Progress("incidents", io.StringIO()) as progress:
        for _ in filed(opened.store.desk, _incidents(incidents, progress), DESK, micros(at), ORIGIN):
            pass
        recorder.insert_events([], command=Settled(*key, Record(NAMESPACE_URL, 0, 0).as_json(), at))


def _incidents(most: int | None, progress: Progress) -> Iterator[Source]:
    for document in islice(cases(Report()), most):
        yield Source(document["case"], document)
        progress.step()


def _catch_up(opened: Service) -> None:
    runner = opened.house.runner
    if runner.lag().events > FAR_BEHIND:
        runner.rebuild()
    runner.catch_up()


def _keys(opened: Service) -> dict[str, str]:
    """A fresh key for each holder, by role."""
    now = opened.now()
    return {
        one.role: opened.house.gate.keys.create(
            person=one.person,
            role=one.role,
            customer=one.customer,
            at=now,
            label="demo",
            expires_at=now + KEYS_LAST,
        ).text
        for one in HOLDERS
    }


def _tell(opened: Service, told: list[Told], keys: Mapping[str, str], base: str) -> None:
    print(f"\nFive tickets, each in a state worth a look, besides those of {DESK}:")
    for one in told:
        print(f"  {one.ticket}  {one.story.name}: {one.story.state}")
    print(f"\nKeys for this machine, good for {KEYS_LAST.total_seconds() / 3600:.0f} hours:")
    for holder in HOLDERS:
        whose = f"{holder.role} {holder.person}" + (f" of {holder.customer}" if holder.customer else "")
        print(f"  {keys[holder.role]}  {whose}")
    print(f"\nThe address: {base} (its document: {base}/openapi.json; the log: schema {opened.store.schema})")


def _tries(told: list[Told], keys: Mapping[str, str]) -> list[Try]:
    ticket: UUID = told[0].ticket
    return [
        Try("What is most urgent?", keys["agent"], "/v1/queue?limit=3"),
        Try("Its clocks, as the customer sees them:", keys["administrator"], f"/v1/tickets/{ticket}/clocks"),
        Try("Respond, just in time:", keys["agent"], f"/v1/tickets/{ticket}/respond", f"respond-{ticket}"),
    ]


# --- the service ----------------------------------------------------------------------------------------------------------


def _serve(opened: Service, door: socket, tries: list[Try]) -> int:
    print("\nThree requests to try:")
    for one in tries:
        print(f"\n{one.title}\n{one.curl(address(door))}")
    print("\nThe same log judged, and compared with the desk's own flag: ./scripts/run --judge-only")
    print("Ctrl-C ends it.", flush=True)
    opened.server().run(sockets=[door])
    return 0


def _try_all(opened: Service, door: socket, tries: list[Try]) -> int:
    base = address(door)
    failed = 0
    with _running(opened, door):
        for one in tries:
            answer = one.answer(base)
            failed += answer.is_error
            print(f"\n{one.title}\n{one.curl(base)}\n{answer.status_code} {_shown(answer)}")
    return 1 if failed else 0


@contextmanager
def _running(opened: Service, door: socket) -> Iterator[None]:
    server = opened.server()
    thread = Thread(target=server.run, kwargs={"sockets": [door]}, name="server")
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def _shown(answer: httpx.Response) -> str:
    text = json.dumps(answer.json(), indent=1)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]} …"


if __name__ == "__main__":
    sys.exit(main())
