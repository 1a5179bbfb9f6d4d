"""Where somebody who has to sign in comes back to: the page that was asked for, or the one on which a form stood."""

from urllib.parse import quote, urlsplit

from fastapi import Request
from starlette.routing import Match

from api.problems import Unauthenticated


class SignInFirst(Unauthenticated):
    """Nobody is signed in; `then` is where they go on, `unsent` says that a form was sent in vain."""

    def __init__(self, request: Request) -> None:
        super().__init__("sign in first")
        self.unsent = request.method != "GET"
        self.then = _form_of(request) if self.unsent else _address(request.url.path, request.url.query)

    @property
    def location(self) -> str:
        return f"/sign-in?then={quote(self.then, safe='')}{'&unsent=true' if self.unsent else ''}"


def _form_of(request: Request) -> str:
    """The page of this service on which a form stood; where a refusal stood in its place, the page of which that was."""
    came_from = urlsplit(request.headers.get("referer", ""))
    if came_from.netloc != request.headers.get("host"):
        return "/"
    path = came_from.path
    if _is_page(request, path):
        return _address(path, came_from.query)
    above = path.rpartition("/")[0]
    return above if above and _is_page(request, above) else "/"


def _is_page(request: Request, path: str) -> bool:
    asked = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return any(route.matches(asked)[0] is Match.FULL for route in request.app.router.routes)


def _address(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
