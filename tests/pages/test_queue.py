"""The first page: what is open and what is next, narrowed, saved, assigned, and taken along as a table."""

import csv
import io
import re
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from api.pages import queue
from api.pages.queue import AT_ONCE
from tests.api.house import ACME, GLOBEX, Caller
from tests.pages.site import Site, Visitor


@pytest.fixture
def customer() -> str:
    """Of one story."""
    return f"Customer {uuid4()}"


@pytest.fixture
def manager(site: Site, customer: str) -> Visitor:
    """Who answers for this customer's tickets, so that stories stay out of each other's way."""
    return site.visitor("service-manager", customer)


@pytest.fixture
def ada(site: Site, customer: str) -> Visitor:
    """Who works on this customer's tickets."""
    return site.visitor("agent", customer)


@pytest.fixture
def contract(admin: Caller, customer: str) -> str:
    return admin.draws_up(customer=customer)


@pytest.fixture
def admin(site: Site) -> Caller:
    return site.town.caller("admin")


@pytest.fixture
def agent(site: Site) -> Caller:
    return site.town.caller("agent")


def seen(site: Site) -> None:
    """Let the rows know of all that was recorded."""
    house = site.town.house
    assert house.runner.wait_for(house.desk.recorder.max_notification_id() or 0, 10)


def listed(page: str) -> list[str]:
    """The tickets of a page, in its order."""
    return re.findall(r'<tr data-key="([0-9a-f-]{36})"', page)


def rows(response: httpx.Response) -> list[dict[str, str]]:
    """The lines of a table that was taken along."""
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_the_ticket_that_breaches_next_stands_first(site: Site, manager, contract, agent):
    later, sooner = agent.opens(contract, severity=3), agent.opens(contract, severity=1)
    seen(site)

    assert [sooner, later] == listed(manager.get("/").text)


def test_a_line_says_what_is_due_when_and_with_whom(site: Site, manager, contract, agent):
    ticket = agent.opens(contract, severity=1)
    agent.does(ticket, "assign", to="Ada")
    seen(site)
    page = manager.get("/").text

    assert "counting" in page
    assert 'data-left="3600"' in page
    assert f'data-left-until="{"2026-03-02T17:00:00Z"}"' in page
    assert "Europe/Rome" in page
    assert ">Ada<" in page
    assert "imagicle-care" in page


def test_time_turns_a_line_without_any_event(site: Site, manager, contract, agent):
    agent.opens(contract, severity=1)
    seen(site)

    site.town.clock.goes_on(hours=1, minutes=30)

    assert "overdue by 30 min" in manager.get("/").text


def test_filters_in_the_address_leave_what_they_name_and_can_be_taken_out(site: Site, manager, contract, agent):
    wanted, _ = agent.opens(contract, severity=2), agent.opens(contract, severity=3)
    seen(site)
    page = manager.get("/", severity=2, plan="", text="").text

    assert [wanted] == listed(page)
    assert "Remove Severity: 2" in page
    assert 'href="/?plan=' not in page


def test_tickets_that_no_tier_has_are_found(site: Site, manager, contract, agent):
    nobodys, second = agent.opens(contract), agent.opens(contract)
    agent.does(second, "assign", to="Ada", tier=2)
    seen(site)

    page = manager.get("/", tier=0).text

    assert [nobodys] == listed(page)
    assert "Remove Tier: no tier" in page
    assert [second] == listed(manager.get("/", tier=2).text)


@pytest.mark.parametrize(
    "query",
    [
        {"severity": "x"},
        {"state": "asleep"},
        {"tile": "none"},
        {"cursor": "zzz"},
        {"text": "\0"},
        {"month": "2026-13"},
        {"verdict": "guilty"},
        {"opened_from": "yesterday"},
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_as_a_page(site: Site, manager, query):
    response = manager.get("/tickets", **query)

    assert response.status_code in (400, 422)
    assert "<h1" in response.text


def test_nothing_open_is_said(site: Site, manager):
    assert "Nothing is open." in manager.get("/").text
    assert "Nothing is open under these filters." in manager.get("/", severity=1).text


def test_a_long_queue_goes_on_in_parts(site: Site, manager, contract, agent):
    tickets = {agent.opens(contract) for _ in range(AT_ONCE + 2)}
    seen(site)
    first = manager.get("/").text
    rest = re.search(r'href="(/\?cursor=[^"]+)" rel="next"', first)

    assert rest
    second = manager.get("/", cursor=rest[1].partition("=")[2]).text
    assert (AT_ONCE, 2) == (len(listed(first)), len(listed(second)))
    assert tickets == {*listed(first), *listed(second)}


def test_a_customers_people_have_their_portal_instead(site: Site):
    contact = site.visitor("technical-contact", ACME)

    assert ("/portal", "/portal") == tuple(contact.get(path).headers["location"] for path in ("/", "/tickets"))


def test_whoever_works_for_one_customer_sees_that_one_alone(site: Site, ada, contract, admin, agent):
    own = agent.opens(contract)
    agent.opens(admin.draws_up(customer=GLOBEX))
    seen(site)
    page = ada.get("/").text

    assert [own] == listed(page)
    assert GLOBEX not in page


def test_what_people_wrote_is_never_read_as_markup(site: Site, manager, contract, agent):
    agent.opens(contract, product="x", category="<b>broken</b>")
    agent.does(agent.opens(contract), "assign", to="<b>Ada</b>")
    seen(site)
    page = manager.get("/").text

    assert "&lt;b&gt;Ada" in page
    assert "<b>" not in page


# --- saved views ------------------------------------------------------------------------------------------------------


def test_a_view_is_saved_found_again_and_deleted(site: Site, manager):
    saved = manager.sends("/", "/queue/views", name="the worst", query="severity=1&cursor=x&evil=1")

    assert (303, "/?severity=1") == (saved.status_code, saved.headers["location"])
    assert '<a href="/?severity=1" aria-current="true">the worst</a>' in manager.get("/", severity=1).text
    assert "the worst" not in site.visitor("agent").get("/").text

    manager.sends("/", "/queue/views/drop", name="the worst", query="")

    assert "the worst" not in manager.get("/").text


def test_a_view_is_not_saved_without_the_forms_proof(site: Site, manager):
    assert 403 == manager._sent("POST", "/queue/views", data={"name": "x", "query": ""}).status_code


# --- bulk assign ------------------------------------------------------------------------------------------------------


def chosen(page: str) -> list[str]:
    return re.findall(r'name="ticket" value="([^"]+)"', page)


def test_chosen_tickets_are_assigned_together(site: Site, ada, contract, agent):
    for _ in range(2):
        agent.opens(contract)
    seen(site)

    answer = ada.sends("/", "/queue/assign", to="Ada", key="ab12", query="", ticket=chosen(ada.get("/").text))

    assert (303, "/?assigned=2") == (answer.status_code, answer.headers["location"])
    page = ada.get("/", assigned=2).text
    assert "2 tickets assigned." in page
    assert 2 == page.count(">Ada<")
    assert '<option value="Ada">' in page


def test_the_same_form_sent_twice_assigns_once(site: Site, ada, contract, agent):
    ticket = agent.opens(contract)
    seen(site)
    picked = chosen(ada.get("/").text)
    for _ in range(2):
        answer = ada.sends("/", "/queue/assign", to="Ada", key="ab12", query="", ticket=picked)

    assert 303 == answer.status_code
    assert 2 == agent.get(f"/v1/tickets/{ticket}").json()["version"]


def test_a_ticket_that_went_on_meanwhile_is_reported_and_keeps_no_other_back(site: Site, ada, contract, agent):
    stale, fresh = agent.opens(contract, severity=1), agent.opens(contract, severity=2)
    seen(site)
    picked = chosen(ada.get("/").text)
    agent.does(stale, "respond")

    answer = ada.sends("/", "/queue/assign", to="Ada", key="ab12", query="", ticket=picked)

    assert 200 == answer.status_code
    assert "Assigned to Ada: 1 of 2 chosen." in answer.text
    assert f'href="/tickets/{stale}"' in answer.text
    assert f'href="/tickets/{fresh}"' not in answer.text


def test_a_refusal_names_its_clause(site: Site, ada, contract, agent):
    ticket = agent.opens(contract)
    agent.does(ticket, "resolve")
    agent.does(ticket, "close")

    answer = ada.sends("/", "/queue/assign", to="Ada", key="ab12", query="", ticket=f"{ticket}@3")

    assert 400 <= answer.status_code < 500
    assert "0 of 1 chosen" in answer.text


@pytest.mark.parametrize("fields", [{"to": ""}, {"to": "Ada", "ticket": []}, {"to": "Ada", "ticket": "nonsense"}])
def test_an_assignment_of_nothing_or_to_nobody_says_so(ada, fields):
    answer = ada.sends("/", "/queue/assign", key="ab12", query="", **fields)

    assert 422 == answer.status_code
    assert 'role="alert"' in answer.text


def test_who_may_not_act_has_nothing_to_choose(site: Site, ada, contract, agent):
    agent.opens(contract)
    seen(site)
    auditor = site.visitor("auditor")

    assert [] == chosen(auditor.get("/").text)
    assert 403 == auditor.sends("/", "/queue/assign", to="Ada", key="ab12", query="").status_code


# --- to take along, and to hang up ------------------------------------------------------------------------------------


def test_what_is_shown_can_be_taken_along_as_a_table(site: Site, manager, contract, agent):
    tickets = [agent.opens(contract, severity=1), agent.opens(contract, severity=2)]
    seen(site)
    response = manager.get("/queue.csv", severity=1)
    (line,) = rows(response)

    assert response.headers["content-type"].startswith("text/csv")
    assert response.content.startswith(b"\xef\xbb\xbf")  # or a spreadsheet shows é otherwise
    assert (tickets[0], "1", "counting") == (line["Ticket"], line["Severity"], line["State"])
    assert ("2026-03-02T08:30:00Z", "1800") == (line["Due"], line["Counted seconds left"])


def test_a_sheet_holds_no_formulas(site: Site, manager, contract, agent):
    agent.does(agent.opens(contract), "assign", to="=1+1")
    seen(site)

    assert ",'=1+1," in manager.get("/queue.csv").text


def test_the_wall_shows_the_next_ones_and_nothing_to_press(site: Site, manager, contract, agent):
    for _ in range(14):
        agent.opens(contract)
    seen(site)
    page = manager.get("/", wall=1).text

    assert 12 == len(listed(page))
    assert "and 2 more" in page
    assert 'action="/queue' not in page


# --- all tickets ------------------------------------------------------------------------------------------------------


def test_every_ticket_is_listed_the_last_opened_first(site: Site, manager, contract, agent):
    old = agent.opens(contract)
    agent.does(old, "resolve")
    site.town.clock.goes_on(hours=1)
    new = agent.opens(contract)
    seen(site)

    assert [new, old] == listed(manager.get("/tickets").text)
    assert [old] == listed(manager.get("/tickets", status="resolved").text)
    assert [old] == listed(manager.get("/tickets", opened_to="2026-03-02T08:30:00Z").text)
    assert [new] == listed(manager.get("/tickets", opened_from="2026-03-02T08:30:00Z").text)


def test_a_ticket_is_found_by_what_it_or_its_people_are_called(site: Site, manager, contract, agent):
    wanted, _ = agent.opens(contract), agent.opens(contract)
    agent.does(wanted, "assign", to="Ada")
    seen(site)

    assert [wanted] == listed(manager.get("/tickets", text="Ada").text)
    assert [wanted] == listed(manager.get("/tickets", text=wanted.upper()).text)
    assert [] == listed(manager.get("/tickets", text="Ad").text)


def test_the_tickets_behind_a_figure_are_those_with_such_a_clock(site: Site, manager, contract, agent):
    late, kept = agent.opens(contract, severity=1), agent.opens(contract, severity=1)
    agent.does(kept, "respond")
    seen(site)
    figure = {"clock": "response", "month": "2026-03", "severity": 1}

    assert [late] == listed(manager.get("/tickets", verdict="open", **figure).text)
    assert [kept] == listed(manager.get("/tickets", verdict="met", **figure).text)

    site.town.clock.goes_on(hours=2)

    assert [late] == listed(manager.get("/tickets", verdict="breached", **figure).text)
    assert [] == listed(manager.get("/tickets", verdict="open", **figure).text)
    assert [] == listed(manager.get("/tickets", verdict="met", clock="response", month="2026-02").text)


def test_all_tickets_can_be_taken_along_too(site: Site, manager, contract, agent):
    ticket = agent.opens(contract)
    agent.does(ticket, "resolve")
    seen(site)
    (line,) = rows(manager.get("/tickets.csv"))

    assert (ticket, "resolved", "") == (line["Ticket"], line["Status"], line["State"])
    assert "Verdict" not in line


def test_with_a_clock_asked_for_the_sheet_names_each_that_is_meant(site: Site, manager, contract, agent):
    late, kept = agent.opens(contract, severity=1), agent.opens(contract, severity=1)
    agent.does(kept, "respond")
    site.town.clock.goes_on(hours=2)
    seen(site)
    response = manager.get("/tickets.csv", clock="response")
    told = {
        line["Ticket"]: (line["Clock"], line["Cycle"], line["Verdict"], line["Clock breached"])
        for line in rows(response)
    }

    assert ("response", "1", "breached", "2026-03-02T09:00:00Z") == told[late]
    assert ("response", "1", "met", "") == told[kept]
    assert [late] == [
        line["Ticket"] for line in rows(manager.get("/tickets.csv", clock="response", verdict="breached"))
    ]


def test_a_sheet_that_cannot_hold_all_tickets_says_so_by_its_name(site: Site, manager, contract, agent, monkeypatch):
    agent.opens(contract), agent.opens(contract)
    seen(site)
    for name in ("queue", "tickets"):
        assert f'"{name}.csv"' in manager.get(f"/{name}.csv").headers["content-disposition"]
    monkeypatch.setattr(queue, "AT_MOST", 1)
    for name in ("queue", "tickets"):
        assert f'"{name}-first-1.csv"' in manager.get(f"/{name}.csv").headers["content-disposition"]
    assert "CSV, the first 1 tickets at most" in manager.get("/").text
    assert "at most</a>" not in manager.get("/", severity=4).text


def test_the_queue_can_be_seen_as_it_stood(site: Site, manager, contract, agent):
    ticket = agent.opens(contract)
    then = (site.town.clock() + timedelta(minutes=5)).isoformat()
    site.town.clock.goes_on(hours=1)
    agent.does(ticket, "resolve")
    seen(site)

    assert [] == listed(manager.get("/").text)
    page = manager.get("/", as_of=then)
    while page.status_code == 202:  # it is being put together
        page = manager.get("/", as_of=then)
    assert [ticket] == listed(page.text)
