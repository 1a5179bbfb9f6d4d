"""`./scripts/run --judge-only`: judge a real service desk's log, and show what comes of it.

The log (19,941 incidents of a real desk, see scripts/data/README.md) is converted to case files and judged under terms
fitted to it; the verdicts are held against the flag that the desk itself recorded. Then the same histories are judged
under one of the five agreements.
"""

import gzip
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from domain.casefile import read_case
from domain.clocks.clock import Verdict
from domain.instants import SECOND
from domain.judgement import judge
from domain.logs import servicenow
from domain.logs.report import Report
from domain.logs.table import text_lines
from domain.terms.lookup import find
from domain.terms.zones import zone
from domain.ticket.events import WaitEnded, Waiting
from domain.ticket.history import History
from scripts.endings import ended
from scripts.workers import in_order

LOG = Path(__file__).with_name("data") / "uci498_incidents.csv.gz"
OTHER = "imagicle-care"
OTHER_CONTRACT = {"plan": "gold", "region": "europe"}
CHUNK = 250


@dataclass
class Tally:
    """What is counted over all incidents."""

    flagged: Counter[int] = field(default_factory=Counter)
    equal: Counter[int] = field(default_factory=Counter)
    verdicts: Counter[tuple[str, Verdict]] = field(default_factory=Counter)
    waited: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        self.flagged.update(other.flagged)
        self.equal.update(other.equal)
        self.verdicts.update(other.verdicts)
        self.waited.update(other.waited)


def main() -> int:
    return ended(_show, "./scripts/run")


def _show() -> int:
    print(
        f"Judging the bundled log {LOG.name} under servicenow-desk (terms fitted to it, nobody's contract) …",
        flush=True,
    )
    begun = time.perf_counter()
    report = Report()
    tally = judged(cases(report), os.cpu_count() or 1)
    for line in _lines(report, tally, time.perf_counter() - begun):
        print(line)
    return 0


def cases(report: Report) -> Iterator[dict[str, Any]]:
    """The bundled log as case files."""
    with gzip.open(LOG) as stream:
        yield from servicenow.convert(text_lines(stream), report, timezone=zone("UTC"), file=LOG.name)


def judged(documents: Iterable[dict[str, Any]], jobs: int) -> Tally:
    """Judge case files in several processes; the tally is the same whatever their number."""
    tally = Tally()
    for part in in_order(_tally, _chunks(iter(documents)), jobs):
        tally.add(part)
    return tally


def _chunks(documents: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while chunk := list(islice(documents, CHUNK)):
        yield chunk


def _tally(chunk: list[dict[str, Any]]) -> Tally:
    tally = Tally()
    for document in chunk:
        _count(document, tally)
    return tally


def _count(document: dict[str, Any], tally: Tally) -> None:
    desk = judge(read_case(document, find))
    severity = desk.replay.severity
    if severity in (3, 4) and "made_sla" in document["source"]:
        met = desk.replay.clocks[0].verdict() is not Verdict.BREACHED
        tally.flagged[severity] += 1
        tally.equal[severity] += met == document["source"]["made_sla"]
    for reason, seconds in _waits(desk.case.history):
        tally.waited[reason] += seconds
    other = judge(read_case({**document, "agreement": OTHER, "contract": OTHER_CONTRACT}, find))
    for clock in other.replay.clocks:
        tally.verdicts[clock.terms.name, clock.verdict()] += 1


def _waits(history: History) -> Iterator[tuple[str, int]]:
    """Each wait that ended, and how long it was on the wall clock, in seconds."""
    since: dict[str, int] = {}
    for one in history:
        if isinstance(one.event, Waiting):
            since.setdefault(one.event.on, one.at)
        elif isinstance(one.event, WaitEnded) and one.event.on in since:
            yield one.event.on, (one.at - since.pop(one.event.on)) // SECOND


def _lines(report: Report, tally: Tally, spent: float) -> Iterator[str]:
    yield ""
    yield f"  {report.cases:,} incidents told from {report.rows:,} rows: {report.repaired.rows} rows repaired,"
    yield f"  {report.doubtful.rows} doubtful (of an unknown state), {report.untold.rows} lost; all told in {spent:.1f} s"
    yield ""
    for severity in (3, 4):
        share = _share(tally.equal[severity], tally.flagged[severity])
        yield f"  severity {severity}: the verdict equals the desk's own made_sla flag in {share}"
    yield f"  together:   {_share(tally.equal.total(), tally.flagged.total())}; 1 and 2 are best effort, without a verdict"
    hours, seconds = divmod(tally.waited["customer"], 3600)
    yield f"  waited on the customer: {hours:,} h {seconds // 60} min (wall clock, all incidents)"
    yield ""
    yield f"The same histories under {OTHER}, plan {OTHER_CONTRACT['plan']}, region {OTHER_CONTRACT['region']}:"
    for name in sorted({name for name, _ in tally.verdicts}):
        told = ((verdict, tally.verdicts[name, verdict]) for verdict in (Verdict.MET, Verdict.BREACHED, Verdict.NONE))
        yield f"  {name:<13}" + ", ".join(f"{verdict.value} {count:,}" for verdict, count in told if count)
    yield ""
    yield "Judge a case of your own:  .venv/bin/ticketclock judge FILE   (README.md shows one in ten lines)"
    yield "Read an agreement:         .venv/bin/ticketclock agreements show imagicle-care --plan gold --region europe"


def _share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({100 * part / whole:.2f} %)"


if __name__ == "__main__":
    sys.exit(main())
