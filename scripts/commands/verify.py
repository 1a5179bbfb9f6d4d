"""`ticketclock verify`: does every event follow the one before it, as it was stored, and is all that was sealed as it was?"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from eventsourcing.persistence import Notification

from domain.desk.mapper import BrokenChain, checked
from domain.refusals import Refusal
from domain.seals.seal import Seal, SealDocument
from projections.seals import Seals
from projections.seals.signing import read_public_key
from projections.seals.verification import Verification
from scripts import store
from scripts.commands.progress import Progress

BROKEN = 1
MOST_TOLD = 20
LONGEST_SEAL = 1 << 20

Read = Callable[[Notification], Any]
"""Reads the envelope of a stored event. Raises KeyError or ValueError where it cannot be read."""


class Stream(NamedTuple):
    """How many events a stream holds, and what is wrong with it, if anything is."""

    events: int
    problem: str


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "verify",
        help="check the hash chains of all histories, and the seals of the log",
        description="Check the hash chains of all histories, and everything that was sealed: the signatures, that each seal "
        "follows the one before it, that no sealed event was changed, moved or removed. Names what does not hold, the first "
        "first, and exits with 1 if there is anything. What was recorded after the last seal is bound by the chains alone, "
        "which do not bind the last event of a history.",
    )
    key = (
        "the public key that must have signed the seals: 64 hexadecimal digits, or a file; without it, the one on file"
    )
    parser.add_argument("--public-key", metavar="HEX|FILE", help=key)
    kept = "hold the log against a seal that you kept, from ticketclock seal --json, /v1/seals/latest or a dossier's proof.json"
    parser.add_argument("--seal", metavar="FILE", help=kept)
    store.add_to(parser)
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    public_key = None if asked.public_key is None else read_public_key(asked.public_key)
    kept = None if asked.seal is None else read_seal(asked.seal)
    with store.opened(store.settings(asked), only_there=True) as log:
        events, chains_hold = _check_chains(log)
        seals_hold = _check_seals(log, public_key, kept, events)
    return 0 if chains_hold and seals_hold else BROKEN


def _check_chains(log: store.Store) -> tuple[int, bool]:
    """How many events there are, and whether each follows the one before it."""
    events = streams = broken = 0
    with Progress("streams", sys.stdout) as progress:
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
    print(f"{counted(events, 'event')} in {counted(streams, 'stream')}, up to position {head}: {verdict}")
    return events, not broken


def _check_seals(log: store.Store, public_key: bytes | None, kept: SealDocument | None, events: int) -> bool:
    Seals(log.pool, log.schema).create_tables()
    verification = Verification(log.pool, log.schema, public_key, kept)
    findings = verification.findings()
    for finding in (told := [*islice(findings, MOST_TOLD)]):
        print(finding)
    if more := sum(1 for _ in findings):
        print(f"and {more:,} more that {'does' if more == 1 else 'do'} not hold")
    broken = len(told) + more
    print(_of_seals(verification, broken))
    if kept:
        print(_of_kept(kept.seal, events, verification.kept_holds))
    return not broken


def _of_seals(verification: Verification, broken: int) -> str:
    """Where nothing is sealed, nothing is proved: that no finding came up says nothing then."""
    if not (verification.seals or broken):
        return "nothing is sealed yet, so that no seal says anything of these events; ticketclock seal seals them"
    verdict = counted(broken, "finding") if broken else "all of it is as it was sealed"
    return f"{counted(verification.sealed, 'event')} under {counted(verification.seals, 'seal')}: {verdict}"


def _of_kept(seal: Seal, events: int, holds: bool | None) -> str:
    """How the log of today stands to the seal that was kept.

    Only where the log begins with exactly the events that it is of is everything else an addition, and can be counted as such.
    """
    named, size = f"seal {seal.number} of {seal.sealed_at}, as it was kept", counted(seal.size, "event")
    if holds is None:
        return f"{named}: it does not hold by itself, and the log was not held against it"
    if not holds:
        return f"{named}: the log does not begin with the {size} that it is of, up to position {seal.position}"
    grown = f"and has grown by {since:,} since" if (since := events - seal.size) > 0 else "and nothing more is in it"
    return f"{named}: the log begins with the {size} that it is of, up to position {seal.position}, {grown}"


def counted(number: int, what: str) -> str:
    """So many of something: 1 event, 2 events."""
    return f"{number:,} {what}{'s' * (number != 1)}"


def read_seal(file: str) -> SealDocument:
    """A seal as it was handed over, by itself or in a proof. Raises Refusal."""
    try:
        told = json.loads(Path(file).read_bytes()[:LONGEST_SEAL])
        whole = told["seal"] if "seal" in told.get("seal", {}) else told
        return SealDocument.model_validate({name: whole[name] for name in SealDocument.model_fields})
    except OSError as error:
        raise Refusal(f"{file}: cannot be read: {error.strerror or error}") from None
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError):
        raise Refusal(f"{file}: is no seal; give one as /v1/seals/latest or ticketclock seal --json has it") from None


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
