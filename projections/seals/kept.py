"""A seal that somebody kept elsewhere, held against a log: is it one of the log's own, as it was made?

Whoever can write to the database can make a log anew, with a tree and seals that agree with it. They cannot make the seal that
somebody has in their drawer.
"""

from collections.abc import Iterable, Iterator

from domain.seals.seal import SealDocument, seal_problems
from projections.seals.seals import SealRow
from projections.seals.signing import is_signed


def problems_of(kept: SealDocument, public_key: bytes | None = None) -> list[str]:
    """What does not hold of the kept seal by itself, in words; without a public key, its own is believed."""
    return [f"the seal that was kept does not hold: {one}" for one in seal_problems(kept, is_signed, public_key)]


def not_on_file(kept: SealDocument, rows: Iterable[SealRow]) -> Iterator[str]:
    """Whether it was taken out of the seals of the log, or another one put in its place."""
    named = f"seal {kept.seal.number} of {kept.seal.sealed_at}"
    row = next((one for one in rows if one.number == kept.seal.number), None)
    if row is None:
        yield f"{named} was kept, and is not on file"
    elif _digest(row) != kept.seal.digest:
        yield f"{named} was kept, and the one on file is another"


def _digest(row: SealRow) -> str:
    """Nothing where the row is no seal any more."""
    try:
        return row.document.seal.digest
    except ValueError:
        return ""
