"""The OpenAPI document: what programs that call the service are made from."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from tests.api.house import Town, told


@pytest.fixture
def document(town: Town) -> dict[str, Any]:
    return told(town.nobody.get("/openapi.json"))


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(document: dict[str, Any]):
    names = [operation["operationId"] for _, _, operation in operations(document)]

    assert len(set(names)) == len(names)
    for path, method, operation in operations(document):
        assert operation["description"], (method, path)
        assert operation["tags"], (method, path)


def test_commands_are_named_as_they_are_called(document: dict[str, Any]):
    names = {operation["operationId"]: path for path, _, operation in operations(document)}

    assert "/v1/tickets/{ticket}/change-severity" == names["changeSeverity"]
    assert "/v1/tickets/{ticket}/waiting" == names["waiting"]
    assert "/v1/contracts/{contract}/cover-product" == names["contractCoverProduct"]


def test_everything_but_health_and_readiness_asks_for_a_credential(document: dict[str, Any]):
    open_to_all = {path for path, _, operation in operations(document) if not operation.get("security")}

    assert {"/health", "/ready"} == open_to_all
    assert ["http"] == [one["type"] for one in document["components"]["securitySchemes"].values()]
    assert "servers" not in document


def test_every_operation_lists_its_problems_with_an_example_each(document: dict[str, Any]):
    for path, method, operation in operations(document):
        problems = {status: one for status, one in operation["responses"].items() if int(status) >= 400}
        expected = {"500"} if path in ("/health", "/ready") else {"401", "403", "429", "500", "503"}

        assert expected <= problems.keys(), (method, path)
        for status, problem in problems.items():
            content = problem["content"]
            assert {"application/problem+json"} == content.keys(), (method, path, status)
            assert content["application/problem+json"]["examples"], (method, path, status)


def test_what_makes_a_command_safe_is_required(document: dict[str, Any]):
    for path, method, operation in operations(document):
        required = {one["name"].lower() for one in operation.get("parameters", ()) if one["required"]}
        is_question = operation["operationId"].startswith("whatIf")
        if method == "post" and path.startswith("/v1/tickets/") and not is_question:
            assert {"idempotency-key", "if-match"} <= required, path
        if method == "post" and path in ("/v1/tickets", "/v1/contracts", "/v1/agreements", "/v1/alerts"):
            assert "idempotency-key" in required, path


def test_the_dates_of_a_contract_say_what_they_mean(document: dict[str, Any]):
    schemas = document["components"]["schemas"]

    for name in ("Sign", "Renew", "Expire", "Reduce", "End", "CoverProduct"):
        for field, schema in schemas[name]["properties"].items():
            assert schema["description"], (name, field)
    for name in ("DrawUpContract", "Sign", "Cancel", "NameContact"):
        assert "ticket" not in schemas[name]["properties"]["effective_at"]["description"], name


def test_rows_are_described_as_the_objects_that_they_are_told_as(document: dict[str, Any]):
    schemas = document["components"]["schemas"]

    for name in ("TicketRow", "ContractRow", "Kept", "Lag"):
        assert "object" == schemas[name]["type"], name


def test_answers_are_as_described(town: Town, document: dict[str, Any]):
    manager = town.caller("service-manager")
    contract = manager.draws_up(people=[{"id": "ada", "role": "administrator"}])
    ticket = manager.opens(contract)
    position = manager.does(ticket, "waiting", on="access")["position"]
    disputing = {"clocks": [{"clock": "response"}], "reason": "late"}
    dispute = told(manager.post(f"/v1/tickets/{ticket}/disputes", disputing, version="*"), 201)["dispute"]
    claim = {"claim": {"kind": "wait-unjustified", "wait": 2}}
    told(manager.post(f"/v1/disputes/{dispute}/make-claim", claim, version="*"))
    assert town.house.runner.wait_for(position, 60)
    named = {
        "ticket": ticket,
        "contract": contract,
        "agreement": "imagicle-care",
        "holidays": "italy",
        "number": 1,
        "dispute": dispute,
    }
    town.house.sealer.seal_now(town.clock())

    for path, method, operation in operations(document):
        if method != "get" or operation["operationId"] in (
            "followEvents",
            "listKeys",
            "getDossier",
            "getDisputeDossier",
        ):
            continue
        answer = manager.get(path.format(**named))
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]

        assert 200 == answer.status_code, path
        faults = Draft202012Validator({**schema, "components": document["components"]}).iter_errors(answer.json())
        assert [] == [f"{fault.instance_path}: {fault.message}" for fault in faults], path


def test_every_body_is_shown_by_a_sound_example(document: dict[str, Any]):
    for path, method, operation in operations(document):
        if "requestBody" not in operation or operation["operationId"] == "publishAgreement":  # as long as an agreement
            continue
        told = operation["requestBody"]["content"]["application/json"]
        schema = {**told["schema"], "components": document["components"]}

        assert told["examples"], (method, path)
        for example in told["examples"].values():
            faults = Draft202012Validator(schema).iter_errors(example["value"])
            assert [] == [f"{fault.instance_path}: {fault.message}" for fault in faults], path
