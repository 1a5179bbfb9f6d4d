"""Who comes in through the front door, and who does not."""

from urllib.parse import quote

import httpx
import pytest

from api.pages.door.session import COOKIE
from tests.api.house import ACME
from tests.pages.forms import form_to
from tests.pages.site import Site, Visitor

HERE = "http://desk.test"


def test_whoever_is_not_signed_in_is_sent_to_where_one_can_be(site: Site):
    response = site.town.http.request("GET", "/", params={"severity": 1})

    assert (303, "/sign-in?then=%2F%3Fseverity%3D1") == (response.status_code, response.headers["location"])


def test_a_good_key_opens_the_first_page(site: Site):
    page = site.visitor("agent").get("/")

    assert 200 == page.status_code
    assert "default-src 'self'" in page.headers["content-security-policy"]


def test_a_bad_key_opens_nothing_and_says_so(site: Site):
    response = site.town.http.request("POST", "/sign-in", data={"key": "tck_made_up"})

    assert 401 == response.status_code
    assert "unknown, revoked or expired" in response.text
    assert "set-cookie" not in response.headers


def test_a_revoked_key_ends_its_sessions(site: Site):
    caller = site.town.caller("agent")
    visitor = site.signed_in(caller)
    assert 200 == visitor.get("/").status_code

    assert caller.token
    key = caller.token.split("_")[1]
    site.town.house.gate.keys.revoke(key, site.town.clock())

    assert 303 == visitor.get("/").status_code


@pytest.mark.parametrize("then", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "x"])
def test_signing_in_leads_nowhere_else(site: Site, then):
    caller = site.town.caller("agent")

    response = site.town.http.request("POST", "/sign-in", data={"key": caller.token, "then": then})

    assert "/" == response.headers["location"]


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
def test_a_form_that_another_site_sends_is_refused(site: Site, headers):
    caller = site.town.caller("agent")

    response = site.town.http.request("POST", "/sign-in", data={"key": caller.token}, headers=headers)

    assert 403 == response.status_code


def test_a_session_ends_after_half_a_day(site: Site):
    visitor = site.visitor("agent")

    site.town.clock.goes_on(hours=12, seconds=2)

    assert 303 == visitor.get("/").status_code


# --- a form that comes too late ---------------------------------------------------------------------------------------


def too_late(site: Site, page: str, action: str) -> str:
    """Where somebody is sent whose session was over when they sent a form of a page."""
    response = site.town.http.request(
        "POST", action, headers={"Referer": page, "Cookie": "none=there"}, data={"text": "hello"}
    )
    assert 303 == response.status_code
    return str(response.headers["location"])


@pytest.fixture
def ticket(site: Site) -> str:
    return site.town.caller("agent").opens(site.town.caller("service-manager").draws_up())


def test_whoever_signs_in_again_comes_back_to_where_the_form_stood(site: Site, ticket: str):
    page = f"/tickets/{ticket}?act=comment"

    where = too_late(site, f"{HERE}{page}", f"/tickets/{ticket}/comment")

    assert f"/sign-in?then={quote(page, safe='')}&unsent=true" == where
    told = site.town.http.request("GET", where).text
    assert "what you had written was not sent" in told
    assert f'name="then" value="{page}"' in told


def test_where_a_refusal_stood_it_is_the_page_of_the_form(site: Site, ticket: str):
    page = f"/tickets/{ticket}/comment"

    assert f"?then=%2Ftickets%2F{ticket}&" in too_late(site, f"{HERE}{page}", page)


@pytest.mark.parametrize("page", ["https://elsewhere.example/tickets", f"{HERE}/nothing/like/it", ""])
def test_a_form_from_anywhere_else_leads_to_the_first_page(site: Site, page: str):
    assert "/sign-in?then=%2F&unsent=true" == too_late(site, page, "/queue/views")


# --- what was filled in waits -----------------------------------------------------------------------------------------

LONG = " ".join(f"Line {number} of what was seen in the log, as ünïcode." for number in range(350))


def sent_too_late(site: Site, visitor: Visitor, page: str, action: str, **filled: str | list[str]) -> httpx.Response:
    """A form of a page that is filled in, and sent when the session is over."""
    form = form_to(visitor._sent("GET", page).text, action)
    site.town.clock.goes_on(hours=13)
    del visitor.cookies[COOKIE]
    return form.sent_by(visitor, **filled)


def signs_in(site: Site, visitor: Visitor, turned_away: httpx.Response) -> httpx.Response:
    """As the page to which one was turned away has it, and to where that leads."""
    form = form_to(visitor._sent("GET", turned_away.headers["location"]).text, "/sign-in")
    answer = form.sent_by(visitor, key=str(visitor.caller.token))
    visitor.cookies[COOKIE] = visitor.cookies[COOKIE].strip('"')
    return visitor._sent("GET", answer.headers["location"])


def goes_on(visitor: Visitor, back: httpx.Response, action: str, **often: list[str]) -> httpx.Response:
    """`often`: the fields that the form has more than once."""
    assert all(f'name="{name}" value="{value}"' in back.text for name, values in often.items() for value in values)
    return form_to(back.text, action).sent_by(visitor, **often)


def test_what_was_filled_into_a_form_stands_in_it_again_after_signing_in(site: Site, ticket: str):
    visitor, action = site.visitor("agent"), f"/tickets/{ticket}/comment"

    turned_away = sent_too_late(site, visitor, f"/tickets/{ticket}", action, text="a long story", by_id="bob")
    assert 303 == turned_away.status_code
    assert "story" not in turned_away.headers["location"]
    again = goes_on(visitor, signs_in(site, visitor, turned_away), action)

    assert "What you had filled in stands below and was not sent" in again.text
    form = form_to(again.text, action)
    assert ("a long story", "bob") == (form.fields["text"], form.fields["by_id"])
    assert 1 == version(site, ticket)
    assert 303 == form.sent_by(visitor, by_id="").status_code
    assert 2 == version(site, ticket)


def version(site: Site, ticket: str) -> int:
    return int(site.town.caller("agent").get(f"/v1/tickets/{ticket}").json()["version"])


def caught_up(site: Site) -> None:
    """The boards know all that the log holds."""
    house = site.town.house
    assert house.runner.wait_for(house.desk.recorder.max_notification_id() or 0, 10)


def test_a_customers_report_of_many_lines_waits_too(site: Site, ticket: str):
    visitor = site.visitor("technical-contact", ACME)
    contract = site.town.caller("agent").get(f"/v1/tickets/{ticket}").json()["contract"]
    page, action = f"/portal/new?contract={contract}", "/portal/new"
    caught_up(site)

    turned_away = sent_too_late(site, visitor, page, action, **{"fields.description": LONG, "severity": "2"})
    again = goes_on(visitor, signs_in(site, visitor, turned_away), action)

    told = form_to(again.text, action).fields
    assert (LONG, "2") == (told["fields.description"], told["severity"])


def test_the_claim_of_a_dispute_waits_too(site: Site, ticket: str):
    visitor = site.visitor("agent")
    action = "/disputes/new"

    turned_away = sent_too_late(site, visitor, f"/disputes/new?ticket={ticket}", action, reason="it was answered")
    again = goes_on(visitor, signs_in(site, visitor, turned_away), action)

    assert "it was answered" == form_to(again.text, action).fields["reason"]


def test_the_tickets_chosen_in_the_queue_wait_too(site: Site, ticket: str):
    agent = site.town.caller("agent")
    other = agent.opens(agent.get(f"/v1/tickets/{ticket}").json()["contract"])
    visitor, action, chosen = site.visitor("agent"), "/queue/assign", [f"{ticket}@1", f"{other}@1"]
    caught_up(site)

    turned_away = sent_too_late(site, visitor, "/", action, to="Ada", ticket=chosen)
    again = goes_on(visitor, signs_in(site, visitor, turned_away), action, ticket=chosen)

    assert all(f'name="ticket" value="{one}" checked' in again.text for one in chosen)
    form = form_to(again.text, action)
    assert "Ada" == form.fields["to"]
    assert [1, 1] == [version(site, one) for one in (ticket, other)]
    assert "/?assigned=2" == form.sent_by(visitor, ticket=chosen).headers["location"]
    assert [2, 2] == [version(site, one) for one in (ticket, other)]


def test_the_name_of_a_view_waits_too(site: Site):
    visitor, action = site.visitor("agent"), "/queue/views"

    turned_away = sent_too_late(site, visitor, "/?severity=1", action, name="the worst")
    again = goes_on(visitor, signs_in(site, visitor, turned_away), action)

    assert "the worst" not in visitor.get("/").text
    assert "/?severity=1" == form_to(again.text, action).sent_by(visitor).headers["location"]
    assert ">the worst</a>" in visitor.get("/").text


def test_nobody_else_who_signs_in_there_sees_what_was_filled_in(site: Site, ticket: str):
    visitor, action = site.visitor("agent"), f"/tickets/{ticket}/comment"
    turned_away = sent_too_late(site, visitor, f"/tickets/{ticket}", action, text="between us")

    visitor.caller = site.town.caller("agent", person="somebody-else")
    back = signs_in(site, visitor, turned_away)

    assert (303, "/") == (back.status_code, back.headers["location"])


def test_what_was_filled_in_waits_for_an_hour(site: Site, ticket: str):
    visitor, action = site.visitor("agent"), f"/tickets/{ticket}/comment"
    turned_away = sent_too_late(site, visitor, f"/tickets/{ticket}", action, text="too long ago")

    site.town.clock.goes_on(hours=1, seconds=1)

    assert "/" == signs_in(site, visitor, turned_away).headers["location"]


def test_what_another_site_sends_is_not_kept(site: Site, ticket: str):
    visitor = site.visitor("agent")
    form = form_to(visitor.get(f"/tickets/{ticket}").text, f"/tickets/{ticket}/comment")

    for headers, mark in (({"Origin": "https://elsewhere.example"}, form.fields["mark"]), ({}, "")):
        answer = site.town.http.request(
            "POST", form.action, headers={"Cookie": "", **headers}, data={**form.fields, "text": "buy", "mark": mark}
        )
        assert (303, []) == (answer.status_code, list(answer.cookies))


def test_a_form_of_an_earlier_session_is_shown_again_and_does_nothing(site: Site, ticket: str):
    caller = site.town.caller("agent")
    visitor = site.signed_in(caller)
    form = form_to(visitor.get(f"/tickets/{ticket}").text, f"/tickets/{ticket}/comment")
    site.town.clock.goes_on(hours=1)

    again = form.sent_by(site.signed_in(caller), text="from the other window")

    assert "from the other window" in again.text
    assert 1 == version(site, ticket)
    other = form.sent_by(site.visitor("agent", person="somebody-else"), text="forged")
    assert 403 == other.status_code
    assert "forged" not in other.text


def test_whoever_is_refused_finds_the_way_on(site: Site):
    """A page that is not for them still has their places, and the way out."""
    refused = site.visitor("technical-contact", ACME).get("/workload")

    assert 403 == refused.status_code
    assert 'href="/portal"' in refused.text
    assert 'action="/sign-out"' in refused.text
