"""When was a ticket open, and at which severity? One row for each stretch, so that a month that is over stays as it was.

A stretch begins when the ticket is opened or reopened and ends when it is resolved, closed, declined, withdrawn or merged; a change
of severity ends one and begins the next. What happens later adds stretches and leaves those before as they were: only a correction,
a ruling, or what is recorded late, says otherwise of the past.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from domain.clocks.fold import Fold
from domain.instants import SECOND, moment
from domain.terms.compiled import Terms
from domain.ticket.events import Opened
from projections.judged import Judged, at, opened_at
from projections.tables import Table

Began = Literal["opened", "reopened", "changed"]

OVER = frozenset({"declined", "withdrawn", "merged"})
"""After these nothing is resumed, a reopening included (semantics 3.9)."""

TURNS = OVER | {"opened", "accepted", "severity_changed", "resolved", "closed", "reopened"}
"""The events that may begin or end a stretch."""


class StayRow(NamedTuple):
    """`ended` where the ticket was open no more afterwards; else it goes on under another severity, or is open without an end.

    A ticket whose opening is not known has no severity.
    """

    ticket: UUID
    number: int
    customer: str
    agreement: str
    severity: int | None
    since: datetime
    began: Began
    until: datetime | None
    ended: bool


STAYS = Table("stays", StayRow, key=("ticket", "number"))


class _Stay(NamedTuple):
    """In whole seconds."""

    severity: int | None
    since: int
    began: Began
    until: int | None = None
    ended: bool = False


def rows(judged: Judged) -> Iterator[StayRow]:
    """None of a ticket that was refused: it was never open."""
    for number, stay in enumerate(_stays(judged), start=1):
        yield StayRow(
            ticket=judged.id,
            number=number,
            customer=judged.filed.customer,
            agreement=judged.filed.agreement,
            severity=stay.severity,
            since=moment(stay.since),
            began=stay.began,
            until=at(stay.until),
            ended=stay.ended,
        )


def _stays(judged: Judged) -> Iterator[_Stay]:
    """What a correction has put before the opening counts from the opening."""
    occurrences = judged.judgement.hindsight.occurrences(judged.judgement.case.as_of)
    first = next(((second, event) for second, _, event in occurrences if isinstance(event, Opened)), None)
    if first is None:
        if judged.is_open:
            yield _Stay(None, opened_at(judged.judgement) // SECOND, "opened")
        return
    opening, opened = first
    fold = Fold(_without_clocks(judged.replay.terms), opened.severity)
    stay: _Stay | None = _Stay(opened.severity, opening, "opened")
    for second, number, event in occurrences:
        if event.event not in TURNS:
            continue
        fold.run([(second, number, event)], second)
        turn, is_open = max(second, opening), fold.status == "open"
        if stay is None:
            stay = _Stay(fold.severity, turn, "reopened") if is_open else None
        elif not is_open:
            yield stay._replace(until=turn, ended=True)
            stay = None
        elif fold.severity != stay.severity:
            yield stay._replace(until=turn)
            stay = _Stay(fold.severity, turn, "changed")
        if event.event in OVER:
            break
    if stay is not None:
        yield stay


def _without_clocks(terms: Terms) -> Terms:
    """Under which the fold tells status and severity, and nothing else."""
    return replace(
        terms, clocks=(), reactions={}, counted_events=frozenset(), allowance_starts=(), starts_by_time=False
    )
