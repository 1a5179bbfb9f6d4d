"""Figures hold until something happens or a clock turns by itself: that long, whoever asks the same is given the same answer.

How many clocks were kept is counted from rows, which change with the log alone, and from what time has made of clocks since. So it
stays what it is from one moment to the next, up to the instant at which a clock starts, or is breached, without anybody's doing.
That stretch is an era. Its answers are forgotten together when it ends. Rows as they stood at an earlier instant have no era: few
look at them.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from psycopg.sql import SQL

from projections.as_of.view import View
from projections.boards.lasting import MOST_ANSWERS, lasting
from projections.boards.spent import SPENT

Answer = TypeVar("Answer")

_TURN = SQL("""
    SELECT least(
        (SELECT min(turns_at) FROM {turning} WHERE was <> 'breached' AND turns_at > %(now)s),
        (SELECT min(late_from) FROM {turning} WHERE was = 'pending' AND late_from > %(now)s),
        (SELECT min(excused_from) FROM {turning} WHERE was = 'pending' AND excused_from > %(now)s))""")
"""A clock that starts by itself turns once more when its time is over."""


@dataclass(frozen=True)
class Era:
    """What was answered since something happened or turned."""

    answers: dict[Hashable, Any] = field(default_factory=dict)

    def answer(self, question: Hashable, ask: Callable[[], Answer]) -> Answer:
        """As it was answered before, else as it is now. What is answered is not to be changed."""
        if question in self.answers:
            known: Answer = self.answers[question]
            return known
        answer = ask()
        if len(self.answers) < MOST_ANSWERS:
            self.answers[question] = answer
        return answer


def era(view: View) -> Era | None:
    """That of a view's instant, the same for all customers; None for rows of an earlier one.

    Whoever looks from an instant before the era that others live in has one to themselves.
    """
    if view.suffix:
        return None

    def begun() -> tuple[Era, datetime | None]:
        ((turn,),) = view.rows(_TURN, turning=SPENT.at(view.schema))
        return Era(), turn

    return lasting(replace(view, customer=None), "era", begun)
