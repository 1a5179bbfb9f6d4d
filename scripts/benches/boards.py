"""The boards over a million tickets: loading and projecting them, each page with any filter, first views, open streams.

`--tickets N` takes fewer; `--folder PATH` keeps the estate there, and measures it again the next time.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, sleep
from uuid import NAMESPACE_URL

from psycopg.sql import SQL, Identifier

from domain.desk.orders import Record, Settled
from domain.refusals import Refusal
from projections.runner import Runner
from projections.store.pool import open_pool
from projections.store.recorder import EVENTS
from scripts.benches._aims import Aim, show_aims
from scripts.benches._estate import CHUNK, Loading
from scripts.benches._looker import Looker, streams
from scripts.benches._pages import SCHEMA, People, Scale, aims_of, boards, is_held
from scripts.benches._processors import Processors
from scripts.benches._service import served
from scripts.database import Embedded, embedded
from scripts.store import Store, publish_library

LONG_AGO = datetime(2016, 1, 1, tzinfo=UTC)

STREAMS_BYTES = 100_000_000
LIVE = "/live"
BROWSERS_EACH = 50
"""So many streams one person may have open."""

TOLD_EVERY_SECONDS = 10.0


def main(scale: Scale | None = None) -> None:
    scale = scale or _asked()
    with _database(scale) as server:
        _fill(server, scale)
        with served(server.url, SCHEMA, timekeeper=False) as service:
            people = People(server)
            measured = list(boards(service, people, Processors(service.process, server.pid), scale))
            aims = [aim for board in measured if is_held(board) for aim in aims_of(board)]
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
        yield stack.enter_context(embedded(folder, durable=False))


_LOADED = Settled("bench", "estate", b"", Record(NAMESPACE_URL, 0, 0).as_json(), LONG_AGO)
"""What the log holds once all of an estate is in it."""


# --- the estate -------------------------------------------------------------------------------------------------------


def _fill(server: Embedded, scale: Scale) -> None:
    with open_pool(server.url) as pool:
        store = Store.at(server.url, SCHEMA, pool)
        store.create_tables()
        if not store.recorder.max_notification_id():
            publish_library(store.desk, LONG_AGO)
            _load(Loading(scale.estate(), server.url, SCHEMA), scale)
            store.recorder.insert_events([], command=_LOADED)
        if not store.recorder.find_command(_LOADED.principal, _LOADED.key):
            raise Refusal("the folder holds a part of an estate; name another, or remove it")
        runner = Runner(pool, SCHEMA, store.mapper, store.desk.shelf)
        runner.create_tables()
        if (lag := runner.lag()).events:
            _project(runner, lag.events)
        _tell_sizes(server)


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


# --- streams ----------------------------------------------------------------------------------------------------------


def _streams(port: int, process: int, people: People, scale: Scale) -> list[Aim]:
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
