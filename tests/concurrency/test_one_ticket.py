"""Everybody at the desk at once, over one ticket: what is recorded is what was answered, once, and in one row."""

from collections import Counter
from functools import partial
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from domain.desk.alerts import ReportAlert
from domain.desk.orders import Outcome
from domain.refusals import AlreadyOpened, StaleVersion
from domain.ticket.commands import Comment, EndWait, Open, Respond, Wait
from scripts.store import Store
from tests.concurrency.audit import check_log
from tests.concurrency.crowd import CROWD, all_at_once
from tests.desk.given import MONDAY, NAMES, Clerk, hour

EACH = 8


@pytest.fixture
def clerk(store: Store) -> Clerk:
    clerk = Clerk(store.desk)
    clerk.publish()
    return clerk


@pytest.fixture
def contract(clerk: Clerk) -> UUID:
    return clerk.contract("imagicle-care", plan="gold", region="europe", options=["proactive-support"])


@pytest.fixture
def ticket(clerk: Clerk, contract: UUID) -> UUID:
    return clerk.opened(contract)


def test_what_sixteen_say_at_once_is_all_there_and_each_in_the_order_it_was_said(store, clerk, ticket):
    def talks(number: int) -> list[int]:
        return [clerk.does(ticket, Comment(text=f"{number}"), hour(1)).version for _ in range(EACH)]

    told = all_at_once(talks)

    assert all(sorted(versions) == versions for versions in told)
    assert list(range(2, 2 + CROWD * EACH)) == sorted(version for versions in told for version in versions)
    said = {one.originator_version: one.event.text for one in store.desk.ticket(ticket).envelopes[1:]}
    assert {version: f"{number}" for number, versions in enumerate(told) for version in versions} == said
    check_log(store)


def test_a_command_that_two_send_at_the_same_moment_is_done_once_and_both_are_told_so(store, clerk, ticket):
    def repeats(number: int) -> list[Outcome]:
        pair = number // 2
        return [clerk.does(ticket, Comment(text=f"{turn}"), hour(1), key=f"{pair}-{turn}") for turn in range(EACH)]

    told = all_at_once(repeats)

    for one, other in zip(told[::2], told[1::2], strict=True):
        assert [_answered(first) for first in one] == [_answered(second) for second in other]
        assert [1] * EACH == [pair.count(False) for pair in zip(_repeated(one), _repeated(other), strict=True)]
    assert 1 + CROWD // 2 * EACH == store.desk.ticket(ticket).version
    check_log(store)


def test_of_sixteen_who_decided_on_one_version_one_is_heard(store, clerk, ticket):
    def insists(version: int, _: int) -> int | None:
        try:
            return int(clerk.does(ticket, Comment(text="mine"), hour(1), version=version).version)
        except StaleVersion:
            return None

    rounds = [Counter(all_at_once(partial(insists, version))) for version in range(1, 1 + EACH)]

    assert [{version: 1, None: CROWD - 1} for version in range(2, 2 + EACH)] == rounds
    assert 1 + EACH == store.desk.ticket(ticket).version
    check_log(store)


def test_what_sixteen_ask_for_that_happens_once_happens_once(store, clerk, ticket):
    def responds(_: int) -> int:
        return len(clerk.does(ticket, Respond(), hour(1)).events)

    assert {1: 1, 0: CROWD - 1} == Counter(all_at_once(responds))
    assert ["opened", "responded"] == clerk.history(ticket)
    check_log(store)


def test_waits_that_sixteen_begin_and_end_take_turns(store, clerk, ticket):
    def begins_and_ends(_: int) -> None:
        for _ in range(EACH // 2):
            clerk.does(ticket, Wait(on="customer"), hour(1))
            clerk.does(ticket, EndWait(on="customer"), hour(1))

    all_at_once(begins_and_ends)

    history = clerk.history(ticket)[1:]
    assert ["waiting", "wait_ended"] * (len(history) // 2) == history
    assert history
    check_log(store)


def test_a_ticket_that_sixteen_open_is_opened_once(store, clerk, contract):
    ticket = uuid4()

    def opens(_: int) -> bool:
        try:
            order = clerk.order(ticket, Open(severity=2, channel="web"), MONDAY, "customer")
            return not store.desk.execute(order, contract).repeated
        except AlreadyOpened:
            return False

    assert {True: 1, False: CROWD - 1} == Counter(all_at_once(opens))
    assert ["opened"] == clerk.history(ticket)
    check_log(store)


@pytest.mark.clause("imagicle-care:proactive")
def test_a_condition_that_sixteen_report_has_one_ticket(store, clerk, contract):
    def reports(_: int) -> Outcome:
        report = ReportAlert(code="voip-stack-crash", condition="pbx-1")
        order = clerk.order(NAMES, report, MONDAY, "system")
        return cast(Outcome, store.desk.alert(order, contract))

    told = all_at_once(reports)

    assert 1 == len({one.stream for one in told})
    assert 1 == sum(len(one.events) for one in told)
    assert ["opened"] == clerk.history(told[0].stream)
    check_log(store)


def _answered(outcome: Outcome) -> tuple[int, int | None, tuple[Any, ...]]:
    return outcome.version, outcome.position, outcome.events


def _repeated(outcomes: list[Outcome]) -> list[bool]:
    return [one.repeated for one in outcomes]
