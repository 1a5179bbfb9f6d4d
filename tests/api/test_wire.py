"""What is told, and done, of requests whose head never ends, is endless, or cannot be read; over a real connection."""

import asyncio
import json
import socket
import time
from asyncio import Transport
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from threading import Thread
from typing import Any, cast

import pytest
import uvicorn
from uvicorn.server import ServerState

from api.wire import Wire
from scripts.service import listening

PATIENCE_SECONDS = 30
HEAD = b"GET / HTTP/1.1\r\nHost: here\r\n"
FILLER = b"X-Filler: " + b"x" * 1_000 + b"\r\n"


async def says_hello(scope: Any, receive: Any, send: Any) -> None:
    body = b""
    while (message := await receive()).get("more_body"):
        body += message["body"]
    body += message.get("body", b"")
    told = b"hello %d" % len(body)
    length = (b"content-length", b"%d" % len(told))
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": told})


def bounded(**bounds: float) -> type[Wire]:
    return cast(type[Wire], type("Bounded", (Wire,), bounds))


@contextmanager
def server(**bounds: float) -> Iterator[tuple[str, int]]:
    with ExitStack() as stack:
        door = stack.enter_context(listening("127.0.0.1", 0))
        config = uvicorn.Config(says_hello, http=bounded(**bounds), log_config=None, lifespan="off")
        running = uvicorn.Server(config)
        thread = Thread(target=running.run, args=([door],))
        thread.start()
        stack.callback(thread.join)
        stack.callback(lambda: setattr(running, "should_exit", True))
        yield door.getsockname()


@contextmanager
def line(address: tuple[str, int]) -> Iterator[socket.socket]:
    with closing(socket.create_connection(address, timeout=PATIENCE_SECONDS)) as connection:
        yield connection


def until_it_ends(connection: socket.socket) -> bytes:
    told = b""
    while came := connection.recv(65_536):
        told += came
    return told


def until(connection: socket.socket, end: bytes) -> bytes:
    told = b""
    while not told.endswith(end):
        came = connection.recv(65_536)
        assert came, f"the service hung up after {told!r}"
        told += came
    return told


def problem(told: bytes) -> tuple[int, str]:
    """Its status, and its type; the answer has to be one that a client can read to its end."""
    head, _, body = told.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:])
    document = json.loads(body)
    assert len(body) == int(headers["content-length"])
    assert "application/problem+json" == headers["content-type"]
    assert "close" == headers["connection"]
    assert document["request_id"] == headers["x-request-id"]
    assert head.startswith(b"HTTP/1.1 %d " % document["status"])
    return document["status"], document["type"]


def test_a_head_that_never_ends_is_given_up_and_its_sender_is_told():
    with server(seconds=0.2) as address, line(address) as connection:
        connection.sendall(HEAD)
        assert (408, "/problems/head-late") == problem(until_it_ends(connection))


def test_a_head_that_comes_in_drops_is_given_up_all_the_same():
    with server(seconds=0.5) as address, line(address) as connection:
        assert takes_only_so_much(connection, b"X-A: b\r\n", rest=0.05)


def test_whoever_says_nothing_is_hung_up_on_without_a_word():
    with server(seconds=0.2) as address, line(address) as connection:
        assert b"" == until_it_ends(connection)


def test_an_endless_head_is_cut_off_before_it_has_filled_the_memory():
    with server(limit=10_000) as address, line(address) as connection:
        assert takes_only_so_much(connection, FILLER, rest=0.001)


def takes_only_so_much(connection: socket.socket, part: bytes, rest: float) -> bool:
    """Whether a head is cut off while it goes on and on."""
    connection.sendall(HEAD)
    for _ in range(1_000):
        try:
            connection.sendall(part)
        except OSError:
            return True
        time.sleep(rest)
    return False


class Heard(Transport):
    """What is written to whom, without a network that might lose it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.is_closed = False

    def write(self, data: bytes) -> None:  # type: ignore[override]
        self.written += data

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed


def test_who_sends_an_endless_head_is_told_how_long_it_may_be():
    async def told() -> Heard:
        config = uvicorn.Config(says_hello, log_config=None)
        config.load()
        wire, heard = bounded(limit=1_500)(config=config, server_state=ServerState(), app_state={}), Heard()
        wire.connection_made(heard)
        for part in (HEAD, FILLER, FILLER):
            assert not heard.is_closed
            wire.data_received(part)
        return heard

    heard = asyncio.run(told())
    assert heard.is_closed
    assert (431, "/problems/head-too-large") == problem(heard.written)


def test_a_second_request_on_the_same_connection_has_to_come_in_time_too():
    with server(seconds=0.5) as address, line(address) as connection:
        connection.sendall(HEAD + b"\r\n")
        assert until(connection, b"hello 0").startswith(b"HTTP/1.1 200 ")
        connection.sendall(HEAD)
        assert (408, "/problems/head-late") == problem(until_it_ends(connection))


@pytest.mark.parametrize(
    "sent",
    [
        b"nothing that anybody can read\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n",
    ],
)
def test_what_is_no_http_is_told_so_in_a_problem_document(sent: bytes):
    with server() as address, line(address) as connection:
        connection.sendall(sent)
        assert (400, "/problems/malformed") == problem(until_it_ends(connection))


def test_requests_sent_at_once_are_answered_in_turn_however_long_their_bodies():
    body = b"x" * 200_000
    post = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    with server(limit=1_000) as address, line(address) as connection:
        connection.sendall(post + HEAD)
        assert until(connection, b"hello 200000").startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"\r\n")
        assert until(connection, b"hello 0").startswith(b"HTTP/1.1 200 ")


def test_a_slow_answer_is_waited_for():
    """Whoever has asked is not hung up on for asking nothing more meanwhile."""
    with server(seconds=0.2) as address, line(address) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 3\r\n\r\n")
        time.sleep(0.5)
        connection.sendall(b"abc")
        assert until(connection, b"hello 3").startswith(b"HTTP/1.1 200 ")
