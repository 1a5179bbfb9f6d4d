"""Statements asked so often that it matters how: the types of their values are said once, and libpq itself waits for the answer.

A cursor finds out anew how to send each value, and waits in Python: half of what it takes this program to append an event.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
from psycopg import Connection, adapters, errors
from psycopg.pq import DiagnosticField, ExecStatus, Format
from psycopg.pq.abc import PGresult
from psycopg.rows import TupleRow


class Kind(NamedTuple):
    """A type of PostgreSQL, and how a value of it is sent."""

    name: str
    format: Format
    sent: Callable[[Any], bytes]


UUIDS = Kind("uuid", Format.BINARY, lambda value: value.bytes if isinstance(value, UUID) else UUID(value).bytes)
NUMBERS = Kind("int8", Format.TEXT, lambda value: b"%d" % value)
TEXTS = Kind("text", Format.BINARY, str.encode)
BYTES = Kind("bytea", Format.BINARY, bytes)
INSTANTS = Kind("timestamptz", Format.TEXT, lambda value: datetime.isoformat(value).encode())

_UNKNOWN = b"26000"  # the connection was bid to forget all statements

_prepared: "WeakKeyDictionary[Connection[TupleRow], set[bytes]]" = WeakKeyDictionary()
"""The names of the statements that each connection knows."""


class Prepared:
    """A statement with `$1`, `$2` … for its values, that answers with whole numbers; for connections in autocommit mode."""

    def __init__(self, statement: bytes, kinds: Sequence[Kind]) -> None:
        self._statement = statement
        self._name = b"ticketclock " + sha256(statement).hexdigest()[:24].encode()
        self._types = [adapters.types[kind.name].oid for kind in kinds]
        self._formats = [kind.format for kind in kinds]
        self._sends = [kind.sent for kind in kinds]

    def numbers(self, connection: Connection[TupleRow], values: Sequence[object]) -> list[int]:
        """The first column of all rows. Raises psycopg.Error as a cursor would."""
        sent = [send(value) for send, value in zip(self._sends, values, strict=True)]
        known = _prepared.get(connection)
        if known is None:
            known = _prepared[connection] = set()
        if self._name not in known:
            self._prepare(connection)
            known.add(self._name)
        result = self._run(connection, sent)
        if result.status != ExecStatus.TUPLES_OK and result.error_field(DiagnosticField.SQLSTATE) == _UNKNOWN:
            self._prepare(connection)
            result = self._run(connection, sent)
        if result.status != ExecStatus.TUPLES_OK:
            raise _error(result)
        return [int.from_bytes(result.get_value(row, 0) or b"", signed=True) for row in range(result.ntuples)]

    def _prepare(self, connection: Connection[TupleRow]) -> None:
        result = connection.pgconn.prepare(self._name, self._statement, self._types)
        if result.status != ExecStatus.COMMAND_OK:
            raise _error(result)

    def _run(self, connection: Connection[TupleRow], sent: Sequence[bytes]) -> PGresult:
        return connection.pgconn.exec_prepared(self._name, sent, self._formats, Format.BINARY)


def _error(result: PGresult) -> psycopg.Error:
    """Only a server says a state; without one, the connection is gone."""
    if result.error_field(DiagnosticField.SQLSTATE):
        return errors.error_from_result(result)
    return psycopg.OperationalError(result.get_error_message())


def numbered(statement: bytes) -> bytes:
    """A statement whose values are each written `%s`, as psycopg has them, with `$1`, `$2` … in their place."""
    first, *others = statement.split(b"%s")
    return first + b"".join(b"$%d%s" % (number, part) for number, part in enumerate(others, start=1))
