"""Given what happened to a ticket, when something is asked of it, then what is recorded, or why it is refused.

A desk as small as can be: it decides, asks at the door and keeps the history in a tuple. Times are those of `tests.conduct.told`:
`"09:00"` is on Monday, 4 March 2024, `"tue 09:00"` a day later, all in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest

from domain.contract.facts import Contract
from domain.door import admit
from domain.foreknown import known_before
from domain.instants import micros
from domain.judgement import Case
from domain.refusals import CommandRefused
from domain.terms.library import selector
from domain.ticket.commands import TicketCommand
from domain.ticket.decisions import decide
from domain.ticket.events import Event
from domain.ticket.history import Actor, Recorded, recorded
from tests.conduct.told import Told, at, history


def execute(
    case: Case, command: TicketCommand, at: datetime, by: Actor | None, asked_at: datetime | None = None
) -> tuple[Case, tuple[Recorded, ...]]:
    """Ask something of a ticket: the ticket as it then is, and what was recorded. Raises CommandRefused.

    `asked_at` is when it was asked, where that is later than the instant from which it counts.
    """
    known = known_before(case, micros(at))
    done: tuple[Recorded, ...] = ()
    for event in decide(known.knowledge, command, at):
        candidate = recorded(len(case.history) + 1, event, recorded_at=micros(asked_at or at), by=by)
        admit(case, candidate, known)
        case, done = replace(case, history=(*case.history, candidate)), (*done, candidate)
    return case, done


@dataclass(frozen=True)
class Asked:
    """Something asked of a ticket; nothing has been done about it yet."""

    case: Case
    command: TicketCommand
    at: datetime
    by: Actor | None
    asked_at: datetime | None = None

    def then(self, event: type[Event] | None = None, **fields: Any) -> None:
        """This and nothing else is recorded; without an event, nothing is."""
        _, done = execute(self.case, self.command, self.at, self.by, self.asked_at)
        expected = [event(effective_at=self.at, **fields)] if event else []

        assert expected == [one.event for one in done]

    def is_recorded(self) -> None:
        """What was asked for is recorded, and nothing else."""
        self.then(self.command.records, **dict(self.command))

    def refused(self, refusal: type[CommandRefused], clause: str = "", *says: str) -> None:
        """It is refused with this clause, and the message says all of this."""
        with pytest.raises(refusal) as told:
            execute(self.case, self.command, self.at, self.by, self.asked_at)

        assert clause == told.value.clause
        for words in says:
            assert words in told.value.says


@dataclass(frozen=True)
class Ticket:
    case: Case

    def when(
        self,
        command: TicketCommand,
        counts_from: str = "12:00",
        by: Actor | None = "agent",
        asked_at: str | None = None,
    ) -> Asked:
        return Asked(self.case, command, at(counts_from), by, at(asked_at) if asked_at else None)


@dataclass(frozen=True)
class Desk:
    """Tickets under one contract."""

    agreement: str
    contract: Contract
    readings: Mapping[str, str]

    def given(self, *facts: Told) -> Ticket:
        """A ticket to which this happened."""
        return Ticket(
            Case(
                name="ticket",
                selector=selector(self.agreement),
                contract=self.contract,
                readings=self.readings,
                history=history(*facts),
                as_of=0,
            )
        )


def under(agreement: str, plan: str, region: str = "", readings: dict[str, str] | None = None, **contract: Any) -> Desk:
    """A desk under this agreement; `readings` by their names after the agreement's, `contract` is what else it says."""
    signed = Contract.model_validate({"plan": plan, "region": region, **contract})
    return Desk(agreement, signed, {f"{agreement}:{name}": option for name, option in (readings or {}).items()})


def given(*facts: Told) -> Ticket:
    """A ticket of a desk that has no rules of its own."""
    return under("servicenow-desk", "internal").given(*facts)
