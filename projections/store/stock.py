"""The event-sourcing library's own recorder on the same tables: slower, for whoever trusts it more."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg import Cursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row
from psycopg.sql import SQL, Identifier

from domain.desk.log import MOVED_ON, Log
from domain.desk.orders import Settled
from projections.store import commands
from projections.store.pool import CONNECT_SECONDS
from projections.store.recorder import COMMANDS, EVENTS, LogRecorder

_PLACE = SQL("UPDATE {commands} SET position = %s WHERE principal = %s AND key = %s")
_MOVED = SQL("SELECT true FROM {events} WHERE originator_id = %s AND originator_version > %s LIMIT 1")
_AND_TELL = SQL("{insert} RETURNING true")


_TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtext('ticketclock turn'), hashtext(%s))"


class StockRecorder(PostgresApplicationRecorder, Log):
    """Writers stand in line for a lock on the table, and a broken connection is tried ten times. To be closed.

    Where the answer to a commit got lost, the second try finds the events stored and raises IntegrityError.
    """

    def __init__(self, log: LogRecorder, url: str, schema: str, pool_size: int = 10) -> None:
        """`log` is the recorder of the same schema, which makes the tables and finds the commands."""
        self._log = log
        super().__init__(_datastore(url, schema, pool_size), events_table_name=EVENTS)
        table = Identifier(schema, COMMANDS)
        self._insert_command = _AND_TELL.format(insert=commands.INSERT_ALONE.format(commands=table))
        self._select_moved = _MOVED.format(events=Identifier(schema, EVENTS))
        self._place_command = _PLACE.format(commands=table)

    def create_tables(self) -> None:
        """Beside the tables, the library's own types and functions."""
        self._log.create_tables()
        self.create_table()

    def find_command(self, principal: str, key: str) -> Settled | None:
        return self._log.find_command(principal, key)

    def close(self) -> None:
        self.datastore.close()

    def _insert_events(
        self,
        curs: Cursor[DictRow],
        stored_events: Sequence[StoredEvent],
        *,
        command: Settled | None = None,
        unmoved: Mapping[UUID, int] | None = None,
        in_turn: bool = False,
        **_: object,
    ) -> None:
        """Answers are waited for, because a failure further down the pipeline would be no IntegrityError."""
        if in_turn:
            curs.execute(_TAKE_TURN, (self.datastore.schema,)).fetchone()
        for moved in (unmoved or {}).items():
            if curs.execute(self._select_moved, moved).fetchone():
                raise IntegrityError(MOVED_ON)
        if command:
            curs.execute(self._insert_command, commands.values(command)).fetchone()

    def _fetch_ids_after_insert_events(
        self,
        curs: Cursor[DictRow],
        stored_events: Sequence[StoredEvent],
        *,
        command: Settled | None = None,
        **_: object,
    ) -> Sequence[int] | None:
        places = super()._fetch_ids_after_insert_events(curs, stored_events)
        if command and places:
            curs.execute(self._place_command, (places[-1], command.principal, command.key))
        return places


def _datastore(url: str, schema: str, pool_size: int) -> PostgresDatastore:
    """The library asks for the parts of an address and knows only some; its pool takes all of them."""
    datastore = PostgresDatastore("", "", "", "", "", schema=schema, pool_size=1, max_overflow=pool_size - 1)
    datastore.pool.kwargs = {**conninfo_to_dict(url), "row_factory": dict_row, "connect_timeout": CONNECT_SECONDS}
    return datastore
