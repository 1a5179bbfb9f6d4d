"""Who must be told now, which rungs come next, what rungs did."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg.sql import SQL

from api.timekeeper import Timekeeper
from projections.as_of.view import View
from projections.boards.escalations import Escalations, Found
from projections.boards.rungs import RUNGS
from tests.api.house import MONDAY_9, Caller
from tests.pages.site import Site


def known(site: Site) -> None:
    house = site.town.house
    assert house.runner.wait_for(house.desk.recorder.max_notification_id() or 0, 10)


def asked(site: Site) -> Escalations:
    return Escalations(view(site))


def view(site: Site) -> View:
    return site.town.house.views.live(site.town.clock(), None)


def timekeeper(site: Site) -> None:
    """Everything that is due by now is done."""
    house = site.town.house
    keeper = Timekeeper(house.desk, house.deadlines, house.runner, site.town.clock)
    for _ in range(20):
        known(site)
        if not keeper.act(site.town.clock()):
            return


@pytest.fixture
def agent(site: Site) -> Caller:
    return site.town.caller("agent")


@pytest.fixture
def ticket(site: Site, agent: Caller) -> str:
    """Of a gold contract, and critical: a team leader hears of it after two business hours."""
    made = agent.opens(site.town.caller("admin").draws_up(customer="Rungs"), severity=1)
    known(site)
    return made


def of(ticket: str, found: Found) -> list[Any]:
    return [one for one in found.rows if str(one.about.ticket) == ticket]


def test_the_next_rungs_stand_with_role_and_time(site: Site, ticket: str):
    rungs = [(one.role, one.at) for one in of(ticket, asked(site).coming())]

    assert ("team-leader", MONDAY_9 + timedelta(hours=2)) == rungs[0]


def test_a_rung_whose_time_has_come_is_to_be_told_until_it_is(site: Site, ticket: str):
    site.town.clock.goes_on(hours=2, minutes=1)

    assert ("rung", "team-leader") in [(one.kind, one.name) for one in of(ticket, asked(site).untold())]
    timekeeper(site)

    assert [] == of(ticket, asked(site).untold())


def test_the_page_names_who_must_be_told_with_the_clause(site: Site, ticket: str):
    site.town.clock.goes_on(hours=2, minutes=1)

    page = site.visitor("service-manager").get("/escalations").text
    part = page[page.index('id="untold"') : page.index('id="owed"')]

    assert f"/tickets/{ticket}" in part
    assert "<strong>team leader</strong>" in part
    assert "imagicle-care:escalation-matrix" in part


def test_what_a_rung_did_says_how_late_its_role_was_told(site: Site, ticket: str):
    site.town.clock.goes_on(hours=2, minutes=10)
    timekeeper(site)
    known(site)

    (did,) = [one for one in asked(site).did() if (one.agreement, one.role) == ("imagicle-care", "team-leader")]

    assert did.reached == did.told >= 1
    assert 10 * 60 == did.most_seconds
    assert did.by_timekeeper >= 1


def test_a_role_told_by_hand_before_its_rung_counts_as_told_in_time(site: Site, agent: Caller):
    ticket = agent.opens(site.town.caller("admin").draws_up(customer="Early"), severity=1)
    agent.does(ticket, "escalate", to="team-leader", cause="it cannot wait")
    known(site)
    site.town.clock.goes_on(hours=2, minutes=5)
    timekeeper(site)

    told = SQL("SELECT told_at, told_by FROM {rungs} AS rung WHERE ticket = %(ticket)s AND role = 'team-leader'")

    assert [(MONDAY_9, "agent")] == view(site).rows(told, {"ticket": ticket}, rungs=view(site).table(RUNGS))


def test_an_escalation_of_this_week_stands_with_its_cause(site: Site, agent: Caller, ticket: str):
    agent.does(ticket, "escalate", to="team-leader", cause="the customer is angry")
    known(site)

    page = site.visitor("agent").get("/escalations").text
    part = page[page.index('id="escalated"') : page.index('id="did"')]

    assert f"/tickets/{ticket}" in part
    assert "the customer is angry" in part


def test_an_escalation_of_last_week_is_not_of_this_one(site: Site, agent: Caller, ticket: str):
    agent.does(ticket, "escalate", to="team-leader", cause="long ago")
    known(site)
    site.town.clock.goes_on(days=7)

    page = site.visitor("agent").get("/escalations").text

    assert "long ago" not in page


def test_a_notice_that_was_not_sent_is_owed(site: Site, agent: Caller, ticket: str):
    agent.does(ticket, "escalate", to="team-leader")
    known(site)

    owed = of(ticket, asked(site).owed())

    assert ("escalated", "team-leader", "pending") in [(one.kind, one.role, one.state) for one in owed]


def test_every_rung_on_the_board_is_one_of_the_judging_core(site: Site, ticket: str):
    answered = site.town.caller("agent").get(f"/v1/tickets/{ticket}/clocks").json()
    due = {
        (clock["clock"], rung["role"]): rung["due_at"]
        for clock in answered["clocks"]
        for rung in clock.get("rungs", ())
        if rung["due_at"]
    }

    coming = of(ticket, asked(site).coming())
    assert coming
    for one in coming:
        assert datetime.fromisoformat(due[one.clock, one.role]) == one.at


def test_times_of_several_zones_name_theirs_unless_the_viewer_has_chosen_one(site: Site, ticket: str):
    manager = site.visitor("service-manager")
    coming = re.compile(r'</time> <span class="note"> <span class="zone">Europe/Rome</span> · in ')

    assert coming.search(manager.get("/escalations").text)
    manager.cookies["tczone"] = "UTC"
    assert 'class="zone"' not in manager.get("/escalations").text


def test_another_agreements_escalations_are_left_out(site: Site, ticket: str):
    site.town.clock.goes_on(hours=3)

    page = site.visitor("agent").get("/escalations", agreement="xmpro").text

    assert ticket not in page


def test_a_customers_contact_finds_no_board_of_the_vendors(site: Site, ticket: str):
    visitor = site.visitor("administrator", "Rungs")

    assert {403} == {visitor.get(path).status_code for path in ("/escalations", "/workload", "/operations")}


def test_an_agent_of_one_customer_sees_no_rung_of_another(site: Site, ticket: str):
    visitor = site.visitor("agent", "Somebody")
    site.town.clock.goes_on(hours=3)

    page = visitor.get("/escalations").text

    assert not re.search(r"/tickets/[0-9a-f-]{36}", page)


def test_the_queue_counts_tickets_and_the_escalations_are_counted_as_such(site: Site, agent: Caller):
    customer = "Raised Twice"
    ticket = agent.opens(site.town.caller("admin").draws_up(customer=customer), severity=1)
    agent.does(ticket, "escalate", to="team-leader")
    agent.does(ticket, "escalate", to="service-manager")
    known(site)
    visitor = site.visitor("agent", customer)

    figure = r'<span class="figure">([0-9]+)</span> <span class="name">{}</span>'

    assert ["1"] == re.findall(figure.format("tickets escalated this week"), visitor.get("/").text)
    assert ["2"] == re.findall(figure.format("Escalations this week"), visitor.get("/escalations").text)
