"""What was kept of what was agreed? Clocks by how they came out, and where the time of those that were breached went.

What was counted as of the last event of each ticket stands in rows; what time alone has made of others since is added by the
question, so that the figures are exact at any instant.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composable, Composed, Identifier, Placeholder

from projections.as_of.view import View
from projections.boards.counts import KEPT, KEPT_BY_CUSTOMER, KEPT_OF_CUSTOMER, PARTS
from projections.boards.eras import Answer, Era
from projections.boards.milestones import TOLD
from projections.boards.spent import KINDS, SPENT
from projections.boards.surveys import ANSWERED
from projections.tables import Table

VERDICTS = ("met", "breached", "excused", "open")


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """Which clocks are asked about; what is None does not matter. `since` and `until` are months, both counted in."""

    customer: str | None = None
    agreement: str | None = None
    plan: str | None = None
    severity: int | None = None
    clock: str | None = None
    since: str | None = None
    until: str | None = None

    def conditions(self, columns: Collection[str]) -> Composed:
        """What of it concerns these columns; the values are given by their names."""
        equal = (name for name in ("customer", "agreement", "plan", "severity", "clock") if name in columns)
        told: list[Composable] = [
            _EQUAL.format(Identifier(name), Placeholder(name)) for name in equal if getattr(self, name) is not None
        ]
        told += [SQL("month >= %(since)s")] if self.since is not None else []
        told += [SQL("month <= %(until)s")] if self.until is not None else []
        return SQL(" AND ").join(told or [SQL("true")])


ALL = Among()


class Line(NamedTuple):
    """What became of some clocks; `by` says which. `seconds` are those until the breach, by kind, where they were asked for."""

    by: Mapping[str, Any]
    met: int
    breached: int
    excused: int
    open: int
    seconds: Mapping[str, int]

    @property
    def clocks(self) -> int:
        return self.met + self.breached + self.excused + self.open

    @property
    def kept(self) -> float | None:
        """Met of those met and breached; None where there is neither."""
        judged = self.met + self.breached
        return self.met / judged if judged else None

    @property
    def elapsed(self) -> int:
        return sum(self.seconds.values())


class Milestones(NamedTuple):
    """Notices that fell due under a clause: `owing` are neither given nor lapsed yet."""

    agreement: str
    clause: str
    due: int
    given: int
    lapsed: int
    delay_seconds: int

    @property
    def owing(self) -> int:
        return self.due - self.given - self.lapsed

    @property
    def missed(self) -> int:
        return self.due - self.given

    @property
    def delay(self) -> int | None:
        """How long after its occasion a notice was given, on average."""
        return self.delay_seconds // self.given if self.given else None


class Answers(NamedTuple):
    """The answers to surveys under an agreement."""

    agreement: str
    answers: int
    scores: int
    score_thousandths: int

    @property
    def score(self) -> float | None:
        return self.score_thousandths / 1_000 / self.scores if self.scores else None


class Choices(NamedTuple):
    """What there is to choose from."""

    agreement: list[str]
    plan: list[str]
    severity: list[int]
    clock: list[str]
    month: list[str]


_COUNTED = SQL("""
    SELECT {columns}, {figures} FROM {kept} AS kept WHERE {conditions}
    UNION ALL
    SELECT {columns}, {figures} FROM (
        SELECT customer, agreement, plan, severity, clock, month, 0 AS met, is_late::int AS breached, is_excused::int AS excused,
            CASE WHEN was = 'open' THEN -1 WHEN is_late OR is_excused THEN 0 ELSE 1 END AS open, {spent}
        FROM {turning} AS turning, LATERAL (
            SELECT coalesce(late_from <= %(now)s, false), coalesce(excused_from <= %(now)s, false)
        ) AS judged (is_late, is_excused)
        WHERE was <> 'breached' AND turns_at <= %(now)s
    ) AS turned WHERE {conditions}""")

_LINES = SQL("""
    SELECT {selected} FROM ({counted}) AS counted
    GROUP BY {keys} HAVING count(*) > 0 ORDER BY {order} LIMIT %(limit)s""")

_TOGETHER = SQL("""
    SELECT grouping({every}), {every}, {selected} FROM ({counted}) AS counted
    GROUP BY GROUPING SETS ({sets}) ORDER BY {every}""")

_SUM = SQL("coalesce(sum({0}), 0)::bigint AS {0}")
_SPENT = SQL("CASE WHEN is_late THEN {0} ELSE 0 END AS {0}")

_CHOICES = SQL("""
    SELECT array_agg(DISTINCT agreement), array_agg(DISTINCT plan), array_agg(DISTINCT severity), array_agg(DISTINCT clock),
        array_agg(DISTINCT month)
    FROM {kept} AS kept WHERE {conditions}""")

_MILESTONES = SQL("""
    SELECT agreement, clause, sum(due)::bigint, sum(given)::bigint, sum(lapsed)::bigint, sum(delay_seconds)::bigint
    FROM {told} AS told WHERE {conditions} GROUP BY 1, 2 ORDER BY 1, 2""")

_ANSWERS = SQL("""
    SELECT agreement, sum(answers)::bigint, sum(scores)::bigint, sum(score_thousandths)::bigint
    FROM {told} AS told WHERE {conditions} GROUP BY 1 ORDER BY 1""")

_EQUAL = SQL("{} = {}")


@dataclass(frozen=True)
class Kept:
    """What a view says was kept; with an `era`, as it was answered before in it."""

    view: View
    era: Era | None = None

    def lines(
        self, among: Among, *by: str, order: str = "", limit: int | None = None, spent: bool = False
    ) -> list[Line]:
        """The clocks asked about, together by these columns and in their order, or in another one; `spent`: with the seconds."""
        figures = _figures(spent=spent)
        keys, width = _listed(by) if by else SQL("()"), len(by)

        def ask() -> list[Line]:
            found = self.view.rows(
                _LINES,
                asdict(among) | {"limit": limit},
                counted=self._counted(among, by, figures),
                selected=SQL(", ").join([*map(Identifier, by), _summed(figures)]),
                keys=keys,
                order=SQL(order) if order else _listed(by) if by else SQL("1"),
            )
            return [_line(by, row[:width], row[width:]) for row in found]

        return self._answer(("lines", among, by, order, limit, spent), ask)

    def together(self, among: Among, *sets: tuple[str, ...]) -> dict[tuple[str, ...], list[Line]]:
        """The lines by each of several sets of columns, in their order and with the seconds, counted in one go."""
        return self._answer(("together", among, sets), lambda: self._together(among, sets))

    def _together(self, among: Among, sets: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], list[Line]]:
        every = tuple(dict.fromkeys(column for one in sets for column in one))
        asked = dict.fromkeys(sets)
        left_out = {
            sum(1 << place for place, name in enumerate(reversed(every)) if name not in one): one for one in asked
        }
        figures = _figures(spent=True)
        told: dict[tuple[str, ...], list[Line]] = {one: [] for one in asked}
        for level, *row in self.view.rows(
            _TOGETHER,
            asdict(among),
            counted=self._counted(among, every, figures),
            every=_listed(every),
            selected=_summed(figures),
            sets=SQL(", ").join(SQL("({})").format(_listed(one)) for one in asked),
        ):
            by = left_out[level]
            keys = dict(zip(every, row, strict=False))
            told[by].append(_line(by, [keys[name] for name in by], row[len(every) :]))
        return told

    def _counted(self, among: Among, by: Sequence[str], figures: Sequence[str]) -> Composed:
        table, columns = self._smallest(among, *by)
        return _COUNTED.format(
            kept=self.view.table(table),
            turning=self.view.table(SPENT),
            columns=_listed(columns),
            figures=_listed(figures),
            spent=SQL(", ").join(_SPENT.format(Identifier(f"{kind}_seconds")) for kind in KINDS),
            conditions=among.conditions(columns),
        )

    def choices(self) -> Choices:
        """What clocks there are."""

        def ask() -> Choices:
            table, columns = self._smallest(ALL, *PARTS)
            ((*found,),) = self.view.rows(_CHOICES, kept=self.view.table(table), conditions=ALL.conditions(columns))
            return Choices(*(sorted(one or []) for one in found))

        return self._answer("choices", ask)

    def milestones(self, among: Among) -> list[Milestones]:
        """The notices that fell due under the clauses of each agreement."""
        return self._answer(
            ("milestones", among), lambda: [Milestones(*row) for row in self._told(_MILESTONES, TOLD, among)]
        )

    def answers(self, among: Among) -> list[Answers]:
        """What customers answered, agreement by agreement."""
        return self._answer(
            ("answers", among), lambda: [Answers(*row) for row in self._told(_ANSWERS, ANSWERED, among)]
        )

    def _answer(self, question: Hashable, ask: Callable[[], Answer]) -> Answer:
        return ask() if self.era is None else self.era.answer((self.view.customer, question), ask)

    def _told(self, statement: SQL, table: Table, among: Among) -> list[TupleRow]:
        conditions = among.conditions(table.key)
        return self.view.rows(statement, asdict(among), told=self.view.table(table), conditions=conditions)

    def _smallest(self, among: Among, *by: str) -> tuple[Table, tuple[str, ...]]:
        """The smallest of the tables that tell apart what is asked for."""
        asked = {*by, *(name for name, value in asdict(among).items() if value is not None)} - {"since", "until"}
        if self.view.customer is not None:
            asked.add("customer")
        table = next(one for one in (KEPT, KEPT_BY_CUSTOMER, KEPT_OF_CUSTOMER) if asked <= {*one.key})
        return table, table.key


def _line(by: Sequence[str], keys: Sequence[Any], figures: Sequence[int]) -> Line:
    met, breached, excused, is_open, *seconds = figures
    return Line(
        dict(zip(by, keys, strict=True)),
        met,
        breached,
        excused,
        is_open,
        dict(zip(KINDS if seconds else (), seconds, strict=True)),
    )


def _figures(*, spent: bool) -> tuple[str, ...]:
    return (*VERDICTS, *(f"{kind}_seconds" for kind in KINDS if spent))


def _summed(figures: Iterable[str]) -> Composed:
    return SQL(", ").join(map(_SUM.format, map(Identifier, figures)))


def _listed(columns: Iterable[str]) -> Composed:
    return SQL(", ").join(map(Identifier, columns))
