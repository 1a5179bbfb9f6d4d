"""Clients side by side: how much they get done, how long each act of theirs takes, and what the machine does meanwhile."""

import os
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import psycopg

Act = Callable[[], object]

GLANCE_SECONDS = 0.02
TICKS = os.sysconf("SC_CLK_TCK")
WORTH_TELLING = 0.1

_BUSY = """
    SELECT coalesce(wait_event_type || ' ' || wait_event, 'computing')
    FROM pg_stat_activity
    WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""


@dataclass
class Measured:
    """What clients did in a while: seconds that passed, seconds that each act took, and those that processors worked, by whom.

    `waits` counts what the database's busy processes were seen to wait for.
    """

    seconds: float = 0.0
    acts: list[float] = field(default_factory=list)
    work: Counter[str] = field(default_factory=Counter)
    waits: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Measured") -> "Measured":
        return Measured(
            self.seconds + other.seconds, self.acts + other.acts, self.work + other.work, self.waits + other.waits
        )

    @property
    def a_second(self) -> float:
        return len(self.acts) / self.seconds

    @property
    def median_ms(self) -> float:
        return statistics.median(self.acts) * 1e3

    @property
    def p99_ms(self) -> float:
        return sorted(self.acts)[len(self.acts) * 99 // 100] * 1e3

    @property
    def limits(self) -> str:
        """Processor time an act by whom, how much of a core that is, and what the database waited for most."""
        told = [
            f"{who} {spent / len(self.acts) * 1e6:,.0f} µs, {spent / self.seconds:.0%} of a core"
            for who, spent in self.work.items()
        ]
        seen = self.waits.total()
        told += [
            f"{wait} {count / seen:.0%}" for wait, count in self.waits.most_common(2) if count > seen * WORTH_TELLING
        ]
        return "; ".join(told)


def side_by_side(acts: Sequence[Act], seconds: float) -> Measured:
    """Each act over and over in a thread of its own for so long, and at least once."""

    def client(act: Act) -> list[float]:
        spent: list[float] = []
        started = time.perf_counter()
        while not spent or started < end:
            act()
            done = time.perf_counter()
            spent.append(done - started)
            started = done
        return spent

    with ThreadPoolExecutor(len(acts)) as threads:
        begun = time.perf_counter()
        end = begun + seconds
        done = [one for spent in threads.map(client, acts) for one in spent]
    return Measured(time.perf_counter() - begun, done)


@dataclass(frozen=True)
class Machine:
    """What is watched while clients act: the database at an address, its first process, and other processes by name."""

    url: str
    database: int
    processes: Mapping[str, int]

    def watched(self, run: Callable[[], Measured]) -> Measured:
        before = self._work()
        with self._glancing() as waits:
            measured = run()
        work = Counter({who: spent - before[who] for who, spent in self._work().items()})
        return measured + Measured(work=work, waits=waits)

    @contextmanager
    def _glancing(self) -> Iterator[Counter[str]]:
        waits, over = Counter[str](), Event()

        def glance() -> None:
            with psycopg.connect(self.url, autocommit=True) as connection:
                while not over.wait(GLANCE_SECONDS):
                    waits.update(wait for (wait,) in connection.execute(_BUSY))

        watch = Thread(target=glance)
        watch.start()
        try:
            yield waits
        finally:
            over.set()
            watch.join()

    def _work(self) -> dict[str, float]:
        spent = {who: _worked(process) for who, process in self.processes.items()}
        return spent | {"PostgreSQL": sum(map(_worked, _children(self.database)))}


def _worked(process: int) -> float:
    """Processor seconds of a process so far; none where it has just ended."""
    try:
        told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / TICKS


def _children(parent: int) -> list[int]:
    told = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return list(map(int, told.split()))
