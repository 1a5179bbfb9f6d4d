"""Work shared out among processes: what came of it comes in order, and nobody goes on with it alone."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from signal import SIGKILL
from time import monotonic, sleep

import pytest

from projections.shared_out import shared_out

PATIENCE_SECONDS = 60


class Squares:
    """Tells the squares of numbers, and in which process; what it learned is the first number."""

    def __init__(self) -> None:
        self.learned: int | None = None
        self.is_split_off = False

    def do(self, part: int) -> tuple[int, int | None, bool]:
        if self.learned is None:
            self.learned = part
        if not self.is_split_off:
            sleep(0.005)  # the others have their turn
        return part * part, self.learned, self.is_split_off

    def split_off(self) -> None:
        self.is_split_off = True


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_what_came_of_each_part_is_told_in_the_order_of_the_parts(processes: int):
    done = list(shared_out(range(40), Squares(), processes))

    assert [number * number for number in range(40)] == [square for square, _, _ in done]
    assert {0} == {learned for _, learned, _ in done}
    assert (processes > 1) == any(is_split_off for _, _, is_split_off in done)


def test_one_part_or_none_needs_nobody_else():
    assert [] == list(shared_out([], Squares(), 2))
    assert [(9, 3, False)] == list(shared_out([3], Squares(), 2))


KILLED = """
import os, sys, time
from projections.shared_out import shared_out

class Slow:
    def do(self, part):
        if part:
            os.write(1, b"%d\\n" % os.getpid())  # in one piece, whoever else writes
            time.sleep(300)
    def split_off(self):
        pass

list(shared_out(range(4), Slow(), 2))
"""


def test_who_was_split_off_ends_with_a_parent_that_is_killed():
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, cwd=root, text=True) as parent:
        assert parent.stdout is not None
        helpers = {int(parent.stdout.readline()) for _ in range(2)} - {parent.pid}
        os.kill(parent.pid, SIGKILL)

        assert 1 == len(helpers)
        assert all_end(list(helpers))


def all_end(processes: Sequence[int]) -> bool:
    until = monotonic() + PATIENCE_SECONDS
    while any(map(is_running, processes)):
        if monotonic() > until:
            return False
        sleep(0.01)
    return True


def is_running(process: int) -> bool:
    """Not one that has ended and that nobody asked about yet."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
