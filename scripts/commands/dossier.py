"""`ticketclock dossier TICKET`: everything about a ticket, or a dispute, in one file that anybody can check."""

import argparse
from datetime import datetime
from pathlib import Path

from api.dossier.gathering import Made, Wish, issued, of_dispute, of_ticket
from api.office import Office
from api.security.principal import Principal
from domain.refusals import Refusal
from scripts import service, store
from scripts.commands.arguments import instant, uuid

VIA = "command-line"


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "dossier",
        help="everything about a ticket in one file that anybody can check",
        description="Put everything about a ticket into one signed file: its events as stored, the terms, every answer that "
        "matters, the proof that it is in the sealed log, and pages for people. `ticketclock verify-dossier` checks it, and "
        "so does the program in it.",
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("ticket", nargs="?", type=uuid, metavar="TICKET", help="of this ticket")
    which.add_argument("--dispute", type=uuid, metavar="ID", help="of this dispute and its ticket")
    parser.add_argument("-o", "--out", metavar="FILE", help="write here; without it a name is made")
    parser.add_argument("--force", action="store_true", help="even if the file is there already: it is written over")
    parser.add_argument("--folder", action="store_true", help="write a folder in place of a zip file")
    parser.add_argument(
        "--redact",
        action="store_true",
        help="with pseudonyms in the place of the customer's people and of what people wrote",
    )
    parser.add_argument("--as-of", type=instant, metavar="INSTANT", help="judge as of this instant; without it now")
    known = "what was known by this instant makes the earlier answer; without it what was known at --as-of"
    parser.add_argument("--known-at", type=instant, metavar="INSTANT", help=known)
    made = "the instant that it gives for its making, not before its last event; else now. The same again gives the same bytes"
    parser.add_argument("--made-at", type=instant, metavar="INSTANT", help=made)
    store.add_to(parser)
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    with service.opened(store.settings(asked), timekeeper=False, outgoing=False) as opened:
        opened.prepare()
        office = _office(opened, opened.now())
        made = _made(office, asked)
        where = Path(asked.out or (made.name if asked.folder else f"{made.name}.zip"))
        _refuse_writing_over(where, asked)
        if asked.dispute is not None:
            issued(office, asked.dispute, made)
    try:
        (_write_folder if asked.folder else _write_file)(made, where)
    except OSError as error:
        raise Refusal(f"{where}: cannot be written: {error.strerror or error}") from None
    print(f"{where}: {len(made.files)} files")
    return 0


def _office(opened: service.Service, at: datetime) -> Office:
    """Whoever can read the database can read all of it."""
    return Office(opened.house, Principal.admitted(VIA, "system", None, VIA), at, VIA)


def _made(office: Office, asked: argparse.Namespace) -> Made:
    wish = Wish(asked.as_of, asked.known_at, asked.redact, asked.made_at)
    if asked.dispute is None:
        return of_ticket(office, asked.ticket, wish)
    return of_dispute(office, asked.dispute, wish)


def _refuse_writing_over(where: Path, asked: argparse.Namespace) -> None:
    if asked.folder and where.exists():
        raise Refusal(f"{where}: is there already; name another folder with -o")
    if where.exists() and not asked.force:
        raise Refusal(f"{where}: is there already; name another file with -o, or say --force")


def _write_file(made: Made, where: Path) -> None:
    """There only once it is complete."""
    begun = where.with_name(f"{where.name}.part")
    begun.write_bytes(made.container)
    begun.replace(where)


def _write_folder(made: Made, where: Path) -> None:
    for name, content in made.files.items():
        file = where / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
