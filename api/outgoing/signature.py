"""Signatures as Standard Webhooks has them: HMAC-SHA256 of id, time and body, so that a receiver knows whose a notice is."""

import binascii
import hmac
from base64 import b64decode, b64encode
from datetime import datetime

from domain.instants import seconds
from domain.refusals import Refusal

PREFIX = "whsec_"
SHORTEST_SECRET_BYTES, LONGEST_SECRET_BYTES = 24, 64


def key_of(secret: str) -> bytes:
    """The key in a secret `whsec_…`. Raises Refusal, which never repeats the secret."""
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not SHORTEST_SECRET_BYTES <= len(key) <= LONGEST_SECRET_BYTES:
        size = f"{SHORTEST_SECRET_BYTES} to {LONGEST_SECRET_BYTES} random bytes"
        raise Refusal(f"a webhook's secret is {PREFIX} followed by {size} in base64")
    return key


def signed(key: bytes, notice: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of one attempt; the receiver refuses an old time and a notice it has had."""
    stamp = str(seconds(at))
    digest = hmac.digest(key, f"{notice}.{stamp}.".encode() + body, "sha256")
    return {
        "webhook-id": notice,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
    }
