"""Asks an application as a client would, without a server in between."""

import asyncio
from typing import Any

import httpx
from starlette.types import ASGIApp


def ask(app: ASGIApp, method: str, path: str, *, client: str = "203.0.113.7", **more: Any) -> httpx.Response:
    """One request; an exception that leaves the application fails the test."""

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(client, 50000))
        async with httpx.AsyncClient(transport=transport, base_url="http://desk.test") as http:
            return await http.request(method, path, **more)

    return asyncio.run(asked())
