"""Do the seals hold by themselves: is none missing, does each follow the one before, is each signed?"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from domain.seals.seal import FIRST_BEFORE, SealDocument, key_id, seal_problems
from projections.seals.seals import KnownKey, SealRow
from projections.seals.signing import is_signed


class Succession:
    """The seals of a log in their order; `signed` are those whose signatures hold, `problems` what does not hold, in words.

    `public_key` is one that came another way; without it, those on file are believed.
    """

    def __init__(self, rows: Iterable[SealRow], keys: Iterable[KnownKey], public_key: bytes | None = None) -> None:
        self.signed: list[SealDocument] = []
        self.problems: list[str] = []
        self._public_key = public_key
        self._previous: str | None = FIRST_BEFORE
        self._next = 1
        for row in rows:
            self._add(row)
        self.problems += [*self._strangers(), *([] if self.problems else self._misdated(keys))]

    def _add(self, row: SealRow) -> None:
        missing = [f"seal {number} is missing" for number in range(self._next, min(row.number, self._next + 5))]
        problems = missing if row.number >= self._next else [f"seal {row.number} is none that was made"]
        document = _document(row)
        if not row.public_key:
            problems.append(f"seal {row.number} is signed with the key {row.key}, which is not on file")
        elif document is None:
            problems.append(f"seal {row.number} is not as it was signed")
        else:
            problems += seal_problems(document, is_signed)
            if not problems and document.seal.previous != self._previous is not None:
                problems.append(f"seal {row.number} does not follow the one before it as that was signed")
        is_sound = document is not None and not problems
        if document is not None and not seal_problems(document, is_signed):
            self.signed.append(document)
        self._previous = document.seal.digest if document is not None and is_sound else None
        self._next = row.number + 1
        self.problems += problems

    def _strangers(self) -> Iterator[str]:
        """Seals that are not signed with the key that was to have signed them, named by the first of each key."""
        for key, seals in groupby(self.signed, key=lambda one: one.public_key):
            if self._public_key is not None and bytes.fromhex(key) != self._public_key:
                first = next(seals).seal
                yield f"seal {first.number} is signed with the key {first.key}, not with {key_id(self._public_key)}"

    def _misdated(self, keys: Iterable[KnownKey]) -> Iterator[str]:
        """Keys said to be in use since another instant than that of their first seal."""
        first = {one.seal.key: one.seal for one in reversed(self.signed)}
        for key in keys:
            if key.id in first and key.since != first[key.id].at:
                yield f"the key {key.id} is in use since seal {first[key.id].number}, which is not what is on file"


def _document(row: SealRow) -> SealDocument | None:
    try:
        return row.document
    except ValueError:
        return None
