"""A first look through a whole log, for what none of its rows says alone.

That is: which of day and month stands first in its dates, which way its rows run, and which names of incidents look
like those that are made for the parts of others.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, get_args

from domain.instants import FIRST_YEAR, LAST_YEAR
from domain.logs import dates
from domain.logs.columns import NEEDED, NUMBER, OPENED, OPTIONAL, UPDATED, Values, updates
from domain.logs.dates import EXPECTED, Order
from domain.logs.errors import LogError
from domain.logs.report import Report
from domain.logs.table import MISSING, Table

ASSUMED = "day before month: assumed, since no number above 12 in the log proves it"
UNASKED = "day before month: taken so, without a look through the whole log"


class Survey(NamedTuple):
    """What holds for a log as a whole; the defaults are what is taken of a log that nobody looked through.

    `dates` says which of day and month stands first and why; None where the log has no date in which that matters.
    """

    order: Order = "day"
    dates: str | None = UNASKED
    newest_first: bool = False
    names: frozenset[str] = frozenset()


class _Stated(NamedTuple):
    """A time of the log, and where it stands."""

    text: str
    line: int
    column: str

    def __str__(self) -> str:
        return f"{self.text[:40]!r} (line {self.line}, {self.column})"


class _Glance(NamedTuple):
    is_time: bool
    is_open: bool
    proves: Order | None


def survey(lines: Iterable[str], file: str | None = None) -> Survey:
    """Look through a whole log.

    Raises LogError where it is no such log, where one date has the day first and another the month, and where most of
    what a column of times states are none.
    """
    columns = [_Times(NEEDED[place], place) for place in (OPENED, UPDATED)]
    proofs: dict[Order, _Stated] = {}
    run = _Run()
    names: set[str] = set()
    for line, values in Table(lines, NEEDED, OPTIONAL, Report(), file):
        if "#" in (number := values[NUMBER].strip()):
            names.add(number)
        for column in columns:
            if (order := column.see(line, values)) and order not in proofs:
                proofs[order] = _Stated(values[column.place].strip(), line, column.name)
                _refuse_both(proofs, file)
        run.see(number, values)
    for column in columns:
        column.refuse_most(file)
    order, said = _decided(proofs, any(column.is_open for column in columns))
    return Survey(order, said, run.is_backwards(order), frozenset(names))


def _decided(proofs: dict[Order, _Stated], matters: bool) -> tuple[Order, str | None]:
    for order, stated in proofs.items():
        return order, f"{order} first, as {stated} proves"
    return "day", ASSUMED if matters else None


def _refuse_both(proofs: dict[Order, _Stated], file: str | None) -> None:
    if len(proofs) > 1:
        said = " and ".join(f"{stated} has the {order} first" for order, stated in proofs.items())
        line = max(stated.line for stated in proofs.values())
        raise LogError(f"{said}; write all dates of the log in one order", file=file, line=line)


class _Times:
    """A column of times: whether it is one, and whether its dates can be read in two ways."""

    def __init__(self, name: str, place: int) -> None:
        self.name = name
        self.place = place
        self.is_open = False
        self._stated = 0
        self._unread = 0
        self._first: _Stated | None = None

    def see(self, line: int, values: Values) -> Order | None:
        """Which of day and month this row proves to stand first."""
        text = values[self.place]
        if text in MISSING:
            return None
        glance = _glance(text)
        self._stated += 1
        self.is_open = self.is_open or glance.is_open
        if not glance.is_time:
            self._unread += 1
            self._first = self._first or _Stated(text, line, self.name)
        return glance.proves

    def refuse_most(self, file: str | None) -> None:
        """Raises LogError where more than half of the values are no times."""
        if self._first and self._unread * 2 > self._stated:
            many = f"{self._unread:,} of the {self._stated:,} times in {self.name} cannot be read"
            raise LogError(f"{many}, such as {self._first}; expected is {EXPECTED}", file=file, line=self._first.line)


class _Run:
    """Counts how often a row is older than the row above it of the same incident, and how often newer."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[int | None, str]] = {}
        self._falls = 0
        self._falls_in_time: dict[Order, int] = dict.fromkeys(get_args(Order), 0)

    def see(self, number: str, values: Values) -> None:
        count, text = updates(values), values[UPDATED]
        before, above = self._last.get(number, (None, ""))
        self._last[number] = count, text
        if count is not None and before is not None and count != before:
            self._falls += 1 if count < before else -1
            return
        for order in self._falls_in_time:
            if (at := _wall(text, order)) and (earlier := _wall(above, order)):
                self._falls_in_time[order] += (at < earlier) - (at > earlier)

    def is_backwards(self, order: Order) -> bool:
        return self._falls + self._falls_in_time[order] > 0


@lru_cache(maxsize=1 << 16)
def _glance(text: str) -> _Glance:
    readings = [dates.read(text, order) for order in get_args(Order)]
    is_time = any(at and FIRST_YEAR <= at.year <= LAST_YEAR for at in readings)
    return _Glance(is_time, readings[0] != readings[1], dates.proves(text))


def _wall(text: str, order: Order) -> datetime | None:
    """What the clock showed, whatever its offset."""
    at = dates.read(text, order)
    return at and at.replace(tzinfo=None)
