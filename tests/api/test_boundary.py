"""Every route of the service as every role: who may ask it, and what somebody of another customer gets to see of it."""

from collections.abc import Iterator
from typing import Any, NamedTuple, get_args
from uuid import uuid4

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from api.names import camel
from api.pages.boards import PAGES
from api.security import anonymous_routes
from api.security.roles import DoorRole
from domain.contract.commands import COMMANDS as CONTRACT_COMMANDS
from domain.disputes.commands import ASKED as DISPUTE_COMMANDS
from domain.ticket.commands import COMMANDS
from tests.api.house import ACME, GLOBEX, Caller, Town, told

ROLES: frozenset[str] = frozenset(one for part in get_args(DoorRole) for one in (get_args(part) or (part,)))

CUSTOMERS_PEOPLE = frozenset(
    ("customer", "end-user", "technical-contact", "primary-contact", "stand-in-contact", "administrator", "partner")
)
VENDORS_PEOPLE = frozenset(
    ("agent", "escalation-manager", "client-services-manager", "support-expert", "on-call-technician")
)
MANAGERS = frozenset(("service-manager", "system"))
WORKERS = CUSTOMERS_PEOPLE | VENDORS_PEOPLE | MANAGERS
CARETAKERS = MANAGERS | {"admin"}
ADMINS = frozenset(("admin",))

CUSTOMERS_OWN = {
    *(
        "log-correctly",
        "add-information",
        "notify-by-phone",
        "phone-unanswered",
        "end-wait",
        "change-severity",
        "escalate",
    ),
    *("schedule-appointment", "cancel-appointment", "close", "reopen", "withdraw", "split-off"),
    *("complain", "comment", "answer-survey"),
}

WHO_MAY: dict[str, frozenset[str]] = {
    "openTicket": WORKERS,
    **{
        camel(name): WORKERS if name in CUSTOMERS_OWN else WORKERS - CUSTOMERS_PEOPLE
        for name in COMMANDS
        if name != "open"
    },
    "correct": MANAGERS,
    "rule": MANAGERS,
    "getTicket": ROLES,
    "getHistory": ROLES,
    "getClocks": ROLES,
    "getCaseFile": ROLES,
    "getDifference": ROLES,
    "getRevisions": ROLES,
    "whatIf": ROLES,
    "whatIfAmong": ROLES - CUSTOMERS_PEOPLE | {"primary-contact", "stand-in-contact"},
    "getPermitted": ROLES,
    "listTickets": ROLES,
    "getQueue": ROLES,
    "reportKept": ROLES - CUSTOMERS_PEOPLE | {"primary-contact", "stand-in-contact"},
    "followEvents": ROLES,
    "drawUpContract": CARETAKERS,
    **{camel(f"contract-{name}"): CARETAKERS for name in CONTRACT_COMMANDS if name != "draw-up"},
    "listContracts": ROLES,
    "getContract": ROLES,
    "getContractHistory": ROLES,
    "proposeSeverity": ROLES,
    "openDispute": WORKERS,
    **{camel(f"dispute-{command.name}"): WORKERS for command in DISPUTE_COMMANDS},
    "disputeRule": MANAGERS,
    "listDisputes": ROLES,
    "getDispute": ROLES,
    "getDisputeHistory": ROLES,
    "getEvaluation": ROLES,
    "listAgreements": ROLES,
    "getAgreement": ROLES,
    "publishAgreement": ADMINS | {"system"},
    "listHolidays": ROLES,
    "getHolidays": ROLES,
    "publishHolidays": ADMINS | {"system"},
    "reportAlert": VENDORS_PEOPLE | MANAGERS,
    "clearAlert": VENDORS_PEOPLE | MANAGERS,
    "listKeys": ADMINS,
    "createKey": ADMINS,
    "revokeKey": ADMINS,
    "forgetCustomer": ADMINS,
    "getOperations": CARETAKERS | {"auditor"},
    "listDeadLetters": CARETAKERS | {"auditor"},
    "replayDeadLetter": CARETAKERS,
    "listSeals": ROLES,
    "getLatestSeal": ROLES,
    "listSealingKeys": ROLES,
    "getConsistency": ROLES,
    "getProof": ROLES,
    "getDossier": ROLES,
    "getDisputeDossier": ROLES,
    "health": ROLES,
    "ready": ROLES,
}

OF_THE_HOUSE = {"publishAgreement", "publishHolidays", "getOperations", "listDeadLetters", "replayDeadLetter"}
"""What concerns all customers, so that whoever is bound to one is refused."""

SEALS = {"listSeals", "getLatestSeal", "listSealingKeys", "getConsistency"}

COMMON = {"listHolidays", "getHolidays", "health", "ready", *SEALS}
"""What is nobody's own."""

LISTS = {
    "listTickets",
    "getQueue",
    "reportKept",
    "listContracts",
    "listDisputes",
    "listAgreements",
    "listKeys",
    "whatIfAmong",
}

STRANGERS = ("technical-contact", "agent", "service-manager", "system", "auditor", "admin")
"""One of each kind in the table."""

LEAST: dict[str, dict[str, Any]] = {
    "waiting": {"on": "customer"},
    "endWait": {"on": "customer"},
    "changeSeverity": {"severity": 2},
    "scheduleAppointment": {"for": "2026-03-09T10:00:00+01:00"},
    "holdSession": {"kind": "remote"},
    "find": {"cause": "bug"},
    "agreeTimeline": {"due": "2026-03-09T10:00:00+01:00"},
    "comment": {"text": "a remark"},
    "merge": {"into": "another ticket"},
    "correct": {"number": 1, "why": "a mistake", "struck": True},
    "rule": {"why": "settled", "excuse": "response"},
    "splitOff": {"severity": 3},
    "contractRenew": {"until": "2027-12-31"},
    "contractReduce": {"until": "2026-12-31"},
    "contractCoverProduct": {"product": "recorder"},
    "contractEndSupport": {"on": "2027-12-31"},
    "contractEndLife": {"on": "2027-12-31"},
    "contractNameContact": {"id": "ada", "role": "administrator"},
    "contractRemoveContact": {"id": "ada"},
    "replayDeadLetter": {"notice": "none"},
    "openDispute": {"clocks": [{"clock": "response"}], "reason": "late"},
    "disputeMakeClaim": {"claim": {"kind": "excuse", "clock": "response"}},
    "disputeAttachEvidence": {"name": "a", "media_type": "text/plain", "digest": "ab" * 32, "size": 1},
    "disputeAnswer": {"claim": 1, "accepts": True},
    "disputeWithdrawClaim": {"claim": 1},
    "disputeRule": {"claim": 1, "upheld": True, "why": "settled"},
    "disputeReopen": {"why": "found"},
    "disputeExtend": {"which": "answer", "until": "2026-04-09T10:00:00+01:00", "why": "away"},
    "whatIf": {"severity": 2},
    "whatIfAmong": {"hypothesis": {"severity": 2}},
}
"""The fields that a body needs."""


OF_PAGES = {str(route.path) for page in PAGES for route in iter_route_contexts(page.routes)}


class Route(NamedTuple):
    operation: str
    method: str
    path: str


class Things(NamedTuple):
    """What belongs to a customer: a ticket, a contract, an agreement, a key, a dispute."""

    customer: str
    ticket: str
    contract: str
    agreement: str
    key: str
    dispute: str


def routes(town: Town) -> Iterator[Route]:
    """Those of the application itself, none forgotten; the OpenAPI document has no operation, and pages have a test of theirs."""
    for route in iter_route_contexts(town.app.routes):
        operation = getattr(route, "operation_id", None)
        for method in sorted(set(route.methods or ()) - {"HEAD", "OPTIONS"}):
            if route.path not in {"/openapi.json", *OF_PAGES}:
                yield Route(str(operation), method, str(route.path))


@pytest.fixture(scope="module")
def things(place: Town) -> Things:
    manager = place.caller("service-manager")
    contract = manager.draws_up(options=["proactive-support"])
    ticket = place.caller("agent").opens(contract)
    key = told(place.caller("admin").post("/v1/keys", {"person": "ada", "role": "end-user", "customer": ACME}), 201)
    disputed = manager.post(f"/v1/tickets/{ticket}/disputes", LEAST["openDispute"], version="*")
    manager.draws_up(agreement="xmpro", customer=GLOBEX, plan="subscription", region="")
    assert place.house.runner.wait_for(place.house.runner.lag().head, 10)
    return Things(ACME, ticket, contract, "imagicle-care", key["id"], told(disputed, 201)["dispute"])


def send(caller: Caller, route: Route, things: Things) -> httpx.Response:
    """A request that is sound, but for what it is about."""
    body = LEAST.get(route.operation, {})
    match route.operation:
        case "openTicket":
            body = {"contract": things.contract, "severity": 3}
        case "reportAlert" | "clearAlert":
            body = {"contract": things.contract, "code": "application crash", "condition": str(uuid4())}
        case "drawUpContract":
            body = {"agreement": "imagicle-care", "customer": things.customer, "plan": "gold", "region": "europe"}
        case "createKey":
            body = {"person": "bob", "role": "end-user", "customer": things.customer}
        case _:
            pass
    path = route.path.format(**things._asdict(), holidays="italy", number=1)
    if route.operation == "followEvents":
        path += "?after=nowhere"
    if route.operation in ("getDossier", "getDisputeDossier"):
        path += "?as_of=2199-01-01T00:00:00Z"  # nothing is put together of an instant still to come
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": "*"}
    return caller.send(route.method, path, json=body, headers=headers)


def people(town: Town, role: str) -> Caller:
    return town.caller(role, ACME if role in CUSTOMERS_PEOPLE else None)


def test_the_table_knows_every_route(town: Town):
    assert set(WHO_MAY) == {route.operation for route in routes(town)}


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_may_ask_what_the_table_says_and_nothing_else(town: Town, things: Things, role: str):
    caller = people(town, role)

    for route in routes(town):
        if route.operation in ("revokeKey", "forgetCustomer") and role == "admin":
            continue
        status = send(caller, route, things).status_code

        assert (role in WHO_MAY[route.operation]) == (status not in (401, 403)), (route, status)
        assert status < 500, route


def test_nobody_unknown_gets_in_except_to_ask_how_the_service_is(town: Town, things: Things):
    anonymous = {path for path in anonymous_routes(town.app) - OF_PAGES if not path.startswith("/static/")}
    assert {"/health", "/ready", "/openapi.json"} == anonymous

    for route in routes(town):
        expected = 200 if route.path in ("/health", "/ready") else 401

        assert expected == send(town.nobody, route, things).status_code, route


@pytest.mark.parametrize("role", STRANGERS)
def test_what_is_another_customers_looks_like_what_was_never_there(town: Town, things: Things, role: str):
    stranger = town.caller(role, GLOBEX)
    nowhere = Things(
        customer=ACME,
        ticket=str(uuid4()),
        contract=str(uuid4()),
        agreement="never-published",
        key="never-made",
        dispute=str(uuid4()),
    )

    for route in routes(town):
        if role not in WHO_MAY[route.operation] or route.operation in {"followEvents", *COMMON, *LISTS}:
            continue
        seen, imagined = send(stranger, route, things), send(stranger, route, nowhere)

        expected = 403 if route.operation in OF_THE_HOUSE | {"drawUpContract", "createKey"} else 404
        assert expected == seen.status_code, (route, seen.text)
        assert _without_names(imagined, nowhere) == _without_names(seen, things), route


@pytest.mark.parametrize("role", STRANGERS)
def test_lists_hold_nothing_of_another_customer(town: Town, things: Things, role: str):
    stranger = town.caller(role, GLOBEX)

    for route in routes(town):
        if route.operation in LISTS and role in WHO_MAY[route.operation]:
            answer = send(stranger, route, things)

            assert 200 == answer.status_code, route
            for thing in things:
                assert thing not in answer.text, route


def test_a_customer_asking_for_the_tickets_of_another_by_name_sees_none(town: Town, things: Things):
    stranger = town.caller("technical-contact", GLOBEX)

    assert [] == told(stranger.get("/v1/tickets", customer=ACME))["tickets"]
    assert [] == told(stranger.get("/v1/tickets", contract=things.contract))["tickets"]


def test_a_customer_sees_its_own(town: Town, things: Things):
    contact = town.caller("technical-contact", ACME)

    assert things.ticket in {one["ticket"] for one in told(contact.get("/v1/tickets"))["tickets"]}
    assert things.contract in {one["contract"] for one in told(contact.get("/v1/contracts"))["contracts"]}
    assert ["imagicle-care"] == [one["agreement"] for one in contact.get("/v1/agreements").json()]
    assert things.ticket == told(contact.get(f"/v1/tickets/{things.ticket}"))["ticket"]


def test_an_admin_of_one_customer_makes_keys_of_that_one_only(town: Town):
    admin = town.caller("admin", GLOBEX)

    told(admin.post("/v1/keys", {"person": "eve", "role": "admin"}), 403)
    told(admin.post("/v1/keys", {"person": "eve", "role": "end-user", "customer": ACME}), 403)
    made = told(admin.post("/v1/keys", {"person": "gus", "role": "end-user", "customer": GLOBEX}), 201)

    assert GLOBEX == made["customer"]


def _without_names(answer: httpx.Response, things: Things) -> dict[str, Any]:
    """A problem, but for what was asked for and by which request."""
    told = answer.text
    for name in things:
        told = told.replace(name, "…")
    problem: dict[str, Any] = httpx.Response(200, text=told).json()
    return {name: value for name, value in problem.items() if name != "request_id"}
