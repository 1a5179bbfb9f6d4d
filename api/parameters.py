"""What may stand behind the question mark of an address: what a route reads, and nothing else.

A filter that is misspelt would be a filter that is not there, and its answer one to another question.
"""

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from domain.terms.phrases import instead


def refuse_unknown(request: Request) -> None:
    """Raises RequestValidationError, which names each parameter that the route does not read."""
    route = request.scope["route"]
    known = dict.fromkeys(_read_by(route.dependant)) if isinstance(route, APIRoute) else {}
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise RequestValidationError([_fault(name, list(known), request.query_params[name]) for name in unknown])


def _fault(name: str, known: list[str], given: str) -> dict[str, object]:
    says = f"unknown parameter; {instead(name, known, 'parameter')}"
    return {"type": "extra_forbidden", "loc": ("query", name), "msg": says, "input": given}


def _read_by(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for one in dependant.dependencies:
        yield from _read_by(one)
