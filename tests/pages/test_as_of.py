"""Boards as they stood: `?as_of=` on every page, with what was known then."""

from datetime import UTC, timedelta

import pytest
from fastapi.routing import iter_route_contexts
from httpx import URL
from psycopg.sql import SQL, Identifier

from api.pages.boards import PAGES
from projections.as_of.snapshots import SNAPSHOTS, suffix_of
from tests.api.house import ACME, GLOBEX, MONDAY_9, Town
from tests.pages.site import Site, Visitor
from tests.projections.as_of.test_snapshots import another_builds


def at(hours: float) -> str:
    """So long after Monday 9:00, as an address names it."""
    return (MONDAY_9 + timedelta(hours=hours)).astimezone(UTC).isoformat().replace("+00:00", "Z")


@pytest.fixture
def worked_on(site: Site) -> str:
    """Opened on Monday at nine, waiting since ten, resolved at noon; it is one o'clock."""
    town, agent = site.town, site.town.caller("agent")
    ticket = agent.opens(town.caller("service-manager").draws_up())
    town.clock.goes_on(hours=1)
    agent.does(ticket, "waiting", on="customer")
    town.clock.goes_on(hours=2)
    agent.does(ticket, "resolve")
    town.clock.goes_on(hours=1)
    written(town)
    return ticket


def written(town: Town) -> None:
    assert town.house.runner.wait_for(town.house.runner.lag().head, 10)


def seen(visitor: Visitor, path: str, **parameters: str) -> str:
    """A page as soon as it is put together."""
    for _ in range(20):
        response = visitor.get(path, **parameters)
        if response.status_code != 202:
            assert 200 == response.status_code, response.text
            return response.text
    raise AssertionError("it is never put together")


def test_the_queue_shows_a_ticket_that_was_open_then(site: Site, worked_on: str):
    manager = site.visitor("service-manager")

    assert worked_on not in seen(manager, "/")
    assert worked_on in seen(manager, "/", as_of=at(2))
    assert worked_on not in seen(manager, "/", as_of=at(-1))


def test_a_page_says_that_it_is_not_of_now(site: Site, worked_on: str):
    page = seen(site.visitor("service-manager"), "/", as_of=at(2))

    assert "As it stood on Mon 2 Mar 2026 10:00:00 UTC" in page
    assert "Back to now" in page


def test_a_fraction_of_a_second_is_the_second_that_it_is_in(site: Site, worked_on: str):
    manager = site.visitor("service-manager")
    moment = (MONDAY_9 + timedelta(hours=2, milliseconds=700)).isoformat()

    assert worked_on in seen(manager, "/", as_of=moment)
    assert "10:00:00 UTC" in seen(manager, "/", as_of=moment)


def test_what_is_still_to_come_is_refused(site: Site, worked_on: str):
    response = site.visitor("service-manager").get("/", as_of=at(4.5))

    assert 422 == response.status_code
    assert "still to come" in response.text


@pytest.mark.parametrize("as_of", ["yesterday", "2026-03-02T10:00:00", "1772445600", "2300-01-01T00:00:00Z"])
def test_what_is_no_instant_is_refused(site: Site, as_of: str):
    assert 422 == site.visitor("service-manager").get("/", as_of=as_of).status_code


def test_while_it_is_put_together_a_page_says_so_and_asks_again(site: Site, worked_on: str):
    views, manager, moment = site.town.house.views, site.visitor("service-manager"), at(2.5)
    with another_builds(views.pool, views.schema):
        response = manager.get("/", as_of=moment)

        assert (202, "2") == (response.status_code, response.headers["refresh"])
        assert "Putting it together" in response.text
        assert "is being copied first" in response.text

    assert worked_on in seen(manager, "/", as_of=moment)


def test_how_many_tickets_others_have_is_no_customers_business(site: Site, worked_on: str):
    views, moment = site.town.house.views, MONDAY_9 + timedelta(hours=2.75)
    half_built = SQL("INSERT INTO {} (suffix, at, form, done, tickets) VALUES (%s, %s, '', 12345, 23456)")
    seen(site.visitor("service-manager"), "/", as_of=at(1))  # so that there is a list of them
    with another_builds(views.pool, views.schema), views.pool.connection() as connection:
        listed = half_built.format(Identifier(views.schema, SNAPSHOTS))
        connection.execute(listed, (suffix_of(moment), moment))
        of_all = site.visitor("service-manager").get("/contracts", as_of=moment.isoformat())
        own = site.visitor("primary-contact", GLOBEX).get("/contracts", as_of=moment.isoformat())

    assert (202, 202) == (of_all.status_code, own.status_code)
    assert "12,345" in of_all.text
    assert "12,345" not in own.text


def test_when_all_tickets_are_in_a_page_says_what_is_still_done(site: Site, worked_on: str):
    views, moment = site.town.house.views, MONDAY_9 + timedelta(hours=2.8)
    filled = SQL("INSERT INTO {} (suffix, at, form, done, tickets) VALUES (%s, %s, '', 23456, 23456)")
    manager = site.visitor("service-manager")
    seen(manager, "/", as_of=at(1))
    with another_builds(views.pool, views.schema), views.pool.connection() as connection:
        connection.execute(filled.format(Identifier(views.schema, SNAPSHOTS)), (suffix_of(moment), moment))

        assert "All 23,456 tickets stand in it" in manager.get("/contracts", as_of=moment.isoformat()).text


BOARDS = sorted(
    {
        context.path
        for router in PAGES
        for context in iter_route_contexts(router.routes)
        if context.path and "GET" in (context.methods or ()) and "{" not in context.path
    }
    - {"/live", "/sign-in", "/sign-in/openid", "/sign-in/openid/callback", "/sign-in/unsent", "/disputes/new", "/as-of"}
)
"""All that are not about one thing, without the way in, the news, the form about a ticket, and what only leads to a page."""


@pytest.mark.parametrize("path", BOARDS)
def test_every_board_shows_how_it_stood(site: Site, worked_on: str, path: str):
    visitor = site.visitor("primary-contact", ACME) if path.startswith("/portal") else site.visitor("system")

    seen(visitor, path, as_of=at(2), **NEEDED.get(path, {}))


NEEDED: dict[str, dict[str, str]] = {}
"""What a board has to be asked besides."""


def test_a_time_on_the_wall_is_asked_for_as_the_instant_it_was(site: Site):
    manager = site.visitor("service-manager")

    asked = {"then": "/?ignored=1", "zone": "Europe/Rome", "at": "2024-03-04T10:30", "known_by": "", "severity": "2"}

    answer = manager.get("/as-of", **asked)

    assert 303 == answer.status_code
    assert "/?severity=2&as_of=2024-03-04T10%3A30%3A00%2B01%3A00" == answer.headers["location"]


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "/\\example.com"])
def test_how_a_page_stood_is_asked_of_this_service_alone(site: Site, elsewhere: str):
    answer = site.visitor("agent").get("/as-of", then=elsewhere, at="2024-03-04T10:30")

    assert answer.headers["location"].startswith("/?as_of=2024-03-04T10%3A30")


def test_without_a_time_it_is_the_page_of_now(site: Site):
    assert "/workload" == site.visitor("agent").get("/as-of", then="/workload", at="").headers["location"]


def test_a_zone_that_nobody_knows_is_refused(site: Site):
    answer = site.visitor("agent").get("/as-of", zone="Mars/Olympus", at="2024-03-04T10:30")

    assert 422 == answer.status_code
    assert "unknown time zone" in answer.text


def test_whoever_looks_at_the_past_reads_every_instant_with_its_day(site: Site, worked_on: str):
    page = seen(site.visitor("service-manager"), f"/tickets/{worked_on}", as_of=at(0.5))

    assert ">Mon 2 Mar 09:00</time>" in page


@pytest.mark.parametrize("path", ["/operations", "/agreements", "/agreements/imagicle-care"])
def test_no_page_shows_what_is_still_to_come(site: Site, path: str):
    response = site.visitor("service-manager").get(path, as_of="2031-01-01T00:00:00Z")

    assert 422 == response.status_code
    assert "still to come" in response.text


def test_operations_are_about_now_whichever_instant_is_asked_for(site: Site):
    page = site.visitor("service-manager").get("/operations", as_of="2026-03-01T00:00:00Z")

    assert 200 == page.status_code
    assert 'class="stood"' not in page.text


def test_the_second_of_two_such_times_stays_what_it_is(site: Site):
    as_of = "2025-10-26T02:30:00+01:00"
    asked = {"then": "/agreements", "zone": "Europe/Rome", "at": "2025-10-26T02:30:00", "as_of": as_of}
    agent = site.visitor("agent")

    assert as_of == URL(agent.get("/as-of", **asked).headers["location"]).params["as_of"]
    assert 'name="as_of" value="2025-10-26T01:30:00+00:00"' in agent.get("/agreements", as_of=as_of).text


def test_how_compliance_is_told_apart_stays_when_it_is_asked_for_as_it_stood(site: Site):
    page = site.visitor("agent").get("/compliance", by="plan").text

    assert '<input type="hidden" name="by" value="plan">' in page


def test_a_time_that_the_clocks_skip_is_refused(site: Site):
    asked = {"then": "/agreements", "zone": "Europe/Rome", "at": "2025-03-30T02:30:00"}

    response = site.visitor("service-manager").get("/as-of", **asked)

    assert 422 == response.status_code
    assert "put forward" in response.text
