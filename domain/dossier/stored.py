"""Stored events as a dossier carries them: a line each, with the exact text that was stored, so that anybody can follow them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from domain.desk.mapper import as_stored, digest_of


class StoredLine(NamedTuple):
    """One stored event: its place in the log and in its stream, its stored name, and the JSON text of its state."""

    position: int
    stream: UUID
    version: int
    name: str
    state: str

    @property
    def stored(self) -> Any:
        """The event as the mapper of the log takes it."""
        return as_stored(self.stream, self.version, self.name, self.state.encode())

    @property
    def digest(self) -> str:
        """By which the next event names this one: of place and name as well as of content."""
        return digest_of(self.stored)

    @property
    def told(self) -> Mapping[str, Any]:
        """What the state says, personal fields sealed as they are. Raises ValueError where it is no JSON object."""
        document = json.loads(self.state)
        if not isinstance(document, dict):
            raise ValueError("an event's state is a JSON object")
        return document

    def as_document(self) -> dict[str, Any]:
        return {**self._asdict(), "stream": str(self.stream), "digest": self.digest}


def read_lines(content: bytes) -> Iterator[tuple[StoredLine, str]]:
    """The events of a file, each with the digest that the file gives for it. Raises ValueError for what is none."""
    for text in content.decode().removesuffix("\n").split("\n") if content else ():
        told = json.loads(text)
        if not isinstance(told, dict) or told.keys() != {*StoredLine._fields, "digest"}:
            raise ValueError("a line has position, stream, version, name, state and digest")
        digest = told.pop("digest")
        if not all(isinstance(told[name], int) for name in ("position", "version")):
            raise ValueError("position and version are whole numbers")
        if not all(isinstance(one, str) for one in (told["stream"], told["name"], told["state"], digest)):
            raise ValueError("stream, name, state and digest are texts")
        yield StoredLine(**{**told, "stream": UUID(told["stream"])}), digest


def breaks(events: Iterable[tuple[StoredLine, str]]) -> Iterator[str]:
    """Where the events of one stream do not follow each other, or a digest is not that of its line."""
    head, version, position = "", 0, 0
    stream = None
    for one, digest in events:
        place = f"event {one.version} of {one.stream}"
        stream = stream or one.stream
        if one.digest != digest:
            yield f"{place} is not what its digest says"
        if one.stream != stream or one.version != version + 1 or one.told.get("previous", "") != head:
            yield f"{place} does not follow event {version} as it was stored"
        if one.position <= position:
            yield f"{place} stands at position {one.position} of the log, not after {position}"
        head, version, position = one.digest, one.version, one.position
