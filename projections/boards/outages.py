"""When was the platform down? One row for each stretch in which a ticket of the worst severity was open.

Only under agreements that promise availability. A stretch begins with the report, or with the change to that severity, and ends
with the resolution, or with the change to another one; what is waited for does not end it (xmpro:2-availability/outage).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.clocks.replay import replay
from domain.instants import SECOND
from projections.judged import Judged, at
from projections.tables import Index, Table

PROMISES: Mapping[str, int] = {"xmpro:2-availability": 1}
"""The clauses that promise availability, and the severity of a ticket that tells of an outage."""

TURNS = frozenset(
    {"opened", "severity_changed", "accepted", "resolved", "closed", "reopened", "declined", "withdrawn", "merged"}
)


class OutageRow(NamedTuple):
    """One that goes on has no end."""

    ticket: UUID
    number: int
    customer: str
    agreement: str
    plan: str
    zone: str
    clause: str
    since: datetime
    until: datetime | None


OUTAGES = Table("outages", OutageRow, key=("ticket", "number"), indexes=(Index(("customer", "since")),))


def rows(judged: Judged) -> Iterator[OutageRow]:
    for clause in PROMISES.keys() & judged.replay.terms.agreement.clauses.keys():
        for number, (since, until) in enumerate(_stretches(judged, PROMISES[clause]), start=1):
            yield OutageRow(
                ticket=judged.id,
                number=number,
                customer=judged.filed.customer,
                agreement=judged.filed.agreement,
                plan=judged.replay.terms.scope.plan,
                zone=judged.replay.terms.where.key,
                clause=clause,
                since=since,
                until=until,
            )


def _stretches(judged: Judged, severity: int) -> Iterator[tuple[datetime, datetime | None]]:
    since: datetime | None = None
    for second, is_down in _turns(judged, severity):
        if is_down and since is None:
            since = at(second)
        elif not is_down and since is not None:
            yield since, at(second)
            since = None
    if since is not None:
        yield since, None


def _turns(judged: Judged, severity: int) -> Iterator[tuple[int, bool]]:
    """Each instant at which it may have become better or worse, and whether the platform was down from then on."""
    hindsight, terms = judged.judgement.hindsight, judged.replay.terms
    occurrences = hindsight.occurrences(judged.judgement.case.as_of)
    for second in sorted({second for second, _, event in occurrences if event.event in TURNS}):
        then = replay(hindsight, terms, (second + 1) * SECOND - 1)
        yield second, then.status in ("open", "waiting") and then.severity == severity
