"""Answers are recorded during a long random life of tickets with corrections, rulings and facts that came late, and asked again."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from pydantic_core import to_json

from domain.answer import answer
from domain.contract.commands import Reduce, Renew, ReportPaid, ReportUnpaid
from domain.desk.desk import Desk
from domain.instants import micros
from domain.judgement import judge
from domain.refusals import Refusal
from domain.ticket.commands import (
    ChangeSeverity,
    Close,
    Comment,
    Correct,
    EndWait,
    Escalate,
    Reopen,
    Resolve,
    Respond,
    Rule,
    Wait,
)
from domain.ticket.events import Waiting
from tests.desk.given import MONDAY, Clerk, clerk

STEPS = 50

Life = Callable[["_Living"], object]


class Asked(NamedTuple):
    """A question as of an instant with the knowledge of another, both in microseconds, and what was answered."""

    ticket: UUID
    as_of: int
    known_at: int
    answered: bytes


class _Living:
    """A ticket under way: what happens to it next is chance."""

    def __init__(self, at_desk: Clerk, agreement: str, seed: int, **facts: Any) -> None:
        self.clerk = at_desk
        self.chance = Random(f"{agreement} {seed}")
        self.now = MONDAY
        self.contract = at_desk.contract(agreement, **facts)
        self.ticket = at_desk.opened(self.contract)

    def goes_on(self) -> None:
        self.now += timedelta(minutes=self.chance.randrange(1, 600), seconds=self.chance.randrange(60))
        act = self.chance.choice(_LIFE)
        with suppress(Refusal):
            act(self)

    def on_ticket(self, command: Any, by: Any = "agent") -> None:
        self._order(self.clerk.desk.execute, self.ticket, command, by)

    def on_contract(self, command: Any) -> None:
        self._order(self.clerk.desk.on_contract, self.contract, command, "service-manager")

    def _order(self, desk: Callable[[Any], object], stream: UUID, command: Any, by: Any) -> None:
        """Now, or dated back by up to three days."""
        before = timedelta(minutes=self.chance.choice((0, 0, 30, 240, 4_000)))
        desk(
            self.clerk.order(
                stream, command, self.now, by, effective_at=self.now - before, backdating=timedelta(days=30)
            )
        )

    @property
    def events(self) -> int:
        return len(self.clerk.desk.ticket(self.ticket).history)

    def any_event(self) -> int:
        return self.chance.randrange(1, self.events + 1)

    def any_wait(self) -> int:
        history = self.clerk.desk.ticket(self.ticket).history
        return self.chance.choice([one.number for one in history if isinstance(one.event, Waiting)] or [1])

    def some_time(self) -> datetime:
        return self.now - timedelta(minutes=self.chance.randrange(0, 6_000))

    def asks(self) -> Asked:
        """Anything about the time so far, with what was known at any instant of it."""
        lived = micros(self.now) - micros(MONDAY)
        as_of, known_at = (micros(MONDAY) + self.chance.randrange(lived + 1) for _ in range(2))
        return Asked(self.ticket, as_of, known_at, answered(self.clerk.desk, self.ticket, as_of, known_at))


_LIFE: tuple[Life, ...] = (
    lambda one: one.on_ticket(Respond()),
    lambda one: one.on_ticket(Wait(on="customer")),
    lambda one: one.on_ticket(Wait(on="access")),
    lambda one: one.on_ticket(EndWait(on="customer")),
    lambda one: one.on_ticket(EndWait(on="access")),
    lambda one: one.on_ticket(ChangeSeverity(severity=one.chance.randrange(1, 5)), "service-manager"),
    lambda one: one.on_ticket(Escalate(to="tier-2")),
    lambda one: one.on_ticket(Resolve()),
    lambda one: one.on_ticket(Close(), "customer"),
    lambda one: one.on_ticket(Reopen(), "customer"),
    lambda one: one.on_ticket(Comment(text="still there"), "customer"),
    lambda one: one.on_ticket(
        Correct(number=one.any_event(), why="a mistake", moved_to=one.some_time()), "service-manager"
    ),
    lambda one: one.on_ticket(Correct(number=one.any_event(), why="never was", struck=True), "service-manager"),
    lambda one: one.on_ticket(Rule(why="not justified", strike_wait=one.any_wait()), "service-manager"),
    lambda one: one.on_ticket(Rule(why="misassigned", severity=one.chance.randrange(1, 5)), "service-manager"),
    lambda one: one.on_ticket(Rule(why="nobody's fault", excuse="response"), "service-manager"),
    lambda one: one.on_contract(ReportUnpaid()),
    lambda one: one.on_contract(ReportPaid()),
    lambda one: one.on_contract(Reduce(until=one.now.date())),
    lambda one: one.on_contract(Renew(until=(one.now + timedelta(days=365)).date())),
)


def answered(desk: Desk, ticket: UUID, as_of: int, known_at: int) -> bytes:
    """The public answer, byte for byte, the readings that would change it among it."""
    return to_json(answer(judge(desk.case(desk.ticket(ticket), as_of, known_at)), all_readings=True))


@pytest.mark.parametrize(
    ("agreement", "facts"),
    [
        ("imagicle-care", {"plan": "gold", "region": "europe"}),
        ("xima-care", {"plan": "premium", "region": "na"}),
        ("xmpro", {"plan": "subscription"}),
    ],
)
def test_what_was_answered_once_is_answered_so_for_ever(agreement: str, facts: dict[str, str]):
    at_desk = clerk()
    living = [_Living(at_desk, agreement, seed, **facts) for seed in range(2)]
    asked: list[Asked] = []
    for step in range(STEPS):
        for one in living:
            one.goes_on()
            if step % 3 == 0:
                asked.append(one.asks())

    another = Desk(at_desk.desk.recorder, at_desk.seals)  # type: ignore[arg-type]

    assert max(one.events for one in living) > 15
    for question in asked:
        assert question.answered == answered(at_desk.desk, *question[:3])
        assert question.answered == answered(another, *question[:3])
    kinds = {one.event.event for ticket in living for one in at_desk.desk.ticket(ticket.ticket).history}
    assert {"corrected", "ruled", "waiting"} <= kinds
