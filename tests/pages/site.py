"""The pages, asked without a browser in between: people who signed in, and what they see."""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx

from api.pages.door.session import COOKIE
from tests.api.house import Caller, Town


@dataclass
class Visitor:
    """Somebody signed in, in a browser of their own."""

    caller: Caller
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **parameters: Any) -> httpx.Response:
        return self._sent("GET", path, params=parameters)

    def sends(self, page: str, path: str, **fields: Any) -> httpx.Response:
        """A form of a page, with what makes it this session's."""
        proof = re.search(r'name="proof" value="([^"]+)"', self.get(page).text)
        return self._sent("POST", path, data={"proof": proof[1] if proof else "", **fields})

    def _sent(self, method: str, path: str, **more: Any) -> httpx.Response:
        told = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        response = self.caller.http.request(method, path, headers={"Cookie": told}, **more)
        self.cookies |= dict(response.cookies)
        return response


@dataclass
class Site:
    town: Town

    def visitor(self, role: str, customer: str | None = None, person: str = "") -> Visitor:
        """Somebody of a role who has signed in with a key of theirs."""
        return self.signed_in(self.town.caller(role, customer, person))

    def signed_in(self, caller: Caller) -> Visitor:
        visitor = Visitor(caller)
        response = caller.http.request("POST", "/sign-in", data={"key": caller.token, "then": "/"})
        assert response.status_code == 303, response.text
        visitor.cookies[COOKIE] = response.cookies[COOKIE].strip('"')
        return visitor
