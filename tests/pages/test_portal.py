"""What a customer's people see of their tickets, and what they can do with them."""

import re

import pytest

from api.pages import portal
from api.pages.texts import keys
from tests.api.house import ACME, GLOBEX, Town
from tests.library import library
from tests.pages.forms import form_to
from tests.pages.site import Site, Visitor
from tests.pages.test_ticket import plain


@pytest.fixture
def contract(site: Site) -> str:
    return site.town.caller("service-manager").draws_up(products=["attendant-console"])


@pytest.fixture
def ticket(site: Site, contract: str) -> str:
    contact = site.town.caller("technical-contact", ACME, "ada")
    return contact.opens(contract, product="attendant-console", fields={"description": "Calls drop.\nSince Monday."})


@pytest.fixture
def contact(site: Site) -> Visitor:
    return site.visitor("technical-contact", ACME, "ada")


def listed(town: Town) -> None:
    """Wait until the lists know of all that was recorded."""
    position = town.house.desk.recorder.max_notification_id()
    assert position
    assert town.house.runner.wait_for(position, 60)


def test_their_tickets_are_listed_with_what_is_owed(site: Site, contact: Visitor, ticket: str):
    listed(site.town)

    page = contact.get("/portal").text

    (line,) = re.findall(rf'<li data-key="{ticket}".*?</li>', page, re.DOTALL)
    assert "Calls drop." in line
    assert "An answer by 13:00 Europe/Rome" in plain(line)


def test_nobody_elses_tickets_are_listed(site: Site, ticket: str):
    listed(site.town)

    assert ticket not in site.visitor("technical-contact", GLOBEX).get("/portal").text


def test_what_ended_is_listed_apart(site: Site, contact: Visitor, ticket: str):
    site.town.caller("technical-contact", ACME, "ada").does(ticket, "withdraw")
    listed(site.town)

    page = contact.get("/portal").text

    assert ticket in page[page.index('id="ended-tickets"') :]
    assert "You took it back." in page


def test_the_vendors_people_have_their_own_pages(site: Site, ticket: str):
    agent = site.visitor("agent")

    assert "/" == agent.get("/portal").headers["location"]
    assert f"/tickets/{ticket}" == agent.get(f"/portal/tickets/{ticket}").headers["location"]


def test_a_ticket_is_told_in_plain_words(site: Site, contact: Visitor, ticket: str):
    site.town.clock.goes_on(hours=1)
    site.town.caller("agent", person="ben").does(ticket, "assign", to="ben")

    page = plain(contact.get(f"/portal/tickets/{ticket}").text)

    assert "We owe you an answer by 13:00: 3 h of business time left." in page
    assert "You reported the issue. ada (technical contact)" in page
    assert "Somebody of ours was given your ticket. our people" in page


def test_whom_the_vendor_gave_it_to_is_not_told(site: Site, contact: Visitor, ticket: str):
    manager = site.town.caller("service-manager", person="mia")
    manager.does(ticket, "assign", to="ben-of-ours", tier=2)
    manager.does(ticket, "correct", number=2, why="it was kim", data={"to": "kim-of-ours"})

    page = contact.get(f"/portal/tickets/{ticket}").text

    assert "Somebody of ours was given your ticket." in page
    assert "ben-of-ours" not in page
    assert "kim-of-ours" not in page


def test_notices_within_the_vendors_house_are_not_told(site: Site, contact: Visitor, ticket: str):
    agent = site.town.caller("agent")
    agent.does(ticket, "notify", milestone="response 90 % used", to="agent")
    agent.does(ticket, "notify", milestone="response breached", to="service-manager")
    agent.does(ticket, "notify", milestone="call them", to="team-leader")
    agent.does(ticket, "notify", milestone="a patch is on its way", to="customer")

    page = contact.get(f"/portal/tickets/{ticket}").text

    assert "a patch is on its way" in page
    for internal, number in (("90 % used", 2), ("response breached", 3), ("call them", 4)):
        assert internal not in page
        assert f"#e-{number}" not in page


def test_a_wait_is_told_in_plain_words(site: Site, contact: Visitor, ticket: str):
    site.town.caller("agent").does(ticket, "waiting", on="customer", task="send the log")

    page = plain(contact.get(f"/portal/tickets/{ticket}").text)

    assert "We wait for you: send the log." in page


def test_a_ticket_is_called_what_its_reporter_called_it(site: Site, contact: Visitor, ticket: str):
    page = contact.get(f"/portal/tickets/{ticket}").text

    assert "<h1>Calls drop.</h1>" in page
    assert f"Ticket {ticket}" in page


def test_what_the_customer_owes_stands_apart_from_what_is_owed_to_them(site: Site, contact: Visitor, ticket: str):
    page = plain(contact.get(f"/portal/tickets/{ticket}").text)

    assert "Also owed to you" not in page
    asked = "Complete the request form, with what you have tried already (missing: version, troubleshooting)."
    assert page.index("What we need from you") < page.index(asked)


def test_every_duty_of_our_agreements_is_said_to_the_customer_in_plain_words():
    duties = {one["says"] for agreement in library().agreements.values() for one in agreement.get("duty", ())}

    assert duties
    assert {key.removeprefix("portal.duty.") for key in keys() if key.startswith("portal.duty.")} == duties
    assert "They bring cake." == portal.plain_duty("They bring cake.")


def test_what_a_customer_can_do_is_called_as_they_would_call_it(site: Site, contact: Visitor, ticket: str):
    site.town.caller("agent").does(ticket, "waiting", on="customer", task="send the log")

    page = contact.get(f"/portal/tickets/{ticket}").text

    assert "Answer us" in page
    assert "Your answer" in page
    assert "End a wait" not in page
    assert "What has to be done" not in page[page.index("act-end-wait") :]


def test_a_ticket_of_another_customer_is_not_there(site: Site, ticket: str):
    answer = site.visitor("technical-contact", GLOBEX).get(f"/portal/tickets/{ticket}")

    assert 404 == answer.status_code
    assert "Calls drop" not in answer.text


def test_they_can_answer(site: Site, contact: Visitor, ticket: str):
    site.town.caller("agent").does(ticket, "waiting", on="customer", task="send the log")
    form = form_to(contact.get(f"/portal/tickets/{ticket}").text, f"{ticket}/end-wait")

    answer = form.sent_by(contact, on="customer", evidence="the log is attached")

    assert (303, f"/portal/tickets/{ticket}?done=end-wait") == (answer.status_code, answer.headers["location"])
    assert "the log is attached" in contact.get(f"/portal/tickets/{ticket}").text


def test_what_is_the_vendors_is_not_offered_and_not_taken(contact: Visitor, ticket: str):
    page = contact.get(f"/portal/tickets/{ticket}").text
    form = form_to(page, f"{ticket}/comment")
    form.action = f"/portal/tickets/{ticket}/respond"

    assert f"{ticket}/respond" not in page
    assert 403 == form.sent_by(contact).status_code


def test_a_form_at_the_vendors_address_does_nothing_for_them_either(contact: Visitor, ticket: str):
    form = form_to(contact.get(f"/portal/tickets/{ticket}").text, f"{ticket}/comment")
    form.action = f"/tickets/{ticket}/resolve"

    assert 403 == form.sent_by(contact).status_code


def test_nobody_writes_on_another_customers_ticket(site: Site, contact: Visitor, ticket: str):
    other = site.visitor("technical-contact", GLOBEX)
    their_contract = site.town.caller("service-manager").draws_up(customer=GLOBEX)
    theirs = site.town.caller("technical-contact", GLOBEX).opens(their_contract)
    form = form_to(other.get(f"/portal/tickets/{theirs}").text, f"{theirs}/comment")
    form.action = f"/portal/tickets/{ticket}/comment"

    assert 404 == form.sent_by(other, text="hello").status_code


def test_a_refusal_says_why(site: Site, contact: Visitor, ticket: str):
    form = form_to(contact.get(f"/portal/tickets/{ticket}").text, f"{ticket}/comment")
    site.town.caller("technical-contact", ACME, "ada").does(ticket, "withdraw")
    form.action = f"/portal/tickets/{ticket}/reopen"

    answer = form.sent_by(contact, version="2")

    assert 409 == answer.status_code
    assert 'role="alert"' in answer.text


def test_they_report_an_issue(contact: Visitor, contract: str):
    page = contact.get("/portal/new", contract=contract).text
    form = form_to(page, "/portal/new")

    answer = form.sent_by(
        contact,
        **{
            "severity": "2",
            "product": "attendant-console",
            "fields.description": "It rings twice.",
            "fields.version": "3.1",
        },
    )

    assert 303 == answer.status_code, answer.text
    where, _, done = answer.headers["location"].partition("?")
    opened = contact.get(where, done=done.removeprefix("done="))
    assert "It rings twice." in opened.text
    assert "Done: “Report an issue”." in opened.text


def test_a_report_sent_twice_opens_one_ticket(contact: Visitor, contract: str):
    form = form_to(contact.get("/portal/new", contract=contract).text, "/portal/new")

    first, second = (form.sent_by(contact, severity="3", product="attendant-console") for _ in range(2))

    assert first.headers["location"] == second.headers["location"]


def test_a_report_that_is_refused_is_not_lost(contact: Visitor, contract: str):
    form = form_to(contact.get("/portal/new", contract=contract).text, "/portal/new")

    answer = form.sent_by(contact, **{"severity": "9", "fields.description": "It rings twice."})

    assert 422 == answer.status_code
    assert "It rings twice." == form_to(answer.text, "/portal/new").fields["fields.description"]


def test_nothing_is_reported_under_another_customers_contract(site: Site, contract: str):
    other = site.visitor("technical-contact", GLOBEX)

    assert 404 == other.get("/portal/new", contract=contract).status_code
    assert contract not in other.get("/portal/new").text


def test_many_open_tickets_are_listed_part_by_part_those_due_first(site: Site, contract: str, contact: Visitor):
    ada = site.town.caller("technical-contact", ACME, "ada")
    opened = {ada.opens(contract, product="attendant-console", fields={"description": f"{n}."}) for n in range(26)}
    listed(site.town)

    first = contact.get("/portal").text.partition('id="ended-tickets"')[0]
    (cursor,) = re.findall(r'href="/portal\?cursor=([^"]+)"', first)
    parts = [
        re.findall(r'<li data-key="([^"]+)"', page) for page in (first, contact.get("/portal", cursor=cursor).text)
    ]

    assert 25 == len(parts[0])
    assert opened <= {*parts[0], *parts[1]}
    assert not {*parts[0]} & {*parts[1]}


def test_tickets_that_ended_and_were_opened_at_once_are_all_listed_each_on_one_page(
    site: Site, contract: str, contact: Visitor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(portal, "A_PAGE", 2)
    ada = site.town.caller("technical-contact", ACME, "ada")
    before = listed_as_ended(contact)
    opened = [ada.opens(contract, product="attendant-console") for _ in range(5)]
    for ticket in opened:
        ada.does(ticket, "withdraw")
    listed(site.town)

    found = listed_as_ended(contact)

    assert sorted((*before, *opened)) == sorted(found)
    assert sorted(opened, reverse=True) == [one for one in found if one in opened]


def listed_as_ended(contact: Visitor) -> list[str]:
    """All tickets that ended, page by page."""
    found: list[str] = []
    further: dict[str, str] = {}
    while True:
        page = contact.get("/portal", **further).text.partition('id="ended-tickets"')[2]
        found += re.findall(r'<li data-key="([^"]+)"', page)
        older = re.search(r'href="/portal\?before=([^"]+)"', page)
        if older is None:
            return found
        further = {"before": older[1]}


def test_a_list_that_goes_on_after_nothing_of_ours_is_refused(contact: Visitor):
    assert 400 == contact.get("/portal", before="2026-03-02T09:00:00Z").status_code
