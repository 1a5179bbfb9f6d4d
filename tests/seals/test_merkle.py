"""The tree of hashes, and what its proofs prove."""

from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.seals.merkle import (
    BadProof,
    Frontier,
    Node,
    consistency,
    inclusion,
    leaf_hash,
    node_hash,
    root,
    root_from,
    roots_from,
    whole,
)

SIZES = st.integers(1, 70)


def tree(size: int) -> list[bytes]:
    return [leaf_hash(f"leaf {number}".encode()) for number in range(size)]


def over(leaves: Sequence[bytes]) -> Node:
    return lambda height, index: whole(leaves[index << height : (index + 1) << height])


def by_definition(leaves: Sequence[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = max(1 << power for power in range(9) if 1 << power < len(leaves))
    return sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


@given(st.integers(0, 70))
def test_the_root_is_that_of_the_definition_however_it_is_reached(size):
    leaves = tree(size)
    grown = Frontier()
    for leaf in leaves:
        grown.add(leaf)

    assert by_definition(leaves) == root(size, over(leaves)) == grown.root == grown.copy().root
    assert size == grown.size


@given(st.lists(st.integers(0, 40), max_size=5))
def test_leaves_may_be_added_in_any_parts(parts):
    leaves, grown = tree(sum(parts)), Frontier()
    for part in parts:
        grown.extend(leaves[grown.size : grown.size + part])

    assert by_definition(leaves) == grown.root


def test_the_root_is_that_of_the_known_test_vectors():
    """Those of the reference implementation of certificate transparency."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [leaf_hash(bytes.fromhex(one)) for one in inputs]

    assert "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" == root(1, over(leaves)).hex()
    assert "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" == root(2, over(leaves)).hex()
    assert "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" == root(8, over(leaves)).hex()


@given(st.lists(st.integers(0, 3), max_size=20))
def test_whole_subtrees_may_be_added_where_they_begin(heights):
    leaves, grown, size = tree(200), Frontier(), 0
    for height in heights:
        while size % (1 << height):
            grown.add(leaves[size])
            size += 1
        grown.add(whole(leaves[size : size + (1 << height)]), height)
        size += 1 << height

    assert by_definition(leaves[:size]) == grown.root


@given(SIZES, st.data())
def test_every_leaf_is_proved_and_no_other_one_in_its_place(size, data):
    leaves = tree(size)
    index = data.draw(st.integers(0, size - 1))
    path = inclusion(index, size, over(leaves))

    assert by_definition(leaves) == root_from(leaves[index], index, size, path)
    assert by_definition(leaves) != root_from(leaf_hash(b"another"), index, size, path)
    assert len(path) <= (size - 1).bit_length()


@given(SIZES, st.data())
def test_a_proof_that_was_changed_leads_elsewhere(size, data):
    leaves = tree(size)
    index = data.draw(st.integers(0, size - 1))
    path = inclusion(index, size, over(leaves))
    others: list[tuple[int, int, list[bytes]]] = [(index, size, [*path, leaves[0]]), (index, size, path[:-1])]
    others += [(other, size, path) for other in range(size) if other != index]
    others += [(index, size, [*path[:at], leaf_hash(b"x"), *path[at + 1 :]]) for at in range(len(path))]

    for number, other, changed in others:
        if (number, changed) != (index, path):
            assert not _leads(leaves[index], number, other, changed, by_definition(leaves))


def _leads(leaf: bytes, index: int, size: int, path: list[bytes], to: bytes) -> bool:
    try:
        return root_from(leaf, index, size, path) == to
    except BadProof:
        return False


@given(SIZES, st.data())
def test_a_log_that_only_grew_is_proved_to_have_grown(size, data):
    leaves = tree(size)
    before = data.draw(st.integers(1, size))
    path = consistency(before, size, over(leaves))

    assert (by_definition(leaves[:before]), by_definition(leaves)) == roots_from(
        before, size, path, by_definition(leaves[:before])
    )


@given(SIZES, st.data())
def test_a_log_whose_past_was_changed_is_not_proved_to_have_grown(size, data):
    leaves = tree(size)
    before = data.draw(st.integers(1, size))
    old_root = by_definition(leaves[:before])
    leaves[data.draw(st.integers(0, before - 1))] = leaf_hash(b"changed")
    path = consistency(before, size, over(leaves))

    assert (old_root, by_definition(leaves)) != roots_from(before, size, path, old_root)


@settings(max_examples=40)
@given(SIZES, SIZES, st.lists(st.binary(min_size=32, max_size=32), max_size=9))
def test_rubbish_is_refused_or_leads_nowhere(old, new, path):
    roots = by_definition(tree(old)), by_definition(tree(new))
    with suppress(BadProof):
        assert old == new or roots != roots_from(old, new, path, roots[0])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (3, 3)])
def test_a_leaf_that_cannot_be_there_is_refused(index, size):
    with pytest.raises(BadProof):
        root_from(leaf_hash(b""), index, size, [])


@pytest.mark.parametrize(("old", "new"), [(0, 1), (2, 1)])
def test_a_log_that_shrank_or_was_empty_has_no_proof_of_growth(old, new):
    with pytest.raises(BadProof):
        roots_from(old, new, [], leaf_hash(b""))


def test_a_leaf_is_never_taken_for_an_inner_node():
    left, right = tree(2)

    assert node_hash(left, right) != leaf_hash(left + right)
