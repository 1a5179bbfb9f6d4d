"""The application: a house given from outside, a frame around it, and the routes."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from threading import Event, Thread
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from api.frame import frame
from api.heads import Heads
from api.house import House
from api.pages.astray import astray
from api.pages.boards import PAGES
from api.pages.broadcast import BEAT_SECONDS, Broadcaster
from api.pages.door.session import Sessions
from api.pages.lasting import LastingFiles
from api.pages.paper import STATIC, edition
from api.problems import install
from api.routes import (
    agreements,
    alerts,
    commands,
    comparisons,
    contracts,
    disputes,
    dossiers,
    histories,
    keys,
    operations,
    seals,
    stream,
    tickets,
    whatif,
)
from api.security.openid import Provider
from api.signpost import Signpost
from projections.changes import Changes

DESCRIPTION = """What happened × what was agreed × a moment = what is owed.

Every change to tickets, contracts, disputes and agreements is a command with an `Idempotency-Key`; a command on what is there names
in `If-Match` the version that it is for.
Every refusal is a problem document (RFC 9457) that names the clause, where there is one, and what to do instead. A command answers
with the position of its event in the log; a query with `?after=` waits until it knows of that. HEAD is answered as GET, without the
body."""

ROUTERS = [
    part.router
    for part in (
        tickets,
        commands,
        histories,
        contracts,
        disputes,
        agreements,
        alerts,
        stream,
        keys,
        operations,
        seals,
        dossiers,
        comparisons,
        whatif,
    )
]

DOCUMENT_LIMIT = 1024 * 1024
"""How many bytes a published document may have."""

_REQUIRED = ("idempotency-key", "if-match")


def create_app(
    house: House,
    *,
    now: Callable[[], datetime],
    middleware: Sequence[Middleware] | None = None,
    follow: bool = False,
    stopping: Event | None = None,
    sessions: Sessions | None = None,
    openid: Provider | None = None,
    beat_seconds: float = BEAT_SECONDS,
) -> FastAPI:
    """The service. `now` is the wall clock: nothing behind it asks another.

    With `follow` the read models are kept up with the log as long as the service runs. Streams end once `stopping` is set.
    """
    stopping = stopping or Event()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        follower = Thread(target=house.runner.follow, args=(stopping,), name="read models")
        if follow:
            follower.start()
        yield
        stopping.set()
        if follow:
            await run_in_threadpool(follower.join)

    app = FastAPI(
        title="ticketclock",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        middleware=framed() if middleware is None else middleware,
    )
    app.state.house, app.state.gate, app.state.now = house, house.gate, now
    app.state.stopping, app.state.streams = stopping, Counter[str]()
    app.state.sessions, app.state.openid = sessions or Sessions(), openid
    app.state.broadcaster = Broadcaster(
        Changes(house.views.pool, house.views.schema, house.runner), now, stopping, beat_seconds=beat_seconds
    )
    app.mount(f"/static/{edition()}", LastingFiles(directory=STATIC))
    for router in (*ROUTERS, *PAGES):
        app.router.routes.extend(router.routes)  # an included router looks for each path twice
    app.router.routes.insert(0, Signpost(tuple(app.router.routes)))
    app.router.routes.insert(0, Heads(app.router))
    install(app)
    app.add_exception_handler(HTTPException, astray)
    _require_headers(app)
    return app


def framed(**limits: Any) -> list[Middleware]:
    """What stands around every request; who watches over the service may always ask how it is."""
    documents = {"/v1/agreements": DOCUMENT_LIMIT, "/v1/holidays": DOCUMENT_LIMIT}
    return frame(unlimited=(operations.HEALTH, operations.READY), larger_bodies=documents, **limits)


def _require_headers(app: FastAPI) -> None:
    """Say in the OpenAPI document that these headers are required, whose absence has a problem of its own."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        document = described()
        for operation in (one for path in document["paths"].values() for one in path.values()):
            for parameter in operation.get("parameters", ()):
                if parameter["name"].lower() in _REQUIRED:
                    parameter |= {"required": True, "schema": {"type": "string"}}
        return document

    app.openapi = openapi  # type: ignore[method-assign]
