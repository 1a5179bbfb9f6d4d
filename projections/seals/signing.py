"""The key that signs seals: Ed25519 (RFC 8032), in a file that only its owner can read, and never in the database.

Whoever can write to the database can put a log of their own there; without the key they cannot seal it.
"""

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from domain.refusals import Refusal
from domain.seals.seal import key_id

FILE_NAME = "sealing.key"
ONLY_MINE = 0o600
LONGEST_FILE = 10_000


class SealingKey:
    """A private key; `public` are the 32 bytes of its public half, `id` is what seals name it by."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw()
        self.id = key_id(self.public)

    @classmethod
    def make(cls) -> "SealingKey":
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, path: Path) -> "SealingKey":
        """The key in a file: PEM, PKCS #8, without a password. Raises Refusal, also where others may read the file."""
        try:
            if path.stat().st_mode & 0o077:
                raise Refusal(f"{path}: others may read the sealing key; chmod 600 closes it")
            private = load_pem_private_key(path.read_bytes()[:LONGEST_FILE], None)
        except OSError as error:
            raise Refusal(f"{path}: the sealing key cannot be read: {error.strerror or error}") from None
        except (ValueError, TypeError):
            raise Refusal(f"{path}: this is no private key in PEM without a password") from None
        if not isinstance(private, Ed25519PrivateKey):
            raise Refusal(f"{path}: this is no Ed25519 key")
        return cls(private)

    @classmethod
    def load_or_make(cls, path: Path) -> "SealingKey":
        """The key in a file, made on first use; of several programs that come first, all get the same. Raises Refusal."""
        if not path.exists():
            try:
                _keep(cls.make(), path)
            except OSError as error:
                raise Refusal(f"{path}: the sealing key cannot be made: {error.strerror or error}") from None
        return cls.load(path)

    @property
    def pem(self) -> bytes:
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, message: bytes) -> bytes:
        """64 bytes, the same each time."""
        return self._private.sign(message)


def _keep(key: SealingKey, path: Path) -> None:
    """Written aside and put in its place whole, unless another program was first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}.{key.id}")
    file = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_MINE)
    try:
        with os.fdopen(file, "wb") as out:
            out.write(key.pem)
            out.flush()
            os.fsync(file)
        with suppress(FileExistsError):
            os.link(aside, path)
    finally:
        aside.unlink()


def is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a signature is one of a message by the holder of a public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def read_public_key(told: str) -> bytes:
    """A public key as somebody gives it: 64 hexadecimal digits, or a file that holds them or is PEM. Raises Refusal."""
    text = told.strip()
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        try:
            text = Path(told).read_text("ascii")[:LONGEST_FILE].strip()
        except (OSError, ValueError):
            raise Refusal(f"{told}: neither 64 hexadecimal digits nor a file that can be read") from None
    if re.fullmatch(r"[0-9a-fA-F]{64}", text):
        return bytes.fromhex(text)
    try:
        return cast(Ed25519PublicKey, load_pem_public_key(text.encode())).public_bytes_raw()
    except (ValueError, AttributeError):
        raise Refusal(f"{told}: no Ed25519 public key: give 64 hexadecimal digits or PEM") from None
