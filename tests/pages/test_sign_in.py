"""Who comes in through the front door, and who does not."""

from urllib.parse import quote

import pytest

from tests.pages.site import Site

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
