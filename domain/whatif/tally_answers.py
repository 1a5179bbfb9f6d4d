"""The public JSON form of what a hypothesis changes over many tickets, and the same in words."""

from collections.abc import Iterator

from typing_extensions import TypedDict

from domain.clocks.clock import Verdict
from domain.instants import SECOND, text
from domain.ledger import VERDICTS
from domain.terms.durations import elapsed
from domain.whatif.tally import ChangedTicket, Count, Line, Tally


class MoveAnswer(TypedDict):
    """How many clocks have one verdict on record and another as supposed; null where a side has no such cycle."""

    verdict: str | None
    supposed: str | None
    clocks: int


class LineAnswer(TypedDict):
    agreement: str
    clock: str
    severity: int | None
    verdicts: list[MoveAnswer]
    used_seconds: int
    used_seconds_supposed: int


class VerdictChangeAnswer(TypedDict):
    clock: str
    cycle: int
    verdict: str | None
    supposed: str | None


class ChangedTicketAnswer(TypedDict):
    ticket: str
    case: str
    customer: str
    severity: int | None
    opened_at: str
    changes: list[VerdictChangeAnswer]


class LeftOutAnswer(TypedDict):
    why: str
    tickets: int


class TallyAnswer(TypedDict):
    """`tickets` were looked at; of `changed` a verdict changes, of which `shown` are the first; `left_out` could not be asked."""

    tickets: int
    changed: int
    totals: list[LineAnswer]
    shown: list[ChangedTicketAnswer]
    left_out: list[LeftOutAnswer]


def tally_answer(tally: Tally) -> TallyAnswer:
    """Lines in the order of agreement, clock and severity; instants in UTC with `Z`, durations in whole seconds."""
    return TallyAnswer(
        tickets=tally.tickets,
        changed=tally.changed,
        totals=[_line(line, tally.lines[line]) for line in _ordered(tally)],
        shown=[_changed(one) for one in tally.shown],
        left_out=[LeftOutAnswer(why=why, tickets=number) for why, number in sorted(tally.not_fitting.items())],
    )


def tally_words(tally: Tally) -> Iterator[str]:
    """Line by line: the totals that change, the tickets that change, and what was left out."""
    yield f"{_tickets(tally.tickets)}, {tally.changed:,} with another verdict"
    for line in _ordered(tally):
        yield from _line_words(line, tally.lines[line])
    if tally.shown:
        yield (
            "Tickets that change:"
            if len(tally.shown) == tally.changed
            else f"The first {len(tally.shown)} that change:"
        )
        yield from (f"  {_changed_words(one)}" for one in tally.shown)
    if tally.not_fitting:
        yield "Left out:"
        yield from (f"  {_tickets(number)}: {why}" for why, number in sorted(tally.not_fitting.items()))


def _tickets(number: int) -> str:
    return "1 ticket" if number == 1 else f"{number:,} tickets"


def _ordered(tally: Tally) -> list[Line]:
    return sorted(tally.lines, key=lambda line: (line.agreement, line.clock, line.severity or 0))


def _line(line: Line, count: Count) -> LineAnswer:
    moves = [
        MoveAnswer(verdict=before and before.value, supposed=after and after.value, clocks=clocks)
        for (before, after), clocks in sorted(
            count.verdicts.items(), key=lambda move: tuple(one or "" for one in move[0])
        )
    ]
    return LineAnswer(
        agreement=line.agreement,
        clock=line.clock,
        severity=line.severity,
        verdicts=moves,
        used_seconds=count.used,
        used_seconds_supposed=count.used_supposed,
    )


def _line_words(line: Line, count: Count) -> Iterator[str]:
    """Nothing of a line in which nothing changes."""
    moves = {move: clocks for move, clocks in count.verdicts.items() if move[0] is not move[1]}
    more = count.used_supposed - count.used
    if not moves and not more:
        return
    severity = "" if line.severity is None else f", severity {line.severity}"
    told = [
        f"{clocks:,} {_said(before)}, then {_said(after)}"
        for (before, after), clocks in sorted(moves.items(), key=lambda move: tuple(one or "" for one in move[0]))
    ]
    counted = [f"{elapsed(abs(more))} {'more' if more > 0 else 'less'} counted"] if more else []
    yield f"  {line.agreement} {line.clock}{severity}: {'; '.join((*told, *counted))}"


def _changed(one: ChangedTicket) -> ChangedTicketAnswer:
    return ChangedTicketAnswer(
        ticket=str(one.ticket),
        case=one.case,
        customer=one.customer,
        severity=one.severity,
        opened_at=text(one.opened_at // SECOND),
        changes=[
            VerdictChangeAnswer(
                clock=change.clock,
                cycle=change.cycle,
                verdict=change.verdict and change.verdict.value,
                supposed=change.supposed and change.supposed.value,
            )
            for change in one.changes
        ],
    )


def _changed_words(one: ChangedTicket) -> str:
    changes = "; ".join(
        f"{change.clock} {change.cycle} {_said(change.verdict)}, then {_said(change.supposed)}"
        for change in one.changes
    )
    return f"{one.case} ({one.customer}, {one.ticket}): {changes}"


def _said(verdict: Verdict | None) -> str:
    return "no such cycle" if verdict is None else VERDICTS[verdict]
