import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Barrier, Event, Thread
from uuid import UUID

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from api.outgoing.deliverer import LEASE, PATIENCE, WAYLESS_REST, Deliverer, Patience
from api.outgoing.mail import Mail, Server
from api.outgoing.outbox import DeadLetter, Outbox
from api.outgoing.settings import Channels
from api.outgoing.webhook import Webhook
from domain.ticket.commands import Escalate, LogCorrectly, Notify, Resolve
from domain.ticket.events import Notified
from tests.desk.given import MONDAY, hour
from tests.outgoing.postbox import Postbox, postbox
from tests.outgoing.receiver import SECRET, Receiver, Told, is_signed, receiver
from tests.timekeeper.house import House

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
MINUTE = timedelta(minutes=1)


@dataclass
class Clock:
    at: datetime = field(default_factory=lambda: hour(1))

    def __call__(self) -> datetime:
        return self.at

    def goes_on(self, by: timedelta) -> None:
        self.at += by


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def there():
    with receiver() as mine:
        yield mine


@pytest.fixture
def by_webhook(there):
    with Webhook(there.url, SECRET) as webhook:
        yield Channels(webhook)


@pytest.fixture
def box():
    with postbox() as mine:
        yield mine


@pytest.fixture
def by_mail(box):
    to = {"customer": "it@acme.example"}
    return Channels(mail=Mail(Server("127.0.0.1", box.port), "desk@desk.example", to))


@pytest.fixture
def logged(house):
    """An xmpro ticket correctly logged, of which the customer is to hear the reference (xmpro:5-milestones)."""
    contract = house.clerk.contract("xmpro", plan="subscription")
    ticket = house.clerk.opened(contract, fields=LOGGED)
    house.clerk.does(ticket, LogCorrectly(), MONDAY)
    house.runner.catch_up()
    return ticket


def outbox(house: House) -> Outbox:
    return Outbox(house.pool, house.schema)


def deliverer(house: House, channels: Channels, now: Clock, patience: Patience = PATIENCE) -> Deliverer:
    return Deliverer(outbox(house), channels, house.desk, now, patience)


def told(there: Receiver) -> list[str]:
    return [json.loads(one.body)["data"]["milestone"] for one in there.told]


def mailed(box: Postbox) -> list[str]:
    return [letter["Subject"].rpartition(": ")[2] for letter in box.letters]


def milestones(house: House, ticket: UUID) -> list[str | None]:
    return [one.event.milestone for one in house.desk.ticket(ticket).history if isinstance(one.event, Notified)]


# --- out, and on record ---------------------------------------------------------------------------------------------------


def test_a_notice_goes_out_once(house, logged, by_webhook, there, clock):
    works = deliverer(house, by_webhook, clock)

    assert (1, 0) == (works.deliver_due(), works.deliver_due())
    assert ["logged"] == told(there)
    assert is_signed(there.told[0], SECRET)
    assert {"pending": 0, "delivered": 1, "dead": 0} == outbox(house).counts()


@pytest.mark.clause("xmpro:5-milestones")
def test_once_the_customer_was_told_the_duty_has_ended_on_record(house, logged, by_webhook, clock):
    deliverer(house, by_webhook, clock).deliver_due()

    (*_, last) = house.desk.ticket(logged).envelopes
    assert Notified(
        milestone="logged", to="customer", reference=str(logged), effective_at=clock.at
    ) == last.event.model_copy(update={"channel": None})
    assert ("system", "outgoing", f"{logged}/2/xmpro:5-milestones/logged") == (last.by, last.origin, last.command)

    house.runner.catch_up()
    assert outbox(house).take(hour(100), hour(101)) is None


@pytest.mark.clause("xmpro:5-milestones")
def test_a_resolution_is_mailed_and_on_record_as_an_email(house, logged, by_mail, box, clock):
    house.clerk.does(logged, Resolve(), hour(0.5))
    house.runner.catch_up()

    deliverer(house, by_mail, clock).deliver_due()

    assert ["logged", "resolved"] == mailed(box)
    (_, resolved) = (one.event for one in house.desk.ticket(logged).history if isinstance(one.event, Notified))
    assert ("resolved", "email") == (resolved.milestone, resolved.channel)


def test_what_has_to_be_an_email_waits_for_a_way_and_is_not_put_on_record(
    house, logged, by_webhook, there, by_mail, clock
):
    house.clerk.does(logged, Resolve(), hour(0.5))
    house.runner.catch_up()

    deliverer(house, by_webhook, clock).deliver_due()

    assert ["logged"] == told(there)
    assert ["logged"] == milestones(house, logged)
    assert 1 == outbox(house).counts()["pending"]
    assert [("no way out: no address for e-mail to customer", 1)] == outbox(house).wayless(clock())

    clock.goes_on(WAYLESS_REST)
    deliverer(house, by_mail, clock).deliver_due()
    assert ["logged", "resolved"] == milestones(house, logged)
    assert [] == outbox(house).wayless(clock())


def test_that_a_way_out_is_missing_is_said_once(house, logged, by_webhook, clock, caplog):
    house.clerk.does(logged, Resolve(), hour(0.5))
    house.runner.catch_up()
    works = deliverer(house, by_webhook, clock)

    works.deliver_due()
    clock.goes_on(WAYLESS_REST)
    works.deliver_due()

    assert 1 == caplog.text.count("no address for e-mail to customer")


def test_without_any_way_out_everything_stays_as_it_is(house, logged, clock):
    works = deliverer(house, Channels(), clock)
    works.run(Event())  # comes back at once: there is nothing to do

    assert 0 == works.deliver_due()
    assert {"pending": 1, "delivered": 0, "dead": 0} == outbox(house).counts()
    ((problem, notices),) = outbox(house).wayless(clock() + MINUTE * 11)
    assert (True, 1) == ("nobody sends them" in problem, notices)


def test_a_duty_fulfilled_by_hand_in_time_is_not_told_again(house, logged, by_webhook, there, clock):
    house.clerk.does(logged, Notify(milestone="logged", to="customer", reference="T-7"), hour(0.5))
    house.runner.catch_up()

    assert 0 == deliverer(house, by_webhook, clock).deliver_due()
    assert [] == there.told
    assert 0 == outbox(house).counts()["pending"]


def test_a_customer_who_was_forgotten_still_hears(house, logged, by_webhook, there, clock):
    house.keys.forget("acme")

    deliverer(house, by_webhook, clock).deliver_due()

    assert ["logged"] == told(there)
    assert ["logged"] == milestones(house, logged)


def test_an_escalation_is_told_to_the_role_it_went_to(house, by_webhook, there, clock):
    ticket = house.clerk.opened(house.clerk.contract("imagicle-care", plan="gold", region="europe"), by="administrator")
    house.clerk.does(ticket, Escalate(to="team-leader"), hour(0.5))
    house.runner.catch_up()

    deliverer(house, by_webhook, clock).deliver_due()

    assert [("ticketclock.notice.escalated", "team-leader")] == [
        (event["type"], event["data"]["to"]) for event in (json.loads(one.body) for one in there.told)
    ]


# --- not at once ----------------------------------------------------------------------------------------------------------


def test_a_notice_that_was_not_taken_is_tried_again_with_growing_patience(house, logged, by_webhook, there, clock):
    there.answer = lambda told: 503 if len(there.told) < 4 else 204
    works = deliverer(house, by_webhook, clock, Patience(first=MINUTE, longest=3 * MINUTE))

    tried = []
    for _ in range(9):
        tried.append(works.deliver_due())
        clock.goes_on(MINUTE)

    assert [1, 1, 0, 1, 0, 0, 1, 0, 0] == tried
    assert ["logged"] == milestones(house, logged)
    assert 1 == len({one.headers["webhook-id"] for one in there.told})


@pytest.mark.parametrize(
    ("attempts", "rest"), [(1, MINUTE), (2, 2 * MINUTE), (3, 3 * MINUTE), (4, None), (1_000_000, None)]
)
def test_patience_grows_and_ends(attempts, rest):
    assert rest == Patience(first=MINUTE, longest=3 * MINUTE, attempts=4).rest(attempts)


def test_even_endless_patience_rests_no_longer_than_its_longest():
    assert 3 * MINUTE == Patience(first=MINUTE, longest=3 * MINUTE, attempts=2_000_000).rest(1_000_000)


def test_a_notice_that_nobody_takes_is_given_up_and_can_be_sent_after_all(house, logged, by_webhook, there, clock):
    there.answer = lambda told: 500
    works = deliverer(house, by_webhook, clock, Patience(first=MINUTE, attempts=2))
    works.deliver_due()
    clock.goes_on(MINUTE)
    works.deliver_due()

    (letter,) = outbox(house).dead()
    assert 2 == letter.attempts
    assert letter.last_error.endswith("answered 500")
    assert [] == milestones(house, logged)

    clock.goes_on(1000 * MINUTE)
    assert 0 == works.deliver_due()

    there.answer = lambda told: 204
    assert outbox(house).replay(letter.notice, clock.at)
    assert 1 == works.deliver_due()
    assert ["logged"] == milestones(house, logged)
    assert [] == outbox(house).dead()


def test_only_what_was_given_up_is_replayed(house, logged, clock):
    assert not outbox(house).replay(f"{logged}/2/xmpro:5-milestones/logged", clock.at)
    assert not outbox(house).replay("unknown", clock.at)


def test_a_notice_that_cannot_even_be_written_does_not_hold_up_the_others(house, logged, box, clock):
    bad = Channels(
        mail=Mail(
            Server("127.0.0.1", box.port), "desk@desk.example", {"customer": "it@acme.example\nBcc: all@acme.example"}
        )
    )

    assert 1 == deliverer(house, bad, clock, Patience(attempts=1)).deliver_due()

    (letter,) = outbox(house).dead()
    assert letter.last_error.startswith("it cannot be sent: ValueError")
    assert [] == box.letters


# --- at least once --------------------------------------------------------------------------------------------------------


class PowerCut(BaseException):
    """The program ends in the middle."""


def test_who_dies_after_sending_leaves_it_to_be_sent_again(house, logged, by_webhook, there, clock):
    class Dying(Outbox):
        def delivered(self, notice: str, at: datetime) -> None:
            raise PowerCut

    with suppress(PowerCut):
        Deliverer(Dying(house.pool, house.schema), by_webhook, house.desk, clock).deliver_due()
    in_time = deliverer(house, by_webhook, clock).deliver_due()
    clock.goes_on(LEASE)
    afterwards = deliverer(house, by_webhook, clock).deliver_due()

    assert (0, 1) == (in_time, afterwards)
    assert ["logged", "logged"] == told(there)
    assert 1 == len({one.headers["webhook-id"] for one in there.told})
    assert ["logged"] == milestones(house, logged)  # but on record once


def test_a_database_that_goes_away_after_sending_loses_nothing(house, logged, by_webhook, there, clock):
    class Cut(Outbox):
        def delivered(self, notice: str, at: datetime) -> None:
            raise psycopg.OperationalError("gone")

    with pytest.raises(psycopg.OperationalError):
        Deliverer(Cut(house.pool, house.schema), by_webhook, house.desk, clock).deliver_due()
    clock.goes_on(LEASE)
    deliverer(house, by_webhook, clock).deliver_due()

    assert {"pending": 0, "delivered": 1, "dead": 0} == outbox(house).counts()
    assert ["logged"] == milestones(house, logged)


def test_what_cannot_be_put_on_record_is_not_sent_again_for_that(house, logged, by_webhook, there, clock):
    with house.pool.connection() as connection:
        damage = SQL("UPDATE {} SET state = 'nothing' WHERE originator_id = %s")
        connection.execute(damage.format(Identifier(house.schema, "events")), (logged,))

    deliverer(house, by_webhook, clock).deliver_due()
    clock.goes_on(LEASE)

    assert 0 == deliverer(house, by_webhook, clock).deliver_due()
    assert ["logged"] == told(there)


def test_two_deliverers_at_once_share_the_work(house, by_webhook, there, clock):
    ticket = house.clerk.opened(house.clerk.contract("imagicle-care", plan="gold", region="europe"), by="administrator")
    roles = [f"role-{number:02}" for number in range(20)]
    for role in roles:
        house.clerk.does(ticket, Escalate(to=role), hour(0.5))
    house.runner.catch_up()
    begin = Barrier(2)

    def work(_: int) -> int:
        begin.wait()
        return deliverer(house, by_webhook, clock).deliver_due()

    with ThreadPoolExecutor() as both:
        attempts = list(both.map(work, range(2)))

    assert 20 == sum(attempts)
    assert roles == sorted(json.loads(one.body)["data"]["to"] for one in there.told)


def test_who_comes_back_too_late_changes_nothing(house, logged, clock):
    late = outbox(house).take(clock.at, clock.at + LEASE)
    clock.goes_on(LEASE)
    second = outbox(house).take(clock.at, clock.at + LEASE)
    assert late
    assert second

    outbox(house).give_up(late, "late")
    outbox(house).postpone(late, "late", clock.at, attempts=9)

    assert [] == outbox(house).dead()
    outbox(house).give_up(second, "in time")
    assert [DeadLetter(late.notice.id, 2, "in time")] == outbox(house).dead()


def test_a_running_deliverer_sends_what_comes_and_stops_when_told(house, logged, by_webhook, there, clock):
    came, stop = Event(), Event()

    def answer(_: Told) -> int:
        came.set()
        return 204

    there.answer = answer
    thread = Thread(target=deliverer(house, by_webhook, clock).run, args=(stop,))
    thread.start()
    try:
        assert came.wait(60)
    finally:
        stop.set()
        thread.join()

    assert ["logged"] == told(there)


def test_what_is_taken_is_the_notice_of_the_read_model(house, logged, clock):
    taken = outbox(house).take(clock.at, clock.at + LEASE)

    assert taken
    assert (logged, "acme", 2, "customer", "logged", 1) == (
        taken.notice.ticket,
        taken.notice.customer,
        taken.notice.event,
        taken.notice.to_role,
        taken.notice.milestone,
        taken.attempts,
    )
    assert MONDAY == taken.notice.at
