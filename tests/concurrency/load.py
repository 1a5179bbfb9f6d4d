"""Seeded work for a crowd of callers, and what they were told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

import httpx

from scripts.store import Store
from tests.concurrency.audit import streams
from tests.concurrency.serving import Caller


class Wish(NamedTuple):
    """A command for a ticket, under a key of its own."""

    ticket: str
    command: str
    fields: dict[str, Any]
    key: str


class Answer(NamedTuple):
    """What a caller was told became of it; no position where nothing was recorded."""

    ticket: str
    version: int
    position: int | None
    events: tuple[str, ...]


@dataclass
class Answers:
    """What was told to anybody."""

    of: list[Answer] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def add(self, answer: Answer) -> None:
        with self.lock:
            self.of.append(answer)

    def __len__(self) -> int:
        return len(self.of)


def wishes(random: Random, whose: str, tickets: Sequence[str], count: int) -> Iterator[Wish]:
    """What an open ticket admits, or refuses by a rule, which goes on record."""
    for number in range(count):
        note = f"{whose} {number}"
        kinds: list[tuple[str, dict[str, Any]]] = [
            ("comment", {"text": note}),
            ("comment", {"text": note}),
            ("assign", {"to": random.choice(["ada", "ben", "cyd"])}),
            ("waiting", {"on": "customer"}),
            ("end-wait", {"on": "customer"}),
            ("add-information", {"fields": {"note": note}}),
            ("change-severity", {"severity": random.choice([1, 2, 3])}),
            ("start-work", {}),
            ("suspend-work", {"reason": "lunch"}),
        ]
        command, fields = random.choice(kinds)
        yield Wish(random.choice(tickets), command, fields, f"{whose}-{number}")


def grant(caller: Caller, wish: Wish) -> Answer:
    """Ask for it on whichever version there is, until it is answered for good."""
    path = f"/v1/tickets/{wish.ticket}/{wish.command}"
    return answer_in(wish.ticket, caller.post(path, wish.key, "*", **wish.fields))


def answer_in(ticket: str, response: httpx.Response) -> Answer:
    told = response.json()
    match response.status_code:
        case 200:
            return Answer(ticket, told["version"], told["position"], tuple(one["event"] for one in told["recorded"]))
        case 422 if "position" in told:
            return Answer(ticket, told["version"], told["position"], ("refused",))
        case _:
            raise AssertionError(response.text)


def check_kept(store: Store, answers: Sequence[Answer]) -> None:
    """Whatever was acknowledged is in the log, where it was said to be."""
    log = streams(store)
    for answer in answers:
        if answer.position is None:
            assert len(log[UUID(answer.ticket)]) >= answer.version
        else:
            placed = log[UUID(answer.ticket)][answer.version - len(answer.events) : answer.version]

            assert answer.events == tuple(one.envelope.event.event for one in placed)
            assert answer.position == placed[-1].position
