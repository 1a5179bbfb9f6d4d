"""Files that a command leaves as they are: those it reads."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

from domain.refusals import Refusal

STANDARD_INPUT = "/dev/stdin"


def spare(reads: Sequence[str | None], writes: Sequence[str | None]) -> None:
    """Refuse to write over what is read, also through links, and to write two things to one file.

    Standard output, devices and pipes are nobody's loss.
    """
    outputs = [path for path in writes if path not in (None, "-") and not _is_device(path)]
    inputs = [STANDARD_INPUT if path == "-" else path for path in reads if path is not None]
    for path in outputs:
        if any(_same(written, read) for written in _touched(path) for read in inputs):
            raise Refusal(f"{path}: is read by this very command; write to another file")
    for path, other in combinations(outputs, 2):
        if any(_same(one, two) for one in _touched(path) for two in _touched(other)):
            raise Refusal(f"{other}: would be written over by what this very command writes; name two files")


def _touched(path: str) -> Iterator[str]:
    """What writing a file writes to: itself, and what stands beside it until it is complete."""
    yield path
    yield f"{path}.part"


def _is_device(path: str) -> bool:
    there = Path(path)
    return there.exists() and not there.is_file()


def _same(one: str, other: str) -> bool:
    try:
        return Path(one).resolve() == Path(other).resolve() or Path(one).samefile(other)
    except (OSError, RuntimeError):
        return False
