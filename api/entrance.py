"""How a request gets to an office: once its sender is known and has the right that the route asks for."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from pydantic import BaseModel

from api.bodies import Around, fingerprint
from api.conditions import Conditions, refuse_doubled
from api.office import Office
from api.ordering import Asked
from api.parameters import refuse_unknown
from api.problems import request_id
from api.security import require
from api.security.principal import Principal
from api.security.roles import Right
from domain.instants import Instant

AsOf = Annotated[Instant | None, Query(description="The instant to judge as of; left out: now.")]
KnownAt = Annotated[
    Instant | None, Query(description="Judge with what had been recorded by this instant; left out: everything.")
]
After = Annotated[
    int | None,
    Query(
        ge=0, lt=2**63, description="A position told by a command: the answer waits until it knows of it, at most 5 s."
    ),
]
Word = Annotated[str | None, Query(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


def office(right: Right) -> Any:
    """The dependency of a route: an office for whoever holds this right."""
    return Depends(_entering(right))


def _entering(right: Right) -> Callable[..., Coroutine[Any, Any, Office]]:
    async def enter(request: Request, principal: Annotated[Principal, Depends(require(right))]) -> Office:
        if request.scope["query_string"]:
            refuse_unknown(request)
        refuse_doubled(request.headers)
        app, scope = request.app.state, request.scope
        return Office(app.house, principal, app.now(), request_id(scope), scope["state"])

    return enter


def asked(request: Request, conditions: Conditions, body: Around, said: BaseModel | None = None) -> Asked:
    return Asked(conditions, body, fingerprint(request.method, request.scope["path"], said or body))
