"""`ticketclock import FILE… --customer NAME`: case files into the log."""

import argparse
import io
import sys
from collections.abc import Iterator

from pydantic import TypeAdapter, ValidationError

from domain.contract.papers import CustomerId
from domain.desk.importing import ORIGIN
from domain.instants import micros
from domain.refusals import CaseFileError
from scripts import store
from scripts.commands.arguments import count
from scripts.commands.progress import Progress
from scripts.documents import MEBIBYTE, MOST_BYTES, Source, cases_or_refusals
from scripts.endings import BAD_INPUT, harmless
from scripts.filing import filing
from scripts.wall_clock import wall_clock

MOST_TOLD = 20

_CUSTOMER: TypeAdapter[CustomerId] = TypeAdapter(CustomerId)


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "import",
        help="put the histories of case files on file",
        description="Put the histories of case files on file as they stand, with the instants at which things took effect and "
        "became known. The same case again changes nothing, a longer history of the same beginning adds what is new; so an "
        "import that was cut short is simply given again. A case that is refused is named, and the others are filed.",
    )
    add = parser.add_argument
    add("files", nargs="*", default=["-"], metavar="FILE", help="case files; - or none: standard input")
    add("--customer", required=True, type=_customer, metavar="NAME", help="whose tickets they are")
    largest = MOST_BYTES // MEBIBYTE
    add("--max-mebibytes", type=count, default=largest, metavar="N", help=f"refuse larger files; without it {largest}")
    store.add_to(parser)
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    now = wall_clock()
    cases = new = refused = 0
    with store.opened(store.settings(asked)) as log, Progress("cases", io.StringIO()) as progress:
        log.keys.ensure(asked.customer)
        store.publish_library(log.desk, now)
        try:
            for batch in filing(log.desk, _cases(asked, progress), asked.customer, micros(now), ORIGIN):
                cases, new = cases + batch.cases, new + batch.new
                for refusal in batch.refused[: max(MOST_TOLD - refused, 0)]:
                    print(f"ticketclock: {harmless(str(refusal))}", file=sys.stderr)
                refused += len(batch.refused)
        finally:
            print(_told(asked.customer, cases, new, refused), file=sys.stderr)
    return BAD_INPUT if refused else 0


def _told(customer: str, cases: int, new: int, refused: int) -> str:
    more = f"and {refused - MOST_TOLD:,} more\n" if refused > MOST_TOLD else ""
    told = f"{cases:,} cases of {customer} are on file; {new:,} of their events are new"
    return more + told + (f"; {refused:,} refused" if refused else "")


def _cases(asked: argparse.Namespace, progress: Progress) -> Iterator[Source | CaseFileError]:
    for source in cases_or_refusals(asked.files, asked.max_mebibytes * MEBIBYTE):
        yield source
        progress.step()


def _customer(text: str) -> str:
    try:
        return _CUSTOMER.validate_python(text)
    except ValidationError:
        raise argparse.ArgumentTypeError("the name of a customer has 1 to 200 characters") from None
