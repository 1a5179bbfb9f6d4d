"""Each page with any filter: what it takes of the processors, how long one waits for it, how large its first view is."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

from api.pages.paper import PLACES, PORTAL
from api.security.keys import Keys
from projections.api_keys import ApiKeys
from projections.store.pool import open_pool
from scripts.benches._aims import Aim
from scripts.benches._estate import Estate
from scripts.benches._looker import Looker, Page
from scripts.benches._processors import Processors
from scripts.benches._service import Service
from scripts.database import Embedded

SCHEMA = "boards"

P50_MS, P99_MS = 20, 100
"""Of processors, the service's and the database's together."""

FIRST_VIEW_BYTES = 100_000

LIST = "/tickets"
TICKET = "/tickets/"
REPORT = "/compliance/report"
KEYS_LAST = timedelta(hours=12)

WORDS = "Category 55"
"""What is looked for where a page has a field for it."""


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

    def estate(self) -> Estate:
        return Estate(self.tickets, datetime.now(UTC), shapes=self.shapes)


class Board(NamedTuple):
    """What a page took of processors, in seconds, by its address, and how long one waited for it; the bytes of its first view; the
    links to tickets in it.
    """

    name: str
    spent: Mapping[str, Sequence[float]]
    waited: Sequence[float]
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
    def waited_p50_ms(self) -> float:
        return median(self.waited) * 1e3

    @property
    def slowest(self) -> tuple[str, float]:
        """The address that takes longest, and its median in milliseconds."""
        address = max(self.spent, key=lambda one: median(self.spent[one]))
        return address, median(self.spent[address]) * 1e3

    @property
    def first_view(self) -> int:
        return self.markup + self.sheets


class People:
    """Keys for whoever looks."""

    def __init__(self, server: Embedded) -> None:
        self._server = server

    def key(self, role: str, customer: str | None = None, person: str = "bench") -> str:
        now = datetime.now(UTC)
        with open_pool(self._server.url) as pool:
            keys = Keys(ApiKeys(pool, SCHEMA))
            return keys.create(person=person, role=role, customer=customer, at=now, expires_at=now + KEYS_LAST).text


def boards(service: Service, people: People, processors: Processors, scale: Scale) -> Iterator[Board]:
    print(
        f"\n  one request after another; {os.getloadavg()[0]:.1f} programs want the machine's {os.cpu_count()} processors"
    )
    print(
        f"  {'ms of processors':42}{'p50':>8}{'p99':>8}{'waited':>8}{'pages':>7}{'first view':>12}  slowest at the median"
    )
    customer = scale.estate().parties[0].customer
    for key, places in ((people.key("service-manager"), PLACES), (people.key("primary-contact", customer), PORTAL)):
        with Looker(service.port, key) as looker:
            for address in _addresses(looker, places):
                board = _measured(looker, address, processors, scale)
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


def _measured(looker: Looker, address: str, processors: Processors, scale: Scale) -> Board:
    """The page, then the page with each filter that it offers, in turns."""
    first = looker.get(address)
    page = Page(first.body)
    bare = address.partition("?")[0]
    onward = sorted(set(page.onward(bare, WORDS)) - {address})
    paths = [address, *Random(address).sample(onward, min(len(onward), scale.filters))]
    spent: dict[str, list[float]] = {path: [] for path in paths}
    waited = []
    for path in paths * scale.rounds:
        before = processors.seconds()
        answer = looker.get(path)
        spent[path].append(processors.seconds() - before)
        waited.append(answer.seconds)
        if answer.status != 200:
            raise RuntimeError(f"{path} was answered {answer.status}: {answer.body[:2000].decode()}")
    return Board(
        address,
        spent,
        waited,
        markup=len(first.body),
        sheets=sum(len(looker.get(one).body) for one in page.sheets),
        modules=sum(len(looker.get(one).body) for one in page.modules),
        tickets=sum(TICKET in link for link in set(page.links)),
    )


def _show(board: Board) -> None:
    slowest, ms = board.slowest
    figures = f"{board.p50_ms:8.1f}{board.p99_ms:8.1f}{board.waited_p50_ms:8.1f}{len(board.spent):7}"
    size = f"{board.first_view / 1000:9.1f} KB"
    print(f"  {board.name[:41]:42}{figures}{size}  {ms:.1f} {slowest[:90]}", flush=True)


def is_held(board: Board) -> bool:
    """Boards and reports are held against the aims; what stands for a single ticket, contract or agreement is shown only."""
    return board.name.partition("?")[0] in {*(address for _, address, _ in (*PLACES, *PORTAL)), LIST, REPORT}


def aims_of(board: Board) -> Iterator[Aim]:
    name = board.name.partition("?")[0]
    yield Aim(f"ms for half of {name}: {P50_MS} at most", board.p50_ms, board.p50_ms <= P50_MS)
    yield Aim(f"ms for 99 in 100 of {name}: {P99_MS} at most", board.p99_ms, board.p99_ms <= P99_MS)
    size = board.first_view
    yield Aim(
        f"KB for the first view of {name}: {FIRST_VIEW_BYTES // 1000} at most", size / 1e3, size <= FIRST_VIEW_BYTES
    )
    if name == "/":
        yield Aim("tickets in the queue as it comes, before scripts run: 1 at least", board.tickets, board.tickets >= 1)
