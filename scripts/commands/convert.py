"""`ticketclock convert servicenow-csv|xes FILE`: real logs into case files."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from domain.logs import servicenow, xes
from domain.logs.errors import LogError
from domain.logs.mapping import read_mapping
from domain.logs.report import Report
from domain.logs.survey import ASSUMED, survey
from domain.logs.table import text_lines
from domain.terms.zones import UnknownZone, zone
from scripts.commands.progress import Progress
from scripts.documents import name_of, opened
from scripts.output import written
from scripts.rereading import rereadable
from scripts.spared import spare

Cases = Iterator[dict[str, Any]]


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("convert", help="turn a service desk's log into case files")
    formats = parser.add_subparsers(dest="format", required=True, metavar="FORMAT")
    csv = formats.add_parser("servicenow-csv", help="ServiceNow incident log, one row an update (CSV, also gzipped)")
    _add_common(csv, "zone of the log's times; without it UTC")
    gathered = "hold all rows and join those of an incident that stand apart"
    csv.add_argument("--gather", action="store_true", help=gathered)
    csv.set_defaults(run=_run(_servicenow), timezone="UTC")
    log = formats.add_parser("xes", help="XES event log (IEEE 1849), also gzipped")
    _add_common(log, "zone of times without an offset; without it the mapping's")
    log.add_argument(
        "--mapping", metavar="FILE", help="what the log's statuses mean (TOML); without it the Volvo log's"
    )
    log.add_argument("--show-mapping", action="store_true", help="print the default mapping, to be edited, and stop")
    log.set_defaults(run=_run(_xes))


def _add_common(parser: argparse.ArgumentParser, timezone: str) -> None:
    add = parser.add_argument
    add("file", nargs="?", default="-", metavar="FILE", help="the log; - or none: standard input")
    add("--out", metavar="FILE", help="write here (gzipped where it ends in .gz), not to standard output")
    add("--timezone", type=_zone, metavar="ZONE", help=timezone)
    add("--report", metavar="FILE", help="write what became of every row here, as JSON")


def default_mapping() -> str:
    """The mapping that comes with the program: the vocabulary of the Volvo incident log."""
    return files("domain.logs").joinpath("volvo.toml").read_text("utf-8")


def _run(converter: Callable[[argparse.Namespace, Report], Cases]) -> Callable[[argparse.Namespace], int]:
    def run(asked: argparse.Namespace) -> int:
        if getattr(asked, "show_mapping", False):
            sys.stdout.write(default_mapping())
            return 0
        reads = [asked.file, getattr(asked, "mapping", None)]
        spare(reads, [asked.out, asked.report])
        report = Report()
        with written(asked.out) as out, Progress("cases", out) as progress:
            for case in converter(asked, report):
                out.write(json.dumps(case, ensure_ascii=False) + "\n")
                progress.step()
        _tell(report, asked.report)
        return 0

    return run


def _servicenow(asked: argparse.Namespace, report: Report) -> Cases:
    """The log is read twice: what holds for it as a whole must be known before its first case is told."""
    name = _file_name(asked.file)
    with rereadable(asked.file) as file:
        with opened(file) as stream:
            surveyed = survey(text_lines(stream), name)
        with opened(file) as stream:
            yield from servicenow.convert(
                text_lines(stream),
                report,
                timezone=asked.timezone,
                file=name,
                gather=asked.gather,
                surveyed=surveyed,
            )
    if surveyed.dates == ASSUMED:
        print(f"dates are read {ASSUMED}", file=sys.stderr)


def _xes(asked: argparse.Namespace, report: Report) -> Cases:
    text = _text(asked.mapping) if asked.mapping else default_mapping()
    mapping = read_mapping(text, asked.mapping or "the default mapping")
    with opened(asked.file) as stream:
        yield from xes.convert(stream, mapping, report, timezone=asked.timezone, file=_file_name(asked.file))


def _zone(name: str) -> ZoneInfo:
    try:
        return zone(name)
    except UnknownZone as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _file_name(path: str) -> str:
    return Path(name_of(path)).name


def _text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise LogError(f"cannot be read: {reason}", file=path) from None


def _tell(report: Report, path: str | None) -> None:
    """A summary for people; the whole, where it is asked for, as JSON."""
    if path:
        with written(path) as out:
            json.dump(report.as_dict(), out, indent=2, ensure_ascii=False)
            out.write("\n")
    told = f"cases: {report.cases:,}, rows: {report.rows:,}; of these {report.repaired.rows:,} repaired, "
    told += f"{report.doubtful.rows:,} doubtful, {report.untold.rows:,} told in no case"
    if report.reordered.rows:
        told += f"; {report.reordered.rows:,} cases told in another order than the file's"
    print(told + ("" if path else " (--report FILE says which)"), file=sys.stderr)
