from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.sql import SQL, Identifier

from api.timekeeper import REST, command_for
from domain.ticket.commands import (
    Assign,
    Close,
    EndWait,
    Escalate,
    GiveClosureNotice,
    LogCorrectly,
    Notify,
    RaiseAlarm,
    Resolve,
    Respond,
    Unassign,
    Wait,
)
from domain.ticket.events import Assigned, Escalated, Notified
from projections.deadlines import Deadline
from tests.desk.given import MONDAY, hour
from tests.library import library
from tests.timekeeper.house import House

GOLD = {"plan": "gold", "region": "europe"}
DAY = 24
LOGGED = dict.fromkeys(
    (
        "name",
        "company",
        "project",
        "site",
        "contact",
        "phone",
        "environment",
        "recent_changes",
        "description",
        "urgency",
    ),
    "told",
)


def opened(house: House, agreement: str, facts: dict[str, Any], by: str = "administrator", **fields: Any) -> UUID:
    return house.clerk.opened(house.clerk.contract(agreement, **facts), by=by, **{"severity": 1, **fields})  # type: ignore[arg-type]


@pytest.fixture
def gold(house: House) -> UUID:
    """A P1 of a gold customer in Europe, opened on Monday at 10:00 in Rome."""
    return opened(house, "imagicle-care", GOLD)


def escalations(house: House, ticket: UUID) -> list[tuple[Any, str | None]]:
    return [(at, event.to) for at, event in house.done(ticket) if isinstance(event, Escalated)]


def told(house: House, ticket: UUID) -> list[tuple[Any, str | None, str | None]]:
    return [(at, event.milestone, event.to) for at, event in house.done(ticket) if isinstance(event, Notified)]


# --- what time brings -----------------------------------------------------------------------------------------------------


def test_a_gold_p1_that_nobody_answers_climbs_its_ladder(house, gold):
    house.passes(hour(7 * DAY))

    assert [
        (hour(2), "team-leader"),
        (hour(8), "support-manager"),
        (hour(31), "co-ceo-and-cto"),  # 16 hours at nine a day
    ] == escalations(house, gold)


def test_those_who_work_are_warned_and_the_service_manager_hears_of_the_breach(house, gold):
    house.passes(hour(DAY))

    assert [
        (hour(0.5), "response 50 % used", "agent"),
        (hour(0.75), "response 75 % used", "agent"),
        (hour(0.9), "response 90 % used", "agent"),
        (hour(1), "response breached", "service-manager"),
    ] == [one for one in told(house, gold) if str(one[1]).startswith("response")]


def test_a_ticket_answered_in_time_is_warned_of_no_longer(house, gold):
    house.passes(hour(0.6))
    house.clerk.does(gold, Respond(), hour(0.6))

    house.passes(hour(1.9))

    assert [(hour(0.5), "response 50 % used", "agent")] == [
        one for one in told(house, gold) if str(one[1]).startswith("response")
    ]


def test_a_wait_on_the_customer_puts_the_ladder_off(house, gold):
    house.passes(hour(0.5))
    house.clerk.does(gold, Wait(on="customer"), hour(0.5))
    house.passes(hour(24.5))
    house.clerk.does(gold, EndWait(on="customer"), hour(24.5))

    house.passes(hour(30))

    assert [(hour(26), "team-leader")] == escalations(house, gold)


@pytest.mark.parametrize(
    ("agreement", "facts", "fields"),
    [
        ("imagicle-care", GOLD, {}),
        ("imagicle-care", GOLD, {"severity": 3}),
        ("imagicle-care", {"plan": "platinum", "region": "americas"}, {"severity": 2}),
        ("imagicle-care", {"plan": "basic", "region": "uae"}, {"severity": 2}),
        ("eschat", {"plan": "cloud-hosted"}, {"channel": "phone"}),
        ("xmpro", {"plan": "subscription"}, {"fields": LOGGED}),
    ],
)
def test_every_role_hears_once_at_the_instant_that_the_judgement_names(house, agreement, facts, fields):
    ticket = opened(house, agreement, facts, **fields)
    if agreement == "xmpro":
        house.clerk.does(ticket, LogCorrectly(), MONDAY)

    house.passes(hour(30 * DAY))

    climbed = [
        (at, event.role if isinstance(event, Assigned) else event.to)
        for at, event in house.done(ticket)
        if not isinstance(event, Notified)
    ]
    assert house.rungs(ticket, hour(30 * DAY)) == sorted(climbed)
    assert climbed


@pytest.mark.parametrize(
    ("agreement", "facts", "by"),
    [
        ("numonix-ixcloud", {"plan": "saas"}, "technical-contact"),
        ("xima-care", {"plan": "premium", "region": "emea"}, "customer"),
    ],
)
def test_an_agreement_without_a_ladder_has_its_breaches_told(house, agreement, facts, by):
    ticket = opened(house, agreement, facts, by, channel="phone")

    house.passes(hour(7 * DAY))

    assert [] == house.rungs(ticket, hour(7 * DAY))
    assert (hour(1) + timedelta(seconds=1), "response breached", "service-manager") in told(house, ticket)


@pytest.mark.clause("eschat:3")
def test_after_120_hours_a_senior_technician_is_put_on_the_ticket(house):
    ticket = opened(house, "eschat", {"plan": "cloud-hosted"}, channel="phone")

    house.passes(hour(119))
    before = [event for _, event in house.done(ticket) if isinstance(event, Assigned)]
    house.passes(hour(121))

    assert [] == before
    assert [(hour(120), "senior-technician")] == [
        (at, event.role) for at, event in house.done(ticket) if isinstance(event, Assigned)
    ]


@pytest.mark.clause("xmpro:6-no-feedback")
def test_the_closing_is_proposed_two_business_days_after_the_notice(house):
    ticket = opened(house, "xmpro", {"plan": "subscription"}, fields=LOGGED)
    house.clerk.does(ticket, LogCorrectly(), MONDAY)
    house.clerk.does(ticket, Wait(on="customer"), hour(1))
    house.clerk.does(ticket, GiveClosureNotice(), hour(8 * DAY))

    house.passes(hour(20 * DAY))

    thursday_5_pm_in_dallas = hour(10 * DAY + 13)
    assert (thursday_5_pm_in_dallas, "closing proposed", "service-manager") == told(house, ticket)[-1]


def test_the_closing_is_not_proposed_once_the_customer_answers(house):
    ticket = opened(house, "xmpro", {"plan": "subscription"}, fields=LOGGED)
    house.clerk.does(ticket, LogCorrectly(), MONDAY)
    house.clerk.does(ticket, Wait(on="customer"), hour(1))
    house.clerk.does(ticket, GiveClosureNotice(), hour(8 * DAY))
    house.clerk.does(ticket, EndWait(on="customer"), hour(9 * DAY))

    house.passes(hour(20 * DAY))

    assert "closing proposed" not in [milestone for _, milestone, _ in told(house, ticket)]


def test_nothing_more_comes_of_a_closed_ticket(house, gold):
    house.clerk.does(gold, Respond(), hour(0.1))
    house.clerk.does(gold, Resolve(), hour(0.2))
    house.clerk.does(gold, Close(), hour(0.3))

    assert [] == house.passes(hour(30 * DAY))
    assert house.timekeeper().next_at() is None


def test_what_the_timekeeper_does_is_an_act_of_the_system(house, gold):
    house.passes(hour(3))

    (envelope,) = (one for one in house.desk.ticket(gold).envelopes if one.event.event == "escalated")
    assert ("system", "timekeeper", f"timekeeper/{gold}/rung/escalation/1/team-leader") == (
        envelope.by,
        envelope.origin,
        envelope.command,
    )


def test_time_goes_on_for_a_customer_who_was_forgotten(house, gold):
    house.keys.forget("acme")

    house.passes(hour(3))

    assert [(hour(2), "team-leader")] == escalations(house, gold)


# --- once, whoever does it ------------------------------------------------------------------------------------------------


def test_a_timekeeper_that_was_stopped_goes_on_where_it_was(house, gold):
    first, second = house.timekeeper(), house.timekeeper()
    list(first.run_until(hour(0.8)))
    next(second.run_until(hour(30 * DAY)))
    list(house.timekeeper().run_until(hour(30 * DAY)))

    assert house.rungs(gold, hour(30 * DAY)) == escalations(house, gold)
    assert {1} == set(Counter(command for command in commands(house, gold)).values())


def test_a_second_run_over_the_same_time_does_nothing(house, gold):
    house.passes(hour(30 * DAY))

    assert [] == house.passes(hour(30 * DAY))


def test_of_two_timekeepers_at_once_one_is_heard(house):
    tickets = [opened(house, "imagicle-care", GOLD) for _ in range(3)]

    with ThreadPoolExecutor() as both:
        list(both.map(lambda _: house.passes(hour(9)), range(2)))

    for ticket in tickets:
        assert [(hour(2), "team-leader"), (hour(8), "support-manager")] == escalations(house, ticket)
        assert {1} == set(Counter(commands(house, ticket)).values())


def commands(house: House, ticket: UUID) -> list[str]:
    return [one.command for one in house.desk.ticket(ticket).envelopes if one.command.startswith("timekeeper/")]


# --- what comes to nothing ------------------------------------------------------------------------------------------------


def test_a_deadline_that_something_has_overtaken_does_nothing(house, gold):
    house.runner.catch_up()
    house.clerk.does(gold, Resolve(), hour(1.5))  # the read model does not know of it yet

    deeds = house.timekeeper().act(hour(3))

    assert ["overtaken"] == [deed.outcome for deed in deeds]
    assert ["opened", "resolved"] == house.clerk.history(gold)


def test_what_was_overtaken_comes_again_if_it_is_still_to_be_done(house, gold):
    keeper = house.timekeeper()
    house.runner.catch_up()
    house.clerk.does(gold, Assign(to="ada"), hour(0.1))
    keeper.act(hour(0.26))

    house.runner.catch_up()

    assert ["recorded"] == [deed.outcome for deed in keeper.act(hour(0.26))]


def test_a_rung_that_somebody_climbed_by_hand_is_climbed_once(house, gold):
    house.passes(hour(1.9))
    house.clerk.does(gold, Escalate(to="team-leader", cause="ladder"), hour(1.9))

    deeds = house.passes(hour(7))

    assert ["nothing new"] == [deed.outcome for deed in deeds]
    assert [] == house.passes(hour(7))
    assert 1 == house.clerk.history(gold).count("escalated")


def test_a_rung_that_the_agreement_forbids_is_refused_on_record_once(house):
    document = library().agreements["eschat"]
    rule = {
        "clause": "eschat:3",
        "event": "assigned",
        "says": "Only people assign.",
        "where": {"is": {"role": "senior-technician"}},
        "needs": {"not_by": "system"},
    }
    stricter = {**document, "version": "stricter", "valid_from": "2024-01-01", "rule": [*document["rule"], rule]}
    house.desk.publish_agreement(house.clerk.order(uuid4(), stricter, hour(-30)))
    ticket = opened(house, "eschat", {"plan": "cloud-hosted"}, channel="phone")

    deeds = house.passes(hour(121))

    assert "refused" == deeds[-1].outcome
    assert deeds[-1].says.startswith("Only people assign")
    assert [] == house.passes(hour(500))
    assert 1 == house.clerk.history(ticket).count("refused")


def test_a_ticket_that_cannot_be_read_stands_in_nobodys_way(house):
    damaged, whole = (opened(house, "imagicle-care", GOLD) for _ in range(2))
    house.runner.catch_up()
    with house.pool.connection() as connection:
        connection.execute(
            SQL("UPDATE {} SET state = 'nothing' WHERE originator_id = %s").format(Identifier(house.schema, "events")),
            (damaged,),
        )
    keeper = house.timekeeper()

    deeds = {deed.deadline.ticket: deed.outcome for deed in keeper.act(hour(0.3))}
    house.runner.catch_up()
    at_once = keeper.act(hour(0.3))
    much_later = {deed.deadline.ticket: deed.outcome for deed in keeper.act(hour(0.3) + REST)}

    assert {damaged: "left", whole: "recorded"} == deeds
    assert [] == at_once
    assert {damaged: "left", whole: "recorded"} == much_later


# --- while the program runs -----------------------------------------------------------------------------------------------


def test_the_next_deadline_is_known_ahead(house, gold):
    house.runner.catch_up()

    assert hour(0.25) == house.timekeeper().next_at()


def test_a_running_timekeeper_deals_with_what_became_due_meanwhile_and_stops_when_told(house, gold):
    stop = Event()
    threads = [
        Thread(target=house.runner.follow, args=(stop,)),
        Thread(target=house.timekeeper(now=lambda: hour(2.5)).run, args=(stop,)),
    ]
    for thread in threads:
        thread.start()
    try:
        wait_until(lambda: "timekeeper" in {deed_of(one) for one in house.desk.ticket(gold).envelopes}, house, gold)
    finally:
        stop.set()
        for thread in threads:
            thread.join()

    assert [(hour(2.5), "team-leader")] == escalations(house, gold)


def deed_of(envelope: Any) -> str:
    return envelope.origin if envelope.event.event == "escalated" else ""


def wait_until(condition: Any, house: House, ticket: UUID) -> None:
    """By the positions of the log: the condition is looked at whenever there is a new one."""
    position = 0
    while not condition():
        position += 1
        assert house.runner.wait_for(position, timeout_seconds=60)


# --- what is done about it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name", "does", "command"),
    [
        ("rung", "team-leader", "escalate", Escalate(to="team-leader", cause="ladder")),
        ("rung", "senior-technician", "assign", Assign(role="senior-technician")),
        ("rung", "on-call-technician", "alarm", RaiseAlarm(to="on-call-technician")),
        ("rung", "management", "notify", Notify(milestone="response ladder", to="management")),
        ("warning", "75", "notify", Notify(milestone="response 75 % used", to="agent")),
        ("breach", "", "notify", Notify(milestone="response breached", to="service-manager")),
        ("closing", "", "notify", Notify(milestone="closing proposed", to="service-manager")),
    ],
)
def test_a_deadline_asks_for_an_ordinary_command(kind, name, does, command):
    deadline = Deadline(uuid4(), 1, kind, "response", 1, name, does, "", MONDAY, "key")

    assert command == command_for(deadline)


def test_a_senior_technician_who_leaves_is_not_put_back_by_the_same_rung(house):
    ticket = opened(house, "eschat", {"plan": "cloud-hosted"}, channel="phone")
    house.passes(hour(121))
    house.clerk.does(ticket, Assign(to="bea", role="senior-technician"), hour(122))
    house.clerk.does(ticket, Unassign(to="bea", role="senior-technician"), hour(123))

    assert [] == house.passes(hour(500))
