"""One client of the service in a process of its own: one connection, one request after another."""

import json
import socket
import sys
import time
from collections.abc import Iterator
from itertools import count, cycle
from typing import Any

ROUND = (("waiting", b'{"on": "customer"}'), ("end-wait", b'{"on": "customer"}'), ("send-update", b"{}"))


def main() -> None:
    """Is asked in a line of JSON, says `ready`, waits for a line to begin, and tells in JSON how long each request took."""
    asked = json.loads(sys.stdin.readline())
    with socket.create_connection((asked["host"], asked["port"])) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        requests = _commands(asked) if asked["tickets"] else _queries(asked)
        _ask(connection, next(requests))
        print("ready", flush=True)
        sys.stdin.readline()
        spent: list[float] = []
        started = time.perf_counter()
        end = started + asked["seconds"]
        while not spent or started < end:
            _ask(connection, next(requests))
            done = time.perf_counter()
            spent.append(done - started)
            started = done
    print(json.dumps(spent))


def _ask(connection: socket.socket, request: bytes) -> None:
    """Send a request and read all of its answer. Raises RuntimeError where that is no success."""
    connection.sendall(request)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _received(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    while len(body) < length:
        body += _received(connection)
    if not head.startswith(b"HTTP/1.1 2"):
        raise RuntimeError((head + b"\n\n" + body).decode())


def _received(connection: socket.socket) -> bytes:
    received = connection.recv(65_536)
    if not received:
        raise RuntimeError("the service hung up")
    return received


def _queries(asked: dict[str, Any]) -> Iterator[bytes]:
    for path in cycle(asked["paths"]):
        yield f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {asked['key']}\r\n\r\n".encode()


def _commands(asked: dict[str, Any]) -> Iterator[bytes]:
    """Waits on the customer with one ticket after another, goes on with each, sends each an update, and all over again."""
    number = count()
    for command, body in cycle(ROUND):
        for ticket in asked["tickets"]:
            head = (
                f"POST /v1/tickets/{ticket}/{command} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {asked['key']}\r\n"
                f"Idempotency-Key: {asked['name']}-{next(number)}\r\nIf-Match: *\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            yield head.encode() + body


if __name__ == "__main__":
    main()
