"""On the page that compares, everybody who asked stands with what they were told and what is known now."""

from datetime import timedelta

import pytest

from api.pages.texts import say
from tests.api.house import ACME, MONDAY_9, Caller
from tests.pages.site import Site

ADA = "ada@acme.example"


@pytest.fixture
def corrected(site: Site) -> tuple[Caller, str]:
    """A ticket of which Ada saw that it was late, before a correction said otherwise."""
    manager, ada = site.town.caller("service-manager"), site.town.caller("technical-contact", ACME, ADA)
    ticket = ada.opens(manager.draws_up())
    site.town.clock.goes_on(hours=4.5)
    site.town.caller("agent").does(ticket, "respond")
    site.signed_in(ada).get(f"/portal/tickets/{ticket}")
    site.visitor("agent").get(f"/tickets/{ticket}")
    site.town.clock.goes_on(days=7)
    at_ten = (MONDAY_9 + timedelta(hours=1)).isoformat()
    manager.does(ticket, "correct", number=2, moved_to=at_ten, why="the log of the telephone says 10:00")
    return ada, ticket


def test_who_saw_a_breach_that_was_none_stands_with_what_is_known_now(site: Site, corrected: tuple[Caller, str]):
    _, ticket = corrected

    page = site.visitor("service-manager").get(f"/tickets/{ticket}/compare").text

    assert say("compare.answered.no_longer") in page
    assert say("compare.answered.who", who=ADA, role="technical contact") in page
    assert say("compare.answered.who", who="agent", role="agent") in page
    assert f"First response: {say('ticket.verdict.breached')}, due" in page
    assert f"<strong>First response: {say('ticket.verdict.met')}, due" in page


def test_a_customer_sees_what_its_own_people_were_told_and_not_who_of_the_vendor_looked(
    site: Site, corrected: tuple[Caller, str]
):
    ada, ticket = corrected

    page = site.signed_in(ada).get(f"/tickets/{ticket}/compare").text

    assert say("compare.answered.who", who=ADA, role="technical contact") in page
    assert say("compare.answered.who", who="agent", role="agent") not in page


def test_an_answer_that_still_holds_says_so(site: Site, corrected: tuple[Caller, str]):
    _, ticket = corrected
    manager = site.visitor("service-manager")
    manager.get(f"/tickets/{ticket}")

    page = manager.get(f"/tickets/{ticket}/compare").text

    assert say("compare.answered.still", count="1") in page


def test_that_answers_are_not_on_record_is_told_to_who_watches_over_the_service(site: Site):
    answers = site.town.house.answers
    answers.missing = 3
    page = site.visitor("admin").get("/operations").text
    answers.missing = 0

    assert say("operations.not_on_record", problem="3 answers given to people are not on record") in page
