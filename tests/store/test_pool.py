"""Connections that notice when nobody is at the other end any more."""

import os
import socket
from contextlib import closing
from time import sleep

import psycopg
import pytest

from projections.store.pool import AS_LONG_AS_IT_TAKES, open_pool
from tests.store.line import Line


def test_a_connection_asks_soon_whether_the_other_end_is_still_there(database_url):
    with (
        closing(Line(database_url)) as line,
        open_pool(line.url, size=1) as pool,
        pool.connection() as connection,
        socket.socket(fileno=os.dup(connection.fileno())) as wire,
    ):
        assert wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        told = [
            wire.getsockopt(socket.IPPROTO_TCP, option)
            for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT)
        ]

    assert [10, 5, 3, 30_000] == told


def test_a_transaction_in_which_nobody_asks_anything_is_ended_unless_it_may_take_as_long_as_it_takes(database_url: str):
    with open_pool(database_url, size=1, idle_seconds=0.05) as pool:

        def goes_on_after_a_pause(first: str) -> bool:
            with pool.connection() as connection, connection.transaction():
                connection.execute(first)
                sleep(0.2)
                return connection.execute("SELECT 1").fetchone() == (1,)

        assert goes_on_after_a_pause(AS_LONG_AS_IT_TAKES)
        with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
            goes_on_after_a_pause("SELECT 1")


def test_what_may_take_long_is_said_of_one_transaction_and_not_of_the_next(database_url: str):
    told = "SELECT current_setting('statement_timeout'), current_setting('idle_in_transaction_session_timeout')"
    with open_pool(database_url, size=1) as pool, pool.connection() as connection:
        with connection.transaction():
            connection.execute(AS_LONG_AS_IT_TAKES)
            assert ("0", "0") == connection.execute(told).fetchone()

        assert ("30s", "1min") == connection.execute(told).fetchone()
