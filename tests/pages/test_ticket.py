"""The ticket page: what is owed next, every clock, the history, and what can be done."""

import re
from datetime import timedelta
from statistics import median
from time import process_time
from uuid import uuid4

import pytest
from babel import Locale
from httpx import URL

from api.pages.formats import Formats
from api.pages.forms import Surroundings, form_of, instant, said
from api.pages.on_ticket.offers import GROUPS
from api.pages.texts import knows
from api.pages.viewer import Viewer
from api.security.roles import CUSTOMERS_ACTS
from domain.terms.lookup import find
from domain.terms.zones import zone
from domain.ticket.commands import COMMANDS
from domain.ticket.events import KINDS
from tests.api.house import ACME, GLOBEX, MONDAY_9
from tests.pages.forms import form_to
from tests.pages.site import Site, Visitor


@pytest.fixture
def ticket(site: Site) -> str:
    """A ticket of priority 3, opened on Monday at nine."""
    contract = site.town.caller("service-manager").draws_up()
    return site.town.caller("technical-contact", ACME, "ada").opens(contract, fields={"description": "no <b>sound</b>"})


@pytest.fixture
def agent(site: Site) -> Visitor:
    return site.visitor("agent", person="ben")


def at(hours: float) -> str:
    return (MONDAY_9 + timedelta(hours=hours)).isoformat()


def plain(page: str) -> str:
    """What a page says, without its elements and without line breaks."""
    return " ".join(re.sub(r"<[^>]+>", "", re.sub(r"</(td|th|dt|dd|p|li|tr)>", " ", page)).split())


# --- what it shows --------------------------------------------------------------------------------------------------------


def test_what_is_owed_next_is_said_in_words_with_its_clause(site: Site, agent: Visitor, ticket: str):
    site.town.clock.goes_on(hours=1)

    page = agent.get(f"/tickets/{ticket}")

    assert 200 == page.status_code
    assert "First response by 13:00, 3 h of business time left, else it is breached. imagicle-care:reaction" in plain(
        page.text
    )


def test_what_is_left_ticks_up_to_the_next_closing(site: Site, agent: Visitor, ticket: str):
    site.town.clock.goes_on(hours=1)

    page = agent.get(f"/tickets/{ticket}").text

    assert 'data-left="10800" data-left-at="2026-03-02T09:00:00Z" data-left-until="2026-03-02T12:00:00Z"' in page or (
        'data-left="10800" data-left-at="2026-03-02T09:00:00Z"' in page
    )


def test_a_wait_shows_for_whom_and_that_nothing_is_due(site: Site, agent: Visitor, ticket: str):
    site.town.caller("agent").does(ticket, "waiting", on="access", task="open the port")

    page = plain(agent.get(f"/tickets/{ticket}").text)

    assert "First response is paused, waiting for access: 4 h of business time left." in page
    assert "There is no due instant while it waits." in page


def test_what_people_wrote_is_escaped(agent: Visitor, ticket: str):
    page = agent.get(f"/tickets/{ticket}").text

    assert "no &lt;b&gt;sound&lt;/b&gt;" in page
    assert "<b>sound" not in page


def test_a_correction_shows_what_stood_there_before(site: Site, agent: Visitor, ticket: str):
    manager = site.town.caller("service-manager")
    site.town.clock.goes_on(hours=2)
    manager.does(ticket, "respond")
    manager.does(ticket, "correct", number=2, why="answered at ten", moved_to=at(1))

    page = agent.get(f"/tickets/{ticket}").text

    entry = re.search(r'<li id="e-2".*?</li>', page, re.DOTALL)
    assert entry
    said_there = plain(entry[0])
    assert "10:00" in said_there
    assert "was 11:00" in said_there
    assert "corrected by event 3" in said_there


def test_what_was_struck_stays_on_view(site: Site, agent: Visitor, ticket: str):
    manager = site.town.caller("service-manager")
    manager.does(ticket, "respond")
    manager.does(ticket, "correct", number=2, why="nobody answered", struck=True)

    page = agent.get(f"/tickets/{ticket}").text

    assert "<del>First response</del>" in page


def test_it_is_shown_as_it_stood(site: Site, agent: Visitor, ticket: str):
    site.town.clock.goes_on(hours=1)
    site.town.caller("agent").does(ticket, "respond")
    site.town.clock.goes_on(hours=1)

    then = plain(agent.get(f"/tickets/{ticket}", as_of=at(0.5)).text)
    now = plain(agent.get(f"/tickets/{ticket}").text)

    assert "First response by Mon 2 Mar 13:00, 3 h 30 min of business time left" in then
    assert "First response by 13:00" not in now


def test_what_was_not_known_then_is_left_out_unless_asked_for(site: Site, agent: Visitor, ticket: str):
    site.town.clock.goes_on(hours=2)
    site.town.caller("agent").does(ticket, "respond", effective_at=at(1))

    known_then = agent.get(f"/tickets/{ticket}", as_of=at(1.5)).text
    known_now = agent.get(f"/tickets/{ticket}", as_of=at(1.5), known="now").text

    assert 'id="e-2"' not in known_then
    assert 'id="e-2"' in known_now


def test_of_a_time_shown_twice_a_ticket_says_which_it_is(site: Site):
    site.town.clock.goes_on(days=200)
    contract = site.town.caller("service-manager").draws_up()
    ticket = site.town.caller("agent").opens(contract)
    site.town.clock.goes_on(days=100)
    asked = {"then": f"/tickets/{ticket}", "zone": "Europe/Rome", "at": "2026-10-25T02:30:00"}
    agent = site.visitor("agent")

    as_of = URL(agent.get("/as-of", **asked).headers["location"]).params["as_of"]
    page = agent.get(f"/tickets/{ticket}", as_of=as_of).text

    assert "Sun 25 Oct 2026 02:30:00 (the first of two such times) Europe/Rome" in page
    assert "Sun 25 Oct 02:30 (UTC+2)</output>" in page
    assert "02:30 (UTC+1)</output>" in agent.get(f"/tickets/{ticket}", as_of="2026-10-25T01:30:00Z").text


def test_a_severity_is_lowered_with_the_cause_that_its_refusal_asks_for(site: Site):
    contract = site.town.caller("service-manager").draws_up(agreement="numonix-ixcloud", plan="saas", region="")
    ticket, agent = site.town.caller("agent").opens(contract, severity=1), site.visitor("agent")
    form = form_to(agent.get(f"/tickets/{ticket}").text, f"{ticket}/change-severity")

    answer = form.sent_by(agent, severity="3", cause="the impact is smaller")

    assert 303 == answer.status_code
    assert ["", "2", "3", "4"] == form.offered["severity"]


def test_a_resolution_is_offered_with_the_measurement_that_its_refusal_asks_for(site: Site):
    contract = site.town.caller("service-manager").draws_up(agreement="xima-care", plan="premium", region="emea")
    ticket, agent = site.town.caller("agent").opens(contract), site.visitor("agent")

    form = form_to(agent.get(f"/tickets/{ticket}").text, f"{ticket}/resolve")

    assert {"measurement.value", "measurement.from", "measurement.to"} <= form.fields.keys()


def test_an_instant_to_come_is_refused(agent: Visitor, ticket: str):
    assert 422 == agent.get(f"/tickets/{ticket}", as_of=at(24)).status_code


def test_before_its_opening_there_is_nothing_to_see(agent: Visitor, ticket: str):
    page = agent.get(f"/tickets/{ticket}", as_of=at(-24))

    assert 200 == page.status_code
    assert "this ticket was not opened yet" in page.text
    assert not any(part in page.text for part in ('class="status"', 'id="timeline"', 'id="owed"', 'id="clocks"'))


def test_the_slider_works_without_scripts(agent: Visitor, ticket: str):
    second = int(MONDAY_9.timestamp())

    answer = agent.get(f"/tickets/{ticket}", second=second)

    assert (303, f"/tickets/{ticket}?as_of=2026-03-02T08%3A00%3A00Z") == (
        answer.status_code,
        answer.headers["location"],
    )


def test_another_reading_stands_beside_what_is_on_record(site: Site, agent: Visitor):
    contract = site.town.caller("service-manager").draws_up(plan="platinum")
    ticket = site.town.caller("technical-contact", ACME).opens(contract, severity=2, channel="phone")
    site.town.clock.goes_on(hours=2)
    site.town.caller("agent").does(ticket, "respond")

    page = agent.get(f"/tickets/{ticket}", reading="imagicle-care:reaction/limit=at-most").text

    row = re.search(r"What is on record, and what it would be.*?</table>", page, re.DOTALL)
    assert row
    assert "breached" in plain(row[0])
    assert "met" in plain(row[0])


def test_a_reading_that_nobody_knows_is_refused(agent: Visitor, ticket: str):
    assert 422 == agent.get(f"/tickets/{ticket}", reading="no-such=one").status_code


# --- what is done with it -------------------------------------------------------------------------------------------------


def test_a_form_does_what_it_says(agent: Visitor, ticket: str):
    page = agent.get(f"/tickets/{ticket}").text

    answer = form_to(page, f"{ticket}/respond").sent_by(agent)

    assert (303, f"/tickets/{ticket}?done=respond") == (answer.status_code, answer.headers["location"])
    assert "First response" in agent.get(answer.headers["location"]).text


def test_a_double_click_does_no_harm(site: Site, agent: Visitor, ticket: str):
    form = form_to(agent.get(f"/tickets/{ticket}").text, f"{ticket}/comment")

    first, second = (form.sent_by(agent, text="looked at it") for _ in range(2))

    assert [303, 303] == [first.status_code, second.status_code]
    assert 2 == len(site.town.caller("agent").get(f"/v1/tickets/{ticket}/history").json())


def test_whoever_was_slower_is_told_kindly_and_loses_nothing(site: Site, agent: Visitor, ticket: str):
    form = form_to(agent.get(f"/tickets/{ticket}").text, f"{ticket}/comment")
    site.town.caller("agent", person="eve").does(ticket, "respond")

    answer = form.sent_by(agent, text="looked at <it>")

    assert 412 == answer.status_code
    assert "Somebody was faster" in answer.text
    again = form_to(answer.text, f"{ticket}/comment")
    assert ("looked at <it>", "2") == (again.fields["text"], again.fields["version"])
    assert form.fields["key"] != again.fields["key"]
    assert 303 == again.sent_by(agent).status_code


def test_a_refusal_names_its_clause_before_anything_is_sent(agent: Visitor, ticket: str):
    page = agent.get(f"/tickets/{ticket}").text

    _, _, after = page.partition('id="act-change-severity"')
    of_this_one, _, _ = after.partition('<details class="act')
    assert "imagicle-care:priority-reduction" in of_this_one
    assert ["1", "2", "4"] == sorted(filter(None, form_to(page, f"{ticket}/change-severity").offered["severity"]))


def test_what_is_refused_when_sent_says_why_and_keeps_what_was_filled_in(agent: Visitor, ticket: str):
    form = form_to(agent.get(f"/tickets/{ticket}").text, f"{ticket}/change-severity")

    answer = form.sent_by(agent, severity="4", cause="less urgent")

    assert 422 == answer.status_code
    assert "imagicle-care:priority-reduction" in answer.text
    assert "less urgent" == form_to(answer.text, f"{ticket}/change-severity").fields["cause"]


def test_a_field_that_cannot_be_read_is_named(agent: Visitor, ticket: str):
    form = form_to(agent.get(f"/tickets/{ticket}").text, f"{ticket}/assign")

    answer = form.sent_by(agent, to="eve", tier="second")

    assert 422 == answer.status_code
    assert "tier" in answer.text


def test_an_act_may_count_from_earlier(site: Site, agent: Visitor, ticket: str):
    site.town.clock.goes_on(hours=2)
    form = form_to(agent.get(f"/tickets/{ticket}").text, f"{ticket}/respond")

    assert 303 == form.sent_by(agent, effective_at="2026-03-02T10:00:00").status_code

    line = site.town.caller("agent").get(f"/v1/tickets/{ticket}/history").json()[1]
    assert "2026-03-02T10:00:00+01:00" == line["at"]


def test_a_secondary_issue_becomes_a_ticket_of_its_own(agent: Visitor, ticket: str):
    form = form_to(agent.get(f"/tickets/{ticket}", act="split-off").text, f"{ticket}/split-off")

    answer = form.sent_by(agent, severity="4", fields="summary: another matter")

    assert 303 == answer.status_code, answer.text
    assert ticket not in answer.headers["location"]
    assert "another matter" in agent.get(answer.headers["location"]).text


def test_a_refusal_tells_instants_as_the_page_does(agent: Visitor, ticket: str):
    form = form_to(agent.get(f"/tickets/{ticket}").text, "/comment")
    agent.cookies["tczone"] = "America/New_York"

    page = form.sent_by(agent, text="before anything was", effective_at="2026-03-01T10:00")

    assert 422 == page.status_code
    assert "instant since which it counts lies before the opening at 03:00" in plain(page.text)


def test_without_an_agreement_an_instant_in_a_sentence_comes_with_its_zone():
    show = Formats(Viewer(Locale("en", "GB")), MONDAY_9)

    assert "until Mon 2 Mar 2026 09:00:00 UTC." == show.times_in("until 2026-03-02T09:00:00Z.")


@pytest.mark.parametrize("says", ["an instant with its offset, such as 2024-03-28T16:30:00+01:00", "2024-03-28", "no"])
def test_what_is_no_instant_or_an_example_of_one_is_told_as_it_stands(says: str):
    assert says == Formats(Viewer(Locale("en", "GB")), MONDAY_9).times_in(says, zone("Europe/Rome"))


def test_the_history_tells_who_sent_what_in_somebody_elses_name(site: Site, agent: Visitor, ticket: str):
    ada = {"role": "technical-contact", "id": "ada"}
    site.town.caller("system", person="mail-reader").does(ticket, "comment", text="still broken", by=ada)
    contact = site.visitor("technical-contact", ACME, "ada")

    assert "ada (technical contact), sent by mail-reader (system)" in plain(agent.get(f"/tickets/{ticket}").text)
    page = plain(contact.get(f"/portal/tickets/{ticket}").text)
    assert "ada (technical contact), sent by our system" in page
    assert "mail-reader" not in page


def test_a_form_of_another_session_is_refused(agent: Visitor, ticket: str):
    form = form_to(agent.get(f"/tickets/{ticket}").text, f"{ticket}/respond")

    assert 403 == form.sent_by(agent, proof="0" * 32).status_code


@pytest.mark.parametrize("fields", [{"key": ""}, {"key": "../x"}, {"version": "-1"}, {"version": "²"}])
def test_a_form_that_was_tampered_with_is_refused(agent: Visitor, ticket: str, fields: dict[str, str]):
    form = form_to(agent.get(f"/tickets/{ticket}").text, f"{ticket}/respond")

    assert 400 == form.sent_by(agent, **fields).status_code


def test_there_is_no_form_for_what_nobody_can_ask(agent: Visitor, ticket: str):
    form = form_to(agent.get(f"/tickets/{ticket}").text, f"{ticket}/respond")
    form.action = f"/tickets/{ticket}/abolish"

    assert 404 == form.sent_by(agent).status_code


def test_an_auditor_sees_everything_and_does_nothing(site: Site, ticket: str):
    page = site.visitor("auditor").get(f"/tickets/{ticket}").text

    assert "You may look at this ticket, and not change it." in page
    assert f"/tickets/{ticket}/respond" not in page


def test_nothing_is_done_to_the_past(site: Site, agent: Visitor, ticket: str):
    site.town.clock.goes_on(hours=1)

    assert f"/tickets/{ticket}/respond" not in agent.get(f"/tickets/{ticket}", as_of=at(0.5)).text


# --- who sees it ----------------------------------------------------------------------------------------------------------


def test_a_ticket_that_nobody_opened_is_not_there(agent: Visitor):
    assert 404 == agent.get(f"/tickets/{uuid4()}").status_code


def test_a_ticket_of_another_customer_is_not_there(site: Site, ticket: str):
    of_globex = site.visitor("agent", GLOBEX)

    assert 404 == of_globex.get(f"/tickets/{ticket}").status_code


def test_a_customers_people_have_a_page_of_their_own(site: Site, ticket: str):
    answer = site.visitor("technical-contact", ACME).get(f"/tickets/{ticket}")

    assert (303, f"/portal/tickets/{ticket}") == (answer.status_code, answer.headers["location"])


# --- forms and words ------------------------------------------------------------------------------------------------------


def test_every_event_and_every_command_is_put_into_words():
    missing = [f"events.{part}.{kind}" for kind in KINDS for part in ("name", "plain")]
    missing += [f"forms.{part}.{command}" for command in COMMANDS for part in ("name", "about")]

    assert [] == [key for key in missing if not knows(key)]


def test_every_command_stands_in_one_group():
    grouped = [command for commands in GROUPS.values() for command in commands]

    assert sorted(COMMANDS.keys() - {"open"}) == sorted(grouped)
    assert CUSTOMERS_ACTS - {"open"} <= set(grouped)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_form_that_can_be_left_empty_where_nothing_is_required(command: str):
    around = Surroundings(zone("Europe/Rome"), find("imagicle-care").agreement, events=[("1", "1 · Opened")])
    form = form_of(COMMANDS[command], around)

    assert {} == said(form, {}, around.zone)
    assert [] == [one.name for one in form.inputs if not knows(f"forms.field.{one.name.replace('.', '_')}")]


def test_a_form_says_what_was_filled_in():
    around = Surroundings(zone("Europe/Rome"), find("imagicle-care").agreement)

    opened = said(
        form_of(COMMANDS["open"], around),
        {"severity": "2", "channel": "web", "fields": "no sound\nsince monday\nversion: 3.1\nurl: https://a.example"},
        around.zone,
    )
    resolved = said(
        form_of(COMMANDS["resolve"], around),
        {"measurement.value": "99.9", "measurement.from": "2026-02-01T00:00"},
        around.zone,
    )

    assert {"description": "no sound\nsince monday", "version": "3.1", "url": "https://a.example"} == opened["fields"]
    assert (2, "web") == (opened["severity"], opened["channel"])
    assert {"measurement": {"value": 99.9, "from": "2026-02-01T00:00:00+01:00"}} == resolved


def test_what_the_wall_shows_is_an_instant_of_its_zone():
    rome = zone("Europe/Rome")

    assert "2026-07-01T10:00:00+02:00" == instant("2026-07-01T10:00", rome)
    assert "2026-07-01T10:00:00+00:00" == instant("2026-07-01T10:00:00+00:00", rome)
    assert "tomorrow" == instant("tomorrow", rome)


def test_a_long_text_is_folded(agent: Visitor, site: Site, ticket: str):
    site.town.caller("agent").does(ticket, "comment", text="It rang. " * 200)

    page = agent.get(f"/tickets/{ticket}").text

    assert (
        "(1,800 characters, open to read all)</summary>" in page
        or "(1800 characters, open to read all)</summary>" in page
    )
    assert "It rang. " * 200 in page


def test_a_ticket_that_only_a_role_has_is_with_the_role(agent: Visitor, site: Site, ticket: str):
    site.town.caller("agent").does(ticket, "assign", role="senior-technician")

    assert '<dd class="person">senior technician (role)' in agent.get(f"/tickets/{ticket}").text


# --- how fast -------------------------------------------------------------------------------------------------------------


def test_a_ticket_of_twenty_events_is_shown_quickly(site: Site, agent: Visitor, ticket: str):
    caller = site.town.caller("agent")
    for number in range(20):
        site.town.clock.goes_on(minutes=5)
        caller.does(ticket, "comment", text=f"remark {number}")
    agent.get(f"/tickets/{ticket}")

    took = []
    for _ in range(7):
        begun = process_time()
        agent.get(f"/tickets/{ticket}")
        took.append(process_time() - begun)

    assert median(took) < 0.25, f"{median(took) * 1000:.0f} ms; 50 are aimed at on a machine that does nothing else"
