"""`ticketclock rebuild`: all read models anew from the log, beside the live ones, which serve until the switch."""

import argparse
from time import perf_counter

from projections.runner import Runner
from scripts import store
from scripts.commands.progress import counted


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "rebuild",
        help="build the read models anew from the log",
        description="Build the read models anew from the log, beside the live ones, and switch over. The service may go on "
        "meanwhile; a rebuild that was cut short is simply given again.",
    )
    store.add_to(parser)
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    begun = perf_counter()
    with store.opened(store.settings(asked), only_there=True) as log, counted("events") as shown:
        rebuilt = Runner(log.pool, log.schema, log.mapper, log.desk.shelf).rebuild(shown)
    spent = perf_counter() - begun
    told = f"{rebuilt.events:,} events of {rebuilt.streams:,} streams, up to position {rebuilt.position}"
    print(f"{told}: rebuilt in {spent:.1f} s, {rebuilt.events / spent:,.0f} a second")
    return 0
