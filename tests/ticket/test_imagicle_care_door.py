"""What a ticket under ImagicleCare refuses, clause by clause, and what it lets in instead.

Times are UTC, Monday is 4 March 2024; Europe is served from 08:00 to 17:00 UTC, gold and platinum on Saturday too.
"""

from typing import Any

import pytest

from domain.refusals import NotCovered, RuleBroken
from domain.ticket.commands import (
    ChangeSeverity,
    Decline,
    Escalate,
    HoldSession,
    Open,
    ScheduleAppointment,
    ScheduleForRelease,
    SplitOff,
)
from domain.ticket.events import Alert
from tests.conduct.told import at, opened, told
from tests.ticket.desk import Desk, under


def care(plan: str, *options: str, readings: dict[str, str] | None = None, **contract: Any) -> Desk:
    return under("imagicle-care", plan, "europe", readings, options=options, **contract)


def ordered(*events: dict[str, Any], plan: str = "gold", **contract: Any) -> Desk:
    return care(plan, events=events, **contract)


def fact(time: str, event: str, **fields: Any) -> dict[str, Any]:
    return {"at": at(time), "event": event, **fields}


def maintenance(when: str) -> ScheduleAppointment:
    return ScheduleAppointment(kind="maintenance", for_=at(when))


BASIC, GOLD, PLATINUM = care("basic"), care("gold"), care("platinum")
SIGNED = fact("mon 00:00", "signed", starts="2024-03-01", until="2024-12-31")
REMOTE = HoldSession(kind="remote", authorized_by="ada")


# --- was it covered? ------------------------------------------------------------------------------------------------------


@pytest.mark.clause("imagicle-care:valid-contract")
def test_a_ticket_about_a_product_without_a_contract_is_refused():
    desk = care("gold", products=["UC Suite"])

    desk.given().when(Open(severity=3, product="UC Suite"), by="administrator").is_recorded()
    desk.given().when(Open(severity=3, product="Fax"), by="administrator").refused(
        NotCovered, "imagicle-care:valid-contract"
    )


@pytest.mark.clause("imagicle-care:fees")
def test_no_ticket_is_opened_until_the_fees_are_paid():
    unpaid = ordered(SIGNED, fact("10:00", "unpaid"))
    paid = ordered(SIGNED, fact("10:00", "unpaid"), fact("11:00", "paid"))

    unpaid.given().when(Open(severity=3)).refused(NotCovered, "imagicle-care:fees", "fees are unpaid")
    paid.given().when(Open(severity=3)).is_recorded()


@pytest.mark.clause("imagicle-care:renewal")
def test_a_ticket_in_the_gap_before_a_late_renewal_is_refused_until_that_is_known():
    lapsed = fact("mon 00:00", "signed", starts="2023-03-01", until="2024-02-29")
    renewal = fact("wed 10:00", "renewed", ordered_on="2024-03-06", until="2025-02-28")
    desk = ordered(lapsed, renewal)

    desk.given().when(Open(severity=3), "mon 12:00").refused(
        NotCovered, "imagicle-care:valid-contract", "ended on 2024-02-29"
    )
    desk.given().when(Open(severity=3), "mon 12:00", asked_at="wed 12:00").is_recorded()


@pytest.mark.clause("imagicle-care:end-of-life")
def test_a_ticket_about_a_product_past_its_end_of_life_is_refused():
    ended = ordered(SIGNED, fact("mon 00:00", "life_ended", on="2024-03-05"))

    ended.given().when(Open(severity=3), "tue 12:00").is_recorded()
    ended.given().when(Open(severity=3), "wed 12:00").refused(NotCovered, "imagicle-care:end-of-life")


@pytest.mark.clause("imagicle-care:co-termination")
def test_a_module_is_covered_as_long_as_its_base_product():
    covered = [
        fact("mon 00:00", "product_covered", product="Suite", until="2024-03-05"),
        fact("mon 00:00", "product_covered", product="Module", base="Suite"),
    ]
    desk = ordered(SIGNED, *covered)

    desk.given().when(Open(severity=3, product="Module"), "tue 12:00").is_recorded()
    desk.given().when(Open(severity=3, product="Module"), "wed 12:00").refused(
        NotCovered, "imagicle-care:co-termination"
    )


# --- who may open, and how ------------------------------------------------------------------------------------------------


@pytest.mark.clause("imagicle-care:support-level")
def test_an_end_user_opens_no_ticket_under_basic():
    BASIC.given().when(Open(severity=3), by="end-user").refused(RuleBroken, "imagicle-care:support-level")
    BASIC.given().when(Open(severity=3), by="administrator").is_recorded()


@pytest.mark.clause("imagicle-care:support-level")
def test_an_end_user_opens_a_ticket_where_that_was_agreed_and_with_an_initial_analysis():
    analysed = Open(severity=3, fields={"initial_analysis": "restarted"})
    agreed = care("gold", "end-user-support")

    GOLD.given().when(analysed, by="end-user").refused(RuleBroken, "imagicle-care:support-level", "not agreed")
    agreed.given().when(Open(severity=3), by="end-user").refused(
        RuleBroken, "imagicle-care:support-level", "missing: initial_analysis"
    )
    agreed.given().when(analysed, by="end-user").is_recorded()


@pytest.mark.clause("imagicle-care:channels")
def test_a_ticket_may_be_read_to_be_opened_on_the_web_or_by_telephone_only():
    strict = care("gold", readings={"channels/email": "web-or-phone"})

    strict.given().when(Open(severity=3, channel="email")).refused(
        RuleBroken, "imagicle-care:channels", "imagicle-care:channels/email is read as web-or-phone"
    )
    GOLD.given().when(Open(severity=3, channel="email")).is_recorded()


@pytest.mark.clause("imagicle-care:on-call")
def test_an_end_user_is_not_served_by_telephone_outside_working_hours():
    desk = care("platinum", "end-user-support")
    call = Open(severity=1, channel="phone", fields={"initial_analysis": "restarted"})

    desk.given().when(call, "20:00", by="end-user").refused(RuleBroken, "imagicle-care:on-call")
    desk.given().when(call, "12:00", by="end-user").is_recorded()


@pytest.mark.clause("imagicle-care:proactive")
def test_a_monitored_event_opens_a_ticket_of_its_severity_where_the_requirements_are_met():
    lost = Open(severity=1, channel="alert", alert=Alert(code="cloud-link-lost"))
    desk = care("gold", "proactive-support")

    BASIC.given().when(lost, by="system").refused(RuleBroken, "imagicle-care:proactive")
    GOLD.given().when(lost, by="system").refused(RuleBroken, "imagicle-care:proactive", "not agreed")
    desk.given().when(lost.model_copy(update={"severity": 3}), by="system").refused(
        RuleBroken, "imagicle-care:proactive"
    )
    desk.given().when(lost, by="system").is_recorded()


@pytest.mark.clause("imagicle-care:proactive")
def test_an_event_that_is_not_monitored_opens_no_ticket():
    unknown = Open(severity=1, channel="alert", alert=Alert(code="moon"))

    care("gold", "proactive-support").given().when(unknown, by="system").refused(
        RuleBroken, "imagicle-care:proactive", "moon is no monitored event"
    )


# --- work -----------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("imagicle-care:on-call")
def test_research_and_development_is_not_called_at_night():
    PLATINUM.given(opened()).when(Escalate(to="R&D"), "20:00").refused(
        RuleBroken, "imagicle-care:on-call", "out of hours"
    )
    PLATINUM.given(opened()).when(Escalate(to="R&D"), "12:00").is_recorded()


@pytest.mark.clause("imagicle-care:on-call")
def test_maintenance_outside_working_hours_is_for_platinum_outside_asia_pacific():
    distant = care("platinum", asia_pacific=True)

    GOLD.given(opened()).when(maintenance("sun 10:00")).refused(RuleBroken, "imagicle-care:on-call")
    GOLD.given(opened()).when(maintenance("sat 10:00")).is_recorded()
    distant.given(opened()).when(maintenance("sun 10:00")).refused(RuleBroken, "imagicle-care:on-call", "Asia-Pacific")
    PLATINUM.given(opened()).when(maintenance("sun 10:00")).is_recorded()


@pytest.mark.clause("imagicle-care:priority-reduction")
def test_a_priority_is_lowered_on_evidence_or_because_the_client_does_not_answer():
    ticket = GOLD.given(opened(severity=2))

    ticket.when(ChangeSeverity(severity=3)).refused(RuleBroken, "imagicle-care:priority-reduction")
    ticket.when(ChangeSeverity(severity=3, cause="bored")).refused(RuleBroken, "imagicle-care:priority-reduction")
    ticket.when(ChangeSeverity(severity=3, cause="answers not provided")).is_recorded()
    ticket.when(ChangeSeverity(severity=3, evidence="graph")).is_recorded()
    ticket.when(ChangeSeverity(severity=1)).is_recorded()


@pytest.mark.clause("imagicle-care:single-issue")
def test_a_secondary_issue_is_split_off_to_a_ticket_that_is_named():
    GOLD.given(opened()).when(SplitOff()).refused(RuleBroken, "imagicle-care:single-issue", "ticket is missing")
    GOLD.given(opened()).when(SplitOff(ticket="T-2")).is_recorded()


@pytest.mark.clause("imagicle-care:channels")
def test_a_remote_session_is_not_for_basic():
    BASIC.given(opened()).when(REMOTE).refused(
        RuleBroken, "imagicle-care:channels", "imagicle-care:channels/basic-remote is read as refused"
    )
    GOLD.given(opened()).when(REMOTE).is_recorded()
    care("basic", readings={"channels/basic-remote": "allowed"}).given(opened()).when(REMOTE).is_recorded()


@pytest.mark.clause("imagicle-care:client-liability")
def test_a_remote_session_needs_an_authorization():
    session = HoldSession(kind="remote")
    asked, authorized = told("10:00", "waiting", on="authorization"), told("11:00", "wait_ended", on="authorization")

    GOLD.given(opened()).when(session).refused(RuleBroken, "imagicle-care:client-liability")
    GOLD.given(opened(), asked).when(REMOTE).refused(
        RuleBroken, "imagicle-care:client-liability", "waits on authorization"
    )
    GOLD.given(opened(), asked, authorized).when(session).is_recorded()


@pytest.mark.clause("imagicle-care:on-site")
def test_a_visit_on_site_needs_the_option():
    visit, booked = HoldSession(kind="on-site"), ScheduleAppointment(kind="on-site visit", for_=at("wed 09:00"))

    GOLD.given(opened()).when(visit).refused(RuleBroken, "imagicle-care:on-site")
    GOLD.given(opened()).when(booked).refused(RuleBroken, "imagicle-care:on-site")
    care("gold", "on-site").given(opened()).when(visit).is_recorded()
    care("gold", "on-site").given(opened()).when(booked).is_recorded()


@pytest.mark.clause("imagicle-care:seasonal-releases")
def test_a_fix_comes_with_a_seasonal_release():
    ticket = GOLD.given(opened())

    ticket.when(ScheduleForRelease()).refused(RuleBroken, "imagicle-care:seasonal-releases", "release is missing")
    ticket.when(ScheduleForRelease(release="hotfix 7")).refused(RuleBroken, "imagicle-care:seasonal-releases")
    ticket.when(ScheduleForRelease(release="Summer 2024")).is_recorded()


# --- grounds to decline ---------------------------------------------------------------------------------------------------


@pytest.mark.clause("imagicle-care:further-conditions")
def test_a_product_misused_is_declined_with_the_cause():
    ticket = GOLD.given(opened())

    ticket.when(Decline(clause="imagicle-care:further-conditions")).refused(
        RuleBroken, "imagicle-care:further-conditions", "cause is missing"
    )
    ticket.when(Decline(clause="imagicle-care:further-conditions", cause="negligence")).is_recorded()


@pytest.mark.clause("imagicle-care:on-site")
def test_a_visit_is_declined_only_where_none_was_agreed():
    decline = Decline(clause="imagicle-care:on-site")

    GOLD.given(opened()).when(decline).is_recorded()
    care("gold", "on-site").given(opened()).when(decline).refused(
        RuleBroken, "imagicle-care:on-site", "on-site is agreed"
    )


@pytest.mark.parametrize(
    ("clause", "cause"),
    [
        pytest.param("scope", "customization", marks=pytest.mark.clause("imagicle-care:scope")),
        pytest.param(
            "third-party-products",
            "third-party product",
            marks=pytest.mark.clause("imagicle-care:third-party-products"),
        ),
        pytest.param("hardware", "defective hardware", marks=pytest.mark.clause("imagicle-care:hardware")),
        pytest.param("valid-contract", "product not covered", marks=pytest.mark.clause("imagicle-care:valid-contract")),
        pytest.param("end-of-life", "end of life", marks=pytest.mark.clause("imagicle-care:end-of-life")),
        pytest.param("support-level", "no troubleshooting", marks=pytest.mark.clause("imagicle-care:support-level")),
    ],
)
def test_a_ticket_is_declined_for_a_cause_of_its_clause_and_no_other(clause: str, cause: str):
    clause = f"imagicle-care:{clause}"

    GOLD.given(opened()).when(Decline(clause=clause, cause=cause)).is_recorded()
    GOLD.given(opened()).when(Decline(clause=clause, cause="mood")).refused(RuleBroken, clause, "mood is none of")
