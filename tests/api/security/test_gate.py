"""The door: nobody reaches a ticket whom it does not know."""

import logging
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI

from api.frame import frame
from api.problems import install
from api.security import Gate, anonymous_routes, require
from api.security.principal import Principal
from api.security.tokens import Issuer, KeySet, Tokens
from tests.api.asking import ask
from tests.api.security.provider import AUDIENCE, ISSUER, NOON, Provider, token

router = APIRouter(prefix="/v1")


@router.get("/tickets")
def tickets(principal: Annotated[Principal, Depends(require("tickets:read"))]):
    return {"id": principal.id, "customer": principal.customer}


@router.post("/tickets", dependencies=[Depends(require("tickets:act"))])
def opened():
    return "opened"


@pytest.fixture
def desk(keys) -> FastAPI:
    app = FastAPI(middleware=frame(), docs_url=None, redoc_url=None)
    install(app)
    app.include_router(router)
    app.get("/health")(lambda: "well")
    tokens = Tokens(Issuer(ISSUER, AUDIENCE, "unused"), KeySet(Provider()))
    app.state.gate = Gate(keys, tokens, lambda: NOON)
    return app


def bearer(credential: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {credential}"}


def test_a_program_reads_tickets_with_its_key(desk, keys):
    key = keys.create(person="bot", role="system", at=NOON).text
    answers = [ask(desk, "GET", "/v1/tickets", headers=bearer(key)) for _ in range(2)]

    assert [{"id": "bot", "customer": None}] * 2 == [answer.json() for answer in answers]


def test_a_person_reads_tickets_with_a_token(desk):
    answer = ask(desk, "GET", "/v1/tickets", headers=bearer(token()))

    assert {"id": "ann", "customer": "acme"} == answer.json()


def test_a_key_without_the_right_is_forbidden_and_told_which(desk, keys):
    key = keys.create(person="eve", role="auditor", at=NOON).text
    answer = ask(desk, "POST", "/v1/tickets", headers=bearer(key))

    assert (403, "this credential of role auditor does not carry the right tickets:act") == (
        answer.status_code,
        answer.json()["detail"],
    )


def test_a_key_narrowed_to_reading_opens_no_ticket(desk, keys):
    key = keys.create(person="ann", role="agent", at=NOON, scopes=["tickets:read"]).text

    assert 200 == ask(desk, "GET", "/v1/tickets", headers=bearer(key)).status_code
    assert 403 == ask(desk, "POST", "/v1/tickets", headers=bearer(key)).status_code


def test_a_revoked_key_reads_no_ticket(desk, keys):
    new = keys.create(person="bot", role="system", at=NOON)
    ask(desk, "GET", "/v1/tickets", headers=bearer(new.text))
    keys.revoke(new.key.id, NOON)

    assert 401 == ask(desk, "GET", "/v1/tickets", headers=bearer(new.text)).status_code


def test_without_a_credential_no_ticket_is_read(desk):
    answer = ask(desk, "GET", "/v1/tickets")

    assert (401, "/problems/unauthenticated", 'Bearer realm="ticketclock"') == (
        answer.status_code,
        answer.json()["type"],
        answer.headers["www-authenticate"],
    )


@pytest.mark.parametrize(
    "header",
    [
        b"Bearer",
        b"Bearer ",
        b"Basic YW5uOnNlY3JldA==",
        b"tck_aaaaaaaaaaaa_secret",
        b"Bearer tck_aaaaaaaaaaaa_" + b"x" * 43,
        b"Bearer TCK_aaaaaaaaaaaa_" + b"x" * 43,
        b"Bearer  tck_aaaaaaaaaaaa_" + b"x" * 43,
        b"Bearer tck_a\tb",
        b"Bearer \xff\xfe\x80",
        "Bearer schlüssel".encode(),
        b"Bearer " + b"x" * 60_000,
        b"Bearer tck_" + b"x" * 60_000,
        b"Bearer a.b.c",
        b"Bearer null",
    ],
)
def test_whatever_else_stands_in_the_header_no_ticket_is_read(desk, header):
    answer = ask(desk, "GET", "/v1/tickets", headers={"Authorization": header})

    assert (401, "/problems/credential-refused", 'Bearer realm="ticketclock", error="invalid_token"') == (
        answer.status_code,
        answer.json()["type"],
        answer.headers["www-authenticate"],
    )


def test_two_credentials_in_one_request_are_one_too_many(desk, keys):
    key = keys.create(person="bot", role="system", at=NOON).text
    headers = [("Authorization", f"Bearer {key}"), ("Authorization", f"Bearer {token()}")]

    assert 401 == ask(desk, "GET", "/v1/tickets", headers=headers).status_code


def test_the_scheme_is_read_whatever_its_case(desk):
    assert 200 == ask(desk, "GET", "/v1/tickets", headers={"Authorization": f"bearer {token()}"}).status_code


def test_a_credential_in_the_address_opens_nothing(desk, keys):
    key = keys.create(person="bot", role="system", at=NOON).text

    assert 401 == ask(desk, "GET", f"/v1/tickets?access_token={key}").status_code


def test_without_a_provider_tokens_open_nothing(desk, keys):
    desk.state.gate = Gate(keys, None, lambda: NOON)

    assert 401 == ask(desk, "GET", "/v1/tickets", headers=bearer(token())).status_code


def test_a_credential_that_is_not_good_is_refused_before_the_command_is_read(desk):
    answer = ask(desk, "POST", "/v1/tickets", content=b"{", headers=bearer("a.b.c"))

    assert 401 == answer.status_code


def test_neither_keys_nor_tokens_are_ever_logged(desk, keys, caplog):
    caplog.set_level(logging.DEBUG)
    key, person = keys.create(person="bot", role="system", at=NOON).text, token()
    for credential in (key, person, key[:-1] + "_", person[:-4]):
        ask(desk, "GET", "/v1/tickets", headers=bearer(credential))

    assert '"principal": "bot"' in caplog.text
    assert key.rpartition("_")[2][:12] not in caplog.text
    assert person[:40] not in caplog.text


def test_routes_that_anybody_may_ask_are_found(desk):
    assert {"/health", "/openapi.json"} == anonymous_routes(desk)


def test_the_openapi_document_says_that_a_route_is_closed(desk):
    document = desk.openapi()

    assert "http" == document["components"]["securitySchemes"]["bearer"]["type"]
    assert [{"bearer": []}] == document["paths"]["/v1/tickets"]["get"]["security"]
    assert "security" not in document["paths"]["/health"]["get"]
