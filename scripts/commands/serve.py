"""`ticketclock serve`: the HTTP API, the timekeeper, and what goes out."""

import argparse
import logging

from scripts import service, store
from scripts.commands.arguments import port


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "serve",
        help="run the service",
        description="Run the service until SIGTERM or Ctrl-C. Any number of programs may serve one database.",
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", metavar="ADDRESS", help="listen here; without it on 127.0.0.1 only")
    add("--port", type=port, default=8080, metavar="N", help="without it 8080; 0 is any free one")
    add("--no-timekeeper", action="store_true", help="leave to others what is to be done when time passes")
    add("--no-outgoing", action="store_true", help="leave to others what is to be sent")
    store.add_to(parser)
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    service.log_to_stderr(logging.INFO)
    with (
        service.ends_on_sigterm(),
        service.listening(asked.host, asked.port) as door,
        service.opened(
            store.settings(asked),
            timekeeper=not asked.no_timekeeper,
            outgoing=not asked.no_outgoing,
            backstage=True,
        ) as opened,
        opened.working(),
    ):
        print(f"ticketclock serves the log {opened.store.schema} on {service.address(door)}", flush=True)
        opened.server().run(sockets=[door])
    return 0
