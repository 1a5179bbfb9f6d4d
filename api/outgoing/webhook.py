"""Notices over HTTP: CloudEvents 1.0 in the structured JSON form, signed as Standard Webhooks has it."""

import logging
from datetime import datetime
from typing import Self
from urllib.parse import urlsplit

import httpx
from pydantic_core import to_json

from api.outgoing.channel import Undelivered, message_id
from api.outgoing.signature import key_of, signed
from domain.instants import seconds, text
from domain.refusals import Refusal
from projections.notices import Notice

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
TYPE = "ticketclock.notice"
TIMEOUT_SECONDS = 10


class Webhook:
    """A receiver's address; to be closed. What it answers is not read, and it cannot send a notice on elsewhere.

    Raises Refusal for an address or a secret that is none.
    """

    def __init__(self, url: str, secret: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._receiver = _receiver(url)
        self._url = url
        self._key = key_of(secret)
        self._client = httpx.Client(timeout=timeout_seconds, follow_redirects=False, trust_env=False)
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)  # they log whole addresses, whose paths may be secret

    def send(self, notice: Notice, at: datetime) -> None:
        body = to_json(cloud_event(notice))
        headers = {"content-type": CONTENT_TYPE, **signed(self._key, message_id(notice), at, body)}
        try:
            with self._client.stream("POST", self._url, content=body, headers=headers) as response:
                status, taken = response.status_code, response.is_success
        except httpx.HTTPError as error:
            raise Undelivered(f"{self._receiver} cannot be reached: {type(error).__name__}") from None
        if not taken:
            raise Undelivered(f"{self._receiver} answered {status}")

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def cloud_event(notice: Notice) -> dict[str, object]:
    what = "disputes" if "dispute" in notice.payload else "tickets"
    return {
        "specversion": "1.0",
        "id": notice.id,
        "source": f"/v1/{what}/{notice.ticket}",
        "type": f"{TYPE}.{notice.kind}",
        "subject": str(notice.ticket),
        "time": text(seconds(notice.at)),
        "datacontenttype": "application/json",
        "data": {**notice.payload, "customer": notice.customer, "clause": notice.clause, "to": notice.to_role},
    }


def _receiver(url: str) -> str:
    """How the receiver may be called in errors: an address can hold a password, a path or a query that is secret."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL):
        raise Refusal("the address of the webhook is none") from None
    if parts.scheme not in ("http", "https") or not host:
        raise Refusal("the address of a webhook begins with http:// or https:// and names a host")
    return f"webhook {host}{f':{port}' if port else ''}"
