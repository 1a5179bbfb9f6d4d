"""`ticketclock serve` and `./scripts/run` as whoever starts them sees them: real processes, a real database, real requests."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from api.security.keys import Keys
from domain.refusals import Refusal
from projections.api_keys import ApiKeys
from projections.store.pool import open_pool
from scripts.database import embedded
from scripts.service import opened
from scripts.showing import SCHEMA
from tests.database import open_folder

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 180


class Serving:
    """A service in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout
        self.process = process
        told = re.search(r"http://\S+", process.stdout.readline())
        assert told, "it told no address"
        self.address = told[0]

    def get(self, path: str, key: str = "") -> httpx.Response:
        return httpx.get(f"{self.address}{path}", headers=_bearer(key), timeout=PATIENCE_SECONDS)

    def post(self, path: str, key: str, body: dict[str, Any], once: str) -> httpx.Response:
        headers = _bearer(key) | {"Idempotency-Key": once, "If-Match": "*"}
        return httpx.post(f"{self.address}{path}", headers=headers, json=body, timeout=PATIENCE_SECONDS)

    def ended(self, by: signal.Signals) -> tuple[int, str]:
        """Its exit code and what it said on standard error."""
        self.process.send_signal(by)
        _, err = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, err


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}


def _until(holds: Callable[[], bool]) -> None:
    ends = monotonic() + PATIENCE_SECONDS
    while not holds():
        assert monotonic() < ends, "it never came true"
        sleep(0.05)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "scripts.cli", *arguments]


@contextmanager
def serving(url: str, schema: str, *options: str) -> Iterator[Serving]:
    started = command("serve", "--port", "0", "--database", url, "--schema", schema, *options)
    pipe = subprocess.PIPE
    with subprocess.Popen(started, cwd=ROOT, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield Serving(process)
        finally:
            process.kill()


def key(url: str, schema: str, role: str) -> str:
    with open_pool(url) as pool:
        return Keys(ApiKeys(pool, schema)).create(person=role, role=role, at=datetime.now(UTC)).text


# --- serve ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("by", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_the_service_is_ready_and_ends_when_it_is_told(database_url, schema, by, code):
    with serving(database_url, schema) as service:
        _until(lambda: service.get("/ready").status_code == 200)
        ended, err = service.ended(by)

        assert code == ended
        assert "Traceback" not in err


def test_a_stream_that_somebody_reads_does_not_keep_the_service_from_ending(database_url, schema):
    with serving(database_url, schema) as service, ExitStack() as stack:
        reading = httpx.stream(
            "GET", f"{service.address}/v1/stream", headers=_bearer(key(database_url, schema, "auditor")), timeout=60
        )
        assert 200 == stack.enter_context(reading).status_code

        assert 0 == service.ended(signal.SIGTERM)[0]


def test_what_one_service_records_another_shows(database_url, schema):
    paper = {"agreement": "imagicle-care", "customer": "acme", "plan": "gold", "region": "europe"}
    with (
        serving(database_url, schema) as one,
        serving(database_url, schema, "--no-timekeeper", "--no-outgoing") as other,
    ):
        contract = one.post("/v1/contracts", key(database_url, schema, "admin"), paper, "draw-up").json()["contract"]
        agent = key(database_url, schema, "agent")
        ticket = one.post("/v1/tickets", agent, {"contract": contract, "severity": 3, "channel": "web"}, "open").json()
        after = f"/v1/tickets?after={ticket['position']}"
        _until(lambda: other.get(after, agent).status_code == 200)  # a slow machine is told to ask again

        assert [ticket["ticket"]] == [shown["ticket"] for shown in other.get(after, agent).json()["tickets"]]


def test_a_port_that_is_taken_is_one_line(database_url, schema):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        started = command("serve", "--port", port, "--database", database_url, "--schema", schema)
        ended = subprocess.run(started, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_SECONDS)

    said = f"ticketclock: cannot listen on 127.0.0.1 port {port}: Address already in use; --port names another\n"
    assert (2, "", said) == (ended.returncode, ended.stdout, ended.stderr)


def test_a_service_without_its_database_says_so_and_recovers_when_it_is_there(schema):
    with open_folder() as folder:
        with embedded(folder, durable=False) as server:
            url = server.url
        with serving(url, schema, "--no-outgoing") as service:
            away = service.get("/ready")
            assert (200, 503) == (service.get("/health").status_code, away.status_code)
            assert "Retry-After" in away.headers

            with embedded(folder, durable=False):
                _until(lambda: service.get("/ready").status_code == 200)

                assert 0 == service.ended(signal.SIGTERM)[0]


NOWHERE = {"TICKETCLOCK_DATABASE_URL": "postgresql://127.0.0.1:1/none"}


def test_a_setting_that_makes_no_sense_is_one_line():
    environment = {**os.environ, "TICKETCLOCK_DATABASE_URL": "no address"}
    started = command("serve", "--port", "0")
    ended = subprocess.run(started, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS)

    assert (2, 1) == (ended.returncode, ended.stderr.count("\n"))
    assert "the database: " in ended.stderr


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"TICKETCLOCK_WEBHOOK_URL": "https://acme.example"}, "TICKETCLOCK_WEBHOOK_SECRET"),
        ({"TICKETCLOCK_OIDC_ISSUER": "https://acme.example"}, "TICKETCLOCK_OIDC_AUDIENCE is missing"),
        ({"TICKETCLOCK_DATABASE_URL": "no address"}, "the database: "),
    ],
)
def test_no_service_is_made_of_a_setting_that_makes_no_sense(settings, says):
    with pytest.raises(Refusal, match=says), opened({**NOWHERE, **settings}):
        pass


# --- ./scripts/run --------------------------------------------------------------------------------------------------------


@contextmanager
def demo_log(url: str) -> Iterator[None]:
    try:
        yield
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(SCHEMA)))


def showing(url: str, *options: str) -> "subprocess.Popen[str]":
    started = [sys.executable, "-m", "scripts.showing", "--port", "0", "--incidents", "40", *options]
    environment = {**os.environ, "TICKETCLOCK_DATABASE_URL": url}
    pipe = subprocess.PIPE
    return subprocess.Popen(started, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True)


def test_the_demo_tries_its_requests_and_the_second_start_finds_all_of_it_there(database_url):
    with demo_log(database_url):
        for told in ("the log of a real desk is filed", "the log of a real desk is on file"):
            with showing(database_url, "--once") as run:
                out, err = run.communicate(timeout=PATIENCE_SECONDS)

            assert (0, "") == (run.returncode, err)
            assert told in out
            assert 3 == len(re.findall(r"^200 ", out, re.MULTILINE))


def test_the_requests_of_the_demo_work_when_they_are_pasted(database_url):
    with demo_log(database_url), showing(database_url) as run:
        assert run.stdout
        pasted = []
        for line in run.stdout:
            if line.startswith("curl "):
                pasted.append(line)
            if line.startswith("Ctrl-C"):
                break
        answers = [json.loads(subprocess.run(["bash", "-c", one], capture_output=True).stdout) for one in pasted]
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=PATIENCE_SECONDS)

        assert 130 == run.returncode
        assert answers[0]["tickets"]
        assert "response" in [clock["clock"] for clock in answers[1]["clocks"]]
        assert ["responded"] == [line["event"] for line in answers[2]["recorded"]]
