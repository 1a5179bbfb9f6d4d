"""Input that is read more than once, though a pipe can be read only once."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from scripts.documents import opened


@contextmanager
def rereadable(path: str) -> Iterator[str]:
    """The path of a file that can be opened again and again: the one given, or a copy of what a pipe holds.

    `-` is standard input. The copy is unpacked, and gone afterwards.
    """
    if path != "-" and Path(path).is_file():
        yield path
        return
    with NamedTemporaryFile() as copy:
        with opened(path) as stream:
            shutil.copyfileobj(stream, copy)
        copy.flush()
        yield copy.name
