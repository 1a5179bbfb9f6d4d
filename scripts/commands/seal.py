"""`ticketclock seal`: sign what the log holds now."""

import argparse

from domain.refusals import Refusal
from domain.seals.seal import told
from projections.seals import Seals
from scripts import store
from scripts.sealing import sealer_from
from scripts.wall_clock import wall_clock


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "seal",
        help="seal the log now",
        description="Sign what the log holds now, so that nothing of it can be changed, moved or removed unnoticed. Where "
        "nothing is new, the last seal is shown. In a service this happens by itself. Whoever keeps what is printed here can "
        "later hold the log against it.",
    )
    keys = "show the ids and public keys of all seals instead: give them to whoever is to check seals"
    parser.add_argument("--keys", action="store_true", help=keys)
    parser.add_argument(
        "--json", action="store_true", help="print the seal as a document, for ticketclock verify --seal"
    )
    store.add_to(parser)
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    settings = store.settings(asked)
    with store.opened(settings) as log:
        Seals(log.pool, log.schema).create_tables()
        if asked.keys:
            _show_keys(log)
        else:
            _seal(log, settings, as_json=asked.json)
    return 0


def _seal(log: store.Store, settings: dict[str, str], *, as_json: bool) -> None:
    try:
        document = sealer_from(settings, log.pool, log.schema).seal_now(wall_clock())
    except TimeoutError as error:
        raise Refusal(str(error)) from None
    if as_json:
        print(document.model_dump_json())
        return
    seal = document.seal
    print(f"seal {seal.number}, {seal.sealed_at}: {seal.size:,} events up to position {seal.position}")
    print(f"root {seal.root}")
    print(f"key {seal.key}")


def _show_keys(log: store.Store) -> None:
    for key in Seals(log.pool, log.schema).known_keys():
        print(f"{key.id}  {key.public_key.hex()}  since {told(key.since)}")
