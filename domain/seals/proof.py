"""Proofs that anybody can check without the log: this event stood in it when it was sealed; the log only grew since that seal."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.seals import merkle
from domain.seals.merkle import EMPTY, BadProof
from domain.seals.seal import Count, Hash, IsSigned, Leaf, SealDocument, seal_problems

Path = Annotated[list[Hash], Field(max_length=128)]
"""Hashes in hexadecimal, the nearest to the leaf first."""


class LeafDocument(BaseModel):
    """An event in its place: `version` is its number in its stream, `digest` the SHA-256 of its stored form."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    position: Count
    stream: UUID
    version: Count
    digest: Hash

    @property
    def leaf(self) -> Leaf:
        return Leaf(self.position, self.stream, self.version, self.digest)


class Proof(BaseModel):
    """That an event stood in the log when it was sealed: its leaf, the leaf's index from 0, and the path up to the root."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seal: SealDocument
    leaf: LeafDocument
    index: Count
    path: Path


class Consistency(BaseModel):
    """That the events of an earlier seal are the first ones of a later seal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    earlier: SealDocument
    later: SealDocument
    path: Path


def check_proof(proof: Proof, is_signed: IsSigned, public_key: bytes | None = None) -> list[str]:
    """What does not hold, in words; nothing where the event stood in the log that the seal speaks of.

    `public_key` is one that came another way; without it, the one that the proof brings along is believed.
    """
    problems = seal_problems(proof.seal, is_signed, public_key)
    seal, leaf = proof.seal.seal, proof.leaf.leaf
    what = f"event {leaf.version} of {leaf.stream}, at position {leaf.position}"
    try:
        root = merkle.root_from(leaf.hash, proof.index, seal.size, _bytes(proof.path))
    except BadProof as bad:
        return [*problems, f"{what}: {bad}"]
    if root.hex() != seal.root:
        problems.append(f"{what}: the path does not lead to the root of seal {seal.number}")
    if leaf.position > seal.position:
        problems.append(f"{what}: seal {seal.number} ends before, at position {seal.position}")
    return problems


def check_consistency(proof: Consistency, is_signed: IsSigned, public_key: bytes | None = None) -> list[str]:
    """What does not hold, in words; nothing where the log between the two seals only grew."""
    earlier, later = proof.earlier.seal, proof.later.seal
    problems = [
        problem for one in (proof.earlier, proof.later) for problem in seal_problems(one, is_signed, public_key)
    ]
    if earlier.size == 0:
        grew = not proof.path and earlier.root == EMPTY.hex()
    else:
        try:
            roots = merkle.roots_from(earlier.size, later.size, _bytes(proof.path), bytes.fromhex(earlier.root))
        except BadProof as bad:
            return [*problems, f"seals {earlier.number} and {later.number}: {bad}"]
        grew = roots == (bytes.fromhex(earlier.root), bytes.fromhex(later.root))
    if not grew:
        problems.append(f"the log of seal {later.number} does not begin with that of seal {earlier.number}")
    return problems


def _bytes(path: list[str]) -> list[bytes]:
    return [bytes.fromhex(one) for one in path]
