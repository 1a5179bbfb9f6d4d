"""API keys for programs: `tck_<id>_<secret>`, told once, kept as a digest, checked in constant time."""

import hashlib
import hmac
import re
import secrets
import string
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

import psycopg

from api.problems import CredentialRefused, Forbidden, NotFound
from api.security.principal import Principal
from domain.refusals import Refusal
from projections.api_keys import USE_NOTED_EVERY, ApiKey, ApiKeys, Kept

PREFIX = "tck_"

REMEMBERED_FOR = timedelta(seconds=5)
"""A revocation acts after this long at the latest; in the process that revoked, at once."""

_REMEMBERED = 1024

_BASE32 = string.ascii_lowercase + "234567"
_BASE62 = string.digits + string.ascii_letters
_ID_LENGTH = 12
_SECRET_LENGTH = 43  # base62, 256 bits
_KEY = re.compile(rf"{PREFIX}([a-z2-7]{{{_ID_LENGTH}}})_([0-9A-Za-z]{{{_SECRET_LENGTH}}})")
_NOBODYS = bytes(32)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; `text` is what its holder sends, and is told this once."""

    key: ApiKey
    text: str = field(repr=False)


class _Remembered(NamedTuple):
    kept: Kept
    until: datetime


class Keys:
    """Gives out keys, revokes them, and tells whose a key is."""

    def __init__(self, table: ApiKeys) -> None:
        self._table = table
        self._lock = Lock()
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()
        self._revocations = 0

    def create(
        self,
        *,
        person: str,
        role: str,
        at: datetime,
        customer: str | None = None,
        scopes: Iterable[str] | None = None,
        label: str = "",
        expires_at: datetime | None = None,
        created_by: str | None = None,
        check: Callable[[str], None] | None = None,
    ) -> NewKey:
        """A key with these scopes, or with all rights of its role; `check` may still refuse its customer.

        Raises Refusal where no key can have this person, role or customer, where scopes go beyond what the role can have, and
        where it would have expired already.
        """
        asked = _granted(person, role, customer, scopes)
        if expires_at is not None and expires_at <= at:
            raise Refusal("the key would have expired already")
        if not label.isprintable() or len(label) > 255:
            raise Refusal("a label is at most 255 printable characters")
        if check and customer is not None:
            check(customer)
        id, secret = _random(_BASE32, _ID_LENGTH), _random(_BASE62, _SECRET_LENGTH)
        key = ApiKey(
            id=id,
            person=person,
            role=role,
            customer=customer,
            scopes=sorted(asked),
            label=label,
            created_at=at,
            created_by=created_by,
            expires_at=expires_at,
        )
        self._table.insert(key, _digest(secret))
        return NewKey(key, f"{PREFIX}{id}_{secret}")

    def all(self) -> list[ApiKey]:
        """Every key ever given out, without its secret."""
        return self._table.all()

    def revoke(self, id: str, at: datetime) -> None:
        """From now on it opens nothing; revoking twice changes nothing. Raises NotFound where there is no such key."""
        if not (id.isascii() and id.isalnum() and self._table.revoke(id, at)):
            raise NotFound("there is no such key")
        with self._lock:
            self._revocations += 1
            self._remembered.pop(id, None)

    def forget(self, customer: str, at: datetime) -> None:
        """A forgotten customer's people come in no more, and are not named."""
        self._table.forget(customer, at)
        with self._lock:
            self._revocations += 1
            self._remembered.clear()

    def verify(self, text: str, at: datetime) -> Principal:
        """Whose key this is. Raises CredentialRefused where it is unknown, wrong, revoked or expired: which, stays untold."""
        id, secret = _parts(text)
        if known := self._known(id, at):
            return _holder(known, secret, at)
        revocations = self._revocations
        kept = self._table.find(id)
        principal = _holder(kept, secret, at)
        if kept:
            self._remember(kept, at, revocations)
            self._note_use(kept.key, at)
        return principal

    def remembered(self, text: str, at: datetime) -> Principal | None:
        """Whose key this is, where that was looked up in the last seconds; raises like `verify`, and asks no database."""
        id, secret = _parts(text)
        known = self._known(id, at)
        return _holder(known, secret, at) if known else None

    def _known(self, id: str, at: datetime) -> Kept | None:
        with self._lock:
            known = self._remembered.get(id)
        return known.kept if known and at < known.until else None

    def _remember(self, kept: Kept, at: datetime, revocations: int) -> None:
        """Unless any key was revoked since so many had been: this one may have been found just before it was."""
        with self._lock:
            if revocations != self._revocations:
                return
            self._remembered.pop(kept.key.id, None)
            self._remembered[kept.key.id] = _Remembered(kept, at + REMEMBERED_FOR)
            if len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)

    def _note_use(self, key: ApiKey, at: datetime) -> None:
        """A database that can be read but not written still lets good keys in."""
        if key.last_used_at is None or key.last_used_at <= at - USE_NOTED_EVERY:
            with suppress(psycopg.Error):
                self._table.note_use(key.id, at)


def _granted(person: str, role: str, customer: str | None, scopes: Iterable[str] | None) -> frozenset[str]:
    asked = None if scopes is None else frozenset(scopes)
    try:
        granted: frozenset[str] = Principal.admitted(person, role, customer, "key:", asked).scopes
    except Forbidden as refused:
        raise Refusal(f"no key can be given: {refused}") from None
    if beyond := (asked or granted) - granted:
        raise Refusal(f"the role {role} does not have the right {', '.join(sorted(beyond))}")
    return granted


def _holder(kept: Kept | None, secret: str, at: datetime) -> Principal:
    """An unknown key is compared too, so that it takes as long as a wrong one."""
    key, digest = kept or (None, _NOBODYS)
    is_right = hmac.compare_digest(digest, _digest(secret))
    if key is None or not is_right or not key.is_good(at):
        raise CredentialRefused("the key is unknown, revoked or expired")
    return _admitted(key.id, key.person, key.role, key.customer, tuple(key.scopes))


@lru_cache(maxsize=_REMEMBERED)
def _admitted(id: str, person: str, role: str, customer: str | None, scopes: tuple[str, ...]) -> Principal:
    """Who a key lets in hangs on nothing but what it says."""
    return Principal.admitted(person, role, customer, f"key:{id}", scopes)


def _parts(text: str) -> tuple[str, str]:
    match = _KEY.fullmatch(text)
    if match is None:
        raise CredentialRefused("the key is unknown, revoked or expired")
    return match[1], match[2]


def _digest(secret: str) -> bytes:
    """A plain SHA-256 will do: 256 random bits cannot be guessed, however fast the guesses."""
    return hashlib.sha256(secret.encode("ascii")).digest()


def _random(letters: str, length: int) -> str:
    return "".join(secrets.choice(letters) for _ in range(length))
