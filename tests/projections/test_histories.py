"""Histories of tickets are kept in memory, and what is personal in them not for long."""

from collections.abc import Callable
from uuid import UUID

import pytest

from domain.desk.desk import Desk
from projections.histories import KEPT_SECONDS, Histories
from projections.judged import Stream
from projections.store.customer_keys import CustomerKeys
from projections.store.recorder import LogRecorder
from projections.store.sealing import CustomerSeals
from tests.projections.log import MONDAY_9, Log, happened, opened

Seen = Callable[[UUID], str]


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(log: Log) -> CustomerKeys:
    return CustomerKeys(log.pool, log.schema)


@pytest.fixture
def histories(log: Log, keys: CustomerKeys, clock: Clock) -> Histories:
    mapper = Desk(LogRecorder(log.pool, log.schema), CustomerSeals(keys)).mapper
    return Histories(log.schema, mapper, clock)


@pytest.fixture
def seen(log: Log, histories: Histories) -> Seen:
    """The text of a ticket's last event, as these histories have it."""

    def text(ticket: UUID) -> str:
        with log.pool.connection() as connection:
            read = histories.read(connection, [ticket], 1_000)[ticket]
        assert isinstance(read, Stream)
        return str(read.envelopes[-1].event.text)

    return text


def commented(log: Log, customer: str) -> UUID:
    contract = log.contract("numonix-ixcloud", plan="saas")
    return log.ticket(contract, opened(), happened("commented", MONDAY_9, text="Ada rang"), customer=customer)


def test_a_ticket_of_a_forgotten_customer_is_kept_no_longer_and_others_are(
    log: Log, keys: CustomerKeys, histories: Histories, seen: Seen
):
    log.publish("numonix-ixcloud")
    forgotten, other = commented(log, "acme"), commented(log, "bolt")
    assert "Ada rang" == seen(forgotten) == seen(other)

    keys.forget("acme")
    keys.forget("bolt")
    histories.forget("acme")

    assert seen(forgotten).startswith("forgotten-")
    assert "Ada rang" == seen(other)


def test_a_ticket_of_a_customer_forgotten_elsewhere_is_kept_for_ten_minutes_at_most(
    log: Log, keys: CustomerKeys, histories: Histories, seen: Seen, clock: Clock
):
    log.publish("numonix-ixcloud")
    ticket = commented(log, "acme")
    assert "Ada rang" == seen(ticket)

    keys.forget("acme")
    clock.seconds = KEPT_SECONDS - 1
    histories.clear_if_old()

    assert "Ada rang" == seen(ticket)

    clock.seconds = KEPT_SECONDS
    histories.clear_if_old()

    assert seen(ticket).startswith("forgotten-")


def test_a_runner_told_to_forget_a_customer_reads_its_tickets_anew(log: Log):
    log.publish("numonix-ixcloud")
    ticket, other = commented(log, "acme"), commented(log, "bolt")
    log.runner.catch_up()
    log.execute("UPDATE events SET state = state || ' ' WHERE originator_version = 1 AND topic = 'ticket.opened'")

    log.runner.forget("acme")
    for one in (ticket, other):
        log.on(one, happened("closed", MONDAY_9))
    log.runner.catch_up()

    assert [ticket] == [trouble.stream for trouble in log.runner.troubles()]
