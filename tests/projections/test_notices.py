"""Whom is to be told what, and that each notice waits to be delivered until it was."""

from uuid import UUID

import pytest

from domain.desk.orders import Key, Order
from domain.ticket.commands import COMMANDS
from projections.notices import Notice
from tests.projections.log import MONDAY_9, Log, happened, hours, opened


def under(log: Log, agreement: str, **facts: str) -> UUID:
    log.publish(agreement)
    return log.contract(agreement, **facts)


def xmpro(log: Log) -> UUID:
    return under(log, "xmpro", plan="subscription")


def platinum(log: Log) -> UUID:
    return under(log, "imagicle-care", plan="platinum", region="europe")


def numonix(log: Log) -> UUID:
    return under(log, "numonix-ixcloud", plan="saas")


def summaries(notices: list[Notice]) -> set[tuple[str, str, str, str]]:
    return {(one.kind, one.clause, one.to_role, one.milestone) for one in notices}


# --- what the record tells --------------------------------------------------------------------------------------------


def test_whoever_a_ticket_is_escalated_to_is_told(log: Log):
    contract = numonix(log)
    ticket = log.ticket(
        contract, opened(), happened("escalated", MONDAY_9 + hours(1), to="service-manager"), case="I-7"
    )

    assert [
        Notice(
            ticket=ticket,
            id=f"{ticket}/2/escalated",
            customer="acme",
            event=2,
            kind="escalated",
            clause="",
            to_role="service-manager",
            milestone="",
            fulfils=None,
            payload={
                "ticket": str(ticket),
                "reference": "I-7",
                "contract": str(contract),
                "agreement": "numonix-ixcloud",
                "severity": 1,
                "status": "open",
                "kind": "escalated",
                "event": 2,
                "milestone": None,
                "at": "2024-03-04T09:00:00Z",
            },
            at=MONDAY_9 + hours(1),
        )
    ] == log.told(ticket)


def test_the_customer_is_told_of_a_closing_to_come(log: Log):
    ticket = log.ticket(numonix(log), opened(), happened("closure_notice", MONDAY_9))

    assert {("closure_notice", "", "customer", "")} == summaries(log.told(ticket))


def test_what_the_timekeeper_notes_is_told_and_what_people_note_they_have_told_themselves(log: Log):
    ticket = log.ticket(numonix(log), opened())
    breached = happened("notified", MONDAY_9 + hours(1), milestone="response breached", to="service-manager")

    log.on(ticket, breached, origin="timekeeper")
    log.on(ticket, happened("notified", MONDAY_9 + hours(2), to="customer"), origin="key:agent")

    assert {("notified", "", "service-manager", "response breached")} == summaries(log.told(ticket))


def test_an_alarm_that_somebody_raised_under_the_key_of_a_notice_is_told(log: Log):
    ticket = log.ticket(numonix(log), opened())

    log.on(ticket, happened("alarm_raised", MONDAY_9, to="on-call"), command=f"{ticket}/1/x", origin="key:agent")

    assert {("alarm_raised", "", "on-call", "")} == summaries(log.told(ticket))


def test_an_escalation_that_never_was_is_not_told(log: Log):
    ticket = log.ticket(
        numonix(log),
        opened(),
        happened("escalated", MONDAY_9, to="service-manager"),
        happened("corrected", MONDAY_9, number=2, struck=True, why="a slip"),
    )

    assert [] == log.told(ticket)


def test_an_imported_history_tells_nobody_anything(log: Log):
    ticket = log.ticket(
        platinum(log), opened(channel="alert"), happened("escalated", MONDAY_9, to="team-leader"), origin="import"
    )

    assert [] == log.told(ticket)


def test_what_happens_after_an_import_is_told(log: Log):
    ticket = log.ticket(numonix(log), opened(), happened("escalated", MONDAY_9, to="team-leader"), origin="import")

    log.on(ticket, happened("escalated", MONDAY_9 + hours(1), to="service-manager"))

    assert {("escalated", "", "service-manager", "")} == summaries(log.told(ticket))


# --- what the agreement says somebody is to hear ----------------------------------------------------------------------


@pytest.mark.clause("xmpro:5-milestones")
def test_the_customer_hears_the_reference_until_that_is_on_record(log: Log):
    ticket = log.ticket(xmpro(log), opened(), happened("correctly_logged", MONDAY_9), case="INC-7")

    (notice,) = log.told(ticket)

    fields = {"milestone": "logged", "reference": "INC-7", "to": "customer"}
    assert f"{ticket}/2/xmpro:5-milestones/logged" == notice.id
    assert ("xmpro:5-milestones", "customer", "logged") == (notice.clause, notice.to_role, notice.milestone)
    assert {"command": "notify", "fields": fields} == notice.fulfils

    log.on(ticket, happened("notified", MONDAY_9, **fields), command=notice.id, origin="outgoing")

    assert [] == log.told(ticket)


@pytest.mark.clause("xmpro:5-milestones")
@pytest.mark.parametrize("milestone", ["resolved", "closed"])
def test_the_customer_hears_by_email_that_a_ticket_was_resolved_or_closed(log: Log, milestone: str):
    ticket = log.ticket(xmpro(log), opened(), happened(milestone, MONDAY_9))

    (notice,) = [one for one in log.told(ticket) if one.clause == "xmpro:5-milestones"]

    fields = {"milestone": milestone, "channel": "email", "to": "customer"}
    assert {"command": "notify", "fields": fields} == notice.fulfils


@pytest.mark.clause("xmpro:5-milestones")
def test_the_customer_hears_of_an_escalation_as_its_target_does(log: Log):
    ticket = log.ticket(xmpro(log), opened(), happened("escalated", MONDAY_9, to="management"))

    assert {
        ("escalated", "", "management", ""),
        ("notified", "xmpro:5-milestones", "customer", "escalated"),
    } == summaries(log.told(ticket))


@pytest.mark.clause("imagicle-care:proactive", "imagicle-care:on-call-alarm", "imagicle-care:support-expert")
def test_an_alert_on_platinum_tells_the_customer_the_technician_on_call_and_the_support_expert(log: Log):
    ticket = log.ticket(platinum(log), opened(channel="alert"))

    assert {
        ("notified", "imagicle-care:proactive", "customer", ""),
        ("alarm_raised", "imagicle-care:on-call-alarm", "on-call-technician", ""),
        ("notified", "imagicle-care:support-expert", "support-expert", ""),
    } == summaries(log.told(ticket))


@pytest.mark.clause("imagicle-care:on-call-alarm")
def test_the_alarm_that_records_its_own_delivery_is_not_told_again(log: Log):
    ticket = log.ticket(platinum(log), opened())
    alarm = next(one for one in log.told(ticket) if one.kind == "alarm_raised")
    assert alarm.fulfils is not None

    log.on(ticket, happened("alarm_raised", MONDAY_9, **alarm.fulfils["fields"]), command=alarm.id, origin="outgoing")

    assert [] == [one for one in log.told(ticket) if one.kind == "alarm_raised"]


def test_what_somebody_has_to_find_out_first_is_no_notice(log: Log):
    """The expert's analysis, the supplier of hardware, tier 3's answer on a bug."""
    expert = log.ticket(platinum(log), opened(severity=1))
    hardware = log.ticket(
        under(log, "imagicle-care", plan="gold", region="europe"),
        opened(),
        happened("declined", MONDAY_9, clause="imagicle-care:hardware"),
    )
    bug = log.ticket(
        under(log, "eschat", plan="cloud-hosted"), opened(channel="phone"), happened("bug_filed", MONDAY_9)
    )

    assert [] == [one for one in log.told(expert) if "analysis" in one.milestone]
    assert [] == log.told(hardware)
    assert [] == log.told(bug)


def test_what_fulfils_a_notice_is_a_command_that_ends_its_duty(log: Log):
    tickets = [
        log.ticket(xmpro(log), opened(), happened("correctly_logged", MONDAY_9), happened("escalated", MONDAY_9)),
        log.ticket(platinum(log), opened(channel="alert")),
    ]

    for ticket in tickets:
        for notice in log.told(ticket):
            if notice.fulfils:
                command = COMMANDS[notice.fulfils["command"]](**notice.fulfils["fields"])
                log.desk.execute(Order(ticket, command, MONDAY_9 + hours(1), "system", Key("outgoing", notice.id, b"")))

        assert [] == [notice for notice in log.told(ticket) if notice.fulfils]


# --- deliveries -------------------------------------------------------------------------------------------------------


def deliveries(log: Log) -> list[tuple[str, str, int]]:
    return log.execute("SELECT notice, state, attempts FROM deliveries ORDER BY notice")


def test_a_notice_waits_to_be_delivered_from_its_instant_on(log: Log):
    ticket = log.ticket(numonix(log), opened(), happened("escalated", MONDAY_9, to="management"))
    log.runner.catch_up()

    assert [(f"{ticket}/2/escalated", "pending", 0)] == deliveries(log)
    assert [(MONDAY_9,)] == log.execute("SELECT next_attempt_at FROM deliveries")


def test_a_notice_that_went_out_stays_delivered_whatever_happens_to_the_read_models(log: Log):
    ticket = log.ticket(numonix(log), opened(), happened("escalated", MONDAY_9, to="management"))
    log.runner.catch_up()
    log.execute("UPDATE deliveries SET state = 'delivered', attempts = 1")

    log.on(ticket, happened("commented", MONDAY_9))
    log.runner.catch_up()
    log.runner.rebuild()

    assert [(f"{ticket}/2/escalated", "delivered", 1)] == deliveries(log)


def test_a_rebuild_has_notices_wait_that_nobody_had_queued(log: Log):
    ticket = log.ticket(numonix(log), opened(), happened("escalated", MONDAY_9, to="management"))

    log.runner.rebuild()

    assert [(f"{ticket}/2/escalated", "pending", 0)] == deliveries(log)
