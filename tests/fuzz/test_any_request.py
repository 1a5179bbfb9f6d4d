"""Whatever is sent to whichever operation, the answer is one that the OpenAPI document knows of, and never our fault."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from projections.store.pool import open_pool
from tests.api.house import ACME, Clock, Town, told, town

EXAMPLES = 8


def nobody_is_at_fault(_context: Any, response: Any, _case: Any) -> None:
    """A position that is not there yet is answered 503, which is in order."""
    assert 500 != response.status_code


CHECKS = [
    nobody_is_at_fault,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def service(database_url: str) -> Iterator[Town]:
    with open_pool(database_url) as pool, town(pool, f"fuzz_{uuid4().hex}", Clock()) as service:
        service.app.state.stopping.set()  # a stream tells what there is, and ends
        yield service


@pytest.fixture(scope="module")
def document(service: Town) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", service.app)


@pytest.fixture(scope="module")
def keys(service: Town) -> dict[str, str]:
    return {role: str(service.caller(role).token) for role in ("admin", "system")}


@pytest.fixture(scope="module")
def known(service: Town) -> dict[str, str]:
    """What a path may name, so that not everything is unknown."""
    system = service.caller("system")
    contract = system.draws_up()
    told(system.post(f"/v1/contracts/{contract}/sign", version="*"))
    ticket = system.opens(contract)
    disputing = {"clocks": [{"clock": "response"}], "reason": "late"}
    dispute = told(system.post(f"/v1/tickets/{ticket}/disputes", disputing, version="*"), 201)["dispute"]
    return {
        "contract": contract,
        "ticket": ticket,
        "dispute": dispute,
        "customer": ACME,
        "agreement": "imagicle-care",
    }


def test_no_request_brings_the_service_down(document, known, keys, subtests):
    for operation in (found.ok() for found in document.get_all_operations()):

        @settings(max_examples=EXAMPLES, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def answers(case: Any) -> None:
            role = "admin" if case.path.startswith(("/v1/keys", "/v1/customers")) else "system"
            for name in case.path_parameters.keys() & known.keys():
                case.path_parameters[name] = known[name]
            case.call_and_validate(headers={"Authorization": f"Bearer {keys[role]}"}, checks=CHECKS)

        with subtests.test(operation.label):
            answers()
