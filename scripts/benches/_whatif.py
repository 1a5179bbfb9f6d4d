"""A hypothesis over a whole estate: one read of the log, every ticket replayed on record and as supposed."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from domain.instants import micros
from domain.whatif.hypothesis import Hypothesis
from projections.estates import Estates, Question
from projections.store.pool import open_pool
from projections.tickets import ALL
from scripts.benches._aims import Aim
from scripts.benches._estate import Estate, Loading
from scripts.store import Store, publish_library

SCHEMA = "whatif"
LONG_AGO = datetime(2016, 1, 1, tzinfo=UTC)

AIM_SECONDS = 10.0
OF_TICKETS = 100_000

HYPOTHESES: Mapping[str, dict[str, Any]] = {
    "every ticket under gold": {"plan": "gold"},
    "every ticket opened at severity 2": {"severity": 2},
    "had Wednesday been a holiday": {"holidays": [{"date": "2024-03-06"}]},
}


def what_ifs(url: str, tickets: int = OF_TICKETS, jobs: int = os.cpu_count() or 1) -> list[Aim]:
    """File an estate of so many tickets in a schema of its own, then ask each hypothesis of all of them."""
    now = datetime.now(UTC)
    with open_pool(url) as pool:
        store = Store.at(url, SCHEMA, pool)
        store.create_tables()
        publish_library(store.desk, LONG_AGO)
        for _ in Loading(Estate(tickets, now), url, SCHEMA).run(jobs):
            pass
        return run(store, now, jobs)


def run(store: Store, now: datetime, jobs: int) -> list[Aim]:
    """Ask each hypothesis of all tickets of a log, and say how long each took."""
    estates = Estates(store.pool, store.schema, store.desk)
    tickets = estates.wanted(ALL, now)
    print(f"what-if over {len(tickets):,} tickets in {jobs} processes")
    aims = []
    for name, hypothesis in HYPOTHESES.items():
        begun, worked = perf_counter(), _processor_seconds()
        tally = estates.ask(Question(Hypothesis.model_validate(hypothesis), micros(now)), tickets, jobs=jobs)
        spent, worked = perf_counter() - begun, _processor_seconds() - worked
        left_out = sum(tally.not_fitting.values())
        print(f"  {name}: {spent:.1f} s, {len(tickets) / spent:,.0f} tickets a second", end="")
        print(f"; the processes worked {worked:.1f} s, load average {os.getloadavg()[0]:.1f}")
        print(f"    {tally.changed:,} change, {left_out:,} are left out")
        of_aim = spent * OF_TICKETS / max(len(tickets), 1)
        says = f"seconds for {OF_TICKETS:,} tickets: {name} (at most {AIM_SECONDS:g})"
        aims.append(Aim(says, of_aim, of_aim <= AIM_SECONDS))
    return aims


def _processor_seconds() -> float:
    """Those of this process and of all that it started and that have ended; the database's own are others."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
