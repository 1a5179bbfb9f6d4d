"""Agreements and holiday lists: what is published, in words and as documents, and how a new version is published."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Request, Response
from pydantic import RootModel
from typing_extensions import TypedDict

from api.answers import Published, published, reply
from api.bodies import Around, StrictRoute
from api.conditions import Conditions, once
from api.entrance import After, Word, asked, office
from api.headers import at_position
from api.office import Office
from api.problems import problem_responses
from api.routes.examples import HOLIDAYS
from domain.terms.agreement import AssumptionTerm, ReadingTerm
from domain.terms.words.whole import in_words

router = APIRouter(prefix="/v1", tags=["Agreements"], route_class=StrictRoute)

_READING = problem_responses(401, 403, 404, 422, 429, 500, 503)
_PROBLEMS = problem_responses(400, 401, 403, 408, 409, 413, 415, 422, 429, 500, 503)

Name = Annotated[str, Path(max_length=200, pattern=r"^[^\x00]*$")]


class Document(RootModel[dict[str, Any]]):
    """A whole document, as its TOML reads; `ticketclock schema agreement` is the schema of an agreement's."""


class VersionAnswer(TypedDict):
    """A published version; its digest names it for ever."""

    version: str
    valid_from: date
    digest: str


class AgreementLine(TypedDict):
    """An agreement in a list."""

    agreement: str
    versions: list[VersionAnswer]


class AgreementAnswer(TypedDict):
    """One version of an agreement: in words, what in it can be read in more than one way, what is assumed, and as a document."""

    agreement: str
    title: str
    version: str
    digest: str
    versions: list[VersionAnswer]
    words: str
    readings: list[ReadingTerm]
    assumptions: list[AssumptionTerm]
    document: dict[str, Any]


class EditionAnswer(TypedDict):
    """A published edition of a holiday list."""

    first_year: int
    last_year: int
    digest: str


class HolidaysLine(TypedDict):
    """A holiday list and its editions; the last is in force for tickets opened from now on."""

    holidays: str
    editions: list[EditionAnswer]


class HolidaysAnswer(HolidaysLine):
    """A holiday list with its dates."""

    document: dict[str, Any]


@router.get("/agreements", operation_id="listAgreements", response_model=list[AgreementLine], responses=_READING)
def agreements(office: Annotated[Office, office("agreements:read")], after: After = None) -> Response:
    """The agreements that are published; to a customer, those of its contracts."""
    position = office.reached(after)
    lines = [AgreementLine(agreement=one, versions=_versions(office, one)) for one in office.agreements()]
    return reply(lines, headers=at_position(position))


@router.get("/agreements/{agreement}", operation_id="getAgreement", response_model=AgreementAnswer, responses=_READING)
def agreement(
    agreement: Name,
    office: Annotated[Office, office("agreements:read")],
    version: Word = None,
    plan: Word = None,
    region: Word = None,
) -> Response:
    """An agreement, the version in force now where none is named, in words of one plan or region where that is named."""
    chosen, terms = office.agreement(agreement, version)
    told = AgreementAnswer(
        agreement=chosen.id,
        title=terms.title,
        version=chosen.version,
        digest=chosen.digest,
        versions=_versions(office, agreement),
        words=in_words(terms, plan=plan, region=region),
        readings=list(terms.readings),
        assumptions=list(terms.assumptions),
        document=chosen.document,
    )
    return reply(told)


@router.post("/agreements", operation_id="publishAgreement", response_model=Published, responses=_PROBLEMS)
def publish_agreement(
    request: Request,
    conditions: Annotated[Conditions, Depends(once)],
    office: Annotated[Office, office("agreements:publish")],
    body: Annotated[Document, Body()],
) -> Response:
    """Publish a version of an agreement; tickets opened before the day from which it is valid keep the version they have."""
    return published(office.publish_agreement(body.root, asked(request, conditions, Around(), body)))


@router.get("/holidays", operation_id="listHolidays", response_model=list[HolidaysLine], responses=_READING)
def holidays(office: Annotated[Office, office("agreements:read")], after: After = None) -> Response:
    """The holiday lists that are published."""
    position = office.reached(after)
    lines = [HolidaysLine(holidays=one, editions=_editions(office, one)) for one in office.holiday_lists()]
    return reply(lines, headers=at_position(position))


@router.get("/holidays/{holidays}", operation_id="getHolidays", response_model=HolidaysAnswer, responses=_READING)
def holiday_list(holidays: Name, office: Annotated[Office, office("agreements:read")]) -> Response:
    """A holiday list as it was published last."""
    last = office.editions(holidays)[-1]
    return reply(HolidaysAnswer(holidays=holidays, editions=_editions(office, holidays), document=last.document))


@router.post("/holidays", operation_id="publishHolidays", response_model=Published, responses=_PROBLEMS)
def publish_holidays(
    request: Request,
    conditions: Annotated[Conditions, Depends(once)],
    office: Annotated[Office, office("agreements:publish")],
    body: Annotated[Document, Body(openapi_examples={"closures": {"value": HOLIDAYS}})],
) -> Response:
    """Publish a holiday list, with further years or with dates that are certain now; tickets opened before keep theirs."""
    return published(office.publish_holidays(body.root, asked(request, conditions, Around(), body)))


def _versions(office: Office, agreement: str) -> list[VersionAnswer]:
    return [
        VersionAnswer(version=one.version, valid_from=one.valid_from, digest=one.digest)
        for one in office.versions(agreement)
    ]


def _editions(office: Office, holidays: str) -> list[EditionAnswer]:
    return [
        EditionAnswer(first_year=one.first_year, last_year=one.last_year, digest=one.digest)
        for one in office.editions(holidays)
    ]
