"""The boards over a million tickets: loading and projecting them, each page with any filter, first views, open streams.

`--tickets N` takes fewer; `--folder PATH` keeps the estate there, and measures it again the next time.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, sleep
from typing import NamedTuple
from uuid import NAMESPACE_URL

from psycopg.sql import SQL, Identifier

from api.pages.paper import PLACES, PORTAL
from api.security.keys import Keys
from domain.desk.orders import Record, Settled
from domain.refusals import Refusal
from projections.api_keys import ApiKeys
from projections.runner import Runner
from projections.store.pool import open_pool
from projections.store.recorder import EVENTS
from scripts.benches._aims import Aim, show_aims
from scripts.benches._estate import CHUNK, Estate, Loading
from scripts.benches._looker import Looker, Page, streams
from scripts.benches._service import served
from scripts.database import Embedded, embedded
from scripts.store import Store, publish_library

SCHEMA = "boards"
LONG_AGO = datetime(2016, 1, 1, tzinfo=UTC)
KEYS_LAST = timedelta(hours=12)

P50_MS, P99_MS = 20, 100
FIRST_VIEW_BYTES = 100_000
STREAMS_BYTES = 100_000_000

LIST = "/tickets"
TICKET = "/tickets/"
REPORT = "/compliance/report"
LIVE = "/live"
BROWSERS_EACH = 50
"""So many streams one person may have open."""

WORDS = "Category 55"
"""What is looked for where a page has a field for it."""

TOLD_EVERY_SECONDS = 10.0


@dataclass(frozen=True)
class Scale:
    """How much is measured: requests for each page with each filter, of which at most so many, and open streams."""

    tickets: int = 1_000_000
    rounds: int = 5
    filters: int = 60
    streams: int = 500
    shapes: int = 20_000
    folder: Path | None = None
    processes: int = os.cpu_count() or 1


class Board(NamedTuple):
    """What a page took, in seconds, by its address; the bytes of its first view; the links to tickets in it."""

    name: str
    spent: Mapping[str, Sequence[float]]
    markup: int
    sheets: int
    modules: int
    tickets: int

    @property
    def all(self) -> list[float]:
        return sorted(one for spent in self.spent.values() for one in spent)

    @property
    def p50_ms(self) -> float:
        return median(self.all) * 1e3

    @property
    def p99_ms(self) -> float:
        return self.all[len(self.all) * 99 // 100] * 1e3

    @property
    def slowest(self) -> tuple[str, float]:
        """The address that takes longest, and its median in milliseconds."""
        address = max(self.spent, key=lambda one: median(self.spent[one]))
        return address, median(self.spent[address]) * 1e3

    @property
    def first_view(self) -> int:
        return self.markup + self.sheets


def main(scale: Scale | None = None) -> None:
    scale = scale or _asked()
    with _database(scale) as server:
        _fill(server, scale)
        with served(server.url, SCHEMA, timekeeper=False) as service:
            people = _People(server)
            boards = list(_boards(service.port, people, scale))
            aims = [aim for board in boards if _is_held(board) for aim in _aims(board)]
            aims += _streams(service.port, service.process, people, scale)
    show_aims(aims)


def _asked() -> Scale:
    parser = argparse.ArgumentParser(prog="./scripts/bench boards", description=__doc__)
    parser.add_argument("--tickets", type=int, default=Scale.tickets, metavar="N")
    parser.add_argument("--folder", type=Path, metavar="PATH")
    asked = parser.parse_args()
    return replace(Scale(), tickets=asked.tickets, folder=asked.folder)


@contextmanager
def _database(scale: Scale) -> Iterator[Embedded]:
    with ExitStack() as stack:
        folder = scale.folder
        if folder is None:
            temporary = tempfile.TemporaryDirectory(prefix="ticketclock-", ignore_cleanup_errors=True)
            folder = Path(stack.enter_context(temporary))
            folder.chmod(0o711)
        yield stack.enter_context(embedded(folder))


_LOADED = Settled("bench", "estate", b"", Record(NAMESPACE_URL, 0, 0).as_json(), LONG_AGO)
"""What the log holds once all of an estate is in it."""


# --- the estate -------------------------------------------------------------------------------------------------------


def _fill(server: Embedded, scale: Scale) -> None:
    with open_pool(server.url) as pool:
        store = Store.at(server.url, SCHEMA, pool)
        store.create_tables()
        if not store.recorder.max_notification_id():
            publish_library(store.desk, LONG_AGO)
            _load(Loading(_estate(scale), server.url, SCHEMA), scale)
            store.recorder.insert_events([], command=_LOADED)
        if not store.recorder.find_command(_LOADED.principal, _LOADED.key):
            raise Refusal("the folder holds a part of an estate; name another, or remove it")
        runner = Runner(pool, SCHEMA, store.mapper, store.desk.shelf)
        runner.create_tables()
        if (lag := runner.lag()).events:
            _project(runner, lag.events)
        _tell_sizes(server)


def _estate(scale: Scale) -> Estate:
    return Estate(scale.tickets, datetime.now(UTC), shapes=scale.shapes)


def _load(loading: Loading, scale: Scale) -> None:
    with _told("events stored", scale.tickets, "tickets") as tell:
        events = 0
        for number, of_chunk in enumerate(loading.run(scale.processes)):
            events += of_chunk
            tell(events, number * CHUNK)


def _project(runner: Runner, events: int) -> None:
    with _told("events projected", events, "events") as tell:
        rebuilt = runner.rebuild(lambda done: tell(done, done))
        tell(rebuilt.events, rebuilt.events)


@contextmanager
def _told(what: str, whole: int, unit: str) -> Iterator[Callable[[int, int], None]]:
    """A line now and then: how much is done, and how quickly; and one at the end."""
    begun = last = perf_counter()
    reached = 0

    def tell(done: int, of_whole: int) -> None:
        nonlocal last, reached
        reached, now = done, perf_counter()
        if now - last >= TOLD_EVERY_SECONDS:
            last = now
            share = min(of_whole / whole, 1)
            print(
                f"  {share:4.0%} of {whole:,} {unit}: {done:,} {what}, {done / (now - begun):,.0f} a second", flush=True
            )

    yield tell
    spent = perf_counter() - begun
    print(f"  {reached:,} {what} in {spent:,.0f} s, {reached / spent:,.0f} a second", flush=True)


_SIZES = SQL("""
    SELECT (sum(pg_total_relation_size(oid)) FILTER (WHERE relname = %s))::float,
        (sum(pg_total_relation_size(oid)) FILTER (WHERE relname <> %s))::float
    FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'""")
_OPEN = SQL("SELECT count(*), count(*) FILTER (WHERE status IN ('open', 'waiting')) FROM {tickets}")


def _tell_sizes(server: Embedded) -> None:
    with open_pool(server.url) as pool, pool.connection() as connection:
        ((log, rows),) = connection.execute(_SIZES, (EVENTS, EVENTS, SCHEMA))
        ((tickets, are_open),) = connection.execute(_OPEN.format(tickets=Identifier(SCHEMA, "tickets")))
    print(
        f"  {tickets:,} tickets, {are_open:,} of them open; the log has {log / 1e9:.2f} GB, the rows {rows / 1e9:.2f} GB"
    )


# --- people and pages -------------------------------------------------------------------------------------------------


class _People:
    """Keys for whoever looks."""

    def __init__(self, server: Embedded) -> None:
        self._server = server

    def key(self, role: str, customer: str | None = None, person: str = "bench") -> str:
        now = datetime.now(UTC)
        with open_pool(self._server.url) as pool:
            keys = Keys(ApiKeys(pool, SCHEMA))
            return keys.create(person=person, role=role, customer=customer, at=now, expires_at=now + KEYS_LAST).text


def _boards(port: int, people: _People, scale: Scale) -> Iterator[Board]:
    print(
        f"\n  {'a request after another, ms':42}{'p50':>8}{'p99':>8}{'pages':>7}{'first view':>12}  slowest at the median"
    )
    customer = _estate(scale).parties[0].customer
    for key, places in ((people.key("service-manager"), PLACES), (people.key("primary-contact", customer), PORTAL)):
        with Looker(port, key) as looker:
            for address in _addresses(looker, places):
                board = _measured(looker, address, scale)
                _show(board)
                yield board


def _addresses(looker: Looker, places: Sequence[tuple[str, str, str]]) -> list[str]:
    """The boards, the list of all tickets, the report of a customer and month, and the ticket that stands first."""
    boards = [address for _, address, _ in places]
    links = [link for address in boards for link in Page(looker.get(address).body).links]
    lists = [LIST] if any(link.partition("?")[0] == LIST for link in links) else []
    deeper = (
        REPORT,
        "/portal/tickets/",
        "/portal/reports/",
        "/contracts/",
        "/agreements/",
        TICKET,
    )
    found = (next((link for link in links if link.startswith(start) and link != start), None) for start in deeper)
    return list(dict.fromkeys([*boards, *lists, *filter(None, found)]))


def _measured(looker: Looker, address: str, scale: Scale) -> Board:
    """The page, then the page with each filter that it offers, in turns."""
    first = looker.get(address)
    page = Page(first.body)
    bare = address.partition("?")[0]
    onward = sorted(set(page.onward(bare, WORDS)) - {address})
    paths = [address, *Random(address).sample(onward, min(len(onward), scale.filters))]
    spent: dict[str, list[float]] = {path: [] for path in paths}
    for path in paths * scale.rounds:
        answer = looker.get(path)
        if answer.status != 200:
            raise RuntimeError(f"{path} was answered {answer.status}: {answer.body[:2000].decode()}")
        spent[path].append(answer.seconds)
    return Board(
        address,
        spent,
        markup=len(first.body),
        sheets=sum(len(looker.get(one).body) for one in page.sheets),
        modules=sum(len(looker.get(one).body) for one in page.modules),
        tickets=sum(TICKET in link for link in set(page.links)),
    )


def _show(board: Board) -> None:
    slowest, ms = board.slowest
    print(
        f"  {board.name[:41]:42}{board.p50_ms:8.1f}{board.p99_ms:8.1f}{len(board.spent):7}{board.first_view / 1000:9.1f} KB"
        f"  {ms:.1f} {slowest[:90]}",
        flush=True,
    )


def _is_held(board: Board) -> bool:
    """Boards and reports are held against the aims; what stands for a single ticket, contract or agreement is shown only."""
    return board.name.partition("?")[0] in {*(address for _, address, _ in (*PLACES, *PORTAL)), LIST, REPORT}


def _aims(board: Board) -> Iterator[Aim]:
    name = board.name.partition("?")[0]
    yield Aim(f"ms for half of {name}: {P50_MS} at most", board.p50_ms, board.p50_ms <= P50_MS)
    yield Aim(f"ms for 99 in 100 of {name}: {P99_MS} at most", board.p99_ms, board.p99_ms <= P99_MS)
    size = board.first_view
    yield Aim(
        f"KB for the first view of {name}: {FIRST_VIEW_BYTES // 1000} at most", size / 1e3, size <= FIRST_VIEW_BYTES
    )
    if name == "/":
        yield Aim("tickets in the queue as it comes, before scripts run: 1 at least", board.tickets, board.tickets >= 1)


# --- streams ----------------------------------------------------------------------------------------------------------


def _streams(port: int, process: int, people: _People, scale: Scale) -> list[Aim]:
    cookies = []
    for number in range(-(-scale.streams // BROWSERS_EACH)):
        with Looker(port, people.key("agent", person=f"bench {number}")) as looker:
            looker.get("/")
            cookies += [looker.cookie] * BROWSERS_EACH
    before = _resident(process)
    with streams(port, cookies[: scale.streams], LIVE):
        sleep(1)
        grown = _resident(process) - before
    print(f"\n  {scale.streams} open streams: {grown / 1e6:.1f} MB, {grown / scale.streams / 1e3:.0f} KB each")
    aim = f"MB for {scale.streams} open streams: {STREAMS_BYTES // 10**6} at most"
    return [Aim(aim, grown / 1e6, grown <= STREAMS_BYTES)]


def _resident(process: int) -> int:
    """The bytes of memory that a process holds."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
