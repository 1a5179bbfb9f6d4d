"""What a reader of an agreement wants to see of it: all plans or one, all regions or one, with the readings open or chosen."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from domain.terms.agreement import Agreement
from domain.terms.checking.boxes import Box, Cases, in_force, meet
from domain.terms.phrases import circumstances
from domain.terms.rows import Row

AnyRow = TypeVar("AnyRow", bound=Row)


@dataclass(frozen=True)
class Shown(Generic[AnyRow]):
    """A row, and in words for whom and where it holds, as far as that is not said anyway."""

    row: AnyRow
    where: str


class View(NamedTuple):
    """The cases that are shown; `of` narrows them."""

    agreement: Agreement
    cases: Cases
    box: Box

    @classmethod
    def on(
        cls,
        agreement: Agreement,
        rows: Iterable[Row],
        plan: str | None = None,
        region: str | None = None,
        readings: Mapping[str, str] | None = None,
    ) -> "View":
        cases = Cases(agreement, rows)
        chosen = {} if readings is None else {**agreement.default_readings, **readings}
        given = {"plan": plan, "region": region, **{f"reading {name}": option for name, option in chosen.items()}}
        narrowed = {
            name: frozenset({value}) for name, value in given.items() if value is not None and name in cases.all
        }
        return cls(agreement, cases, {**cases.all, **narrowed})

    def at(self, severity: int) -> "View":
        return self._replace(box={**self.box, "severity": frozenset({severity})})

    def under(self, row: Row) -> "View":
        """The cases that a row is about."""
        box = self.cases.of(row)
        return self._replace(box={name: values & box[name] for name, values in self.box.items()})

    def shows(self, row: Row) -> bool:
        return meet(self.box, self.cases.of(row))

    def all(self, rows: Iterable[AnyRow]) -> Iterator[Shown[AnyRow]]:
        """Every row that is about any of the cases."""
        yield from (self._shown(row) for row in rows if self.shows(row))

    def first(self, rows: Iterable[AnyRow]) -> tuple[list[Shown[AnyRow]], bool]:
        """The rows that hold, each where none before it does, and whether there are cases in which none does."""
        rows = tuple(rows)
        holding, left = in_force(map(self.cases.of, rows), self.box)
        shown = [self._shown(row) for row, boxes in zip(rows, holding, strict=True) if boxes]
        return shown, bool(left)

    def conditions(self, row: Row) -> str:
        """For whom and where a row holds, as far as that is not said anyway."""
        box = self.cases.of(row)
        wanted = {
            name: getattr(row, name) for name in ("plan", "region", "severity", "category") if not self._all(box, name)
        }
        for kind in ("reading", "fact"):
            named = getattr(row, kind).items()
            wanted[kind] = {name: values for name, values in named if not self._all(box, f"{kind} {name}")}
        return circumstances(wanted)

    def _shown(self, row: AnyRow) -> Shown[AnyRow]:
        conditions = self.conditions(row)
        return Shown(row, f",{conditions}" if conditions else "")

    def _all(self, box: Box, name: str) -> bool:
        return self.box[name] <= box[name]


def grounds(row: Row | None, clause: str = "") -> str:
    """The clause that a term rests on, behind it; `(assumed)` where the text itself does not give it."""
    named = (row.clause if row else None) or clause
    assumed = " (assumed)" if row and row.assumes else ""
    return f"{assumed} [{named}]" if named else assumed
