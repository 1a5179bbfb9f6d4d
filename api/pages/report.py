"""The service report of a customer's month: as a page, as CSV, and as a PDF to be sent.

What an agreement does not define is not in its report, which says so.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Annotated
from unicodedata import combining, normalize

from fastapi import APIRouter, Path, Response

from api.pages.asked import Month, Word
from api.pages.documents.printed import pdf
from api.pages.documents.reported import PARTS, Told, blocks
from api.pages.documents.tabular import csv
from api.pages.paper import HEADERS, PageRoute, page
from api.pages.texts import say
from api.pages.visit import Visit, visit
from api.problems import NotFound
from api.timely import takes_long
from domain.instants import micros
from domain.refusals import DoesNotFit
from domain.terms.agreement import Agreement
from domain.terms.publication import in_force
from projections.boards.eras import era
from projections.boards.kept import VERDICTS, Line
from projections.boards.outages import PROMISES
from projections.boards.service_report import PROMISED, Section, ServiceReport, ServiceReports
from projections.notices import fulfilling

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MOST_MONTHS = 240
"""Twenty years; so many are listed, the last ones."""

Readers = Annotated[Visit, visit("reports:read")]


@router.get("/compliance/report")
@takes_long
def report(visit: Readers, customer: Word = None, month: Month = "") -> Response:
    """Without a customer or a month, those there are to choose from."""
    chosen = _customer(visit, customer)
    if not chosen or not month:
        return _choice(visit, chosen)
    reports = _reports(visit)
    made, told = _told(visit, reports, chosen, month)
    parts = [(one, list(blocks(one, visit.show))) for one in told]
    months = reports.months(chosen)[:MOST_MONTHS]
    return page(visit, "report", report=made, parts=parts, months=months)


@router.get("/portal/reports")
def reports(visit: Readers, customer: Word = None) -> Response:
    """The months of which there is a report."""
    return _choice(visit, _customer(visit, customer))


@router.get("/compliance/report.{form}")
@takes_long
def kept_report(
    visit: Readers,
    form: Annotated[str, Path(pattern="^(csv|pdf)$")],
    customer: Word = None,
    month: Month = "",
) -> Response:
    """The same to be kept."""
    chosen = _customer(visit, customer)
    if not chosen or not month:
        raise DoesNotFit("customer, month: name both", remedy="choose a month on the page of reports")
    made, told = _told(visit, _reports(visit), chosen, month)
    name = f"service-report-{_in_a_name(chosen)}-{month}"
    if form == "csv":
        return csv(name, COLUMNS, rows(made, told))
    disposition = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(pdf(visit.show, made, told), media_type="application/pdf", headers={**HEADERS, **disposition})


def _customer(visit: Visit, named: str | None) -> str | None:
    """A customer's people see their own report, whatever they name. Raises NotFound where they name another's."""
    own = visit.office.customer
    if own is not None and named not in (None, "", own):
        raise NotFound(f"there is no customer {named}")
    return own or named or None


def _in_a_name(customer: str) -> str:
    """As the name of a file has it: small letters without their accents, and figures, what is between them as a hyphen."""
    letters = "".join(one for one in normalize("NFKD", customer) if not combining(one))
    return re.sub("[^a-z0-9]+", "-", letters.lower()).strip("-")


def _choice(visit: Visit, customer: str | None) -> Response:
    months = _reports(visit).months(customer)[:MOST_MONTHS] if customer else []
    return page(visit, "reports", customer=customer, months=months)


def _reports(visit: Visit) -> ServiceReports:
    return ServiceReports(visit.view, era(visit.view))


def _told(visit: Visit, reports: ServiceReports, customer: str, month: str) -> tuple[ServiceReport, list[Told]]:
    made = reports.report(customer, month, lambda name: _agreement(visit, name).zones[0].zone)
    if not made.sections:
        raise NotFound(f"nothing is known of a customer {customer} in {month}", remedy="choose another month")
    return made, [_of_agreement(visit, made, section) for section in made.sections]


def _of_agreement(visit: Visit, made: ServiceReport, section: Section) -> Told:
    agreement = _agreement(visit, section.agreement)
    clauses = dict(_defined(agreement))
    availability = section.availability(made.month, made.at) if "availability" in clauses else None
    return Told(section, agreement, availability, clauses)


def _agreement(visit: Visit, name: str) -> Agreement:
    """As it is in force at the instant of the page."""
    return visit.office.terms(in_force(visit.office.versions(name), micros(visit.at))).agreement


def _defined(agreement: Agreement) -> Iterator[tuple[str, str]]:
    """Which parts of a report an agreement defines, and by which clause."""
    for clause in PROMISES.keys() & agreement.clauses.keys():
        yield "availability", clause
    for duty in agreement.duties:
        if fulfilling(duty):
            yield "milestones", duty.clause
        if any("survey_answered" in pattern.event for pattern in duty.until):
            yield "survey", duty.clause
    for clause in agreement.clauses:
        if clause.endswith("-kpi"):
            yield "kpi", clause


# --- as CSV -----------------------------------------------------------------------------------------------------------


COLUMNS = ("customer", "month", "as_of", "agreement", "part", "what", "severity", "figure", "unit", "clause")


def rows(made: ServiceReport, told: Sequence[Told]) -> Iterator[tuple[object, ...]]:
    """One figure a line, with its unit and the clause that it is about."""
    about = made.customer, made.month, made.at.astimezone(UTC).isoformat(timespec="seconds")
    for one in told:
        name = one.section.agreement
        for part, what, severity, figure, unit, clause in _figures(one):
            figures = "" if severity is None else severity, "" if figure is None else figure
            yield *about, name, part, what, *figures, unit, clause


Figure = tuple[str, str, int | None, object, str, str]


def _figures(told: Told) -> Iterator[Figure]:
    section, clauses = told.section, told.clauses
    for flow in section.flows:
        for what in ("opened", "reopened", "closed", "still_open"):
            yield "tickets", what, flow.severity, getattr(flow, what), "tickets", clauses.get("kpi", "")
    for line in section.lines:
        yield from _of_line(told, line)
    yield "escalation", "late", None, section.escalation.late, "tickets", clauses.get("kpi", "")
    yield "escalation", "escalated", None, section.escalation.escalated, "tickets", clauses.get("kpi", "")
    for milestone in section.milestones:
        for what in ("due", "given", "owing", "lapsed"):
            yield "notices", what, None, getattr(milestone, what), "notices", milestone.clause
        yield "notices", "delay", None, milestone.delay, "seconds", milestone.clause
    if section.answers:
        yield "survey", "answers", None, section.answers.answers, "answers", clauses.get("survey", "")
        yield "survey", "score", None, section.answers.score, "mean score", clauses.get("survey", "")
    if told.availability:
        measured, clause = told.availability, clauses["availability"]
        yield "availability", "promised", None, PROMISED, "share", clause
        yield "availability", "share", None, _rounded(measured.share), "share", clause
        yield "availability", "agreed", None, measured.agreed_seconds, "seconds", clause
        yield "availability", "outage", None, measured.outage_seconds, "seconds", clause
    for part in PARTS:
        if part not in clauses:
            yield part, say("report.undefined"), None, None, "", ""


def _of_line(told: Told, line: Line) -> Iterator[Figure]:
    clock, severity = line.by["clock"], line.by["severity"]
    clause = told.clause_of(clock)
    for verdict in VERDICTS:
        yield clock, verdict, severity, getattr(line, verdict), "clocks", clause
    yield clock, "kept", severity, _rounded(line.kept), "share", clause


def _rounded(share: float | None) -> str | None:
    return None if share is None else f"{share:.4f}"
