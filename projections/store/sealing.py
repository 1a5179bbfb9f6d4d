"""Personal data sealed with AES-SIV (RFC 5297) and a key per customer.

The form is deterministic, so that one person has one sealed form within a customer, and a pseudonym keeps who is whom when the key
is forgotten.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from domain.personal import Seal, pseudonym_of


class Keys(Protocol):
    """The keys of customers: 64 bytes each."""

    def key(self, customer: str) -> bytes | None:
        """The key; None where there is none, or no longer."""

    def ensure(self, customer: str) -> bytes:
        """The key, made on first use. Raises where it was forgotten."""


class CustomerSeal:
    def __init__(self, customer: str, keys: Keys) -> None:
        self._customer = customer
        self._keys = keys

    def seal(self, text: str) -> str:
        return _sealed(self._keys.ensure(self._customer), text)

    def unseal(self, sealed: str) -> str | None:
        key = self._keys.key(self._customer)
        return None if key is None else _unsealed(key, sealed)

    def is_whole(self) -> bool:
        return self._keys.key(self._customer) is not None

    def pseudonym(self, sealed: str) -> str:
        return pseudonym_of(sealed)


class CustomerSeals:
    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._seals: dict[str, Seal] = {}

    def of(self, customer: str) -> Seal:
        if customer not in self._seals:
            self._seals[customer] = CustomerSeal(customer, self._keys)
        return self._seals[customer]


def let_go() -> None:
    """Keep no keys and texts; those that are asked for again are sealed and unsealed again."""
    for cache in (_cipher, _sealed, _unsealed):
        cache.cache_clear()


@lru_cache(maxsize=256)
def _cipher(key: bytes) -> AESSIV:
    return AESSIV(key)


@lru_cache(maxsize=1 << 14)
def _sealed(key: bytes, text: str) -> str:
    return urlsafe_b64encode(_cipher(key).encrypt(text.encode(), None)).decode()


@lru_cache(maxsize=1 << 14)
def _unsealed(key: bytes, sealed: str) -> str | None:
    try:
        return _cipher(key).decrypt(urlsafe_b64decode(sealed), None).decode()
    except (InvalidTag, ValueError):
        return None
