"""The service as a whole: a house furnished from settings, those who work in it unasked, and the server in front of it."""

import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Event, Thread
from types import FrameType

import uvicorn
from cryptography.fernet import Fernet
from fastapi import FastAPI
from psycopg.conninfo import conninfo_to_dict

from api.answering import AnswerKeeper
from api.app import create_app, framed
from api.house import House
from api.outgoing.deliverer import Deliverer
from api.outgoing.outbox import Outbox
from api.outgoing.settings import channels
from api.pages.door.session import Sessions
from api.sealing import SealKeeper
from api.security import Gate
from api.security.keys import Keys
from api.security.limits import USUAL, Limits
from api.security.openid import Provider
from api.security.tokens import Issuer, KeySet, Tokens, fetching
from api.timekeeper import Timekeeper
from api.unattended import AWAY
from api.wire import Wire
from domain.refusals import Refusal
from projections.answers_given import AnswersGiven
from projections.api_keys import ApiKeys
from projections.as_of.snapshots import Snapshots
from projections.as_of.views import Views
from projections.contracts import Contracts
from projections.deadlines import Deadlines
from projections.publications import Publications
from projections.runner import Runner
from projections.seals import Sealer, Seals
from projections.store.pool import open_pool
from projections.store.sealing import CustomerSeals
from projections.tickets import Tickets
from scripts.backstage import Backstage, Message, Pipe
from scripts.database import database_url
from scripts.sealing import sealer_from
from scripts.store import Store, publish_library, schema_of, told_plainly
from scripts.wall_clock import wall_clock

CONNECTIONS = 16
AGAIN_SECONDS = 2.0
BACKLOG = 2048
BEGINNING_SECONDS = 10.0
GRACE_SECONDS = 5
"""So long requests that have begun may go on when the service is told to stop."""

Now = Callable[[], datetime]
Work = Callable[[Event], None]
"""Goes on until the event says stop, whatever happens to the database."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Service:
    """A log with everything built on it, not working yet; `stopping` ends all work and all streams.

    `at_work` is set once those in another process, if there are any, have begun.
    """

    store: Store
    house: House
    keys: ApiKeys
    work: tuple[Work, ...]
    now: Now
    stopping: Event
    at_work: Event | None = None
    openid: Provider | None = None
    limits: Limits = USUAL

    def prepare(self) -> None:
        """Have all tables, and the agreements that come with the program published."""
        self.store.create_tables()
        self.keys.create_table()
        self.house.runner.create_tables()
        self.house.seals.create_tables()
        self.house.answers.create_table()
        for agreement in publish_library(self.store.desk, self.now()):
            _log.warning("%s is on file with another text under the same version; what is on file holds", agreement)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Everybody at work, as soon as the database is there. Raises what the database refuses, unless it is away."""
        prepared = Event()
        jobs = [Thread(target=self._begin, args=(work, prepared), daemon=True) for work in self.work]
        if self._is_prepared():
            prepared.set()
        else:
            jobs.append(Thread(target=self._keep_preparing, args=(prepared,), daemon=True))
        for job in jobs:
            job.start()
        try:
            if self.at_work and prepared.is_set():
                self.at_work.wait(BEGINNING_SECONDS)
            yield
        finally:
            self.stopping.set()
            prepared.set()
            for job in jobs:
                job.join(GRACE_SECONDS)
            with suppress(*AWAY):
                self.house.answers.write()

    def server(self) -> "Server":
        """Of the HTTP API; it tells the others to stop when it is told."""
        app = create_app(
            self.house,
            now=self.now,
            stopping=self.stopping,
            sessions=self.sessions,
            openid=self.openid,
            middleware=framed(**self.limits._asdict()),
        )
        return Server(app, self.stopping)

    @property
    def sessions(self) -> Sessions:
        """Of people at the pages, in whichever process of this log they began."""
        return Sessions(partial(self.store.secrets.secret, "sessions", Fernet.generate_key))

    def _begin(self, work: Work, prepared: Event) -> None:
        prepared.wait()
        if not self.stopping.is_set():
            work(self.stopping)

    def _is_prepared(self) -> bool:
        try:
            self.prepare()
        except AWAY as error:
            _log.warning("the database is away; until it is there, requests are answered 503: %s", error)
            return False
        return True

    def _keep_preparing(self, prepared: Event) -> None:
        while not (prepared.is_set() or self.stopping.wait(AGAIN_SECONDS)):
            try:
                self.prepare()
            except Exception as error:
                _log.warning("the database is not ready: %s", error)
            else:
                _log.warning("the database is there")
                prepared.set()


@contextmanager
def opened(
    environment: Mapping[str, str],
    now: Now = wall_clock,
    *,
    timekeeper: bool = True,
    outgoing: bool = True,
    backstage: bool = False,
) -> Iterator[Service]:
    """The service that the settings describe. Raises Refusal where a setting is wrong or no database can be started.

    With `backstage`, who works unasked does so in another process, by the wall clock.
    """
    with told_plainly(), ExitStack() as stack:
        tokens, ways = _tokens(environment), stack.enter_context(channels(environment))
        openid, limits = Provider.from_environment(environment), Limits.from_environment(environment)
        url = stack.enter_context(database_url(environment))
        conninfo_to_dict(url)
        pool = stack.enter_context(open_pool(url, size=CONNECTIONS))
        store = Store.at(url, schema_of(environment), pool)
        keys = ApiKeys(pool, store.schema)
        gate = Gate(Keys(keys), tokens, now)
        sealer = sealer_from(environment, pool, store.schema)
        if backstage:
            begin = partial(_unasked, timekeeper=timekeeper, outgoing=outgoing)
            others = Backstage(begin, {**environment, "TICKETCLOCK_DATABASE_URL": url})
            house = _furnished(store, gate, sealer, others.tell)
            work = (others.run, AnswerKeeper(house.answers).run)
            yield Service(store, house, keys, work, now, Event(), others.at_work, openid, limits)
            return
        house = _furnished(store, gate, sealer)
        jobs: list[Work] = [house.runner.follow, SealKeeper(sealer, now).run, AnswerKeeper(house.answers).run]
        if timekeeper:
            jobs.append(Timekeeper(store.desk, house.deadlines, house.runner, now).run)
        if outgoing:
            jobs.append(Deliverer(house.outbox, ways, store.desk, now).run)
        yield Service(store, house, keys, tuple(jobs), now, Event(), openid=openid, limits=limits)


def _unasked(settings: Mapping[str, str], pipe: "Pipe[Message, Message]", *, timekeeper: bool, outgoing: bool) -> None:
    """Work until nothing is heard any more, which raises EOFError."""
    log_to_stderr(logging.WARNING)
    with opened(settings, timekeeper=timekeeper, outgoing=outgoing) as service, service.working():
        pipe.send(None)
        while True:
            customer = pipe.recv()
            if customer is None:
                service.house.runner.nudge()
            else:
                service.house.runner.forget(customer)


def _furnished(store: Store, gate: Gate, sealer: Sealer, tell: Callable[[Message], None] | None = None) -> House:
    pool, schema, desk = store.pool, store.schema, store.desk
    return House(
        desk=desk,
        gate=gate,
        customers=store.keys,
        runner=Runner(pool, schema, store.mapper, desk.shelf, tell=tell),
        tickets=Tickets(pool, schema),
        contracts=Contracts(pool, schema),
        publications=Publications(pool, schema),
        deadlines=Deadlines(pool, schema),
        outbox=Outbox(pool, schema),
        reader=store.reader,
        views=Views(pool, schema, Snapshots(pool, schema, desk.mapper, desk.shelf)),
        seals=Seals(pool, schema),
        sealer=sealer,
        answers=AnswersGiven(pool, schema, CustomerSeals(store.keys)),
    )


def _tokens(environment: Mapping[str, str]) -> Tokens | None:
    issuer = Issuer.from_environment(environment)
    return None if issuer is None else Tokens(issuer, KeySet(fetching(issuer.keys)))


# --- the server -----------------------------------------------------------------------------------------------------------


def listening(host: str, port: int) -> socket.socket:
    """The door, open for whoever comes; port 0 is any free one. To be closed. Raises Refusal."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        problem = (error.strerror or str(error)).partition(" (while ")[0]
        raise Refusal(f"cannot listen on {host} port {port}: {problem}; --port names another") from None
    # Else the body of an answer may wait 40 ms for the caller to acknowledge its head.
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door


def address(door: socket.socket) -> str:
    host, port = door.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """Stops gracefully on SIGTERM and SIGINT, which it then passes on."""

    def __init__(self, app: FastAPI, stopping: Event) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Wire,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._stopping = stopping

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._stopping.set()
        super().handle_exit(sig, frame)


@contextmanager
def ends_on_sigterm() -> Iterator[None]:
    """What is to be closed is closed, as after Ctrl-C."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def log_to_stderr(level: int) -> None:
    """The lines of `ticketclock.access` are JSON already."""
    logging.basicConfig(stream=sys.stderr, level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
