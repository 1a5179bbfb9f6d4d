"""Figures hold until something happens or a clock turns by itself: that long, whoever asks the same is given the same answer.

How many clocks were kept is counted from rows, which change with the log alone, and from what time has made of clocks since. So it
stays what it is from one moment to the next, up to the instant at which a clock starts, or is breached, without anybody's doing.
That stretch is an era. Its answers are forgotten together when it ends. Rows as they stood at an earlier instant have no era: few
look at them.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from psycopg.sql import SQL, Identifier

from projections.as_of.view import View
from projections.boards.spent import SPENT
from projections.models import PROGRESS, ROWS
from projections.store.pool import Pool

Answer = TypeVar("Answer")

MOST_ANSWERS = 500
"""So many are kept of an era; what else is asked is found anew."""

_REACHED = SQL("SELECT position, moved_at FROM {progress} WHERE name = %(rows)s")

_TURN = SQL("""
    SELECT least(
        (SELECT min(turns_at) FROM {turning} WHERE was <> 'breached' AND turns_at > %(now)s),
        (SELECT min(late_from) FROM {turning} WHERE was = 'pending' AND late_from > %(now)s),
        (SELECT min(excused_from) FROM {turning} WHERE was = 'pending' AND excused_from > %(now)s))""")
"""A clock that starts by itself turns once more when its time is over."""


class Reached(NamedTuple):
    """How far the rows of a log have come; `moved_at` is told apart too, because a rebuild comes as far."""

    position: int
    moved_at: datetime


@dataclass(frozen=True)
class Era:
    """The rows have come as far as `reached`; nothing turns in `[since, until)`."""

    reached: Reached
    since: datetime
    until: datetime | None
    answers: dict[Hashable, Any] = field(default_factory=dict)

    def has(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)

    def answer(self, question: Hashable, ask: Callable[[], Answer]) -> Answer:
        """As it was answered before, else as it is now. What is answered is not to be changed."""
        if question in self.answers:
            known: Answer = self.answers[question]
            return known
        answer = ask()
        if len(self.answers) < MOST_ANSWERS:
            self.answers[question] = answer
        return answer


_lock = Lock()
_eras: "WeakKeyDictionary[Pool, dict[str, Era]]" = WeakKeyDictionary()
"""The last one of each log."""


def era(view: View) -> Era | None:
    """That of a view's instant; None for rows of an earlier one, and for an instant before the era that others live in."""
    if view.suffix:
        return None
    so_far = reached(view)
    if so_far is None:
        return None
    with _lock:
        known = _eras.setdefault(view.pool, {}).get(view.schema)
    if known and known.reached == so_far:
        if known.has(view.at):
            return known
        if view.at < known.since:
            return None
    ((turn,),) = view.rows(_TURN, turning=SPENT.at(view.schema))
    begun = Era(so_far, view.at, turn)
    with _lock:
        _eras[view.pool][view.schema] = begun
    return begun


def reached(view: View) -> Reached | None:
    """None before the first rows are built."""
    found = view.rows(_REACHED, {"rows": ROWS}, progress=Identifier(view.schema, PROGRESS))
    return Reached(*found[0]) if found else None
