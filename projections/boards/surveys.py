"""What did customers answer when they were asked? One row for each person's answer to a survey."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg.sql import SQL

from domain.instants import instant
from domain.ticket.events import SurveyAnswered, SurveySent
from domain.ticket.history import Recorded
from projections.judged import Judged
from projections.sums import Sum
from projections.tables import Index, Table

THOUSAND = 1_000
"""Scores are kept in whole thousandths, so that sums of them are exact."""

GREATEST = 1_000_000
"""No scale goes so far; what is beyond it is no score."""


class SurveyRow(NamedTuple):
    """`event` is the number of the answer in its ticket's history; an answer may give no score."""

    ticket: UUID
    event: int
    customer: str
    agreement: str
    plan: str
    at: datetime
    score_thousandths: int | None


SURVEYS = Table("surveys", SurveyRow, key=("ticket", "event"), indexes=(Index(("customer", "at")),))


def rows(judged: Judged) -> Iterator[SurveyRow]:
    for one, answered in _last_answers(judged.judgement.hindsight.recorded):
        score = answered.score
        is_score = score is not None and abs(score) <= GREATEST
        yield SurveyRow(
            ticket=judged.id,
            event=one.number,
            customer=judged.filed.customer,
            agreement=judged.filed.agreement,
            plan=judged.replay.terms.scope.plan,
            at=instant(one.at),
            score_thousandths=round((score or 0) * THOUSAND) if is_score else None,
        )


def _last_answers(history: Iterable[Recorded]) -> Iterable[tuple[Recorded, SurveyAnswered]]:
    """Who answers a survey again thinks better of it: the later answer takes the place of the earlier one.

    Whoever is not named may be anybody, so that each of their answers counts. A survey that is sent anew is another one.
    """
    answers: dict[tuple[int, str | int], tuple[Recorded, SurveyAnswered]] = {}
    survey = 0
    for one in history:
        if isinstance(one.event, SurveySent):
            survey = one.number
        elif isinstance(one.event, SurveyAnswered):
            answers[survey, one.person or one.number] = one, one.event
    return answers.values()


class AnsweredRow(NamedTuple):
    """The answers of a month (UTC), how many of them gave a score, and the sum of these."""

    customer: str
    agreement: str
    plan: str
    month: str
    answers: int
    scores: int
    score_thousandths: int


ANSWERED = Table("answered", AnsweredRow, key=("customer", "agreement", "plan", "month"), indexes=(Index(("month",)),))

COUNTED = Sum(
    (ANSWERED,),
    (SURVEYS,),
    SQL("""
    SELECT customer, agreement, plan, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM') AS month,
        count(*) AS answers, count(score_thousandths) AS scores,
        coalesce(sum(score_thousandths), 0)::bigint AS score_thousandths
    FROM {surveys} AS rows GROUP BY 1, 2, 3, 4"""),
)
