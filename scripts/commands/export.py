"""`ticketclock export`: the tickets of the log as case files."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any, cast
from uuid import UUID

from pydantic_core import to_json

from api.histories import agreement_for_file, case_file
from domain.desk.desk import Desk
from domain.desk.envelope import Envelope, Filed
from domain.desk.names import TICKET
from domain.desk.ticket import Ticket
from domain.refusals import UnknownStream
from domain.terms.publication import Document
from projections.store.reader import Reader
from scripts import store
from scripts.commands.arguments import uuid
from scripts.commands.progress import Progress
from scripts.output import written


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "export",
        help="write tickets as case files",
        description="Write tickets as case files, which `ticketclock judge` and `ticketclock import` read. Names and texts of "
        "people are in them, unless they are forgotten.",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--customer", metavar="NAME", help="only the tickets of this customer")
    which.add_argument("--ticket", type=uuid, metavar="ID", help="only this ticket")
    parser.add_argument("-o", "--out", metavar="FILE", help="write here (gzipped where it ends in .gz)")
    store.add_to(parser)
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    with (
        store.opened(store.settings(asked), only_there=True) as log,
        written(asked.out) as out,
        Progress("tickets", out) as progress,
    ):
        tickets = [_one(log.desk, asked.ticket)] if asked.ticket else _all(log.desk, log.reader())
        written_any = False
        for document in documents(log.desk, tickets, asked.customer):
            out.write(to_json(document).decode() + "\n")
            progress.step()
            written_any = True
    if not written_any:
        print(f"there is no ticket{f' of {asked.customer}' if asked.customer else ''}", file=sys.stderr)
    return 0


def documents(desk: Desk, tickets: Iterable[Ticket], customer: str | None = None) -> Iterator[dict[str, Any]]:
    """The case file of each ticket, or of those of one customer, as of its last event."""
    agreements = _Agreements(desk)
    for ticket in tickets:
        filed = ticket.filed
        if customer in (None, filed.customer):
            case = desk.case(ticket, max(one.at for one in ticket.history))
            yield case_file(ticket, case, agreements.of(filed))


def _one(desk: Desk, id: UUID) -> Ticket:
    ticket = desk.ticket(id)
    if not ticket.envelopes:
        raise UnknownStream(f"there is no ticket {id}")
    return ticket


def _all(desk: Desk, reader: Reader) -> Iterator[Ticket]:
    """In the order of their ids, one at a time in memory."""
    tickets = (one for one in reader.streams(reader.head()) if one.topic.startswith(TICKET))
    for id, stored in groupby(tickets, key=attrgetter("originator_id")):
        try:
            yield Ticket(id, tuple(cast(Envelope, desk.mapper.to_domain_event(one)) for one in stored))
        except ValueError as error:
            print(f"ticket {id} cannot be read and is left out: {type(error).__name__}", file=sys.stderr)


class _Agreements:
    """The agreement of each ticket as its case file names or carries it; each is looked up once."""

    def __init__(self, desk: Desk) -> None:
        self._shelf = desk.shelf
        self._found: dict[tuple[str, ...], str | Document] = {}

    def of(self, filed: Filed) -> str | Document:
        terms = (filed.digest, *filed.holidays.values())
        if terms not in self._found:
            self._found[terms] = agreement_for_file(filed, self._shelf)
        return self._found[terms]
