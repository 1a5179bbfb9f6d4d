"""What stands around every request, whatever its route: id, log line, safe headers, the last catch, how often, how much."""

import hashlib
import ipaddress
import json
import logging
import re
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.incoming import BODY_LIMIT, BODY_SECONDS, BodyLimit
from api.problems import TooManyRequests, answer, request_id
from api.security.limits import Buckets

access = logging.getLogger("ticketclock.access")
faults = logging.getLogger("ticketclock.faults")

_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def frame(
    *,
    rate: float = 50,
    burst: int = 100,
    unlimited: Collection[str] = (),
    body_limit: int = BODY_LIMIT,
    body_seconds: float = BODY_SECONDS,
    larger_bodies: Mapping[str, int] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> list[Middleware]:
    """The `middleware=` of the application, the outermost first.

    A caller may send `burst` requests at once and `rate` a second; paths in `unlimited` are asked by machines that watch over this
    one. `larger_bodies` gives paths a limit in bytes of their own.
    """
    return [
        Middleware(RequestId),
        Middleware(AccessLog, clock=clock),
        Middleware(SafeHeaders),
        Middleware(Failsafe),
        Middleware(RateLimit, buckets=Buckets(rate, burst, clock), unlimited=frozenset(unlimited)),
        Middleware(BodyLimit, limit=body_limit, larger=dict(larger_bodies or {}), seconds=body_seconds),
    ]


class Around:
    """Stands around HTTP requests; of the server's own messages it takes no notice."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.request if scope["type"] == "http" else self.app)(scope, receive, send)

    async def request(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise NotImplementedError


class RequestId(Around):
    """Gives each request an id, the caller's own where it is a plain word, and sends it back."""

    async def request(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = Headers(scope=scope).get("x-request-id", "")
        told = given if _SANE_ID.fullmatch(given) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = told

        async def labelled(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-ID"] = told
            await send(message)

        await self.app(scope, receive, labelled)


class AccessLog(Around):
    """One line of JSON a request: the route's pattern, never its address, headers, query or body."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float]) -> None:
        super().__init__(app)
        self.clock = clock

    async def request(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = self.clock()
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            if access.isEnabledFor(logging.INFO):
                access.info(json.dumps(self._line(scope, status, began)))

    def _line(self, scope: Scope, status: int, began: float) -> dict[str, object]:
        principal = scope["state"].get("principal")
        return {
            "method": scope["method"],
            "route": getattr(scope.get("route"), "path", None),
            "status": status,
            "ms": round((self.clock() - began) * 1000, 3),
            "request_id": request_id(scope),
            "principal": principal and principal.id,
        }


class SafeHeaders(Around):
    """Answers are for the asker only: not stored, not guessed at, not framed. What a route sets itself stands."""

    HEADERS = (
        (b"cache-control", b"no-store"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
    )

    async def request(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [*message.get("headers", ())]
                names = {name.lower() for name, _ in own}
                message["headers"] = own + [header for header in self.HEADERS if header[0] not in names]
            await send(message)

        await self.app(scope, receive, safe)


class Failsafe(Around):
    """Answers 500 for what nobody expected.

    The log names the exception and its places in the code, not its message: that may quote a body, a row or a credential.
    """

    async def request(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except ClientDisconnect:
            faults.info("request %s: the caller hung up before all of it was there", request_id(scope))
        except Exception as error:
            places = "".join(traceback.format_tb(error.__traceback__))
            faults.error("request %s: %s\n%s", request_id(scope), type(error).__qualname__, places)
            if not has_begun:
                await answer(error, scope)(scope, receive, send)


class RateLimit(Around):
    """A bucket a caller: by credential once it has proved good, until then by address.

    So made-up credentials share the bucket of the address they come from, and nobody empties somebody else's.
    """

    REMEMBERED = 10_000

    def __init__(self, app: ASGIApp, buckets: Buckets, unlimited: frozenset[str] = frozenset()) -> None:
        super().__init__(app)
        self.buckets = buckets
        self.unlimited = unlimited
        self.callers: OrderedDict[bytes, str] = OrderedDict()

    async def request(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in self.unlimited:
            await self.app(scope, receive, send)
            return
        credential = _fingerprint(scope)
        wait = self.buckets.take(self.callers.get(credential) or _address(scope))
        if wait:
            refused = TooManyRequests("more requests than one caller may send", retry_after=wait)
            await answer(refused, scope)(scope, receive, send)
            return
        await self.app(scope, receive, send)
        self._remember(credential, scope)

    def _remember(self, credential: bytes, scope: Scope) -> None:
        self.callers.pop(credential, None)
        if principal := scope["state"].get("principal"):
            self.callers[credential] = f"{principal.via} {principal.id}"
        if len(self.callers) > self.REMEMBERED:
            self.callers.popitem(last=False)


def _fingerprint(scope: Scope) -> bytes:
    """Of the whole credential or session, so that only its holder has it; the credential itself is not kept."""
    headers = Headers(scope=scope)
    return hashlib.sha256((headers.get("authorization") or headers.get("cookie", "")).encode("latin-1")).digest()


def _address(scope: Scope) -> str:
    """Where a request comes from. One host has a whole /64 of IPv6 addresses, which count as one."""
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else host
