"""`ticketclock import FILE… --customer NAME`: case files into the log."""

import argparse
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError

from domain.contract.papers import CustomerId
from domain.desk.importing import ORIGIN
from domain.instants import micros
from domain.refusals import CaseFileError
from scripts import store
from scripts.commands.arguments import count
from scripts.commands.progress import Progress
from scripts.documents import MEBIBYTE, MOST_BYTES, Source, name_of, sources
from scripts.filing import filed

_CUSTOMER: TypeAdapter[CustomerId] = TypeAdapter(CustomerId)


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "import",
        help="put the histories of case files on file",
        description="Put the histories of case files on file as they stand, with the instants at which things took effect and "
        "became known. The same case again changes nothing, a longer history of the same beginning adds what is new; so an "
        "import that was cut short is simply given again.",
    )
    add = parser.add_argument
    add("files", nargs="*", default=["-"], metavar="FILE", help="case files; - or none: standard input")
    add("--customer", required=True, type=_customer, metavar="NAME", help="whose tickets they are")
    largest = MOST_BYTES // MEBIBYTE
    add("--max-mebibytes", type=count, default=largest, metavar="N", help=f"refuse larger files; without it {largest}")
    store.add_to(parser)
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    cases = new = 0
    with store.opened(store.settings(asked)) as log, Progress("cases", io.StringIO()) as progress:
        log.keys.ensure(asked.customer)
        store.publish_library(log.desk, now)
        try:
            for batch, events in filed(log.desk, _cases(asked, progress), asked.customer, micros(now), ORIGIN):
                cases, new = cases + batch, new + events
        finally:
            print(f"{cases:,} cases of {asked.customer} are on file; {new:,} of their events are new", file=sys.stderr)
    return 0


def _cases(asked: argparse.Namespace, progress: Progress) -> Iterator[Source]:
    if asked.files.count("-") > 1:
        raise CaseFileError(name_of("-"), "can be read only once; give - once")
    for file in asked.files:
        for source in sources(file, asked.max_mebibytes * MEBIBYTE):
            yield source
            progress.step()


def _customer(text: str) -> str:
    try:
        return _CUSTOMER.validate_python(text)
    except ValidationError:
        raise argparse.ArgumentTypeError("the name of a customer has 1 to 200 characters") from None
