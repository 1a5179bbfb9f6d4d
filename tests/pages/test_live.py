"""What keeps open pages live: who is told of which ticket, from where on, and when a stream ends."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import pytest

from api.app import create_app, framed
from api.pages import broadcast
from api.pages.live import AT_ONCE
from api.pages.paper import static
from tests.api.house import ACME, GLOBEX, Caller, Town
from tests.api.serving import served as serving
from tests.api.test_boundary import CUSTOMERS_PEOPLE, ROLES
from tests.pages.site import Site, Visitor

BEAT_SECONDS = 0.5


class Told(NamedTuple):
    kind: str
    position: int
    told: dict[str, Any]


@pytest.fixture(scope="module")
def address(place: Town) -> Iterator[str]:
    """The pages behind a real server, whose heart beats quickly."""
    app = create_app(
        place.house, now=place.clock, middleware=framed(), sessions=place.app.state.sessions, beat_seconds=BEAT_SECONDS
    )
    place.app.state.served = app
    with serving(app) as address:
        yield address


@contextmanager
def listening(
    address: str, visitor: Visitor, headers: dict[str, str] | None = None, **asked: Any
) -> Iterator[Iterator[Told]]:
    cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())}
    with (
        httpx.Client(base_url=address, headers=cookies | (headers or {}), timeout=60) as client,
        client.stream("GET", "/live", params=asked) as response,
    ):
        assert 200 == response.status_code
        assert response.headers["Content-Type"].startswith("text/event-stream")
        assert "no" == response.headers["X-Accel-Buffering"]
        yield messages(response.iter_lines())


def messages(lines: Iterator[str]) -> Iterator[Told]:
    fields: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            yield Told(fields["event"], int(fields["id"]), json.loads(fields["data"]))
            fields = {}


def until(told: Iterator[Told], last: int) -> Iterator[Told]:
    """What is told up to a position of the log."""
    for one in told:
        yield one
        if one.position >= last:
            return


def tickets_told(told: Iterator[Told], last: int) -> set[str]:
    """Which are named up to a position of the log."""
    return {ticket for one in until(told, last) for ticket in one.told.get("tickets", ())}


def settled(town: Town) -> int:
    position = int(town.house.desk.recorder.max_notification_id() or 0)
    assert town.house.runner.wait_for(position, 60)
    return position


def opened(town: Town, customer: str) -> str:
    manager = town.caller("service-manager")
    return manager.opens(manager.draws_up(customer=customer))


def test_a_browser_is_told_at_once_where_things_stand(site: Site, address: str):
    position = settled(site.town)

    with listening(address, site.visitor("agent")) as told:
        first = next(told)

    assert ("snapshot", position) == (first.kind, first.position)
    assert "2026-03-02T08:00:00.000Z" == first.told["now"]


def test_a_ticket_that_moves_is_named(site: Site, address: str):
    ticket = opened(site.town, ACME)
    settled(site.town)

    with listening(address, site.visitor("agent")) as told:
        next(told)
        position = site.town.caller("agent").does(ticket, "respond")["position"]
        *_, moved = until(told, position)

    assert ("moved", position, [ticket]) == (moved.kind, moved.position, moved.told["tickets"])


def test_what_is_told_of_can_be_read(site: Site, address: str):
    agent = site.town.caller("agent")
    ticket = opened(site.town, ACME)
    settled(site.town)

    with listening(address, site.visitor("agent")) as told:
        next(told)
        position = agent.does(ticket, "assign", to="kim")["position"]
        list(until(told, position))

        row = site.town.house.tickets.ticket(UUID(ticket))

    assert row
    assert "kim" == row.assignee


def test_a_customers_people_hear_of_their_own_tickets_only(site: Site, address: str):
    town = site.town
    ours, theirs = opened(town, ACME), opened(town, GLOBEX)
    before = settled(town)
    manager = town.caller("service-manager")
    manager.does(theirs, "respond")
    manager.does(ours, "respond")
    last = manager.does(theirs, "comment", text="not for ACME's ears")["position"]
    settled(town)

    with listening(address, site.visitor("technical-contact", ACME), after=before) as told:
        assert {ours} == tickets_told(told, last)


def test_who_hears_nothing_is_moved_on_all_the_same(site: Site, address: str):
    town = site.town
    theirs = opened(town, GLOBEX)
    settled(town)

    with listening(address, site.visitor("technical-contact", ACME)) as told:
        next(told)
        last = town.caller("agent").does(theirs, "respond")["position"]

        assert {"time"} == {one.kind for one in until(told, last)}


def test_a_browser_that_comes_back_is_told_what_it_missed(site: Site, address: str):
    town = site.town
    ticket = opened(town, ACME)
    arrived = settled(town)
    missed = town.caller("agent").does(ticket, "respond")["position"]
    settled(town)

    with listening(address, site.visitor("agent"), {"Last-Event-ID": str(arrived)}) as told:
        first = next(told)

    assert ("moved", missed, [ticket]) == (first.kind, first.position, first.told["tickets"])


def test_after_the_program_was_started_anew_it_still_knows_what_was_missed(site: Site):
    town = site.town
    ticket = opened(town, ACME)
    arrived = settled(town)
    town.caller("agent").does(ticket, "respond")
    settled(town)
    anew = create_app(town.house, now=town.clock, sessions=town.app.state.sessions)

    with (
        serving(anew) as address,
        listening(address, site.visitor("agent"), {"Last-Event-ID": str(arrived)}) as told,
    ):
        assert [ticket] == next(told).told["tickets"]


@pytest.mark.parametrize("position", [0, 2**62])
def test_a_browser_that_was_away_for_too_long_is_told_to_ask_for_everything(
    site: Site, monkeypatch: pytest.MonkeyPatch, position: int
):
    monkeypatch.setattr(broadcast, "REMEMBERED", 1)
    town = site.town
    ticket = opened(town, ACME)
    last = town.caller("agent").does(ticket, "respond")["position"]
    settled(town)
    anew = create_app(town.house, now=town.clock, sessions=town.app.state.sessions)

    with serving(anew) as address, listening(address, site.visitor("agent"), after=position) as told:
        first = next(told)

    assert ("snapshot", last) == (first.kind, first.position)


def test_what_happens_to_a_contract_may_have_moved_any_of_its_tickets(site: Site, address: str):
    town = site.town
    manager = town.caller("service-manager")
    contract = manager.draws_up(customer=ACME)
    manager.opens(contract)
    settled(town)

    with (
        listening(address, site.visitor("technical-contact", ACME)) as ours,
        listening(address, site.visitor("technical-contact", GLOBEX)) as theirs,
    ):
        next(ours), next(theirs)
        response = manager.post(f"/v1/contracts/{contract}/report-unpaid", version=1)
        assert 200 == response.status_code, response.text
        last = settled(town)

        assert any(one.told.get("many") for one in until(ours, last))
        assert {"time"} == {one.kind for one in until(theirs, last)}


def test_too_many_tickets_are_not_named_one_by_one(site: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(broadcast, "MOST_NAMED", 1)
    before = settled(site.town)
    opened(site.town, ACME), opened(site.town, ACME)
    settled(site.town)
    anew = create_app(site.town.house, now=site.town.clock, sessions=site.town.app.state.sessions)

    with serving(anew) as address, listening(address, site.visitor("agent"), after=before) as told:
        assert True is next(told).told["many"]


def test_the_time_is_told_again_and_again(site: Site, address: str):
    with listening(address, site.visitor("agent")) as told:
        assert 2 <= [one.kind for one in islice(told, 4)].count("time")


def test_a_clock_that_was_set_anew_is_told_at_once(site: Site):
    town = site.town
    slow = create_app(town.house, now=town.clock, sessions=town.app.state.sessions, beat_seconds=3600)

    with serving(slow) as address, listening(address, site.visitor("agent")) as told:
        next(told)
        town.clock.goes_on(hours=2)

        assert ("time", "2026-03-02T10:00:00.000Z") == ((one := next(told)).kind, one.told["now"])


def test_a_stream_ends_once_the_key_is_revoked(site: Site, address: str):
    caller = site.town.caller("agent")

    with listening(address, site.signed_in(caller)) as told:
        next(told)
        site.town.house.gate.keys.revoke(key_of(caller), site.town.clock())

        assert all(one.kind == "time" for one in told)


def test_whoever_may_sign_in_may_listen(site: Site, address: str):
    for role in sorted(ROLES):
        visitor = site.visitor(role, ACME if role in CUSTOMERS_PEOPLE else None)

        with listening(address, visitor) as told:
            assert next(told), role


def test_a_stream_ends_with_the_session(site: Site, address: str):
    with listening(address, site.visitor("agent")) as told:
        next(told)
        site.town.clock.goes_on(hours=13)

        assert all(one.kind == "time" for one in told)


def test_streams_end_when_the_service_does(site: Site):
    town = site.town
    app = create_app(town.house, now=town.clock, sessions=town.app.state.sessions)

    with serving(app) as address, listening(address, site.visitor("agent")) as told:
        next(told)
        app.state.stopping.set()

        assert [] == list(told)


def test_one_principal_has_only_so_many_streams(site: Site, address: str):
    caller = site.town.caller("agent")
    visitor = site.signed_in(caller)
    site.town.app.state.served.state.streams[f"page key:{key_of(caller)} agent"] = AT_ONCE

    response = httpx.get(f"{address}/live", headers={"Cookie": f"tcsession={visitor.cookies['tcsession']}"})

    assert 429 == response.status_code


def test_nobody_listens_who_is_not_signed_in(address: str):
    assert 401 == httpx.get(f"{address}/live").status_code


def test_scripts_are_kept_by_browsers_and_a_worker_may_listen(site: Site):
    worker = site.town.http.request("GET", static("live-worker.js"))

    assert 200 == worker.status_code
    assert "immutable" in worker.headers["Cache-Control"]
    assert "default-src 'self'" == worker.headers["Content-Security-Policy"]


def key_of(caller: Caller) -> str:
    return str(caller.token).split("_")[1]
