"""`ticketclock what-if HYPOTHESIS FILE…`: what would have been, of case files, or of all tickets that a filter selects."""

import argparse
import os
import sys
from pathlib import Path

from pydantic_core import to_json

from domain.desk.published import PublishedTerms
from domain.instants import micros
from domain.judgement import Case
from domain.refusals import CaseFileError, CommandRefused
from domain.whatif.hypothesis import Hypothesis, read_hypothesis
from domain.whatif.supposing import Lookup, bundled
from domain.whatif.tally import MOST_SHOWN
from domain.whatif.tally_answers import tally_answer, tally_words
from projections.estates import Estates, Question
from projections.runner import Runner
from projections.tickets import ALL, Wanted
from scripts import store
from scripts.commands.arguments import count, instant, instant_micros, uuid
from scripts.commands.compare import case_of_log, cases_in
from scripts.commands.progress import counted
from scripts.comparing import Side, placed, supposed_text
from scripts.strict_json import parse
from scripts.wall_clock import wall_clock

FILTERS = ("customer", "agreement", "plan", "severity", "opened_from", "opened_to")


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "what-if",
        help="say what would have been",
        description="Judge tickets under a hypothesis, beside the replay of record; nothing is stored. With case files or --ticket "
        "each is answered; without them, all tickets of the log that the filters select are counted.",
    )
    add = parser.add_argument
    add("hypothesis", metavar="HYPOTHESIS", help='a JSON file such as {"plan": "gold"}; or the JSON itself')
    add("files", nargs="*", metavar="FILE", help="case files; -: standard input")
    add("--json", action="store_true", help="answer in JSON")
    add(
        "--as-of",
        type=instant_micros,
        metavar="INSTANT",
        help="as of this instant; without it now, or as the case says",
    )
    add("--known-at", type=instant_micros, metavar="INSTANT", help="with what was recorded by this instant")
    add("--ticket", type=uuid, metavar="ID", help="a ticket of the log")
    among = parser.add_argument_group("all tickets of the log, or those of")
    for name in ("customer", "agreement", "plan"):
        among.add_argument(f"--{name}", metavar="NAME")
    among.add_argument("--severity", type=count, metavar="N")
    among.add_argument("--from", dest="opened_from", type=instant, metavar="INSTANT", help="opened from then on")
    among.add_argument("--to", dest="opened_to", type=instant, metavar="INSTANT", help="opened before then")
    among.add_argument("--show", type=count, default=MOST_SHOWN, metavar="N", help="list so many tickets that change")
    add("--jobs", type=count, default=os.cpu_count() or 1, metavar="N", help="processes for many tickets")
    store.add_to(parser)
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    hypothesis = _hypothesis(asked.hypothesis)
    if not (asked.files or asked.ticket):
        return _among(asked, hypothesis)
    if asked.ticket is not None:
        with store.opened(store.settings(asked)) as log:
            case = case_of_log(log, asked, asked.known_at)
            terms = PublishedTerms(log.desk.shelf).lookup(case.history[0].at, case.contract.region)
            _tell(f"ticket {asked.ticket}", case, hypothesis, terms, as_json=asked.json)
    for place, case in cases_in(asked.files):
        _tell(place, Side(asked.as_of, asked.known_at).of(case), hypothesis, bundled, as_json=asked.json)
    return 0


def _tell(place: str, case: Case, hypothesis: Hypothesis, terms: Lookup, *, as_json: bool) -> None:
    try:
        sys.stdout.write(supposed_text(case, hypothesis, terms, as_json=as_json))
    except CommandRefused as refusal:
        raise placed(refusal, place) from None


def _among(asked: argparse.Namespace, hypothesis: Hypothesis) -> int:
    now = wall_clock()
    wanted = Wanted(**{name: getattr(asked, name) for name in FILTERS})
    with store.opened(store.settings(asked)) as log, counted("tickets") as shown:
        if wanted != ALL:
            runner = Runner(log.pool, log.schema, log.mapper, log.desk.shelf)
            runner.create_tables()
            runner.catch_up()
        estates = Estates(log.pool, log.schema, log.desk)
        as_of = micros(now) if asked.as_of is None else asked.as_of
        question = Question(hypothesis, as_of, asked.known_at, wanted.agreement)
        try:
            tally = estates.ask(
                question, estates.wanted(wanted, now), jobs=asked.jobs, told=shown, most_shown=asked.show
            )
        except CommandRefused as refusal:
            raise placed(refusal, asked.hypothesis) from None
    told = to_json(tally_answer(tally)).decode() if asked.json else "\n".join(tally_words(tally))
    print(told)
    return 0


def _hypothesis(given: str) -> Hypothesis:
    """From a file, or from the argument itself where that is an object."""
    place = "hypothesis" if given.lstrip().startswith("{") else given
    try:
        text = given.encode("utf-8", "surrogateescape") if place == "hypothesis" else Path(given).read_bytes()
    except OSError as error:
        raise CaseFileError(place, f"cannot be read: {error.strerror}") from None
    return read_hypothesis(parse(text, place), place)
