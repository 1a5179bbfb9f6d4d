"""What the timekeeper has to do, and when."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from domain.desk.orders import Key, Order
from domain.ticket.commands import Reopen
from projections.deadlines import TIMEKEEPER, Deadline, Kind, command_key
from tests.projections.log import MONDAY_9, Log, happened, hours, opened

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
DALLAS = ZoneInfo("America/Chicago")


def gold(log: Log) -> UUID:
    log.publish("imagicle-care")
    return log.contract("imagicle-care", plan="gold", region="europe")


def numonix(log: Log) -> UUID:
    log.publish("numonix-ixcloud")
    return log.contract("numonix-ixcloud", plan="saas")


def of(kind: Kind, deadlines: list[Deadline], clock: str = "") -> list[tuple[str, datetime]]:
    return [(one.name, one.at) for one in deadlines if one.kind == kind and clock in ("", one.clock)]


@pytest.mark.clause("imagicle-care:escalation-matrix")
def test_a_ticket_has_every_rung_ahead_of_it(log: Log):
    """Opened on Monday at 09:00; a business day has nine hours."""
    ticket = log.ticket(gold(log), opened(severity=1))

    rungs = of("rung", log.due(ticket))

    assert [
        ("team-leader", MONDAY_9 + hours(2)),
        ("support-manager", MONDAY_9 + hours(8)),
        ("co-ceo-and-cto", MONDAY_9 + DAY + hours(7)),
    ] == rungs


def test_a_deadline_says_what_is_to_be_done_under_which_clause(log: Log):
    ticket = log.ticket(gold(log), opened(severity=1), happened("commented", MONDAY_9))

    first = next(one for one in log.due(ticket) if one.kind == "rung")

    assert (
        Deadline(
            ticket=ticket,
            version=2,
            kind="rung",
            clock="escalation",
            cycle=1,
            name="team-leader",
            does="escalate",
            clause="imagicle-care:escalation-matrix",
            at=MONDAY_9 + hours(2),
            command_key=f"timekeeper/{ticket}/rung/escalation/1/team-leader",
            customer="acme",
            agreement="imagicle-care",
        )
        == first
    )


def test_a_ticket_is_warned_of_and_then_breached(log: Log):
    """An answer within an hour; the hour itself is in time."""
    ticket = log.ticket(numonix(log), opened())

    due = log.due(ticket)

    assert [("50", 30), ("75", 45), ("90", 54)] == [
        (name, (at - MONDAY_9).seconds // 60) for name, at in of("warning", due, "response")
    ]
    assert [("", MONDAY_9 + hours(1) + SECOND)] == of("breach", due, "response")


def test_what_the_timekeeper_did_is_not_asked_for_again(log: Log):
    ticket = log.ticket(gold(log), opened(severity=1))
    done = log.due(ticket)[0]

    log.on(ticket, happened("notified", done.at), command=done.command_key, origin=TIMEKEEPER)

    assert done.command_key not in [one.command_key for one in log.due(ticket)]


def test_a_deadline_is_not_done_by_somebody_who_takes_its_key(log: Log):
    ticket = log.ticket(gold(log), opened(severity=1))
    due = log.due(ticket)[0]

    log.on(ticket, happened("commented", MONDAY_9), command=due.command_key, origin="key:customer")

    assert due.command_key in [one.command_key for one in log.due(ticket)]


def test_a_command_that_recorded_nothing_is_not_asked_for_again(log: Log):
    ticket = log.ticket(numonix(log), opened())
    log.runner.catch_up()
    done, *rest = log.deadlines.due(MONDAY_9 + DAY)

    key = Key(TIMEKEEPER, done.command_key, b"")
    log.desk.execute(Order(ticket, Reopen(), done.at, "system", key))

    assert rest == log.deadlines.due(MONDAY_9 + DAY)
    assert rest[0].at == log.deadlines.next_at()


def test_a_deadline_is_due_from_its_instant_on_the_earliest_first(log: Log):
    contract = numonix(log)
    later, sooner = log.ticket(contract, opened(MONDAY_9 + hours(1))), log.ticket(contract, opened())
    log.runner.catch_up()

    assert MONDAY_9 + hours(0.5) == log.deadlines.next_at()
    assert [] == log.deadlines.due(MONDAY_9 + hours(0.5) - SECOND)
    assert [sooner] == [one.ticket for one in log.deadlines.due(MONDAY_9 + hours(0.5))]
    assert [sooner, sooner, sooner, sooner, later] == [
        one.ticket for one in log.deadlines.due(MONDAY_9 + hours(1.5), 5)
    ]


def test_nothing_is_due_where_there_are_no_tickets(log: Log):
    assert log.deadlines.next_at() is None


@pytest.mark.clause("imagicle-care:escalation-waits")
def test_a_wait_shifts_the_rungs_that_are_still_ahead(log: Log):
    ticket = log.ticket(gold(log), opened(severity=1), happened("waiting", MONDAY_9 + hours(1), on="customer"))

    assert [] == of("rung", log.due(ticket))

    log.on(ticket, happened("wait_ended", MONDAY_9 + hours(3), on="customer"))

    assert ("team-leader", MONDAY_9 + hours(4)) == of("rung", log.due(ticket))[0]


def test_a_rung_that_was_reached_is_climbed_though_the_severity_has_changed_since(log: Log):
    ticket = log.ticket(gold(log), opened(severity=1), happened("severity_changed", MONDAY_9 + hours(3), severity=4))

    assert ("team-leader", MONDAY_9 + hours(2)) in of("rung", log.due(ticket))


def test_a_clock_that_has_stopped_warns_nobody_but_its_breach_is_told(log: Log):
    ticket = log.ticket(numonix(log), opened(), happened("responded", MONDAY_9 + hours(2)))

    due = log.due(ticket)

    assert [] == of("warning", due, "response")
    assert [("", MONDAY_9 + hours(1))] == of("breach", due, "response")


def test_nobody_is_warned_of_a_breach_that_has_come(log: Log):
    ticket = log.ticket(numonix(log), opened(), happened("commented", MONDAY_9 + hours(2)))

    assert [] == of("warning", log.due(ticket), "response")


def test_a_breach_that_is_excused_is_not_told(log: Log):
    ticket = log.ticket(numonix(log), opened(), happened("ruled", MONDAY_9, excuse="response", why="the line is down"))

    assert [] == of("breach", log.due(ticket), "response")


@pytest.mark.parametrize("end", ["resolved", "closed", "withdrawn"])
def test_a_ticket_that_is_not_open_has_no_deadlines(log: Log, end: str):
    ticket = log.ticket(gold(log), opened(severity=1), happened(end, MONDAY_9 + hours(9)))

    assert [] == log.due(ticket)


@pytest.mark.clause("eschat:3")
def test_a_severe_ticket_gets_a_senior_technician_after_120_hours(log: Log):
    log.publish("eschat")
    ticket = log.ticket(log.contract("eschat", plan="cloud-hosted"), opened(severity=1, channel="phone"))

    (rung,) = [one for one in log.due(ticket) if one.kind == "rung"]

    assert ("remedial", "assign", "senior-technician") == (rung.clock, rung.does, rung.name)
    assert MONDAY_9 + hours(120) == rung.at


def test_a_clock_that_follows_another_ones_allowance_has_its_deadlines_from_the_beginning(log: Log):
    log.publish("eschat")
    readings = {"eschat:resolution-time/start": "response-time-over"}
    contract = log.contract("eschat", plan="cloud-hosted", readings=readings)
    ticket = log.ticket(contract, opened(severity=1, channel="phone"))

    ((_, at),) = of("breach", log.due(ticket), "resolution")

    assert at > MONDAY_9 + hours(1)
    assert "pending" == log.clock(ticket, "resolution").state


def test_what_an_import_says_was_to_be_done_is_history(log: Log):
    ticket = log.ticket(
        gold(log), opened(severity=1), happened("commented", MONDAY_9 + hours(3)), origin="import cases.jsonl"
    )

    rungs = of("rung", log.due(ticket))

    assert ["support-manager", "co-ceo-and-cto"] == [name for name, _ in rungs]


# --- closing ----------------------------------------------------------------------------------------------------------

WEEK_LATER = MONDAY_9 + timedelta(days=7, hours=7)
"""Monday 11 March, 10:00 in Dallas."""


def xmpro(log: Log, **readings: str) -> UUID:
    log.publish("xmpro")
    return log.contract("xmpro", plan="subscription", readings={f"xmpro:{name}": one for name, one in readings.items()})


def noticed(log: Log, contract: UUID) -> UUID:
    return log.ticket(
        contract,
        opened(channel="web"),
        happened("waiting", MONDAY_9, on="customer"),
        happened("closure_notice", WEEK_LATER),
    )


@pytest.mark.clause("xmpro:6-no-feedback")
def test_a_closing_is_proposed_two_working_days_after_its_notice(log: Log):
    ticket = noticed(log, xmpro(log))

    (closing,) = [one for one in log.due(ticket) if one.kind == "closing"]

    assert ("xmpro:6-no-feedback", "notify", 3) == (closing.clause, closing.does, closing.cycle)
    assert (13, 17) == (closing.at.day, closing.at.astimezone(DALLAS).hour)


@pytest.mark.clause("xmpro:6-no-feedback")
def test_a_customer_who_answered_after_the_notice_of_closing_is_left_in_peace(log: Log):
    ticket = noticed(log, xmpro(log))

    log.on(ticket, happened("wait_ended", WEEK_LATER + hours(1), on="customer"))

    assert [] == of("closing", log.due(ticket))


@pytest.mark.clause("xmpro:6-no-feedback")
def test_a_ticket_that_was_closed_after_the_notice_is_not_proposed_for_closing(log: Log):
    ticket = noticed(log, xmpro(log))

    log.on(ticket, happened("closed", WEEK_LATER + DAY))

    assert [] == of("closing", log.due(ticket))


def test_no_closing_is_proposed_where_it_may_follow_the_notice_at_once(log: Log):
    ticket = noticed(log, xmpro(log, **{"6-no-feedback/within": "at-once"}))

    assert [] == of("closing", log.due(ticket))


def test_each_deadline_has_a_key_of_its_own():
    ticket = uuid4()

    assert command_key(ticket, "rung", "escalation", 1, "lead") != command_key(ticket, "rung", "escalation", 2, "lead")
    assert f"timekeeper/{ticket}/rung/escalation/1/lead" == command_key(ticket, "rung", "escalation", 1, "lead")
