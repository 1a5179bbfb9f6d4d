"""The manifest of a dossier: what it is about, and the digest of every file in it. Who signs it answers for all of them."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from domain.dossier.texts import canonical
from domain.seals.seal import key_id

MANIFEST, SIGNATURE = "manifest.json", "signature.json"

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class FileDigest(_Form):
    """The SHA-256 of a file, and how many bytes it has."""

    sha256: Digest
    bytes: int


class Manifest(_Form):
    """Instants are UTC with `Z`; `known_at` is the knowledge of the earlier replay, `made_at` when the dossier was made."""

    format: Literal[1] = 1
    ticket: str
    dispute: str | None = None
    as_of: str
    known_at: str | None = None
    made_at: str
    redacted: bool
    engine: str
    files: dict[str, FileDigest]

    def bytes(self) -> bytes:
        """What is signed."""
        return canonical(self.model_dump(mode="json"))


class Signature(_Form):
    """The Ed25519 signature over the bytes of the manifest, with the key's id and the public key, both hexadecimal."""

    key: str
    public_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


class About(NamedTuple):
    """What a dossier is about, but for its files."""

    ticket: str
    dispute: str | None
    as_of: str
    known_at: str | None
    made_at: str
    redacted: bool
    engine: str


def manifest_of(about: About, files: Mapping[str, bytes]) -> Manifest:
    listed = {
        name: FileDigest(sha256=sha256(content).hexdigest(), bytes=len(content)) for name, content in files.items()
    }
    return Manifest(**about._asdict(), files=listed)


def signature_of(signature: bytes, public_key: bytes) -> dict[str, Any]:
    return Signature(key=key_id(public_key), public_key=public_key.hex(), signature=signature.hex()).model_dump()
