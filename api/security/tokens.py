"""JWTs of an OpenID provider for people: signature, issuer, audience and times are checked here, at an instant given."""

import json
import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from api.problems import CredentialRefused, Unavailable
from api.security.principal import Principal
from domain.refusals import Refusal

ALGORITHMS = ("RS256", "ES256", "EdDSA")
LEEWAY_SECONDS = 30
REFRESHED_EVERY_SECONDS = 600
ASKED_AT_MOST_EVERY_SECONDS = 60
SMALLEST_RSA_BITS = 2048

LOOPBACK = {"localhost", "127.0.0.1", "::1"}

ROLE_CLAIM = "ticketclock_role"
CUSTOMER_CLAIM = "ticketclock_customer"
SCOPES_CLAIM = "ticketclock_scopes"
"""Without it a token carries all rights of its role."""

log = logging.getLogger("ticketclock.security")


@dataclass(frozen=True, slots=True)
class Issuer:
    """The OpenID provider. `keys` is the address of its key set, or a file of one."""

    name: str
    audience: str
    keys: str
    role_claim: str = ROLE_CLAIM
    customer_claim: str = CUSTOMER_CLAIM
    scopes_claim: str = SCOPES_CLAIM

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self | None:
        """None where no provider is set up. Raises Refusal where one is set up by halves, or its keys come unprotected."""
        told = {name: environment.get(f"TICKETCLOCK_OIDC_{name}", "") for name in ("ISSUER", "AUDIENCE", "JWKS_URL")}
        if not any(told.values()):
            return None
        if missing := [name for name, value in told.items() if not value]:
            raise Refusal(f"TICKETCLOCK_OIDC_{missing[0]} is missing; a provider needs issuer, audience and key set")
        address = urlsplit(told["JWKS_URL"])
        if address.scheme == "http" and address.hostname not in LOOPBACK:
            raise Refusal("TICKETCLOCK_OIDC_JWKS_URL: keys that come over http can be anybody's; write https")
        return cls(
            told["ISSUER"],
            told["AUDIENCE"],
            told["JWKS_URL"],
            environment.get("TICKETCLOCK_OIDC_ROLE_CLAIM") or ROLE_CLAIM,
            environment.get("TICKETCLOCK_OIDC_CUSTOMER_CLAIM") or CUSTOMER_CLAIM,
            environment.get("TICKETCLOCK_OIDC_SCOPES_CLAIM") or SCOPES_CLAIM,
        )


class Tokens:
    """Tells whose a token is."""

    def __init__(self, issuer: Issuer, key_set: "KeySet") -> None:
        self._issuer = issuer
        self._key_set = key_set

    def verify(self, token: str, at: datetime) -> Principal:
        """Whose token this is.

        Raises CredentialRefused for one that is not good, Forbidden for one without a role here, Unavailable where the provider's
        keys cannot be had.
        """
        claims, issuer = self.claims(token, at), self._issuer
        subject, role, customer, scopes = (
            claims.get(name) for name in ("sub", issuer.role_claim, issuer.customer_claim, issuer.scopes_claim)
        )
        if not isinstance(subject, str) or not isinstance(customer, str | None):
            raise CredentialRefused("the token names nobody")
        if not _are_scopes(scopes):
            raise CredentialRefused("the token names no rights that could be read")
        return Principal.admitted(subject, str(role), customer, f"oidc:{issuer.name}", scopes)

    def claims(self, token: str, at: datetime) -> Mapping[str, Any]:
        """What a token says. Raises CredentialRefused for one that is not good, Unavailable as above."""
        claims = self._claims(token)
        _hold(claims, at.timestamp())
        return claims

    def _claims(self, token: str) -> dict[str, Any]:
        """The key says which algorithm is meant; a token that says another is refused, `none` first of all."""
        try:
            key = self._key_set.key(jwt.get_unverified_header(token).get("kid"))
            return jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self._issuer.audience,
                issuer=self._issuer.name,
                options={
                    "require": ["exp", "iss", "aud", "sub"],
                    "verify_exp": False,  # by our clock, in `_hold`
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise CredentialRefused("the token is not good") from error


class KeySet:
    """The provider's public keys by id, fetched again when old and when a token names one that is not there.

    Nobody can make it ask the provider more than once a minute. While the provider is away, the keys known last stay good.
    """

    def __init__(self, fetch: Callable[[], Any], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = Lock()
        self._keys: dict[str | None, jwt.PyJWK] | None = None
        self._asked_at = -math.inf

    def key(self, id: str | None) -> jwt.PyJWK:
        """Raises CredentialRefused for an unknown id, Unavailable where there are no keys yet."""
        with self._lock:
            now = self._clock()
            is_old = now - self._asked_at >= REFRESHED_EVERY_SECONDS
            may_ask = now - self._asked_at >= ASKED_AT_MOST_EVERY_SECONDS
            if is_old or (may_ask and id not in (self._keys or {})):
                self._asked_at = now
                self._refresh()
            keys = self._keys
        if keys is None:
            raise Unavailable("the keys of the OpenID provider cannot be had", retry_after=ASKED_AT_MOST_EVERY_SECONDS)
        if id not in keys:
            raise CredentialRefused("the token is not good")
        return keys[id]

    def _refresh(self) -> None:
        try:
            self._keys = usable_keys(self._fetch())
        except (httpx.HTTPError, OSError, ValueError) as error:
            log.warning("the keys of the OpenID provider cannot be had: %s", type(error).__name__)


def usable_keys(document: Any) -> dict[str | None, jwt.PyJWK]:
    """The keys of a JWK set that may sign tokens here. Raises ValueError where it is no JWK set."""
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise ValueError("not a JWK set")
    keys = (_usable(one) for one in listed)
    return {key.key_id: key for key in keys if key}


def fetching(place: str) -> Callable[[], Any]:
    """Reads a JWK set from an address or a file."""

    def fetch() -> Any:
        if urlsplit(place).scheme in {"http", "https"}:
            return httpx.get(place, timeout=3).raise_for_status().json()
        return json.loads(Path(place).read_text())

    return fetch


def _usable(listed: object) -> jwt.PyJWK | None:
    if (
        not isinstance(listed, dict)
        or listed.get("use", "sig") != "sig"
        or not isinstance(listed.get("kid"), str | None)
    ):
        return None
    try:
        key = jwt.PyJWK(listed)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    is_weak = isinstance(key.key, RSAPublicKey) and key.key.key_size < SMALLEST_RSA_BITS
    is_public = not hasattr(key.key, "private_bytes")
    return key if key.algorithm_name in ALGORITHMS and is_public and not is_weak else None


def _are_scopes(claim: object) -> bool:
    return claim is None or (isinstance(claim, list) and all(isinstance(one, str) for one in claim))


def _hold(claims: Mapping[str, Any], now: float) -> None:
    """Raises CredentialRefused for a token that has expired or is not valid yet."""
    if not now < _instant(claims["exp"]) + LEEWAY_SECONDS:
        raise CredentialRefused("the token has expired")
    if "nbf" in claims and now + LEEWAY_SECONDS < _instant(claims["nbf"]):
        raise CredentialRefused("the token is not valid yet")


def _instant(claim: object) -> float:
    if isinstance(claim, bool) or not isinstance(claim, int | float) or not math.isfinite(claim):
        raise CredentialRefused("the token is not good")
    return claim
