"""A tree of hashes over a list that only grows, as RFC 9162 (2.1) has it: one root for all leaves, and short proofs.

An inclusion proof shows with some twenty hashes that one leaf of a million is under a root; a consistency proof, that the
leaves of an earlier root are the first ones of a later root. Leaves and inner nodes are hashed apart, so that neither passes
for the other.

Hashes are asked for as `node(height, index)`: that of the whole subtree over the leaves `index << height` up to, not including,
`(index + 1) << height`. Where they are kept is the caller's affair.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from hashlib import sha256
from typing import Self

HASH_BYTES = 32
EMPTY = sha256().digest()
"""The root of no leaves."""

Node = Callable[[int, int], bytes]


class BadProof(Exception):
    """A proof that leads to no root: too short, too long, or of a leaf that cannot be there."""


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root(size: int, node: Node) -> bytes:
    """That of the first `size` leaves."""
    return _over(0, size, node) if size else EMPTY


def whole(hashes: Sequence[bytes]) -> bytes:
    """The hash of a whole subtree, from those of a row of it; there are 1, 2, 4, 8 … of them."""
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


# --- proofs ---------------------------------------------------------------------------------------------------------------


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """The hashes that lead from a leaf to the root of the first `size` leaves, the nearest to the leaf first."""
    path, first, end = [], 0, size
    while end - first > 1:
        split = first + _half(end - first)
        if index < split:
            path.append(_over(split, end, node))
            end = split
        else:
            path.append(_over(first, split, node))
            first = split
    return path[::-1]


def root_from(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root to which an inclusion proof leads from the hash of a leaf. Raises BadProof."""
    if not 0 <= index < size:
        raise BadProof(f"a tree of {size} leaves has no leaf {index}")
    if size == 1:
        if path:
            raise BadProof("the path is too long")
        return leaf
    below, sibling = _ended(path)
    half = _half(size)
    if index < half:
        return node_hash(root_from(leaf, index, half, below), sibling)
    return node_hash(sibling, root_from(leaf, index - half, size - half, below))


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """The hashes that show that the first `old` of `new` leaves are those of an earlier root."""
    return _subproof(old, 0, new, True, node) if old else []


def roots_from(old: int, new: int, path: Sequence[bytes], old_root: bytes) -> tuple[bytes, bytes]:
    """The roots of `old` and of `new` leaves to which a consistency proof leads; the first is to be `old_root`.

    Raises BadProof. Nothing is shown of what comes after no leaves: `old` is at least 1.
    """
    if not 1 <= old <= new:
        raise BadProof(f"the first {old} of {new} leaves are no tree")
    return _roots(old, new, path, old_root)


def _roots(old: int, new: int, path: Sequence[bytes], known: bytes | None) -> tuple[bytes, bytes]:
    if old == new:
        if len(path) != (known is None):
            raise BadProof("the path is too long" if path else "the path is too short")
        same = path[0] if known is None else known
        return same, same
    below, sibling = _ended(path)
    half = _half(new)
    if old <= half:
        before, after = _roots(old, half, below, known)
        return before, node_hash(after, sibling)
    before, after = _roots(old - half, new - half, below, None)
    return node_hash(sibling, before), node_hash(sibling, after)


def _subproof(old: int, first: int, end: int, is_known: bool, node: Node) -> list[bytes]:
    if old == end - first:
        return [] if is_known else [_over(first, end, node)]
    split = first + _half(end - first)
    if first + old <= split:
        return [*_subproof(old, first, split, is_known, node), _over(split, end, node)]
    return [*_subproof(first + old - split, split, end, False, node), _over(first, split, node)]


def _ended(path: Sequence[bytes]) -> tuple[Sequence[bytes], bytes]:
    if not path:
        raise BadProof("the path is too short")
    return path[:-1], path[-1]


def _half(size: int) -> int:
    """The leaves on the left: the largest power of two below the size."""
    return 1 << ((size - 1).bit_length() - 1)


def _over(first: int, end: int, node: Node) -> bytes:
    """The hash over a stretch of leaves that begins where one of its size or larger may begin."""
    hashes = []
    while first < end:
        height = (end - first).bit_length() - 1
        hashes.append(node(height, first >> height))
        first += 1 << height
    return _folded(hashes)


def _folded(hashes: Iterable[bytes]) -> bytes:
    """Of whole subtrees side by side, the largest first."""
    return reduce(lambda right, left: node_hash(left, right), reversed([*hashes]))


# --- a tree as it grows ---------------------------------------------------------------------------------------------------


class Frontier:
    """All that one has to remember of a tree to let it grow: the whole subtrees side by side, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, hash: bytes, height: int = 0) -> None:
        """The next leaf, or the next whole subtree; one of a height begins where such subtrees do."""
        place = self.size >> height
        while place & 1:
            hash = node_hash(self._peaks.pop(), hash)
            place >>= 1
        self._peaks.append(hash)
        self.size += 1 << height

    def extend(self, hashes: Sequence[bytes]) -> None:
        """The next leaves."""
        at = 0
        while at < len(hashes):
            height = (len(hashes) - at).bit_length() - 1
            if self.size:
                height = min(height, (self.size & -self.size).bit_length() - 1)
            self.add(whole(hashes[at : at + (1 << height)]), height)
            at += 1 << height

    @property
    def root(self) -> bytes:
        return _folded(self._peaks) if self._peaks else EMPTY

    def copy(self) -> Self:
        other = type(self)()
        other.size, other._peaks = self.size, [*self._peaks]
        return other
