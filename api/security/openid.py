"""Signing in at an OpenID provider: the authorization code flow, with PKCE, state and nonce.

A browser is sent to the provider with a question; the provider sends it back with a code, which this service changes for tokens.
What belongs to the question is with the browser, sealed: nothing is kept here.
"""

import hmac
import logging
import math
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from threading import BoundedSemaphore, Lock
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import httpx

from api.problems import CredentialRefused, Unavailable
from api.security.tokens import LOOPBACK, Issuer, KeySet, Tokens, fetching
from domain.refusals import Refusal

DISCOVERY = "/.well-known/openid-configuration"
KNOWN_FOR_SECONDS = 600.0
TIMEOUT_SECONDS = 5.0
RETRY_SECONDS = 10.0
CODES_AT_ONCE = 8
"""So many people's codes are changed at a time: a provider that does not answer leaves most threads to those who read pages."""
SCOPE = "openid profile"

log = logging.getLogger("ticketclock.security")


@dataclass(frozen=True, slots=True)
class Client:
    """As what this service is registered with the provider.

    `callback` is where the provider sends people back to, where that is not the address by which they came here.
    """

    id: str
    secret: str = ""
    callback: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self | None:
        """None where people do not sign in so."""
        told = (
            environment.get(f"TICKETCLOCK_OIDC_{name}", "") for name in ("CLIENT_ID", "CLIENT_SECRET", "CALLBACK_URL")
        )
        id, secret, callback = told
        return cls(id, secret, callback) if id else None


@dataclass(frozen=True, slots=True)
class Question:
    """What the provider was asked, as the browser keeps it; `then` is the page to go on to."""

    state: str
    nonce: str
    verifier: str
    then: str

    @classmethod
    def new(cls, then: str) -> Self:
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state, nonce, verifier, then)

    @property
    def challenge(self) -> str:
        """S256 of RFC 7636."""
        return urlsafe_b64encode(sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Endpoints:
    authorization: str
    token: str


class Provider:
    """The OpenID provider as one signs in at it. Who asks it waits for it; nobody waits for somebody else who asks."""

    def __init__(
        self,
        issuer: Issuer,
        client: Client,
        key_set: KeySet,
        http: httpx.Client | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.client = client
        self._issuer = issuer
        self._identities = Tokens(replace(issuer, audience=client.id), key_set)
        self._http = http or httpx.Client(timeout=TIMEOUT_SECONDS)
        self._clock = clock
        self._lock = Lock()
        self._endpoints: Endpoints | None = None
        self._ask_again_at = -math.inf
        self._changing = BoundedSemaphore(CODES_AT_ONCE)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self | None:
        """None where no client is set up. Raises Refusal where the provider is not."""
        client = Client.from_environment(environment)
        if client is None:
            return None
        issuer = Issuer.from_environment(environment)
        if issuer is None:
            raise Refusal("TICKETCLOCK_OIDC_ISSUER is missing; people sign in at a provider")
        if not _is_safe(issuer.name):
            raise Refusal("TICKETCLOCK_OIDC_ISSUER: people sign in over https only; write https")
        return cls(issuer, client, KeySet(fetching(issuer.keys)))

    def address(self, question: Question, callback: str) -> str:
        """Where a browser is sent to be asked who one is. Raises Unavailable."""
        endpoint = self._known().authorization
        asked = {
            "response_type": "code",
            "client_id": self.client.id,
            "redirect_uri": self.client.callback or callback,
            "scope": SCOPE,
            "state": question.state,
            "nonce": question.nonce,
            "code_challenge": question.challenge,
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"

    def tokens(self, question: Question, code: str, callback: str, at: datetime) -> tuple[str, ...]:
        """The identity token, and the access token where there is one. Raises CredentialRefused and Unavailable."""
        if not self._changing.acquire(blocking=False):
            raise _away("too many people are signing in")
        try:
            told = self._changed(question, code, callback)
        finally:
            self._changing.release()
        identity, access = told.get("id_token"), told.get("access_token")
        if not isinstance(identity, str):
            raise CredentialRefused("the provider did not say who you are")
        nonce = self._identities.claims(identity, at).get("nonce")
        if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), question.nonce.encode()):
            raise CredentialRefused("the provider's answer is to another question")
        return (identity, access) if isinstance(access, str) and access != identity else (identity,)

    def check_sender(self, told: str | None) -> None:
        """Raises CredentialRefused where an answer says that it is another provider's (RFC 9207)."""
        if told is not None and told != self._issuer.name:
            raise CredentialRefused("the answer is another provider's")

    def _changed(self, question: Question, code: str, callback: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.callback or callback,
            "client_id": self.client.id,
            "code_verifier": question.verifier,
        }
        login = httpx.BasicAuth(self.client.id, self.client.secret) if self.client.secret else httpx.USE_CLIENT_DEFAULT
        try:
            answer = self._http.post(self._known().token, data=form, auth=login, headers={"Accept": "application/json"})
            told = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            log.warning("the OpenID provider does not answer as it should: %s", type(error).__name__)
            raise _away() from None
        if answer.status_code >= 500:
            log.warning("the OpenID provider answers with an error: %s", answer.status_code)
            raise _away()
        if answer.status_code != 200 or not isinstance(told, dict):
            raise CredentialRefused("the provider does not accept the code", remedy="sign in once more")
        return told

    def _known(self) -> Endpoints:
        """Where the provider says that it is asked; known for ten minutes, and for longer while it is away."""
        if self._is_due():
            try:
                self._endpoints = self._discovered()
                self._ask_again_at = self._clock() + KNOWN_FOR_SECONDS
            except (httpx.HTTPError, ValueError) as error:
                log.warning("the OpenID provider cannot be asked where it is: %s", type(error).__name__)
        if self._endpoints is None:
            raise _away()
        return self._endpoints

    def _is_due(self) -> bool:
        """Whether it is for this caller to ask; noted before the asking, so that one asks at a time, and not again at once."""
        with self._lock:
            now = self._clock()
            is_due = now >= self._ask_again_at
            if is_due:
                self._ask_again_at = now + RETRY_SECONDS
            return is_due

    def _discovered(self) -> Endpoints:
        told = self._http.get(self._issuer.name.rstrip("/") + DISCOVERY).raise_for_status().json()
        if not isinstance(told, dict) or told.get("issuer") != self._issuer.name:
            raise ValueError("this is not the provider that is set up here")
        addresses = [told.get("authorization_endpoint"), told.get("token_endpoint")]
        if not all(isinstance(one, str) and _is_safe(one) for one in addresses):
            raise ValueError("the provider names no endpoints on https")
        return Endpoints(*map(str, addresses))


def _away(says: str = "the OpenID provider does not answer as it should") -> Unavailable:
    return Unavailable(says, remedy="try again in a moment, or sign in with a key", retry_after=RETRY_SECONDS)


def _is_safe(address: str) -> bool:
    """Whether nobody on the way can read or change what is sent there."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
