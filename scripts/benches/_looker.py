"""Somebody signed in who looks at pages as fast as they come: how long each takes, how large it is, where else it leads."""

import http.client
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from html.parser import HTMLParser
from typing import NamedTuple, Self
from urllib.parse import urlencode, urlsplit

SIGN_IN = {"Content-Type": "application/x-www-form-urlencoded"}
PATIENCE_SECONDS = 120

_IS_PAST = re.compile("(as_of|known_at|known|second)=")
"""How a page is asked as it stood."""


class Answer(NamedTuple):
    seconds: float
    status: int
    body: bytes


class Looker:
    """One connection, one request after another. To be closed."""

    def __init__(self, port: int, key: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.cookie = self._signed_in(key)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, path: str) -> Answer:
        """A page, from the request to its last byte."""
        begun = time.perf_counter()
        self._connection.request("GET", path, headers={"Cookie": self.cookie})
        answer = self._connection.getresponse()
        body = answer.read()
        return Answer(time.perf_counter() - begun, answer.status, body)

    def _signed_in(self, key: str) -> str:
        self._connection.request("POST", "/sign-in", urlencode({"key": key, "then": "/"}), SIGN_IN)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != http.client.SEE_OTHER:
            raise RuntimeError(f"signing in was answered {answer.status}")
        return str(answer.headers["Set-Cookie"]).partition(";")[0]


class Page(HTMLParser):
    """What a page leads to: links, style sheets, modules, and each choice that its filters offer."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.links: list[str] = []
        self.sheets: list[str] = []
        self.modules: list[str] = []
        self.choices: list[tuple[dict[str, str], str, str]] = []
        self.words: list[tuple[dict[str, str], str]] = []
        self._form, self._select = "", ""
        self._kept: dict[str, str] = {}
        self._named: dict[str, str] = {}
        self.feed(body.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        match tag:
            case "a":
                self.links.append(told.get("href", ""))
            case "link" if told.get("rel") == "stylesheet":
                self.sheets.append(told["href"])
            case "script":
                self.modules.append(told.get("src", ""))
            case "form":
                self._form, self._kept = told.get("method", "get").lower(), {}
            case "input" if told.get("type") == "hidden":
                self._kept[told["name"]] = told.get("value", "")
            case "select":
                self._select = told.get("name", "") if self._form == "get" else ""
            case "datalist":
                self._select = self._named.get(told.get("id", ""), "")
            case "option" if self._select and told.get("value"):
                self.choices.append((self._kept, self._select, told["value"]))
            case "input" if self._form == "get" and told.get("type") == "search":
                self.words.append((self._kept, told["name"]))
            case "input" if self._form == "get" and "list" in told:
                self._named[told["list"]] = told["name"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""
        if tag in ("select", "datalist"):
            self._select = ""

    def onward(self, address: str, words: str) -> Iterator[str]:
        """The first page with each single filter and behind each link to the same board, in the order in which they stand there."""
        for link in self.links:
            found = urlsplit(link)
            is_here = not found.netloc and (found.path or address) == address
            if is_here and found.query and not found.fragment and not _IS_PAST.search(found.query):
                yield f"{address}?{found.query}"
        for kept, name, value in self.choices:
            if not _IS_PAST.search(f"{name}="):
                yield f"{address}?{urlencode({**kept, name: value})}"
        for kept, name in self.words:
            yield f"{address}?{urlencode({**kept, name: words})}"


@contextmanager
def streams(port: int, cookies: list[str], path: str) -> Iterator[None]:
    """Streams that stay open, one with each cookie. Raises RuntimeError where one is not answered as a stream."""
    with ExitStack() as stack:
        for cookie in cookies:
            stack.enter_context(_stream(port, cookie, path))
        yield


def _stream(port: int, cookie: str, path: str) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
    request = f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\nCookie: {cookie}\r\n\r\n"
    connection.sendall(request.encode())
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += connection.recv(65_536)
    if b"200 OK" not in heard or b"text/event-stream" not in heard:
        connection.close()
        raise RuntimeError(f"a stream was answered {heard[:200]!r}")
    return connection
