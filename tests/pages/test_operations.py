"""How the service does, for people."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from psycopg.sql import SQL, Identifier

from api.pages.operations import size
from tests.api.house import ACME, MONDAY_9, told
from tests.pages.site import Site

_WITHOUT_ROWS = SQL("INSERT INTO {} VALUES (%s, NULL, 1, 'it cannot be read')")


def gives_up(site: Site, ticket: str) -> str:
    """A notice of the ticket is tried and given up; its id."""
    house = site.town.house
    house.runner.wait_for(house.desk.recorder.max_notification_id() or 0, 10)
    while taken := house.outbox.take(site.town.clock(), site.town.clock() + timedelta(minutes=1)):
        if str(taken.notice.ticket) == ticket:
            house.outbox.give_up(taken, "the webhook answered 500")
            return taken.notice.id
    raise AssertionError("nothing was to be sent")


@pytest.fixture
def letter(site: Site) -> str:
    agent = site.town.caller("agent")
    ticket = agent.opens(site.town.caller("admin").draws_up(), severity=1)
    agent.does(ticket, "escalate", to="team-leader")
    return gives_up(site, ticket)


def test_a_manager_sees_how_the_service_does(site: Site):
    page = site.visitor("service-manager").get("/operations")

    assert 200 == page.status_code
    for part in ("read-models", "timekeeper", "outbox", "troubles", "storage"):
        assert f'id="{part}"' in page.text


@pytest.mark.parametrize("role", ["service-manager", "admin"])
def test_every_name_on_the_page_is_given_once(site: Site, letter: str, role: str):
    page = site.visitor(role).get("/operations").text

    names = re.findall(r'\sid="([^"]+)"', page)

    assert len(set(names)) == len(names)


def test_a_notice_that_was_given_up_is_sent_again_on_request(site: Site, letter: str):
    visitor = site.visitor("service-manager")
    assert "the webhook answered 500" in visitor.get("/operations").text

    sent = visitor.sends("/operations", "/operations/dead-letters", notice=letter)

    assert (303, "/operations#outbox") == (sent.status_code, sent.headers["location"])
    assert letter not in [one.notice for one in site.town.house.outbox.dead()]


def test_a_notice_about_a_dispute_leads_to_the_dispute(site: Site):
    agent = site.town.caller("agent")
    ticket = agent.opens(site.town.caller("admin").draws_up(), severity=1)
    opening = {"clocks": [{"clock": "response"}], "reason": "we answered in time"}
    dispute = told(agent.post(f"/v1/tickets/{ticket}/disputes", opening, version="*"), 201)["dispute"]
    gives_up(site, dispute)

    page = site.visitor("service-manager").get("/operations").text

    assert f'href="/disputes/{dispute}"' in page
    assert f'href="/tickets/{dispute}"' not in page


def test_what_has_no_rows_leads_to_what_it_is(site: Site):
    manager, house = site.town.caller("service-manager"), site.town.house
    contract = manager.draws_up()
    ticket = manager.opens(contract)
    opening = {"clocks": [{"clock": "response"}], "reason": "late"}
    dispute = told(manager.post(f"/v1/tickets/{ticket}/disputes", opening, version="*"), 201)["dispute"]
    streams = {dispute: "disputes", ticket: "tickets"}
    with house.views.pool.connection() as connection:
        for stream in streams:
            connection.execute(_WITHOUT_ROWS.format(Identifier(house.views.schema, "troubles")), (UUID(stream),))

    page = site.signed_in(manager).get("/operations").text
    stuck = {one["stream"]: one["about"] for one in told(manager.get("/v1/operations"))["troubles"]}

    for stream, place in streams.items():
        assert f'href="/{place}/{stream}"' in page
        assert place == f"{stuck[stream]}s"


def test_sending_again_what_was_not_given_up_is_refused(site: Site, letter: str):
    visitor = site.visitor("service-manager")

    page = visitor.sends("/operations", "/operations/dead-letters", notice=letter.replace("/2/", "/3/"))

    assert 404 == page.status_code
    assert "no such notice was given up" in page.text


def test_an_auditor_sees_what_was_given_up_but_sends_nothing(site: Site, letter: str):
    visitor = site.visitor("auditor")

    assert "Send again" not in visitor.get("/operations").text
    assert 403 == visitor.sends("/operations", "/operations/dead-letters", notice=letter).status_code


def test_only_who_manages_keys_sees_them(site: Site):
    site.town.caller("agent", ACME, "somebody with a key")

    assert "somebody with a key" in site.visitor("admin").get("/operations").text
    assert "somebody with a key" not in site.visitor("service-manager").get("/operations").text


@pytest.mark.parametrize("role", ["agent", "support-expert"])
def test_an_agent_has_no_part_in_operations(site: Site, role: str):
    assert 403 == site.visitor(role).get("/operations").status_code


def test_a_manager_of_one_customer_sees_nothing_of_the_whole(site: Site):
    assert 403 == site.visitor("service-manager", ACME).get("/operations").status_code


def test_overdue_deadlines_are_listed_with_their_tickets(site: Site):
    agent = site.town.caller("agent")
    ticket = agent.opens(site.town.caller("admin").draws_up(), severity=1)
    house = site.town.house
    house.runner.wait_for(house.desk.recorder.max_notification_id() or 0, 10)
    site.town.clock.at = MONDAY_9 + timedelta(hours=2)

    page = site.visitor("service-manager").get("/operations").text

    assert f"/tickets/{ticket}" in page[page.index('id="timekeeper"') : page.index('id="outbox"')]


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (123_456, "123 kB"), (2_500_000_000, "2.5 GB")]
)
def test_a_size_is_told_in_the_unit_that_leaves_it_short(count: int, said: str):
    assert said == size(count)
