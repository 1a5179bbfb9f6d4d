"""What managers see of what was kept, and that a customer sees its own alone."""

import csv
import re
from html import unescape
from io import StringIO
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest

from api.pages import queue
from api.pages.pictures.charts import Column, line, stacked
from tests.api.house import Town
from tests.pages.site import Site, Visitor


def a_customer(site: Site) -> str:
    return f"customer {uuid4().hex[:8]}"


def numonix(site: Site, customer: str) -> str:
    return site.town.caller("service-manager").draws_up(
        agreement="numonix-ixcloud", customer=customer, plan="saas", region=""
    )


def seen(town: Town) -> None:
    """The rows know of everything that was recorded."""
    head = town.house.desk.recorder.max_notification_id()
    assert head is None or town.house.runner.wait_for(head, 60)


def figures(visitor: Visitor, **filters: str) -> list[dict[str, str]]:
    response = visitor.get("/compliance.csv", **filters)
    assert "text/csv; charset=utf-8" == response.headers["content-type"]
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"))))


@pytest.fixture
def kept(site: Site) -> str:
    """The customer of three tickets of severity 1: one answered in time, one too late, one not yet. It is 09:40."""
    customer = a_customer(site)
    contract, agent = numonix(site, customer), site.town.caller("agent")
    late = agent.opens(contract, severity=1)
    site.town.clock.goes_on(minutes=61)
    in_time, waiting = agent.opens(contract, severity=1), agent.opens(contract, severity=1)
    agent.does(late, "respond")
    site.town.clock.goes_on(minutes=10)
    agent.does(in_time, "respond")
    assert waiting
    seen(site.town)
    return customer


def test_clocks_are_counted_by_how_they_came_out(site: Site, kept: str):
    (response,) = [one for one in figures(site.visitor("service-manager"), customer=kept) if one["clock"] == "response"]

    assert ["1", "1", "0", "1"] == [response[verdict] for verdict in ("met", "breached", "excused", "open")]
    assert "0.5000" == response["kept"]
    assert ("numonix-ixcloud", "saas", "1", "2026-03", kept) == tuple(
        response[part] for part in ("agreement", "plan", "severity", "month", "customer")
    )
    assert str(60 * 60) == response["counted_seconds_until_breach"]


def test_a_ticket_turns_from_open_to_breached_as_time_goes_by(site: Site, kept: str):
    manager = site.visitor("service-manager")

    site.town.clock.goes_on(minutes=51)
    (response,) = [one for one in figures(manager, customer=kept) if one["clock"] == "response"]

    assert ("1", "2", "0") == (response["met"], response["breached"], response["open"])


def test_the_page_prints_the_formula_and_leads_to_the_tickets_behind_each_figure(site: Site, kept: str):
    page = site.visitor("service-manager").get("/compliance", customer=kept, clock="response")

    assert 200 == page.status_code
    assert "kept = met ÷ (met + breached)" in page.text
    assert "50.0%" in page.text
    behind = {unescape(one) for one in re.findall(r'href="(/tickets\?[^"]+)"', page.text)}
    assert any("verdict=breached" in one and "clock=response" in one and "month=2026-03" in one for one in behind)
    assert all(f"customer={kept.replace(' ', '+')}" in one for one in behind)


def test_months_without_a_ticket_say_so(site: Site, kept: str):
    page = site.visitor("service-manager").get("/compliance", customer=kept, since="2019-01", until="2019-02")

    assert "No clock with a target started in these months" in page.text


def test_figures_can_be_told_apart_otherwise(site: Site, kept: str):
    page = site.visitor("service-manager").get("/compliance", customer=kept, by=["clock", "month"])

    assert "By clock × month" in page.text


@pytest.mark.parametrize("wrong", [{"since": "soon"}, {"by": "mood"}, {"severity": "high"}])
def test_what_cannot_be_asked_is_refused(site: Site, wrong: dict[str, str]):
    assert 422 == site.visitor("service-manager").get("/compliance", **wrong).status_code


def test_a_customers_contact_sees_its_own_tickets_counted_and_nobody_elses(site: Site, kept: str):
    other = a_customer(site)
    numonix(site, other)
    contact = site.visitor("primary-contact", other)

    assert [] == figures(contact)
    assert [] == figures(contact, customer=kept)
    assert kept not in contact.get("/compliance").text
    assert {kept} == {one["customer"] for one in figures(site.visitor("primary-contact", kept))}


def test_whoever_may_not_read_reports_gets_none(site: Site):
    assert 403 == site.visitor("end-user", a_customer(site)).get("/compliance").status_code


def test_a_name_that_a_spreadsheet_would_reckon_with_is_a_text(site: Site):
    customer = f"=1+1 {uuid4().hex[:6]}"
    site.town.caller("agent").opens(numonix(site, customer), severity=1)
    seen(site.town)

    assert {f"'{customer}"} == {one["customer"] for one in figures(site.visitor("auditor"), customer=customer)}


def test_a_customer_with_a_per_cent_sign_is_counted(site: Site):
    customer = f"50% off {uuid4().hex[:6]}"
    site.town.caller("agent").opens(numonix(site, customer), severity=1)
    seen(site.town)

    assert {customer} == {one["customer"] for one in figures(site.visitor("primary-contact", customer))}


def test_behind_a_figure_stand_as_many_tickets_as_it_counts(site: Site, kept: str):
    manager = site.visitor("service-manager")
    page = manager.get("/compliance", customer=kept, clock="response").text
    behind = unescape(next(one for one in re.findall(r'href="(/tickets\?[^"]+)"', page) if "verdict=breached" in one))

    listed = re.findall(
        r'<tr data-key="[0-9a-f-]+">', manager.get("/tickets", **dict(parse_qsl(urlsplit(behind).query))).text
    )

    assert 1 == len(listed)


def test_behind_a_figure_the_list_says_how_many_clocks_of_how_many_tickets_it_counts_and_names_them(site: Site):
    """One ticket is answered, and answered and solved is another: three clocks are kept."""
    customer = a_customer(site)
    contract, agent = site.town.caller("admin").draws_up(customer=customer), site.town.caller("agent")
    answered, solved = agent.opens(contract, severity=1), agent.opens(contract, severity=1)
    agent.does(answered, "respond")
    agent.does(solved, "respond")
    agent.does(solved, "resolve")
    seen(site.town)
    manager = site.visitor("service-manager")
    rows = figures(manager, customer=customer)
    asked = {"customer": customer, "month": "2026-03", "verdict": "met"}

    page = manager.get("/tickets", **asked).text
    names = re.findall(r'<span class="of meant">([^<]+): met</span>', page)
    of_one = manager.get("/tickets", clock="response", **asked).text

    assert sum(int(one["met"]) for one in rows) == len(names) > 2
    assert f"{len(names)} clocks of 2 tickets</h2>" in page
    assert {one["clock"] for one in rows if one["met"] != "0"} == set(names)
    assert "2 clocks of 2 tickets</h2>" in of_one
    assert {"response"} == set(re.findall(r'<span class="of meant">([^<]+): met</span>', of_one))


def test_where_no_clock_is_asked_for_the_list_counts_tickets_alone(site: Site, kept: str):
    page = site.visitor("service-manager").get("/tickets", customer=kept).text

    assert ">3 tickets</h2>" in page
    assert "response: met" not in page


def test_clocks_are_counted_beyond_the_part_of_a_list_that_is_shown(
    site: Site, kept: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queue, "AT_ONCE", 2)
    manager, asked = site.visitor("service-manager"), {"customer": kept, "month": "2026-03", "clock": "response"}

    assert "3 clocks of 3 tickets</h2>" in manager.get("/tickets", **asked).text
    monkeypatch.setattr(queue, "COUNTED_TO", 2)
    assert "more than 2 clocks of more than 2 tickets</h2>" in manager.get("/tickets", **asked).text


@pytest.mark.parametrize("months", [1, 7, 8, 13, 60])
def test_months_are_named_as_far_as_there_is_room_the_last_of_them_always(months: int):
    columns = [Column(str(place), [], None, "") for place in range(months)]

    named = re.findall(r'<text class="(name|name seldom)"[^>]*>(\d+)</text>', str(stacked(columns, "", [])))

    assert ("name", str(months - 1)) == named[-1]
    assert min(months, 4) <= len(named) <= 7
    assert 1 <= len([kind for kind, _ in named if kind == "name"]) <= 4


def test_the_line_is_not_drawn_across_months_without_a_figure():
    columns = [Column("", [], share, "") for share in (0.5, 1.0, None, 1.0, None, None, 0.5, 1.0)]
    drawn = [points.split() for points in re.findall(r'points="([^"]*)"', str(line(columns, "", [])))]

    assert [2, 2] == [len(points) for points in drawn]  # and a month between two such is a dot by itself


def test_the_months_to_choose_from_stand_in_their_order(site: Site, kept: str):
    page = site.visitor("service-manager").get("/compliance", customer=kept, since="2027-01").text
    choices = re.search(r'<select name="since">(.*?)</select>', page, re.DOTALL)
    months = re.findall(r'value="([^"]+)"', choices[1] if choices else "")

    assert "2027-01" in months
    assert sorted(months) == months
