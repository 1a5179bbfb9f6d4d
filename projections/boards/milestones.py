"""Were customers told what the agreement says they are told? One row each time that such a notice fell due.

A notice is due with what it tells of, so that the time from there to the notice is how late it came. One that lapsed, because the
ticket went on without it, was missed.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg.sql import SQL

from domain.conduct.duties import courses
from domain.instants import moment
from domain.judgement import circumstances
from projections.judged import Judged, at
from projections.notices import fulfilling
from projections.sums import Sum
from projections.tables import Index, Table


class MilestoneRow(NamedTuple):
    """`event` is the number of the event that it tells of, 0 for a rung. At most one of `given_at` and `lapsed_at` is there."""

    ticket: UUID
    number: int
    customer: str
    agreement: str
    plan: str
    severity: int | None
    clause: str
    says: str
    event: int
    since: datetime
    given_at: datetime | None
    lapsed_at: datetime | None


MILESTONES = Table(
    "milestones",
    MilestoneRow,
    key=("ticket", "number"),
    indexes=(Index(("customer", "since")), Index(("since",), where="given_at IS NULL")),
)


def rows(judged: Judged) -> Iterator[MilestoneRow]:
    judgement, terms = judged.judgement, judged.replay.terms
    duties = [duty for duty in terms.agreement.duties if fulfilling(duty)]
    if not duties:
        return
    around = circumstances(judgement.case.contract, terms, judgement.rungs)
    begun = courses(judgement.hindsight.recorded, terms.agreement, around, judgement.case.as_of, duties)
    for number, (debt, ended_at, is_fulfilled) in enumerate(begun, start=1):
        yield MilestoneRow(
            ticket=judged.id,
            number=number,
            customer=judged.filed.customer,
            agreement=judged.filed.agreement,
            plan=terms.scope.plan,
            severity=judged.replay.severity,
            clause=debt.clause,
            says=debt.says,
            event=debt.event or 0,
            since=moment(debt.since),
            given_at=at(ended_at) if is_fulfilled else None,
            lapsed_at=None if is_fulfilled else at(ended_at),
        )


class ToldRow(NamedTuple):
    """Of the notices that fell due in a month (UTC): how many were given, after how long together, and how many lapsed."""

    customer: str
    agreement: str
    plan: str
    clause: str
    month: str
    due: int
    given: int
    lapsed: int
    delay_seconds: int


TOLD = Table("told", ToldRow, key=("customer", "agreement", "plan", "clause", "month"), indexes=(Index(("month",)),))

COUNTED = Sum(
    (TOLD,),
    (MILESTONES,),
    SQL("""
    SELECT customer, agreement, plan, clause, to_char(since AT TIME ZONE 'UTC', 'YYYY-MM') AS month,
        count(*) AS due, count(given_at) AS given, count(lapsed_at) AS lapsed,
        coalesce(sum(extract(epoch FROM given_at - since)), 0)::bigint AS delay_seconds
    FROM {milestones} AS rows GROUP BY 1, 2, 3, 4, 5"""),
)
