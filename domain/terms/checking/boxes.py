"""Which cases rows speak about: the case that no row of a table covers, and the row that comes too late.

A case is one plan, region, severity and category, one option of each reading, one value of each contract fact. Boxes are sets of
cases: for each of these a set of values. What a row leaves of a box are boxes again, so no case is ever looked at by itself.
"""

from collections.abc import Iterable, Mapping

from domain.terms.agreement import Agreement
from domain.terms.phrases import circumstances
from domain.terms.rows import Row

Value = str | int | bool
Box = Mapping[str, frozenset[Value]]

ANOTHER = "another"
"""A contract fact that says something no row names."""
MOST_BOXES = 20_000
_CONDITIONS = ("plan", "region", "severity", "category")


class TooManyCases(ValueError):
    """The rows of a table cut the cases into more boxes than can be looked at."""


class Cases:
    """All cases that an agreement knows; `rows` are all its rows. No region, and a category that no row names, are ""."""

    def __init__(self, agreement: Agreement, rows: Iterable[Row]) -> None:
        rows = tuple(rows)
        self.all: Box = {
            "plan": frozenset(agreement.plans),
            "region": frozenset(agreement.regions or ("",)),
            "severity": frozenset(agreement.severity_numbers),
            "category": frozenset({"", *(category for row in rows for category in row.category)}),
            **{f"reading {reading.id}": frozenset(reading.options) for reading in agreement.readings},
            **{f"fact {name}": values for name, values in _facts(rows).items()},
        }

    def knows(self, row: Row) -> bool:
        """Whether all that the row's conditions name exists."""
        return all(wanted <= self.all.get(name, frozenset()) for name, wanted in _wanted(row).items())

    def of(self, row: Row, *, severity: bool = True) -> Box:
        """The cases that a row is about; `severity`: whether its place asks for the severity at all."""
        wanted = {name: values for name, values in _wanted(row).items() if severity or name != "severity"}
        return {name: values & wanted.get(name, values) for name, values in self.all.items()}

    def words(self, box: Box) -> str:
        """What sets these cases apart from all others, in words that follow upon others."""
        apart = {name: sorted(values, key=str) for name, values in box.items() if values != self.all[name]}
        if apart.get("category") == [""]:
            apart["category"] = ["of no row"]
        conditions: dict[str, object] = {name: apart[name] for name in _CONDITIONS if name in apart}
        for kind in ("reading", "fact"):
            start = f"{kind} "
            conditions[kind] = {name.removeprefix(start): apart[name] for name in apart if name.startswith(start)}
        return circumstances(conditions)


def is_empty(box: Box) -> bool:
    return not all(box.values())


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes have a case in common."""
    return all(values & other[name] for name, values in one.items())


def within(inner: Box, outer: Box) -> bool:
    return all(values <= outer[name] for name, values in inner.items())


def without(boxes: Iterable[Box], taken: Box) -> list[Box]:
    """What is left of the boxes. Raises TooManyCases."""
    left: list[Box] = []
    for box in boxes:
        left += _cut(box, taken) if meet(box, taken) else [box]
        if len(left) > MOST_BOXES:
            raise TooManyCases
    return left


def in_force(rows: Iterable[Box], cases: Box) -> tuple[list[list[Box]], list[Box]]:
    """For each row of a table those of the cases in which it is the first that applies, and the cases in which none does.

    Raises TooManyCases.
    """
    left = [cases]
    first = []
    for row in rows:
        first.append([_shared(box, row) for box in left if meet(box, row)])
        left = without(left, row)
    return first, left


def _shared(one: Box, other: Box) -> Box:
    return {name: values & other[name] for name, values in one.items()}


def _cut(box: Box, taken: Box) -> list[Box]:
    """The box without the cases it shares with another: a slab for each condition in which it is wider."""
    slabs: list[Box] = []
    core = dict(box)
    for name, values in box.items():
        if rest := values - taken[name]:
            slabs.append({**core, name: rest})
            core[name] = values & taken[name]
    return slabs


def _wanted(row: Row) -> dict[str, frozenset[Value]]:
    return {
        **{name: frozenset(values) for name in _CONDITIONS if (values := getattr(row, name))},
        **{f"reading {reading}": frozenset(options) for reading, options in row.reading.items()},
        **{f"fact {fact}": frozenset(values) for fact, values in row.fact.items()},
    }


def _facts(rows: Iterable[Row]) -> dict[str, frozenset[Value]]:
    """The values of each fact that any row names, and those that it has besides: one that is not told is false."""
    named: dict[str, set[Value]] = {}
    for row in rows:
        for fact, values in row.fact.items():
            named.setdefault(fact, set()).update(values)
    return {fact: frozenset(values | _besides(values)) for fact, values in named.items()}


def _besides(values: set[Value]) -> set[Value]:
    return {True, False} if values <= {True, False} else {False, ANOTHER}
