"""Lines of tickets as CSV: instants in UTC, spans in seconds, and nothing that a spreadsheet would take for a formula.

Where clocks are asked for, a ticket has a line for each that is meant.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from api.pages.documents.tabular import MARK, harmless
from api.pages.texts import say
from projections.boards.listing import Cycle
from projections.boards.queue import Line
from projections.boards.standings import Standing

AT_MOST = 10_000
"""How many tickets one sheet holds."""

AT_ONCE = 500

COLUMNS = (
    "reference",
    "ticket",
    "customer",
    "agreement",
    "version",
    "plan",
    "severity",
    "status",
    "state",
    "waiting_on",
    "assignee",
    "tier",
    "opened_at",
    "next_clock",
    "due_at",
    "seconds_left",
    "deadlines",
    "next_rung_at",
    "next_rung_to",
    "escalated_at",
    "unnoticed_since",
    "breached",
    "closed_at",
)

OF_CLOCK = ("clock", "cycle", "verdict", "breached_at")

Cell = str | int | None

Part = Callable[[Line | None, int], Sequence[Line]]
"""The lines after one, the first ones where none is given, and how many at most."""


Clocks = Callable[[Sequence[UUID]], Mapping[UUID, Sequence[Cycle]]]
"""The clocks of some tickets that are meant."""


def sheet(part: Part, at: datetime, clocks: Clocks | None = None) -> Iterator[str]:
    """The sheet, piece by piece; with the clocks that are meant, where any are asked for."""
    columns = (*COLUMNS, *OF_CLOCK) if clocks else COLUMNS
    yield MARK + _rows([[say(f"queue.column.{name}") for name in columns]])
    last, left = None, AT_MOST
    while left > 0 and (lines := part(last, min(left, AT_ONCE))):
        if clocks:
            meant = clocks([line.ticket.ticket for line in lines])
            yield _rows(
                [[*_row(line, at), *_of_clock(one)] for line in lines for one in meant.get(line.ticket.ticket, ())]
            )
        else:
            yield _rows([_row(line, at) for line in lines])
        last, left = lines[-1], left - len(lines)
        if len(lines) < AT_ONCE:
            return


def _row(line: Line, at: datetime) -> list[Cell]:
    ticket, first = line.ticket, line.clocks[0] if line.clocks else None
    return [
        ticket.case_name,
        str(ticket.ticket),
        ticket.customer,
        ticket.agreement,
        ticket.agreement_version,
        ticket.plan,
        ticket.severity,
        ticket.status,
        say(f"common.state.{line.state}") if ticket.is_open else "",
        " ".join(ticket.waits),
        ticket.assignee,
        ticket.tier,
        iso(ticket.opened_at),
        first.clock if first else "",
        iso(first.due_at) if first else "",
        first.left_seconds if first else None,
        "; ".join(map(_deadline, line.clocks)),
        iso(line.rung.at) if line.rung else "",
        line.rung.role if line.rung else "",
        iso(ticket.escalated_at),
        iso(ticket.unnoticed_since if ticket.unnoticed_since and ticket.unnoticed_since <= at else None),
        say("queue.yes") if ticket.is_breached(at) else say("queue.no"),
        iso(ticket.closed_at),
    ]


def _of_clock(one: Cycle) -> list[Cell]:
    return [one.clock, one.cycle, say(f"common.state.{one.verdict}"), iso(one.breached_at)]


def _deadline(one: Standing) -> str:
    return f"{one.clock} {iso(one.due_at) or say(f'common.state.{one.state}')}"


def iso(instant: datetime | None) -> str:
    return "" if instant is None else instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _rows(rows: Sequence[Sequence[Cell]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([[harmless(cell) for cell in row] for row in rows])
    return text.getvalue()
