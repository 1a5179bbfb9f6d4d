"""Agreements and holiday lists as they are published: whole documents, each with a digest, so that a history can name the exact
terms it was judged by. What is published never changes; a change is another version (numonix-ixcloud:policy-changes).
"""

import json
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, ValidationError

from domain.instants import SECOND, Instant
from domain.misreadings import misreadings
from domain.refusals import PublicationRefused
from domain.terms.agreement import Agreement, ZoneRow
from domain.terms.checking import check
from domain.terms.holidays import HolidayList
from domain.terms.library import agreement_ids, agreement_text, published_holidays
from domain.terms.rows import Name, Scope
from domain.terms.selection import Selector, pick
from domain.terms.zones import local, zone
from domain.ticket.events import Fact

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Document = Mapping[str, Any]


class AgreementPublished(Fact):
    """A version of an agreement was published; tickets opened from `valid_from` on are judged by it."""

    event: Literal["agreement_published"] = "agreement_published"
    effective_at: Instant
    id: Name
    version: str
    digest: Digest
    valid_from: date
    document: dict[str, Any]


class HolidaysPublished(Fact):
    """A holiday list was published for the years from `first_year` to `last_year`."""

    event: Literal["holidays_published"] = "holidays_published"
    effective_at: Instant
    name: str
    digest: Digest
    first_year: int
    last_year: int
    document: dict[str, Any]


class Library(NamedTuple):
    """The documents that come with the program: agreements by id, holiday lists by name."""

    agreements: dict[str, dict[str, Any]]
    holidays: dict[str, dict[str, Any]]


def digest_of(document: Document) -> str:
    """SHA-256, hexadecimal, of the canonical JSON: keys in order, no spaces, UTF-8, dates as ISO 8601 writes them."""
    return sha256(_canonical(document).encode()).hexdigest()


def publish_agreement(
    published: tuple[AgreementPublished, ...], document: Document, at: datetime
) -> list[AgreementPublished]:
    """Publish a version of an agreement beside those published before; the same document again says nothing new.

    Raises AgreementError with all that is wrong with the document, PublicationRefused where another version has its number or day.
    """
    agreement = check.read(document)
    version = AgreementPublished(
        effective_at=at,
        id=agreement.id,
        version=agreement.version,
        digest=digest_of(document),
        valid_from=agreement.valid_from,
        document=_plain(document),
    )
    for one in published:
        if one.digest == version.digest:
            return []
        _check_apart(one, version)
    return [version]


def publish_holidays(
    published: tuple[HolidaysPublished, ...], document: Document, at: datetime
) -> list[HolidaysPublished]:
    """Publish a holiday list, be it with further years or with dates that are certain now; the same list again says nothing new.

    Raises PublicationRefused where it is no holiday list, or says nothing of years that were published before.
    """
    holidays = _holidays(document)
    edition = HolidaysPublished(
        effective_at=at,
        name=holidays.name,
        digest=digest_of(document),
        first_year=holidays.first_year,
        last_year=holidays.last_year,
        document=_plain(document),
    )
    if published and published[-1].digest == edition.digest:
        return []
    for one in published:
        if one.first_year < edition.first_year or one.last_year > edition.last_year:
            says = f"{one.name} was published for {one.first_year} to {one.last_year}"
            raise PublicationRefused(says, remedy="keep those years in the list")
    return [edition]


def in_force(published: tuple[AgreementPublished, ...], opened_at: int, region: str = "") -> AgreementPublished:
    """The version by which a ticket opened at an instant (microseconds since 1970 UTC) is judged, whatever is published later.

    It is the latest valid on that date, on the wall of its own zone for the region; before the first, the first.
    Source: numonix-ixcloud:policy-changes. Raises LookupError where none is published.
    """
    if not published:
        raise LookupError("no version of the agreement is published")
    by_day = sorted(published, key=lambda one: one.valid_from)
    valid = [one for one in by_day if one.valid_from <= _date_of(opened_at, one, region)]
    return valid[-1] if valid else by_day[0]


def selector_from(document: Document, lists: Mapping[str, Document]) -> Selector:
    """The terms of a published agreement with published holiday lists by name; nothing of the program's own comes in."""
    return Selector(
        Agreement.model_validate_json(_canonical(document)),
        {name: HolidayList.model_validate_json(_canonical(one)) for name, one in lists.items()},
    )


def library_publications() -> Library:
    """What there is to publish at the first start; reads the program's own files."""
    return Library(
        agreements={one: _plain(tomllib.loads(agreement_text(one))) for one in agreement_ids()},
        holidays={
            name: holidays.model_dump(mode="json", exclude_unset=True)
            for name, holidays in published_holidays().items()
        },
    )


def _check_apart(one: AgreementPublished, version: AgreementPublished) -> None:
    if one.version == version.version:
        raise PublicationRefused(
            f"version {one.version} of {one.id} is published and never changes",
            remedy="give the new text its own version",
        )
    if one.valid_from == version.valid_from:
        raise PublicationRefused(
            f"version {one.version} of {one.id} is valid from {one.valid_from} already",
            remedy="let the new version hold from another day",
        )


def _date_of(instant: int, version: AgreementPublished, region: str) -> date:
    zones = [ZoneRow.model_validate(row) for row in version.document["zones"]]
    readings = {one["id"]: one["default"] for one in version.document.get("reading", ())}
    row, _ = pick(zones, Scope(region=region, readings=readings))
    return local(instant // SECOND, zone((row or zones[0]).zone)).date()


def _holidays(document: Document) -> HolidayList:
    try:
        return HolidayList.model_validate_json(json.dumps(document, default=_iso))
    except ValidationError as error:
        raise PublicationRefused(f"this is no holiday list: {misreadings(error, document, HolidayList)}") from None


def _canonical(document: Document) -> str:
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_iso
    )


def _iso(value: object) -> str:
    """TOML knows dates, JSON does not."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} is nothing that a document can hold")


def _plain(document: Document) -> dict[str, Any]:
    """The document as JSON has it."""
    plain: dict[str, Any] = json.loads(_canonical(document))
    return plain
