"""`ticketclock keys create|list|revoke`: the API keys of programs and people."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from api.security.keys import Keys
from api.security.roles import RIGHTS, STANDINGS
from domain.instants import seconds, text
from projections.api_keys import NOTHING_ON_FILE, ApiKey, ApiKeys
from scripts import store
from scripts.commands.arguments import count
from scripts.wall_clock import wall_clock

MOST_DAYS = 36_500


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("keys", help="create, list and revoke API keys")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = actions.add_parser("create", help="a new key, which is shown this once")
    add = create.add_argument
    add("--role", required=True, choices=sorted(STANDINGS), metavar="ROLE", help=", ".join(sorted(STANDINGS)))
    add("--person", required=True, metavar="ID", help="who acts by it, as histories will name them")
    add("--customer", metavar="NAME", help="whose tickets it reaches; without it everybody's")
    right = "only this right of the role; may be given several times"
    add("--right", action="append", choices=sorted(RIGHTS), metavar="RIGHT", help=right)
    add("--label", default="", help="what it is for")
    most = f"it expires after so many days, {MOST_DAYS} at most; without it never"
    add("--days", type=_days, metavar="N", help=most)
    store.add_to(create)
    create.set_defaults(run=_create)
    listing = actions.add_parser("list", help="every key given out, the newest first, without its secret")
    store.add_to(listing)
    listing.set_defaults(run=_list)
    revoke = actions.add_parser("revoke", help="a key opens nothing any more")
    revoke.add_argument("id", metavar="ID", help="as the list has it")
    store.add_to(revoke)
    revoke.set_defaults(run=_revoke)


def _days(text: str) -> int:
    """A number of days, a hundred years at most."""
    if (days := count(text)) > MOST_DAYS:
        raise argparse.ArgumentTypeError(
            f"{text} days are too many; give {MOST_DAYS} at most, or none for a key for good"
        )
    return days


def _create(asked: argparse.Namespace) -> int:
    now, customer = wall_clock(), asked.customer
    with _keys(asked) as (keys, log):
        new = keys.create(
            person=asked.person,
            role=asked.role,
            at=now,
            customer=customer,
            scopes=asked.right,
            label=asked.label,
            expires_at=now + timedelta(days=asked.days) if asked.days else None,
            check=log.keys.check,
        )
        is_idle = customer is not None and log.keys.key(customer) is None
    print(new.text)
    print("Keep it: it cannot be shown again.", file=sys.stderr)
    if is_idle:
        print(NOTHING_ON_FILE.format(customer=customer), file=sys.stderr)
    return 0


def _list(asked: argparse.Namespace) -> int:
    now = wall_clock()
    with _keys(asked) as (keys, _):
        for key in keys.all():
            print(_line(key, now))
    return 0


def _revoke(asked: argparse.Namespace) -> int:
    with _keys(asked) as (keys, _):
        keys.revoke(asked.id, wall_clock())
    print(f"{asked.id} is revoked")
    return 0


@contextmanager
def _keys(asked: argparse.Namespace) -> Iterator[tuple[Keys, store.Store]]:
    with store.opened(store.settings(asked)) as log:
        table = ApiKeys(log.pool, log.schema)
        table.create_table()
        yield Keys(table), log


def _line(key: ApiKey, now: datetime) -> str:
    whose = f"{key.role} {key.person}" + (f" of {key.customer}" if key.customer else "")
    told = [key.id, _state(key, now), whose, f"created {_told(key.created_at)}"]
    if key.last_used_at:
        told.append(f"last used {_told(key.last_used_at)}")
    if key.label:
        told.append(key.label)
    return "  ".join(told)


def _state(key: ApiKey, now: datetime) -> str:
    if key.revoked_at:
        return f"revoked {_told(key.revoked_at)}"
    if key.expires_at:
        return f"{'good until' if key.is_good(now) else 'expired'} {_told(key.expires_at)}"
    return "good"


def _told(at: datetime) -> str:
    return text(seconds(at))
