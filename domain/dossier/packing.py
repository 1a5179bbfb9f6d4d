"""A dossier as one file: a zip that follows from the files in it and from nothing else, so that it can be made again and compared.

Nothing in it is compressed: what is unpacked is never more than what was there.
"""

import struct
from collections.abc import Mapping
from io import BytesIO
from itertools import accumulate
from typing import NamedTuple
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from domain.refusals import Refusal

MEBIBYTE = 1 << 20
MOST_BYTES = 256 * MEBIBYTE
MOST_FILES = 5_000

FIRST_DAY = (1980, 1, 1, 0, 0, 0)
UNIX, READABLE = 3, 0o100644 << 16

_ODD = (BadZipFile, struct.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError, OverflowError)
"""What reading a damaged zip raises."""


class NoDossier(Refusal):
    """This is no dossier, or so damaged that it cannot be opened."""


class Unpacked(NamedTuple):
    """What a container holds; `damaged` says what could not be unpacked, or is not as it was packed, by its place."""

    files: dict[str, bytes]
    damaged: list[tuple[str, str]]


def packed(files: Mapping[str, bytes]) -> bytes:
    """The container of these files, in their order."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as container:
        for name, content in files.items():
            container.writestr(_entry(name), content)
    return out.getvalue()


def _entry(name: str) -> ZipInfo:
    """No time of day, no machine: the day with which the calendar of zip files begins."""
    entry = ZipInfo(name, FIRST_DAY)
    entry.create_system, entry.external_attr = UNIX, READABLE
    return entry


def unpacked(container: bytes) -> Unpacked:
    """What a container holds. Raises NoDossier where that cannot be said."""
    if len(container) > MOST_BYTES:
        raise NoDossier(f"it is larger than {MOST_BYTES // MEBIBYTE} MiB, and no dossier is")
    try:
        return _unpacked(container)
    except _ODD:
        raise NoDossier("it cannot be opened: its list of contents is damaged, or it is no zip file") from None


def _unpacked(container: bytes) -> Unpacked:
    files: dict[str, bytes] = {}
    damaged: list[tuple[str, str]] = []
    with ZipFile(BytesIO(container)) as opened:
        entries = opened.infolist()
        told = sum(one.file_size for one in entries if one.compress_type == ZIP_STORED)
        if len(entries) > MOST_FILES or told > len(container):
            raise NoDossier("it says that it holds more than it can")
        for one in entries:
            if one.compress_type != ZIP_STORED:
                raise NoDossier(
                    f"{one.filename} in it is packed in another way than dossiers are; unzip it and check the folder"
                )
            if one.filename in files:
                damaged.append((one.filename, "is there twice"))
            else:
                try:
                    files[one.filename] = opened.read(one)
                except _ODD:
                    damaged.append((one.filename, "is not as it was packed"))
    if not damaged and (place := _first_difference(files, container)):
        damaged.append(
            (place, "the container around it is not as it was packed; unzip it and check the folder for what is in it")
        )
    return Unpacked(files, damaged)


def _first_difference(files: Mapping[str, bytes], container: bytes) -> str:
    """The entry at which the container is not what its files make; nothing where it is."""
    again = packed(files)
    if again == container:
        return ""
    same = next((at for at, (one, other) in enumerate(zip(again, container, strict=False)) if one != other), None)
    at = min(len(again), len(container)) if same is None else same
    starts = accumulate(_room(name, content) for name, content in files.items())
    return next((name for name, end in zip(files, starts, strict=True) if at < end), "the list of contents at its end")


def _room(name: str, content: bytes) -> int:
    """How many bytes of the container a file takes, with what is said about it there."""
    return 30 + len(name.encode()) + len(content)
