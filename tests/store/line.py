"""A line to the database that can be cut at the worst moment."""

import socket
import threading
from contextlib import suppress
from select import select

from psycopg.conninfo import conninfo_to_dict, make_conninfo


class Line:
    """Passes everything on, until it is told to lose something and cuts the connection there. To be closed."""

    def __init__(self, url: str) -> None:
        self._target = conninfo_to_dict(url)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = make_conninfo(url, host="127.0.0.1", port=self._door.getsockname()[1], sslmode="disable")
        self._loses_requests = self._loses_answers = False
        self._ends = socket.socketpair()
        self._passing = threading.Thread(target=self._pass_on)
        self._passing.start()

    def lose_requests(self) -> None:
        """The next request does not reach the database."""
        self._loses_requests = True

    def lose_answers(self) -> None:
        """The next request reaches the database, which does it, and the answer does not come back."""
        self._loses_answers = True

    def close(self) -> None:
        self._ends[0].close()
        self._passing.join()
        self._ends[1].close()
        self._door.close()

    def _pass_on(self) -> None:
        others: dict[socket.socket, socket.socket] = {}
        programs: set[socket.socket] = set()
        while self._ends[1] not in (ready := select([self._ends[1], self._door, *others], [], [])[0]):
            for end in ready:
                if end is self._door:
                    program, database = self._door.accept()[0], self._database()
                    others |= {program: database, database: program}
                    programs.add(program)
                elif end in others and not self._passed(end, others[end], end in programs):
                    for gone in (end, others.pop(end)):
                        others.pop(gone, None)
                        gone.close()
        for end in others:
            end.close()

    def _passed(self, end: socket.socket, other: socket.socket, is_request: bool) -> bool:
        with suppress(OSError):
            data = end.recv(65536)
            if data and not (self._loses_requests if is_request else self._loses_answers):
                other.sendall(data)
                return True
        return False

    def _database(self) -> socket.socket:
        host, port = str(self._target.get("host") or "localhost"), self._target.get("port") or 5432
        if not host.startswith("/"):
            return socket.create_connection((host, int(port)))
        database = socket.socket(socket.AF_UNIX)
        database.connect(f"{host}/.s.PGSQL.{port}")
        return database
