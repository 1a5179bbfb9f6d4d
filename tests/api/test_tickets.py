"""Lists of tickets, the queue and the reports: what they hold, in which order, in parts, and what they wait for."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.api.house import MONDAY_9, Caller, Town, told


@pytest.fixture
def customer() -> str:
    """One that nobody else in this file has to do with."""
    return f"customer {uuid4()}"


def tickets_of(caller: Caller, **asked: Any) -> list[str]:
    return [one["ticket"] for one in told(caller.get("/v1/tickets", **asked))["tickets"]]


def last_position(caller: Caller, ticket: str) -> int:
    return int(caller.does(ticket, "comment", text="last")["position"])


def test_tickets_are_listed_the_last_opened_first(town: Town, customer: str):
    contract = town.caller("service-manager").draws_up(customer=customer)
    agent = town.caller("agent")
    first = agent.opens(contract)
    town.clock.goes_on(minutes=1)
    second = agent.opens(contract)

    answer = agent.get("/v1/tickets", customer=customer, after=last_position(agent, first))

    listed = told(answer)
    assert [second, first] == [one["ticket"] for one in listed["tickets"]]
    assert listed["next"] is None
    assert int(answer.headers["X-Position"]) > 0


def test_a_long_list_comes_in_parts(town: Town, customer: str):
    contract = town.caller("service-manager").draws_up(customer=customer)
    agent = town.caller("agent")
    opened = []
    for _ in range(5):
        opened.append(agent.opens(contract))
        town.clock.goes_on(minutes=1)
    after = last_position(agent, opened[0])

    for path in ("/v1/tickets", "/v1/queue"):
        seen: list[str] = []
        asked: dict[str, Any] = {"customer": customer, "limit": 2, "after": after}
        while True:
            part = told(agent.get(path, **asked))
            seen += [one["ticket"] for one in part["tickets"]]
            if part["next"] is None:
                break
            asked["cursor"] = part["next"]

        assert sorted(opened) == sorted(seen)
        assert 5 == len(seen)


def test_a_list_holds_only_what_was_asked_for(town: Town, customer: str):
    contract = town.caller("service-manager").draws_up(customer=customer)
    agent = town.caller("agent")
    plain = agent.opens(contract)
    town.clock.goes_on(minutes=10)
    urgent = agent.opens(contract, severity=1)
    agent.does(urgent, "assign", to="night team")
    agent.does(urgent, "waiting", on="access")
    closed = agent.opens(contract, severity=2)
    agent.does(closed, "resolve")
    mine = {"customer": customer, "after": last_position(agent, plain)}
    later = (MONDAY_9 + timedelta(minutes=5)).isoformat()

    filters: list[tuple[dict[str, Any], list[str]]] = [
        ({"severity": 1}, [urgent]),
        ({"status": "waiting"}, [urgent]),
        ({"status": ["waiting", "resolved"]}, [urgent, closed]),
        ({"waiting_on": "access"}, [urgent]),
        ({"assignee": "night team"}, [urgent]),
        ({"opened_from": later}, [urgent, closed]),
        ({"opened_to": later}, [plain]),
        ({"plan": "gold", "agreement": "imagicle-care", "contract": contract}, [plain, urgent, closed]),
        ({"plan": "basic"}, []),
        ({"breached": True}, []),
    ]
    for asked, expected in filters:
        assert sorted(expected) == sorted(tickets_of(agent, **mine, **asked)), asked


def test_a_quiet_ticket_is_breached_once_its_time_is_up(town: Town, customer: str):
    contract = town.caller("service-manager").draws_up(customer=customer)
    agent = town.caller("agent")
    ticket = agent.opens(contract)
    asked = {"customer": customer, "breached": True, "after": last_position(agent, ticket)}
    assert [] == tickets_of(agent, **asked)

    town.clock.goes_on(hours=5)

    assert [ticket] == tickets_of(agent, **asked)
    assert told(agent.get("/v1/tickets", customer=customer))["tickets"][0]["breached"]


def test_the_queue_has_first_what_is_breached_first(town: Town, customer: str):
    contract = town.caller("service-manager").draws_up(customer=customer)
    agent = town.caller("agent")
    calm, urgent = agent.opens(contract, severity=4), agent.opens(contract, severity=1)
    done = agent.opens(contract, severity=1)
    agent.does(done, "resolve")

    queue = told(agent.get("/v1/queue", customer=customer, after=last_position(agent, calm)))["tickets"]

    assert [urgent, calm] == [one["ticket"] for one in queue]


@pytest.mark.clause("imagicle-care:priority-order")
def test_gold_is_served_before_basic(town: Town, customer: str):
    manager, agent = town.caller("service-manager"), town.caller("agent")
    basic = agent.opens(manager.draws_up(customer=customer, plan="basic"), severity=1)
    gold = agent.opens(manager.draws_up(customer=customer, plan="gold"), severity=4)

    queue = told(agent.get("/v1/queue", customer=customer, after=last_position(agent, gold)))["tickets"]

    assert [gold, basic] == [one["ticket"] for one in queue]


def test_a_report_counts_what_was_met_and_what_was_not(town: Town, customer: str):
    contract = town.caller("service-manager").draws_up(customer=customer)
    agent, contact = town.caller("agent"), town.caller("primary-contact", customer)
    met, missed = agent.opens(contract), agent.opens(contract)
    agent.does(met, "respond")
    town.clock.goes_on(hours=5)
    agent.does(missed, "respond")

    report = contact.get("/v1/reports/kept", after=last_position(agent, met)).json()

    (response,) = (one for one in report if one["clock"] == "response")
    assert ("imagicle-care", "gold", 3, "2026-03") == tuple(
        response[name] for name in ("agreement", "plan", "severity", "month")
    )
    assert (1, 1, 0, 0) == tuple(response[name] for name in ("met", "breached", "excused", "open"))


@pytest.mark.clause("xmpro:7-reports")
def test_a_report_is_for_the_contacts_of_a_customer_and_for_whom_else_it_names(town: Town, customer: str):
    body = {"person": "ada", "role": "end-user", "customer": customer, "scopes": ["reports:read"]}
    named = Caller(town.http, told(town.caller("admin").post("/v1/keys", body), 201)["key"], town.keys)

    for reader in (town.caller("primary-contact", customer), town.caller("stand-in-contact", customer), named):
        assert 200 == reader.get("/v1/reports/kept").status_code
    for role in ("customer", "end-user", "technical-contact", "administrator", "partner"):
        assert "/problems/forbidden" == told(town.caller(role, customer).get("/v1/reports/kept"), 403)["type"]


# --- what a query waits for -----------------------------------------------------------------------------------------------


def test_a_query_waits_for_what_was_just_recorded(town: Town, customer: str):
    contract = town.caller("service-manager").draws_up(customer=customer)
    agent = town.caller("agent")

    for _ in range(10):
        opened = told(agent.post("/v1/tickets", {"contract": contract, "severity": 3}), 201)

        assert opened["ticket"] in tickets_of(agent, customer=customer, after=opened["position"])


def test_a_query_does_not_wait_for_what_nobody_recorded(town: Town):
    answer = town.caller("agent").get("/v1/tickets", after=2**62)

    assert "/problems/not-there-yet" == told(answer, 503)["type"]
    assert "1" == answer.headers["Retry-After"]


# --- what cannot be asked -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 0},
        {"limit": 201},
        {"limit": "many"},
        {"severity": 0},
        {"status": "lost"},
        {"waiting_on": "godot"},
        {"contract": "mine"},
        {"opened_from": "2026-03-02"},
        {"opened_from": "2026-03-02T09:00:00"},
        {"after": -1},
        {"after": 2**63},
        {"customer": ""},
        {"customer": "a\0b"},
        {"assignee": "x" * 201},
    ],
)
def test_a_filter_that_fits_nothing_is_refused_with_its_place(town: Town, asked: dict[str, Any]):
    problem = told(town.caller("agent").get("/v1/tickets", **asked), 422)

    (place,) = asked
    assert place == problem["errors"][0]["place"].split("[")[0]


def test_a_filter_that_is_misspelt_is_refused_with_what_was_meant(town: Town):
    problem = told(town.caller("agent").get("/v1/tickets", severty=1, status="open"), 422)

    assert [("query", "severty")] == [(one["part"], one["place"]) for one in problem["errors"]]
    assert 'write "severity"' in problem["detail"]


@pytest.mark.parametrize("cursor", ["nonsense", "e30", "W10", "bnVsbA", "WyJhIiwiYiJd", "%00", "ü"])
def test_a_cursor_of_ones_own_making_is_refused(town: Town, cursor: str):
    for path in ("/v1/tickets", "/v1/queue", "/v1/contracts"):
        problem = told(town.caller("agent").get(path, cursor=cursor), 400)

        assert "/problems/malformed" == problem["type"]
