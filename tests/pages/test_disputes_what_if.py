"""What would have been, on a page: for one ticket beside its record, and for many tickets in totals."""

import pytest

from api import supposed
from api.pages.texts import say
from tests.api.house import ACME, GLOBEX, told
from tests.disputes.scripts import AGENT, CUSTOMER, MANAGER, TWO_ROWS, Cast, lived
from tests.pages.site import Site


@pytest.fixture
def ticket(site: Site) -> str:
    """Answered after an hour and a half, which is in time as the agreement is read."""
    found = lived(TWO_ROWS, site.town, Cast(site.town))
    settle(site)
    return found


def settle(site: Site) -> None:
    house = site.town.house
    assert house.runner.wait_for(house.desk.recorder.max_notification_id() or 0, 10)


BREACHED = {"before": say("ticket.verdict.met"), "after": say("ticket.verdict.breached")}
TURNED = say("compare.turned", clock="Initial response", **BREACHED)


def test_nothing_is_supposed_at_first(site: Site, ticket: str):
    assert say("whatif.nothing_yet") in site.visitor(AGENT).get(f"/tickets/{ticket}/what-if").text


def test_another_reading_and_another_severity_turn_the_verdict_beside_the_record(site: Site, ticket: str):
    visitor, path = site.visitor(AGENT), f"/tickets/{ticket}/what-if"

    assert TURNED in visitor.get(path, reading="xima-care:6.5/severity-2=one-hour").text
    assert TURNED in visitor.get(path, severity="1").text


def test_without_an_event_and_with_another(site: Site, ticket: str):
    visitor, path = site.visitor(AGENT), f"/tickets/{ticket}/what-if"

    without = visitor.get(path, without="2").text
    assert say("ticket.verdict.open") in without or say("ticket.verdict.breached") in without
    assert 2 == without.count('<svg class="timeline"')
    other = visitor.get(path, without="2", event="responded", at="2026-03-02T09:20", by="agent")
    assert 200 == other.status_code
    assert "used 20 min" in other.text


def test_nothing_of_it_is_recorded(site: Site, ticket: str):
    caller = site.town.caller("auditor")
    before = told(caller.get(f"/v1/tickets/{ticket}/history"))

    site.visitor(AGENT).get(f"/tickets/{ticket}/what-if", severity="1", holiday="2026-03-02")

    assert before == told(caller.get(f"/v1/tickets/{ticket}/history"))


@pytest.mark.parametrize(
    "asked",
    [
        {"severity": "9"},
        {"plan": "platinum-plus"},
        {"without": "1"},
        {"without": "77"},
        {"since": "yesterday"},
        {"holiday": "soon"},
        {"event": "responded", "at": "2026-03-02"},
        {"reading": "no:such/reading=x"},
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(site: Site, ticket: str, asked: dict[str, str]):
    answer = site.visitor(AGENT).get(f"/tickets/{ticket}/what-if", **asked)

    assert 422 == answer.status_code
    assert 'role="alert"' in answer.text


def test_another_customers_ticket_is_not_there(site: Site, ticket: str):
    assert 404 == site.visitor(CUSTOMER, GLOBEX).get(f"/tickets/{ticket}/what-if", severity="1").status_code


def test_many_tickets_are_asked_at_once_with_totals_and_those_that_change(site: Site, ticket: str):
    other = lived(TWO_ROWS, site.town, Cast(site.town, "Alone"), "Alone")
    settle(site)

    page = site.visitor(MANAGER).get("/what-if", customer="Alone", severity="1").text

    assert say("whatif.goes", clocks=1, **BREACHED) in page
    assert f"/tickets/{other}" in page
    assert ticket not in page


def test_a_supposition_that_fits_no_ticket_leaves_them_out_and_says_why(site: Site, ticket: str):
    page = site.visitor(MANAGER).get("/what-if", reading="eschat:holidays/christmas=nearest-working-days").text

    assert say("whatif.left_out") in page


def test_a_plan_that_no_agreement_has_is_not_asked_of_any_ticket(site: Site, ticket: str):
    refused = site.visitor(MANAGER).get("/what-if", plan="platinum-plus")

    assert 422 == refused.status_code
    assert "unknown plan" in refused.text


def test_more_tickets_than_one_request_asks_about_are_refused_on_the_page_and_by_the_api(
    site: Site, ticket: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(supposed, "MOST_TICKETS", 0)
    page = site.visitor(MANAGER).get("/what-if", severity="1")
    answer = site.town.caller(MANAGER).send("POST", "/v1/what-if", json={"hypothesis": {"severity": 1}})

    assert [422, 422] == [page.status_code, answer.status_code]
    assert all("these are more than 0 tickets" in one.text for one in (page, answer))


def test_a_reading_that_names_no_option_is_told_how_to_be_written(site: Site, ticket: str):
    refused = site.visitor(MANAGER).get("/what-if", reading="xima-care:6.5/severity-2")

    assert 422 == refused.status_code
    assert "write ID=OPTION" in refused.text


def test_a_customer_asks_about_their_own_tickets_only(site: Site, ticket: str):
    own, other = site.visitor("primary-contact", ACME), site.visitor("primary-contact", GLOBEX)

    assert ticket in own.get("/what-if", severity="1").text
    assert ticket not in other.get("/what-if", severity="1").text
