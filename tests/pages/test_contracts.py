"""The contracts as a board: what is covered, what ends, what lapsed, what is not paid."""

import re
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from tests.api.house import MONDAY_9, told
from tests.pages.site import Site, Visitor

TODAY = MONDAY_9.date()
NUMBERS = count()


def day(ahead: int) -> str:
    return (TODAY + timedelta(days=ahead)).isoformat()


@pytest.fixture
def customer() -> str:
    return f"Customer {next(NUMBERS)}"


def contract(site: Site, customer: str, *commands: tuple[str, dict[str, str]], **facts: Any) -> str:
    """On file, and in the lists."""
    system = site.town.caller("system")
    made = system.draws_up(customer=customer, **facts)
    for command, fields in commands:
        told(system.post(f"/v1/contracts/{made}/{command}", fields, version="*"))
    site.town.house.runner.wait_for(site.town.house.desk.recorder.max_notification_id() or 0, 10)
    return made


def states(site: Site, customer: str) -> dict[str, int]:
    """The figures on the tiles."""
    page = site.visitor("agent").get("/contracts", customer=customer).text
    tiles = re.findall(r'data-key="([a-z]+)".*?<span class="figure">([\d,]+)</span>', page, re.DOTALL)
    return {name: int(figure) for name, figure in tiles}


def test_a_contract_is_covered_until_its_last_day(site: Site, customer: str):
    made = contract(site, customer, ("sign", {"starts": day(-100), "until": day(400)}))

    assert {"all": 1, "covered": 1, "uncovered": 0, "due": 0, "lapsed": 0, "unpaid": 0} == states(site, customer)
    page = site.visitor("agent").get(f"/contracts/{made}").text
    assert "imagicle-care:service-duration" in page
    assert f"{date.fromisoformat(day(401)).year} 00:00:00 Europe/Rome" in page


def test_a_contract_that_ends_within_120_days_is_to_be_renewed(site: Site, customer: str):
    contract(site, customer, ("sign", {"starts": day(-100), "until": day(30)}))

    assert (1, 1) == (states(site, customer)["covered"], states(site, customer)["due"])
    assert customer in site.visitor("agent").get("/contracts", customer=customer, state="due").text


def test_a_lapsed_contract_says_until_when_a_renewal_runs_on(site: Site, customer: str):
    contract(site, customer, ("sign", {"starts": day(-400), "until": day(-30), "effective_at": f"{day(-400)}T09:00Z"}))

    page = site.visitor("agent").get("/contracts", customer=customer, state="lapsed").text

    assert 1 == states(site, customer)["lapsed"]
    assert "runs on if renewed by" in page
    assert "imagicle-care:renewal" in page


def test_a_gap_between_two_spans_is_drawn_and_told(site: Site, customer: str):
    sign = ("sign", {"starts": day(-800), "until": day(-400), "effective_at": f"{day(-800)}T09:00Z"})
    made = contract(site, customer, sign, ("renew", {"until": day(300), "ordered_on": day(-200)}))

    page = site.visitor("agent").get(f"/contracts/{made}").text

    assert '<rect class="gap"' in page
    assert "Not covered from" in page
    assert "upgrade-fee" in page


def test_overdue_fees_leave_nothing_covered(site: Site, customer: str):
    contract(site, customer, ("sign", {"starts": day(-100), "until": day(400)}), ("report-unpaid", {}))

    assert (0, 1, 1) == tuple(states(site, customer)[one] for one in ("covered", "uncovered", "unpaid"))


def test_a_contract_that_is_yet_to_begin_is_not_covered(site: Site, customer: str):
    contract(site, customer, ("sign", {"starts": day(10), "until": day(400)}))

    assert (0, 1) == (states(site, customer)["covered"], states(site, customer)["uncovered"])
    assert "begins" in site.visitor("agent").get("/contracts", customer=customer).text


def test_what_is_covered_on_the_board_is_what_the_agreement_covers(site: Site, customer: str):
    """The board compares spans with the instant; the contract itself is asked for its cover at that instant."""
    signed = ("sign", {"starts": day(-500), "until": day(20)})
    made = contract(site, customer, signed, ("renew", {"until": day(60), "ordered_on": day(0)}))
    agent = site.town.caller("agent")

    for days in (0, 19, 20, 21, 60, 61, 180, 181, 182):
        site.town.clock.at = MONDAY_9 + timedelta(days=days)
        cover = told(agent.get(f"/v1/contracts/{made}"))["cover"]
        assert int(cover["covered"]) == states(site, customer)["covered"], days


def test_products_stand_with_their_own_cover(site: Site, customer: str):
    sign = ("sign", {"starts": day(-100), "until": day(100)})
    cover = ("cover-product", {"product": "call-recording", "from": day(-10), "until": day(10)})
    made = contract(site, customer, sign, cover, products=["attendant-console"])

    page = site.visitor("agent").get(f"/contracts/{made}").text

    assert "Product call-recording" in page
    assert "Product attendant-console" in page


def test_the_people_of_a_contract_stand_with_their_roles(site: Site, customer: str):
    made = contract(site, customer, people=[{"id": "giulia", "role": "administrator"}])

    assert re.search(r"giulia</th><td>administrator", site.visitor("agent").get(f"/contracts/{made}").text)


def test_a_contact_of_another_customer_gets_nothing(site: Site, customer: str):
    made = contract(site, customer)
    visitor = site.visitor("administrator", "Somebody Else")

    assert 404 == visitor.get(f"/contracts/{made}").status_code
    assert customer not in visitor.get("/contracts").text


def test_contracts_of_one_agreement_are_apart_from_those_of_others(site: Site, customer: str):
    contract(site, customer)
    contract(site, customer, agreement="xmpro", plan="subscription", region="")
    visitor = site.visitor("agent")

    page = visitor.get("/contracts", customer=customer, agreement="xmpro").text

    assert 1 == page.count(">xmpro</td>")
    assert ">imagicle-care</td>" not in page


def test_the_open_tickets_of_a_contract_are_listed_as_it_stood_too(site: Site, customer: str):
    town, agent = site.town, site.town.caller("agent")
    contract = town.caller("service-manager").draws_up(customer=customer)
    opened_at = town.clock()
    ticket = agent.opens(contract)
    town.clock.goes_on(hours=2)
    agent.does(ticket, "resolve")
    town.clock.goes_on(hours=1)
    assert town.house.runner.wait_for(town.house.runner.lag().head, 10)
    manager = site.visitor("service-manager")

    assert ticket not in manager.get(f"/contracts/{contract}").text
    then = (opened_at + timedelta(hours=1)).isoformat()
    assert ticket in page_of(manager, f"/contracts/{contract}", as_of=then)


def page_of(visitor: Visitor, path: str, **asked: str) -> str:
    """A page as soon as it is put together."""
    for _ in range(20):
        response = visitor.get(path, **asked)
        if response.status_code != 202:
            return response.text
    raise AssertionError("it is never put together")
