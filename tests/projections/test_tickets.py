"""One row a ticket, and the lists that are made of them."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.contract.events import Paid, Unpaid
from projections.tickets import Newest, TicketRow, Urgent, Wanted
from tests.projections.log import MONDAY_9, Log, happened, hours, opened


def numonix(log: Log, **facts: str) -> UUID:
    """A contract under numonix-ixcloud, whose severity 1 is answered in an hour at any hour."""
    log.publish("numonix-ixcloud")
    return log.contract("numonix-ixcloud", plan="saas", **facts)


def test_a_ticket_has_one_row_with_what_is_asked_for_most(log: Log):
    log.publish("imagicle-care")
    contract = log.contract("imagicle-care", plan="gold", region="europe")
    ticket = log.ticket(
        contract,
        opened(severity=2, category="outage", product="pbx", channel="web"),
        happened("assigned", MONDAY_9 + hours(1), to="first line"),
        happened("waiting", MONDAY_9 + hours(1), on="customer"),
        case="INC-7",
    )

    row = log.row(ticket)

    assert (
        TicketRow(
            ticket=ticket,
            customer="acme",
            contract=contract,
            agreement="imagicle-care",
            agreement_version="4.1",
            plan="gold",
            plan_class=0,
            region="europe",
            severity=2,
            status="waiting",
            category="outage",
            product="pbx",
            channel="web",
            assignee="first line",
            tier=row.tier,
            waits=["customer"],
            opened_at=MONDAY_9,
            last_event_at=MONDAY_9 + hours(1),
            recorded_at=MONDAY_9 + hours(1),
            version=3,
            position=row.position,
            case_name="INC-7",
            next_due_at=MONDAY_9 + hours(2),
            next_breach_at=MONDAY_9 + hours(2),
            late_from=MONDAY_9 + hours(2),
            breached=False,
            refused=False,
            irregularities=0,
            zone="Europe/Rome",
            closed_at=None,
            escalated_at=None,
            breached_at=None,
            overdue_from=MONDAY_9 + hours(2),
            next_clock="response",
            next_calendar=row.next_calendar,
            next_counts_from=MONDAY_9 + hours(1),
            next_waits=[],
            next_rung_at=None,
            next_rung_role=None,
            at_risk_from=MONDAY_9 + hours(1),
            unnoticed_since=None,
        )
        == row
    )


def test_a_ticket_that_nobody_has_any_more_has_no_assignee(log: Log):
    ticket = log.ticket(
        numonix(log),
        opened(),
        happened("assigned", MONDAY_9, to="Ada"),
        happened("unassigned", MONDAY_9 + hours(1), to="Ada"),
    )

    assert log.row(ticket).assignee is None


def test_a_ticket_that_was_never_opened_shows_its_refusal(log: Log):
    ticket = log.ticket(numonix(log), happened("refused", MONDAY_9, command="open", clause="numonix-ixcloud:1"))

    row = log.row(ticket)

    assert (True, "declined", None, MONDAY_9) == (row.refused, row.status, row.severity, row.opened_at)


def test_a_ticket_under_unpaid_fees_waits_for_them_until_they_are_paid(log: Log):
    log.publish("imagicle-care")
    contract = log.contract("imagicle-care", plan="gold", region="europe")
    ticket = log.ticket(contract, opened())

    log.on_contract(contract, Unpaid(effective_at=MONDAY_9 + hours(1)))

    assert ("waiting", ["fees"]) == (log.row(ticket).status, log.row(ticket).waits)

    log.on_contract(contract, Paid(effective_at=MONDAY_9 + hours(2)))

    assert ("open", []) == (log.row(ticket).status, log.row(ticket).waits)


def test_a_wait_that_was_struck_is_not_in_force(log: Log):
    ticket = log.ticket(
        numonix(log),
        opened(),
        happened("waiting", MONDAY_9 + hours(1), on="customer"),
        happened("ruled", MONDAY_9 + hours(2), strike_wait=2, why="nobody was asked"),
    )

    assert [] == log.row(ticket).waits


def test_a_ticket_is_breached_from_the_first_second_that_is_late(log: Log):
    """An answer within an hour: one after exactly an hour is in time."""
    row = log.row(log.ticket(numonix(log), opened()))

    assert (False, MONDAY_9 + hours(1)) == (row.breached, row.next_breach_at)
    assert not row.is_breached(MONDAY_9 + hours(1))
    assert row.is_breached(MONDAY_9 + hours(1) + timedelta(seconds=1))


def test_a_ticket_whose_clock_goes_on_after_a_breach_is_the_more_urgent_for_it(log: Log):
    ticket = log.ticket(numonix(log), opened(), happened("commented", MONDAY_9 + hours(2)))

    row = log.row(ticket)

    assert (True, MONDAY_9 + hours(1)) == (row.breached, row.next_breach_at)


def test_a_ticket_whose_breach_is_excused_is_not_breached(log: Log):
    ticket = log.ticket(
        numonix(log),
        opened(),
        happened("commented", MONDAY_9 + hours(2)),
        happened("ruled", MONDAY_9 + hours(3), excuse="response", why="the line was down"),
    )

    assert not log.row(ticket).breached


def test_a_ticket_says_nothing_about_people(log: Log):
    ticket = log.ticket(
        numonix(log),
        opened(fields={"name": "Ada Lovelace", "phone": "+44 20"}),
        happened("commented", MONDAY_9, text="Ada Lovelace called"),
        happened("complained", MONDAY_9, reason="Ada Lovelace is angry", impact="much"),
        happened("escalated", MONDAY_9, to="service-manager", counterpart="Ada Lovelace"),
    )

    log.row(ticket)

    assert "Ada" not in str(log.everything())


# --- lists ------------------------------------------------------------------------------------------------------------

NOW = MONDAY_9 + timedelta(days=30)


def ids(rows: list[TicketRow]) -> list[UUID]:
    return [row.ticket for row in rows]


def test_tickets_are_listed_page_by_page_the_newest_first(log: Log):
    contract = numonix(log)
    tickets = [log.ticket(contract, opened(MONDAY_9 + hours(number // 2))) for number in range(5)]
    log.runner.catch_up()

    first = log.tickets.newest(NOW, limit=3)
    last = log.tickets.newest(NOW, after=Newest(first[-1].opened_at, first[-1].ticket), limit=3)

    assert sorted(tickets, key=lambda one: (tickets.index(one) // 2, one), reverse=True) == ids(first) + ids(last)


def test_a_ticket_of_another_customer_is_not_there(log: Log):
    contract = numonix(log)
    ticket = log.ticket(contract, opened())
    log.runner.catch_up()

    assert [ticket] == ids(log.tickets.newest(NOW, customer="acme"))
    assert [] == log.tickets.newest(NOW, customer="other")
    assert [] == log.tickets.queue(NOW, customer="other")
    assert [] == log.tickets.newest(NOW, Wanted(customer="acme"), customer="other")
    assert log.tickets.ticket(ticket, "acme") is not None
    assert log.tickets.ticket(ticket, "other") is None


def test_a_ticket_that_nobody_knows_is_not_there(log: Log):
    assert log.tickets.ticket(uuid4()) is None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(severity=2), True),
        (Wanted(severity=1), False),
        (Wanted(agreement="numonix-ixcloud", plan="saas"), True),
        (Wanted(agreement="imagicle-care"), False),
        (Wanted(plan="gold"), False),
        (Wanted(status=("open", "waiting")), True),
        (Wanted(status=("closed",)), False),
        (Wanted(status=()), False),
        (Wanted(waiting_on="customer"), True),
        (Wanted(waiting_on="access"), False),
        (Wanted(assignee="Ada"), True),
        (Wanted(assignee="Bob"), False),
        (Wanted(breached=True), True),
        (Wanted(breached=False), False),
        (Wanted(customer="acme"), True),
        (Wanted(customer="other"), False),
        (Wanted(contract=uuid4()), False),
        (Wanted(opened_from=MONDAY_9, opened_to=MONDAY_9 + hours(1)), True),
        (Wanted(opened_from=MONDAY_9 + hours(1)), False),
        (Wanted(opened_to=MONDAY_9), False),
    ],
)
def test_a_ticket_is_found_by_what_it_is(log: Log, wanted: Wanted, found: bool):
    ticket = log.ticket(
        numonix(log),
        opened(severity=2),
        happened("assigned", MONDAY_9, to="Ada"),
        happened("waiting", MONDAY_9, on="customer"),
    )
    log.runner.catch_up()

    assert ([ticket] if found else []) == ids(log.tickets.newest(NOW, wanted))


def test_an_open_ticket_is_breached_as_time_goes_by_without_any_event(log: Log):
    ticket = log.ticket(numonix(log), opened())
    log.runner.catch_up()

    assert [] == ids(log.tickets.newest(MONDAY_9 + hours(1), Wanted(breached=True)))
    assert [ticket] == ids(log.tickets.newest(MONDAY_9 + hours(1.1), Wanted(breached=True)))


@pytest.mark.clause("imagicle-care:priority-order")
def test_a_ticket_on_gold_or_platinum_is_served_before_one_on_basic(log: Log):
    log.publish("imagicle-care")
    basic, gold, platinum = (
        log.contract("imagicle-care", plan=plan, region="europe") for plan in ("basic", "gold", "platinum")
    )
    urgent_on_basic = log.ticket(basic, opened(severity=1))
    later_on_gold = log.ticket(gold, opened(severity=3))
    sooner_on_platinum = log.ticket(platinum, opened(severity=1))
    log.runner.catch_up()

    assert [sooner_on_platinum, later_on_gold, urgent_on_basic] == ids(log.tickets.queue(MONDAY_9))


def test_the_queue_goes_by_the_time_to_the_next_breach_and_ends_with_tickets_that_have_none(log: Log):
    contract = numonix(log)
    log.ticket(contract, opened(), happened("closed", MONDAY_9))
    without = [log.ticket(contract, opened(severity=4)) for _ in range(2)]
    later, sooner = log.ticket(contract, opened(severity=2)), log.ticket(contract, opened(severity=1))
    log.runner.catch_up()

    queue = log.tickets.queue(MONDAY_9)

    assert [sooner, later, *sorted(without)] == ids(queue)
    for number, row in enumerate(queue, start=1):
        after = Urgent(row.plan_class, row.next_breach_at, row.ticket)
        assert queue[number:] == log.tickets.queue(MONDAY_9, after=after)
