"""A house for stories over HTTP: the real log on PostgreSQL, a clock that stands still until it is moved, people with keys."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI

from api.app import create_app, framed
from api.house import House
from api.outgoing.outbox import Outbox
from api.security import Gate
from api.security.keys import Keys
from domain.desk.desk import Desk
from domain.desk.orders import Key, Order
from projections.answers_given import AnswersGiven
from projections.api_keys import ApiKeys
from projections.as_of.snapshots import Snapshots
from projections.as_of.views import Views
from projections.contracts import Contracts
from projections.deadlines import Deadlines
from projections.publications import Publications
from projections.runner import Runner
from projections.seals import Sealer, SealingKey, Seals
from projections.store.customer_keys import CustomerKeys
from projections.store.pool import Pool
from projections.store.reader import Reader
from projections.store.recorder import LogRecorder
from projections.store.sealing import CustomerSeals
from projections.tickets import Tickets
from tests.library import library, publish

MONDAY_9 = datetime.fromisoformat("2026-03-02T09:00:00+01:00")
"""A Monday in Rome."""

ACME, GLOBEX = "ACME", "Globex"

_LONG_AGO = datetime.fromisoformat("2015-01-01T00:00:00Z")


class Clock:
    """The wall clock of a test."""

    def __init__(self, at: datetime = MONDAY_9) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def goes_on(self, **time: float) -> None:
        self.at += timedelta(**time)


class Http:
    """Requests without a server in between, one after another in one event loop. To be closed."""

    def __init__(self, app: FastAPI) -> None:
        self._loop = asyncio.Runner()
        self._lifespan = app.router.lifespan_context(app)
        self._loop.run(self._begin())
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.test")

    def request(self, method: str, path: str, **sent: Any) -> httpx.Response:
        return self._loop.run(self._client.request(method, path, **sent))

    def close(self) -> None:
        self._loop.run(self._end())
        self._loop.close()

    async def _begin(self) -> None:
        await self._lifespan.__aenter__()

    async def _end(self) -> None:
        await self._client.aclose()
        await self._lifespan.__aexit__(None, None, None)


@dataclass
class Caller:
    """Somebody with a key. Every command gets an idempotency key of its own unless one is given."""

    http: Http
    token: str | None
    keys: Iterator[int]

    def get(self, path: str, **parameters: Any) -> httpx.Response:
        return self.http.request("GET", path, params=parameters, headers=self._headers())

    def post(
        self,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        version: int | str | None = None,
        key: str | None = None,
    ) -> httpx.Response:
        headers = self._headers() | {"Idempotency-Key": key or f"key-{next(self.keys)}"}
        if version is not None:
            headers["If-Match"] = version if isinstance(version, str) else f'"{version}"'
        return self.http.request("POST", path, json=dict(body or {}), headers=headers)

    def delete(self, path: str) -> httpx.Response:
        return self.http.request("DELETE", path, headers=self._headers())

    def send(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """A request as it stands."""
        return self.http.request(method, path, **sent | {"headers": self._headers() | dict(sent.get("headers", {}))})

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    # --- what most stories begin with ---------------------------------------------------------------------------------

    def draws_up(self, **facts: Any) -> str:
        """A contract, on file; its id."""
        paper = {"agreement": "imagicle-care", "customer": ACME, "plan": "gold", "region": "europe"} | facts
        return str(told(self.post("/v1/contracts", paper), 201)["contract"])

    def opens(self, contract: str, **fields: Any) -> str:
        """A ticket; its id."""
        issue = {"contract": contract, "severity": 3, "channel": "web"} | fields
        return str(told(self.post("/v1/tickets", issue), 201)["ticket"])

    def does(self, ticket: str, command: str, **fields: Any) -> dict[str, Any]:
        """A command on whichever version there is; what it answers."""
        return told(self.post(f"/v1/tickets/{ticket}/{command}", fields, version="*"))


@dataclass
class Town:
    """The service, running, and everybody who may call it."""

    app: FastAPI
    http: Http
    house: House
    clock: Clock
    keys: Iterator[int] = field(default_factory=count)

    def caller(self, role: str, customer: str | None = None, person: str = "") -> Caller:
        made = self.house.gate.keys.create(person=person or role, role=role, customer=customer, at=_LONG_AGO)
        return Caller(self.http, made.text, self.keys)

    @property
    def nobody(self) -> Caller:
        return Caller(self.http, None, self.keys)


@contextmanager
def town(pool: Pool, schema: str, clock: Clock, *, follow: bool = True) -> Iterator[Town]:
    """With `follow` the read models are kept up with the log."""
    house = furnished(pool, schema, clock)
    app = create_app(house, now=clock, middleware=framed(rate=100_000, burst=100_000), follow=follow)
    with closing(Http(app)) as http:
        yield Town(app, http, house, clock)


def furnished(pool: Pool, schema: str, clock: Clock) -> House:
    """A house with the agreements that come with the program."""
    recorder, customers, keys = LogRecorder(pool, schema), CustomerKeys(pool, schema), ApiKeys(pool, schema)
    for tables in (recorder, customers):
        tables.create_tables()
    keys.create_table()
    desk = Desk(recorder, CustomerSeals(customers))
    _publish_library(desk)
    runner = Runner(pool, schema, desk.mapper, desk.shelf)
    runner.create_tables()
    seals = Seals(pool, schema)
    seals.create_tables()
    answers = AnswersGiven(pool, schema, CustomerSeals(customers))
    answers.create_table()
    return House(
        desk=desk,
        gate=Gate(Keys(keys), None, clock),
        customers=customers,
        runner=runner,
        tickets=Tickets(pool, schema),
        contracts=Contracts(pool, schema),
        publications=Publications(pool, schema),
        deadlines=Deadlines(pool, schema),
        outbox=Outbox(pool, schema),
        reader=lambda: Reader(pool, schema),
        views=Views(pool, schema, Snapshots(pool, schema, desk.mapper, desk.shelf)),
        seals=seals,
        sealer=Sealer(pool, schema, SealingKey.make(), every=timedelta(hours=1)),
        answers=answers,
    )


def _publish_library(desk: Desk) -> None:
    for name, document in library().holidays.items():
        desk.publish_holidays(_publishing(document, name))
    for name, document in library().agreements.items():
        publish(desk, _publishing(document, name))


def _publishing(document: Mapping[str, Any], name: str) -> Order:
    return Order(UUID(int=0), document, _LONG_AGO, "system", Key("program", name, b""))


def told(response: httpx.Response, status: int = 200) -> dict[str, Any]:
    """What was answered, with this status and no other."""
    assert status == response.status_code, response.text
    answer: dict[str, Any] = response.json()
    return answer
