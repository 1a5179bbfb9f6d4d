"""What a seal says, byte for byte: so many events, the last of them there, this root, then, after that seal, with this key.

A seal is signed over its canonical JSON (keys in order, no spaces, UTF-8), and each names the digest of the one before it.
A leaf of the tree binds one event to its place: `position/stream/version/digest` as text, `digest` being that of its stored form.
"""

import json
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Annotated, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.instants import seconds, text
from domain.seals.merkle import leaf_hash

FIRST_BEFORE = ""
"""What the first seal has before it."""

KEY_ID_LENGTH = 16

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, lt=2**63)]
KeyId = Annotated[str, Field(pattern=rf"^[0-9a-f]{{{KEY_ID_LENGTH}}}$")]

IsSigned = Callable[[bytes, bytes, bytes], bool]
"""Whether, by a public key (32 bytes), a signature (64 bytes) is one of a message: Ed25519 (RFC 8032)."""


class Leaf(NamedTuple):
    """An event in its place: its position in the log, its stream, its number there, the digest of its stored form."""

    position: int
    stream: UUID
    version: int
    digest: str

    @property
    def canonical(self) -> bytes:
        return f"{self.position}/{self.stream}/{self.version}/{self.digest}".encode()

    @property
    def hash(self) -> bytes:
        return leaf_hash(self.canonical)


class Seal(BaseModel):
    """The first `size` events of the log, the last of them at `position`, have this `root`.

    `previous` is the digest of the seal before, `key` names the key by which it is signed, `sealed_at` is the instant at which
    this was said, in UTC to the second. Numbers begin with 1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    number: Annotated[int, Field(ge=1, lt=2**63)]
    position: Count
    size: Count
    root: Hash
    sealed_at: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", examples=["2026-03-02T08:00:00Z"])]
    previous: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
    key: KeyId

    @property
    def canonical(self) -> bytes:
        """What is signed."""
        return canonical(self.model_dump())

    @property
    def digest(self) -> str:
        return sha256(self.canonical).hexdigest()

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.sealed_at)


class SealDocument(BaseModel):
    """A seal as it is handed over: what it says, the digest of that, the signature over it and the public key that checks it.

    Whoever relies on it compares the public key with one that came to them another way.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seal: Seal
    digest: Hash
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]
    public_key: Hash

    @classmethod
    def of(cls, seal: Seal, signature: bytes, public_key: bytes) -> "SealDocument":
        return cls(seal=seal, digest=seal.digest, signature=signature.hex(), public_key=public_key.hex())


def canonical(value: object) -> bytes:
    """JSON with its keys in order and without spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def key_id(public_key: bytes) -> str:
    """By which a public key is named: the beginning of its SHA-256."""
    return sha256(public_key).hexdigest()[:KEY_ID_LENGTH]


def told(at: datetime) -> str:
    """An instant as seals write it."""
    return text(seconds(at))


def seal_problems(document: SealDocument, is_signed: IsSigned, public_key: bytes | None = None) -> list[str]:
    """What does not hold about a seal by itself, in words; nothing where it holds.

    `public_key` is one that came another way; without it, the seal's own is believed.
    """
    seal, brought = document.seal, bytes.fromhex(document.public_key)
    problems = []
    if document.digest != seal.digest:
        problems.append(f"seal {seal.number}: its digest is another one than it says")
    if seal.key != key_id(brought):
        problems.append(f"seal {seal.number}: it names the key {seal.key} and brings along the key {key_id(brought)}")
    if public_key is not None and public_key != brought:
        problems.append(f"seal {seal.number}: it is signed with the key {seal.key}, not with {key_id(public_key)}")
    if not is_signed(brought, bytes.fromhex(document.signature), seal.canonical):
        problems.append(f"seal {seal.number}: its signature does not hold")
    return problems
