"""How the service does, as it tells those who watch over it."""

from datetime import timedelta
from threading import Event

import pytest

from api.outgoing.outbox import Wayless
from api.routes import operations
from tests.api.house import ACME, Town, told


@pytest.fixture
def dead_letter(town: Town) -> str:
    """A notice of an escalation that was given up."""
    agent = town.caller("agent")
    ticket = agent.opens(town.caller("service-manager").draws_up())
    position = agent.does(ticket, "escalate", to="service-manager")["position"]
    assert town.house.runner.wait_for(position, 60)
    outbox = town.house.outbox
    while taken := outbox.take(town.clock() + timedelta(days=1), town.clock() + timedelta(days=2)):
        outbox.give_up(taken, "nobody answers")
        if taken.notice.ticket.hex == ticket.replace("-", "") and taken.notice.kind == "escalated":
            return taken.notice.id
    pytest.fail("the escalation told nobody")


def test_a_service_that_keeps_up_is_healthy_and_ready(town: Town):
    told(town.caller("agent").get("/v1/tickets"))

    assert {"status": "alive"} == told(town.nobody.get("/health"))
    ready = told(town.nobody.get("/ready"))
    assert ("ready", ready["head"]) == (ready["status"], ready["position"])


def test_a_service_whose_database_says_nothing_is_not_ready_and_says_so_soon(town: Town, monkeypatch):
    goes_on = Event()
    monkeypatch.setattr(operations, "KEEPS_UP_SECONDS", 0.05)
    monkeypatch.setattr(town.house.runner, "lag", goes_on.wait)

    answer = town.nobody.get("/ready")
    goes_on.set()

    assert (503, "/problems/database-slow") == (answer.status_code, answer.json()["type"])
    assert "Retry-After" in answer.headers


def test_operations_tell_what_is_behind_and_what_is_before_them(town: Town):
    agent = town.caller("agent")
    ticket = agent.opens(town.caller("service-manager").draws_up())
    position = agent.does(ticket, "comment", text="last")["position"]
    assert town.house.runner.wait_for(position, 60)

    operations = told(town.caller("auditor").get("/v1/operations"))

    assert 0 == operations["lag"]["events"]
    assert position <= operations["lag"]["position"]
    assert [] == operations["troubles"]
    assert operations["next_deadline_at"] is not None
    assert {"pending", "delivered", "dead"} == operations["notices"].keys()


def test_notices_that_have_no_way_out_are_among_the_troubles(town: Town, monkeypatch: pytest.MonkeyPatch):
    waiting = [Wayless("no way out: no address for e-mail to customer", 2)]
    monkeypatch.setattr(town.house.outbox, "wayless", lambda at: waiting)

    (trouble,) = told(town.caller("auditor").get("/v1/operations"))["troubles"]

    assert "2 notices have no way out: no address for e-mail to customer" == trouble["problem"]


def test_deadlines_that_nobody_deals_with_are_counted(town: Town):
    agent = town.caller("agent")
    ticket = agent.opens(town.caller("service-manager").draws_up())
    assert town.house.runner.wait_for(agent.does(ticket, "comment", text="last")["position"], 10)
    auditor = town.caller("auditor")
    before = told(auditor.get("/v1/operations"))["overdue"]

    town.clock.goes_on(days=1)

    assert told(auditor.get("/v1/operations"))["overdue"] > before


def test_a_dead_letter_is_listed_and_can_be_sent_after_all(town: Town, dead_letter: str):
    manager = town.caller("service-manager")

    listed = told(manager.get("/v1/operations/dead-letters", limit=200))["dead_letters"]
    (letter,) = (one for one in listed if one["notice"] == dead_letter)
    assert ("nobody answers", 1) == (letter["last_error"], letter["attempts"])

    assert 204 == manager.post("/v1/operations/dead-letters", {"notice": dead_letter}).status_code
    told(manager.post("/v1/operations/dead-letters", {"notice": dead_letter}), 404)
    listed = told(manager.get("/v1/operations/dead-letters", limit=200))["dead_letters"]
    assert dead_letter not in [one["notice"] for one in listed]


def test_dead_letters_come_in_parts(town: Town, dead_letter: str):
    manager = town.caller("service-manager")
    seen: list[str] = []
    asked: dict[str, str | int] = {"limit": 1}
    while True:
        part = told(manager.get("/v1/operations/dead-letters", **asked))
        seen += [one["notice"] for one in part["dead_letters"]]
        if part["next"] is None:
            break
        asked["cursor"] = part["next"]

    assert dead_letter in seen
    assert len(set(seen)) == len(seen)


def test_a_letter_that_is_no_text_is_refused(town: Town):
    manager = town.caller("service-manager")

    for body in ({}, {"notice": 7}, {"notice": "a\0b"}, {"notice": "x", "again": True}):
        assert manager.post("/v1/operations/dead-letters", body).status_code in (400, 422)


def test_operations_are_no_customers_matter(town: Town):
    told(town.caller("technical-contact", ACME).get("/v1/operations"), 403)
    told(town.caller("service-manager", ACME).get("/v1/operations"), 403)
