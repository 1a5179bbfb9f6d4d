"""What may stand behind the question mark of an address: what a route reads, each once, and nothing else.

A filter that is misspelt would be a filter that is not there, and of one given twice only one would count: the answer would be
one to another question.
"""

from collections import Counter
from collections.abc import Iterator
from typing import get_args, get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from domain.terms.phrases import instead


def refuse_unknown(request: Request) -> None:
    """Raises RequestValidationError, which names each parameter that the route does not read, or reads once and was given twice."""
    route = request.scope["route"]
    known = dict(_read_by(route.dependant)) if isinstance(route, APIRoute) else {}
    given = Counter(name for name, _ in request.query_params.multi_items())
    faults = [*map(_twice, (name for name, times in given.items() if times > 1 and not known.get(name, True)))]
    faults += [_fault(name, list(known), request.query_params[name]) for name in given if name not in known]
    if faults:
        raise RequestValidationError(faults)


def _fault(name: str, known: list[str], given: str) -> dict[str, object]:
    says = f"unknown parameter; {instead(name, known, 'parameter')}"
    return {"type": "extra_forbidden", "loc": ("query", name), "msg": says, "input": given}


def _twice(name: str) -> dict[str, object]:
    return {"type": "extra_forbidden", "loc": ("query", name), "msg": "is given twice; give it once", "input": name}


def _read_by(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """Each parameter, and whether it may be given several times."""
    yield from ((field.alias, _is_list(field.field_info.annotation)) for field in dependant.query_params)
    for one in dependant.dependencies:
        yield from _read_by(one)


def _is_list(annotation: object) -> bool:
    return any(get_origin(one) is list for one in (annotation, *get_args(annotation)))
