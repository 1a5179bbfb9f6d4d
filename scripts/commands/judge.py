"""`ticketclock judge FILE…`: the clocks and verdicts of case files."""

import argparse
import os
import sys
from contextlib import closing

from scripts.commands.arguments import count, instant_micros, reading
from scripts.commands.progress import Progress
from scripts.documents import MEBIBYTE, MOST_BYTES, cases_of
from scripts.judging import Question, answers


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "judge",
        help="judge case files",
        description="Judge case files: JSON, a JSON array or JSON Lines, plain or gzipped.",
    )
    add = parser.add_argument
    add("files", nargs="*", default=["-"], metavar="FILE", help="case files; - or none: standard input")
    add("--json", action="store_true", help="answer in JSON Lines, in the order of the cases")
    add("--as-of", type=instant_micros, metavar="INSTANT", help="judge as of this instant, not the case's")
    add("--known-at", type=instant_micros, metavar="INSTANT", help="with what was recorded by this instant")
    taken = "take this option of a reading; may be given several times"
    add("--reading", action="append", default=[], type=reading, metavar="ID=OPTION", help=taken)
    add("--all-readings", action="store_true", help="add each single reading that changes a verdict")
    add("--jobs", type=count, default=os.cpu_count() or 1, metavar="N", help="processes for many cases")
    largest = MOST_BYTES // MEBIBYTE
    add("--max-mebibytes", type=count, default=largest, metavar="N", help=f"refuse larger files; without it {largest}")
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    question = Question(
        as_of=asked.as_of,
        known_at=asked.known_at,
        readings=dict(asked.reading),
        all_readings=asked.all_readings,
        as_json=asked.json,
    )
    told = answers(cases_of(asked.files, asked.max_mebibytes * MEBIBYTE), question, asked.jobs)
    with closing(told), Progress("cases", sys.stdout) as progress:
        for text in told:
            sys.stdout.write(text)
            progress.step()
    return 0
