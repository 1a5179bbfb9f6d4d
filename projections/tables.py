"""The tables of read models: what a row is, how many are replaced at once, and where they are built beside the live ones.

A row is a named tuple, and its table has one column for each field, in that order. Rows belong to a stream of the log, by their
first field, and are replaced stream by stream.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import NoneType, UnionType
from typing import Any, Literal, LiteralString, NamedTuple, get_args, get_origin, get_type_hints
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier

NEXT = "_next"
"""What the names of tables end with that are built beside the live ones."""

Row = tuple[Any, ...]


class Index(NamedTuple):
    """What serves one question: its columns, a minus turning the order of one, and the rows that it is about."""

    columns: tuple[str, ...]
    where: LiteralString = "true"


_TYPES: Mapping[object, str] = {
    UUID: "uuid",
    str: "text",
    int: "bigint",
    bool: "boolean",
    datetime: "timestamptz",
    list: "text[]",
    dict: "jsonb",
    Literal: "text",
}

_CREATE = SQL("CREATE TABLE IF NOT EXISTS {table} ({columns})")
_CREATE_INDEX = SQL("CREATE {kind} IF NOT EXISTS {index} ON {table} ({columns}) WHERE {where}")
_DELETE = SQL("DELETE FROM {table} WHERE {stream} = ANY(%s)")
_COPY = SQL("COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)")
_DROP = SQL("DROP TABLE IF EXISTS {table}")
_RENAME = SQL("ALTER TABLE {table} RENAME TO {name}")
_RENAME_INDEX = SQL("ALTER INDEX {index} RENAME TO {name}")


@dataclass(frozen=True)
class Table:
    """`key` tells rows apart."""

    name: str
    row: type[Row]
    key: tuple[str, ...]
    indexes: tuple[Index, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return self.row._fields  # type: ignore[attr-defined,no-any-return]

    @property
    def stream(self) -> str:
        """The column that names the stream."""
        return self.columns[0]

    def created(self, schema: str, suffix: str = "") -> Iterator[Composed]:
        """What creates the table without its indexes."""
        hints = self._hints
        columns = [SQL("{} {}").format(Identifier(name), SQL(_declared(hints[name]))) for name in self.columns]
        yield _CREATE.format(table=self.at(schema, suffix), columns=SQL(", ").join(columns))

    def indexed(self, schema: str, suffix: str = "") -> Iterator[Composed]:
        for name, kind, index in self._indexes():
            yield _CREATE_INDEX.format(
                kind=SQL(kind),
                index=Identifier(name + suffix),
                table=self.at(schema, suffix),
                columns=SQL(", ").join(map(_ordered, index.columns)),
                where=SQL(index.where),
            )

    def dropped(self, schema: str, suffix: str = "") -> Composed:
        return _DROP.format(table=self.at(schema, suffix))

    def made_live(self, schema: str) -> Iterator[Composed]:
        """What puts the table built beside it in the place of the live one."""
        yield self.dropped(schema)
        yield _RENAME.format(table=self.at(schema, NEXT), name=Identifier(self.name))
        for name, _, _ in self._indexes():
            yield _RENAME_INDEX.format(index=Identifier(schema, name + NEXT), name=Identifier(name))

    def at(self, schema: str, suffix: str = "") -> Identifier:
        return Identifier(schema, self.name + suffix)

    def copy(self, connection: Connection[TupleRow], rows: Sequence[Row], schema: str, suffix: str = "") -> None:
        if not rows:
            return
        columns = SQL(", ").join(map(Identifier, self.columns))
        with (
            connection.cursor() as cursor,
            cursor.copy(_COPY.format(table=self.at(schema, suffix), columns=columns)) as copy,
        ):
            copy.set_types([_kind(self._hints[name]) for name in self.columns])
            for row in rows:
                copy.write_row(row)

    def delete(self, connection: Connection[TupleRow], streams: Sequence[UUID], schema: str, suffix: str = "") -> None:
        statement = _DELETE.format(table=self.at(schema, suffix), stream=Identifier(self.stream))
        connection.execute(statement, (list(streams),))

    @cached_property
    def _hints(self) -> Mapping[str, Any]:
        return get_type_hints(self.row)

    def _indexes(self) -> Iterator[tuple[str, LiteralString, Index]]:
        yield f"{self.name}_key", "UNIQUE INDEX", Index(self.key)
        for index in self.indexes:
            yield f"{self.name}_{'_'.join(one.lstrip('-') for one in index.columns)}", "INDEX", index


class Trouble(NamedTuple):
    """A stream whose rows cannot be built; it is tried again with the next event that concerns it."""

    stream: UUID
    contract: UUID | None
    position: int
    problem: str


TROUBLES = Table("troubles", Trouble, key=("stream",))


class Source(NamedTuple):
    """What the rows of a stream are made of: it, up to the place of its last event, and the contract that it hangs on."""

    contract: UUID | None
    position: int


@dataclass
class Rows:
    """The rows of some streams, table by table; they replace all rows that these streams had.

    Where a stream has no source, nobody is troubled if it has no rows.
    """

    streams: dict[UUID, Source | None] = field(default_factory=dict)
    of: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: Table, rows: Iterable[Row]) -> None:
        self.of.setdefault(table.name, []).extend(rows)

    def within(self, tables: Iterable[Table]) -> Iterator["Rows"]:
        """Stream by stream."""
        for stream, source in self.streams.items():
            part = Rows({stream: source})
            for table in tables:
                part.add(table, [row for row in self.of.get(table.name, ()) if row[0] == stream])
            yield part


def _ordered(column: str) -> Composed:
    return SQL("{} DESC" if column.startswith("-") else "{}").format(Identifier(column.lstrip("-")))


def _declared(hint: Any) -> str:
    """The column's type and whether it may be empty, as the field is annotated."""
    return _kind(hint) if isinstance(hint, UnionType) else f"{_kind(hint)} NOT NULL"


def _kind(hint: Any) -> str:
    if isinstance(hint, UnionType):
        (hint,) = (one for one in get_args(hint) if one is not NoneType)
    return _TYPES[get_origin(hint) or hint]
