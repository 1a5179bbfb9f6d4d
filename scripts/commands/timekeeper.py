"""`ticketclock timekeeper --until INSTANT`: what time alone brings about, as if it had passed."""

import argparse

from api.timekeeper import Deed, Timekeeper
from domain.instants import seconds, text
from projections.deadlines import Deadlines
from projections.runner import Runner
from scripts import store
from scripts.commands.arguments import instant
from scripts.wall_clock import wall_clock


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "timekeeper",
        help="let simulated time pass",
        description="Do everything that falls due up to an instant (rungs, warnings, notices), each at its own instant, as if "
        "the time had passed, and say what was done. It is recorded with those instants: for simulations in a log of their own. "
        "In a service the timekeeper works by itself.",
    )
    parser.add_argument("--until", required=True, type=instant, metavar="INSTANT", help="so far, with its offset")
    store.add_to(parser)
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    with store.opened(store.settings(asked)) as log:
        runner = Runner(log.pool, log.schema, log.mapper, log.desk.shelf)
        runner.create_tables()
        timekeeper = Timekeeper(log.desk, Deadlines(log.pool, log.schema), runner, wall_clock)
        for deed in timekeeper.run_until(asked.until):
            print(_line(deed))
    return 0


def _line(deed: Deed) -> str:
    deadline = deed.deadline
    what = " ".join(filter(None, (deadline.kind, deadline.clock, deadline.name)))
    told = f"{text(seconds(deed.at))}  {deadline.ticket}  {what}: {deed.outcome}"
    return f"{told}, {deed.says}" if deed.says else told
