"""What a caller is told when a ticket's command, or the request around it, is refused."""

from typing import Annotated, Any, Literal

import httpx
import psycopg
import psycopg_pool
import pytest
from eventsourcing import persistence
from fastapi import APIRouter, FastAPI, Header, HTTPException, Query
from pydantic import BaseModel, ConfigDict, field_validator

from api.frame import frame
from api.problems import (
    PROBLEMS,
    CredentialRefused,
    Forbidden,
    NotFound,
    NotThereYet,
    PreconditionRequired,
    TooManyRequests,
    Unauthenticated,
    install,
    problem_responses,
)
from domain.desk.desk import Contended
from domain.instants import Instant
from domain.refusals import (
    AgreementError,
    AlreadyOpened,
    BadInstant,
    CaseFileError,
    ContractRefused,
    DoesNotFit,
    KeyReused,
    NotCovered,
    NotReopenable,
    PublicationRefused,
    RuleBroken,
    StaleVersion,
    TicketNotOpen,
    TicketNotOpened,
    UnknownStream,
)
from projections.store.customer_keys import CustomerForgotten
from tests.api.asking import ask


class Wait(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    on: Literal["customer", "third-party"]
    effective_at: Instant | None = None
    task: str | None = None
    tiers: list[int] = []

    @field_validator("task")
    @classmethod
    def _is_a_task(cls, task: str) -> str:
        if not task:
            raise ValueError("a task has words")
        return task


router = APIRouter(prefix="/v1", responses=problem_responses(401, 422, 503))


@router.post("/tickets/{number}/wait")
def wait(
    number: int,
    command: Wait,
    limit: Annotated[int, Query(ge=1)] = 1,
    x_level: Annotated[int | None, Header()] = None,
) -> dict[str, int]:
    return {"number": number}


def refusing(error: Exception) -> FastAPI:
    app = FastAPI(middleware=frame())
    install(app)

    @app.get("/v1/refused")
    def refused():
        raise error

    return app


def refused_with(error: Exception) -> httpx.Response:
    return ask(refusing(error), "GET", "/v1/refused")


def misread(path: str = "/v1/tickets/7/wait", **more) -> httpx.Response:
    app = FastAPI(middleware=frame())
    install(app)
    app.include_router(router)
    return ask(app, "POST", path, **more)


def faults(answer: httpx.Response) -> dict[str, str]:
    return {f"{one['part']} {one['place']}".strip(): one["fault"] for one in answer.json()["errors"]}


# --- refusals -------------------------------------------------------------------------------------------------------------


def test_a_refused_command_names_the_clause_and_the_remedy():
    answer = refused_with(RuleBroken("only the customer closes", clause="xmpro:6-closing", remedy="ask the customer"))

    assert "application/problem+json" == answer.headers["content-type"]
    assert {
        "type": "/problems/rule-broken",
        "title": "A rule of the agreement forbids it",
        "status": 422,
        "detail": "only the customer closes",
        "instance": "/v1/refused",
        "request_id": answer.headers["x-request-id"],
        "remedy": "ask the customer",
        "clause": "xmpro:6-closing",
    } == answer.json()


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (NotCovered("the contract ended", clause="xmpro:1"), 422, "not-covered"),
        (BadInstant("it lies in the future"), 422, "bad-instant"),
        (DoesNotFit("there is no severity 9"), 422, "does-not-fit"),
        (TicketNotOpen("the ticket is closed"), 409, "ticket-not-open"),
        (AlreadyOpened("a ticket is opened once"), 409, "already-opened"),
        (NotReopenable("it was merged"), 409, "not-reopenable"),
        (ContractRefused("it was never signed"), 409, "contract-refused"),
        (PublicationRefused("version 2 has another text"), 409, "publication-refused"),
        (TicketNotOpened("there is no ticket yet"), 404, "ticket-not-opened"),
        (CaseFileError("event 3", "is missing"), 422, "refused"),
        (AgreementError(["line 3: unknown field"]), 422, "refused"),
        (Forbidden("auditors read"), 403, "forbidden"),
        (NotFound("there is no such ticket"), 404, "not-found"),
        (UnknownStream("there is no such ticket"), 404, "not-found"),
        (CustomerForgotten("acme was forgotten"), 409, "customer-forgotten"),
        (KeyReused("another payload"), 422, "key-reused"),
        (PreconditionRequired("If-Match is missing"), 428, "precondition-required"),
    ],
)
def test_each_refusal_has_a_status_a_type_and_its_own_words(error, status, slug):
    answer = refused_with(error)

    assert (status, f"/problems/{slug}", str(error)) == (
        answer.status_code,
        answer.json()["type"],
        answer.json()["detail"],
    )


def test_a_ticket_that_moved_on_tells_its_version():
    answer = refused_with(StaleVersion("the ticket is at version 8", version=8))

    assert (412, 8, '"8"') == (answer.status_code, answer.json()["version"], answer.headers["etag"])
    assert "x-position" not in answer.headers


def test_a_refusal_that_went_on_record_tells_the_version_and_its_place_in_the_log():
    refusal = RuleBroken("only the customer closes")
    refusal.version, refusal.position = 3, 90

    answer = refused_with(refusal)

    assert (3, 90) == (answer.json()["version"], answer.json()["position"])
    assert ('"3"', "90") == (answer.headers["etag"], answer.headers["x-position"])


def test_a_ticket_that_others_took_every_time_is_worth_another_try():
    answer = refused_with(Contended())

    assert (503, "/problems/contended", "1") == (
        answer.status_code,
        answer.json()["type"],
        answer.headers["retry-after"],
    )


def test_a_position_not_reached_yet_is_worth_another_try():
    answer = refused_with(NotThereYet("the tickets are at 90"))

    assert (503, "1") == (answer.status_code, answer.headers["retry-after"])


def test_nobody_known_is_told_how_to_say_who_they_are():
    answer = refused_with(Unauthenticated("the request carries no credential"))

    assert (401, 'Bearer realm="ticketclock"') == (answer.status_code, answer.headers["www-authenticate"])


def test_a_bad_credential_is_told_apart_from_none():
    answer = refused_with(CredentialRefused("the key is unknown, revoked or expired"))

    assert 'Bearer realm="ticketclock", error="invalid_token"' == answer.headers["www-authenticate"]


def test_too_many_requests_name_the_seconds_to_wait_rounded_up():
    answer = refused_with(TooManyRequests("more than one caller may send", retry_after=1.2))

    assert (429, "2") == (answer.status_code, answer.headers["retry-after"])


# --- the database ---------------------------------------------------------------------------------------------------------


def wrapped(error: Exception) -> Exception:
    """As the event store hands on what PostgreSQL said."""
    told = persistence.OperationalError(str(error))
    told.__cause__ = error
    return told


@pytest.mark.parametrize(
    ("error", "slug", "seconds"),
    [
        (psycopg.OperationalError("connection to 10.0.0.5 refused"), "database-unavailable", "2"),
        (psycopg.InterfaceError("the connection is closed"), "database-unavailable", "2"),
        (psycopg.errors.AdminShutdown("terminating connection"), "database-unavailable", "2"),
        (psycopg.errors.ReadOnlySqlTransaction("cannot execute INSERT"), "database-unavailable", "2"),
        (psycopg_pool.PoolTimeout("no connection after 3 s"), "database-unavailable", "2"),
        (psycopg_pool.PoolClosed("closed"), "database-unavailable", "2"),
        (persistence.OperationalError("10.0.0.5"), "database-unavailable", "2"),
        (persistence.InterfaceError("10.0.0.5"), "database-unavailable", "2"),
        (wrapped(psycopg.OperationalError("10.0.0.5")), "database-unavailable", "2"),
        (psycopg.errors.QueryCanceled("statement timeout"), "database-slow", "5"),
        (wrapped(psycopg.errors.QueryCanceled("statement timeout")), "database-slow", "5"),
        (psycopg.errors.DiskFull("No space left on device"), "storage-full", "30"),
        (wrapped(psycopg.errors.DiskFull("No space left on device")), "storage-full", "30"),
    ],
)
def test_a_database_in_trouble_is_503_with_a_time_to_try_again(error, slug, seconds):
    answer = refused_with(error)

    assert (503, f"/problems/{slug}", seconds) == (
        answer.status_code,
        answer.json()["type"],
        answer.headers["retry-after"],
    )


def test_what_the_database_said_stays_inside():
    assert "10.0.0.5" not in refused_with(psycopg.OperationalError("connection to 10.0.0.5 refused")).text


def test_what_nobody_expected_tells_nothing_but_the_request_id():
    answer = refused_with(RuntimeError("the password is swordfish"))

    assert (500, answer.headers["x-request-id"]) == (answer.status_code, answer.json()["request_id"])
    assert "swordfish" not in answer.text
    assert "RuntimeError" not in answer.text


def test_a_constraint_that_broke_is_our_fault_not_a_database_away():
    assert 500 == refused_with(psycopg.errors.UniqueViolation("duplicate key")).status_code


# --- what does not read ---------------------------------------------------------------------------------------------------


def test_each_fault_of_a_command_is_told_with_its_place_and_its_remedy():
    answer = misread(json={"on": "custmer", "effective_at": "2024-03-28T16:30:00", "tiers": [1, "two"], "task": ""})

    assert 422 == answer.status_code
    assert {
        "body on": 'unknown value "custmer"; write "customer"; the values are customer and third-party',
        "body effective_at": '"2024-03-28T16:30:00" has no offset; write an instant with its offset, '
        "such as 2024-03-28T16:30:00+01:00",
        "body tiers[2]": 'write a whole number, not "two"',
        "body task": "a task has words",
    } == faults(answer)


def test_an_unknown_field_of_a_command_names_those_that_are_known():
    answer = misread(json={"on": "customer", "efective_at": "2024-03-28T16:30:00Z"})

    assert {
        "body efective_at": 'unknown field; write "effective_at"; the fields are on, effective_at, task and tiers'
    } == faults(answer)


def test_faults_of_path_query_and_header_are_told_apart():
    answer = misread("/v1/tickets/seven/wait?limit=0", json={"on": "customer"}, headers={"X-Level": "high"})

    assert {
        "path number": 'write a whole number, not "seven"',
        "query limit": '"0" is out of range; write 1 or more',
        "header x-level": 'write a whole number, not "high"',
    } == faults(answer)


def test_the_detail_is_one_line_with_the_first_faults():
    answer = misread("/v1/tickets/seven/wait?limit=0", json={"on": "customer", "tiers": 1}, headers={"X-Level": "high"})

    assert answer.json()["detail"].endswith(' x-level: write a whole number, not "high" (and 1 more)')


def test_a_missing_body_is_missed():
    assert {"body": "is missing"} == faults(misread())


def test_a_body_of_another_shape_is_told_which_shape_is_meant():
    assert {"body": "write an object, not a list"} == faults(misread(json=[]))


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"on": ', "the body is no JSON: Expecting value at character 8"),
        (b"\xff\xfe\x00", None),
        (b"[" * 100_000, None),
        (b"1" * 5000, None),
    ],
)
def test_a_body_that_is_no_json_is_400(body, detail):
    answer = misread(content=body, headers={"Content-Type": "application/json"})

    assert (400, "/problems/malformed") == (answer.status_code, answer.json()["type"])
    assert detail is None or detail == answer.json()["detail"]


@pytest.mark.parametrize(
    "body", [b'{"on": "\\ud800"}', b'{"on": NaN}', b'{"on": "customer", "tiers": [1e999]}', b'{"\\udfff": 1}']
)
def test_json_that_only_just_reads_is_refused_in_good_order(body):
    answer = misread(content=body, headers={"Content-Type": "application/json"})

    assert 422 == answer.status_code
    assert answer.json()["errors"]


def test_a_body_that_does_not_say_it_is_json_is_415():
    answer = misread(content=b'{"on": "customer"}', headers={"Content-Type": "text/plain"})

    assert (415, "Send Content-Type: application/json.") == (answer.status_code, answer.json()["remedy"])


def test_an_unknown_path_is_404():
    assert (404, "/problems/not-found") == (
        (answer := misread("/v1/nowhere")).status_code,
        answer.json()["type"],
    )


def test_an_unknown_method_is_405_and_names_those_known():
    answer = ask(refusing(NotFound("nothing")), "DELETE", "/v1/refused")

    assert (405, "/problems/method-not-allowed", "GET") == (
        answer.status_code,
        answer.json()["type"],
        answer.headers["allow"],
    )


def test_a_status_without_a_type_of_ours_is_about_blank():
    answer = refused_with(HTTPException(418, "short and stout"))

    assert (418, "about:blank", "short and stout") == (
        answer.status_code,
        answer.json()["type"],
        answer.json()["detail"],
    )


# --- the OpenAPI document -------------------------------------------------------------------------------------------------


def documented() -> dict[str, Any]:
    app = FastAPI()
    install(app)
    app.include_router(router)
    return app.openapi()


def test_a_route_documents_each_refusal_with_schema_and_examples():
    answers = documented()["paths"]["/v1/tickets/{number}/wait"]["post"]["responses"]

    assert {"200", "401", "422", "503"} == answers.keys()
    assert {"application/problem+json"} == answers["422"]["content"].keys()
    told = answers["422"]["content"]["application/problem+json"]
    assert {"$ref": "#/components/schemas/Problem"} == told["schema"]
    assert {"rule-broken", "not-covered", "invalid"} <= told["examples"].keys()


def test_the_headers_of_a_refusal_are_documented():
    answers = documented()["paths"]["/v1/tickets/{number}/wait"]["post"]["responses"]

    assert ("WWW-Authenticate", "Retry-After") == (*answers["401"]["headers"], *answers["503"]["headers"])


def test_the_schema_of_problems_is_complete():
    schemas = documented()["components"]["schemas"]

    assert {"Problem", "Fault"} <= schemas.keys()
    assert "$defs" not in schemas["Problem"]


def test_no_two_kinds_of_problem_share_a_name():
    kinds = set(PROBLEMS.values())

    assert len(kinds) == len({kind.slug for kind in kinds})
