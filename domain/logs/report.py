"""What a conversion did with every row it read: nothing is lost silently."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

EXAMPLES_AT_MOST = 100


class Findings:
    """Rows of which there is something to say. Counts are complete; examples are kept up to a number of each kind."""

    def __init__(self, examples_at_most: int | None = EXAMPLES_AT_MOST) -> None:
        self.by_kind: Counter[str] = Counter()
        self.examples: list[dict[str, Any]] = []
        self.examples_at_most = examples_at_most
        self._lines: set[int] = set()

    @property
    def rows(self) -> int:
        """In how many lines something was found; a line with two findings counts once."""
        return len(self._lines)

    def add(self, line: int, case: str | None, what: str, value: object = None) -> None:
        """Note `what` (a kind, so few different ones) of a line, with the value that is in the log."""
        self._lines.add(line)
        self.by_kind[what] += 1
        if self.examples_at_most is None or self.by_kind[what] <= self.examples_at_most:
            found = {"line": line, "case": case, "what": what}
            self.examples.append(found if value is None else found | {"value": str(value)[:200]})

    def as_dict(self) -> dict[str, Any]:
        cap = {} if self.examples_at_most is None else {"examples_of_each_kind_at_most": self.examples_at_most}
        examples = sorted(self.examples, key=lambda found: found["line"])
        return {"rows": self.rows, "by_kind": dict(self.by_kind.most_common()), **cap, "examples": examples}


class Report:
    """Filled while a conversion runs; complete once its last case has been taken.

    - `rows` were read; `rows_told` of them went into a case.
    - `repaired`: rows that were given another instant than they state.
    - `doubtful`: rows of which something could not be read or believed; the rest of the incident was told.
    - `reordered`: tickets whose rows stand in another order in the file than they happened in, each at its first line.
    - `left_out`: changes that were read and believed, and have no place in a case file.
    - `untold`: what became no case at all, every one listed.
    - `unknown_statuses`: names of statuses without a meaning here, and how many rows carry each.
    """

    def __init__(self) -> None:
        self.about: dict[str, Any] = {}
        self.rows = 0
        self.rows_told = 0
        self.cases = 0
        self.events: Counter[str] = Counter()
        self.repaired = Findings()
        self.doubtful = Findings()
        self.reordered = Findings()
        self.left_out = Findings()
        self.untold = Findings(examples_at_most=None)
        self.unknown_statuses: Counter[str] = Counter()

    def tell(self, case: Mapping[str, Any], rows: int) -> None:
        """Count a case that is handed out, and the rows it was told from."""
        self.cases += 1
        self.rows_told += rows
        self.events.update(event["event"] for event in case["events"])

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        return {
            **self.about,
            "rows": self.rows,
            "rows_told": self.rows_told,
            "cases": self.cases,
            "events": dict(self.events.most_common()),
            "repaired": self.repaired.as_dict(),
            "doubtful": self.doubtful.as_dict(),
            "reordered": self.reordered.as_dict(),
            "left_out": self.left_out.as_dict(),
            "untold": self.untold.as_dict(),
            "unknown_statuses": dict(self.unknown_statuses.most_common()),
        }
