"""Who has how much, and what comes when."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from api.pages.pictures.load import picture, rows_of
from domain.instants import moment
from domain.terms.calendar import AlwaysOpen
from domain.terms.publication import library_publications, selector_from
from domain.terms.rows import Scope
from projections.as_of.view import View
from projections.boards.workload import coming, hours, loads
from tests.api.house import MONDAY_9, Caller
from tests.pages.site import Site

ROME = "Europe/Rome"
WEEK = timedelta(days=7)


def known(site: Site) -> None:
    house = site.town.house
    assert house.runner.wait_for(house.desk.recorder.max_notification_id() or 0, 10)


@pytest.fixture
def agent(site: Site) -> Caller:
    return site.town.caller("agent")


def view(site: Site, customer: str) -> View:
    return site.town.house.views.live(site.town.clock(), customer)


def opened(site: Site, agent: Caller, customer: str, *severities: int) -> list[str]:
    contract = site.town.caller("admin").draws_up(customer=customer)
    made = [agent.opens(contract, severity=one) for one in severities]
    known(site)
    return made


def test_what_nobody_has_comes_first(site: Site, agent: Caller):
    first, _ = opened(site, agent, "Loads", 2, 3)
    agent.does(first, "assign", to="ada")
    known(site)

    found = loads(view(site, "Loads"))

    assert [(None, 1), ("ada", 1)] == [(one.assignee, one.open) for one in found]


def test_the_figures_are_those_of_the_judging_core(site: Site, agent: Caller):
    """Whatever the hour: at risk from the first warning to the breach, breached from the breach."""
    tickets = opened(site, agent, "Truth", 1, 2, 3, 4)
    agent.does(tickets[3], "waiting", on="customer")
    known(site)

    for minutes in (0, 29, 30, 31, 60, 61, 119, 121, 239, 241, 600, 3000):
        site.town.clock.at = MONDAY_9 + timedelta(minutes=minutes)
        (load,) = loads(view(site, "Truth"))
        judged = [_judged(agent, one) for one in tickets]
        assert _figures(judged) == (load.open, load.at_risk, load.breached, load.waiting), minutes


def _judged(agent: Caller, ticket: str) -> dict[str, Any]:
    told: dict[str, Any] = agent.get(f"/v1/tickets/{ticket}/clocks").json()
    return told


def _figures(judged: list[dict[str, Any]]) -> tuple[int, int, int, int]:
    breached = [any(clock["verdict"] == "breached" for clock in one["clocks"]) for one in judged]
    at_risk = [any(_is_at_risk(clock) for clock in one["clocks"]) for one in judged]
    risky = sum(risk and not late for risk, late in zip(at_risk, breached, strict=True))
    return len(judged), risky, sum(breached), sum(one["status"] == "waiting" for one in judged)


def _is_at_risk(clock: dict[str, Any]) -> bool:
    is_going = clock["state"] in ("running", "paused") and clock["verdict"] == "open"
    used, allowance = clock["used_seconds"], clock["allowance_seconds"]
    return is_going and allowance is not None and 2 * used >= allowance


def test_the_hours_add_up_to_what_is_listed(site: Site, agent: Caller):
    opened(site, agent, "Sums", 1, 2, 3, 4)
    seen = view(site, "Sums")

    by_hour = hours(seen, "imagicle-care", MONDAY_9 + WEEK, ROME)
    listed = coming(seen, "imagicle-care", seen.at, MONDAY_9 + WEEK)

    assert len(listed) == sum(one.deadlines for one in by_hour) > 10
    assert {"due", "rung", "warning"} == {one.kind for one in listed}


def test_every_due_is_that_of_its_clock(site: Site, agent: Caller):
    tickets = opened(site, agent, "Dues", 1, 3)
    asked = view(site, "Dues"), "imagicle-care", MONDAY_9, MONDAY_9 + WEEK

    found = {(one.ticket, one.clock, one.at) for one in coming(*asked) if one.kind == "due"}

    assert found == {
        (UUID(ticket), clock["clock"], datetime.fromisoformat(clock["due_at"]))
        for ticket in tickets
        for clock in _judged(agent, ticket)["clocks"]
        if clock["due_at"] and clock["verdict"] == "open"
    }


def test_what_is_due_at_closing_is_due_in_the_hour_that_closes(site: Site, agent: Caller):
    """Eight business hours from ten in the morning in Rome end at six in the evening."""
    site.town.clock.goes_on(hours=1)
    opened(site, agent, "Closing", 4)

    ahead = hours(view(site, "Closing"), "imagicle-care", MONDAY_9 + WEEK, ROME)
    due = [one.at.astimezone(ZoneInfo(ROME)).hour for one in ahead if one.kind == "due"]

    assert [17] == due


def test_an_hour_is_closed_where_no_clock_counts():
    selector = selector_from(library_publications().agreements["imagicle-care"], library_publications().holidays)
    scope = Scope(plan="basic", region="europe", readings=selector.agreement.default_readings)
    calendar = selector.calendar("business", scope)

    (monday,) = rows_of([date(2026, 3, 2)], ROME, {}, [calendar])
    (both,) = rows_of([date(2026, 3, 2)], ROME, {}, [calendar, AlwaysOpen("24x7", ZoneInfo(ROME))])

    assert ["closed", "open", "open", "closed"] == [monday.cells[hour].openness for hour in (8, 9, 17, 18)]
    assert ["partly", "open"] == [both.cells[hour].openness for hour in (8, 9)]


@pytest.mark.parametrize(("day", "cells"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 24), (date(2026, 3, 2), 24)])
def test_a_day_on_which_clocks_change_loses_no_deadline(day: date, cells: int):
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ROME))
    end = start + timedelta(days=1)
    counts = {moment(second): {"due": 1} for second in range(int(start.timestamp()), int(end.timestamp()), 3600)}

    (row,) = rows_of([day], ROME, counts, [])

    assert len(counts) == row.deadlines
    assert cells == len(row.cells)


def test_a_cell_leads_to_what_it_counts(site: Site, agent: Caller):
    (ticket,) = opened(site, agent, "Cells", 1)
    visitor = site.visitor("agent", "Cells")
    page = visitor.get("/workload").text
    link = page.split('<a href="/workload?', 1)[1].split("#", 1)[0].replace("&amp;", "&")

    behind = visitor.get("/workload", **dict(parse_qsl(link))).text

    assert 'id="behind"' in behind
    assert ticket in behind[behind.index('id="behind"') : behind.index('id="forecast"')]


def test_without_an_open_ticket_the_page_says_so(site: Site):
    page = site.visitor("agent", "Nobody At All").get("/workload").text

    assert "No ticket is open." in page


def test_each_figure_leads_to_the_tickets_that_it_counts(site: Site, agent: Caller):
    first, second = opened(site, agent, "Figures", 2, 2)
    agent.does(first, "waiting", on="customer")
    agent.does(second, "assign", to="Ada", tier=2)
    known(site)
    visitor = site.visitor("agent", "Figures")
    page = visitor.get("/workload").text

    links = {unescape(one) for one in re.findall(r'href="(/[^"]*[?][^"]+)"', page)}
    assert {"/?assignee=nobody&tier=0", "/?assignee=Ada&tier=2"} <= links
    waiting = next(one for one in links if one.startswith("/tickets?assignee=nobody"))
    behind = visitor.get("/tickets", **dict(parse_qsl(waiting.partition("?")[2]))).text
    assert first in behind
    assert second not in behind


def test_hours_of_a_kind_that_follow_each_other_are_drawn_as_one():
    day, ten = date(2024, 3, 4), datetime(2024, 3, 4, 10, tzinfo=UTC)
    (row,) = rows_of([day], "UTC", {ten: {"due": 2}}, [AlwaysOpen("24x7", ZoneInfo("UTC"))])

    drawn = picture(row, 2, ten - timedelta(days=1), "", lambda cell: f"/at/{cell.hour}")

    assert 3 == drawn.count('<rect class="cell')
    assert ["/at/10"] == re.findall('href="([^"]+)"', drawn)


def test_the_figures_of_all_together_lead_to_their_tickets_too(site: Site, agent: Caller):
    first, second = opened(site, agent, "Together", 2, 2)
    agent.does(first, "waiting", on="customer")
    agent.does(second, "assign", to="Ada")
    known(site)
    visitor = site.visitor("agent", "Together")

    page = visitor.get("/workload", agreement="imagicle-care").text
    together = page[page.index("<tfoot>") : page.index("</tfoot>")]
    links = [unescape(one) for one in re.findall(r'href="([^"]+)"', together)]

    assert ["/?agreement=imagicle-care", "/tickets?agreement=imagicle-care&status=waiting"] == links
    everyone = visitor.get("/").text
    assert first in everyone
    assert second in everyone


def test_the_next_due_is_told_in_its_agreements_zone_which_stands_beside_it(site: Site, agent: Caller):
    contract = site.town.caller("admin").draws_up(
        agreement="numonix-ixcloud", customer="Next Due", plan="saas", region=""
    )
    agent.opens(contract, severity=1)
    late, soon = opened(site, agent, "Next Due", 4, 4)
    agent.does(soon, "assign", to="Ada")
    known(site)
    visitor = site.visitor("agent", "Next Due")

    found = {one.assignee: one.next_due_zone for one in loads(view(site, "Next Due"))}
    page = visitor.get("/workload").text
    visitor.cookies["tczone"] = "Asia/Tokyo"
    chosen = visitor.get("/workload").text

    assert late
    assert ROME == found["Ada"] != found[None]
    assert all(f'<span class="zone">{zone}</span>' in page for zone in found.values())
    assert "Each in the zone of its agreement." in page
    assert 2 == chosen.count('data-label="Next due, Asia/Tokyo"')
    assert '<span class="zone">' not in chosen
