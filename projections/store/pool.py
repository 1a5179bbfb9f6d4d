"""Connections to PostgreSQL; each statement is its own transaction unless somebody opens one."""

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

Pool = ConnectionPool[Connection[TupleRow]]

CONNECT_SECONDS = 3
RECONNECT_SECONDS = 3.0
IDLE_TRANSACTION_SECONDS = 60.0
NOTICED = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}
"""That the other end is gone without a word, as when a network breaks, is noticed within half a minute, and not after hours."""


AS_LONG_AS_IT_TAKES = """
    SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)"""
"""In this transaction statements may take long, and so may whoever reads their rows in between."""

READ_TO_THE_END = "SELECT set_config('cursor_tuple_fraction', '1', true)"
"""In this transaction all rows of a cursor are wanted, and not the first ones soon."""


def open_pool(
    url: str,
    *,
    size: int = 10,
    wait_seconds: float = 3,
    statement_seconds: float = 30,
    idle_seconds: float = IDLE_TRANSACTION_SECONDS,
) -> Pool:
    """Up to `size` connections; who gets none within `wait_seconds` gets psycopg's PoolTimeout. To be closed.

    The server ends a statement that takes longer than `statement_seconds`, and the connection of a transaction in which nothing
    is asked for `idle_seconds`.

    Opens while the database is down, too, and works again within seconds once the database is back.
    """

    def limit(connection: Connection[TupleRow]) -> None:
        connection.execute(
            "SELECT set_config('statement_timeout', %s, false), set_config('idle_in_transaction_session_timeout', %s, false)",
            (f"{round(statement_seconds * 1000)}ms", f"{round(idle_seconds * 1000)}ms"),
        )

    def refuse_broken(connection: Connection[TupleRow]) -> None:
        """Where one connection broke, the server went away, and the others are as dead."""
        try:
            _notice_hanging_up(connection)
        except psycopg.OperationalError:
            pool.check()
            raise

    pool = ConnectionPool(
        url,
        kwargs={"autocommit": True, "connect_timeout": CONNECT_SECONDS, **NOTICED},
        min_size=1,
        max_size=size,
        timeout=wait_seconds,
        reconnect_timeout=RECONNECT_SECONDS,  # attempts grow apart; whoever asks after the last one starts them afresh
        configure=limit,
        check=refuse_broken,
        open=True,
    )
    return pool


class Lent:
    """A connection of the pool for single statements; `pool.connection()` takes the time to commit what is committed already."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def __enter__(self) -> Connection[TupleRow]:
        self._connection = self._pool.getconn()
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._pool.putconn(self._connection)


def _notice_hanging_up(connection: Connection[TupleRow]) -> None:
    """Without a round trip, and without giving way to other threads. Raises psycopg.OperationalError."""
    connection.pgconn.consume_input()  # may be the server's last words
    connection.pgconn.consume_input()
