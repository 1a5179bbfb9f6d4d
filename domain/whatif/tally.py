"""What a hypothesis changes over many tickets: verdicts before and after, counted seconds, and the tickets that change."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from domain.clocks.clock import Clock, Verdict
from domain.clocks.replay import Replay
from domain.judgement import Cycle

MOST_SHOWN = 100

Verdicts = tuple[Verdict | None, Verdict | None]
"""On record and as supposed; None where a side has no such cycle."""

Clocks = tuple[Clock, ...]


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
                self._count((agreement, clock.terms.name, severity), (verdict, verdict), clock.used, clock.used)
            return
        changes = []
        for one, other in _side_by_side(record.clocks, supposed.clocks):
            before, used = (one.verdict(record.excused), one.used) if one else _NOTHING
            after, used_supposed = (other.verdict(supposed.excused), other.used) if other else _NOTHING
            either = one or other
            assert either is not None
            self._count((agreement, either.terms.name, severity), (before, after), used, used_supposed)
            if before is not after:
                changes.append(VerdictChange(either.terms.name, either.cycle, before, after))
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

    def _count(self, line: tuple[str, str, int | None], verdicts: Verdicts, used: int, supposed: int) -> None:
        count = self.lines.get(line)  # type: ignore[call-overload]  # a line is equal to the tuple of its values
        if count is None:
            count = self.lines[Line(*line)] = Count()
        count.verdicts[verdicts] += 1
        count.used += used
        count.used_supposed += supposed


_NOTHING: tuple[None, int] = (None, 0)
"""What a side says that has no such cycle."""


def _side_by_side(record: Clocks, supposed: Clocks) -> Iterable[tuple[Clock | None, Clock | None]]:
    """The same cycle of both, in the order of the record; then what only the supposed replay has."""
    if len(record) == len(supposed) and all(map(_is_same, record, supposed)):
        return zip(record, supposed, strict=True)
    before, after = _by_cycle(record), _by_cycle(supposed)
    return [(before.get(cycle), after.get(cycle)) for cycle in {**before, **after}]


def _is_same(one: Clock, other: Clock) -> bool:
    return one.cycle == other.cycle and one.terms.name == other.terms.name


def _by_cycle(clocks: Clocks) -> dict[Cycle, Clock]:
    return {(one.terms.name, one.cycle): one for one in clocks}
