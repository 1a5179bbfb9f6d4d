"""What a hypothesis changes over many tickets: verdicts before and after, counted seconds, and the tickets that change."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from domain.clocks.clock import Verdict
from domain.clocks.replay import Replay
from domain.judgement import Cycle

MOST_SHOWN = 100

Verdicts = tuple[Verdict | None, Verdict | None]
"""On record and as supposed; None where a side has no such cycle."""


class Line(NamedTuple):
    """Clocks are counted by agreement, clock and the severity in force on record (None: not opened)."""

    agreement: str
    clock: str
    severity: int | None


class VerdictChange(NamedTuple):
    clock: str
    cycle: int
    verdict: Verdict | None
    supposed: Verdict | None


class ChangedTicket(NamedTuple):
    """A ticket of which a verdict changes."""

    ticket: UUID
    case: str
    customer: str
    severity: int | None
    opened_at: int
    changes: tuple[VerdictChange, ...]


@dataclass(slots=True)
class Count:
    """Of one line: how many clocks went from which verdict to which, and the counted seconds of all of them."""

    verdicts: Counter[Verdicts] = field(default_factory=Counter)
    used: int = 0
    used_supposed: int = 0


@dataclass
class Tally:
    """Of any number of tickets; two tallies of different tickets add up."""

    tickets: int = 0
    changed: int = 0
    lines: dict[Line, Count] = field(default_factory=dict)
    shown: list[ChangedTicket] = field(default_factory=list)
    not_fitting: Counter[str] = field(default_factory=Counter)
    most_shown: int = MOST_SHOWN

    def add(self, ticket: UUID, case: str, customer: str, opened_at: int, record: Replay, supposed: Replay) -> None:
        """Count a ticket in; the same replay twice says that nothing changes."""
        self.tickets += 1
        agreement, severity = record.terms.agreement.id, record.severity
        if supposed is record:
            for clock in record.clocks:
                verdict = clock.verdict(record.excused)
                self._count(Line(agreement, clock.terms.name, severity), (verdict, verdict), clock.used, clock.used)
            return
        changes = []
        for (name, cycle), before, after in _side_by_side(record, supposed):
            self._count(Line(agreement, name, severity), (before[0], after[0]), before[1], after[1])
            if before[0] is not after[0]:
                changes.append(VerdictChange(name, cycle, before[0], after[0]))
        if changes:
            self.changed += 1
            if len(self.shown) < self.most_shown:
                self.shown.append(ChangedTicket(ticket, case, customer, severity, opened_at, tuple(changes)))

    def leave_out(self, why: str) -> None:
        """Count a ticket that the hypothesis does not fit, or that cannot be judged."""
        self.tickets += 1
        self.not_fitting[why] += 1

    def merge(self, others: "Iterable[Tally]") -> "Tally":
        """This one with others added, in their order."""
        for other in others:
            self.tickets += other.tickets
            self.changed += other.changed
            self.not_fitting.update(other.not_fitting)
            self.shown += other.shown[: self.most_shown - len(self.shown)]
            for line, count in other.lines.items():
                own = self.lines.setdefault(line, Count())
                own.verdicts.update(count.verdicts)
                own.used += count.used
                own.used_supposed += count.used_supposed
        return self

    def _count(self, line: Line, verdicts: Verdicts, used: int, supposed: int) -> None:
        count = self.lines.get(line)
        if count is None:
            count = self.lines[line] = Count()
        count.verdicts[verdicts] += 1
        count.used += used
        count.used_supposed += supposed


_Said = tuple[Verdict | None, int]
_NOTHING: _Said = (None, 0)


def _side_by_side(record: Replay, supposed: Replay) -> Iterator[tuple[Cycle, _Said, _Said]]:
    """In the order of the record, then what only the supposed replay has."""
    before, after = _said(record), _said(supposed)
    for cycle, said in before.items():
        yield cycle, said, after.get(cycle, _NOTHING)
    for cycle, said in after.items():
        if cycle not in before:
            yield cycle, _NOTHING, said


def _said(replay: Replay) -> dict[Cycle, _Said]:
    excused = replay.excused
    return {(one.terms.name, one.cycle): (one.verdict(excused), one.used) for one in replay.clocks}
