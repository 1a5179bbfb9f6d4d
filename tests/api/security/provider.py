"""An OpenID provider: makes keys, publishes them, signs tokens."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ISSUER = "https://id.example"
AUDIENCE = "ticketclock"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CLAIMS = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": "ann",
    "nbf": NOON.timestamp() - 60,
    "exp": NOON.timestamp() + 600,
    "ticketclock_role": "end-user",
    "ticketclock_customer": "acme",
}

RSA = rsa.generate_private_key(65537, 2048)
OTHER_RSA = rsa.generate_private_key(65537, 2048)
SHORT_RSA = rsa.generate_private_key(65537, 1024)
CURVE = ec.generate_private_key(ec.SECP256R1())
EDWARDS = ed25519.Ed25519PrivateKey.generate()

ALGORITHMS: dict[str, Any] = {"RS256": RSA, "ES256": CURVE, "EdDSA": EDWARDS}


def published(algorithm: str, key: Any, id: str | None) -> dict[str, Any]:
    """A public key as a provider publishes it."""
    form = json.loads(jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key()))
    return {name: value for name, value in form.items() if name != "key_ops"} | ({"kid": id} if id else {})


KEY_SET = {"keys": [published(algorithm, key, algorithm) for algorithm, key in ALGORITHMS.items()]}


def token(algorithm: str = "ES256", key: Any = None, id: str | None = None, **claims: Any) -> str:
    """A token of Ann's; a claim of None is left out."""
    told = {name: value for name, value in (CLAIMS | claims).items() if value is not None}
    return jwt.encode(told, key or ALGORITHMS[algorithm], algorithm, {"kid": id or algorithm})


def written(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    """Any three parts whatever, as an attacker writes them."""
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def pem(key: Any) -> bytes:
    return bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


class Provider:
    """Counts how often it is asked for its keys; away when told so."""

    def __init__(self) -> None:
        self.asked = 0
        self.is_away = False
        self.key_set: Any = KEY_SET

    def __call__(self) -> Any:
        self.asked += 1
        if self.is_away:
            raise httpx.ConnectError("refused")
        return self.key_set


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now
