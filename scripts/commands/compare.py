"""`ticketclock compare FILE…`: two replays of a ticket side by side, and why they differ."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from functools import partial

from domain.casefile import read_case
from domain.instants import micros
from domain.judgement import Case
from domain.refusals import CaseFileError, CommandRefused, UnknownStream
from domain.terms.lookup import find
from scripts import store
from scripts.commands.arguments import instant_micros, reading, uuid
from scripts.comparing import Known, Side, compared, difference_text, placed
from scripts.documents import cases_of
from scripts.wall_clock import wall_clock


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "compare",
        help="say what two replays of a ticket differ in, and why",
        description="Hold one replay of a ticket against another. Without more, what was known at the instant of the case is held "
        "against what is known now.",
    )
    add = parser.add_argument
    add("files", nargs="*", metavar="FILE", help="case files; - or none: standard input")
    add("--ticket", type=uuid, metavar="ID", help="a ticket of the log, in the place of case files")
    add("--json", action="store_true", help="answer in JSON Lines")
    for prefix, of in (("", "the first replay"), ("other-", "the other replay")):
        name = prefix.replace("-", "_")
        add(
            f"--{prefix}as-of",
            dest=f"{name}as_of",
            type=instant_micros,
            metavar="INSTANT",
            help=f"{of}: as of this instant",
        )
        known = f"{of}: with what was recorded by this instant{'; without it everything' if prefix else ''}"
        add(f"--{prefix}known-at", dest=f"{name}known_at", type=instant_micros, metavar="INSTANT", help=known)
        taken = f"{of}: take this option of a reading"
        add(
            f"--{prefix}reading",
            dest=f"{name}reading",
            action="append",
            default=[],
            type=reading,
            metavar="ID=OPTION",
            help=taken,
        )
    store.add_to(parser)
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    one = Side(asked.as_of, asked.known_at, dict(asked.reading))
    other = Side(asked.other_as_of, asked.other_known_at, dict(asked.other_reading))
    for place, case, known in _cases(asked):
        try:
            sys.stdout.write(difference_text(compared(case, one, other, known), as_json=asked.json))
        except CommandRefused as refusal:
            raise placed(refusal, place) from None
    return 0


def _cases(asked: argparse.Namespace) -> Iterator[tuple[str, Case, Known | None]]:
    if asked.ticket is None:
        yield from ((place, case, None) for place, case in cases_in(asked.files or ["-"]))
        return
    if asked.files:
        raise CaseFileError("--ticket", "is asked for in the place of case files; leave one of them out")
    with store.opened(store.settings(asked)) as log:
        yield f"ticket {asked.ticket}", case_of_log(log, asked), partial(case_of_log, log, asked)


def cases_in(files: Sequence[str]) -> Iterator[tuple[str, Case]]:
    """The cases of files, each with its place."""
    for source in cases_of(files):
        yield source.place, read_case(source.parsed(), find, place=source.place)


def case_of_log(log: store.Store, asked: argparse.Namespace, known_at: int | None = None) -> Case:
    """A ticket of the log with what was known by an instant (None: everything), as of now unless another is asked for."""
    ticket = log.desk.ticket(asked.ticket)
    if not ticket.envelopes:
        raise UnknownStream(f"there is no ticket {asked.ticket}")
    as_of = micros(wall_clock()) if asked.as_of is None else asked.as_of
    return log.desk.case(ticket, as_of, known_at)
