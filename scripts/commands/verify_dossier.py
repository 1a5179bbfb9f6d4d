"""`ticketclock verify-dossier FILE`: does a dossier hold? Nothing is asked but the file."""

import argparse
from pathlib import Path

from domain.dossier.checking.check import findings
from domain.dossier.packing import MOST_BYTES, MOST_FILES, NoDossier, Unpacked, unpacked
from domain.refusals import Refusal
from domain.terms.lookup import find
from projections.seals.signing import is_signed, read_public_key

BROKEN = 1

NOT_LOOKED_AT = """
Only whoever signed answers for texts about people that are told in the clear, for what dispute.json says beside its history, for
the words in differences.json, for revisions.json, for README.txt, for check.py and for the pages.
"""
WHOSE_KEY = "Whose key that is, a dossier cannot prove: get the key in another way, and name it with --public-key.\n"


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "verify-dossier",
        help="check a dossier",
        description="Check a dossier, a zip file or the folder that it was unpacked to: signature, digests, chains, seal and "
        "proof; whether the case file says what was stored; and every answer, judged again. Says line by line what holds and "
        "what does not, then what it did not look at, and exits with 1 if anything does not.",
    )
    parser.add_argument("dossier", metavar="FILE", help="a dossier, or a folder")
    key = "the signer's public key as it came to you another way: 64 hexadecimal digits, or a file with them or in PEM"
    parser.add_argument("--public-key", metavar="HEX", help=key)
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    public_key = None if asked.public_key is None else read_public_key(asked.public_key)
    try:
        dossier = opened(Path(asked.dossier))
    except NoDossier as problem:
        print(f"{'DOES NOT HOLD':15}{asked.dossier}: {problem}")
        return BROKEN
    broken = 0
    for finding in findings(dossier, find, is_signed, public_key):
        broken += not finding.holds
        print(finding)
    print(NOT_LOOKED_AT if public_key else f"{NOT_LOOKED_AT}\n{WHOSE_KEY}")
    print(f"{broken} of these {'does' if broken == 1 else 'do'} not hold." if broken else "All of this holds.")
    return BROKEN if broken else 0


def opened(where: Path) -> Unpacked:
    """The files of a dossier. Raises Refusal where they cannot be read, and NoDossier where they are none."""
    try:
        if where.is_dir():
            return _of_folder(where)
        if where.stat().st_size > MOST_BYTES:
            raise NoDossier("it is larger than any dossier is")
        return unpacked(where.read_bytes())
    except OSError as error:
        raise Refusal(f"{where}: cannot be read: {error.strerror or error}") from None


def _of_folder(where: Path) -> Unpacked:
    """Links lead elsewhere and are no files of a dossier."""
    files: dict[str, bytes] = {}
    damaged: list[tuple[str, str]] = []
    room = MOST_BYTES
    for file in sorted(where.rglob("*")):
        name = file.relative_to(where).as_posix()
        if file.is_symlink():
            damaged.append((name, "is a link, and no file"))
        elif file.is_file():
            room -= file.stat().st_size
            if room < 0 or len(files) >= MOST_FILES:
                raise NoDossier("it holds more than any dossier does")
            files[name] = file.read_bytes()
    return Unpacked(files, damaged)
