"""Published terms, found for a hypothesis: by id and version, as in force when a ticket was opened, or of a document given."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from domain.desk.shelf import Shelf, holiday_lists
from domain.terms.agreement import Agreement
from domain.terms.checking import check
from domain.terms.publication import AgreementPublished, in_force, selector_from
from domain.terms.selection import Selector
from domain.whatif.supposing import Lookup


def everybody(agreement: str) -> bool:
    """Whoever asks may know of every agreement."""
    return True


class PublishedTerms:
    """What is published is read once in the life of this object, which is that of one question."""

    def __init__(self, shelf: Shelf, may_know: Callable[[str], bool] = everybody) -> None:
        self._shelf = shelf
        self._may_know = may_know
        self._versions: dict[str, tuple[AgreementPublished, ...]] = {}
        self._found: dict[str, Selector] = {}

    def lookup(self, at: int, region: str = "") -> Lookup:
        """For a ticket of a region opened at an instant, in microseconds: where no version is named, the one in force then."""

        def find(agreement: str | Mapping[str, Any], version: str | None) -> Selector:
            if not isinstance(agreement, str):
                return self._given(agreement)
            return self._published(self._chosen(agreement, version, at, region))

        return find

    def agreements(self, names: Iterable[str]) -> list[Agreement]:
        """Every version of these, as far as whoever asks may know of them."""
        return [self._published(version).agreement for name in names for version in self._of(name)]

    def _chosen(self, agreement: str, version: str | None, at: int, region: str) -> AgreementPublished:
        versions = self._of(agreement)
        if not versions:
            raise KeyError(agreement)
        if version is None:
            return in_force(versions, at, region)
        for one in versions:
            if one.version == version:
                return one
        raise KeyError(version)

    def _of(self, agreement: str) -> tuple[AgreementPublished, ...]:
        if agreement not in self._versions:
            self._versions[agreement] = self._shelf.versions(agreement) if self._may_know(agreement) else ()
        return self._versions[agreement]

    def _published(self, version: AgreementPublished) -> Selector:
        if version.digest not in self._found:
            lists = self._shelf.newest_lists(version)
            self._found[version.digest] = self._shelf.selector_of(version.id, version.digest, lists)
        return self._found[version.digest]

    def _given(self, document: Mapping[str, Any]) -> Selector:
        """With the holiday lists as they are published now. Raises AgreementError with all that is wrong with the document."""
        key = json.dumps(document, sort_keys=True)
        if key not in self._found:
            check.read(document)
            lists = {name: of[-1].document for name in holiday_lists(document) if (of := self._shelf.lists(name))}
            self._found[key] = selector_from(document, lists)
        return self._found[key]
