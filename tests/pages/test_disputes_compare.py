"""Two replays of a ticket side by side on a page: what differs, why, and what was known when."""

import pytest

from api.pages.texts import say
from tests.api.house import ACME, GLOBEX
from tests.disputes.scripts import CUSTOMER, MANAGER, THE_PHONE_RANG, TWO_ROWS, Played, played
from tests.pages.site import Site


@pytest.fixture
def ruled(site: Site) -> Played:
    """An answer that was in time became a breach by a ruling on how a clause is read."""
    return played(TWO_ROWS, site.town)


def test_what_was_known_before_the_last_word_stands_beside_what_is_known_now(site: Site, ruled: Played):
    page = site.visitor(MANAGER).get(f"/tickets/{ruled.ticket}/compare").text

    turned = {"clock": "Initial response", "before": say("ticket.verdict.met"), "after": say("ticket.verdict.breached")}
    assert say("compare.turned", **turned) in page
    assert 2 == page.count('<svg class="timeline"')
    assert TWO_ROWS.claims[0].why in page


def test_a_ticket_about_which_nothing_was_said_afterwards_is_the_same_twice(site: Site):
    manager = site.town.caller(MANAGER)
    ticket = manager.opens(manager.draws_up())

    page = site.visitor(MANAGER).get(f"/tickets/{ticket}/compare").text

    assert say("compare.same") in page
    assert say("compare.story_none") in page


def test_just_before_an_event_and_from_then_on(site: Site, ruled: Played):
    visitor = site.visitor(MANAGER)
    page = visitor.get(f"/tickets/{ruled.ticket}/compare", event=3).text

    assert say("disputes.table.turns") in page
    assert 404 == visitor.get(f"/tickets/{ruled.ticket}/compare", event=99).status_code


def test_a_reading_on_one_side_alone_decides(site: Site):
    done = played(THE_PHONE_RANG, site.town)
    visitor = site.visitor(MANAGER)

    page = visitor.get(f"/tickets/{done.ticket}/compare", before_reading="no:such/reading=x")

    assert 422 == page.status_code


def test_two_instants_are_compared(site: Site, ruled: Played):
    page = site.visitor(MANAGER).get(
        f"/tickets/{ruled.ticket}/compare", before="2026-03-02T09:30:00-07:00", after="2026-03-02T12:00:00-07:00"
    )

    assert 200 == page.status_code
    assert say("ticket.verdict.open") in page.text


def test_nothing_is_known_of_the_future(site: Site, ruled: Played):
    assert (
        422 == site.visitor(MANAGER).get(f"/tickets/{ruled.ticket}/compare", before="2199-01-01T00:00:00Z").status_code
    )


def test_a_customer_compares_their_own_ticket_in_plain_words_and_nobody_elses(site: Site, ruled: Played):
    own, stranger = site.visitor(CUSTOMER, ACME), site.visitor(CUSTOMER, GLOBEX)

    assert say("portal.verdict.breached") in own.get(f"/tickets/{ruled.ticket}/compare").text
    assert 404 == stranger.get(f"/tickets/{ruled.ticket}/compare").status_code


def test_the_dispute_leads_to_what_its_ruling_changed(site: Site, ruled: Played):
    page = site.visitor(MANAGER).get(f"/disputes/{ruled.dispute}").text

    assert f"/tickets/{ruled.ticket}/compare?event=3" in page


def test_each_word_said_afterwards_leads_to_before_and_after_it(site: Site):
    done = played(THE_PHONE_RANG, site.town)
    page = site.visitor(MANAGER).get(f"/tickets/{done.ticket}/compare").text

    assert f'/tickets/{done.ticket}/compare?event=3"' in page
    assert f'/tickets/{done.ticket}#e-4"' in page
