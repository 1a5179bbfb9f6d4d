"""The page of a ticket with a long life: short at first, and everything is a link away."""

import re

import pytest

from tests.api.house import ACME
from tests.pages.site import Site, Visitor

DAYS = 30
SHORT = 100_000


@pytest.fixture
def ticket(site: Site) -> str:
    """Every day somebody says something, and it waits for an hour."""
    contract = site.town.caller("service-manager").draws_up()
    ticket = site.town.caller("technical-contact", ACME, "ada").opens(contract, fields={"description": "no sound"})
    agent = site.town.caller("agent", person="ben")
    for day in range(DAYS):
        site.town.clock.goes_on(hours=22)
        agent.does(ticket, "comment", text=f"day {day}: " + "nothing in the log explains what was seen. " * 12)
        for command in ("waiting", "end-wait"):
            site.town.clock.goes_on(hours=1)
            agent.does(ticket, command, on="customer")
    return ticket


@pytest.fixture(params=["vendor", "customer"])
def page(request: pytest.FixtureRequest, site: Site, ticket: str) -> tuple[Visitor, str]:
    if request.param == "vendor":
        return site.visitor("agent"), f"/tickets/{ticket}"
    return site.visitor("technical-contact", ACME, "ada"), f"/portal/tickets/{ticket}"


def ids(text: str) -> set[str]:
    return set(re.findall(r'\sid="([es]-[^"]+)"', text))


def followed(text: str) -> dict[str, str]:
    """The links to events and to lines of the ledger: where each stands."""
    links = re.findall(r'href="([^"#]*)#([es]-[^"]+)"', text)
    return {anchor: address.replace("&amp;", "&") for address, anchor in links}


def test_the_first_view_is_short_and_tells_how_it_began_and_what_happened_last(page: tuple[Visitor, str]):
    visitor, address = page

    text = visitor.get(address).text

    assert len(text.encode()) < SHORT
    assert {"e-1", f"e-{1 + 3 * DAYS}"} <= ids(text)
    assert "e-2" not in ids(text)
    assert "Events between: " in text


def test_the_rest_is_a_link_away(page: tuple[Visitor, str]):
    visitor, address = page
    text = visitor.get(address).text
    wholes = dict.fromkeys(re.findall(rf'href="({address}\?whole=(history|ledger))#\2"', text))

    assert {"history", "ledger"} == {part for _, part in wholes}
    told = {part: visitor._sent("GET", where).text for where, part in wholes}
    assert {f"e-{number}" for number in range(1, 2 + 3 * DAYS)} <= ids(told["history"])
    assert '<details id="ledger-details" open>' in told["ledger"]
    assert len(ids(told["ledger"])) > len(ids(text)) + 2 * DAYS


def test_every_link_of_the_picture_and_the_ledger_leads_to_what_it_names(page: tuple[Visitor, str]):
    visitor, address = page
    text = visitor.get(address).text
    pages = {"": text}

    links = followed(text)

    assert any(links.values())
    for anchor, where in links.items():
        if where not in pages:
            pages[where] = visitor._sent("GET", where).text
        assert anchor in ids(pages[where]), (anchor, where)
