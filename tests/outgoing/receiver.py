"""A receiver of webhooks on this machine, which keeps what it is told and answers as it is bid."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

SECRET = "whsec_" + b64encode(b"a secret of thirty-two bytes. ok").decode()


@dataclass(frozen=True)
class Told:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    url: str = ""
    told: list[Told] = field(default_factory=list)
    answer: Callable[[Told], int] = lambda told: 204


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Listening for as long as it is used."""
    mine = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            told = Told(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            mine.told.append(told)
            self.send_response(mine.answer(told))
            self.send_header("location", f"{mine.url}/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        mine.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield mine
        finally:
            server.shutdown()
            thread.join()


def is_signed(told: Told, secret: str) -> bool:
    """As a receiver checks it, by the published text of Standard Webhooks alone."""
    content = f"{told.headers['webhook-id']}.{told.headers['webhook-timestamp']}.{told.body.decode()}"
    mac = hmac.new(b64decode(secret[len("whsec_") :]), content.encode(), sha256)
    expected = "v1," + b64encode(mac.digest()).decode()
    return expected in told.headers["webhook-signature"].split(" ")
