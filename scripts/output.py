"""Where commands write what they make: standard output, or a file that is there only once it is complete."""

import gzip
import io
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TextIO

from domain.refusals import Refusal


@contextmanager
def written(path: str | None) -> Iterator[TextIO]:
    """A text to write to: packed where the name ends in .gz, standard output for `-` or none. Raises Refusal.

    A device or pipe is written to as it stands.
    """
    if path in (None, "-"):
        yield sys.stdout
        return
    whole = Path(path)
    begun = whole if whole.exists() and not whole.is_file() else Path(f"{path}.part")
    try:
        with _text(begun, packed=whole.suffix == ".gz") as out:
            yield out
        if begun != whole:
            begun.replace(whole)
    except OSError as error:
        raise Refusal(f"{path}: cannot be written: {error.strerror or error}") from None
    finally:
        if begun != whole:
            with suppress(OSError):
                begun.unlink()


@contextmanager
def _text(path: Path, *, packed: bool) -> Iterator[TextIO]:
    """Packed without name and time of day, so that the same text makes the same bytes."""
    with ExitStack() as stack:
        file = stack.enter_context(path.open("wb"))
        inner = stack.enter_context(gzip.GzipFile("", "wb", 5, file, mtime=0)) if packed else file
        yield stack.enter_context(io.TextIOWrapper(inner, "utf-8", newline="\n"))
