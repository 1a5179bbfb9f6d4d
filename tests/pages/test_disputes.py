"""The pages of disputes for both sides: the list, one dispute with its forms, and how one is opened."""

import io
import json
import re
import zipfile
from datetime import timedelta
from typing import get_args

import pytest

from api.pages.in_dispute.explaining import example
from api.pages.on_ticket import settling
from api.pages.texts import knows, say
from projections.deadlines import Kind
from tests.api.house import ACME, GLOBEX, told
from tests.disputes.scripts import (
    AGENT,
    CUSTOMER,
    MANAGER,
    THE_PHONE_RANG,
    TWO_ROWS,
    WAITING_ON_THE_CUSTOMER,
    Cast,
    argued,
    lived,
    played,
    ruled,
    verdicts,
)
from tests.pages.forms import Form, form_to, forms_in
from tests.pages.site import Site, Visitor

DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@pytest.fixture
def cast(site: Site) -> Cast:
    return Cast(site.town)


@pytest.fixture
def ticket(site: Site, cast: Cast) -> str:
    return lived(WAITING_ON_THE_CUSTOMER, site.town, cast)


@pytest.fixture
def dispute(site: Site, ticket: str, cast: Cast) -> str:
    """Argued, and not ruled yet."""
    return argued(WAITING_ON_THE_CUSTOMER, ticket, cast)


def settles(site: Site) -> None:
    house = site.town.house
    assert house.runner.wait_for(house.desk.recorder.max_notification_id() or 0, 10)


def customer(site: Site) -> Visitor:
    return site.visitor(CUSTOMER, ACME)


def form_of(page: str, form: str) -> Form:
    """The form with this name among the forms of a dispute's page."""
    (found,) = (one for one in forms_in(page) if one.fields.get("form") == form)
    return found


def opened(site: Site, visitor: Visitor, ticket: str, clock: str = "clock.response.1") -> str:
    """A dispute that somebody opens on the page; its address."""
    page = visitor.get("/disputes/new", ticket=ticket).text
    answer = form_to(page, "/disputes/new").sent_by(visitor, reason="it is judged wrongly", **{clock: "yes"})
    assert 303 == answer.status_code, answer.text
    return answer.headers["location"].partition("?")[0]


def test_the_list_names_the_state_the_deadline_and_the_claims(site: Site, dispute: str):
    settles(site)
    page = site.visitor(AGENT).get("/disputes").text

    assert f"/disputes/{dispute}" in page
    assert say("disputes.claims_count", claims=2, unruled=2) in page
    assert say("disputes.which.ruling") in page


def test_the_list_is_narrowed_by_state_and_side(site: Site, dispute: str):
    settles(site)
    agent = site.visitor(AGENT)

    assert dispute in agent.get("/disputes", state="open", party="customer").text
    assert dispute not in agent.get("/disputes", state="settled").text
    assert say("disputes.none_narrowed") in agent.get("/disputes", party="vendor").text


def test_a_customer_sees_their_own_disputes_and_another_customer_none(site: Site, dispute: str):
    settles(site)
    stranger = site.visitor(CUSTOMER, GLOBEX)

    assert dispute in customer(site).get("/disputes").text
    assert dispute not in stranger.get("/disputes").text
    assert 404 == stranger.get(f"/disputes/{dispute}").status_code


def test_a_dispute_is_opened_from_the_tickets_page_and_from_the_portal(site: Site, ticket: str):
    for visitor, path in ((site.visitor(AGENT), f"/tickets/{ticket}"), (customer(site), f"/portal/tickets/{ticket}")):
        assert f"/disputes/new?ticket={ticket}" in visitor.get(path).text
        page = visitor.get(opened(site, visitor, ticket)).text

        assert "it is judged wrongly" in page
        assert say("disputes.no_claims_yet") in page


def test_a_dispute_about_no_clock_is_refused_and_what_was_said_is_kept(site: Site, ticket: str):
    visitor = customer(site)
    page = visitor.get("/disputes/new", ticket=ticket).text

    answer = form_to(page, "/disputes/new").sent_by(visitor, reason="everything is wrong")

    assert 422 == answer.status_code
    assert "everything is wrong" in answer.text


def test_another_customers_ticket_cannot_be_disputed(site: Site, ticket: str):
    stranger = site.visitor(CUSTOMER, GLOBEX)

    assert 404 == stranger.get("/disputes/new", ticket=ticket).status_code


@pytest.mark.parametrize(
    ("kind", "fields", "means"),
    [
        ("wait-unjustified", {"wait": "3"}, "was not justified"),
        ("severity", {"severity": "1"}, "The severity should have been 1"),
        ("excuse", {"clock": "response"}, "Nobody is to be blamed"),
        ("happened-otherwise", {"number": "3", "moved_to": "2026-03-02T10:30"}, "happened at"),
        ("happened-otherwise", {"number": "3", "struck": "yes"}, "It did not happen"),
        ("happened", {"event": "commented", "at": "2026-03-02T09:30", "data": "text: it rang"}, "It is not on record"),
    ],
)
def test_each_kind_of_claim_has_a_form(site: Site, ticket: str, kind: str, fields: dict[str, str], means: str):
    visitor = customer(site)
    where = opened(site, visitor, ticket)

    answer = form_of(visitor.get(where).text, f"make-claim-{kind}").sent_by(visitor, says="as the mail shows", **fields)

    assert 303 == answer.status_code, answer.text
    page = visitor.get(where).text
    assert means in page
    assert "as the mail shows" in page


def test_a_reading_is_claimed_by_its_question(site: Site, dispute: str):
    page = customer(site).get(f"/disputes/{dispute}").text

    assert "xmpro:2-suspension/customer" in page
    assert "Is waiting for the client" in page


def test_a_claim_that_does_not_fit_is_refused_with_the_reason_and_what_was_filled_in(site: Site, ticket: str):
    visitor = customer(site)
    where = opened(site, visitor, ticket)

    form = form_of(visitor.get(where).text, "make-claim-happened")
    answer = form.sent_by(visitor, event="commented", at="2027-01-01T10:00", says="it will be so")

    assert 422 == answer.status_code
    assert "lies in the future" in answer.text
    assert "it will be so" in answer.text


def test_the_other_party_answers_and_a_manager_rules_and_the_verdict_on_the_ticket_turns(site: Site, cast: Cast):
    ticket = lived(TWO_ROWS, site.town, cast)
    site.town.clock.at += timedelta(days=1)
    contact, agent, manager = customer(site), site.visitor(AGENT), site.visitor(MANAGER)
    where = opened(site, contact, ticket)
    claim = form_of(contact.get(where).text, "make-claim-reading")
    assert 303 == claim.sent_by(contact, reading="xima-care:6.5/severity-2=one-hour").status_code

    page = agent.get(where).text
    assert say("disputes.decides_alone") in page
    assert 303 == form_of(page, "answer-1").sent_by(agent, accepts="no", says="the second row").status_code
    assert "met" == verdicts(cast[AGENT], ticket)["response"]
    ruling = form_of(manager.get(where).text, "rule-1").sent_by(manager, upheld="yes", why="whoever wrote it bears it")
    assert 303 == ruling.status_code, ruling.text

    assert "breached" == verdicts(cast[AGENT], ticket)["response"]
    page = contact.get(where).text
    assert say("disputes.state_of.settled") in page
    assert say("disputes.turned", clock="An answer", before="kept", after="missed") in page


def test_a_claim_that_nobody_has_answered_is_not_ruled_and_the_page_says_why(site: Site, ticket: str):
    visitor, manager = customer(site), site.visitor(MANAGER)
    where = opened(site, visitor, ticket)
    form_of(visitor.get(where).text, "make-claim-wait-unjustified").sent_by(visitor, wait="3")

    page = manager.get(where).text

    assert "has not answered claim 1" in page
    assert not any(one.fields.get("form") == "rule-1" for one in forms_in(page))


def test_who_may_only_read_is_offered_no_form(site: Site, dispute: str):
    page = site.visitor("auditor").get(f"/disputes/{dispute}").text

    assert say("disputes.nothing_to_do") in page
    assert not any("form" in one.fields for one in forms_in(page))


def test_evidence_is_named_by_its_fingerprint(site: Site, dispute: str):
    visitor = customer(site)
    form = form_of(visitor.get(f"/disputes/{dispute}").text, "attach-evidence")

    answer = form.sent_by(visitor, claim="1", name="call list.pdf", digest=DIGEST, size="18211")

    assert 303 == answer.status_code, answer.text
    page = visitor.get(f"/disputes/{dispute}").text
    assert DIGEST in page
    assert "call list.pdf" in page


def test_time_is_given_and_a_dispute_given_up_and_taken_up_again(site: Site, ticket: str):
    visitor = customer(site)
    where = opened(site, visitor, ticket)

    extend = form_of(visitor.get(where).text, "extend")
    assert 303 == extend.sent_by(visitor, which="ruling", until="2026-06-01T12:00", why="holidays").status_code
    assert 303 == form_of(visitor.get(where).text, "withdraw").sent_by(visitor).status_code
    assert say("disputes.state_of.withdrawn") in visitor.get(where).text
    assert 303 == form_of(visitor.get(where).text, "reopen").sent_by(visitor, why="a new witness").status_code

    assert "a new witness" in visitor.get(where).text


def test_a_form_of_an_older_page_is_told_that_somebody_was_faster(site: Site, dispute: str):
    visitor = customer(site)
    form = form_of(visitor.get(f"/disputes/{dispute}").text, "attach-evidence")
    told_in = {"name": "call list.pdf", "digest": DIGEST, "size": "18211"}

    assert 303 == form.sent_by(visitor, **told_in).status_code
    late = form.sent_by(visitor, **told_in, key="0" * 32)

    assert 412 == late.status_code
    assert say("forms.stale") in late.text


def test_a_customer_reads_of_the_vendors_people_as_such(site: Site, dispute: str):
    page = customer(site).get(f"/disputes/{dispute}").text

    assert say("portal.one.by_us") in page


def test_a_dispute_as_it_stood_has_no_later_word(site: Site):
    done = played(THE_PHONE_RANG, site.town)
    opened_at = told(site.town.caller("auditor").get(f"/v1/disputes/{done.dispute}"))["opened_at"]
    site.town.clock.at += timedelta(days=1)

    page = site.visitor(MANAGER).get(f"/disputes/{done.dispute}", as_of=opened_at).text

    assert say("disputes.state_of.open") in page
    assert say("disputes.past") in page


@pytest.mark.parametrize(("role", "pages"), [(MANAGER, "/tickets"), (CUSTOMER, "/portal/tickets")])
def test_a_ticket_as_it_stood_has_the_disputes_of_then_as_they_were(
    site: Site, cast: Cast, ticket: str, dispute: str, role: str, pages: str
):
    then, before = site.town.clock.at.isoformat(), WAITING_ON_THE_CUSTOMER.life[-1].at
    site.town.clock.goes_on(hours=1)
    ruled(WAITING_ON_THE_CUSTOMER, dispute, cast)
    later = opened(site, customer(site), ticket).removeprefix("/disputes/")
    settles(site)
    visitor, page = site.visitor(role, None if role == MANAGER else ACME), f"{pages}/{ticket}"
    is_open, is_settled = say("disputes.state_of.open"), say("disputes.state_of.settled")

    assert [] == disputes_on(visitor.get(page, as_of=before).text)
    assert [(dispute, is_open)] == disputes_on(visitor.get(page, as_of=then).text)
    assert [(later, is_open), (dispute, is_settled)] == disputes_on(visitor.get(page).text)


def test_however_many_disputes_came_later_those_of_then_are_named(
    site: Site, ticket: str, dispute: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(settling, "MOST", 1)
    site.town.clock.goes_on(minutes=1)
    then = site.town.clock.at.isoformat()
    site.town.clock.goes_on(hours=1)
    manager, about = site.town.caller(MANAGER), {"reason": "it is judged wrongly", "clocks": [{"clock": "response"}]}
    for since in ({}, {"effective_at": then}):
        told(manager.post(f"/v1/tickets/{ticket}/disputes", {**about, **since}, version="*"), 201)
    settles(site)

    page = site.visitor(MANAGER).get(f"/tickets/{ticket}", as_of=then).text

    assert [(dispute, say("disputes.state_of.open"))] == disputes_on(page)
    assert f"/disputes/{dispute}?as_of=" in page


def disputes_on(page: str) -> list[tuple[str, str]]:
    """The disputes that a ticket's page names, each with its state."""
    return re.findall(r'<a href="/disputes/([0-9a-f-]{36})[^"]*">[^<]*</a>: ([^,]+),', page)


@pytest.mark.parametrize("side", ["ticket", "dispute"])
def test_the_dossier_is_downloaded_with_or_without_personal_data(site: Site, ticket: str, dispute: str, side: str):
    visitor = customer(site)
    path = f"/portal/tickets/{ticket}" if side == "ticket" else f"/disputes/{dispute}"
    form = form_to(visitor.get(path).text, "/dossier")

    answer = form.sent_by(visitor, redact="yes")

    assert "application/zip" == answer.headers["content-type"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as dossier:
        assert json.loads(dossier.read("manifest.json"))["redacted"] is True
    if side == "dispute":
        assert say("disputes.dossier_without") in visitor.get(path).text


@pytest.mark.parametrize("role", ["auditor", CUSTOMER])
def test_it_is_explained_in_plain_words_with_an_example_that_the_engine_has_judged(site: Site, role: str):
    page = site.visitor(role, ACME if role == CUSTOMER else None).get("/disputes/how").text
    figures = [(one.claims, one.used // 60, one.allowed // 60, one.verdict) for one in example()]

    assert [
        ("none", 90, 120, "met"),
        ("one", 90, 60, "breached"),
        ("two", 40, 120, "met"),
        ("both", 40, 60, "met"),
    ] == figures
    assert say("how.example.missed_at") in page
    assert say("how.check.command") in page


def test_every_kind_of_deadline_has_its_words_on_the_operations_page():
    assert [] == [kind for kind in get_args(Kind) if not knows(f"operations.kind_{kind}")]


def test_a_text_with_a_zero_byte_is_refused(site: Site, ticket: str):
    visitor = customer(site)
    page = visitor.get("/disputes/new", ticket=ticket).text

    answer = form_to(page, "/disputes/new").sent_by(visitor, **{"reason": "wr\0ng", "clock.response.1": "yes"})

    assert answer.status_code < 500


@pytest.mark.parametrize(
    "odd", ["", "\0", "²", "9" * 40, "no:such/reading=x", "2026-13-45T99:99", "a: 1\nevent: closed"]
)
def test_whatever_is_filled_in_it_is_answered(site: Site, dispute: str, odd: str):
    visitor = site.visitor(MANAGER)
    forms = [one for one in forms_in(visitor.get(f"/disputes/{dispute}").text) if "form" in one.fields]
    assert len(forms) > 8

    for form in forms:
        names = (set(form.fields) | set(form.offered)) - {"proof", "key", "version", "form", "kind"}
        answer = form.sent_by(visitor, **dict.fromkeys(names, odd))

        assert answer.status_code < 500, (form.action, answer.text)


@pytest.mark.parametrize("odd", ["\0", "²", "9" * 40, "2026-13-45T99:99", "-1"])
def test_whatever_is_supposed_it_is_answered(site: Site, ticket: str, odd: str):
    visitor = site.visitor(MANAGER)
    one = ("plan", "severity", "since", "reading", "without", "event", "at", "by", "on", "data", "holiday")

    for name in one:
        asked = {"event": "commented", "severity": "2"} | {name: odd}
        assert visitor.get(f"/tickets/{ticket}/what-if", **asked).status_code < 500, name
    for name in ("customer", "agreement", "of_plan", "of_severity", "plan", "severity", "reading", "holiday"):
        assert visitor.get("/what-if", **({"severity": "2"} | {name: odd})).status_code < 500, name
