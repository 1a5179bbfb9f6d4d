"""Figures that know how long they hold: until then, and while nothing happens, whoever asks the same is given the same.

What is counted over all open tickets changes with the log, and when time alone makes a ticket late or puts it at risk. The count
itself finds when that will first be. So it is not repeated for everybody who looks in between; after an event all are counted anew.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from psycopg.sql import SQL, Identifier

from projections.as_of.view import View
from projections.models import PROGRESS, ROWS
from projections.store.pool import Pool

Figures = TypeVar("Figures")

MOST_ANSWERS = 500
"""So many are kept; past that, all are counted anew."""

_REACHED = SQL("SELECT position, moved_at FROM {progress} WHERE name = %(rows)s")


class Reached(NamedTuple):
    """How far the rows of a log have come; `moved_at` is told apart too, because a rebuild comes as far."""

    position: int
    moved_at: datetime


class Lasting(NamedTuple):
    """`figures` hold in `[since, until)`; without an `until` for as long as nothing happens. They are not to be changed."""

    figures: Any
    since: datetime
    until: datetime | None

    def hold(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True)
class _Known:
    """What was counted from rows that have come so far."""

    reached: Reached
    answers: dict[Hashable, Lasting] = field(default_factory=dict)


_lock = Lock()
_known: "WeakKeyDictionary[Pool, dict[str, _Known]]" = WeakKeyDictionary()
"""Of each log, as far as its rows have come by now."""


def lasting(view: View, question: Hashable, count: Callable[[], tuple[Figures, datetime | None]]) -> Figures:
    """The figures of a view; the question names all that they hang on but its instant and customer.

    `count` says with them until when they hold, with None that they do for as long as nothing happens. Of rows as they stood at an
    earlier instant they are counted each time: few look at them.
    """
    so_far = None if view.suffix else _reached(view)
    if so_far is None:
        return count()[0]
    answers = _answers(view, so_far)
    found = answers.get((view.customer, question))
    if found and found.hold(view.at):
        known: Figures = found.figures
        return known
    figures, until = count()
    if found is None and len(answers) >= MOST_ANSWERS:
        answers.clear()
    if found is None or found.since < view.at:
        answers[view.customer, question] = Lasting(figures, view.at, until)
    return figures


def _answers(view: View, so_far: Reached) -> dict[Hashable, Lasting]:
    with _lock:
        of_pool = _known.setdefault(view.pool, {})
        known = of_pool.get(view.schema)
        if known is None or known.reached != so_far:
            known = of_pool[view.schema] = _Known(so_far)
        return known.answers


def _reached(view: View) -> Reached | None:
    """None before the first rows are built."""
    found = view.rows(_REACHED, {"rows": ROWS}, progress=Identifier(view.schema, PROGRESS))
    return Reached(*found[0]) if found else None
