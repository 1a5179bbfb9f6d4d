"""Keys over HTTP, and customers who are to be forgotten."""

from typing import Any

import pytest

from tests.api.house import ACME, Caller, Town, told


def test_a_key_is_told_once_and_opens_the_door(town: Town):
    admin = town.caller("admin")

    answer = admin.post("/v1/keys", {"person": "night-desk", "role": "agent", "label": "the night desk"})

    made = told(answer, 201)
    assert f"/v1/keys/{made['id']}" == answer.headers["Location"]
    assert 200 == Caller(town.http, made["key"], town.keys).get("/v1/tickets").status_code
    listed = admin.get("/v1/keys")
    assert made["id"] in {one["id"] for one in listed.json()}
    assert made["key"] not in listed.text


def test_a_revoked_key_opens_nothing(town: Town):
    admin = town.caller("admin")
    made = told(admin.post("/v1/keys", {"person": "ada", "role": "agent"}), 201)
    holder = Caller(town.http, made["key"], town.keys)
    told(holder.get("/v1/tickets"))

    assert 204 == admin.delete(f"/v1/keys/{made['id']}").status_code

    assert "/problems/credential-refused" == told(holder.get("/v1/tickets"), 401)["type"]


def test_a_key_with_fewer_scopes_opens_only_those(town: Town):
    body = {"person": "board", "role": "service-manager", "scopes": ["tickets:read"]}
    made = told(town.caller("admin").post("/v1/keys", body), 201)
    holder = Caller(town.http, made["key"], town.keys)

    told(holder.get("/v1/tickets"))
    told(holder.get("/v1/operations"), 403)


def test_a_key_opens_nothing_after_its_end(town: Town):
    body = {"person": "guest", "role": "auditor", "expires_at": "2026-03-02T10:00:00+01:00"}
    made = told(town.caller("admin").post("/v1/keys", body), 201)
    holder = Caller(town.http, made["key"], town.keys)
    told(holder.get("/v1/tickets"))

    town.clock.goes_on(hours=1)

    told(holder.get("/v1/tickets"), 401)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"person": "ada"}, 422),
        ({"person": "", "role": "agent"}, 422),
        ({"person": "ada", "role": "emperor"}, 422),
        ({"person": "ada", "role": "agent", "scopes": ["everything"]}, 422),
        ({"person": "ada", "role": "agent", "scopes": ["keys:manage"]}, 422),
        ({"person": "ada", "role": "agent", "expires_at": "2020-01-01T00:00:00Z"}, 422),
        ({"person": "ada", "role": "end-user"}, 422),
        ({"person": "ada", "role": "agent", "secret": "mine"}, 422),
    ],
)
def test_a_key_that_nobody_could_have_is_not_made(town: Town, body: dict[str, Any], status: int):
    told(town.caller("admin").post("/v1/keys", body), status)


def test_who_makes_a_key_for_a_customer_nobody_has_is_told_so(town: Town):
    admin = town.caller("admin")
    town.caller("service-manager").draws_up(customer=ACME)
    notes = [
        told(admin.post("/v1/keys", {"person": "bo", "role": "customer", "customer": customer}), 201)["note"]
        for customer in (ACME, "acne")
    ]

    assert [None, "Nothing is on file of acne: until a contract names it, this key reaches nothing."] == notes


def test_a_key_that_was_never_made_cannot_be_revoked(town: Town):
    admin = town.caller("admin")

    for key in ("never", "%00", "a%2Fb"):
        assert 404 == admin.delete(f"/v1/keys/{key}").status_code


def test_a_forgotten_customers_clocks_stay_and_its_words_go(town: Town):
    admin, agent = town.caller("admin"), town.caller("agent")
    contract = admin.draws_up(customer="Forgotten & Co")
    ticket = agent.opens(contract, fields={"caller": "Ada Byron"})
    agent.does(ticket, "comment", text="she called again")
    before = told(agent.get(f"/v1/tickets/{ticket}/clocks"))

    assert told(admin.post("/v1/customers/Forgotten & Co/forget"))["forgotten"]

    history = agent.get(f"/v1/tickets/{ticket}/history").text
    assert "Ada" not in history
    assert "she called" not in history
    assert before == told(agent.get(f"/v1/tickets/{ticket}/clocks"))
    assert not told(admin.post("/v1/customers/Forgotten & Co/forget"))["forgotten"]


def test_nothing_personal_is_recorded_of_a_forgotten_customer(town: Town):
    admin, agent = town.caller("admin"), town.caller("agent")
    contract = admin.draws_up(customer="Gone Ltd")
    ticket = agent.opens(contract, fields={"caller": "Ada"})
    told(admin.post("/v1/customers/Gone Ltd/forget"))

    problem = told(agent.post(f"/v1/tickets/{ticket}/comment", {"text": "hello"}, version=1), 409)
    assert "/problems/customer-forgotten" == problem["type"]
    assert "Gone Ltd was forgotten" in problem["detail"]
    told(admin.post("/v1/contracts", {"agreement": "xmpro", "customer": "Gone Ltd", "plan": "subscription"}), 409)
    told(agent.post(f"/v1/tickets/{ticket}/respond", version=1))


def test_no_key_is_made_for_people_of_a_forgotten_customer(town: Town):
    admin = town.caller("admin")
    admin.draws_up(customer="Lapsed AG")
    key = {"person": "ada byron", "role": "customer", "customer": "Lapsed AG", "label": "her own"}
    told(admin.post("/v1/keys", key), 201)
    told(admin.post("/v1/customers/Lapsed AG/forget"))

    problem = told(admin.post("/v1/keys", key), 409)

    assert "/problems/customer-forgotten" == problem["type"]
    assert "nothing personal is recorded for them any more" in problem["detail"]
    assert "ada byron" not in admin.get("/v1/keys").text


def test_another_customer_is_not_forgotten_with_it(town: Town):
    admin, agent = town.caller("admin"), town.caller("agent")
    ticket = agent.opens(admin.draws_up(customer=ACME), fields={"caller": "Ada Byron"})
    agent.opens(admin.draws_up(customer="Left"), fields={"caller": "Bob"})

    told(admin.post("/v1/customers/Left/forget"))

    assert "Ada Byron" in agent.get(f"/v1/tickets/{ticket}/history").text
