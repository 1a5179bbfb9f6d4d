"""Published agreements and holiday lists, as the log has them, compiled once and kept."""

from collections.abc import Callable, Iterator, Mapping
from threading import Lock
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.desk.envelope import Envelope, Filed
from domain.refusals import UnknownStream
from domain.terms.publication import AgreementPublished, HolidaysPublished, in_force, selector_from
from domain.terms.selection import Selector

Stream = Callable[[UUID, int], Iterator[Envelope]]
"""The events of a stream after a version."""


def agreement_stream(agreement: str) -> UUID:
    """Where the versions of an agreement are published."""
    return uuid5(NAMESPACE_URL, f"ticketclock:agreement:{agreement}")


def holidays_stream(name: str) -> UUID:
    """Where the versions of a holiday list are published."""
    return uuid5(NAMESPACE_URL, f"ticketclock:holidays:{name}")


class Shelf:
    """What is published is immutable, so that it is read from the log once; of each stream only what is new is read again."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._published: dict[UUID, tuple[Envelope, ...]] = {}
        self._selectors: dict[tuple[str, tuple[str, ...]], Selector] = {}
        self._lock = Lock()

    def publications(self, stream: UUID) -> tuple[Envelope, ...]:
        known = self._published.get(stream, ())
        new = tuple(self._stream(stream, len(known)))
        if new:
            known = (*known, *new)
            self._published[stream] = known
        return known

    def versions(self, agreement: str) -> tuple[AgreementPublished, ...]:
        return tuple(one.event for one in self.publications(agreement_stream(agreement)))

    def lists(self, name: str) -> tuple[HolidaysPublished, ...]:
        return tuple(one.event for one in self.publications(holidays_stream(name)))

    def current(self, agreement: str, at: int, region: str = "") -> tuple[AgreementPublished, dict[str, str]]:
        """The version by which a ticket of a region opened at an instant (microseconds) is judged, and the digests of its lists.

        Raises UnknownStream where none is published.
        """
        versions = self.versions(agreement)
        if not versions:
            raise UnknownStream(f"no agreement {agreement} is published", remedy="publish it first")
        chosen = in_force(versions, at, region)
        return chosen, self.newest_lists(chosen)

    def newest_lists(self, version: AgreementPublished) -> dict[str, str]:
        """The digests of the holiday lists that a version names, as they are published now."""
        return {name: lists[-1].digest for name in holiday_lists(version.document) if (lists := self.lists(name))}

    def newest(self, agreement: str, at: int, region: str = "") -> Selector:
        """The terms in force at an instant (microseconds). Raises UnknownStream where none is published."""
        version, holidays = self.current(agreement, at, region)
        return self.selector_of(agreement, version.digest, holidays)

    def selector(self, filed: Filed) -> Selector:
        """The terms that a ticket names. Raises UnknownStream where they are not there."""
        return self.selector_of(filed.agreement, filed.digest, filed.holidays)

    def selector_of(self, agreement: str, digest: str, holidays: Mapping[str, str]) -> Selector:
        key = (digest, tuple(sorted(holidays.values())))
        if key not in self._selectors:
            with self._lock:
                if key not in self._selectors:
                    self._selectors[key] = self._compiled(agreement, digest, holidays)
        return self._selectors[key]

    def _compiled(self, agreement: str, digest: str, holidays: Mapping[str, str]) -> Selector:
        return selector_from(*self.documents(agreement, digest, holidays))

    def documents(
        self, agreement: str, digest: str, holidays: Mapping[str, str]
    ) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """A version's document and those of its holiday lists by name, each by its digest. Raises UnknownStream."""
        document = next((one.document for one in self.versions(agreement) if one.digest == digest), None)
        if document is None:
            raise UnknownStream(f"no version of {agreement} with digest {digest[:12]} is published")
        lists = {
            name: one.document for name, wanted in holidays.items() for one in self.lists(name) if one.digest == wanted
        }
        return document, lists


def holiday_lists(document: Mapping[str, Any]) -> set[str]:
    """The names of the published lists that an agreement's calendars take their holidays from."""
    own = {one["name"] for one in document.get("holiday_list", ())}
    named = {row["list"] for calendar in document.get("calendar", ()) for row in calendar.get("holidays", ())}
    return named - own
