"""Pseudonyms for people: a dossier without names is read from the very events that one with names is read from.

What is personal is stored sealed. Whoever reads it without the key sees a pseudonym in each place, as after a customer was
forgotten: who is whom stays told apart, and digests, chain, seal and verdicts stay as they are.
"""

from collections.abc import Callable, Iterable
from functools import cache

from domain.desk.envelope import Envelope
from domain.desk.mapper import EnvelopeMapper
from domain.desk.names import STORED_NAMES, UPCASTS
from domain.dossier.stored import StoredLine
from domain.personal import Seal, pseudonym_of

MARK = "\ue000"
"""Stands before what cannot be read without a key; of no language, and refused nowhere."""


class _Unread:
    """The seal of somebody who has no key."""

    def __init__(self, stands_for: Callable[[str], str]) -> None:
        self.pseudonym = stands_for

    def seal(self, text: str) -> str:
        raise TypeError("what is read without a key is never stored")

    def unseal(self, sealed: str) -> str | None:
        return None

    def is_whole(self) -> bool:
        return False


class _Unreadable:
    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    def of(self, customer: str) -> Seal | None:
        return self._seal


def redacted(events: Iterable[StoredLine]) -> tuple[Envelope, ...]:
    """The events with pseudonyms in the place of people. Raises KeyError or ValueError for what is no event."""
    return _read(events, _reading_pseudonyms())


def marked(events: Iterable[StoredLine]) -> tuple[Envelope, ...]:
    """The events with a mark and the pseudonym in each place that nobody can read without a key. Raises like `redacted`."""
    return _read(events, _reading_marks())


def _read(events: Iterable[StoredLine], mapper: EnvelopeMapper) -> tuple[Envelope, ...]:
    return tuple(mapper.to_domain_event(one.stored) for one in events)


@cache
def _reading_pseudonyms() -> EnvelopeMapper:
    return EnvelopeMapper(STORED_NAMES, _Unreadable(_Unread(pseudonym_of)), UPCASTS)


@cache
def _reading_marks() -> EnvelopeMapper:
    return EnvelopeMapper(STORED_NAMES, _Unreadable(_Unread(lambda sealed: MARK + pseudonym_of(sealed))), UPCASTS)
