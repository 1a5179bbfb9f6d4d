"""`ticketclock verify`: does every event follow the one before it, as it was stored?"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from eventsourcing.persistence import Notification

from domain.desk.mapper import BrokenChain, checked
from scripts import store
from scripts.commands.progress import Progress

BROKEN = 1

Read = Callable[[Notification], Any]
"""Reads the envelope of a stored event. Raises KeyError or ValueError where it cannot be read."""


class Stream(NamedTuple):
    """How many events a stream holds, and what is wrong with it, if anything is."""

    events: int
    problem: str


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "verify",
        help="check the hash chains of all histories",
        description="Check the hash chains of all histories. Names the first event of each that does not follow the one "
        "before it, and exits with 1 if there is any. An event is bound by the one after it: that the last one of a history "
        "is as it was, or that a whole history is there, a chain alone cannot tell.",
    )
    store.add_to(parser)
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    events = streams = broken = 0
    with store.opened(store.settings(asked)) as log, Progress("streams", sys.stdout) as progress:
        reader = log.reader()
        head = reader.head()
        for stream in verified(reader.streams(head), log.mapper.to_domain_event):
            streams += 1
            events += stream.events
            if stream.problem:
                broken += 1
                print(stream.problem)
            progress.step()
    verdict = f"{broken:,} of them broken" if broken else "each event follows the one before it"
    print(f"{events:,} events in {streams:,} streams, up to position {head}: {verdict}")
    return BROKEN if broken else 0


def verified(events: Iterable[Notification], read: Read) -> Iterator[Stream]:
    """Each stream in turn; the events come in the order of their streams."""
    for _, group in groupby(events, key=attrgetter("originator_id")):
        stream = list(group)
        yield Stream(len(stream), _problem(stream, read))


def _problem(stream: list[Notification], read: Read) -> str:
    try:
        for _ in checked(_read(one, read) for one in stream):
            pass
    except BrokenChain as broken:
        return str(broken)
    return ""


def _read(one: Notification, read: Read) -> Any:
    try:
        return read(one)
    except (KeyError, ValueError):
        raise BrokenChain(f"event {one.originator_version} of {one.originator_id} cannot be read") from None
