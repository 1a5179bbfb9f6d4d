"""Whether everything that was sealed still holds: the seals by themselves, the events under them, and the tree in between."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from psycopg.sql import SQL

from domain.seals.merkle import HASH_BYTES, Frontier, whole
from domain.seals.seal import Seal, SealDocument
from projections.seals.audit import Audit, Stretch
from projections.seals.kept import not_on_file, problems_of
from projections.seals.seals import Seals, leaf_of
from projections.seals.succession import Succession
from projections.seals.tables import names
from projections.seals.tiles import WIDTH, split
from projections.store.pool import AS_LONG_AS_IT_TAKES, READ_TO_THE_END, Pool
from projections.store.reader import Reader

TILES_A_FETCH = 100

_LEAVES = SQL("SELECT tile, hashes, positions FROM {tiles} WHERE level = 0 AND tile >= 0 ORDER BY tile")
_LEVEL = SQL("SELECT tile, hashes FROM {tiles} WHERE level = %s ORDER BY tile")
_OTHERS = SQL("SELECT level, tile FROM {tiles} WHERE level < 0 OR level > %s OR tile < 0 ORDER BY level, tile")
_LAST = SQL("SELECT tile, length(hashes) FROM {tiles} WHERE level = 0 ORDER BY tile DESC LIMIT 1")


class Verification:
    """Of one log; `seals` is how many there are, `sealed` how many events are under those that are signed.

    `public_key` is one that came another way, and `kept` a seal that somebody kept elsewhere: without either, a log that was
    forged as a whole and sealed with another key looks sound. `kept_holds` says afterwards whether the log still begins with the
    events that the kept seal is of; None where that seal does not hold by itself. Raises what psycopg raises.
    """

    def __init__(
        self, pool: Pool, schema: str, public_key: bytes | None = None, kept: SealDocument | None = None
    ) -> None:
        self._pool = pool
        self._schema = schema
        self._events = Reader(pool, schema)
        seals = Seals(pool, schema)
        rows = seals.rows()
        self._succession = Succession(rows, seals.known_keys(), public_key)
        self._signed = [one.seal for one in self._succession.signed]
        self._said = max((row.size for row in rows), default=0)
        self._whole: list[bytes | None] = []
        self.seals = len(rows)
        self.sealed = self._signed[-1].size if self._signed else 0
        self.kept_holds: bool | None = None
        self._kept: Seal | None = None
        self._kept_problems = problems_of(kept, public_key) if kept else []
        if kept and not self._kept_problems:
            self._kept, self._kept_problems = kept.seal, [*not_on_file(kept, rows)]
            self._signed = _with(kept.seal, self._signed)

    def findings(self) -> Iterator[str]:
        """What does not hold, in words, each with its place; nothing where all of it holds. Goes through the log once."""
        yield from self._succession.problems
        yield from self._kept_problems
        leaves = self._leaves()
        if leaves > self._said:
            yield f"the tree has {leaves} leaves, and the last seal is of {self._said}: a seal is missing"
        if not self._signed:
            return
        last = self._signed[-1]
        audit = Audit(self._signed)
        events = (leaf_of(event) for event in self._events.in_order(-(2**63), last.position))
        is_sound = True
        for finding in audit.findings(self._stretches(last.size), events):
            is_sound = False
            yield finding
        if self._kept:
            self.kept_holds = is_sound or self._begins_with(self._kept)
        if leaves <= last.size:
            for first in audit.differing:
                if first // WIDTH < len(self._whole):
                    self._whole[first // WIDTH] = None
            yield from self._upper_levels(self._whole)

    def _begins_with(self, kept: Seal) -> bool:
        """Whether the events up to where a seal ends are those that it is of, whatever became of the tree and other seals."""
        begun = Frontier()
        for event in self._events.in_order(-(2**63), kept.position):
            begun.add(leaf_of(event).hash)
        return (begun.size, begun.root.hex()) == (kept.size, kept.root)

    def _leaves(self) -> int:
        with self._pool.connection() as connection:
            last = connection.execute(_LAST.format(**names(self._schema))).fetchone()
        return 0 if last is None else last[0] * WIDTH + last[1] // HASH_BYTES

    def _stretches(self, size: int) -> Iterator[Stretch]:
        """The leaves as the tree has them, up to a size; what is not there, or is no tile any more, is lost."""
        self._whole, tile = [], 0
        rows = self._leaf_tiles()
        row = next(rows, None)
        while tile * WIDTH < size:
            width = min(WIDTH, size - tile * WIDTH)
            stretch = Stretch(tile * WIDTH, width, None, [])
            if row is not None and row[0] == tile:
                stretch = _stretch(tile, width, *row[1:])
                row = next(rows, None)
            if width == WIDTH:
                self._whole.append(whole(stretch.hashes) if stretch.hashes else None)
            yield stretch
            tile += 1

    def _leaf_tiles(self) -> Iterator[tuple[int, bytes, list[int] | None]]:
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(AS_LONG_AS_IT_TAKES)
            connection.execute(READ_TO_THE_END)
            with connection.cursor("tiles") as cursor:
                cursor.itersize = TILES_A_FETCH
                cursor.execute(_LEAVES.format(**names(self._schema)), binary=True)
                for tile, hashes, positions in cursor:
                    yield tile, bytes(hashes), positions

    def _upper_levels(self, below: Sequence[bytes | None]) -> Iterator[str]:
        """Each level follows from the one below it; what differs there already is passed over."""
        level = 1
        while below:
            stored = dict(self._level(level))
            tiles = [below[at : at + WIDTH] for at in range(0, len(below), WIDTH)]
            for number, hashes in enumerate(tiles):
                if not _agree(hashes, stored.pop(number, b"")):
                    yield f"tile {number} of level {level} does not follow from the leaves"
            yield from (f"tile {number} of level {level} belongs to no tree" for number in stored)
            below = [_whole(one) for one in tiles if len(one) == WIDTH]
            level += 1
        with self._pool.connection() as connection:
            for other, number in connection.execute(_OTHERS.format(**names(self._schema)), (level - 1,)):
                yield f"tile {number} of level {other} belongs to no tree"

    def _level(self, level: int) -> Iterator[tuple[int, bytes]]:
        with self._pool.connection() as connection:
            for number, hashes in connection.execute(_LEVEL.format(**names(self._schema)), (level,), binary=True):
                yield number, bytes(hashes)


def _with(kept: Seal, signed: Sequence[Seal]) -> list[Seal]:
    """In their order by how much of the log they are of."""
    others = [] if any(one.digest == kept.digest for one in signed) else [kept]
    return sorted([*signed, *others], key=lambda one: (one.size, one.number))


def _stretch(tile: int, width: int, hashes: bytes, positions: list[int] | None) -> Stretch:
    row = split(hashes)[:width]
    places = (positions or [])[:width]
    if len(row) < width or len(places) < width or len(hashes) % HASH_BYTES or None in places:
        return Stretch(tile * WIDTH, width, None, [])
    return Stretch(tile * WIDTH, width, row, places)


def _agree(made: Iterable[bytes | None], stored: bytes) -> bool:
    pairs = zip_longest(made, split(stored), fillvalue=b"")
    return all(one is None or one == other for one, other in pairs)


def _whole(hashes: Sequence[bytes | None]) -> bytes | None:
    known = [one for one in hashes if one is not None]
    return whole(known) if len(known) == len(hashes) else None
