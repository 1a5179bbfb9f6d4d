"""How long processors have worked for a service and its database: what a request took, however many others wait for them."""

from pathlib import Path

PROC = Path("/proc")
OF_A_CLIENT = b"[local]"
"""What stands in the name of a database process that works for somebody, and in no other."""


class Processors:
    """Those that work for a service, all its threads, and for the processes by which a database on this machine serves clients."""

    def __init__(self, service: int, database: int | None) -> None:
        self._service = service
        self._database = database

    def seconds(self) -> float:
        """Since they began; of threads that are still there."""
        tasks = [*_tasks(self._service), *(task for one in self._serving() for task in _tasks(one))]
        return sum(map(_nanoseconds, tasks)) / 1e9

    def _serving(self) -> list[int]:
        if self._database is None:
            return []
        children = (PROC / f"{self._database}/task/{self._database}/children").read_text().split()
        return [int(one) for one in children if OF_A_CLIENT in _command(one)]


def _tasks(process: int) -> list[Path]:
    try:
        return list((PROC / f"{process}/task").iterdir())
    except OSError:
        return []


def _nanoseconds(task: Path) -> int:
    try:
        return int((task / "schedstat").read_text().split()[0])
    except OSError:
        return 0


def _command(process: str) -> bytes:
    try:
        return (PROC / process / "cmdline").read_bytes()
    except OSError:
        return b""
