"""Whatever stands in an address, it is answered: with the page, or with what is wrong with it."""

from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from api.pages.boards import PAGES
from tests.api.house import ACME, Town, told
from tests.pages.site import Site

ENDLESS = "/live"
NOTHING_TO_ASK = {"/sign-in/openid", "/sign-in/openid/callback"}


def asked() -> Iterator[tuple[str, list[str]]]:
    """The pages, and what each can be asked for."""
    for router in PAGES:
        for context in iter_route_contexts(router.routes):
            route: Any = context.original_route
            if "GET" in (context.methods or ()) and context.path not in {ENDLESS, *NOTHING_TO_ASK}:
                yield str(context.path), list(parameters(route.dependant))


def parameters(dependant: Dependant) -> Iterator[str]:
    """Of a page and of all that it depends on, without what is ticked or not."""
    yield from (one.alias for one in dependant.query_params if one.field_info.annotation is not bool)
    for inner in dependant.dependencies:
        yield from parameters(inner)


@pytest.fixture(scope="module")
def names(place: Town) -> dict[str, str]:
    contract = place.caller("service-manager").draws_up()
    ticket = place.caller("agent").opens(contract)
    opening = {"clocks": [{"clock": "response"}], "reason": "late"}
    disputed = place.caller("agent").post(f"/v1/tickets/{ticket}/disputes", opening, version="*")
    return {
        "ticket": ticket,
        "dispute": told(disputed, 201)["dispute"],
        "contract": contract,
        "agreement": "imagicle-care",
        "form": "csv",
    }


def test_a_zero_byte_is_refused_by_every_page(site: Site, names: dict[str, str]):
    visitor = site.visitor("system")

    for path, names_asked in asked():
        for name in names_asked:
            response = visitor.get(path.format(**names), **{name: "\0"})

            assert response.status_code < 500, (path, name)


def test_what_a_form_leaves_empty_is_not_asked_for(site: Site, names: dict[str, str]):
    visitor = site.visitor("system")

    for path, names_asked in asked():
        blank = {name: "" for name in names_asked if name not in NEVER_EMPTY}
        response = visitor.get(path.format(**names), **blank)

        assert response.status_code in (200, 303) or path in NEEDS_MORE, (path, response.text[-400:])


NEVER_EMPTY = {"second", "assigned", "by", "contract", "ticket", "event"}
"""No form sends these empty."""

NEEDS_MORE = {"/compliance/report.{form}"}
"""What cannot be shown without."""


def test_an_instant_is_asked_for_with_its_offset(site: Site):
    manager = site.visitor("service-manager")

    for name, path in (("as_of", "/"), ("opened_from", "/tickets"), ("from", "/workload")):
        response = manager.get(path, **{name: "2026-03-02T10:00:00"})

        assert 422 == response.status_code
        assert "has no offset" in response.text
        assert f"{name}:" in response.text


def test_a_person_who_goes_astray_gets_a_page_and_a_program_a_document(site: Site):
    http = site.town.http

    person = http.request("GET", "/quueue", headers={"Accept": "text/html,*/*;q=0.8"})
    program = http.request("GET", "/quueue", headers={"Accept": "*/*"})
    misled = http.request("GET", "/v1/quueue", headers={"Accept": "text/html,*/*;q=0.8"})

    assert (404, "text/html; charset=utf-8") == (person.status_code, person.headers["content-type"])
    assert "<h1>" in person.text
    assert ACME not in person.text
    for answer in (program, misled):
        assert (404, "application/problem+json") == (answer.status_code, answer.headers["content-type"])


def test_what_a_text_may_hold_is_said_to_whoever_sends_a_zero_byte(site: Site):
    page = site.visitor("agent").get("/", text="\0")

    assert 422 == page.status_code
    assert "text: holds a zero byte; a text may hold any character but that" in page.text


def test_how_long_a_text_may_be_is_said_in_characters(site: Site):
    page = site.visitor("agent").get("/", text="x" * 5_000)

    assert 422 == page.status_code
    assert "text: is longer than 200 characters" in page.text


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/compliance/report", {"customer": ACME, "month": "2026-13"}),
        ("/compliance", {"since": "March"}),
        ("/tickets", {"month": "foo"}),
    ],
)
def test_how_a_month_is_written_is_said_to_whoever_writes_another(site: Site, path: str, asked: dict[str, str]):
    page = site.visitor("service-manager").get(path, **asked)

    assert 422 == page.status_code
    assert "is no month; write one such as 2026-11" in page.text


def test_the_values_that_are_told_are_values(site: Site):
    page = site.visitor("agent").get("/", state="broken")

    assert "the values are breached, " in page.text


NO_INSTANTS = ("2026-02-30T00:00:00Z", "2026-03-02T09:00:60Z", "2026-03-02T09:00:00+25:00", "0000-01-01T00:00:00Z")
"""Written like instants; there is no such day, second, offset or year."""


@pytest.mark.parametrize("told", NO_INSTANTS)
@pytest.mark.parametrize("path", ["/", "/tickets", "/workload", "/contracts", "/operations", "/tickets/{ticket}"])
def test_a_date_that_does_not_exist_is_refused_on_a_page_as_it_was_written(
    site: Site, names: dict[str, str], path: str, told: str
):
    response = site.visitor("service-manager").get(path.format(**names), as_of=told)

    assert (422, "text/html; charset=utf-8") == (response.status_code, response.headers["content-type"])
    assert told in unescape(response.text)


def test_an_address_with_a_date_for_a_ticket_is_refused_on_a_page(site: Site):
    response = site.visitor("service-manager").get("/tickets/2026-02-30T00:00:00Z")

    assert (422, "text/html; charset=utf-8") == (response.status_code, response.headers["content-type"])
