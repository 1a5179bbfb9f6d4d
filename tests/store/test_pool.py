"""Connections that notice when nobody is at the other end any more."""

import os
import socket
from contextlib import closing

from projections.store.pool import open_pool
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
