"""On which calendars do clocks count? Each definition once, under its digest, so that rows can name it.

A row says up to when a clock has been judged and on which calendar it goes on; with the calendar, whoever asks at a later instant
counts to it. Definitions never change, so they outlive rebuilds, and a process keeps each calendar that it has compiled.
"""

from collections.abc import Iterable, Iterator, Mapping

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier
from psycopg.types.json import Jsonb

from domain.terms.calendar import Calendar, defined
from projections.store.pool import Pool

CALENDARS = "calendars"

_CREATE = SQL("CREATE TABLE IF NOT EXISTS {calendars} (key text PRIMARY KEY, definition jsonb NOT NULL)")
_KEPT = SQL("SELECT key FROM {calendars} WHERE key = ANY(%s)")
_ONE_AFTER_ANOTHER = "SELECT pg_advisory_xact_lock(hashtext('ticketclock calendars'), hashtext(%s))"
_KEEP = SQL("INSERT INTO {calendars} VALUES (%s, %s) ON CONFLICT DO NOTHING")
_EVERY = SQL("SELECT key FROM {calendars}")
_FIND = SQL("SELECT key, definition FROM {calendars} WHERE key = ANY(%s)")

_compiled: dict[str, Calendar] = {}
"""Those that this process knows; a key says all about its calendar, whatever log it was met in."""


def key_of(calendar: Calendar) -> str:
    """By what rows name a calendar."""
    _compiled.setdefault(calendar.digest, calendar)
    return calendar.digest


def created(schema: str) -> Iterator[Composed]:
    yield _CREATE.format(calendars=Identifier(schema, CALENDARS))


def keep(connection: Connection[TupleRow], schema: str, keys: Iterable[str]) -> None:
    """Have the definitions of these, which rows of this transaction name; writers of new ones go one after another."""
    wanted = sorted(set(keys))
    if not wanted:
        return
    table = Identifier(schema, CALENDARS)
    kept = {key for (key,) in connection.execute(_KEPT.format(calendars=table), (wanted,))}
    if kept.issuperset(wanted):
        return
    connection.execute(_ONE_AFTER_ANOTHER, (schema,))
    for key in wanted:
        if key not in kept:
            connection.execute(_KEEP.format(calendars=table), (key, Jsonb(_compiled[key].definition)))


def calendars(pool: Pool, schema: str, keys: Iterable[str]) -> Mapping[str, Calendar]:
    """The calendars of these keys."""
    wanted = set(keys)
    missing = list(wanted - _compiled.keys())
    if missing:
        with pool.connection() as connection:
            found = connection.execute(_FIND.format(calendars=Identifier(schema, CALENDARS)), (missing,)).fetchall()
        for key, definition in found:
            _compiled[key] = defined(definition)
    return {key: _compiled[key] for key in wanted}


def every(pool: Pool, schema: str) -> Mapping[str, Calendar]:
    """All calendars on which any clock ever went on."""
    with pool.connection() as connection:
        keys = [key for (key,) in connection.execute(_EVERY.format(calendars=Identifier(schema, CALENDARS)))]
    return calendars(pool, schema, keys)
