"""Where a request goes, by the last word of its path: most routes end in a word of their own, and only those are asked.

A router asks one route after another, some dozens before the one that is meant; that takes as long as all the rest of finding
one's way.
"""

from collections.abc import Iterable, Sequence

from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send


class Signpost(BaseRoute):
    """Stands before the routes that it points to, which stay where they are and find by themselves whom it does not know.

    Of those that could be meant, the first in their order is taken, as a router would.
    """

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        words = {word for word in map(_last_word, routes) if word}
        self._to = {word: tuple(_meant(routes, word)) for word in words}

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path = scope.get("path", "")
        for route in self._to.get(path[path.rfind("/") + 1 :], ()):
            match, found = route.matches(scope)
            if match is Match.FULL:
                return match, {**found, "route": route}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["route"].handle(scope, receive, send)


def _last_word(route: BaseRoute) -> str:
    """Empty where a path ends in whatever the caller says, or does not end here."""
    word = route.path.rpartition("/")[2] if isinstance(route, Route) else ""
    return "" if "{" in word else word


def _meant(routes: Iterable[BaseRoute], word: str) -> Iterable[BaseRoute]:
    return (route for route in routes if _last_word(route) in ("", word))
