"""Those who work in another process are told things, and nobody waits until they listen."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

from scripts.backstage import Backstage, Message, Pipe

MORE_THAN_A_PIPE_HOLDS = 20_000
PATIENCE_SECONDS = 30.0


def hard_of_hearing(settings: Mapping[str, str], pipe: "Pipe[Message, Message]") -> None:
    """Listens to nothing until it is woken, and then writes down of which customers it hears."""
    pipe.send(None)
    while not Path(settings["woken"]).exists():
        sleep(0.01)
    while True:
        customer = pipe.recv()
        if customer is not None:
            with Path(settings["heard"]).open("a") as paper:
                paper.write(f"{customer}\n")


@contextmanager
def at_work(folder: Path) -> Iterator[Backstage]:
    others = Backstage(hard_of_hearing, {name: str(folder / name) for name in ("woken", "heard")})
    stop = Event()
    running = Thread(target=others.run, args=(stop,), daemon=True)
    running.start()
    try:
        assert others.at_work.wait(PATIENCE_SECONDS)
        yield others
    finally:
        (folder / "woken").touch()
        stop.set()
        running.join(PATIENCE_SECONDS)


def until(is_so: Callable[[], bool]) -> None:
    ends = monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert monotonic() < ends
        sleep(0.01)


def test_nobody_who_records_something_waits_for_those_who_do_not_listen(tmp_path: Path):
    with at_work(tmp_path) as others:

        def tell() -> None:
            for _ in range(MORE_THAN_A_PIPE_HOLDS):
                others.tell()

        telling = Thread(target=tell, daemon=True)
        telling.start()
        telling.join(PATIENCE_SECONDS)
        assert not telling.is_alive()


def test_a_customer_to_be_forgotten_is_heard_of_as_soon_as_somebody_listens_again(tmp_path: Path):
    names = [f"customer {number}" for number in range(300)]
    heard = tmp_path / "heard"
    with at_work(tmp_path) as others:
        for name in names:
            others.tell()
            others.tell(name)
        (tmp_path / "woken").touch()
        until(lambda: heard.exists() and names[-1] in heard.read_text())

    assert names == heard.read_text().splitlines()


def test_where_nobody_is_at_work_nobody_is_told():
    others = Backstage(hard_of_hearing, {})

    others.tell()
    others.tell("ACME")
