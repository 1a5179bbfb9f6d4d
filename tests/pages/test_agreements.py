"""The agreements as pages: in words, as years, and what changed between versions."""

from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest

from api.pages.agreements import changes, sections
from api.pages.pictures.year import year_of
from domain.terms.agreement import Agreement
from domain.terms.publication import library_publications, selector_from
from domain.terms.rows import Scope
from domain.terms.words.whole import in_words, told
from tests.api.house import told as answered
from tests.pages.site import Site

LIBRARY = library_publications()


@pytest.fixture(autouse=True)
def published(site: Site):
    """The lists know of what the program published."""
    known(site)


def known(site: Site) -> None:
    house = site.town.house
    assert house.runner.wait_for(house.desk.recorder.max_notification_id() or 0, 10)


def agreement_of(name: str, **changed: object) -> Agreement:
    return selector_from({**LIBRARY.agreements[name], **changed}, LIBRARY.holidays).agreement


def test_whoever_reads_agreements_finds_each_with_its_version(site: Site):
    page = site.visitor("auditor").get("/agreements")

    assert 200 == page.status_code
    for name in LIBRARY.agreements:
        assert f'href="/agreements/{name}"' in page.text


def test_a_customer_finds_the_agreements_of_its_contracts_only(site: Site):
    site.town.caller("admin").draws_up(customer="Agreeable")
    known(site)
    visitor = site.visitor("administrator", "Agreeable")

    assert 200 == visitor.get("/agreements/imagicle-care").status_code
    assert 404 == visitor.get("/agreements/xmpro").status_code
    assert "/agreements/xmpro" not in visitor.get("/agreements").text


def test_a_term_leads_to_the_summary_of_its_clause(site: Site):
    page = site.visitor("agent").get("/agreements/imagicle-care", plan="gold", region="europe").text

    assert '<a class="cited" href="#imagicle-care_reaction">imagicle-care:reaction</a>' in page
    assert 'id="imagicle-care_reaction"' in page


@pytest.mark.parametrize("name", LIBRARY.agreements)
def test_the_page_says_all_that_the_words_say(name: str):
    agreement = agreement_of(name)

    said = sum(len(part.below) + 1 for section in sections(told(agreement), agreement) for part in section.parts)

    assert said > 20
    assert [section.title for section in sections(told(agreement), agreement)] == [
        line.says for line in told(agreement) if line.kind == "title"
    ]
    assert all(
        line.says.upper() in in_words(agreement).splitlines() for line in told(agreement) if line.kind == "title"
    )


def test_another_reading_shows_the_terms_as_they_are_read_so(site: Site):
    reading = "xima-care:6.5/severity-2=one-hour"

    page = site.visitor("agent").get("/agreements/xima-care", plan="standard", reading=reading).text

    assert "severities 1 and 2: at most 1 h" in page


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/agreements/imagicle-care", {"plan": "bronze"}),
        ("/agreements/imagicle-care", {"version": "9"}),
        ("/agreements/nobodys", {}),
        ("/agreements/nobodys/versions", {}),
        ("/agreements/imagicle-care/calendars", {"calendar": "lunar"}),
    ],
)
def test_what_is_not_agreed_is_not_there(site: Site, path: str, asked: dict[str, str]):
    assert 404 == site.visitor("agent").get(path, **asked).status_code


def test_a_reading_that_nobody_knows_is_refused(site: Site):
    assert 422 == site.visitor("agent").get("/agreements/imagicle-care", reading="imagicle-care:x/y=z").status_code


# --- calendars --------------------------------------------------------------------------------------------------------


def days_of(name: str, calendar: str, year: int, **scope: Any):
    selector = selector_from(LIBRARY.agreements[name], LIBRARY.holidays)
    chosen = Scope(readings=selector.agreement.default_readings, **scope)
    named = selector.named_days(calendar, chosen)
    return year_of(selector.calendar(calendar, chosen), named, year, date(year, 1, 1), str)


def test_a_holiday_is_closed_under_its_name():
    year = days_of("imagicle-care", "business", 2026, plan="basic", region="europe")

    assert ("holiday", "closed") in {(day.kind, day.hours) for day in year.differing if day.date == date(2026, 12, 25)}
    assert "Christmas" in next(day.name for day in year.differing if day.date == date(2026, 12, 25))


def test_a_year_opens_on_as_many_days_as_the_calendar_does():
    selector = selector_from(LIBRARY.agreements["imagicle-care"], LIBRARY.holidays)
    scope = Scope(plan="basic", region="europe", readings=selector.agreement.default_readings)
    calendar = selector.calendar("business", scope)
    first, last = (datetime(year, 1, 1, tzinfo=calendar.zone) for year in (2026, 2027))
    parts = calendar.parts(int(first.timestamp()), int(last.timestamp()))

    opens = {datetime.fromtimestamp(start, calendar.zone).date() for start, _, is_open in parts if is_open}

    assert len(opens) == days_of("imagicle-care", "business", 2026, plan="basic", region="europe").open_days


def test_a_year_that_nobody_published_says_so():
    year = days_of("imagicle-care", "business", 2150, plan="basic", region="europe")

    assert not year.known
    assert () == year.differing


def test_the_page_of_a_calendar_names_its_holidays(site: Site):
    page = site.visitor("agent").get("/agreements/imagicle-care/calendars", calendar="business@europe", year=2026).text

    assert 12 == page.count('<svg class="month" ')
    assert "Christmas" in page
    assert "Europe/Rome" in page


# --- versions ---------------------------------------------------------------------------------------------------------


def test_the_same_text_has_no_changes():
    assert [] == changes(agreement_of("xmpro"), agreement_of("xmpro"))


def test_a_changed_target_is_told_before_and_after():
    document = deepcopy(LIBRARY.agreements["numonix-ixcloud"])
    response = next(clock for clock in document["clock"] if clock["name"] == "response")
    response["targets"][0]["target"] = "17 min"

    found = changes(agreement_of("numonix-ixcloud"), agreement_of("numonix-ixcloud", clock=document["clock"]))

    assert {"changed"} == {one.kind for one in found}
    change = next(one for one in found if one.where == "Clocks · response · target")
    assert "<ins>at most 17 min,</ins>" in str(change.after)
    assert "<del>best effort,</del>" in str(change.before)


def test_a_clause_that_came_and_one_that_went_are_told():
    clauses = dict(LIBRARY.agreements["xmpro"]["clauses"])
    new = {**clauses, "xmpro:new": "The vendor sings on Fridays."}

    (come,) = changes(agreement_of("xmpro"), agreement_of("xmpro", clauses=new))
    (gone,) = changes(agreement_of("xmpro", clauses=new), agreement_of("xmpro"))

    assert ("added", None, "The vendor sings on Fridays.") == (come.kind, come.before, str(come.after))
    assert ("removed", "The vendor sings on Fridays.", None) == (gone.kind, str(gone.before), gone.after)


def test_a_new_version_is_in_the_list_and_holds_from_its_day(site: Site):
    document = deepcopy(LIBRARY.agreements["eschat"]) | {"version": "2027", "valid_from": "2027-01-01"}
    document["clauses"]["eschat:songs"] = "There is singing."
    admin = site.town.caller("admin")
    answered(admin.post("/v1/agreements", document), 200)
    visitor = site.visitor("agent")

    page = visitor.get("/agreements/eschat/versions").text

    assert "What changed from undated to 2027" in page
    assert "There is singing." in page
    assert "There is singing." not in visitor.get("/agreements/eschat").text
    assert "There is singing." in visitor.get("/agreements/eschat", version="2027").text
