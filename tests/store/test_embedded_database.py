"""The database that the program brings along: there when it is needed, whatever was killed before."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool

from scripts.database import NoDatabase, data_folder, database_url, embedded
from tests.database import open_folder

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60

PROGRAM = """
import sys
from pathlib import Path
from scripts.database import embedded

with embedded(Path(sys.argv[1]), durable=False) as server:
    print(server.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder / "one of its own"


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True)


def write(url: str, text: str) -> None:
    with connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS notes (text text)")
        connection.execute("INSERT INTO notes VALUES (%s)", (text,))


def notes(url: str) -> list[str]:
    with connect(url) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM notes ORDER BY text")]


def eventually(url: str) -> None:
    """Return once somebody answers there."""
    with ConnectionPool(url, min_size=1, open=True) as connections:
        connections.wait(PATIENCE_SECONDS)


def test_what_was_written_is_there_after_a_restart(folder):
    with embedded(folder) as server:
        write(server.url, "before")

    assert server.pid is None

    with embedded(folder) as server:
        assert "before" in notes(server.url)


def test_programs_share_the_server_and_the_last_to_leave_stops_it(folder):
    with ThreadPoolExecutor(4) as everyone:
        servers = list(everyone.map(lambda _: embedded(folder, durable=False), range(4)))

    assert 1 == len({server.pid for server in servers})

    for server in servers[:-1]:
        server.close()

    eventually(servers[-1].url)
    servers[-1].close()

    assert servers[-1].pid is None


def test_leaving_twice_is_leaving_once(folder):
    with embedded(folder, durable=False) as server, embedded(folder, durable=False) as other:
        server.close()
        server.close()

        assert other.pid is not None


def test_a_server_that_was_killed_comes_back_by_itself_with_what_it_had(folder):
    with embedded(folder) as server:
        write(server.url, "killed")
        killed = server.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        eventually(server.url)

        assert "killed" in notes(server.url)
        assert killed != server.pid


def test_a_server_whose_program_was_killed_is_taken_over_and_stopped_in_the_end(folder):
    command = [sys.executable, "-c", PROGRAM, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        pid = int(program.stdout.readline())
        program.kill()
    with embedded(folder, durable=False) as server:
        assert pid == server.pid

    assert server.pid is None


def test_a_pid_file_that_names_another_process_by_now_does_not_keep_the_server_from_starting(folder):
    embedded(folder, durable=False).close()
    left_behind = folder / "postgresql/data/postmaster.pid"
    left_behind.write_text(f"{os.getpid()}\n{folder}/postgresql/data\n1\n5432\n\n\n\nready\n")

    with embedded(folder, durable=False) as server:
        assert os.getpid() != server.pid
        eventually(server.url)


def test_a_long_path_to_the_data_makes_no_difference():
    with open_folder() as folder, embedded(folder / ("x" * 120), durable=False) as server:
        socket = Path(str(conninfo_to_dict(server.url)["host"]))
        eventually(server.url)

    assert not socket.exists()


def test_nobody_but_its_owner_gets_to_the_data_or_the_socket(folder):
    with embedded(folder, durable=False):
        assert 0o700 == (folder / "postgresql").stat().st_mode & 0o777
        assert 0o700 == (folder / "postgresql/socket").stat().st_mode & 0o777


def test_a_file_in_place_of_the_folder_is_told_in_one_line(tmp_path):
    place = tmp_path / "data"
    place.write_text("")

    with pytest.raises(NoDatabase, match=r"^no database in .*: File exists; TICKETCLOCK_DATA names another folder$"):
        embedded(place)


def test_data_that_are_damaged_are_told_in_one_line():
    with open_folder() as folder:
        embedded(folder, durable=False).close()
        (folder / "postgresql/data/PG_VERSION").write_text("9.6\n")

        with pytest.raises(NoDatabase, match=r"^the embedded database does not start: database files are incompatible"):
            embedded(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server is somebody else")
def test_a_folder_that_the_servers_user_cannot_reach_is_told_in_one_line(tmp_path):
    tmp_path.chmod(0o700)

    with pytest.raises(NoDatabase, match="is closed to all but its owner"):
        embedded(tmp_path / "data")


def test_settings_choose_the_database():
    with database_url({"TICKETCLOCK_DATABASE_URL": "postgresql://somewhere/else"}) as url:
        assert "postgresql://somewhere/else" == url


def test_without_settings_the_database_is_the_folders_own(folder):
    with database_url({"TICKETCLOCK_DATA": str(folder)}) as url:
        eventually(url)


def test_data_stand_where_the_settings_say():
    assert Path("/srv/tickets") == data_folder({"TICKETCLOCK_DATA": "/srv/tickets"})
