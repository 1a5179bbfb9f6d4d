"""The service report of a customer's month, as a page, as CSV and as PDF."""

import csv
import re
from datetime import datetime
from io import BytesIO, StringIO
from uuid import uuid4

import pytest
from pypdf import PdfReader

from api.pages.texts import say
from tests.pages.site import Site, Visitor
from tests.pages.test_compliance import a_customer, numonix, seen

MARCH = "2026-03"


def xmpro(site: Site, customer: str, **facts: object) -> str:
    return site.town.caller("service-manager").draws_up(
        agreement="xmpro", customer=customer, plan="subscription", region="", hosting="vendor", **facts
    )


def an_outage(site: Site, contract: str, hours: int) -> str:
    """A ticket of severity 1, resolved after so many hours."""
    agent = site.town.caller("agent")
    ticket = agent.opens(contract, severity=1, channel="email")
    agent.does(ticket, "log-correctly")
    site.town.clock.goes_on(hours=hours)
    agent.does(ticket, "resolve")
    return ticket


def figures(visitor: Visitor, customer: str, month: str = MARCH) -> dict[tuple[str, str], str]:
    response = visitor.get("/compliance/report.csv", customer=customer, month=month)
    assert 200 == response.status_code, response.text
    return {
        (one["part"], one["what"]): one["figure"]
        for one in csv.DictReader(StringIO(response.content.decode("utf-8-sig")))
    }


@pytest.fixture
def served(site: Site) -> str:
    """A customer of xmpro whose platform was down for ten hours; it is the second of April in Dallas."""
    customer = a_customer(site)
    an_outage(site, xmpro(site, customer), hours=10)
    site.town.clock.goes_on(days=31)
    seen(site.town)
    return customer


@pytest.mark.clause("xmpro:2-availability")
def test_the_platform_was_available_but_for_the_tickets_of_severity_1(site: Site, served: str):
    told = figures(site.visitor("service-manager"), served)

    agreed = 31 * 84_600
    assert str(agreed) == told["availability", "agreed"]
    assert str(10 * 3600) == told["availability", "outage"]
    assert f"{1 - 36_000 / agreed:.4f}" == told["availability", "share"]


@pytest.mark.clause("xmpro:2-availability")
def test_the_times_on_the_page_are_those_that_the_share_is_reckoned_of(site: Site, served: str):
    page = site.visitor("service-manager").get("/compliance/report", customer=served, month=MARCH).text

    assert "(23.5 h × 31 days)" in page
    assert ">728 h 30 min<" in page
    assert ">10 h<" in page
    assert f">{1 - 10 / 728.5:.2%}<" in page


@pytest.mark.clause("xmpro:2-availability")
def test_a_contract_may_read_availability_by_the_whole_day(site: Site):
    customer = a_customer(site)
    an_outage(site, xmpro(site, customer, readings={"xmpro:2-availability/base": "24-hours"}), hours=10)
    site.town.clock.goes_on(days=31)
    seen(site.town)

    assert str(31 * 86_400) == figures(site.visitor("service-manager"), customer)["availability", "agreed"]


def test_outages_at_the_same_time_count_once(site: Site):
    customer = a_customer(site)
    contract, agent = xmpro(site, customer), site.town.caller("agent")
    first = agent.opens(contract, severity=1, channel="email")
    site.town.clock.goes_on(hours=1)
    second = agent.opens(contract, severity=1, channel="email")
    site.town.clock.goes_on(hours=1)
    agent.does(first, "resolve")
    site.town.clock.goes_on(hours=1)
    agent.does(second, "resolve")
    seen(site.town)

    assert str(3 * 3600) == figures(site.visitor("service-manager"), customer)["availability", "outage"]


def test_an_outage_that_becomes_less_severe_is_over(site: Site):
    customer = a_customer(site)
    agent = site.town.caller("agent")
    ticket = agent.opens(xmpro(site, customer), severity=1, channel="email")
    site.town.clock.goes_on(hours=2)
    agent.does(ticket, "change-severity", severity=2)
    site.town.clock.goes_on(hours=5)
    seen(site.town)

    assert str(2 * 3600) == figures(site.visitor("service-manager"), customer)["availability", "outage"]


def test_an_outage_that_goes_on_is_measured_up_to_now(site: Site):
    customer = a_customer(site)
    site.town.caller("agent").opens(xmpro(site, customer), severity=1, channel="email")
    seen(site.town)
    manager = site.visitor("service-manager")

    site.town.clock.goes_on(hours=4)

    assert str(4 * 3600) == figures(manager, customer)["availability", "outage"]
    page = manager.get("/compliance/report", customer=customer, month=MARCH).text
    assert "goes on" in page
    assert "The month is not over" in page


@pytest.mark.clause("xmpro:5-kpi")
def test_late_tickets_are_held_against_their_escalations(site: Site):
    customer = a_customer(site)
    contract, agent = xmpro(site, customer), site.town.caller("agent")
    tickets = [agent.opens(contract, severity=1, channel="email") for _ in range(3)]
    for ticket in tickets:
        agent.does(ticket, "log-correctly")
    site.town.clock.goes_on(days=2)
    agent.does(tickets[0], "respond")
    agent.does(tickets[0], "escalate", to="management")
    seen(site.town)

    told = figures(site.visitor("service-manager"), customer)

    assert ("3", "1") == (told["escalation", "late"], told["escalation", "escalated"])
    assert ("0", "3") == (told["response", "met"], told["response", "breached"])


@pytest.mark.clause("xmpro:5-milestones")
def test_notices_not_given_are_named(site: Site, served: str):
    manager = site.visitor("service-manager")
    told = figures(manager, served)

    assert ("2", "0", "2") == tuple(told["notices", what] for what in ("due", "given", "owing"))
    assert (
        "The customer hears the reference number"
        in manager.get("/compliance/report", customer=served, month=MARCH).text
    )


@pytest.mark.clause("xmpro:survey")
def test_survey_answers_are_reported(site: Site):
    customer = a_customer(site)
    contract = xmpro(site, customer)
    manager = site.town.caller("service-manager")
    for score in (3.0, 4.5):
        ticket = an_outage(site, contract, hours=1)
        manager.does(ticket, "close")
        manager.does(ticket, "send-survey")
        manager.does(ticket, "answer-survey", score=score)
    seen(site.town)

    told = figures(site.visitor("service-manager"), customer)

    assert ("2", "3.75") == (told["survey", "answers"], told["survey", "score"])


def test_what_an_agreement_does_not_define_is_said_to_be_undefined(site: Site):
    customer = a_customer(site)
    site.town.caller("agent").opens(numonix(site, customer), severity=1)
    seen(site.town)
    manager = site.visitor("service-manager")

    page = manager.get("/compliance/report", customer=customer, month=MARCH).text

    assert "Availability: this agreement does not define it." in page
    assert ("availability", "not defined by this agreement") in figures(manager, customer)


def test_the_same_report_is_the_same_pdf_to_the_byte(site: Site, served: str):
    manager = site.visitor("service-manager")

    first, second = (manager.get("/compliance/report.pdf", customer=served, month=MARCH) for _ in range(2))

    assert "application/pdf" == first.headers["content-type"]
    assert first.content == second.content
    printed = "".join(page.extract_text() for page in PdfReader(BytesIO(first.content)).pages)
    assert served in printed
    assert "xmpro:2-availability" in printed
    assert "page 1" in printed


def test_what_a_customer_is_called_is_not_taken_for_layout(site: Site):
    customer = f'#set page(fill: red); *Bold* "& Sons" {uuid4().hex[:6]}'
    site.town.caller("agent").opens(numonix(site, customer), severity=1)
    seen(site.town)

    pdf = site.visitor("service-manager").get("/compliance/report.pdf", customer=customer, month=MARCH)

    assert "*Bold*" in PdfReader(BytesIO(pdf.content)).pages[0].extract_text()


def test_a_contact_finds_the_reports_of_its_own_customer(site: Site, served: str):
    contact = site.visitor("primary-contact", served)

    assert "March 2026" in contact.get("/portal/reports").text
    assert served in contact.get("/compliance/report", month=MARCH).text


def test_a_month_of_an_outage_is_listed_though_nothing_was_opened_in_it(site: Site):
    customer = a_customer(site)
    an_outage(site, xmpro(site, customer), hours=24 * 70)
    seen(site.town)

    for page in (
        site.visitor("primary-contact", customer).get("/portal/reports").text,
        site.visitor("service-manager").get("/compliance/report", customer=customer, month=MARCH).text,
    ):
        assert ["May 2026", "April 2026", "March 2026"] == list(
            dict.fromkeys(re.findall(r"(?:March|April|May|June) 2026(?=</a>|</option>)", page))
        )


def test_a_ticket_reopened_in_april_had_ended_in_march(site: Site):
    customer = a_customer(site)
    agent = site.town.caller("agent")
    ticket = agent.opens(xmpro(site, customer), severity=2, channel="email")
    agent.does(ticket, "log-correctly")
    agent.does(ticket, "resolve")
    site.town.clock.goes_on(days=31)
    seen(site.town)
    manager = site.visitor("service-manager")
    before = figures(manager, customer)
    agent.does(ticket, "reopen")
    seen(site.town)

    march, april = figures(manager, customer), figures(manager, customer, "2026-04")

    whats = ("opened", "reopened", "closed", "still_open")
    assert (
        ["1", "0", "1", "0"]
        == [march["tickets", what] for what in whats]
        == [before["tickets", what] for what in whats]
    )
    assert ["0", "1", "0", "1"] == [april["tickets", what] for what in whats]
    page = manager.get("/compliance/report", customer=customer, month=MARCH).text
    assert "counts in the month in which it happened" in page


def test_each_line_of_the_csv_says_whose_month_it_is_and_as_of_when(site: Site, served: str):
    answer = site.visitor("service-manager").get("/compliance/report.csv", customer=served, month=MARCH)

    lines = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))

    assert ["customer", "month", "as_of", "agreement"] == list(lines[0])[:4]
    assert {(served, MARCH)} == {(one["customer"], one["month"]) for one in lines}
    (as_of,) = {one["as_of"] for one in lines}
    assert datetime.fromisoformat(as_of).tzinfo is not None


@pytest.mark.parametrize("form", ["csv", "pdf"])
def test_a_file_is_named_after_the_customer_without_its_accents(site: Site, form: str):
    customer = f"Société Été, SA {uuid4().hex[:8]}"
    site.town.caller("agent").opens(xmpro(site, customer), severity=2, channel="email")
    seen(site.town)

    answer = site.visitor("service-manager").get(f"/compliance/report.{form}", customer=customer, month=MARCH)

    name = f"service-report-societe-ete-sa-{customer[-8:]}-{MARCH}.{form}"
    assert f'attachment; filename="{name}"' == answer.headers["content-disposition"]


def test_a_contact_of_another_customer_gets_nothing(site: Site, served: str):
    contact = site.visitor("primary-contact", a_customer(site))

    for form in ("", ".csv", ".pdf"):
        answer = contact.get(f"/compliance/report{form}", customer=served, month=MARCH)
        assert 404 == answer.status_code
    assert "No ticket was ever opened" in contact.get("/portal/reports").text


def test_nothing_is_reported_of_a_customer_that_is_not_there(site: Site):
    manager = site.visitor("service-manager")

    assert 404 == manager.get("/compliance/report", customer="nobody", month=MARCH).status_code
    assert 422 == manager.get("/compliance/report", customer="nobody", month="soon").status_code
    assert 422 == manager.get("/compliance/report.pdf", customer="nobody").status_code


@pytest.mark.parametrize(("region", "zone"), [("europe", "Europe/Rome"), ("americas", "America/New_York")])
def test_since_when_a_ticket_was_late_is_told_in_the_zone_of_its_terms(site: Site, region: str, zone: str):
    customer = a_customer(site)
    contract = site.town.caller("service-manager").draws_up(customer=customer, region=region)
    site.town.caller("agent").opens(contract, severity=1)
    site.town.clock.goes_on(days=2)
    seen(site.town)

    page = site.visitor("service-manager").get("/compliance/report", customer=customer, month=MARCH).text

    (row,) = re.findall(
        r"<tr>(?:(?!</tr>).)*response.*?</tr>", page.partition(say("report.escalation.title"))[2], re.DOTALL
    )
    assert zone in row
