"""Every refusal as an RFC 9457 problem document; HTTP statuses are given in this one table.

What the API itself refuses, before the domain has been asked:

TurnedAway
├── Malformed               the request does not read as HTTP and JSON should
├── Unauthenticated         nobody has said who they are
│   └── CredentialRefused   somebody has, with a key or token that is not good
├── Forbidden               known, and not allowed
├── NotFound                not there, or not for this caller: both look the same
├── TooLarge                the body is longer than allowed
├── BodyLate                the body did not come to its end in time
├── HeadTooLarge            what stands before the body is longer than allowed
├── HeadLate                what stands before the body did not come in time
├── WrongMediaType          the body is not JSON
│   └── EncodedOtherwise    the body is packed, or not in UTF-8
├── PreconditionRequired    If-Match is missing
├── TooManyRequests         over the rate of this caller
└── Unavailable             something that the service stands on is away
    ├── TooSlow             the database does not answer in time
    └── NotThereYet         the read model has not reached the position asked for
"""

import json
import math
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, get_args
from uuid import UUID

import psycopg
import psycopg_pool
from eventsourcing import persistence
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError, PydanticKnownError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from api.headers import at_position, at_version
from domain import refusals
from domain.desk.desk import Contended
from domain.misreadings import MOST, misreadings
from domain.refusals import Refusal
from domain.terms.checking.places import key, real_path
from domain.terms.phrases import instead
from projections.seals import NoSealingKey, NotSealed, SealUnsound
from projections.store.customer_keys import CustomerForgotten

MEDIA_TYPE = "application/problem+json"


class TurnedAway(Refusal):
    """The API refuses; nothing has happened. `retry_after` is in seconds."""

    def __init__(self, says: str, *, remedy: str = "", retry_after: float | None = None) -> None:
        super().__init__(says)
        self.says = says
        self.remedy = remedy
        self.retry_after = retry_after


class Malformed(TurnedAway):
    """The request does not read as HTTP and JSON should."""


class Unauthenticated(TurnedAway):
    """Nobody has said who they are."""


class CredentialRefused(Unauthenticated):
    """A key or token that is not good; which of its parts is wrong stays untold."""


class Forbidden(TurnedAway):
    """Known, and not allowed."""


class NotFound(TurnedAway):
    """Not there, or not for this caller: both look the same."""


class TooLarge(TurnedAway):
    """The body is longer than allowed."""


class WrongMediaType(TurnedAway):
    """The body is not JSON."""


class EncodedOtherwise(WrongMediaType):
    """The body is packed, or not in UTF-8."""


class BodyLate(TurnedAway):
    """The body did not come to its end in time."""


class HeadTooLarge(TurnedAway):
    """What stands before the body is longer than allowed."""


class HeadLate(TurnedAway):
    """What stands before the body did not come to its end in time."""


class PreconditionRequired(TurnedAway):
    """If-Match is missing."""


class TooManyRequests(TurnedAway):
    """Over the rate of this caller."""


class Unavailable(TurnedAway):
    """Something that the service stands on is away."""


class TooSlow(Unavailable):
    """The database does not answer, and does not say that it will not either."""


class NotThereYet(Unavailable):
    """The read model has not reached the position asked for."""


# --- the table ------------------------------------------------------------------------------------------------------------


class Kind(NamedTuple):
    """A kind of problem. `says` and `remedy` stand in for a refusal that brings none."""

    status: int
    slug: str
    title: str
    says: str = ""
    remedy: str = ""
    retry_after: int | None = None

    @property
    def type(self) -> str:
        return f"/problems/{self.slug}"


_NOT_FOUND = Kind(404, "not-found", "There is nothing here for you")
_UNAVAILABLE = Kind(
    503,
    "database-unavailable",
    "The database cannot be reached",
    "Nothing was recorded that you have not been told of.",
    "Repeat the request with the same Idempotency-Key.",
    retry_after=2,
)
_SLOW = Kind(
    503,
    "database-slow",
    "The database did not answer in time",
    "The database took longer than this request may wait.",
    "Repeat the request with the same Idempotency-Key.",
    retry_after=5,
)
_FULL = Kind(
    503,
    "storage-full",
    "The database's disk is full",
    "Nothing can be recorded until there is space again; reading goes on.",
    "Free space on the database's disk.",
    retry_after=30,
)

PROBLEMS: dict[type[Exception], Kind] = {
    Malformed: Kind(400, "malformed", "The request cannot be read"),
    Unauthenticated: Kind(
        401, "unauthenticated", "Say who you are", remedy="Send Authorization: Bearer with an API key or a token."
    ),
    CredentialRefused: Kind(401, "credential-refused", "The key or token is not good", remedy="Get a new one."),
    Forbidden: Kind(403, "forbidden", "You may not do this"),
    NotFound: _NOT_FOUND,
    refusals.UnknownStream: _NOT_FOUND,
    refusals.TicketNotOpened: Kind(404, "ticket-not-opened", "There is no such ticket yet"),
    refusals.TicketNotOpen: Kind(409, "ticket-not-open", "The ticket is not open"),
    refusals.AlreadyOpened: Kind(409, "already-opened", "The ticket is opened already"),
    refusals.NotReopenable: Kind(409, "not-reopenable", "The ticket cannot be reopened"),
    refusals.ContractRefused: Kind(409, "contract-refused", "The contract's history does not allow it"),
    refusals.DisputeRefused: Kind(409, "dispute-refused", "The dispute does not allow it"),
    refusals.PublicationRefused: Kind(409, "publication-refused", "It cannot be published so"),
    CustomerForgotten: Kind(409, "customer-forgotten", "The customer was forgotten"),
    NotSealed: Kind(409, "not-sealed", "It is not sealed yet"),
    SealUnsound: Kind(409, "seal-unsound", "The log is not as it was sealed"),
    NoSealingKey: Kind(409, "no-sealing-key", "There is no key to seal with"),
    refusals.StaleVersion: Kind(
        412, "stale-version", "It has changed since you read it", remedy="Read it again, then decide again."
    ),
    BodyLate: Kind(408, "body-late", "The body did not come in time", remedy="Send it again, all at once."),
    HeadLate: Kind(408, "head-late", "The request did not come in time", remedy="Send it again, all at once."),
    TooLarge: Kind(413, "too-large", "The body is too long"),
    WrongMediaType: Kind(415, "not-json", "The body is not JSON", remedy="Send Content-Type: application/json."),
    EncodedOtherwise: Kind(
        415, "encoded-otherwise", "The body is not plain UTF-8", remedy="Send it in UTF-8, without a Content-Encoding."
    ),
    Refusal: Kind(422, "refused", "The request is refused"),
    RequestValidationError: Kind(422, "invalid", "The request does not fit what is asked for here"),
    refusals.RuleBroken: Kind(422, "rule-broken", "A rule of the agreement forbids it"),
    refusals.NotCovered: Kind(422, "not-covered", "The contract does not cover it"),
    refusals.BadInstant: Kind(422, "bad-instant", "It cannot have taken effect at that instant"),
    refusals.DoesNotFit: Kind(422, "does-not-fit", "It names something unknown here"),
    refusals.KeyReused: Kind(
        422, "key-reused", "The idempotency key belongs to another request", remedy="Use a new Idempotency-Key."
    ),
    PreconditionRequired: Kind(428, "precondition-required", "A header is missing that makes the request safe"),
    TooManyRequests: Kind(429, "too-many-requests", "Too many requests", remedy="Ask less often.", retry_after=1),
    HeadTooLarge: Kind(
        431, "head-too-large", "The head of the request is too long", remedy="Send fewer or shorter headers."
    ),
    Exception: Kind(
        500,
        "internal",
        "Something went wrong here",
        "The fault is ours and on record under the request id.",
        "Repeat the request with the same Idempotency-Key; if it fails again, name the request id to us.",
    ),
    Unavailable: Kind(503, "unavailable", "The service is not available", retry_after=2),
    TooSlow: _SLOW,
    Contended: Kind(
        503, "contended", "Others were faster every time", "Nothing was recorded.", "Repeat the request.", retry_after=1
    ),
    NotThereYet: Kind(503, "not-there-yet", "The answer does not know of that position yet", retry_after=1),
    psycopg.OperationalError: _UNAVAILABLE,
    psycopg.InterfaceError: _UNAVAILABLE,
    psycopg.errors.ReadOnlySqlTransaction: _UNAVAILABLE,
    psycopg.errors.UndefinedTable: _UNAVAILABLE,  # a database that has just come up, whose tables are being made
    psycopg_pool.PoolTimeout: _UNAVAILABLE,
    psycopg_pool.PoolClosed: _UNAVAILABLE,
    persistence.OperationalError: _UNAVAILABLE,
    persistence.InterfaceError: _UNAVAILABLE,
    persistence.ConnectionPoolClosedError: _UNAVAILABLE,
    psycopg.errors.QueryCanceled: _SLOW,
    psycopg.errors.LockNotAvailable: _SLOW,
    psycopg.errors.DiskFull: _FULL,
}
"""Which problem an exception is; the nearest of its bases counts."""

_OF_HTTP = {kind.status: kind for kind in reversed([*PROBLEMS.values()])} | {
    422: PROBLEMS[RequestValidationError],
    405: Kind(
        405, "method-not-allowed", "That method is not known here", remedy="The header Allow lists those that are."
    ),
}


def kind_of(error: BaseException) -> Kind:
    """The event store tells what it wraps: what PostgreSQL said beneath says more."""
    if isinstance(error, HTTPException):
        return _OF_HTTP.get(error.status_code) or Kind(error.status_code, "", HTTPStatus(error.status_code).phrase)
    told = error.__cause__ if isinstance(error, persistence.PersistenceError) else None
    if isinstance(told, psycopg.Error) and (kind := kind_of(told)).status != 500:
        return kind
    return next((PROBLEMS[base] for base in type(error).__mro__ if base in PROBLEMS), PROBLEMS[Exception])


# --- the document ---------------------------------------------------------------------------------------------------------


class Fault(BaseModel):
    """One thing that is wrong in a request: in which part of it, at what place, and what would be right."""

    part: str
    place: str
    fault: str


class Problem(BaseModel):
    """An RFC 9457 problem document. `detail` is for people; programs go by `type`."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    remedy: str | None = None
    clause: str | None = None
    errors: list[Fault] | None = None
    ticket: UUID | None = Field(default=None, description="The ticket with which a refusal went on record.")
    version: int | None = None
    position: int | None = None


def problem(error: BaseException, scope: Scope) -> Problem:
    """What the caller is told. Of what nobody expected, nothing but the request id."""
    kind = kind_of(error)
    says, remedy, faults = _told(error, scope)
    return Problem(
        type=kind.type if kind.slug else "about:blank",
        title=kind.title,
        status=kind.status,
        detail=says or kind.says or kind.title,
        instance=scope["path"],
        request_id=request_id(scope),
        remedy=remedy or kind.remedy or None,
        clause=getattr(error, "clause", "") or None,
        errors=faults or None,
        ticket=getattr(error, "stream", None),
        version=getattr(error, "version", None),
        position=getattr(error, "position", None),
    )


def answer(error: BaseException, scope: Scope) -> Response:
    """The problem as a response, with the headers that its status asks for."""
    body = problem(_sharper(error), scope)
    text = json.dumps(body.model_dump(mode="json", exclude_none=True), ensure_ascii=False)
    return Response(text.encode(errors="replace"), body.status, _headers(error, body.status, scope), MEDIA_TYPE)


def request_id(scope: Scope) -> str:
    return str(scope.get("state", {}).get("request_id", "-"))


def install(app: FastAPI) -> None:
    """Let every refusal leave as a problem document, and put its schema into the OpenAPI document.

    What nobody expected is caught by the frame around the application (`api.frame.Failsafe`).
    """
    for error in PROBLEMS.keys() - {Exception} | {HTTPException}:
        app.add_exception_handler(error, _handle)
    described = app.openapi

    def openapi() -> dict[str, Any]:
        document = described()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schemas["Problem"].pop("$defs", {})
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that may answer with these statuses: schema, headers, and an example of each kind."""
    return {status: _documented(status) for status in statuses}


async def _handle(request: Request, error: Exception) -> Response:
    return answer(error, request.scope)


def _told(error: BaseException, scope: Scope) -> tuple[str, str, list[Fault]]:
    match error:
        case RequestValidationError():
            faults = list(_faults(error, scope))
            return _line(faults), "", faults
        case HTTPException() if error.status_code < 500 and error.detail != HTTPStatus(error.status_code).phrase:
            return str(error.detail), "", []
        case refusals.CommandRefused() | TurnedAway():
            return error.says, error.remedy, []
        case Refusal():
            return str(error), "", []
        case _:
            return "", "", []


def _headers(error: BaseException, status: int, scope: Scope) -> dict[str, str]:
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if status == 405:
        headers["Allow"] = ", ".join(_methods(scope)) or headers.get("Allow", "")
    if status == 408:
        headers["Connection"] = "close"
    if status == 401:
        fault = ', error="invalid_token"' if isinstance(error, CredentialRefused) else ""
        headers["WWW-Authenticate"] = f'Bearer realm="ticketclock"{fault}'
    if isinstance(error, refusals.CommandRefused):
        headers |= _place(error)
    return headers | later(error)


def later(error: BaseException) -> dict[str, str]:
    """When to ask again, as a header, where that is known."""
    seconds = getattr(error, "retry_after", None) or kind_of(error).retry_after
    return {"Retry-After": str(math.ceil(seconds))} if seconds else {}


def _methods(scope: Scope) -> list[str]:
    """Every method that the path is known with; several routes may stand at one path."""
    routes = scope["app"].routes if "app" in scope else []
    at_this_path = (route for route in routes if route.matches(scope)[0] is not Match.NONE)
    methods = {method for route in at_this_path for method in getattr(route, "methods", None) or ()}
    has_heads = any(route.matches({**scope, "method": "HEAD"})[0] is Match.FULL for route in routes)
    return sorted(methods | ({"HEAD"} if has_heads and "GET" in methods else set()))


def _place(refusal: refusals.CommandRefused) -> dict[str, str]:
    """The version that there is now, where the refusal knows it, and where it went on record."""
    version = {} if refusal.version is None else at_version(refusal.version)
    return version if refusal.position is None else version | at_position(refusal.position)


def _documented(status: int) -> dict[str, Any]:
    kinds = {kind.slug: kind for kind in [*PROBLEMS.values(), *_OF_HTTP.values()] if kind.status == status}
    headers = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After", 503: "Retry-After"}
    name = headers.get(status)
    return {
        "description": HTTPStatus(status).phrase,
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {slug: {"value": _example(kind)} for slug, kind in kinds.items()},
            }
        },
        **({"headers": {name: {"schema": {"type": "string"}}}} if name else {}),
    }


def _example(kind: Kind) -> dict[str, Any]:
    return Problem(
        type=kind.type,
        title=kind.title,
        status=kind.status,
        detail=kind.says or kind.title,
        instance="/v1/tickets",
        request_id="3f0c1b6e9d8a4c7fb2a5e6d7c8f90a1b",
        remedy=kind.remedy or None,
    ).model_dump(exclude_none=True)


# --- what does not read ---------------------------------------------------------------------------------------------------


def _sharper(error: BaseException) -> BaseException:
    """A body that is no JSON at all has a status of its own."""
    if not isinstance(error, RequestValidationError):
        return error
    for found in error.errors():
        if found["type"] == "json_invalid":
            where = f"at character {found['loc'][-1] + 1}"
            return Malformed(f"the body is no JSON: {found['ctx']['error']} {where}")
        if found["loc"] == ("body",) and isinstance(error.body, bytes):
            return WrongMediaType("the body does not say that it is JSON")
    return error


def _faults(error: RequestValidationError, scope: Scope) -> Iterator[Fault]:
    """What is wrong at each place. Of a value that may take several forms, what is wrong inside it says more than its form."""
    together: dict[tuple[str, tuple[str | int, ...]], list[Mapping[str, Any]]] = {}
    for found in error.errors():
        part, *inner = found["loc"]
        is_missing = found["type"] == "missing"
        path = real_path(error.body, tuple(inner), missing=is_missing) if part == "body" else tuple(inner)
        together.setdefault((str(part), path), []).append(found)
    around = {(part, path[:end]) for part, path in together for end in range(len(path))}
    for (part, path), several in together.items():
        if (part, path) not in around:
            document = error.body if part == "body" else None
            yield Fault(part=part, place=key(document, path), fault=_fault(path, several, document, _models(scope)))


def _fault(
    path: tuple[str | int, ...], several: list[Mapping[str, Any]], document: object, models: list[type[BaseModel]]
) -> str:
    if several[0]["type"] == "extra_forbidden":
        if str(several[0]["loc"][0]) == "query":
            return str(several[0]["msg"])
        names = [field.alias or name for model in models for name, field in model.model_fields.items()]
        return f"unknown field; {instead(path[-1], names, 'field')}" if len(path) == 1 else "unknown field"
    again = ValidationError.from_exception_data("request", [_again(found) for found in several])
    return misreadings(again, document, *models)


def _again(found: Mapping[str, Any]) -> InitErrorDetails:
    """A finding without its place, for `misreadings` to put into words."""
    said: str | PydanticCustomError = found["type"]
    try:
        PydanticKnownError(found["type"], found.get("ctx"))
    except (KeyError, TypeError):
        said = PydanticCustomError("value_error", "{said}", {"said": found["msg"]})
    return InitErrorDetails(type=said, loc=(), input=found["input"], ctx=found.get("ctx", {}))


def _models(scope: Scope) -> list[type[BaseModel]]:
    """The models that the route reads its body as."""
    body = getattr(scope.get("route"), "body_field", None)
    return list(_within(body.field_info.annotation)) if body else []


def _within(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _within(inner)


def _line(faults: list[Fault]) -> str:
    told = [": ".join(filter(None, (one.place or one.part, one.fault))) for one in faults[:MOST]]
    more = f" (and {len(faults) - MOST} more)" if len(faults) > MOST else ""
    return "; ".join(told) + more
