"""The desk: a command from plain inserts to HTTP at 1, 8 and 32 clients, clocks over HTTP, a rebuild of the read models.

Every comparison is a ratio within this run: on an embedded database that flushes each commit, then again with 1 ms more for each
flush, as on a slower disk.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from time import perf_counter

from domain.instants import micros
from domain.logs.report import Report
from projections.runner import Runner
from projections.store.pool import open_pool
from scripts.benches._aims import Aim, show_aims
from scripts.benches._clients import Machine, Measured, side_by_side
from scripts.benches._house import Tickets
from scripts.benches._paths import Ready, appends, orders, plain_inserts, stock_appends
from scripts.benches._service import EMPTY, Service, served
from scripts.database import Embedded, embedded
from scripts.demo import cases
from scripts.documents import Source
from scripts.filing import filed
from scripts.store import Store, publish_library

LONG_AGO = datetime(2016, 1, 1, tzinfo=UTC)
SLOW_FLUSH = "&options=-c%20commit_delay%3D1000%20-c%20commit_siblings%3D0"

PLAIN, STOCK, LOG, DESK, SERVED, REBUILT = "plain", "stock", "log", "desk", "served", "rebuilt"
INSERTS, LIBRARY, OURS = "plain inserts", "the library's recorder", "our log"
EXECUTE, HTTP, NOTHING = "desk.execute", "a command over HTTP", "an empty route"

LONG_TICKET_EVENTS = 20
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Scale:
    """How much is measured: seconds at a time, tickets each time, incidents of the bundled log in the rebuild."""

    clients: tuple[int, ...] = (1, 8, 32)
    seconds: float = 0.7
    rounds: int = 3
    tickets: int = 96
    incidents: int = 12_000


Way = Callable[[int, float], Measured]
"""So many clients for so many seconds."""

Table = Mapping[str, Measured]


def main(scale: Scale | None = None) -> None:
    scale = scale or Scale()
    with _database() as server:
        print("Commits flushed as the disk does it")
        aims = _aims(_commands(server, server.url, scale))
        print("\nThe same with 1 ms more for each flush; aims are not held against it")
        _commands(server, server.url + SLOW_FLUSH, scale)
        aims += [_clocks(server, scale), _rebuild(server, scale)]
        show_aims(aims)


@contextmanager
def _database() -> Iterator[Embedded]:
    """One that nobody else uses, with a log for each purpose."""
    with tempfile.TemporaryDirectory(prefix="ticketclock-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        with embedded(Path(folder)) as server:
            with open_pool(server.url) as pool:
                for schema in (PLAIN, STOCK, LOG, DESK, SERVED, REBUILT):
                    store = Store.at(server.url, schema, pool)
                    store.create_tables()
                    publish_library(store.desk, LONG_AGO)
            yield server


# --- commands -------------------------------------------------------------------------------------------------------------


def _commands(server: Embedded, url: str, scale: Scale) -> dict[int, Table]:
    """How each way does, by the number of clients."""
    with open_pool(url) as pool, served(url, SERVED) as service:
        ways = {
            **_ways_in_threads(_machine(server, Python=os.getpid()), Store.at(url, DESK, pool), scale),
            **_ways_over_http(_machine(server, service=service.process), Store.at(url, SERVED, pool), service, scale),
        }
        tables = {}
        for clients in scale.clients:
            tables[clients] = _in_turn(ways, clients, scale)
            _show(tables[clients], clients)
        return tables


def _machine(server: Embedded, **processes: int) -> Machine:
    if server.pid is None:
        raise RuntimeError("the embedded database is gone")
    return Machine(server.url, server.pid, processes)


def _ways_in_threads(machine: Machine, desk: Store, scale: Scale) -> dict[str, Way]:
    """In threads of this process, as the service's own are."""
    tickets, url = Tickets(desk.desk), desk.url
    row = tickets.row()

    def way(path: Callable[[int], Ready], clients: int, seconds: float) -> Measured:
        with path(clients) as acts:
            side_by_side(acts, seconds / 10)  # terms are compiled, statements prepared
            return machine.watched(lambda: side_by_side(acts, seconds))

    def executing(clients: int, seconds: float) -> Measured:
        return way(partial(orders, url, DESK, tickets.some(scale.tickets)), clients, seconds)

    return {
        INSERTS: partial(way, partial(plain_inserts, url, PLAIN, row)),
        LIBRARY: partial(way, partial(stock_appends, url, STOCK, row)),
        OURS: partial(way, partial(appends, url, LOG, row)),
        EXECUTE: executing,
    }


def _ways_over_http(machine: Machine, log: Store, service: Service, scale: Scale) -> dict[str, Way]:
    """From processes of their own."""
    tickets, runner = Tickets(log.desk), Runner(log.pool, log.schema, log.mapper, log.desk.shelf)

    def commanding(clients: int, seconds: float) -> Measured:
        fresh = tickets.some(scale.tickets)
        runner.wait_for(log.reader().head(), PATIENCE_SECONDS)  # else the service is still busy with their rows
        return service.commands(machine, fresh, clients, seconds)

    return {HTTP: commanding, NOTHING: partial(service.queries, machine, [EMPTY])}


def _in_turn(ways: Mapping[str, Way], clients: int, scale: Scale) -> Table:
    """Round after round, so that what else the machine does falls on each of them."""
    totals = {name: Measured() for name in ways}
    for _ in range(scale.rounds):
        for name, way in ways.items():
            totals[name] += way(clients, scale.seconds)
    return totals


def _show(table: Table, clients: int) -> None:
    inserts = table[INSERTS]
    print(
        f"\n  {clients} client{'s' if clients > 1 else ''}{'a second':>23}{'p50 ms':>9}{'p99 ms':>9}{'of inserts':>12}"
    )
    for name, one in table.items():
        ratio = one.a_second / inserts.a_second
        print(f"  {name:23}{one.a_second:10,.0f}{one.median_ms:9.2f}{one.p99_ms:9.2f}{ratio:12.3f}  {one.limits}")


def _aims(tables: Mapping[int, Table]) -> list[Aim]:
    """Those that can be held against the numbers of clients measured."""
    aims = []
    if one := tables.get(1):
        times = one[HTTP].median_ms / one[INSERTS].median_ms
        aims.append(
            Aim("times the latency of a plain insert for a command over HTTP, 1 client: 5 at most", times, times <= 5)
        )
    if eight := tables.get(8):
        ours, inserts = eight[OURS].a_second, eight[INSERTS].a_second
        stock, executed = ours / eight[LIBRARY].a_second, eight[EXECUTE].a_second / inserts
        tail = eight[HTTP].p99_ms / eight[HTTP].median_ms
        aims += [
            Aim("times the library's recorder for our log, 8 clients: 4 at least", stock, stock >= 4),
            Aim("of plain inserts for our log, 8 clients: a half at least", ours / inserts, ours >= inserts / 2),
            Aim("of plain inserts for desk.execute, 8 clients: a quarter at least", executed, executed >= 1 / 4),
            Aim("times p50 for p99 of a command over HTTP, 8 clients: 10 at most", tail, tail <= 10),
        ]
    return aims


# --- queries and read models ----------------------------------------------------------------------------------------------


def _clocks(server: Embedded, scale: Scale) -> Aim:
    with open_pool(server.url) as pool:
        tickets = Tickets(Store.at(server.url, SERVED, pool).desk).some(scale.tickets, LONG_TICKET_EVENTS)
    with served(server.url, SERVED) as service:
        paths = [f"/v1/tickets/{ticket}/clocks" for ticket in tickets]
        clocks = service.queries(_machine(server, service=service.process), paths, 1, scale.seconds * scale.rounds)
    print(f"\n  Clocks of a ticket of {LONG_TICKET_EVENTS} events over HTTP, 1 client")
    print(
        f"  {clocks.a_second:,.0f} a second, p50 {clocks.median_ms:.2f} ms, p99 {clocks.p99_ms:.2f} ms; {clocks.limits}"
    )
    says = f"ms at the median for the clocks of a ticket of {LONG_TICKET_EVENTS} events over HTTP: less than 5"
    return Aim(says, clocks.median_ms, clocks.median_ms < 5)


def _rebuild(server: Embedded, scale: Scale) -> Aim:
    """Of the bundled log, so far as it is taken."""
    with open_pool(server.url) as pool:
        store = Store.at(server.url, REBUILT, pool)
        incidents = (
            Source(f"incident {number}", document=case)
            for number, case in enumerate(islice(cases(Report()), scale.incidents))
        )
        for _ in filed(store.desk, incidents, "acme", micros(datetime.now(UTC)), "bench"):
            pass
        begun = perf_counter()
        rebuilt = Runner(pool, REBUILT, store.mapper, store.desk.shelf).rebuild()
        spent = perf_counter() - begun
    a_second = rebuilt.events / spent
    print(f"\n  All read models rebuilt from {rebuilt.events:,} events of {rebuilt.streams:,} streams in {spent:.2f} s")
    return Aim("events a second for a rebuild of all read models: 20,000 at least", a_second, a_second >= 20_000)


if __name__ == "__main__":
    main()
