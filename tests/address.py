"""An address on this machine that stays a program's own, also while the program is down."""

import socket


class Address:
    """Held by a socket that listens to nobody: else any connection that begins meanwhile may be given its port. To be closed."""

    def __init__(self) -> None:
        self._held = socket.socket()
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._held.bind(("127.0.0.1", 0))
        self.port = int(self._held.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._held.close()
