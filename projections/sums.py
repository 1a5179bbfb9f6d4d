"""Counts over the rows of many tickets, exact at all times: what changes with some tickets is told in the same transaction.

Asked over all rows such a count takes seconds in a long log. Here it is a row of a table of its own, moved on by what the rows of
the tickets concerned counted before, and what they count after. A rebuild counts once, at its end.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composable, Composed, Identifier, Placeholder

from projections.tables import Table

Key = tuple[object, ...]
Counted = dict[Key, tuple[int, ...]]

_FILL = SQL("INSERT INTO {table} {counted}")
_FILL_COARSER = SQL("INSERT INTO {table} SELECT {key}, {sums} FROM {finer} GROUP BY {key}")
_OF = SQL("(SELECT * FROM {} WHERE ticket = ANY(%(streams)s))")
_ADD = SQL("INSERT INTO {table} AS held VALUES ({values}) ON CONFLICT ({key}) DO UPDATE SET {added}")
_DROP_EMPTY = SQL("DELETE FROM {table} WHERE ({key}) = ({values}) AND {figure} = 0")


@dataclass(frozen=True)
class Sum:
    """What is counted, and into which tables, the finest first: the keys of the others are parts of its key.

    `counted` selects the finest key and the figures from the tables of `rows`, which it has in braces by their names. The first
    figure is how many rows were counted: where it is 0 there is no row.
    """

    tables: tuple[Table, ...]
    rows: tuple[Table, ...]
    counted: SQL

    def fill(self, connection: Connection[TupleRow], names: Mapping[str, Composable]) -> None:
        """Count all; the tables are empty."""
        finest, *coarser = self.tables
        counted = self.counted.format(**{table.name: names[table.name] for table in self.rows})
        connection.execute(_FILL.format(table=names[finest.name], counted=counted))
        for table in coarser:
            sums = [SQL("sum({})::bigint").format(Identifier(one)) for one in self._figures]
            connection.execute(
                _FILL_COARSER.format(
                    table=names[table.name],
                    finer=names[finest.name],
                    key=_listed(table.key),
                    sums=SQL(", ").join(sums),
                )
            )

    def of(self, connection: Connection[TupleRow], names: Mapping[str, Composable], streams: Sequence[UUID]) -> Counted:
        """What the rows of these tickets count."""
        width = len(self.tables[0].key)
        statement = self.counted.format(**{table.name: _OF.format(names[table.name]) for table in self.rows})
        found = connection.execute(statement, {"streams": list(streams)})
        return {row[:width]: row[width:] for row in found}

    def move(
        self, connection: Connection[TupleRow], names: Mapping[str, Composable], before: Counted, after: Counted
    ) -> None:
        """Have the tables count what is after, and no more what was before."""
        changed = _difference(before, after)
        for table in self.tables if changed else ():
            places = [self.tables[0].key.index(one) for one in table.key]
            self._add(connection, table, names[table.name], _gathered(changed, places))

    def _add(self, connection: Connection[TupleRow], table: Table, name: Composable, changed: Counted) -> None:
        added = [SQL("{one} = held.{one} + excluded.{one}").format(one=Identifier(one)) for one in self._figures]
        key, values = _listed(table.key), SQL(", ").join(Placeholder() * len(table.columns))
        with connection.cursor() as cursor:
            cursor.executemany(
                _ADD.format(table=name, values=values, key=key, added=SQL(", ").join(added)),
                [(*one, *figures) for one, figures in changed.items()],
            )
            if fewer := [one for one, figures in changed.items() if figures[0] < 0]:
                values = SQL(", ").join(Placeholder() * len(table.key))
                drop = _DROP_EMPTY.format(table=name, key=key, values=values, figure=Identifier(self._figures[0]))
                cursor.executemany(drop, fewer)

    @property
    def _figures(self) -> tuple[str, ...]:
        finest = self.tables[0]
        return finest.columns[len(finest.key) :]


def _difference(before: Counted, after: Counted) -> Counted:
    changed = {}
    for key in before.keys() | after.keys():
        was, now = before.get(key), after.get(key)
        if was != now:
            width = len(was or now or ())
            none = (0,) * width
            changed[key] = tuple(new - old for new, old in zip(now or none, was or none, strict=True))
    return changed


def _gathered(changed: Counted, places: Sequence[int]) -> Counted:
    """By fewer columns of the key; what does not change by these is left out. In the order of the keys."""
    gathered: dict[Key, Counter[int]] = {}
    for key, figures in changed.items():
        held = gathered.setdefault(tuple(key[place] for place in places), Counter())
        for place, figure in enumerate(figures):
            held[place] += figure
    width = len(next(iter(changed.values())))
    told = {key: tuple(held[place] for place in range(width)) for key, held in gathered.items()}
    return {key: told[key] for key in sorted(told, key=str) if any(told[key])}


def _listed(columns: Sequence[str]) -> Composed:
    return SQL(", ").join(map(Identifier, columns))
