"""`ticketclock forget CUSTOMER`: destroy the key by which a customer's personal data can be read."""

import argparse

from api.security.forgetting import forget
from api.security.keys import Keys
from domain.refusals import Refusal
from projections.api_keys import ApiKeys
from scripts import store
from scripts.wall_clock import wall_clock


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "forget",
        help="forget the people of a customer for good",
        description="Destroy the key by which a customer's names, addresses and texts can be read. Clocks, verdicts and "
        "digests stay as they are, pseudonyms stand in for people, and nothing personal is recorded for them any more. "
        "Their API keys are revoked. Copies of the database made before still hold the key.",
    )
    parser.add_argument("customer", metavar="CUSTOMER")
    parser.add_argument("--yes", action="store_true", help="do it: nobody can take it back")
    store.add_to(parser)
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    if not asked.yes:
        raise Refusal(f"nobody could ever read what people of {asked.customer} wrote; give --yes to do it")
    with store.opened(store.settings(asked)) as log:
        keys = ApiKeys(log.pool, log.schema)
        keys.create_table()
        if not forget(asked.customer, log.keys, Keys(keys), wall_clock()):
            raise Refusal(
                f"there is no key of {asked.customer}: nothing of theirs is on file, or they are forgotten; "
                "API keys of theirs open nothing any more"
            )
    print(f"{asked.customer} is forgotten")
    return 0
