"""The log as server-sent events, over a real connection: what comes, in which order, to whom, and from where on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx
import pytest

from api.routes.stream import AT_ONCE
from tests.api.house import ACME, GLOBEX, Caller, Town, told
from tests.api.serving import served


class Sent(NamedTuple):
    """An event as it came; without data it only moves the position on."""

    position: int
    event: str | None
    data: dict[str, Any] | None


@pytest.fixture(scope="module")
def address(place: Town) -> Iterator[str]:
    with served(place.app) as address:
        yield address


@contextmanager
def following(
    address: str, caller: Caller, headers: dict[str, str] | None = None, **asked: Any
) -> Iterator[Iterator[Sent]]:
    authorization = {"Authorization": f"Bearer {caller.token}"}
    with (
        httpx.Client(base_url=address, headers=authorization | (headers or {}), timeout=60) as client,
        client.stream("GET", "/v1/stream", params=asked) as response,
    ):
        assert 200 == response.status_code
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield events(response.iter_lines())


def events(lines: Iterator[str]) -> Iterator[Sent]:
    fields: dict[str, str] = {}
    for line in lines:
        if line.startswith(":"):
            continue
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            data = json.loads(fields["data"]) if "data" in fields else None
            yield Sent(int(fields["id"]), fields.get("event"), data)
            fields = {}


def told_of(sent: Iterator[Sent], count: int) -> list[Sent]:
    """The next events that say something."""
    found: list[Sent] = []
    while len(found) < count:
        one = next(sent)
        found += [one] if one.data else []
    return found


def test_events_come_in_the_order_of_the_log(town: Town, address: str):
    agent = town.caller("agent")
    opened = told(
        agent.post("/v1/tickets", {"contract": town.caller("service-manager").draws_up(), "severity": 3}), 201
    )
    ticket = opened["ticket"]
    responded = agent.does(ticket, "respond")

    with following(address, agent, after=opened["position"] - 1) as sent:
        first, second = told_of(sent, 2)

        assert [(opened["position"], "opened"), (responded["position"], "responded")] == [
            (one.position, one.event) for one in (first, second)
        ]
        assert first.data
        assert (ticket, 1) == (first.data["ticket"], first.data["version"])

        commented = agent.does(ticket, "comment", text="while you listen")

        assert [(commented["position"], "commented")] == [(one.position, one.event) for one in told_of(sent, 1)]


def test_a_customer_hears_of_its_own_tickets_only(town: Town, address: str):
    manager = town.caller("service-manager")
    ours, theirs = manager.opens(manager.draws_up(customer=ACME)), manager.opens(manager.draws_up(customer=GLOBEX))
    start = manager.does(theirs, "respond")["position"]
    manager.does(theirs, "comment", text="not for ACME's ears")
    mine = manager.does(ours, "comment", text="for ACME")

    with following(address, town.caller("technical-contact", ACME), after=start) as sent:
        (heard,) = told_of(sent, 1)

    assert mine["position"] == heard.position
    assert heard.data
    assert "for ACME" == heard.data["text"]


def test_what_is_said_in_a_dispute_is_heard_by_its_own_customer_alone(town: Town, address: str):
    manager, start = town.caller("service-manager"), town.house.runner.lag().head
    disputes = {}
    for customer in (GLOBEX, ACME):
        ticket = manager.opens(manager.draws_up(customer=customer))
        body = {"clocks": [{"clock": "response"}], "reason": f"{customer} was answered in time"}
        disputes[customer] = told(manager.post(f"/v1/tickets/{ticket}/disputes", body, version=1), 201)["dispute"]
        claim = {"claim": {"kind": "excuse", "clock": "response"}, "says": f"nobody at {customer} took the call"}
        told(manager.post(f"/v1/disputes/{disputes[customer]}/make-claim", claim, version=1))

    with following(address, town.caller("technical-contact", ACME), after=start) as sent:
        opened, disputed, claimed = told_of(sent, 3)

    assert ["opened", "dispute_opened", "dispute_claim_made"] == [one.event for one in (opened, disputed, claimed)]
    assert disputed.data
    assert claimed.data
    assert (disputes[ACME], "ACME was answered in time") == (disputed.data["dispute"], disputed.data["reason"])
    assert (disputes[ACME], 2) == (claimed.data["dispute"], claimed.data["version"])
    assert "ticket" not in claimed.data


def test_who_hears_nothing_is_moved_on_all_the_same(town: Town, address: str):
    manager = town.caller("service-manager")
    theirs = manager.opens(manager.draws_up(customer=GLOBEX))
    first = manager.does(theirs, "respond")["position"]
    last = manager.does(theirs, "comment", text="not for ACME's ears")["position"]

    with following(address, town.caller("technical-contact", ACME), after=first - 1) as sent:
        moved = next(sent)

    assert (None, None) == (moved.event, moved.data)
    assert moved.position >= last


def test_a_stream_goes_on_after_the_last_event_that_arrived(town: Town, address: str):
    agent = town.caller("agent")
    ticket = agent.opens(town.caller("service-manager").draws_up())
    agent.does(ticket, "respond")
    arrived = agent.does(ticket, "comment", text="arrived")["position"]
    missed = agent.does(ticket, "comment", text="missed")["position"]

    with following(address, agent, {"Last-Event-ID": str(arrived)}, after=0) as sent:
        assert [missed] == [one.position for one in told_of(sent, 1)]


def test_without_a_position_a_stream_begins_now(town: Town, address: str):
    agent = town.caller("agent")
    ticket = agent.opens(town.caller("service-manager").draws_up())
    before = agent.does(ticket, "respond")["position"]
    assert town.house.runner.wait_for(before, 60)

    with following(address, agent) as sent:
        after = agent.does(ticket, "comment", text="hello")["position"]

        assert [after] == [one.position for one in told_of(sent, 1)]


@pytest.mark.parametrize("position", ["", "x", "-1", "1.5", "9" * 30])
def test_what_is_no_position_is_refused(town: Town, address: str, position: str):
    agent = town.caller("agent")
    headers = {"Authorization": f"Bearer {agent.token}", "Last-Event-ID": position}

    assert 400 == httpx.get(f"{address}/v1/stream", headers=headers).status_code


def test_one_credential_has_only_so_many_streams(town: Town, address: str):
    agent = town.caller("agent")
    holder = f"key:{str(agent.token).split('_')[1]} agent"
    town.app.state.streams[holder] += AT_ONCE

    answer = httpx.get(f"{address}/v1/stream", headers={"Authorization": f"Bearer {agent.token}"})

    assert "/problems/too-many-requests" == told(answer, 429)["type"]


def test_nobody_unknown_may_listen(address: str):
    assert 401 == httpx.get(f"{address}/v1/stream").status_code
