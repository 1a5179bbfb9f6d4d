"""The tree kept in tiles: rows of 256 hashes each, so that a proof in a log of any size reads a few of them.

A tile of level 0 holds the hashes of 256 leaves, and the positions of their events in the log; one of level 1 the hashes of 256
whole tiles of level 0, and so on. The last tile of a level is written anew until it is full.
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed

from domain.seals.merkle import HASH_BYTES, whole
from domain.seals.seal import Leaf
from projections.seals.tables import names

HEIGHT = 8
WIDTH = 1 << HEIGHT
TILES_A_WRITE = 200

_SELECT = SQL("SELECT hashes, positions FROM {tiles} WHERE level = %s AND tile = %s")
_SELECT_SEVERAL = SQL("""
    SELECT level, tile, hashes FROM {tiles}
    JOIN unnest(%s::smallint[], %s::bigint[]) AS wanted (level, tile) USING (level, tile)""")
_SELECT_BY_POSITION = SQL("""
    SELECT tile, positions FROM {tiles} WHERE level = 0 AND positions[1] <= %s
    ORDER BY positions[1] DESC LIMIT 1""")
_PUT = SQL("""
    INSERT INTO {tiles} (level, tile, hashes, positions) VALUES (%s, %s, %s, %s)
    ON CONFLICT (level, tile) DO UPDATE SET hashes = excluded.hashes, positions = excluded.positions""")


class MissingTile(Exception):
    """A tile is not there, or shorter than the tree that it is to hold."""


class Tile(NamedTuple):
    """`positions` are those of a level-0 tile's events."""

    level: int
    number: int
    hashes: bytes
    positions: list[int] | None

    @property
    def width(self) -> int:
        return len(self.hashes) // HASH_BYTES

    def row(self) -> list[bytes]:
        return split(self.hashes)


def split(hashes: bytes) -> list[bytes]:
    """The hashes that stand one after another."""
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


class Tiles:
    """The tree of a schema's log, read through one connection and remembered as far as it was read.

    Raises MissingTile, and what psycopg raises.
    """

    def __init__(self, connection: Connection[TupleRow], schema: str) -> None:
        self._connection = connection
        self._schema = schema
        self._read: dict[tuple[int, int], list[bytes]] = {}

    def node(self, height: int, index: int) -> bytes:
        """The hash of a whole subtree, as `domain.seals.merkle.Node` has it."""
        level, within = divmod(height, HEIGHT)
        first = index << within
        row = self._row(level, first >> HEIGHT)
        hashes = row[first % WIDTH : (first % WIDTH) + (1 << within)]
        if len(hashes) < 1 << within:
            raise MissingTile(f"tile {first >> HEIGHT} of level {level} ends too early")
        return whole(hashes)

    def foresee(self, index: int, size: int) -> None:
        """Read in one go what leads from a leaf to the root of a size: at each level the tile above the leaf, and the last one."""
        wanted, level = set(), 0
        while size:
            wanted |= {(level, index >> HEIGHT), (level, (size - 1) >> HEIGHT)}
            index, size, level = index >> HEIGHT, size >> HEIGHT, level + 1
        levels, tiles = [one for one, _ in wanted], [one for _, one in wanted]
        for row in self._connection.execute(self._sql(_SELECT_SEVERAL), (levels, tiles), binary=True):
            self._read[row[0], row[1]] = split(bytes(row[2]))

    def index_of(self, position: int) -> int | None:
        """The number of the leaf, from 0, of the event at a position of the log; None where it has none."""
        found = self._connection.execute(self._sql(_SELECT_BY_POSITION), (position,)).fetchone()
        if found is None:
            return None
        tile, positions = found
        place = bisect_left(positions, position)
        return tile * WIDTH + place if place < len(positions) and positions[place] == position else None

    def tile(self, level: int, number: int) -> Tile | None:
        found = self._connection.execute(self._sql(_SELECT), (level, number), prepare=True, binary=True).fetchone()
        return Tile(level, number, bytes(found[0]), found[1]) if found else None

    def _row(self, level: int, number: int) -> list[bytes]:
        if (level, number) not in self._read:
            tile = self.tile(level, number)
            if tile is None:
                raise MissingTile(f"tile {number} of level {level} is missing")
            self._read[level, number] = tile.row()
        return self._read[level, number]

    def _sql(self, text: SQL) -> Composed:
        return text.format(**names(self._schema))


@dataclass
class _Open:
    """The tile of a level that is not full yet."""

    number: int = 0
    hashes: bytearray = field(default_factory=bytearray)


class Growing:
    """Adds leaves to a tree of `size`, in the caller's transaction. Raises MissingTile, and what psycopg raises."""

    def __init__(self, connection: Connection[TupleRow], schema: str, size: int) -> None:
        self.size = size
        self._connection = connection
        self._put = _PUT.format(**names(schema))
        self._full: list[Tile] = []
        self._open: list[_Open] = []
        self._positions: list[int] = []
        self._resume(Tiles(connection, schema))

    def add(self, leaf: Leaf) -> None:
        """The next one; what is full is written now and then, the rest by `finish`."""
        self._positions.append(leaf.position)
        self.size += 1
        self._push(0, leaf.hash)

    def finish(self) -> None:
        """Write what is not full yet."""
        for level, tile in enumerate(self._open):
            if tile.hashes:
                self._keep(level, tile)
        self._write()

    def _resume(self, tiles: Tiles) -> None:
        count, level = self.size, 0
        while count:
            number, width = divmod(count, WIDTH)
            tile = tiles.tile(level, number) if width else Tile(level, number, b"", [])
            if tile is None or tile.width < width:
                raise MissingTile(f"tile {number} of level {level} is missing")
            self._open.append(_Open(number, bytearray(tile.hashes[: width * HASH_BYTES])))
            if level == 0:
                self._positions = [*(tile.positions or ())][:width]
            count, level = number, level + 1

    def _push(self, level: int, hash: bytes) -> None:
        if level == len(self._open):
            self._open.append(_Open())
        tile = self._open[level]
        tile.hashes += hash
        if len(tile.hashes) == WIDTH * HASH_BYTES:
            self._keep(level, tile)
            self._push(level + 1, whole(split(bytes(tile.hashes))))
            self._open[level] = _Open(tile.number + 1)

    def _keep(self, level: int, tile: _Open) -> None:
        positions = None
        if level == 0:
            positions, self._positions = self._positions, []
        self._full.append(Tile(level, tile.number, bytes(tile.hashes), positions))
        if len(self._full) >= TILES_A_WRITE:
            self._write()

    def _write(self) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(self._put, self._full)
        self._full = []
